/*
 * From events to tracks and what is on them.
 *
 * A track is a thread, or one asynchronous operation.  Processes and threads may be numbers or
 * texts; either is stirred into one number that serves to tell them apart.  Slices are kept in the
 * order of the file; they are put in order when all are there, since some tools write a slice when
 * it ends, and others in no order at all.
 */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "trace_build_parts.h"
#include "trace_foreign_parts.h"

/* More of a text is not kept for comparing. */
#define KEY_BYTES 256

void foreign_count(struct foreign *foreign, const char *what, const char *name, size_t bytes)
{
    char text[KEY_BYTES];
    size_t used = strlen(what);
    memcpy(text, what, used);
    bytes = bytes < sizeof text - used ? bytes : sizeof text - used;
    if (bytes > 0)
        memcpy(text + used, name, bytes);
    trace_text_id id = trace_strings_put(&foreign->build->strings, text, used + bytes);
    uint32_t *place = trace_map_put(&foreign->unknown_map, id);
    if (place != NULL && *place == TRACE_NONE) {
        struct trace_unknown *unknown = trace_array_add(&foreign->build->unknown, sizeof *unknown);
        if (unknown != NULL) {
            unknown->name = id;
            *place = foreign->build->unknown.count - 1;
        }
    }
    if (place == NULL || *place == TRACE_NONE)
        foreign->failed = true;
    else
        ((struct trace_unknown *)foreign->build->unknown.items)[*place].count++;
}

/* Stirs a number or a text; what is neither, or is not there, is the same as nothing. */
static uint64_t key_of(struct foreign *foreign, const struct trace_value *value)
{
    int64_t number;
    if (trace_value_int(value, &number))
        return trace_hash_mix((uint64_t)number);
    bool nested = value->type == TRACE_VALUE_OBJECT || value->type == TRACE_VALUE_ARRAY;
    size_t bytes = value->bytes < KEY_BYTES ? value->bytes : KEY_BYTES;
    trace_text_id id = nested ? trace_strings_put(&foreign->build->strings, value->text, bytes)
                              : build_intern(foreign->build, value);
    return trace_hash_mix(UINT64_C(1) << 63 | id);
}

/* Microseconds, also as a text of a number, as nanoseconds. */
static bool time_of(const struct trace_value *value, int64_t *ns)
{
    struct trace_value number = *value;
    if (value->type == TRACE_VALUE_STRING && value->bytes > 0 && !value->escaped) {
        struct trace_scan scan;
        struct trace_value key;
        char text[64];
        /* A number it must be, from its first byte to its last: an object around it tells. */
        if (value->bytes > sizeof text - 8)
            return false;
        memcpy(text, "{\"a\":", 5);
        memcpy(text + 5, value->text, value->bytes);
        text[5 + value->bytes] = '}';
        trace_scan_begin(&scan, text, value->bytes + 6);
        bool sound = trace_scan_member(&scan, &key, &number) && number.bytes == value->bytes;
        return sound && trace_value_ns(&number, ns);
    }
    return trace_value_ns(&number, ns);
}

static void see(struct foreign *foreign, int64_t at_ns)
{
    foreign->start_ns = at_ns < foreign->start_ns ? at_ns : foreign->start_ns;
    foreign->end_ns = at_ns > foreign->end_ns ? at_ns : foreign->end_ns;
}

/* The track with a key, made if there is none; TRACE_NONE if it cannot be. */
static uint32_t find_track(struct foreign *foreign, struct trace_map *map, uint64_t key,
                           const struct trace_event *event, uint64_t process)
{
    uint32_t *place = trace_map_put(map, key);
    if (place != NULL && *place == TRACE_NONE) {
        struct foreign_track *track = trace_array_add(&foreign->tracks, sizeof *track);
        if (track != NULL) {
            *track = (struct foreign_track){.process = process,
                                            .pid = event->has_pid ? event->pid : 0,
                                            .tid = event->has_tid ? event->tid : 0,
                                            .open = TRACE_NONE};
            *place = foreign->tracks.count - 1;
        }
    }
    if (place == NULL || *place == TRACE_NONE) {
        foreign->failed = true;
        return TRACE_NONE;
    }
    return *place;
}

static uint32_t thread_of(struct foreign *foreign, const struct trace_event *event)
{
    uint64_t process = key_of(foreign, &event->pid_value);
    uint64_t key = trace_hash_mix(process + key_of(foreign, &event->tid_value) * 3);
    uint32_t index = find_track(foreign, &foreign->track_map, key, event, process);
    bool is_text = event->tid_value.type == TRACE_VALUE_STRING && !event->has_tid;
    if (is_text && index != TRACE_NONE && foreign_track(foreign, index)->name == 0)
        foreign_track(foreign, index)->name = build_intern(foreign->build, &event->tid_value);
    return index;
}

/* Operations are told apart by category and id; those of one process by it as well. */
static uint32_t operation_of(struct foreign *foreign, const struct trace_event *event)
{
    uint64_t process = key_of(foreign, &event->pid_value);
    bool local = event->id.type == TRACE_VALUE_NONE;
    uint64_t id = key_of(foreign, local ? &event->id2 : &event->id);
    uint64_t key = trace_hash_mix(process + key_of(foreign, &event->cat) * 3 + id * 5);
    uint32_t index = find_track(foreign, &foreign->async_map, key, event, process);
    if (index != TRACE_NONE)
        foreign_track(foreign, index)->kind = FOREIGN_ASYNC;
    return index;
}

static struct foreign_slice *slice_at(struct foreign *foreign, uint32_t index)
{
    return (struct foreign_slice *)foreign->slices.items + index;
}

/* A slice that begins at an instant; NULL if there is no memory. */
static struct foreign_slice *begin_slice(struct foreign *foreign, uint32_t track, int64_t at_ns,
                                         const struct trace_event *event)
{
    struct foreign_slice *slice = trace_array_add(&foreign->slices, sizeof *slice);
    if (slice == NULL) {
        foreign->failed = true;
        return NULL;
    }
    *slice = (struct foreign_slice){.start_ns = at_ns,
                                    .end_ns = at_ns,
                                    .track = track,
                                    .below = TRACE_NONE,
                                    .name = build_intern(foreign->build, &event->name)};
    see(foreign, at_ns);
    return slice;
}

static void add_begin(struct foreign *foreign, uint32_t track, int64_t at_ns,
                      const struct trace_event *event)
{
    struct foreign_slice *slice = begin_slice(foreign, track, at_ns, event);
    if (slice == NULL)
        return;
    slice->open = true;
    slice->below = foreign_track(foreign, track)->open;
    foreign_track(foreign, track)->open = foreign->slices.count - 1;
}

static void add_end(struct foreign *foreign, uint32_t track, int64_t at_ns)
{
    uint32_t *open = &foreign_track(foreign, track)->open;
    see(foreign, at_ns);
    if (*open == TRACE_NONE) {
        foreign_count(foreign, "end without a beginning", "", 0);
        return;
    }
    struct foreign_slice *slice = slice_at(foreign, *open);
    slice->end_ns = at_ns > slice->start_ns ? at_ns : slice->start_ns;
    slice->open = false;
    *open = slice->below;
}

static void add_whole(struct foreign *foreign, const struct trace_event *event, int64_t at_ns)
{
    int64_t duration_ns = 0;
    if (event->dur.type != TRACE_VALUE_NONE &&
        (!time_of(&event->dur, &duration_ns) || duration_ns < 0)) {
        foreign_count(foreign, "slice without a duration", "", 0);
        return;
    }
    uint32_t track = thread_of(foreign, event);
    struct foreign_slice *slice =
        track != TRACE_NONE ? begin_slice(foreign, track, at_ns, event) : NULL;
    if (slice == NULL)
        return;
    slice->end_ns = at_ns + duration_ns;
    see(foreign, slice->end_ns);
}

/* An instant; viztracer's tell of printed lines: "print - One\n". */
static void add_instant(struct foreign *foreign, uint32_t track, int64_t at_ns,
                        const struct trace_event *event)
{
    static const char printed[] = "print - ";
    char text[1024];
    struct trace_mark *mark = trace_array_add(&foreign->marks, sizeof *mark);
    if (mark == NULL) {
        foreign->failed = true;
        return;
    }
    size_t bytes = trace_value_copy(&event->name, text, sizeof text);
    bool print = strncmp(text, printed, sizeof printed - 1) == 0;
    size_t start = print ? sizeof printed - 1 : 0;
    while (print && bytes > start && text[bytes - 1] == '\n')
        bytes--;
    *mark = (struct trace_mark){
        .at_ns = at_ns,
        .lane = track,
        .span = TRACE_NONE,
        .text = trace_strings_put(&foreign->build->strings, text + start, bytes - start),
        .kind = print ? TRACE_MARK_PRINT : TRACE_MARK_OTHER,
        .note = TRACE_NOTE_COUNT,
    };
    see(foreign, at_ns);
}

static void add_flow(struct foreign *foreign, int64_t at_ns, const struct trace_event *event)
{
    uint32_t track = thread_of(foreign, event);
    struct build_flow_end *end = trace_array_add(&foreign->ends, sizeof *end);
    int64_t id;
    if (track == TRACE_NONE || end == NULL) {
        foreign->failed = true;
        return;
    }
    end->at_ns = at_ns;
    end->named = !trace_value_int(&event->id, &id);
    end->id = end->named ? build_intern(foreign->build, &event->id) : (uint64_t)id;
    end->category = build_intern(foreign->build, &event->cat);
    end->name = build_intern(foreign->build, &event->name);
    end->lane = track;
    end->out = event->phase == 's';
    end->bound = trace_value_is(&event->bp, "e");
    see(foreign, at_ns);
}

/* The values of a counter: each number in its arguments. */
static void add_counter(struct foreign *foreign, int64_t at_ns, const struct trace_event *event)
{
    struct trace_scan scan;
    struct trace_value key, value;
    char name[KEY_BYTES], series[KEY_BYTES / 2], number[64];
    if (event->args_value.type != TRACE_VALUE_OBJECT)
        return;
    trace_scan_begin(&scan, event->args_value.text, event->args_value.bytes);
    while (trace_scan_member(&scan, &key, &value)) {
        if (value.type != TRACE_VALUE_NUMBER)
            continue;
        trace_value_copy(&value, number, sizeof number);
        if (!isfinite(strtod(number, NULL)))
            continue;
        size_t bytes = trace_value_copy(&event->name, name, KEY_BYTES / 2);
        size_t more = trace_value_copy(&key, series, sizeof series);
        if (strcmp(series, "value") != 0) {
            name[bytes++] = ' ';
            memcpy(name + bytes, series, more);
            bytes += more;
        }
        struct trace_counter_value *own = trace_array_add(&foreign->build->values, sizeof *own);
        if (own == NULL) {
            foreign->failed = true;
            return;
        }
        own->at_ns = at_ns;
        own->counter = trace_strings_put(&foreign->build->strings, name, bytes);
        own->value = strtod(number, NULL);
    }
    see(foreign, at_ns);
}

static void name_process(struct foreign *foreign, const struct trace_event *event)
{
    uint64_t key = key_of(foreign, &event->pid_value);
    uint32_t *place = trace_map_put(&foreign->process_map, key);
    if (place != NULL && *place == TRACE_NONE &&
        trace_array_add(&foreign->processes, sizeof(struct foreign_process)) != NULL)
        *place = foreign->processes.count - 1;
    if (place == NULL || *place == TRACE_NONE) {
        foreign->failed = true;
        return;
    }
    struct foreign_process *process = (struct foreign_process *)foreign->processes.items + *place;
    *process = (struct foreign_process){key, build_intern(foreign->build, &event->args.name)};
}

static void add_metadata(struct foreign *foreign, const struct trace_event *event)
{
    static const char *const for_looks[] = {"process_sort_index", "thread_sort_index",
                                            "process_labels", "process_uptime_seconds"};
    if (trace_value_is(&event->name, "thread_name")) {
        uint32_t track = thread_of(foreign, event);
        if (track != TRACE_NONE)
            foreign_track(foreign, track)->name = build_intern(foreign->build, &event->args.name);
        return;
    }
    if (trace_value_is(&event->name, "process_name")) {
        name_process(foreign, event);
        return;
    }
    for (size_t i = 0; i < sizeof for_looks / sizeof for_looks[0]; i++)
        if (trace_value_is(&event->name, for_looks[i]))
            return;
    foreign_count(foreign, "metadata ", event->name.text,
                  event->name.type == TRACE_VALUE_STRING ? event->name.bytes : 0);
}

static void add_async(struct foreign *foreign, const struct trace_event *event, int64_t at_ns)
{
    uint32_t track = operation_of(foreign, event);
    if (track == TRACE_NONE)
        return;
    switch (event->phase) {
    case 'b':
    case 'S':
        add_begin(foreign, track, at_ns, event);
        break;
    case 'e':
    case 'F':
        add_end(foreign, track, at_ns);
        break;
    default:
        add_instant(foreign, track, at_ns, event);
    }
}

void foreign_add(struct foreign *foreign, const struct trace_event *event)
{
    int64_t at_ns = 0;
    uint32_t track;
    if (event->phase == 'M') {
        add_metadata(foreign, event);
        return;
    }
    if (event->phase == '\0' || strchr("XBEiIRstfbneSTpFC", event->phase) == NULL) {
        foreign_count(foreign, "phase ", event->ph.text,
                      event->ph.type == TRACE_VALUE_STRING ? event->ph.bytes : 0);
        return;
    }
    if (!time_of(&event->ts, &at_ns)) {
        foreign_count(foreign, "event without a time", "", 0);
        return;
    }
    switch (event->phase) {
    case 'X':
        add_whole(foreign, event, at_ns);
        break;
    case 's':
    case 't':
    case 'f':
        add_flow(foreign, at_ns, event);
        break;
    case 'C':
        add_counter(foreign, at_ns, event);
        break;
    case 'B':
    case 'E':
    case 'i':
    case 'I':
    case 'R':
        track = thread_of(foreign, event);
        if (track == TRACE_NONE)
            break;
        if (event->phase == 'B')
            add_begin(foreign, track, at_ns, event);
        else if (event->phase == 'E')
            add_end(foreign, track, at_ns);
        else
            add_instant(foreign, track, at_ns, event);
        break;
    default:
        add_async(foreign, event, at_ns);
    }
}
