/*
 * Learning of the end of others: a monitor only watches, a link ties two fates together, and an
 * actor that traps exits gets a message instead of sharing the fate.
 *
 * prints:
 *     monitor: it ended with -5
 *     partner: shares the fate of the one it is linked to
 *     trap: it ended with -5
 * look at: who ends when, and the messages that the runtime sends
 */
#include <errno.h>
#include <stdio.h>

#include <troupe.h>

static int fail(void *arg)
{
    (void)arg;
    return -EIO; /* -5 */
}

static const troupe_spec failing = {.fn = fail, .name = "failing"};

static int wait_for_end(const char *who, int tag)
{
    troupe_msg *msg;
    int rc = troupe_recv_tag(tag, &msg, TROUPE_FOREVER);
    if (rc < 0)
        return rc;
    const troupe_down *down = troupe_msg_data(msg, NULL);
    printf("%s: it ended with %d\n", who, down->status);
    troupe_msg_free(&msg);
    return 0;
}

static void say_farewell(void *arg)
{
    (void)arg;
    puts("partner: shares the fate of the one it is linked to");
}

static int partner(void *arg)
{
    (void)arg;
    troupe_defer(say_farewell, NULL);
    int rc = troupe_spawn_link(&failing, NULL);
    return rc < 0 ? rc : troupe_sleep(TROUPE_FOREVER); /* ends here, with -5 */
}

static int amain(void *arg)
{
    (void)arg;
    int rc = troupe_spawn_monitor(&failing, NULL, NULL);
    if (rc == 0)
        rc = wait_for_end("monitor", TROUPE_TAG_DOWN);
    troupe_pid pid;
    int status;
    if (rc == 0)
        rc = troupe_spawn(partner, NULL, &pid);
    if (rc == 0)
        rc = troupe_join(pid, &status, TROUPE_FOREVER);
    if (rc == 0)
        rc = troupe_trap_exit(true);
    if (rc == 0)
        rc = troupe_spawn_link(&failing, NULL);
    return rc < 0 ? rc : wait_for_end("trap", TROUPE_TAG_EXIT);
}

int main(void)
{
    return troupe_run(amain, NULL) < 0;
}
