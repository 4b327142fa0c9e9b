/*
 * The menu: every command is in it once, and keys, clicks and the pointer lead through it.
 */

#include "harness.h"

#include "story.h"
#include "update.h"
#include "world.h"

/* A click on what the picture has of a kind and number; false if it has none. */
static bool click_on(struct app *app, enum frame_hot_kind kind, uint32_t index)
{
    struct frame frame;
    struct input input = {.kind = INPUT_PRESS};
    bool found = false;
    story_draw(&frame, app);
    for (size_t i = 0; i < frame.hot_count && !found; i++) {
        const struct frame_hot *hot = &frame.hots[i];
        found = hot->kind == kind && hot->index == index;
        input.x = hot->box.x + hot->box.width / 2;
        input.y = hot->box.y + hot->box.height / 2;
    }
    input.hot = frame_hit(&frame, input.x, input.y);
    frame_finish(&frame);
    found = found && input.hot.kind == kind && input.hot.index == index;
    app_update(app, &input);
    input.kind = INPUT_RELEASE;
    app_update(app, &input);
    return found;
}

static void every_command_is_in_it_once(void **state)
{
    struct world world;
    size_t count;
    const struct command_row *rows = command_rows(&count);
    (void)state;
    world_open(&world, story_three_counts());
    for (size_t i = 0; i < count; i++) {
        uint32_t times = 0;
        story_press(&world.app, "F10");
        for (int group = 0; group < COMMAND_GROUPS; group++, story_press(&world.app, "Right"))
            times += rows[i].command != COMMAND_NONE && story_says(&world.app, rows[i].sentence);
        story_press(&world.app, "F10");
        if (times != (rows[i].command != COMMAND_NONE))
            fail_msg("\"%s\" is in the menu %u times", rows[i].sentence, times);
    }
    world_close(&world);
}

static void keys_lead_through_it(void **state)
{
    struct world world;
    struct app *app = &world.app;
    (void)state;
    world_open(&world, story_three_counts());
    story_press(app, "F10");
    assert_int_equal(app->prompt.kind, PROMPT_MENU);
    assert_int_equal(app->prompt.group, COMMAND_GROUP_MOVE);
    story_press(app, "Left");
    assert_int_equal(app->prompt.group, COMMAND_GROUP_FILE);
    story_press(app, "Left");
    assert_int_equal(app->prompt.group, COMMAND_GROUP_SHOW);
    while (app->prompt.commands[app->prompt.chosen] != COMMAND_THEME)
        story_press(app, "Down");
    story_press(app, "Enter");
    assert_int_equal(app->theme, APP_DARK);
    assert_int_equal(app->prompt.kind, PROMPT_NONE);
    story_press(app, "F10");
    assert_int_equal(app->prompt.group, COMMAND_GROUP_SHOW); /* where it was left */
    story_press(app, "Esc");
    assert_int_equal(app->prompt.kind, PROMPT_NONE);
    world_close(&world);
}

static void clicks_lead_through_it(void **state)
{
    struct world world;
    struct app *app = &world.app;
    (void)state;
    world_open(&world, story_three_counts());
    assert_true(click_on(app, FRAME_HOT_MENU, COMMAND_GROUPS));
    assert_int_equal(app->prompt.kind, PROMPT_MENU);
    assert_true(click_on(app, FRAME_HOT_MENU, COMMAND_GROUP_SHOW));
    assert_true(app->prompt.kind == PROMPT_MENU && app->prompt.group == COMMAND_GROUP_SHOW);
    assert_true(app->prompt.commands[0] == COMMAND_AXIS_NEXT);
    enum trace_axis_kind before = app->view.axis;
    assert_true(click_on(app, FRAME_HOT_PROMPT, 0));
    assert_int_not_equal(app->view.axis, before);
    assert_int_equal(app->prompt.kind, PROMPT_NONE);
    assert_true(click_on(app, FRAME_HOT_MENU, COMMAND_GROUPS));
    assert_true(click_on(app, FRAME_HOT_MENU, COMMAND_GROUPS)); /* the button closes it, too */
    assert_int_equal(app->prompt.kind, PROMPT_NONE);
    assert_true(click_on(app, FRAME_HOT_MENU, COMMAND_GROUPS));
    click_on(app, FRAME_HOT_LANES, 0); /* beside it */
    assert_int_equal(app->prompt.kind, PROMPT_NONE);
    world_close(&world);
}

HARNESS_MAIN(cmocka_unit_test(every_command_is_in_it_once), cmocka_unit_test(keys_lead_through_it),
             cmocka_unit_test(clicks_lead_through_it))
