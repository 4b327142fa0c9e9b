#ifndef TROUPE_ADDRESS_H
#define TROUPE_ADDRESS_H

/*
 * Addresses as text, and what the system makes of them.
 *
 *     tcp:HOST:PORT   a connection           tcp:127.0.0.1:80   tcp:[::1]:80   tcp:example.org:80
 *     tls:HOST:PORT   an encrypted one       (troupe/tls.h)
 *     udp:HOST:PORT   datagrams
 *     unix:PATH       a connection on this machine
 *
 * A host is a number, localhost, or a name that is looked up.  Numbers and localhost, which is
 * 127.0.0.1 and then ::1, never leave the loop.  A name is looked up as the system is set up to do
 * it (/etc/hosts, the name servers), on a thread of the pool (troupe/offload.h): only the actor
 * that asks waits.  If it gives up, by a time limit or since it is cancelled, the look-up goes on
 * to its end there, and nobody minds.
 *
 * Streams take such texts as they are (troupe/stream.h).  For datagrams, and for sockets that are
 * used as descriptors, ask here:
 *
 *     troupe_address to;
 *     int count = troupe_resolve(&to, 1, "udp:example.org:9");
 *     if (count > 0)
 *         count = troupe_sendto(fd, "x", 1, (const struct sockaddr *)&to.storage, to.bytes);
 */

#include <sys/socket.h>

#include <troupe/time.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Enough for the text of any address that is a number or a path. */
#define TROUPE_ADDRESS_BYTES 128

/* An address as the system takes it. */
typedef struct troupe_address {
    struct sockaddr_storage storage;
    socklen_t bytes; /* that are used of it */
} troupe_address;

/*
 * The addresses that a text stands for, at most `most` of them, in the order in which they should
 * be tried.  Inside an actor.  May suspend, for a name.  Returns how many; -EINVAL for a text of
 * another form; -ENAMETOOLONG for a path; -ENXIO if there is no host of that name; -ENONET if no
 * name server answers; -ECANCELED, -EAGAIN and -ENOMEM as troupe_offload().
 */
TROUPE_API TROUPE_MUST_CHECK int troupe_resolve_at(const struct troupe_site *site,
                                                   troupe_address *found, int most,
                                                   const char *text);
#define troupe_resolve(...) troupe_resolve_at(TROUPE_SITE(), __VA_ARGS__)

/*
 * The text of an address, with this before it: "udp" makes "udp:127.0.0.1:9".  For a path that is
 * always "unix".  Anywhere.  Returns 0; -ENAMETOOLONG if it does not fit; -EAFNOSUPPORT for other
 * families.
 */
TROUPE_API int troupe_address_text(const troupe_address *address, const char *scheme, char *text,
                                   size_t bytes);

#ifdef __cplusplus
}
#endif

#endif
