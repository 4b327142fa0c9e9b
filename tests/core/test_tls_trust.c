/*
 * Encrypted streams: whoever is not who he should be is refused, with the reason in words.
 */

#include "encrypted.h"

static int meet_strangers(void *arg)
{
    static const struct {
        const char *certificate, *host;
        troupe_tls_options client;
        int code;
        const char *why;
    } strangers[] = {
        {"server.pem", "localhost", {.ca_file = "ca.pem"}, 0, ""},
        {"server.pem", "127.0.0.1", {.ca_file = "ca.pem"}, 0, ""},
        {"server.pem",
         "localhost",
         {.ca_file = NULL},
         -EKEYREJECTED,
         "the certificate of localhost is refused: it is signed by nobody who is trusted"},
        {"alone.pem",
         "127.0.0.1",
         {.ca_file = "ca.pem"},
         -EKEYREJECTED,
         "the certificate of 127.0.0.1 is refused: it is signed by nobody who is trusted"},
        {"old.pem",
         "localhost",
         {.ca_file = "ca.pem"},
         -EKEYREJECTED,
         "the certificate of localhost is refused: it has expired"},
        {"other.pem",
         "localhost",
         {.ca_file = "ca.pem"},
         -EKEYREJECTED,
         "the certificate of localhost is refused: it is for another name"},
        {"other.pem",
         "127.0.0.1",
         {.ca_file = "ca.pem"},
         -EKEYREJECTED,
         "the certificate of 127.0.0.1 is refused: it is for another name"},
        {"other.pem", "localhost", {.ca_file = "ca.pem", .name = "other.test"}, 0, ""},
        {"server.pem",
         "localhost",
         {.ca_file = "ca.pem", .name = "other.test"},
         -EKEYREJECTED,
         "the certificate of other.test is refused: it is for another name"},
        {"old.pem", "localhost", {.insecure = true}, 0, ""},
    };
    (void)arg;
    for (size_t i = 0; i < sizeof strangers / sizeof strangers[0]; i++) {
        troupe_tls_options options = {.certificate_file = strangers[i].certificate};
        troupe_pid server = begin_serving(&options);
        assert_int_equal(dial_with(strangers[i].client, strangers[i].host), strangers[i].code);
        assert_string_equal(why, strangers[i].why);
        settle();
        end_serving(server);
    }
    return 0;
}

static void certificates_are_verified(void **state)
{
    (void)state;
    run(meet_strangers);
}

static int come_unknown(void *arg)
{
    (void)arg;
    char byte, text[32];
    troupe_stream stream;
    troupe_tls_options options = server_options;
    options.ca_file = "ca.pem";
    options.verify_client = true;
    troupe_pid server = begin_serving(&options);
    assert_int_equal(troupe_tls_dial(&stream, address, &client_options), 0);
    assert_int_equal(troupe_stream_read(stream, &byte, 1), -EPROTO); /* it is told only now */
    assert_int_equal(troupe_tls_why(stream, text, sizeof text), -ENAMETOOLONG);
    assert_string_equal(text, "the other side breaks off: tlsv");
    troupe_stream_close(&stream);
    end_serving(server);
    assert_int_equal(last_end, -EKEYREJECTED);
    assert_string_equal(why, "the client has shown no certificate");
    return 0;
}

static int meet_alice(void *arg)
{
    troupe_stream stream;
    char text[32];
    (void)arg;
    assert_int_equal(troupe_stream_accept(listener, &stream), 0);
    assert_int_equal(troupe_tls_peer(stream, text, sizeof text), -EINVAL); /* not yet */
    int rc = troupe_tls_handshake(stream);
    if (rc < 0)
        return rc;
    assert_int_equal(troupe_tls_peer(stream, text, sizeof text), 0);
    leave_trail("%s ", text);
    assert_int_equal(troupe_tls_protocol(stream, text, sizeof text), 0);
    leave_trail("%s ", text);
    return troupe_tls_handshake(stream);
}

static int come_as_alice(void *arg)
{
    (void)arg;
    char text[32];
    troupe_stream stream;
    troupe_tls_options options = server_options, alice = client_options;
    options.ca_file = "ca.pem";
    options.verify_client = true;
    options.protocols = (const char *const[]){"tea/2", "tea/1", NULL};
    alice.certificate_file = "alice_without_key.pem";
    alice.key_file = "alice.pem";
    alice.protocols = (const char *const[]){"coffee", "tea/1", "tea/2", NULL};
    assert_int_equal(troupe_tls_listen(&listener, "tls:localhost:0", &options), 0);
    assert_int_equal(troupe_stream_address(listener, address, sizeof address), 0);
    troupe_pid server = start(meet_alice, 0);
    assert_int_equal(troupe_tls_dial(&stream, address, &alice), 0);
    assert_int_equal(end_of(server), 0);
    assert_int_equal(troupe_tls_protocol(stream, text, sizeof text), 0);
    leave_trail("%s ", text);
    troupe_stream_close(&stream);
    server = start(meet_alice, 0);
    alice.protocols = (const char *const[]){"coffee", NULL};
    assert_int_equal(troupe_tls_dial(&stream, address, &alice), -EPROTO);
    assert_int_equal(end_of(server), -EPROTO);
    alice.protocols = (const char *const[]){"", NULL};
    return troupe_tls_dial(&stream, address, &alice) == -EINVAL ? 0 : -EIO;
}

static void clients_can_be_known_too(void **state)
{
    (void)state;
    run(come_unknown);
    run_trail(come_as_alice, "CN=alice tea/2 tea/2 ");
}

static int use_wrong_files(void *arg)
{
    static const struct {
        troupe_tls_options options;
        int code;
        const char *why;
    } wrong[] = {
        {{.ca_file = "none.pem"},
         -ENOENT,
         "none.pem: no certificates can be read: No such file or directory"},
        {{.ca_file = "empty.pem"}, -EINVAL, "empty.pem: no certificates can be read: "},
        {{.certificate_file = "empty.pem"}, -EINVAL, "empty.pem: no certificate can be read: "},
        {{.certificate_file = "none.pem"},
         -ENOENT,
         "none.pem: no certificate can be read: No such file or directory"},
        {{.certificate_file = "alice_without_key.pem"},
         -EINVAL,
         "alice_without_key.pem: no key for that certificate can be read: "},
        {{.certificate_file = "alice.pem", .key_file = "server.pem"},
         -EINVAL,
         "server.pem: no key for that certificate can be read: key values mismatch"},
        {{.key_file = "server.pem"},
         -EINVAL,
         "a key is of no use without a certificate: set certificate_file"},
    };
    (void)arg;
    troupe_stream stream;
    troupe_tls_options options = server_options;
    assert_int_equal(close(creat("empty.pem", 0600)), 0);
    snprintf(address, sizeof address, "tls:localhost:1");
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_int_equal(dial_with(wrong[i].options, "localhost"), wrong[i].code);
        assert_int_equal(strncmp(why, wrong[i].why, strlen(wrong[i].why)), 0);
    }
    assert_int_equal(troupe_listen(&stream, "tls:127.0.0.1:0"), -EINVAL);
    options.certificate_file = NULL;
    assert_int_equal(troupe_tls_listen(&stream, "tls:127.0.0.1:0", &options), -EINVAL);
    assert_string_equal(why, "a server needs a certificate: set certificate_file");
    options.certificate_file = "server.pem";
    options.verify_client = true;
    assert_int_equal(troupe_tls_listen(&stream, "tls:127.0.0.1:0", &options), -EINVAL);
    assert_string_equal(why, "to verify clients is to know whom to trust: set ca_file");
    assert_int_equal(troupe_tls_dial(&stream, "tcp:localhost:1", &client_options), -EINVAL);
    assert_string_equal(why, "tcp:localhost:1: invalid argument");
    assert_int_equal(troupe_tls_dial(&stream, "tls:localhost:1", &client_options), -ECONNREFUSED);
    assert_string_equal(why, "tls:localhost:1: Connection refused");
    assert_int_equal(troupe_tls_why(stream, why, sizeof why), -EINVAL);
    return 0;
}

static void wrong_files_are_told(void **state)
{
    (void)state;
    run(use_wrong_files);
}

ENCRYPTED_MAIN(cmocka_unit_test(certificates_are_verified),
               cmocka_unit_test(clients_can_be_known_too), cmocka_unit_test(wrong_files_are_told))
