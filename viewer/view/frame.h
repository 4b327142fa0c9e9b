#ifndef VIEW_FRAME_H
#define VIEW_FRAME_H

/*
 * One picture, as a flat list.
 *
 * Drawing appends primitives and hot regions to a frame; a painter plays them afterwards, in
 * order.  A frame knows no window, no font and no colour names, so that a test can read it like
 * a text and an export can write the very same picture.
 *
 * Coordinates are pixels of the picture, from the top left corner, y downwards.  Colours are
 * 0xRRGGBB.  Whatever is added while a clip is in force is cut off at its edges.
 */

#include "text.h"

struct frame_rect {
    float x, y, width, height;
};

struct frame_point {
    float x, y;
};

/* What fills a shape.  Colour is never the only difference between two states. */
enum frame_pattern {
    FRAME_SOLID, /* ink everywhere */
    FRAME_DOTS,  /* dots of ink on paper */
    FRAME_HATCH, /* slanted lines of ink on paper */
    FRAME_EMPTY, /* nothing: the outline alone */
};

struct frame_fill {
    enum frame_pattern pattern;
    uint32_t ink;
    uint32_t paper; /* not used by solid and empty */
    int shift_px;   /* the pattern is moved right by this, so that it pans with what it fills */
};

/* An outline along the inner edge of a shape; width 0 is none. */
struct frame_stroke {
    float width_px;
    uint32_t ink;
};

enum frame_kind {
    FRAME_RECT,     /* box, radius, fill, stroke */
    FRAME_TEXT,     /* box around it, baseline, style, fill.ink; first, count: its bytes */
    FRAME_POLYLINE, /* stroke; first, count: its points */
    FRAME_POLYGON,  /* fill (solid); first, count: its corners */
    FRAME_COLUMNS,  /* box, a pixel wide for each column; first, count: heights as points, see
                       frame_columns(); fill.ink, fill.paper and stroke.ink are the three inks */
};

struct frame_item {
    enum frame_kind kind;
    uint32_t clip; /* index into the frame's clips */
    struct frame_rect box;
    float radius;
    float baseline; /* y of the foot of the letters */
    struct frame_fill fill;
    struct frame_stroke stroke;
    struct text_style style;
    uint32_t first; /* into the frame's points or bytes */
    uint32_t count;
};

/* What a region of the picture stands for.  `index` says which one. */
enum frame_hot_kind {
    FRAME_HOT_NONE,
    FRAME_HOT_AXIS,     /* a button: index is an enum trace_axis_kind */
    FRAME_HOT_MENU,     /* a heading of the menu: index is a group of commands; or, with the
                           number behind the last, the menu's button */
    FRAME_HOT_SCORE,    /* a number of the scoreboard */
    FRAME_HOT_LEGEND,   /* a state in the legend: index is an enum trace_state, or 3 for messages */
    FRAME_HOT_NAME,     /* the name of a row: index of the item */
    FRAME_HOT_LANES,    /* the ground of the lanes, where nothing is drawn */
    FRAME_HOT_SPAN,     /* a state of an actor: index of the span */
    FRAME_HOT_ARROW,    /* a message: index of the flow */
    FRAME_HOT_NOTE,     /* a note on an actor: index of the mark */
    FRAME_HOT_MAILBOX,  /* how many messages a mailbox holds: index of the lane */
    FRAME_HOT_SLICE,    /* a stretch that an actor named: index of the slice */
    FRAME_HOT_JOB,      /* what a thread ran for an actor: index of the job */
    FRAME_HOT_COUNTER,  /* the chart of a counter: its index */
    FRAME_HOT_BREAK,    /* a collapsed gap of the folded axis */
    FRAME_HOT_STRIP,    /* the strip of how many are in progress and running */
    FRAME_HOT_OUTPUT,   /* a printed line: index of the mark */
    FRAME_HOT_BOOKMARK, /* a marked moment: which one */
    FRAME_HOT_SECTION,  /* the title of one of several runs: which one */
    FRAME_HOT_MAP,      /* the map of the whole run */
    FRAME_HOT_SCROLL,   /* the bar that scrolls the lanes, and its way */
    FRAME_HOT_RULER,    /* the ruler: a drag there selects a range */
    FRAME_HOT_BAND,     /* the heading of a group of lanes: index of the item */
    FRAME_HOT_PROMPT,   /* a line of the list below a prompt: which one */
    FRAME_HOT_ANSWER,   /* an answer of a lesson: which one */
    FRAME_HOT_PANEL,    /* the rest of the panel below the lanes */
};

struct frame_hot {
    enum frame_hot_kind kind;
    uint32_t index;
    struct frame_rect box;
    uint8_t pane; /* of several runs in one picture, the one that it belongs to */
};

enum frame_align { FRAME_LEFT, FRAME_CENTRE, FRAME_RIGHT };

struct frame {
    int width, height;
    uint32_t ground;     /* colour below everything */
    float pattern_scale; /* 1: dots 6 and lines 11 pixels apart */
    const struct text_measurer *measurer;

    struct frame_item *items;
    size_t item_count, item_room;
    struct frame_hot *hots;
    size_t hot_count, hot_room;
    struct frame_point *points;
    size_t point_count, point_room;
    char *bytes;
    size_t byte_count, byte_room;
    struct frame_rect *clips; /* clips[0] is the whole picture */
    size_t clip_count, clip_room;
    uint32_t clip;      /* the one in force */
    uint8_t pane;       /* given to what is made hot */
    bool out_of_memory; /* something could not be added */
};

void frame_init(struct frame *frame, const struct text_measurer *measurer);
void frame_finish(struct frame *frame);

/* Empties the frame for a new picture; memory is kept. */
void frame_begin(struct frame *frame, int width, int height, uint32_t ground);

/* From here on only what lies in `box` is visible; until frame_unclip().  Clips do not nest. */
void frame_clip(struct frame *frame, struct frame_rect box);
void frame_unclip(struct frame *frame);

/* Shapes.  Those that lie wholly outside the clip in force are not added. */
void frame_rect(struct frame *frame, struct frame_rect box, float radius, struct frame_fill fill,
                struct frame_stroke stroke);
void frame_polyline(struct frame *frame, const struct frame_point *points, size_t count,
                    struct frame_stroke stroke);
void frame_polygon(struct frame *frame, const struct frame_point *points, size_t count,
                   uint32_t ink);

/* Columns of one pixel side by side, from the left edge of `box`: of each the lowest x pixels have
 * the first ink, the y above them the second, and the rest the third, if `rest` is set. */
struct frame_inks {
    uint32_t low, middle, high;
    bool rest;
};
void frame_columns(struct frame *frame, struct frame_rect box, const struct frame_point *heights,
                   size_t count, struct frame_inks inks);

/* A solid rectangle without outline, and a line straight along an axis. */
void frame_fill_rect(struct frame *frame, struct frame_rect box, uint32_t ink);
void frame_horizontal(struct frame *frame, float x0, float x1, float y, float width_px,
                      uint32_t ink);
void frame_vertical(struct frame *frame, float x, float y0, float y1, float width_px, uint32_t ink);

/* One line of text whose baseline starts, is centred or ends at x.  What does not fit in
 * `width_max_px` is replaced by an ellipsis; control characters become spaces.  The width that it
 * takes, 0 if nothing fits. */
float frame_text(struct frame *frame, struct text_style style, uint32_t ink, enum frame_align align,
                 float x, float baseline, float width_max_px, const char *text);

/* Makes a region hot; of several at one point the last added counts. */
void frame_hot(struct frame *frame, struct frame_rect box, enum frame_hot_kind kind,
               uint32_t index);

/* What is hot at a point; kind FRAME_HOT_NONE if nothing is. */
struct frame_hot frame_hit(const struct frame *frame, float x, float y);

/* The bytes of a text item, with a terminator. */
const char *frame_item_text(const struct frame *frame, const struct frame_item *item);

static inline float frame_right(struct frame_rect box)
{
    return box.x + box.width;
}

static inline float frame_bottom(struct frame_rect box)
{
    return box.y + box.height;
}

static inline bool frame_contains(struct frame_rect box, float x, float y)
{
    return x >= box.x && x < box.x + box.width && y >= box.y && y < box.y + box.height;
}

#endif
