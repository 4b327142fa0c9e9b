/*
 * Every key that the table of commands names can be pressed: what SDL reports of it is its command.
 */

#include <stdio.h>

#include "commands.h"
#include "harness.h"
#include "keys.h"

/* Takes a word away from the beginning of a chord; whether it was there. */
static bool begins(const char **chord, const char *word)
{
    size_t bytes = strlen(word);
    if (strncmp(*chord, word, bytes) != 0 || (*chord)[bytes] == '\0')
        return false;
    *chord += bytes;
    return true;
}

/* What SDL reports when a chord is pressed: a text, or a key with its modifiers. */
static SDL_Event event_of(const char *chord)
{
    const char *rest = chord;
    SDL_Event event = {.type = SDL_KEYDOWN};
    int held = begins(&rest, "Ctrl+") ? KMOD_LCTRL : KMOD_NONE;
    held |= begins(&rest, "Alt+") ? KMOD_LALT : KMOD_NONE;
    held |= begins(&rest, "Shift+") ? KMOD_LSHIFT : KMOD_NONE;
    SDL_SetModState((SDL_Keymod)held);
    if (strcmp(rest, "Space") == 0)
        rest = " ";
    if (strlen(rest) == 1 && (held & KMOD_CTRL) == 0) {
        event.type = SDL_TEXTINPUT;
        snprintf(event.text.text, sizeof event.text.text, "%s", rest);
        return event;
    }
    const char *name = strcmp(rest, "Enter") == 0 ? "Return" : rest;
    event.key.keysym.sym = SDL_GetKeyFromName(strcmp(rest, "Esc") == 0 ? "Escape" : name);
    event.key.keysym.mod = (Uint16)held;
    return event;
}

static void every_key_of_the_table_does_what_it_says(void **state)
{
    size_t count;
    const struct command_row *rows = command_rows(&count);
    (void)state;
    for (size_t i = 0; i < count; i++) {
        char chord[32];
        int bytes = 0;
        for (const char *keys = rows[i].keys;
             rows[i].command != COMMAND_NONE && sscanf(keys, " %31s%n", chord, &bytes) == 1;
             keys += bytes) {
            struct input input;
            SDL_Event event = event_of(chord);
            bool known = keys_translate(&event, &input);
            if (!known || command_of_chord(input.chord) != rows[i].command)
                fail_msg("%s does not do: %s", chord, rows[i].sentence);
        }
    }
}

HARNESS_MAIN(cmocka_unit_test(every_key_of_the_table_does_what_it_says))
