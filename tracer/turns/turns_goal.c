/* Goals, and words for those among whom one chooses. */

#include "turns_goal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "trace_grade.h"
#include "trace_load.h"

int turns_goal_parse(struct turns_goal *goal, const char *text, char *error, size_t bytes)
{
    char why[200];
    *goal = (struct turns_goal){.kind = TURNS_GOAL_NONE};
    if (text == NULL)
        return 0;
    if (strcmp(text, "stuck") == 0)
        goal->kind = TURNS_GOAL_STUCK;
    else if (strcmp(text, "fail") == 0)
        goal->kind = TURNS_GOAL_FAIL;
    else if (trace_rule_parse(text, &goal->rule, why, sizeof why) > 0)
        goal->kind = TURNS_GOAL_RULE;
    else
        snprintf(error, bytes, "the goal is stuck, fail or a rule, not \"%s\"", text);
    return goal->kind != TURNS_GOAL_NONE ? 0 : -EINVAL;
}

void turns_goal_words(const struct turns_goal *goal, char *text, size_t bytes)
{
    switch (goal->kind) {
    case TURNS_GOAL_STUCK:
        snprintf(text, bytes, "bring it to where some can never go on");
        break;
    case TURNS_GOAL_FAIL:
        snprintf(text, bytes, "make it fail");
        break;
    case TURNS_GOAL_RULE:
        snprintf(text, bytes, "make it so that %s", goal->rule.text);
        break;
    default:
        snprintf(text, bytes, "give the turns");
        break;
    }
}

/* Whether the rule holds of the run that the trace holds. */
static int holds(const struct trace_rule *rule, const char *path)
{
    struct trace_model *model;
    struct trace_order *order;
    struct trace_grade grade = {.holds = false};
    struct trace_error refused;
    int rc = trace_load(path, &model, &refused);
    if (rc < 0)
        return rc;
    rc = trace_order_new(model, &order);
    if (rc == 0) {
        rc = trace_grade(order, rule, &grade);
        trace_order_destroy(order);
    }
    trace_model_destroy(model);
    return rc < 0 ? rc : grade.holds;
}

int turns_goal_is_met(const struct turns_goal *goal, const struct turns *turns)
{
    if (turns->state == TURNS_ASKED)
        return 0;
    switch (goal->kind) {
    case TURNS_GOAL_STUCK:
        return turns->state == TURNS_STUCK || turns->refused;
    case TURNS_GOAL_FAIL:
        return turns_failed(turns);
    case TURNS_GOAL_RULE:
        return holds(&goal->rule, turns->trace);
    default:
        return 0;
    }
}

/* The last wait of a lane that ends in this place of its spans, or TRACE_NONE. */
static uint32_t last_wait(const struct trace_model *model, const struct trace_lane *lane)
{
    for (uint32_t i = lane->span_first + lane->span_count; i > lane->span_first; i--) {
        uint8_t state = model->spans[i - 1].state;
        if (state == TRACE_STATE_RUN)
            return TRACE_NONE; /* it only let others run, which is no wait */
        if (state == TRACE_STATE_WAIT)
            return i - 1;
    }
    return TRACE_NONE;
}

void turns_tell_ready(const struct trace_model *model, uint32_t actor, char *text, size_t bytes)
{
    uint32_t number = trace_lane_by_id(model, actor);
    if (number == TRACE_NONE) {
        snprintf(text, bytes, "actor %u", actor);
        return;
    }
    const struct trace_lane *lane = &model->lanes[number];
    const char *name = trace_text(model, lane->name);
    uint32_t wait = last_wait(model, lane);
    if (wait != TRACE_NONE && model->spans[wait].at != 0)
        snprintf(text, bytes, "%s, which goes on after %s, %s", name,
                 trace_reason_name(model->spans[wait].reason),
                 trace_text(model, model->spans[wait].at));
    else if (lane->first_run_ns == TRACE_NEVER)
        snprintf(text, bytes, "%s, which has not run yet", name);
    else
        snprintf(text, bytes, "%s, which has let others run", name);
}
