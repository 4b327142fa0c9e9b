/*
 * Ten workers who do a little each, and what they have done is right in every order of turns: for
 * measuring how many runs there are in a second.
 */
#include <stdint.h>

#include <troupe.h>

#include "must.h"

enum { COUNT = 10 };

static int done;

static int work(void *arg)
{
    must(troupe_yield());
    done++;
    return troupe_send((troupe_pid){(uintptr_t)arg}, 1, NULL, 0);
}

static int amain(void *arg)
{
    troupe_pid pids[COUNT];
    (void)arg;
    for (int i = 0; i < COUNT; i++)
        must(troupe_spawn(work, (void *)(uintptr_t)troupe_self().value, &pids[i]));
    for (int i = 0; i < COUNT; i++) {
        troupe_msg *msg;
        must(troupe_recv(&msg, TROUPE_FOREVER));
        troupe_msg_free(&msg);
    }
    for (int i = 0; i < COUNT; i++)
        must(troupe_join(pids[i], NULL, TROUPE_FOREVER));
    return done == COUNT ? 0 : -1;
}

int main(void)
{
    return troupe_run(amain, NULL) < 0;
}
