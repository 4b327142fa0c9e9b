/*
 * OpenSSL's errors in words.  It notes them in a list of the thread, the first cause first.
 */

#include "tls_words.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

/* From here on the reasons are what the other side has sent as an alert. */
#define ALERTS_FIRST SSL_AD_REASON_OFFSET

const char *tls_words_reason(char *text, size_t bytes)
{
    unsigned long error = ERR_peek_error();
    const char *reason =
        ERR_SYSTEM_ERROR(error) ? strerror(ERR_GET_REASON(error)) : ERR_reason_error_string(error);
    snprintf(text, bytes, "%s", reason != NULL ? reason : "unknown error");
    return text;
}

int tls_words_code(void)
{
    unsigned long error = ERR_peek_error();
    return ERR_SYSTEM_ERROR(error) ? -ERR_GET_REASON(error) : -EINVAL;
}

const char *tls_words_refusal(long verify_result)
{
    switch (verify_result) {
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
        return "it is for another name";
    case X509_V_ERR_CERT_HAS_EXPIRED:
        return "it has expired";
    case X509_V_ERR_CERT_NOT_YET_VALID:
        return "it is not valid yet";
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        return "it is signed by nobody who is trusted";
    default:
        return X509_verify_cert_error_string(verify_result);
    }
}

int tls_words_failure(char *text, size_t bytes)
{
    char reason[128];
    unsigned long error = ERR_peek_error();
    int number = ERR_GET_REASON(error);
    tls_words_reason(reason, sizeof reason);
    if (ERR_GET_LIB(error) != ERR_LIB_SSL) {
        snprintf(text, bytes, "the connection failed: %s", reason);
    } else if (number == SSL_R_UNEXPECTED_EOF_WHILE_READING) {
        snprintf(text, bytes, "the connection was cut off: the other side did not say goodbye");
        return -ECONNRESET;
    } else if (number == SSL_R_WRONG_VERSION_NUMBER || number == SSL_R_HTTP_REQUEST) {
        snprintf(text, bytes, "what the other side sends is not TLS (%s)", reason);
    } else if (number == SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE) {
        snprintf(text, bytes, "the client has shown no certificate");
        return -EKEYREJECTED;
    } else if (number >= ALERTS_FIRST) {
        snprintf(text, bytes, "the other side breaks off: %s", reason);
    } else {
        snprintf(text, bytes, "the two sides do not agree: %s", reason);
    }
    return -EPROTO;
}
