/*
 * Request and reply: a call sends a request and waits for its answer, no longer than its limit.
 *
 * prints:
 *     2 + 3 = 5
 *     7 + 8: timed out
 *     4 + 5 = 9
 *     1 + 1: the other end is gone
 * look at: the call that gives up after 2 ms; the answer that comes later goes nowhere
 */
#include <stdio.h>

#include <troupe.h>

enum { ADD = 1, ADD_SLOWLY, LEAVE };

struct pair {
    int a, b;
};

static int adder(void *arg)
{
    (void)arg;
    for (;;) {
        troupe_msg *request;
        int rc = troupe_recv(&request, TROUPE_FOREVER);
        if (rc < 0)
            return rc;
        int tag = troupe_msg_tag(request);
        const struct pair *pair = troupe_msg_data(request, NULL);
        int sum = pair->a + pair->b;
        if (tag == ADD_SLOWLY)
            rc = troupe_sleep(TROUPE_MS(4));
        if (rc == 0 && tag != LEAVE)
            troupe_reply(request, tag, &sum, sizeof sum); /* -ESRCH if nobody waits any more */
        troupe_msg_free(&request);
        if (rc < 0 || tag == LEAVE)
            return rc;
    }
}

static void ask(troupe_pid who, int tag, struct pair pair, troupe_ns limit)
{
    troupe_msg *answer;
    int rc = troupe_call(who, tag, &pair, sizeof pair, &answer, limit);
    if (rc < 0) {
        printf("%d + %d: %s\n", pair.a, pair.b, troupe_strerror(rc));
        return;
    }
    printf("%d + %d = %d\n", pair.a, pair.b, *(const int *)troupe_msg_data(answer, NULL));
    troupe_msg_free(&answer);
}

static int amain(void *arg)
{
    (void)arg;
    troupe_pid pid;
    int rc = troupe_spawn(adder, NULL, &pid);
    if (rc < 0)
        return rc;
    ask(pid, ADD, (struct pair){2, 3}, TROUPE_FOREVER);
    ask(pid, ADD_SLOWLY, (struct pair){7, 8}, TROUPE_MS(2)); /* will be answered too late */
    ask(pid, ADD, (struct pair){4, 5}, TROUPE_FOREVER);      /* gets its own answer */
    ask(pid, LEAVE, (struct pair){1, 1}, TROUPE_FOREVER);
    return 0;
}

int main(void)
{
    return troupe_run(amain, NULL) < 0;
}
