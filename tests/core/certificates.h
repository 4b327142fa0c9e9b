#ifndef CERTIFICATES_H
#define CERTIFICATES_H

/*
 * For tests of encrypted streams: certificates made for the test that uses them.
 */

struct issuer;

/* What a certificate says. */
struct certificate {
    const char *name;            /* "alice" */
    const char *hosts;           /* "DNS:localhost,IP:127.0.0.1"; NULL: none */
    const struct issuer *issuer; /* who signs it; NULL: it does so itself, and may sign others */
    int days;                    /* how long it is valid; less than 0: so long ago it expired */
};

/* Makes a key and a certificate for it, and writes both to this file. */
struct issuer *certify(const char *file, struct certificate says);

/* Writes the certificate without the key. */
void publish(const char *file, const struct issuer *issuer);

void forget(struct issuer *issuer);

#endif
