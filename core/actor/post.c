/*
 * Sending posts, and handing them to whom they concern.
 */

#include "post.h"

#include <errno.h>
#include <string.h>

#include "abroad.h"
#include "bridge.h"
#include "call_record.h"
#include "elsewhere.h"
#include "knock.h"
#include "mailbox.h"
#include "names.h"
#include "news.h"
#include "scope.h"

_Static_assert(CREW_LOOPS_MAX <= 256, "the number of a loop fits into a stamp, and into a pid");

/* What the loop of this pid says of it to everyone; whether it knows of it at all. */
static bool look(const struct crew *crew, uint64_t pid, uint32_t *note)
{
    uint32_t loop = handle_loop(pid);
    if (!crew_has(crew, loop)) {
        const struct world *here = (const struct world *)crew->scheds[0];
        *note = abroad_note(here->abroad, pid);
        return pid != 0 && crew_knows(crew, loop);
    }
    const struct world *there = (const struct world *)crew->scheds[loop - crew->first];
    const struct handles *pids =
        handle_slot(pid) < ACTOR_GUEST_SLOT ? &there->pids : &there->guests;
    return handles_peek(pids, pid, note) != NULL;
}

int post_look_from_outside(const struct crew *crew, uint64_t pid, uint32_t *number)
{
    uint32_t note;
    if (!look(crew, pid, &note) || (note & ACTOR_NOTE_GONE) != 0)
        return -ESRCH;
    *number = note & ACTOR_NOTE_NUMBER;
    return (note & ACTOR_NOTE_FULL) != 0 ? -EAGAIN : 0;
}

int post_look(struct world *world, uint64_t pid, uint32_t *number)
{
    int rc = post_look_from_outside(world->sched.crew, pid, number);
    return rc == 0 && !crew_may_post(&world->sched, handle_loop(pid)) ? -EAGAIN : rc;
}

bool post_knows(struct world *world, uint64_t pid, uint32_t *number)
{
    uint32_t note;
    if (!look(world->sched.crew, pid, &note))
        return false;
    *number = note & ACTOR_NOTE_NUMBER;
    return true;
}

uint32_t post_number_of(struct world *world, uint64_t pid)
{
    uint32_t number;
    return pid != 0 && post_knows(world, pid, &number) ? number : 0;
}

void post_send(struct world *world, uint64_t to, enum post_kind kind, struct troupe_msg *msg)
{
    post_stamp(msg, kind, world_loop(world));
    msg->to = to;
    crew_post(&world->sched, handle_loop(to), &msg->link);
}

int post_message(struct world *world, uint64_t pid, struct troupe_msg *msg)
{
    uint32_t number;
    int rc = post_look(world, pid, &number);
    if (rc < 0 && !(rc == -EAGAIN && msg->is_exempt))
        return rc;
    msg->number =
        probe_send(&world->sched.probe, number, msg->tag, msg->bytes, TRACE_DEPTH_UNKNOWN, false);
    post_send(world, pid, POST_MESSAGE, msg);
    return 0;
}

int post_create(struct world *world, size_t bytes, struct troupe_msg **msg)
{
    return message_create(world, 0, bytes, msg);
}

int post_record(struct world *world, uint64_t to, enum post_kind kind, uint64_t ref,
                const void *record, size_t bytes)
{
    struct troupe_msg *msg;
    int rc = message_copy(world, 0, record, bytes, &msg);
    if (rc < 0)
        return rc;
    const struct actor *self = actor_self(world);
    msg->from = self != NULL ? self->pid : 0;
    msg->ref = ref;
    post_send(world, to, kind, msg);
    return 0;
}

static void on_message(struct world *world, struct troupe_msg *msg)
{
    struct actor *actor = actor_find_alive(world, msg->to);
    if (actor == NULL) {
        message_destroy(world, msg); /* it has ended while the message was on its way */
    } else if (mailbox_arrive(world, actor, msg, post_number_of(world, msg->from)) < 0) {
        message_destroy(world, msg);
        actor_fail(world, actor, -ENOMEM);
    }
}

static void on_kill(struct world *world, struct troupe_msg *msg)
{
    struct actor *actor = actor_find_alive(world, msg->to);
    if (actor != NULL)
        actor_fail(world, actor, *(const int *)message_data(msg));
    message_destroy(world, msg);
}

static void on_cancel(struct world *world, struct troupe_msg *msg)
{
    struct actor *actor = actor_find_alive(world, msg->to);
    const struct post_cancel *cancel = message_data(msg);
    if (actor != NULL)
        cancel_actor(world, actor, cancel->reason, cancel->canceller);
    message_destroy(world, msg);
}

static void on_limit(struct world *world, struct troupe_msg *msg)
{
    struct actor *actor = actor_find_alive(world, msg->to);
    const struct post_limit *limit = message_data(msg);
    if (actor != NULL && mailbox_set_limit(world, actor, limit->limit, limit->policy) < 0)
        actor_fail(world, actor, -ENOMEM);
    message_destroy(world, msg);
}

static void (*const takers[])(struct world *world, struct troupe_msg *msg) = {
    [POST_MESSAGE] = on_message,
    [POST_REPLY] = call_on_reply,
    [POST_KNOCK] = knock_on_knock,
    [POST_ANSWER] = knock_on_answer,
    [POST_LEAVE] = knock_on_leave,
    [POST_SPAWN] = elsewhere_on_spawn,
    [POST_WATCH] = elsewhere_on_watch,
    [POST_ENDED] = elsewhere_on_ended,
    [POST_LINK] = elsewhere_on_link,
    [POST_UNLINK] = elsewhere_on_unlink,
    [POST_KILL] = on_kill,
    [POST_CANCEL] = on_cancel,
    [POST_LIMIT] = on_limit,
    [POST_REGISTER] = names_on_register,
    [POST_UNREGISTER] = names_on_unregister,
    [POST_GONE] = news_on_gone,
};

void post_take(struct world *world, struct troupe_msg *post)
{
    takers[post_kind(post)](world, post);
}

void post_adopt(struct world *world, struct troupe_msg *msg)
{
    msg->is_foreign = slab_of(msg)->owner != world_loop(world);
}

uint32_t post_receive(struct inbox_link *link)
{
    struct world *world = world_here();
    struct troupe_msg *post = LIST_OWNER(link, struct troupe_msg, link);
    bool is_outside = post->store == MESSAGE_OUTSIDE;
    uint32_t seat = is_outside ? SCHED_OUTSIDE : crew_seat(world->sched.crew, post_loop(post));
    if (!is_outside)
        post_adopt(world, post);
    if (CHECK_LIKELY(handle_loop(post->to) == world_loop(world)))
        post_take(world, post);
    else
        bridge_send(world, post);
    return seat;
}
