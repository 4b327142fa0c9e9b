/*
 * The world of one loop: made before its first actor, and gone after its last.
 */

#include "call_record.h"
#include "choices.h"
#include "down.h"
#include "elsewhere.h"
#include "kit.h"
#include "knock.h"
#include "later.h"
#include "message.h"
#include "names.h"
#include "object.h"
#include "post.h"
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
    case TIMER_NET:
        world->net_fire(world->net, slot);
        break;
    default:
        later_fire(world, slot);
    }
}

/* The tables of pids: one half of the slots is for actors that other loops spawn here. */
static int open_pids(struct world *world)
{
    uint32_t loop = world_loop(world);
    int rc = 0;
    if (choices_are_made)
        handles_init(&world->pids, loop); /* nobody peeks, and it need not be mapped for each run */
    else
        rc = handles_init_fixed(&world->pids, loop, 0, ACTOR_GUEST_SLOT);
    if (rc < 0)
        return rc;
    handles_init(&world->guests, loop);
    const struct crew *crew = world->sched.crew;
    if (crew->loop_count > 1 || crew_is_branch(crew))
        rc = handles_init_fixed(&world->guests, loop, ACTOR_GUEST_SLOT, ACTOR_GUEST_SLOT - 1);
    if (rc < 0)
        handles_finish(&world->pids);
    if (rc == 0 && crew_is_branch(crew)) { /* not to be taken for those of another process */
        world->pids.generation = commons_generation(crew->commons, loop);
        world->guests.generation = world->pids.generation;
    }
    return rc;
}

static void init_pools(struct world *world)
{
    slab_init(&world->actors, sizeof(struct actor));
    slab_init(&world->kits, sizeof(struct kit));
    slab_init(&world->belongings, sizeof(struct belongings));
    slab_init(&world->scopes, sizeof(struct scope));
    slab_init(&world->messages_small, MESSAGE_SMALL_BYTES);
    slab_init(&world->messages_large, MESSAGE_LARGE_BYTES);
    world->messages_small.owner = world->messages_large.owner = world_loop(world);
    call_init(world);
    down_init(world);
    object_init(world);
    later_init(world);
    knock_init(world);
    elsewhere_init(world);
}

int world_init(struct world *world, const struct universe *universe, uint32_t loop)
{
    struct sched_hooks hooks = actor_hooks;
    hooks.fire = fire;
    hooks.stuck = universe->stuck;
    hooks.attend = universe->attend;
    hooks.receive = post_receive;
    int rc = sched_init(&world->sched, hooks, universe->crew, loop);
    if (rc < 0)
        return rc;
    world->names = universe->names;
    world->abroad = universe->abroad;
    world->branch = universe->branch;
    rc = open_pids(world);
    if (rc < 0) {
        sched_finish(&world->sched);
        return rc;
    }
    pthread_mutex_init(&world->guests_mutex, NULL);
    init_pools(world);
    return 0;
}

struct actor *world_next_actor(const struct world *world, uint32_t *cursor)
{
    while (*cursor < world->pids.entry_count + world->guests.entry_count) {
        uint32_t i = (*cursor)++;
        uint32_t own = world->pids.entry_count;
        const struct handle_entry *entry =
            i < own ? &world->pids.entries[i] : &world->guests.entries[i - own];
        struct actor *actor = handle_object(entry);
        if (actor != NULL && (const void *)actor != (const void *)world && !actor->has_ended)
            return actor;
    }
    return NULL;
}

void world_take_in(struct world *world)
{
    struct inbox_link *post;
    while ((post = inbox_take(&world->sched.inbox)) != NULL)
        post_receive(post);
}

void world_wind_up(struct world *world)
{
    bell_close_all(&world->sched);
    world_take_in(world);
}

void world_finish(struct world *world)
{
    symbols_destroy(world->symbols);
    sched_finish(&world->sched);
    if (world->net != NULL)
        world->net_finish(world->net);
    elsewhere_finish(world);
    later_finish(world);
    knock_finish(world);
    call_finish(world);
    down_finish(world);
    object_finish(world);
    /* An actor that was killed, or a program that forgets, has not freed all of its messages. */
    slab_discard(&world->messages_large);
    slab_discard(&world->messages_small);
    slab_finish(&world->scopes);
    slab_finish(&world->belongings);
    slab_finish(&world->kits);
    handles_finish(&world->guests);
    handles_finish(&world->pids);
    slab_finish(&world->actors);
    pthread_mutex_destroy(&world->guests_mutex);
}
