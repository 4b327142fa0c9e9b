/*
 * Two actors send each other messages, each a tag and some bytes.
 *
 * prints:
 *     ping 1
 *     pong 1
 *     ping 2
 *     pong 2
 *     ping 3
 *     pong 3
 * look at: the arrows to and fro; each actor waits while the other one runs
 */
#include <stdio.h>

#include <troupe.h>

enum { PING = 1, PONG, STOP };

static int ponger(void *arg)
{
    (void)arg;
    for (;;) {
        troupe_msg *msg;
        int rc = troupe_recv(&msg, TROUPE_FOREVER);
        if (rc < 0)
            return rc;
        int tag = troupe_msg_tag(msg);
        int n = tag == PING ? *(const int *)troupe_msg_data(msg, NULL) : 0;
        troupe_pid from = troupe_msg_from(msg);
        troupe_msg_free(&msg); /* what was received is the receiver's to free */
        if (tag == STOP)
            return 0;
        printf("ping %d\n", n);
        rc = troupe_send(from, PONG, &n, sizeof n);
        if (rc < 0)
            return rc;
    }
}

static int amain(void *arg)
{
    (void)arg;
    troupe_pid partner;
    int rc = troupe_spawn(ponger, NULL, &partner);
    for (int n = 1; rc == 0 && n <= 3; n++) {
        troupe_msg *msg;
        rc = troupe_send(partner, PING, &n, sizeof n); /* copies n; never suspends */
        if (rc == 0)
            rc = troupe_recv(&msg, TROUPE_FOREVER);
        if (rc == 0) {
            printf("pong %d\n", *(const int *)troupe_msg_data(msg, NULL));
            troupe_msg_free(&msg);
        }
    }
    if (rc == 0)
        rc = troupe_send(partner, STOP, NULL, 0);
    return rc < 0 ? rc : troupe_join(partner, NULL, TROUPE_FOREVER);
}

int main(void)
{
    return troupe_run(amain, NULL) < 0;
}
