/*
 * Two actors call each other, and each waits for the other's answer.
 *
 * prints:
 *     the second call: would never end
 *     the first call: success
 * says:
 *     troupe: troupe_call() at calls_in_a_circle.c:25 would never end: it closes a cycle of waits
 *     troupe:   other <0.1.1> is running, spawned at calls_in_a_circle.c:39
 *     troupe:   main <0.0.1> waits for the answer to its request: other <0.1.1>, at
 *         calls_in_a_circle.c:41
 */
#include <stdio.h>

#include <troupe.h>

enum { QUESTION = 1 };

static int answer_after_asking(void *other)
{
    troupe_msg *msg, *answer;
    int rc = troupe_recv(&msg, TROUPE_FOREVER);
    if (rc < 0)
        return rc;
    rc = troupe_call(*(troupe_pid *)other, QUESTION, NULL, 0, &answer, TROUPE_FOREVER);
    printf("the second call: %s\n", troupe_strerror(rc));
    rc = troupe_reply(msg, QUESTION, NULL, 0);
    troupe_msg_free(&msg);
    return rc;
}

static int amain(void *arg)
{
    (void)arg;
    troupe_pid self = troupe_self();
    troupe_pid other;
    troupe_msg *answer;
    troupe_spec spec = {.fn = answer_after_asking, .arg = &self, .name = "other"};
    int rc = troupe_spawn_spec(&spec, &other);
    if (rc == 0)
        rc = troupe_call(other, QUESTION, NULL, 0, &answer, TROUPE_FOREVER);
    printf("the first call: %s\n", troupe_strerror(rc));
    if (rc == 0)
        troupe_msg_free(&answer);
    return rc;
}

int main(void)
{
    return troupe_run(amain, NULL) < 0;
}
