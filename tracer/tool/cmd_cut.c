/*
 * troupe cut: a part of a trace, itself a trace.
 *
 * The file is read three times: into a model, which knows the actors and their lives; event by
 * event, to find out what stays, since a slice is known only with its end and an arrow with both of
 * its ends; and once more to copy that.  Instants stay what they were, and the header says from
 * which one on the file tells.
 */

#include <fnmatch.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arrow.h"
#include "copy.h"
#include "tell.h"
#include "tool.h"
#include "trace_array.h"
#include "trace_reader.h"
#include "trace_strings.h"

enum { OPTION_FROM, OPTION_UNTIL, OPTION_ACTORS, OPTION_ONLY, OPTION_WITHOUT, OPTION_OUTPUT };

static const struct tool_option options[] = {
    [OPTION_FROM] = {"from", 'f', "TIME", "what happened from this instant on"},
    [OPTION_UNTIL] = {"until", 'u', "TIME", "and before this one"},
    [OPTION_ACTORS] = {"actors", 'A', "NAMES",
                       "only these: names, numbers or patterns, with commas"},
    [OPTION_ONLY] = {"only", 'c', "CATEGORIES", "only events of these categories"},
    [OPTION_WITHOUT] = {"without", 'x', "CATEGORIES", "no events of these categories"},
    [OPTION_OUTPUT] = {"output", 'o', "FILE", "where to write; - is standard output (-)"},
};

/* What events of our own traces are, besides names and lives. */
#define CATEGORIES "state,msg,log,note,count,loop,job,spawn,exit,user,trace,lost"

struct cut {
    struct tell tell;
    int64_t from_ns;
    int64_t until_ns;
    const char *only;
    const char *without;
    bool *chosen; /* per lane */
    bool all_actors;
    struct trace_map names;  /* hashes of the names of the chosen */
    struct trace_array kept; /* uint8_t per event of the file */
    struct trace_array open; /* struct opened */
    struct trace_map arrows; /* from an arrow's hash to the event that it leaves with */
    bool failed;
};

/* What becomes of an event: an end may be all that is left of a slice. */
enum { LEFT_OUT, KEPT, KEPT_PART };

struct opened {
    uint32_t pid;
    uint32_t tid;
    uint32_t event;
    uint64_t span; /* of an actor's own words: what is found by its name; 0: the innermost */
    int64_t ts_ns;
    bool ended;
};

/* --- what is asked for --- */

/* Whether a word is one of a list with commas. */
static bool is_listed(const char *list, const struct trace_value *word)
{
    while (*list != '\0') {
        size_t bytes = strcspn(list, ",");
        if (bytes == word->bytes && memcmp(list, word->text, bytes) == 0)
            return true;
        list += bytes + (list[bytes] == ',');
    }
    return false;
}

/* Whether the lists have categories that there are. */
static int check_categories(const struct cut *cut)
{
    static const struct trace_value none = {.text = NULL};
    const char *lists[] = {cut->only, cut->without};
    for (size_t i = 0; i < 2; i++)
        for (const char *word = lists[i]; word != NULL && *word != '\0';) {
            struct trace_value name = none;
            name.text = word;
            name.bytes = strcspn(word, ",");
            if (!is_listed(CATEGORIES, &name)) {
                tool_say("there is no category \"%.*s\"; there are " CATEGORIES, (int)name.bytes,
                         word);
                return TOOL_MISUSED;
            }
            word += name.bytes + (word[name.bytes] == ',');
        }
    return TOOL_OK;
}

/* Chooses the lanes that a word means.  How many it were. */
static uint32_t choose(struct cut *cut, const char *word)
{
    const struct trace_model *model = cut->tell.model;
    char number[16];
    uint32_t count = 0;
    for (uint32_t i = 0; i < model->lane_count; i++) {
        const char *name = trace_text(model, model->lanes[i].name);
        snprintf(number, sizeof number, "%" PRIu32, model->lanes[i].id);
        if (strcmp(word, name) != 0 && strcmp(word, number) != 0 && fnmatch(word, name, 0) != 0)
            continue;
        count++;
        cut->chosen[i] = true;
        uint32_t *place = trace_map_put(&cut->names, hash_bytes(name, strlen(name)));
        cut->failed |= place == NULL;
        if (place != NULL)
            *place = i;
    }
    return count;
}

static int choose_actors(struct cut *cut, const char *names)
{
    cut->chosen = calloc((size_t)cut->tell.model->lane_count + 1, sizeof *cut->chosen);
    cut->all_actors = names == NULL;
    if (cut->chosen == NULL)
        return tell_no_memory();
    while (names != NULL && *names != '\0') {
        char word[256];
        size_t bytes = strcspn(names, ",");
        snprintf(word, sizeof word, "%.*s", (int)bytes, names);
        if (choose(cut, word) == 0) {
            tool_say("no actor is called \"%s\"; `troupe stats` lists them", word);
            return TOOL_MISUSED;
        }
        names += bytes + (names[bytes] == ',');
    }
    return cut->failed ? tell_no_memory() : TOOL_OK;
}

/* --- what stays --- */

static bool is_chosen_lane(const struct cut *cut, uint32_t id)
{
    const struct trace_model *model = cut->tell.model;
    uint32_t lane = trace_lane_by_id(model, id);
    if (lane == TRACE_NONE)
        return cut->all_actors;
    const struct trace_lane *own = &model->lanes[lane];
    bool lives = own->spawn_ns < cut->until_ns &&
                 (own->end_ns == TRACE_NEVER || own->end_ns >= cut->from_ns);
    return lives && (cut->all_actors || cut->chosen[lane]);
}

/* Whether the event is about actors that were chosen. */
static bool is_of_chosen(const struct cut *cut, const struct trace_event *event)
{
    int64_t actor;
    if (event->kind == TRACE_EVENT_HEADER || event->kind == TRACE_EVENT_PROCESS ||
        event->kind == TRACE_EVENT_SOURCE)
        return true;
    if (event->kind == TRACE_EVENT_ACTORS)
        return cut->all_actors; /* it counts all of them */
    if (event->kind == TRACE_EVENT_JOB && trace_value_int(&event->args.actor, &actor))
        return is_chosen_lane(cut, (uint32_t)actor);
    if (event->kind == TRACE_EVENT_LOOP_RUN)
        return cut->all_actors ||
               trace_map_get(&cut->names, hash_bytes(event->name.text, event->name.bytes)) !=
                   TRACE_NONE;
    return event->pid != TRACE_PID_ACTORS || is_chosen_lane(cut, event->tid);
}

static bool is_of_category(const struct cut *cut, const struct trace_event *event)
{
    if (event->phase == 'M' || trace_value_is(&event->cat, "actor"))
        return true;
    return (cut->only == NULL || is_listed(cut->only, &event->cat)) &&
           (cut->without == NULL || !is_listed(cut->without, &event->cat));
}

static void keep(struct cut *cut, uint32_t event, bool stays)
{
    ((uint8_t *)cut->kept.items)[event] = stays ? KEPT : LEFT_OUT;
}

/* Own words are told apart by name. */
static uint64_t span_of(const struct trace_event *event)
{
    bool is_own = event->phase == 'b' || event->phase == 'e';
    return is_own ? hash_bytes(event->name.text, event->name.bytes) | 1 : 0;
}

static void see_begin(struct cut *cut, const struct trace_event *event, uint32_t index)
{
    struct opened *opened = trace_array_add(&cut->open, sizeof *opened);
    cut->failed |= opened == NULL;
    if (opened != NULL)
        *opened =
            (struct opened){event->pid, event->tid, index, span_of(event), event->ts_ns, false};
    keep(cut, index, event->ts_ns < cut->until_ns);
}

/* The end of a slice: it and its beginning stay if they are not all before. */
static void see_end(struct cut *cut, const struct trace_event *event, uint32_t index)
{
    struct opened *opened = cut->open.items;
    uint32_t i = cut->open.count;
    while (i > 0 && (opened[i - 1].ended || opened[i - 1].pid != event->pid ||
                     opened[i - 1].tid != event->tid || opened[i - 1].span != span_of(event)))
        i--;
    keep(cut, index, event->ts_ns >= cut->from_ns && event->ts_ns < cut->until_ns);
    if (i > 0) {
        uint8_t *kept = cut->kept.items;
        if (event->ts_ns < cut->from_ns)
            keep(cut, opened[i - 1].event, false);
        else if (opened[i - 1].ts_ns < cut->from_ns && kept[index] == KEPT)
            kept[index] = KEPT_PART;
        opened[i - 1].ended = true;
    }
    while (cut->open.count > 0 && opened[cut->open.count - 1].ended)
        cut->open.count--;
}

static bool is_inside(const struct cut *cut, int64_t ns)
{
    return ns >= cut->from_ns && ns < cut->until_ns;
}

/* The end of an arrow stays with its beginning.  A message may be taken later. */
static void see_arrow(struct cut *cut, const struct trace_event *event, uint32_t index)
{
    uint32_t *start = trace_map_put(&cut->arrows, arrow_key(event));
    bool inside = is_inside(cut, event->ts_ns);
    cut->failed |= start == NULL;
    if (start == NULL)
        return;
    if (event->phase == 's') {
        *start = index;
        keep(cut, index, inside);
        return;
    }
    bool left = *start != TRACE_NONE && ((uint8_t *)cut->kept.items)[*start];
    keep(cut, index, inside && left);
    if (left && !inside && event->kind != TRACE_EVENT_MESSAGE_IN)
        keep(cut, *start, false);
}

static void see_event(struct cut *cut, const struct trace_event *event)
{
    uint32_t index = cut->kept.count;
    uint8_t *kept = trace_array_add(&cut->kept, sizeof *kept);
    cut->failed |= kept == NULL;
    if (kept == NULL || !is_of_category(cut, event) || !is_of_chosen(cut, event))
        return;
    if (event->phase == 'M')
        *kept = true;
    else if (event->phase == 'B' || event->phase == 'b')
        see_begin(cut, event, index);
    else if (event->phase == 'E' || event->phase == 'e')
        see_end(cut, event, index);
    else if (event->phase == 's' || event->phase == 'f')
        see_arrow(cut, event, index);
    else if (event->phase == 'X')
        *kept = event->ts_ns < cut->until_ns && event->ts_ns + event->dur_ns >= cut->from_ns;
    else
        *kept = is_inside(cut, event->ts_ns);
}

/* --- the copy --- */

/* When an event begins in the cut.  A life begins before the state that it begins with: of two
 * slices of one instant, other programs' importers take the one whose length they know for the
 * outer one. */
static int64_t start_of(const struct cut *cut, const struct trace_event *event)
{
    bool begins = event->phase == 'X' || event->phase == 'B' || event->phase == 'b';
    if (!begins || event->ts_ns >= cut->from_ns)
        return event->ts_ns;
    return cut->from_ns - (event->kind == TRACE_EVENT_LIFE_BEGIN);
}

static void put_event(struct cut *cut, FILE *out, const struct trace_event *event, bool is_part)
{
    struct copy_change change = {.cut_ns = cut->from_ns > 0 ? cut->from_ns : 0};
    int64_t start_ns = start_of(cut, event);
    int64_t last_ns = event->ts_ns + event->dur_ns;
    if (start_ns != event->ts_ns) {
        change.has_ts = true;
        change.ts_ns = start_ns;
        change.has_dur = event->phase == 'X';
        change.dur_ns = last_ns - start_ns;
    }
    /* What goes on beyond the cut is open there. */
    if (event->phase == 'X' && last_ns >= cut->until_ns)
        change.phase = 'B';
    change.is_part = is_part || change.has_ts || change.phase != 0;
    copy_event(out, event, &change);
}

/* Reads all events; NULL as `out` looks at them, otherwise what stays is copied. */
static int go_through(struct cut *cut, const char *path, FILE *out)
{
    struct trace_reader reader;
    struct trace_error error;
    struct trace_event event;
    uint32_t index = 0;
    const char *before = "\n";
    const uint8_t *kept = cut->kept.items; /* complete by the time when `out` is given */
    int result = trace_reader_open(&reader, path, &error);
    if (out != NULL)
        fputc('[', out);
    while (result >= 0 && (result = trace_reader_next(&reader, &event)) > 0) {
        if (out == NULL) {
            see_event(cut, &event);
        } else if (index < cut->kept.count && kept[index++] != LEFT_OUT) {
            fputs(before, out);
            put_event(cut, out, &event, kept[index - 1] == KEPT_PART);
            before = ",\n";
        }
    }
    trace_reader_finish(&reader);
    if (result < 0)
        tool_say("%s", error.text);
    else if (out != NULL)
        fputs("\n]\n", out);
    if (cut->failed)
        return tell_no_memory();
    return result < 0 ? TOOL_FAULT : TOOL_OK;
}

static int find_window(struct cut *cut, const struct tool_call *call)
{
    int result = TOOL_OK;
    cut->from_ns = INT64_MIN;
    cut->until_ns = INT64_MAX;
    if (call->values[OPTION_FROM] != NULL)
        result = tell_find_instant(&cut->tell, call->values[OPTION_FROM], &cut->from_ns);
    if (result == TOOL_OK && call->values[OPTION_UNTIL] != NULL)
        result = tell_find_instant(&cut->tell, call->values[OPTION_UNTIL], &cut->until_ns);
    if (result == TOOL_OK && cut->from_ns >= cut->until_ns) {
        tool_say("--from must be before --until");
        return TOOL_MISUSED;
    }
    return result;
}

static int write_cut(struct cut *cut, const struct tool_call *call)
{
    const char *path = call->values[OPTION_OUTPUT];
    FILE *out;
    int result = tool_spare_operands(call, path);
    if (result == TOOL_OK)
        result = go_through(cut, call->operands[0], NULL);
    if (result == TOOL_OK)
        result = tool_open_output(path, &out);
    if (result == TOOL_OK)
        result = tool_finish_output(out, path, go_through(cut, call->operands[0], out));
    return result;
}

static int run_cut(const struct tool_call *call)
{
    struct cut cut = {.only = call->values[OPTION_ONLY], .without = call->values[OPTION_WITHOUT]};
    if (strcmp(call->operands[0], "-") == 0) {
        tool_say("cut reads its file more than once, so it cannot be standard input");
        return TOOL_MISUSED;
    }
    int result = tell_own(call->operands[0], "cut");
    if (result == TOOL_OK)
        result = tell_open(&cut.tell, call->operands[0], NULL);
    if (result != TOOL_OK)
        return result;
    result = find_window(&cut, call);
    if (result == TOOL_OK)
        result = check_categories(&cut);
    if (result == TOOL_OK)
        result = choose_actors(&cut, call->values[OPTION_ACTORS]);
    if (result == TOOL_OK)
        result = write_cut(&cut, call);
    free(cut.chosen);
    trace_map_finish(&cut.names);
    trace_map_finish(&cut.arrows);
    trace_array_finish(&cut.kept);
    trace_array_finish(&cut.open);
    tell_close(&cut.tell);
    return result;
}

const struct tool_command command_cut = {
    .name = "cut",
    .operands = "FILE",
    .sentence = "a part of a trace, by time, actor or category",
    .text = "Writes the part of a trace that was asked for, which is a trace again.  States that\n"
            "reach beyond the cut are shortened to it; instants stay what they were.  NAMES are\n"
            "names, numbers or patterns such as 'worker#*', with commas between them.  Categories\n"
            "are those of the events: state, msg, log, note, count, loop, job, spawn, exit, user,\n"
            "trace, lost; names and lives always stay.\n"
            "\n"
            "  troupe cut --from=1.2s --until=1.4s -o part.json run.json\n"
            "  troupe cut --actors='main,worker#*' run.json >workers.json\n"
            "  troupe cut --without=msg,count -o small.json run.json",
    .options = options,
    .option_count = sizeof options / sizeof options[0],
    .operand_min = 1,
    .operand_max = 1,
    .run = run_cut,
};
