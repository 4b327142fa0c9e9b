/*
 * The seven numbers.
 *
 * Lengths are sums over spans.  How many there are at the same instant is counted over the steps
 * up and down that the beginnings and ends of runs and lives are.
 */

#include "trace_stats.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trace_room.h"
#include "trace_steps.h"

double trace_score_concurrency(const struct trace_score *score)
{
    return score->wall_ns > 0 ? (double)score->sum_ns / (double)score->wall_ns : 0;
}

double trace_score_parallelism(const struct trace_score *score)
{
    return score->wall_ns > 0 ? (double)score->busy_ns / (double)score->wall_ns : 0;
}

static int64_t end_of_life(const struct trace_model *model, const struct trace_lane *lane)
{
    return lane->end_ns != TRACE_NEVER ? lane->end_ns : model->end_ns;
}

/* Sums stop at the largest number: lengths in a damaged file may well exceed it together. */
static void add_ns(int64_t *sum_ns, int64_t length_ns)
{
    if (__builtin_add_overflow(*sum_ns, length_ns, sum_ns))
        *sum_ns = INT64_MAX;
}

static void add_stretch(void *user, int64_t start_ns, int64_t end_ns)
{
    add_ns(user, end_ns - start_ns);
}

/* A run or a job of this length. */
static void add_run(struct trace_score *score, int64_t length_ns, int64_t cpu_ns)
{
    add_ns(&score->busy_ns, cpu_ns);
    add_ns(&score->off_cpu_ns, length_ns - cpu_ns);
}

static void count_messages(const struct trace_model *model, const struct trace_lane *lane,
                           struct trace_score *score)
{
    const uint32_t *out = model->departures + lane->departure_first;
    const uint32_t *in = model->arrivals + lane->arrival_first;
    for (uint32_t i = 0; i < lane->departure_count; i++)
        score->sent += model->flows[out[i]].message != TRACE_NONE;
    for (uint32_t i = 0; i < lane->arrival_count; i++)
        score->taken += model->flows[in[i]].message != TRACE_NONE;
}

/* Lengths of one lane, added to a score that may hold other lanes' already. */
static void add_lane(const struct trace_model *model, const struct trace_lane *lane,
                     struct trace_score *score)
{
    trace_stretches(model, lane, add_stretch, &score->sum_ns);
    count_messages(model, lane, score);
    for (uint32_t i = lane->span_first; i < lane->span_first + lane->span_count; i++) {
        const struct trace_span *span = &model->spans[i];
        int64_t length_ns = span->end_ns - span->start_ns;
        if (span->state == TRACE_STATE_READY)
            add_ns(&score->ready_ns, length_ns);
        if (span->state != TRACE_STATE_RUN)
            continue;
        score->switches++;
        add_run(score, length_ns, trace_cpu_ns(model, span));
        if (score->longest_hold == TRACE_NONE || length_ns > score->longest_hold_ns) {
            score->longest_hold_ns = length_ns;
            score->longest_hold = i;
        }
    }
}

static bool is_process_before(const struct trace_model *model, const bool *ran, uint32_t loop)
{
    for (uint32_t i = 0; i < loop; i++)
        if (ran[i] && model->loops[i].os_pid == model->loops[loop].os_pid)
            return true;
    return false;
}

/* Threads and processes that ran any of the spans from `first` on. */
static void count_loops(const struct trace_model *model, uint32_t first, uint32_t count,
                        struct trace_score *score)
{
    bool *ran = calloc((size_t)model->loop_count + 1, sizeof *ran);
    if (ran == NULL)
        return;
    for (uint32_t i = first; i < first + count; i++)
        if (model->spans[i].state == TRACE_STATE_RUN)
            ran[model->spans[i].loop] = true;
    for (uint32_t i = 0; i < model->loop_count; i++) {
        score->threads += ran[i];
        score->processes += ran[i] && !is_process_before(model, ran, i);
    }
    free(ran);
}

/* What to call that on which it all ran.  Plain threads and processes are named so in the file. */
static const char *place_of(const struct trace_model *model)
{
    static const char *const places[] = {"process", "thread"};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
        for (uint32_t k = 0; k < model->loop_count; k++)
            if (strncmp(trace_text(model, model->loops[k].name), places[i], strlen(places[i])) == 0)
                return places[i];
    return "loop";
}

/* Of more threads than processors, some only seemed to run: they were pre-empted. */
void trace_stats_peaks(const struct trace_model *model, uint32_t in_progress, uint32_t running,
                       struct trace_score *score)
{
    uint32_t cores = model->info.cores;
    score->peak_in_progress = in_progress;
    score->peak_running = cores > 0 && running > cores ? cores : running;
}

/* Without the memory for it the peaks stay 0. */
static void find_peaks(const struct trace_model *model, struct trace_score *score)
{
    struct trace_steps steps;
    uint32_t now[2] = {0, 0};
    uint32_t most[2] = {0, 0};
    enum trace_step_of of;
    int64_t at_ns;
    bool up;
    if (trace_steps_init(&steps, model) < 0)
        return;
    while (trace_steps_next(&steps, &at_ns, &of, &up) > 0) {
        now[of] += up ? 1 : UINT32_MAX;
        if (now[of] > most[of])
            most[of] = now[of];
    }
    trace_steps_finish(&steps);
    trace_stats_peaks(model, most[TRACE_STEP_PROGRESS], most[TRACE_STEP_RUN], score);
}

void trace_stats_sums(const struct trace_model *model, struct trace_score *score)
{
    int64_t first_ns = INT64_MAX;
    int64_t last_ns = INT64_MIN;
    *score = (struct trace_score){.longest_hold = TRACE_NONE};
    for (uint32_t i = 0; i < model->lane_count; i++) {
        const struct trace_lane *lane = &model->lanes[i];
        int64_t end_ns = end_of_life(model, lane);
        add_lane(model, lane, score);
        if (lane->first_run_ns < first_ns)
            first_ns = lane->first_run_ns;
        if (end_ns > last_ns)
            last_ns = end_ns;
    }
    if (first_ns < last_ns)
        score->wall_ns = last_ns - first_ns;
    count_loops(model, 0, model->span_count, score);
    score->place = place_of(model);
    score->pool_threads = model->thread_count;
    score->threads += model->thread_count;
    for (uint32_t i = 0; i < model->job_count; i++) {
        const struct trace_job *job = &model->jobs[i];
        int64_t length_ns = job->end_ns - job->start_ns;
        add_run(score, length_ns, trace_cpu_limit(length_ns, job->cpu_ns));
    }
}

void trace_stats_total(const struct trace_model *model, struct trace_score *score)
{
    trace_stats_sums(model, score);
    find_peaks(model, score);
}

void trace_stats_lane(const struct trace_model *model, uint32_t lane, struct trace_score *score)
{
    const struct trace_lane *own = &model->lanes[lane];
    *score = (struct trace_score){.longest_hold = TRACE_NONE};
    add_lane(model, own, score);
    if (own->first_run_ns < end_of_life(model, own))
        score->wall_ns = end_of_life(model, own) - own->first_run_ns;
    score->peak_running = score->switches > 0;
    score->peak_in_progress = score->sum_ns > 0;
    count_loops(model, own->span_first, own->span_count, score);
}

int trace_stats_load(const struct trace_model *model, struct trace_load_step **steps, size_t *count)
{
    struct trace_steps all;
    uint32_t now[2] = {0, 0};
    enum trace_step_of of;
    int64_t at_ns;
    bool up;
    *count = 0;
    *steps = NULL;
    if (trace_steps_init(&all, model) < 0)
        return -ENOMEM;
    *steps = trace_room_fixed((trace_steps_most(&all) + 1) * sizeof **steps);
    int result = *steps != NULL ? 1 : -ENOMEM;
    while (result > 0 && (result = trace_steps_next(&all, &at_ns, &of, &up)) > 0) {
        now[of] += up ? 1 : UINT32_MAX;
        if (*count == 0 || (*steps)[*count - 1].at_ns != at_ns)
            ++*count;
        (*steps)[*count - 1] = (struct trace_load_step){.at_ns = at_ns,
                                                        .in_progress = now[TRACE_STEP_PROGRESS],
                                                        .running = now[TRACE_STEP_RUN]};
    }
    trace_steps_finish(&all);
    if (result < 0) {
        free(*steps);
        *steps = NULL;
    }
    return result;
}

/* "three", "17". */
static const char *number_word(uint64_t number, char *buffer, size_t bytes)
{
    static const char *const words[] = {"none",  "one",   "two",  "three", "four",   "five",  "six",
                                        "seven", "eight", "nine", "ten",   "eleven", "twelve"};
    if (number < sizeof words / sizeof words[0])
        return words[number];
    snprintf(buffer, bytes, "%llu", (unsigned long long)number);
    return buffer;
}

/* What the actors' lives amount to: at most this much above one on average still counts as one
 * after the other, since a parent's own first and last runs overlap its children a little. */
#define SEQUENTIAL_CONCURRENCY_MAX 1.05

/* Two that happen to run at the same instant make no parallel run of ten that wait. */
#define HARDLY_PARALLEL 0.1

static bool is_concurrent(const struct trace_score *score)
{
    return trace_score_concurrency(score) > SEQUENTIAL_CONCURRENCY_MAX;
}

static void say_in_progress(const struct trace_score *score, char *text, size_t bytes)
{
    char word[32];
    double mean = trace_score_concurrency(score);
    double rounded = (double)(int64_t)(mean + 0.5);
    double slack = mean > 10 ? mean / 100 : 0.1;
    bool whole = mean - rounded < slack && rounded - mean < slack;
    if (!is_concurrent(score))
        snprintf(text, bytes, "One after the other");
    else if (whole)
        snprintf(text, bytes, "%s in progress", number_word((uint64_t)rounded, word, sizeof word));
    else
        snprintf(text, bytes, "%.1f in progress on average", mean);
    if (text[0] >= 'a' && text[0] <= 'z')
        text[0] = (char)(text[0] - 'a' + 'A');
}

char *trace_stats_sentence(const struct trace_score *score, uint32_t loop_count, char *text,
                           size_t bytes)
{
    static const char *const verdicts[] = {
        "neither concurrent nor parallel",    "concurrent, not parallel",
        "parallel, though hardly concurrent", "concurrent and parallel",
        "neither concurrent nor parallel",    "concurrent, hardly parallel"};
    char progress[64], running[96], word[32], loops_word[32];
    bool parallel = score->peak_running > 1;
    bool hardly = parallel && trace_score_parallelism(score) < HARDLY_PARALLEL;
    if (score->switches == 0) {
        snprintf(text, bytes, "Nothing ran.");
        return text;
    }
    say_in_progress(score, progress, sizeof progress);
    if (parallel)
        snprintf(running, sizeof running, "up to %s running at the same time",
                 number_word(score->peak_running, word, sizeof word));
    else
        snprintf(running, sizeof running, "one running at a time");
    const char *place = score->place != NULL ? score->place : "loop";
    snprintf(text, bytes, "%s, %s %s %s %s%s%s: %s.", progress, running,
             place[0] == 'p' ? "in" : "on", number_word(loop_count, loops_word, sizeof loops_word),
             place,
             loop_count == 1   ? ""
             : place[0] == 'p' ? "es"
                               : "s",
             score->pool_threads > 0 ? " and its pool of threads" : "",
             verdicts[is_concurrent(score) + 2 * parallel + 2 * hardly]);
    return text;
}
