/*
 * The least that a window costs: opens one, fills it with one colour and stays.  What the viewer
 * takes until its picture stands is measured beside it.
 */

#include <stdio.h>

#include <SDL2/SDL.h>

#define COLOUR 0xFFF0F0F0
#define STAY_MS 30000

int main(void)
{
    SDL_SetHint(SDL_HINT_FRAMEBUFFER_ACCELERATION, "0");
    if (SDL_Init(SDL_INIT_VIDEO) < 0) {
        fprintf(stderr, "bench_window: %s\n", SDL_GetError());
        return 1;
    }
    SDL_Window *window = SDL_CreateWindow("bare", SDL_WINDOWPOS_CENTERED, SDL_WINDOWPOS_CENTERED,
                                          1280, 720, SDL_WINDOW_RESIZABLE);
    SDL_Surface *surface = window != NULL ? SDL_GetWindowSurface(window) : NULL;
    if (surface == NULL || SDL_FillRect(surface, NULL, COLOUR) < 0 ||
        SDL_UpdateWindowSurface(window) < 0) {
        fprintf(stderr, "bench_window: %s\n", SDL_GetError());
        return 1;
    }
    SDL_Delay(STAY_MS);
    SDL_Quit();
    return 0;
}
