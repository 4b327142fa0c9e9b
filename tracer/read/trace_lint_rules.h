#ifndef TRACE_LINT_RULES_H
#define TRACE_LINT_RULES_H

/* What the rules share: the model, the limit, and where findings go. */

#include "trace_array.h"
#include "trace_lint.h"
#include "trace_strings.h"

struct lint {
    const struct trace_model *model;
    int64_t limit_ns;
    struct trace_array findings;
    struct trace_map places; /* from rule, function and place to the index of a finding */
    bool failed;             /* no memory */
};

/* Adds a finding, or counts it with the one of the same rule, function and place. */
void lint_add(struct lint *lint, const struct trace_finding *finding);

/* Where an actor stood before a span, and where it suspended after a run: source lines, or 0. */
trace_text_id lint_place_before(const struct trace_model *model, uint32_t span);
trace_text_id lint_place_after(const struct trace_model *model, uint32_t span);

/* The rules, by what they look at. */
void lint_turns(struct lint *lint);
void lint_loops(struct lint *lint);
void lint_waits(struct lint *lint);
void lint_lives(struct lint *lint);

#endif
