/*
 * A list of bells, each with a flag: the flag is raised before the loop is woken, and lowered
 * before the bell is answered, so nothing that was there when it rang is overlooked.
 */

#include "bell.h"

#include "scheduler.h"
#include "tape.h"

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

/* Whether this bell, so many in the list, is to be answered now. */
static bool has_rung(struct bell *bell, uint64_t number)
{
    uint64_t next;
    if (CHECK_UNLIKELY(tape_mode == TAPE_PLAYED)) {
        bool is_next = tape_next_is(RECORDING_BELL, &next) && next == number;
        if (is_next)
            tape_take(RECORDING_BELL);
        return is_next;
    }
    if (!atomic_load_explicit(&bell->has_rung, memory_order_relaxed) ||
        !atomic_exchange(&bell->has_rung, false))
        return false;
    tape_put(RECORDING_BELL, number);
    return true;
}

void bell_answer_all(struct sched *sched)
{
    uint64_t number = 0;
    for (struct list_link *link = list_first(&sched->bells); link != NULL;
         link = list_next(&sched->bells, link)) {
        struct bell *bell = LIST_OWNER(link, struct bell, link);
        if (has_rung(bell, number++))
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
