/*
 * Checking: one pass over the file collects and complains about single events, then the rules that
 * need all of them are applied, and the problems are put in the order of the file.
 */

#include "trace_check.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trace_check_rules.h"
#include "trace_reader.h"
#include "trace_room.h"

static void check_finish(struct check *check)
{
    trace_array_finish(&check->problems);
    trace_array_finish(&check->slices);
    trace_array_finish(&check->tracks);
    trace_array_finish(&check->flows);
    trace_map_finish(&check->track_map);
    trace_map_finish(&check->flow_map);
    trace_map_finish(&check->loop_map);
    trace_strings_finish(&check->strings);
}

static int compare_problems(const void *left, const void *right)
{
    const struct trace_problem *one = left;
    const struct trace_problem *other = right;
    int by_place = (one->offset > other->offset) - (one->offset < other->offset);
    return by_place != 0 ? by_place : strcmp(one->text, other->text);
}

static int out_of_memory(struct trace_error *error, const char *name)
{
    snprintf(error->text, sizeof error->text, "%.200s: out of memory", name);
    return -ENOMEM;
}

static int run_check(struct trace_reader *reader, struct trace_report *report,
                     struct trace_error *error)
{
    struct check check = {.report = report};
    struct trace_event event;
    int result;
    *report = (struct trace_report){0};
    trace_strings_put(&check.strings, "", 0);
    while ((result = trace_reader_next(reader, &event)) > 0)
        check_event(&check, &event);
    if (result == 0) {
        report->cut = !reader->frame.closed;
        report->loop_count = check.loop_map.count;
        check_slices(&check);
        check_flows(&check);
        if (check.failed || check.strings.failed)
            result = out_of_memory(error, reader->name);
    }
    if (result == 0) {
        uint32_t count;
        if (trace_array_take(&check.problems, sizeof *report->problems, &report->problems, &count) <
            0)
            result = out_of_memory(error, reader->name);
        report->problem_count = count;
        if (report->problem_count > 0)
            qsort(report->problems, report->problem_count, sizeof *report->problems,
                  compare_problems);
    }
    check_finish(&check);
    return result;
}

int trace_check(const char *path, struct trace_report *report, struct trace_error *error)
{
    struct trace_reader reader;
    *report = (struct trace_report){0};
    int result = trace_reader_open(&reader, path, error);
    if (result == 0)
        result = run_check(&reader, report, error);
    trace_reader_finish(&reader);
    return result;
}

int trace_check_bytes(const char *bytes, size_t count, const char *name,
                      struct trace_report *report, struct trace_error *error)
{
    struct trace_reader reader;
    *report = (struct trace_report){0};
    int result = trace_reader_open_bytes(&reader, bytes, count, name, error);
    if (result == 0)
        result = run_check(&reader, report, error);
    trace_reader_finish(&reader);
    return result;
}

void trace_report_finish(struct trace_report *report)
{
    trace_room_free(report->problems, report->problem_count * sizeof *report->problems);
    *report = (struct trace_report){0};
}
