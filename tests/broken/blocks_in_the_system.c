/*
 * An actor that calls sleep(3), which stops the whole thread, instead of troupe_sleep().
 *
 * with: TROUPE_STALL=100ms
 * says:
 *     troupe: sleeper <0.1.1>, spawned at blocks_in_the_system.c:28, has held its loop for 100 ms
 *         and still does, blocked in the system; use the call that suspends, such as troupe_sleep()
 *         or troupe_read(), or give it to troupe_offload()
 *     troupe:   in sleep
 *     troupe:   in sleeper, at blocks_in_the_system.c:20
 */
#include <errno.h>
#include <unistd.h>

#include <troupe.h>

static int sleeper(void *arg)
{
    (void)arg;
    if (sleep(1) > 0)
        return -EINTR; /* the report must not wake it */
    return 0;
}

static int amain(void *arg)
{
    (void)arg;
    return troupe_gather((troupe_fn[]){sleeper}, 1, NULL);
}

int main(void)
{
    return troupe_run(amain, NULL) < 0;
}
