/* Keys of the card: while it asks, a letter is an answer and nothing else. */

#include "chooser.h"

#include <string.h>

#include "app.h"
#include "inner.h"

bool chooser_is_on(const struct app *app)
{
    return app->chooser.stage != CHOOSER_NONE;
}

bool chooser_give(struct app *app, uint32_t place)
{
    struct chooser *chooser = &app->chooser;
    if (chooser->stage != CHOOSER_ASKS || chooser->wish != CHOOSER_NOTHING ||
        place >= chooser->ready_count)
        return false;
    chooser->chosen = place;
    chooser->wish = CHOOSER_GIVE;
    return true;
}

static bool wish(struct chooser *chooser, enum chooser_wish wish)
{
    if (chooser->wish == CHOOSER_NOTHING)
        chooser->wish = wish;
    return true;
}

/* A letter without a modifier, or a digit. */
static bool take_letter(struct app *app, const char *chord)
{
    char key = chord[0];
    if (chord[0] == '\0' || chord[1] != '\0')
        return false;
    uint32_t place = key >= 'A' && key <= 'Z'   ? (uint32_t)(key - 'A')
                     : key >= '1' && key <= '9' ? (uint32_t)(key - '1')
                                                : UINT32_MAX;
    if (place == UINT32_MAX)
        return false;
    if (place >= app->chooser.ready_count)
        app_say(app, "The turn can go to A to %c.", (char)('A' + app->chooser.ready_count - 1));
    else
        chooser_give(app, place);
    return true;
}

static bool step(struct chooser *chooser, uint32_t by)
{
    chooser->chosen = (chooser->chosen + by) % chooser->ready_count;
    return true;
}

bool chooser_take(struct app *app, const struct input *input, bool *changed)
{
    struct chooser *chooser = &app->chooser;
    const char *chord = input->chord;
    *changed = true;
    if (strcmp(chord, "Backspace") == 0)
        return wish(chooser, CHOOSER_BACK);
    if (chooser->stage != CHOOSER_ASKS)
        return false;
    if (strcmp(chord, "Enter") == 0)
        return chooser_give(app, chooser->chosen);
    if (strcmp(chord, "Shift+Enter") == 0)
        return wish(chooser, CHOOSER_REST);
    if (strcmp(chord, "Down") == 0)
        return step(chooser, 1);
    if (strcmp(chord, "Up") == 0)
        return step(chooser, chooser->ready_count - 1);
    return take_letter(app, chord);
}
