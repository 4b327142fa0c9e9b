/*
 * Many loops: the same actors on one thread, or on several at the same time.
 *
 * prints:
 *     78498 primes below a million
 * look at: the four workers: on one loop they take turns; with TROUPE_LOOPS=2 two of them run at
 *     the same time, and P comes close to 2 if there are two cores
 */
#include <stdio.h>

#include <troupe.h>

enum { RANGE = 1000000, WORKERS = 4 };
enum { PART = 1, COUNT };

/* The numbers from `first` to before `end`. */
struct part {
    int first;
    int end;
};

static int count_primes(struct part part)
{
    int count = 0;
    for (int n = part.first; n < part.end; n++) {
        int is_prime = n > 1;
        for (int d = 2; is_prime && d <= n / d; d++)
            is_prime = n % d != 0;
        count += is_prime;
    }
    return count;
}

/* Gets its part in a message and answers with another: it shares nothing with anyone. */
static int work(void *arg)
{
    troupe_msg *request;
    (void)arg;
    int rc = troupe_recv(&request, TROUPE_FOREVER);
    if (rc < 0)
        return rc;
    int count = count_primes(*(const struct part *)troupe_msg_data(request, NULL));
    rc = troupe_reply(request, COUNT, &count, sizeof count);
    troupe_msg_free(&request);
    return rc;
}

static int amain(void *arg)
{
    troupe_spec spec = {.fn = work, .place = TROUPE_ANYWHERE}; /* on the next loop in turn */
    troupe_ref refs[WORKERS];
    troupe_pid pid;
    int sum = 0, rc = 0;
    (void)arg;
    for (int i = 0; i < WORKERS && rc == 0; i++) {
        struct part part = {RANGE / WORKERS * i, RANGE / WORKERS * (i + 1)};
        rc = troupe_spawn_spec(&spec, &pid);
        if (rc == 0)
            rc = troupe_call_start(pid, PART, &part, sizeof part, &refs[i]);
    }
    for (int i = 0; i < WORKERS && rc == 0; i++) {
        troupe_msg *answer;
        rc = troupe_call_wait(refs[i], &answer, TROUPE_FOREVER);
        if (rc < 0)
            break;
        sum += *(const int *)troupe_msg_data(answer, NULL);
        troupe_msg_free(&answer);
    }
    if (rc == 0)
        printf("%d primes below a million\n", sum);
    return rc;
}

int main(void)
{
    return troupe_run(amain, NULL) < 0;
}
