/* The exercise about a server, solved: what blocks is done by another thread, and nobody waits. */

#include <stdio.h>
#include <unistd.h>

#include <troupe.h>

enum { CLIENTS = 3, ROUNDS = 10, WORD_BYTES = 8 };

static char address[TROUPE_ADDRESS_BYTES];

static int block(void *arg)
{
    (void)arg;
    return usleep(1000);
}

static int serve(void *arg)
{
    troupe_stream stream = {(uintptr_t)arg};
    char word[WORD_BYTES];
    int rc;
    while ((rc = troupe_stream_read_exactly(stream, word, sizeof word)) > 0) {
        if (word[0] == '0' && (rc = troupe_offload(block, NULL, NULL, TROUPE_FOREVER)) < 0)
            break;
        if ((rc = troupe_stream_write(stream, word, sizeof word)) < 0)
            break;
    }
    return rc;
}

static int be_client(void *arg)
{
    troupe_stream server;
    char word[WORD_BYTES] = {(char)('0' + (intptr_t)arg)};
    int rc = troupe_dial(&server, address);
    for (int i = 0; i < ROUNDS && rc >= 0; i++) {
        rc = troupe_stream_write(server, word, WORD_BYTES);
        if (rc > 0)
            rc = troupe_stream_read_exactly(server, word, WORD_BYTES);
    }
    return rc < 0 ? rc : 0;
}

static int accept_all(void *listener)
{
    return troupe_stream_serve(*(const troupe_stream *)listener, serve);
}

static int amain(void *arg)
{
    troupe_stream *listener = arg;
    int rc = troupe_listen(listener, "tcp:127.0.0.1:0");
    if (rc < 0 || (rc = troupe_stream_address(*listener, address, sizeof address)) < 0 ||
        (rc = troupe_spawn(accept_all, listener, NULL)) < 0)
        return rc;
    troupe_scope clients;
    troupe_scope_open(&clients, TROUPE_FOREVER);
    for (intptr_t i = 0; i < CLIENTS; i++)
        troupe_scope_spawn(&clients, be_client, (void *)i, NULL);
    rc = troupe_scope_join(&clients);
    troupe_stream_close(listener);
    return rc;
}

int main(void)
{
    troupe_stream listener;
    return troupe_run(amain, &listener) < 0;
}
