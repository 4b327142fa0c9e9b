/*
 * Names are said as long as there is room for them in a line; the rest is counted.
 */

#include "moment.h"

#include <stdio.h>
#include <string.h>

#include "format.h"

/* Reasons told of; the rest are the least. */
#define REASONS_SAID_MAX 4

/* Those in one state. */
struct crowd {
    char names[DESCRIBE_BYTES / 2];
    size_t used;
    uint32_t count, said;
};

static void add(struct crowd *crowd, const char *name, const char *what)
{
    char more[96];
    int bytes = snprintf(more, sizeof more, "%s%.48s%s%s%s", crowd->said > 0 ? ", " : "", name,
                         what[0] != '\0' ? " (" : "", what, what[0] != '\0' ? ")" : "");
    crowd->count++;
    if (bytes < 0 || crowd->used + (size_t)bytes >= sizeof crowd->names ||
        crowd->said + 1 < crowd->count)
        return;
    memcpy(crowd->names + crowd->used, more, (size_t)bytes + 1);
    crowd->used += (size_t)bytes;
    crowd->said++;
}

static void say_crowd(struct describe_text *text, const char *state, const struct crowd *crowd)
{
    if (crowd->count == 0)
        return;
    if (crowd->said == crowd->count)
        describe_say(text, "%s: %s", state, crowd->names);
    else
        describe_say(text, "%s: %u, %s%s and %u more", state, crowd->count,
                     crowd->said > 0 ? "among them " : "", crowd->names,
                     crowd->count - crowd->said);
}

void moment_describe(struct describe_text *text, const struct lanes *lanes, int64_t at_ns)
{
    const struct trace_model *model = lanes->rows->model;
    struct crowd crowds[3] = {0};
    char at[FORMAT_BYTES];
    snprintf(text->name, sizeof text->name, "At %s", format_instant(at_ns, 1, at));
    text->what[0] = '\0';
    text->count = 0;
    for (uint32_t i = 0; i < model->lane_count && i < MOMENT_LANES_MAX; i++) {
        uint32_t span = trace_span_at(model, i, at_ns);
        if (span == TRACE_NONE)
            continue;
        const struct trace_span *of = &model->spans[span];
        add(&crowds[of->state], trace_text(model, model->lanes[i].name),
            of->state == TRACE_STATE_WAIT ? trace_reason_name((enum trace_reason)of->reason) : "");
    }
    say_crowd(text, "running", &crowds[TRACE_STATE_RUN]);
    say_crowd(text, "ready", &crowds[TRACE_STATE_READY]);
    say_crowd(text, "waiting", &crowds[TRACE_STATE_WAIT]);
    if (text->count == 0)
        describe_say(text, "no actor lives at this moment");
    if (model->lane_count > MOMENT_LANES_MAX)
        describe_say(text, "(of the first %u actors)", MOMENT_LANES_MAX);
}

static void say_lengths(struct describe_text *text, const char *one, const char *more,
                        const struct range_lengths *lengths)
{
    char count[FORMAT_BYTES];
    char half[FORMAT_BYTES];
    char most[FORMAT_BYTES];
    char longest[FORMAT_BYTES];
    if (lengths->count == 0)
        return;
    if (lengths->count == 1) {
        describe_say(text, "1 %s: %s", one, format_duration(lengths->longest_ns, longest));
        return;
    }
    describe_say(text, "%s %s: half within %s, 99 %% within %s, the longest %s",
                 format_count(lengths->count, count), more,
                 format_duration(range_percentile(lengths, 50), half),
                 format_duration(range_percentile(lengths, 99), most),
                 format_duration(lengths->longest_ns, longest));
}

/* What was waited for, the most first. */
static void say_reasons(struct describe_text *text, const struct range_stats *stats)
{
    bool said[TRACE_REASON_COUNT] = {false};
    char line[DESCRIBE_BYTES] = "";
    size_t used = 0;
    for (int i = 0; i < REASONS_SAID_MAX; i++) {
        int most = -1;
        for (int j = 0; j < TRACE_REASON_COUNT; j++)
            if (!said[j] && stats->reason_ns[j] > 0 &&
                (most < 0 || stats->reason_ns[j] > stats->reason_ns[most]))
                most = j;
        if (most < 0)
            break;
        char time[FORMAT_BYTES];
        said[most] = true;
        int more =
            snprintf(line + used, sizeof line - used, "%s%s %s", i == 0 ? "waited for: " : ", ",
                     trace_reason_name((enum trace_reason)most),
                     format_duration(stats->reason_ns[most], time));
        used += more > 0 ? (size_t)more : 0;
    }
    if (used > 0)
        describe_say(text, "%s", line);
}

void moment_describe_range(struct describe_text *text, const struct range_stats *stats)
{
    char length[FORMAT_BYTES];
    char from[FORMAT_BYTES];
    char to[FORMAT_BYTES];
    char times[3][FORMAT_BYTES];
    char shares[3][FORMAT_BYTES];
    int64_t length_ns = stats->to_ns - stats->from_ns;
    int64_t step_ns = 1;
    while (step_ns * 1000 < length_ns)
        step_ns *= 10;
    snprintf(text->name, sizeof text->name, "%s", format_duration(length_ns, length));
    snprintf(text->what, sizeof text->what, ", from %s to %s",
             format_instant(stats->from_ns / step_ns * step_ns, step_ns, from),
             format_instant(stats->to_ns / step_ns * step_ns, step_ns, to));
    text->count = 0;
    const int64_t parts_ns[3] = {stats->run_ns, stats->ready_ns, stats->wait_ns};
    double whole_ns = (double)(stats->run_ns + stats->ready_ns + stats->wait_ns);
    for (int i = 0; i < 3; i++) {
        format_duration(parts_ns[i], times[i]);
        format_percent((double)parts_ns[i], whole_ns, shares[i]);
    }
    char actors[FORMAT_BYTES];
    describe_say(text, "%s: ran %s (%s), ready %s (%s), waited %s (%s)",
                 format_things(stats->actors, "actor", actors), times[0], shares[0], times[1],
                 shares[1], times[2], shares[2]);
    say_reasons(text, stats);
    say_lengths(text, "run", "runs", &stats->runs);
    say_lengths(text, "time ready", "times ready", &stats->readies);
    if (stats->messages > 0)
        describe_say(text, "%s arrows leave in it: messages, spawns, ends",
                     format_count(stats->messages, length));
}
