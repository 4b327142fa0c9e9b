/*
 * A supervisor keeps a worker going: a job that the worker cannot do ends it, the supervisor starts
 * it again, and the next job is done by its next life.
 *
 * prints:
 *     divider: starts
 *     100 / 5 = 20
 *     divider: ends, since it cannot divide by 0
 *     100 / 0: Numerical argument out of domain
 *     divider: starts
 *     100 / 4 = 25
 *     divider: cancelled: its supervisor ends it
 * look at: the end of the first divider, and who spawns the second
 */
#include <errno.h>
#include <stdio.h>

#include <troupe.h>

enum { DIVIDE = 1 };

static int divider(void *arg)
{
    (void)arg;
    puts("divider: starts");
    for (;;) {
        troupe_msg *job;
        int rc = troupe_recv(&job, TROUPE_FOREVER);
        if (rc < 0) {
            printf("divider: %s: %s\n", troupe_strerror(rc), troupe_cancel_reason(NULL));
            return rc;
        }
        int by = *(const int *)troupe_msg_data(job, NULL);
        if (by != 0)
            rc = troupe_reply(job, DIVIDE, &(int){100 / by}, sizeof(int));
        troupe_msg_free(&job);
        if (by == 0) {
            puts("divider: ends, since it cannot divide by 0");
            return -EDOM; /* no code for what to do next: that is the supervisor's affair */
        }
    }
}

static void divide(troupe_pid sup, int by)
{
    troupe_pid worker;
    troupe_msg *answer = NULL;
    int rc = troupe_sup_whereis(sup, "divider", &worker); /* each life has another pid */
    if (rc == 0)
        rc = troupe_call(worker, DIVIDE, &by, sizeof by, &answer, TROUPE_S(1));
    if (rc == 0)
        printf("100 / %d = %d\n", by, *(const int *)troupe_msg_data(answer, NULL));
    else
        printf("100 / %d: %s\n", by, troupe_strerror(rc));
    troupe_msg_free(&answer);
}

static int amain(void *arg)
{
    (void)arg;
    static const troupe_child_spec child = {.name = "divider", .fn = divider};
    troupe_pid sup;
    int rc = troupe_sup_start(&(troupe_sup_spec){.children = &child, .child_count = 1}, &sup);
    if (rc < 0)
        return rc;
    divide(sup, 5);
    divide(sup, 0);
    divide(sup, 4);
    return troupe_cancel(sup, "closing time");
}

int main(void)
{
    return troupe_run(amain, NULL) < 0;
}
