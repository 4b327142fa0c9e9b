#ifndef TROUPE_IO_H
#define TROUPE_IO_H

/*
 * File descriptors: sockets, pipes, terminals, and whatever else can be polled.
 *
 * The calls have the shapes of POSIX, but an actor that has to wait lets the others run, and a
 * failure is a negative result, never errno:
 *
 *     char line[4096];
 *     int count;
 *     while ((count = troupe_read(fd, line, sizeof line)) > 0)
 *         if (troupe_write(fd, line, (size_t)count) != count)
 *             break;
 *     troupe_close(fd);                       // count is 0: the other side has closed
 *
 * There are no time limits here but one: open a scope around what has to be done in time
 * (troupe/scope.h).  A call that is cancelled while it waits returns -ECANCELED and has done
 * nothing; if it had written a part, it returns how much, and the next call returns -ECANCELED.
 *
 * A descriptor is the program's, and any actor of its loop may use it; in each direction one at a
 * time: while an actor waits to read, whoever else wants to read gets -EBUSY.  When an actor ends,
 * its descriptors stay open; troupe_defer() is for that.
 *
 * Close with troupe_close(), which tells those who wait.  If something else closes a descriptor,
 * they wait until its number is used again by one of the calls here, and then get -EBADF.
 *
 * Sockets need not be in non-blocking mode.  Other descriptors that are not are asked before each
 * call whether they would block, and their mode is left alone, since other processes may share it:
 * the terminal, for instance.  A write never ends the program by SIGPIPE: it returns -EPIPE.
 *
 * Reading and writing ordinary files is never a wait, but may take long: nobody else runs then.
 */

#include <stddef.h>
#include <sys/socket.h>

#include <troupe/time.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What to wait for: that something can be read, or the other side has closed or is broken; that
 * something can be written, or that a write would fail at once. */
#define TROUPE_READABLE 1
#define TROUPE_WRITABLE 2

/*
 * Waits until the descriptor is ready for one of `events`.  Inside an actor.  May suspend.  Returns
 * for which; -ETIMEDOUT, -ECANCELED, -EBUSY, -EINVAL for other events; -EBADF if it is not open, or
 * is closed meanwhile; -ENOMEM.
 */
TROUPE_API TROUPE_MUST_CHECK int troupe_wait_fd_at(const struct troupe_site *site, int fd,
                                                   int events, troupe_ns limit);
#define troupe_wait_fd(...) troupe_wait_fd_at(TROUPE_SITE(), __VA_ARGS__)

/*
 * Reads what is there, at most `bytes`; waits if nothing is.  Inside an actor.  May suspend.
 * Returns how many; 0 at the end, or if `bytes` is 0; -ECONNRESET if the other side broke off; what
 * troupe_wait_fd() returns; or another negative code of read(2).
 */
TROUPE_API TROUPE_MUST_CHECK int troupe_read_at(const struct troupe_site *site, int fd,
                                                void *buffer, size_t bytes);
#define troupe_read(...) troupe_read_at(TROUPE_SITE(), __VA_ARGS__)

/*
 * Writes all of it, waiting for room as often as it takes.  Inside an actor.  May suspend.  Returns
 * `bytes`; fewer, if something went wrong after that many; if it did so at once, -EPIPE when nobody
 * will read it, what troupe_wait_fd() returns, or another negative code of write(2).  More than
 * INT_MAX bytes are -EINVAL.
 */
TROUPE_API TROUPE_MUST_CHECK int troupe_write_at(const struct troupe_site *site, int fd,
                                                 const void *data, size_t bytes);
#define troupe_write(...) troupe_write_at(TROUPE_SITE(), __VA_ARGS__)

/*
 * Takes the next connection from a listening socket, which is put into non-blocking mode.  Inside
 * an actor.  May suspend.  Returns its descriptor, which is non-blocking and closed on exec;
 * `from` and `*from_bytes` as with accept(2), or NULL.  -EMFILE: too many descriptors are open; the
 * connection is still there, so close one, or sleep a while, and come back.
 */
TROUPE_API TROUPE_MUST_CHECK int troupe_accept_at(const struct troupe_site *site, int fd,
                                                  struct sockaddr *from, socklen_t *from_bytes);
#define troupe_accept(...) troupe_accept_at(TROUPE_SITE(), __VA_ARGS__)

/*
 * Connects a socket, which is put into non-blocking mode.  Inside an actor.  May suspend.  Returns
 * 0; -ECONNREFUSED and the other codes of connect(2); what troupe_wait_fd() returns.  After a
 * failure the socket is of no more use: close it.
 */
TROUPE_API TROUPE_MUST_CHECK int troupe_connect_at(const struct troupe_site *site, int fd,
                                                   const struct sockaddr *to, socklen_t to_bytes);
#define troupe_connect(...) troupe_connect_at(TROUPE_SITE(), __VA_ARGS__)

/*
 * Datagrams: one is sent, or received.  `to`, `from` and `from_bytes` may be NULL.  A datagram that
 * is longer than the buffer is cut.  Inside an actor.  May suspend.  Return its length or as
 * troupe_write() and troupe_read().
 */
TROUPE_API TROUPE_MUST_CHECK int troupe_sendto_at(const struct troupe_site *site, int fd,
                                                  const void *data, size_t bytes,
                                                  const struct sockaddr *to, socklen_t to_bytes);
#define troupe_sendto(...) troupe_sendto_at(TROUPE_SITE(), __VA_ARGS__)

TROUPE_API TROUPE_MUST_CHECK int troupe_recvfrom_at(const struct troupe_site *site, int fd,
                                                    void *buffer, size_t bytes,
                                                    struct sockaddr *from, socklen_t *from_bytes);
#define troupe_recvfrom(...) troupe_recvfrom_at(TROUPE_SITE(), __VA_ARGS__)

/*
 * Messages as of sendmsg(2) and recvmsg(2), in pieces and with descriptors.  Descriptors that are
 * received are closed on exec.  Inside an actor.  May suspend.  Return as troupe_sendto() and
 * troupe_recvfrom(); a stream socket may take a part of what is sent.
 */
TROUPE_API TROUPE_MUST_CHECK int troupe_sendmsg_at(const struct troupe_site *site, int fd,
                                                   const struct msghdr *message);
#define troupe_sendmsg(...) troupe_sendmsg_at(TROUPE_SITE(), __VA_ARGS__)

TROUPE_API TROUPE_MUST_CHECK int troupe_recvmsg_at(const struct troupe_site *site, int fd,
                                                   struct msghdr *message);
#define troupe_recvmsg(...) troupe_recvmsg_at(TROUPE_SITE(), __VA_ARGS__)

/* Closes the descriptor; who waits for it is woken with -EBADF first.  Inside an actor.  Never
 * suspends.  Returns 0 or a negative code of close(2). */
TROUPE_API int troupe_close(int fd);

#ifdef __cplusplus
}
#endif

#endif
