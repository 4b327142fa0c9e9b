#ifndef SDL_KEYS_H
#define SDL_KEYS_H

/*
 * What SDL reports, as input of the app.
 */

#include <SDL2/SDL.h>

#include "update.h"

/* Fills *input from an event; false if the event means nothing to the app.  `hot` of pointer
 * input is left to the caller, who knows the last frame. */
bool keys_translate(const SDL_Event *event, struct input *input);

#endif
