#ifndef TROUPE_TLS_H
#define TROUPE_TLS_H

/*
 * Encrypted connections: streams at "tls:HOST:PORT".
 *
 *     troupe_stream server;
 *     int rc = troupe_dial(&server, "tls:example.org:443");
 *
 * is all that a client needs.  Its handshake is part of the dial.  The server must have a
 * certificate for that host, signed by somebody whom this system trusts; anything else is
 * -EKEYREJECTED.  The calls here do what needs more than that: certificates of one's own, servers,
 * and the reason for a failure in words:
 *
 *     char why[TROUPE_TLS_WHY_BYTES];
 *     rc = troupe_tls_dial(&server, "tls:localhost:4433", &(troupe_tls_options){
 *                              .ca_file = "ca.pem", .why = why, .why_bytes = sizeof why});
 *     if (rc < 0)
 *         puts(why);       // the certificate of localhost is refused: it has expired
 *
 * All calls of troupe/stream.h work as on other streams, with these differences:
 *   - A connection that a server has accepted makes its handshake in the first call that reads from
 *     it or writes to it, so a client that says nothing keeps nobody but its own actor.  While that
 *     lasts another actor's call is -EBUSY.
 *   - Reading returns 0 only if the other side has said that it will write no more.  A connection
 *     that ends without that may have been cut short by anyone: -ECONNRESET.
 *   - What the other side sends may be no TLS, or against its rules: -EPROTO, and the stream is of
 *     no more use.
 *   - A write that is interrupted may leave some of what it has counted with the stream; that goes
 *     out with the next call that writes or shuts, or, if there is room, when the stream is closed.
 *
 * Versions below 1.2 are not spoken.  The handshake needs some 10 KiB of stack.  If the library was
 * built without OpenSSL, all of this is -EPROTONOSUPPORT.
 */

#include <stdbool.h>

#include <troupe/stream.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Enough for every sentence about a failure. */
#define TROUPE_TLS_WHY_BYTES 256

/* Files are in PEM form.  All zero is the default of a client.  Nothing of it is needed after the
 * call. */
typedef struct troupe_tls_options {
    const char *ca_file;          /* certificates of those who are trusted; NULL: the system's */
    const char *certificate_file; /* one's own, and behind it those that lead to its root; a server
                                     must have one */
    const char *key_file;         /* its private key, not encrypted; NULL: in certificate_file */
    const char *name;             /* dial: whose certificate it must be; NULL: the host's */
    const char *const *protocols; /* what is to be spoken inside (ALPN), for instance "h2" and
                                     "http/1.1", the best first, a NULL behind the last; NULL: not
                                     negotiated */
    bool verify_client;           /* listen: clients, too, must have a certificate, signed by one of
                                     `ca_file` */
    bool insecure;                /* dial: verifies nothing, so anyone may be on the other side */
    char *why;                    /* where a failure is put into words; NULL: not wanted */
    size_t why_bytes;
} troupe_tls_options;

/*
 * Dials, with options (NULL: all default).  Inside an actor.  May suspend.  Returns 0;
 * -EKEYREJECTED if the certificate is refused; -EPROTO if the other side does not speak TLS, or
 * breaks off; -EINVAL if a file does not hold what it should, or the address is not "tls:..."; the
 * code of what kept a file from being read; otherwise as troupe_dial().
 */
TROUPE_API TROUPE_MUST_CHECK int troupe_tls_dial_at(const struct troupe_site *site,
                                                    troupe_stream *stream, const char *address,
                                                    const troupe_tls_options *options);
#define troupe_tls_dial(...) troupe_tls_dial_at(TROUPE_SITE(), __VA_ARGS__)

/*
 * Listens, with options; connections are taken by troupe_stream_accept().  The files are read now:
 * to use others, listen anew.  Inside an actor.  May suspend.  Returns 0; -EINVAL without a
 * certificate, or as troupe_tls_dial() for files; otherwise as troupe_listen().
 */
TROUPE_API TROUPE_MUST_CHECK int troupe_tls_listen_at(const struct troupe_site *site,
                                                      troupe_stream *listener, const char *address,
                                                      const troupe_tls_options *options);
#define troupe_tls_listen(...) troupe_tls_listen_at(TROUPE_SITE(), __VA_ARGS__)

/* Makes the handshake of an accepted connection, if it has not been made: to see who is there
 * before anything is read.  Inside an actor.  May suspend.  Returns 0; -EKEYREJECTED and -EPROTO as
 * above; -EINVAL if the stream is not encrypted; otherwise as troupe_stream_read(). */
TROUPE_API TROUPE_MUST_CHECK int troupe_tls_handshake_at(const struct troupe_site *site,
                                                         troupe_stream stream);
#define troupe_tls_handshake(...) troupe_tls_handshake_at(TROUPE_SITE(), __VA_ARGS__)

/* The protocol that both sides have agreed on, "" for none; and the name in the certificate of the
 * other side, for instance "CN=alice", "" if it has shown none.  Inside an actor.  Return 0;
 * -EINVAL if the stream is not encrypted or has had no handshake; -EBADF; -ENAMETOOLONG. */
TROUPE_API int troupe_tls_protocol(troupe_stream stream, char *text, size_t bytes);
TROUPE_API int troupe_tls_peer(troupe_stream stream, char *text, size_t bytes);

/* Why the last call on this stream failed, in one sentence; "" if none has.  Inside an actor.
 * Returns 0, -EINVAL, -EBADF or -ENAMETOOLONG. */
TROUPE_API int troupe_tls_why(troupe_stream stream, char *text, size_t bytes);

#ifdef __cplusplus
}
#endif

#endif
