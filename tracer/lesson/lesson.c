/*
 * Reading a lesson, in place: lines are joined where they go on, and cut where a text ends.
 */

#include "lesson.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lesson_fact.h"
#include "lesson_reading.h"
#include "trace_rules.h"

int reading_refuse(struct reading *reading, const char *format, ...)
{
    va_list args;
    int count = snprintf(reading->why, reading->why_bytes, "%.200s: ", reading->name);
    if (reading->line > 0)
        count += snprintf(reading->why + count, reading->why_bytes - (size_t)count,
                          "line %u: ", (unsigned)reading->line);
    va_start(args, format);
    vsnprintf(reading->why + count, reading->why_bytes - (size_t)count, format, args);
    va_end(args);
    return -EINVAL;
}

static int set_once(struct reading *reading, const char **place, const char *word, char *text)
{
    if (*place != NULL)
        return reading_refuse(reading, "there is a `%s` already", word);
    *place = text;
    return 0;
}

static int add(struct reading *reading, const char **places, size_t *count, size_t max,
               const char *word, char *text)
{
    if (*count == max)
        return reading_refuse(reading, "there are more than %zu lines of `%s`", max, word);
    places[(*count)++] = text;
    return 0;
}

/* Cuts "BEFORE: AFTER" in two. */
static int cut(struct reading *reading, const char *word, char *text, char **after)
{
    char *colon = strstr(text, ": ");
    if (colon == NULL || colon == text)
        return reading_refuse(reading, "`%s` has two parts with a colon and a blank between them",
                              word);
    *colon = '\0';
    *after = colon + 2 + strspn(colon + 2, LESSON_BLANKS);
    return **after != '\0' ? 0 : reading_refuse(reading, "`%s` has nothing behind the colon", word);
}

static int on_title(struct reading *reading, char *text)
{
    return set_once(reading, &reading->lesson->title, "title", text);
}

static int on_claim(struct reading *reading, char *text)
{
    return set_once(reading, &reading->lesson->claim, "claim", text);
}

static int on_ask(struct reading *reading, char *text)
{
    return set_once(reading, &reading->lesson->question, "ask", text);
}

static int on_decides(struct reading *reading, char *text)
{
    if (!lesson_fact_exists(text))
        return reading_refuse(
            reading, "\"%.40s\" is no number of a run: it is one that rules know, or print", text);
    return set_once(reading, &reading->lesson->decides, "decides", text);
}

static int on_panel(struct reading *reading, char *text)
{
    struct lesson *lesson = reading->lesson;
    char *command = NULL;
    if (lesson->panel_count == LESSON_PANELS_MAX)
        return reading_refuse(reading, "there are more than %d panels", LESSON_PANELS_MAX);
    int rc = cut(reading, "panel", text, &command);
    if (rc == 0)
        lesson->panels[lesson->panel_count++] =
            (struct lesson_panel){.label = text, .command = command, .recorded = command};
    return rc;
}

static int on_recorded(struct reading *reading, char *text)
{
    struct lesson *lesson = reading->lesson;
    if (lesson->panel_count == 0)
        return reading_refuse(reading,
                              "`recorded` is about the `panel` above it, and there is none");
    struct lesson_panel *panel = &lesson->panels[lesson->panel_count - 1];
    panel->recorded = text;
    panel->recorded_from = panel->expectation_count;
    return 0;
}

static int on_expect(struct reading *reading, char *text)
{
    struct lesson *lesson = reading->lesson;
    struct trace_rule rule;
    char why[200];
    if (lesson->panel_count == 0)
        return reading_refuse(reading, "`expect` is about the `panel` above it, and there is none");
    int parsed = trace_rule_parse(text, &rule, why, sizeof why);
    if (parsed < 0)
        return reading_refuse(reading, "%s", why);
    struct lesson_panel *panel = &lesson->panels[lesson->panel_count - 1];
    return add(reading, panel->expectations, &panel->expectation_count, LESSON_EXPECTATIONS_MAX,
               "expect", text);
}

static int on_answer(struct reading *reading, char *text, bool is_right)
{
    struct lesson *lesson = reading->lesson;
    const char *word = is_right ? "right" : "wrong";
    char *because = NULL;
    if (lesson->answer_count == LESSON_ANSWERS_MAX)
        return reading_refuse(reading, "there are more than %d answers", LESSON_ANSWERS_MAX);
    for (size_t i = 0; is_right && i < lesson->answer_count; i++)
        if (lesson->answers[i].is_right)
            return reading_refuse(reading, "there is a `right` answer already");
    int rc = cut(reading, word, text, &because);
    if (rc == 0)
        lesson->answers[lesson->answer_count++] =
            (struct lesson_answer){.text = text, .because = because, .is_right = is_right};
    return rc;
}

static int on_right(struct reading *reading, char *text)
{
    return on_answer(reading, text, true);
}

static int on_wrong(struct reading *reading, char *text)
{
    return on_answer(reading, text, false);
}

/* "step 12", "folded" */
static int on_axis(struct reading *reading, char *text)
{
    struct lesson *lesson = reading->lesson;
    char name[8], end;
    int parts = sscanf(text, "%7s %u %c", name, &lesson->steps, &end);
    if (lesson->has_axis)
        return reading_refuse(reading, "there is an `axis` already");
    lesson->has_axis = trace_axis_parse(name, &lesson->axis);
    bool of_steps = lesson->axis == TRACE_AXIS_STEP && lesson->steps > 0;
    if (lesson->has_axis && (parts == 1 || (parts == 2 && of_steps)))
        return 0;
    return reading_refuse(
        reading, "an `axis` is time, folded, step, or step and how many, as in \"step 12\"");
}

static int on_say(struct reading *reading, char *text)
{
    struct lesson *lesson = reading->lesson;
    return add(reading, lesson->says, &lesson->say_count, LESSON_HINTS_MAX, "say", text);
}

static int on_look(struct reading *reading, char *text)
{
    struct lesson *lesson = reading->lesson;
    return add(reading, lesson->looks, &lesson->look_count, LESSON_HINTS_MAX, "look", text);
}

static int on_try(struct reading *reading, char *text)
{
    struct lesson *lesson = reading->lesson;
    return add(reading, lesson->tries, &lesson->try_count, LESSON_HINTS_MAX, "try", text);
}

static const struct word {
    const char *name;
    int (*take)(struct reading *reading, char *text);
} words[] = {
    {"title", on_title},      {"claim", on_claim},     {"panel", on_panel},
    {"expect", on_expect},    {"ask", on_ask},         {"right", on_right},
    {"wrong", on_wrong},      {"decides", on_decides}, {"ghost", reading_ghost},
    {"look", on_look},        {"try", on_try},         {"recorded", on_recorded},
    {"axis", on_axis},        {"say", on_say},         {"order", reading_order},
    {"depth", reading_depth},
};

static int take_line(struct reading *reading, char *line)
{
    size_t length = strcspn(line, LESSON_BLANKS);
    char *text = line + length + strspn(line + length, LESSON_BLANKS);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strlen(words[i].name) != length || memcmp(words[i].name, line, length) != 0)
            continue;
        if (*text == '\0')
            return reading_refuse(reading, "there is nothing behind `%s`", words[i].name);
        return words[i].take(reading, text);
    }
    return reading_refuse(
        reading,
        "a line begins with title, claim, panel, expect, recorded, ask, right, wrong, "
        "ghost, order, depth, decides, axis, say, look or try, not with \"%.*s\"",
        length < 40 ? (int)length : 40, line);
}

/* The next line, cut off behind its last word, with those that it goes on in; `*at` moves behind
 * them.  NULL at the end. */
static char *next_line(struct reading *reading, char **at, uint32_t *line)
{
    char *begin = NULL, *end = NULL;
    while (**at != '\0') {
        char *text = *at + strspn(*at, LESSON_BLANKS);
        size_t length = strcspn(text, "\n");
        bool is_empty = *text == '#' || length == strspn(text, LESSON_BLANKS);
        if (begin != NULL && !is_empty && text == *at)
            break; /* another one begins */
        *at = text + length + (text[length] == '\n');
        ++*line;
        if (is_empty)
            continue;
        while (length > 0 && strchr(LESSON_BLANKS, text[length - 1]) != NULL)
            length--;
        if (begin == NULL) {
            begin = end = text;
            reading->line = *line;
        } else {
            *end++ = ' ';
        }
        memmove(end, text, length);
        end += length;
    }
    if (end != NULL && *end != '\0')
        *end = '\0';
    return begin;
}

static int check_whole(struct reading *reading)
{
    const struct lesson *lesson = reading->lesson;
    bool has_right = false;
    for (size_t i = 0; i < lesson->answer_count; i++)
        has_right = has_right || lesson->answers[i].is_right;
    const char *lacks = lesson->title == NULL       ? "title"
                        : lesson->panel_count == 0  ? "panel"
                        : lesson->question == NULL  ? "ask"
                        : !has_right                ? "right"
                        : lesson->answer_count == 1 ? "wrong"
                                                    : NULL;
    reading->line = 0;
    if (lacks != NULL)
        return reading_refuse(reading, "a lesson needs a line of `%s`", lacks);
    return reading_check_guesses(reading);
}

/* Whether a byte would do something to the terminal that the lesson is shown on. */
static bool steers_terminals(const char *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        unsigned char c = (unsigned char)bytes[i];
        unsigned char next = i + 1 < count ? (unsigned char)bytes[i + 1] : 0;
        bool ends_line = c == '\n' || (c == '\r' && next == '\n');
        if ((c < ' ' && c != '\t' && !ends_line) || c == 0x7f ||
            (c == 0xc2 && next >= 0x80 && next < 0xa0))
            return true;
    }
    return false;
}

int lesson_parse(struct lesson *lesson, const char *bytes, size_t count, const char *name,
                 char *why, size_t why_bytes)
{
    struct reading reading = {.lesson = lesson, .name = name, .why = why, .why_bytes = why_bytes};
    *lesson = (struct lesson){.axis = TRACE_AXIS_TIME};
    snprintf(why, why_bytes, "%.200s: out of memory", name);
    if (steers_terminals(bytes, count))
        return reading_refuse(&reading,
                              "this is no text: there is a byte in it that is no character");
    lesson->bytes = malloc(count + 1);
    if (lesson->bytes == NULL)
        return -ENOMEM;
    memcpy(lesson->bytes, bytes, count);
    lesson->bytes[count] = '\0';
    char *at = lesson->bytes, *line;
    uint32_t number = 0;
    int rc = 0;
    while (rc == 0 && (line = next_line(&reading, &at, &number)) != NULL)
        rc = take_line(&reading, line);
    if (rc == 0)
        rc = check_whole(&reading);
    if (rc < 0)
        lesson_finish(lesson);
    return rc;
}

int lesson_load(struct lesson *lesson, const char *path, char *why, size_t why_bytes)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        int rc = -errno;
        snprintf(why, why_bytes, "%.200s cannot be opened: %s", path, strerror(errno));
        return rc;
    }
    char *bytes = malloc(LESSON_BYTES_MAX + 1);
    size_t count = bytes != NULL ? fread(bytes, 1, LESSON_BYTES_MAX + 1, file) : 0;
    bool failed = ferror(file) != 0;
    fclose(file);
    int rc = bytes == NULL ? -ENOMEM : failed ? -EIO : 0;
    snprintf(why, why_bytes, "%.200s: %s", path, rc == -EIO ? "cannot be read" : "out of memory");
    if (rc == 0 && count > LESSON_BYTES_MAX) {
        snprintf(why, why_bytes, "%.200s: a lesson has at most %d bytes", path, LESSON_BYTES_MAX);
        rc = -EINVAL;
    }
    if (rc == 0)
        rc = lesson_parse(lesson, bytes, count, path, why, why_bytes);
    free(bytes);
    return rc;
}

void lesson_finish(struct lesson *lesson)
{
    free(lesson->bytes);
    *lesson = (struct lesson){0};
}
