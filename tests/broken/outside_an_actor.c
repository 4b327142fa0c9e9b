/*
 * A call that is for actors, made where there is none.
 *
 * says:
 *     troupe: troupe_sleep(): must be called inside an actor
 * ends with: SIGABRT
 */
#include <troupe.h>

int main(void)
{
    return troupe_sleep(TROUPE_MS(1));
}
