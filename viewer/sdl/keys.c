/*
 * Keys as chords.
 *
 * A key that writes a character is taken from the text input, so that "?" and "+" are found on
 * every layout of keyboard; keys that write nothing, and keys with Ctrl, are taken by name.
 */

#include "keys.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* Names as they stand in commands.def, where SDL's differ. */
static const struct {
    SDL_Keycode key;
    const char *name;
} names[] = {
    {SDLK_LEFT, "Left"},           {SDLK_RIGHT, "Right"},       {SDLK_UP, "Up"},
    {SDLK_DOWN, "Down"},           {SDLK_HOME, "Home"},         {SDLK_END, "End"},
    {SDLK_PAGEUP, "PageUp"},       {SDLK_PAGEDOWN, "PageDown"}, {SDLK_TAB, "Tab"},
    {SDLK_BACKSPACE, "Backspace"}, {SDLK_RETURN, "Enter"},      {SDLK_KP_ENTER, "Enter"},
    {SDLK_ESCAPE, "Esc"},
};

static bool translate_key(const SDL_KeyboardEvent *event, struct input *input)
{
    bool ctrl = (event->keysym.mod & KMOD_CTRL) != 0;
    bool shift = (event->keysym.mod & KMOD_SHIFT) != 0;
    bool alt = (event->keysym.mod & KMOD_LALT) != 0;
    char name[16] = "";
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (names[i].key == event->keysym.sym)
            snprintf(name, sizeof name, "%s", names[i].name);
    SDL_Keycode key = event->keysym.sym;
    if (key >= SDLK_F1 && key <= SDLK_F12)
        snprintf(name, sizeof name, "F%d", (int)(key - SDLK_F1) + 1);
    if (key >= SDLK_KP_1 && key <= SDLK_KP_9)
        key = '1' + (key - SDLK_KP_1);
    if (key == SDLK_KP_0)
        key = '0';
    if (key == SDLK_KP_PLUS)
        key = '+';
    if (key == SDLK_KP_MINUS)
        key = '-';
    if (name[0] == '\0' && ctrl && key > ' ' && key < 127) {
        name[0] = (char)toupper((int)key);
        shift = false; /* "+" needs it on many layouts */
    }
    if (name[0] == '\0')
        return false;
    input->kind = INPUT_KEY;
    snprintf(input->chord, sizeof input->chord, "%s%s%s%s", ctrl ? "Ctrl+" : "", alt ? "Alt+" : "",
             shift ? "Shift+" : "", name);
    return true;
}

static bool translate_text(const SDL_TextInputEvent *event, struct input *input)
{
    unsigned char first = (unsigned char)event->text[0];
    if ((SDL_GetModState() & (KMOD_CTRL | KMOD_LALT | KMOD_GUI)) != 0 || first < ' ')
        return false;
    input->kind = INPUT_KEY;
    snprintf(input->text, sizeof input->text, "%s", event->text);
    if (event->text[1] != '\0') /* a letter of another script is no chord */
        return true;
    bool shift = isalpha(first) && (SDL_GetModState() & KMOD_SHIFT) != 0;
    if (first == ' ')
        snprintf(input->chord, sizeof input->chord, "Space");
    else
        snprintf(input->chord, sizeof input->chord, "%s%c", shift ? "Shift+" : "", toupper(first));
    return true;
}

static bool translate_wheel(const SDL_MouseWheelEvent *event, struct input *input)
{
    int x = 0;
    int y = 0;
    SDL_GetMouseState(&x, &y);
    float flip = event->direction == SDL_MOUSEWHEEL_FLIPPED ? -1 : 1;
    *input = (struct input){.kind = INPUT_WHEEL,
                            .ctrl = (SDL_GetModState() & KMOD_CTRL) != 0,
                            .shift = (SDL_GetModState() & KMOD_SHIFT) != 0,
                            .x = (float)x,
                            .y = (float)y,
                            .turns_x = event->preciseX * flip,
                            .turns_y = event->preciseY * flip};
    return true;
}

static bool translate_window(const SDL_WindowEvent *event, struct input *input)
{
    if (event->event == SDL_WINDOWEVENT_SIZE_CHANGED) {
        *input =
            (struct input){.kind = INPUT_RESIZE, .width = event->data1, .height = event->data2};
        return true;
    }
    if (event->event == SDL_WINDOWEVENT_LEAVE) {
        *input = (struct input){.kind = INPUT_LEAVE};
        return true;
    }
    return false;
}

bool keys_translate(const SDL_Event *event, struct input *input)
{
    *input = (struct input){.kind = INPUT_KEY};
    switch (event->type) {
    case SDL_QUIT:
        input->kind = INPUT_CLOSE;
        return true;
    case SDL_KEYDOWN:
        return translate_key(&event->key, input);
    case SDL_TEXTINPUT:
        return translate_text(&event->text, input);
    case SDL_MOUSEWHEEL:
        return translate_wheel(&event->wheel, input);
    case SDL_MOUSEBUTTONDOWN:
    case SDL_MOUSEBUTTONUP:
        if (event->button.button != SDL_BUTTON_LEFT)
            return false;
        input->kind = event->type == SDL_MOUSEBUTTONDOWN ? INPUT_PRESS : INPUT_RELEASE;
        input->x = (float)event->button.x;
        input->y = (float)event->button.y;
        input->shift = (SDL_GetModState() & KMOD_SHIFT) != 0;
        return true;
    case SDL_MOUSEMOTION:
        input->kind = INPUT_MOVE;
        input->x = (float)event->motion.x;
        input->y = (float)event->motion.y;
        return true;
    case SDL_DROPFILE:
        input->kind = INPUT_DROP;
        input->path = event->drop.file; /* the window frees it */
        return true;
    case SDL_WINDOWEVENT:
        return translate_window(&event->window, input);
    default:
        return false;
    }
}
