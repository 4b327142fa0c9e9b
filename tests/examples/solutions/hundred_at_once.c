/* The exercise about ten thousand, solved: a thousand downloads, a hundred at a time. */

#include <stdio.h>

#include <troupe.h>

enum { ACTORS = 100, EACH = 10 };

static int load_some(void *arg)
{
    int rc = 0;
    (void)arg;
    for (int i = 0; i < EACH && rc == 0; i++)
        rc = troupe_sleep(TROUPE_S(1));
    return rc;
}

static int amain(void *arg)
{
    (void)arg;
    troupe_scope all;
    troupe_scope_open(&all, TROUPE_FOREVER);
    for (int i = 0; i < ACTORS; i++)
        troupe_scope_spawn(&all, load_some, NULL, NULL);
    return troupe_scope_join(&all);
}

int main(void)
{
    return troupe_run(amain, NULL) < 0;
}
