/*
 * A call is a request with a handle in it, and a watch on the one who is called.
 *
 * The handle finds the record of the call until the call is closed: when the answer is there and
 * somebody waits for it, when the wait is given up, or when the caller ends.  What a late answer
 * carries then finds nothing.  A record is on the caller's stack (call) or in a pool
 * (call_start); either way nothing refers to it once it is closed, so the stack may go.
 */

#include <errno.h>

#include <troupe/call.h>

#include "call_record.h"
#include "elsewhere.h"
#include "mailbox.h"
#include "post.h"
#include "turn.h"

struct pending_call {
    struct watch watch; /* on the one who is called */
    uint64_t handle;
    struct wait *wait;         /* of the caller, while it waits for this call; otherwise NULL */
    struct troupe_msg *answer; /* started alone: it is there and nobody has asked for it yet */
    int result;                /* started alone: why there will be no answer; otherwise 0 */
    bool is_pooled;
    struct list_link link; /* is_pooled: on its caller's `calls` */
};

void call_init(struct world *world)
{
    handles_init(&world->calls, world_loop(world));
    slab_init(&world->pending_calls, sizeof(struct pending_call));
}

void call_finish(struct world *world)
{
    handles_finish(&world->calls);
    slab_finish(&world->pending_calls);
}

bool call_is_waited_for(const struct watch *watch)
{
    return LIST_OWNER(watch, struct pending_call, watch)->wait != NULL;
}

static void close_call(struct world *world, struct pending_call *call)
{
    handles_release(&world->calls, call->handle);
    watch_end(&call->watch);
    if (call->answer != NULL)
        message_destroy(world, call->answer);
    if (call->is_pooled) {
        list_remove(&kit_belongings(call->watch.owner)->calls, &call->link);
        slab_give(&world->pending_calls, call);
    }
}

/* There is an answer (0), or there will never be one. */
static void complete(struct world *world, struct pending_call *call, struct troupe_msg *answer,
                     int result, uint32_t by)
{
    struct actor *owner = call->watch.owner;
    if (call->wait == NULL) {
        call->answer = answer;
        call->result = result;
        return;
    }
    close_call(world, call);
    owner->handed = answer;
    if (answer != NULL)
        probe_send(&world->sched.probe, owner->task.number, answer->tag, answer->bytes, 0, true);
    sched_wake(&world->sched, &owner->task, result, by);
}

void call_tell(struct world *world, struct watch *watch)
{
    struct pending_call *call = LIST_OWNER(watch, struct pending_call, watch);
    int status = watch->target->status;
    if (call->answer == NULL)
        complete(world, call, NULL, status < 0 ? status : -EPIPE, watch->target->task.number);
}

void call_give_up_all(struct world *world, struct actor *actor)
{
    struct list_link *link;
    while ((link = list_first(&kit_belongings(actor)->calls)) != NULL)
        close_call(world, LIST_OWNER(link, struct pending_call, link));
}

/* Who is called, be it a stand-in: 0 or a negative code. */
static int reach(struct world *world, uint64_t pid, struct actor **target)
{
    int rc = elsewhere_reach(world, pid, target);
    return rc == 0 && (*target)->has_ended ? -ESRCH : rc;
}

/* Sends the request; 0 or a negative code. */
static int start(struct world *world, struct pending_call *call, struct actor *target, int tag,
                 const void *data, size_t bytes)
{
    struct troupe_msg *msg;
    int rc = message_copy(world, tag, data, bytes, &msg);
    if (rc < 0)
        return rc;
    rc = handles_acquire(&world->calls, call, &call->handle);
    if (rc < 0)
        goto destroy_message;
    msg->from = actor_self(world)->pid;
    msg->ref = call->handle;
    rc = actor_is_stand_in(target) ? post_message(world, target->pid, msg)
                                   : mailbox_deliver(world, target, msg);
    if (rc < 0)
        goto release_handle;
    watch_begin(&call->watch, actor_self(world), target, WATCH_CALL);
    return 0;

release_handle:
    handles_release(&world->calls, call->handle);
destroy_message:
    message_destroy(world, msg);
    return rc;
}

struct call_wait {
    struct wait wait;
    struct pending_call *call;
};

static void give_up(struct wait *wait)
{
    close_call(world_here(), LIST_OWNER(wait, struct call_wait, wait)->call);
}

/* Waits for the answer to a call that has none yet. */
static inline __attribute__((always_inline)) int
wait_for_answer(struct world *world, struct pending_call *call, struct troupe_msg **answer,
                troupe_ns limit, const struct troupe_site *site)
{
    struct actor *self = actor_self(world);
    struct call_wait wait = {
        .wait = {
            .reason = TRACE_REASON_CALL,
            .site = site,
            .target = &call->watch.target->task,
            .timeout_result = -ETIMEDOUT,
            .detach = give_up,
        },
        .call = call,
    };
    call->wait = &wait.wait;
    int rc = turn_wait(&world->sched, &wait.wait, limit);
    *answer = self->handed;
    self->handed = NULL;
    return rc;
}

int troupe_call_at(const struct troupe_site *site, troupe_pid pid, int tag, const void *data,
                   size_t bytes, troupe_msg **answer, troupe_ns limit)
{
    struct world *world = world_inside("troupe_call");
    struct pending_call call = {.is_pooled = false};
    *answer = NULL;
    int rc = sched_checkpoint(&world->sched, site);
    if (rc < 0)
        return rc;
    struct actor *target;
    rc = reach(world, pid.value, &target);
    if (rc < 0)
        return rc;
    if (watch_closes_cycle(actor_self(world), target, "troupe_call", site))
        return -EDEADLK;
    rc = start(world, &call, target, tag, data, bytes);
    return rc < 0 ? rc : wait_for_answer(world, &call, answer, limit, site);
}

int troupe_call_start_at(const struct troupe_site *site, troupe_pid pid, int tag,
                         const void *data, size_t bytes, troupe_ref *ref)
{
    struct world *world = world_inside("troupe_call_start");
    (void)site;
    struct actor *target;
    int rc = reach(world, pid.value, &target);
    if (rc < 0)
        return rc;
    struct belongings *belongings = belongings_of(world, actor_self(world));
    struct pending_call *call = belongings != NULL ? slab_take(&world->pending_calls) : NULL;
    if (call == NULL)
        return -ENOMEM;
    *call = (struct pending_call){.is_pooled = true};
    rc = start(world, call, target, tag, data, bytes);
    if (rc < 0) {
        slab_give(&world->pending_calls, call);
        return rc;
    }
    list_push(&belongings->calls, &call->link);
    ref->value = call->handle;
    return 0;
}

int troupe_call_wait_at(const struct troupe_site *site, troupe_ref ref, troupe_msg **answer,
                        troupe_ns limit)
{
    struct world *world = world_inside("troupe_call_wait");
    struct pending_call *call = handles_find(&world->calls, ref.value);
    *answer = NULL;
    if (call == NULL || !call->is_pooled || call->watch.owner != actor_self(world))
        return -ESRCH;
    int rc = sched_checkpoint(&world->sched, site);
    if (rc == 0 && call->answer == NULL && call->result == 0) {
        if (!watch_closes_cycle(actor_self(world), call->watch.target, "troupe_call_wait", site))
            return wait_for_answer(world, call, answer, limit, site);
        rc = -EDEADLK;
    }
    if (rc == 0) {
        rc = call->result;
        *answer = call->answer;
        call->answer = NULL;
        if (*answer != NULL) /* only one of another loop has a number */
            probe_take(&world->sched.probe, actor_self_number(world), (*answer)->number,
                       (*answer)->tag, (*answer)->bytes, actor_self(world)->kit->mailbox.count, 1);
    }
    close_call(world, call);
    return rc;
}

/* The caller is on another loop, which alone can tell whether it still waits. */
static int reply_far(struct world *world, const troupe_msg *request, int tag, const void *data,
                     size_t bytes)
{
    struct troupe_msg *msg;
    uint32_t number;
    int rc = post_look(world, request->from, &number);
    if (rc == 0 || rc == -EAGAIN)
        rc = message_copy(world, tag, data, bytes, &msg);
    if (rc < 0)
        return rc;
    msg->from = actor_self(world)->pid;
    msg->ref = request->ref;
    msg->number = probe_send(&world->sched.probe, number, tag, bytes, TRACE_DEPTH_UNKNOWN, false);
    post_send(world, request->from, POST_REPLY, msg);
    return 0;
}

void call_on_reply(struct world *world, struct troupe_msg *msg)
{
    struct pending_call *call = handles_find(&world->calls, msg->ref);
    msg->ref = 0;
    if (call == NULL || call->answer != NULL || call->result < 0) {
        message_destroy(world, msg); /* given up, or answered already */
        return;
    }
    if (call->wait != NULL)
        probe_take(&world->sched.probe, call->watch.owner->task.number, msg->number, msg->tag,
                   msg->bytes, 0, 0);
    complete(world, call, msg, 0, post_number_of(world, msg->from));
}

int troupe_reply_at(const struct troupe_site *site, const troupe_msg *request, int tag,
                    const void *data, size_t bytes)
{
    struct world *world = world_inside("troupe_reply");
    (void)site;
    if (request->tag >= 0 && request->ref != 0 && actor_is_far(world, request->ref))
        return reply_far(world, request, tag, data, bytes);
    struct pending_call *call = handles_find(&world->calls, request->ref);
    if (call == NULL || request->tag < 0 || call->answer != NULL || call->result < 0)
        return -ESRCH; /* a negative tag: its reference is that of a monitor */
    struct troupe_msg *msg;
    int rc = message_copy(world, tag, data, bytes, &msg);
    if (rc < 0)
        return rc;
    msg->from = actor_self(world)->pid;
    complete(world, call, msg, 0, actor_self_number(world));
    return 0;
}
