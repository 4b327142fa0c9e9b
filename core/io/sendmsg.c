/*
 * Messages in pieces, and with descriptors in them.
 *
 * A descriptor that arrives has a number that the system has just given out, so whoever still waits
 * for the one that had it before is told, as with any that is new.
 */

#include "io.h"

#include <string.h>

#include "tape.h"

static int try_sendmsg(int fd, const struct msghdr *message)
{
    ssize_t count;
    do
        count = sendmsg(fd, message, MSG_DONTWAIT | MSG_NOSIGNAL);
    while (count < 0 && errno == EINTR);
    return count < 0 ? -errno : (int)count;
}

/* A call that finds nothing leaves the lengths in the message alone. */
static int try_recvmsg(int fd, struct msghdr *message)
{
    ssize_t count;
    do
        count = recvmsg(fd, message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    while (count < 0 && errno == EINTR);
    return count < 0 ? -errno : (int)count;
}

/* The numbers of the descriptors in a message are new. */
static void reset_received(struct sched *sched, struct msghdr *message)
{
    for (struct cmsghdr *part = CMSG_FIRSTHDR(message); part != NULL;
         part = CMSG_NXTHDR(message, part)) {
        if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS)
            continue;
        size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < count; i++) {
            int fd;
            memcpy(&fd, CMSG_DATA(part) + i * sizeof fd, sizeof fd);
            io_reset(sched, fd);
        }
    }
}

int troupe_sendmsg_at(const struct troupe_site *site, int fd, const struct msghdr *message)
{
    struct sched *sched = sched_inside("troupe_sendmsg");
    tape_refuse("it sends a message in pieces");
    int rc = io_begin(sched, fd, TROUPE_WRITABLE, site);
    while (rc == 0) {
        int count = try_sendmsg(fd, message);
        if (count != -EAGAIN)
            return count;
        rc = io_wait(sched, fd, TROUPE_WRITABLE, TROUPE_FOREVER, site);
    }
    return rc;
}

int troupe_recvmsg_at(const struct troupe_site *site, int fd, struct msghdr *message)
{
    struct sched *sched = sched_inside("troupe_recvmsg");
    tape_refuse("it receives a message in pieces");
    int rc = io_begin(sched, fd, TROUPE_READABLE, site);
    while (rc == 0) {
        int count = try_recvmsg(fd, message);
        if (count >= 0)
            reset_received(sched, message);
        if (count != -EAGAIN)
            return count;
        rc = io_wait(sched, fd, TROUPE_READABLE, TROUPE_FOREVER, site);
    }
    return rc;
}
