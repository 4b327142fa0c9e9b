/*
 * Channels carry values from any actor to any actor; a select waits for the first of several
 * events.  Here two workers take jobs from one channel, and one actor waits for their results and
 * for its mailbox at the same time.
 *
 * prints:
 *     result 1
 *     result 4
 *     result 9
 *     result 16
 *     everything is done
 * look at: who takes which job, and the ends of the channels
 */
#include <errno.h>
#include <stdio.h>

#include <troupe.h>

enum { JOBS = 4, STOP = 1 };

static troupe_chan jobs, results;

static int worker(void *arg)
{
    (void)arg;
    int job, rc;
    while ((rc = troupe_chan_recv(jobs, &job, TROUPE_FOREVER)) == 0) {
        int squared = job * job;
        rc = troupe_chan_send(results, &squared, TROUPE_FOREVER);
        if (rc < 0)
            return rc;
    }
    return rc == -EPIPE ? 0 : rc; /* -EPIPE: the channel is closed, and all jobs are taken */
}

/* Gives out the jobs, and tells the collector when both workers are done. */
static int giver(void *collector)
{
    troupe_scope scope;
    troupe_scope_open(&scope, TROUPE_FOREVER);
    troupe_scope_spawn(&scope, worker, NULL, NULL);
    troupe_scope_spawn(&scope, worker, NULL, NULL);
    int rc = 0;
    for (int job = 1; rc == 0 && job <= JOBS; job++)
        rc = troupe_chan_send(jobs, &job, TROUPE_FOREVER);
    troupe_chan_close(jobs);
    int joined = troupe_scope_join(&scope);
    troupe_send(*(troupe_pid *)collector, STOP, NULL, 0);
    return rc < 0 ? rc : joined;
}

static int amain(void *arg)
{
    (void)arg;
    troupe_pid self = troupe_self();
    int rc = troupe_chan_new(&jobs, sizeof(int), 2); /* at most two wait in it */
    if (rc == 0)
        rc = troupe_chan_new(&results, sizeof(int), 0); /* 0: from hand to hand */
    if (rc == 0)
        rc = troupe_spawn(giver, &self, NULL);
    while (rc >= 0) {
        int result;
        troupe_msg *msg;
        troupe_case cases[] = {troupe_on_recv(results, &result), troupe_on_mail(&msg)};
        rc = troupe_select(cases, 2, TROUPE_S(1));
        if (rc == 0)
            printf("result %d\n", result);
        if (rc == 1) {
            puts("everything is done");
            troupe_msg_free(&msg);
            return 0;
        }
    }
    return rc;
}

int main(void)
{
    return troupe_run(amain, NULL) < 0;
}
