#ifndef CHECK_H
#define CHECK_H

/*
 * Three kinds of stop, all for mistakes of a programmer; what the world does wrong is a negative
 * result instead.
 *
 *   TROUPE_CHECK(fact)   a fact about the runtime itself that must hold
 *   troupe_check(fact)   a fact about the program that uses it: see <troupe/info.h>
 *   check_misuse(...)    a call that the caller was not allowed to make
 *
 * All stay on in release builds, print what is known of the running actor, and abort.
 */

#include <stdbool.h>

#define TROUPE_CHECK(fact) ((fact) ? (void)0 : check_failed(__FILE__, __LINE__, __func__, #fact))

#define CHECK_LIKELY(x) __builtin_expect(!!(x), 1)
#define CHECK_UNLIKELY(x) __builtin_expect(!!(x), 0)

_Noreturn void check_failed(const char *file, int line, const char *func, const char *fact);

/* "troupe: troupe_sleep(): must be called inside an actor". */
_Noreturn void check_misuse(const char *call, const char *rule);

/* Where its name is not known: "troupe: the call at count.c:7 suspends, and ...". */
struct troupe_site;
_Noreturn void check_misuse_at(const struct troupe_site *site, const char *rule);

enum check_kind {
    CHECK_OURS,    /* a fact of the runtime does not hold: whoever runs need not be the culprit */
    CHECK_PROGRAM, /* a fact of the program */
    CHECK_MISUSE,
};

/* Called before the abort, to print what is known of those who may be the culprit, and what they
 * did last; set by whoever knows. */
extern void (*check_describe)(enum check_kind kind);

#endif
