#ifndef HEAD_H
#define HEAD_H

/*
 * Heads: the first line and the headers, read into the message's room as
 *
 *     GET 0 /index.html 0 HTTP/1.1 0   Host 0 example.org 0   Accept 0 text/html 0   0
 *     first line, three words          name, value            name, value            the end
 */

#include <troupe/http.h>

/* Reads a head: 1; 0 if the connection has ended before it; or a negative code. */
int head_read(const struct troupe_site *site, troupe_stream stream, troupe_http *message);

/* The second and third word of its first line. */
const char *head_word(const troupe_http *message, int number);

/* Understands the three words: 0 or a negative code. */
int head_understand_request(troupe_http *message);
int head_understand_response(troupe_http *message);

#endif
