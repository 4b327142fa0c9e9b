/*
 * An actor fails, and nobody joins, monitors or links it, or has it in a scope.
 *
 * says:
 *     troupe: import <0.1.1>, spawned at fails_unwatched.c:21, failed and nobody was watching: No
 *         such file or directory (-2)
 */
#include <errno.h>

#include <troupe.h>

static int import(void *arg)
{
    (void)arg;
    return -ENOENT;
}

static int amain(void *arg)
{
    (void)arg;
    return troupe_spawn_spec(&(troupe_spec){.fn = import, .name = "import"}, NULL);
}

int main(void)
{
    return troupe_run(amain, NULL) < 0;
}
