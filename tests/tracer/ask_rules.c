/*
 * Rules made of any bytes at all, and what a run has to say to each that is one.
 *
 * The tests with hostile files and both fuzzers share it: the one of traces grades whatever it has
 * loaded by the rules below, the one of rules grades a trace that is sound.
 */

#include <stdlib.h>
#include <string.h>

#include "ask_all.h"
#include "trace_grade.h"

/* One at least of every kind. */
static const char every_kind[] = "W < 1.5 s\n"
                                 "C >= 0.5\n"
                                 "peak = 1\n"
                                 "every * H < 50 ms\n"
                                 "some *#1 status != 0\n"
                                 "no * resumes > 3\n"
                                 "count print * by * = 3\n"
                                 "count run = 3\n"
                                 "count take any from * >= 1\n"
                                 "no wait lock by *\n"
                                 "no note any\n"
                                 "every spawn of * before some end of *\n"
                                 "every send any to * before every take any\n"
                                 "every wait any after some run by *\n"
                                 "no finding\n"
                                 "no circle\n";

static void ask_rule(const struct trace_order *order, const struct trace_model *model,
                     const char *line)
{
    struct trace_rule rule;
    struct trace_grade grade;
    char why[200] = "";
    int result = trace_rule_parse(line, &rule, why, sizeof why);
    PROMISE(result == 1 || result == 0 || (result == -EINVAL && why[0] != '\0'));
    if (result != 1)
        return;
    PROMISE(trace_grade(order, &rule, &grade) == 0);
    PROMISE(grade.text[0] != '\0');
    PROMISE(grade.lane == TRACE_NONE || grade.lane < model->lane_count);
}

void ask_rules(const struct trace_model *model, const char *text, size_t count)
{
    struct trace_order *order;
    PROMISE(trace_order_new(model, &order) == 0);
    for (size_t at = 0; at < count;) {
        const char *end = memchr(text + at, '\n', count - at);
        size_t length = end != NULL ? (size_t)(end - text) - at : count - at;
        /* A copy of exactly this size, so that a sanitizer sees a read beyond it. */
        char *line = malloc(length + 1);
        PROMISE(line != NULL);
        memcpy(line, text + at, length);
        line[length] = '\0';
        ask_rule(order, model, line);
        free(line);
        at += length + 1;
    }
    trace_order_destroy(order);
}

void ask_every_rule(const struct trace_model *model)
{
    ask_rules(model, every_kind, sizeof every_kind - 1);
}
