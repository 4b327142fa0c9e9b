#ifndef LESSON_READING_H
#define LESSON_READING_H

/* What the files share that read a lesson. */

#include "lesson.h"

#define LESSON_BLANKS " \t\r"

struct reading {
    struct lesson *lesson;
    const char *name;
    uint32_t line; /* from 1; of the word that is being read; 0: none */
    char *why;
    size_t why_bytes;
};

/* Writes the sentence that says what is wrong.  -EINVAL. */
__attribute__((format(printf, 2, 3))) int reading_refuse(struct reading *reading,
                                                         const char *format, ...);

/* "[PANEL: ]NAME FROM-TO UNIT [running], ...": lives, of the answer above. */
int reading_ghost(struct reading *reading, char *text);

/* "NAME, NAME, ...": ends one after the other, of the answer above. */
int reading_order(struct reading *reading, char *text);

/* "NAME NUMBER": how many messages lie in a mailbox, of the answer above. */
int reading_depth(struct reading *reading, char *text);

/* Whether guesses fit to each other and to the axis. */
int reading_check_guesses(struct reading *reading);

#endif
