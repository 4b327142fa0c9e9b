/*
 * A library that was built without OpenSSL says so, in a code and in words.
 */

#include "trail.h"

static int ask_for_tls(void *arg)
{
    (void)arg;
    troupe_stream stream = {1};
    char why[TROUPE_TLS_WHY_BYTES];
    troupe_tls_options options = {
        .certificate_file = "server.pem", .why = why, .why_bytes = sizeof why};
    assert_int_equal(troupe_dial(&stream, "tls:localhost:1"), -EPROTONOSUPPORT);
    assert_int_equal(stream.value, 0);
    assert_int_equal(troupe_listen(&stream, "tls:localhost:0"), -EPROTONOSUPPORT);
    assert_int_equal(troupe_tls_dial(&stream, "tls:localhost:1", &options), -EPROTONOSUPPORT);
    assert_string_equal(why, "this library was built without OpenSSL, so it cannot encrypt "
                             "(meson: -Dtls)");
    assert_int_equal(troupe_tls_listen(&stream, "tls:localhost:0", &options), -EPROTONOSUPPORT);
    assert_int_equal(troupe_tls_handshake(stream), -EINVAL);
    return 0;
}

static void tls_is_refused_in_words(void **state)
{
    (void)state;
    run(ask_for_tls);
}

HARNESS_MAIN(cmocka_unit_test(tls_is_refused_in_words))
