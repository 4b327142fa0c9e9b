/*
 * Crashes in an actor after a while, while another waits: for those who look at the core file.
 *
 * Its functions go straight on: one that returns early may be split, and told as two calls.
 */
#include <unistd.h>

#include <troupe.h>

static int *volatile nothing;

__attribute__((noinline)) static int divide(int share)
{
    return share / *nothing;
}

static int reader(void *arg)
{
    (void)arg;
    troupe_msg *msg;
    return troupe_recv(&msg, TROUPE_FOREVER);
}

/* Goes on after more than a second, from which on the age of a wait is told. */
static int worker(void *arg)
{
    (void)arg;
    int rc = troupe_sleep(TROUPE_MS(1100));
    return divide(3) + rc;
}

static int amain(void *arg)
{
    (void)arg;
    troupe_pid pid;
    int rc = troupe_spawn(reader, NULL, NULL);
    rc += troupe_spawn(worker, NULL, &pid);
    return troupe_join(pid, NULL, TROUPE_FOREVER) + rc;
}

int main(void)
{
    alarm(60);
    return troupe_run(amain, NULL) < 0;
}
