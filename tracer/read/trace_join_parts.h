#ifndef TRACE_JOIN_PARTS_H
#define TRACE_JOIN_PARTS_H

/*
 * What the parts of joining share.  In the order in which they are called:
 *
 *   trace_join_open.c   ends whose beginnings lie in an earlier piece
 *   trace_join_names.c  texts, lanes, loops and threads: from a piece's numbers to the model's
 *   trace_join_spans.c  the states, dealt out to their lanes and made to tile; the switches
 *   trace_join_flows.c  arrows and messages, at the same time; then led to their states
 *   trace_join_rest.c   marks, mailboxes, jobs, sources, and what only foreign traces have
 *   trace_join_own.c    what actors say themselves: slices and counters, of their marks
 */

#include "trace_join.h"
#include "trace_room.h"

/* A piece's numbers as the model's. */
struct join_names {
    trace_text_id *texts;
    uint32_t *lanes;
    uint16_t *loops;
    uint32_t *threads;
    uint32_t wait_base; /* to add to its waits */
};

struct trace_join {
    struct trace_build *parts;
    uint32_t part_count;
    const struct trace_input *input;
    unsigned threads;
    struct trace_model *model; /* being made */
    struct join_names *names;  /* of each piece */
    struct trace_map lane_map; /* number of an actor -> index of its lane */
    struct trace_strings strings;
};

/* All of these: 0, -ENOMEM or -EOVERFLOW. */
int join_open(struct trace_join *join);
int join_names(struct trace_join *join);
int join_spans(struct trace_join *join);
int join_flows(struct trace_join *join);
int join_rest(struct trace_join *join);
int join_own(struct trace_join *join);

/* Leads the arrows that wake somebody to the states that follow. */
void join_lead(struct trace_join *join);

/* Gives the model values of its counters, which it then owns, and the counters theirs. */
int join_values(struct trace_model *model, void *values);

/* The lane with a number, or TRACE_NONE. */
static inline uint32_t join_lane(const struct trace_join *join, uint32_t id)
{
    return id != 0 ? trace_map_get(&join->lane_map, id) : TRACE_NONE;
}

/* Room for so many keys, for trace_room_free(); NULL if there is none. */
static inline struct trace_key *join_keys(uint32_t count)
{
    return trace_room_new((size_t)count * sizeof(struct trace_key));
}

static inline void join_free_keys(struct trace_key *keys, uint32_t count)
{
    trace_room_free(keys, (size_t)count * sizeof *keys);
}

/* Puts records in the order of the instant that each begins with.  0 or -ENOMEM. */
int join_sort(void *records, uint32_t count, size_t record_bytes);

/* Puts records in order of lane, and of time within a lane.  Each begins with its instant and has
 * its lane at a place in it; those without a lane come last.  starts[lane] .. starts[lane + 1] are
 * then the places of a lane's records; it has room for two more than there are lanes.  *records is
 * exchanged for another block.  0 or -ENOMEM. */
int join_deal_out(void **records, uint32_t count, size_t record_bytes, size_t lane_place,
                  uint32_t lane_count, uint32_t *starts);

#endif
