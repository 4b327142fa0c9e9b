/*
 * Sockets: connections and datagrams.
 *
 * There is no flag that keeps accept(2) and connect(2) from blocking, so the socket itself is put
 * into non-blocking mode; that costs nothing if it is in it already, for connections it is rare.
 */

#include "transfer.h"

#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <unistd.h>

#include "tape.h"

static int set_non_blocking(int fd)
{
    int flags = fcntl(fd, F_GETFL);
    if (flags >= 0 && (flags & O_NONBLOCK) == 0)
        flags = fcntl(fd, F_SETFL, flags | O_NONBLOCK);
    return flags < 0 ? -errno : 0;
}

/* A connection that has failed before it was taken is nobody's affair: the next one is. */
static bool is_of_a_lost_connection(int code)
{
    return code == EINTR || code == ECONNABORTED || code == EPROTO;
}

static int accept_now(int fd, struct sockaddr *from, socklen_t *from_bytes)
{
    int connection;
    do
        connection = accept4(fd, from, from_bytes, SOCK_NONBLOCK | SOCK_CLOEXEC);
    while (connection < 0 && is_of_a_lost_connection(errno));
    return connection < 0 ? -errno : connection;
}

/* Where it came from, with an address that has room. */
static void pass_address(struct sockaddr *address, socklen_t *bytes)
{
    if (CHECK_LIKELY(tape_mode == TAPE_OFF) || address == NULL || bytes == NULL)
        return;
    socklen_t room = *bytes;
    *bytes = (socklen_t)tape_pass(RECORDING_DETAIL, *bytes);
    tape_bytes(address, *bytes < room ? *bytes : room);
}

static int try_accept(int fd, struct sockaddr *from, socklen_t *from_bytes)
{
    int connection = tape_stand_in(TAPE(ACCEPT, accept_now(fd, from, from_bytes)));
    if (connection >= 0)
        pass_address(from, from_bytes);
    return connection;
}

int troupe_accept_at(const struct troupe_site *site, int fd, struct sockaddr *from,
                     socklen_t *from_bytes)
{
    struct sched *sched = sched_inside("troupe_accept");
    int rc = io_begin(sched, fd, TROUPE_READABLE, site);
    if (rc == 0)
        rc = set_non_blocking(fd);
    while (rc == 0) {
        int connection = try_accept(fd, from, from_bytes);
        if (connection >= 0)
            io_reset(sched, connection);
        if (connection != -EAGAIN)
            return connection;
        rc = io_wait(sched, fd, TROUPE_READABLE, TROUPE_FOREVER, site);
    }
    return rc;
}

/* How an attempt to connect has gone: 0, -EINPROGRESS, or why it failed. */
static int outcome_now(int fd)
{
    int error = 0;
    int found = transfer_poll(fd, POLLOUT);
    if (found <= 0)
        return found < 0 ? found : -EINPROGRESS;
    socklen_t bytes = sizeof error;
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &bytes) < 0)
        error = errno;
    return -error;
}

static int outcome(int fd)
{
    return TAPE(CONNECT, outcome_now(fd));
}

static int connect_now(int fd, const struct sockaddr *to, socklen_t to_bytes)
{
    if (connect(fd, to, to_bytes) == 0)
        return 0;
    return errno == EINTR ? -EINPROGRESS : -errno; /* interrupted: it goes on all the same */
}

int io_connect(struct sched *sched, int fd, const struct sockaddr *to, socklen_t to_bytes,
               troupe_ns limit, const struct troupe_site *site)
{
    int rc = io_begin(sched, fd, TROUPE_WRITABLE, site);
    if (rc == 0)
        rc = set_non_blocking(fd);
    if (rc < 0)
        return rc;
    rc = TAPE(CONNECT, connect_now(fd, to, to_bytes));
    int64_t deadline_ns = sched_deadline(limit);
    while (rc == -EINPROGRESS) {
        rc = io_wait(sched, fd, TROUPE_WRITABLE, sched_rest(deadline_ns), site);
        if (rc == 0)
            rc = outcome(fd);
    }
    return rc;
}

int troupe_connect_at(const struct troupe_site *site, int fd, const struct sockaddr *to,
                      socklen_t to_bytes)
{
    struct sched *sched = sched_inside("troupe_connect");
    return io_connect(sched, fd, to, to_bytes, TROUPE_FOREVER, site);
}

static int send_now(int fd, const void *data, size_t bytes, const struct sockaddr *to,
                    socklen_t to_bytes)
{
    ssize_t count;
    do
        count = sendto(fd, data, bytes, MSG_DONTWAIT | MSG_NOSIGNAL, to, to_bytes);
    while (count < 0 && errno == EINTR);
    return count < 0 ? -errno : (int)count;
}

static int receive_now(int fd, void *buffer, size_t bytes, struct sockaddr *from,
                       socklen_t *from_bytes)
{
    ssize_t count;
    do
        count = recvfrom(fd, buffer, bytes, MSG_DONTWAIT, from, from_bytes);
    while (count < 0 && errno == EINTR);
    return count < 0 ? -errno : (int)count;
}

static int try_send(int fd, const void *data, size_t bytes, const struct sockaddr *to,
                    socklen_t to_bytes)
{
    int count = TAPE(SEND, send_now(fd, data, bytes, to, to_bytes));
    tape_sent(RECORDING_SEND, count, data, bytes);
    return count;
}

static int try_receive(int fd, void *buffer, size_t bytes, struct sockaddr *from,
                       socklen_t *from_bytes)
{
    int count = TAPE(RECEIVE, receive_now(fd, buffer, bytes, from, from_bytes));
    tape_received(RECORDING_RECEIVE, count, buffer, bytes);
    if (count >= 0)
        pass_address(from, from_bytes);
    return count;
}

int troupe_sendto_at(const struct troupe_site *site, int fd, const void *data, size_t bytes,
                     const struct sockaddr *to, socklen_t to_bytes)
{
    struct sched *sched = sched_inside("troupe_sendto");
    int rc = bytes <= INT_MAX ? io_begin(sched, fd, TROUPE_WRITABLE, site) : -EINVAL;
    while (rc == 0) {
        int count = try_send(fd, data, bytes, to, to_bytes);
        if (count != -EAGAIN)
            return count;
        rc = io_wait(sched, fd, TROUPE_WRITABLE, TROUPE_FOREVER, site);
    }
    return rc;
}

int troupe_recvfrom_at(const struct troupe_site *site, int fd, void *buffer, size_t bytes,
                       struct sockaddr *from, socklen_t *from_bytes)
{
    struct sched *sched = sched_inside("troupe_recvfrom");
    int rc = io_begin(sched, fd, TROUPE_READABLE, site);
    bytes = bytes < INT_MAX ? bytes : INT_MAX;
    while (rc == 0) {
        int count = try_receive(fd, buffer, bytes, from, from_bytes);
        if (count != -EAGAIN)
            return count;
        rc = io_wait(sched, fd, TROUPE_READABLE, TROUPE_FOREVER, site);
    }
    return rc;
}
