/* troupe diff: two runs, actor by actor: where they part, and their numbers side by side. */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tell.h"
#include "tool.h"
#include "trace_diff.h"
#include "trace_stats.h"

enum { OPTION_WAITS, OPTION_ACTORS, OPTION_JSON, OPTION_ASCII };

static const struct tool_option options[] = {
    [OPTION_WAITS] = {"waits", 'w', NULL, "all waits count, with their source lines"},
    [OPTION_ACTORS] = {"actors", 'n', "COUNT", "how many actors to tell of at most (24)"},
    [OPTION_JSON] = {"json", 'j', NULL, "print JSON, times in nanoseconds"},
    [OPTION_ASCII] = {"ascii", 'a', NULL, "nothing beyond ASCII"},
};

#define ACTORS_DEFAULT 24
#define ACTORS_MAX 1000000
#define DEED_BYTES 300

struct question {
    struct tell a;
    struct tell b;
    struct trace_diff diff;
    size_t room; /* actors to tell of */
};

static const char *deed_words(const struct tell *tell, const struct trace_deed *deed,
                              char clean[DEED_BYTES * 4])
{
    char text[DEED_BYTES];
    trace_deed_text(tell->model, deed, text, sizeof text);
    return screen_clean(&tell->screen, text, DEED_BYTES, clean, (size_t)DEED_BYTES * 4);
}

/* The name of a pair: A's, and B's as well where it is another. */
static const char *pair_name(const struct question *question, const struct trace_pair *pair)
{
    return pair->a != TRACE_NONE ? tell_lane(&question->a, pair->a)
                                 : tell_lane(&question->b, pair->b);
}

/* --- numbers side by side --- */

static void print_count(uint64_t count, bool known)
{
    char text[32];
    snprintf(text, sizeof text, "%" PRIu64, count);
    screen_cell(known ? text : "-", 9, SCREEN_RIGHT);
}

static void print_time(const struct tell *tell, int64_t ns, bool known)
{
    screen_cell(known ? tell_for(tell, ns) : "-", 11, SCREEN_RIGHT);
}

static void print_row(const struct question *question, const char *name, int columns,
                      const struct trace_score *a, const struct trace_score *b)
{
    const struct tell *tell = &question->a;
    static const struct trace_score none;
    const struct trace_score *left = a != NULL ? a : &none;
    const struct trace_score *right = b != NULL ? b : &none;
    screen_cell(name, columns, SCREEN_LEFT);
    print_count(left->switches, a != NULL);
    print_count(right->switches, b != NULL);
    print_time(tell, left->wall_ns, a != NULL);
    print_time(tell, right->wall_ns, b != NULL);
    print_time(tell, left->busy_ns, a != NULL);
    print_time(tell, right->busy_ns, b != NULL);
    print_time(tell, left->ready_ns, a != NULL);
    print_time(tell, right->ready_ns, b != NULL);
    putchar('\n');
}

static void print_heads(int columns)
{
    static const char *const heads[] = {"resumes A", "B", "W wall A", "B",
                                        "busy A",    "B", "ready A",  "B"};
    screen_cell("actor", columns, SCREEN_LEFT);
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
        screen_cell(heads[i], (i < 2 ? 9 : 11) + (i == 0), SCREEN_RIGHT);
    }
    putchar('\n');
}

static void print_numbers(const struct question *question)
{
    const struct trace_diff *diff = &question->diff;
    struct trace_score a, b;
    size_t shown = diff->pair_count < question->room ? diff->pair_count : question->room;
    size_t columns = strlen("actor");
    for (size_t i = 0; i < shown; i++) {
        size_t own = screen_width(pair_name(question, &diff->pairs[i]));
        columns = own > columns ? own : columns;
    }
    print_heads((int)columns - 1);
    for (size_t i = 0; i < shown; i++) {
        const struct trace_pair *pair = &diff->pairs[i];
        if (pair->a != TRACE_NONE)
            trace_stats_lane(question->a.model, pair->a, &a);
        if (pair->b != TRACE_NONE)
            trace_stats_lane(question->b.model, pair->b, &b);
        print_row(question, pair_name(question, pair), (int)columns,
                  pair->a != TRACE_NONE ? &a : NULL, pair->b != TRACE_NONE ? &b : NULL);
    }
    trace_stats_total(question->a.model, &a);
    trace_stats_total(question->b.model, &b);
    print_row(question, "total", (int)columns, &a, &b);
    if (diff->pair_count > shown)
        printf("... and %zu more actors; --actors=COUNT tells of more\n", diff->pair_count - shown);
}

/* --- what differs --- */

static void print_lonely(const struct question *question)
{
    const struct trace_diff *diff = &question->diff;
    size_t told = 0;
    for (size_t i = 0; i < diff->pair_count && told < question->room; i++) {
        const struct trace_pair *pair = &diff->pairs[i];
        if (pair->a != TRACE_NONE && pair->b != TRACE_NONE)
            continue;
        printf("%s is only in %s.\n", pair_name(question, pair), pair->a != TRACE_NONE ? "A" : "B");
        told++;
    }
}

static void print_side(const struct tell *tell, const char *side, const struct trace_deed *deed)
{
    char clean[DEED_BYTES * 4];
    printf("  %s: %s, at %s\n", side, deed_words(tell, deed, clean), tell_at(tell, deed->at_ns));
}

static void print_divergences(const struct question *question)
{
    const struct trace_diff *diff = &question->diff;
    for (size_t i = 0; i < diff->divergence_count && i < question->room; i++) {
        const struct trace_divergence *own = &diff->divergences[i];
        printf("%s parts at its deed %" PRIu32 "%s:\n", pair_name(question, &own->pair),
               own->number, i == 0 ? ", the first of all" : "");
        print_side(&question->a, "A", &own->a);
        print_side(&question->b, "B", &own->b);
    }
    if (diff->divergence_count > question->room)
        printf("... and %zu more actors part\n", diff->divergence_count - question->room);
}

static void print_turn(const struct tell *tell, const char *side, uint32_t turn)
{
    if (turn == TRACE_NONE)
        printf("  %s: nobody\n", side);
    else
        printf("  %s: %s, its resume %" PRIu32 ", at %s\n", side,
               tell_lane(tell, tell->model->spans[turn].lane), tell->model->spans[turn].resume,
               tell_at(tell, tell->model->spans[turn].start_ns));
}

static int print_answer(const struct question *question)
{
    const struct trace_diff *diff = &question->diff;
    bool same = trace_diff_is_same(diff);
    bool same_order = diff->turn_a == TRACE_NONE && diff->turn_b == TRACE_NONE;
    print_numbers(question);
    putchar('\n');
    print_lonely(question);
    print_divergences(question);
    if (same)
        puts("The same actors did the same.");
    if (same_order) {
        printf("They had their turns in the same order, all %" PRIu32 ".\n", diff->same_turns);
    } else {
        printf("Of their turns, the first %" PRIu32 " went to the same; the next has\n",
               diff->same_turns);
        print_turn(&question->a, "A", diff->turn_a);
        print_turn(&question->b, "B", diff->turn_b);
    }
    return same ? TOOL_OK : TOOL_FAULT;
}

/* --- JSON --- */

static void add_lane(const struct tell *tell, cJSON *object, const char *name, uint32_t lane)
{
    if (lane == TRACE_NONE) {
        cJSON_AddNullToObject(object, name);
        return;
    }
    struct trace_score score;
    cJSON *own = cJSON_AddObjectToObject(object, name);
    trace_stats_lane(tell->model, lane, &score);
    tell_add_lane(tell, own, "name", lane);
    tell_add_whole(own, "id", tell->model->lanes[lane].id);
    tell_add_whole(own, "resumes", (int64_t)score.switches);
    tell_add_whole(own, "wall_ns", score.wall_ns);
    tell_add_whole(own, "busy_ns", score.busy_ns);
    tell_add_whole(own, "ready_ns", score.ready_ns);
}

static void add_deed(const struct tell *tell, cJSON *object, const char *name,
                     const struct trace_deed *deed)
{
    char text[DEED_BYTES];
    cJSON *own = cJSON_AddObjectToObject(object, name);
    cJSON_AddStringToObject(own, "deed", trace_deed_text(tell->model, deed, text, sizeof text));
    tell_add_whole(own, "at_ns", deed->at_ns);
}

static int print_json(const struct question *question)
{
    const struct trace_diff *diff = &question->diff;
    bool same = trace_diff_is_same(diff);
    cJSON *object = cJSON_CreateObject();
    cJSON_AddBoolToObject(object, "same", same);
    tell_add_whole(object, "same_turns", diff->same_turns);
    cJSON *actors = cJSON_AddArrayToObject(object, "actors");
    for (size_t i = 0; i < diff->pair_count; i++) {
        cJSON *pair = cJSON_CreateObject();
        add_lane(&question->a, pair, "a", diff->pairs[i].a);
        add_lane(&question->b, pair, "b", diff->pairs[i].b);
        cJSON_AddItemToArray(actors, pair);
    }
    cJSON *divergences = cJSON_AddArrayToObject(object, "divergences");
    for (size_t i = 0; i < diff->divergence_count; i++) {
        const struct trace_divergence *own = &diff->divergences[i];
        cJSON *item = cJSON_CreateObject();
        cJSON_AddStringToObject(
            item, "actor",
            trace_text(question->a.model, question->a.model->lanes[own->pair.a].name));
        tell_add_whole(item, "number", own->number);
        add_deed(&question->a, item, "a", &own->a);
        add_deed(&question->b, item, "b", &own->b);
        cJSON_AddItemToArray(divergences, item);
    }
    if (!tell_print_json("", object, "\n"))
        return tell_no_memory();
    return same ? TOOL_OK : TOOL_FAULT;
}

static int ask(struct question *question, const struct tool_call *call)
{
    bool waits = call->values[OPTION_WAITS] != NULL;
    if (trace_diff(question->a.model, question->b.model, waits, &question->diff) < 0)
        return tell_no_memory();
    int result = call->values[OPTION_JSON] != NULL ? print_json(question) : print_answer(question);
    trace_diff_finish(&question->diff);
    return result;
}

static int run_diff(const struct tool_call *call)
{
    struct question question;
    long room = ACTORS_DEFAULT;
    int result = tool_number("actors", call->values[OPTION_ACTORS], 1, ACTORS_MAX, &room);
    if (result == TOOL_OK)
        result = tell_open(&question.a, call->operands[0], call->values[OPTION_ASCII]);
    if (result != TOOL_OK)
        return result;
    question.room = (size_t)room;
    result = tell_open(&question.b, call->operands[1], call->values[OPTION_ASCII]);
    if (result == TOOL_OK) {
        result = ask(&question, call);
        tell_close(&question.b);
    }
    tell_close(&question.a);
    return result;
}

const struct tool_command command_diff = {
    .name = "diff",
    .operands = "A B",
    .sentence = "where two runs part, and their numbers side by side",
    .text = "Compares two traces actor by actor.  Actors correspond by their place in the tree of\n"
            "spawns and by name, and what they did is compared deed by deed, not by the clock:\n"
            "what they sent, took and printed, whom they spawned, when they slept, called or\n"
            "yielded, how they ended.  Whether one had to wait for a message or a lock is a\n"
            "question of time, and counts only with --waits.  The exit status is 0 if the same\n"
            "actors did the same, 1 if not.\n"
            "\n"
            "  troupe diff before.json after.json\n"
            "  troupe diff --json seed1.json seed2.json | jq .divergences[0]",
    .options = options,
    .option_count = sizeof options / sizeof options[0],
    .operand_min = 2,
    .operand_max = 2,
    .run = run_diff,
};
