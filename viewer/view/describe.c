/*
 * Sentences from the model.  Each is built from what adjoins the span in its own lane and, for
 * "why did it have to wait", from what its loop ran meanwhile.
 */

#include "describe.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "caption.h"
#include "format.h"
#include "trace_words.h"
#include "trace_wake.h"

/* So many names are said before "and 3 more". */
#define NAMES_SAID_MAX 2

static const char *lane_name(const struct trace_model *model, uint32_t lane)
{
    return trace_text(model, model->lanes[lane].name);
}

void describe_say(struct describe_text *text, const char *format, ...)
{
    if (text->count == DESCRIBE_LINES_MAX)
        return;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text->lines[text->count++], DESCRIBE_BYTES, format, arguments);
    va_end(arguments);
}

__attribute__((format(printf, 2, 3))) static void append(char text[DESCRIBE_BYTES],
                                                         const char *format, ...)
{
    size_t used = strlen(text);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text + used, DESCRIBE_BYTES - used, format, arguments);
    va_end(arguments);
}

static void begin(struct describe_text *text, const char *name)
{
    text->count = 0;
    text->what[0] = '\0';
    snprintf(text->name, sizeof text->name, "%s", name);
}

/* The loop that runs an actor's next run, as a row; TRACE_NONE if it never ran again. */
static uint32_t loop_after(const struct trace_model *model, const struct rows *rows, uint32_t span)
{
    uint32_t run = trace_state_after(model, span);
    if (run == TRACE_NONE || model->spans[run].state != TRACE_STATE_RUN)
        return TRACE_NONE;
    return rows_of_loop(rows, model->spans[run].loop);
}

/* "because loop 0 ran count#1 for 18.0 us, main for 2 us and 3 more": who ran while `ready` was
 * ready.  False if nobody did. */
static bool append_who_ran(char text[DESCRIBE_BYTES], const struct rows *rows, uint32_t loop,
                           const struct trace_span *ready)
{
    const struct row *row = &rows->rows[loop];
    int said = 0;
    uint32_t more = 0;
    char time[FORMAT_BYTES];
    for (uint32_t n = rows_seek(rows, row, 0, ready->start_ns); n < row->count; n++) {
        const struct trace_span *run = rows_span(rows, row, n);
        if (run->start_ns >= ready->end_ns)
            break;
        int64_t from_ns = run->start_ns > ready->start_ns ? run->start_ns : ready->start_ns;
        int64_t to_ns = run->end_ns < ready->end_ns ? run->end_ns : ready->end_ns;
        if (said == NAMES_SAID_MAX) {
            more++;
            continue;
        }
        if (said++ == 0)
            append(text, " because %s ran ", rows_name(rows, row));
        else
            append(text, ", ");
        append(text, "%s for %s", lane_name(rows->model, run->lane),
               format_duration(to_ns - from_ns, time));
    }
    if (more > 0)
        append(text, " and %u more", more);
    return said > 0;
}

static void say_ready(struct describe_text *text, const struct rows *rows, uint32_t span)
{
    const struct trace_span *ready = &rows->model->spans[span];
    char line[DESCRIBE_BYTES];
    char time[FORMAT_BYTES];
    snprintf(line, sizeof line, "was ready %s",
             format_duration(ready->end_ns - ready->start_ns, time));
    uint32_t loop = loop_after(rows->model, rows, span);
    if (loop != TRACE_NONE && !append_who_ran(line, rows, loop, ready))
        append(line, ", then %s took it", rows_name(rows, &rows->rows[loop]));
    describe_say(text, "%s", line);
}

/* Who or what ended a wait, and after how long. */
static void say_end_of_wait(struct describe_text *text, const struct trace_model *model,
                            uint32_t ready, const struct trace_span *wait)
{
    char how[TRACE_WAKE_BYTES];
    char time[FORMAT_BYTES];
    char late[FORMAT_BYTES];
    struct trace_wake wake = trace_wake_of(model, ready);
    bool known = trace_wait_expired(model, wait);
    int64_t due_ns = trace_wait_of(model, wait)->due_ns;
    const char *since = wait->reason == TRACE_REASON_SLEEP ? "it slept" : "it waited";
    if (wake.kind == TRACE_WAKE_DEADLINE && known)
        describe_say(text, "woken by its timer, due %s after %s, %s late",
                     format_duration(due_ns - wait->start_ns, time), since,
                     format_duration(wait->end_ns - due_ns, late));
    else if (wake.kind == TRACE_WAKE_DEADLINE)
        describe_say(text, "woken by its timer, %s after %s",
                     format_duration(wait->end_ns - wait->start_ns, time), since);
    else
        describe_say(text, "%s, after %s", trace_wake_text(model, &wake, how),
                     format_duration(wait->end_ns - wait->start_ns, time));
}

/* What made an actor ready. */
static void say_woken(struct describe_text *text, const struct trace_model *model, uint32_t ready)
{
    const struct trace_span *span = &model->spans[ready];
    uint32_t before = trace_state_before(model, ready);
    const struct trace_span *wait = before != TRACE_NONE ? &model->spans[before] : NULL;
    if (wait == NULL) {
        const struct trace_lane *lane = &model->lanes[span->lane];
        if (lane->parent != TRACE_NONE)
            describe_say(text, "spawned by %s%s%s", lane_name(model, lane->parent),
                         lane->src != 0 ? " at " : "", trace_text(model, lane->src));
    } else if (wait->state == TRACE_STATE_RUN) {
        describe_say(text, "had let the others run");
    } else {
        say_end_of_wait(text, model, ready, wait);
    }
}

/* The marks of a span: the first, and how many. */
static uint32_t marks_of(const struct trace_model *model, uint32_t span, uint32_t *first)
{
    const struct trace_span *of = &model->spans[span];
    const struct trace_lane *lane = &model->lanes[of->lane];
    uint32_t low = lane->mark_first;
    uint32_t high = lane->mark_first + lane->mark_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (model->marks[middle].at_ns < of->start_ns)
            low = middle + 1;
        else
            high = middle;
    }
    *first = low;
    uint32_t count = 0;
    while (low + count < lane->mark_first + lane->mark_count &&
           model->marks[low + count].at_ns < of->end_ns)
        count++;
    return count;
}

static void append_prints(char line[DESCRIBE_BYTES], const struct trace_model *model, uint32_t span)
{
    uint32_t first = 0;
    uint32_t count = marks_of(model, span, &first);
    uint32_t said = 0;
    for (uint32_t i = first; i < first + count; i++) {
        if (model->marks[i].kind != TRACE_MARK_PRINT)
            continue;
        if (said++ == 0)
            append(line, ", printed \xe2\x80\x9c%.60s\xe2\x80\x9d",
                   trace_text(model, model->marks[i].text));
    }
    if (said > 1)
        append(line, " and %u more", said - 1);
}

static void say_run(struct describe_text *text, const struct trace_model *model, uint32_t span)
{
    const struct trace_span *run = &model->spans[span];
    char line[DESCRIBE_BYTES];
    char time[FORMAT_BYTES];
    snprintf(line, sizeof line, "ran %s", format_duration(run->end_ns - run->start_ns, time));
    int64_t cpu_ns = trace_cpu_ns(model, run);
    if (cpu_ns < run->end_ns - run->start_ns)
        append(line, ", %s of it on a processor", format_duration(cpu_ns, time));
    append_prints(line, model, span);
    uint32_t after = trace_state_after(model, span);
    trace_text_id at = after != TRACE_NONE ? model->spans[after].at : 0;
    if (run->open)
        append(line, "; the file ends here");
    else if (run->reason == TRACE_REASON_EXIT)
        append(line, ", then ended");
    else if (run->reason == TRACE_REASON_YIELD)
        append(line, ", then let the others run");
    else if (run->reason == TRACE_REASON_BUDGET)
        append(line, ", then had used up its turn");
    else if (run->reason < TRACE_REASON_COUNT)
        append(line, ", then %s%s%s", trace_reason_name(run->reason), at != 0 ? " at " : "",
               trace_text(model, at));
    describe_say(text, "%s", line);
}

/* "sent tag 1 to pong#1", or how many: nothing if there are none. */
static void append_messages(char line[DESCRIBE_BYTES], const struct trace_model *model,
                            uint32_t span, bool sent)
{
    const struct trace_span *run = &model->spans[span];
    const struct trace_lane *lane = &model->lanes[run->lane];
    const uint32_t *flows = sent ? model->departures : model->arrivals;
    uint32_t first = sent ? trace_departure_from(model, run->lane, run->start_ns)
                          : trace_arrival_from(model, run->lane, run->start_ns);
    uint32_t end = sent ? lane->departure_first + lane->departure_count
                        : lane->arrival_first + lane->arrival_count;
    const struct trace_flow *only = NULL;
    uint64_t count = 0;
    for (uint32_t i = first; i < end; i++) {
        const struct trace_flow *flow = &model->flows[flows[i]];
        if ((sent ? flow->from_ns : flow->to_ns) >= run->end_ns)
            break;
        if (flow->message != TRACE_NONE && count++ == 0)
            only = flow;
    }
    if (count == 0)
        return;
    char words[FORMAT_BYTES];
    uint32_t other = sent ? only->to_lane : only->from_lane;
    append(line, "%s%s ", line[0] != '\0' ? ", " : "", sent ? "sent" : "took");
    if (count > 1)
        append(line, "%s", format_things(count, "message", words));
    else
        append(line, "%s%s%s",
               trace_tag_text(model->messages[only->message].tag, words, sizeof words),
               other == TRACE_NONE ? ""
               : sent              ? " to "
                                   : " from ",
               other == TRACE_NONE ? "" : lane_name(model, other));
}

static void say_messages(struct describe_text *text, const struct trace_model *model, uint32_t span)
{
    char line[DESCRIBE_BYTES] = "";
    append_messages(line, model, span, false);
    append_messages(line, model, span, true);
    if (line[0] != '\0')
        describe_say(text, "%s", line);
}

/* A wait that there is not: the runtime said so, and went on with the run. */
static void say_refusal(struct describe_text *text, const struct trace_model *model, uint32_t span)
{
    const struct trace_lane *lane = &model->lanes[model->spans[span].lane];
    const struct trace_mark *mark = &model->marks[lane->mark_first];
    for (; mark < &model->marks[lane->mark_first + lane->mark_count]; mark++)
        if (mark->kind == TRACE_MARK_NOTE && mark->note == TRACE_NOTE_REFUSED && mark->span == span)
            describe_say(text, "was refused %s: a circle of waits", trace_text(model, mark->text));
}

static void describe_run(struct describe_text *text, const struct order *order,
                         const struct rows *rows, uint32_t span)
{
    const struct trace_model *model = rows->model;
    const struct trace_span *run = &model->spans[span];
    char ordinal[FORMAT_BYTES];
    snprintf(text->what, sizeof text->what, ", %s run", format_ordinal(run->resume, ordinal));
    uint32_t number = order_number(order, span);
    if (number != 0)
        append(text->what, " (%u)", number);
    uint32_t ready = trace_state_before(model, span);
    if (ready != TRACE_NONE && model->spans[ready].state == TRACE_STATE_READY) {
        say_ready(text, rows, ready);
        say_woken(text, model, ready);
    }
    say_messages(text, model, span);
    say_refusal(text, model, span);
    say_run(text, model, span);
}

static void describe_wait(struct describe_text *text, const struct trace_model *model,
                          uint32_t span)
{
    const struct trace_span *wait = &model->spans[span];
    const struct trace_wait *more = trace_wait_of(model, wait);
    char time[FORMAT_BYTES];
    char late[FORMAT_BYTES];
    char how[TRACE_WAKE_BYTES];
    const char *name = wait->other != TRACE_NONE ? lane_name(model, wait->other) : "";
    snprintf(text->what, sizeof text->what, ", waiting: %s", trace_reason_name(wait->reason));
    describe_say(text, "%s%s%s%s%s", trace_reason_sentence(wait->reason),
                 name[0] != '\0' ? ": " : "", name, wait->at != 0 ? ", at " : "",
                 trace_text(model, wait->at));
    if (more->object != 0)
        describe_say(text, "for object %u%s%s", more->object, more->made != 0 ? ", made at " : "",
                     trace_text(model, more->made));
    describe_say(text, "waited %s%s", format_duration(wait->end_ns - wait->start_ns, time),
                 wait->open ? "; the file ends here" : "");
    uint32_t after = trace_state_after(model, span);
    bool expired = !wait->open && trace_wait_expired(model, wait);
    if (after != TRACE_NONE && model->spans[after].state == TRACE_STATE_READY) {
        struct trace_wake wake = trace_wake_of(model, after);
        if (wake.kind != TRACE_WAKE_UNKNOWN && wake.kind != TRACE_WAKE_DEADLINE)
            describe_say(text, "%s", trace_wake_text(model, &wake, how));
    }
    if (expired)
        describe_say(text, "was due after %s, %s late",
                     format_duration(more->due_ns - wait->start_ns, time),
                     format_duration(wait->end_ns - more->due_ns, late));
    else if (more->due_ns != TRACE_NEVER)
        describe_say(text, "would have waited no longer than %s",
                     format_duration(more->due_ns - wait->start_ns, time));
}

void describe_span(struct describe_text *text, const struct order *order, const struct rows *rows,
                   uint32_t span)
{
    const struct trace_model *model = rows->model;
    begin(text, lane_name(model, model->spans[span].lane));
    switch (model->spans[span].state) {
    case TRACE_STATE_RUN:
        describe_run(text, order, rows, span);
        break;
    case TRACE_STATE_READY:
        snprintf(text->what, sizeof text->what, ", ready");
        describe_say(text, "could run and waited for its turn");
        say_ready(text, rows, span);
        say_woken(text, model, span);
        break;
    default:
        describe_wait(text, model, span);
        break;
    }
}

static void describe_actor(struct describe_text *text, const struct trace_model *model,
                           uint32_t index)
{
    const struct trace_lane *lane = &model->lanes[index];
    struct trace_score score;
    trace_stats_lane(model, index, &score);
    char first[FORMAT_BYTES];
    char second[FORMAT_BYTES];
    if (lane->parent != TRACE_NONE)
        describe_say(text, "runs %s, spawned by %s%s%s", trace_text(model, lane->fn),
                     lane_name(model, lane->parent), lane->src != 0 ? " at " : "",
                     trace_text(model, lane->src));
    describe_say(text, "in progress %s, ran %s of it", format_duration(score.wall_ns, first),
                 format_duration(score.busy_ns, second));
    describe_say(text, "%s, was ready %s in all", format_things(score.switches, "run", first),
                 format_duration(score.ready_ns, second));
    if (lane->end_ns == TRACE_NEVER)
        describe_say(text, "had not ended when the file did");
    else if (lane->status != 0)
        describe_say(text, "ended with status %d", (int)lane->status);
}

void describe_counter(struct describe_text *text, const struct trace_model *model, uint32_t index)
{
    const struct trace_counter *counter = &model->counters[index];
    double low = model->values[counter->value_first].value;
    double high = low;
    for (uint32_t i = 1; i < counter->value_count; i++) {
        double value = model->values[counter->value_first + i].value;
        low = value < low ? value : low;
        high = value > high ? value : high;
    }
    char numbers[3][FORMAT_BYTES];
    begin(text, trace_text(model, counter->name));
    if (counter->lane != TRACE_NONE)
        snprintf(text->what, sizeof text->what, ", counted by %.80s",
                 lane_name(model, counter->lane));
    describe_say(text, "%s, from %s to %s",
                 format_things(counter->value_count, "value", numbers[0]),
                 format_number(low, numbers[1]), format_number(high, numbers[2]));
}

void describe_job(struct describe_text *text, const struct rows *rows, uint32_t index)
{
    const struct trace_job *job = &rows->model->jobs[index];
    int64_t whole_ns = job->end_ns - job->start_ns;
    char time[FORMAT_BYTES];
    begin(text, trace_text(rows->model, job->name));
    snprintf(text->what, sizeof text->what, ", on %s", rows->thread_names[job->thread]);
    describe_say(text, "%s%s", format_duration(whole_ns, time),
                 job->open ? ", and had not ended when the file did" : "");
    if (job->cpu_ns < whole_ns)
        describe_say(text, "%s of it on a processor", format_duration(job->cpu_ns, time));
}

/* How long the actor of a row ran before an instant. */
static int64_t ran_before(const struct rows *rows, const struct row *row, int64_t at_ns)
{
    uint32_t n = rows_seek(rows, row, 0, at_ns);
    int64_t run_ns = rows_sum(rows, row, 0, n).run_ns;
    if (n == row->count || rows_span(rows, row, n)->state != TRACE_STATE_RUN)
        return run_ns;
    int64_t start_ns = rows_span(rows, row, n)->start_ns;
    return run_ns + (at_ns > start_ns ? at_ns - start_ns : 0);
}

void describe_slice(struct describe_text *text, const struct rows *rows, uint32_t index)
{
    const struct trace_model *model = rows->model;
    const struct trace_slice *slice = &model->slices[index];
    const struct row *row = &rows->rows[rows_of_lane(rows, slice->lane)];
    int64_t run_ns = ran_before(rows, row, slice->end_ns) - ran_before(rows, row, slice->start_ns);
    char time[FORMAT_BYTES];
    begin(text, trace_text(model, slice->name));
    snprintf(text->what, sizeof text->what, ", of %.80s", lane_name(model, slice->lane));
    describe_say(text, "%s%s", format_duration(slice->end_ns - slice->start_ns, time),
                 slice->open ? ", and had not ended when the file did" : "");
    describe_say(text, "ran %s of it", format_duration(run_ns, time));
}

/* A thread of the pool as a whole. */
static void describe_thread(struct describe_text *text, const struct trace_model *model,
                            uint32_t index)
{
    uint32_t jobs = 0;
    int64_t run_ns = 0;
    for (uint32_t i = 0; i < model->job_count; i++) {
        bool own = model->jobs[i].thread == index;
        jobs += own;
        run_ns += own ? model->jobs[i].end_ns - model->jobs[i].start_ns : 0;
    }
    char first[FORMAT_BYTES];
    char second[FORMAT_BYTES];
    describe_say(text, "thread %u, which runs what actors offload", model->threads[index].os_tid);
    describe_say(text, "%s, %s in all", format_things(jobs, "job", first),
                 format_duration(run_ns, second));
}

void describe_row(struct describe_text *text, const struct rows *rows, uint32_t row)
{
    begin(text, rows_name(rows, &rows->rows[row]));
    if (rows->rows[row].kind == ROW_ACTOR) {
        describe_actor(text, rows->model, rows->rows[row].subject);
        return;
    }
    if (rows->rows[row].kind == ROW_COUNTER) {
        describe_counter(text, rows->model, rows->rows[row].subject);
        return;
    }
    if (rows->rows[row].kind == ROW_THREAD) {
        describe_thread(text, rows->model, rows->rows[row].subject);
        return;
    }
    if (rows->rows[row].kind == ROW_SLICES) {
        const struct trace_lane *lane = &rows->model->lanes[rows->rows[row].subject];
        char count[FORMAT_BYTES];
        snprintf(text->what, sizeof text->what, ", named by %.80s",
                 trace_text(rows->model, lane->name));
        describe_say(text, "%s in all", format_things(lane->slice_count, "span", count));
        return;
    }
    const struct row *loop = &rows->rows[row];
    struct rows_sum sum = rows_sum(rows, loop, 0, loop->count);
    double whole_ns = (double)(rows->model->end_ns - rows->model->start_ns);
    char first[FORMAT_BYTES];
    char second[FORMAT_BYTES];
    describe_say(text, "one thread, on which actors take turns");
    describe_say(text, "ran %s, %s", format_things(loop->count, "time", first),
                 format_duration(sum.run_ns, second));
    describe_say(text, "idle %s of the trace",
                 format_percent(whole_ns - (double)sum.run_ns, whole_ns, first));
}

/* What became of a message. */
static void say_taken(struct describe_text *text, const struct trace_model *model,
                      const struct trace_flow *flow)
{
    const struct trace_message *message = &model->messages[flow->message];
    const char *to = lane_name(model, flow->to_lane);
    char time[FORMAT_BYTES];
    char words[FORMAT_BYTES];
    if (message->woke) {
        describe_say(text, "%s waited for it, and was woken by it", to);
        return;
    }
    describe_say(text, "lay in the mailbox of %s for %s, then was taken", to,
                 format_duration(flow->to_ns - flow->from_ns, time));
    if (message->depth_sent != TRACE_NONE)
        describe_say(text, "%s in the mailbox when it was sent, %u when it was taken",
                     format_things(message->depth_sent, "message", words), message->depth_left);
    else
        describe_say(text, "sent from another loop; %u left in the mailbox when it was taken",
                     message->depth_left);
    if (message->scanned > 1)
        describe_say(text, "%u were looked at to find it", message->scanned);
}

void describe_flow(struct describe_text *text, const struct trace_model *model, uint32_t index)
{
    const struct trace_flow *flow = &model->flows[index];
    const char *from = lane_name(model, flow->from_lane);
    char words[FORMAT_BYTES];
    bool carries = flow->message != TRACE_NONE;
    const char *name = trace_text(model, flow->name);
    if (carries)
        name = trace_tag_text(model->messages[flow->message].tag, words, sizeof words);
    begin(text, name);
    if (flow->to_lane == TRACE_NONE) {
        snprintf(text->what, sizeof text->what, " from %.80s, a message", from);
        describe_say(text, "%s, never taken",
                     format_things(model->messages[flow->message].bytes, "byte", words));
        return;
    }
    snprintf(text->what, sizeof text->what, " from %.80s to %.80s%s", from,
             lane_name(model, flow->to_lane), carries ? ", a message" : "");
    if (!carries)
        return;
    describe_say(text, "%s", format_things(model->messages[flow->message].bytes, "byte", words));
    say_taken(text, model, flow);
}

void describe_note(struct describe_text *text, const struct trace_model *model, uint32_t index)
{
    const struct trace_mark *mark = &model->marks[index];
    enum trace_note note = (enum trace_note)mark->note;
    char time[FORMAT_BYTES];
    begin(text, mark->lane != TRACE_NONE ? lane_name(model, mark->lane) : "");
    snprintf(text->what, sizeof text->what, ", %s", trace_note_name(note));
    describe_say(text, "%s", trace_note_sentence(note));
    if (mark->by != TRACE_NONE && mark->by != mark->lane)
        describe_say(text, "by %s", lane_name(model, mark->by));
    if (trace_text(model, mark->text)[0] != '\0')
        describe_say(text, "%s", trace_text(model, mark->text));
    format_instant(mark->at_ns, 1, time);
    describe_say(text, "at %s", time);
}

void describe_gap(struct describe_text *text, const struct trace_model *model, int64_t start_ns,
                  int64_t end_ns)
{
    char time[FORMAT_BYTES];
    begin(text, format_duration(end_ns - start_ns, time));
    snprintf(text->what, sizeof text->what, ", folded");
    describe_say(text, "%s: no actor ran in this time", caption_gap(model, start_ns, end_ns));
    describe_say(text, "the time axis shows it true to scale");
}
