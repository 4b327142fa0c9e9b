#ifndef APP_COMMANDS_H
#define APP_COMMANDS_H

/*
 * The rows of commands.def as data.
 */

#include <stdbool.h>
#include <stddef.h>

enum command {
#define COMMAND(id, keys, group, sentence) COMMAND_##id,
#define GESTURE(how, group, sentence)
#include "commands.def"
#undef COMMAND
#undef GESTURE
    COMMAND_COUNT,
    COMMAND_NONE = COMMAND_COUNT
};

/* The parts of the help. */
enum command_group {
    COMMAND_GROUP_MOVE,
    COMMAND_GROUP_FOLLOW,
    COMMAND_GROUP_LANES,
    COMMAND_GROUP_PLAY,
    COMMAND_GROUP_SHOW,
    COMMAND_GROUP_FILE,
};
#define COMMAND_GROUPS 6

/* A row: a command, or a gesture (command is COMMAND_NONE). */
struct command_row {
    enum command command;
    enum command_group group;
    const char *keys;
    const char *sentence;
};

const struct command_row *command_rows(size_t *count);
const char *command_group_name(enum command_group group);

/* The command of a chord like "W", "Ctrl+0" or "Shift+Left"; COMMAND_NONE if it has none. */
enum command command_of_chord(const char *chord);

/* The row of a command. */
const struct command_row *command_row_of(enum command command);

/* The first of a row's chords, as people write it; returns `text`. */
char *command_first_key(const struct command_row *row, char *text, size_t bytes);

#endif
