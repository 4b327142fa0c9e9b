#ifndef APP_PROMPT_H
#define APP_PROMPT_H

/*
 * A line of text that the user writes, and the list below it that the text chooses from.
 *
 *   search   actors, states, lines and messages; Enter goes there
 *   palette  commands by their sentence; Enter does it
 *   menu     the commands of one group, with nothing written
 *   filter   the actors whose names have the text in them, as it is written
 *   open     the file with that name, or one of those that were open before
 *   note     the note of a moment
 */

#include "commands.h"
#include "search.h"

#define PROMPT_BYTES SEARCH_BYTES

/* A palette never lists more than there are commands. */
#define PROMPT_COMMANDS_MAX 128

#define PROMPT_FILES_MAX 8

enum prompt_kind {
    PROMPT_NONE,
    PROMPT_SEARCH,
    PROMPT_PALETTE,
    PROMPT_MENU,
    PROMPT_FILTER,
    PROMPT_OPEN,
    PROMPT_NOTE
};

struct prompt {
    enum prompt_kind kind;
    char text[PROMPT_BYTES];
    uint32_t chosen;          /* of the list */
    enum command_group group; /* of the menu */
    struct search search;     /* kept when the prompt is closed, to walk on along the hits */
    uint32_t hit;             /* the one gone to last */
    enum command commands[PROMPT_COMMANDS_MAX];
    uint32_t command_count;
    uint32_t files[PROMPT_FILES_MAX]; /* of the recent ones, those that have the text in them */
    uint32_t file_count;
};

struct app;
struct input;

/* Opens a prompt; true. */
bool prompt_open(struct app *app, enum prompt_kind kind);

/* Opens the menu at a group of commands; with the number behind the last, at the one that was open
 * last, or closes it; true. */
bool prompt_menu(struct app *app, uint32_t group);

/* Gives a key or text to the prompt that is open; true if anything changed. */
bool prompt_take(struct app *app, const struct input *input);

/* Chooses a line of the list and goes on as Enter does. */
bool prompt_choose(struct app *app, uint32_t line);

/* Goes to the next or previous hit of the last search. */
bool prompt_walk(struct app *app, bool forth);

/* How many lines the list has. */
uint32_t prompt_lines(const struct prompt *prompt);

#endif
