#ifndef APP_CHOOSER_H
#define APP_CHOOSER_H

/*
 * The turns of a program are given by whoever sits here: the card below the lanes asks who goes on,
 * and says in the end what has come of it.  Running the program is others' work; the state holds
 * the question, and the answer as a wish.
 */

#include <stdbool.h>
#include <stdint.h>

/* A letter for each. */
#define CHOOSER_READY_MAX 26
#define CHOOSER_WORDS_BYTES 200

enum chooser_stage { CHOOSER_NONE, CHOOSER_ASKS, CHOOSER_OVER };

enum chooser_wish {
    CHOOSER_NOTHING,
    CHOOSER_GIVE, /* the turn to the one who is chosen */
    CHOOSER_REST, /* all other turns to who has been ready for longest */
    CHOOSER_BACK, /* the last answer is taken back */
};

struct chooser {
    enum chooser_stage stage;
    enum chooser_wish wish;            /* which others fulfil, and then take away */
    char goal[CHOOSER_WORDS_BYTES];    /* "Make it fail."; "" for none */
    char heading[CHOOSER_WORDS_BYTES]; /* "Turn 5: whose is it?"; or how it has ended */
    char verdict[CHOOSER_WORDS_BYTES]; /* over: whether the goal is met */
    char kept[CHOOSER_WORDS_BYTES];    /* over: where the order is kept */
    char ready[CHOOSER_READY_MAX][CHOOSER_WORDS_BYTES]; /* who could have the turn */
    uint32_t ready_count;
    uint32_t chosen;
};

struct app;
struct input;

/* Whether there is such a card on the screen. */
bool chooser_is_on(const struct app *app);

/* Gives a key to the card; false if it is not for it. */
bool chooser_take(struct app *app, const struct input *input, bool *changed);

/* Gives the turn to one of those who are ready; false if nobody is asked. */
bool chooser_give(struct app *app, uint32_t place);

#endif
