#ifndef TLS_WORDS_H
#define TLS_WORDS_H

/*
 * What OpenSSL has to say, as codes and sentences.
 */

#include <stddef.h>

/* The oldest error that OpenSSL has noted on this thread, in its own words; "unknown" if none. */
const char *tls_words_reason(char *text, size_t bytes);

/* The errno in it, negative, if it came from the system; otherwise -EINVAL. */
int tls_words_code(void);

/* Why a certificate was refused, as the end of a sentence. */
const char *tls_words_refusal(long verify_result);

/* What went wrong in a connection: a negative code, and a sentence. */
int tls_words_failure(char *text, size_t bytes);

#endif
