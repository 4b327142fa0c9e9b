#ifndef TLS_CONTEXT_H
#define TLS_CONTEXT_H

/*
 * The inside of a context, for those who know OpenSSL.
 */

#include <openssl/ssl.h>

#include "tls.h"

/* The most that the names of protocols may take, with a byte for the length of each. */
#define TLS_PROTOCOLS_BYTES 256

struct tls_context {
    SSL_CTX *ssl;
    size_t protocols_bytes;
    unsigned char protocols[TLS_PROTOCOLS_BYTES]; /* as they are sent: length, name, length, ... */
};

/* Chooses the best protocol of a server's session that its client offers, for OpenSSL. */
int tls_choose_protocol(SSL *ssl, const unsigned char **chosen, unsigned char *chosen_bytes,
                        const unsigned char *offered, unsigned offered_bytes, void *arg);

#endif
