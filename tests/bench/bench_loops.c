/*
 * The workloads on two loops: they are run with TROUPE_LOOPS=2 or more.
 */

#include "bench.h"

#include <errno.h>

enum { TOKEN = 1 };

static int answer(void *arg)
{
    troupe_msg *msg;
    (void)arg;
    for (;;) {
        int rc = troupe_recv(&msg, TROUPE_FOREVER);
        if (rc < 0)
            return rc;
        int value = *(const int *)troupe_msg_data(msg, NULL);
        troupe_pid from = troupe_msg_from(msg);
        troupe_msg_free(&msg);
        must(troupe_send(from, TOKEN, &value, sizeof value), "send");
        if (value < 0)
            return 0;
    }
}

int bench_xpingpong(void *arg)
{
    enum { rounds = 100000 };
    troupe_spec spec = {.fn = answer, .place = TROUPE_ON(1)};
    troupe_pid partner;
    troupe_msg *msg;
    (void)arg;
    must(troupe_spawn_spec(&spec, &partner), "spawn");
    troupe_ns start = troupe_now();
    for (int i = rounds; i >= 0; i--) {
        int value = i - 1;
        must(troupe_send(partner, TOKEN, &value, sizeof value), "send");
        must(troupe_recv(&msg, TROUPE_FOREVER), "receive");
        troupe_msg_free(&msg);
    }
    print_figure("xpingpong", "", ns_since(start, rounds), "ns/rt");
    return troupe_join(partner, NULL, TROUPE_FOREVER);
}

enum { MESSAGES = 5000000 };

static int send_all(void *to)
{
    troupe_pid pid = *(const troupe_pid *)to;
    for (int i = 0; i < MESSAGES; i++)
        must(troupe_send_wait(pid, TOKEN, &i, sizeof i, TROUPE_FOREVER), "send");
    return 0;
}

int bench_xthroughput(void *arg)
{
    troupe_pid self = troupe_self();
    troupe_spec spec = {.fn = send_all, .arg = &self, .place = TROUPE_ON(1)};
    troupe_msg *msg;
    (void)arg;
    must(troupe_spawn_spec(&spec, NULL), "spawn");
    troupe_ns start = troupe_now();
    for (int i = 0; i < MESSAGES; i++) {
        must(troupe_recv(&msg, TROUPE_FOREVER), "receive");
        if (*(const int *)troupe_msg_data(msg, NULL) != i)
            give_up(-EPROTO, "a message is out of order");
        troupe_msg_free(&msg);
    }
    print_figure("xthroughput", "", 1e9 / ns_since(start, MESSAGES), "msg/s");
    return 0;
}
