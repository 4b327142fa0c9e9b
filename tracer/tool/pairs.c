/* Pairs: ends are matched as brackets are, track by track, by name. */

#include "pairs.h"

#include <errno.h>
#include <string.h>

struct pair {
    uint32_t below; /* the beginning around it on its track, or TRACE_NONE */
    trace_text_id name;
    trace_text_id begin, end; /* their arguments as they stand in the file; 0: none */
    bool is_over;             /* it has an end */
};

/* The arguments of an event, also of one that was read without keeping them in a piece. */
static struct trace_value arguments_of(const struct trace_event *event)
{
    struct trace_scan scan;
    struct trace_value key, value;
    trace_scan_begin(&scan, event->text, event->bytes);
    while (trace_scan_member(&scan, &key, &value))
        if (trace_value_is(&key, "args") && value.type == TRACE_VALUE_OBJECT)
            return value;
    return (struct trace_value){.type = TRACE_VALUE_NONE};
}

static trace_text_id keep(struct pairs *pairs, const struct trace_value *value)
{
    return value->type == TRACE_VALUE_NONE
               ? 0
               : trace_strings_put(&pairs->strings, value->text, value->bytes);
}

static int note_begin(struct pairs *pairs, const struct trace_event *event, uint32_t *top)
{
    struct trace_value args = arguments_of(event);
    struct pair *pair = trace_array_add(&pairs->all, sizeof *pair);
    if (pair == NULL)
        return -ENOMEM;
    pair->name = keep(pairs, &event->name);
    pair->begin = keep(pairs, &args);
    pair->below = *top;
    *top = pairs->all.count - 1;
    return pairs->strings.failed ? -ENOMEM : 0;
}

static int note_end(struct pairs *pairs, const struct trace_event *event, uint32_t *top)
{
    struct pair *all = pairs->all.items;
    struct trace_value args = arguments_of(event);
    trace_text_id name = keep(pairs, &event->name);
    uint32_t *end = trace_array_add(&pairs->ends, sizeof *end);
    if (end == NULL)
        return -ENOMEM;
    uint32_t found = *top;
    while (found != TRACE_NONE && all[found].name != name)
        found = all[found].below;
    *end = found;
    if (found != TRACE_NONE) {
        all[found].end = keep(pairs, &args);
        all[found].is_over = true;
        *top = all[found].below;
    }
    return pairs->strings.failed ? -ENOMEM : 0;
}

int pairs_note(struct pairs *pairs, const struct trace_event *event)
{
    if (event->phase != 'B' && event->phase != 'E')
        return 0;
    uint32_t *top = trace_map_put(&pairs->tops, (uint64_t)event->pid << 32 | event->tid);
    if (top == NULL)
        return -ENOMEM;
    return event->phase == 'B' ? note_begin(pairs, event, top) : note_end(pairs, event, top);
}

static bool has(const char *args, const struct trace_value *name)
{
    struct trace_scan scan;
    struct trace_value key, value;
    trace_scan_begin(&scan, args, strlen(args));
    while (trace_scan_member(&scan, &key, &value))
        if (key.bytes == name->bytes && memcmp(key.text, name->text, key.bytes) == 0)
            return true;
    return false;
}

/* Writes the members of some arguments, but those that others have as well. */
static const char *put_members(FILE *out, const char *args, const char *others, const char *comma)
{
    struct trace_scan scan;
    struct trace_value key, value;
    trace_scan_begin(&scan, args, strlen(args));
    while (trace_scan_member(&scan, &key, &value)) {
        if (has(others, &key))
            continue;
        const char *quote = value.type == TRACE_VALUE_STRING ? "\"" : "";
        fprintf(out, "%s\"%.*s\":%s%.*s%s", comma, (int)key.bytes, key.text, quote,
                (int)value.bytes, value.text, quote);
        comma = ",";
    }
    return comma;
}

/* Writes an event with the arguments of both ends in the place of its own; what both tell is told
 * as the end does, which knows more. */
static void put_pair(const struct pairs *pairs, const struct pair *pair,
                     const struct trace_event *event, FILE *out)
{
    struct trace_value own = arguments_of(event);
    const char *end = event->text + event->bytes;
    const char *begin_args = trace_strings_text(&pairs->strings, pair->begin);
    const char *end_args = trace_strings_text(&pairs->strings, pair->end);
    const char *head_end = own.type != TRACE_VALUE_NONE ? own.text : end - 1;
    fwrite(event->text, 1, (size_t)(head_end - event->text), out);
    fputs(own.type != TRACE_VALUE_NONE ? "{" : ",\"args\":{", out);
    const char *comma = put_members(out, begin_args, end_args, "");
    put_members(out, end_args, "", comma);
    fputc('}', out);
    const char *tail = own.type != TRACE_VALUE_NONE ? own.text + own.bytes : end - 1;
    fwrite(tail, 1, (size_t)(end - tail), out);
}

void pairs_write(struct pairs *pairs, const struct trace_event *event, FILE *out)
{
    const struct pair *all = pairs->all.items;
    uint32_t index = TRACE_NONE; /* also of what the file has grown by since */
    if (event->phase == 'B' && pairs->begun < pairs->all.count)
        index = pairs->begun++;
    if (event->phase == 'E' && pairs->ended < pairs->ends.count)
        index = ((const uint32_t *)pairs->ends.items)[pairs->ended++];
    if (index != TRACE_NONE && all[index].begin != all[index].end && all[index].is_over)
        put_pair(pairs, &all[index], event, out);
    else
        fwrite(event->text, 1, event->bytes, out);
}

void pairs_finish(struct pairs *pairs)
{
    trace_map_finish(&pairs->tops);
    trace_array_finish(&pairs->all);
    trace_array_finish(&pairs->ends);
    trace_strings_finish(&pairs->strings);
}
