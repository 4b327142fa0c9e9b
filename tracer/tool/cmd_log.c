/*
 * troupe log: the trace as a protocol, one line for each thing that happened.
 *
 * Everything that happens gets an entry with its instant; the entries are sorted and printed.
 * Entries of the same instant are printed in the order in which they are collected: what ends
 * before what begins.
 */

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "screen.h"
#include "tool.h"
#include "trace_array.h"
#include "trace_load.h"
#include "trace_words.h"

enum { OPTION_ASCII };

static const struct tool_option options[] = {
    [OPTION_ASCII] = {"ascii", 'a', NULL, "nothing beyond ASCII"},
};

/* Names and source lines longer than this are cut; printed text gets a whole screen. */
#define NAME_COLUMNS_MAX 24
#define PLACE_COLUMNS_MAX 28
#define TEXT_COLUMNS_MAX 200
#define TEXT_BYTES (TEXT_COLUMNS_MAX * 4 + 8)

enum entry_kind {
    ENTRY_SUSPEND,
    ENTRY_EXIT,
    ENTRY_SPAWN,
    ENTRY_TAKE,
    ENTRY_RESUME,
    ENTRY_SEND,
    ENTRY_MARK
};

/* An entry's value holds its kind and the index of its span, lane, flow or mark. */
struct log {
    const struct trace_model *model;
    const struct screen *screen;
    struct trace_key *keys;
    uint8_t *kinds;
    size_t count;
    uint32_t root;
    int name_columns;
    int place_columns;
};

static void add(struct log *log, enum entry_kind kind, int64_t at_ns, uint32_t index,
                uint32_t *indexes)
{
    log->keys[log->count] = (struct trace_key){.key = at_ns, .value = (uint32_t)log->count};
    log->kinds[log->count] = (uint8_t)kind;
    indexes[log->count++] = index;
}

/* Messages, where they are taken (or else where they are sent). */
static void collect_messages(struct log *log, bool taken, uint32_t *indexes)
{
    const struct trace_model *model = log->model;
    for (uint32_t i = 0; i < model->flow_count; i++) {
        const struct trace_flow *flow = &model->flows[i];
        if (flow->message == TRACE_NONE || (taken && flow->to_lane == TRACE_NONE))
            continue;
        add(log, taken ? ENTRY_TAKE : ENTRY_SEND, taken ? flow->to_ns : flow->from_ns, i, indexes);
    }
}

static void collect(struct log *log, uint32_t *indexes)
{
    const struct trace_model *model = log->model;
    for (uint32_t i = 0; i < model->switch_count; i++) {
        const struct trace_span *run = &model->spans[model->switches[i]];
        if (!run->open)
            add(log, ENTRY_SUSPEND, run->end_ns, model->switches[i], indexes);
    }
    for (uint32_t i = 0; i < model->lane_count; i++)
        if (model->lanes[i].end_ns != TRACE_NEVER)
            add(log, ENTRY_EXIT, model->lanes[i].end_ns, i, indexes);
    for (uint32_t i = 0; i < model->lane_count; i++)
        add(log, ENTRY_SPAWN, model->lanes[i].spawn_ns, i, indexes);
    collect_messages(log, true, indexes);
    for (uint32_t i = 0; i < model->switch_count; i++)
        add(log, ENTRY_RESUME, model->spans[model->switches[i]].start_ns, model->switches[i],
            indexes);
    collect_messages(log, false, indexes);
    for (uint32_t i = 0; i < model->mark_count; i++)
        add(log, ENTRY_MARK, model->marks[i].at_ns, i, indexes);
}

/* --- columns --- */

static const char *clean(const struct log *log, trace_text_id text, size_t columns, char *buffer,
                         size_t bytes)
{
    return screen_clean(log->screen, trace_text(log->model, text), columns, buffer, bytes);
}

static const char *lane_name(const struct log *log, uint32_t lane, char *buffer, size_t bytes)
{
    return clean(log, log->model->lanes[lane].name, NAME_COLUMNS_MAX, buffer, bytes);
}

/* How wide the columns of names and source lines have to be. */
static void measure(struct log *log)
{
    const struct trace_model *model = log->model;
    char buffer[128];
    log->name_columns = (int)strlen("actor");
    log->place_columns = (int)strlen("where");
    for (uint32_t i = 0; i < model->lane_count; i++) {
        clean(log, model->lanes[i].name, NAME_COLUMNS_MAX, buffer, sizeof buffer);
        int columns = (int)screen_width(buffer);
        log->name_columns = columns > log->name_columns ? columns : log->name_columns;
        clean(log, model->lanes[i].src, PLACE_COLUMNS_MAX, buffer, sizeof buffer);
        columns = (int)screen_width(buffer);
        log->place_columns = columns > log->place_columns ? columns : log->place_columns;
    }
    for (uint32_t i = 0; i < model->span_count; i++) {
        if (model->spans[i].at == 0 || (i > 0 && model->spans[i].at == model->spans[i - 1].at))
            continue;
        clean(log, model->spans[i].at, PLACE_COLUMNS_MAX, buffer, sizeof buffer);
        int columns = (int)screen_width(buffer);
        log->place_columns = columns > log->place_columns ? columns : log->place_columns;
    }
}

static void print_seconds(int64_t ns)
{
    const char *sign = ns < 0 ? "-" : "";
    uint64_t magnitude = ns < 0 ? 0 - (uint64_t)ns : (uint64_t)ns;
    printf("%s%" PRIu64 ".%09" PRIu64, sign, magnitude / 1000000000, magnitude % 1000000000);
}

/* The columns that every entry has; the rest of the line is the caller's. */
static void print_start(const struct log *log, int64_t at_ns, uint32_t lane, const char *event,
                        const char *reason, trace_text_id place)
{
    char buffer[128] = "";
    print_seconds(at_ns);
    fputs("  ", stdout);
    if (lane != TRACE_NONE)
        clean(log, log->model->lanes[lane].name, NAME_COLUMNS_MAX, buffer, sizeof buffer);
    screen_cell(lane != TRACE_NONE ? buffer : "-", log->name_columns + 2, SCREEN_LEFT);
    screen_cell(event, 9, SCREEN_LEFT);
    screen_cell(reason, 9, SCREEN_LEFT);
    clean(log, place, PLACE_COLUMNS_MAX, buffer, sizeof buffer);
    screen_cell(buffer, log->place_columns + 2, SCREEN_LEFT);
}

static const char *reason_name(const struct trace_span *span)
{
    return span->reason < TRACE_REASON_COUNT ? trace_reason_name((enum trace_reason)span->reason)
                                             : "";
}

/* The state of the same lane right before or after a span, or NULL. */
static const struct trace_span *neighbour(const struct trace_model *model, uint32_t span, int step)
{
    const struct trace_lane *lane = &model->lanes[model->spans[span].lane];
    uint32_t other = span + (uint32_t)step;
    bool inside = other - lane->span_first < lane->span_count;
    return inside ? &model->spans[other] : NULL;
}

static const char *duration(const struct log *log, int64_t ns, char *text, size_t bytes)
{
    return trace_duration_text(ns, log->screen->ascii, text, bytes);
}

/* --- entries --- */

/* "ran 21.0 µs; until 1.000041500" */
static void print_suspend(const struct log *log, uint32_t index)
{
    const struct trace_model *model = log->model;
    const struct trace_span *run = &model->spans[index];
    const struct trace_span *wait = neighbour(model, index, 1);
    bool waits = wait != NULL && wait->state == TRACE_STATE_WAIT;
    char text[TEXT_BYTES];
    print_start(log, run->end_ns, run->lane, "suspend", reason_name(run), waits ? wait->at : 0);
    printf("ran %s", duration(log, run->end_ns - run->start_ns, text, sizeof text));
    if (trace_wait_of(model, run)->cpu_ns != TRACE_NEVER)
        printf(", %s on a processor", duration(log, trace_cpu_ns(model, run), text, sizeof text));
    if (waits && wait->other != TRACE_NONE)
        printf("; waits for %s", lane_name(log, wait->other, text, sizeof text));
    if (!waits)
        return;
    const struct trace_wait *more = trace_wait_of(model, wait);
    if (more->object != 0)
        printf("; for object %u%s%s", more->object, more->made != 0 ? ", made at " : "",
               clean(log, more->made, TEXT_COLUMNS_MAX, text, sizeof text));
    if (more->due_ns != TRACE_NEVER) {
        fputs("; until ", stdout);
        print_seconds(more->due_ns);
    }
}

/* What the lane came from: the wait or the spawn before its ready state. */
static void print_waker(const struct log *log, const struct trace_span *ready,
                        const struct trace_span *wait)
{
    char name[128];
    if (ready != NULL && ready->other != TRACE_NONE)
        printf("; woken by %s", lane_name(log, ready->other, name, sizeof name));
    else if (wait != NULL && trace_wait_expired(log->model, wait))
        fputs("; woken by its timer", stdout);
    else if (wait != NULL)
        fputs("; woken from outside", stdout);
}

/* "resume 2 on loop 0; woken by its timer; ready for 19.5 µs" */
static void print_resume(const struct log *log, uint32_t index)
{
    const struct trace_model *model = log->model;
    const struct trace_span *run = &model->spans[index];
    const struct trace_span *ready = neighbour(model, index, -1);
    const struct trace_span *wait = ready;
    char text[TEXT_BYTES];
    if (ready != NULL && ready->state == TRACE_STATE_READY)
        wait = neighbour(model, index, -2);
    else
        ready = NULL;
    /* After a run comes a ready state without a wait between them: a yield. */
    bool yielded = wait != NULL && wait->state == TRACE_STATE_RUN;
    const char *reason = wait == NULL ? "spawn" : yielded ? "yield" : reason_name(wait);
    wait = yielded ? NULL : wait;
    print_start(log, run->start_ns, run->lane, "resume", reason, 0);
    printf("resume %u on %s", run->resume,
           clean(log, model->loops[run->loop].name, TEXT_COLUMNS_MAX, text, sizeof text));
    print_waker(log, ready, wait);
    if (ready != NULL)
        printf("; was ready for %s",
               duration(log, ready->end_ns - ready->start_ns, text, sizeof text));
}

static void print_spawn(const struct log *log, uint32_t index)
{
    const struct trace_lane *lane = &log->model->lanes[index];
    char name[128];
    print_start(log, lane->spawn_ns, index, "spawn", "", lane->src);
    if (lane->parent != TRACE_NONE)
        printf("by %s", lane_name(log, lane->parent, name, sizeof name));
    else if (index == log->root)
        fputs("the first actor", stdout);
}

/* "tag 1 to pong#1, 4 bytes; 3 in its mailbox" */
static void print_send(const struct log *log, const struct trace_flow *flow)
{
    const struct trace_model *model = log->model;
    const struct trace_message *message = &model->messages[flow->message];
    char text[128];
    print_start(log, flow->from_ns, flow->from_lane, "send", "", 0);
    fputs(trace_tag_text(message->tag, text, sizeof text), stdout);
    if (flow->to_lane != TRACE_NONE)
        printf(" to %s", lane_name(log, flow->to_lane, text, sizeof text));
    printf(", %" PRIu32 " byte%s", message->bytes, message->bytes == 1 ? "" : "s");
    if (flow->to_lane == TRACE_NONE)
        fputs("; never taken", stdout);
    else if (message->woke)
        fputs(", who waits for it", stdout);
    else if (message->depth_sent != TRACE_NONE)
        printf("; %" PRIu32 " in its mailbox", message->depth_sent);
    else
        fputs(", on another loop", stdout);
}

/* "tag 1 from ping#1; looked at 3, 2 left" */
static void print_take(const struct log *log, const struct trace_flow *flow)
{
    const struct trace_message *message = &log->model->messages[flow->message];
    char text[128];
    print_start(log, flow->to_ns, flow->to_lane, "take", "", 0);
    fputs(trace_tag_text(message->tag, text, sizeof text), stdout);
    printf(" from %s", lane_name(log, flow->from_lane, text, sizeof text));
    if (message->woke)
        fputs(", for which it waited", stdout);
    else
        printf("; looked at %" PRIu32 ", %" PRIu32 " left", message->scanned, message->depth_left);
}

/* "by main: killed" */
static void print_note(const struct log *log, const struct trace_mark *mark)
{
    char text[TEXT_COLUMNS_MAX * 4 + 8];
    bool has_text = trace_text(log->model, mark->text)[0] != '\0';
    print_start(log, mark->at_ns, mark->lane, trace_note_name((enum trace_note)mark->note), "", 0);
    if (mark->by != TRACE_NONE && mark->by != mark->lane)
        printf("by %s%s", lane_name(log, mark->by, text, sizeof text), has_text ? ": " : "");
    fputs(clean(log, mark->text, TEXT_COLUMNS_MAX, text, sizeof text), stdout);
}

static void print_mark(const struct log *log, uint32_t index)
{
    static const char *const events[] = {
        [TRACE_MARK_PRINT] = "print", [TRACE_MARK_LOST] = "lost", [TRACE_MARK_OTHER] = "mark"};
    const struct trace_mark *mark = &log->model->marks[index];
    char text[TEXT_COLUMNS_MAX * 4 + 8];
    print_start(log, mark->at_ns, mark->lane, events[mark->kind], mark->to_stderr ? "stderr" : "",
                0);
    fputs(clean(log, mark->text, TEXT_COLUMNS_MAX, text, sizeof text), stdout);
    if (mark->kind == TRACE_MARK_LOST)
        fputs(" records could not be kept", stdout);
}

static void print_entry(const struct log *log, enum entry_kind kind, uint32_t index)
{
    const struct trace_model *model = log->model;
    switch (kind) {
    case ENTRY_SUSPEND:
        print_suspend(log, index);
        break;
    case ENTRY_RESUME:
        print_resume(log, index);
        break;
    case ENTRY_SPAWN:
        print_spawn(log, index);
        break;
    case ENTRY_EXIT:
        print_start(log, model->lanes[index].end_ns, index, "exit", "", 0);
        printf("status %d", model->lanes[index].status);
        break;
    case ENTRY_SEND:
        print_send(log, &model->flows[index]);
        break;
    case ENTRY_TAKE:
        print_take(log, &model->flows[index]);
        break;
    default:
        if (model->marks[index].kind == TRACE_MARK_NOTE)
            print_note(log, &model->marks[index]);
        else
            print_mark(log, index);
    }
    putchar('\n');
}

static int print_log(struct log *log)
{
    const struct trace_model *model = log->model;
    size_t room = 2 * (size_t)model->switch_count + 2 * (size_t)model->lane_count +
                  model->mark_count + 2 * (size_t)model->flow_count + 1;
    uint32_t *indexes = malloc(room * sizeof *indexes);
    log->keys = malloc(room * sizeof *log->keys);
    log->kinds = malloc(room);
    int result = TOOL_FAULT;
    if (indexes != NULL && log->keys != NULL && log->kinds != NULL) {
        collect(log, indexes);
        result = trace_sort(log->keys, log->count) == 0 ? TOOL_OK : TOOL_FAULT;
    }
    if (result != TOOL_OK)
        tool_say("out of memory");
    measure(log);
    printf("%-13s", "seconds");
    screen_cell("actor", log->name_columns + 2, SCREEN_LEFT);
    printf("event    reason   ");
    screen_cell("where", log->place_columns + 2, SCREEN_LEFT);
    puts("more");
    for (size_t i = 0; result == TOOL_OK && i < log->count; i++) {
        uint32_t entry = log->keys[i].value;
        print_entry(log, (enum entry_kind)log->kinds[entry], indexes[entry]);
    }
    free(indexes);
    free(log->keys);
    free(log->kinds);
    return result;
}

static int run_log(const struct tool_call *call)
{
    struct trace_model *model;
    struct trace_error error;
    struct screen screen;
    int result = screen_init(&screen, NULL, NULL, call->values[OPTION_ASCII]);
    if (result != TOOL_OK)
        return result;
    if (trace_load(call->operands[0], &model, &error) < 0) {
        tool_say("%s", error.text);
        return TOOL_FAULT;
    }
    struct log log = {.model = model, .screen = &screen, .root = trace_lane_root(model)};
    result = print_log(&log);
    trace_model_destroy(model);
    return result;
}

const struct tool_command command_log = {
    .name = "log",
    .operands = "FILE",
    .sentence = "one line per suspend and per resume, in time order",
    .text = "Prints what happened, one line each, in time order: spawns, resumes, suspends with\n"
            "their reason, their source line and until when, messages sent and taken, cancels,\n"
            "kills, links, printed lines, exits; and for each resume who woke the actor and how\n"
            "long it had been ready.",
    .options = options,
    .option_count = sizeof options / sizeof options[0],
    .operand_min = 1,
    .operand_max = 1,
    .run = run_log,
};
