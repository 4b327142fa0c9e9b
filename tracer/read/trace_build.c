/*
 * Collecting: from one event to one record.
 *
 * A record that does not fit (an actor's number that no lane has, an end without a beginning) is
 * kept as it is or dropped here without a word: a picture of what there is serves better than a
 * refusal, and `troupe check` is there to complain.
 */

#include "trace_build_parts.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* More of one text is not kept, so that memory follows the number of events.  It holds the longest
 * text that our recorder writes: 4,096 bytes, each of which may have become a U+FFFD. */
#define TEXT_BYTES_MAX (3 * 4096 + 1)

/* A span has sixteen bits for the index of its loop. */
#define LOOP_COUNT_MAX 65536

void trace_build_init(struct trace_build *build)
{
    *build = (struct trace_build){.start_ns = INT64_MAX, .end_ns = INT64_MIN};
}

/* Adds a row to the table of waits, behind the one that stands for nothing.  NULL if there is no
 * memory. */
static struct trace_wait *add_wait(struct trace_build *build)
{
    if (build->waits.count == 0) {
        struct trace_wait *none = trace_array_add(&build->waits, sizeof *none);
        if (none == NULL)
            return NULL;
        none->due_ns = TRACE_NEVER;
    }
    struct trace_wait *wait = trace_array_add(&build->waits, sizeof *wait);
    if (wait != NULL)
        wait->due_ns = TRACE_NEVER;
    return wait;
}

void trace_build_finish(struct trace_build *build)
{
    struct trace_array *arrays[] = {&build->lanes, &build->spans,  &build->waits, &build->marks,
                                    &build->ends,  &build->depths, &build->loops, &build->threads,
                                    &build->jobs,  &build->orphans,
                                    &build->slices,  &build->counters, &build->values,
                                    &build->unknown, &build->sources};
    for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++)
        trace_array_finish(arrays[i]);
    trace_map_finish(&build->lane_map);
    trace_map_finish(&build->loop_map);
    trace_map_finish(&build->thread_map);
    trace_strings_finish(&build->strings);
}

int build_add_orphan(struct trace_build *build, const struct trace_event *event)
{
    struct build_orphan *orphan = trace_array_add(&build->orphans, sizeof *orphan);
    if (orphan == NULL)
        return -EOVERFLOW;
    *orphan = (struct build_orphan){.offset = event->offset, .bytes = event->bytes};
    return 0;
}

trace_text_id build_intern(struct trace_build *build, const struct trace_value *value)
{
    char buffer[TEXT_BYTES_MAX];
    if (value->type == TRACE_VALUE_STRING && !value->escaped && value->bytes < TEXT_BYTES_MAX)
        return trace_strings_put(&build->strings, value->text, value->bytes);
    size_t bytes = trace_value_copy(value, buffer, sizeof buffer);
    return trace_strings_put(&build->strings, buffer, bytes);
}

void build_see(struct trace_build *build, int64_t at_ns)
{
    if (at_ns < build->start_ns)
        build->start_ns = at_ns;
    if (at_ns > build->end_ns)
        build->end_ns = at_ns;
}

int64_t build_number(const struct trace_value *value, int64_t max)
{
    int64_t number;
    return trace_value_int(value, &number) && number >= 0 && number <= max ? number : 0;
}

int64_t build_cpu(const struct trace_value *value)
{
    int64_t cpu_ns;
    return trace_value_ns(value, &cpu_ns) && cpu_ns >= 0 ? cpu_ns : TRACE_NEVER;
}

uint32_t build_lane_of(struct trace_build *build, uint32_t id)
{
    uint32_t *index = trace_map_put(&build->lane_map, id);
    if (index == NULL || *index != TRACE_NONE)
        return index != NULL ? *index : TRACE_NONE;
    struct build_lane *own = trace_array_add(&build->lanes, sizeof *own);
    if (own == NULL)
        return TRACE_NONE;
    own->open = TRACE_UNKNOWN;
    own->lane = (struct trace_lane){
        .id = id, .spawn_ns = TRACE_NEVER, .first_run_ns = TRACE_NEVER, .end_ns = TRACE_NEVER};
    *index = build->lanes.count - 1;
    return *index;
}

static struct build_lane *lane_at(struct trace_build *build, uint32_t index)
{
    return (struct build_lane *)build->lanes.items + index;
}

uint32_t build_loop_of(struct trace_build *build, uint32_t id)
{
    uint32_t *index = trace_map_put(&build->loop_map, id);
    if (index == NULL || *index != TRACE_NONE)
        return index != NULL ? *index : TRACE_NONE;
    if (build->loops.count == LOOP_COUNT_MAX)
        return TRACE_NONE;
    struct trace_loop *loop = trace_array_add(&build->loops, sizeof *loop);
    if (loop == NULL)
        return TRACE_NONE;
    char name[32];
    int bytes = snprintf(name, sizeof name, "loop %u", id);
    loop->id = id;
    loop->name = trace_strings_put(&build->strings, name, (size_t)bytes);
    *index = build->loops.count - 1;
    return *index;
}

static int add_header(struct trace_build *build, const struct trace_event *event)
{
    const struct trace_event_args *args = &event->args;
    if (build->header)
        return 0;
    build->header = true;
    build->info = (struct trace_info){
        .version = (uint32_t)build_number(&args->version, UINT32_MAX),
        .os_pid = (uint32_t)build_number(&args->os_pid, UINT32_MAX),
        .cores = (uint32_t)build_number(&args->cores, UINT32_MAX),
        .t0_unix_ns = build_number(&args->t0_unix_ns, INT64_MAX),
        .prog = build_intern(build, &args->prog),
        .clock = build_intern(build, &args->clock),
        .runtime = build_intern(build, &args->runtime),
        .cmd = build_intern(build, &args->cmd),
        .exe = build_intern(build, &args->exe),
    };
    return 0;
}

/* The number of the loop whose track this is, from its arguments or from the name "loop 3"; false
 * if it is none. */
static bool parse_loop(const struct trace_event_args *args, uint32_t *id)
{
    char text[32];
    char rest;
    if (args->loop.type != TRACE_VALUE_NONE) {
        *id = (uint32_t)build_number(&args->loop, UINT32_MAX);
        return true;
    }
    trace_value_copy(&args->name, text, sizeof text);
    return sscanf(text, "loop %9u%c", id, &rest) == 1;
}

static int add_lane(struct trace_build *build, const struct trace_event *event)
{
    const struct trace_event_args *args = &event->args;
    uint32_t loop_id;
    if (!event->has_pid || !event->has_tid)
        return 0;
    if (event->pid == TRACE_PID_ACTORS) {
        uint32_t index = build_lane_of(build, event->tid);
        if (index == TRACE_NONE)
            return -EOVERFLOW;
        struct build_lane *own = lane_at(build, index);
        struct trace_lane *lane = &own->lane;
        own->named = true;
        lane->name = build_intern(build, &args->name);
        lane->fn = build_intern(build, &args->fn);
        lane->src = build_intern(build, &args->src);
        lane->parent = (uint32_t)build_number(&args->parent, UINT32_MAX);
    } else if (parse_loop(args, &loop_id)) {
        uint32_t index = build_loop_of(build, loop_id);
        if (index == TRACE_NONE)
            return -EOVERFLOW;
        struct trace_loop *loop = (struct trace_loop *)build->loops.items + index;
        loop->os_pid = event->pid;
        loop->os_tid = event->tid;
        loop->name = build_intern(build, &args->name);
    }
    return 0;
}

static int add_source(struct trace_build *build, const struct trace_event *event)
{
    struct trace_source *source = trace_array_add(&build->sources, sizeof *source);
    if (source == NULL)
        return -EOVERFLOW;
    source->path = build_intern(build, &event->args.path);
    source->line = (uint32_t)build_number(&event->args.line, UINT32_MAX);
    source->text = build_intern(build, &event->args.text);
    return 0;
}

static int add_life(struct trace_build *build, const struct trace_event *event)
{
    uint32_t index = build_lane_of(build, event->tid);
    if (index == TRACE_NONE)
        return -EOVERFLOW;
    struct build_lane *own = lane_at(build, index);
    struct trace_lane *lane = &own->lane;
    build_see(build, event->ts_ns);
    if (event->kind == TRACE_EVENT_LIFE_BEGIN) {
        lane->spawn_ns = event->ts_ns < lane->spawn_ns ? event->ts_ns : lane->spawn_ns;
        if (lane->fn == 0)
            lane->fn = build_intern(build, &event->name);
        return 0;
    }
    int64_t status;
    bool later = lane->end_ns == TRACE_NEVER || event->ts_ns > lane->end_ns;
    lane->end_ns = later ? event->ts_ns : lane->end_ns;
    if (trace_value_int(&event->args.status, &status) && status >= INT32_MIN &&
        status <= INT32_MAX) {
        lane->status = (int32_t)status;
        own->has_status = true;
    }
    return 0;
}

static void set_number(uint32_t *number, const struct trace_value *value)
{
    if (value->type != TRACE_VALUE_NONE)
        *number = (uint32_t)build_number(value, UINT32_MAX);
}

/* Room for what only some spans have: the first to ask makes it.  NULL if there is none. */
static struct trace_wait *wait_of(struct trace_build *build, struct trace_span *span)
{
    if (span->wait == 0) {
        struct trace_wait *wait = add_wait(build);
        if (wait == NULL)
            return NULL;
        span->wait = build->waits.count - 1;
    }
    return (struct trace_wait *)build->waits.items + span->wait;
}

static int describe_wait(struct trace_build *build, const struct trace_event *event,
                         struct trace_span *span)
{
    const struct trace_event_args *args = &event->args;
    bool plain = args->object.type == TRACE_VALUE_NONE && args->made.type == TRACE_VALUE_NONE &&
                 args->due.type == TRACE_VALUE_NONE;
    struct trace_wait *wait = plain ? NULL : wait_of(build, span);
    if (wait == NULL)
        return plain ? 0 : -EOVERFLOW;
    set_number(&wait->object, &args->object);
    if (args->made.type != TRACE_VALUE_NONE)
        wait->made = build_intern(build, &args->made);
    if (args->due.type != TRACE_VALUE_NONE && !trace_value_ns(&args->due, &wait->due_ns))
        wait->due_ns = TRACE_NEVER;
    return 0;
}

/* What the arguments of a state say.  Those of an E come on top of those of its B, so only what is
 * there is set. */
static int describe_span(struct trace_build *build, const struct trace_event *event,
                         struct trace_span *span)
{
    const struct trace_event_args *args = &event->args;
    set_number(&span->resume, &args->resume);
    set_number(&span->other, span->state == TRACE_STATE_READY ? &args->by : &args->on);
    if (args->at.type != TRACE_VALUE_NONE)
        span->at = build_intern(build, &args->at);
    if (span->state != TRACE_STATE_RUN)
        return describe_wait(build, event, span);
    if (args->cpu.type != TRACE_VALUE_NONE) {
        struct trace_wait *row = wait_of(build, span);
        if (row == NULL)
            return -EOVERFLOW;
        row->cpu_ns = build_cpu(&args->cpu);
    }
    if (args->suspend.type != TRACE_VALUE_NONE)
        span->reason = (uint8_t)trace_reason_parse(&args->suspend);
    if (args->loop.type == TRACE_VALUE_NONE && event->phase == 'E')
        return 0;
    uint32_t loop = build_loop_of(build, (uint32_t)build_number(&args->loop, UINT32_MAX));
    if (loop == TRACE_NONE)
        return -EOVERFLOW;
    span->loop = (uint16_t)loop;
    return 0;
}

/* A span as it is before its arguments are known. */
static struct trace_span plain_span(const struct trace_event *event, uint32_t lane)
{
    bool whole = event->phase == 'X';
    struct trace_span span = {
        .lane = lane,
        .start_ns = event->ts_ns,
        .end_ns = event->ts_ns + (whole ? event->dur_ns + 1 : 0),
        .open = !whole,
        .state = TRACE_STATE_RUN,
        .reason = TRACE_REASON_COUNT,
    };
    if (event->kind == TRACE_EVENT_READY)
        span.state = TRACE_STATE_READY;
    if (event->kind == TRACE_EVENT_WAIT) {
        span.state = TRACE_STATE_WAIT;
        span.reason = (uint8_t)trace_reason_parse(&event->name);
    }
    return span;
}

/* A state in the file leaves out its last nanosecond. */
int build_close_span(struct trace_build *build, const struct trace_event *event, uint32_t *open)
{
    if (*open == TRACE_NONE)
        return 0;
    struct trace_span *span = (struct trace_span *)build->spans.items + *open;
    if (event->ts_ns + 1 < span->start_ns)
        return 0;
    *open = TRACE_NONE;
    span->end_ns = event->ts_ns + 1;
    span->open = false;
    build_see(build, span->end_ns);
    return describe_span(build, event, span);
}

static int add_state(struct trace_build *build, const struct trace_event *event)
{
    uint32_t lane = build_lane_of(build, event->tid);
    if (lane == TRACE_NONE)
        return -EOVERFLOW;
    struct build_lane *own = lane_at(build, lane);
    if (event->phase == 'E')
        return own->open == TRACE_UNKNOWN ? build_add_orphan(build, event)
                                          : build_close_span(build, event, &own->open);
    struct trace_span *span = trace_array_add(&build->spans, sizeof *span);
    if (span == NULL)
        return -EOVERFLOW;
    *span = plain_span(event, lane);
    own->lane.span_count++;
    if (span->open)
        own->open = build->spans.count - 1;
    build_see(build, span->start_ns);
    build_see(build, span->end_ns);
    return describe_span(build, event, span);
}

/* An actor's own words: "begin parse", "end parse", "lines = 12", or just the words. */
static trace_text_id own_words(struct trace_build *build, const struct trace_event *event)
{
    char text[TEXT_BYTES_MAX], name[TEXT_BYTES_MAX - 64];
    int64_t value = 0;
    if (event->kind == TRACE_EVENT_MARK || event->kind == TRACE_EVENT_UNKNOWN)
        return build_intern(build, &event->name);
    trace_value_copy(&event->name, name, sizeof name);
    trace_value_int(&event->args.value, &value);
    int bytes = event->kind == TRACE_EVENT_COUNTER
                    ? snprintf(text, sizeof text, "%s = %lld", name, (long long)value)
                    : snprintf(text, sizeof text, "%s %s",
                               event->kind == TRACE_EVENT_SPAN_END ? "end" : "begin", name);
    return trace_strings_put(&build->strings, text, (size_t)bytes);
}

static enum trace_word word_of(const struct trace_event *event)
{
    switch (event->kind) {
    case TRACE_EVENT_SPAN_BEGIN:
        return TRACE_WORD_BEGIN;
    case TRACE_EVENT_SPAN_END:
        return TRACE_WORD_END;
    case TRACE_EVENT_COUNTER:
        return TRACE_WORD_COUNT;
    default:
        return TRACE_WORD_MARK;
    }
}

static int add_mark(struct trace_build *build, const struct trace_event *event)
{
    struct trace_mark *mark = trace_array_add(&build->marks, sizeof *mark);
    if (mark == NULL)
        return -EOVERFLOW;
    build_see(build, event->ts_ns);
    mark->at_ns = event->ts_ns;
    mark->lane = event->pid == TRACE_PID_ACTORS ? event->tid : 0;
    mark->span = TRACE_NONE;
    mark->by = 0;
    mark->note = TRACE_NOTE_COUNT;
    if (event->kind == TRACE_EVENT_PRINT) {
        mark->kind = TRACE_MARK_PRINT;
        mark->text = build_intern(build, &event->args.text);
        mark->to_stderr = trace_value_is(&event->args.to, "stderr");
    } else if (event->kind == TRACE_EVENT_NOTE) {
        mark->kind = TRACE_MARK_NOTE;
        mark->note = (uint8_t)trace_note_parse(&event->name);
        mark->by = (uint32_t)build_number(&event->args.by, UINT32_MAX);
        mark->text = build_intern(build, &event->args.text);
    } else if (event->kind == TRACE_EVENT_LOST) {
        mark->kind = TRACE_MARK_LOST;
        mark->text = build_intern(build, &event->args.n);
    } else {
        mark->kind = TRACE_MARK_OTHER;
        mark->text = own_words(build, event);
        mark->word = (uint8_t)word_of(event);
    }
    return 0;
}

static int add_by_kind(struct trace_build *build, const struct trace_event *event)
{
    bool actor = event->has_pid && event->pid == TRACE_PID_ACTORS;
    switch (event->kind) {
    case TRACE_EVENT_HEADER:
        return add_header(build, event);
    case TRACE_EVENT_LANE:
        return add_lane(build, event);
    case TRACE_EVENT_SOURCE:
        return add_source(build, event);
    case TRACE_EVENT_LIFE_BEGIN:
    case TRACE_EVENT_LIFE_END:
        return actor ? add_life(build, event) : 0;
    case TRACE_EVENT_RUN:
    case TRACE_EVENT_READY:
    case TRACE_EVENT_WAIT:
        return actor ? add_state(build, event) : 0;
    case TRACE_EVENT_JOB:
        return actor ? 0 : build_add_job(build, event);
    case TRACE_EVENT_MESSAGE_OUT:
    case TRACE_EVENT_MESSAGE_IN:
    case TRACE_EVENT_FLOW_OUT:
    case TRACE_EVENT_FLOW_IN:
        return actor ? build_add_flow(build, event) : 0;
    case TRACE_EVENT_MAILBOX:
        return actor ? build_add_depth(build, event) : 0;
    case TRACE_EVENT_PRINT:
    case TRACE_EVENT_NOTE:
    case TRACE_EVENT_LOST:
        return add_mark(build, event);
    case TRACE_EVENT_MARK:
    case TRACE_EVENT_SPAN_BEGIN:
    case TRACE_EVENT_SPAN_END:
    case TRACE_EVENT_COUNTER:
        return actor ? add_mark(build, event) : 0;
    case TRACE_EVENT_ACTORS:
        /* Of no other use, since the states say the same; but the program was alive then. */
        build_see(build, event->ts_ns);
        return 0;
    default:
        return event->phase == 'i' && event->has_ts && actor && event->has_tid
                   ? add_mark(build, event)
                   : 0;
    }
}

int trace_build_add(struct trace_build *build, const struct trace_event *event)
{
    build->event_count++;
    int result = add_by_kind(build, event);
    return result == 0 && build->strings.failed ? -EOVERFLOW : result;
}
