/*
 * More work is reported as done than there was.
 *
 * says:
 *     troupe: troupe_wait_group_done(): more is done than there was to do
 *     troupe: main <0.0.1> is running
 * ends with: SIGABRT
 */
#include <troupe.h>

static int amain(void *arg)
{
    (void)arg;
    troupe_wait_group group;
    int rc = troupe_wait_group_new(&group);
    if (rc == 0)
        rc = troupe_wait_group_done(group);
    return rc;
}

int main(void)
{
    return troupe_run(amain, NULL) < 0;
}
