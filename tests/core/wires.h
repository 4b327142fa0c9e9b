#ifndef WIRES_H
#define WIRES_H

/*
 * For tests of descriptors: pairs of connected sockets, a listening one on loopback, and messages
 * that carry descriptors.
 */

#include "trail.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

/* A pair of connected sockets of the family AF_UNIX, with small buffers. */
static inline void connect_pair(int pair[2])
{
    int bytes = 4096;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
    for (int i = 0; i < 2; i++)
        assert_int_equal(setsockopt(pair[i], SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes), 0);
}

/* A socket of this type bound to a free port of loopback, and its address. */
static inline int bind_loopback(int type, struct sockaddr_in *address)
{
    socklen_t bytes = sizeof *address;
    int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);
    *address = (struct sockaddr_in){
        .sin_family = AF_INET,
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    assert_int_equal(bind(fd, (struct sockaddr *)address, bytes), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)address, &bytes), 0);
    return fd;
}

static inline int listen_loopback(struct sockaddr_in *address)
{
    int fd = bind_loopback(SOCK_STREAM, address);
    assert_int_equal(listen(fd, SOMAXCONN), 0);
    return fd;
}

/* A socket connected to this address. */
static inline int connect_to(const struct sockaddr_in *address)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(troupe_connect(fd, (const struct sockaddr *)address, sizeof *address), 0);
    return fd;
}

/* From now on closing it is told to the other side as a reset. */
static inline void reset_at_close(int fd)
{
    struct linger at_once = {.l_onoff = 1};
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once), 0);
}

/* A message of one byte with room for one descriptor. */
struct parcel {
    struct msghdr message;
    struct iovec piece;
    char byte;
    _Alignas(struct cmsghdr) char room[CMSG_SPACE(sizeof(int))];
};

static inline void parcel_begin(struct parcel *parcel)
{
    memset(parcel, 0, sizeof *parcel);
    parcel->piece = (struct iovec){&parcel->byte, 1};
    parcel->message = (struct msghdr){
        .msg_iov = &parcel->piece,
        .msg_iovlen = 1,
        .msg_control = parcel->room,
        .msg_controllen = sizeof parcel->room,
    };
}

static inline void parcel_put(struct parcel *parcel, int fd)
{
    struct cmsghdr *header = CMSG_FIRSTHDR(&parcel->message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof fd);
    memcpy(CMSG_DATA(header), &fd, sizeof fd);
}

/* The descriptor that has come with it; -1 if there is none. */
static inline int parcel_take(struct parcel *parcel)
{
    int fd = -1;
    struct cmsghdr *header = CMSG_FIRSTHDR(&parcel->message);
    if (header != NULL)
        memcpy(&fd, CMSG_DATA(header), sizeof fd);
    return fd;
}

/* Valgrind does not hand a limit on descriptors to the system, but plays it, and loses connections
 * in the play. */
static inline bool limits_are_played(void)
{
    char line[256];
    unsigned long soft = 0;
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    FILE *file = fopen("/proc/self/limits", "re");
    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL)
        if (strncmp(line, "Max open files", 14) == 0)
            soft = strtoul(line + 14, NULL, 10);
    fclose(file);
    return soft != limit.rlim_cur;
}

#endif
