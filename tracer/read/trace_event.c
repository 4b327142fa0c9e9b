/*
 * From a line of JSON to an event.
 *
 * Members are recognised by their names in any order; the kind of event is found by holding phase,
 * category and name against the rows of trace_events.def.  What is not in those tables is neither
 * an error nor of any use, so it is only made sure that it is JSON.
 */

#include "trace_event.h"

#include <string.h>

/* "*" stands for any text, alone or at the end of a pattern. */
static inline bool matches(const struct trace_value *value, const char *pattern)
{
    size_t bytes = strlen(pattern);
    if (bytes == 0 || pattern[bytes - 1] != '*')
        return trace_value_is(value, pattern);
    return bytes == 1 || (value->type == TRACE_VALUE_STRING && value->bytes >= bytes - 1 &&
                          memcmp(value->text, pattern, bytes - 1) == 0);
}

enum trace_event_kind trace_event_kind_find(const struct trace_event *event)
{
    /* A state, or a job, that a flush or a kill cut in two is the same one. */
    bool half = event->phase == 'B' || event->phase == 'E';
    bool whole =
        half && (trace_value_is(&event->cat, "state") || trace_value_is(&event->cat, "job"));
    char phase = whole ? 'X' : event->phase;
#define TRACE_EVENT(id, letter, category, text, args, sentence)                                \
    if (phase == (letter)[0] && matches(&event->cat, category) && matches(&event->name, text)) \
        return TRACE_EVENT_##id;
#include "trace_events.def"
#undef TRACE_EVENT
    return TRACE_EVENT_UNKNOWN;
}

/* Lengths first: of the thirty names no more than a handful have the same. */
enum trace_event_arg trace_event_arg_find(const char *name, size_t bytes)
{
#define TRACE_ARG(member)                                                              \
    if (bytes == sizeof #member - 1 && memcmp(name, #member, sizeof #member - 1) == 0) \
        return TRACE_ARG_##member;
    TRACE_ARGS
#undef TRACE_ARG
    return TRACE_ARG_COUNT;
}

/* Values that are kept are flat; whatever has an inside must be JSON all the way down. */
static bool check_nested(struct trace_scan *scan, const struct trace_value *value)
{
    bool nested = value->type == TRACE_VALUE_OBJECT || value->type == TRACE_VALUE_ARRAY;
    if (!nested || trace_value_is_sound(value))
        return true;
    scan->at = value->text;
    scan->fault = "what begins here is not JSON, or is nested too deeply";
    return false;
}

static bool parse_args(struct trace_scan *scan, const struct trace_value *object,
                       struct trace_event *event)
{
    struct trace_scan inner;
    struct trace_value key, value;
    if (object->type != TRACE_VALUE_OBJECT)
        return check_nested(scan, object);
    trace_scan_begin(&inner, object->text, object->bytes);
    while (trace_scan_member(&inner, &key, &value)) {
        enum trace_event_arg arg = trace_event_arg_find(key.text, key.bytes);
        if (!check_nested(scan, &value))
            return false;
        if (arg == TRACE_ARG_COUNT)
            continue;
        event->arg_list[arg] = value;
        event->arg_mask |= UINT64_C(1) << arg;
    }
    if (inner.fault == NULL)
        return true;
    scan->at = inner.at;
    scan->fault = inner.fault;
    return false;
}

static struct trace_value *find_member(struct trace_event *event, const struct trace_value *key)
{
#define TRACE_MEMBER(name, member) \
    if (trace_value_is(key, name)) \
        return &event->member;
    TRACE_MEMBER("ph", ph)
    TRACE_MEMBER("ts", ts)
    TRACE_MEMBER("dur", dur)
    TRACE_MEMBER("pid", pid_value)
    TRACE_MEMBER("tid", tid_value)
    TRACE_MEMBER("cat", cat)
    TRACE_MEMBER("name", name)
    TRACE_MEMBER("id", id)
    TRACE_MEMBER("bp", bp)
    TRACE_MEMBER("id2", id2)
#undef TRACE_MEMBER
    return NULL;
}

static bool parse_member(struct trace_scan *scan, const struct trace_value *key,
                         const struct trace_value *value, struct trace_event *event)
{
    struct trace_value *member = find_member(event, key);
    if (member == NULL && trace_value_is(key, "args")) {
        event->args_value = *value;
        return parse_args(scan, value, event);
    }
    if (member != NULL)
        *member = *value;
    return check_nested(scan, value);
}

static bool parse_id(const struct trace_value *value, uint32_t *id)
{
    int64_t number;
    if (!trace_value_int(value, &number) || number < 0 || number > UINT32_MAX)
        return false;
    *id = (uint32_t)number;
    return true;
}

bool trace_event_parse(struct trace_scan *scan, struct trace_event *event)
{
    struct trace_value key, value;
    memset(event, 0, sizeof *event);
    event->text = scan->at;
    trace_scan_begin(scan, scan->at, (size_t)(scan->end - scan->at));
    while (trace_scan_member(scan, &key, &value))
        if (!parse_member(scan, &key, &value, event))
            return false;
    if (scan->fault != NULL)
        return false;
    if (event->ph.type == TRACE_VALUE_STRING && event->ph.bytes == 1)
        event->phase = event->ph.text[0];
    event->has_ts = trace_value_ns(&event->ts, &event->ts_ns);
    event->has_dur = trace_value_ns(&event->dur, &event->dur_ns) && event->dur_ns >= 0;
    event->has_pid = parse_id(&event->pid_value, &event->pid);
    event->has_tid = parse_id(&event->tid_value, &event->tid);
    event->kind = trace_event_kind_find(event);
    return true;
}

static const char *lacks(const struct trace_event *event, const struct trace_value *value,
                         const char *fault, const char **where)
{
    *where = value->type != TRACE_VALUE_NONE ? value->text : event->text;
    return fault;
}

const char *trace_event_lacks(const struct trace_event *event, const char **where)
{
    if (event->kind == TRACE_EVENT_UNKNOWN || event->phase == 'M')
        return NULL;
    if (!event->has_ts)
        return lacks(event, &event->ts, "\"ts\" must be a number of microseconds", where);
    if (!event->has_dur && event->phase == 'X')
        return lacks(event, &event->dur, "\"dur\" must be a number of microseconds, 0 or more",
                     where);
    if (!event->has_pid)
        return lacks(event, &event->pid_value, "\"pid\" must be a whole number below 2^32", where);
    if (!event->has_tid)
        return lacks(event, &event->tid_value, "\"tid\" must be a whole number below 2^32", where);
    return NULL;
}

enum trace_reason trace_reason_parse(const struct trace_value *name)
{
#define TRACE_REASON(id, text, letter, sentence) \
    if (trace_value_is(name, text))              \
        return TRACE_REASON_##id;
#include "trace_reasons.def"
#undef TRACE_REASON
    return TRACE_REASON_COUNT;
}

enum trace_note trace_note_parse(const struct trace_value *name)
{
#define TRACE_NOTE(id, text, letter, sentence) \
    if (trace_value_is(name, text))            \
        return TRACE_NOTE_##id;
#include "trace_notes.def"
#undef TRACE_NOTE
    return TRACE_NOTE_COUNT;
}
