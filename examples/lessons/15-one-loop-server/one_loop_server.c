/*
 * An echo server and 50 clients on one loop: an actor for each connection, and one thread.
 *
 *     one_loop_server          each connection is served when something has come
 *     one_loop_server slow     the first client is served by code that blocks for 20 ms each time
 *
 * prints:
 *     500 answers
 * look at: with `slow`, who is ready and does not run, and for how long
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <troupe.h>

enum { CLIENTS = 50, ROUNDS = 10, WORD_BYTES = 8 };

static bool is_slow;
static int answers;
static char address[TROUPE_ADDRESS_BYTES];

static int serve(void *arg)
{
    troupe_stream stream = {(uintptr_t)arg};
    char word[WORD_BYTES];
    int rc;
    while ((rc = troupe_stream_read_exactly(stream, word, sizeof word)) > 0) {
        if (is_slow && strncmp(word, "client00", sizeof word) == 0)
            usleep(20000); /* the whole loop waits */
        if ((rc = troupe_stream_write(stream, word, sizeof word)) < 0)
            break;
    }
    return rc;
}

static int be_client(void *arg)
{
    troupe_stream server;
    char word[WORD_BYTES + 1];
    snprintf(word, sizeof word, "client%02d", (int)(intptr_t)arg);
    int rc = troupe_dial(&server, address);
    for (int i = 0; i < ROUNDS && rc >= 0; i++) {
        rc = troupe_stream_write(server, word, WORD_BYTES);
        if (rc > 0)
            rc = troupe_stream_read_exactly(server, word, WORD_BYTES);
        answers += rc == WORD_BYTES;
    }
    return rc < 0 ? rc : 0; /* its stream is closed with it */
}

static int accept_all(void *listener)
{
    return troupe_stream_serve(*(const troupe_stream *)listener, serve);
}

static int amain(void *arg)
{
    troupe_stream *listener = arg;
    int rc = troupe_listen(listener, "tcp:127.0.0.1:0"); /* any port that is free */
    if (rc < 0 || (rc = troupe_stream_address(*listener, address, sizeof address)) < 0 ||
        (rc = troupe_spawn(accept_all, listener, NULL)) < 0)
        return rc;
    troupe_scope clients;
    troupe_scope_open(&clients, TROUPE_FOREVER);
    for (intptr_t i = 0; i < CLIENTS; i++)
        troupe_scope_spawn(&clients, be_client, (void *)i, NULL);
    rc = troupe_scope_join(&clients);
    troupe_stream_close(listener);
    printf("%d answers\n", answers);
    return rc;
}

int main(int argc, char **argv)
{
    troupe_stream listener;
    is_slow = argc > 1 && strcmp(argv[1], "slow") == 0;
    return troupe_run(amain, &listener) < 0;
}
