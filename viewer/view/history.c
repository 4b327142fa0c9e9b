/*
 * A line of views with a cursor.  Undo and redo swap the current view with the one beyond the
 * cursor, so that the line always holds every view but the current one.
 */

#include "history.h"

#include <string.h>

void history_record(struct history *history, const struct view *before, int gesture)
{
    bool goes_on = gesture == history->gesture && history->at > 0;
    history->gesture = gesture;
    history->count = history->at;
    if (goes_on)
        return;
    if (history->count == HISTORY_COUNT_MAX) {
        memmove(history->views, history->views + 1,
                (HISTORY_COUNT_MAX - 1) * sizeof history->views[0]);
        history->count--;
    }
    history->views[history->count++] = *before;
    history->at = history->count;
}

void history_pause(struct history *history)
{
    history->gesture = 0;
}

static void swap(struct view *a, struct view *b)
{
    struct view held = *a;
    *a = *b;
    *b = held;
}

bool history_undo(struct history *history, struct view *view)
{
    history_pause(history);
    if (history->at == 0)
        return false;
    swap(&history->views[--history->at], view);
    return true;
}

bool history_redo(struct history *history, struct view *view)
{
    history_pause(history);
    if (history->at == history->count)
        return false;
    swap(&history->views[history->at++], view);
    return true;
}
