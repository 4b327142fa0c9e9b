#ifndef ENCRYPTED_H
#define ENCRYPTED_H

/*
 * For tests of encrypted streams: certificates of several people, made for the test, and a server
 * that sends back what it gets.
 */

#include "wires.h"

#include <stdlib.h>

#include "certificates.h"

static char folder[] = "test_tls_XXXXXX";
static troupe_stream listener;
static char address[TROUPE_ADDRESS_BYTES], why[TROUPE_TLS_WHY_BYTES];

static troupe_tls_options server_options = {
    .certificate_file = "server.pem", .why = why, .why_bytes = sizeof why};
static troupe_tls_options client_options = {
    .ca_file = "ca.pem", .why = why, .why_bytes = sizeof why};

/* The certificates of all cases, in a folder that is the current one from now on. */
static inline void make_certificates(void)
{
    assert_non_null(mkdtemp(folder));
    assert_int_equal(chdir(folder), 0);
    const char *hosts = "DNS:localhost,IP:127.0.0.1";
    struct issuer *ca = certify("ca_with_key.pem", (struct certificate){"the CA", .days = 2});
    struct issuer *others[] = {
        certify("server.pem", (struct certificate){"server", hosts, ca, 2}),
        certify("other.pem", (struct certificate){"other", "DNS:other.test", ca, 2}),
        certify("old.pem", (struct certificate){"old", hosts, ca, -2}),
        certify("alone.pem", (struct certificate){"alone", hosts, NULL, 2}),
        certify("alice.pem", (struct certificate){"alice", NULL, ca, 2}),
        ca,
    };
    publish("ca.pem", ca);
    publish("alice_without_key.pem", others[4]);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        forget(others[i]);
}

static inline void remove_certificates(void)
{
    assert_int_equal(chdir(".."), 0);
    char command[64];
    snprintf(command, sizeof command, "rm -r %s", folder);
    assert_int_equal(system(command), 0);
}

static inline int echo(void *arg)
{
    troupe_stream stream = {(uint64_t)(uintptr_t)arg};
    char bytes[1000];
    int count, rc = 0;
    while ((count = troupe_stream_read(stream, bytes, sizeof bytes)) > 0 && rc >= 0)
        rc = troupe_stream_write(stream, bytes, (size_t)count);
    if (count == 0)
        rc = troupe_stream_write(stream, "bye", 3);
    if (count < 0)
        assert_int_equal(troupe_tls_why(stream, why, sizeof why), 0);
    return count < 0 ? count : rc < 0 ? rc : 0;
}

/* Accepts one connection after the other; how the last one ended. */
static int last_end;

static inline int serve(void *arg)
{
    (void)arg;
    for (;;) {
        troupe_stream stream;
        troupe_pid pid;
        int rc = troupe_stream_accept(listener, &stream);
        if (rc == 0)
            rc = troupe_spawn(echo, (void *)(uintptr_t)stream.value, &pid);
        if (rc == 0)
            rc = troupe_stream_give(stream, pid);
        if (rc == 0)
            rc = troupe_join(pid, &last_end, TROUPE_FOREVER);
        if (rc < 0)
            return rc == -EBADF || rc == -EINVAL ? 0 : rc; /* it has been closed */
    }
}

static inline troupe_pid begin_serving(const troupe_tls_options *options)
{
    assert_int_equal(troupe_tls_listen(&listener, "tls:127.0.0.1:0", options), 0);
    assert_int_equal(troupe_stream_address(listener, address, sizeof address), 0);
    assert_int_equal(strncmp(address, "tls:127.0.0.1:", 14), 0);
    return start(serve, 0);
}

static inline void end_serving(troupe_pid server)
{
    troupe_stream_close(&listener);
    assert_int_equal(end_of(server), 0);
}

/* A plain connection to the server. */
static inline troupe_stream dial_plainly(void)
{
    char plain[TROUPE_ADDRESS_BYTES];
    troupe_stream stream;
    snprintf(plain, sizeof plain, "tcp%s", address + 3);
    assert_int_equal(troupe_dial(&stream, plain), 0);
    return stream;
}

/* Dials with these options; the code, and the reason in `why`. */
static inline int dial_with(troupe_tls_options options, const char *host)
{
    char to[TROUPE_ADDRESS_BYTES];
    troupe_stream stream;
    options.why = why;
    options.why_bytes = sizeof why;
    snprintf(to, sizeof to, "tls:%s%s", host, strrchr(address, ':'));
    int rc = troupe_tls_dial(&stream, to, &options);
    assert_int_equal(stream.value == 0, rc < 0);
    troupe_stream_close(&stream);
    return rc;
}

/* Runs the cases in a folder with all the certificates. */
#define ENCRYPTED_MAIN(...)                                                          \
    int main(int argc, char **argv)                                                  \
    {                                                                                \
        const struct CMUnitTest cases[] = {__VA_ARGS__};                             \
        make_certificates();                                                         \
        int failed = harness_run(cases, sizeof cases / sizeof cases[0], argc, argv); \
        remove_certificates();                                                       \
        return failed;                                                               \
    }

#endif
