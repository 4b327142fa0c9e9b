/*
 * Everybody waits for a message, and nobody is left to send one.
 *
 * says:
 *     troupe: nothing can ever run again: every actor waits, and nothing is left that could wake
 *         one
 *     troupe:   main <0.0.1> waits for another actor to end, at waits_for_nothing.c:26
 *     troupe:   listen_for_ever <0.1.1> waits for a message, at waits_for_nothing.c:20, spawned at
 *         waits_for_nothing.c:26
 *     troupe:   listen_for_ever <0.2.1> waits for a message, at waits_for_nothing.c:20, spawned at
 *         waits_for_nothing.c:26
 * ends with: 3
 */
#include <troupe.h>

static int listen_for_ever(void *arg)
{
    (void)arg;
    troupe_msg *msg;
    return troupe_recv(&msg, TROUPE_FOREVER);
}

static int amain(void *arg)
{
    (void)arg;
    return troupe_gather((troupe_fn[]){listen_for_ever, listen_for_ever}, 2, NULL);
}

int main(void)
{
    return troupe_run(amain, NULL) < 0;
}
