#ifndef NEWS_H
#define NEWS_H

/*
 * What every process of a run is to know: who registers a name and who frees one, whose mailbox is
 * at its limit, which process can be reached by which, and which is gone.
 *
 * The processes are a tree, since each was forked from another one.  News are passed on to all
 * neighbours but the one that they came from, so each process hears of them once.
 */

#include "actor.h"

enum news_kind {
    NEWS_NAME,   /* pid, name */
    NEWS_UNNAME, /* pid, name */
    NEWS_FULL,   /* pid */
    NEWS_ROOM,   /* pid */
    NEWS_ROUTE,  /* loop: there is such a process */
    NEWS_GONE,   /* loop: it is gone, status */
};

struct news {
    enum news_kind kind;
    int status;
    uint64_t pid;
    uint32_t loop;
    char name[ACTOR_NAME_BYTES_MAX + 1];
};

/* Neighbour of nobody: for news that are our own. */
#define NEWS_OWN UINT32_MAX

/* Tells all neighbours but `except`, of which there may be none. */
void news_spread(struct world *world, const struct news *news, uint32_t except);

/* Whether there is anybody to be told. */
static inline bool news_have_readers(const struct world *world)
{
    return CHECK_UNLIKELY(
        atomic_load_explicit(&world->sched.crew->bridge_count, memory_order_relaxed) > 0);
}

/* News have come from this neighbour.  (NEWS_ROUTE and NEWS_GONE are the bridge's matter.) */
void news_take(struct world *world, const struct news *news, uint32_t from);

/* Memory to tell all loops of this process that another one is gone: a list of posts.  0 or
 * -ENOMEM. */
int news_save_for_end(struct world *world, struct troupe_msg **posts);
void news_drop(struct world *world, struct troupe_msg *posts);

/* A process is gone: every loop of this process is told, with these posts, or, if they are NULL,
 * with new ones. */
void news_tell_loops(struct world *world, uint32_t loop, int status, struct troupe_msg *posts);
void news_on_gone(struct world *world, struct troupe_msg *msg);

#endif
