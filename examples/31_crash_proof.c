/*
 * An actor in a process of its own: when it crashes, it crashes alone, and is started again.
 *
 * prints:
 *     6 is even
 *     7: its process was ended by signal 6 (Aborted)
 *     8 is even
 * look at: the worker's lanes, each on a loop that is a process; the second one ends in its run
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include <troupe.h>

enum { NUMBER = 1, EVEN };

/* Code that one would rather not have in the same memory: it aborts when it does not like what it
 * is given. */
static void insist_on_even(int number)
{
    if (number % 2 != 0)
        abort();
}

static int work(void *arg)
{
    troupe_msg *request;
    int rc = troupe_register("worker", troupe_self());
    (void)arg;
    setrlimit(RLIMIT_CORE, &(struct rlimit){0}); /* it is meant to crash: no need to look into it */
    while (rc == 0 && (rc = troupe_recv(&request, TROUPE_FOREVER)) == 0) {
        insist_on_even(*(const int *)troupe_msg_data(request, NULL));
        rc = troupe_reply(request, EVEN, NULL, 0);
        troupe_msg_free(&request);
    }
    return rc;
}

/* The worker that runs now, which is not the one that has crashed. */
static troupe_pid find_worker(troupe_pid crashed)
{
    troupe_pid pid = troupe_whereis("worker");
    while ((pid.value == 0 || troupe_pid_equal(pid, crashed)) && troupe_sleep(TROUPE_MS(1)) == 0)
        pid = troupe_whereis("worker");
    return pid;
}

static int amain(void *arg)
{
    troupe_child_spec child = {.fn = work, .place = TROUPE_PROCESS};
    troupe_sup_spec spec = {.children = &child, .child_count = 1};
    troupe_pid supervisor, crashed = TROUPE_PID_NONE;
    (void)arg;
    int rc = troupe_sup_start(&spec, &supervisor);
    for (int number = 6; rc == 0 && number <= 8; number++) {
        troupe_msg *answer;
        troupe_pid worker = find_worker(crashed);
        int how = troupe_call(worker, NUMBER, &number, sizeof number, &answer, TROUPE_FOREVER);
        troupe_msg_free(&answer);
        if (how < 0)
            crashed = worker;
        printf("%d%s%s\n", number, how < 0 ? ": " : " is even",
               how < 0 ? troupe_strerror(how) : "");
    }
    return rc < 0 ? rc : troupe_cancel(supervisor, "done");
}

int main(void)
{
    return troupe_run(amain, NULL) < 0;
}
