/*
 * Workloads of many, as stackless actors: each a function that is called for a message.
 */

#include "bench.h"

#include <stdlib.h>

enum { GREETING = 1, END };

/* Messages under way. */
enum { AT_ONCE = 1000 };

static long greeted;

static int handle(troupe_msg *msg, void *state)
{
    int tag = troupe_msg_tag(msg);
    (void)state;
    troupe_msg_free(&msg);
    if (tag == END)
        return TROUPE_STOP;
    greeted++;
    return 0;
}

static troupe_pid *spawn_handlers(long count)
{
    troupe_pid *pids = malloc((size_t)count * sizeof *pids);
    for (long i = 0; i < count; i++)
        must(troupe_spawn_handler(handle, NULL, NULL, NULL, &pids[i]), "spawn");
    return pids;
}

static void join_all(troupe_pid *pids, long count)
{
    for (long i = 0; i < count; i++)
        must(troupe_join(pids[i], NULL, TROUPE_FOREVER), "join");
    free(pids);
}

/* What has no stack sleeps by sending a message to itself, for later. */
int bench_sleep_handlers(void *arg)
{
    const struct size *size = arg;
    double cpu = cpu_seconds();
    troupe_ns start = troupe_now();
    troupe_pid *pids = spawn_handlers(size->actors);
    for (long i = 0; i < size->actors; i++) {
        troupe_msg *msg;
        must(troupe_msg_new(END, 0, &msg), "message");
        must(troupe_send_after(TROUPE_S(1), pids[i], &msg, NULL), "send");
    }
    double spawned = ns_since(start, 1e9);
    join_all(pids, size->actors);
    print_slept(size->name, start, spawned, cpu);
    return 0;
}

/* Each has had a message, and so has a mailbox. */
int bench_park_handlers(void *arg)
{
    const struct size *size = arg;
    struct memory before = memory_now();
    greeted = 0;
    troupe_pid *pids = spawn_handlers(size->actors);
    struct memory new = memory_now();
    for (long i = 0; i < size->actors; i++) {
        must(troupe_send(pids[i], GREETING, NULL, 0), "send");
        if (i % AT_ONCE == 0)
            must(troupe_yield(), "yield"); /* the messages go, what they were in is used again */
    }
    while (greeted < size->actors)
        must(troupe_yield(), "yield");
    print_memory(size, "", before, memory_now());
    print_memory(size, "_new", before, new);
    for (long i = 0; i < size->actors; i++)
        must(troupe_send(pids[i], END, NULL, 0), "send");
    join_all(pids, size->actors);
    print_memory(size, "_left", before, memory_now());
    return 0;
}
