/*
 * An actor that waits for its own end.
 *
 * says:
 *     troupe: troupe_join() at joins_itself.c:14 would never end: it closes a cycle of waits
 *     troupe:   main <0.0.1> is running
 * ends with: 1
 */
#include <troupe.h>

static int amain(void *arg)
{
    (void)arg;
    return troupe_join(troupe_self(), NULL, TROUPE_FOREVER);
}

int main(void)
{
    return troupe_run(amain, NULL) < 0;
}
