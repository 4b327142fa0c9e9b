/*
 * A child joins the scope that it is in.
 *
 * says:
 *     troupe: troupe_scope_join(): must be called by the actor that opened the scope
 *     troupe: child <0.1.1> is running, spawned at joins_the_scope_of_another.c:21
 * ends with: SIGABRT
 */
#include <troupe.h>

static int child(void *scope)
{
    return troupe_scope_join(scope);
}

static int amain(void *arg)
{
    (void)arg;
    troupe_scope scope;
    troupe_scope_open(&scope, TROUPE_FOREVER);
    troupe_scope_spawn(&scope, child, &scope, NULL);
    return troupe_scope_join(&scope);
}

int main(void)
{
    return troupe_run(amain, NULL) < 0;
}
