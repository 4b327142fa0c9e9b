/*
 * Looking into a running program: what each actor is doing, what it waits for, and how many
 * messages it has not taken.  With `dump` as its argument, the same as one report of everybody.
 *
 * prints:
 *     sleeper: waits (sleep), 0 messages
 *     reader: waits (recv), 2 messages
 *     caller: waits (call), for reader
 * look at: the same waits, with their reasons
 */
#include <stdio.h>
#include <string.h>

#include <troupe.h>

enum { LETTER = 1, QUESTION, ANSWER };

enum { SLEEPER, READER, CALLER, COUNT };

static troupe_pid pids[COUNT];

static int sleeper(void *arg)
{
    (void)arg;
    return troupe_sleep(TROUPE_S(60));
}

static int reader(void *arg)
{
    (void)arg;
    troupe_msg *msg;
    return troupe_recv_tag(ANSWER, &msg, TROUPE_FOREVER); /* which nobody sends */
}

static int caller(void *arg)
{
    (void)arg;
    troupe_msg *answer;
    return troupe_call(pids[READER], QUESTION, NULL, 0, &answer, TROUPE_FOREVER);
}

static void describe(troupe_pid pid)
{
    struct troupe_info info, target;
    if (troupe_info(pid, &info) < 0)
        return;
    if (troupe_info(info.target, &target) == 0)
        printf("%s: waits (%s), for %s\n", info.name, info.reason, target.name);
    else
        printf("%s: waits (%s), %zu messages\n", info.name, info.reason, info.mailbox_count);
}

static int amain(void *wants_dump)
{
    const troupe_spec specs[COUNT] = {
        {.fn = sleeper, .name = "sleeper"},
        {.fn = reader, .name = "reader"},
        {.fn = caller, .name = "caller"},
    };
    troupe_scope scope;
    troupe_scope_open(&scope, TROUPE_FOREVER);
    for (int i = 0; i < COUNT; i++)
        troupe_scope_spawn_spec(&scope, &specs[i], &pids[i]);
    troupe_send(pids[READER], LETTER, NULL, 0);
    int rc = troupe_sleep(TROUPE_MS(1)); /* lets them begin */
    if (*(bool *)wants_dump)
        troupe_dump(stdout);
    for (int i = 0; i < COUNT && !*(bool *)wants_dump; i++)
        describe(pids[i]);
    troupe_scope_cancel(&scope, "seen enough");
    int joined = troupe_scope_join(&scope);
    return rc < 0 ? rc : joined;
}

int main(int argc, char **argv)
{
    bool wants_dump = argc > 1 && strcmp(argv[1], "dump") == 0;
    return troupe_run(amain, &wants_dump) < 0;
}
