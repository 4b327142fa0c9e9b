/*
 * The rules of a single event, and the pairing of B with E and of s with f as they come.
 */

#include "trace_check_rules.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* From here on importers that keep microseconds in a double lose the nanoseconds: 11 days. */
#define INSTANT_NS_END INT64_C(1000000000000000)

void check_problem(struct check *check, uint32_t line, uint64_t offset, const char *format, ...)
{
    check->report->problem_total++;
    if (check->problems.count == TRACE_PROBLEMS_KEPT)
        return;
    struct trace_problem *problem = trace_array_add(&check->problems, sizeof *problem);
    if (problem == NULL) {
        check->failed = true;
        return;
    }
    va_list args;
    va_start(args, format);
    vsnprintf(problem->text, sizeof problem->text, format, args);
    va_end(args);
    problem->line = line;
    problem->offset = offset;
}

/* A problem of this event as a whole. */
#define COMPLAIN(check, event, ...) \
    check_problem(check, (uint32_t)(event)->line, (event)->offset, __VA_ARGS__)

static struct check_track *track_at(const struct check *check, uint32_t index)
{
    return (struct check_track *)check->tracks.items + index;
}

static struct check_slice *slice_at(const struct check *check, uint32_t index)
{
    return (struct check_slice *)check->slices.items + index;
}

const char *check_track_name(const struct check *check, uint32_t track, char *buffer, size_t bytes)
{
    const struct check_track *own = track_at(check, track);
    if (own->name != 0)
        return trace_strings_text(&check->strings, own->name);
    snprintf(buffer, bytes, "%s %u", own->pid == TRACE_PID_ACTORS ? "actor" : "thread", own->tid);
    return buffer;
}

static trace_text_id intern(struct check *check, const struct trace_value *value)
{
    /* Names only serve to be compared and shown: a hundred bytes of each do for both. */
    char buffer[100];
    size_t bytes = trace_value_copy(value, buffer, sizeof buffer);
    return trace_strings_put(&check->strings, buffer, bytes);
}

/* The index of the event's track, TRACE_NONE if there is no memory. */
static uint32_t track_of(struct check *check, const struct trace_event *event)
{
    uint32_t *index = trace_map_put(&check->track_map, (uint64_t)event->pid << 32 | event->tid);
    if (index != NULL && *index != TRACE_NONE)
        return *index;
    struct check_track *track = trace_array_add(&check->tracks, sizeof *track);
    if (index == NULL || track == NULL) {
        check->failed = true;
        return TRACE_NONE;
    }
    *track = (struct check_track){
        .pid = event->pid, .tid = event->tid, .top = TRACE_NONE, .life = TRACE_NONE};
    *index = check->tracks.count - 1;
    return *index;
}

static void check_header(struct check *check, const struct trace_event *event)
{
    int64_t version;
    bool header = event->kind == TRACE_EVENT_HEADER;
    bool first = check->report->event_count == 1;
    if (first && !header)
        COMPLAIN(check, event, "the first event must be the \"troupe\" header");
    if (!first && header)
        COMPLAIN(check, event, "a second \"troupe\" header");
    if (header &&
        (!trace_value_int(&event->args.version, &version) || version != TRACE_FORMAT_VERSION))
        COMPLAIN(check, event, "the header's version must be %d", TRACE_FORMAT_VERSION);
}

static bool has_three_decimals(const struct trace_value *value)
{
    const char *point = memchr(value->text, '.', value->bytes);
    return point != NULL && value->text + value->bytes - point == 4;
}

static void check_times(struct check *check, const struct trace_event *event)
{
    if (!event->has_ts)
        COMPLAIN(check, event, "\"ts\" must be a number of microseconds");
    else if (event->ts_ns < 0)
        COMPLAIN(check, event, "\"ts\" is before the start of the trace");
    else if (event->ts_ns >= INSTANT_NS_END)
        COMPLAIN(check, event,
                 "\"ts\" is beyond 10^12 microseconds, where doubles lose the "
                 "nanoseconds");
    else if (!has_three_decimals(&event->ts))
        COMPLAIN(check, event, "\"ts\" must have three decimals");
    if (event->phase != 'X')
        return;
    if (!event->has_dur)
        COMPLAIN(check, event, "\"dur\" must be a number of microseconds, 0 or more");
    else if (!has_three_decimals(&event->dur))
        COMPLAIN(check, event, "\"dur\" must have three decimals");
}

/* True if the event is whole enough to be held against others. */
static bool check_form(struct check *check, const struct trace_event *event)
{
    if (event->phase == 0 || strchr("MXBEisfCbe", event->phase) == NULL) {
        COMPLAIN(check, event, "\"ph\" must be one of M X B E i s f C b e");
        return false;
    }
    if (!event->has_pid || event->pid == 0)
        COMPLAIN(check, event, "\"pid\" must be a whole number from 1 to 4294967295");
    if (!event->has_tid || event->tid == 0)
        COMPLAIN(check, event, "\"tid\" must be a whole number from 1 to 4294967295");
    if (event->cat.type != TRACE_VALUE_STRING)
        COMPLAIN(check, event, "\"cat\" is missing");
    if (event->name.type != TRACE_VALUE_STRING)
        COMPLAIN(check, event, "\"name\" is missing");
    if (event->phase == 'M')
        return event->has_pid && event->has_tid;
    check_times(check, event);
    bool timed = event->has_ts && (event->has_dur || event->phase != 'X');
    return timed && event->has_pid && event->pid > 0 && event->has_tid && event->tid > 0;
}

static uint32_t number_of(const struct trace_value *value)
{
    int64_t number;
    bool fits = trace_value_int(value, &number) && number >= 0 && number < UINT32_MAX;
    return fits ? (uint32_t)number : 0;
}

/* What a state must say about itself. */
static void check_state(struct check *check, const struct trace_event *event,
                        struct check_slice *slice)
{
    const struct trace_event_args *args = &event->args;
    int64_t loop;
    slice->reason = TRACE_REASON_COUNT;
    if (event->pid != TRACE_PID_ACTORS)
        COMPLAIN(check, event, "a state belongs on an actor's track, pid %d", TRACE_PID_ACTORS);
    if (event->kind == TRACE_EVENT_WAIT) {
        slice->reason = (uint8_t)trace_reason_parse(&event->name);
        if (slice->reason == TRACE_REASON_COUNT)
            COMPLAIN(check, event, "\"%.*s\" is no reason to wait", (int)event->name.bytes,
                     event->name.text);
    }
    if (event->kind != TRACE_EVENT_RUN)
        return;
    slice->loop = number_of(&args->loop);
    slice->resume = number_of(&args->resume);
    slice->reason = (uint8_t)trace_reason_parse(&args->suspend);
    if (trace_value_int(&args->loop, &loop) && loop >= 0) {
        uint32_t *seen = trace_map_put(&check->loop_map, slice->loop);
        check->failed |= seen == NULL;
    } else {
        COMPLAIN(check, event, "a run must say on which loop");
    }
    if (event->phase == 'X' && slice->reason == TRACE_REASON_COUNT && !check->lost)
        COMPLAIN(check, event, "a run must say for which reason it was suspended");
    check->report->switch_count++;
}

/* A run, or a job, cannot have been on a processor for longer than it took. */
static void check_cpu(struct check *check, const struct trace_event *event, int64_t start_ns,
                      int64_t end_ns)
{
    const struct trace_value *cpu = &event->args.cpu;
    int64_t cpu_ns;
    if (cpu->type == TRACE_VALUE_NONE)
        return;
    if (!trace_value_ns(cpu, &cpu_ns) || cpu_ns < 0 || !has_three_decimals(cpu))
        COMPLAIN(check, event, "\"cpu\" must be a number of microseconds with three decimals");
    else if (cpu_ns > end_ns - start_ns + 1)
        COMPLAIN(check, event, "\"cpu\" is more than the time that this took");
}

/* What the arguments of the end of a run add to those of its beginning. */
static void add_suspend(struct check *check, const struct trace_event *event,
                        struct check_slice *slice)
{
    if (event->kind == TRACE_EVENT_RUN && event->args.suspend.type != TRACE_VALUE_NONE)
        slice->reason = (uint8_t)trace_reason_parse(&event->args.suspend);
    if (event->kind == TRACE_EVENT_RUN && slice->reason == TRACE_REASON_COUNT && !check->lost)
        COMPLAIN(check, event, "a run must say for which reason it was suspended");
}

/* Whether an actor ends because its process has died: who tells that does not know what it did. */
static bool tells_of_death(const struct trace_event *event)
{
    int64_t status;
    return event->kind == TRACE_EVENT_LIFE_END && trace_value_int(&event->args.status, &status) &&
           status <= TRACE_STATUS_DEAD;
}

static void end_slice(struct check *check, const struct trace_event *event, uint32_t track)
{
    uint32_t *top = &track_at(check, track)->top;
    while (*top != TRACE_NONE && tells_of_death(event) && check_is_state(slice_at(check, *top))) {
        slice_at(check, *top)->end_ns = event->ts_ns;
        *top = slice_at(check, *top)->below;
    }
    if (*top == TRACE_NONE) {
        COMPLAIN(check, event, "an end without a beginning");
        return;
    }
    struct check_slice *slice = slice_at(check, *top);
    if (slice->name != intern(check, &event->name))
        COMPLAIN(check, event, "this ends \"%.60s\", which began in line %u, by another name",
                 trace_strings_text(&check->strings, slice->name), slice->line);
    if (event->ts_ns < slice->start_ns)
        COMPLAIN(check, event, "time runs backwards: this ends what begins later, in line %u",
                 slice->line);
    slice->end_ns = event->ts_ns > slice->start_ns ? event->ts_ns : slice->start_ns;
    *top = slice->below;
    add_suspend(check, event, slice);
    check_cpu(check, event, slice->start_ns, slice->end_ns);
}

static void begin_slice(struct check *check, const struct trace_event *event, uint32_t track)
{
    struct check_slice *slice = trace_array_add(&check->slices, sizeof *slice);
    struct check_track *own = track_at(check, track);
    if (slice == NULL) {
        check->failed = true;
        return;
    }
    *slice = (struct check_slice){
        .start_ns = event->ts_ns,
        .end_ns = event->phase == 'X' ? event->ts_ns + event->dur_ns : CHECK_OPEN_NS,
        .offset = event->offset,
        .line = (uint32_t)event->line,
        .track = track,
        .below = own->top,
        .name = intern(check, &event->name),
        .kind = (uint8_t)event->kind,
        .reason = TRACE_REASON_COUNT,
    };
    uint32_t index = check->slices.count - 1;
    if (event->phase == 'B')
        own->top = index;
    else
        check_cpu(check, event, slice->start_ns, slice->end_ns);
    if (event->kind == TRACE_EVENT_LIFE_BEGIN && own->life != TRACE_NONE)
        COMPLAIN(check, event, "a second life of actor %u, which began in line %u", own->tid,
                 slice_at(check, own->life)->line);
    if (event->kind == TRACE_EVENT_LIFE_BEGIN)
        own->life = index;
    if (trace_value_is(&event->cat, "state"))
        check_state(check, event, slice);
}

static void add_flow(struct check *check, const struct trace_event *event, uint32_t track)
{
    bool out = event->phase == 's';
    if (event->id.type == TRACE_VALUE_NONE) {
        COMPLAIN(check, event, "a flow must have an \"id\"");
        return;
    }
    uint64_t name = (uint64_t)intern(check, &event->cat) << 32 | intern(check, &event->name);
    uint64_t key = trace_hash_mix(trace_hash_mix(name) + intern(check, &event->id));
    uint32_t *index = trace_map_put(&check->flow_map, key);
    struct check_flow *flow = NULL;
    if (index != NULL && *index == TRACE_NONE) {
        flow = trace_array_add(&check->flows, sizeof *flow);
        *index = check->flows.count - 1;
        if (flow != NULL)
            *flow = (struct check_flow){.from_ns = TRACE_NEVER, .to_ns = TRACE_NEVER};
    } else if (index != NULL) {
        flow = (struct check_flow *)check->flows.items + *index;
    }
    if (flow == NULL) {
        check->failed = true;
        return;
    }
    if (out && flow->from_ns != TRACE_NEVER)
        COMPLAIN(check, event, "this flow's id was used before, in line %u", flow->from_line);
    int64_t *at_ns = out ? &flow->from_ns : &flow->to_ns;
    if (*at_ns != TRACE_NEVER)
        return;
    *at_ns = event->ts_ns;
    *(out ? &flow->from_line : &flow->to_line) = (uint32_t)event->line;
    *(out ? &flow->from_offset : &flow->to_offset) = event->offset;
    flow->from_track = out ? track : flow->from_track;
}

static bool is_number(const struct trace_value *value)
{
    int64_t number;
    return trace_value_int(value, &number);
}

/* What a message, a mailbox and a note must say about themselves. */
static void check_args(struct check *check, const struct trace_event *event)
{
    const struct trace_event_args *args = &event->args;
    bool of_message =
        event->kind == TRACE_EVENT_MESSAGE_OUT || event->kind == TRACE_EVENT_MESSAGE_IN;
    if (event->kind == TRACE_EVENT_MESSAGE_OUT &&
        !(is_number(&args->tag) && is_number(&args->bytes)))
        COMPLAIN(check, event, "a message must say its \"tag\" and how many \"bytes\" it has");
    if (event->kind == TRACE_EVENT_MESSAGE_IN && !is_number(&args->scanned))
        COMPLAIN(check, event, "a message that is taken must say how many were \"scanned\" for it");
    bool is_absent = (event->arg_mask >> TRACE_ARG_depth & 1) == 0;
    bool may_lack = event->kind == TRACE_EVENT_MESSAGE_OUT && is_absent;
    if ((of_message || event->kind == TRACE_EVENT_MAILBOX) && !may_lack && !is_number(&args->depth))
        COMPLAIN(check, event, "the \"depth\" of the mailbox must be a whole number");
    if (event->kind == TRACE_EVENT_SOURCE &&
        (args->path.type != TRACE_VALUE_STRING || args->text.type != TRACE_VALUE_STRING ||
         number_of(&args->line) == 0))
        COMPLAIN(check, event, "a source must say its \"path\", first \"line\" and \"text\"");
    if (event->kind != TRACE_EVENT_NOTE)
        return;
    if (trace_note_parse(&event->name) == TRACE_NOTE_COUNT)
        COMPLAIN(check, event, "\"%.*s\" is no note", (int)event->name.bytes, event->name.text);
    if (!is_number(&args->by))
        COMPLAIN(check, event, "a note must say \"by\" whom, or 0");
}

/* A mailbox's counter is named after the actor on whose track it stands. */
static void check_mailbox(struct check *check, const struct trace_event *event, uint32_t track)
{
    struct trace_value owner = event->name;
    char buffer[32];
    owner.text += strlen("mbox ");
    owner.bytes -= (uint32_t)strlen("mbox ");
    if (track_at(check, track)->name != 0 && track_at(check, track)->name != intern(check, &owner))
        COMPLAIN(check, event, "this is the mailbox of \"%.*s\", but the track of %.60s",
                 (int)owner.bytes, owner.text,
                 check_track_name(check, track, buffer, sizeof buffer));
}

void check_event(struct check *check, const struct trace_event *event)
{
    check->report->event_count++;
    check_header(check, event);
    if (!check_form(check, event))
        return;
    /* A part of a trace lacks what was before. */
    check->lost |= event->kind == TRACE_EVENT_LOST ||
                   (event->kind == TRACE_EVENT_HEADER && event->args.cut.type != TRACE_VALUE_NONE);
    check_args(check, event);
    bool matters = strchr("XBEsf", event->phase) != NULL || event->kind == TRACE_EVENT_LANE ||
                   event->kind == TRACE_EVENT_MAILBOX;
    uint32_t track = matters ? track_of(check, event) : TRACE_NONE;
    if (track == TRACE_NONE)
        return;
    if (event->kind == TRACE_EVENT_LANE)
        track_at(check, track)->name = intern(check, &event->args.name);
    else if (event->kind == TRACE_EVENT_MAILBOX)
        check_mailbox(check, event, track);
    else if (event->phase == 'X' || event->phase == 'B')
        begin_slice(check, event, track);
    else if (event->phase == 'E')
        end_slice(check, event, track);
    else
        add_flow(check, event, track);
}
