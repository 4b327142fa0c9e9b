/*
 * An echo server and three clients on loopback: an actor for each end of each connection.
 *
 * prints:
 *     client 0 heard: one fish
 *     client 1 heard: two fish
 *     client 2 heard: red fish
 * look at: the waits for io; nobody blocks the loop, and the server serves three at once
 */
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>

#include <troupe.h>

enum { CLIENTS = 3, WORD_BYTES = 8 };
static struct sockaddr_in address = {.sin_family = AF_INET}; /* port 0: any that is free */
static int listener;

static int echo(void *arg)
{
    int fd = (int)(intptr_t)arg, count;
    char bytes[256];
    while ((count = troupe_read(fd, bytes, sizeof bytes)) > 0)
        if (troupe_write(fd, bytes, (size_t)count) != count)
            break;
    troupe_close(fd);
    return count;
}

static int serve(void *arg)
{
    (void)arg;
    int rc = 0;
    for (int i = 0; i < CLIENTS && rc >= 0; i++)
        if ((rc = troupe_accept(listener, NULL, NULL)) >= 0)
            rc = troupe_spawn(echo, (void *)(intptr_t)rc, NULL);
    troupe_close(listener);
    return rc;
}

static int ask(void *arg)
{
    static const char *const words[CLIENTS] = {"one fish", "two fish", "red fish"};
    intptr_t number = (intptr_t)arg;
    char answer[WORD_BYTES + 1] = "";
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    int rc = troupe_connect(fd, (const struct sockaddr *)&address, sizeof address);
    if (rc == 0)
        rc = troupe_sleep(TROUPE_MS(10 * (number + 1))); /* so that they speak in turn */
    if (rc == 0)
        rc = troupe_write(fd, words[number], WORD_BYTES);
    for (int heard = 0; heard < WORD_BYTES && rc > 0; heard += rc) /* it may come in pieces */
        rc = troupe_read(fd, answer + heard, (size_t)(WORD_BYTES - heard));
    printf("client %d heard: %s\n", (int)number, answer);
    troupe_close(fd);
    return rc;
}

static int amain(void *arg)
{
    (void)arg;
    socklen_t bytes = sizeof address;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    listener = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(listener, (struct sockaddr *)&address, bytes) < 0 || listen(listener, CLIENTS) < 0 ||
        getsockname(listener, (struct sockaddr *)&address, &bytes) < 0)
        return -errno;
    troupe_scope all;
    troupe_scope_open(&all, TROUPE_S(10));
    troupe_scope_spawn(&all, serve, NULL, NULL);
    for (intptr_t i = 0; i < CLIENTS; i++)
        troupe_scope_spawn(&all, ask, (void *)i, NULL);
    return troupe_scope_join(&all);
}

int main(void)
{
    return troupe_run(amain, NULL) < 0;
}
