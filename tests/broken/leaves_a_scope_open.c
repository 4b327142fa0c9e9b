/*
 * A return between the opening and the joining of a scope.
 *
 * says:
 *     troupe: main <0.0.1> never joined the scope that it opened at leaves_a_scope_open.c:19
 */
#include <troupe.h>

static int nap(void *arg)
{
    (void)arg;
    return troupe_sleep(TROUPE_S(60));
}

static int amain(void *arg)
{
    (void)arg;
    troupe_scope scope;
    troupe_scope_open(&scope, TROUPE_FOREVER);
    troupe_scope_spawn(&scope, nap, NULL, NULL);
    return 0; /* and troupe_scope_join()? */
}

int main(void)
{
    return troupe_run(amain, NULL) < 0;
}
