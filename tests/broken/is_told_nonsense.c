/*
 * The environment asks for what there is not; the program runs without.
 *
 * with: TROUPE_LOOPS=many
 * with: TROUPE_PLACE=somewhere
 * with: TROUPE_TIME=soon
 * with: TROUPE_SEED=-1
 * with: TROUPE_SPIN=forever
 * with: TROUPE_STALL=late
 * with: TROUPE_TRACE=/no/such/folder/trace.json
 * says:
 *     troupe: TROUPE_LOOPS is "many", but must be a number of loops from 1 to 64; it is ignored
 *     troupe: TROUPE_PLACE is "somewhere", but must be here, anywhere or process; it is ignored
 *     troupe: TROUPE_TIME is "soon", but must be real or virtual; it is ignored
 *     troupe: TROUPE_SEED is "-1", but must be a number from 0 to 9223372036854775807; it is
 *         ignored
 *     troupe: TROUPE_SPIN is "forever", but must be a number of microseconds up to 1000000; it is
 *         ignored
 *     troupe: TROUPE_STALL is "late", but must be a time such as 250ms or 1.5s, or 0 for never; it
 *         is ignored
 *     troupe: cannot write the trace /no/such/folder/trace.json: No such file or directory; going
 *         on without it
 */
#include <troupe.h>

static int amain(void *arg)
{
    (void)arg;
    return 0;
}

int main(void)
{
    return troupe_run(amain, NULL) < 0;
}
