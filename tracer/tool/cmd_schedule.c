/* troupe schedule: whoever sits at the terminal gives the turns. */

#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tell.h"
#include "tool.h"
#include "turns_goal.h"

enum { OPTION_GOAL, OPTION_OUTPUT };

static const struct tool_option options[] = {
    [OPTION_GOAL] = {"goal", 'g', "GOAL", "what to bring about: stuck, fail, or a rule"},
    [OPTION_OUTPUT] = {"output", 'o', "NAME", "write NAME.replay and NAME.json (PROGRAM.turns)"},
};

#define ERROR_BYTES 600

struct game {
    struct turns turns;
    struct turns_goal goal;
    char replay[PATH_MAX], trace[PATH_MAX];
    uint32_t told; /* runs that have been told */
};

/* --- what is told --------------------------------------------------------------------------- */

/* The lines that an actor printed within a span. */
static void tell_prints(const struct tell *tell, uint32_t span)
{
    const struct trace_model *model = tell->model;
    const struct trace_lane *lane = &model->lanes[model->spans[span].lane];
    for (uint32_t i = lane->mark_first; i < lane->mark_first + lane->mark_count; i++)
        if (model->marks[i].kind == TRACE_MARK_PRINT && model->marks[i].span == span)
            printf("          prints: %s\n", tell_text(tell, model->marks[i].text));
}

/* What has run since it was last told. */
static void tell_runs(struct game *game, const struct tell *tell)
{
    const struct trace_model *model = tell->model;
    for (; game->told < model->switch_count; game->told++) {
        const struct trace_span *run = &model->spans[model->switches[game->told]];
        bool has_reason = run->reason < TRACE_REASON_COUNT;
        printf("  turn %2u: %s runs%s%s\n", game->told + 1, tell_lane(tell, run->lane),
               has_reason ? ", then " : "",
               has_reason ? trace_reason_sentence((enum trace_reason)run->reason) : "");
        tell_prints(tell, model->switches[game->told]);
    }
}

static void tell_question(const struct game *game, const struct tell *tell)
{
    const struct turns *turns = &game->turns;
    char text[300];
    printf("Turn %u: whose is it?\n", turns->turn);
    for (uint32_t i = 0; i < turns->ready_count; i++) {
        turns_tell_ready(tell->model, turns->ready[i], text, sizeof text);
        printf("  %c  %s\n", 'A' + (int)i, text);
    }
    printf("A to %c, or Enter for A; back, rest (as they stand in line) or quit: ",
           'A' + (int)turns->ready_count - 1);
    fflush(stdout);
}

static int tell_game(struct game *game)
{
    struct tell tell;
    int result = tell_open(&tell, game->trace, NULL);
    if (result != TOOL_OK)
        return result;
    tell_runs(game, &tell);
    if (game->turns.state == TURNS_ASKED)
        tell_question(game, &tell);
    tell_close(&tell);
    return TOOL_OK;
}

/* --- answers -------------------------------------------------------------------------------- */

enum answer { ANSWER_END, ANSWER_UNCLEAR, ANSWER_BACK, ANSWER_REST, ANSWER_PLACE };

static enum answer read_answer(const struct game *game, uint32_t *place)
{
    char line[80];
    bool is_there = fgets(line, sizeof line, stdin) != NULL;
    if (!isatty(STDIN_FILENO))
        putchar('\n'); /* which a terminal has shown already */
    if (!is_there)
        return ANSWER_END;
    line[strcspn(line, "\n")] = '\0';
    if (strcmp(line, "back") == 0)
        return ANSWER_BACK;
    if (strcmp(line, "rest") == 0)
        return ANSWER_REST;
    if (strcmp(line, "quit") == 0)
        return ANSWER_END;
    *place = line[0] == '\0' ? 0 : (uint32_t)(toupper((unsigned char)line[0]) - 'A');
    bool is_one = line[0] == '\0' || line[1] == '\0';
    return is_one && *place < game->turns.ready_count ? ANSWER_PLACE : ANSWER_UNCLEAR;
}

/* Does what was answered.  0, 1 at the end of the game, or a negative errno with a sentence. */
static int do_answer(struct game *game, char *error)
{
    struct turns *turns = &game->turns;
    uint32_t place = 0;
    switch (read_answer(game, &place)) {
    case ANSWER_PLACE:
        return turns_give(turns, place, error, ERROR_BYTES);
    case ANSWER_BACK:
        game->told = 0;
        return turns_take_back(turns, error, ERROR_BYTES);
    case ANSWER_REST:
        return turns_give_rest(turns, error, ERROR_BYTES);
    case ANSWER_END:
        return 1;
    default:
        puts("That is none of them.");
        return 0;
    }
}

/* --- the game ------------------------------------------------------------------------------- */

static size_t out_of_order(const struct turns *turns)
{
    size_t count = 0;
    for (size_t i = 0; i < turns->given_count; i++)
        count += turns->given[i].runs != turns->given[i].before;
    return count;
}

/* How it has ended; TOOL_OK if the goal is met, or there is none. */
static int tell_end(const struct game *game, char **program)
{
    char words[300], error[ERROR_BYTES];
    const struct turns *turns = &game->turns;
    size_t many = out_of_order(turns);
    int met = turns_goal_is_met(&game->goal, turns);
    if (turns->state != TURNS_ASKED) {
        turns_words(turns, words, sizeof words);
        printf("The program %s, after %u turns, %zu of them out of order.\n", words, turns->turn,
               many);
    }
    if (game->goal.kind != TURNS_GOAL_NONE) {
        turns_goal_words(&game->goal, words, sizeof words);
        printf("The goal, to %s, is %s.\n", words, met > 0 ? "met" : "not met");
    }
    if (turns_save(turns, game->replay, error, sizeof error) < 0) {
        tool_say("%s", error);
        return TOOL_FAULT;
    }
    printf("The trace is in %s; to see it again: troupe replay %s --", game->trace, game->replay);
    for (; *program != NULL; program++)
        printf(" %s", *program);
    putchar('\n');
    return game->goal.kind == TURNS_GOAL_NONE || met > 0 ? TOOL_OK : TOOL_FAULT;
}

static int play(struct game *game, char **program)
{
    char error[ERROR_BYTES], words[300];
    if (game->goal.kind != TURNS_GOAL_NONE) {
        turns_goal_words(&game->goal, words, sizeof words);
        printf("Yours are the turns: %s.\n", words);
    }
    int rc = turns_begin(&game->turns, program, game->trace, error, sizeof error);
    while (rc == 0) {
        int result = tell_game(game);
        if (result != TOOL_OK)
            return result;
        if (game->turns.state != TURNS_ASKED)
            break;
        rc = do_answer(game, error);
    }
    if (rc >= 0)
        return tell_end(game, program);
    tool_say("%s", error);
    return TOOL_FAULT;
}

static int run_schedule(const struct tool_call *call)
{
    static struct game game;
    char error[ERROR_BYTES];
    const char *name = call->values[OPTION_OUTPUT];
    const char *slash = strrchr(call->operands[0], '/');
    char own[PATH_MAX];
    snprintf(own, sizeof own, "%s.turns", slash != NULL ? slash + 1 : call->operands[0]);
    game = (struct game){.told = 0};
    if (turns_goal_parse(&game.goal, call->values[OPTION_GOAL], error, sizeof error) < 0) {
        tool_say("%s", error);
        return TOOL_MISUSED;
    }
    snprintf(game.replay, sizeof game.replay, "%.*s.replay", PATH_MAX - 16,
             name != NULL ? name : own);
    snprintf(game.trace, sizeof game.trace, "%.*s.json", PATH_MAX - 16, name != NULL ? name : own);
    int result = play(&game, call->operands);
    turns_end(&game.turns);
    return result;
}

const struct tool_command command_schedule = {
    .name = "schedule",
    .operands = "PROGRAM [ARGS]",
    .sentence = "give the turns of a program yourself",
    .text = "Runs a program in virtual time, and asks, wherever several actors are ready, which\n"
            "of them goes on.  Answers may be taken back.  What was given is kept as a replay\n"
            "file and a trace.\n"
            "\n"
            "With a goal the exit status is 1 if it was not met: stuck, to come to where nothing\n"
            "can run any more, or to a wait that would close a circle of waits; fail, to another\n"
            "exit status than 0; or a rule of grading that is to hold in the end.\n"
            "\n"
            "  troupe schedule ./count\n"
            "  troupe schedule --goal fail -- ./lost_update\n"
            "  troupe schedule --goal stuck -- ./philosophers",
    .options = options,
    .option_count = sizeof options / sizeof options[0],
    .operand_min = 1,
    .operand_max = INT_MAX,
    .passes_rest = true,
    .run = run_schedule,
};
