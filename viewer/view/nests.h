#ifndef VIEW_NESTS_H
#define VIEW_NESTS_H

/*
 * Stretches with names, level by level: the slices of lanes, and the jobs of the threads that run
 * what actors offload.
 *
 * A lane's slices nest; those of one depth follow each other and never overlap, and so do the jobs
 * of a thread.  What is seen of such a level is found by searching, however many there are.
 */

#include "trace_model.h"

/* Deeper slices are not drawn: their lines would be too low to read. */
#define NESTS_LEVELS_MAX 6

struct nests_stretch {
    int64_t start_ns;
    int64_t end_ns;
    uint32_t index; /* of the slice, or the job */
};

struct nests_level {
    struct nests_stretch *stretches; /* in time order */
    uint32_t count;
};

struct nests {
    const struct trace_model *model;
    struct nests_stretch *slices; /* by lane, depth and time */
    struct nests_level *levels;   /* NESTS_LEVELS_MAX for each lane that has slices */
    uint32_t *of_lane;            /* which of them: TRACE_NONE if it has no slices */
    struct nests_stretch *jobs;   /* by thread and time */
    struct nests_level *threads;
};

/* Of a model that must outlive it.  0, or -ENOMEM. */
int nests_init(struct nests *nests, const struct trace_model *model);
void nests_finish(struct nests *nests);

/* The levels of a lane that has slices, and how many of them have any. */
const struct nests_level *nests_of_lane(const struct nests *nests, uint32_t lane, uint32_t *count);

/* The first stretch of a level, from the n-th on, that ends after an instant; the level's count if
 * none does.  O(log of the distance). */
uint32_t nests_seek(const struct nests_level *level, uint32_t n, int64_t at_ns);

#endif
