/*
 * Where things stand, at every size of picture and text; and the ruler's labels.
 */

#include "harness.h"

#include "layout.h"
#include "ruler.h"
#include "story.h"

#include <string.h>

static struct layout_request request(int width, int height, uint32_t rows)
{
    return (struct layout_request){.width = width,
                                   .height = height,
                                   .text_scale = 1,
                                   .rows = rows,
                                   .names_px = 70,
                                   .has_source = true,
                                   .has_output = true};
}

static bool touch(struct frame_rect a, struct frame_rect b)
{
    return a.width > 0 && a.height > 0 && b.width > 0 && b.height > 0 && a.x < frame_right(b) &&
           b.x < frame_right(a) && a.y < frame_bottom(b) && b.y < frame_bottom(a);
}

static void assert_sound(const struct layout *layout, const struct layout_request *of)
{
    const struct frame_rect boxes[] = {layout->top,    layout->score,  layout->ruler,
                                       layout->names,  layout->lanes,  layout->strip,
                                       layout->detail, layout->output, layout->source};
    const size_t count = sizeof boxes / sizeof boxes[0];
    for (size_t i = 0; i < count; i++) {
        assert_true(boxes[i].width >= 0 && boxes[i].height >= 0);
        assert_true(boxes[i].x >= 0 && frame_right(boxes[i]) <= (float)of->width + 0.5f);
        assert_true(boxes[i].y >= 0 && frame_bottom(boxes[i]) <= (float)of->height + 0.5f);
        for (size_t j = i + 1; j < count; j++)
            if (touch(boxes[i], boxes[j]))
                fail_msg("%d x %d at %.2f: boxes %zu and %zu overlap", of->width, of->height,
                         (double)of->text_scale, i, j);
    }
    assert_true(layout->lanes.height > 0 && layout->lanes.width > 0);
    assert_true(layout->row_height >= 1 && layout->bar_height >= 1);
    assert_true(layout->bar_height < layout->row_height);
}

static void no_box_overlaps_another_at_any_size(void **state)
{
    (void)state;
    static const int widths[] = {160, 320, 640, 853, 1024, 1280, 1920, 3440, 3840};
    static const int heights[] = {160, 240, 360, 480, 600, 720, 1080, 1440, 2160};
    static const float scales[] = {0.5f, 1, 1.5f, 2, 4};
    static const uint32_t rows[] = {0, 1, 2, 5, 12, 52, 1002};
    for (size_t w = 0; w < 9; w++)
        for (size_t h = 0; h < 9; h++)
            for (size_t s = 0; s < 5; s++)
                for (size_t r = 0; r < 7; r++) {
                    struct layout_request of = request(widths[w], heights[h], rows[r]);
                    of.text_scale = scales[s];
                    of.has_source = (w + r) % 2 == 0;
                    of.has_output = (h + s) % 2 == 0;
                    struct layout layout = layout_make(&of);
                    /* Four times the text in a thumbnail is beyond what must hold. */
                    if ((float)of.height / layout.scale >= 140 &&
                        (float)of.width / layout.scale >= 160)
                        assert_sound(&layout, &of);
                }
}

static void the_designed_size_shows_everything(void **state)
{
    (void)state;
    struct layout_request of = request(1280, 720, 5);
    struct layout layout = layout_make(&of);
    assert_float_equal(layout.scale, 1, 0);
    assert_true(layout.score.height > 0 && layout.sentence && layout.strip.height > 0);
    assert_true(layout.detail.width > 0 && layout.output.width > 0 && layout.source.width > 0);
    assert_false(layout.compact);
    assert_float_equal(layout.scroll_px_max, 0, 0);
}

static void everything_grows_with_the_picture(void **state)
{
    (void)state;
    struct layout_request small = request(1280, 720, 5);
    struct layout_request large = request(1920, 1080, 5);
    struct layout a = layout_make(&small);
    struct layout b = layout_make(&large);
    assert_float_equal(b.scale, 1.5f, 0);
    assert_float_equal(b.row_height / a.row_height, 1.5f, 0.03f);
    assert_float_equal(b.top.height / a.top.height, 1.5f, 0.03f);
    assert_int_equal(layout_text(&b, 16, true).size_px, 24);
}

static void a_small_picture_leaves_out_the_least_needed_first(void **state)
{
    (void)state;
    int strip = 0;
    int panel = 0;
    int score = 0;
    for (int height = 900; height >= 160; height -= 10) {
        struct layout_request of = request(1280, height, 5);
        struct layout layout = layout_make(&of);
        strip += layout.strip.height > 0;
        panel += layout.panel.height > 0;
        score += layout.score.height > 0;
        assert_true(layout.strip.height <= 0 || layout.panel.height > 0);
        assert_true(layout.panel.height <= 0 || layout.score.height > 0);
    }
    assert_true(strip < panel && panel < score);
}

static void rows_that_do_not_fit_are_whole_and_can_be_scrolled(void **state)
{
    (void)state;
    struct layout_request of = request(1280, 720, 1002);
    struct layout layout = layout_make(&of);
    assert_true(layout.compact);
    float shown = layout.lanes.height / layout.row_height;
    assert_float_equal(shown, (float)(int)shown, 0);
    assert_float_equal(layout.scroll_px_max, layout.row_height * (1002 - shown), 0.5f);
    assert_int_equal(layout_row_first(&layout, 0), 0);
    assert_int_equal(layout_row_end(&layout, 0, 1002), (uint32_t)shown);
    assert_int_equal(layout_row_end(&layout, layout.scroll_px_max, 1002), 1002);
    assert_int_equal(layout_row_first(&layout, layout.row_height * 7.5), 7);
}

static void without_source_the_output_has_its_room(void **state)
{
    (void)state;
    struct layout_request of = request(1280, 720, 5);
    struct layout with = layout_make(&of);
    of.has_source = false;
    struct layout without = layout_make(&of);
    assert_float_equal(without.source.width, 0, 0);
    assert_true(without.output.width > with.output.width * 1.5f);
    of.has_output = false;
    without = layout_make(&of);
    assert_true(without.detail.width > 1200);
}

static void make_ruler(struct ruler *ruler, const struct trace_model *model,
                       enum trace_axis_kind kind, double zoom)
{
    struct trace_axis axis;
    struct fold_columns columns = {.count = 0};
    assert_int_equal(trace_axis_init(&axis, model, kind), 0);
    struct view view = view_fit(&axis, 1100);
    view = view_zoom(&view, &axis, 1100, 0, zoom);
    assert_int_equal(fold_columns_set(&columns, &axis, &view, 1100), 0);
    ruler_make(ruler, &columns, model, &story_measurer, (struct text_style){.size_px = 12});
    fold_columns_finish(&columns);
    trace_axis_finish(&axis);
}

static void labels_never_touch_and_are_in_order(void **state)
{
    (void)state;
    struct trace_model *models[] = {story_three_counts(), story_workers(300), story_cut(),
                                    story_long_names()};
    for (size_t m = 0; m < 4; m++) {
        for (int kind = 0; kind < TRACE_AXIS_KINDS; kind++) {
            for (double zoom = 1; zoom < 1e6; zoom *= 7) {
                struct ruler ruler;
                make_ruler(&ruler, models[m], (enum trace_axis_kind)kind, zoom);
                double right = -100;
                for (int i = 0; i < ruler.count; i++) {
                    double half = 0.5 * 12 * 0.6 * (double)strlen(ruler.ticks[i].label);
                    if (half == 0)
                        continue;
                    assert_true(ruler.ticks[i].x - half >= right);
                    right = ruler.ticks[i].x + half;
                }
            }
        }
        trace_model_destroy(models[m]);
    }
}

static bool has_label(const struct ruler *ruler, const char *label)
{
    for (int i = 0; i < ruler->count; i++)
        if (strcmp(ruler->ticks[i].label, label) == 0)
            return true;
    return false;
}

static void each_axis_has_its_labels(void **state)
{
    (void)state;
    struct trace_model *model = story_three_counts();
    struct ruler ruler;
    make_ruler(&ruler, model, TRACE_AXIS_FOLDED, 1);
    assert_true(has_label(&ruler, "20 \xc2\xb5s"));
    assert_true(has_label(&ruler, "80 \xc2\xb5s"));
    assert_true(has_label(&ruler, "1.000 120 s"));
    make_ruler(&ruler, model, TRACE_AXIS_TIME, 1);
    assert_true(has_label(&ruler, "500 ms"));
    assert_false(has_label(&ruler, "20 \xc2\xb5s"));
    make_ruler(&ruler, model, TRACE_AXIS_STEP, 1);
    assert_int_equal(ruler.count, 8); /* one tick a switch */
    assert_true(has_label(&ruler, "20.5 \xc2\xb5s"));
    assert_true(has_label(&ruler, "1.000 102 s"));
    trace_model_destroy(model);
}

/* There is room for the state at the cursor, which is 16 wide and stands 8 from the lanes. */
static void names_are_whole_beside_their_states(void **state)
{
    (void)state;
    struct layout_request of = request(1280, 720, 8);
    for (of.names_px = 60; of.names_px <= 220; of.names_px += 20) {
        struct layout layout = layout_make(&of);
        assert_true((24 + of.names_px + 4 + 16 + 8) * layout.scale <= layout.names.width);
    }
}

/* For a projector, of four runs beside each other. */
static void short_names_are_whole_in_narrow_columns(void **state)
{
    (void)state;
    struct layout_request of = request(1280, 720, 8);
    of.text_scale = 1.5f;
    of.lesson = true;
    of.has_source = false;
    of.section_count = 4;
    of.names_px = 88; /* "process 1" */
    for (of.section = 0; of.section < 4; of.section++) {
        struct layout layout = layout_make(&of);
        float name_px = of.names_px * layout.name_points / LAYOUT_NAME_POINTS * layout.scale;
        assert_sound(&layout, &of);
        assert_true(name_px + (24 + 10) * layout.scale <= layout.names.width);
        assert_true(layout.name_points < LAYOUT_NAME_POINTS);
        assert_true(layout.lanes.width > 130);
    }
    of.section = 0;
    of.section_count = 2;
    assert_true(layout_make(&of).name_points == LAYOUT_NAME_POINTS);
    of.names_px = 900;
    assert_true(layout_make(&of).name_points == LAYOUT_NAME_POINTS_MIN);
}

HARNESS_MAIN(cmocka_unit_test(no_box_overlaps_another_at_any_size),
             cmocka_unit_test(the_designed_size_shows_everything),
             cmocka_unit_test(everything_grows_with_the_picture),
             cmocka_unit_test(a_small_picture_leaves_out_the_least_needed_first),
             cmocka_unit_test(rows_that_do_not_fit_are_whole_and_can_be_scrolled),
             cmocka_unit_test(without_source_the_output_has_its_room),
             cmocka_unit_test(labels_never_touch_and_are_in_order),
             cmocka_unit_test(each_axis_has_its_labels),
             cmocka_unit_test(names_are_whole_beside_their_states),
             cmocka_unit_test(short_names_are_whole_in_narrow_columns))
