/*
 * Messages that are sent when their time has come.
 */

#include "later.h"

#include <errno.h>

#include "mailbox.h"
#include "post.h"

/* A pending message. */
struct later {
    timer_slot timer; /* 0: the record is free */
    uint64_t to;
    struct troupe_msg *msg;
    uint64_t handle;
};

void later_init(struct world *world)
{
    slab_init(&world->laters, sizeof(struct later));
    handles_init(&world->later_handles, world_loop(world));
}

static void release(struct world *world, struct later *later)
{
    handles_release(&world->later_handles, later->handle);
    slab_give(&world->laters, later);
}

void later_finish(struct world *world)
{
    for (uint32_t slot = 0; slot < world->later_handles.entry_count; slot++) {
        struct later *later = world->later_handles.entries[slot].object;
        if (later == NULL)
            continue;
        message_destroy(world, later->msg);
        release(world, later);
    }
    handles_finish(&world->later_handles);
    slab_finish(&world->laters);
}

void later_fire(struct world *world, timer_slot *slot)
{
    struct later *later = LIST_OWNER(slot, struct later, timer);
    struct actor *actor = actor_find_alive(world, later->to);
    int rc = -ESRCH;
    if (actor != NULL)
        rc = mailbox_deliver(world, actor, later->msg);
    else if (actor_is_far(world, later->to))
        rc = post_message(world, later->to, later->msg);
    if (rc < 0)
        message_destroy(world, later->msg);
    release(world, later);
}

int troupe_send_after(troupe_ns delay, troupe_pid pid, troupe_msg **msg, troupe_timer *timer)
{
    struct world *world = world_inside("troupe_send_after");
    struct actor *target = actor_find_alive(world, pid.value);
    uint32_t number;
    bool is_far = actor_is_far(world, pid.value) &&
                  post_look(world, pid.value, &number) != -ESRCH;
    if (target == NULL && !is_far)
        return -ESRCH;
    /* What its delivery will need is taken now, when a lack of it can be told. */
    bool is_ready = is_far || kit_of(world, target) != NULL;
    struct later *later = is_ready ? slab_take(&world->laters) : NULL;
    if (later == NULL)
        return -ENOMEM;
    *later = (struct later){.to = pid.value, .msg = *msg};
    if (handles_acquire(&world->later_handles, later, &later->handle) < 0)
        goto give_record;
    if (timers_set(&world->sched.timers, sched_deadline(delay), TIMER_MESSAGE, &later->timer) < 0)
        goto release_handle;
    (*msg)->from = actor_self(world)->pid;
    (*msg)->ref = 0;
    (*msg)->is_exempt = true;
    *msg = NULL;
    if (timer != NULL)
        timer->value = later->handle;
    return 0;

release_handle:
    handles_release(&world->later_handles, later->handle);
give_record:
    slab_give(&world->laters, later);
    return -ENOMEM;
}

int troupe_timer_cancel(troupe_timer timer)
{
    struct world *world = world_inside("troupe_timer_cancel");
    struct later *later = handles_find(&world->later_handles, timer.value);
    if (later == NULL)
        return -ESRCH;
    timers_forget(&world->sched.timers, &later->timer);
    message_destroy(world, later->msg);
    release(world, later);
    return 0;
}
