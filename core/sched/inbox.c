/*
 * The taker's side.  The stub stands in the queue whenever the last real member is taken, so that
 * those who put always find a member to link behind.
 */

#include "inbox.h"

void inbox_init(struct inbox *inbox)
{
    atomic_init(&inbox->stub.next, NULL);
    atomic_init(&inbox->newest, &inbox->stub);
    atomic_init(&inbox->is_asleep, false);
    inbox->oldest = &inbox->stub;
}

static struct inbox_link *after(const struct inbox_link *link)
{
    return atomic_load_explicit(&link->next, memory_order_acquire);
}

struct inbox_link *inbox_take(struct inbox *inbox)
{
    struct inbox_link *oldest = inbox->oldest, *next = after(oldest);
    if (oldest == &inbox->stub) {
        if (next == NULL)
            return NULL;
        inbox->oldest = oldest = next;
        next = after(oldest);
    }
    if (next == NULL) {
        if (atomic_load_explicit(&inbox->newest, memory_order_acquire) != oldest)
            return NULL; /* torn: its successor is just being linked */
        inbox_put(inbox, &inbox->stub);
        next = after(oldest);
        if (next == NULL)
            return NULL;
    }
    inbox->oldest = next;
    return oldest;
}

bool inbox_doze(struct inbox *inbox)
{
    atomic_store_explicit(&inbox->is_asleep, true, memory_order_seq_cst);
    if (inbox_is_empty(inbox))
        return true;
    inbox_rouse(inbox);
    return false;
}
