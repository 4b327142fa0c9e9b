/*
 * Graceful shutdown: on SIGINT (Ctrl-C) the work in hand is finished, and then the program ends.
 *
 * prints:
 *     working; Ctrl-C ends it
 *     told to stop by SIGINT
 *     worker 1 finishes its job
 *     worker 2 finishes its job
 *     everything is put away
 * look at: the keeper waits with the reason "signal"; when it comes, the scope is cancelled, and
 *          each worker cleans up in a shielded scope of its own
 */
#include <signal.h>
#include <stdint.h>
#include <stdio.h>

#include <troupe.h>

static int work(void *arg)
{
    int rc = 0;
    while (rc == 0)
        rc = troupe_sleep(TROUPE_MS(1)); /* a job */
    troupe_scope last;
    troupe_scope_open(&last, TROUPE_S(1));
    troupe_scope_shield(&last, TROUPE_S(1)); /* so that it can still wait */
    int slept = troupe_sleep(TROUPE_MS((intptr_t)arg));
    if (slept == 0)
        printf("worker %d finishes its job\n", (int)(intptr_t)arg);
    int joined = troupe_scope_join(&last);
    return joined < 0 ? joined : rc;
}

/* Stands in for whoever presses Ctrl-C. */
static int press_ctrl_c(void *arg)
{
    (void)arg;
    int rc = troupe_sleep(TROUPE_MS(20));
    if (rc == 0)
        raise(SIGINT);
    return rc;
}

static int amain(void *arg)
{
    int which;
    (void)arg;
    troupe_scope scope;
    troupe_scope_open(&scope, TROUPE_FOREVER);
    troupe_scope_spawn(&scope, work, (void *)(intptr_t)1, NULL);
    troupe_scope_spawn(&scope, work, (void *)(intptr_t)2, NULL);
    troupe_scope_spawn(&scope, press_ctrl_c, NULL, NULL);
    puts("working; Ctrl-C ends it");
    int rc = troupe_signal_wait((int[]){SIGINT, SIGTERM}, 2, &which, TROUPE_FOREVER);
    if (rc == 0)
        printf("told to stop by %s\n", which == SIGINT ? "SIGINT" : "SIGTERM");
    troupe_scope_cancel(&scope, "the program is to end");
    rc = troupe_scope_join(&scope);
    puts("everything is put away");
    return rc;
}

int main(void)
{
    return troupe_run(amain, NULL) < 0;
}
