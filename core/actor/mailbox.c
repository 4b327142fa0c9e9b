/*
 * The queue, its limit, and the memory of how far it has been searched.
 *
 * A save says "up to here no message has this tag".  It stays true when messages arrive, since they
 * arrive behind it; when the message it points to is taken, it moves to the one before.
 */

#include "mailbox.h"

#include <errno.h>

#include "alloc.h"
#include "knock.h"
#include "news.h"
#include "queue.h"

/* A mailbox that is at its limit says so again after so many messages more: to processes that have
 * begun since. */
#define REMINDER 1024

static void append(struct mailbox *mailbox, struct troupe_msg *msg, uint32_t now_ms)
{
    msg->stamp = now_ms & MESSAGE_MS_MASK;
    msg->prev = mailbox->last;
    msg->next = NULL;
    if (mailbox->last != NULL)
        mailbox->last->next = msg;
    else
        mailbox->first = msg;
    mailbox->last = msg;
    mailbox->count++;
    mailbox->user_count += !msg->is_exempt;
}

/* Says to other loops whether the mailbox is at its limit. */
static void tell_full(struct mailbox *mailbox, bool is_full)
{
    struct actor *actor = LIST_OWNER(mailbox, struct kit, mailbox)->owner;
    struct world *world = world_here();
    mailbox->told_full = is_full;
    actor_tell(world, actor, is_full ? ACTOR_NOTE_FULL : 0);
    if (news_have_readers(world))
        news_spread(world,
                    &(struct news){.kind = is_full ? NEWS_FULL : NEWS_ROOM, .pid = actor->pid},
                    NEWS_OWN);
}

static void take_out(struct mailbox *mailbox, struct troupe_msg *msg)
{
    for (int i = 0; i < MAILBOX_SAVES && mailbox->memory != NULL; i++)
        if (mailbox->memory->saves[i].last == msg)
            mailbox->memory->saves[i].last = msg->prev;
    if (msg->prev != NULL)
        msg->prev->next = msg->next;
    else
        mailbox->first = msg->next;
    if (msg->next != NULL)
        msg->next->prev = msg->prev;
    else
        mailbox->last = msg->prev;
    mailbox->count--;
    mailbox->user_count -= !msg->is_exempt;
    if (CHECK_UNLIKELY(mailbox->told_full) && mailbox->user_count <= mailbox->limit / 2)
        tell_full(mailbox, false);
}

/* The mailbox is at its limit: 0 if there is room now, 1 if the message is to be dropped. */
static int apply_policy(struct world *world, struct mailbox *mailbox)
{
    struct troupe_msg *oldest = mailbox->first;
    switch (mailbox->policy) {
    case TROUPE_DROP_NEW:
        return 1;
    case TROUPE_DROP_OLD:
        while (oldest->is_exempt)
            oldest = oldest->next;
        take_out(mailbox, oldest);
        message_destroy(world, oldest);
        return 0;
    default:
        return -EAGAIN;
    }
}

/* Puts a message at the end, if there is room: 0; 1 if it has been dropped; or -EAGAIN. */
static int put(struct world *world, struct mailbox *mailbox, struct troupe_msg *msg)
{
    int rc = 0;
    if (!msg->is_exempt && mailbox->user_count >= mailbox->limit)
        rc = apply_policy(world, mailbox);
    if (rc == 0)
        append(mailbox, msg, world->sched.now_ms);
    else if (rc > 0)
        message_destroy(world, msg);
    return rc;
}

/* Whether the actor is in a select that takes messages. */
static bool selects_mail(const struct actor *actor)
{
    const struct wait *wait = actor->task.wait;
    return wait != NULL && wait->reason == TRACE_REASON_SELECT &&
           LIST_OWNER(wait, struct pending, wait)->takes_mail;
}

int mailbox_put(struct world *world, struct actor *actor, struct troupe_msg *msg)
{
    if (selects_mail(actor)) {
        actor->handed = msg;
        probe_send(&world->sched.probe, actor->task.number, msg->tag, msg->bytes, 0, true);
        sched_interrupt(&world->sched, &actor->task, 0, actor_self_number(world));
        return 0;
    }
    struct kit *kit = kit_of(world, actor);
    if (kit == NULL)
        return -ENOMEM;
    struct mailbox *mailbox = &kit->mailbox;
    int rc = put(world, mailbox, msg);
    if (rc != 0)
        return rc < 0 ? rc : 0;
    msg->number = probe_send(&world->sched.probe, actor->task.number, msg->tag, msg->bytes,
                             mailbox->count, false);
    if (actor->task.stack_class == SCHED_STACKLESS)
        sched_poke(&world->sched, &actor->task, actor_self_number(world));
    return 0;
}

bool mailbox_waits_for(const struct actor *actor, const struct troupe_msg *msg)
{
    const struct wait *wait = actor->task.wait;
    if (wait != NULL && wait->reason == TRACE_REASON_RECV)
        return filter_accepts(&LIST_OWNER(wait, struct receive, wait)->filter, msg);
    return selects_mail(actor);
}

bool mailbox_has_room(const struct actor *actor)
{
    const struct mailbox *mailbox = actor->kit != NULL ? &actor->kit->mailbox : NULL;
    return mailbox == NULL || mailbox->user_count < mailbox->limit ||
           mailbox->policy != TROUPE_REFUSE;
}

/* Puts a message in that must not be refused; whether it is there now. */
static bool let_in(struct world *world, struct mailbox *mailbox, struct troupe_msg *msg)
{
    if (mailbox->policy != TROUPE_REFUSE)
        return put(world, mailbox, msg) == 0;
    append(mailbox, msg, world->sched.now_ms);
    if (mailbox->user_count >= mailbox->limit &&
        (!mailbox->told_full || mailbox->user_count % REMINDER == 0))
        tell_full(mailbox, true);
    return true;
}

int mailbox_arrive(struct world *world, struct actor *actor, struct troupe_msg *msg, uint32_t by)
{
    struct probe *probe = &world->sched.probe;
    if (mailbox_waits_for(actor, msg)) {
        probe_take(probe, actor->task.number, msg->number, msg->tag, msg->bytes, 0, 0);
        actor->handed = msg;
        sched_interrupt(&world->sched, &actor->task, 0, by);
        return 0;
    }
    struct kit *kit = kit_of(world, actor);
    if (kit == NULL)
        return -ENOMEM;
    if (!let_in(world, &kit->mailbox, msg))
        return 0;
    probe_depth(probe, actor->task.number, kit->mailbox.count);
    if (actor->task.stack_class == SCHED_STACKLESS)
        sched_poke(&world->sched, &actor->task, by);
    return 0;
}

/* The entry for this tag; one that is made for it, if there is none.  NULL without memory. */
static struct mailbox_save *find_save(struct mailbox *mailbox, int tag)
{
    if (mailbox->memory == NULL)
        mailbox->memory = alloc_zeroed(sizeof *mailbox->memory);
    struct mailbox_memory *memory = mailbox->memory;
    if (memory == NULL)
        return NULL;
    for (int i = 0; i < MAILBOX_SAVES; i++)
        if (memory->saves[i].last != NULL && memory->saves[i].tag == tag)
            return &memory->saves[i];
    struct mailbox_save *save = &memory->saves[memory->next++ % MAILBOX_SAVES];
    for (int i = 0; i < MAILBOX_SAVES && save->last != NULL; i++)
        if (memory->saves[i].last == NULL)
            save = &memory->saves[i];
    *save = (struct mailbox_save){.tag = tag};
    return save;
}

/* Also counts the messages that it looks at. */
static struct troupe_msg *search(struct mailbox *mailbox, const struct filter *filter,
                                 size_t *scanned)
{
    struct mailbox_save *save = NULL;
    struct troupe_msg *msg = mailbox->first;
    *scanned = 1;
    if (msg == NULL || filter_accepts(filter, msg))
        return msg;
    struct troupe_msg *seen = msg;
    if (filter->kind == FILTER_TAG) {
        save = find_save(mailbox, filter->tag);
        if (save != NULL && save->last != NULL)
            seen = save->last;
    }
    for (msg = seen->next; msg != NULL; msg = msg->next) {
        ++*scanned;
        if (filter_accepts(filter, msg))
            break;
        seen = msg;
    }
    if (save != NULL)
        save->last = seen;
    return msg;
}

/* The wait of a sender is over, here or on its own loop. */
static void wake_sender(struct world *world, struct send_wait *send, int result, uint32_t by)
{
    if (send->task != NULL)
        sched_wake(&world->sched, send->task, result, by);
    else
        knock_answer(world, send, result);
}

/* One of those who wait for room has sent; its message is returned. */
static struct troupe_msg *release_sender(struct world *world, struct mailbox *mailbox,
                                         struct send_wait *send)
{
    struct troupe_msg *msg = send->msg;
    list_remove(&mailbox->senders, &send->link);
    wake_sender(world, send, 0, actor_self_number(world));
    return msg;
}

/* Lets messages in while fewer than `count_max` are there.  None of them is what the actor waits
 * for, if it waits: that it would have been handed. */
static void admit(struct world *world, struct mailbox *mailbox, size_t count_max)
{
    struct list_link *link;
    while ((link = list_first(&mailbox->senders)) != NULL &&
           (mailbox->user_count < count_max || mailbox->policy != TROUPE_REFUSE)) {
        struct send_wait *send = LIST_OWNER(link, struct send_wait, link);
        int rc = put(world, mailbox, release_sender(world, mailbox, send));
        TROUPE_CHECK(rc >= 0);
    }
}

struct troupe_msg *mailbox_search(struct world *world, struct actor *actor,
                                  const struct filter *filter)
{
    struct mailbox *mailbox = &actor->kit->mailbox;
    size_t scanned;
    struct troupe_msg *msg = search(mailbox, filter, &scanned);
    if (msg == NULL)
        return NULL;
    take_out(mailbox, msg);
    probe_take(&world->sched.probe, actor->task.number, msg->number, msg->tag, msg->bytes,
               mailbox->count, scanned);
    /* Not before half of the mailbox is free, so that senders and receiver do not switch to and fro
     * for each single message. */
    if (!list_is_empty(&mailbox->senders) && mailbox->user_count <= mailbox->limit / 2)
        admit(world, mailbox, mailbox->user_count + 1);
    return msg;
}

struct troupe_msg *mailbox_search_waiting(struct world *world, struct mailbox *mailbox,
                                          const struct filter *filter)
{
    size_t scanned = 0;
    for (struct list_link *link = list_first(&mailbox->senders); link != NULL;
         link = list_next(&mailbox->senders, link)) {
        struct send_wait *send = LIST_OWNER(link, struct send_wait, link);
        scanned++;
        if (!filter_accepts(filter, send->msg))
            continue;
        struct troupe_msg *msg = release_sender(world, mailbox, send);
        probe_take(&world->sched.probe, actor_self_number(world), msg->number, msg->tag, msg->bytes,
                   mailbox->count, scanned);
        return msg;
    }
    admit(world, mailbox, mailbox->limit);
    return NULL;
}

int mailbox_set_limit(struct world *world, struct actor *actor, size_t limit, troupe_policy policy)
{
    struct kit *kit = kit_of(world, actor);
    if (kit == NULL)
        return -ENOMEM;
    kit->mailbox.limit = limit;
    kit->mailbox.policy = policy;
    admit(world, &kit->mailbox, limit);
    if (kit->mailbox.told_full)
        tell_full(&kit->mailbox, !mailbox_has_room(actor));
    return 0;
}

void mailbox_close(struct world *world, struct actor *actor)
{
    struct mailbox *mailbox = &actor->kit->mailbox;
    while (mailbox->first != NULL) {
        struct troupe_msg *msg = mailbox->first;
        take_out(mailbox, msg);
        message_destroy(world, msg);
    }
    struct list_link *link;
    while ((link = list_first(&mailbox->senders)) != NULL) {
        struct send_wait *send = LIST_OWNER(link, struct send_wait, link);
        list_remove(&mailbox->senders, link);
        message_destroy(world, send->msg);
        wake_sender(world, send, -ESRCH, actor->task.number);
    }
}
