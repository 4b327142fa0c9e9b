/*
 * Findings: collected by the rules, counted by place, sorted by what they cost, and put into words.
 */

#include "trace_lint_rules.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trace_words.h"

const char *trace_lint_name(enum trace_lint_rule rule)
{
    static const char *const names[] = {
#define TRACE_LINT(id, name, sentence, cure) name,
#include "trace_lint_rules.def"
#undef TRACE_LINT
    };
    return names[rule];
}

const char *trace_lint_sentence(enum trace_lint_rule rule)
{
    static const char *const sentences[] = {
#define TRACE_LINT(id, name, sentence, cure) sentence,
#include "trace_lint_rules.def"
#undef TRACE_LINT
    };
    return sentences[rule];
}

const char *trace_lint_cure(enum trace_lint_rule rule)
{
    static const char *const cures[] = {
#define TRACE_LINT(id, name, sentence, cure) cure,
#include "trace_lint_rules.def"
#undef TRACE_LINT
    };
    return cures[rule];
}

enum trace_lint_rule trace_lint_parse(const char *name)
{
    int rule = 0;
    while (rule < TRACE_LINT_COUNT &&
           strcmp(trace_lint_name((enum trace_lint_rule)rule), name) != 0)
        rule++;
    return (enum trace_lint_rule)rule;
}

void lint_add(struct lint *lint, const struct trace_finding *finding)
{
    trace_text_id fn = finding->lane != TRACE_NONE ? lint->model->lanes[finding->lane].fn : 0;
    uint64_t key = trace_hash_mix(((uint64_t)fn << 32 | finding->place) ^
                                  trace_hash_mix((uint64_t)finding->rule + 1));
    uint32_t *index = trace_map_put(&lint->places, key);
    if (index != NULL && *index == TRACE_NONE &&
        trace_array_add(&lint->findings, sizeof *finding) != NULL)
        *index = lint->findings.count - 1;
    if (index == NULL || *index == TRACE_NONE) {
        lint->failed = true;
        return;
    }
    struct trace_finding *own = (struct trace_finding *)lint->findings.items + *index;
    uint64_t times = own->times + 1;
    int64_t total_ns = own->total_ns;
    if (__builtin_add_overflow(total_ns, finding->cost_ns, &total_ns))
        total_ns = INT64_MAX;
    if (times == 1 || finding->cost_ns > own->cost_ns)
        *own = *finding;
    own->times = times;
    own->total_ns = total_ns;
}

/* A wait that lies further back says nothing of where an actor is: it has only yielded since. */
#define PLACE_SPANS_MAX 256

trace_text_id lint_place_before(const struct trace_model *model, uint32_t span)
{
    const struct trace_lane *lane = &model->lanes[model->spans[span].lane];
    uint32_t least =
        span > lane->span_first + PLACE_SPANS_MAX ? span - PLACE_SPANS_MAX : lane->span_first;
    for (uint32_t i = span; i > least; i--) {
        const struct trace_span *own = &model->spans[i - 1];
        if (own->state == TRACE_STATE_WAIT)
            return own->at != 0 ? own->at : lane->src;
    }
    return lane->src;
}

trace_text_id lint_place_after(const struct trace_model *model, uint32_t span)
{
    uint32_t after = trace_state_after(model, span);
    bool waits = after != TRACE_NONE && model->spans[after].state == TRACE_STATE_WAIT;
    return waits ? model->spans[after].at : 0;
}

static int compare_costs(const void *a, const void *b)
{
    const struct trace_finding *left = a;
    const struct trace_finding *right = b;
    if (left->total_ns != right->total_ns)
        return left->total_ns > right->total_ns ? -1 : 1;
    if (left->rule != right->rule)
        return left->rule < right->rule ? -1 : 1;
    if (left->at_ns != right->at_ns)
        return left->at_ns < right->at_ns ? -1 : 1;
    return (left->lane > right->lane) - (left->lane < right->lane);
}

int trace_lint(const struct trace_model *model, int64_t limit_ns, struct trace_finding **findings,
               size_t *count)
{
    struct lint lint = {.model = model, .limit_ns = limit_ns};
    lint_turns(&lint);
    lint_loops(&lint);
    lint_waits(&lint);
    lint_lives(&lint);
    *count = 0;
    *findings = malloc(((size_t)lint.findings.count + 1) * sizeof **findings);
    bool made = !lint.failed && *findings != NULL;
    if (made && lint.findings.count > 0) {
        *count = lint.findings.count;
        memcpy(*findings, lint.findings.items, *count * sizeof **findings);
        qsort(*findings, *count, sizeof **findings, compare_costs);
    }
    trace_array_finish(&lint.findings);
    trace_map_finish(&lint.places);
    if (made)
        return 0;
    free(*findings);
    *findings = NULL;
    return -ENOMEM;
}

/* --- in words --- */

struct sentence {
    const struct trace_model *model;
    const struct trace_finding *finding;
    bool ascii;
    char *text;
    size_t bytes;
    size_t used;
};

__attribute__((format(printf, 2, 3))) static void say(struct sentence *sentence, const char *format,
                                                      ...)
{
    va_list args;
    va_start(args, format);
    int more =
        vsnprintf(sentence->text + sentence->used, sentence->bytes - sentence->used, format, args);
    va_end(args);
    sentence->used += more > 0 ? (size_t)more : 0;
    if (sentence->used >= sentence->bytes)
        sentence->used = sentence->bytes - 1;
}

static const char *name_of(const struct sentence *sentence, uint32_t lane)
{
    const struct trace_model *model = sentence->model;
    return lane != TRACE_NONE ? trace_text(model, model->lanes[lane].name) : "nobody";
}

static void say_for(struct sentence *sentence, int64_t ns)
{
    char words[TRACE_WORDS_BYTES];
    say(sentence, "%s", trace_duration_text(ns, sentence->ascii, words, sizeof words));
}

static void say_at(struct sentence *sentence, int64_t ns)
{
    char words[TRACE_WORDS_BYTES];
    say(sentence, "%s",
        trace_instant_text(ns > 0 ? ns : 0, 1, sentence->ascii, words, sizeof words));
}

/* " from 41.5 us, between count.c:15 and count.c:16, with 2 others ready" */
static void say_turn(struct sentence *sentence)
{
    const struct trace_model *model = sentence->model;
    const struct trace_finding *finding = sentence->finding;
    const struct trace_span *run = &model->spans[finding->span];
    const struct trace_wait *more = trace_wait_of(model, run);
    trace_text_id before = lint_place_before(model, finding->span);
    trace_text_id after = lint_place_after(model, finding->span);
    say(sentence, "%s held %s for ", name_of(sentence, finding->lane),
        trace_text(model, model->loops[run->loop].name));
    say_for(sentence, finding->ns);
    say(sentence, " from ");
    say_at(sentence, finding->at_ns);
    if (before != 0)
        say(sentence, ", after %s", trace_text(model, before));
    if (after != 0)
        say(sentence, "%s before %s", before != 0 ? " and" : ",", trace_text(model, after));
    else
        say(sentence, run->open ? ", to the end of the trace" : ", until it ended");
    if (more->cpu_ns != TRACE_NEVER) {
        say(sentence, ", of which it was on a processor for ");
        say_for(sentence, trace_cpu_ns(model, run));
    }
    say(sentence, "; meanwhile %s%s", name_of(sentence, finding->other),
        finding->number > 1 ? " and others were" : " was");
    say(sentence, " %s, ",
        finding->due == 0                 ? "ready"
        : finding->due == finding->number ? "due"
                                          : "ready or due");
    say_for(sentence, finding->cost_ns);
    say(sentence, "%s", finding->number > 1 ? " together" : "");
}

/* What the runtime has noted of the wait: the call with its place, and for whom it would be. */
static const char *refusal_of(const struct sentence *sentence)
{
    const struct trace_model *model = sentence->model;
    const struct trace_lane *lane = &model->lanes[sentence->finding->lane];
    const struct trace_mark *mark = &model->marks[lane->mark_first];
    for (; mark < &model->marks[lane->mark_first + lane->mark_count]; mark++)
        if (mark->kind == TRACE_MARK_NOTE && mark->note == TRACE_NOTE_REFUSED &&
            mark->at_ns == sentence->finding->at_ns)
            return trace_text(model, mark->text);
    return "";
}

static void say_refusal(struct sentence *sentence)
{
    say(sentence, "%s was refused a wait at ", name_of(sentence, sentence->finding->lane));
    say_at(sentence, sentence->finding->at_ns);
    say(sentence, " that would have closed a circle: %s", refusal_of(sentence));
}

static void say_wait(struct sentence *sentence)
{
    const struct trace_model *model = sentence->model;
    const struct trace_finding *finding = sentence->finding;
    const struct trace_span *wait = &model->spans[finding->span];
    const char *name = name_of(sentence, finding->lane);
    switch (finding->rule) {
    case TRACE_LINT_DEADLOCK:
        if (finding->other != TRACE_NONE)
            say(sentence, "%s waits for %s, and by way of %" PRIu64 " waits for itself, since ",
                name, name_of(sentence, finding->other), finding->number);
        else
            say(sentence,
                "nothing could ever run again: all %" PRIu64 " actors wait, %s among them, since ",
                finding->number, name);
        say_at(sentence, finding->at_ns);
        break;
    case TRACE_LINT_LOST_WAKE:
        say(sentence, "%s waits since ", name);
        say_at(sentence, wait->start_ns);
        say(sentence, " and was due at ");
        say_at(sentence, trace_wait_of(model, wait)->due_ns);
        say(sentence, ", and the trace ends ");
        say_for(sentence, finding->ns);
        say(sentence, " later");
        break;
    case TRACE_LINT_UNWANTED:
        say(sentence, "%s waits for a message since ", name);
        say_at(sentence, finding->at_ns);
        say(sentence, ", although %" PRIu64 " other%s in its mailbox", finding->number,
            finding->number == 1 ? " lies" : "s lie");
        break;
    default:
        say(sentence, "%s waited for ", name);
        say_for(sentence, finding->ns);
        say(sentence, " (%s) from ", trace_reason_name((enum trace_reason)wait->reason));
        say_at(sentence, finding->at_ns);
        say(sentence, " while it had a lock that %s wanted for ",
            name_of(sentence, finding->other));
        say_for(sentence, finding->cost_ns);
        say(sentence, " of that");
    }
}

static const char *loop_of(const struct sentence *sentence, uint32_t lane)
{
    const struct trace_model *model = sentence->model;
    const struct trace_lane *own = &model->lanes[lane];
    uint32_t run = own->span_first + own->span_count;
    while (run > own->span_first && model->spans[run - 1].state != TRACE_STATE_RUN)
        run--;
    return trace_text(model, model->loops[model->spans[run - 1].loop].name);
}

static void say_loops(struct sentence *sentence)
{
    const struct trace_model *model = sentence->model;
    const struct trace_finding *finding = sentence->finding;
    const char *name = name_of(sentence, finding->lane);
    if (finding->rule == TRACE_LINT_CHATTY) {
        say(sentence, "%s on %s and %s on %s", name, loop_of(sentence, finding->lane),
            name_of(sentence, finding->other), loop_of(sentence, finding->other));
        say(sentence, " woke each other with %" PRIu64 " messages in ", finding->number);
        say_for(sentence, finding->ns);
        say(sentence, ", which were under way for ");
        say_for(sentence, finding->cost_ns);
        say(sentence, " of it");
        return;
    }
    const struct trace_span *run = &model->spans[finding->span];
    say(sentence, "for ");
    say_for(sentence, finding->ns);
    say(sentence, " actors were ready on %s while another loop had nothing to do, ",
        trace_text(model, model->loops[run->loop].name));
    say_for(sentence, finding->cost_ns);
    say(sentence, " together; the longest was %s, from ", name);
    say_at(sentence, finding->at_ns);
}

static void say_life(struct sentence *sentence)
{
    const struct trace_model *model = sentence->model;
    const struct trace_finding *finding = sentence->finding;
    const char *name = name_of(sentence, finding->lane);
    switch (finding->rule) {
    case TRACE_LINT_STARVED:
        say(sentence, "%s was ready for ", name);
        say_for(sentence, finding->ns);
        say(sentence, " from ");
        say_at(sentence, finding->at_ns);
        say(sentence, ", while others had %" PRIu64 " turns, none of them long", finding->number);
        break;
    case TRACE_LINT_POLLS:
        say(sentence, "%s yielded %" PRIu64 " times in a row from ", name, finding->number);
        say_at(sentence, finding->at_ns);
        say(sentence, ", for ");
        say_for(sentence, finding->ns);
        say(sentence, ", and nobody else had a turn");
        break;
    case TRACE_LINT_MAILBOX:
        say(sentence, "the mailbox of %s grew to %" PRIu64 " messages over ", name,
            finding->number);
        say_for(sentence, finding->ns);
        break;
    case TRACE_LINT_FAILURE:
        say(sentence, "%s failed with %" PRId32 " at ", name, model->lanes[finding->lane].status);
        say_at(sentence, finding->at_ns);
        say(sentence, "; its parent had ended, and nobody watched or joined it");
        break;
    case TRACE_LINT_LEAKED:
        say(sentence, "%s outlived %s by ", name, name_of(sentence, finding->other));
        say_for(sentence, finding->ns);
        say(sentence, model->lanes[finding->lane].end_ns == TRACE_NEVER ? ", and lives on" : "");
        break;
    case TRACE_LINT_RESTARTS:
        say(sentence, "%s was started again %" PRIu64 " times in ", name, finding->number);
        say_for(sentence, finding->ns);
        say(sentence, ", and failed each time");
        break;
    case TRACE_LINT_STACK:
        say(sentence, "%s came within %" PRIu64 " bytes of the end of its stack", name,
            finding->number);
        break;
    default:
        say(sentence, "%" PRIu64 " records could not be kept, the first at ", finding->number);
        say_at(sentence, finding->at_ns);
    }
}

char *trace_finding_text(const struct trace_model *model, const struct trace_finding *finding,
                         bool ascii, char *text, size_t bytes)
{
    struct sentence sentence = {model, finding, ascii, text, bytes, 0};
    text[0] = '\0';
    if (finding->rule == TRACE_LINT_HELD_LOOP || finding->rule == TRACE_LINT_NEVER_YIELDED)
        say_turn(&sentence);
    else if (finding->rule == TRACE_LINT_UNEVEN || finding->rule == TRACE_LINT_CHATTY)
        say_loops(&sentence);
    else if (finding->rule == TRACE_LINT_REFUSED)
        say_refusal(&sentence);
    else if (finding->rule >= TRACE_LINT_DEADLOCK && finding->rule <= TRACE_LINT_LOCK_HELD)
        say_wait(&sentence);
    else
        say_life(&sentence);
    if (finding->times > 1) {
        say(&sentence, " (the worst of %" PRIu64 " times", finding->times);
        if (finding->total_ns > 0) {
            say(&sentence, ", ");
            say_for(&sentence, finding->total_ns);
            say(&sentence, " in all");
        }
        say(&sentence, ")");
    }
    return text;
}
