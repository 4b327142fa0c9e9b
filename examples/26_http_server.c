/*
 * A web server: an actor for each connection, which is kept for the next request.  Bodies come with
 * a length or in chunks.  What is no HTTP gets 400, what is too long 413, and the connection ends.
 * `26_http_server tcp:127.0.0.1:8080` serves there; try curl.
 *
 * prints:
 *     200 hello
 *     200 five and chunks
 *     404 there is none
 *     400 and that is all
 * look at: one actor serves the whole connection, and waits for io in between
 */
#include <stdio.h>
#include <string.h>

#include <troupe.h>

enum { ROOM_BYTES = 4096 }; /* for a request, head and body: the limit */

static int answer(troupe_stream stream, const troupe_http *request)
{
    if (strcmp(request->method, "POST") == 0)
        return troupe_http_respond(stream, request, 200, NULL, request->body, request->body_bytes);
    if (strcmp(request->target, "/") == 0)
        return troupe_http_respond(stream, request, 200, NULL, "hello", 5);
    return troupe_http_respond(stream, request, 404, NULL, "there is none", 13);
}

static int serve(void *arg)
{
    troupe_stream stream = {(uintptr_t)arg};
    char room[ROOM_BYTES];
    troupe_http request;
    int rc;
    do {
        rc = troupe_http_read_request(stream, room, sizeof room, &request);
        if (rc > 0)
            rc = answer(stream, &request);
    } while (rc > 0 && request.keeps_alive);
    troupe_http_refuse(stream, rc); /* if it was refused; the client's faults are not ours */
    return 0;
}

/* Stands in for a client, which sends four requests at once. */
static int ask(void *server)
{
    static const char requests[] =
        "GET / HTTP/1.1\r\nHost: here\r\n\r\n"
        "POST / HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n"
        "5\r\nfive \r\na\r\nand chunks\r\n0\r\n\r\n"
        "GET /nothing HTTP/1.1\r\nHost: here\r\n\r\n"
        "what is this?\r\n\r\n";
    troupe_stream stream;
    troupe_http response;
    char room[ROOM_BYTES], address[TROUPE_ADDRESS_BYTES];
    int rc = troupe_stream_address(*(troupe_stream *)server, address, sizeof address);
    if (rc == 0)
        rc = troupe_dial(&stream, address);
    if (rc == 0)
        rc = troupe_stream_write(stream, requests, sizeof requests - 1);
    while (rc > 0 && (rc = troupe_http_read_response(stream, "", room, sizeof room, &response)) > 0)
        printf("%d %s\n", response.status,
               response.keeps_alive ? response.body : "and that is all");
    troupe_stream_close(server);
    return rc;
}

static int amain(void *where)
{
    troupe_stream listener;
    int rc = troupe_listen(&listener, where != NULL ? where : "tcp:127.0.0.1:0");
    if (rc == 0 && where == NULL)
        rc = troupe_spawn(ask, &listener, NULL);
    return rc < 0 ? rc : troupe_stream_serve(listener, serve);
}

int main(int argc, char **argv)
{
    return troupe_run(amain, argc > 1 ? argv[1] : NULL) < 0;
}
