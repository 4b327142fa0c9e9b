#ifndef TROUPE_STREAM_H
#define TROUPE_STREAM_H

/*
 * Streams: connections, pipes and the terminal, read in lines and records.
 *
 *     troupe_stream server;
 *     char line[256];
 *     int rc = troupe_dial(&server, "tcp:127.0.0.1:7");
 *     if (rc == 0)
 *         rc = troupe_stream_write(server, "hello\n", 6);
 *     if (rc >= 0)
 *         rc = troupe_stream_read_line(server, line, sizeof line);
 *     troupe_stream_close(&server);
 *
 * A stream has a descriptor and a buffer for what has been read from it.  It belongs to the actor
 * that made it, or was given it, and is closed when that ends, however it does; any actor of its
 * loop may use it, in each direction one at a time, as with descriptors (troupe/io.h).  A name is
 * copied as one likes; all zero is none, for which calls return -EINVAL; of a stream that has been
 * closed they return -EBADF.
 *
 * A call that reads takes all that it returns, or nothing: when it is cancelled, or runs into the
 * time limit of a scope, what has come by then stays in the stream.  A write goes out at once; it
 * waits while the other side is slow, and so does its actor.
 *
 * Addresses are texts as in troupe/address.h: "tcp:HOST:PORT", "tls:HOST:PORT", "unix:PATH", with
 * a host that is a number, localhost, or a name.  Port 0 of a listener is any that is free.
 */

#include <stddef.h>

#include <troupe/actor.h>
#include <troupe/address.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct troupe_stream {
    uint64_t value;
} troupe_stream;

/* The longest record or line that can be read: its length has to fit an int. */
#define TROUPE_STREAM_BYTES_MAX (1 << 30)

/* For how long a dial tries one of several addresses of a host before it goes on to the next: a
 * connection takes a tenth of that to the other side of the world, and a lost packet is sent again
 * after a second. */
#define TROUPE_DIAL_TRY_NS TROUPE_S(3)

/*
 * Connects to an address.  If a host has several, they are tried in turn, and the result is that of
 * the last.  Inside an actor.  May suspend.  Returns 0; -EINVAL for an address of another form;
 * -ENXIO, -ENONET and the other codes of troupe_resolve(); -ECONNREFUSED and the other codes of
 * connect(2); -ECANCELED; -ENOMEM.  After a failure the stream is none.
 */
TROUPE_API TROUPE_MUST_CHECK int troupe_dial_at(const struct troupe_site *site,
                                                troupe_stream *stream, const char *address);
#define troupe_dial(...) troupe_dial_at(TROUPE_SITE(), __VA_ARGS__)

/*
 * Listens at an address; connections are taken by troupe_stream_accept().  A path must not exist
 * yet, and stays when the listener is closed.  Inside an actor.  May suspend, for a name.  Returns
 * 0; -EADDRINUSE and the other codes of bind(2); otherwise as troupe_dial().
 */
TROUPE_API int troupe_listen_at(const struct troupe_site *site, troupe_stream *listener,
                                const char *address);
#define troupe_listen(...) troupe_listen_at(TROUPE_SITE(), __VA_ARGS__)

/* Takes the next connection.  Inside an actor.  May suspend.  Returns 0 or as troupe_accept(). */
TROUPE_API TROUPE_MUST_CHECK int troupe_stream_accept_at(const struct troupe_site *site,
                                                         troupe_stream listener,
                                                         troupe_stream *stream);
#define troupe_stream_accept(...) troupe_stream_accept_at(TROUPE_SITE(), __VA_ARGS__)

/* For how long a server waits for others to go when there is no room for one more connection. */
#define TROUPE_SERVE_PAUSE_NS TROUPE_MS(50)

/*
 * Takes connections until the listener is closed, and spawns an actor for each, which runs `fn` and
 * owns the stream, whose name it is handed:
 *
 *     static int serve(void *arg)
 *     {
 *         troupe_stream stream = {(uintptr_t)arg};
 *         ...
 *         return 0;                    // what a client does wrong is no failure of ours
 *     }
 *
 *     rc = troupe_stream_serve(listener, serve);
 *
 * With too many descriptors open it says so, once, on standard error, and goes on when there is
 * room again; clients wait meanwhile.  Inside an actor.  May suspend.  Returns 0 when the listener
 * has been closed; otherwise as troupe_stream_accept().
 */
TROUPE_API TROUPE_MUST_CHECK int troupe_stream_serve_at(const struct troupe_site *site,
                                                        troupe_stream listener, troupe_fn fn);
#define troupe_stream_serve(...) troupe_stream_serve_at(TROUPE_SITE(), __VA_ARGS__)

/*
 * Makes a stream of a descriptor, which is the stream's from then on; of standard input, output and
 * error, which stay open when it is closed:
 *
 *     rc = troupe_stream_open(&in, STDIN_FILENO);
 *
 * Inside an actor.  Returns 0, -EBADF, -EAGAIN or -ENOMEM; after a failure the descriptor is the
 * caller's.
 */
TROUPE_API int troupe_stream_open_at(const struct troupe_site *site, troupe_stream *stream, int fd);
#define troupe_stream_open(...) troupe_stream_open_at(TROUPE_SITE(), __VA_ARGS__)

/*
 * Gives the stream to another actor: it is now closed when that one ends.  So a server hands each
 * connection to an actor of its own:
 *
 *     rc = troupe_spawn(serve, (void *)(uintptr_t)stream.value, &pid);
 *     if (rc == 0)
 *         rc = troupe_stream_give(stream, pid);
 *
 * Inside an actor.  Returns 0, -ESRCH, -EBADF, -EINVAL, -ENOMEM, or -EXDEV: a stream stays on its
 * loop, so what is to live on another is accepted there, or sent there as a descriptor and opened
 * with troupe_stream_open().
 */
TROUPE_API int troupe_stream_give(troupe_stream stream, troupe_pid to);

/*
 * Reads what is there, at most `bytes`, and waits if nothing is.  Inside an actor.  May suspend.
 * Returns how many; 0 at the end; -ECONNRESET if the other side broke off; -EBADF if the stream is
 * closed; -EBUSY, -ECANCELED, -EINVAL, -ENOMEM.
 */
TROUPE_API TROUPE_MUST_CHECK int troupe_stream_read_at(const struct troupe_site *site,
                                                       troupe_stream stream, void *buffer,
                                                       size_t bytes);
#define troupe_stream_read(...) troupe_stream_read_at(TROUPE_SITE(), __VA_ARGS__)

/* Reads exactly so many bytes.  Returns `bytes`; 0 at the end; -EPIPE if the end comes in between,
 * and what there is stays to be read; otherwise as troupe_stream_read(). */
TROUPE_API TROUPE_MUST_CHECK int troupe_stream_read_exactly_at(const struct troupe_site *site,
                                                               troupe_stream stream, void *buffer,
                                                               size_t bytes);
#define troupe_stream_read_exactly(...) troupe_stream_read_exactly_at(TROUPE_SITE(), __VA_ARGS__)

/* Reads up to a delimiter, and it too.  Returns how many bytes that are; at the end, what is left,
 * without a delimiter, or 0; -EMSGSIZE if they are more than `bytes`, and they stay to be read;
 * otherwise as troupe_stream_read(). */
TROUPE_API TROUPE_MUST_CHECK int troupe_stream_read_until_at(const struct troupe_site *site,
                                                             troupe_stream stream, char delimiter,
                                                             void *buffer, size_t bytes);
#define troupe_stream_read_until(...) troupe_stream_read_until_at(TROUPE_SITE(), __VA_ARGS__)

/*
 * Reads a line as text: without its end, "\n" or "\r\n", and with a 0 behind it.  Returns how many
 * bytes were taken, with the end, so 1 at least:
 *
 *     while ((rc = troupe_stream_read_line(in, line, sizeof line)) > 0)
 *         puts(line);
 *
 * Otherwise as troupe_stream_read_until().
 */
TROUPE_API TROUPE_MUST_CHECK int troupe_stream_read_line_at(const struct troupe_site *site,
                                                            troupe_stream stream, char *line,
                                                            size_t bytes);
#define troupe_stream_read_line(...) troupe_stream_read_line_at(TROUPE_SITE(), __VA_ARGS__)

/* Writes all of it.  Inside an actor.  May suspend.  Returns as troupe_write(). */
TROUPE_API TROUPE_MUST_CHECK int troupe_stream_write_at(const struct troupe_site *site,
                                                        troupe_stream stream, const void *data,
                                                        size_t bytes);
#define troupe_stream_write(...) troupe_stream_write_at(TROUPE_SITE(), __VA_ARGS__)

/* Nothing more will be written: the other side reads to the end, and can still be read from.
 * Inside an actor.  May suspend, if it is encrypted.  Returns 0; -ENOTSOCK if it is no socket;
 * otherwise as troupe_stream_write(). */
TROUPE_API int troupe_stream_shut_at(const struct troupe_site *site, troupe_stream stream);
#define troupe_stream_shut(...) troupe_stream_shut_at(TROUPE_SITE(), __VA_ARGS__)

/* The addresses of the two ends, as text; `bytes` of TROUPE_ADDRESS_BYTES are enough.  Inside an
 * actor.  Return 0 or a negative code. */
TROUPE_API int troupe_stream_address(troupe_stream stream, char *text, size_t bytes);
TROUPE_API int troupe_stream_peer(troupe_stream stream, char *text, size_t bytes);

/* Its descriptor, which stays the stream's; or a negative code.  Inside an actor. */
TROUPE_API int troupe_stream_fd(troupe_stream stream);

/* Closes it; who waits for it is told -EBADF.  Inside an actor.  None, or one that is closed, is
 * fine. */
TROUPE_API void troupe_stream_close(troupe_stream *stream);

#ifdef __cplusplus
}
#endif

#endif
