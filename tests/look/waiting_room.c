/*
 * Actors in each of their states, for those who look at this process from outside; ends when its
 * standard input does.
 */
#include <stdio.h>
#include <unistd.h>

#include <troupe.h>

enum { LETTER = 1, QUESTION, ANSWER };

static troupe_pid reader_pid;
static troupe_mutex mutex;

static int sleeper(void *arg)
{
    (void)arg;
    return troupe_sleep(TROUPE_FOREVER);
}

static int reader(void *arg)
{
    (void)arg;
    troupe_msg *msg;
    return troupe_recv_tag(ANSWER, &msg, TROUPE_FOREVER);
}

__attribute__((noinline)) static int deep(int depth)
{
    troupe_msg *answer;
    if (depth > 0)
        return deep(depth - 1) + 0 * depth;
    return troupe_call(reader_pid, QUESTION, NULL, 0, &answer, TROUPE_FOREVER);
}

static int caller(void *arg)
{
    (void)arg;
    return deep(2);
}

static int locker(void *arg)
{
    (void)arg;
    return troupe_mutex_lock(mutex, TROUPE_FOREVER);
}

static int clerk(troupe_msg *msg, void *state)
{
    (void)state;
    troupe_msg_free(&msg);
    return 0;
}

/* Blocks the loop, on purpose. */
static int blocker(void *arg)
{
    char byte;
    (void)arg;
    puts("ready");
    fflush(stdout);
    return read(STDIN_FILENO, &byte, 1) < 0;
}

static int amain(void *arg)
{
    (void)arg;
    troupe_scope scope;
    int rc = troupe_mutex_new(&mutex);
    if (rc == 0)
        rc = troupe_mutex_lock(mutex, TROUPE_FOREVER);
    if (rc == 0)
        rc = troupe_spawn_handler(clerk, NULL, NULL, "clerk", NULL);
    if (rc < 0)
        return rc;
    troupe_scope_open(&scope, TROUPE_FOREVER);
    troupe_scope_spawn(&scope, sleeper, NULL, NULL);
    troupe_scope_spawn(&scope, reader, NULL, &reader_pid);
    troupe_send(reader_pid, LETTER, NULL, 0);
    troupe_scope_spawn(&scope, caller, NULL, NULL);
    troupe_scope_spawn(&scope, locker, NULL, NULL);
    troupe_pid pid;
    rc = troupe_spawn_spec(&(troupe_spec){.fn = blocker, .place = TROUPE_ON(0)}, &pid);
    return rc == 0 ? troupe_join(pid, NULL, TROUPE_FOREVER) : rc;
}

int main(void)
{
    alarm(60); /* nobody looks any more */
    return troupe_run_on(&(troupe_options){.loops = 2, .stall = -1}, amain, NULL) < 0;
}
