/*
 * The workloads with messages.
 */

#include "bench.h"

#include <stdlib.h>

enum { TOKEN = 1, END };

/* Receives the next message, its payload an int, and gives the int and the sender.  Inlined, since
 * a level of call more between a workload and the switch is a wrong prediction more. */
static inline __attribute__((always_inline)) int receive_int(int *value, troupe_pid *from)
{
    troupe_msg *msg;
    int rc = troupe_recv(&msg, TROUPE_FOREVER);
    if (rc < 0)
        return rc;
    *value = *(const int *)troupe_msg_data(msg, NULL);
    if (from != NULL)
        *from = troupe_msg_from(msg);
    rc = troupe_msg_tag(msg);
    troupe_msg_free(&msg);
    return rc;
}

static int answer(void *arg)
{
    int value;
    troupe_pid from;
    (void)arg;
    for (;;) {
        int tag = receive_int(&value, &from);
        if (tag != TOKEN)
            return 0;
        value++;
        must(troupe_send(from, TOKEN, &value, sizeof value), "send");
    }
}

static int exchange(const char *name, int rounds)
{
    troupe_pid partner;
    int value;
    must(troupe_spawn(answer, NULL, &partner), "spawn");
    troupe_ns start = troupe_now();
    for (int i = 0; i < rounds; i++) {
        must(troupe_send(partner, TOKEN, &i, sizeof i), "send");
        must(receive_int(&value, NULL), "receive");
    }
    print_figure(name, "", ns_since(start, rounds), "ns/rt");
    must(troupe_send(partner, END, &value, sizeof value), "send");
    return troupe_join(partner, NULL, TROUPE_FOREVER);
}

int bench_pingpong(void *arg)
{
    (void)arg;
    return exchange("pingpong", 1000000);
}

int bench_traced(void *arg)
{
    (void)arg;
    return exchange("traced", 100000);
}

/* Hands the token on to the next in the ring, less one; the end goes round, too. */
static int hand_on(void *arg)
{
    const troupe_pid *next = arg;
    for (;;) {
        int value = 0;
        int tag = receive_int(&value, NULL);
        must(tag, "receive");
        if (value == 0)
            tag = END;
        value--;
        int rc = troupe_send(*next, tag, &value, sizeof value);
        if (tag == END)
            return 0;
        must(rc, "send");
    }
}

int bench_ring(void *arg)
{
    enum { actors = 10000, hops = 1000000 };
    static troupe_pid ring[actors + 1];
    int token = hops;
    (void)arg;
    for (int i = 0; i < actors; i++)
        must(troupe_spawn(hand_on, &ring[i + 1], &ring[i]), "spawn");
    ring[actors] = ring[0];
    must(troupe_yield(), "yield");
    troupe_ns start = troupe_now();
    must(troupe_send(ring[0], TOKEN, &token, sizeof token), "send");
    must(troupe_join(ring[hops % actors], NULL, TROUPE_FOREVER), "join");
    print_figure("ring", "", ns_since(start, hops), "ns/hop");
    return 0;
}

enum { FANIN_ACTORS = 1000, FANIN_EACH = 1000 };

static int send_many(void *arg)
{
    for (int i = 0; i < FANIN_EACH; i++)
        must(troupe_send_wait(*(troupe_pid *)arg, TOKEN, &i, sizeof i, TROUPE_FOREVER), "send");
    return 0;
}

int bench_fanin(void *arg)
{
    troupe_pid self = troupe_self();
    long sum = 0;
    (void)arg;
    troupe_ns start = troupe_now();
    for (int i = 0; i < FANIN_ACTORS; i++)
        must(troupe_spawn(send_many, &self, NULL), "spawn");
    for (int i = 0; i < FANIN_ACTORS * FANIN_EACH; i++) {
        int value = 0;
        must(receive_int(&value, NULL), "receive");
        sum += value;
    }
    print_figure("fanin", "", 1e9 / ns_since(start, FANIN_ACTORS * FANIN_EACH), "msg/s");
    return sum == (long)FANIN_ACTORS * FANIN_EACH * (FANIN_EACH - 1) / 2 ? 0 : -1;
}

/* A part of the tree: adds up the numbers from `first`, and sends the sum to `up`. */
struct node {
    troupe_pid up;
    long first;
    long leaves;
};

static int add_up(void *arg)
{
    struct node node = *(struct node *)arg;
    free(arg);
    long sum = node.first;
    if (node.leaves > 1) {
        sum = 0;
        for (int i = 0; i < 10; i++) {
            struct node *child = malloc(sizeof *child);
            child->up = troupe_self();
            child->leaves = node.leaves / 10;
            child->first = node.first + i * child->leaves;
            must(troupe_spawn(add_up, child, NULL), "spawn");
        }
        for (int i = 0; i < 10; i++) {
            troupe_msg *msg;
            must(troupe_recv(&msg, TROUPE_FOREVER), "receive");
            sum += *(const long *)troupe_msg_data(msg, NULL);
            troupe_msg_free(&msg);
        }
    }
    return troupe_send(node.up, TOKEN, &sum, sizeof sum);
}

int bench_skynet(void *arg)
{
    const long leaves = 1000000;
    struct node *root = malloc(sizeof *root);
    troupe_msg *msg;
    (void)arg;
    troupe_ns start = troupe_now();
    *root = (struct node){.up = troupe_self(), .leaves = leaves};
    must(troupe_spawn(add_up, root, NULL), "spawn");
    must(troupe_recv(&msg, TROUPE_FOREVER), "receive");
    long sum = *(const long *)troupe_msg_data(msg, NULL);
    troupe_msg_free(&msg);
    print_figure("skynet", "", ns_since(start, 1e9), "s");
    print_figure("skynet", "_peak", status_kib("VmHWM") / 1024, "MiB");
    return sum == leaves * (leaves - 1) / 2 ? 0 : -1;
}
