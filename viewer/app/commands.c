/*
 * Looks chords up in the table.  The table is short and people press keys slowly: a walk over its
 * text is all the index there needs to be.
 */

#include "commands.h"

#include <stdio.h>
#include <string.h>

static const struct command_row rows[] = {
#define COMMAND(id, keys, group, sentence) {COMMAND_##id, COMMAND_GROUP_##group, keys, sentence},
#define GESTURE(how, group, sentence) {COMMAND_NONE, COMMAND_GROUP_##group, how, sentence},
#include "commands.def"
#undef COMMAND
#undef GESTURE
};

const struct command_row *command_rows(size_t *count)
{
    *count = sizeof rows / sizeof rows[0];
    return rows;
}

const char *command_group_name(enum command_group group)
{
    static const char *const names[COMMAND_GROUPS] = {"move", "follow", "lanes",
                                                      "play", "show",   "file"};
    return names[group];
}

/* Whether `word` is one of the words of `list`. */
static int lists(const char *list, const char *word)
{
    size_t bytes = strlen(word);
    while (*list != '\0') {
        size_t length = strcspn(list, " ");
        if (length == bytes && memcmp(list, word, bytes) == 0)
            return 1;
        list += length;
        list += strspn(list, " ");
    }
    return 0;
}

const struct command_row *command_row_of(enum command command)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].command == command)
            return &rows[i];
    return &rows[0];
}

char *command_first_key(const struct command_row *row, char *text, size_t bytes)
{
    snprintf(text, bytes, "%.*s", (int)strcspn(row->keys, " "), row->keys);
    return text;
}

enum command command_of_chord(const char *chord)
{
    /* A letter with Shift is that letter, unless the two differ. */
    bool shifted = strncmp(chord, "Shift+", 6) == 0 && chord[6] != '\0' && chord[7] == '\0';
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].command != COMMAND_NONE && lists(rows[i].keys, chord))
            return rows[i].command;
    return shifted ? command_of_chord(chord + 6) : COMMAND_NONE;
}
