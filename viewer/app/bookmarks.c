/*
 * A short sorted list.
 */

#include "bookmarks.h"

#include <stdio.h>
#include <string.h>

#include "inner.h"

int bookmarks_at(const struct bookmarks *bookmarks, int64_t at_ns)
{
    for (uint32_t i = 0; i < bookmarks->count; i++)
        if (bookmarks->items[i].at_ns == at_ns)
            return (int)i;
    return -1;
}

bool bookmarks_set(struct bookmarks *bookmarks, int64_t at_ns, const char *text)
{
    int at = bookmarks_at(bookmarks, at_ns);
    struct bookmark *items = bookmarks->items;
    if (at < 0 && text[0] == '\0')
        return true;
    bookmarks->changed = true;
    if (text[0] == '\0') {
        bookmarks->count--;
        memmove(items + at, items + at + 1, (bookmarks->count - (uint32_t)at) * sizeof *items);
        return true;
    }
    if (at < 0) {
        if (bookmarks->count == BOOKMARKS_MAX)
            return false;
        at = (int)bookmarks->count++;
        for (; at > 0 && items[at - 1].at_ns > at_ns; at--)
            items[at] = items[at - 1];
    }
    items[at].at_ns = at_ns;
    snprintf(items[at].text, sizeof items[at].text, "%s", text);
    return true;
}

void bookmarks_note(struct app *app, const char *text)
{
    int64_t at_ns = 0;
    if (app_cursor(app, &at_ns) && !bookmarks_set(&app->document->bookmarks, at_ns, text))
        app_say(app, "There is no room for more than %d marks.", BOOKMARKS_MAX);
}

/* Opens the prompt for the note of this moment. */
static bool write_note(struct app *app)
{
    int64_t at_ns = 0;
    if (!app_cursor(app, &at_ns)) {
        app_say(app, "Which moment? Click on one first.");
        return true;
    }
    return prompt_open(app, PROMPT_NOTE);
}

/* To the next mark after the cursor, or the last one before it; round at the ends. */
static bool walk(struct app *app, bool forth)
{
    const struct bookmarks *bookmarks = &app->document->bookmarks;
    int64_t at_ns = forth ? INT64_MIN : INT64_MAX;
    if (bookmarks->count == 0) {
        app_say(app, "Nothing is marked; B marks the moment of the orange line.");
        return true;
    }
    app_cursor(app, &at_ns);
    const struct bookmark *found = &bookmarks->items[forth ? 0 : bookmarks->count - 1];
    for (uint32_t i = 0; i < bookmarks->count; i++) {
        const struct bookmark *mark = &bookmarks->items[i];
        if (forth && mark->at_ns > at_ns) {
            found = mark;
            break;
        }
        if (!forth && mark->at_ns < at_ns)
            found = mark;
    }
    follow_moment(app, found->at_ns);
    double at = trace_axis_position(app_axis(app), found->at_ns);
    move_to(app, view_reveal(&app->view, app_axis(app), lanes_width(app), at), GESTURE_JUMP);
    app_say(app, "%s", found->text);
    return true;
}

bool bookmarks_command(struct app *app, enum command command, bool *known)
{
    *known = true;
    switch (command) {
    case COMMAND_MARK:
        return write_note(app);
    case COMMAND_MARK_NEXT:
        return walk(app, true);
    case COMMAND_MARK_PREVIOUS:
        return walk(app, false);
    default:
        *known = false;
        return false;
    }
}
