/*
 * Codes into words: ours from errors.def, the rest from the C library.
 */

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include <troupe/base.h>
#include <troupe/loops.h>

/* How a process has ended; the text is the calling thread's. */
static const char *tell_process(int how)
{
    static _Thread_local char text[80];
    if (WIFSIGNALED(how))
        snprintf(text, sizeof text, "its process was ended by signal %d (%s)", WTERMSIG(how),
                 strsignal(WTERMSIG(how)));
    else
        snprintf(text, sizeof text, "its process exited with code %d", WEXITSTATUS(how));
    return text;
}

const char *troupe_strerror(int code)
{
    if (code >= 0)
        return "success";
    if (code <= TROUPE_PROCESS_STATUS(0))
        return code > 2 * TROUPE_PROCESS_STATUS(0) ? tell_process(TROUPE_PROCESS_STATUS(0) - code)
                                                   : "unknown error";
    switch (-code) {
#define TROUPE_ERROR(name, text, when) \
    case name:                         \
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
