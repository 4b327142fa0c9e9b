/*
 * Words and JSON for the commands that answer questions.
 */

#include "tell.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nearest.h"
#include "tool.h"
#include "trace_load.h"
#include "trace_words.h"

/* Longer names and source lines are cut, so that sentences stay readable. */
#define COLUMNS_MAX 60
#define WORD_BYTES (COLUMNS_MAX * 4 + 8)

int tell_open(struct tell *tell, const char *path, const char *ascii)
{
    struct trace_error error;
    int result = screen_init(&tell->screen, NULL, NULL, ascii);
    if (result != TOOL_OK)
        return result;
    if (trace_load(path, &tell->model, &error) == 0)
        return TOOL_OK;
    tool_say("%s", error.text);
    return TOOL_FAULT;
}

int tell_own(const char *path, const char *command)
{
    if (!trace_is_foreign(path))
        return TOOL_OK;
    tool_say("%s is another tool's trace, and %s is for Troupe's own", path, command);
    return TOOL_FAULT;
}

void tell_close(struct tell *tell)
{
    trace_model_destroy(tell->model);
    tell->model = NULL;
}

/* The next of the buffers. */
static char *word(void)
{
    static char words[TELL_WORDS][WORD_BYTES];
    static unsigned next;
    return words[next++ % TELL_WORDS];
}

const char *tell_text(const struct tell *tell, trace_text_id text)
{
    return screen_clean(&tell->screen, trace_text(tell->model, text), COLUMNS_MAX, word(),
                        WORD_BYTES);
}

const char *tell_lane(const struct tell *tell, uint32_t lane)
{
    return lane != TRACE_NONE ? tell_text(tell, tell->model->lanes[lane].name) : "nobody";
}

const char *tell_for(const struct tell *tell, int64_t ns)
{
    return trace_duration_text(ns, tell->screen.ascii, word(), WORD_BYTES);
}

const char *tell_at(const struct tell *tell, int64_t ns)
{
    return trace_instant_text(ns > 0 ? ns : 0, 1, tell->screen.ascii, word(), WORD_BYTES);
}

static int no_actor(const struct tell *tell, const char *text)
{
    struct nearest nearest;
    nearest_begin(&nearest, text);
    for (uint32_t i = 0; i < tell->model->lane_count; i++)
        nearest_offer(&nearest, trace_text(tell->model, tell->model->lanes[i].name));
    if (nearest.best != NULL)
        tool_say("no actor is called \"%s\"; did you mean \"%s\"?", text, nearest.best);
    else
        tool_say("no actor is called \"%s\"; `troupe stats` lists them", text);
    return TOOL_MISUSED;
}

int tell_find_actor(const struct tell *tell, const char *text, uint32_t *lane)
{
    const struct trace_model *model = tell->model;
    char *end;
    uint32_t count = 0;
    for (uint32_t i = 0; i < model->lane_count; i++)
        if (strcmp(trace_text(model, model->lanes[i].name), text) == 0 && count++ == 0)
            *lane = i;
    if (count == 1)
        return TOOL_OK;
    if (count > 1) {
        tool_say("%" PRIu32 " actors are called \"%s\"; the first of them is number %" PRIu32
                 ": give a number instead",
                 count, text, model->lanes[*lane].id);
        return TOOL_MISUSED;
    }
    unsigned long number = strtoul(text + (text[0] == '#'), &end, 10);
    if (*text == '\0' || *end != '\0' || number > UINT32_MAX)
        return no_actor(tell, text);
    *lane = trace_lane_by_id(model, (uint32_t)number);
    if (*lane != TRACE_NONE)
        return TOOL_OK;
    tool_say("no actor has the number %lu; `troupe stats` lists them", number);
    return TOOL_MISUSED;
}

int tell_find_instant(const struct tell *tell, const char *text, int64_t *at_ns)
{
    *at_ns = tell->model->end_ns;
    if (strcmp(text, "end") == 0)
        return TOOL_OK;
    const char *end = trace_duration_parse(text, at_ns);
    if (end != NULL && *end == '\0')
        return TOOL_OK;
    tool_say("an instant is, for example, 1.5s, 300ms, 20us or end, and not \"%s\"", text);
    return TOOL_MISUSED;
}

trace_text_id tell_place(const struct tell *tell, uint32_t span, const char **before)
{
    const struct trace_model *model = tell->model;
    const struct trace_lane *lane = &model->lanes[model->spans[span].lane];
    *before = "at";
    for (uint32_t i = span + 1; i > lane->span_first; i--) {
        const struct trace_span *own = &model->spans[i - 1];
        if (own->state == TRACE_STATE_WAIT && own->at != 0)
            return own->at;
        *before = "after";
    }
    *before = "spawned at";
    return lane->src;
}

void tell_unknown(const struct tell *tell)
{
    const struct trace_model *model = tell->model;
    for (uint32_t i = 0; i < model->unknown_count; i++)
        printf("%s%s (%" PRIu64 ")", i == 0 ? "not understood: " : ", ",
               tell_text(tell, model->unknown[i].name), model->unknown[i].count);
    if (model->unknown_count > 0)
        putchar('\n');
}

const char *tell_s(uint64_t count)
{
    return count == 1 ? "" : "s";
}

void tell_add_whole(cJSON *object, const char *name, int64_t number)
{
    char digits[32];
    snprintf(digits, sizeof digits, "%" PRId64, number);
    cJSON_AddRawToObject(object, name, digits);
}

void tell_add_ratio(cJSON *object, const char *name, double number)
{
    char digits[32];
    snprintf(digits, sizeof digits, "%.6g", number);
    cJSON_AddRawToObject(object, name, digits);
}

void tell_add_text(const struct tell *tell, cJSON *object, const char *name, trace_text_id text)
{
    if (text != 0)
        cJSON_AddStringToObject(object, name, trace_text(tell->model, text));
    else
        cJSON_AddNullToObject(object, name);
}

void tell_add_lane(const struct tell *tell, cJSON *object, const char *name, uint32_t lane)
{
    tell_add_text(tell, object, name, lane != TRACE_NONE ? tell->model->lanes[lane].name : 0);
}

bool tell_print_json(const char *before, cJSON *item, const char *after)
{
    char *text = cJSON_PrintUnformatted(item);
    if (text != NULL)
        printf("%s%s%s", before, text, after);
    free(text);
    cJSON_Delete(item);
    return text != NULL;
}

int tell_no_memory(void)
{
    tool_say("out of memory");
    return TOOL_FAULT;
}
