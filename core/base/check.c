/*
 * The last words of a program that is wrong.  Written with dprintf(), which needs no buffer that
 * the mistake may have damaged.
 */

#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <troupe/info.h>

void (*check_describe)(enum check_kind kind);

static _Noreturn void die(enum check_kind kind)
{
    static _Thread_local int dying;
    if (check_describe != NULL && !dying) {
        dying = 1;
        check_describe(kind);
    }
    abort();
}

static _Noreturn void fail(enum check_kind kind, const char *file, int line, const char *func,
                           const char *fact)
{
    dprintf(STDERR_FILENO, "troupe: %s:%d: %s: this must hold and does not: %s\n", file, line, func,
            fact);
    die(kind);
}

_Noreturn void check_failed(const char *file, int line, const char *func, const char *fact)
{
    fail(CHECK_OURS, file, line, func, fact);
}

void troupe_check_at(const char *file, int line, const char *func, const char *fact)
{
    fail(CHECK_PROGRAM, file, line, func, fact);
}

_Noreturn void check_misuse(const char *call, const char *rule)
{
    dprintf(STDERR_FILENO, "troupe: %s(): %s\n", call, rule);
    die(CHECK_MISUSE);
}

_Noreturn void check_misuse_at(const struct troupe_site *site, const char *rule)
{
    if (site != NULL)
        dprintf(STDERR_FILENO, "troupe: the call at %s:%d %s\n", site->file, site->line, rule);
    else
        dprintf(STDERR_FILENO, "troupe: a call %s\n", rule);
    die(CHECK_MISUSE);
}
