#ifndef TRACE_GRADE_ORDER_H
#define TRACE_GRADE_ORDER_H

/* What grading keeps of a run: its arrows, by when they leave. */

#include "trace_model.h"

struct order_arrow {
    uint32_t from;
    uint32_t to;
    int64_t from_ns;
    int64_t to_ns;
};

struct trace_order {
    const struct trace_model *model;
    struct order_arrow *arrows;
    size_t arrow_count;
};

#endif
