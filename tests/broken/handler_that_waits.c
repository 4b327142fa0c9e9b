/*
 * A stackless actor that calls something that suspends.
 *
 * says:
 *     troupe: the call at handler_that_waits.c:15 suspends, and a stackless actor cannot wait
 *     troupe: clerk <0.1.1> is running, spawned at handler_that_waits.c:22
 * ends with: SIGABRT
 */
#include <troupe.h>

static int handle(troupe_msg *msg, void *state)
{
    (void)state;
    troupe_msg_free(&msg);
    return troupe_sleep(TROUPE_MS(1));
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
