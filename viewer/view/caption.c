/*
 * Captions answer "what is this?" in the room there is: a sentence, a word or a letter.
 */

#include "caption.h"

#include <stdio.h>

/* Lanes looked at to say what all of them do; with more it says only that nobody runs. */
#define GAP_LANES_MAX 4096
/* In a trace with more lanes than this, children are not counted. */
#define CHILDREN_LANES_MAX 4096

/* How many actors that this lane spawned live during a span. */
static uint32_t children_during(const struct trace_model *model, const struct trace_span *span)
{
    uint32_t count = 0;
    uint32_t end = model->lane_count;
    if (end > CHILDREN_LANES_MAX)
        return 0;
    for (uint32_t i = 0; i < end; i++)
        if (model->lanes[i].parent == span->lane && model->lanes[i].spawn_ns < span->end_ns &&
            model->lanes[i].end_ns > span->start_ns)
            count++;
    return count;
}

static void caption_wait(const struct trace_model *model, const struct trace_span *span, char *text,
                         size_t bytes)
{
    uint32_t children = span->reason == TRACE_REASON_JOIN && span->other == TRACE_NONE
                            ? children_during(model, span)
                            : 0;
    const char *reason = trace_reason_name(span->reason);
    if (span->other != TRACE_NONE)
        snprintf(text, bytes, "waits for %s: %s", trace_text(model, model->lanes[span->other].name),
                 reason);
    else if (children > 0)
        snprintf(text, bytes, "waits for its %u actor%s: %s", children, children == 1 ? "" : "s",
                 reason);
    else
        snprintf(text, bytes, "%s", reason);
}

void caption_span(const struct trace_model *model, uint32_t span,
                  const char *candidates[CAPTION_COUNT_MAX + 1], char bytes[CAPTION_BYTES])
{
    const struct trace_span *of = &model->spans[span];
    char *letter = bytes; /* the letter and its end come first, the long text after them */
    char *text = bytes + 2;
    int count = 0;
    letter[1] = '\0';
    if (of->state == TRACE_STATE_RUN) {
        candidates[count++] = "running";
        letter[0] = 'R';
    } else if (of->state == TRACE_STATE_READY) {
        candidates[count++] = "ready";
        letter[0] = 'Q';
    } else {
        caption_wait(model, of, text, CAPTION_BYTES - 2);
        candidates[count++] = text;
        candidates[count++] = trace_reason_name(of->reason);
        letter[0] = trace_reason_letter(of->reason);
    }
    candidates[count++] = letter;
    candidates[count] = NULL;
}

const char *caption_gap(const struct trace_model *model, int64_t start_ns, int64_t end_ns)
{
    if (model->lane_count > GAP_LANES_MAX)
        return "nobody runs";
    int64_t middle_ns = start_ns + (end_ns - start_ns) / 2;
    bool asleep = false;
    for (uint32_t i = 0; i < model->lane_count; i++) {
        uint32_t span = trace_span_at(model, i, middle_ns);
        if (span == TRACE_NONE)
            continue;
        if (model->spans[span].state != TRACE_STATE_WAIT)
            return "nobody runs";
        if (model->spans[span].reason == TRACE_REASON_SLEEP)
            asleep = true;
        else if (model->spans[span].reason != TRACE_REASON_JOIN)
            return "all waiting";
    }
    return asleep ? "all asleep" : "all waiting";
}
