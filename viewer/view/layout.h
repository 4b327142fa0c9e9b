#ifndef VIEW_LAYOUT_H
#define VIEW_LAYOUT_H

/*
 * Where everything stands in the picture.
 *
 * All sizes are those of a picture of 1280 x 720, times `scale`, which grows with the picture so
 * that the back row can read it.  What finds no room is left out, the least needed first: the
 * source, the strip, the panel, the scoreboard.  The lanes always stay.
 *
 *   +----------------------------------------------------+
 *   | top: title, legend, axes                           |
 *   +----------------------------------------------------+
 *   | score: seven numbers and a sentence                |
 *   +--------+-------------------------------------------+
 *   |        | ruler                                     |
 *   | names  +-------------------------------------------+
 *   |        | lanes                                     |
 *   |        +-------------------------------------------+
 *   |        | strip                                     |
 *   +--------+----------+----------+---------------------+
 *   | detail            | output   | source              |
 *   +-------------------+----------+---------------------+
 *
 * Of several runs each has its own names and lanes, in a part of the height with one ruler for all,
 * or in a column with a ruler of its own.  Numbers stand at their right, or at the foot alone.
 *
 * In a lesson a card takes the place of strip, detail and output, and the source stands at the
 * right of it and of the lanes.
 */

#include "frame.h"

/* The picture whose measures everything is given in. */
#define LAYOUT_WIDTH 1280
#define LAYOUT_HEIGHT 720

/* Above the lanes of each of several runs stands a title so high, at scale 1. */
#define LAYOUT_SECTION_TITLE 26

/* Names of lanes have this size, and in narrow columns a smaller one, so that they stay whole. */
#define LAYOUT_NAME_POINTS 16
#define LAYOUT_NAME_POINTS_MIN 13

/* Text below this part of its size cannot be read; a smaller picture leaves things out instead. */
#define LAYOUT_SCALE_MIN 0.75f

struct layout_request {
    int width, height;
    float text_scale;                /* what the user asked for; 1 is as designed */
    uint32_t rows;                   /* how many there are, */
    uint32_t pinned;                 /* and how many of them, at the top, do not scroll */
    float row_zoom;                  /* higher or lower rows; 0 or 1: as designed */
    float names_px;                  /* width of the widest name of all runs at scale 1 */
    bool has_source;                 /* there is a source file to show */
    bool has_output;                 /* something was printed */
    bool lanes_only;                 /* neither strip nor panel */
    bool lesson;                     /* a card below the lanes, and the program beside both */
    uint32_t section, section_count; /* one of several runs below each other; 0 of 0: alone */
    bool columns;                    /* ... beside each other */
    bool has_queue;                  /* some mailbox is drawn; in a lesson it gets more room */
};

struct layout {
    float scale;
    struct frame_rect top;
    struct frame_rect score; /* height 0: left out, like all below */
    bool sentence;           /* the score has room for its sentence */
    struct frame_rect ruler;
    float left, right; /* of what belongs to the run: names, lanes, and what is beside them */
    struct frame_rect names;
    float name_points;
    struct frame_rect lanes;
    struct frame_rect strip;
    struct frame_rect map; /* of the whole run, in the foot of the strip */
    struct frame_rect panel;
    struct frame_rect detail;
    struct frame_rect output;
    struct frame_rect source;
    bool columns;           /* runs stand beside each other */
    bool roomy_foot;        /* bars stand higher, for what is drawn below them */
    struct frame_rect card; /* of a lesson; the source is then as high as card and lanes */
    float row_height;
    float bar_height;
    bool compact;        /* no room above the bars: numbers go into them */
    float scroll_px_max; /* how far the rows can be scrolled */
    uint32_t pinned;     /* rows that do not scroll */
};

struct layout layout_make(const struct layout_request *request);

/* The top of a row, and of its bar, when the rows are scrolled by `scroll_px`. */
float layout_row_y(const struct layout *layout, uint32_t row, double scroll_px);
float layout_bar_y(const struct layout *layout, uint32_t row, double scroll_px);

/* The rows that scroll and can be seen at least in part: the first, and the one after the last;
 * and where they stand. */
uint32_t layout_row_first(const struct layout *layout, double scroll_px);
uint32_t layout_row_end(const struct layout *layout, double scroll_px, uint32_t rows);
struct frame_rect layout_scrolled(const struct layout *layout);

/* The bar at the right that says which part of the lanes is seen; of no height if all are. */
struct frame_rect layout_scroll_bar(const struct layout *layout, double scroll_px);

/* The size of text that has `points` in the picture of 1280 x 720. */
struct text_style layout_text(const struct layout *layout, float points, bool bold);

#endif
