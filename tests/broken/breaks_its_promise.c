/*
 * Two tellers take from one account, each having looked first: what must hold of it does not.
 *
 * with: TROUPE_TIME=virtual
 * with: TROUPE_TRACE=/dev/null
 * says:
 *     troupe: breaks_its_promise.c:40: teller: this must hold and does not: balance >= 0
 *     troupe: teller <0.2.1> is running, spawned at breaks_its_promise.c:47
 *     troupe: the last events of this loop, and of the actor that runs:
 *     troupe:   5.0 ms ago: teller (ended) is spawned by main <0.0.1>, at
 *         breaks_its_promise.c:47
 *     troupe:   5.0 ms ago: teller <0.2.1> is spawned by main <0.0.1>, at
 *         breaks_its_promise.c:47
 *     troupe:   5.0 ms ago: main <0.0.1> waits for another actor to end, at
 *         breaks_its_promise.c:47
 *     troupe:   5.0 ms ago: teller (ended) runs
 *     troupe:   5.0 ms ago: teller (ended) sleeps until its deadline, at
 *         breaks_its_promise.c:38
 *     troupe:   5.0 ms ago: teller <0.2.1> runs
 *     troupe:   5.0 ms ago: teller <0.2.1> sleeps until its deadline, at
 *         breaks_its_promise.c:38
 *     troupe:   2.0 us ago: teller (ended) is ready
 *     troupe:   2.0 us ago: teller (ended) runs
 *     troupe:   1.0 us ago: teller (ended) ends with 0
 *     troupe:   1.0 us ago: teller <0.2.1> is ready
 *     troupe:   1.0 us ago: teller <0.2.1> runs
 * ends with: SIGABRT
 */
#include <troupe.h>

static int balance = 100;

static int teller(void *arg)
{
    (void)arg;
    if (balance < 70)
        return 0;
    int rc = troupe_sleep(TROUPE_MS(5)); /* the form is filled in */
    balance -= 70;
    troupe_check(balance >= 0);
    return rc;
}

static int amain(void *arg)
{
    (void)arg;
    return troupe_gather((troupe_fn[]){teller, teller}, 2, NULL);
}

int main(void)
{
    return troupe_run(amain, NULL) < 0;
}
