/*
 * A list of bells, each with a flag: the flag is raised before the loop is woken, and lowered
 * before the bell is answered, so nothing that was there when it rang is overlooked.
 */

#include "bell.h"

#include "scheduler.h"

void bell_open(struct sched *sched, struct bell *bell)
{
    TROUPE_CHECK(bell->answer != NULL && bell->close != NULL);
    bell->sched = sched;
    list_push(&sched->bells, &bell->link);
}

struct bell *bell_find(const struct sched *sched, void (*answer)(struct bell *bell))
{
    for (struct list_link *link = list_first(&sched->bells); link != NULL;
         link = list_next(&sched->bells, link)) {
        struct bell *bell = LIST_OWNER(link, struct bell, link);
        if (bell->answer == answer)
            return bell;
    }
    return NULL;
}

void bell_ring(struct bell *bell)
{
    if (!atomic_exchange(&bell->has_rung, true))
        loop_wake(bell->sched->loop);
}

void bell_ring_anywhere(struct bell *bell)
{
    if (!atomic_exchange(&bell->has_rung, true))
        loop_wake_all();
}

void bell_answer_all(struct sched *sched)
{
    for (struct list_link *link = list_first(&sched->bells); link != NULL;
         link = list_next(&sched->bells, link)) {
        struct bell *bell = LIST_OWNER(link, struct bell, link);
        if (atomic_load_explicit(&bell->has_rung, memory_order_relaxed) &&
            atomic_exchange(&bell->has_rung, false))
            bell->answer(bell);
    }
}

void bell_hush_all(struct sched *sched)
{
    for (struct list_link *link = list_first(&sched->bells); link != NULL;
         link = list_next(&sched->bells, link)) {
        struct bell *bell = LIST_OWNER(link, struct bell, link);
        if (bell->hush != NULL)
            bell->hush(bell);
    }
}

void bell_close_all(struct sched *sched)
{
    struct list_link *link;
    while ((link = list_first(&sched->bells)) != NULL) {
        struct bell *bell = LIST_OWNER(link, struct bell, link);
        list_remove(&sched->bells, link);
        bell->close(bell);
    }
}
