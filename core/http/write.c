/*
 * Messages to be sent.  Head and body go out together if they are small.
 */

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <troupe/http.h>

/* A head and a body that fit here are sent in one piece; no more, since it is on the stack of every
 * connection's actor. */
#define PIECE_BYTES 4000

_Static_assert(PIECE_BYTES > TROUPE_HTTP_HEAD_BYTES, "a head fits");

static const char *words_for(int status)
{
    switch (status) {
#define HTTP_STATUS(number, words) \
    case number:                   \
        return words;
#include "statuses.def"
#undef HTTP_STATUS
    default:
        return status < 300 ? "Success" : status < 400 ? "Redirection" : "Error";
    }
}

/* Sends a head, of this form, and a body: how many bytes, or a negative code. */
__attribute__((format(printf, 5, 6))) static int send_both(const struct troupe_site *site,
                                                           troupe_stream stream, const void *body,
                                                           size_t bytes, const char *form, ...)
{
    char piece[PIECE_BYTES];
    va_list args;
    va_start(args, form);
    int head = vsnprintf(piece, TROUPE_HTTP_HEAD_BYTES, form, args);
    va_end(args);
    if (head < 0 || head >= TROUPE_HTTP_HEAD_BYTES)
        return -EINVAL;
    size_t together = bytes <= sizeof piece - (size_t)head ? bytes : 0;
    if (together > 0)
        memcpy(piece + head, body, together);
    int rc = troupe_stream_write_at(site, stream, piece, (size_t)head + together);
    if (rc < 0 || together == bytes)
        return rc;
    int rest = troupe_stream_write_at(site, stream, body, bytes);
    return rest < 0 ? rest : rc + rest;
}

/* The line that tells the length of a body, or no line. */
static const char *length_line(char line[48], bool is_told, size_t bytes)
{
    if (is_told)
        snprintf(line, 48, "Content-Length: %zu\r\n", bytes);
    else
        line[0] = '\0';
    return line;
}

int troupe_http_respond_at(const struct troupe_site *site, troupe_stream stream,
                           const troupe_http *request, int status, const char *headers,
                           const void *body, size_t bytes)
{
    char length[48];
    bool goes_on = request != NULL && request->keeps_alive;
    bool is_told = status != 204 && status != 304;
    bool is_sent = is_told && (request == NULL || strcmp(request->method, "HEAD") != 0);
    if (status < 200 || status > 599)
        return -EINVAL;
    return send_both(site, stream, body, is_sent ? bytes : 0, "HTTP/1.1 %d %s\r\n%s%s%s\r\n",
                     status, words_for(status), length_line(length, is_told, bytes),
                     goes_on ? "" : "Connection: close\r\n", headers != NULL ? headers : "");
}

int troupe_http_request_at(const struct troupe_site *site, troupe_stream stream, const char *method,
                           const char *host, const char *target, const char *headers,
                           const void *body, size_t bytes)
{
    char length[48];
    return send_both(site, stream, body, bytes, "%s %s HTTP/1.1\r\nHost: %s\r\n%s%s\r\n", method,
                     target, host, length_line(length, bytes > 0, bytes),
                     headers != NULL ? headers : "");
}

int troupe_http_refuse_at(const struct troupe_site *site, troupe_stream stream, int code)
{
    int status = code == -EBADMSG           ? 400
                 : code == -EFBIG           ? 413
                 : code == -EMSGSIZE        ? 431
                 : code == -ENOSYS          ? 501
                 : code == -EPROTONOSUPPORT ? 505
                                            : 0;
    if (status > 0) {
        int rc = troupe_http_respond_at(site, stream, NULL, status, NULL, NULL, 0);
        (void)rc; /* the first failure counts */
    }
    return code;
}
