/*
 * Keys on a curve, which are made in no time, and certificates of version 3.
 */

#include "certificates.h"

#include <stdio.h>
#include <stdlib.h>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "harness.h"

#define SECONDS_A_DAY 86400

struct issuer {
    EVP_PKEY *key;
    X509 *certificate;
};

static void say(X509 *certificate, X509 *issuer, int what, const char *value)
{
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, what, value);
    assert_non_null(extension);
    assert_int_equal(X509_add_ext(certificate, extension, -1), 1);
    X509_EXTENSION_free(extension);
}

static void write_to(const char *path, const struct issuer *issuer, int with_key)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(PEM_write_X509(file, issuer->certificate), 1);
    if (with_key)
        assert_int_equal(PEM_write_PrivateKey(file, issuer->key, NULL, NULL, 0, NULL, NULL), 1);
    assert_int_equal(fclose(file), 0);
}

struct issuer *certify(const char *file, struct certificate says)
{
    static long serial;
    struct issuer *made = malloc(sizeof *made);
    assert_non_null(made);
    *made = (struct issuer){.key = EVP_EC_gen("P-256"), .certificate = X509_new()};
    X509 *certificate = made->certificate;
    const struct issuer *issuer = says.issuer != NULL ? says.issuer : made;
    X509_set_version(certificate, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), ++serial);
    long begin = says.days < 0 ? 2L * says.days : -1;
    X509_gmtime_adj(X509_getm_notBefore(certificate), begin * SECONDS_A_DAY);
    X509_gmtime_adj(X509_getm_notAfter(certificate), (long)says.days * SECONDS_A_DAY);
    X509_set_pubkey(certificate, made->key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC,
                               (const unsigned char *)says.name, -1, -1, 0);
    X509_set_issuer_name(certificate, X509_get_subject_name(issuer->certificate));
    say(certificate, issuer->certificate, NID_basic_constraints,
        says.issuer == NULL ? "critical,CA:TRUE" : "CA:FALSE");
    if (says.hosts != NULL)
        say(certificate, issuer->certificate, NID_subject_alt_name, says.hosts);
    assert_true(X509_sign(certificate, issuer->key, EVP_sha256()) > 0);
    write_to(file, made, 1);
    return made;
}

void publish(const char *file, const struct issuer *issuer)
{
    write_to(file, issuer, 0);
}

void forget(struct issuer *issuer)
{
    EVP_PKEY_free(issuer->key);
    X509_free(issuer->certificate);
    free(issuer);
}
