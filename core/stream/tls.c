/*
 * Sessions: OpenSSL between a descriptor, which it reads itself, and a buffer, which it writes to.
 */

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "address.h"
#include "alloc.h"
#include "check.h"
#include "tls_context.h"
#include "tls_words.h"
#include "transfer.h"

/* The first size of the buffer for what is to go out: one full record and its frame. */
#define OUT_BYTES_MIN 18432

struct tls {
    SSL *ssl;
    int fd;           /* the stream's */
    bool is_ready;    /* the handshake has been made */
    bool is_at_end;   /* the descriptor is */
    bool is_shut;     /* nothing more may be written */
    bool has_failed;  /* nothing more can be done with it, */
    int code;         /* for this reason */
    int out_code;     /* why nothing more can be sent; 0: it can */
    int system_code;  /* what reading or writing has just failed with; 0: it has not */
    char *out;        /* what is to be sent; NULL if nothing is */
    size_t out_first; /* index of the next byte to be sent */
    size_t out_held;
    size_t out_capacity;
    char name[ADDRESS_HOST_BYTES]; /* who the other side must be; "" for a client of ours */
    char why[TROUPE_TLS_WHY_BYTES];
    size_t protocols_bytes;
    unsigned char protocols[];
};

static BIO_METHOD *bio_method; /* made once, for as long as the process lives */
static pthread_once_t bio_once = PTHREAD_ONCE_INIT;

static int bio_read(BIO *bio, char *buffer, int bytes)
{
    struct tls *tls = BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    int count = transfer_try_read(tls->fd, buffer, (size_t)bytes);
    if (count == -EAGAIN)
        BIO_set_retry_read(bio);
    else if (count < 0)
        tls->system_code = count;
    else if (count == 0)
        tls->is_at_end = true;
    return count >= 0 ? count : -1;
}

static int bio_write(BIO *bio, const char *data, int bytes)
{
    struct tls *tls = BIO_get_data(bio);
    size_t end = tls->out_first + tls->out_held, capacity = tls->out_capacity;
    capacity = capacity > 0 ? capacity : OUT_BYTES_MIN;
    while (capacity - end < (size_t)bytes)
        capacity *= 2;
    if (capacity != tls->out_capacity) {
        char *out = alloc_grow(tls->out, capacity, 1);
        if (out == NULL) {
            tls->system_code = -ENOMEM;
            return -1;
        }
        tls->out = out;
        tls->out_capacity = capacity;
    }
    memcpy(tls->out + end, data, (size_t)bytes);
    tls->out_held += (size_t)bytes;
    return bytes;
}

static long bio_control(BIO *bio, int command, long number, void *pointer)
{
    const struct tls *tls = BIO_get_data(bio);
    (void)number;
    (void)pointer;
    if (command == BIO_CTRL_EOF)
        return tls->is_at_end;
    return command == BIO_CTRL_FLUSH;
}

static void make_bio_method(void)
{
    BIO_METHOD *method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "troupe");
    if (method == NULL)
        return;
    BIO_meth_set_read(method, bio_read);
    BIO_meth_set_write(method, bio_write);
    BIO_meth_set_ctrl(method, bio_control);
    bio_method = method;
}

/* If there is none, the client is told so. */
int tls_choose_protocol(SSL *ssl, const unsigned char **chosen, unsigned char *chosen_bytes,
                        const unsigned char *offered, unsigned offered_bytes, void *arg)
{
    const struct tls *tls = SSL_get_app_data(ssl);
    unsigned char *found;
    (void)arg;
    if (tls->protocols_bytes == 0)
        return SSL_TLSEXT_ERR_NOACK;
    int rc = SSL_select_next_proto(&found, chosen_bytes, tls->protocols,
                                   (unsigned)tls->protocols_bytes, offered, offered_bytes);
    *chosen = found;
    return rc == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

/* Demands that the other side is this host; whether that could be done. */
static bool demand_name(SSL *ssl, const char *name)
{
    if (address_is_number(name))
        return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), name) == 1;
    SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    return SSL_set1_host(ssl, name) == 1 && SSL_set_tlsext_host_name(ssl, name) == 1;
}

static bool set_up(struct tls *tls, bool is_client, bool insecure)
{
    BIO *bio = BIO_new(bio_method);
    if (bio == NULL)
        return false;
    BIO_set_data(bio, tls);
    BIO_set_init(bio, 1);
    SSL_set_bio(tls->ssl, bio, bio);
    SSL_set_app_data(tls->ssl, tls);
    if (!is_client) {
        SSL_set_accept_state(tls->ssl);
        return true;
    }
    SSL_set_verify(tls->ssl, insecure ? SSL_VERIFY_NONE : SSL_VERIFY_PEER, NULL);
    SSL_set_connect_state(tls->ssl);
    return (tls->protocols_bytes == 0 ||
            SSL_set_alpn_protos(tls->ssl, tls->protocols, (unsigned)tls->protocols_bytes) == 0) &&
           demand_name(tls->ssl, tls->name);
}

int tls_open(const struct tls_context *context, const char *host, bool insecure, int fd,
             struct tls **result)
{
    if (host != NULL && strlen(host) >= ADDRESS_HOST_BYTES)
        return -EINVAL;
    struct tls *tls = alloc_zeroed(sizeof *tls + context->protocols_bytes);
    if (tls == NULL)
        return -ENOMEM;
    tls->fd = fd;
    tls->protocols_bytes = context->protocols_bytes;
    memcpy(tls->protocols, context->protocols, context->protocols_bytes);
    if (host != NULL)
        snprintf(tls->name, sizeof tls->name, "%s", host);
    pthread_once(&bio_once, make_bio_method);
    tls->ssl = bio_method != NULL && !alloc_should_fail() ? SSL_new(context->ssl) : NULL;
    if (tls->ssl == NULL || !set_up(tls, host != NULL, insecure)) {
        SSL_free(tls->ssl);
        alloc_free(tls);
        return -ENOMEM;
    }
    *result = tls;
    return 0;
}

void tls_close(struct tls *tls)
{
    if (tls == NULL)
        return;
    (void)tls_put_end(tls);
    (void)tls_flush(tls);
    SSL_free(tls->ssl);
    alloc_free(tls->out);
    alloc_free(tls);
}

/* The connection is of no more use; the code for that. */
static int fail(struct tls *tls, int code)
{
    tls->has_failed = true;
    tls->code = code;
    return code;
}

static void explain(struct tls *tls, int code)
{
    snprintf(tls->why, sizeof tls->why, "the connection failed: %s", troupe_strerror(code));
}

/* What a call of OpenSSL means that has not succeeded: 0 at the end, -EAGAIN, or why it failed. */
static int judge(struct tls *tls, int rc)
{
    int error = SSL_get_error(tls->ssl, rc);
    if (error == SSL_ERROR_ZERO_RETURN)
        return 0;
    if (error == SSL_ERROR_WANT_READ)
        return -EAGAIN;
    if (tls->system_code != 0) {
        explain(tls, tls->system_code);
        return fail(tls, tls->system_code);
    }
    bool is_verifying = !tls->is_ready && (SSL_get_verify_mode(tls->ssl) & SSL_VERIFY_PEER) != 0;
    long verdict = SSL_get_verify_result(tls->ssl);
    if (!is_verifying || verdict == X509_V_OK)
        return fail(tls, tls_words_failure(tls->why, sizeof tls->why));
    snprintf(tls->why, sizeof tls->why, "the certificate of %.100s is refused: %s",
             tls->name[0] != '\0' ? tls->name : "the client", tls_words_refusal(verdict));
    return fail(tls, -EKEYREJECTED);
}

bool tls_is_ready(const struct tls *tls)
{
    return tls->is_ready;
}

int tls_shake_hands(struct tls *tls)
{
    if (tls->has_failed)
        return tls->code;
    ERR_clear_error();
    int rc = SSL_do_handshake(tls->ssl);
    if (rc == 1) {
        tls->is_ready = true;
        return 0;
    }
    rc = judge(tls, rc);
    return rc != 0 ? rc : fail(tls, -ECONNRESET); /* it said goodbye in the middle of it */
}

int tls_try_read(struct tls *tls, void *buffer, size_t bytes)
{
    if (tls->has_failed)
        return tls->code;
    ERR_clear_error();
    int rc = SSL_read(tls->ssl, buffer, bytes < INT_MAX ? (int)bytes : INT_MAX);
    int count = rc > 0 ? rc : judge(tls, rc);
    if (tls->out_held > 0)
        (void)tls_flush(
            tls); /* an answer that OpenSSL gives by itself; the next write waits for it */
    return count;
}

int tls_put(struct tls *tls, const void *data, size_t bytes)
{
    if (tls->has_failed)
        return tls->code;
    if (tls->is_shut)
        return -EPIPE;
    ERR_clear_error();
    int rc = SSL_write(tls->ssl, data, (int)bytes);
    return rc > 0 ? rc : judge(tls, rc);
}

int tls_put_end(struct tls *tls)
{
    if (tls->has_failed || tls->is_shut || !tls->is_ready)
        return tls->code;
    tls->is_shut = true;
    ERR_clear_error();
    int rc = SSL_shutdown(tls->ssl); /* the other side's goodbye is read, not waited for */
    return rc >= 0 ? 0 : judge(tls, rc);
}

static void drop_out(struct tls *tls)
{
    alloc_free(tls->out);
    tls->out = NULL;
    tls->out_first = 0;
    tls->out_held = 0;
    tls->out_capacity = 0;
}

int tls_flush(struct tls *tls)
{
    if (tls->out_code < 0)
        return tls->out_code;
    while (tls->out_held > 0) {
        int count = transfer_try_write(tls->fd, tls->out + tls->out_first, tls->out_held);
        if (count == -EAGAIN)
            return count;
        if (count < 0) { /* what has come can still be read */
            drop_out(tls);
            explain(tls, count);
            tls->out_code = count;
            return count;
        }
        tls->out_first += (size_t)count;
        tls->out_held -= (size_t)count;
    }
    drop_out(tls);
    return 0;
}

const char *tls_why(const struct tls *tls)
{
    return tls->why;
}

int tls_protocol(const struct tls *tls, char *text, size_t bytes)
{
    const unsigned char *name;
    unsigned length;
    if (!tls->is_ready)
        return -EINVAL;
    SSL_get0_alpn_selected(tls->ssl, &name, &length);
    if (length >= bytes)
        return -ENAMETOOLONG;
    if (length > 0)
        memcpy(text, name, length);
    text[length] = '\0';
    return 0;
}

int tls_peer(const struct tls *tls, char *text, size_t bytes)
{
    const X509 *certificate = tls->is_ready ? SSL_get0_peer_certificate(tls->ssl) : NULL;
    if (!tls->is_ready || bytes == 0)
        return -EINVAL;
    text[0] = '\0';
    if (certificate == NULL)
        return 0;
    BIO *memory = BIO_new(BIO_s_mem());
    if (memory == NULL)
        return -ENOMEM;
    X509_NAME_print_ex(memory, X509_get_subject_name(certificate), 0, XN_FLAG_RFC2253);
    char *name;
    long length = BIO_get_mem_data(memory, &name);
    int written = snprintf(text, bytes, "%.*s", (int)length, name);
    BIO_free(memory);
    return (size_t)written < bytes ? 0 : -ENAMETOOLONG;
}
