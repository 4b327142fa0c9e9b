#ifndef EXPLORER_H
#define EXPLORER_H

/*
 * A program that is run over and over, each time in an order that we say: see explore_room.h for
 * how it is told, explore_ways.c for which orders, explore_shrink.c for what becomes of one that
 * fails.
 */

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "explore_room.h"
#include "rulebook.h"

enum verdict_kind {
    VERDICT_WELL,
    VERDICT_STATUS,  /* it exits with a status other than 0: the detail */
    VERDICT_SIGNAL,  /* it is killed by this signal */
    VERDICT_STUCK,   /* nothing can ever run again */
    VERDICT_CIRCLE,  /* a wait would close a circle */
    VERDICT_ENDLESS, /* the limit on turns was reached */
    VERDICT_HUNG,    /* the limit on time was reached */
    VERDICT_RULE,    /* it breaks this rule: an index */
};

struct verdict {
    enum verdict_kind kind;
    int detail;
};

struct explorer {
    struct explore_room *room;
    pid_t server; /* the program, before its first actor */
    int orders, answers;
    const struct rulebook *book;    /* NULL: only the run's own end is judged */
    char trace[EXPLORE_PATH_BYTES]; /* what is judged by rules, over and over */
    uint32_t turn_limit;
    int wall_ms;         /* the limit on time, for each run */
    bool may_rewind;     /* one process may do several runs; */
    unsigned stays;      /* so many could not */
    uint64_t runs;       /* so far */
    uint32_t fifo_turns; /* of the run first come, first served */
};

/* Starts the program: TOOL_OK, or another status after saying why not.  The caller owes
 * explorer_stop() in any case. */
int explorer_start(struct explorer *explorer, char **program);
void explorer_stop(struct explorer *explorer);

/* Runs in these orders, which the room holds, up to the first that does not go well: then *verdict
 * says how, and the room holds its turns.  TOOL_OK, or another status after saying why they could
 * not be. */
int explorer_run(struct explorer *explorer, uint32_t count, struct verdict *verdict);

/* From now on each run has a process of its own. */
void explorer_stop_rewinding(struct explorer *explorer);

/* One run with this script, and the rest first come, first served. */
int explorer_run_script(struct explorer *explorer, const struct explore_choice *script,
                        size_t count, struct verdict *verdict);

/* "exits with status 1"; after "the run". */
const char *explorer_words(const struct explorer *explorer, const struct verdict *verdict,
                           char *text, size_t bytes);

static inline bool verdict_is_same(const struct verdict *a, const struct verdict *b)
{
    return a->kind == b->kind && a->detail == b->detail;
}

/* --- explore_ways.c --- */

enum strategy { STRATEGY_DELAY, STRATEGY_RANDOM, STRATEGY_PCT, STRATEGY_DFS };

/* Which orders come one after the other. */
struct ways {
    enum strategy strategy;
    uint64_t seed;
    uint32_t turns;   /* of the run first come, first served */
    uint32_t *choice; /* delay: its turns with more than one actor ready */
    size_t choice_count;
    struct explore_choice *path; /* dfs: the choices so far; `runs` is how many there were */
    size_t path_count, path_room;
    struct explore_choice *script;
    size_t script_count;
    bool is_over; /* there are no others */
};

/* Must be called after the run first come, first served, whose turns are in the room.  TOOL_OK or
 * TOOL_FAULT, without memory; the caller owes ways_finish() in any case. */
int ways_begin(struct ways *ways, enum strategy strategy, uint64_t seed,
               const struct explore_room *room);
void ways_finish(struct ways *ways);

/* Writes the next orders into the room, the first of all having number 1: `most` of them, or one
 * if what comes of it decides on the next.  How many; 0: there are no others. */
uint32_t ways_next(struct ways *ways, uint64_t number, uint32_t most, struct explore_room *room);

/* Learns from what came of it. */
int ways_learn(struct ways *ways, const struct explore_room *room);

/* --- explore_shrink.c --- */

/* An order that fails, and what is known of it. */
struct failure {
    struct verdict verdict;
    struct explore_choice *choices; /* turns that do not go to who has been ready for longest */
    size_t count;
    bool is_least;      /* no order with fewer of them fails in this way */
    struct replay file; /* the same, as it is written */
};

/* The last run has failed with this verdict: finds an order with as few choices as possible that
 * fails in the same way.  TOOL_OK or another; the caller owes failure_finish() in any case. */
int failure_shrink(struct failure *failure, struct explorer *explorer,
                   const struct verdict *verdict);
void failure_finish(struct failure *failure);

/* --- explore_story.c --- */

/* Writes the replay file and, by running the program once more, the trace: PATH.replay and
 * PATH.json; and tells what happened, and how to see it again.  TOOL_OK or TOOL_FAULT. */
int story_tell(const struct explorer *explorer, const struct failure *failure, const char *path,
               char **program);

#endif
