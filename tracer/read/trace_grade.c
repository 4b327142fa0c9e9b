/*
 * Grading: numbers are compared; what happens is collected, counted, or put in relation.
 */

#include "trace_grade.h"

#include <errno.h>
#include <fnmatch.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trace_array.h"
#include "trace_grade_order.h"
#include "trace_lint.h"
#include "trace_stats.h"
#include "trace_waits.h"
#include "trace_words.h"

/* Something that happened. */
struct event {
    uint32_t lane;
    int64_t at_ns;
};

struct grading {
    const struct trace_order *order;
    const struct trace_model *model;
    const struct trace_rule *rule;
    struct trace_grade *grade;
};

__attribute__((format(printf, 2, 3))) static void say(struct grading *grading, const char *format,
                                                      ...)
{
    size_t used = strlen(grading->grade->text);
    va_list args;
    va_start(args, format);
    vsnprintf(grading->grade->text + used, sizeof grading->grade->text - used, format, args);
    va_end(args);
}

static const char *name_of(const struct grading *grading, uint32_t lane)
{
    return trace_text(grading->model, grading->model->lanes[lane].name);
}

static bool fits(const char *pattern, const char *text)
{
    return strcmp(pattern, text) == 0 || fnmatch(pattern, text, 0) == 0;
}

static bool lane_fits(const struct grading *grading, const char *pattern, uint32_t lane)
{
    return lane != TRACE_NONE && fits(pattern, name_of(grading, lane));
}

/* --- numbers --- */

static bool compare(enum trace_operator operator, double left, double right)
{
    switch (operator) {
    case TRACE_LESS:
        return left < right;
    case TRACE_AT_MOST:
        return left <= right;
    case TRACE_EQUAL:
        return left >= right && left <= right;
    case TRACE_UNEQUAL:
        return left < right || left > right;
    case TRACE_AT_LEAST:
        return left >= right;
    default:
        return left > right;
    }
}

static void say_number(struct grading *grading, enum trace_fact_unit unit, double number)
{
    char words[TRACE_WORDS_BYTES];
    if (unit == TRACE_UNIT_TIME)
        say(grading, "%s", trace_duration_text((int64_t)number, false, words, sizeof words));
    else if (unit == TRACE_UNIT_RATIO)
        say(grading, "%s", trace_ratio_text(number, words, sizeof words));
    else
        say(grading, "%.0f", number);
}

static double count_lives(const struct trace_model *model, enum trace_fact fact)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < model->lane_count; i++) {
        bool ended = model->lanes[i].end_ns != TRACE_NEVER;
        count += fact == TRACE_FACT_ACTORS       ? 1
                 : fact == TRACE_FACT_UNFINISHED ? !ended
                                                 : ended && model->lanes[i].status < 0;
    }
    return count;
}

/* The most messages that lay in one mailbox at once: in an actor's, or in anybody's. */
static double deepest(const struct trace_model *model, uint32_t lane)
{
    const struct trace_lane *own = lane != TRACE_NONE ? &model->lanes[lane] : NULL;
    uint32_t first = own != NULL ? own->depth_first : 0;
    uint32_t end = own != NULL ? first + own->depth_count : model->depth_count;
    uint32_t most = 0;
    for (uint32_t i = first; i < end; i++)
        most = model->depths[i].depth > most ? model->depths[i].depth : most;
    return most;
}

/* A number of the score of one actor, or of the run. */
static double number_of(const struct trace_model *model, const struct trace_score *score,
                        enum trace_fact fact, uint32_t lane)
{
    switch (fact) {
    case TRACE_FACT_WALL:
        return (double)score->wall_ns;
    case TRACE_FACT_LIVES:
        return (double)score->sum_ns;
    case TRACE_FACT_BUSY:
        return (double)score->busy_ns;
    case TRACE_FACT_HOLD:
        return (double)score->longest_hold_ns;
    case TRACE_FACT_READY:
        return (double)score->ready_ns;
    case TRACE_FACT_CONCURRENCY:
        return trace_score_concurrency(score);
    case TRACE_FACT_PARALLELISM:
        return trace_score_parallelism(score);
    case TRACE_FACT_PEAK:
        return score->peak_running;
    case TRACE_FACT_IN_PROGRESS:
        return score->peak_in_progress;
    case TRACE_FACT_THREADS:
        return score->threads;
    case TRACE_FACT_PROCESSES:
        return score->processes;
    case TRACE_FACT_RESUMES:
        return (double)score->switches;
    case TRACE_FACT_SENT:
        return (double)score->sent;
    case TRACE_FACT_TAKEN:
        return (double)score->taken;
    case TRACE_FACT_DEPTH:
        return deepest(model, lane);
    case TRACE_FACT_STATUS:
        return model->lanes[lane].status;
    default:
        return count_lives(model, fact);
    }
}

static int grade_total(struct grading *grading)
{
    const struct trace_rule *rule = grading->rule;
    struct trace_score score;
    trace_stats_total(grading->model, &score);
    double number = number_of(grading->model, &score, rule->fact, TRACE_NONE);
    grading->grade->holds = compare(rule->operator, number, rule->value);
    say(grading, "%s is ", trace_fact_row(rule->fact)->name);
    say_number(grading, trace_fact_row(rule->fact)->unit, number);
    if (rule->fact == TRACE_FACT_HOLD && score.longest_hold != TRACE_NONE) {
        const struct trace_span *hold = &grading->model->spans[score.longest_hold];
        grading->grade->lane = hold->lane;
        grading->grade->at_ns = hold->start_ns;
        say(grading, ": %s, resume %" PRIu32, name_of(grading, hold->lane), hold->resume);
    }
    return 0;
}

/* An actor whose number decides: the first that breaks `every` or `no`, or fulfils `some`. */
static void say_actor(struct grading *grading, uint32_t lane, double number)
{
    const struct trace_rule *rule = grading->rule;
    const struct trace_lane *own = &grading->model->lanes[lane];
    grading->grade->lane = lane;
    grading->grade->at_ns = own->spawn_ns;
    say(grading, "%s has %s ", name_of(grading, lane), trace_fact_row(rule->fact)->name);
    if (rule->fact == TRACE_FACT_STATUS && own->end_ns == TRACE_NEVER)
        say(grading, "none: it has not ended");
    else
        say_number(grading, trace_fact_row(rule->fact)->unit, number);
}

static int grade_actors(struct grading *grading)
{
    const struct trace_rule *rule = grading->rule;
    const struct trace_model *model = grading->model;
    uint32_t count = 0;
    grading->grade->holds = rule->quantifier != TRACE_SOME;
    for (uint32_t i = 0; i < model->lane_count; i++) {
        struct trace_score score;
        if (!lane_fits(grading, rule->actors, i))
            continue;
        count++;
        trace_stats_lane(model, i, &score);
        double number = number_of(model, &score, rule->fact, i);
        bool known = rule->fact != TRACE_FACT_STATUS || model->lanes[i].end_ns != TRACE_NEVER;
        bool fulfils = known && compare(rule->operator, number, rule->value);
        if (fulfils == (rule->quantifier == TRACE_EVERY))
            continue;
        grading->grade->holds = rule->quantifier == TRACE_SOME;
        say_actor(grading, i, number);
        return 0;
    }
    /* A rule about nobody is a typing error in a name, and must not pass as kept. */
    if (count == 0 && rule->quantifier != TRACE_NO)
        grading->grade->holds = false;
    if (count == 0)
        say(grading, "no actor is called %s", rule->actors);
    else
        say(grading, "%s of %" PRIu32 " actor%s", rule->quantifier == TRACE_EVERY ? "all" : "none",
            count, count == 1 ? "" : "s");
    return 0;
}

/* --- what happens --- */

static bool add_event(struct trace_array *events, uint32_t lane, int64_t at_ns)
{
    struct event *event = trace_array_add(events, sizeof *event);
    if (event != NULL)
        *event = (struct event){lane, at_ns};
    return event != NULL;
}

static bool collect_marks(struct grading *grading, const struct trace_happening *happening,
                          struct trace_array *events)
{
    const struct trace_model *model = grading->model;
    bool print = happening->kind == TRACE_HAPPENS_PRINT;
    for (uint32_t i = 0; i < model->mark_count; i++) {
        const struct trace_mark *mark = &model->marks[i];
        if (mark->kind != (print ? TRACE_MARK_PRINT : TRACE_MARK_NOTE) ||
            !lane_fits(grading, happening->by, mark->lane))
            continue;
        const char *text =
            print ? trace_text(model, mark->text) : trace_note_name((enum trace_note)mark->note);
        if (fits(happening->what, text) && !add_event(events, mark->lane, mark->at_ns))
            return false;
    }
    return true;
}

static bool collect_messages(struct grading *grading, const struct trace_happening *happening,
                             struct trace_array *events)
{
    const struct trace_model *model = grading->model;
    bool sends = happening->kind == TRACE_HAPPENS_SEND;
    for (uint32_t i = 0; i < model->flow_count; i++) {
        const struct trace_flow *flow = &model->flows[i];
        uint32_t lane = sends ? flow->from_lane : flow->to_lane;
        uint32_t other = sends ? flow->to_lane : flow->from_lane;
        bool any_other = strcmp(happening->other, "*") == 0;
        char tag[16];
        if (flow->message == TRACE_NONE || !lane_fits(grading, happening->by, lane) ||
            (!any_other && !lane_fits(grading, happening->other, other)))
            continue;
        snprintf(tag, sizeof tag, "%" PRId32, model->messages[flow->message].tag);
        if (fits(happening->what, tag) &&
            !add_event(events, lane, sends ? flow->from_ns : flow->to_ns))
            return false;
    }
    return true;
}

static bool collect_spans(struct grading *grading, const struct trace_happening *happening,
                          struct trace_array *events)
{
    const struct trace_model *model = grading->model;
    bool runs = happening->kind == TRACE_HAPPENS_RUN;
    for (uint32_t i = 0; i < model->span_count; i++) {
        const struct trace_span *span = &model->spans[i];
        if (span->state != (runs ? TRACE_STATE_RUN : TRACE_STATE_WAIT) ||
            !lane_fits(grading, happening->by, span->lane))
            continue;
        const char *reason = span->reason < TRACE_REASON_COUNT
                                 ? trace_reason_name((enum trace_reason)span->reason)
                                 : "";
        if ((runs || fits(happening->what, reason)) &&
            !add_event(events, span->lane, span->start_ns))
            return false;
    }
    return true;
}

/* A life begins with its first state, which is what the arrow of its spawn leads to. */
static bool collect_lives(struct grading *grading, const struct trace_happening *happening,
                          struct trace_array *events)
{
    const struct trace_model *model = grading->model;
    bool spawns = happening->kind == TRACE_HAPPENS_SPAWN;
    for (uint32_t i = 0; i < model->lane_count; i++) {
        const struct trace_lane *lane = &model->lanes[i];
        int64_t begin_ns =
            lane->span_count > 0 ? model->spans[lane->span_first].start_ns : lane->spawn_ns;
        if (!lane_fits(grading, happening->by, i) || (!spawns && lane->end_ns == TRACE_NEVER))
            continue;
        if (!add_event(events, i, spawns ? begin_ns : lane->end_ns))
            return false;
    }
    return true;
}

static bool collect(struct grading *grading, const struct trace_happening *happening,
                    struct trace_array *events)
{
    switch (happening->kind) {
    case TRACE_HAPPENS_PRINT:
    case TRACE_HAPPENS_NOTE:
        return collect_marks(grading, happening, events);
    case TRACE_HAPPENS_SEND:
    case TRACE_HAPPENS_TAKE:
        return collect_messages(grading, happening, events);
    case TRACE_HAPPENS_WAIT:
    case TRACE_HAPPENS_RUN:
        return collect_spans(grading, happening, events);
    default:
        return collect_lives(grading, happening, events);
    }
}

/* "that of count#1 at 41.5 µs (resume 1)" */
static void say_event(struct grading *grading, const struct event *event)
{
    const struct trace_model *model = grading->model;
    char words[TRACE_WORDS_BYTES];
    uint32_t span = trace_span_at(model, event->lane, event->at_ns);
    grading->grade->lane = event->lane;
    grading->grade->at_ns = event->at_ns;
    say(grading, "that of %s at %s", name_of(grading, event->lane),
        trace_instant_text(event->at_ns > 0 ? event->at_ns : 0, 1, false, words, sizeof words));
    if (span != TRACE_NONE && model->spans[span].state == TRACE_STATE_RUN)
        say(grading, " (resume %" PRIu32 ")", model->spans[span].resume);
    else if (span != TRACE_NONE && model->spans[span].at != 0)
        say(grading, " (%s)", trace_text(model, model->spans[span].at));
}

static int grade_times(struct grading *grading)
{
    struct trace_array events = {0};
    const struct trace_rule *rule = grading->rule;
    bool made = collect(grading, &rule->first, &events);
    if (made) {
        grading->grade->holds = compare(rule->operator, events.count, rule->value);
        say(grading, "it happens %" PRIu32 " time%s", events.count, events.count == 1 ? "" : "s");
        if (!grading->grade->holds && events.count > 0) {
            say(grading, "; the first is ");
            say_event(grading, events.items);
        }
    }
    trace_array_finish(&events);
    return made ? 0 : -ENOMEM;
}

/* --- before and after --- */

/* Whether news of one event, which got as far as `reach`, was there before another. */
static bool is_known(const int64_t *reach, const struct event *early, const struct event *late)
{
    return reach[late->lane] <= late->at_ns &&
           (early->lane != late->lane || early->at_ns < late->at_ns);
}

/* Marks the pairs that fulfil the rule: how many of the others each of the first ones is before, or
 * after. */
static void count_pairs(struct grading *grading, const struct trace_array *firsts,
                        const struct trace_array *others, int64_t *reach, uint32_t *counts,
                        uint32_t *missing)
{
    bool after = grading->rule->after;
    const struct trace_array *early = after ? others : firsts;
    const struct trace_array *late = after ? firsts : others;
    const struct event *early_events = early->items;
    const struct event *late_events = late->items;
    for (uint32_t i = 0; i < early->count; i++) {
        trace_order_reach(grading->order, early_events[i].lane, early_events[i].at_ns, reach);
        for (uint32_t j = 0; j < late->count; j++) {
            uint32_t first = after ? j : i;
            if (is_known(reach, &early_events[i], &late_events[j]))
                counts[first]++;
            else
                missing[first] = after ? i : j;
        }
    }
}

/* "that of a at 2 µs is not after that of b at 1 µs, though by the clock it is" */
static void say_broken(struct grading *grading, const struct event *first,
                       const struct event *other)
{
    bool after = grading->rule->after;
    say_event(grading, first);
    say(grading, " is not %s ", after ? "after" : "before");
    if (other == NULL) {
        say(grading, "any");
        return;
    }
    say_event(grading, other);
    if (after ? other->at_ns < first->at_ns : first->at_ns < other->at_ns)
        say(grading, ": nothing leads from one to the other, though by the clock it is");
    grading->grade->lane = first->lane;
    grading->grade->at_ns = first->at_ns;
}

static void judge_pairs(struct grading *grading, const struct trace_array *firsts,
                        const struct trace_array *others, const uint32_t *counts,
                        const uint32_t *missing)
{
    bool some = grading->rule->quantifier == TRACE_SOME;
    const struct event *first_events = firsts->items;
    const struct event *other_events = others->items;
    for (uint32_t i = 0; i < firsts->count; i++) {
        if (some ? counts[i] > 0 : counts[i] == others->count)
            continue;
        grading->grade->holds = false;
        say_broken(grading, &first_events[i], some ? NULL : &other_events[missing[i]]);
        return;
    }
    say(grading, "%" PRIu32 " and %" PRIu32 " of them are in this order", firsts->count,
        others->count);
}

static int grade_order(struct grading *grading)
{
    struct trace_array firsts = {0};
    struct trace_array others = {0};
    bool made = collect(grading, &grading->rule->first, &firsts) &&
                collect(grading, &grading->rule->other, &others);
    size_t lanes = (size_t)grading->model->lane_count + 1;
    int64_t *reach = malloc(lanes * sizeof *reach);
    uint32_t *counts = calloc((size_t)firsts.count + 1, sizeof *counts);
    uint32_t *missing = calloc((size_t)firsts.count + 1, sizeof *missing);
    made = made && reach != NULL && counts != NULL && missing != NULL;
    /* What never happens is in no order: a rule about it is a typing error, or the run has failed.
     */
    bool nothing = firsts.count == 0 || others.count == 0;
    grading->grade->holds = !nothing;
    if (made && nothing) {
        say(grading, "the %s never happens", firsts.count == 0 ? "first" : "second");
    } else if (made) {
        count_pairs(grading, &firsts, &others, reach, counts, missing);
        judge_pairs(grading, &firsts, &others, counts, missing);
    }
    free(reach);
    free(counts);
    free(missing);
    trace_array_finish(&firsts);
    trace_array_finish(&others);
    return made ? 0 : -ENOMEM;
}

/* --- the whole --- */

static int grade_finding(struct grading *grading)
{
    struct trace_finding *findings;
    size_t count;
    char text[300];
    int result = trace_lint(grading->model, TRACE_LINT_LIMIT_NS, &findings, &count);
    if (result < 0)
        return result;
    grading->grade->holds = count == 0;
    if (count > 0) {
        grading->grade->lane = findings[0].lane;
        grading->grade->at_ns = findings[0].at_ns;
        say(grading, "%s: %s", trace_lint_name(findings[0].rule),
            trace_finding_text(grading->model, findings, false, text, sizeof text));
    } else {
        say(grading, "nothing was found");
    }
    free(findings);
    return 0;
}

static int grade_circle(struct grading *grading)
{
    struct trace_waits waits;
    int result = trace_waits_at(grading->model, TRACE_NEVER, &waits);
    if (result < 0)
        return result;
    grading->grade->holds = waits.circle_count == 0;
    uint32_t lane = 0;
    while (waits.circle_count > 0 && waits.circle[lane] == 0)
        lane++;
    if (waits.circle_count > 0) {
        grading->grade->lane = lane;
        grading->grade->at_ns = grading->model->spans[waits.spans[lane]].start_ns;
        say(grading, "%s waits for %s, and so on round to itself", name_of(grading, lane),
            name_of(grading, waits.on[lane]));
    } else {
        say(grading, "no waits close a circle");
    }
    trace_waits_finish(&waits);
    return 0;
}

int trace_grade(const struct trace_order *order, const struct trace_rule *rule,
                struct trace_grade *grade)
{
    struct grading grading = {order, order->model, rule, grade};
    *grade = (struct trace_grade){.lane = TRACE_NONE};
    switch (rule->kind) {
    case TRACE_RULE_TOTAL:
        return grade_total(&grading);
    case TRACE_RULE_ACTORS:
        return grade_actors(&grading);
    case TRACE_RULE_TIMES:
        return grade_times(&grading);
    case TRACE_RULE_ORDER:
        return grade_order(&grading);
    case TRACE_RULE_FINDING:
        return grade_finding(&grading);
    default:
        return grade_circle(&grading);
    }
}
