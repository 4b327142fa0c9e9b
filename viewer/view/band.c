/*
 * Beginnings and ends of states are sorted by time and counted up.  Sums before every block of
 * steps make the average over a column of pixels a subtraction.
 */

#include "band.h"

#include <errno.h>
#include <stdlib.h>

/* Steps per sum. */
#define BAND_BLOCK 32

struct change {
    int64_t at_ns;
    int8_t running, ready, alive;
};

static int by_time(const void *left, const void *right)
{
    const struct change *a = left;
    const struct change *b = right;
    return a->at_ns < b->at_ns ? -1 : a->at_ns > b->at_ns;
}

static struct change change_of(int state, int64_t at_ns, int sign)
{
    return (struct change){at_ns, (int8_t)(state == TRACE_STATE_RUN ? sign : 0),
                           (int8_t)(state == TRACE_STATE_READY ? sign : 0), (int8_t)sign};
}

/* Each state's beginning and end; one that begins where the last ended is one change. */
static size_t collect(const struct rows *rows, const struct row *row, struct change *changes)
{
    size_t count = 0;
    for (uint32_t n = 0; n < row->count; n++) {
        const struct trace_span *span = rows_span(rows, row, n);
        struct change begin = change_of(span->state, span->start_ns, 1);
        if (count > 0 && changes[count - 1].at_ns == span->start_ns) {
            struct change *end = &changes[count - 1];
            end->running = (int8_t)(end->running + begin.running);
            end->ready = (int8_t)(end->ready + begin.ready);
            end->alive = (int8_t)(end->alive + begin.alive);
        } else {
            changes[count++] = begin;
        }
        changes[count++] = change_of(span->state, span->end_ns, -1);
    }
    return count;
}

static void count_up(struct band *band, const struct change *changes, size_t count)
{
    struct band_step now = {.at_ns = INT64_MIN};
    for (size_t i = 0; i < count; i++) {
        now.running += (uint32_t)(int32_t)changes[i].running;
        now.ready += (uint32_t)(int32_t)changes[i].ready;
        now.alive += (uint32_t)(int32_t)changes[i].alive;
        now.at_ns = changes[i].at_ns;
        if (band->count > 0 && band->steps[band->count - 1].at_ns == now.at_ns)
            band->count--;
        band->steps[band->count++] = now;
    }
}

static void add_step(struct band_sum *sum, const struct band_step *step, int64_t length_ns)
{
    sum->run_ns += length_ns * step->running;
    sum->ready_ns += length_ns * step->ready;
    sum->alive_ns += length_ns * step->alive;
}

static void sum_up(struct band *band)
{
    struct band_sum sum = {0};
    for (size_t i = 0; i < band->count; i++) {
        if (i % BAND_BLOCK == 0)
            band->sums[i / BAND_BLOCK] = sum;
        if (i + 1 < band->count)
            add_step(&sum, &band->steps[i], band->steps[i + 1].at_ns - band->steps[i].at_ns);
    }
}

int band_init(struct band *band, const struct rows *rows, const uint32_t *members, uint32_t count)
{
    *band = (struct band){.rows = count};
    size_t room = 0;
    for (uint32_t i = 0; i < count; i++)
        room += 2 * (size_t)rows->rows[members[i]].count;
    struct change *changes = malloc((room + 1) * sizeof *changes);
    band->steps = malloc((room + 1) * sizeof *band->steps);
    band->sums = malloc((room / BAND_BLOCK + 1) * sizeof *band->sums);
    if (changes == NULL || band->steps == NULL || band->sums == NULL) {
        free(changes);
        band_finish(band);
        return -ENOMEM;
    }
    size_t changed = 0;
    for (uint32_t i = 0; i < count; i++)
        changed += collect(rows, &rows->rows[members[i]], changes + changed);
    qsort(changes, changed, sizeof *changes, by_time);
    count_up(band, changes, changed);
    sum_up(band);
    free(changes);
    return 0;
}

void band_finish(struct band *band)
{
    free(band->steps);
    free(band->sums);
    *band = (struct band){0};
}

/* How many steps are at or before an instant. */
static size_t steps_until(const struct band *band, int64_t at_ns, size_t near)
{
    size_t low = near <= band->count && near > 0 && band->steps[near - 1].at_ns <= at_ns ? near : 0;
    size_t high = low;
    for (size_t step = 1; high < band->count && band->steps[high].at_ns <= at_ns; step *= 2) {
        low = high + 1;
        high += step;
    }
    high = high < band->count ? high : band->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (band->steps[middle].at_ns <= at_ns)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* What all steps add up to until an instant, before which `until` steps are. */
static struct band_sum sum_until(const struct band *band, size_t until, int64_t at_ns)
{
    struct band_sum sum = {0};
    if (until == 0)
        return sum;
    size_t at = (until - 1) / BAND_BLOCK * BAND_BLOCK;
    sum = band->sums[at / BAND_BLOCK];
    for (; at + 1 < until; at++)
        add_step(&sum, &band->steps[at], band->steps[at + 1].at_ns - band->steps[at].at_ns);
    add_step(&sum, &band->steps[at], at_ns - band->steps[at].at_ns);
    return sum;
}

struct band_share band_share(const struct band *band, int64_t from_ns, int64_t to_ns, size_t *near)
{
    to_ns = to_ns > from_ns ? to_ns : from_ns + 1;
    size_t first = steps_until(band, from_ns, *near);
    size_t end = steps_until(band, to_ns, first);
    *near = first;
    struct band_sum before = sum_until(band, first, from_ns);
    struct band_sum sum = sum_until(band, end, to_ns);
    double whole = (double)(to_ns - from_ns) * (band->rows > 0 ? band->rows : 1);
    struct band_share share = {
        .running = (float)((double)(sum.run_ns - before.run_ns) / whole),
        .ready = (float)((double)(sum.ready_ns - before.ready_ns) / whole),
        .waiting = (float)((double)(sum.alive_ns - before.alive_ns) / whole),
    };
    share.waiting -= share.running + share.ready;
    return share;
}
