/*
 * troupe merge: several traces as one.
 *
 * Each file is read twice: to find out how many actors, loops, objects and arrows it has, and which
 * halves of arrows have their other half elsewhere; and to copy it with its numbers moved behind
 * those of the files before it, and its instants to the clock of the first.
 */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clocks.h"
#include "copy.h"
#include "tell.h"
#include "tool.h"
#include "trace_array.h"
#include "trace_reader.h"
#include "trace_strings.h"

enum { OPTION_CLOCK, OPTION_PLAIN, OPTION_OUTPUT };

static const struct tool_option options[] = {
    [OPTION_CLOCK] = {"clock", 'c', "HOW", "messages, base, wall or start (the first that serves)"},
    [OPTION_PLAIN] = {"plain", 'p', NULL, "names as they are, without the file's before them"},
    [OPTION_OUTPUT] = {"output", 'o', "FILE", "where to write; - is standard output (-)"},
};

/* More files at once are a mistake in a pattern. */
#define FILES_MAX 256

/* Beyond the range of numbers of processes on Linux, so that those of two machines differ. */
#define PID_SHIFT 8388608u

struct source {
    const char *path;
    char prefix[64]; /* "server/" */
    uint32_t actors; /* the largest number of an actor; */
    uint32_t loops;  /* how many loops; */
    uint32_t objects;
    uint64_t ids; /* the largest number of an arrow */
    uint32_t os_pid;
    int64_t base_ns; /* of its clock; 0 if it is not told */
    int64_t t0_ns;   /* the time of day at its start */
    char clock[24];
    struct trace_array halves; /* struct clocks_half: of arrows, in the order of the file */
    struct trace_map waiting;  /* from an arrow to its half, while the other has not been seen */
};

struct merge {
    struct source *sources;
    size_t count;
    int64_t *shifts;
    struct trace_map crossing; /* from an arrow between files to its number in the result */
    uint64_t crossing_first;   /* the first of these numbers */
    struct trace_array pairs;  /* struct clocks_pair */
    bool failed;
};

static uint64_t key_of(const struct trace_event *event)
{
    const struct trace_value *parts[] = {&event->cat, &event->name, &event->id};
    uint64_t hash = 0;
    for (size_t i = 0; i < 3; i++) {
        hash = trace_hash_mix(hash + parts[i]->bytes);
        for (uint32_t j = 0; j < parts[i]->bytes; j++)
            hash = trace_hash_mix(hash ^ (unsigned char)parts[i]->text[j]);
    }
    return hash;
}

/* --- looking --- */

static void raise(uint32_t *largest, const struct trace_value *value)
{
    int64_t number;
    if (trace_value_int(value, &number) && number > *largest && number < UINT32_MAX)
        *largest = (uint32_t)number;
}

static void look_at_header(struct source *source, const struct trace_event *event)
{
    int64_t number;
    trace_value_copy(&event->args.clock, source->clock, sizeof source->clock);
    if (trace_value_int(&event->args.clock_base_ns, &number))
        source->base_ns = number;
    if (trace_value_int(&event->args.t0_unix_ns, &number))
        source->t0_ns = number;
    if (trace_value_int(&event->args.os_pid, &number))
        source->os_pid = (uint32_t)number;
}

/* Arrows of which both halves are here are forgotten again. */
static bool look_at_arrow(struct source *source, const struct trace_event *event)
{
    uint64_t key = key_of(event);
    uint32_t *place = trace_map_put(&source->waiting, key);
    if (place == NULL)
        return false;
    if (*place != TRACE_NONE) {
        ((struct clocks_half *)source->halves.items)[*place].key = 0;
        *place = TRACE_NONE;
        return true;
    }
    struct clocks_half *half = trace_array_add(&source->halves, sizeof *half);
    if (half == NULL)
        return false;
    *half = (struct clocks_half){key, event->ts_ns, event->phase == 's'};
    *place = source->halves.count - 1;
    return true;
}

static bool look_at_event(struct source *source, const struct trace_event *event)
{
    int64_t id;
    bool of_actor = event->has_pid && event->pid == TRACE_PID_ACTORS;
    if (event->kind == TRACE_EVENT_HEADER)
        look_at_header(source, event);
    if (of_actor && event->tid > source->actors)
        source->actors = event->tid;
    if (event->kind == TRACE_EVENT_RUN) {
        int64_t loop;
        if (trace_value_int(&event->args.loop, &loop) && loop + 1 > source->loops)
            source->loops = (uint32_t)(loop + 1);
    }
    raise(&source->objects, &event->args.object);
    if (event->phase != 's' && event->phase != 'f')
        return true;
    if (trace_value_int(&event->id, &id) && id > 0 && (uint64_t)id > source->ids)
        source->ids = (uint64_t)id;
    return look_at_arrow(source, event);
}

/* Reads all events of a file and hands them on. */
static int each_event(const char *path, bool (*call)(void *user, const struct trace_event *event),
                      void *user)
{
    struct trace_reader reader;
    struct trace_error error;
    struct trace_event event;
    bool going = true;
    int result = trace_reader_open(&reader, path, &error);
    while (result >= 0 && going && (result = trace_reader_next(&reader, &event)) > 0)
        going = call(user, &event);
    trace_reader_finish(&reader);
    if (!going)
        return tell_no_memory();
    if (result == 0)
        return TOOL_OK;
    tool_say("%s", error.text);
    return TOOL_FAULT;
}

static bool look(void *user, const struct trace_event *event)
{
    return look_at_event(user, event);
}

/* --- clocks --- */

/* Pairs the halves of arrows that have their other half in another file. */
static void pair_halves(struct merge *merge)
{
    struct trace_map lefts = {0};
    struct trace_array places = {0}; /* struct clocks_pair: where each one left */
    for (size_t i = 0; i < merge->count; i++) {
        const struct clocks_half *halves = merge->sources[i].halves.items;
        for (uint32_t j = 0; j < merge->sources[i].halves.count; j++) {
            if (halves[j].key == 0 || !halves[j].leaves)
                continue;
            uint32_t *place = trace_map_put(&lefts, halves[j].key);
            struct clocks_pair *left = trace_array_add(&places, sizeof *left);
            merge->failed |= place == NULL || left == NULL;
            if (merge->failed)
                break;
            *left = (struct clocks_pair){.from = i, .left_ns = halves[j].at_ns};
            *place = places.count - 1;
        }
    }
    for (size_t i = 0; i < merge->count && !merge->failed; i++) {
        const struct clocks_half *halves = merge->sources[i].halves.items;
        for (uint32_t j = 0; j < merge->sources[i].halves.count; j++) {
            uint32_t place = halves[j].key != 0 && !halves[j].leaves
                                 ? trace_map_get(&lefts, halves[j].key)
                                 : TRACE_NONE;
            if (place == TRACE_NONE)
                continue;
            struct clocks_pair *pair = trace_array_add(&merge->pairs, sizeof *pair);
            uint32_t *crossing = trace_map_put(&merge->crossing, halves[j].key);
            merge->failed |= pair == NULL || crossing == NULL;
            if (merge->failed)
                break;
            *pair = ((struct clocks_pair *)places.items)[place];
            pair->to = i;
            pair->arrived_ns = halves[j].at_ns;
            *crossing = merge->pairs.count;
        }
    }
    trace_map_finish(&lefts);
    trace_array_finish(&places);
}

/* Shifts by the messages between the files.  False if they do not lead to every file. */
static bool use_messages(struct merge *merge, bool asked_for)
{
    bool known[FILES_MAX];
    int64_t violated_ns;
    clocks_estimate(merge->pairs.items, merge->pairs.count, merge->count, merge->shifts, known,
                    &violated_ns);
    for (size_t i = 0; i < merge->count; i++) {
        if (known[i])
            continue;
        if (asked_for)
            tool_say("no message leads from %s to %s", merge->sources[0].path,
                     merge->sources[i].path);
        return false;
    }
    if (violated_ns > 0)
        tool_say("a clock drifts: with the best shift a message arrives %" PRId64
                 " ns before it leaves",
                 violated_ns);
    return true;
}

/* Shifts by what the headers say of their clocks: the same clock, with another start. */
static bool use_base(struct merge *merge, bool asked_for)
{
    const struct source *first = &merge->sources[0];
    for (size_t i = 0; i < merge->count; i++) {
        const struct source *own = &merge->sources[i];
        bool same =
            own->base_ns != 0 && first->base_ns != 0 && strcmp(own->clock, first->clock) == 0;
        /* Two boots of a machine have clocks that agree in nothing but their name: the times of day
         * of their starts would be as far apart otherwise. */
        int64_t day_ns = own->t0_ns - first->t0_ns;
        int64_t clock_ns = own->base_ns - first->base_ns;
        bool near =
            day_ns - clock_ns < INT64_C(2000000000) && clock_ns - day_ns < INT64_C(2000000000);
        if (!same || (own->t0_ns != 0 && first->t0_ns != 0 && !near)) {
            if (asked_for)
                tool_say("%s and %s were not written by the same clock", first->path, own->path);
            return false;
        }
        merge->shifts[i] = clock_ns;
    }
    return true;
}

static bool use_wall(struct merge *merge, bool asked_for)
{
    for (size_t i = 0; i < merge->count; i++) {
        if (merge->sources[i].t0_ns == 0) {
            if (asked_for)
                tool_say("%s does not say at what time of day it begins", merge->sources[i].path);
            return false;
        }
        merge->shifts[i] = merge->sources[i].t0_ns - merge->sources[0].t0_ns;
    }
    return true;
}

static bool use_start(struct merge *merge, bool asked_for)
{
    (void)asked_for;
    memset(merge->shifts, 0, merge->count * sizeof *merge->shifts);
    return true;
}

/* In the order in which they are tried: from what is proved to what is hoped, which always serves.
 */
static const struct {
    const char *name;
    bool (*use)(struct merge *merge, bool asked_for);
    const char *sentence;
} clocks[] = {
    {"base", use_base, "by the clock that all of them were written by"},
    {"messages", use_messages, "by the messages between them"},
    {"wall", use_wall, "by the time of day, which is good to milliseconds"},
    {"start", use_start, "as if they had begun together"},
};

static int align(struct merge *merge, const char *how)
{
    size_t i = 0;
    while (how != NULL ? strcmp(clocks[i].name, how) != 0 : !clocks[i].use(merge, false))
        i++;
    if (how != NULL && !clocks[i].use(merge, true))
        return TOOL_FAULT;
    tool_say("%zu traces are put together %s", merge->count, clocks[i].sentence);
    /* Nothing happens before 0. */
    int64_t first_ns = 0;
    for (size_t j = 0; j < merge->count; j++)
        if (merge->shifts[j] < first_ns)
            first_ns = merge->shifts[j];
    for (size_t j = 0; j < merge->count; j++)
        merge->shifts[j] -= first_ns;
    return TOOL_OK;
}

/* --- copying --- */

struct copying {
    struct merge *merge;
    FILE *out;
    size_t at; /* which file */
    uint32_t actors, loops, objects;
    uint64_t ids; /* of the files before it */
    bool plain;
    bool began;
};

static bool copy_one(void *user, const struct trace_event *event)
{
    struct copying *copying = user;
    const struct source *source = &copying->merge->sources[copying->at];
    bool header = event->kind == TRACE_EVENT_HEADER;
    bool of_actors = event->kind == TRACE_EVENT_PROCESS && event->pid == TRACE_PID_ACTORS;
    if (copying->at > 0 && (header || of_actors))
        return true;
    /* How many actors run is counted for each file alone, and would be mixed up. */
    if (event->kind == TRACE_EVENT_ACTORS)
        return true;
    struct copy_change change = {
        .shift_ns = event->phase == 'M' ? 0 : copying->merge->shifts[copying->at],
        .actor_shift = copying->actors,
        .loop_shift = copying->loops,
        .object_shift = copying->objects,
        .id_shift = copying->ids,
        .prefix = copying->plain ? NULL : source->prefix,
    };
    if (header)
        for (size_t i = 0; i < copying->merge->count; i++)
            change.loops += copying->merge->sources[i].loops;
    for (size_t i = 0; i < copying->at; i++)
        if (copying->merge->sources[i].os_pid == source->os_pid)
            change.pid_shift += PID_SHIFT;
    if (event->phase == 's' || event->phase == 'f') {
        uint32_t crossing = trace_map_get(&copying->merge->crossing, key_of(event));
        if (crossing != TRACE_NONE)
            change.id = copying->merge->crossing_first + crossing;
    }
    fputs(copying->began ? ",\n" : "\n", copying->out);
    copying->began = true;
    copy_event(copying->out, event, &change);
    return true;
}

static int copy_all(struct merge *merge, FILE *out, bool plain)
{
    struct copying copying = {.merge = merge, .out = out, .plain = plain};
    int result = TOOL_OK;
    fputc('[', out);
    for (; result == TOOL_OK && copying.at < merge->count; copying.at++) {
        const struct source *source = &merge->sources[copying.at];
        result = each_event(source->path, copy_one, &copying);
        copying.actors += source->actors;
        copying.loops += source->loops;
        copying.objects += source->objects;
        copying.ids += source->ids;
    }
    fputs("\n]\n", out);
    return result;
}

/* --- the command --- */

/* "server/" for runs/server.json.gz */
static void make_prefix(struct source *source)
{
    const char *slash = strrchr(source->path, '/');
    const char *name = slash != NULL ? slash + 1 : source->path;
    int bytes = (int)strcspn(name, ".\"\\");
    snprintf(source->prefix, sizeof source->prefix, "%.*s/", bytes < 60 ? bytes : 60, name);
}

static int merge_all(struct merge *merge, const struct tool_call *call)
{
    const char *path = call->values[OPTION_OUTPUT];
    FILE *out;
    int result = TOOL_OK;
    for (size_t i = 0; result == TOOL_OK && i < merge->count; i++) {
        struct source *source = &merge->sources[i];
        source->path = call->operands[i];
        make_prefix(source);
        result = tell_own(source->path, "merge");
        if (result == TOOL_OK)
            result = each_event(source->path, look, source);
        merge->crossing_first += source->ids;
    }
    if (result != TOOL_OK)
        return result;
    pair_halves(merge);
    if (merge->failed)
        return tell_no_memory();
    result = align(merge, call->values[OPTION_CLOCK]);
    if (result == TOOL_OK)
        result = tool_spare_operands(call, path);
    if (result == TOOL_OK)
        result = tool_open_output(path, &out);
    if (result == TOOL_OK)
        result =
            tool_finish_output(out, path, copy_all(merge, out, call->values[OPTION_PLAIN] != NULL));
    return result;
}

static int run_merge(const struct tool_call *call)
{
    struct merge merge = {.count = (size_t)call->operand_count};
    for (size_t i = 0; i < merge.count; i++) {
        if (strcmp(call->operands[i], "-") == 0) {
            tool_say("merge reads its files more than once, so none can be standard input");
            return TOOL_MISUSED;
        }
    }
    merge.sources = calloc(merge.count, sizeof *merge.sources);
    merge.shifts = calloc(merge.count, sizeof *merge.shifts);
    int result =
        merge.sources != NULL && merge.shifts != NULL ? merge_all(&merge, call) : tell_no_memory();
    for (size_t i = 0; merge.sources != NULL && i < merge.count; i++) {
        trace_array_finish(&merge.sources[i].halves);
        trace_map_finish(&merge.sources[i].waiting);
    }
    trace_map_finish(&merge.crossing);
    trace_array_finish(&merge.pairs);
    free(merge.sources);
    free(merge.shifts);
    return result;
}

const struct tool_command command_merge = {
    .name = "merge",
    .operands = "FILE FILE...",
    .sentence = "several traces as one, with their clocks aligned",
    .text = "Writes the traces of several threads, processes or machines as one.  Their instants\n"
            "are brought to the clock of the first, in the best way that serves all of them:\n"
            "\n"
            "  base      all were written by one machine's clock, of which their headers tell\n"
            "  messages  those between them, whose halves have the same number in both files,\n"
            "            bound how far the clocks are apart\n"
            "  wall      by the time of day at which they began\n"
            "  start     as if they had begun together\n"
            "\n"
            "Names get the file's before them, unless --plain is given.\n"
            "\n"
            "  troupe merge -o all.json server.json client.json\n"
            "  troupe merge --clock=messages left.json right.json | troupe path -",
    .options = options,
    .option_count = sizeof options / sizeof options[0],
    .choices = {[OPTION_CLOCK] = "messages base wall start"},
    .operand_min = 2,
    .operand_max = FILES_MAX,
    .run = run_merge,
};
