/*
 * From a line as troupe writes it to an event.
 *
 * The order of the members is known and so is the form of most values, so the scan compares each
 * name with the one that it expects and goes on.  At the first thing that is not as expected it
 * gives up, and the line is taken apart again without expectations (trace_event.c): what a line
 * means never depends on which of the two has read it.
 */

#include <string.h>

#include "trace_event.h"

/* More digits than this might not fit: eighteen nines and a thousand times that. */
#define DIGITS_MAX 15

/* The place of the scan, as locals that stay in registers. */
struct place {
    const char *at;
    const char *end;
};

/* Past a literal, if it stands here. */
#define EAT(place, literal) eat(place, literal, sizeof(literal) - 1)

static inline bool eat(struct place *place, const char *literal, size_t bytes)
{
    if ((size_t)(place->end - place->at) < bytes || memcmp(place->at, literal, bytes) != 0)
        return false;
    place->at += bytes;
    return true;
}

/* Digits, and none of them a 0 in front of others. */
static inline bool eat_digits(struct place *place, uint64_t *number)
{
    const char *start = place->at;
    uint64_t sum = 0;
    while (place->at < place->end && (unsigned)(*place->at - '0') < 10)
        sum = sum * 10 + (unsigned)(*place->at++ - '0');
    size_t count = (size_t)(place->at - start);
    *number = sum;
    return count > 0 && count <= DIGITS_MAX && (*start != '0' || count == 1);
}

/* "1234.567": microseconds with three decimals. */
static inline bool eat_time(struct place *place, int64_t *ns, struct trace_value *value)
{
    const char *start = place->at;
    uint64_t whole;
    if (!eat_digits(place, &whole) || place->end - place->at < 5 || place->at[0] != '.')
        return false;
    unsigned digits[3];
    for (int i = 0; i < 3; i++) {
        digits[i] = (unsigned)(place->at[i + 1] - '0');
        if (digits[i] > 9)
            return false;
    }
    if (place->at[4] != ',')
        return false;
    place->at += 4;
    *ns = (int64_t)(whole * 1000 + digits[0] * 100 + digits[1] * 10 + digits[2]);
    *value = (struct trace_value){
        .text = start, .bytes = (uint32_t)(place->at - start), .type = TRACE_VALUE_NUMBER};
    return *ns <= TRACE_INSTANT_NS_MAX;
}

static inline bool eat_id(struct place *place, uint32_t *id, struct trace_value *value)
{
    const char *start = place->at;
    uint64_t number;
    if (!eat_digits(place, &number) || number > UINT32_MAX || place->at == place->end ||
        *place->at != ',')
        return false;
    *id = (uint32_t)number;
    *value = (struct trace_value){
        .text = start, .bytes = (uint32_t)(place->at - start), .type = TRACE_VALUE_NUMBER};
    return true;
}

/* A string whose opening quote is behind us. */
static inline bool eat_string(struct place *place, struct trace_value *value)
{
    const char *start = place->at;
    unsigned char high = 0;
    for (; place->at < place->end; place->at++) {
        unsigned char byte = (unsigned char)*place->at;
        if (byte == '"')
            break;
        if (byte < 0x20 || byte == '\\')
            return false;
        high |= byte;
    }
    if (place->at == place->end)
        return false;
    *value = (struct trace_value){.text = start,
                                  .bytes = (uint32_t)(place->at - start),
                                  .type = TRACE_VALUE_STRING,
                                  .escaped = high >= 0x80};
    place->at++;
    return true;
}

/* A number in its plain forms: "-7", "12.500". */
static inline bool eat_number(struct place *place, struct trace_value *value)
{
    const char *start = place->at;
    uint64_t ignored;
    if (place->at < place->end && *place->at == '-')
        place->at++;
    if (!eat_digits(place, &ignored))
        return false;
    if (place->at < place->end && *place->at == '.') {
        const char *decimals = ++place->at;
        while (place->at < place->end && (unsigned)(*place->at - '0') < 10)
            place->at++;
        if (place->at == decimals)
            return false;
    }
    *value = (struct trace_value){
        .text = start, .bytes = (uint32_t)(place->at - start), .type = TRACE_VALUE_NUMBER};
    return place->at < place->end && (*place->at == ',' || *place->at == '}');
}

static inline bool eat_value(struct place *place, struct trace_value *value)
{
    return EAT(place, "\"") ? eat_string(place, value) : eat_number(place, value);
}

/* The members of "args", its opening brace behind us, up to and with the closing one. */
static inline bool eat_args(struct place *place, struct trace_event *event)
{
    if (EAT(place, "}"))
        return true;
    do {
        struct trace_value key, value;
        if (!EAT(place, "\"") || !eat_string(place, &key) || !EAT(place, ":") ||
            !eat_value(place, &value))
            return false;
        enum trace_event_arg arg = trace_event_arg_find(key.text, key.bytes);
        if (arg == TRACE_ARG_COUNT)
            continue;
        event->arg_list[arg] = value;
        event->arg_mask |= UINT64_C(1) << arg;
    } while (EAT(place, ","));
    return EAT(place, "}");
}

/* All that an earlier event has left; what is true without a value of its type is not looked at. */
static void clear(struct trace_event *event)
{
    for (uint64_t mask = event->arg_mask; mask != 0; mask &= mask - 1)
        event->arg_list[__builtin_ctzll(mask)] = (struct trace_value){.text = NULL};
    event->arg_mask = 0;
    event->dur = event->id = event->bp = (struct trace_value){.text = NULL};
    event->id2 = event->args_value = event->dur;
    event->dur_ns = 0;
    event->has_dur = false;
}

static inline bool eat_tail(struct place *place, struct trace_event *event)
{
    struct trace_value ignored;
    if (EAT(place, ",\"id\":") && !eat_value(place, &event->id))
        return false;
    if (EAT(place, ",\"bp\":\"") && !eat_string(place, &event->bp))
        return false;
    if (EAT(place, ",\"s\":\"") && !eat_string(place, &ignored))
        return false;
    if (EAT(place, ",\"args\":{") && !eat_args(place, event))
        return false;
    return EAT(place, "}");
}

bool trace_event_predict(struct trace_scan *scan, struct trace_event *event)
{
    struct place place = {scan->at, scan->end};
    clear(event);
    event->text = place.at;
    if (!EAT(&place, "{\"ph\":\"") || place.end - place.at < 8 || place.at[0] < '!' ||
        place.at[0] > '~' || place.at[0] == '"' || place.at[0] == '\\')
        return false;
    event->phase = place.at[0];
    event->ph = (struct trace_value){.text = place.at, .bytes = 1, .type = TRACE_VALUE_STRING};
    place.at++;
    if (!EAT(&place, "\",\"ts\":") || !eat_time(&place, &event->ts_ns, &event->ts))
        return false;
    event->has_dur = EAT(&place, ",\"dur\":");
    if (event->has_dur && !eat_time(&place, &event->dur_ns, &event->dur))
        return false;
    if (!EAT(&place, ",\"pid\":") || !eat_id(&place, &event->pid, &event->pid_value) ||
        !EAT(&place, ",\"tid\":") || !eat_id(&place, &event->tid, &event->tid_value) ||
        !EAT(&place, ",\"cat\":\"") || !eat_string(&place, &event->cat) ||
        !EAT(&place, ",\"name\":\"") || !eat_string(&place, &event->name) ||
        !eat_tail(&place, event))
        return false;
    event->has_ts = event->has_pid = event->has_tid = true;
    event->kind = trace_event_kind_find(event);
    scan->at = place.at;
    return true;
}
