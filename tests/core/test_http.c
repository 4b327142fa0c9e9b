/*
 * HTTP: what is well formed is understood however it is cut up on the way, what is not is refused
 * with the status that says why, and nothing is read beyond the room that was lent.
 */

#include "wires.h"

#include <stdlib.h>

static int wire[2];
static troupe_stream near;
static char room[600];

/* Everything comes at once, or byte by byte. */
static int feed(void *text)
{
    const char *at = text;
    size_t piece = at[0] == '.' ? 1 : strlen(at);
    at += at[0] == '.';
    for (size_t rest = strlen(at); rest > 0; rest = strlen(at)) {
        piece = piece < rest ? piece : rest;
        if (troupe_write(wire[1], at, piece) != (int)piece)
            return 0; /* who reads has seen enough */
        at += piece;
        if (troupe_yield() < 0)
            return -ECANCELED;
    }
    shutdown(wire[1], SHUT_WR); /* unless that is closed by now */
    return 0;
}

static void open_near(void)
{
    connect_pair(wire);
    assert_int_equal(troupe_stream_open(&near, wire[0]), 0);
}

static void close_near(void)
{
    troupe_stream_close(&near);
    troupe_close(wire[1]);
}

static char input[2000]; /* the text, with a '.' before it if it is to come byte by byte */

static troupe_pid begin_feeding(const char *text, bool in_bytes)
{
    open_near();
    snprintf(input, sizeof input, "%s%s", in_bytes ? "." : "", text);
    return start(feed, (intptr_t)input);
}

struct request {
    const char *text;
    int code; /* what reading it returns; 1: it is understood, as */
    const char *method, *target, *header, *body;
    bool keeps_alive;
};

#define HOST "Host: x\r\n"

static const struct request requests[] = {
    {"GET / HTTP/1.1\r\n" HOST "\r\n", 1, "GET", "/", NULL, "", true},
    {"\r\nGET /a?b=%20 HTTP/1.1\nHost: x\nX-One:\t two \n\n", 1, "GET", "/a?b=%20", "two", "",
     true},
    {"POST / HTTP/1.1\r\n" HOST "Content-Length: 5\r\nx-one:\r\n\r\nhello", 1, "POST", "/", "",
     "hello", true},
    {"PUT / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n"
     "3\r\nabc\r\n0A;name=value\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n",
     1, "PUT", "/", NULL, "abc0123456789", true},
    {"GET / HTTP/1.1\r\n" HOST "Connection: foo, Close\r\n\r\n", 1, "GET", "/", NULL, "", false},
    {"GET / HTTP/1.0\r\n\r\n", 1, "GET", "/", NULL, "", false},
    {"", 0, NULL, NULL, NULL, NULL, false},
    {"\r\n", 0, NULL, NULL, NULL, NULL, false},
    {"GET / HT", -EPIPE, NULL, NULL, NULL, NULL, false},
    {"GET / HTTP/1.1\r\nHost", -EPIPE, NULL, NULL, NULL, NULL, false},
    {"GET / HTTP/1.1\r\n" HOST, -EPIPE, NULL, NULL, NULL, NULL, false},
    {"POST / HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nhell", -EPIPE, NULL, NULL, NULL, NULL,
     false},
    {"POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", -EPIPE, NULL,
     NULL, NULL, NULL, false},
    {"nonsense\r\n\r\n", -EBADMSG, NULL, NULL, NULL, NULL, false},
    {" GET / HTTP/1.1\r\n\r\n", -EBADMSG, NULL, NULL, NULL, NULL, false},
    {"GET / FTP/1.1\r\n" HOST "\r\n", -EBADMSG, NULL, NULL, NULL, NULL, false},
    {"GET / HTTP/2.0\r\n" HOST "\r\n", -EPROTONOSUPPORT, NULL, NULL, NULL, NULL, false},
    {"GET / HTTP/1.1 x\r\n" HOST "\r\n", -EPROTONOSUPPORT, NULL, NULL, NULL, NULL, false},
    {"GET / HTTP/1.1\r\n\r\n", -EBADMSG, NULL, NULL, NULL, NULL, false}, /* no host */
    {"G(T / HTTP/1.1\r\n" HOST "\r\n", -EBADMSG, NULL, NULL, NULL, NULL, false},
    {"GET  HTTP/1.1\r\n" HOST "\r\n", -EBADMSG, NULL, NULL, NULL, NULL, false},
    {"GET / HTTP/1.1\r\n" HOST "A : b\r\n\r\n", -EBADMSG, NULL, NULL, NULL, NULL, false},
    {"GET / HTTP/1.1\r\n" HOST "A: b\r\n c\r\n\r\n", -EBADMSG, NULL, NULL, NULL, NULL, false},
    {"GET / HTTP/1.1\r\n" HOST ": b\r\n\r\n", -EBADMSG, NULL, NULL, NULL, NULL, false},
    {"POST / HTTP/1.1\r\n" HOST "Content-Length: -1\r\n\r\n", -EBADMSG, NULL, NULL, NULL, NULL,
     false},
    {"POST / HTTP/1.1\r\n" HOST "Content-Length: 1x\r\n\r\nab", -EBADMSG, NULL, NULL, NULL, NULL,
     false},
    {"POST / HTTP/1.1\r\n" HOST "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab", -EBADMSG, NULL,
     NULL, NULL, NULL, false},
    {"POST / HTTP/1.1\r\n" HOST "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
     -EBADMSG, NULL, NULL, NULL, NULL, false},
    {"POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: gzip, chunked\r\n\r\n", -ENOSYS, NULL, NULL,
     NULL, NULL, false},
    {"POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\nx\r\n", -EBADMSG, NULL, NULL,
     NULL, NULL, false},
    {"POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n", -EBADMSG, NULL,
     NULL, NULL, NULL, false},
    {"POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\nfffffffffff\r\n", -EFBIG, NULL,
     NULL, NULL, NULL, false},
    {"POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\nfff\r\n", -EFBIG, NULL, NULL,
     NULL, NULL, false},
    {"POST / HTTP/1.1\r\n" HOST "Content-Length: 1000\r\n\r\n", -EFBIG, NULL, NULL, NULL, NULL,
     false},
    {"POST / HTTP/1.1\r\n" HOST "Content-Length: 99999999999999999999\r\n\r\n", -EFBIG, NULL, NULL,
     NULL, NULL, false},
};

static void check_request(const struct request *expected, const troupe_http *request)
{
    assert_string_equal(request->method, expected->method);
    assert_string_equal(request->target, expected->target);
    assert_string_equal(request->body, expected->body);
    assert_int_equal(request->body_bytes, strlen(expected->body));
    assert_int_equal(request->keeps_alive, expected->keeps_alive);
    const char *header = troupe_http_header(request, "X-ONE");
    assert_int_equal(header == NULL, expected->header == NULL);
    if (header != NULL)
        assert_string_equal(header, expected->header);
    assert_null(troupe_http_header(request, "x-on"));
}

static int read_requests(void *arg)
{
    for (size_t i = 0; i < sizeof requests / sizeof requests[0]; i++) {
        troupe_http request;
        troupe_pid feeder = begin_feeding(requests[i].text, arg != NULL);
        int rc = troupe_http_read_request(near, room, sizeof room, &request);
        if (rc != requests[i].code)
            print_message("%s", requests[i].text);
        assert_int_equal(rc, requests[i].code);
        if (rc == 1)
            check_request(&requests[i], &request);
        close_near();
        assert_int_equal(end_of(feeder), 0);
    }
    return 0;
}

static int read_requests_in_bytes(void *arg)
{
    (void)arg;
    return read_requests(room);
}

static void requests_are_understood_or_refused(void **state)
{
    (void)state;
    run(read_requests);
    run(read_requests_in_bytes);
}

/* Whatever the size of the room, nothing is written behind it, and the code says what was too
 * long. */
static int read_into_all_rooms(void *arg)
{
    (void)arg;
    const char *text = "POST /abc HTTP/1.1\r\n" HOST "Content-Length: 5\r\nA: b\r\n\r\nhello";
    int codes[3] = {0};
    for (size_t bytes = 0; bytes < 100; bytes++) {
        char *lent = malloc(bytes + 1); /* so that a sanitizer sees more than the byte behind it */
        troupe_http request;
        lent[bytes] = '#';
        troupe_pid feeder = begin_feeding(text, false);
        int rc = troupe_http_read_request(near, lent, bytes, &request);
        assert_int_equal(lent[bytes], '#');
        assert_true(rc == 1 || rc == -EFBIG || rc == -EMSGSIZE);
        assert_true(rc != 1 || strcmp(request.body, "hello") == 0);
        codes[rc == 1 ? 2 : rc == -EFBIG]++;
        free(lent);
        close_near();
        assert_int_equal(end_of(feeder), 0);
    }
    assert_true(codes[0] > 40 && codes[1] >= 3 && codes[2] > 20);
    return 0;
}

static void the_room_is_the_limit(void **state)
{
    (void)state;
    run(read_into_all_rooms);
}

/* A text of the table with a few of its bytes changed, dropped or doubled. */
static void change(char *text, uint32_t *chance)
{
    static const char likely[] = "\r\n :,;0fF%\t\xff/";
    for (uint32_t changes = *chance % 5; changes > 0 && text[0] != '\0'; changes--) {
        *chance = *chance * 1103515245u + 12345u;
        char *at = text + *chance / 65536 % strlen(text);
        switch (*chance / 4096 % 3) {
        case 0:
            memmove(at, at + 1, strlen(at));
            break;
        case 1:
            memmove(at + 1, at, strlen(at) + 1);
            break;
        default:
            *at = likely[*chance / 256 % (sizeof likely - 1)];
        }
    }
}

static bool is_inside(const char *text, const char *lent, size_t bytes)
{
    return lent <= text && text + strlen(text) < lent + bytes;
}

/* Whatever comes: it is refused, or understood as something within the room. */
static int read_changed(void *arg)
{
    enum { rounds = 1500 };
    uint32_t chance = 1;
    int understood = 0;
    (void)arg;
    for (int round = 0; round < rounds; round++) {
        char text[400];
        size_t bytes = 40 + (size_t)round % 100;
        char *lent = malloc(bytes);
        troupe_http request;
        snprintf(text, sizeof text / 2, "%s",
                 requests[(size_t)round % (sizeof requests / sizeof requests[0])].text);
        change(text, &chance);
        troupe_pid feeder = begin_feeding(text, false);
        int rc = troupe_http_read_request(near, lent, bytes, &request);
        assert_true(rc == 1 || rc == 0 || rc == -EBADMSG || rc == -EMSGSIZE || rc == -EFBIG ||
                    rc == -EPROTONOSUPPORT || rc == -ENOSYS || rc == -EPIPE);
        if (rc == 1) {
            understood++;
            assert_true(is_inside(request.method, lent, bytes));
            assert_true(is_inside(request.target, lent, bytes));
            assert_true(request.body_bytes == 0 || is_inside(request.body, lent, bytes));
            assert_int_equal(request.body[request.body_bytes], '\0');
        }
        free(lent);
        close_near();
        assert_int_equal(end_of(feeder), 0);
    }
    assert_true(understood > 50);
    return 0;
}

static void changed_requests_do_no_harm(void **state)
{
    (void)state;
    run(read_changed);
}

static int read_zero(void *arg)
{
    (void)arg;
    troupe_http request;
    static const char texts[][48] = {
        "GET /a\0b HTTP/1.1\r\n" HOST "\r\n",
        "GET / HTTP/1.1\0\n" HOST "\r\n", /* where "\r" would be */
    };
    for (int i = 0; i < 2; i++) {
        open_near();
        assert_int_equal(troupe_write(wire[1], texts[i], sizeof texts[i]), sizeof texts[i]);
        assert_int_equal(troupe_http_read_request(near, room, sizeof room, &request), -EBADMSG);
        close_near();
    }
    return 0;
}

static void a_zero_in_a_head_is_refused(void **state)
{
    (void)state;
    run(read_zero);
}

static const struct {
    const char *text, *method;
    int code, status;
    const char *body;
    bool keeps_alive;
} responses[] = {
    {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", "GET", 1, 200, "ok", true},
    {"HTTP/1.1 404\r\nContent-Length: 0\r\n\r\n", "GET", 1, 404, "", true},
    {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", "GET", 1, 200,
     "ok", true},
    {"HTTP/1.1 200 OK\r\n\r\nto the end", "GET", 1, 200, "to the end", false},
    {"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n", "HEAD", 1, 200, "", true},
    {"HTTP/1.1 204 No Content\r\n\r\n", "GET", 1, 204, "", true},
    {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 1\r\n\r\nx", "GET", 1,
     201, "x", true},
    {"HTTP/1.1 abc\r\n\r\n", "GET", -EBADMSG, 0, NULL, false},
    {"HTTP/1.1 99 x\r\n\r\n", "GET", -EBADMSG, 0, NULL, false},
    {"SSH-2.0-x\r\n", "GET", -EBADMSG, 0, NULL, false},
    {"", "GET", 0, 0, NULL, false},
};

static int read_responses(void *arg)
{
    (void)arg;
    for (size_t i = 0; i < sizeof responses / sizeof responses[0]; i++) {
        troupe_http response;
        troupe_pid feeder = begin_feeding(responses[i].text, i % 2 == 0);
        int rc = troupe_http_read_response(near, responses[i].method, room, sizeof room, &response);
        assert_int_equal(rc, responses[i].code);
        if (rc == 1) {
            assert_int_equal(response.status, responses[i].status);
            assert_string_equal(response.body, responses[i].body);
            assert_int_equal(response.keeps_alive, responses[i].keeps_alive);
        }
        close_near();
        assert_int_equal(end_of(feeder), 0);
    }
    char endless[2000] = "HTTP/1.1 200 OK\r\n\r\n";
    memset(endless + strlen(endless), 'x', 1000);
    troupe_http response;
    troupe_pid feeder = begin_feeding(endless, false);
    assert_int_equal(troupe_http_read_response(near, "GET", room, sizeof room, &response), -EFBIG);
    close_near();
    return end_of(feeder);
}

static void responses_end_in_three_ways(void **state)
{
    (void)state;
    run(read_responses);
}

/* What was sent, up to now. */
static const char *sent(void)
{
    static char text[9000];
    ssize_t count = recv(wire[1], text, sizeof text - 1, MSG_DONTWAIT);
    text[count > 0 ? count : 0] = '\0';
    return text;
}

static int send_messages(void *arg)
{
    (void)arg;
    troupe_http get = {.method = "GET", .keeps_alive = true}, head = {.method = "HEAD"};
    char long_headers[TROUPE_HTTP_HEAD_BYTES];
    open_near();
    assert_true(troupe_http_respond(near, &get, 200, "A: b\r\n", "ok", 2) > 0);
    assert_string_equal(sent(), "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nA: b\r\n\r\nok");
    assert_true(troupe_http_respond(near, &head, 404, NULL, "gone", 4) > 0);
    assert_string_equal(sent(),
                        "HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\nConnection: close\r\n\r\n");
    assert_true(troupe_http_respond(near, &get, 204, NULL, NULL, 0) > 0);
    assert_string_equal(sent(), "HTTP/1.1 204 No Content\r\n\r\n");
    assert_true(troupe_http_respond(near, &get, 299, NULL, "", 0) > 0);
    assert_string_equal(sent(), "HTTP/1.1 299 Success\r\nContent-Length: 0\r\n\r\n");
    assert_int_equal(troupe_http_respond(near, &get, 199, NULL, "", 0), -EINVAL);
    assert_true(troupe_http_request(near, "GET", "x.test", "/", NULL, NULL, 0) > 0);
    assert_string_equal(sent(), "GET / HTTP/1.1\r\nHost: x.test\r\n\r\n");
    assert_true(troupe_http_request(near, "POST", "x", "/", "A: b\r\n", "ok", 2) > 0);
    assert_string_equal(sent(),
                        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nA: b\r\n\r\nok");
    memset(long_headers, 'x', sizeof long_headers);
    long_headers[sizeof long_headers - 1] = '\0';
    assert_int_equal(troupe_http_request(near, "GET", "x", "/", long_headers, NULL, 0), -EINVAL);
    close_near();
    return 0;
}

static int refuse_all(void *arg)
{
    static const struct {
        int code, status;
    } refusals[] = {{-EBADMSG, 400}, {-EFBIG, 413},           {-EMSGSIZE, 431},
                    {-ENOSYS, 501},  {-EPROTONOSUPPORT, 505}, {-ECONNRESET, 0},
                    {0, 0}};
    (void)arg;
    open_near();
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
        assert_int_equal(troupe_http_refuse(near, refusals[i].code), refusals[i].code);
        const char *text = sent();
        assert_int_equal(text[0] != '\0' ? atoi(text + 9) : 0, refusals[i].status);
    }
    close_near();
    return 0;
}

static void messages_are_sent_as_they_should_be(void **state)
{
    (void)state;
    run(send_messages);
    run(refuse_all);
}

/* A body of this size goes out in a piece of its own, after a word of encouragement. */
static char big[8000];

static int serve_once(void *arg)
{
    char lent[10000];
    troupe_http request;
    (void)arg;
    int rc = troupe_http_read_request(near, lent, sizeof lent, &request);
    if (rc == 1)
        rc = troupe_http_respond(near, &request, 200, NULL, request.body, request.body_bytes);
    return rc < 0 ? rc : 0;
}

static int wait_for_a_word(void *arg)
{
    (void)arg;
    char lent[10000];
    troupe_stream far;
    troupe_http response;
    memset(big, 'y', sizeof big);
    connect_pair(wire);
    assert_int_equal(troupe_stream_open(&near, wire[0]), 0);
    assert_int_equal(troupe_stream_open(&far, wire[1]), 0);
    troupe_pid server = start(serve_once, 0);
    assert_true(troupe_http_request(far, "POST", "x", "/",
                                    "Expect: 100-continue\r\nContent-Length: 8000\r\n", NULL,
                                    0) > 0);
    assert_int_equal(troupe_stream_read_exactly(far, lent, 25), 25);
    assert_memory_equal(lent, "HTTP/1.1 100 Continue\r\n\r\n", 25);
    assert_int_equal(troupe_stream_write(far, big, sizeof big), sizeof big);
    assert_int_equal(troupe_http_read_response(far, "POST", lent, sizeof lent, &response), 1);
    assert_int_equal(response.body_bytes, sizeof big);
    assert_memory_equal(response.body, big, sizeof big);
    return end_of(server);
}

static void large_bodies_go_both_ways(void **state)
{
    (void)state;
    run(wait_for_a_word);
}

HARNESS_MAIN(cmocka_unit_test(requests_are_understood_or_refused),
             cmocka_unit_test(the_room_is_the_limit), cmocka_unit_test(changed_requests_do_no_harm),
             cmocka_unit_test(a_zero_in_a_head_is_refused),
             cmocka_unit_test(responses_end_in_three_ways),
             cmocka_unit_test(messages_are_sent_as_they_should_be),
             cmocka_unit_test(large_bodies_go_both_ways))
