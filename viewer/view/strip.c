/*
 * Maxima over ranges of steps, with the maxima of whole blocks made beforehand: a column of
 * pixels costs a search and two short walks, or a walk over blocks.
 */

#include "strip.h"

#include <errno.h>
#include <stdlib.h>

/* Steps per block: of ten million steps 160,000 blocks stay, which a frame can walk once. */
#define STRIP_BLOCK 64

static void take_max(struct trace_load_step *most, const struct trace_load_step *step)
{
    if (step->in_progress > most->in_progress)
        most->in_progress = step->in_progress;
    if (step->running > most->running)
        most->running = step->running;
}

int strip_init(struct strip *strip, const struct trace_model *model)
{
    *strip = (struct strip){0};
    int status = trace_stats_load(model, &strip->steps, &strip->step_count);
    if (status < 0)
        return status;
    size_t block_count = strip->step_count / STRIP_BLOCK + 1;
    strip->blocks = calloc(block_count, sizeof *strip->blocks);
    if (strip->blocks == NULL) {
        strip_finish(strip);
        return -ENOMEM;
    }
    struct trace_load_step most = {0};
    for (size_t i = 0; i < strip->step_count; i++) {
        take_max(&strip->blocks[i / STRIP_BLOCK], &strip->steps[i]);
        take_max(&most, &strip->steps[i]);
    }
    strip->in_progress_max = most.in_progress;
    strip->running_max = most.running;
    return 0;
}

void strip_finish(struct strip *strip)
{
    free(strip->steps);
    free(strip->blocks);
    *strip = (struct strip){0};
}

/* How many steps are at or before an instant; `near` of them surely are, if it is not beyond. */
static size_t steps_until(const struct strip *strip, int64_t at_ns, size_t near)
{
    if (near > strip->step_count || (near > 0 && strip->steps[near - 1].at_ns > at_ns))
        near = 0;
    size_t high = near;
    for (size_t step = 1; high < strip->step_count && strip->steps[high].at_ns <= at_ns;
         step *= 2) {
        near = high + 1;
        high += step;
    }
    high = high < strip->step_count ? high : strip->step_count;
    while (near < high) {
        size_t middle = near + (high - near) / 2;
        if (strip->steps[middle].at_ns <= at_ns)
            near = middle + 1;
        else
            high = middle;
    }
    return near;
}

struct trace_load_step strip_max(const struct strip *strip, int64_t first_ns, int64_t end_ns,
                                 size_t *near)
{
    struct trace_load_step most = {.at_ns = first_ns};
    size_t at = steps_until(strip, first_ns, *near);
    size_t end = end_ns > first_ns ? steps_until(strip, end_ns - 1, at) : at;
    *near = end;
    if (at > 0)
        take_max(&most, &strip->steps[at - 1]); /* what held when the range began */
    while (at < end) {
        if (at % STRIP_BLOCK == 0 && at + STRIP_BLOCK <= end) {
            take_max(&most, &strip->blocks[at / STRIP_BLOCK]);
            at += STRIP_BLOCK;
        } else {
            take_max(&most, &strip->steps[at++]);
        }
    }
    return most;
}
