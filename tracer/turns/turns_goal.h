#ifndef TURNS_GOAL_H
#define TURNS_GOAL_H

/*
 * What somebody who gives the turns is to bring about:
 *
 *   stuck     nothing can ever run again, or a wait is refused that would close a circle
 *   fail      the program does not end with status 0
 *   RULE      this rule of grading holds when it has ended: "resumes < 12", "B before A"
 */

#include "trace_rules.h"
#include "turns.h"

enum turns_goal_kind { TURNS_GOAL_NONE, TURNS_GOAL_STUCK, TURNS_GOAL_FAIL, TURNS_GOAL_RULE };

struct turns_goal {
    enum turns_goal_kind kind;
    struct trace_rule rule;
};

/* No text: no goal.  0; -EINVAL with what is wrong in `error`. */
int turns_goal_parse(struct turns_goal *goal, const char *text, char *error, size_t bytes);

/* "make it fail", for what is asked of somebody. */
void turns_goal_words(const struct turns_goal *goal, char *text, size_t bytes);

/* Whether a run that has ended meets it: 1 or 0; below 0 if its trace cannot be judged. */
int turns_goal_is_met(const struct turns_goal *goal, const struct turns *turns);

/* How one who is ready goes on: "has not run yet", "goes on after sleep, count.c:12". */
void turns_tell_ready(const struct trace_model *model, uint32_t actor, char *text, size_t bytes);

#endif
