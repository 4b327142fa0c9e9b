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

static const char *const schemes[] = {"tcp:", "tls:", "udp:", "unix:"};

static int split_path(const char *path, struct address_parts *parts)
{
    size_t bytes = strlen(path);
    if (bytes == 0)
        return -EINVAL;
    parts->path = path;
    return bytes < sizeof((struct sockaddr_un *)0)->sun_path ? 0 : -ENAMETOOLONG;
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

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Whether it may be the name of a host.  One without a letter is a number gone wrong, which a
 * look-up would guess a meaning for. */
static bool is_name(const char *host)
{
    bool has_letter = false;
    for (const char *at = host; *at != '\0'; at++) {
        bool is_other = (*at >= '0' && *at <= '9') || *at == '_' || *at == '.' || *at == '-';
        if (!is_letter(*at) && !is_other)
            return false;
        has_letter = has_letter || is_letter(*at);
    }
    return has_letter && host[0] != '-' && host[0] != '.';
}

static int split_host(const char *text, struct address_parts *parts)
{
    const char *colon = strrchr(text, ':');
    if (colon == NULL)
        return -EINVAL;
    parts->port = parse_port(colon + 1);
    size_t bytes = (size_t)(colon - text);
    bool is_bracketed = bytes >= 2 && text[0] == '[' && text[bytes - 1] == ']';
    if (is_bracketed) {
        text++;
        bytes -= 2;
    }
    if (parts->port < 0 || bytes >= sizeof parts->host)
        return -EINVAL;
    memcpy(parts->host, text, bytes);
    parts->host[bytes] = '\0';
    if (address_is_number(parts->host))
        return 0;
    return !is_bracketed && is_name(parts->host) ? 0 : -EINVAL;
}

int address_split(const char *text, struct address_parts *parts)
{
    *parts = (struct address_parts){.path = NULL};
    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
        size_t bytes = strlen(schemes[i]);
        if (strncmp(text, schemes[i], bytes) != 0)
            continue;
        parts->scheme = (enum address_scheme)i;
        return i == ADDRESS_UNIX ? split_path(text + bytes, parts)
                                 : split_host(text + bytes, parts);
    }
    return -EINVAL;
}

/* 1 and the address of a host that is a number; otherwise 0. */
static int parse_number(const char *host, int port, troupe_address *address)
{
    struct sockaddr_in *v4 = (struct sockaddr_in *)&address->storage;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&address->storage;
    *address = (troupe_address){.bytes = 0};
    if (inet_pton(AF_INET, host, &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons((in_port_t)port);
        address->bytes = sizeof *v4;
    } else if (inet_pton(AF_INET6, host, &v6->sin6_addr) == 1) {
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons((in_port_t)port);
        address->bytes = sizeof *v6;
    }
    return address->bytes > 0;
}

bool address_is_number(const char *host)
{
    troupe_address address;
    return parse_number(host, 0, &address) == 1;
}

static int path_address(const char *path, troupe_address *address)
{
    struct sockaddr_un *to = (struct sockaddr_un *)&address->storage;
    *address = (troupe_address){.bytes = sizeof *to};
    to->sun_family = AF_UNIX;
    snprintf(to->sun_path, sizeof to->sun_path, "%s", path);
    return 1;
}

int address_known(const struct address_parts *parts, troupe_address *found, int most)
{
    if (most < 1)
        return 0;
    if (parts->path != NULL)
        return path_address(parts->path, found);
    if (strcmp(parts->host, "localhost") != 0)
        return parse_number(parts->host, parts->port, found);
    return parse_number("127.0.0.1", parts->port, found) +
           (most > 1 ? parse_number("::1", parts->port, found + 1) : 0);
}

/* How much of a path there may be: that of one that was not bound is not there at all. */
static int path_bytes(const troupe_address *address)
{
    size_t before = offsetof(struct sockaddr_un, sun_path), bytes = address->bytes;
    if (bytes > sizeof(struct sockaddr_un))
        bytes = sizeof(struct sockaddr_un);
    return bytes > before ? (int)(bytes - before) : 0;
}

int troupe_address_text(const troupe_address *address, const char *scheme, char *text, size_t bytes)
{
    const struct sockaddr_in *v4 = (const struct sockaddr_in *)&address->storage;
    const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)&address->storage;
    const struct sockaddr_un *local = (const struct sockaddr_un *)&address->storage;
    char host[INET6_ADDRSTRLEN];
    int length;
    switch (address->storage.ss_family) {
    case AF_INET:
        inet_ntop(AF_INET, &v4->sin_addr, host, sizeof host);
        length = snprintf(text, bytes, "%s:%s:%d", scheme, host, ntohs(v4->sin_port));
        break;
    case AF_INET6:
        inet_ntop(AF_INET6, &v6->sin6_addr, host, sizeof host);
        length = snprintf(text, bytes, "%s:[%s]:%d", scheme, host, ntohs(v6->sin6_port));
        break;
    case AF_UNIX:
        length = snprintf(text, bytes, "unix:%.*s", path_bytes(address), local->sun_path);
        break;
    default:
        return -EAFNOSUPPORT;
    }
    return (size_t)length < bytes ? 0 : -ENAMETOOLONG;
}
