/*
 * Pixels: shapes cover exactly what they should, and the same picture has the same bytes on every
 * machine.
 */

#include "harness.h"

#include <stdlib.h>
#include <string.h>

#include "paint.h"
#include "story.h"

#define SIDE 32
#define WHITE 0xFFFFFFFFu
#define BLACK 0xFF000000u

static const struct raster_clip everywhere = {0, 0, SIDE, SIDE};

static struct raster blank(void)
{
    struct raster raster;
    assert_int_equal(raster_init(&raster, SIDE, SIDE), 0);
    raster_clear(&raster, 0xFFFFFF);
    return raster;
}

static struct raster_point point(double x, double y)
{
    return (struct raster_point){(int32_t)(x * RASTER_ONE), (int32_t)(y * RASTER_ONE)};
}

static uint32_t at(const struct raster *raster, int x, int y)
{
    return raster->pixels[y * raster->width + x];
}

/* How much black there is, in pixels. */
static double area(const struct raster *raster)
{
    double sum = 0;
    for (int i = 0; i < raster->width * raster->height; i++)
        sum += (255 - (raster->pixels[i] & 0xFF)) / 255.0;
    return sum;
}

static void box(struct raster *raster, double x0, double y0, double x1, double y1, double radius)
{
    raster_box(raster, everywhere, point(x0, y0), point(x1, y1), (int32_t)(radius * RASTER_ONE),
               (struct raster_ink){.colour = BLACK});
}

static void whole_pixels_are_filled_exactly(void **state)
{
    (void)state;
    struct raster raster = blank();
    box(&raster, 3, 4, 10, 6, 0);
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++)
            assert_int_equal(at(&raster, x, y),
                             x >= 3 && x < 10 && y >= 4 && y < 6 ? BLACK : WHITE);
    raster_finish(&raster);
}

static void parts_of_pixels_are_mixed_by_their_share(void **state)
{
    (void)state;
    struct raster raster = blank();
    box(&raster, 3.25, 4, 5.5, 5, 0);
    assert_int_equal(at(&raster, 3, 4) & 0xFF, 64);
    assert_int_equal(at(&raster, 4, 4), BLACK);
    assert_int_equal(at(&raster, 5, 4) & 0xFF, 128);
    assert_int_equal(at(&raster, 6, 4), WHITE);
    raster_finish(&raster);
}

static void areas_are_right(void **state)
{
    (void)state;
    struct raster raster = blank();
    box(&raster, 2.5, 3.25, 20.75, 17.5, 0);
    assert_float_equal(area(&raster), 18.25 * 14.25, 0.5);
    raster_clear(&raster, 0xFFFFFF);
    box(&raster, 4, 4, 24, 24, 10); /* a circle */
    assert_float_equal(area(&raster), 3.14159 * 100, 2);
    raster_clear(&raster, 0xFFFFFF);
    const struct raster_point triangle[] = {point(2, 2), point(26, 2), point(2, 20)};
    raster_polygon(&raster, everywhere, triangle, 3, BLACK);
    assert_float_equal(area(&raster), 24 * 18 / 2.0, 1);
    raster_clear(&raster, 0xFFFFFF);
    const struct raster_point line[] = {point(4, 4), point(24, 24)};
    raster_polyline(&raster, everywhere, line, 2, 2 * RASTER_ONE, BLACK);
    assert_float_equal(area(&raster), 2 * 28.28 + 2, 2);
    raster_finish(&raster);
}

static void overlapping_pieces_of_a_line_are_painted_once(void **state)
{
    (void)state;
    struct raster raster = blank();
    const struct raster_point there_and_back[] = {point(4, 8.5), point(24, 8.5), point(4, 8.5)};
    raster_polyline(&raster, everywhere, there_and_back, 3, RASTER_ONE / 2, BLACK);
    for (int x = 6; x < 22; x++)
        assert_int_equal(at(&raster, x, 8) & 0xFF, 128);
    raster_finish(&raster);
}

static void nothing_is_painted_outside_the_clip(void **state)
{
    (void)state;
    static const struct raster_clip clip = {8, 8, 16, 12};
    uint8_t mask[SIDE * SIDE];
    memset(mask, 255, sizeof mask);
    struct raster raster = blank();
    const struct raster_point huge[] = {point(-900, -900), point(900, -900), point(900, 900),
                                        point(-900, 900)};
    raster_polygon(&raster, clip, huge, 4, BLACK);
    raster_box(&raster, clip, huge[0], huge[2], 5 * RASTER_ONE,
               (struct raster_ink){.colour = BLACK});
    raster_polyline(&raster, clip, huge, 4, 300 * RASTER_ONE, BLACK);
    raster_mask(&raster, clip, -3, -3, mask, SIDE, SIDE, BLACK);
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++)
            if (x < 8 || x >= 16 || y < 8 || y >= 12)
                assert_int_equal(at(&raster, x, y), WHITE);
    assert_float_equal(area(&raster), 32, 0.01);
    raster_finish(&raster);
}

static void shapes_of_no_size_are_nothing(void **state)
{
    (void)state;
    struct raster raster = blank();
    const struct raster_point same[] = {point(5, 5), point(5, 5), point(5, 5)};
    box(&raster, 5, 5, 5, 9, 0);
    box(&raster, 9, 5, 5, 9, 3);
    raster_polygon(&raster, everywhere, same, 3, BLACK);
    raster_polyline(&raster, everywhere, same, 3, RASTER_ONE, BLACK);
    assert_float_equal(area(&raster), 0, 0);
    raster_finish(&raster);
}

static void roots_are_exact(void **state)
{
    (void)state;
    assert_int_equal(raster_root(0), 0);
    assert_int_equal(raster_root(15), 3);
    assert_int_equal(raster_root(16), 4);
    assert_int_equal(raster_root(UINT64_C(0xFFFFFFFE00000000)), 0xFFFFFFFE);
    assert_int_equal(raster_root(UINT64_MAX), 0xFFFFFFFF);
}

static void patterns_have_seams_nobody_sees(void **state)
{
    (void)state;
    for (int32_t scale = 128; scale <= 1024; scale += 97) {
        int size = raster_hatch_size(scale);
        uint32_t *tile = malloc((size_t)(size * size) * sizeof *tile);
        raster_hatch(tile, scale, 0, 0xFFFFFF);
        for (int y = 0; y < size; y++) /* along a slanted line all is the same */
            for (int x = 0; x < size; x++)
                assert_int_equal(tile[y * size + x],
                                 tile[(y + 1) % size * size + (x + size - 1) % size]);
        free(tile);
        size = raster_dots_size(scale);
        tile = malloc((size_t)(size * size) * sizeof *tile);
        raster_dots(tile, scale, 0, 0xFFFFFF);
        for (int y = 0; y < size; y++)
            for (int x = 0; x < size; x++)
                assert_int_equal(tile[y * size + x], tile[(size - 1 - y) * size + x]);
        assert_int_not_equal(tile[size / 2 * size + size / 2], WHITE);
        free(tile);
    }
}

/* FNV-1a over the colours. */
static uint64_t hash(const struct raster *raster)
{
    uint64_t sum = UINT64_C(0xCBF29CE484222325);
    for (int i = 0; i < raster->width * raster->height; i++)
        for (int shift = 0; shift < 24; shift += 8)
            sum = (sum ^ (raster->pixels[i] >> shift & 0xFF)) * UINT64_C(0x100000001B3);
    return sum;
}

/* The picture of the three counts without its letters. */
static uint64_t hash_of_picture(enum trace_axis_kind axis, enum app_theme theme)
{
    struct trace_model *model = story_three_counts();
    struct app app;
    struct frame frame;
    struct raster raster;
    struct app_options options = {
        .width = 640, .height = 480, .theme = theme, .axis_given = true, .axis = axis};
    assert_int_equal(app_open(&app, model, "count.json", &story_measurer, &options), 0);
    story_draw(&frame, &app);
    assert_int_equal(raster_init(&raster, 640, 480), 0);
    paint_frame(&raster, &frame, NULL);
    uint64_t sum = hash(&raster);
    raster_finish(&raster);
    frame_finish(&frame);
    app_close(&app);
    trace_model_destroy(model);
    return sum;
}

static void shapes_have_the_same_bytes_everywhere(void **state)
{
    (void)state;
    struct raster raster = blank();
    const struct raster_point star[] = {point(16, 1), point(25, 29), point(2, 11), point(30, 11),
                                        point(7, 29)};
    raster_polygon(&raster, everywhere, star, 5, 0x0072B2);
    raster_polyline(&raster, everywhere, star, 5, 400, 0xD55E00);
    box(&raster, 2.3, 20.1, 13.9, 30.6, 3.3);
    assert_int_equal(hash(&raster), UINT64_C(0x6B6D208E25B5CD58));
    raster_finish(&raster);
}

static void the_same_state_gives_the_same_picture(void **state)
{
    (void)state;
    for (int kind = 0; kind < TRACE_AXIS_KINDS; kind++) {
        uint64_t light = hash_of_picture((enum trace_axis_kind)kind, APP_LIGHT);
        assert_int_equal(light, hash_of_picture((enum trace_axis_kind)kind, APP_LIGHT));
        assert_int_not_equal(light, hash_of_picture((enum trace_axis_kind)kind, APP_DARK));
    }
}

static void columns_have_the_heights_they_were_given(void **state)
{
    (void)state;
    const struct text_measurer *none = &story_measurer;
    const struct frame_point heights[] = {{4, 0}, {2, 3}, {0, 0}};
    const struct frame_inks inks = {0x000001, 0x000002, 0x000003, true};
    struct frame frame;
    struct raster raster = blank();
    frame_init(&frame, none);
    frame_begin(&frame, SIDE, SIDE, 0xFFFFFF);
    frame_columns(&frame, (struct frame_rect){5, 10, 0, 8}, heights, 3, inks);
    frame_columns(&frame, (struct frame_rect){SIDE - 1, 10, 0, 8}, heights, 3, inks);
    paint_frame(&raster, &frame, NULL);
    for (int x = 0; x < 3; x++)
        for (int y = 10; y < 18; y++) {
            int above = 18 - y;
            bool low = above <= (int)heights[x].x;
            bool middle = above <= (int)(heights[x].x + heights[x].y);
            assert_int_equal(at(&raster, 5 + x, y), BLACK | (low ? 1u : middle ? 2u : 3u));
        }
    assert_int_equal(at(&raster, 4, 12), WHITE);
    assert_int_equal(at(&raster, 8, 12), WHITE);
    assert_int_equal(at(&raster, 5, 9), WHITE);
    assert_int_equal(at(&raster, 5, 18), WHITE);
    assert_int_equal(at(&raster, SIDE - 1, 17), BLACK | 1u); /* the rest is beyond the edge */
    frame_finish(&frame);
    raster_finish(&raster);
}

HARNESS_MAIN(cmocka_unit_test(whole_pixels_are_filled_exactly),
             cmocka_unit_test(parts_of_pixels_are_mixed_by_their_share),
             cmocka_unit_test(areas_are_right),
             cmocka_unit_test(overlapping_pieces_of_a_line_are_painted_once),
             cmocka_unit_test(nothing_is_painted_outside_the_clip),
             cmocka_unit_test(shapes_of_no_size_are_nothing), cmocka_unit_test(roots_are_exact),
             cmocka_unit_test(patterns_have_seams_nobody_sees),
             cmocka_unit_test(columns_have_the_heights_they_were_given),
             cmocka_unit_test(shapes_have_the_same_bytes_everywhere),
             cmocka_unit_test(the_same_state_gives_the_same_picture))
