/*
 * A lost update that needs two turns out of order: the second teller begins when the first one has
 * usually finished.
 */
#include <troupe.h>

#include "must.h"

static int balance;

static int teller(void *arg)
{
    (void)arg;
    int read = balance;
    must(troupe_yield()); /* asks the head office */
    balance = read + 10;
    return 0;
}

static int amain(void *arg)
{
    troupe_pid pids[2];
    (void)arg;
    for (int i = 0; i < 2; i++) {
        int rc = troupe_spawn(teller, NULL, &pids[i]);
        if (rc < 0)
            return rc;
        must(troupe_yield());
        must(troupe_yield()); /* the teller has finished, as far as one can see */
    }
    for (int i = 0; i < 2; i++)
        must(troupe_join(pids[i], NULL, TROUPE_FOREVER));
    return balance == 20 ? 0 : -1;
}

int main(void)
{
    return troupe_run(amain, NULL) < 0;
}
