#ifndef VIEW_RANGE_H
#define VIEW_RANGE_H

/*
 * What happened between two instants: how long the actors ran, were ready and waited, how long
 * their runs took and how long they were ready before them.
 *
 * The sums are exact, whatever the range.  Lengths are counted in buckets, four to a doubling, so
 * that a percentile is right within a fifth.
 */

#include "lane_list.h"

/* Lengths up to 2 to the 40th nanoseconds, 18 minutes; longer ones are in the last bucket. */
#define RANGE_BUCKETS 160

struct range_lengths {
    uint32_t counts[RANGE_BUCKETS];
    uint64_t count;
    int64_t longest_ns;
    uint32_t longest; /* its span; TRACE_NONE if there is none */
};

struct range_stats {
    int64_t from_ns, to_ns;
    uint32_t actors; /* that are shown and lived in it */
    int64_t run_ns, ready_ns, wait_ns;
    int64_t reason_ns[TRACE_REASON_COUNT + 1]; /* the waits, by reason */
    struct range_lengths runs;                 /* that begin in it */
    struct range_lengths readies;              /* before these runs */
    uint64_t messages;                         /* arrows that leave in it */
};

/* Counts of whole blocks of switches, so that no range has to be walked. */
struct range_index {
    struct range_block *blocks;
    uint32_t count;
};

/* Makes the index.  0, or -ENOMEM.  O(switches). */
int range_index_init(struct range_index *index, const struct trace_model *model);
void range_index_finish(struct range_index *index);

/* The statistics of the actors that `lanes` lets pass. */
void range_stats_of(struct range_stats *stats, const struct range_index *index,
                    const struct lanes *lanes, int64_t from_ns, int64_t to_ns);

/* The length below which `percent` of them are; 0 if there are none. */
int64_t range_percentile(const struct range_lengths *lengths, double percent);

/* The bucket of a length, and the shortest length in a bucket. */
uint32_t range_bucket(int64_t length_ns);
int64_t range_bucket_from(uint32_t bucket);

#endif
