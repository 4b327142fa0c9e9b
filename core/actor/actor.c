/*
 * The life of an actor: spawn, end, and what is left of it.
 */

#include "actor.h"

#include <errno.h>
#include <string.h>

#include "alloc.h"
#include "join.h"

static char *copy_name(const char *name)
{
    size_t bytes = strnlen(name, ACTOR_NAME_BYTES_MAX);
    char *copy = alloc_zeroed(bytes + 1);
    if (copy != NULL)
        memcpy(copy, name, bytes);
    return copy;
}

/* A record with a pid and a name; 0 or a negative code. */
static int create(struct world *world, const char *name, struct actor **result)
{
    int rc = -ENOMEM;
    struct actor *actor = slab_take(&world->actors);
    if (actor == NULL)
        return rc;
    actor->name = NULL;
    if (CHECK_UNLIKELY(name != NULL) && (actor->name = copy_name(name)) == NULL)
        goto give_record;
    rc = handles_acquire(&world->handles, actor, &actor->pid);
    if (rc < 0)
        goto free_name;
    *result = actor;
    return 0;

free_name:
    alloc_free(actor->name);
give_record:
    slab_give(&world->actors, actor);
    return rc;
}

int actor_spawn(struct world *world, const troupe_spec *spec, const struct troupe_site *site,
                bool keeps_status, struct actor **result)
{
    struct actor *parent = actor_self(world);
    struct actor *actor;
    int class = STACK_CLASS_DEFAULT;
    if (CHECK_UNLIKELY(spec->stack_bytes != 0))
        class = stack_class_for(spec->stack_bytes);
    if (class < 0 || spec->fn == NULL)
        return -EINVAL;
    int rc = create(world, spec->name, &actor);
    if (rc < 0)
        return rc;
    /* Field by field: compilers clear 128 bytes with a string instruction that takes 15 ns. */
    actor->fn = spec->fn;
    actor->arg = spec->arg;
    actor->site = site;
    actor->parent = parent != NULL ? parent->pid : 0;
    actor->joins.last = NULL;
    actor->ended.last = NULL;
    actor->status = 0;
    actor->keeps_status = keeps_status;
    actor->has_ended = false;
    actor->task.coro.sp = NULL;
    actor->task.coro.stack_end = NULL;
    actor->task.coro.stack_class = class;
    sched_add(&world->sched, &actor->task);
    probe_spawn(&world->sched.probe, actor->task.number,
                parent != NULL ? parent->task.number : 0, spec->fn, actor->name, site);
    *result = actor;
    return 0;
}

void actor_release(struct world *world, struct actor *actor)
{
    TROUPE_CHECK(actor->has_ended);
    if (CHECK_UNLIKELY(list_has(&actor->kept)))
        list_remove(&actor_find(world, actor->parent)->ended, &actor->kept);
    handles_release(&world->handles, actor->pid);
    alloc_free(actor->name);
    slab_give(&world->actors, actor);
}

void actor_end(struct world *world, struct actor *actor, int status)
{
    struct probe *probe = &world->sched.probe;
    prints_break(probe);
    probe_exit(probe, probe_ticks(probe), actor->task.number, status);
    actor->status = status;
    actor->has_ended = true;
    actor->kept = (struct list_link){NULL, NULL};
    bool was_joined = join_tell(world, actor);
    struct list_link *link;
    while ((link = list_first(&actor->ended)) != NULL)
        actor_release(world, LIST_OWNER(link, struct actor, kept));
    if (actor->pid == world->main)
        world->main_status = status;
    struct actor *parent = NULL;
    if (actor->keeps_status && !was_joined)
        parent = actor_find(world, actor->parent);
    if (parent != NULL && !parent->has_ended)
        list_push(&parent->ended, &actor->kept);
    else
        actor_release(world, actor);
    sched_ended(&world->sched);
}

static void run(struct task *task)
{
    struct actor *actor = (struct actor *)task;
    int status = actor->fn(actor->arg);
    actor_end(world_here(), actor, status);
}

static void no_stack(struct task *task)
{
    actor_end(world_here(), (struct actor *)task, -ENOMEM);
}

int world_init(struct world *world, void (*stuck)(void))
{
    struct sched_hooks hooks = {.run = run, .no_stack = no_stack, .stuck = stuck};
    handles_init(&world->handles, 0);
    slab_init(&world->actors, sizeof(struct actor));
    return sched_init(&world->sched, hooks);
}

void world_finish(struct world *world)
{
    sched_finish(&world->sched);
    handles_finish(&world->handles);
    slab_finish(&world->actors);
}
