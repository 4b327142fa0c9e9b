#ifndef SOUND_H
#define SOUND_H

/*
 * A trace that must pass the check, for tests of what is written.
 */

#include "harness.h"

#include <stdbool.h>

#include "trace_check.h"

/* The file is sound as far as it goes; whether it breaks off. */
static inline bool check_sound(const char *name)
{
    struct trace_report report;
    struct trace_error error;
    if (trace_check(name, &report, &error) < 0)
        fail_msg("%s", error.text);
    if (report.problem_total > 0)
        fail_msg("line %u: %s", (unsigned)report.problems[0].line, report.problems[0].text);
    bool cut = report.cut;
    trace_report_finish(&report);
    return cut;
}

#endif
