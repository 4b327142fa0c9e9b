/*
 * A line of views with a cursor.  Undo and redo swap the current view with the one beyond the
 * cursor, so that the line always holds every view but the current one.
 */

#include "history.h"

#include <string.h>

void history_record(struct history *history, const struct history_spot *before, int gesture)
{
    bool goes_on = gesture == history->gesture && history->at > 0;
    history->gesture = gesture;
    history->count = history->at;
    if (goes_on)
        return;
    if (history->count == HISTORY_COUNT_MAX) {
        memmove(history->spots, history->spots + 1,
                (HISTORY_COUNT_MAX - 1) * sizeof history->spots[0]);
        history->count--;
    }
    history->spots[history->count++] = *before;
    history->at = history->count;
}

void history_pause(struct history *history)
{
    history->gesture = 0;
}

static void swap(struct history_spot *a, struct history_spot *b)
{
    struct history_spot held = *a;
    *a = *b;
    *b = held;
}

bool history_undo(struct history *history, struct history_spot *spot)
{
    history_pause(history);
    if (history->at == 0)
        return false;
    swap(&history->spots[--history->at], spot);
    return true;
}

bool history_redo(struct history *history, struct history_spot *spot)
{
    history_pause(history);
    if (history->at == history->count)
        return false;
    swap(&history->spots[history->at++], spot);
    return true;
}
