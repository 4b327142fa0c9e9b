/*
 * Sending, in all its forms, and receiving.
 */

#include <errno.h>

#include "knock.h"
#include "mailbox.h"
#include "post.h"
#include "turn.h"
#include "watch.h"

/* Hands a message over to an actor; on failure it is still the caller's. */
static int deliver(struct world *world, uint64_t pid, struct troupe_msg *msg)
{
    struct actor *actor = actor_find_alive(world, pid);
    msg->from = actor_self(world)->pid;
    if (CHECK_LIKELY(actor != NULL))
        return mailbox_deliver(world, actor, msg);
    return actor_is_far(world, pid) ? post_message(world, pid, msg) : -ESRCH;
}

int troupe_send_at(const struct troupe_site *site, troupe_pid pid, int tag, const void *data,
                   size_t bytes)
{
    struct world *world = world_inside("troupe_send");
    struct troupe_msg *msg;
    (void)site;
    int rc = message_copy(world, tag, data, bytes, &msg);
    if (rc < 0)
        return rc;
    rc = deliver(world, pid.value, msg);
    if (rc < 0)
        message_destroy(world, msg);
    return rc;
}

int troupe_send_msg_at(const struct troupe_site *site, troupe_pid pid, troupe_msg **msg)
{
    (void)site;
    (*msg)->ref = 0;
    (*msg)->is_exempt = false;
    int rc = deliver(world_inside("troupe_send_msg"), pid.value, *msg);
    if (rc == 0)
        *msg = NULL;
    return rc;
}

static void stop_waiting_for_room(struct wait *wait)
{
    struct send_wait *send = LIST_OWNER(wait, struct send_wait, wait);
    list_remove(&send->target->kit->mailbox.senders, &send->link);
    message_destroy(world_here(), send->msg);
}

/* Waits until the message has been let into the actor's mailbox; 0 or a negative code. */
static int wait_for_room(struct world *world, struct actor *actor, struct troupe_msg *msg,
                         troupe_ns limit, const struct troupe_site *site)
{
    struct send_wait send = {
        .wait = {
            .reason = TRACE_REASON_SEND,
            .site = site,
            .target = &actor->task,
            .timeout_result = -ETIMEDOUT,
            .detach = stop_waiting_for_room,
        },
        .target = actor,
        .task = world->sched.current,
        .msg = msg,
    };
    struct mailbox *mailbox = &actor->kit->mailbox;
    list_push(&mailbox->senders, &send.link);
    msg->number = probe_send(&world->sched.probe, actor->task.number, msg->tag, msg->bytes,
                             mailbox->count, false);
    return sched_wait(&world->sched, &send.wait, limit);
}

int troupe_send_wait_at(const struct troupe_site *site, troupe_pid pid, int tag, const void *data,
                        size_t bytes, troupe_ns limit)
{
    struct world *world = world_inside("troupe_send_wait");
    struct troupe_msg *msg;
    int rc = sched_checkpoint(&world->sched, site);
    if (rc == 0)
        rc = message_copy(world, tag, data, bytes, &msg);
    if (rc < 0)
        return rc;
    rc = deliver(world, pid.value, msg);
    if (rc == -EAGAIN) {
        struct actor *actor = actor_find_alive(world, pid.value);
        if (actor == NULL)
            return knock_wait(world, pid.value, msg, limit, site);
        if (!watch_closes_cycle(actor_self(world), actor, "troupe_send_wait", site))
            return wait_for_room(world, actor, msg, limit, site);
        rc = -EDEADLK;
    }
    if (rc < 0)
        message_destroy(world, msg);
    return rc;
}

static inline __attribute__((always_inline)) int
receive(const char *call, const struct troupe_site *site, struct filter filter,
        struct troupe_msg **msg, troupe_ns limit)
{
    struct world *world = world_inside(call);
    *msg = NULL;
    int rc = sched_checkpoint(&world->sched, site);
    if (rc < 0)
        return rc;
    struct actor *self = actor_self(world);
    *msg = mailbox_take(world, self, &filter);
    if (*msg == NULL)
        *msg = mailbox_take_waiting(world, self, &filter);
    if (*msg != NULL)
        return 0;
    struct receive receive = {
        .wait = {
            .reason = TRACE_REASON_RECV,
            .site = site,
            .timeout_result = -ETIMEDOUT,
        },
        .filter = filter,
    };
    rc = turn_wait(&world->sched, &receive.wait, limit);
    *msg = self->handed;
    self->handed = NULL;
    return rc;
}

int troupe_recv_at(const struct troupe_site *site, troupe_msg **msg, troupe_ns limit)
{
    return receive("troupe_recv", site, (struct filter){.kind = FILTER_ANY}, msg, limit);
}

int troupe_recv_tag_at(const struct troupe_site *site, int tag, troupe_msg **msg,
                       troupe_ns limit)
{
    struct filter filter = {.kind = FILTER_TAG, .tag = tag};
    return receive("troupe_recv_tag", site, filter, msg, limit);
}

int troupe_recv_match_at(const struct troupe_site *site, troupe_match_fn match, void *context,
                         troupe_msg **msg, troupe_ns limit)
{
    struct filter filter = {.kind = FILTER_MATCH, .match = match, .context = context};
    return receive("troupe_recv_match", site, filter, msg, limit);
}

int troupe_mailbox_limit(troupe_pid pid, size_t limit, troupe_policy policy)
{
    struct world *world = world_inside("troupe_mailbox_limit");
    struct actor *actor = actor_find_alive(world, pid.value);
    if (limit == 0)
        return -EINVAL;
    if (actor != NULL)
        return mailbox_set_limit(world, actor, limit, policy);
    struct post_limit record = {.limit = limit, .policy = policy};
    uint32_t number;
    if (!actor_is_far(world, pid.value) || post_look(world, pid.value, &number) == -ESRCH)
        return -ESRCH;
    return post_record(world, pid.value, POST_LIMIT, 0, &record, sizeof record);
}
