/*
 * No TLS: the library was built without OpenSSL.  There are no contexts, so there are no sessions.
 */

#include <errno.h>
#include <stdio.h>

#include "check.h"
#include "tls.h"

int tls_context_create(const struct troupe_site *site, const troupe_tls_options *options,
                       bool is_server, struct tls_context **context)
{
    (void)site;
    (void)is_server;
    (void)context;
    if (options->why != NULL)
        snprintf(options->why, options->why_bytes,
                 "this library was built without OpenSSL, so it cannot encrypt (meson: -Dtls)");
    return -EPROTONOSUPPORT;
}

void tls_context_destroy(struct tls_context *context)
{
    TROUPE_CHECK(context == NULL);
}

int tls_open(const struct tls_context *context, const char *host, bool insecure, int fd,
             struct tls **tls)
{
    (void)context;
    (void)host;
    (void)insecure;
    (void)fd;
    (void)tls;
    return -EPROTONOSUPPORT;
}

void tls_close(struct tls *tls)
{
    TROUPE_CHECK(tls == NULL);
}

bool tls_is_ready(const struct tls *tls)
{
    (void)tls;
    return false;
}

int tls_shake_hands(struct tls *tls)
{
    (void)tls;
    return -EPROTONOSUPPORT;
}

int tls_try_read(struct tls *tls, void *buffer, size_t bytes)
{
    (void)tls;
    (void)buffer;
    (void)bytes;
    return -EPROTONOSUPPORT;
}

int tls_put(struct tls *tls, const void *data, size_t bytes)
{
    (void)tls;
    (void)data;
    (void)bytes;
    return -EPROTONOSUPPORT;
}

int tls_put_end(struct tls *tls)
{
    (void)tls;
    return -EPROTONOSUPPORT;
}

int tls_flush(struct tls *tls)
{
    (void)tls;
    return -EPROTONOSUPPORT;
}

const char *tls_why(const struct tls *tls)
{
    (void)tls;
    return "";
}

int tls_protocol(const struct tls *tls, char *text, size_t bytes)
{
    (void)tls;
    (void)text;
    (void)bytes;
    return -EPROTONOSUPPORT;
}

int tls_peer(const struct tls *tls, char *text, size_t bytes)
{
    (void)tls;
    (void)text;
    (void)bytes;
    return -EPROTONOSUPPORT;
}
