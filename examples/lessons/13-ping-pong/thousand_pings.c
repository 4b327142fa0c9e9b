/*
 * Two actors, a thousand messages there and a thousand back.
 *
 * prints:
 *     1000 round trips
 * look at: the arrows: a message is sent, waits in the mailbox, and is taken when its receiver has
 *     its turn; the mailbox never holds more than one
 */
#include <stdio.h>

#include <troupe.h>

enum { PING = 1, ROUNDS = 1000 };

static int ponger(void *arg)
{
    (void)arg;
    for (int i = 0; i < ROUNDS; i++) {
        troupe_msg *msg;
        int rc = troupe_recv(&msg, TROUPE_FOREVER);
        if (rc < 0)
            return rc;
        troupe_pid from = troupe_msg_from(msg);
        rc = troupe_send_msg(from, &msg); /* the same message goes back */
        if (rc < 0)
            return rc;
    }
    return 0;
}

static int amain(void *arg)
{
    (void)arg;
    troupe_pid partner;
    int rc = troupe_spawn(ponger, NULL, &partner);
    int rounds = 0;
    while (rc == 0 && rounds < ROUNDS) {
        troupe_msg *msg;
        rc = troupe_send(partner, PING, NULL, 0); /* does not call the receiver: it returns */
        if (rc == 0)
            rc = troupe_recv(&msg, TROUPE_FOREVER);
        if (rc < 0)
            break;
        troupe_msg_free(&msg);
        rounds++;
    }
    printf("%d round trips\n", rounds);
    return rc < 0 ? rc : troupe_join(partner, NULL, TROUPE_FOREVER);
}

int main(void)
{
    return troupe_run(amain, NULL) < 0;
}
