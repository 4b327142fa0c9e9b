/* Reading what the picture would be if an answer were true. */

#include <stdlib.h>
#include <string.h>

#include "lesson_reading.h"

/* No run is longer than a hundred days; sums of two such times are far from overflow. */
#define LESSON_NS_MAX 8.64e15

/* What a ghost's numbers may count, and how many of its scale one of it is. */
static const struct unit {
    const char *name;
    enum lesson_scale scale;
    double factor;
} units[] = {{"ns", LESSON_NS, 1},     {"us", LESSON_NS, 1e3},    {"ms", LESSON_NS, 1e6},
             {"s", LESSON_NS, 1e9},    {"min", LESSON_NS, 60e9},  {"h", LESSON_NS, 3600e9},
             {"%", LESSON_PERCENT, 1}, {"steps", LESSON_STEPS, 1}};

static const struct unit *find_unit(const char *name)
{
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (strcmp(name, units[i].name) == 0)
            return &units[i];
    return NULL;
}

/* Cuts the first word off a text; what is behind it. */
static char *cut_word(char *text)
{
    text += strcspn(text, LESSON_BLANKS);
    if (*text == '\0')
        return text;
    *text++ = '\0';
    return text + strspn(text, LESSON_BLANKS);
}

/* "count#1 0-1.5 s", "count#1 0-100 % running" */
static bool read_life(char *text, struct lesson_ghost *ghost)
{
    text += strspn(text, LESSON_BLANKS);
    ghost->lane = text;
    text = cut_word(text);
    char *end;
    double from = strtod(text, &end);
    if (end == text || *end != '-')
        return false;
    text = end + 1;
    double to = strtod(text, &end);
    end += strspn(end, LESSON_BLANKS);
    char *rest = cut_word(end);
    cut_word(rest);
    ghost->runs = strcmp(rest, "running") == 0;
    const struct unit *unit = find_unit(end);
    if (end == text || unit == NULL || (*rest != '\0' && !ghost->runs) || !(from >= 0) ||
        !(to > from) || !(to * unit->factor <= LESSON_NS_MAX))
        return false;
    ghost->scale = unit->scale;
    ghost->from = from * unit->factor;
    ghost->to = to * unit->factor;
    return true;
}

/* The panel that a ghost begins with; the first if it begins with none. */
static int read_panel(struct reading *reading, char **text, size_t *panel)
{
    const struct lesson *lesson = reading->lesson;
    char *colon = strstr(*text, ": ");
    *panel = 0;
    if (colon == NULL)
        return 0;
    *colon = '\0';
    for (size_t i = 0; i < lesson->panel_count; i++) {
        if (strcmp(lesson->panels[i].label, *text) != 0)
            continue;
        *panel = i;
        *text = colon + 2;
        return 0;
    }
    return reading_refuse(reading, "there is no panel \"%.60s\" above this `ghost`", *text);
}

/* The answer that a guess is about; NULL if there is none. */
static struct lesson_answer *last_answer(struct reading *reading)
{
    struct lesson *lesson = reading->lesson;
    return lesson->answer_count > 0 ? &lesson->answers[lesson->answer_count - 1] : NULL;
}

int reading_ghost(struct reading *reading, char *text)
{
    struct lesson_answer *answer = last_answer(reading);
    size_t panel;
    if (answer == NULL)
        return reading_refuse(reading, "`ghost` is about the answer above it, and there is none");
    int rc = read_panel(reading, &text, &panel);
    char *rest = text, *part;
    while (rc == 0 && (part = strsep(&rest, ",")) != NULL) {
        if (answer->ghost_count == LESSON_GHOSTS_MAX)
            return reading_refuse(reading, "a `ghost` has at most %d lives", LESSON_GHOSTS_MAX);
        struct lesson_ghost *ghost = &answer->ghosts[answer->ghost_count++];
        ghost->panel = panel;
        if (!read_life(part, ghost))
            rc = reading_refuse(reading, "a `ghost` is NAME FROM-TO UNIT, as in \"count#1 0-1 s\"");
    }
    return rc;
}

int reading_order(struct reading *reading, char *text)
{
    struct lesson_answer *answer = last_answer(reading);
    char *rest = text, *part;
    if (answer == NULL)
        return reading_refuse(reading, "`order` is about the answer above it, and there is none");
    if (answer->order_count > 0)
        return reading_refuse(reading, "there is an `order` of this answer already");
    while ((part = strsep(&rest, ",")) != NULL) {
        part += strspn(part, LESSON_BLANKS);
        if (*part == '\0' || *cut_word(part) != '\0')
            return reading_refuse(reading, "an `order` is NAME, NAME, ...");
        if (answer->order_count == LESSON_GHOSTS_MAX)
            return reading_refuse(reading, "an `order` has at most %d names", LESSON_GHOSTS_MAX);
        answer->order[answer->order_count++] = part;
    }
    return 0;
}

int reading_depth(struct reading *reading, char *text)
{
    struct lesson_answer *answer = last_answer(reading);
    if (answer == NULL)
        return reading_refuse(reading, "`depth` is about the answer above it, and there is none");
    char *end = text, *number = cut_word(text);
    double depth = strtod(number, &end);
    if (end == number || *end != '\0' || !(depth >= 0 && depth <= UINT32_MAX))
        return reading_refuse(reading, "a `depth` is NAME NUMBER, as in \"consume#1 8\"");
    answer->depth_lane = text;
    answer->depth = depth;
    return 0;
}

/* Whether an order has all of the right one's names, each of them once, and no others. */
static bool is_like(const struct lesson_answer *answer, const struct lesson_answer *right)
{
    for (size_t i = 0; i < right->order_count; i++) {
        size_t count = 0;
        for (size_t k = 0; k < answer->order_count; k++)
            count += strcmp(right->order[i], answer->order[k]) == 0;
        if (count != 1)
            return false;
    }
    return answer->order_count == right->order_count;
}

int reading_check_guesses(struct reading *reading)
{
    const struct lesson *lesson = reading->lesson;
    const struct lesson_answer *right = lesson->answers;
    while (!right->is_right)
        right++;
    for (size_t i = 0; i < lesson->answer_count; i++) {
        const struct lesson_answer *answer = &lesson->answers[i];
        if (answer->order_count > 0 && !is_like(answer, right))
            return reading_refuse(reading, "every `order` is of the actors that the right one has");
        if (answer->order_count > 0 && answer->ghost_count > 0)
            return reading_refuse(reading, "an answer has a `ghost` or an `order`, not both");
        for (size_t k = 0; k < answer->ghost_count; k++)
            if ((answer->ghosts[k].scale == LESSON_STEPS) != (lesson->axis == TRACE_AXIS_STEP))
                return reading_refuse(reading,
                                      "a `ghost` counts steps on `axis step`, and nowhere else");
    }
    return 0;
}
