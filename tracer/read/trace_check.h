#ifndef TRACE_CHECK_H
#define TRACE_CHECK_H

/*
 * Holds a trace against every rule of the format, and says where it breaks one.
 *
 * Loading is forgiving: it makes the best of what there is.  Checking is not: it answers whether a
 * recorder did its work, and whether the file will mean the same in every viewer that opens it.
 *
 *   form    the header comes first; every event has its phase, category, name, track and times
 *   slices  those of one track nest and never touch (importers that add doubles would mis-nest
 *           them); every end has its beginning
 *   states  those of an actor follow one another without a gap, within its life; a run is followed
 *           by the wait that it was suspended for; resumes count up from 1
 *   loops   never two running actors on one loop
 *   flows   every arrival has its departure, and comes later; a number is never used again
 */

#include "trace_load.h"

/* One broken rule, as a sentence without its place. */
struct trace_problem {
    uint64_t line;   /* from 1 */
    uint64_t offset; /* byte in the file, from 0 */
    char text[232];
};

/* More problems than this are only counted: nobody reads them, and they have one cause. */
#define TRACE_PROBLEMS_KEPT 1000

struct trace_report {
    struct trace_problem *problems; /* in the order of the file */
    size_t problem_count;           /* kept */
    uint64_t problem_total;         /* found */
    uint64_t event_count;
    uint32_t actor_count;
    uint64_t switch_count;          /* runs */
    uint32_t loop_count;
    bool cut;                       /* no closing bracket, or a torn last line: not a problem */
};

/* Checks a file ("-" is standard input).  0, whatever was found, with a report to finish; or a
 * negative errno with the error filled in, if it is not even an array of events. */
int trace_check(const char *path, struct trace_report *report, struct trace_error *error);
int trace_check_bytes(const char *bytes, size_t count, const char *name,
                      struct trace_report *report, struct trace_error *error);

void trace_report_finish(struct trace_report *report);

#endif
