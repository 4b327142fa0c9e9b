/*
 * A lesson made of any bytes at all: it is read, and is then what lesson.h promises, or it is
 * refused with a sentence.
 */

#include <stdlib.h>
#include <string.h>

#include "ask_all.h"
#include "lesson.h"

static void ask_panel(const struct lesson_panel *panel)
{
    PROMISE(panel->label[0] != '\0' && panel->command[0] != '\0');
    PROMISE(panel->recorded[0] != '\0');
    PROMISE(panel->expectation_count <= LESSON_EXPECTATIONS_MAX);
    for (size_t i = 0; i < panel->expectation_count; i++)
        PROMISE(strlen(panel->expectations[i]) <= LESSON_BYTES_MAX);
}

static void ask_answer(const struct lesson_answer *answer)
{
    PROMISE(answer->text[0] != '\0' && answer->because[0] != '\0');
    PROMISE(answer->ghost_count <= LESSON_GHOSTS_MAX);
    for (size_t i = 0; i < answer->ghost_count; i++) {
        PROMISE(answer->ghosts[i].lane[0] != '\0');
        PROMISE(0 <= answer->ghosts[i].from);
        PROMISE(answer->ghosts[i].from < answer->ghosts[i].to);
        PROMISE(answer->ghosts[i].panel < LESSON_PANELS_MAX);
    }
    PROMISE(answer->depth_lane == NULL || answer->depth_lane[0] != '\0');
    PROMISE(answer->order_count <= LESSON_GHOSTS_MAX);
    for (size_t i = 0; i < answer->order_count; i++)
        PROMISE(answer->order[i][0] != '\0');
}

void ask_lesson(const char *text, size_t bytes)
{
    struct lesson lesson;
    char why[400] = "";
    /* A copy of exactly this size, so that a sanitizer sees a read beyond it. */
    char *copy = malloc(bytes > 0 ? bytes : 1);
    PROMISE(copy != NULL);
    memcpy(copy, text, bytes);
    int rc = lesson_parse(&lesson, copy, bytes, "lesson.txt", why, sizeof why);
    free(copy);
    if (rc < 0) {
        PROMISE(rc == -EINVAL && strncmp(why, "lesson.txt", strlen("lesson.txt")) == 0);
        return;
    }
    bool right = false, wrong = false;
    PROMISE(lesson.title != NULL && lesson.question != NULL);
    PROMISE(0 < lesson.panel_count && lesson.panel_count <= LESSON_PANELS_MAX);
    PROMISE(0 < lesson.answer_count && lesson.answer_count <= LESSON_ANSWERS_MAX);
    for (size_t i = 0; i < lesson.panel_count; i++)
        ask_panel(&lesson.panels[i]);
    for (size_t i = 0; i < lesson.answer_count; i++) {
        ask_answer(&lesson.answers[i]);
        right = right || lesson.answers[i].is_right;
        wrong = wrong || !lesson.answers[i].is_right;
    }
    PROMISE(right && wrong);
    lesson_finish(&lesson);
}
