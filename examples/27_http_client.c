/*
 * A web client: two pages over one connection, which the server keeps.
 * `27_http_client tls:example.org:443 /` fetches a page; tcp:example.org:80 without encryption.
 *
 * prints:
 *     200, 13 bytes of text/plain: with a length
 *     200, 9 bytes of text/html: in chunks
 * look at: the client's waits for io: for the connection, and for each answer
 */
#include <stdio.h>
#include <string.h>

#include <troupe.h>

enum { ROOM_BYTES = 1000000 }; /* for an answer, head and body: the limit */
static troupe_stream listener;

/* Stands in for a server: whatever it is asked, it answers these. */
static int serve(void *arg)
{
    static const char *const answers[] = {
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 13\r\n\r\nwith a length",
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
        "3\r\nin \r\n6\r\nchunks\r\n0\r\n\r\n",
    };
    troupe_stream stream = {(uintptr_t)arg};
    troupe_http request;
    char room[1000];
    int rc = 1;
    for (int i = 0; i < 2 && rc > 0; i++)
        if ((rc = troupe_http_read_request(stream, room, sizeof room, &request)) > 0)
            rc = troupe_stream_write(stream, answers[i], strlen(answers[i]));
    troupe_stream_close(&listener);
    return 0;
}

static int fetch(troupe_stream stream, const char *host, const char *target)
{
    static char room[ROOM_BYTES]; /* too much for a stack */
    troupe_http answer;
    int rc = troupe_http_request(stream, "GET", host, target, "Accept: */*\r\n", NULL, 0);
    if (rc > 0)
        rc = troupe_http_read_response(stream, "GET", room, sizeof room, &answer);
    const char *type = rc > 0 ? troupe_http_header(&answer, "Content-Type") : NULL;
    if (rc > 0)
        printf("%d, %zu bytes of %s: %s\n", answer.status, answer.body_bytes,
               type != NULL ? type : "something", answer.body);
    return rc;
}

static int visit(void *words)
{
    const char *address = ((const char **)words)[0], *target = ((const char **)words)[1];
    char host[300];
    troupe_stream stream;
    snprintf(host, sizeof host, "%.*s", (int)strcspn(address + 4, ":"), address + 4);
    int rc = troupe_dial(&stream, address);
    for (int i = 0; i < (listener.value != 0 ? 2 : 1) && rc >= 0; i++)
        rc = fetch(stream, host, target);
    if (rc < 0)
        printf("%s: %s\n", address, troupe_strerror(rc));
    return rc;
}

static int amain(void *words)
{
    char address[TROUPE_ADDRESS_BYTES];
    const char *own[] = {address, "/"};
    if (words != NULL)
        return visit(words);
    int rc = troupe_listen(&listener, "tcp:127.0.0.1:0");
    if (rc == 0 && (rc = troupe_stream_address(listener, address, sizeof address)) == 0)
        rc = troupe_spawn(visit, own, NULL);
    return rc < 0 ? rc : troupe_stream_serve(listener, serve);
}

int main(int argc, char **argv)
{
    return troupe_run(amain, argc > 2 ? argv + 1 : NULL) < 0;
}
