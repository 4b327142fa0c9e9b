/*
 * A select tries its cases in the order given, and if none can happen it has an entry in the queue
 * of each channel and a filter for its mailbox, all with one pending wait.  Whatever serves one of
 * them ends the wait for all of them at that moment; so there is nothing to undo, ever.
 */

#include <errno.h>

#include <troupe/select.h>

#include "channel.h"
#include "mailbox.h"

static const struct filter any = {.kind = FILTER_ANY};

/* 0: it has happened, with it->result; -EAGAIN: it cannot happen now. */
static int try_case(struct world *world, troupe_case *it)
{
    int rc;
    if (it->kind == TROUPE_CASE_MAIL) {
        *it->msg = mailbox_take(world, actor_self(world), &any);
        it->result = 0;
        return *it->msg != NULL ? 0 : -EAGAIN;
    }
    if (it->kind == TROUPE_CASE_NONE || it->chan.value == 0)
        return -EAGAIN;
    struct channel *channel = channel_find(world, it->chan);
    if (channel == NULL)
        rc = -EPIPE;
    else if (it->kind == TROUPE_CASE_SEND)
        rc = channel_try_send(world, channel, it->value);
    else
        rc = channel_try_recv(world, channel, it->value);
    if (rc == -EAGAIN)
        return rc;
    it->result = rc;
    return 0;
}

static void join_queues(struct world *world, const troupe_case *cases, size_t count,
                        struct pending *pending)
{
    for (size_t i = 0; i < count; i++) {
        const troupe_case *it = &cases[i];
        pending->entries[i] = (struct entry){.value = it->value};
        if (it->kind == TROUPE_CASE_MAIL)
            pending->takes_mail = true;
        else if (it->kind != TROUPE_CASE_NONE && it->chan.value != 0)
            queue_join(&channel_find(world, it->chan)
                            ->object.queues[it->kind == TROUPE_CASE_SEND ? CHANNEL_SENDERS
                                                                         : CHANNEL_RECEIVERS],
                       pending, &pending->entries[i]);
    }
}

/* The case through which the wait has ended, without a negative code. */
static int conclude(struct world *world, troupe_case *cases, size_t count,
                    const struct pending *pending, int rc)
{
    struct actor *self = actor_self(world);
    size_t i = 0;
    if (pending->served != NULL) {
        i = (size_t)(pending->served - pending->entries);
        cases[i].result = rc;
        return (int)i;
    }
    if (rc < 0)
        return rc;
    while (cases[i].kind != TROUPE_CASE_MAIL)
        i++;
    TROUPE_CHECK(i < count && self->handed != NULL);
    *cases[i].msg = self->handed;
    self->handed = NULL;
    cases[i].result = 0;
    return (int)i;
}

static int wait_for_first(struct world *world, troupe_case *cases, size_t count, troupe_ns limit,
                          const struct troupe_site *site)
{
    struct pending pending;
    struct entry entries[TROUPE_SELECT_CASES_MAX];
    pending_begin(world, &pending, entries, count, TRACE_REASON_SELECT, site);
    join_queues(world, cases, count, &pending);
    int rc = pending_wait(world, &pending, limit);
    return conclude(world, cases, count, &pending, rc);
}

int troupe_select_at(const struct troupe_site *site, troupe_case *cases, size_t count,
                     troupe_ns limit)
{
    struct world *world = world_inside("troupe_select");
    if (count > TROUPE_SELECT_CASES_MAX)
        return -EINVAL;
    int rc = sched_checkpoint(&world->sched, site);
    if (rc < 0)
        return rc;
    for (size_t i = 0; i < count; i++)
        if (try_case(world, &cases[i]) == 0)
            return (int)i;
    return wait_for_first(world, cases, count, limit, site);
}
