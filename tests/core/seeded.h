#ifndef SEEDED_H
#define SEEDED_H

/*
 * For tests of runs in virtual time: the same seed is the same run, to the byte of its trace.
 */

#include "traced.h"
#include "trail.h"

static inline void run_virtually(troupe_fn fn, uint64_t seed)
{
    troupe_options options = {.virtual_time = true, .seed = seed};
    trail[0] = '\0';
    assert_int_equal(troupe_run_on(&options, fn, NULL), 0);
}

/* The text of the trace that such a run leaves; in a TRACED test.  Four of them are good at a
 * time. */
static inline char *trace_of_seed(troupe_fn fn, uint64_t seed)
{
    static char room[4][1 << 20];
    static unsigned next;
    run_virtually(fn, seed);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    char *text = room[next++ % 4];
    size_t bytes = fread(text, 1, sizeof room[0] - 1, file);
    fclose(file);
    assert_true(bytes > 10000);
    text[bytes] = '\0';
    return text;
}

#endif
