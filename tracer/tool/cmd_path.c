/* troupe path: why did the run take as long as it did. */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "steps.h"
#include "tell.h"
#include "tool.h"
#include "trace_array.h"

enum { OPTION_STEPS, OPTION_JSON, OPTION_ASCII };

static const struct tool_option options[] = {
    [OPTION_STEPS] = {"steps", 'n', "COUNT", "tell so many steps, the longest (30)"},
    [OPTION_JSON] = {"json", 'j', NULL, "print JSON, times in nanoseconds"},
    [OPTION_ASCII] = {"ascii", 'a', NULL, "nothing beyond ASCII"},
};

/* More than this do not fit a screen, and the longest are the ones that matter. */
#define STEPS_DEFAULT 30
#define STEPS_MAX 1000000
/* Actors in the table of sums: the rest is told as one. */
#define ACTORS_MAX 10

struct question {
    const struct tell *tell;
    struct trace_path path;
    int64_t whole_ns;
    int64_t by_kind[TRACE_STATE_COUNT - 1 + TRACE_REASON_COUNT]; /* runs, ready, then reasons */
    int64_t *by_lane;
};

static size_t kind_index(const struct trace_model *model, const struct trace_step *step)
{
    const struct trace_span *span = &model->spans[step->span];
    if (span->state != TRACE_STATE_WAIT)
        return span->state;
    size_t reason = span->reason < TRACE_REASON_COUNT ? span->reason : TRACE_REASON_EXIT;
    return TRACE_STATE_WAIT + reason;
}

static const char *kind_name(size_t kind)
{
    static const char *const names[] = {[TRACE_STATE_RUN] = "run", [TRACE_STATE_READY] = "ready"};
    return kind < TRACE_STATE_WAIT
               ? names[kind]
               : trace_reason_name((enum trace_reason)(kind - TRACE_STATE_WAIT));
}

#define KIND_COUNT (sizeof((struct question *)0)->by_kind / sizeof(int64_t))

static void add_up(struct question *question)
{
    for (size_t i = 0; i < question->path.count; i++) {
        const struct trace_step *step = &question->path.steps[i];
        int64_t ns = step->end_ns - step->start_ns;
        question->whole_ns += ns;
        question->by_kind[kind_index(question->tell->model, step)] += ns;
        question->by_lane[step->lane] += ns;
    }
}

/* The indexes of what took any time, longest first; the caller frees *order. */
static int rank(const int64_t *lengths, size_t count, struct trace_key **order, size_t *ranked)
{
    *order = malloc((count + 1) * sizeof **order);
    *ranked = 0;
    if (*order == NULL)
        return tell_no_memory();
    for (size_t i = 0; i < count; i++)
        if (lengths[i] > 0)
            (*order)[(*ranked)++] = (struct trace_key){-lengths[i], (uint32_t)i};
    return trace_sort(*order, *ranked) == 0 ? TOOL_OK : tell_no_memory();
}

static void print_share(const struct question *question, int64_t ns, const char *name)
{
    char text[32];
    double percent = question->whole_ns > 0 ? 100 * (double)ns / (double)question->whole_ns : 0;
    snprintf(text, sizeof text, "%.1f %%", percent);
    screen_cell(tell_for(question->tell, ns), 12, SCREEN_RIGHT);
    screen_cell(text, 10, SCREEN_RIGHT);
    printf("   %s\n", name);
}

static int print_kinds(const struct question *question)
{
    struct trace_key *order;
    size_t count;
    int result = rank(question->by_kind, KIND_COUNT, &order, &count);
    for (size_t i = 0; result == TOOL_OK && i < count; i++)
        print_share(question, -order[i].key, kind_name(order[i].value));
    free(order);
    return result;
}

static int print_lanes(const struct question *question)
{
    struct trace_key *order;
    size_t count;
    int64_t rest_ns = 0;
    int result = rank(question->by_lane, question->tell->model->lane_count, &order, &count);
    for (size_t i = 0; result == TOOL_OK && i < count; i++) {
        if (i < ACTORS_MAX)
            print_share(question, -order[i].key, tell_lane(question->tell, order[i].value));
        else
            rest_ns -= order[i].key;
    }
    if (result == TOOL_OK && count > ACTORS_MAX)
        print_share(question, rest_ns, "others");
    free(order);
    return result;
}

/* Whether each step is told: the longest are. */
static bool *choose_steps(const struct trace_path *path, size_t room)
{
    bool *told = calloc(path->count + 1, sizeof *told);
    struct trace_key *keys = malloc((path->count + 1) * sizeof *keys);
    for (size_t i = 0; keys != NULL && i < path->count; i++)
        keys[i] = (struct trace_key){path->steps[i].start_ns - path->steps[i].end_ns, (uint32_t)i};
    bool sorted = keys != NULL && trace_sort(keys, path->count) == 0;
    for (size_t i = 0; told != NULL && sorted && i < path->count && i < room; i++)
        told[keys[i].value] = true;
    free(keys);
    if (!sorted) {
        free(told);
        told = NULL;
    }
    return told;
}

static void print_skipped(const struct question *question, size_t count, int64_t ns)
{
    if (count > 0)
        printf("%28s   ... %zu shorter step%s, %s together\n", "", count, tell_s(count),
               tell_for(question->tell, ns));
}

static int print_chain(const struct question *question, size_t room)
{
    const struct trace_path *path = &question->path;
    int columns = step_name_columns(question->tell, path);
    bool *told = choose_steps(path, room);
    size_t skipped = 0;
    int64_t skipped_ns = 0;
    if (told == NULL)
        return tell_no_memory();
    for (size_t i = 0; i < path->count; i++) {
        const struct trace_step *step = &path->steps[i];
        if (!told[i]) {
            skipped++;
            skipped_ns += step->end_ns - step->start_ns;
            continue;
        }
        print_skipped(question, skipped, skipped_ns);
        skipped = 0;
        skipped_ns = 0;
        step_print(question->tell, step, i + 1 < path->count ? step + 1 : NULL, columns);
    }
    print_skipped(question, skipped, skipped_ns);
    free(told);
    return TOOL_OK;
}

static int print_answer(const struct question *question, size_t room)
{
    const struct trace_path *path = &question->path;
    if (path->count == 0) {
        puts("Nothing ran.");
        return TOOL_OK;
    }
    printf("The run took %s, from %s to %s.  Only what is below led to its end: to take\n"
           "less time, something here has to take less.\n\n",
           tell_for(question->tell, question->whole_ns),
           tell_at(question->tell, path->steps[0].start_ns),
           tell_at(question->tell, path->steps[path->count - 1].end_ns));
    int result = print_kinds(question);
    putchar('\n');
    if (result == TOOL_OK)
        result = print_lanes(question);
    printf("\n%16s%12s   actor\n", "at", "for");
    return result == TOOL_OK ? print_chain(question, room) : result;
}

static int print_json(const struct question *question)
{
    const struct tell *tell = question->tell;
    cJSON *object = cJSON_CreateObject();
    tell_add_whole(object, "whole_ns", question->whole_ns);
    cJSON *kinds = cJSON_AddObjectToObject(object, "by_kind");
    for (size_t i = 0; i < KIND_COUNT; i++)
        if (question->by_kind[i] > 0)
            tell_add_whole(kinds, kind_name(i), question->by_kind[i]);
    cJSON *actors = cJSON_AddArrayToObject(object, "by_actor");
    for (uint32_t i = 0; i < tell->model->lane_count; i++) {
        if (question->by_lane[i] == 0)
            continue;
        cJSON *actor = cJSON_CreateObject();
        tell_add_lane(tell, actor, "actor", i);
        tell_add_whole(actor, "id", tell->model->lanes[i].id);
        tell_add_whole(actor, "ns", question->by_lane[i]);
        cJSON_AddItemToArray(actors, actor);
    }
    cJSON *steps = cJSON_AddArrayToObject(object, "steps");
    for (size_t i = 0; i < question->path.count; i++)
        cJSON_AddItemToArray(steps, step_object(tell, &question->path.steps[i]));
    return tell_print_json("", object, "\n") ? TOOL_OK : tell_no_memory();
}

static int run_path(const struct tool_call *call)
{
    struct tell tell;
    struct question question = {.tell = &tell};
    long room = STEPS_DEFAULT;
    int result = tool_number("steps", call->values[OPTION_STEPS], 1, STEPS_MAX, &room);
    if (result == TOOL_OK)
        result = tell_open(&tell, call->operands[0], call->values[OPTION_ASCII]);
    if (result != TOOL_OK)
        return result;
    question.by_lane = calloc((size_t)tell.model->lane_count + 1, sizeof *question.by_lane);
    if (question.by_lane == NULL || trace_path_critical(tell.model, &question.path) < 0) {
        result = tell_no_memory();
    } else {
        add_up(&question);
        result = call->values[OPTION_JSON] != NULL ? print_json(&question)
                                                   : print_answer(&question, (size_t)room);
    }
    trace_path_finish(&question.path);
    free(question.by_lane);
    tell_close(&tell);
    return result;
}

const struct tool_command command_path = {
    .name = "path",
    .operands = "FILE",
    .sentence = "why the run took so long: its critical path",
    .text = "Prints the chain of causes that leads to the end of the run: each step is an actor\n"
            "that runs, is ready while others run, or waits for something outside, and each\n"
            "begins when the one before ends.  The steps add up to W.  Whatever is not among\n"
            "them took place beside them: if it took no time at all, the run would take as long.\n"
            "\n"
            "  troupe path count.json\n"
            "  troupe path --steps=100 count.json\n"
            "  troupe path --json count.json | jq .by_kind",
    .options = options,
    .option_count = sizeof options / sizeof options[0],
    .operand_min = 1,
    .operand_max = 1,
    .run = run_path,
};
