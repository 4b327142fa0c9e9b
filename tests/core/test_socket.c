/*
 * Sockets on loopback: connections that come, go and break, many of them, and datagrams.
 */

#include "wires.h"

static struct sockaddr_in address;
static int listener;

static int accept_one(void *arg)
{
    (void)arg;
    return troupe_accept(listener, NULL, NULL);
}

static int echo(void *arg)
{
    int fd = (int)(intptr_t)arg;
    char bytes[4096];
    int count;
    while ((count = troupe_read(fd, bytes, sizeof bytes)) > 0)
        if (troupe_write(fd, bytes, (size_t)count) != count)
            break;
    troupe_close(fd);
    return count;
}

static int meet(void *arg)
{
    (void)arg;
    struct sockaddr_in from = {.sin_port = 0};
    socklen_t bytes = sizeof from;
    listener = listen_loopback(&address);
    troupe_pid acceptor = start(accept_one, 0);
    int client = connect_to(&address);
    int server = end_of(acceptor);
    assert_true(server >= 0);
    assert_true(fcntl(server, F_GETFL) & O_NONBLOCK);
    assert_true(fcntl(server, F_GETFD) & FD_CLOEXEC);
    int second = connect_to(&address);
    int accepted = troupe_accept(listener, (struct sockaddr *)&from, &bytes);
    assert_true(accepted >= 0);
    assert_int_equal(from.sin_addr.s_addr, htonl(INADDR_LOOPBACK));
    troupe_close(accepted);
    troupe_close(second);
    troupe_close(listener);
    int refused = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(troupe_connect(refused, (struct sockaddr *)&address, sizeof address),
                     -ECONNREFUSED);
    troupe_close(refused);
    troupe_close(client);
    troupe_close(server);
    return 0;
}

static void a_client_and_a_server_meet(void **state)
{
    (void)state;
    run(meet);
}

/* Closes so that the other side is told of a reset. */
static void break_off(int fd)
{
    reset_at_close(fd);
    assert_int_equal(troupe_close(fd), 0);
}

static int be_reset(void *arg)
{
    (void)arg;
    char byte;
    listener = listen_loopback(&address);
    for (int round = 0; round < 2; round++) {
        int client = connect_to(&address);
        int server = accept_one(NULL);
        troupe_pid pid = start(echo, server);
        if (round == 0) { /* with an answer that is on its way */
            assert_int_equal(troupe_write(client, "half a mess", 11), 11);
            assert_int_equal(troupe_wait_fd(client, TROUPE_READABLE, TROUPE_FOREVER),
                             TROUPE_READABLE);
        }
        break_off(client);
        assert_int_equal(end_of(pid), -ECONNRESET);
    }
    int client = connect_to(&address);
    int server = accept_one(NULL);
    break_off(client);
    assert_int_equal(troupe_read(server, &byte, 1), -ECONNRESET);
    assert_int_equal(troupe_write(server, "x", 1), -EPIPE); /* and the program lives on */
    return 0;
}

static void a_reset_is_the_affair_of_one_actor(void **state)
{
    (void)state;
    run(be_reset);
}

static int run_out_of_descriptors(void *arg)
{
    (void)arg;
    struct rlimit limit;
    listener = listen_loopback(&address);
    int client = connect_to(&address);
    int served = accept_one(NULL);
    troupe_pid pid = start(echo, served);
    int waiting = connect_to(&address);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    struct rlimit tight = {.rlim_cur = (rlim_t)waiting + 1, .rlim_max = limit.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &tight), 0);
    assert_int_equal(accept_one(NULL), -EMFILE);
    char text[8];
    assert_int_equal(troupe_write(client, "still", 5), 5); /* the others do not notice */
    assert_int_equal(troupe_read(client, text, sizeof text), 5);
    troupe_close(client);
    assert_int_equal(end_of(pid), 0);
    assert_true(accept_one(NULL) >= 0); /* the connection had not been lost */
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
    return 0;
}

static void too_many_open_files_are_told_to_the_acceptor(void **state)
{
    (void)state;
    if (limits_are_played())
        harness_skip("the limit on descriptors is not the system's");
    run(run_out_of_descriptors);
}

/* A crowd of clients, each with messages of its own. */
enum { CLIENTS = 1000, MESSAGES = 10 };
static long answered;

static int serve(void *arg)
{
    (void)arg;
    for (int i = 0; i < CLIENTS; i++) {
        int fd = troupe_accept(listener, NULL, NULL);
        if (fd < 0)
            return fd;
        int rc = troupe_spawn(echo, (void *)(intptr_t)fd, NULL);
        if (rc < 0)
            return rc;
    }
    return 0;
}

/* Reads exactly so many bytes. */
static int read_all(int fd, void *buffer, size_t bytes)
{
    size_t done = 0;
    while (done < bytes) {
        int rc = troupe_read(fd, (char *)buffer + done, bytes - done);
        if (rc <= 0)
            return rc < 0 ? rc : -EPIPE;
        done += (size_t)rc;
    }
    return 0;
}

static int talk(void *arg)
{
    int fd = connect_to(&address);
    for (long i = 0; i < MESSAGES; i++) {
        long sent[2] = {(long)(intptr_t)arg, i}, received[2];
        assert_int_equal(troupe_write(fd, sent, sizeof sent), sizeof sent);
        int rc = read_all(fd, received, sizeof received);
        if (rc < 0)
            return rc;
        assert_memory_equal(sent, received, sizeof sent);
        answered++;
    }
    return troupe_close(fd);
}

static int be_a_crowd(void *arg)
{
    (void)arg;
    listener = listen_loopback(&address);
    troupe_scope scope;
    troupe_scope_open(&scope, TROUPE_FOREVER);
    troupe_scope_spawn(&scope, serve, NULL, NULL);
    for (intptr_t i = 0; i < CLIENTS; i++)
        troupe_scope_spawn(&scope, talk, (void *)i, NULL);
    int rc = troupe_scope_join(&scope);
    assert_int_equal(answered, CLIENTS * MESSAGES);
    return rc;
}

static void a_thousand_clients_are_served(void **state)
{
    struct rlimit limit;
    (void)state;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    limit.rlim_cur = limit.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
    if (limit.rlim_max < 2 * CLIENTS + 100)
        harness_skip("too few descriptors are allowed");
    run(be_a_crowd);
}

/* Numbers come out of the echo in the order in which they went in, however they are cut up. */
enum { NUMBERS = 10000 };

static int send_numbers(void *arg)
{
    for (int i = 0; i < NUMBERS; i++)
        if (troupe_write((int)(intptr_t)arg, &i, sizeof i) != sizeof i)
            return -1;
    return shutdown((int)(intptr_t)arg, SHUT_WR);
}

static int keep_order(void *arg)
{
    (void)arg;
    char byte;
    listener = listen_loopback(&address);
    int client = connect_to(&address);
    troupe_pid server = start(echo, accept_one(NULL));
    troupe_pid sender = start(send_numbers, client);
    for (int i = 0; i < NUMBERS; i++) {
        int number = -1;
        assert_int_equal(read_all(client, &number, sizeof number), 0);
        assert_int_equal(number, i);
    }
    assert_int_equal(troupe_read(client, &byte, 1), 0); /* and then nothing */
    assert_int_equal(end_of(sender), 0);
    return end_of(server);
}

static void messages_stay_in_order(void **state)
{
    (void)state;
    run(keep_order);
}

static int receive_datagram(void *arg)
{
    char text[4] = "";
    struct sockaddr_in from;
    socklen_t bytes = sizeof from;
    int fd = (int)(intptr_t)arg;
    int rc = troupe_recvfrom(fd, text, 3, (struct sockaddr *)&from, &bytes);
    leave_trail("%d%s ", rc, text);
    return rc < 0 ? rc : troupe_sendto(fd, "ok", 2, (struct sockaddr *)&from, bytes);
}

static int exchange_datagrams(void *arg)
{
    (void)arg;
    struct sockaddr_in own;
    char text[8];
    int receiver = bind_loopback(SOCK_DGRAM, &address);
    int sender = bind_loopback(SOCK_DGRAM, &own);
    troupe_pid pid = start(receive_datagram, receiver);
    const struct sockaddr *to = (const struct sockaddr *)&address;
    assert_int_equal(troupe_sendto(sender, "abc", 3, to, sizeof address), 3);
    assert_int_equal(end_of(pid), 2);
    assert_int_equal(troupe_recvfrom(sender, text, sizeof text, NULL, NULL), 2);
    assert_int_equal(troupe_sendto(sender, "", 0, to, sizeof address), 0);
    assert_int_equal(end_of(start(receive_datagram, receiver)), 2);
    pid = start(receive_datagram, receiver);
    troupe_close(receiver);
    assert_int_equal(end_of(pid), -EBADF);
    return 0;
}

static void datagrams_arrive_whole(void **state)
{
    (void)state;
    run_trail(exchange_datagrams, "3abc 0 -9 ");
}

/* Receives a descriptor over the one in its argument, and writes to it. */
static int unwrap(void *arg)
{
    struct parcel parcel;
    parcel_begin(&parcel);
    assert_int_equal(troupe_recvmsg((int)(intptr_t)arg, &parcel.message), 1);
    int fd = parcel_take(&parcel);
    assert_true(fd >= 0);
    assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
    int rc = troupe_write(fd, "inside", 6);
    troupe_close(fd);
    return rc;
}

static int send_descriptor(void *arg)
{
    (void)arg;
    struct parcel parcel;
    char text[8];
    int pair[2], ends[2];
    connect_pair(pair);
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    troupe_pid pid = start(unwrap, pair[1]);
    parcel_begin(&parcel);
    parcel_put(&parcel, ends[1]);
    assert_int_equal(troupe_sendmsg(pair[0], &parcel.message), 1);
    assert_int_equal(troupe_close(ends[1]), 0);
    assert_int_equal(troupe_read(ends[0], text, sizeof text), 6);
    assert_int_equal(troupe_read(ends[0], text, sizeof text), 0);
    assert_int_equal(end_of(pid), 6);
    assert_int_equal(troupe_close(pair[1]), 0);
    parcel.message.msg_controllen = 0;
    return troupe_sendmsg(pair[0], &parcel.message) == -EPIPE ? 0 : -1;
}

static void a_descriptor_can_be_sent(void **state)
{
    (void)state;
    run(send_descriptor);
}

HARNESS_MAIN(cmocka_unit_test(a_client_and_a_server_meet),
             cmocka_unit_test(a_reset_is_the_affair_of_one_actor),
             cmocka_unit_test(too_many_open_files_are_told_to_the_acceptor),
             cmocka_unit_test(a_thousand_clients_are_served),
             cmocka_unit_test(messages_stay_in_order), cmocka_unit_test(datagrams_arrive_whole),
             cmocka_unit_test(a_descriptor_can_be_sent))
