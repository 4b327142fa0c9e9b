/*
 * Codes into words: ours from errors.def, the rest from the C library.
 */

#include <errno.h>
#include <limits.h>
#include <string.h>

#include <troupe/base.h>

const char *troupe_strerror(int code)
{
    if (code >= 0)
        return "success";
    if (code == INT_MIN)
        return "unknown error";
    switch (-code) {
#define TROUPE_ERROR(name, text, when)                                                             \
    case name:                                                                                     \
        return text;
#include "errors.def"
#undef TROUPE_ERROR
    default:
        return strerror(-code);
    }
}

const char *troupe_version(void)
{
    return TROUPE_VERSION;
}
