#ifndef TROUPE_HTTP_H
#define TROUPE_HTTP_H

/*
 * HTTP/1.1 over streams, for servers and clients: one message at a time, with limits.
 *
 *     char room[8192];                                    // an actor for each connection
 *     troupe_http request;
 *     int rc;
 *     do {
 *         rc = troupe_http_read_request(stream, room, sizeof room, &request);
 *         if (rc > 0)
 *             rc = troupe_http_respond(stream, &request, 200, NULL, "hello\n", 6);
 *     } while (rc > 0 && request.keeps_alive);
 *     if (rc < 0)
 *         rc = troupe_http_refuse(stream, rc);            // 400 and its kin, if it was no HTTP
 *
 * A message is read whole, head and body, before it is handed over.  It lies in room that the
 * caller lends, whose size is the limit for both together; nothing is allocated.  Bodies may come
 * with a length, in chunks, or, in a response, up to the end of the connection; they are sent with
 * a length.  Over an encrypted stream it is HTTPS.
 *
 * The reading is strict where laxness has been a way in: a message with two lengths, with a blank
 * before a colon, with a header that goes on in the next line, or with a byte 0 is refused.
 *
 * All calls: inside an actor.  Time limits come from the scope.
 */

#include <stdbool.h>

#include <troupe/stream.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The most that a head may have that is sent from here: first line, headers, everything. */
#define TROUPE_HTTP_HEAD_BYTES 3072

/* A request or a response that has been read.  All texts lie in the room that was lent for it. */
typedef struct troupe_http {
    const char *method; /* a request's: "GET"; NULL in a response */
    const char *target; /* a request's: "/index.html?a=b", not decoded */
    int status;         /* a response's: 200; 0 in a request */
    bool keeps_alive;   /* the connection can be used for the next one */
    const char *body;   /* never NULL; a 0 stands behind the last byte */
    size_t body_bytes;
    char *room; /* the library's own */
    size_t room_bytes;
    size_t head_bytes;
} troupe_http;

/*
 * Reads the next request into `bytes` bytes of room.  May suspend.  Returns 1; 0 if the connection
 * has ended; -EBADMSG if it is no request; -EMSGSIZE if the head is longer than the room, -EFBIG if
 * the body is longer than the rest of it; -EPROTONOSUPPORT for another version; -ENOSYS for an
 * encoding other than chunks; -EPIPE if the connection ended in the middle of it; otherwise as
 * troupe_stream_read().
 */
TROUPE_API TROUPE_MUST_CHECK int troupe_http_read_request_at(const struct troupe_site *site,
                                                             troupe_stream stream, char *room,
                                                             size_t bytes, troupe_http *request);
#define troupe_http_read_request(...) troupe_http_read_request_at(TROUPE_SITE(), __VA_ARGS__)

/* Reads the response to a request with this method.  The same otherwise; what a server says before
 * its response ("100 Continue") is passed over. */
TROUPE_API TROUPE_MUST_CHECK int troupe_http_read_response_at(const struct troupe_site *site,
                                                              troupe_stream stream,
                                                              const char *method, char *room,
                                                              size_t bytes, troupe_http *response);
#define troupe_http_read_response(...) troupe_http_read_response_at(TROUPE_SITE(), __VA_ARGS__)

/* The first header of this name, in capitals or not; NULL if there is none.  Anywhere. */
TROUPE_API const char *troupe_http_header(const troupe_http *message, const char *name);

/*
 * Sends a response to this request (NULL: to none that was understood; the connection is to be
 * closed then).  `headers` are further lines, each with "\r\n" at its end, or NULL; the length of
 * the body, and that the connection will be closed, are said without that.  May suspend.  Returns
 * how many bytes were sent, or as troupe_stream_write(); -EINVAL for a status below 200 or above
 * 599, or a head that is too long.
 */
TROUPE_API TROUPE_MUST_CHECK int troupe_http_respond_at(const struct troupe_site *site,
                                                        troupe_stream stream,
                                                        const troupe_http *request, int status,
                                                        const char *headers, const void *body,
                                                        size_t bytes);
#define troupe_http_respond(...) troupe_http_respond_at(TROUPE_SITE(), __VA_ARGS__)

/* If this code means that what came was no proper request, says so to the client: 400, 413, 431,
 * 501 or 505.  May suspend.  Returns `code`, whatever became of that. */
TROUPE_API int troupe_http_refuse_at(const struct troupe_site *site, troupe_stream stream,
                                     int code);
#define troupe_http_refuse(...) troupe_http_refuse_at(TROUPE_SITE(), __VA_ARGS__)

/* Sends a request to a host, which servers want to be told by its name.  `headers` as above.  May
 * suspend.  Returns how many bytes were sent; -EINVAL for a head that is too long; or as
 * troupe_stream_write(). */
TROUPE_API TROUPE_MUST_CHECK int troupe_http_request_at(const struct troupe_site *site,
                                                        troupe_stream stream, const char *method,
                                                        const char *host, const char *target,
                                                        const char *headers, const void *body,
                                                        size_t bytes);
#define troupe_http_request(...) troupe_http_request_at(TROUPE_SITE(), __VA_ARGS__)

#ifdef __cplusplus
}
#endif

#endif
