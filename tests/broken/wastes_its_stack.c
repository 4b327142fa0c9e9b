/*
 * Not broken, but asked about: how much of its stack each kind of actor has used.
 *
 * with: TROUPE_STACKS=1
 * says:
 *     troupe: stack of frugal, spawned at wastes_its_stack.c:36: at most 3 of 507 KiB used by 3
 *         actors: with stack_bytes = 24 << 10 it would have enough
 *     troupe: stack of amain: at most 3 of 59 KiB used by 1 actor
 *     troupe: stack of greedy, spawned at wastes_its_stack.c:38: at most 507 of 507 KiB used by 1
 *         actor: that is close to its end, give it more with stack_bytes
 */
#include <troupe.h>

static int greedy(void *arg)
{
    volatile char note[504 * 1024];
    (void)arg;
    for (size_t i = 0; i < sizeof note; i += 1024)
        note[i] = 1;
    return note[0] != 1;
}

static int frugal(void *arg)
{
    (void)arg;
    return 0;
}

static int amain(void *arg)
{
    (void)arg;
    troupe_pid pid;
    troupe_spec spec = {.fn = frugal, .stack_bytes = 500 << 10};
    int rc = 0;
    for (int i = 0; rc == 0 && i < 3; i++)
        rc = troupe_spawn_spec(&spec, &pid) < 0 ? -1 : troupe_join(pid, NULL, TROUPE_FOREVER);
    spec.fn = greedy;
    return rc < 0 ? rc : troupe_spawn_spec(&spec, NULL);
}

int main(void)
{
    return troupe_run(amain, NULL) < 0;
}
