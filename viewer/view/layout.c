/*
 * Boxes are cut from the picture: from the top the bars, from the bottom the panel and the strip,
 * and the lanes take the rest.  Everything is rounded to whole pixels here, once, so that edges
 * are sharp and neighbours meet.
 */

#include "layout.h"

#include <math.h>

/* Heights at scale 1. */
#define TOP_HEIGHT 56
#define SCORE_HEIGHT 102
#define SCORE_HEIGHT_SHORT 66 /* without the sentence */
#define RULER_HEIGHT 42
#define STRIP_HEIGHT 78
/* With several runs: the line that tells of the moment, and the numbers at the right. */
#define MOMENT_HEIGHT 30
#define SECTION_ZOOM 0.72f /* of rows, where several runs share the height */
#define NUMBERS_WIDTH 230
#define MAP_HEIGHT 22 /* from the foot of the strip, */
#define MAP_FOOT 7    /* without so much */
#define PANEL_HEIGHT 148
#define PANEL_HEIGHT_SHORT 106

/* A picture less high than this at scale 1 goes without, or makes it shorter. */
#define HEIGHT_FOR_FULL_PANEL 600
#define HEIGHT_FOR_STRIP 500
#define HEIGHT_FOR_PANEL 400
#define HEIGHT_FOR_SENTENCE 380
#define HEIGHT_FOR_SCORE 300
#define HEIGHT_FOR_LESSON_SCORE 600 /* the card has the number that matters */

/* Widths at scale 1. */
#define EDGE 24
#define EDGE_COLUMN 12 /* at the right of one of several columns */
#define NAMES_GAP 20
#define NAMES_WIDTH_MIN 100 /* names and the captions of the ruler and the strip */
#define NAMES_WIDTH_MAX 240
#define NAMES_STATE 12 /* more than the gap for the state at the cursor, between name and lane */
#define NAMES_SHARE_MAX 0.3f
#define NAMES_SHARE_LESSON 0.36f /* few lanes, read from afar */
#define NAMES_SHARE_COLUMN 0.42f
#define NAMES_WIDTH_COLUMN 88 /* so much a narrow column gives, too, for names like "process 1" */
#define DETAIL_WIDTH_MIN 420
#define OUTPUT_WIDTH 210
#define SOURCE_WIDTH_MIN 300
#define PANEL_GAP 24

/* A lesson's card takes so much of the height, but leaves the lanes this share of it; the program
 * is beside it if there is so much width, and takes a share. */
#define CARD_HEIGHT 268
#define CARD_SHARE_MAX 0.45f
#define WIDTH_FOR_CODE 900
#define CODE_SHARE 0.4f

/* A row is as high as there is room, within these; its bar takes a fixed share. */
#define SCROLL_BAR_WIDTH 5
#define SCROLL_BAR_LEAST 16
#define ROW_HEIGHT_MIN 28
#define ROW_HEIGHT_MAX 76
#define ROW_BAR_SHARE 0.62f
#define ROW_BAR_SHARE_QUEUE 0.42f
#define BAR_HEIGHT_MIN 20 /* words in a lower one could not be read */
#define BAR_HEIGHT_MAX 40
/* Above the bar a number in a circle needs so much. */
#define CIRCLE_ROOM 17

/* Scale of the picture: that of its smaller side, times what the user wants. */
static float scale_of(const struct layout_request *request)
{
    float fit = fminf((float)request->width / LAYOUT_WIDTH, (float)request->height / LAYOUT_HEIGHT);
    return fmaxf(fit, LAYOUT_SCALE_MIN) * request->text_scale;
}

static struct frame_rect rounded(float x, float y, float right, float bottom)
{
    x = roundf(x);
    y = roundf(y);
    return (struct frame_rect){x, y, fmaxf(roundf(right) - x, 0), fmaxf(roundf(bottom) - y, 0)};
}

/* From left to right: detail, output, source, in what the panel is wide. */
static void divide_panel(struct layout *layout, const struct layout_request *request)
{
    float scale = layout->scale;
    float left = EDGE * scale;
    float right = frame_right(layout->panel) - EDGE * scale;
    float top = layout->panel.y;
    float bottom = frame_bottom(layout->panel);
    float room = (right - left) / scale;
    bool source = request->has_source &&
                  room >= DETAIL_WIDTH_MIN + OUTPUT_WIDTH + SOURCE_WIDTH_MIN + 2 * PANEL_GAP;
    bool output = request->has_output && room >= DETAIL_WIDTH_MIN + OUTPUT_WIDTH / 2 + PANEL_GAP;
    if (source) {
        float width = fmaxf(SOURCE_WIDTH_MIN, room * 0.4f) * scale;
        layout->source = rounded(right - width, top, right, bottom);
        right -= width + PANEL_GAP * scale;
    }
    if (output) {
        float width = fminf(OUTPUT_WIDTH * scale, right - left - DETAIL_WIDTH_MIN * scale);
        if (!source)
            width = fmaxf(width, (right - left) * 0.38f);
        layout->output = rounded(right - width, top, right, bottom);
        right -= width + PANEL_GAP * scale;
    }
    layout->detail = rounded(left, top, right, bottom);
}

static void set_rows(struct layout *layout, const struct layout_request *request)
{
    float scale = layout->scale;
    float zoom = request->row_zoom > 0 ? request->row_zoom : 1;
    zoom *= request->section_count > 1 && !layout->columns ? SECTION_ZOOM : 1;
    float rows = (float)request->rows;
    float least = ROW_HEIGHT_MIN * scale * zoom;
    float most = ROW_HEIGHT_MAX * scale * fmaxf(zoom, 1);
    float each = rows > 0 ? layout->lanes.height / rows : most;
    layout->row_height = floorf(fmaxf(fminf(each, most), fminf(least, most)));
    if (each < least) { /* as many as fit, all of them whole */
        float fit = fmaxf(floorf(layout->lanes.height / fmaxf(least, 1)), 1);
        layout->row_height = fmaxf(floorf(layout->lanes.height / fit), 1);
        layout->lanes.height = layout->names.height = layout->row_height * fit;
    }
    float least_bar = BAR_HEIGHT_MIN * scale * fminf(zoom, 1);
    layout->roomy_foot = request->lesson && request->has_queue;
    float share = layout->roomy_foot ? ROW_BAR_SHARE_QUEUE : ROW_BAR_SHARE;
    float bar = fmaxf(layout->row_height * share, least_bar);
    bar = fminf(bar, fminf(BAR_HEIGHT_MAX * scale * fmaxf(zoom, 1), layout->row_height - 2));
    layout->bar_height = floorf(fmaxf(bar, 1));
    layout->compact = layout->row_height - layout->bar_height < CIRCLE_ROOM * scale;
    float beyond = layout->row_height * rows - layout->lanes.height;
    layout->scroll_px_max = fmaxf(beyond, 0);
    float fit = floorf(layout->lanes.height / layout->row_height) - 1; /* one must scroll */
    layout->pinned = (uint32_t)fmaxf(fminf((float)request->pinned, fit), 0);
}

/* Cuts a lesson's card and program off what is below `y`; the width and the foot that are left. */
static void cut_lesson(struct layout *layout, const struct layout_request *request, float y,
                       float *width, float *bottom)
{
    float scale = layout->scale;
    if (request->has_source && *width >= WIDTH_FOR_CODE * scale) {
        float code = roundf(*width * CODE_SHARE);
        layout->source = rounded(*width - code, y, *width, *bottom);
        *width -= code;
    }
    float card = fminf(CARD_HEIGHT * scale, *bottom * CARD_SHARE_MAX);
    layout->card = rounded(0, *bottom - card, *width, *bottom);
    *bottom = layout->card.y;
}

/* From the left edge of what is `width` wide to the lanes. */
static float names_width(const struct layout *layout, const struct layout_request *request,
                         float width)
{
    float scale = layout->scale;
    float whole = request->names_px + (layout->columns ? 0 : NAMES_STATE);
    float names = fminf(fmaxf(whole, NAMES_WIDTH_MIN), NAMES_WIDTH_MAX);
    float most = width * (!request->lesson  ? NAMES_SHARE_MAX
                          : layout->columns ? NAMES_SHARE_COLUMN
                                            : NAMES_SHARE_LESSON);
    if (layout->columns) {
        float short_names = (EDGE + NAMES_WIDTH_COLUMN + NAMES_GAP / 2.0f) * scale;
        most = fmaxf(most, fminf(short_names, width / 2));
    }
    return fminf((EDGE + names + NAMES_GAP) * scale, fmaxf(most, 2 * EDGE * scale));
}

/* One size for all columns: that in which the widest of their names is whole, if it can be read. */
static float name_points(const struct layout *layout, float widest_px)
{
    float room = layout->names.width - (EDGE + NAMES_GAP / 2.0f) * layout->scale;
    float size_px = LAYOUT_NAME_POINTS * room / fmaxf(widest_px, 1);
    if (!layout->columns)
        return LAYOUT_NAME_POINTS;
    return fmaxf(LAYOUT_NAME_POINTS_MIN,
                 fminf(floorf(size_px) / layout->scale, LAYOUT_NAME_POINTS));
}

struct layout layout_make(const struct layout_request *request)
{
    struct layout layout = {.scale = scale_of(request)};
    bool several = request->section_count > 1;
    float scale = layout.scale;
    float width = (float)request->width;
    float bottom = (float)request->height;
    float height = bottom / scale;
    float y = TOP_HEIGHT * scale;
    layout.top = rounded(0, 0, width, y);
    if (height >= (request->lesson ? HEIGHT_FOR_LESSON_SCORE : HEIGHT_FOR_SCORE) && !several) {
        layout.sentence = height >= HEIGHT_FOR_SENTENCE;
        float score = layout.sentence ? SCORE_HEIGHT : SCORE_HEIGHT_SHORT;
        layout.score = rounded(0, y, width, y + score * scale);
        y += score * scale;
    }
    bool lanes_only = request->lanes_only || request->lesson;
    if (request->lesson) {
        cut_lesson(&layout, request, y, &width, &bottom);
    } else if (height >= HEIGHT_FOR_PANEL && !lanes_only) {
        float panel =
            height >= HEIGHT_FOR_FULL_PANEL && !several ? PANEL_HEIGHT : PANEL_HEIGHT_SHORT;
        layout.panel = rounded(0, bottom - panel * scale, width, bottom);
        bottom -= panel * scale;
        divide_panel(&layout, request);
    }
    layout.right = width;
    /* in a lesson, too, unless the program is to be seen: then columns would be too narrow */
    layout.columns = several && (request->lesson ? layout.source.width <= 0 : request->columns);
    if (layout.columns) { /* all of one width, so that one axis fits all */
        width = floorf(width / (float)request->section_count);
        layout.left = width * (float)request->section;
        layout.right = layout.left + width;
    }
    float x = layout.left + names_width(&layout, request, width);
    float right = layout.right - (layout.columns ? EDGE_COLUMN : EDGE) * scale;
    if (several && !request->lesson) {
        right -= layout.columns ? 0 : NUMBERS_WIDTH * scale;
        layout.strip = rounded(x, bottom - MOMENT_HEIGHT * scale, right, bottom);
        bottom -= MOMENT_HEIGHT * scale;
    } else if (height >= HEIGHT_FOR_STRIP && !lanes_only) {
        layout.strip = rounded(x, bottom - STRIP_HEIGHT * scale, right, bottom);
        layout.map = rounded(x, bottom - MAP_HEIGHT * scale, right, bottom - MAP_FOOT * scale);
        bottom -= STRIP_HEIGHT * scale;
    }
    layout.ruler = rounded(x, y, right, y + RULER_HEIGHT * scale);
    y += RULER_HEIGHT * scale;
    if (several && !layout.columns) { /* its own part of what is left */
        float each = (bottom - y) / (float)request->section_count;
        y += each * (float)request->section;
        bottom = y + each;
    }
    if (several)
        y += LAYOUT_SECTION_TITLE * scale;
    layout.lanes = rounded(x, y, right, bottom);
    layout.names = rounded(layout.left, y, x, bottom);
    layout.name_points = name_points(&layout, request->names_px);
    set_rows(&layout, request);
    return layout;
}

float layout_row_y(const struct layout *layout, uint32_t row, double scroll_px)
{
    double top = (double)layout->row_height * row - (row < layout->pinned ? 0 : scroll_px);
    return layout->lanes.y + (float)round(top);
}

float layout_bar_y(const struct layout *layout, uint32_t row, double scroll_px)
{
    /* Compact rows centre their bars; others leave more room above, for the numbers. */
    float spare = layout->row_height - layout->bar_height;
    float above =
        floorf(layout->compact ? spare / 2 : fmaxf(spare / 2, CIRCLE_ROOM * layout->scale));
    if (layout->roomy_foot)
        above = floorf(spare / 8);
    return above + layout_row_y(layout, row, scroll_px);
}

uint32_t layout_row_first(const struct layout *layout, double scroll_px)
{
    double first = floor(scroll_px / layout->row_height) + layout->pinned;
    return first > 0 ? (uint32_t)first : 0;
}

uint32_t layout_row_end(const struct layout *layout, double scroll_px, uint32_t rows)
{
    double end = ceil((scroll_px + layout->lanes.height) / layout->row_height);
    return end < rows ? (uint32_t)end : rows;
}

struct frame_rect layout_scrolled(const struct layout *layout)
{
    struct frame_rect box = layout->lanes;
    float pinned = layout->row_height * (float)layout->pinned;
    box.y += pinned;
    box.height -= pinned;
    return box;
}

struct text_style layout_text(const struct layout *layout, float points, bool bold)
{
    float size = roundf(points * layout->scale);
    return (struct text_style){.size_px = (uint16_t)fmaxf(size, 1), .bold = bold};
}

struct frame_rect layout_scroll_bar(const struct layout *layout, double scroll_px)
{
    float width = roundf(SCROLL_BAR_WIDTH * layout->scale);
    struct frame_rect bar = {layout->right - 2 * width, layout->lanes.y, width, 0};
    if (layout->scroll_px_max <= 0)
        return bar;
    float whole = layout->lanes.height + layout->scroll_px_max;
    float share = (float)(scroll_px / layout->scroll_px_max);
    bar.height = roundf(fmaxf(layout->lanes.height * layout->lanes.height / whole,
                              roundf(SCROLL_BAR_LEAST * layout->scale)));
    bar.y = roundf(bar.y + share * (layout->lanes.height - bar.height));
    return bar;
}
