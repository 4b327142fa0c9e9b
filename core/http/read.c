/*
 * Whole messages: a head, and a body as long as the head says.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "head.h"

/* The longest line that tells the size of a chunk, with what may be said behind it. */
#define CHUNK_LINE_BYTES 256

/* The most that may stand behind the last chunk: nobody here looks at it. */
#define TRAILER_BYTES_MAX 8192

/* How long a body is. */
enum { LENGTH_IN_CHUNKS = -1, LENGTH_TO_THE_END = -2 };

/* What it takes to read one body. */
struct body {
    const struct troupe_site *site;
    troupe_stream stream;
    troupe_http *message;
    char *to;    /* where the next byte goes */
    size_t room; /* for how many there is room, besides a 0 */
};

static void note(struct body *body, size_t bytes)
{
    body->message->body_bytes += bytes;
    body->to += bytes;
    body->room -= bytes;
    *body->to = '\0';
}

static int read_part(struct body *body, size_t bytes)
{
    if (bytes > body->room)
        return -EFBIG;
    int rc = troupe_stream_read_exactly_at(body->site, body->stream, body->to, bytes);
    if (rc <= 0)
        return rc < 0 ? rc : -EPIPE;
    note(body, bytes);
    return 0;
}

/* The size that begins a line, in hexadecimal; or -EBADMSG, -EFBIG. */
static int64_t parse_size(const char *line)
{
    size_t digits = strspn(line, "0123456789abcdefABCDEF");
    if (digits == 0 || strchr("; \t", line[digits]) == NULL)
        return -EBADMSG;
    return digits <= 8 ? (int64_t)strtoll(line, NULL, 16) : -EFBIG;
}

/* Passes over what may stand behind the last chunk, up to an empty line. */
static int skip_trailer(struct body *body)
{
    char line[CHUNK_LINE_BYTES];
    for (size_t bytes = 0; bytes < TRAILER_BYTES_MAX;) {
        int rc = troupe_stream_read_line_at(body->site, body->stream, line, sizeof line);
        if (rc <= 0)
            return rc < 0 ? rc : -EPIPE;
        if (line[0] == '\0')
            return 0;
        bytes += (size_t)rc;
    }
    return -EMSGSIZE;
}

static int read_chunks(struct body *body)
{
    for (;;) {
        char line[CHUNK_LINE_BYTES];
        int rc = troupe_stream_read_line_at(body->site, body->stream, line, sizeof line);
        if (rc <= 0)
            return rc == 0 ? -EPIPE : rc == -EMSGSIZE ? -EBADMSG : rc;
        int64_t size = parse_size(line);
        if (size <= 0)
            return size < 0 ? (int)size : skip_trailer(body);
        rc = read_part(body, (size_t)size);
        if (rc == 0)
            rc = troupe_stream_read_line_at(body->site, body->stream, line, 3);
        if (rc <= 0)
            return rc == 0 ? -EPIPE : rc == -EMSGSIZE ? -EBADMSG : rc;
        if (line[0] != '\0')
            return -EBADMSG;
    }
}

static int read_to_the_end(struct body *body)
{
    int rc;
    body->message->keeps_alive = false;
    while (body->room > 0) {
        rc = troupe_stream_read_at(body->site, body->stream, body->to, body->room);
        if (rc <= 0)
            return rc;
        note(body, (size_t)rc);
    }
    char more;
    rc = troupe_stream_read_at(body->site, body->stream, &more, 1);
    return rc > 0 ? -EFBIG : rc;
}

/* What the head says of the length; or -EBADMSG, -EFBIG, -ENOSYS in *code. */
static int64_t length_of(const troupe_http *message, int64_t otherwise, int *code)
{
    const char *encoding = troupe_http_header(message, "Transfer-Encoding");
    const char *length = troupe_http_header(message, "Content-Length");
    *code = 0;
    if (encoding != NULL) {
        if (length != NULL)
            *code = -EBADMSG; /* two ways to read it are a way in */
        else if (strcasecmp(encoding, "chunked") != 0)
            *code = -ENOSYS;
        return LENGTH_IN_CHUNKS;
    }
    if (length == NULL)
        return otherwise;
    size_t digits = strspn(length, "0123456789");
    if (digits == 0 || length[digits] != '\0')
        *code = -EBADMSG;
    else if (digits > 10)
        *code = -EFBIG;
    return strtoll(length, NULL, 10);
}

/* Whether a header that may be there only once is there twice. */
static bool has_two(const troupe_http *message, const char *name)
{
    int count = 0;
    for (const char *at = head_word(message, 3); *at != '\0';) {
        count += strcasecmp(at, name) == 0;
        at += strlen(at) + 1;
        at += strlen(at) + 1;
    }
    return count > 1;
}

/* Some clients wait for a word before they send a body. */
static int encourage(const struct body *body)
{
    static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";
    const char *expect = troupe_http_header(body->message, "Expect");
    if (body->message->method == NULL || expect == NULL || strcasecmp(expect, "100-continue") != 0)
        return 0;
    return troupe_stream_write_at(body->site, body->stream, go_on, sizeof go_on - 1);
}

/* Reads the body behind the head; 1 or a negative code. */
static int read_body(const struct troupe_site *site, troupe_stream stream, troupe_http *message,
                     int64_t otherwise)
{
    int rc;
    int64_t length = length_of(message, otherwise, &rc);
    struct body body = {
        .site = site,
        .stream = stream,
        .message = message,
        .to = message->room + message->head_bytes,
    };
    if (has_two(message, "Content-Length") || has_two(message, "Transfer-Encoding"))
        rc = -EBADMSG;
    if (message->head_bytes == message->room_bytes)
        rc = -EMSGSIZE;
    if (rc < 0)
        return rc;
    body.room = message->room_bytes - message->head_bytes - 1;
    message->body = body.to;
    *body.to = '\0';
    if (length > 0 && (uint64_t)length > body.room)
        return -EFBIG;
    if (length != 0)
        rc = encourage(&body);
    if (rc >= 0 && length != 0)
        rc = length == LENGTH_IN_CHUNKS    ? read_chunks(&body)
             : length == LENGTH_TO_THE_END ? read_to_the_end(&body)
                                           : read_part(&body, (size_t)length);
    return rc < 0 ? rc : 1;
}

int troupe_http_read_request_at(const struct troupe_site *site, troupe_stream stream, char *room,
                                size_t bytes, troupe_http *request)
{
    *request = (troupe_http){.room = room, .room_bytes = bytes, .body = ""};
    int rc = head_read(site, stream, request);
    if (rc <= 0)
        return rc;
    rc = head_understand_request(request);
    return rc < 0 ? rc : read_body(site, stream, request, 0);
}

static bool has_no_body(const char *method, int status)
{
    return strcmp(method, "HEAD") == 0 || status == 204 || status == 304;
}

int troupe_http_read_response_at(const struct troupe_site *site, troupe_stream stream,
                                 const char *method, char *room, size_t bytes,
                                 troupe_http *response)
{
    *response = (troupe_http){.room = room, .room_bytes = bytes, .body = ""};
    do {
        int rc = head_read(site, stream, response);
        if (rc > 0)
            rc = head_understand_response(response) < 0 ? -EBADMSG : 1;
        if (rc <= 0)
            return rc;
    } while (response->status < 200);
    if (has_no_body(method, response->status))
        return 1;
    return read_body(site, stream, response, LENGTH_TO_THE_END);
}
