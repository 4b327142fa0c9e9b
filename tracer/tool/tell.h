#ifndef TELL_H
#define TELL_H

/*
 * What the commands that answer questions share: a trace that has been loaded, and its names,
 * places and times as words that are safe to print.
 *
 *   struct tell tell;
 *   int result = tell_open(&tell, path, ascii);
 *   if (result != TOOL_OK)
 *       return result;
 *   printf("%s waits at %s\n", tell_lane(&tell, lane), tell_text(&tell, span->at));
 *   tell_close(&tell);
 *
 * The words stand in one of TELL_WORDS buffers that are used in turn: so many of them are good at
 * a time, enough for one sentence.
 */

#include <cjson/cJSON.h>

#include "screen.h"
#include "trace_model.h"

#define TELL_WORDS 16

struct tell {
    struct trace_model *model;
    struct screen screen;
};

/* Loads a trace.  TOOL_OK, or another status after saying what is wrong. */
int tell_open(struct tell *tell, const char *path, const char *ascii);

/* TOOL_OK, or TOOL_FAULT after saying that the trace is another tool's, whose events the command
 * would not understand one by one. */
int tell_own(const char *path, const char *command);
void tell_close(struct tell *tell);

/* A name of an actor, "count#1"; "nobody" for TRACE_NONE.  A text of the trace. */
const char *tell_lane(const struct tell *tell, uint32_t lane);
const char *tell_text(const struct tell *tell, trace_text_id text);

/* How long, "22.4 µs"; and when, to the nanosecond, "41.500 µs". */
const char *tell_for(const struct tell *tell, int64_t ns);
const char *tell_at(const struct tell *tell, int64_t ns);

/* The actor that a user means: by its name, if only one has it, or by its number, "3" or "#3".
 * TOOL_OK, or TOOL_MISUSED after saying what is wrong. */
int tell_find_actor(const struct tell *tell, const char *text, uint32_t *lane);

/* The instant that a user means: "1.5s", "300ms", "end".  TOOL_OK, or TOOL_MISUSED after saying
 * what is wrong. */
int tell_find_instant(const struct tell *tell, const char *text, int64_t *at_ns);

/* Where an actor stood when a span began: the line of its wait, or of the wait before, or where it
 * was spawned; 0 if the trace does not tell.  *before says what to put before it: "at", "after",
 * "spawned at". */
trace_text_id tell_place(const struct tell *tell, uint32_t span, const char **before);

/* A line for what a foreign trace holds that is not understood: none if there is nothing. */
void tell_unknown(const struct tell *tell);

/* "s" unless the count is one. */
const char *tell_s(uint64_t count);

/* Whole numbers are written digit by digit, since cJSON keeps them as doubles; ratios with six
 * digits. */
void tell_add_whole(cJSON *object, const char *name, int64_t number);
void tell_add_ratio(cJSON *object, const char *name, double number);

/* A text of the trace; null if there is none (TRACE_NONE, 0). */
void tell_add_lane(const struct tell *tell, cJSON *object, const char *name, uint32_t lane);
void tell_add_text(const struct tell *tell, cJSON *object, const char *name, trace_text_id text);

/* Prints an item between two texts, on one line, and deletes it.  False if there is no memory. */
bool tell_print_json(const char *before, cJSON *item, const char *after);

/* Says that memory is out.  Returns TOOL_FAULT. */
int tell_no_memory(void);

#endif
