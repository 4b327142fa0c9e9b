/*
 * The same deposits without a lost update: no suspension point lies between the read and the write,
 * so that nobody else can run there.  No lock is needed.
 *
 * prints:
 *     two deposits of 10, balance 20
 * look at: the tellers still wait at the same time; only the order of two lines has changed
 */
#include <stdio.h>

#include <troupe.h>

static int balance;

static int teller(void *arg)
{
    (void)arg;
    int rc = troupe_sleep(TROUPE_MS(1)); /* asks the head office */
    if (rc < 0)
        return rc;
    int read = balance; /* from here to the write nobody else runs */
    balance = read + 10;
    return 0;
}

static int amain(void *arg)
{
    (void)arg;
    int rc = troupe_gather((troupe_fn[]){teller, teller}, 2, NULL);
    if (rc == 0)
        printf("two deposits of 10, balance %d\n", balance);
    return rc;
}

int main(void)
{
    return troupe_run(amain, NULL) < 0;
}
