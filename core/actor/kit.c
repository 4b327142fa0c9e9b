/*
 * Kits, and the belongings in them, are made when the first thing in them is needed.
 */

#include "kit.h"

#include "alloc.h"
#include "call_record.h"
#include "down.h"
#include "mailbox.h"
#include "names.h"
#include "object.h"

struct kit *kit_of(struct world *world, struct actor *actor)
{
    if (CHECK_LIKELY(actor->kit != NULL))
        return actor->kit;
    struct kit *kit = slab_take(&world->kits);
    if (kit == NULL)
        return NULL;
    *kit = (struct kit){.owner = actor, .mailbox = {.limit = TROUPE_MAILBOX_LIMIT}};
    actor->kit = kit;
    return kit;
}

struct belongings *belongings_of(struct world *world, struct actor *actor)
{
    struct kit *kit = kit_of(world, actor);
    if (kit != NULL && CHECK_UNLIKELY(kit->belongings == NULL)) {
        kit->belongings = slab_take(&world->belongings);
        if (kit->belongings != NULL)
            *kit->belongings = (struct belongings){.defers = NULL};
    }
    return kit != NULL ? kit->belongings : NULL;
}

static void give_up_all(struct world *world, struct actor *actor)
{
    TROUPE_CHECK(actor->kit->belongings->defers == NULL);
    object_leave_all(world, actor);
    call_give_up_all(world, actor);
    down_give_up_all(world, actor);
}

void kit_release(struct world *world, struct actor *actor)
{
    struct kit *kit = actor->kit;
    struct list_link *link;
    if (kit == NULL)
        return;
    if (kit->belongings != NULL)
        give_up_all(world, actor);
    names_release(world, actor);
    mailbox_close(world, actor);
    while ((link = list_first(&kit->ended)) != NULL)
        actor_release(world, LIST_OWNER(link, struct actor, sibling));
    if (kit->release != NULL)
        kit->release(kit->state);
    if (kit->belongings != NULL) { /* not before: what was released may have used a lock */
        alloc_free(kit->belongings->cause);
        slab_give(&world->belongings, kit->belongings);
    }
    alloc_free(kit->name);
    alloc_free(kit->mailbox.memory);
    slab_give(&world->kits, kit);
    actor->kit = NULL;
}
