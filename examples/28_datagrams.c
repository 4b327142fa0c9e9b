/*
 * Datagrams: a client that asks again when no answer comes in time, since they may be lost.
 *
 * prints:
 *     hello has 5 bytes
 *     nobody answers at the other port
 * look at: the client's last three waits, which end by their time limit
 */
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <troupe.h>

enum { TRIES = 3, TEXT_BYTES = 64 };
static int client;

static int open_socket(troupe_address *own)
{
    int rc = troupe_resolve(own, 1, "udp:127.0.0.1:0");
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (rc < 0 || fd < 0 || bind(fd, (struct sockaddr *)&own->storage, own->bytes) < 0 ||
        getsockname(fd, (struct sockaddr *)&own->storage, &own->bytes) < 0)
        return rc < 0 ? rc : -errno;
    return fd;
}

static int serve(void *arg)
{
    char text[TEXT_BYTES];
    int count = 0, fd = *(int *)arg;
    while (count >= 0) {
        troupe_address from = {.bytes = sizeof from.storage};
        struct sockaddr *peer = (struct sockaddr *)&from.storage;
        count = troupe_recvfrom(fd, text, sizeof text, peer, &from.bytes);
        int bytes = snprintf(text, sizeof text, "%d bytes", count);
        if (count >= 0)
            count = troupe_sendto(fd, text, (size_t)bytes, peer, from.bytes);
    }
    return count == -EBADF ? 0 : count; /* it has been closed */
}

static int receive(void *text)
{
    return troupe_recvfrom(client, text, TEXT_BYTES, NULL, NULL);
}

static int ask(const troupe_address *to, troupe_ns limit)
{
    char answer[TEXT_BYTES];
    int rc = -ETIMEDOUT;
    for (int i = 0; i < TRIES && rc == -ETIMEDOUT; i++) {
        const struct sockaddr *peer = (const struct sockaddr *)&to->storage;
        rc = troupe_sendto(client, "hello", 5, peer, to->bytes);
        if (rc >= 0)
            rc = troupe_limit(limit, receive, answer);
    }
    if (rc > 0)
        printf("hello has %.*s\n", rc, answer);
    return rc;
}

static int amain(void *arg)
{
    troupe_address own, known, unknown;
    (void)arg;
    client = open_socket(&own);
    int service = open_socket(&known), silent = open_socket(&unknown);
    int rc =
        client < 0 || service < 0 || silent < 0 ? -EMFILE : troupe_spawn(serve, &service, NULL);
    if (rc == 0 && (rc = ask(&known, TROUPE_S(5))) > 0 && ask(&unknown, TROUPE_MS(5)) == -ETIMEDOUT)
        puts("nobody answers at the other port");
    troupe_close(service);
    return rc;
}

int main(void)
{
    return troupe_run(amain, NULL) < 0;
}
