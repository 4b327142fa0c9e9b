/* One pass counts the stretches of each level, a second one deals them out. */

#include "nests.h"

#include <errno.h>
#include <stdlib.h>

static void deal_out_lane(struct nests *nests, const struct trace_lane *lane, uint32_t first_level)
{
    const struct trace_slice *slices = nests->model->slices + lane->slice_first;
    struct nests_level *levels = nests->levels + first_level;
    for (uint32_t i = 0; i < lane->slice_count; i++)
        if (slices[i].depth < NESTS_LEVELS_MAX)
            levels[slices[i].depth].count++;
    struct nests_stretch *first = nests->slices + lane->slice_first;
    for (uint32_t i = 0; i < NESTS_LEVELS_MAX; i++) {
        levels[i].stretches = first;
        first += levels[i].count;
        levels[i].count = 0;
    }
    for (uint32_t i = 0; i < lane->slice_count; i++) {
        if (slices[i].depth >= NESTS_LEVELS_MAX)
            continue;
        struct nests_level *level = &levels[slices[i].depth];
        level->stretches[level->count++] =
            (struct nests_stretch){slices[i].start_ns, slices[i].end_ns, lane->slice_first + i};
    }
}

/* Jobs come in the file as they end, so those of one thread are in time order. */
static void deal_out_jobs(struct nests *nests)
{
    const struct trace_model *model = nests->model;
    for (uint32_t i = 0; i < model->job_count; i++)
        nests->threads[model->jobs[i].thread].count++;
    struct nests_stretch *first = nests->jobs;
    for (uint32_t i = 0; i < model->thread_count; i++) {
        nests->threads[i].stretches = first;
        first += nests->threads[i].count;
        nests->threads[i].count = 0;
    }
    for (uint32_t i = 0; i < model->job_count; i++) {
        const struct trace_job *job = &model->jobs[i];
        struct nests_level *level = &nests->threads[job->thread];
        level->stretches[level->count++] = (struct nests_stretch){job->start_ns, job->end_ns, i};
    }
}

int nests_init(struct nests *nests, const struct trace_model *model)
{
    size_t nesting = 0;
    for (uint32_t i = 0; i < model->lane_count; i++)
        nesting += model->lanes[i].slice_count > 0;
    *nests = (struct nests){.model = model};
    nests->slices = malloc(((size_t)model->slice_count + 1) * sizeof *nests->slices);
    nests->levels = calloc(nesting * NESTS_LEVELS_MAX + 1, sizeof *nests->levels);
    nests->of_lane = malloc(((size_t)model->lane_count + 1) * sizeof *nests->of_lane);
    nests->jobs = malloc(((size_t)model->job_count + 1) * sizeof *nests->jobs);
    nests->threads = calloc((size_t)model->thread_count + 1, sizeof *nests->threads);
    if (nests->slices == NULL || nests->levels == NULL || nests->of_lane == NULL ||
        nests->jobs == NULL || nests->threads == NULL) {
        nests_finish(nests);
        return -ENOMEM;
    }
    uint32_t level = 0;
    for (uint32_t i = 0; i < model->lane_count; i++) {
        nests->of_lane[i] = TRACE_NONE;
        if (model->lanes[i].slice_count == 0)
            continue;
        nests->of_lane[i] = level;
        deal_out_lane(nests, &model->lanes[i], level);
        level += NESTS_LEVELS_MAX;
    }
    deal_out_jobs(nests);
    return 0;
}

void nests_finish(struct nests *nests)
{
    free(nests->slices);
    free(nests->levels);
    free(nests->of_lane);
    free(nests->jobs);
    free(nests->threads);
    *nests = (struct nests){.model = NULL};
}

const struct nests_level *nests_of_lane(const struct nests *nests, uint32_t lane, uint32_t *count)
{
    const struct nests_level *levels = nests->levels + nests->of_lane[lane];
    for (*count = 0; *count < NESTS_LEVELS_MAX && levels[*count].count > 0;)
        ++*count;
    return levels;
}

uint32_t nests_seek(const struct nests_level *level, uint32_t n, int64_t at_ns)
{
    uint32_t step = 1;
    uint32_t low = n;
    while (low + step < level->count && level->stretches[low + step].end_ns <= at_ns) {
        low += step;
        step *= 2;
    }
    uint32_t high = level->count - low > step ? low + step : level->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (level->stretches[middle].end_ns <= at_ns)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}
