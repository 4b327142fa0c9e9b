/*
 * The workloads of bench_runtime on State Threads: threads of one process that take turns.
 *
 *   peer_st WORKLOAD      prints figures as bench_runtime does
 *   peer_st echo PORT     serves the port for ever
 *
 * The library has no mailboxes, so a box here is a queue of words with a condition, which is how
 * its programs do it.  A sleep of no length is its yield.
 */

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <st.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "figures.h"

enum { STACK_BYTES = 16384, BOX_FIRST = 4 };

static _Noreturn void give_up(const char *what)
{
    fprintf(stderr, "peer_st: %s failed\n", what);
    exit(1);
}

static void spawn(void *(*run)(void *), void *arg)
{
    if (st_thread_create(run, arg, 0, STACK_BYTES) == NULL)
        give_up("st_thread_create");
}

static void yield(void)
{
    st_usleep(0);
}

/* Words in the order of their sending; one receives, any number send. */
struct box {
    long *words; /* a ring, of a power of two */
    unsigned size, head, count;
    st_cond_t filled;
};

static void box_init(struct box *box)
{
    *box = (struct box){.filled = st_cond_new()};
}

static void box_grow(struct box *box)
{
    unsigned size = box->size == 0 ? BOX_FIRST : box->size * 2;
    long *words = malloc(size * sizeof *words);
    for (unsigned i = 0; i < box->count; i++)
        words[i] = box->words[(box->head + i) & (box->size - 1)];
    free(box->words);
    box->words = words;
    box->size = size;
    box->head = 0;
}

static void box_send(struct box *box, long word)
{
    if (box->count == box->size)
        box_grow(box);
    box->words[(box->head + box->count++) & (box->size - 1)] = word;
    st_cond_signal(box->filled);
}

static long box_receive(struct box *box)
{
    while (box->count == 0)
        st_cond_wait(box->filled);
    long word = box->words[box->head];
    box->head = (box->head + 1) & (box->size - 1);
    box->count--;
    return word;
}

static void box_free(struct box *box)
{
    st_cond_destroy(box->filled);
    free(box->words);
}

static double ns_each(double start, double count)
{
    return (clock_seconds() - start) * 1e9 / count;
}

static bool stop;
static long passed, expected;
static struct box done;

/* One of `expected` has come to its end. */
static void pass(void)
{
    if (++passed == expected)
        box_send(&done, passed);
}

static void *yield_until_stop(void *arg)
{
    while (!stop)
        yield();
    return arg;
}

static void bench_switch(const char *name)
{
    enum { rounds = 5000000 };
    spawn(yield_until_stop, NULL);
    yield();
    double start = clock_seconds();
    for (int i = 0; i < rounds; i++)
        yield();
    print_figure(name, "", ns_each(start, 2.0 * rounds), "ns");
}

static void *count_one(void *count)
{
    ++*(long *)count;
    return NULL;
}

static void bench_spawn(const char *name)
{
    enum { rounds = 1000000 };
    long count = 0;
    double start = clock_seconds();
    for (int i = 0; i < rounds; i++) {
        spawn(count_one, &count);
        yield();
    }
    print_figure(name, "_seq", ns_each(start, rounds), "ns");
    if (count != rounds)
        give_up("counting");
}

static void *wait_for_word(void *box)
{
    box_receive(box);
    pass();
    return NULL;
}

static struct box *spawn_waiting(long count)
{
    struct box *boxes = calloc((size_t)count, sizeof *boxes);
    passed = 0;
    expected = count;
    for (long i = 0; i < count; i++) {
        box_init(&boxes[i]);
        spawn(wait_for_word, &boxes[i]);
    }
    yield();
    return boxes;
}

static void bench_spawn100k(const char *name)
{
    enum { threads = 100000 };
    (void)name;
    for (int round = 0; round < 2; round++) {
        double start = clock_seconds();
        struct box *boxes = spawn_waiting(threads);
        for (long i = 0; i < threads; i++)
            box_send(&boxes[i], i);
        box_receive(&done);
        print_figure("spawn_conc", round == 0 ? "" : "_warm", ns_each(start, threads), "ns");
        yield();
    }
}

static void *yield_20(void *arg)
{
    for (int i = 0; i < 20; i++)
        yield();
    pass();
    return arg;
}

static void bench_yield100k(const char *name)
{
    expected = 100000;
    for (long i = 0; i < expected; i++)
        spawn(yield_20, NULL);
    yield();
    double start = clock_seconds();
    box_receive(&done);
    print_figure(name, "", ns_each(start, 19.0 * (double)expected), "ns");
}

static struct box to, from;

static void *answer(void *arg)
{
    for (;;)
        box_send(&from, box_receive(&to) + 1);
    return arg;
}

static void bench_pingpong(const char *name)
{
    enum { rounds = 1000000 };
    box_init(&to);
    box_init(&from);
    spawn(answer, NULL);
    double start = clock_seconds();
    for (long i = 0; i < rounds; i++) {
        box_send(&to, i);
        box_receive(&from);
    }
    print_figure(name, "", ns_each(start, rounds), "ns/rt");
}

enum { RING_THREADS = 10000, RING_HOPS = 1000000 };

static struct box ring[RING_THREADS];

static void *hand_on(void *arg)
{
    struct box *in = arg;
    struct box *next = &ring[(in - ring + 1) % RING_THREADS];
    for (;;) {
        long word = box_receive(in);
        if (word == 0)
            break;
        box_send(next, word - 1);
    }
    box_send(&done, 1);
    return NULL;
}

static void bench_ring(const char *name)
{
    for (int i = 0; i < RING_THREADS; i++) {
        box_init(&ring[i]);
        spawn(hand_on, &ring[i]);
    }
    yield();
    double start = clock_seconds();
    box_send(&ring[0], RING_HOPS);
    box_receive(&done);
    print_figure(name, "", ns_each(start, RING_HOPS), "ns/hop");
}

enum { FANIN_THREADS = 1000, FANIN_EACH = 1000 };

static void *send_many(void *arg)
{
    for (long i = 0; i < FANIN_EACH; i++)
        box_send(&to, i);
    return arg;
}

static void bench_fanin(const char *name)
{
    long sum = 0;
    box_init(&to);
    double start = clock_seconds();
    for (int i = 0; i < FANIN_THREADS; i++)
        spawn(send_many, NULL);
    for (int i = 0; i < FANIN_THREADS * FANIN_EACH; i++)
        sum += box_receive(&to);
    print_figure(name, "", 1e9 / ns_each(start, FANIN_THREADS * FANIN_EACH), "msg/s");
    if (sum != (long)FANIN_THREADS * FANIN_EACH * (FANIN_EACH - 1) / 2)
        give_up("adding up");
}

struct node {
    struct box *up;
    long first, leaves;
};

static void *add_up(void *arg)
{
    struct node node = *(struct node *)arg;
    long sum = node.first;
    if (node.leaves > 1) {
        struct node children[10];
        struct box box;
        box_init(&box);
        sum = 0;
        for (int i = 0; i < 10; i++) {
            long leaves = node.leaves / 10;
            children[i] = (struct node){&box, node.first + i * leaves, leaves};
            spawn(add_up, &children[i]);
        }
        for (int i = 0; i < 10; i++)
            sum += box_receive(&box);
        box_free(&box);
    }
    box_send(node.up, sum);
    return NULL;
}

static void bench_skynet(const char *name)
{
    const long leaves = 1000000;
    struct node root = {&done, 0, leaves};
    double start = clock_seconds();
    spawn(add_up, &root);
    long sum = box_receive(&done);
    print_figure(name, "", clock_seconds() - start, "s");
    print_figure(name, "_peak", status_kib("VmHWM") / 1024, "MiB");
    if (sum != leaves * (leaves - 1) / 2)
        give_up("adding up");
}

static void *sleep_1s(void *arg)
{
    st_usleep(1000000);
    pass();
    return arg;
}

static long count_of(const char *name)
{
    return strstr(name, "1m") != NULL ? 1000000 : 100000;
}

static void bench_sleep(const char *name)
{
    double cpu = cpu_seconds(), start = clock_seconds();
    expected = count_of(name);
    for (long i = 0; i < expected; i++)
        spawn(sleep_1s, NULL);
    double spawned = clock_seconds() - start;
    box_receive(&done);
    print_figure(name, "", clock_seconds() - start, "s");
    print_figure(name, "_spawned", spawned, "s");
    print_figure(name, "_cpu", cpu_seconds() - cpu, "cpu_s");
    print_figure(name, "_peak", status_kib("VmHWM") / 1024, "MiB");
}

static void bench_park(const char *name)
{
    long count = count_of(name);
    double rss = status_kib("VmRSS"), pte = status_kib("VmPTE");
    spawn_waiting(count);
    print_figure(name, "_rss", (status_kib("VmRSS") - rss) * 1024 / (double)count, "B/each");
    print_figure(name, "_pte", (status_kib("VmPTE") - pte) * 1024 / (double)count, "B/each");
}

static void *echo(void *arg)
{
    st_netfd_t peer = arg;
    char bytes[4096];
    ssize_t count;
    while ((count = st_read(peer, bytes, sizeof bytes, ST_UTIME_NO_TIMEOUT)) > 0)
        if (st_write(peer, bytes, (size_t)count, ST_UTIME_NO_TIMEOUT) != count)
            break;
    st_netfd_close(peer);
    return NULL;
}

static _Noreturn void serve(const char *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(port))};
    int one = 1, listener = socket(AF_INET, SOCK_STREAM, 0);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0 ||
        listen(listener, 128) < 0)
        give_up("listening");
    st_netfd_t socket = st_netfd_open_socket(listener);
    for (;;) {
        st_netfd_t peer = st_accept(socket, NULL, NULL, ST_UTIME_NO_TIMEOUT);
        if (peer == NULL)
            give_up("st_accept");
        setsockopt(st_netfd_fileno(peer), IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        spawn(echo, peer);
    }
}

static const struct {
    const char *name;
    void (*run)(const char *name);
} workloads[] = {
    {"switch", bench_switch},       {"spawn", bench_spawn},       {"spawn100k", bench_spawn100k},
    {"yield100k", bench_yield100k}, {"pingpong", bench_pingpong}, {"ring", bench_ring},
    {"fanin", bench_fanin},         {"skynet", bench_skynet},     {"sleep100k", bench_sleep},
    {"sleep1m", bench_sleep},       {"park100k", bench_park},     {"park1m", bench_park},
};

int main(int argc, char **argv)
{
    st_set_eventsys(ST_EVENTSYS_ALT);
    if (argc < 2 || st_init() < 0)
        return 2;
    box_init(&done);
    if (argc == 3 && strcmp(argv[1], "echo") == 0)
        serve(argv[2]);
    for (size_t i = 0; i < sizeof workloads / sizeof workloads[0]; i++)
        if (strcmp(argv[1], workloads[i].name) == 0) {
            workloads[i].run(argv[1]);
            fflush(stdout);
            _exit(0); /* threads that wait for ever are not waited for */
        }
    fprintf(stderr, "peer_st: there is no workload %s\n", argv[1]);
    return 2;
}
