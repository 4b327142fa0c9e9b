#ifndef ADDRESS_H
#define ADDRESS_H

/*
 * Addresses as text, taken apart: "tcp:HOST:PORT", "tls:HOST:PORT", "udp:HOST:PORT", "unix:PATH".
 */

#include <stdbool.h>
#include <stddef.h>

#include <troupe/address.h>

/* The longest name that a host can have, and a 0. */
#define ADDRESS_HOST_BYTES 254

/* The addresses of one name that are tried: more are never given for a reason that matters here. */
#define ADDRESS_COUNT_MAX 16

enum address_scheme { ADDRESS_TCP, ADDRESS_TLS, ADDRESS_UDP, ADDRESS_UNIX };

struct address_parts {
    enum address_scheme scheme;
    char host[ADDRESS_HOST_BYTES]; /* without brackets; empty for a path */
    int port;
    const char *path; /* in the text */
};

/* 0; -EINVAL for other forms; -ENAMETOOLONG for a path. */
int address_split(const char *text, struct address_parts *parts);

/* What needs no look-up, at most `most` of it: how many addresses; 0 for a name. */
int address_known(const struct address_parts *parts, troupe_address *found, int most);

/* Whether the host is a number. */
bool address_is_number(const char *host);

/* The addresses of these parts, known or looked up: as troupe_resolve(). */
int address_resolve(const struct troupe_site *site, const struct address_parts *parts,
                    troupe_address *found, int most);

#endif
