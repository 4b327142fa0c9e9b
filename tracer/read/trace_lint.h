#ifndef TRACE_LINT_H
#define TRACE_LINT_H

/*
 * What is wrong with a run, as far as its trace proves it.
 *
 * A rule speaks only of what happened: an actor that ran for 300 ms while two others were ready has
 * cost them that time, whatever it was good for.  What might be wrong is not said.  The rules are
 * the rows of trace_lint_rules.def.
 *
 *   struct trace_finding *findings;
 *   size_t count;
 *   if (trace_lint(model, TRACE_LINT_LIMIT_NS, &findings, &count) == 0)
 *       for (size_t i = 0; i < count; i++)
 *           puts(trace_finding_text(model, &findings[i], false, text, sizeof text));
 */

#include "trace_model.h"

enum trace_lint_rule {
#define TRACE_LINT(id, name, sentence, cure) TRACE_LINT_##id,
#include "trace_lint_rules.def"
#undef TRACE_LINT
    TRACE_LINT_COUNT
};

/* What costs others less than this is not told, unless the user says otherwise: a tenth of a second
 * is when people notice. */
#define TRACE_LINT_LIMIT_NS INT64_C(100000000)

/* A mailbox that holds fewer messages than this at the end has not grown, and fewer yields in a row
 * than this are no polling. */
#define TRACE_LINT_MESSAGES_MIN 100
#define TRACE_LINT_YIELDS_MIN 1000
/* As many restarts in vain are no accident. */
#define TRACE_LINT_RESTARTS_MIN 5

struct trace_finding {
    enum trace_lint_rule rule;
    uint32_t lane;       /* whose doing it is; TRACE_NONE: of the trace */
    uint32_t other;      /* who paid for it, or TRACE_NONE */
    uint32_t span;       /* the state that it is about, or TRACE_NONE */
    trace_text_id place; /* the source line to look at; 0 if the trace does not tell */
    int64_t at_ns;       /* when it began */
    int64_t ns;          /* how long it took */
    int64_t cost_ns;     /* how long others waited because of it, added up */
    uint64_t number;     /* others that waited; yields; messages; restarts; records */
    uint64_t due;        /* of those that waited, whose deadline passed meanwhile */
    uint64_t times;      /* so often the same happened at this place; this is the worst of them */
    int64_t total_ns;    /* their costs together */
};

/* The name of a rule, "held-the-loop"; when it is found, and its cure, as sentences. */
const char *trace_lint_name(enum trace_lint_rule rule);
const char *trace_lint_sentence(enum trace_lint_rule rule);
const char *trace_lint_cure(enum trace_lint_rule rule);

/* The rule with this name, or TRACE_LINT_COUNT. */
enum trace_lint_rule trace_lint_parse(const char *name);

/* All findings whose cost is `limit_ns` or more, the costliest first; the caller frees *findings.
 * Takes time in proportion to the size of the model.  0 or -ENOMEM. */
int trace_lint(const struct trace_model *model, int64_t limit_ns, struct trace_finding **findings,
               size_t *count);

/* The finding as a sentence with names and times.  Returns `text`. */
char *trace_finding_text(const struct trace_model *model, const struct trace_finding *finding,
                         bool ascii, char *text, size_t bytes);

#endif
