#ifndef TRACED_H
#define TRACED_H

/*
 * For tests of what a run leaves in its trace: TRACED(test) in place of cmocka_unit_test(test) lets
 * it run with a file to trace to, and load() reads that file.
 */

#include "harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <troupe.h>

#include "trace_load.h"

static char path[64];

/* From now on runs are traced to a new file. */
static inline int trace_to_file(void **state)
{
    (void)state;
    snprintf(path, sizeof path, "/tmp/troupe-test-XXXXXX");
    int fd = mkstemp(path);
    close(fd);
    return setenv("TROUPE_TRACE", path, 1);
}

static inline int remove_file(void **state)
{
    (void)state;
    return unlink(path);
}

#define TRACED(test) cmocka_unit_test_setup_teardown(test, trace_to_file, remove_file)

/* Ends the case as skipped; without its file, since it is not torn down. */
__attribute__((noreturn)) static inline void skip_traced(const char *reason)
{
    unlink(path);
    harness_skip(reason);
}

/* The body of an actor that yields as often as its argument says. */
static inline int yield_often(void *arg)
{
    for (intptr_t i = 0; i < (intptr_t)arg; i++)
        if (troupe_yield() < 0)
            return -1;
    return 0;
}

static inline struct trace_model *load(void)
{
    struct trace_model *model;
    struct trace_error error;
    if (trace_load(path, &model, &error) < 0)
        fail_msg("%s", error.text);
    return model;
}

#endif
