#ifndef TROUPE_BASE_H
#define TROUPE_BASE_H

/*
 * What every other header needs: how functions are declared, how errors are told, and how a call
 * knows the source line it was made from.
 */

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Marks what the library exports; what does not return; and results that must not be ignored: a
 * call that may suspend can be told to stop, and an ignored -ECANCELED is an actor that never
 * stops. */
#if defined(__GNUC__)
#define TROUPE_API __attribute__((visibility("default")))
#define TROUPE_NO_RETURN __attribute__((noreturn))
#define TROUPE_MUST_CHECK __attribute__((warn_unused_result))
#else
#define TROUPE_API
#define TROUPE_NO_RETURN
#define TROUPE_MUST_CHECK
#endif

/*
 * A place in the source.  Calls that spawn or suspend are macros which pass the place they stand
 * at; it reaches the trace and the reports, so that these can say "sleeps at count.c:7".  The
 * object is static: it costs one pointer per call.  With TROUPE_NO_SITE defined before the first
 * include, no places are kept.
 *
 * The macros take any list of arguments, so `{a, b}` in one of them needs no parentheses.
 */
struct troupe_site {
    const char *file;
    const char *func;
    int line;
};

#if defined(TROUPE_NO_SITE) || !defined(__GNUC__)
#define TROUPE_SITE() ((const struct troupe_site *)0)
#else
#define TROUPE_SITE()                                                                              \
    (__extension__({                                                                               \
        static const struct troupe_site troupe_site_here = {__FILE__, __func__, __LINE__};         \
        &troupe_site_here;                                                                         \
    }))
#endif

/*
 * The text for a result code: "no such actor" for -ESRCH.  Any value is fine: 0 and counts are
 * "success", unknown codes are what the C library calls them.  The text is static or belongs to
 * the calling thread, and stays valid until that thread's next call.
 *
 * The codes with a fixed meaning in Troupe are
 *   -ECANCELED   the actor was told to stop
 *   -ETIMEDOUT   the time limit passed first
 *   -ESRCH       no such actor, or it ended and its status is no longer kept
 *   -EDEADLK     this wait could never end: it would close a cycle of waits
 *   -EAGAIN      a limit is reached; later it may work
 *   -ENOMEM      no memory, or no address space for another stack
 *   -EINVAL      an argument is out of its documented range
 *   -EBUSY       a runtime is already running on this thread; another actor waits for this
 *                descriptor
 *   -EPIPE       the other end is gone: an actor that was called has ended, a channel is closed
 *   -EXDEV       it belongs to another loop
 *   -EEXIST      another actor is registered under this name
 *   -EOWNERDEAD  the actor was killed; of a lock: its last holder ended with it
 *   -EKEYREJECTED     the certificate of the other side is refused
 *   -ENOTRECOVERABLE  the supervisor has given up
 */
TROUPE_API const char *troupe_strerror(int code);

/* The version of the library that runs, for instance "0.1.0".  Anywhere. */
TROUPE_API const char *troupe_version(void);

#ifdef __cplusplus
}
#endif

#endif
