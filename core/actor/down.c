/*
 * A bond is a watch that belongs to an actor: it is on the target's list of watchers and on its
 * owner's list, and goes when either ends.  A link is a pair of bonds, one each way.
 */

#include "down.h"

#include <errno.h>

#include <troupe/link.h>

#include "elsewhere.h"
#include "mailbox.h"

struct bond {
    struct watch watch;
    struct list_link mine; /* on its owner's `watching` */
    uint64_t handle;       /* monitor: its reference */
};

void down_init(struct world *world)
{
    handles_init(&world->monitors, world_loop(world));
    slab_init(&world->watches, sizeof(struct bond));
}

void down_finish(struct world *world)
{
    handles_finish(&world->monitors);
    slab_finish(&world->watches);
}

static uint32_t *count_of(struct belongings *belongings, enum watch_kind kind)
{
    return kind == WATCH_LINK ? &belongings->link_count : &belongings->monitor_count;
}

static void untie(struct world *world, struct bond *bond)
{
    struct belongings *belongings = kit_belongings(bond->watch.owner);
    watch_end(&bond->watch);
    list_remove(&belongings->watching, &bond->mine);
    --*count_of(belongings, bond->watch.kind);
    if (bond->watch.kind == WATCH_MONITOR)
        handles_release(&world->monitors, bond->handle);
    slab_give(&world->watches, bond);
}

void down_give_up_all(struct world *world, struct actor *actor)
{
    struct list_link *link;
    while ((link = list_first(&kit_belongings(actor)->watching)) != NULL)
        untie(world, LIST_OWNER(link, struct bond, mine));
}

/* Ties `owner` to `target`; NULL without memory. */
static struct bond *tie(struct world *world, struct actor *owner, struct actor *target,
                        enum watch_kind kind)
{
    struct belongings *belongings = belongings_of(world, owner);
    struct bond *bond = belongings != NULL ? slab_take(&world->watches) : NULL;
    if (bond == NULL)
        return NULL;
    *bond = (struct bond){.handle = 0};
    if (kind == WATCH_MONITOR && handles_acquire(&world->monitors, bond, &bond->handle) < 0) {
        slab_give(&world->watches, bond);
        return NULL;
    }
    watch_begin(&bond->watch, owner, target, kind);
    list_push(&belongings->watching, &bond->mine);
    ++*count_of(belongings, kind);
    return bond;
}

static struct bond *find_link(const struct actor *owner, const struct actor *target)
{
    const struct belongings *belongings = kit_belongings(owner);
    const struct list *list = belongings != NULL ? &belongings->watching : NULL;
    for (struct list_link *link = list != NULL ? list_first(list) : NULL; link != NULL;
         link = list_next(list, link)) {
        struct bond *bond = LIST_OWNER(link, struct bond, mine);
        if (bond->watch.target == target && bond->watch.kind == WATCH_LINK)
            return bond;
    }
    return NULL;
}

/* Delivers a DOWN or an EXIT; 0 or -ENOMEM. */
static int deliver(struct world *world, struct actor *to, int tag, const troupe_down *down)
{
    struct troupe_msg *msg;
    int rc = message_copy(world, 0, down, sizeof *down, &msg);
    if (rc < 0)
        return rc;
    msg->tag = tag;
    msg->ref = down->ref.value;
    msg->is_exempt = true;
    rc = mailbox_deliver(world, to, msg);
    if (rc < 0)
        message_destroy(world, msg);
    return rc;
}

/* Learning of an end cannot be done without: an actor that has no memory for the message fails. */
static void tell(struct world *world, struct actor *to, int tag, const troupe_down *down)
{
    if (deliver(world, to, tag, down) < 0)
        actor_fail(world, to, -ENOMEM);
}

void down_tell_monitor(struct world *world, struct watch *watch)
{
    struct bond *bond = LIST_OWNER(watch, struct bond, watch);
    struct actor *owner = watch->owner;
    troupe_down down = {
        .pid = {watch->target->pid},
        .status = watch->target->status,
        .ref = {bond->handle},
    };
    untie(world, bond);
    tell(world, owner, TROUPE_TAG_DOWN, &down);
}

void down_tell_link(struct world *world, struct watch *watch)
{
    struct bond *bond = LIST_OWNER(watch, struct bond, watch);
    struct actor *owner = watch->owner;
    struct actor *target = watch->target;
    troupe_down down = {.pid = {target->pid}, .status = target->status};
    struct bond *back = find_link(target, owner);
    untie(world, bond);
    if (back != NULL)
        untie(world, back);
    if (kit_belongings(owner)->traps_exits)
        tell(world, owner, TROUPE_TAG_EXIT, &down);
    else if (down.status < 0)
        actor_fail(world, owner, down.status);
}

/* A monitor from the running actor to `target`. */
static int monitor(struct world *world, struct actor *target, uint64_t *ref)
{
    struct bond *bond = tie(world, actor_self(world), target, WATCH_MONITOR);
    if (bond == NULL)
        return -ENOMEM;
    *ref = bond->handle;
    return 0;
}

int down_link_half(struct world *world, struct actor *owner, struct actor *target)
{
    if (find_link(owner, target) != NULL)
        return 0;
    return tie(world, owner, target, WATCH_LINK) != NULL ? 0 : -ENOMEM;
}

void down_unlink_half(struct world *world, struct actor *owner, struct actor *target)
{
    struct bond *bond = find_link(owner, target);
    if (bond != NULL)
        untie(world, bond);
}

/* The other half is made on the other loop. */
static int link_far(struct world *world, struct actor *self, struct actor *target)
{
    int rc = down_link_half(world, self, target);
    if (rc == 0)
        rc = elsewhere_link(world, target->pid);
    if (rc < 0)
        down_unlink_half(world, self, target);
    return rc;
}

/* A link between the two. */
static int link_with(struct world *world, struct actor *target)
{
    struct actor *self = actor_self(world);
    if (find_link(self, target) != NULL)
        return 0;
    if (actor_is_stand_in(target))
        return link_far(world, self, target);
    struct bond *bond = tie(world, self, target, WATCH_LINK);
    if (bond == NULL)
        return -ENOMEM;
    if (tie(world, target, self, WATCH_LINK) != NULL) {
        probe_note(&world->sched.probe, target->task.number, TRACE_NOTE_LINK, "");
        return 0;
    }
    untie(world, bond);
    return -ENOMEM;
}

int troupe_monitor(troupe_pid pid, troupe_ref *ref)
{
    struct world *world = world_inside("troupe_monitor");
    struct actor *target;
    troupe_ref unwanted;
    ref = ref != NULL ? ref : &unwanted;
    int rc = elsewhere_reach(world, pid.value, &target);
    if (rc == -ENOMEM)
        return rc;
    if (rc == 0 && !target->has_ended)
        return monitor(world, target, &ref->value);
    troupe_down down = {.pid = pid, .status = -ESRCH};
    rc = handles_acquire(&world->monitors, world, &down.ref.value);
    if (rc < 0)
        return -ENOMEM;
    handles_release(&world->monitors, down.ref.value); /* it is over already */
    *ref = down.ref;
    return deliver(world, actor_self(world), TROUPE_TAG_DOWN, &down);
}

static bool is_down_of(const troupe_msg *msg, void *ref)
{
    return msg->tag == TROUPE_TAG_DOWN && msg->ref == *(uint64_t *)ref;
}

int troupe_demonitor(troupe_ref ref)
{
    struct world *world = world_inside("troupe_demonitor");
    struct actor *self = actor_self(world);
    struct bond *bond = handles_find(&world->monitors, ref.value);
    if (bond != NULL && bond->watch.owner == self) {
        untie(world, bond);
        return 0;
    }
    struct filter filter = {.kind = FILTER_MATCH, .match = is_down_of, .context = &ref.value};
    struct troupe_msg *msg = mailbox_take(world, self, &filter);
    if (msg == NULL)
        return -ESRCH;
    message_destroy(world, msg);
    return 0;
}

int troupe_link(troupe_pid pid)
{
    struct world *world = world_inside("troupe_link");
    struct actor *target;
    int rc = elsewhere_reach(world, pid.value, &target);
    if (rc < 0 || target->has_ended)
        return rc < 0 ? rc : -ESRCH;
    if (target == actor_self(world))
        return -EINVAL;
    return link_with(world, target);
}

int troupe_unlink(troupe_pid pid)
{
    struct world *world = world_inside("troupe_unlink");
    struct actor *target = elsewhere_known(world, pid.value);
    struct actor *self = actor_self(world);
    struct bond *bond = target != NULL ? find_link(self, target) : NULL;
    if (bond == NULL)
        return -ESRCH;
    if (actor_is_stand_in(target))
        elsewhere_unlink(world, pid.value);
    else
        untie(world, find_link(target, self));
    untie(world, bond);
    return 0;
}

int troupe_trap_exit(bool on)
{
    struct world *world = world_inside("troupe_trap_exit");
    struct belongings *belongings = belongings_of(world, actor_self(world));
    if (belongings == NULL)
        return -ENOMEM;
    belongings->traps_exits = on;
    return 0;
}

/* The child has just been spawned and has not run: it vanishes without a trace of an end. */
static int undo_spawn(struct world *world, struct actor *child, troupe_pid *pid, int rc)
{
    child->is_observed = true;
    actor_kill(world, child);
    if (pid != NULL)
        pid->value = 0;
    return rc;
}

int troupe_spawn_link_at(const struct troupe_site *site, const troupe_spec *spec,
                         troupe_pid *pid)
{
    struct world *world = world_inside("troupe_spawn_link");
    struct actor *child;
    int rc = actor_spawn(world, spec, (struct birth){.site = site}, &child);
    if (rc == 0 && pid != NULL)
        pid->value = child->pid;
    if (rc == 0 && link_with(world, child) < 0)
        return undo_spawn(world, child, pid, -ENOMEM);
    return rc;
}

int troupe_spawn_monitor_at(const struct troupe_site *site, const troupe_spec *spec,
                            troupe_pid *pid, troupe_ref *ref)
{
    struct world *world = world_inside("troupe_spawn_monitor");
    troupe_ref unwanted;
    ref = ref != NULL ? ref : &unwanted;
    struct actor *child;
    int rc = actor_spawn(world, spec, (struct birth){.site = site}, &child);
    if (rc == 0 && pid != NULL)
        pid->value = child->pid;
    if (rc == 0 && monitor(world, child, &ref->value) < 0)
        return undo_spawn(world, child, pid, -ENOMEM);
    return rc;
}
