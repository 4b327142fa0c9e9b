/*
 * SVG and PNG agree: a reader of SVG that knows nothing of the viewer's own list of shapes says
 * what colour a pixel has, and the rasteriser must have painted that.
 *
 * Asked are the middle of each shape and a grid of pixels.  A pixel that only part of a shape
 * covers is anybody's guess, unless something covers it wholly afterwards.  Letters are in neither
 * picture.
 */

#include "harness.h"

#include "gallery.h"
#include "paint.h"
#include "svg.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WIDTH 1280
#define HEIGHT 728
#define GRID 5
#define SLACK 0.011f /* numbers have two decimals */

struct svg_box {
    float x0, y0, x1, y1;
};

enum covers { NOT, PARTLY, WHOLLY };

struct svg_shape {
    enum { RECTANGLE, POLYGON, LINE } kind;
    struct svg_box box; /* of the middle of the outline */
    float rounding, outline_px;
    uint32_t inks[2]; /* the fill is one of these, or between them */
    bool filled;
    uint32_t outline;
    int clip; /* 0: none */
    size_t first, count;
};

struct picture {
    struct svg_shape *shapes;
    size_t count, room;
    struct frame_point *points;
    size_t point_count;
    struct svg_box clips[1024];
};

/* --- reading ------------------------------------------------------------------------------- */

static bool attribute(const char *line, const char *name, const char **value)
{
    char pattern[32];
    snprintf(pattern, sizeof pattern, " %s=\"", name);
    const char *at = strstr(line, pattern);
    *value = at != NULL ? at + strlen(pattern) : NULL;
    return at != NULL;
}

static float number(const char *line, const char *name)
{
    const char *value;
    return attribute(line, name, &value) ? strtof(value, NULL) : 0;
}

static struct svg_box box_of(const char *line)
{
    float x = number(line, "x");
    float y = number(line, "y");
    return (struct svg_box){x, y, x + number(line, "width"), y + number(line, "height")};
}

static struct svg_shape *add(struct picture *picture)
{
    if (picture->count == picture->room) {
        picture->room = picture->room > 0 ? 2 * picture->room : 1024;
        picture->shapes = realloc(picture->shapes, picture->room * sizeof *picture->shapes);
        assert_non_null(picture->shapes);
    }
    struct svg_shape *shape = &picture->shapes[picture->count++];
    *shape = (struct svg_shape){.kind = RECTANGLE};
    return shape;
}

/* A pattern's name has its two colours. */
static void read_inks(const char *line, struct svg_shape *shape)
{
    const char *value;
    assert_true(attribute(line, "fill", &value));
    shape->filled = strncmp(value, "none", 4) != 0;
    if (value[0] == '#')
        shape->inks[0] = shape->inks[1] = (uint32_t)strtoul(value + 1, NULL, 16);
    else if (shape->filled)
        assert_int_equal(sscanf(value, "url(#%*c%6x%6x)", &shape->inks[0], &shape->inks[1]), 2);
    if (attribute(line, "stroke", &value)) {
        shape->outline = (uint32_t)strtoul(value + 1, NULL, 16);
        shape->outline_px = number(line, "stroke-width");
    }
}

static void read_points(struct picture *picture, const char *line, struct svg_shape *shape)
{
    const char *at;
    struct frame_point point;
    int length = 0;
    assert_true(attribute(line, "points", &at));
    shape->first = picture->point_count;
    for (; sscanf(at, "%f,%f%n", &point.x, &point.y, &length) == 2; at += length) {
        picture->points = realloc(picture->points, ++picture->point_count * sizeof point);
        picture->points[picture->point_count - 1] = point;
        shape->count++;
    }
    assert_true(shape->count >= 2);
}

/* A path is made of boxes: "M10 20h3v-4h-3z". */
static void read_path(struct picture *picture, const char *line, int clip)
{
    struct svg_shape ink = {.kind = RECTANGLE};
    float x, y, width, height;
    int length = 0;
    const char *at;
    read_inks(line, &ink);
    assert_true(attribute(line, "d", &at));
    while (sscanf(at, "M%f %fh%fv-%fh-%*fz%n", &x, &y, &width, &height, &length) == 4) {
        struct svg_shape *shape = add(picture);
        *shape = ink;
        shape->clip = clip;
        shape->box = (struct svg_box){x, y - height, x + width, y};
        at += length;
    }
    assert_int_equal(*at, '"');
}

static void read_line(struct picture *picture, const char *line, int *clip)
{
    int index = 0;
    if (sscanf(line, "<clipPath id=\"c%d\">", &index) == 1) {
        assert_in_range(index, 0, 1023);
        picture->clips[index] = box_of(strstr(line, "<rect"));
    } else if (sscanf(line, "<g clip-path=\"url(#c%d)", &index) == 1) {
        *clip = index;
    } else if (strncmp(line, "</g>", 4) == 0) {
        *clip = 0;
    } else if (strncmp(line, "<path", 5) == 0) {
        read_path(picture, line, *clip);
    } else if (strncmp(line, "<rect", 5) == 0 || strncmp(line, "<poly", 5) == 0) {
        struct svg_shape *shape = add(picture);
        shape->clip = *clip;
        shape->box = box_of(line);
        shape->rounding = number(line, "rx");
        read_inks(line, shape);
        if (line[1] != 'p')
            return;
        shape->kind = line[5] == 'g' ? POLYGON : LINE;
        read_points(picture, line, shape);
    }
}

static void read_svg(struct picture *picture, char *text)
{
    int clip = 0;
    char *rest = text;
    for (char *line = strsep(&rest, "\n"); line != NULL; line = strsep(&rest, "\n"))
        read_line(picture, line, &clip);
}

/* --- what a pixel is ----------------------------------------------------------------------- */

static enum covers box_covers(struct svg_box box, float x, float y)
{
    if (x >= box.x0 - SLACK && x + 1 <= box.x1 + SLACK && y >= box.y0 - SLACK &&
        y + 1 <= box.y1 + SLACK)
        return WHOLLY;
    bool apart = x + 1 <= box.x0 + SLACK || x >= box.x1 - SLACK || y + 1 <= box.y0 + SLACK ||
                 y >= box.y1 - SLACK;
    return apart ? NOT : PARTLY;
}

static struct svg_box grown(struct svg_box box, float by)
{
    return (struct svg_box){box.x0 - by, box.y0 - by, box.x1 + by, box.y1 + by};
}

/* Round corners are left out of the question. */
static enum covers rectangle_covers(const struct svg_shape *shape, float by, float x, float y)
{
    struct svg_box box = grown(shape->box, by);
    enum covers covers = box_covers(box, x, y);
    float corner = fmaxf(shape->rounding + by, 0);
    bool in_corner = (x < box.x0 + corner || x + 1 > box.x1 - corner) &&
                     (y < box.y0 + corner || y + 1 > box.y1 - corner);
    return covers != NOT && shape->rounding > 0 && in_corner ? PARTLY : covers;
}

static float distance(struct frame_point a, struct frame_point b, float x, float y)
{
    float dx = b.x - a.x;
    float dy = b.y - a.y;
    float square = dx * dx + dy * dy;
    float along = square > 0 ? ((x - a.x) * dx + (y - a.y) * dy) / square : 0;
    along = fminf(fmaxf(along, 0), 1);
    return hypotf(x - a.x - along * dx, y - a.y - along * dy);
}

/* Near an edge nobody knows; inside a polygon, a line to the right crosses an odd number of sides.
 */
static enum covers points_cover(const struct picture *picture, const struct svg_shape *shape,
                                float x, float y)
{
    const struct frame_point *points = picture->points + shape->first;
    bool polygon = shape->kind == POLYGON;
    bool inside = false;
    for (size_t i = 0; i + !polygon < shape->count; i++) {
        struct frame_point a = points[i];
        struct frame_point b = points[(i + 1) % shape->count];
        if (distance(a, b, x, y) < shape->outline_px / 2 + 1)
            return PARTLY;
        if ((a.y > y) != (b.y > y) && x < a.x + (y - a.y) / (b.y - a.y) * (b.x - a.x))
            inside = !inside;
    }
    return polygon && inside ? WHOLLY : NOT;
}

/* The colours between which a pixel is; false if that cannot be told. */
static bool colours_at(const struct picture *picture, int px, int py, uint32_t inks[2])
{
    float x = (float)px;
    float y = (float)py;
    bool known = false;
    for (size_t i = 0; i < picture->count; i++) {
        const struct svg_shape *shape = &picture->shapes[i];
        enum covers clip = shape->clip > 0 ? box_covers(picture->clips[shape->clip], x, y) : WHOLLY;
        if (clip == NOT)
            continue;
        float half = shape->outline_px / 2;
        bool rectangle = shape->kind == RECTANGLE;
        enum covers outer = rectangle ? rectangle_covers(shape, half, x, y)
                                      : points_cover(picture, shape, x + 0.5f, y + 0.5f);
        enum covers inner = rectangle ? rectangle_covers(shape, -half, x, y) : outer;
        if (outer == NOT || (inner == WHOLLY && !shape->filled))
            continue;
        bool outlined = inner == NOT && outer == WHOLLY;
        known = clip == WHOLLY && (inner == WHOLLY || outlined);
        inks[0] = outlined ? shape->outline : shape->inks[0];
        inks[1] = outlined ? shape->outline : shape->inks[1];
    }
    return known;
}

static bool between(uint32_t pixel, const uint32_t inks[2])
{
    for (int shift = 0; shift < 24; shift += 8) {
        int is = (int)(pixel >> shift & 0xFF);
        int a = (int)(inks[0] >> shift & 0xFF);
        int b = (int)(inks[1] >> shift & 0xFF);
        if (is < (a < b ? a : b) - 1 || is > (a > b ? a : b) + 1)
            return false;
    }
    return true;
}

struct tally {
    const char *name;
    uint32_t asked, known;
};

static void ask(const struct picture *picture, const struct raster *raster, int x, int y,
                struct tally *tally)
{
    uint32_t inks[2];
    if (x < 0 || y < 0 || x >= raster->width || y >= raster->height)
        return;
    tally->asked++;
    if (!colours_at(picture, x, y, inks))
        return;
    tally->known++;
    uint32_t pixel = raster->pixels[(size_t)y * (size_t)raster->width + (size_t)x] & 0xFFFFFF;
    if (!between(pixel, inks))
        fail_msg("%s: the pixel %d,%d is #%06x as a PNG, and from #%06x to #%06x as SVG",
                 tally->name, x, y, pixel, inks[0], inks[1]);
}

/* --- pictures ------------------------------------------------------------------------------ */

static char *as_svg(const struct frame *frame)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);
    svg_write(out, frame, NULL);
    fclose(out);
    return text;
}

static void draw(struct frame *frame, struct app *app, const struct trace_model *model,
                 uint32_t number)
{
    struct draw_scratch scratch = {0};
    struct app_options options = {.width = WIDTH,
                                  .height = HEIGHT,
                                  .axis_given = true,
                                  .axis = (enum trace_axis_kind)(number % TRACE_AXIS_KINDS),
                                  .theme_given = true,
                                  .theme = (enum app_theme)(number % 2)};
    assert_int_equal(app_open(app, model, "story.json", &story_measurer, &options), 0);
    frame_init(frame, &story_measurer);
    draw_frame(frame, app, &scratch);
    draw_scratch_finish(&scratch);
}

static void svg_and_png_agree(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 2 * GALLERY_COUNT; i++) {
        struct picture *picture = calloc(1, sizeof *picture);
        struct tally tally = {0};
        struct trace_model *model = gallery_open(i % GALLERY_COUNT, &tally.name);
        struct app app;
        struct frame frame;
        struct raster raster;
        draw(&frame, &app, model, i + i / GALLERY_COUNT);
        assert_int_equal(raster_init(&raster, WIDTH, HEIGHT), 0);
        paint_frame(&raster, &frame, NULL);
        char *text = as_svg(&frame);
        read_svg(picture, text);
        for (size_t k = 0; k < picture->count; k++) {
            const struct svg_box *box = &picture->shapes[k].box;
            ask(picture, &raster, (int)((box->x0 + box->x1) / 2), (int)((box->y0 + box->y1) / 2),
                &tally);
        }
        for (int y = GRID / 2; y < HEIGHT; y += GRID)
            for (int x = GRID / 2; x < WIDTH; x += GRID)
                ask(picture, &raster, x, y, &tally);
        assert_true(picture->count > 20);
        assert_true(tally.known > tally.asked * 9 / 10);
        free(text);
        free(picture->shapes);
        free(picture->points);
        free(picture);
        raster_finish(&raster);
        frame_finish(&frame);
        app_close(&app);
        trace_model_destroy(model);
    }
}

/* The test itself would notice: another colour, or another place. */
static void a_difference_is_noticed(void **state)
{
    (void)state;
    char text[] = "<rect width=\"20\" height=\"20\" fill=\"#ffffff\"/>\n"
                  "<rect x=\"5.00\" y=\"5.00\" width=\"4.00\" height=\"4.00\" fill=\"#0072b2\"/>\n";
    struct picture *picture = calloc(1, sizeof *picture);
    uint32_t inks[2];
    read_svg(picture, text);
    assert_int_equal(picture->count, 2);
    assert_true(colours_at(picture, 6, 6, inks));
    assert_true(between(0x0072b2, inks));
    assert_false(between(0x0072b5, inks));
    assert_true(colours_at(picture, 4, 6, inks));
    assert_false(between(0x0072b2, inks));
    free(picture->shapes);
    free(picture);
}

HARNESS_MAIN(cmocka_unit_test(svg_and_png_agree), cmocka_unit_test(a_difference_is_noticed))
