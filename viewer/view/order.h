#ifndef VIEW_ORDER_H
#define VIEW_ORDER_H

/*
 * In which order things happened: the numbered switches and the printed lines.
 *
 * The switches of all actors but the root are numbered from 1; if there is only the root, its own
 * are.  These are the numbers in circles.
 */

#include "trace_model.h"

struct order_print {
    int64_t at_ns;
    uint32_t mark; /* index into the model's marks */
};

struct order {
    const struct trace_model *model;
    uint32_t *switches; /* span of switch number i + 1 */
    uint32_t switch_count;
    struct order_print *prints; /* by time */
    uint32_t print_count;
    uint32_t *notes; /* marks that are notes, by lane and time */
    uint32_t note_count;
};

/* Makes the order of a model, which must outlive it.  0, or -ENOMEM. */
int order_init(struct order *order, const struct trace_model *model);
void order_finish(struct order *order);

/* The number of a run; 0 if it has none.  O(log switches). */
uint32_t order_number(const struct order *order, uint32_t span);

/* The numbered run that starts last at or before an instant, or the first after it; TRACE_NONE if
 * there is none. */
uint32_t order_switch_before(const struct order *order, int64_t at_ns);
uint32_t order_switch_after(const struct order *order, int64_t at_ns);

/* How many lines were printed up to an instant, itself included. */
uint32_t order_prints_until(const struct order *order, int64_t at_ns);

/* The first note of a lane at or after an instant, as a place in order->notes; beyond the lane's
 * last one if there is none.  O(log notes). */
uint32_t order_note_from(const struct order *order, uint32_t lane, int64_t at_ns);

/* The switch to open with, of an actor among the first `lanes`: the one that had to wait longest
 * for its turn, since most can be said about it; rather one that was woken than one that was
 * spawned, and not the last, so that something is still to come.  TRACE_NONE if there is none. */
uint32_t order_most_telling(const struct order *order, uint32_t lanes);

#endif
