/*
 * Kits are made when the first thing in them is needed.
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

void kit_release(struct world *world, struct actor *actor)
{
    struct kit *kit = actor->kit;
    struct list_link *link;
    if (kit == NULL)
        return;
    TROUPE_CHECK(kit->defers == NULL);
    object_leave_all(world, actor);
    names_release(world, actor);
    call_give_up_all(world, actor);
    down_give_up_all(world, actor);
    mailbox_close(world, actor);
    while ((link = list_first(&kit->ended)) != NULL)
        actor_release(world, LIST_OWNER(link, struct actor, sibling));
    if (kit->release != NULL)
        kit->release(kit->state);
    alloc_free(kit->name);
    alloc_free(kit->cause);
    alloc_free(kit->mailbox.memory);
    slab_give(&world->kits, kit);
    actor->kit = NULL;
}
