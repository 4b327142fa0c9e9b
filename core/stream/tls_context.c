/*
 * Contexts: options and files, made into what sessions are opened from.
 *
 * Reading the system's certificates takes several milliseconds, so it is done on a thread of the
 * pool; that of a client without files of its own is made once and kept for as long as the process
 * lives.  It is never changed, so all threads share it.
 */

#include "tls_context.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include <openssl/err.h>

#include <troupe/offload.h>

#include "alloc.h"
#include "tls_words.h"

/* The longest name of a file. */
#define PATH_BYTES_MAX 4096

/* What is to be read, and what came of it; owned by a job while that runs. */
struct plan {
    SSL_CTX *ssl; /* owned */
    bool is_server;
    bool verify_client;
    bool has_ca, has_certificate;
    char ca_file[PATH_BYTES_MAX];
    char certificate_file[PATH_BYTES_MAX];
    char key_file[PATH_BYTES_MAX];
    char why[TROUPE_TLS_WHY_BYTES];
};

static _Atomic(SSL_CTX *) plain_client;

/* OpenSSL would ask at the terminal. */
static int no_password(char *to, int bytes, int is_writing, void *arg)
{
    (void)to;
    (void)bytes;
    (void)is_writing;
    (void)arg;
    return 0;
}

/* Puts the failure into words and returns its code. */
static int fail(struct plan *plan, const char *file, const char *what)
{
    char reason[128];
    snprintf(plan->why, sizeof plan->why, "%.100s: %s: %s", file, what,
             tls_words_reason(reason, sizeof reason));
    return tls_words_code();
}

static int trust(struct plan *plan)
{
    SSL_CTX *ssl = plan->ssl;
    if (!plan->has_ca)
        return SSL_CTX_set_default_verify_paths(ssl) == 1
                   ? 0
                   : fail(plan, "the system", "its certificates cannot be read");
    if (SSL_CTX_load_verify_file(ssl, plan->ca_file) != 1)
        return fail(plan, plan->ca_file, "no certificates can be read");
    if (plan->verify_client)
        SSL_CTX_set_client_CA_list(ssl, SSL_load_client_CA_file(plan->ca_file));
    return 0;
}

static int identify(struct plan *plan)
{
    if (!plan->has_certificate)
        return 0;
    if (SSL_CTX_use_certificate_chain_file(plan->ssl, plan->certificate_file) != 1)
        return fail(plan, plan->certificate_file, "no certificate can be read");
    if (SSL_CTX_use_PrivateKey_file(plan->ssl, plan->key_file, SSL_FILETYPE_PEM) != 1)
        return fail(plan, plan->key_file, "no key for that certificate can be read");
    return 0;
}

static void set_up(const struct plan *plan)
{
    SSL_CTX *ssl = plan->ssl;
    int demand = SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
    SSL_CTX_set_min_proto_version(ssl, TLS1_2_VERSION);
    SSL_CTX_set_options(ssl, SSL_OP_NO_RENEGOTIATION);
    SSL_CTX_set_mode(ssl, SSL_MODE_RELEASE_BUFFERS); /* most connections are idle */
    SSL_CTX_set_read_ahead(ssl, 1);                  /* one system call a record, not two */
    SSL_CTX_set_session_cache_mode(ssl, SSL_SESS_CACHE_OFF);
    /* A client that writes, closes and never reads would leave the tickets unread: the system then
     * resets the connection, and what is still under way to the server is lost. */
    SSL_CTX_set_num_tickets(ssl, 0);
    SSL_CTX_set_options(ssl, SSL_OP_NO_TICKET);
    SSL_CTX_set_session_id_context(ssl, (const unsigned char *)"troupe", 6);
    SSL_CTX_set_default_passwd_cb(ssl, no_password);
    if (plan->is_server) {
        SSL_CTX_set_verify(ssl, plan->verify_client ? demand : SSL_VERIFY_NONE, NULL);
        SSL_CTX_set_alpn_select_cb(ssl, tls_choose_protocol, NULL);
    }
}

/* Runs on a thread of the pool. */
static int build(void *arg)
{
    struct plan *plan = arg;
    ERR_clear_error();
    plan->ssl = SSL_CTX_new(TLS_method());
    if (plan->ssl == NULL)
        return fail(plan, "OpenSSL", "it cannot be used");
    set_up(plan);
    int rc = !plan->is_server || plan->verify_client ? trust(plan) : 0;
    if (rc == 0)
        rc = identify(plan);
    ERR_clear_error();
    return rc;
}

static void release(void *arg)
{
    struct plan *plan = arg;
    SSL_CTX_free(plan->ssl);
    alloc_free(plan);
}

/* 1 if there is a file, which is copied; 0 if there is none; -ENAMETOOLONG. */
static int copy_path(char to[PATH_BYTES_MAX], const char *path)
{
    if (path == NULL)
        return 0;
    int length = snprintf(to, PATH_BYTES_MAX, "%s", path);
    return length < PATH_BYTES_MAX ? 1 : -ENAMETOOLONG;
}

static int fill_in(struct plan *plan, const troupe_tls_options *options, bool is_server)
{
    const char *key = options->key_file != NULL ? options->key_file : options->certificate_file;
    int ca = copy_path(plan->ca_file, options->ca_file);
    int certificate = copy_path(plan->certificate_file, options->certificate_file);
    int rc = copy_path(plan->key_file, key);
    plan->has_ca = ca == 1;
    plan->has_certificate = certificate == 1;
    plan->is_server = is_server;
    plan->verify_client = options->verify_client;
    if (ca < 0 || certificate < 0 || rc < 0)
        return -ENAMETOOLONG;
    const char *wrong = NULL;
    if (is_server && !plan->has_certificate)
        wrong = "a server needs a certificate: set certificate_file";
    else if (is_server && options->verify_client && !plan->has_ca)
        wrong = "to verify clients is to know whom to trust: set ca_file";
    else if (!plan->has_certificate && options->key_file != NULL)
        wrong = "a key is of no use without a certificate: set certificate_file";
    snprintf(plan->why, sizeof plan->why, "%s", wrong != NULL ? wrong : "");
    return wrong != NULL ? -EINVAL : 0;
}

static void tell(const troupe_tls_options *options, const char *why)
{
    if (options->why != NULL && options->why_bytes > 0)
        snprintf(options->why, options->why_bytes, "%s", why);
}

/* Has the plan carried out; the SSL_CTX is the caller's then. */
static int carry_out(const struct troupe_site *site, const troupe_tls_options *options,
                     bool is_server, SSL_CTX **result)
{
    struct plan *plan = alloc_zeroed(sizeof *plan);
    if (plan == NULL)
        return -ENOMEM;
    int rc = fill_in(plan, options, is_server), built = 0;
    if (rc == 0) {
        troupe_job job = {.fn = build, .arg = plan, .release = release};
        rc = troupe_offload_job_at(site, &job, &built, TROUPE_FOREVER);
        if (rc < 0)
            return rc; /* the plan has been released, or will be */
        rc = built;
    }
    if (rc == 0) {
        *result = plan->ssl;
        plan->ssl = NULL;
    } else {
        tell(options, plan->why);
    }
    release(plan);
    return rc;
}

/* The context of a client without files, which is made if this is the first. */
static int find_plain(const struct troupe_site *site, const troupe_tls_options *options,
                      SSL_CTX **result)
{
    SSL_CTX *kept = atomic_load(&plain_client), *made;
    if (kept == NULL) {
        int rc = carry_out(site, options, false, &made);
        if (rc < 0)
            return rc;
        if (atomic_compare_exchange_strong(&plain_client, &kept, made))
            kept = made;
        else
            SSL_CTX_free(made); /* another thread was first */
    }
    SSL_CTX_up_ref(kept);
    *result = kept;
    return 0;
}

/* The names of protocols as they are sent; 0 or -EINVAL. */
static int list_protocols(struct tls_context *context, const char *const *names)
{
    for (; names != NULL && *names != NULL; names++) {
        size_t bytes = strlen(*names);
        if (bytes == 0 || context->protocols_bytes + 1 + bytes > sizeof context->protocols)
            return -EINVAL;
        context->protocols[context->protocols_bytes] = (unsigned char)bytes;
        memcpy(context->protocols + context->protocols_bytes + 1, *names, bytes);
        context->protocols_bytes += 1 + bytes;
    }
    return 0;
}

int tls_context_create(const struct troupe_site *site, const troupe_tls_options *options,
                       bool is_server, struct tls_context **result)
{
    bool is_plain = !is_server && options->ca_file == NULL && options->certificate_file == NULL &&
                    options->key_file == NULL;
    SSL_CTX *ssl = NULL;
    tell(options, "");
    int rc = is_plain ? find_plain(site, options, &ssl) : carry_out(site, options, is_server, &ssl);
    if (rc < 0)
        return rc;
    struct tls_context *context = alloc_zeroed(sizeof *context);
    rc = context != NULL ? list_protocols(context, options->protocols) : -ENOMEM;
    if (rc < 0) {
        SSL_CTX_free(ssl);
        alloc_free(context);
        return rc;
    }
    context->ssl = ssl;
    *result = context;
    return 0;
}

void tls_context_destroy(struct tls_context *context)
{
    if (context == NULL)
        return;
    SSL_CTX_free(context->ssl);
    alloc_free(context);
}
