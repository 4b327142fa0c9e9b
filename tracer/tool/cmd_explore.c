/*
 * troupe explore: looks for an order of turns in which a program fails.
 *
 * The program runs first come, first served, then in one order after the other, until one fails;
 * that one is made as short as it can be, and told.
 */

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "explorer.h"
#include "tell.h"
#include "tool.h"
#include "trace_words.h"

enum {
    OPTION_STRATEGY,
    OPTION_RUNS,
    OPTION_TIME,
    OPTION_RULES,
    OPTION_TURNS,
    OPTION_SEED,
    OPTION_OUTPUT
};

#define RUNS_DEFAULT 1000
#define TURNS_DEFAULT 100000
#define WALL_MS 10000

/* In the order of enum strategy. */
#define STRATEGIES "delay random pct dfs"

static const struct tool_option options[] = {
    [OPTION_STRATEGY] = {"strategy", 's', "NAME", "which orders: " STRATEGIES " (delay)"},
    [OPTION_RUNS] = {"runs", 'n', "N", "give up after so many runs (1000)"},
    [OPTION_TIME] = {"time", 't', "TIME", "or after so long, such as 30s"},
    [OPTION_RULES] = {"rules", 'r', "FILE", "a run that breaks one of these rules fails"},
    [OPTION_TURNS] = {"turns", 'T', "N", "a run with more turns never ends (100000)"},
    [OPTION_SEED] = {"seed", 'S', "N", "for what is drawn by lot (1)"},
    [OPTION_OUTPUT] = {"output", 'o', "NAME", "write NAME.replay and NAME.json (PROGRAM.explored)"},
};

struct search {
    struct explorer explorer;
    struct rulebook book;
    struct ways ways;
    enum strategy strategy;
    long runs, turns, seed;
    int64_t limit_ns;                   /* of the whole search; TRACE_NEVER: none */
    char path[EXPLORE_PATH_BYTES - 16]; /* room for the ends of names */
};

static int64_t now_ns(void)
{
    struct timespec now;
    timespec_get(&now, TIME_UTC);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* --- the command line --- */

static int read_strategy(const char *text, enum strategy *strategy)
{
    static const char *const names[] = {"delay", "random", "pct", "dfs"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (text == NULL || strcmp(text, names[i]) == 0) {
            *strategy = (enum strategy)i;
            return TOOL_OK;
        }
    tool_say("there is no strategy \"%s\"; there are " STRATEGIES, text);
    return TOOL_MISUSED;
}

static int read_path(const char *text, const char *program, struct search *search)
{
    const char *slash = strrchr(program, '/');
    const char *base = slash != NULL ? slash + 1 : program;
    int bytes = text != NULL ? snprintf(search->path, sizeof search->path, "%s", text)
                             : snprintf(search->path, sizeof search->path, "%s.explored", base);
    if (bytes > 0 && bytes < (int)sizeof search->path)
        return TOOL_OK;
    tool_say("the name of the files is %s", bytes > 0 ? "too long" : "empty");
    return TOOL_MISUSED;
}

static int read_rules(const char *path, struct search *search)
{
    if (path == NULL)
        return TOOL_OK;
    search->explorer.book = &search->book;
    snprintf(search->explorer.trace, sizeof search->explorer.trace, "%s.run.json", search->path);
    return rulebook_read(path, &search->book);
}

static int read_call(const struct tool_call *call, struct search *search)
{
    search->runs = call->values[OPTION_TIME] != NULL ? LONG_MAX : RUNS_DEFAULT;
    search->turns = TURNS_DEFAULT;
    search->seed = 1;
    search->limit_ns = TRACE_NEVER;
    int result = read_strategy(call->values[OPTION_STRATEGY], &search->strategy);
    if (result == TOOL_OK)
        result = tool_number("runs", call->values[OPTION_RUNS], 1, LONG_MAX, &search->runs);
    if (result == TOOL_OK)
        result =
            tool_number("turns", call->values[OPTION_TURNS], 1, EXPLORE_TURNS_MAX, &search->turns);
    if (result == TOOL_OK)
        result = tool_number("seed", call->values[OPTION_SEED], 0, LONG_MAX, &search->seed);
    if (result == TOOL_OK)
        result = tool_duration("time", call->values[OPTION_TIME], "30s", &search->limit_ns);
    if (result == TOOL_OK)
        result = read_path(call->values[OPTION_OUTPUT], call->operands[0], search);
    if (result == TOOL_OK)
        result = read_rules(call->values[OPTION_RULES], search);
    search->explorer.turn_limit = (uint32_t)search->turns;
    search->explorer.wall_ms = WALL_MS;
    search->explorer.may_rewind = call->values[OPTION_RULES] == NULL;
    return result;
}

/* --- the same each time? --- */

/* The first turn in which two runs differ, from 1; 0: none. */
static uint32_t parting(const struct explore_turn *before, uint32_t count,
                        const struct explore_room *room)
{
    for (uint32_t i = 0; i < count && i < room->turn_count; i++)
        if (before[i].runs != room->turns[i].runs || before[i].ready != room->turns[i].ready)
            return i + 1;
    return count == room->turn_count ? 0
                                     : (count < room->turn_count ? count : room->turn_count) + 1;
}

/* Does the run first come, first served, twice: *verdict is how it did, *turn the first turn in
 * which the two differ, and *same whether nothing does. */
static int run_twice(struct explorer *explorer, struct verdict *verdict, uint32_t *turn, bool *same)
{
    const struct explore_room *room = explorer->room;
    struct verdict again;
    int result = explorer_run_script(explorer, NULL, 0, verdict);
    if (result != TOOL_OK)
        return result;
    uint32_t count = room->turn_count;
    struct explore_turn *before = calloc((size_t)count + 1, sizeof *before);
    if (before == NULL)
        return tell_no_memory();
    memcpy(before, room->turns, count * sizeof *before);
    result = explorer_run(explorer, 1, &again);
    *turn = parting(before, count, room);
    *same = *turn == 0 && verdict_is_same(verdict, &again);
    free(before);
    return result;
}

/* Whether the program is the same each time; what differs is told. */
static int check_same(struct explorer *explorer, struct verdict *verdict, bool *same)
{
    uint32_t turn;
    int result = run_twice(explorer, verdict, &turn, same);
    if (result == TOOL_OK && !*same && explorer->may_rewind) {
        explorer_stop_rewinding(explorer); /* was it that? */
        result = run_twice(explorer, verdict, &turn, same);
    }
    if (result == TOOL_OK && turn > 0)
        printf("The program is not the same each time: two runs in the same order part at turn %u. "
               "It depends on something besides the order and virtual time, such as real time, "
               "chance, a thread or input.\n",
               turn);
    else if (result == TOOL_OK && !*same)
        puts("The program is not the same each time: two runs have the same turns, and end "
             "differently.");
    return result;
}

/* --- the search --- */

static bool may_go_on(const struct search *search, int64_t begun_ns)
{
    return search->explorer.runs < (uint64_t)search->runs &&
           (search->limit_ns == TRACE_NEVER || now_ns() - begun_ns < search->limit_ns);
}

/* Orders that are run next at one time: one, if its trace is to be looked at. */
static uint32_t how_many(const struct search *search)
{
    uint64_t left = (uint64_t)search->runs - search->explorer.runs;
    if (search->explorer.book != NULL)
        return 1;
    return left < EXPLORE_ORDERS_MAX ? (uint32_t)left : EXPLORE_ORDERS_MAX;
}

static void tell_end(const struct search *search, int64_t begun_ns)
{
    double seconds = (double)(now_ns() - begun_ns) / 1e9;
    if (search->ways.is_over || search->ways.choice_count == 0)
        printf("There are no other orders: ");
    printf("%llu run%s, %.0f a second; none fails.\n", (unsigned long long)search->explorer.runs,
           tell_s(search->explorer.runs), (double)search->explorer.runs / seconds);
}

static int tell_failure(struct search *search, const struct verdict *verdict, char **program)
{
    struct failure failure;
    uint64_t number = search->explorer.runs;
    int result = failure_shrink(&failure, &search->explorer, verdict);
    printf("Run %llu fails; %llu more have made it as short as it can be.\n",
           (unsigned long long)number, (unsigned long long)(search->explorer.runs - number));
    if (result == TOOL_OK)
        result = story_tell(&search->explorer, &failure, search->path, program);
    failure_finish(&failure);
    return result == TOOL_OK ? TOOL_FAULT : result;
}

/* One order after the other. */
static int go_through(struct search *search, int64_t begun_ns, char **program)
{
    struct explorer *explorer = &search->explorer;
    struct verdict verdict = {VERDICT_WELL, 0};
    int result =
        ways_begin(&search->ways, search->strategy, (uint64_t)search->seed, explorer->room);
    uint32_t count;
    for (uint64_t number = 1; result == TOOL_OK && may_go_on(search, begun_ns); number += count) {
        count = ways_next(&search->ways, number, how_many(search), explorer->room);
        if (count == 0)
            break;
        result = explorer_run(explorer, count, &verdict);
        if (result == TOOL_OK && verdict.kind != VERDICT_WELL)
            return tell_failure(search, &verdict, program);
        if (result == TOOL_OK)
            result = ways_learn(&search->ways, explorer->room);
    }
    if (result == TOOL_OK)
        tell_end(search, begun_ns);
    return result;
}

static int explore(struct search *search, char **program)
{
    struct explorer *explorer = &search->explorer;
    struct verdict verdict;
    bool same = false;
    int64_t begun_ns = now_ns();
    int result = check_same(explorer, &verdict, &same);
    if (result != TOOL_OK)
        return result;
    if (!same)
        return TOOL_FAULT;
    if (verdict.kind != VERDICT_WELL)
        return tell_failure(search, &verdict, program);
    explorer->fifo_turns = explorer->room->turn_count;
    return go_through(search, begun_ns, program);
}

static int run_explore(const struct tool_call *call)
{
    struct search search = {.runs = 0};
    int result = read_call(call, &search);
    if (result == TOOL_OK)
        result = explorer_start(&search.explorer, call->operands);
    if (result == TOOL_OK)
        result = explore(&search, call->operands);
    ways_finish(&search.ways);
    explorer_stop(&search.explorer);
    rulebook_finish(&search.book);
    return result;
}

const struct tool_command command_explore = {
    .name = "explore",
    .operands = "PROGRAM [ARGS]",
    .sentence = "look for an order of turns in which a program fails",
    .text = "Runs a program in virtual time over and over, each time in another order of turns,\n"
            "until one fails: it crashes, exits with another status than 0, comes to where\n"
            "nothing can run any more or a wait would close a circle, breaks a rule of --rules,\n"
            "or never ends.  That order is made as short as it can be, counted in turns that do\n"
            "not go to who has been ready for longest; it is told, and written to a replay file\n"
            "and a trace.\n"
            "\n"
            "  delay   one turn out of order, each in its turn; then two to five, by lot\n"
            "  random  each turn by lot\n"
            "  pct     by priorities, which change twice in a run (Burckhardt et al. 2010)\n"
            "  dfs     all orders, one after the other\n"
            "\n"
            "The exit status is 0 if none fails and 1 if one does, or if the program is not the\n"
            "same each time in the same order, which is looked at first.\n"
            "\n"
            "  troupe explore ./teller\n"
            "  troupe explore --strategy dfs --time 30s --rules teller.rules -- ./teller 3",
    .options = options,
    .option_count = sizeof options / sizeof options[0],
    .choices = {[OPTION_STRATEGY] = STRATEGIES},
    .operand_min = 1,
    .operand_max = INT_MAX,
    .passes_rest = true,
    .run = run_explore,
};
