/*
 * Sums come from the model's index.  Lengths come from counts of every BLOCK switches and a walk
 * over those at both ends; if a filter hides actors, over the shown actors' own runs.
 */

#include "range.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "trace_index.h"

/* Switches per block: at most two blocks are walked, a fraction of a millisecond. */
#define BLOCK 4096

struct range_block {
    struct range_lengths runs, readies;
};

uint32_t range_bucket(int64_t length_ns)
{
    uint64_t length = length_ns > 0 ? (uint64_t)length_ns : 0;
    if (length < 4)
        return (uint32_t)length;
    uint32_t log = 63 - (uint32_t)__builtin_clzll(length);
    uint32_t bucket = 4 * (log - 1) + (uint32_t)(length >> (log - 2) & 3);
    return bucket < RANGE_BUCKETS ? bucket : RANGE_BUCKETS - 1;
}

int64_t range_bucket_from(uint32_t bucket)
{
    if (bucket < 4)
        return bucket;
    return (int64_t)(4 + bucket % 4) << (bucket / 4 - 1);
}

static void count_length(struct range_lengths *lengths, uint32_t span, int64_t length_ns)
{
    lengths->counts[range_bucket(length_ns)]++;
    lengths->count++;
    if (lengths->longest == TRACE_NONE || length_ns > lengths->longest_ns) {
        lengths->longest = span;
        lengths->longest_ns = length_ns;
    }
}

/* A run, and the ready state before it. */
static void count_run(struct range_lengths *runs, struct range_lengths *readies,
                      const struct trace_model *model, uint32_t run)
{
    const struct trace_span *span = &model->spans[run];
    count_length(runs, run, span->end_ns - span->start_ns);
    if (run == 0 || span[-1].state != TRACE_STATE_READY || span[-1].lane != span->lane)
        return;
    count_length(readies, run - 1, span[-1].end_ns - span[-1].start_ns);
}

static void add_lengths(struct range_lengths *sum, const struct range_lengths *more)
{
    for (int i = 0; i < RANGE_BUCKETS; i++)
        sum->counts[i] += more->counts[i];
    sum->count += more->count;
    if (more->longest != TRACE_NONE &&
        (sum->longest == TRACE_NONE || more->longest_ns > sum->longest_ns)) {
        sum->longest = more->longest;
        sum->longest_ns = more->longest_ns;
    }
}

static void clear(struct range_lengths *lengths)
{
    memset(lengths, 0, sizeof *lengths);
    lengths->longest = TRACE_NONE;
}

int range_index_init(struct range_index *index, const struct trace_model *model)
{
    index->count = model->switch_count / BLOCK;
    index->blocks = malloc((index->count + 1) * sizeof *index->blocks);
    if (index->blocks == NULL)
        return -ENOMEM;
    for (uint32_t i = 0; i < index->count; i++) {
        struct range_block *block = &index->blocks[i];
        clear(&block->runs);
        clear(&block->readies);
        for (uint32_t at = i * BLOCK; at < (i + 1) * BLOCK; at++)
            count_run(&block->runs, &block->readies, model, model->switches[at]);
    }
    return 0;
}

void range_index_finish(struct range_index *index)
{
    free(index->blocks);
    *index = (struct range_index){0};
}

static void count_all(struct range_stats *stats, const struct range_index *index,
                      const struct trace_model *model)
{
    uint32_t at = trace_switch_from(model, stats->from_ns);
    uint32_t end = trace_switch_from(model, stats->to_ns);
    while (at < end) {
        if (at % BLOCK == 0 && at + BLOCK <= end && at / BLOCK < index->count) {
            add_lengths(&stats->runs, &index->blocks[at / BLOCK].runs);
            add_lengths(&stats->readies, &index->blocks[at / BLOCK].readies);
            at += BLOCK;
        } else {
            count_run(&stats->runs, &stats->readies, model, model->switches[at++]);
        }
    }
}

static void count_row(struct range_stats *stats, const struct rows *rows, const struct row *row)
{
    for (uint32_t n = rows_seek(rows, row, 0, stats->from_ns); n < row->count; n++) {
        const struct trace_span *span = rows_span(rows, row, n);
        if (span->start_ns >= stats->to_ns)
            break;
        if (span->state == TRACE_STATE_RUN && span->start_ns >= stats->from_ns)
            count_run(&stats->runs, &stats->readies, rows->model, row->first + n);
    }
}

static void add_row(struct range_stats *stats, const struct trace_model *model, uint32_t lane)
{
    struct trace_sum sum;
    trace_sum_lane(model, lane, stats->from_ns, stats->to_ns, &sum);
    int64_t lived_ns = 0;
    for (int i = 0; i < TRACE_STATE_COUNT; i++)
        lived_ns += sum.state_ns[i];
    stats->actors += lived_ns > 0;
    stats->run_ns += sum.state_ns[TRACE_STATE_RUN];
    stats->ready_ns += sum.state_ns[TRACE_STATE_READY];
    stats->wait_ns += sum.state_ns[TRACE_STATE_WAIT];
    for (int i = 0; i <= TRACE_REASON_COUNT; i++)
        stats->reason_ns[i] += sum.wait_ns[i];
}

void range_stats_of(struct range_stats *stats, const struct range_index *index,
                    const struct lanes *lanes, int64_t from_ns, int64_t to_ns)
{
    const struct rows *rows = lanes->rows;
    *stats = (struct range_stats){.from_ns = from_ns, .to_ns = to_ns};
    clear(&stats->runs);
    clear(&stats->readies);
    for (uint32_t i = rows->loop_count; i < rows->actor_end; i++) {
        if (lanes->place[i] == TRACE_NONE)
            continue;
        add_row(stats, rows->model, rows->rows[i].subject);
        if (lanes->hidden > 0)
            count_row(stats, rows, &rows->rows[i]);
    }
    if (lanes->hidden == 0)
        count_all(stats, index, rows->model);
    stats->messages = trace_flow_from(rows->model, to_ns) - trace_flow_from(rows->model, from_ns);
}

int64_t range_percentile(const struct range_lengths *lengths, double percent)
{
    uint64_t wanted = (uint64_t)((double)lengths->count * percent / 100);
    uint64_t seen = 0;
    for (uint32_t i = 0; i < RANGE_BUCKETS && lengths->count > 0; i++) {
        seen += lengths->counts[i];
        if (seen > wanted || seen == lengths->count) {
            int64_t next_ns = range_bucket_from(i + 1);
            return next_ns < lengths->longest_ns ? next_ns : lengths->longest_ns;
        }
    }
    return 0;
}
