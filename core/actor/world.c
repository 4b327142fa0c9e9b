/*
 * The world of one loop: made before its first actor, and gone after its last.
 */

#include <errno.h>

#include "call_record.h"
#include "down.h"
#include "kit.h"
#include "later.h"
#include "message.h"
#include "names.h"
#include "object.h"
#include "scope.h"
#include "symbols.h"

static void fire(enum timer_kind kind, timer_slot *slot)
{
    struct world *world = world_here();
    switch (kind) {
    case TIMER_SCOPE:
        scope_expire(world, LIST_OWNER(slot, struct scope, timer));
        break;
    case TIMER_GRACE:
        scope_end_shield(world, LIST_OWNER(slot, struct scope, grace));
        break;
    default:
        later_fire(world, slot);
    }
}

int world_init(struct world *world, void (*stuck)(void), void (*attend)(void))
{
    struct sched_hooks hooks = actor_hooks;
    hooks.fire = fire;
    hooks.stuck = stuck;
    hooks.attend = attend;
    handles_init(&world->pids, 0);
    slab_init(&world->actors, sizeof(struct actor));
    slab_init(&world->kits, sizeof(struct kit));
    slab_init(&world->scopes, sizeof(struct scope));
    slab_init(&world->messages_small, MESSAGE_SMALL_BYTES);
    slab_init(&world->messages_large, MESSAGE_LARGE_BYTES);
    call_init(world);
    down_init(world);
    object_init(world);
    later_init(world);
    world->names = names_create();
    if (world->names == NULL)
        return -ENOMEM;
    int rc = sched_init(&world->sched, hooks);
    if (rc < 0)
        names_destroy(world->names);
    return rc;
}

void world_finish(struct world *world)
{
    symbols_destroy(world->symbols);
    sched_finish(&world->sched);
    later_finish(world);
    call_finish(world);
    down_finish(world);
    object_finish(world);
    names_destroy(world->names);
    /* An actor that was killed, or a program that forgets, has not freed all of its messages. */
    slab_discard(&world->messages_large);
    slab_discard(&world->messages_small);
    slab_finish(&world->scopes);
    slab_finish(&world->kits);
    handles_finish(&world->pids);
    slab_finish(&world->actors);
}
