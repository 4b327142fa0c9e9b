/*
 * A fact that does not hold, while nothing is recorded: how the last events would be told is said.
 *
 * says:
 *     troupe: believes_too_much.c:15: amain: this must hold and does not: arg != NULL
 *     troupe: main <0.0.1> is running
 *     troupe: with TROUPE_TRACE=FILE in the environment the last events are told here, too;
 *         TROUPE_TRACE_OPTIONS=last=10s is enough for that
 * ends with: SIGABRT
 */
#include <troupe.h>

static int amain(void *arg)
{
    troupe_check(arg != NULL);
    return 0;
}

int main(void)
{
    return troupe_run(amain, NULL) < 0;
}
