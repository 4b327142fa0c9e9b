/*
 * An actor that calls itself more deeply than its stack has room for.
 *
 * says:
 *     troupe: stack overflow: digger <0.1.1>, spawned at overflows_its_stack.c:34, has used up its
 *         stack of 60 KiB in dig; give it more with stack_bytes in its troupe_spec, unless it calls
 *         itself without end or keeps large arrays on its stack
 * ends with: SIGSEGV
 */
#include <troupe.h>

/* Each call keeps a note of half a KiB, which the next one reads. */
static int dig(int depth, volatile char *above)
{
    volatile char note[512];
    note[0] = (char)(above[0] + 1);
    if (depth == 0)
        return 0;
    int below = dig(depth - 1, note);
    return below + above[0] + note[0];
}

static int digger(void *arg)
{
    return dig(*(int *)arg, &(volatile char){0}) < 0;
}

static int amain(void *arg)
{
    (void)arg;
    int depth = 1000;
    troupe_pid pid;
    troupe_spec spec = {.fn = digger, .arg = &depth, .stack_bytes = 50 * 1024};
    int rc = troupe_spawn_spec(&spec, &pid);
    return rc == 0 ? troupe_join(pid, NULL, TROUPE_FOREVER) : rc;
}

int main(void)
{
    return troupe_run(amain, NULL) < 0;
}
