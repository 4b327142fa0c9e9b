/*
 * Addresses as text.
 */

#include "address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

/* The longest host that is a number: an IPv6 address. */
#define HOST_BYTES_MAX INET6_ADDRSTRLEN

static int parse_unix(const char *path, struct address *address)
{
    struct sockaddr_un *to = (struct sockaddr_un *)&address->storage;
    size_t bytes = strlen(path);
    if (bytes == 0)
        return -EINVAL;
    if (bytes >= sizeof to->sun_path)
        return -ENAMETOOLONG;
    to->sun_family = AF_UNIX;
    memcpy(to->sun_path, path, bytes + 1);
    address->bytes = sizeof *to;
    return 0;
}

/* 0 to 65535, or -EINVAL. */
static int parse_port(const char *text)
{
    char *end;
    if (*text < '0' || *text > '9')
        return -EINVAL;
    unsigned long port = strtoul(text, &end, 10);
    return *end == '\0' && port <= UINT16_MAX ? (int)port : -EINVAL;
}

static int parse_host(const char *host, in_port_t port, struct address *address)
{
    struct sockaddr_in *v4 = (struct sockaddr_in *)&address->storage;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&address->storage;
    if (strcmp(host, "localhost") == 0)
        host = "127.0.0.1";
    if (inet_pton(AF_INET, host, &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = port;
        address->bytes = sizeof *v4;
    } else if (inet_pton(AF_INET6, host, &v6->sin6_addr) == 1) {
        v6->sin6_family = AF_INET6;
        v6->sin6_port = port;
        address->bytes = sizeof *v6;
    } else {
        return -EINVAL;
    }
    return 0;
}

static int parse_tcp(const char *text, struct address *address)
{
    char host[HOST_BYTES_MAX];
    const char *colon = strrchr(text, ':');
    if (colon == NULL)
        return -EINVAL;
    int port = parse_port(colon + 1);
    size_t bytes = (size_t)(colon - text);
    if (bytes >= 2 && text[0] == '[' && text[bytes - 1] == ']') {
        text++;
        bytes -= 2;
    }
    if (port < 0 || bytes >= sizeof host)
        return -EINVAL;
    memcpy(host, text, bytes);
    host[bytes] = '\0';
    return parse_host(host, htons((in_port_t)port), address);
}

int address_parse(const char *text, struct address *address)
{
    *address = (struct address){.bytes = 0};
    if (strncmp(text, "tcp:", 4) == 0)
        return parse_tcp(text + 4, address);
    if (strncmp(text, "unix:", 5) == 0)
        return parse_unix(text + 5, address);
    return -EINVAL;
}

int address_format(const struct address *address, char *text, size_t bytes)
{
    const struct sockaddr_in *v4 = (const struct sockaddr_in *)&address->storage;
    const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)&address->storage;
    const struct sockaddr_un *local = (const struct sockaddr_un *)&address->storage;
    char host[HOST_BYTES_MAX];
    int length;
    switch (address->storage.ss_family) {
    case AF_INET:
        inet_ntop(AF_INET, &v4->sin_addr, host, sizeof host);
        length = snprintf(text, bytes, "tcp:%s:%d", host, ntohs(v4->sin_port));
        break;
    case AF_INET6:
        inet_ntop(AF_INET6, &v6->sin6_addr, host, sizeof host);
        length = snprintf(text, bytes, "tcp:[%s]:%d", host, ntohs(v6->sin6_port));
        break;
    case AF_UNIX: /* the path of one that was not bound is not there at all */
        length = snprintf(text, bytes, "unix:%.*s",
                          (int)(address->bytes - offsetof(struct sockaddr_un, sun_path)),
                          local->sun_path);
        break;
    default:
        return -EAFNOSUPPORT;
    }
    return (size_t)length < bytes ? 0 : -ENAMETOOLONG;
}
