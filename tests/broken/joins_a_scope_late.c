/*
 * Two scopes joined in the order of their opening, the outer one first.
 *
 * says:
 *     troupe: troupe_scope_join(): scopes are joined in the reverse order of opening
 *     troupe: main <0.0.1> is running
 * ends with: SIGABRT
 */
#include <troupe.h>

static int amain(void *arg)
{
    (void)arg;
    troupe_scope outer, inner;
    troupe_scope_open(&outer, TROUPE_FOREVER);
    troupe_scope_open(&inner, TROUPE_FOREVER);
    int rc = troupe_scope_join(&outer);
    int rc_inner = troupe_scope_join(&inner);
    return rc < 0 ? rc : rc_inner;
}

int main(void)
{
    return troupe_run(amain, NULL) < 0;
}
