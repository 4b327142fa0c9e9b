/*
 * The owner of a scope waits for a child, which waits for the owner's answer.  Somebody else
 * notices and ends it.
 *
 * prints:
 *     the call: cancelled
 * says:
 *     troupe: 2 actors wait for each other, until one of them is cancelled or killed:
 *     troupe:   main <0.0.1> waits for another actor to end: asker <0.2.1>, at
 *         waits_in_a_scope.c:51
 *     troupe:   asker <0.2.1> waits for the answer to its request: main <0.0.1>, at
 *         waits_in_a_scope.c:24, spawned at waits_in_a_scope.c:49
 */
#include <stdio.h>

#include <troupe.h>

static troupe_pid owner, child;

static int asker(void *arg)
{
    (void)arg;
    troupe_msg *answer;
    int rc = troupe_call(owner, 1, NULL, 0, &answer, TROUPE_FOREVER);
    printf("the call: %s\n", troupe_strerror(rc));
    return rc;
}

static int guardian(void *arg)
{
    (void)arg;
    while (troupe_deadlock_check(stderr) == 0) {
        int rc = troupe_yield();
        if (rc < 0)
            return rc;
    }
    return troupe_cancel(child, "a circle of waits");
}

static int amain(void *arg)
{
    (void)arg;
    troupe_scope scope;
    owner = troupe_self();
    int rc = troupe_spawn(guardian, NULL, NULL);
    if (rc < 0)
        return rc;
    troupe_scope_open(&scope, TROUPE_FOREVER);
    troupe_scope_spawn(&scope, asker, NULL, &child);
    rc = troupe_yield(); /* the request is made before the join */
    int rc_scope = troupe_scope_join(&scope);
    return rc < 0 ? rc : rc_scope;
}

int main(void)
{
    return troupe_run(amain, NULL) < 0;
}
