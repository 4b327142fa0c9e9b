/*
 * Light is for projectors and paper, dark for dim rooms.  In both, text stands at least 4.5 to 1
 * against its ground.
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
};

const struct theme *theme_of(bool is_dark)
{
    return is_dark ? &dark : &light;
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
