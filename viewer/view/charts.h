#ifndef VIEW_CHARTS_H
#define VIEW_CHARTS_H

/*
 * Numbers that change with time, as charts.
 *
 * A column of pixels may hold a million values; their lowest and highest are kept for every block
 * of values, so that a column costs two short walks and one over blocks.
 */

#include "trace_model.h"

struct charts_range {
    double low;
    double high;
};

struct charts {
    const struct trace_model *model;
    struct charts_range *blocks; /* of the model's values, whichever counter they are of */
    struct charts_range *whole;  /* of each counter, 0 among them: where its chart ends */
};

/* Of a model that must outlive it.  0, or -ENOMEM. */
int charts_init(struct charts *charts, const struct trace_model *model);
void charts_finish(struct charts *charts);

/* A place in a counter's values, for those that go from left to right. */
struct charts_place {
    uint32_t counter;
    uint32_t at; /* the first value that is not in force yet; at first value_first */
};

/* Between which values a counter is from `from_ns` to before `to_ns`; the place is moved on.  False
 * where it has no value yet. */
bool charts_between(const struct charts *charts, struct charts_place *place, int64_t from_ns,
                    int64_t to_ns, struct charts_range *range);

/* The value of a counter at an instant.  False before the first. */
bool charts_at(const struct charts *charts, uint32_t counter, int64_t at_ns, double *value);

#endif
