/*
 * A program that fails in an order of turns that was settled by lot says how to see that again.
 *
 * with: TROUPE_SEED=42
 * says:
 *     troupe: to see this again: TROUPE_SEED=42 fails_with_a_seed
 * ends with: 1
 */
#include <errno.h>

#include <troupe.h>

static int amain(void *arg)
{
    (void)arg;
    return -EIO;
}

int main(void)
{
    return troupe_run(amain, NULL) < 0;
}
