/*
 * The window is a mirror of one buffer of pixels.
 *
 * The buffer is painted by our own rasteriser and copied; SDL brings events in and pixels out and
 * does nothing else.  Its acceleration of such copies is turned off: without a graphics card it
 * costs fifteen milliseconds a frame, and with one it gains nothing.
 */

#include "window.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "keys.h"

/* A smaller window shows nothing that can be read. */
#define WIDTH_MIN 480
#define HEIGHT_MIN 300

/* Events taken in one go before drawing again, so that a flood of them cannot stop the picture. */
#define EVENTS_MAX 256

/* Between two frames of what moves by itself. */
#define FRAME_MS 16
/* So often is looked whether something elsewhere has ended. */
#define WATCH_MS 50

/* For so long the window lives on, unseen: time for a busy X server to read what was sent. */
#define CLOSE_DELAY_MS 30

struct window {
    SDL_Window *window;
    struct raster raster;
    struct frame frame;
    struct text_measurer measurer;
    struct paint_text painter;
    bool full_screen;
    float pixels_per_point; /* of the desktop's points: more than 1 on a fine screen */
    uint64_t ticks;         /* when time was last told; 0: it stands still */
    bool pointed;           /* the pointer has moved since the window was opened below it */
};

/* Tells SDL which display to try, so that it does not knock at others, some of which complain on
 * standard error.  False if there is none to try. */
static bool choose_display(void)
{
    const char *first = SDL_GetVideoDriver(0);
    bool x11 = getenv("DISPLAY") != NULL;
    bool wayland = getenv("WAYLAND_DISPLAY") != NULL;
    if (getenv("SDL_VIDEODRIVER") != NULL)
        return true; /* somebody has chosen */
    bool needs_either =
        first != NULL && (strcmp(first, "x11") == 0 || strcmp(first, "wayland") == 0);
    if (needs_either && !wayland)
        SDL_SetHint(SDL_HINT_VIDEODRIVER, "x11");
    return !needs_either || x11 || wayland;
}

/* Whether SDL has found something that people can see. */
static bool has_display(void)
{
    const char *driver = SDL_GetCurrentVideoDriver();
    const char *wanted = getenv("SDL_VIDEODRIVER");
    if (driver == NULL)
        return false;
    bool blind = strcmp(driver, "dummy") == 0 || strcmp(driver, "offscreen") == 0;
    return !blind || (wanted != NULL && strcmp(wanted, driver) == 0);
}

/* The icon: three lanes and the cursor, as in data/troupe-view.svg. */
static void set_icon(SDL_Window *window)
{
    static const struct {
        SDL_Rect box;
        uint32_t colour;
    } boxes[] = {{{0, 0, 64, 64}, 0xFFFBFAF7},   {{8, 12, 16, 10}, 0xFF0072B2},
                 {{26, 12, 30, 10}, 0xFFD9DEE2}, {{8, 27, 16, 10}, 0xFFE69F00},
                 {{26, 27, 16, 10}, 0xFF0072B2}, {{44, 27, 12, 10}, 0xFFD9DEE2},
                 {{8, 42, 34, 10}, 0xFFD9DEE2},  {{44, 42, 12, 10}, 0xFF0072B2},
                 {{42, 6, 2, 52}, 0xFFD55E00}};
    SDL_Surface *icon = SDL_CreateRGBSurfaceWithFormat(0, 64, 64, 32, SDL_PIXELFORMAT_ARGB8888);
    if (icon == NULL)
        return;
    for (size_t i = 0; i < sizeof boxes / sizeof boxes[0]; i++)
        SDL_FillRect(icon, &boxes[i].box, boxes[i].colour);
    SDL_SetWindowIcon(window, icon);
    SDL_FreeSurface(icon);
}

void window_prepare(void)
{
    SDL_SetHint(SDL_HINT_FRAMEBUFFER_ACCELERATION, "0");
    SDL_SetHint(SDL_HINT_VIDEO_X11_NET_WM_BYPASS_COMPOSITOR, "0");
    if (choose_display())
        SDL_Init(SDL_INIT_VIDEO);
}

/* How much finer the picture is than the desktop's points; SDL tells the pointer in these.  Where a
 * screen is not fine, or not told to be, both are the same. */
static void measure(struct window *window)
{
    int width = 0;
    int height = 0;
    SDL_Surface *surface = SDL_GetWindowSurface(window->window);
    SDL_GetWindowSize(window->window, &width, &height);
    bool known = surface != NULL && width > 0 && surface->w > 0;
    window->pixels_per_point = known ? (float)surface->w / (float)width : 1;
}

static int open_window(struct window *window, struct app *app, const char *title, char *error,
                       size_t bytes)
{
    if (SDL_WasInit(SDL_INIT_VIDEO) == 0)
        window_prepare();
    if (!has_display()) {
        snprintf(error, bytes,
                 "there is no display; --screenshot OUT.png draws the picture into a file, and "
                 "`troupe show FILE` shows it as text");
        return -ENODEV;
    }
    SDL_Rect usable = {0, 0, app->width, app->height};
    SDL_GetDisplayUsableBounds(0, &usable);
    int width = app->width < usable.w ? app->width : usable.w;
    int height = app->height < usable.h ? app->height : usable.h;
    window->window = SDL_CreateWindow(title, SDL_WINDOWPOS_CENTERED, SDL_WINDOWPOS_CENTERED, width,
                                      height, SDL_WINDOW_RESIZABLE | SDL_WINDOW_ALLOW_HIGHDPI);
    if (window->window == NULL) {
        snprintf(error, bytes, "a window cannot be opened: %s", SDL_GetError());
        return -ENODEV;
    }
    set_icon(window->window);
    SDL_SetWindowMinimumSize(window->window, WIDTH_MIN, HEIGHT_MIN);
    SDL_StartTextInput();
    SDL_GetWindowSize(window->window, &width, &height);
    struct input size = {.kind = INPUT_RESIZE, .width = width, .height = height};
    measure(window);
    input_scale(&size, window->pixels_per_point);
    app_update(app, &size);
    return 0;
}

/* Copies the buffer to the screen, whatever format that has. */
static bool present(struct window *window)
{
    struct raster *raster = &window->raster;
    SDL_Surface *surface = SDL_GetWindowSurface(window->window);
    SDL_Surface *buffer =
        SDL_CreateRGBSurfaceWithFormatFrom(raster->pixels, raster->width, raster->height, 32,
                                           raster->width * 4, SDL_PIXELFORMAT_XRGB8888);
    bool shown = surface != NULL && buffer != NULL &&
                 SDL_BlitSurface(buffer, NULL, surface, NULL) == 0 &&
                 SDL_UpdateWindowSurface(window->window) == 0;
    SDL_FreeSurface(buffer);
    return shown;
}

static bool redraw(struct window *window, const struct app *app,
                   const struct window_options *options)
{
    if (window->raster.width != app->width || window->raster.height != app->height) {
        raster_finish(&window->raster);
        if (raster_init(&window->raster, app->width, app->height) < 0)
            return false;
    }
    options->draw(options->context, &window->frame, app);
    paint_frame(&window->raster, &window->frame, &window->painter);
    return present(window);
}

/* After the picture has moved below a pointer that rests, the pointer is on something else. */
static bool repoint(const struct window *window, struct app *app)
{
    struct input input = {.kind = INPUT_MOVE, .x = app->pointer_x, .y = app->pointer_y};
    if (!app->pointer_in || app->pressed)
        return false;
    input.hot = frame_hit(&window->frame, input.x, input.y);
    bool same = input.hot.kind == app->hover.kind && input.hot.index == app->hover.index;
    return !same && app_update(app, &input);
}

/* Takes one event; true if the picture must be drawn anew. */
static bool take(struct window *window, struct app *app, const SDL_Event *event)
{
    struct input input;
    if (event->type == SDL_WINDOWEVENT && event->window.event == SDL_WINDOWEVENT_EXPOSED)
        return true;
    if (!keys_translate(event, &input))
        return false;
    if (input.kind == INPUT_RESIZE)
        measure(window);
    input_scale(&input, window->pixels_per_point);
    input.hot = frame_hit(&window->frame, input.x, input.y);
    bool changed = app_update(app, &input);
    app->pointer_rests |= input.kind == INPUT_MOVE && !window->pointed;
    window->pointed |= input.kind == INPUT_MOVE;
    return changed;
}

/* Lets time go by for what moves by itself, a frame at a time. */
static bool tick(struct window *window, struct app *app)
{
    uint64_t now = SDL_GetTicks64();
    if (window->ticks != 0 && now - window->ticks < FRAME_MS) {
        SDL_Delay((uint32_t)(FRAME_MS - (now - window->ticks)));
        now = SDL_GetTicks64();
    }
    struct input input = {.kind = INPUT_TICK,
                          .ms = window->ticks != 0 ? (double)(now - window->ticks) : 0};
    window->ticks = now;
    return app_update(app, &input);
}

static void fulfil_wishes(struct window *window, const struct app *app)
{
    if (window->full_screen == app->full_screen)
        return;
    window->full_screen = app->full_screen;
    SDL_SetWindowFullscreen(window->window, app->full_screen ? SDL_WINDOW_FULLSCREEN_DESKTOP : 0);
}

/* Takes what has come in, or waits for something to come: for ever, or, while something moves or is
 * watched, a little. */
static bool wait_for_input(struct window *window, struct app *app, bool watching)
{
    SDL_Event event;
    bool changed = false;
    bool any;
    if (play_is_on(app)) {
        changed = tick(window, app);
        any = SDL_PollEvent(&event) != 0;
    } else {
        window->ticks = 0;
        any = (watching ? SDL_WaitEventTimeout(&event, WATCH_MS) : SDL_WaitEvent(&event)) != 0;
    }
    for (int i = 0; any && i < EVENTS_MAX; i++) {
        changed |= take(window, app, &event);
        if (event.type == SDL_DROPFILE)
            SDL_free(event.drop.file);
        any = SDL_PollEvent(&event) != 0;
    }
    return changed;
}

static int run(struct window *window, struct app *app, const struct window_options *options,
               char *error, size_t bytes)
{
    bool watching = false;
    bool changed = true;
    options->turn(options->context, app, &watching);
    while (!app->quit) {
        bool shown = !changed || redraw(window, app, options);
        if (changed && shown && repoint(window, app))
            shown = redraw(window, app, options);
        if (!shown) {
            snprintf(error, bytes, "the picture cannot be shown: %s", SDL_GetError());
            return -EIO;
        }
        changed = wait_for_input(window, app, watching);
        fulfil_wishes(window, app);
        changed |= options->turn(options->context, app, &watching);
    }
    return 0;
}

/* With each event SDL sends itself a message through the window, on a connection of its own.  One
 * that reaches the X server when the window is gone already ends the program with an error, so the
 * window is hidden at once and destroyed a moment later. */
static void close_window(struct window *window)
{
    SDL_HideWindow(window->window);
    SDL_Delay(CLOSE_DELAY_MS);
    SDL_DestroyWindow(window->window);
}

int window_run(struct app *app, const struct window_options *options, char *error, size_t bytes)
{
    struct window window = {.measurer = font_measurer(options->fonts),
                            .painter = font_painter(options->fonts)};
    frame_init(&window.frame, &window.measurer);
    int status = open_window(&window, app, options->title, error, bytes);
    if (status == 0)
        status = run(&window, app, options, error, bytes);
    if (window.window != NULL)
        close_window(&window);
    raster_finish(&window.raster);
    frame_finish(&window.frame);
    SDL_Quit();
    return status;
}
