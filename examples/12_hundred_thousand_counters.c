/*
 * One hundred thousand actors without stacks, each a counter with a mailbox of its own: some 300
 * bytes each, where a stack would take 4000.
 *
 * prints:
 *     100000 counters, 100000 counted
 * look at: with 12 as its argument: twelve counters and how short their runs are; each run is one
 *     call of the same function for one message
 */
#include <stdio.h>
#include <stdlib.h>

#include <troupe.h>

enum { COUNTERS_MAX = 100000 };
enum { ADD = 1, STOP };

static int counter_count = COUNTERS_MAX;
static int total;

/* Called for each message of each counter; it must not suspend. */
static int count(troupe_msg *msg, void *state)
{
    int *counted = state;
    int tag = troupe_msg_tag(msg);
    troupe_msg_free(&msg);
    if (tag == ADD) {
        ++*counted;
        return 0; /* goes on with the next message */
    }
    total += *counted;
    return TROUPE_STOP;
}

static int amain(void *arg)
{
    (void)arg;
    static troupe_pid pids[COUNTERS_MAX];
    static int counted[COUNTERS_MAX];
    int rc = 0;
    for (int i = 0; rc == 0 && i < counter_count; i++)
        rc = troupe_spawn_handler(count, &counted[i], NULL, NULL, &pids[i]);
    for (int i = 0; rc == 0 && i < counter_count; i++)
        rc = troupe_send(pids[i], ADD, NULL, 0);
    for (int i = 0; rc == 0 && i < counter_count; i++)
        rc = troupe_send(pids[i], STOP, NULL, 0);
    for (int i = 0; rc == 0 && i < counter_count; i++)
        rc = troupe_join(pids[i], NULL, TROUPE_FOREVER);
    if (rc == 0)
        printf("%d counters, %d counted\n", counter_count, total);
    return rc;
}

int main(int argc, char **argv)
{
    if (argc > 1 && atoi(argv[1]) > 0 && atoi(argv[1]) < COUNTERS_MAX)
        counter_count = atoi(argv[1]);
    return troupe_run(amain, NULL) < 0;
}
