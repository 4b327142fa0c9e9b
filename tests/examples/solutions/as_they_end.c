/*
 * The exercise about order: each is told of when it ends.
 *
 *     as_they_end            whoever ends says so, and is told of then
 *     as_they_end in_turn    what is usually wrong: each is waited for in the order of the list
 */

#include <stdio.h>
#include <string.h>

#include <troupe.h>

enum { COUNT = 3, ENDED = 1 };

static const int sleeps_ms[COUNT] = {300, 100, 200};
static troupe_pid teller;

static int work(void *arg)
{
    const int *sleep_ms = arg;
    int number = (int)(sleep_ms - sleeps_ms) + 1;
    int rc = troupe_sleep(TROUPE_MS(*sleep_ms));
    return rc < 0 ? rc : troupe_send(teller, ENDED, &number, sizeof number);
}

static int tell_as_they_end(void)
{
    for (int i = 0; i < COUNT; i++) {
        troupe_msg *ended;
        int rc = troupe_recv(&ended, TROUPE_FOREVER);
        if (rc < 0)
            return rc;
        printf("%d\n", *(const int *)troupe_msg_data(ended, NULL));
        troupe_msg_free(&ended);
    }
    return 0;
}

static int tell_in_turn(const troupe_pid *workers)
{
    for (int i = 0; i < COUNT; i++) {
        int rc = troupe_join(workers[i], NULL, TROUPE_FOREVER);
        if (rc < 0)
            return rc;
        printf("%d\n", i + 1);
    }
    return 0;
}

static int amain(void *arg)
{
    troupe_pid workers[COUNT];
    teller = troupe_self();
    for (int i = 0; i < COUNT; i++) {
        int rc = troupe_spawn(work, (void *)&sleeps_ms[i], &workers[i]);
        if (rc < 0)
            return rc;
    }
    return *(const bool *)arg ? tell_in_turn(workers) : tell_as_they_end();
}

int main(int argc, char **argv)
{
    bool in_turn = argc > 1 && strcmp(argv[1], "in_turn") == 0;
    return troupe_run(amain, &in_turn) < 0;
}
