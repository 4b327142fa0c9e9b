#ifndef TRACE_RULES_H
#define TRACE_RULES_H

/*
 * Rules that a run has to keep, in plain text: one a line, `#` begins a comment.
 *
 *   W < 1.5 s                             a number of the run: see trace_facts.def
 *   C >= 2.5
 *   every count#* H < 50 ms               a number of each actor whose name fits
 *   every * status = 0
 *   count print "One" = 3                 how often something happened
 *   no wait lock by reader#*              never
 *   every print "Two" after every print "One"
 *   every end of worker#* before some end of main
 *   no finding                            `troupe lint` has nothing to say
 *   no circle                             no waits close a circle at the end
 *
 * What may happen is
 *
 *   print "TEXT" [by NAMES]               a line was printed; * in the text is anything
 *   spawn of NAMES, end of NAMES
 *   send TAG [by NAMES] [to NAMES]        TAG is a number or any
 *   take TAG [by NAMES] [from NAMES]
 *   wait REASON [by NAMES]                a word of trace_reasons.def, or any
 *   run [by NAMES]
 *   note NAME [of NAMES]                  a word of trace_notes.def, or any
 *
 * NAMES is a name or a pattern.  `before` and `after` are not about the clock: one thing is before
 * another if the other could not have happened otherwise, in the order of one actor's life, or by
 * way of spawns, messages and wakes from one to the next.
 */

#include "trace_model.h"

enum trace_fact {
#define TRACE_FACT(id, name, unit, total, actor, sentence) TRACE_FACT_##id,
#include "trace_facts.def"
#undef TRACE_FACT
    TRACE_FACT_COUNT
};

enum trace_fact_unit { TRACE_UNIT_TIME, TRACE_UNIT_RATIO, TRACE_UNIT_COUNT };

struct trace_fact_row {
    const char *name;
    enum trace_fact_unit unit;
    bool total;
    bool actor;
    const char *sentence;
};

const struct trace_fact_row *trace_fact_row(enum trace_fact fact);

enum trace_operator {
    TRACE_LESS,
    TRACE_AT_MOST,
    TRACE_EQUAL,
    TRACE_UNEQUAL,
    TRACE_AT_LEAST,
    TRACE_MORE
};

enum trace_happening_kind {
    TRACE_HAPPENS_PRINT,
    TRACE_HAPPENS_SPAWN,
    TRACE_HAPPENS_END,
    TRACE_HAPPENS_SEND,
    TRACE_HAPPENS_TAKE,
    TRACE_HAPPENS_WAIT,
    TRACE_HAPPENS_RUN,
    TRACE_HAPPENS_NOTE,
    TRACE_HAPPENS_COUNT
};

#define TRACE_RULE_WORD_BYTES 128

/* Which of the things that happen are meant. */
struct trace_happening {
    enum trace_happening_kind kind;
    char what[TRACE_RULE_WORD_BYTES];  /* the text, tag, reason or note; "*" for any */
    char by[TRACE_RULE_WORD_BYTES];    /* the actor's name, or a pattern */
    char other[TRACE_RULE_WORD_BYTES]; /* send: to; take: from */
};

enum trace_rule_kind {
    TRACE_RULE_TOTAL,  /* FACT OPERATOR VALUE */
    TRACE_RULE_ACTORS, /* every|some|no NAMES FACT OPERATOR VALUE */
    TRACE_RULE_TIMES,  /* count HAPPENING OPERATOR VALUE; no HAPPENING */
    TRACE_RULE_ORDER,  /* every HAPPENING before|after every|some HAPPENING */
    TRACE_RULE_FINDING,
    TRACE_RULE_CIRCLE,
};

enum trace_quantifier { TRACE_EVERY, TRACE_SOME, TRACE_NO };

struct trace_rule {
    enum trace_rule_kind kind;
    uint32_t line;  /* in the file of rules, from 1 */
    char text[512]; /* as it stands there */
    enum trace_fact fact;
    enum trace_operator operator;
    double value;                     /* times in nanoseconds */
    enum trace_quantifier quantifier; /* of the actors; of the other happening */
    char actors[TRACE_RULE_WORD_BYTES];
    struct trace_happening first;
    struct trace_happening other;
    bool after;
};

/* Reads one line.  1; 0 for an empty line or a comment; -EINVAL with a sentence in `why`. */
int trace_rule_parse(const char *line, struct trace_rule *rule, char *why, size_t why_bytes);

#endif
