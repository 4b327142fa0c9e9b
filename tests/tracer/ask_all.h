#ifndef ASK_ALL_H
#define ASK_ALL_H

/*
 * Asks everything there is to ask, and checks what is answered.  The program stops where a promise
 * of the reader's headers does not hold.
 */

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "trace_model.h"

#define PROMISE(condition)                                                                  \
    do {                                                                                    \
        if (!(condition)) {                                                                 \
            fprintf(stderr, "%s:%d: broken promise: %s\n", __FILE__, __LINE__, #condition); \
            abort();                                                                        \
        }                                                                                   \
    } while (0)

/* Loads bytes and, if that works, asks the model all of it. */
void ask_all(const char *bytes, size_t count);

/* Reads bytes as rules, one a line, and holds the run against each. */
void ask_rules(const struct trace_model *model, const char *text, size_t count);

/* Reads bytes as the file of a lesson. */
void ask_lesson(const char *text, size_t bytes);

/* Holds the run against one rule of every kind. */
void ask_every_rule(const struct trace_model *model);

#endif
