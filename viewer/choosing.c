/* Between the card, which wishes, and the program, which is run. */

#include "choosing.h"

#include <stdio.h>
#include <string.h>

int choosing_start(struct choosing *choosing, char **command, const char *goal, char *error,
                   size_t bytes)
{
    const char *slash = strrchr(command[0], '/');
    const char *name = slash != NULL ? slash + 1 : command[0];
    choosing->is_on = true;
    snprintf(choosing->trace, sizeof choosing->trace, "%.200s.turns.json", name);
    snprintf(choosing->replay, sizeof choosing->replay, "%.200s.turns.replay", name);
    int status = turns_goal_parse(&choosing->goal, goal, error, bytes);
    return status < 0 ? status
                      : turns_begin(&choosing->turns, command, choosing->trace, error, bytes);
}

int choosing_fulfil(struct choosing *choosing, const struct chooser *card, char *error,
                    size_t bytes)
{
    struct turns *turns = &choosing->turns;
    int status = 0;
    switch (card->wish) {
    case CHOOSER_GIVE:
        status = turns_give(turns, card->chosen, error, bytes);
        break;
    case CHOOSER_REST:
        status = turns_give_rest(turns, error, bytes);
        break;
    case CHOOSER_BACK:
        status = turns_take_back(turns, error, bytes);
        break;
    default:
        return 0;
    }
    if (status == 0)
        status = turns_save(turns, choosing->replay, error, bytes);
    return status < 0 ? status : 1;
}

static void tell_end(const struct choosing *choosing, struct chooser *card)
{
    char words[CHOOSER_WORDS_BYTES - 40];
    turns_words(&choosing->turns, words, sizeof words);
    snprintf(card->heading, sizeof card->heading, "The program %.120s, after %u turns.", words,
             choosing->turns.turn);
    int met = turns_goal_is_met(&choosing->goal, &choosing->turns);
    card->verdict[0] = '\0';
    if (choosing->goal.kind != TURNS_GOAL_NONE)
        snprintf(card->verdict, sizeof card->verdict, "%s",
                 met > 0 ? "The goal is met." : "The goal is not met.");
    snprintf(card->kept, sizeof card->kept, "The order is kept in %.150s; troupe replay runs it.",
             choosing->replay);
}

void choosing_tell(const struct choosing *choosing, const struct trace_model *model,
                   struct chooser *card)
{
    const struct turns *turns = &choosing->turns;
    char words[CHOOSER_WORDS_BYTES - 40];
    card->wish = CHOOSER_NOTHING;
    card->goal[0] = '\0';
    if (choosing->goal.kind != TURNS_GOAL_NONE) {
        turns_goal_words(&choosing->goal, words, sizeof words);
        snprintf(card->goal, sizeof card->goal, "Yours are the turns: %s.", words);
    }
    card->ready_count = turns->ready_count;
    card->chosen = 0;
    card->stage = turns->state == TURNS_ASKED ? CHOOSER_ASKS : CHOOSER_OVER;
    if (card->stage == CHOOSER_OVER) {
        tell_end(choosing, card);
        return;
    }
    snprintf(card->heading, sizeof card->heading, "Turn %u: whose is it?", turns->turn);
    for (uint32_t i = 0; i < turns->ready_count; i++)
        turns_tell_ready(model, turns->ready[i], card->ready[i], sizeof card->ready[i]);
}

void choosing_finish(struct choosing *choosing)
{
    if (choosing->is_on)
        turns_end(&choosing->turns);
    choosing->is_on = false;
}
