#ifndef TLS_H
#define TLS_H

/*
 * TLS without waiting: a session over a descriptor, as OpenSSL sees it.
 *
 *     the actor's data ---> tls_put() ---> OpenSSL ---> out ---> tls_flush() ---> descriptor
 *     the actor's data <--- tls_try_read() <--- OpenSSL <------------------------ descriptor
 *
 * What OpenSSL writes goes into a buffer that takes all of it; so it never has to be called again
 * with the same data, a write can be interrupted at any moment, and reading never waits for room.
 * Waiting is done by secure.c.  tls_none.c stands in for all of this where there is no OpenSSL.
 */

#include <troupe/tls.h>

/* What sessions are made from: certificates, keys, and whom to trust.  Owned by a stream. */
struct tls_context;

/* One connection. */
struct tls;

/* Reads the files of the options and makes a context of them, on a thread of the pool unless it has
 * one ready: 0 or a negative code, with the reason in options->why if that is wanted.  May suspend.
 * Without memory for the context all is released. */
int tls_context_create(const struct troupe_site *site, const troupe_tls_options *options,
                       bool is_server, struct tls_context **context);
void tls_context_destroy(struct tls_context *context);

/* A session over a socket: a server's if `host` is NULL, otherwise that of a client, which demands
 * a certificate of this host unless it is insecure.  0, -EINVAL for the host, or -ENOMEM. */
int tls_open(const struct tls_context *context, const char *host, bool insecure, int fd,
             struct tls **tls);

/* Says goodbye as far as that is possible without waiting, and frees it.  NULL is fine. */
void tls_close(struct tls *tls);

/* Whether the handshake has been made. */
bool tls_is_ready(const struct tls *tls);

/* Goes on with the handshake: 0 when it is made; -EAGAIN when there is more to be read first; or
 * why it failed.  There may be something to flush in all three cases. */
int tls_shake_hands(struct tls *tls);

/* As transfer_try_read(). */
int tls_try_read(struct tls *tls, void *buffer, size_t bytes);

/* Takes data to be written, to be flushed next: how many bytes, or a negative code. */
int tls_put(struct tls *tls, const void *data, size_t bytes);

/* Says that nothing more will be written, to be flushed next; 0 or a negative code. */
int tls_put_end(struct tls *tls);

/* Sends what there is: 0 when nothing is left; -EAGAIN when the socket takes no more; or a negative
 * code, now and for ever, since what was to be sent is lost. */
int tls_flush(struct tls *tls);

/* In words: why it failed, "" if it has not; what was agreed on; who is there. */
const char *tls_why(const struct tls *tls);
int tls_protocol(const struct tls *tls, char *text, size_t bytes);
int tls_peer(const struct tls *tls, char *text, size_t bytes);

#endif
