#ifndef EXPORT_H
#define EXPORT_H

/*
 * A trace in the forms of other tools, one function and one file for each.
 *
 * Each writes to a stream and returns TOOL_OK, or another status after saying what is wrong;
 * whether the stream could be written is for the caller to ask.
 */

#include <cjson/cJSON.h>
#include <stdio.h>

#include "trace_model.h"

/* Our own format, whole: one event a line, a torn line left out, the array closed. */
int export_chrome(const char *path, FILE *out);

/* One row for each state, life, message, mark and job, and for each slice of another tool's. */
int export_csv(const struct trace_model *model, FILE *out);

/* speedscope's file format: a profile for each actor and for each loop; of another tool's threads
 * with their slices. */
int export_speedscope(const struct trace_model *model, FILE *out);

/* OpenTelemetry's spans, as OTLP has them in JSON: one for each life, state and message. */
int export_otel(const struct trace_model *model, FILE *out);

/* Stacks of functions with nanoseconds, for flame graphs: who spawned whom, then the state. */
int export_folded(const struct trace_model *model, FILE *out);

/* Writes an item between two texts, on one line, and deletes it.  False if there is no memory. */
bool export_json(FILE *out, const char *before, cJSON *item, const char *after);

/* Whether the lane is another tool's thread, whose slices tell more than its runs. */
bool export_has_slices(const struct trace_model *model, const struct trace_lane *lane);

/* "run", "ready", or the reason of a wait. */
const char *export_state(const struct trace_span *span);

#endif
