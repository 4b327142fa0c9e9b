/*
 * A scope with a time limit: when it has passed, every call that may suspend returns -ECANCELED in
 * every actor of the scope, and each cleans up as it likes.
 *
 * prints:
 *     looper: cancelled, because its time limit passed
 *     saver: cancelled; saving takes a while
 *     holder: gives back what it took
 *     saver: saved
 *     the scope: timed out
 * look at: the cancel, and the one wait after it that is shielded
 */
#include <stdio.h>

#include <troupe.h>

static int looper(void *arg)
{
    (void)arg;
    for (;;) {
        int rc = troupe_sleep(TROUPE_MS(3));
        if (rc < 0) {
            printf("looper: %s, because %s\n", troupe_strerror(rc), troupe_cancel_reason(NULL));
            return rc; /* passes it on */
        }
    }
}

static int saver(void *arg)
{
    (void)arg;
    int rc = troupe_sleep(TROUPE_FOREVER);
    printf("saver: %s; saving takes a while\n", troupe_strerror(rc));

    troupe_scope cleanup;
    troupe_scope_open(&cleanup, TROUPE_FOREVER);
    troupe_scope_shield(&cleanup, TROUPE_S(1)); /* for a second at the most */
    int slept = troupe_sleep(TROUPE_MS(2));     /* without the shield it would fail at once */
    printf("saver: %s\n", slept == 0 ? "saved" : troupe_strerror(slept));
    int joined = troupe_scope_join(&cleanup);
    return joined < 0 ? joined : rc;
}

static void give_back(void *what)
{
    printf("holder: gives back %s\n", (const char *)what);
}

static int holder(void *arg)
{
    (void)arg;
    static char what[] = "what it took";
    int rc = troupe_defer(give_back, what); /* runs however the actor ends */
    return rc < 0 ? rc : troupe_sleep(TROUPE_FOREVER);
}

static int amain(void *arg)
{
    (void)arg;
    troupe_scope scope;
    troupe_scope_open(&scope, TROUPE_MS(5));
    troupe_scope_spawn(&scope, looper, NULL, NULL);
    troupe_scope_spawn(&scope, saver, NULL, NULL);
    troupe_scope_spawn(&scope, holder, NULL, NULL);
    int rc = troupe_scope_join(&scope); /* nobody is left after this */
    printf("the scope: %s\n", troupe_strerror(rc));
    return 0;
}

int main(void)
{
    return troupe_run(amain, NULL) < 0;
}
