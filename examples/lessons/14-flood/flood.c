/*
 * One actor makes a thousand orders a second for a second, another one serves a hundred a second.
 *
 *     flood         the mailbox takes whatever comes
 *     flood 8       it takes 8, and the producer waits for room
 *
 * prints:
 *     1000 orders served
 * look at: the depth of the mailbox: a ramp up to 900, or a plateau of 8
 */
#include <stdio.h>
#include <stdlib.h>

#include <troupe.h>

enum { ORDER = 1, ORDERS = 1000 };

static size_t limit;

static int consume(void *arg)
{
    (void)arg;
    int served = 0;
    while (served < ORDERS) {
        troupe_msg *msg;
        int rc = troupe_recv(&msg, TROUPE_FOREVER);
        if (rc < 0)
            return rc;
        troupe_msg_free(&msg);
        rc = troupe_sleep(TROUPE_MS(10));
        if (rc < 0)
            return rc;
        served++;
    }
    printf("%d orders served\n", served);
    return 0;
}

static int amain(void *arg)
{
    (void)arg;
    troupe_pid consumer;
    int rc = troupe_spawn(consume, NULL, &consumer);
    if (rc == 0 && limit > 0)
        rc = troupe_mailbox_limit(consumer, limit, TROUPE_REFUSE);
    for (int i = 0; i < ORDERS && rc == 0; i++) {
        rc = troupe_send_wait(consumer, ORDER, &i, sizeof i, TROUPE_FOREVER);
        if (rc == 0)
            rc = troupe_sleep(TROUPE_MS(1));
    }
    return rc < 0 ? rc : troupe_join(consumer, NULL, TROUPE_FOREVER);
}

int main(int argc, char **argv)
{
    troupe_options options = {.virtual_time = true};
    limit = argc > 1 ? strtoul(argv[1], NULL, 10) : 0;
    return troupe_run_on(&options, amain, NULL) < 0;
}
