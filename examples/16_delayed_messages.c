/*
 * Messages that come later: a reminder arrives like any other message, and one that is no longer
 * wanted is taken back before it is due.
 *
 * prints:
 *     after a while: tick
 *     after a while: tick
 *     after a while: tick
 *     the alarm is off: success
 *     nothing else came
 * look at: main waits in a receive, and a timer ends the wait
 */
#include <errno.h>
#include <stdio.h>

#include <troupe.h>

enum { TICK = 1, ALARM };

static int send_later(troupe_ns delay, int tag, troupe_timer *timer)
{
    troupe_msg *msg;
    int rc = troupe_msg_new(tag, 0, &msg);
    return rc < 0 ? rc : troupe_send_after(delay, troupe_self(), &msg, timer);
}

static int amain(void *arg)
{
    (void)arg;
    troupe_timer alarm;
    int rc = send_later(TROUPE_S(60), ALARM, &alarm);
    for (int i = 0; rc == 0 && i < 3; i++) {
        troupe_msg *msg;
        rc = send_later(TROUPE_MS(1), TICK, NULL);
        if (rc == 0)
            rc = troupe_recv(&msg, TROUPE_FOREVER);
        if (rc < 0)
            return rc;
        printf("after a while: %s\n", troupe_msg_tag(msg) == TICK ? "tick" : "alarm");
        troupe_msg_free(&msg);
    }
    if (rc < 0)
        return rc;
    printf("the alarm is off: %s\n", troupe_strerror(troupe_timer_cancel(alarm)));
    troupe_msg *other;
    rc = troupe_recv(&other, 0);
    if (rc == -ETIMEDOUT)
        puts("nothing else came");
    return rc == -ETIMEDOUT ? 0 : rc;
}

int main(void)
{
    return troupe_run(amain, NULL) < 0;
}
