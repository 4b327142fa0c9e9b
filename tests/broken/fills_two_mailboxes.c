/*
 * Two actors send to each other, each waits for room in the other's mailbox, and neither receives.
 *
 * prints:
 *     the third letter to left: would never end
 * says:
 *     troupe: troupe_send_wait() at fills_two_mailboxes.c:24 would never end: it closes a cycle of
 *         waits
 *     troupe:   right <0.2.1> is running, spawned at fills_two_mailboxes.c:48
 *     troupe:   left <0.1.1> waits for room in a full mailbox: right <0.2.1>, at
 *         fills_two_mailboxes.c:24, spawned at fills_two_mailboxes.c:46
 */
#include <errno.h>
#include <stdio.h>

#include <troupe.h>

static troupe_pid left_pid, right_pid;

static int write_letters(const char *to, troupe_pid pid)
{
    int rc = 0;
    for (int i = 0; i < 3 && rc == 0; i++)
        rc = troupe_send_wait(pid, 1, "letter", 7, TROUPE_FOREVER);
    if (rc == -ESRCH)
        return 0; /* it has given up */
    printf("the third letter to %s: %s\n", to, troupe_strerror(rc));
    return 0;
}

static int left(void *arg)
{
    (void)arg;
    return write_letters("right", right_pid);
}

static int right(void *arg)
{
    (void)arg;
    return write_letters("left", left_pid);
}

static int amain(void *arg)
{
    (void)arg;
    int rc = troupe_spawn(left, NULL, &left_pid);
    if (rc == 0)
        rc = troupe_spawn(right, NULL, &right_pid);
    if (rc == 0)
        rc = troupe_mailbox_limit(left_pid, 2, TROUPE_REFUSE);
    if (rc == 0)
        rc = troupe_mailbox_limit(right_pid, 2, TROUPE_REFUSE);
    return rc < 0 ? rc : troupe_join(left_pid, NULL, TROUPE_FOREVER);
}

int main(void)
{
    return troupe_run(amain, NULL) < 0;
}
