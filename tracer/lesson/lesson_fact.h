#ifndef LESSON_FACT_H
#define LESSON_FACT_H

/*
 * What settles a lesson's question: a number of each run, by its name in trace_facts.def ("W",
 * "peak"), or `print`, what the run printed last.
 */

#include <stdbool.h>

#include "trace_model.h"

#define LESSON_FACT_BYTES 64

/* Whether these words name something that can settle a question. */
bool lesson_fact_exists(const char *decides);

/* "W = 1.001 s", "1 of 100"; "" if the run printed nothing.  0 or -ENOMEM. */
int lesson_fact(const char *decides, const struct trace_model *model, char text[LESSON_FACT_BYTES]);

/* "on a processor 37 %", where P is what settles it and others had the processors for more than a
 * tenth of the time that the run ran: P tells of them, too.  "" otherwise. */
void lesson_fact_crowd(const char *decides, const struct trace_model *model,
                       char text[LESSON_FACT_BYTES]);

#endif
