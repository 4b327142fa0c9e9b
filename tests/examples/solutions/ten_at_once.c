/* The exercise about messages, solved: ten are under way before the first answer is waited for. */

#include <stdio.h>

#include <troupe.h>

enum { PING = 1, AT_ONCE = 10, ROUNDS = 10 };

static int ponger(void *arg)
{
    (void)arg;
    for (int i = 0; i < AT_ONCE * ROUNDS; i++) {
        troupe_msg *msg;
        int rc = troupe_recv(&msg, TROUPE_FOREVER);
        if (rc < 0)
            return rc;
        rc = troupe_send_msg(troupe_msg_from(msg), &msg);
        if (rc < 0)
            return rc;
    }
    return 0;
}

static int play_round(troupe_pid partner)
{
    for (int i = 0; i < AT_ONCE; i++) {
        int rc = troupe_send(partner, PING, NULL, 0);
        if (rc < 0)
            return rc;
    }
    for (int i = 0; i < AT_ONCE; i++) {
        troupe_msg *msg;
        int rc = troupe_recv(&msg, TROUPE_FOREVER);
        if (rc < 0)
            return rc;
        troupe_msg_free(&msg);
    }
    return 0;
}

static int amain(void *arg)
{
    (void)arg;
    troupe_pid partner;
    int rc = troupe_spawn(ponger, NULL, &partner);
    for (int i = 0; i < ROUNDS && rc == 0; i++)
        rc = play_round(partner);
    return rc < 0 ? rc : troupe_join(partner, NULL, TROUPE_FOREVER);
}

int main(void)
{
    return troupe_run(amain, NULL) < 0;
}
