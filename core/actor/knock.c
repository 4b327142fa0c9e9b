/*
 * A sender waits on its own loop under a handle.  What goes to the other loop is an envelope with
 * the message in it.  If there is no room, the envelope itself waits there, on the list of those
 * who wait for room; and in the end it comes back as the answer.
 */

#include "knock.h"

#include <errno.h>

#include "elsewhere.h"
#include "post.h"

/* On the stack of an actor that sends to another loop. */
struct far_send {
    struct wait wait;
    struct task *task;
    uint64_t to;
    uint64_t handle;
};

/* The payload of the envelope. */
struct knock {
    struct send_wait send; /* its `task` is NULL */
    uint64_t ref;          /* the sender's handle */
};

_Static_assert(sizeof(struct knock) <= MESSAGE_LARGE_PAYLOAD, "no second allocation");

void knock_init(struct world *world)
{
    handles_init(&world->knock_handles, world_loop(world));
}

void knock_finish(struct world *world)
{
    handles_finish(&world->knock_handles);
}

static void give_up(struct wait *wait)
{
    struct world *world = world_here();
    struct far_send *send = LIST_OWNER(wait, struct far_send, wait);
    handles_release(&world->knock_handles, send->handle);
    /* Without memory the message stays where it is, and is let in like any other. */
    (void)post_record(world, send->to, POST_LEAVE, send->handle, NULL, 0);
}

struct troupe_msg *knock_content(const struct troupe_msg *post)
{
    return ((const struct knock *)message_data(post))->send.msg;
}

uint64_t knock_ref(const struct troupe_msg *post)
{
    return ((const struct knock *)message_data(post))->ref;
}

int knock_enclose(struct world *world, struct troupe_msg *msg, uint64_t ref,
                  struct troupe_msg **post)
{
    int rc = post_create(world, sizeof(struct knock), post);
    if (rc == 0)
        *(struct knock *)message_data(*post) = (struct knock){.send = {.msg = msg}, .ref = ref};
    return rc;
}

/* The envelope with a message in it, and the handle for the answer; 0 or a negative code. */
static int enclose(struct world *world, struct far_send *send, struct troupe_msg *msg,
                   struct troupe_msg **envelope)
{
    int rc = handles_acquire(&world->knock_handles, send, &send->handle);
    if (rc < 0)
        return rc;
    rc = knock_enclose(world, msg, send->handle, envelope);
    if (rc < 0)
        handles_release(&world->knock_handles, send->handle);
    return rc;
}

int knock_wait(struct world *world, uint64_t pid, struct troupe_msg *msg, troupe_ns limit,
               const struct troupe_site *site)
{
    struct actor *target;
    struct troupe_msg *envelope;
    struct far_send send = {
        .wait =
            {
                .reason = TRACE_REASON_SEND,
                .site = site,
                .timeout_result = -ETIMEDOUT,
                .detach = give_up,
            },
        .task = world->sched.current,
        .to = pid,
    };
    int rc = elsewhere_reach(world, pid, &target);
    if (rc == 0)
        rc = enclose(world, &send, msg, &envelope);
    if (rc < 0) {
        message_destroy(world, msg);
        return rc;
    }
    send.wait.target = &target->task;
    msg->number = probe_send(&world->sched.probe, target->task.number, msg->tag, msg->bytes,
                             TRACE_DEPTH_UNKNOWN, false);
    post_send(world, pid, POST_KNOCK, envelope);
    return sched_wait(&world->sched, &send.wait, limit);
}

/* The envelope goes back. */
static void answer(struct world *world, struct knock *knock, int result)
{
    struct troupe_msg *envelope = LIST_OWNER(knock, struct troupe_msg, payload);
    uint64_t ref = knock->ref;
    *(int *)message_data(envelope) = result;
    envelope->ref = ref;
    post_send(world, (uint64_t)handle_loop(ref) << 56, POST_ANSWER, envelope);
}

void knock_answer(struct world *world, struct send_wait *send, int result)
{
    answer(world, LIST_OWNER(send, struct knock, send), result);
}

void knock_on_knock(struct world *world, struct troupe_msg *envelope)
{
    struct actor *actor = actor_find_alive(world, envelope->to);
    struct knock *knock = message_data(envelope);
    struct troupe_msg *msg = knock->send.msg;
    post_adopt(world, msg);
    if (actor != NULL && !mailbox_has_room(actor) && !mailbox_waits_for(actor, msg)) {
        knock->send.target = actor;
        list_push(&actor->kit->mailbox.senders, &knock->send.link);
        return;
    }
    int rc = -ESRCH;
    if (actor != NULL)
        rc = mailbox_arrive(world, actor, msg, post_number_of(world, msg->from));
    if (rc < 0)
        message_destroy(world, msg);
    answer(world, knock, rc);
}

void knock_on_answer(struct world *world, struct troupe_msg *msg)
{
    struct far_send *send = handles_find(&world->knock_handles, msg->ref);
    if (send != NULL) {
        handles_release(&world->knock_handles, send->handle);
        sched_wake(&world->sched, send->task, *(const int *)message_data(msg), 0);
    }
    message_destroy(world, msg);
}

void knock_on_gone(struct world *world, uint32_t loop)
{
    const struct handles *handles = &world->knock_handles;
    for (uint32_t i = 0; i < handles->entry_count; i++) {
        struct far_send *send = handle_object(&handles->entries[i]);
        if (send == NULL || handle_loop(send->to) != loop)
            continue;
        handles_release(&world->knock_handles, send->handle);
        sched_wake(&world->sched, send->task, -ESRCH, 0);
    }
}

void knock_on_leave(struct world *world, struct troupe_msg *msg)
{
    struct actor *actor = actor_find_alive(world, msg->to);
    struct list *senders =
        actor != NULL && actor->kit != NULL ? &actor->kit->mailbox.senders : NULL;
    for (struct list_link *link = senders != NULL ? list_first(senders) : NULL; link != NULL;
         link = list_next(senders, link)) {
        struct send_wait *send = LIST_OWNER(link, struct send_wait, link);
        struct knock *knock = LIST_OWNER(send, struct knock, send);
        if (send->task != NULL || knock->ref != msg->ref)
            continue;
        list_remove(senders, link);
        message_destroy(world, send->msg);
        message_destroy(world, LIST_OWNER(knock, struct troupe_msg, payload));
        break;
    }
    message_destroy(world, msg);
}
