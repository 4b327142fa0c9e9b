/*
 * A lost update: both tellers read the balance, then both wait, then both write.  Actors on one
 * loop never interrupt each other, but between two suspension points only.
 *
 * prints:
 *     two deposits of 10, balance 10
 * look at: both tellers wait at the same line, between their read and their write
 */
#include <stdio.h>

#include <troupe.h>

static int balance;

static int teller(void *arg)
{
    (void)arg;
    int read = balance;
    int rc = troupe_sleep(TROUPE_MS(1)); /* asks the head office; the other one reads meanwhile */
    if (rc < 0)
        return rc;
    balance = read + 10; /* what was read is out of date */
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
