#ifndef ADDRESS_H
#define ADDRESS_H

/*
 * Addresses as text: "tcp:127.0.0.1:80", "tcp:[::1]:80", "tcp:localhost:80", "unix:PATH".
 */

#include <stddef.h>
#include <sys/socket.h>

struct address {
    struct sockaddr_storage storage;
    socklen_t bytes; /* that are used of it */
};

/* 0; -EINVAL for other forms; -ENAMETOOLONG for a path. */
int address_parse(const char *text, struct address *address);

/* 0; -ENAMETOOLONG if it does not fit; -EAFNOSUPPORT for other families. */
int address_format(const struct address *address, char *text, size_t bytes);

#endif
