/*
 * Copying: the members of an event are gone through in their order, and each is written as it is or
 * with another value.  A string keeps its escapes, a number its digits.
 */

#include "copy.h"

#include <inttypes.h>
#include <string.h>

static bool is(const struct trace_value *key, const char *name)
{
    return key->bytes == strlen(name) && memcmp(key->text, name, key->bytes) == 0;
}

static void put_raw(FILE *out, const struct trace_value *value)
{
    const char *quote = value->type == TRACE_VALUE_STRING ? "\"" : "";
    fprintf(out, "%s%.*s%s", quote, (int)value->bytes, value->text, quote);
}

/* Writes an instant or a duration as it stands in a trace. */
static void put_time(FILE *out, int64_t ns)
{
    fprintf(out, "%" PRId64 ".%03" PRId64, ns / 1000, ns % 1000);
}

/* A number to which another is added; what is none, or 0 where that means nobody, stays. */
static void put_shifted(FILE *out, const struct trace_value *value, uint64_t shift, bool zero_too)
{
    int64_t number;
    if (shift != 0 && trace_value_int(value, &number) && (number > 0 || zero_too))
        fprintf(out, "%" PRIu64, (uint64_t)number + shift);
    else
        put_raw(out, value);
}

/* A name with a prefix; of a mailbox's counter, before the actor's name. */
static void put_name(FILE *out, const struct trace_value *value, const char *prefix, bool mailbox)
{
    int head = mailbox ? (int)strlen("mbox ") : 0;
    fprintf(out, "\"%.*s%s%.*s\"", head, value->text, prefix, (int)value->bytes - head,
            value->text + head);
}

static void put_argument(FILE *out, const struct trace_event *event, const struct trace_value *key,
                         const struct trace_value *value, const struct copy_change *change)
{
    int64_t ns;
    bool is_lane = event->kind == TRACE_EVENT_LANE;
    if (is(key, "parent") || is(key, "by") || is(key, "on") || is(key, "actor"))
        put_shifted(out, value, change->actor_shift, false);
    else if (is(key, "loop"))
        put_shifted(out, value, change->loop_shift, true);
    else if (is(key, "object"))
        put_shifted(out, value, change->object_shift, false);
    else if (is(key, "due") && change->shift_ns != 0 && trace_value_ns(value, &ns))
        put_time(out, ns + change->shift_ns);
    else if (is(key, "name") && is_lane && change->prefix != NULL)
        put_name(out, value, change->prefix, false);
    else if (is(key, "loops") && event->kind == TRACE_EVENT_HEADER && change->loops != 0)
        fprintf(out, "%" PRIu32, change->loops);
    else
        put_raw(out, value);
}

static void put_arguments(FILE *out, const struct trace_event *event,
                          const struct trace_value *args, const struct copy_change *change)
{
    struct trace_scan scan;
    struct trace_value key, value;
    bool header = event->kind == TRACE_EVENT_HEADER && change->cut_ns != 0;
    const char *comma = "";
    fputc('{', out);
    trace_scan_begin(&scan, args->text, args->bytes);
    while (trace_scan_member(&scan, &key, &value)) {
        if ((header && is(&key, "cut")) || (change->is_part && is(&key, "cpu")))
            continue;
        fprintf(out, "%s\"%.*s\":", comma, (int)key.bytes, key.text);
        put_argument(out, event, &key, &value, change);
        comma = ",";
    }
    if (header) {
        fprintf(out, "%s\"cut\":", comma);
        put_time(out, change->cut_ns);
    }
    fputc('}', out);
}

static bool has_actors_name(const struct trace_event *event)
{
    return event->kind == TRACE_EVENT_LOOP_RUN || event->kind == TRACE_EVENT_MAILBOX;
}

static void put_id(FILE *out, const struct trace_value *value, const struct copy_change *change)
{
    if (change->id != 0)
        fprintf(out, "%" PRIu64, change->id);
    else
        put_shifted(out, value, change->id_shift, true);
}

static void put_member(FILE *out, const struct trace_event *event, const struct trace_value *key,
                       const struct trace_value *value, const struct copy_change *change)
{
    bool of_actor = event->has_pid && event->pid == TRACE_PID_ACTORS;
    if (is(key, "ts") && event->has_ts && (change->has_ts || change->shift_ns != 0))
        put_time(out, change->has_ts ? change->ts_ns : event->ts_ns + change->shift_ns);
    else if (is(key, "dur") && change->has_dur)
        put_time(out, change->dur_ns);
    else if (is(key, "ph") && change->phase != 0)
        fprintf(out, "\"%c\"", change->phase);
    else if (is(key, "tid") && of_actor)
        put_shifted(out, value, change->actor_shift, false);
    else if (is(key, "pid") && !of_actor)
        put_shifted(out, value, change->pid_shift, false);
    else if (is(key, "id"))
        put_id(out, value, change);
    else if (is(key, "name") && change->prefix != NULL && has_actors_name(event))
        put_name(out, value, change->prefix, event->kind == TRACE_EVENT_MAILBOX);
    else if (is(key, "args") && value->type == TRACE_VALUE_OBJECT)
        put_arguments(out, event, value, change);
    else
        put_raw(out, value);
}

void copy_event(FILE *out, const struct trace_event *event, const struct copy_change *change)
{
    struct trace_scan scan;
    struct trace_value key, value;
    const char *comma = "";
    fputc('{', out);
    trace_scan_begin(&scan, event->text, event->bytes);
    while (trace_scan_member(&scan, &key, &value)) {
        if (is(&key, "dur") && change->phase == 'B')
            continue;
        fprintf(out, "%s\"%.*s\":", comma, (int)key.bytes, key.text);
        put_member(out, event, &key, &value, change);
        comma = ",";
    }
    fputc('}', out);
}
