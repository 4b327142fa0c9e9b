/*
 * One pass over each array of the model.  Whether a text matches is remembered by its number, since
 * a million states share a handful of source lines.
 */

#include "search.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "arrows.h"
#include "format.h"
#include "jumps.h"

/* Remembered answers. */
#define MEMO 256

struct finder {
    struct search *search;
    const struct trace_model *model;
    struct {
        trace_text_id text; /* 0: none yet */
        bool matches;
    } memo[MEMO];
    bool reasons[TRACE_REASON_COUNT + 1];
};

static bool text_matches(struct finder *finder, trace_text_id text)
{
    if (text == 0)
        return false;
    uint32_t at = (text * 2654435761u) % MEMO;
    if (finder->memo[at].text != text) {
        finder->memo[at].text = text;
        finder->memo[at].matches =
            lanes_matches(trace_text(finder->model, text), finder->search->text);
    }
    return finder->memo[at].matches;
}

/* Adds a hit; false if there is no room for more. */
static bool add(struct finder *finder, enum search_kind kind, uint32_t index, uint32_t span,
                int64_t at_ns)
{
    struct search *search = finder->search;
    if (search->count == SEARCH_HITS_MAX) {
        search->more = true;
        return false;
    }
    search->hits[search->count++] = (struct search_hit){kind, index, span, at_ns};
    return true;
}

static void find_lanes(struct finder *finder)
{
    const struct trace_model *model = finder->model;
    for (uint32_t i = 0; i < model->lane_count; i++) {
        const struct trace_lane *lane = &model->lanes[i];
        if (text_matches(finder, lane->name) &&
            !add(finder, SEARCH_LANE, i, lane->span_count > 0 ? lane->span_first : TRACE_NONE,
                 lane->spawn_ns))
            return;
    }
}

static void find_spans(struct finder *finder)
{
    const struct trace_model *model = finder->model;
    for (uint32_t i = 0; i < model->span_count; i++) {
        const struct trace_span *span = &model->spans[i];
        if (span->state == TRACE_STATE_WAIT &&
            (finder->reasons[span->reason] || text_matches(finder, span->at)) &&
            !add(finder, SEARCH_SPAN, i, i, span->start_ns))
            return;
    }
}

static void find_marks(struct finder *finder)
{
    const struct trace_model *model = finder->model;
    for (uint32_t i = 0; i < model->mark_count; i++) {
        const struct trace_mark *mark = &model->marks[i];
        bool note =
            mark->kind == TRACE_MARK_NOTE &&
            lanes_matches(trace_note_name((enum trace_note)mark->note), finder->search->text);
        if ((note || text_matches(finder, mark->text)) &&
            !add(finder, SEARCH_MARK, i, mark->span, mark->at_ns))
            return;
    }
}

static void find_flows(struct finder *finder)
{
    const struct trace_model *model = finder->model;
    for (uint32_t i = 0; i < model->flow_count; i++) {
        const struct trace_flow *flow = &model->flows[i];
        if (flow->message != TRACE_NONE && text_matches(finder, flow->name) &&
            !add(finder, SEARCH_FLOW, i, arrows_from_span(model, i), flow->from_ns))
            return;
    }
}

static int by_time(const void *left, const void *right)
{
    const struct search_hit *a = left;
    const struct search_hit *b = right;
    return a->at_ns < b->at_ns ? -1 : a->at_ns > b->at_ns;
}

int search_run(struct search *search, const struct trace_model *model, const char *text)
{
    if (search->hits == NULL)
        search->hits = malloc(SEARCH_HITS_MAX * sizeof *search->hits);
    if (search->hits == NULL)
        return -ENOMEM;
    snprintf(search->text, sizeof search->text, "%s", text);
    search->count = 0;
    search->more = false;
    if (text[0] == '\0')
        return 0;
    struct finder finder = {.search = search, .model = model};
    for (int i = 0; i < TRACE_REASON_COUNT; i++)
        finder.reasons[i] = lanes_matches(trace_reason_name((enum trace_reason)i), text);
    find_lanes(&finder);
    uint32_t lanes = search->count;
    find_marks(&finder);
    find_flows(&finder);
    find_spans(&finder);
    qsort(search->hits + lanes, search->count - lanes, sizeof *search->hits, by_time);
    return 0;
}

void search_finish(struct search *search)
{
    free(search->hits);
    *search = (struct search){.count = 0};
}

static const char *name_of(const struct trace_model *model, uint32_t lane)
{
    return lane < model->lane_count ? trace_text(model, model->lanes[lane].name) : "outside";
}

char *search_line(const struct trace_model *model, const struct search_hit *hit,
                  char line[SEARCH_LINE_BYTES])
{
    char at[FORMAT_BYTES];
    format_instant(hit->at_ns, 1000, at);
    if (hit->kind == SEARCH_LANE) {
        snprintf(line, SEARCH_LINE_BYTES, "%.80s, spawned at %s", name_of(model, hit->index), at);
    } else if (hit->kind == SEARCH_SPAN) {
        const struct trace_span *span = &model->spans[hit->index];
        snprintf(line, SEARCH_LINE_BYTES, "%.60s: %s%s%.60s, from %s", name_of(model, span->lane),
                 trace_reason_name((enum trace_reason)span->reason), span->at != 0 ? " at " : "",
                 trace_text(model, span->at), at);
    } else if (hit->kind == SEARCH_MARK) {
        const struct trace_mark *mark = &model->marks[hit->index];
        bool note = mark->kind == TRACE_MARK_NOTE;
        snprintf(line, SEARCH_LINE_BYTES, "%.60s: %s%s%.80s, at %s", name_of(model, mark->lane),
                 note ? trace_note_name((enum trace_note)mark->note) : "", note ? " " : "",
                 trace_text(model, mark->text), at);
    } else {
        const struct trace_flow *flow = &model->flows[hit->index];
        snprintf(line, SEARCH_LINE_BYTES, "%.50s to %.50s: %.50s, at %s",
                 name_of(model, flow->from_lane), name_of(model, flow->to_lane),
                 trace_text(model, flow->name), at);
    }
    return line;
}
