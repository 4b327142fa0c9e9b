/*
 * Words and JSON for the commands that answer questions.
 */

#include "tell.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

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
