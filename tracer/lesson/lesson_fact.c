/* A number is asked for as a rule of grading asks for it, so that both always say the same. */

#include "lesson_fact.h"

#include <stdio.h>
#include <string.h>

#include "trace_grade.h"

#define PRINT "print"

static bool make_rule(const char *decides, struct trace_rule *rule)
{
    char text[96], why[200];
    snprintf(text, sizeof text, "%.80s >= 0", decides);
    return trace_rule_parse(text, rule, why, sizeof why) > 0 && rule->kind == TRACE_RULE_TOTAL;
}

bool lesson_fact_exists(const char *decides)
{
    struct trace_rule rule;
    return strcmp(decides, PRINT) == 0 || make_rule(decides, &rule);
}

static void find_print(const struct trace_model *model, char text[LESSON_FACT_BYTES])
{
    const struct trace_mark *last = NULL;
    for (uint32_t i = 0; i < model->mark_count; i++) {
        const struct trace_mark *mark = &model->marks[i];
        if (mark->kind == TRACE_MARK_PRINT && (last == NULL || mark->at_ns >= last->at_ns))
            last = mark;
    }
    snprintf(text, LESSON_FACT_BYTES, "%.63s", last != NULL ? trace_text(model, last->text) : "");
}

void lesson_fact_crowd(const char *decides, const struct trace_model *model,
                       char text[LESSON_FACT_BYTES])
{
    int64_t run_ns = 0;
    int64_t cpu_ns = 0;
    text[0] = '\0';
    for (uint32_t i = 0; i < model->switch_count; i++) {
        const struct trace_span *run = &model->spans[model->switches[i]];
        run_ns += run->end_ns - run->start_ns;
        cpu_ns += trace_cpu_ns(model, run);
    }
    if (strcmp(decides, "P") == 0 && cpu_ns < run_ns - run_ns / 10)
        snprintf(text, LESSON_FACT_BYTES, "on a processor %.0f %%",
                 100 * (double)cpu_ns / (double)run_ns);
}

int lesson_fact(const char *decides, const struct trace_model *model, char text[LESSON_FACT_BYTES])
{
    struct trace_order *order;
    struct trace_rule rule;
    struct trace_grade grade;
    text[0] = '\0';
    if (strcmp(decides, PRINT) == 0) {
        find_print(model, text);
        return 0;
    }
    if (!make_rule(decides, &rule))
        return 0;
    int status = trace_order_new(model, &order);
    if (status < 0)
        return status;
    status = trace_grade(order, &rule, &grade);
    const char *is = status == 0 ? strstr(grade.text, " is ") : NULL;
    if (is != NULL)
        snprintf(text, LESSON_FACT_BYTES, "%.20s = %.*s", decides, (int)strcspn(is + 4, ":"),
                 is + 4);
    trace_order_destroy(order);
    return status;
}
