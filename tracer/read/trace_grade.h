#ifndef TRACE_GRADE_H
#define TRACE_GRADE_H

/* Holds a run against a rule, and names what breaks it. */

#include "trace_rules.h"

struct trace_grade {
    bool holds;
    char text[400]; /* what was found: a number, or who broke the rule, when and where */
    uint32_t lane;  /* who broke it, or TRACE_NONE */
    int64_t at_ns;  /* when */
};

/* The orders of a run, for rules about before and after; made once and shared by all rules. */
struct trace_order;

/* On 0 the caller owes trace_order_destroy().  0 or -ENOMEM. */
int trace_order_new(const struct trace_model *model, struct trace_order **order);
void trace_order_destroy(struct trace_order *order);

/* From when on each lane can know of what an actor did at an instant; `reach` has an entry per
 * lane, TRACE_NEVER where it never does.  O(arrows). */
void trace_order_reach(const struct trace_order *order, uint32_t lane, int64_t at_ns,
                       int64_t *reach);

/* 0 or -ENOMEM. */
int trace_grade(const struct trace_order *order, const struct trace_rule *rule,
                struct trace_grade *grade);

#endif
