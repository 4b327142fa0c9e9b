/*
 * Light is for projectors and screens, dark for dim rooms, contrast for eyes that need it, print
 * for paper.  In all of them text stands at least 4.5 to 1 against its ground.
 */

#include "theme.h"

#include "trace_model.h"

static const struct theme light = {
    .ground = 0xFBFAF7,
    .panel = 0xF3F1EB,
    .ink = 0x1C2024,
    .mute = 0x5F6770,
    .faint = 0x9AA5AE,
    .rule = 0xE1DED5,
    .grid = 0xECE9E1,
    .idle = 0xEFEDE6,
    .accent = 0xD55E00,
    .run = 0x0072B2,
    .run_ink = 0xFFFFFF,
    .run_edge = 0xBFDCEC,
    .ready = 0xE69F00,
    .wait = 0xD9DEE2,
    .hatch = 0x9AA5AE,
    .message = 0x00735A,
    .queue = 0x7CC4B1,
    .slice = 0xE9E4F3,
    .slice_edge = 0x8D7BB0,
    .alarm = 0xB5123E,
};

static const struct theme dark = {
    .ground = 0x15181C,
    .panel = 0x1C2026,
    .ink = 0xECEFF2,
    .mute = 0x98A2AC,
    .faint = 0x66727D,
    .rule = 0x2B3138,
    .grid = 0x20252B,
    .idle = 0x1B1F24,
    .accent = 0xFF8A4C,
    .run = 0x56B4E9,
    .run_ink = 0x0B1116,
    .run_edge = 0x1F5F85,
    .ready = 0xE69F00,
    .wait = 0x2E353C,
    .hatch = 0x66727D,
    .message = 0x4FD1AE,
    .queue = 0x2B7F69,
    .slice = 0x2E2A3C,
    .slice_edge = 0x8F7FB8,
    .alarm = 0xFF5C7F,
};

/* Black, white, and as few colours as the states need. */
static const struct theme contrast = {
    .ground = 0x000000,
    .panel = 0x0C0C0C,
    .ink = 0xFFFFFF,
    .mute = 0xE0E0E0,
    .faint = 0xA8A8A8,
    .rule = 0x6A6A6A,
    .grid = 0x303030,
    .idle = 0x1A1A1A,
    .accent = 0xFFB000,
    .run = 0x5CC8FF,
    .run_ink = 0x000000,
    .run_edge = 0x004B70,
    .ready = 0xFFD000,
    .wait = 0x242424,
    .hatch = 0xD0D0D0,
    .message = 0x5CFFC9,
    .queue = 0x2FA985,
    .slice = 0x1C1430,
    .slice_edge = 0xC9B6FF,
    .alarm = 0xFF6B8A,
};

/* For a printer that has black only: patterns and letters tell the states apart. */
static const struct theme print = {
    .ground = 0xFFFFFF,
    .panel = 0xFFFFFF,
    .ink = 0x000000,
    .mute = 0x444444,
    .faint = 0x8A8A8A,
    .rule = 0xC4C4C4,
    .grid = 0xE6E6E6,
    .idle = 0xF4F4F4,
    .accent = 0x000000,
    .run = 0x262626,
    .run_ink = 0xFFFFFF,
    .run_edge = 0x9A9A9A,
    .ready = 0x555555,
    .wait = 0xEDEDED,
    .hatch = 0x9A9A9A,
    .message = 0x3A3A3A,
    .queue = 0xB0B0B0,
    .slice = 0xFFFFFF,
    .slice_edge = 0x555555,
    .alarm = 0x000000,
};

const struct theme *theme_of(enum app_theme theme)
{
    static const struct theme *const themes[APP_THEMES] = {
        [APP_LIGHT] = &light, [APP_DARK] = &dark, [APP_CONTRAST] = &contrast, [APP_PRINT] = &print};
    return themes[theme];
}

struct frame_fill theme_fill(const struct theme *theme, int state)
{
    switch (state) {
    case TRACE_STATE_RUN:
        return (struct frame_fill){FRAME_SOLID, theme->run, 0, 0};
    case TRACE_STATE_READY:
        return (struct frame_fill){FRAME_DOTS, theme->ready, theme->ground, 0};
    default:
        return (struct frame_fill){FRAME_HATCH, theme->hatch, theme->wait, 0};
    }
}

struct frame_stroke theme_stroke(const struct theme *theme, int state, float width_px)
{
    if (state != TRACE_STATE_READY)
        return (struct frame_stroke){0, 0};
    return (struct frame_stroke){width_px, theme->ready};
}
