/* troupe why: what an actor did, or waited for, at an instant, and what led to it. */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "steps.h"
#include "tell.h"
#include "tool.h"
#include "trace_waits.h"

enum { OPTION_ALL, OPTION_JSON, OPTION_ASCII };

static const struct tool_option options[] = {
    [OPTION_ALL] = {"all", 'A', NULL, "the chain back to the beginning, not to its first cause"},
    [OPTION_JSON] = {"json", 'j', NULL, "print JSON, times in nanoseconds"},
    [OPTION_ASCII] = {"ascii", 'a', NULL, "nothing beyond ASCII"},
};

/* Longer chains are not told to their end, unless --all asks for it. */
#define CHAIN_MAX 50

struct question {
    const struct tell *tell;
    uint32_t lane;
    int64_t at_ns;
    uint32_t span;  /* its state then, or TRACE_NONE */
    uint32_t ready; /* the state in which its wait ended, or TRACE_NONE */
    struct trace_path path;
    size_t first; /* of the path's steps, the earliest that is told */
};

/* Finds the state, and the instant at which its explanation ends: of a wait, the end of the ready
 * state after it, since what ended it is as much a part of the answer. */
static int64_t find_state(struct question *question)
{
    const struct trace_model *model = question->tell->model;
    bool at_end = question->at_ns >= model->end_ns;
    question->span = at_end ? trace_span_last(model, question->lane)
                            : trace_span_at(model, question->lane, question->at_ns);
    question->ready = TRACE_NONE;
    if (question->span == TRACE_NONE)
        return INT64_MIN;
    const struct trace_span *span = &model->spans[question->span];
    if (span->state != TRACE_STATE_WAIT)
        return span->state == TRACE_STATE_RUN ? span->start_ns : span->end_ns;
    uint32_t after = trace_state_after(model, question->span);
    if (after == TRACE_NONE || model->spans[after].state != TRACE_STATE_READY)
        return INT64_MIN;
    question->ready = after;
    return model->spans[after].end_ns;
}

/* The chain goes back to its first cause: to a wait that something outside ended, or the start. */
static void choose_first(struct question *question, bool all)
{
    size_t at = question->path.count;
    while (at > 0) {
        at--;
        uint8_t state = question->tell->model->spans[question->path.steps[at].span].state;
        if (!all && (state == TRACE_STATE_WAIT || question->path.count - at >= CHAIN_MAX))
            break;
    }
    question->first = at;
}

static int ask(struct question *question, bool all)
{
    int64_t until_ns = find_state(question);
    if (until_ns == INT64_MIN)
        return TOOL_OK;
    if (trace_path_to(question->tell->model, question->lane, until_ns, &question->path) < 0)
        return tell_no_memory();
    choose_first(question, all);
    return TOOL_OK;
}

/* --- in words --- */

static void print_outside_life(const struct question *question)
{
    const struct tell *tell = question->tell;
    const struct trace_lane *lane = &tell->model->lanes[question->lane];
    const char *name = tell_lane(tell, question->lane);
    if (question->at_ns < lane->spawn_ns)
        printf("%s did not exist yet: it was spawned at %s by %s%s%s.\n", name,
               tell_at(tell, lane->spawn_ns), tell_lane(tell, lane->parent),
               lane->src != 0 ? ", at " : "", lane->src != 0 ? tell_text(tell, lane->src) : "");
    else if (question->at_ns >= lane->end_ns)
        printf("%s had ended: at %s, with status %" PRId32 ".\n", name, tell_at(tell, lane->end_ns),
               lane->status);
    else
        printf("The trace does not tell what %s did then.\n", name);
}

/* "  Kant waits for a lock that Hegel has, at x.c:48." */
static void print_other(const struct tell *tell, const struct trace_waits *waits, uint32_t lane)
{
    uint32_t span = waits->spans[lane];
    uint8_t state = span != TRACE_NONE ? tell->model->spans[span].state : TRACE_STATE_COUNT;
    printf("  %s ", tell_lane(tell, lane));
    if (state == TRACE_STATE_WAIT)
        step_print_wait(tell, span);
    else
        fputs(state == TRACE_STATE_RUN     ? "runs"
              : state == TRACE_STATE_READY ? "is ready"
                                           : "has ended",
              stdout);
    puts(".");
}

/* From one actor to the next that it waits for, once round a circle. */
static int print_waits_for(const struct question *question)
{
    const struct tell *tell = question->tell;
    struct trace_waits waits;
    if (trace_waits_at(tell->model, question->at_ns, &waits) < 0)
        return tell_no_memory();
    uint32_t lane = question->lane;
    uint32_t entry = TRACE_NONE; /* the first on the way that is part of a circle */
    for (uint32_t i = 0; i < CHAIN_MAX; i++) {
        entry = entry == TRACE_NONE && waits.circle[lane] != 0 ? lane : entry;
        lane = waits.on[lane];
        if (lane == TRACE_NONE || lane == entry)
            break;
        print_other(tell, &waits, lane);
    }
    if (entry != TRACE_NONE)
        printf("%s a circle of waits%s.\n", entry == question->lane ? "That is" : "It waits for",
               trace_waits_are_for_ever(&waits, waits.circle[entry])
                   ? ": none of them can end by itself"
                   : "");
    trace_waits_finish(&waits);
    return TOOL_OK;
}

/* How the wait ended, and how late. */
static void print_end_of_wait(const struct question *question)
{
    const struct tell *tell = question->tell;
    const struct trace_span *wait = &tell->model->spans[question->span];
    int64_t due_ns = trace_wait_of(tell->model, wait)->due_ns;
    if (question->ready == TRACE_NONE) {
        fputs(wait->open ? "The trace ends before the wait does.\n" : "", stdout);
        return;
    }
    struct trace_wake wake = trace_wake_of(tell->model, question->ready);
    char how[TRACE_WAKE_BYTES];
    char clean[TRACE_WAKE_BYTES];
    printf("It was %s at %s, after %s",
           screen_clean(&tell->screen, trace_wake_text(tell->model, &wake, how),
                        TRACE_WAKE_BYTES / 4, clean, sizeof clean),
           tell_at(tell, wait->end_ns), tell_for(tell, wait->end_ns - wait->start_ns));
    if (wake.kind == TRACE_WAKE_DEADLINE && due_ns != TRACE_NEVER)
        printf(", %s late", tell_for(tell, wait->end_ns - due_ns));
    const struct trace_span *ready = &tell->model->spans[question->ready];
    printf(", and had its turn %s later", tell_for(tell, ready->end_ns - ready->start_ns));
    step_print_holder(tell, question->ready);
    puts(".");
}

static int print_state(const struct question *question)
{
    const struct tell *tell = question->tell;
    const struct trace_span *span = &tell->model->spans[question->span];
    printf("At %s, %s ", tell_at(tell, question->at_ns), tell_lane(tell, question->lane));
    if (span->state == TRACE_STATE_RUN)
        printf("runs on %s: its resume %" PRIu32 ", since %s, for %s.\n",
               tell_text(tell, tell->model->loops[span->loop].name), span->resume,
               tell_at(tell, span->start_ns), tell_for(tell, span->end_ns - span->start_ns));
    if (span->state == TRACE_STATE_READY) {
        printf("is ready and waits for its turn, since %s, for %s", tell_at(tell, span->start_ns),
               tell_for(tell, span->end_ns - span->start_ns));
        step_print_holder(tell, question->span);
        puts(".");
    }
    if (span->state != TRACE_STATE_WAIT)
        return TOOL_OK;
    int64_t due_ns = trace_wait_of(tell->model, span)->due_ns;
    step_print_wait(tell, question->span);
    printf(", since %s", tell_at(tell, span->start_ns));
    if (due_ns != TRACE_NEVER)
        printf(", until %s at the latest", tell_at(tell, due_ns));
    puts(".");
    int result = print_waits_for(question);
    print_end_of_wait(question);
    return result;
}

static int print_answer(const struct question *question)
{
    if (question->span == TRACE_NONE) {
        print_outside_life(question);
        return TOOL_OK;
    }
    int result = print_state(question);
    const struct trace_path *path = &question->path;
    if (result != TOOL_OK || path->count == 0)
        return result;
    int columns = step_name_columns(question->tell, path);
    printf("\nWhat led there, the latest first:\n\n%16s%12s   actor\n", "at", "for");
    for (size_t i = path->count; i > question->first; i--)
        step_print(question->tell, &path->steps[i - 1], i < path->count ? &path->steps[i] : NULL,
                   columns);
    return TOOL_OK;
}

/* --- JSON --- */

static int print_json(const struct question *question)
{
    const struct tell *tell = question->tell;
    cJSON *object = cJSON_CreateObject();
    tell_add_lane(tell, object, "actor", question->lane);
    tell_add_whole(object, "id", tell->model->lanes[question->lane].id);
    tell_add_whole(object, "at_ns", question->at_ns);
    if (question->span == TRACE_NONE) {
        cJSON_AddNullToObject(object, "state");
    } else {
        const struct trace_span *span = &tell->model->spans[question->span];
        struct trace_step step = {.start_ns = span->start_ns,
                                  .end_ns = span->end_ns,
                                  .lane = question->lane,
                                  .span = question->span};
        if (span->state == TRACE_STATE_READY)
            step.wake = trace_wake_of(tell->model, question->span);
        cJSON_AddItemToObject(object, "state", step_object(tell, &step));
    }
    cJSON *steps = cJSON_AddArrayToObject(object, "chain");
    for (size_t i = question->path.count; i > question->first; i--)
        cJSON_AddItemToArray(steps, step_object(tell, &question->path.steps[i - 1]));
    return tell_print_json("", object, "\n") ? TOOL_OK : tell_no_memory();
}

/* --- the command --- */

/* "ACTOR@TIME"; without a time, at the end. */
static int find_operand(struct question *question, char *text)
{
    char *at = strrchr(text, '@');
    if (at != NULL)
        *at = '\0';
    int result = tell_find_actor(question->tell, text, &question->lane);
    if (result == TOOL_OK)
        result = tell_find_instant(question->tell, at != NULL ? at + 1 : "end", &question->at_ns);
    return result;
}

static int run_why(const struct tool_call *call)
{
    struct tell tell;
    struct question question = {.tell = &tell};
    bool swapped = strchr(call->operands[0], '@') != NULL && strchr(call->operands[1], '@') == NULL;
    int result = tell_open(&tell, call->operands[swapped], call->values[OPTION_ASCII]);
    if (result != TOOL_OK)
        return result;
    result = find_operand(&question, call->operands[!swapped]);
    if (result == TOOL_OK)
        result = ask(&question, call->values[OPTION_ALL] != NULL);
    if (result == TOOL_OK)
        result =
            call->values[OPTION_JSON] != NULL ? print_json(&question) : print_answer(&question);
    trace_path_finish(&question.path);
    tell_close(&tell);
    return result;
}

const struct tool_command command_why = {
    .name = "why",
    .operands = "FILE ACTOR@TIME",
    .sentence = "what an actor waited for at an instant, and what led there",
    .text = "Says what an actor did at an instant: whether it ran, was ready while others ran, or\n"
            "waited, for what, for whom, and how that wait ended.  Below it is the chain of those\n"
            "who woke each other that led there, back to its cause: a timer, something outside,\n"
            "or the beginning of the program.\n"
            "\n"
            "ACTOR is a name or a number; TIME is in s, ms, us or ns, and `end` is the last\n"
            "instant of the trace, which is also meant if there is no @.\n"
            "\n"
            "  troupe why count.json 'count#2@0.5s'\n"
            "  troupe why count.json 3@120us\n"
            "  troupe why hangs.json server",
    .options = options,
    .option_count = sizeof options / sizeof options[0],
    .operand_min = 2,
    .operand_max = 2,
    .run = run_why,
};
