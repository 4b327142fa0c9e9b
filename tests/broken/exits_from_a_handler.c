/*
 * A stackless actor that calls troupe_exit() instead of returning.
 *
 * says:
 *     troupe: troupe_exit(): a stackless actor ends by what its function returns
 *     troupe: clerk <0.1.1> is running, spawned at exits_from_a_handler.c:22
 * ends with: SIGABRT
 */
#include <troupe.h>

static int handle(troupe_msg *msg, void *state)
{
    (void)state;
    troupe_msg_free(&msg);
    troupe_exit(0);
}

static int amain(void *arg)
{
    (void)arg;
    troupe_pid pid;
    int rc = troupe_spawn_handler(handle, NULL, NULL, "clerk", &pid);
    return rc < 0 ? rc : troupe_send(pid, 1, NULL, 0);
}

int main(void)
{
    return troupe_run(amain, NULL) < 0;
}
