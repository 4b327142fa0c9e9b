/*
 * The life of an actor: spawn, end, and what is left of it.
 */

#include "actor.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "alloc.h"
#include "defer.h"
#include "elsewhere.h"
#include "handler.h"
#include "kit.h"
#include "mailbox.h"
#include "queue.h"
#include "report.h"
#include "scope.h"
#include "stacks.h"
#include "watch.h"

_Static_assert(TROUPE_KILLED == -EOWNERDEAD, "what the header promises");

static char *copy_name(const char *name)
{
    size_t bytes = strnlen(name, ACTOR_NAME_BYTES_MAX);
    char *copy = alloc_zeroed(bytes + 1);
    if (copy != NULL)
        memcpy(copy, name, bytes);
    return copy;
}

int actor_equip(struct world *world, struct actor *actor, const char *name,
                const struct handler *handler)
{
    struct kit *kit = kit_of(world, actor);
    if (kit == NULL)
        return -ENOMEM;
    kit->handle = handler->handle;
    kit->state = handler->state;
    if (name != NULL && (kit->name = copy_name(name)) == NULL)
        return -ENOMEM;
    kit->release = handler->release; /* not before nothing can fail any more */
    return 0;
}

/* Field by field: compilers clear 128 bytes with a string instruction that takes 15 ns. */
void actor_fill(struct world *world, struct actor *actor, const troupe_spec *spec,
                const struct birth *birth, int class)
{
    struct actor *parent = actor_self(world);
    actor->task.stack_class = (uint8_t) class;
    actor->fn = spec->fn;
    actor->arg = spec->arg;
    actor->site = birth->site;
    actor->sibling = (struct list_link){NULL, NULL};
    actor->watchers.last = NULL;
    actor->kit = NULL;
    actor->status = 0;
    actor->in_scope = birth->home != NULL;
    actor->keeps_status = birth->keeps_status;
    actor->has_started = false;
    actor->has_grant = false;
    actor->has_ended = false;
    actor->is_killed = false;
    actor->cancel_own = false;
    actor->cancel_root = false;
    actor->is_observed = false;
    actor->is_visited = false;
    actor->told_cancel = false;
    actor->host = parent != NULL ? parent->host : 0;
    if (birth->home != NULL)
        actor->home = birth->home;
    else
        actor->parent = parent != NULL ? parent->pid : 0;
}

void actor_discard(struct world *world, struct actor *actor)
{
    if (actor->kit != NULL)
        actor->kit->release = NULL; /* the state stays the caller's */
    kit_release(world, actor);
    slab_give(&world->actors, actor);
}

/* The class of stack that the specification asks for, or -EINVAL. */
static int class_for(const troupe_spec *spec, const struct handler *handler)
{
    int class = STACK_CLASS_DEFAULT;
    if (CHECK_UNLIKELY(handler->handle != NULL))
        class = SCHED_STACKLESS;
    else if (CHECK_UNLIKELY(spec->stack_bytes != 0))
        class = stack_class_for(spec->stack_bytes);
    return spec->fn != NULL ? class : -EINVAL;
}

int actor_spawn(struct world *world, const troupe_spec *spec, struct birth birth,
                struct actor **result)
{
    int class = class_for(spec, &birth.handler);
    if (class < 0)
        return class;
    if (CHECK_UNLIKELY(spec->place != TROUPE_PLACE_DEFAULT || world->sched.has_others) &&
        birth.handler.handle == NULL) {
        uint32_t loop = elsewhere_place(world, spec->place);
        if (loop != world_loop(world))
            return elsewhere_spawn(world, loop, spec, &birth, result);
    }
    struct actor *actor = slab_take(&world->actors);
    if (actor == NULL)
        return -ENOMEM;
    actor_fill(world, actor, spec, &birth, class);
    int rc = 0;
    if (CHECK_UNLIKELY(spec->name != NULL || birth.handler.handle != NULL))
        rc = actor_equip(world, actor, spec->name, &birth.handler);
    if (rc == 0 && birth.keeps_status && kit_of(world, actor_self(world)) == NULL)
        rc = -ENOMEM; /* its status could not be kept later */
    uint32_t number = actor->task.number = sched_next_number(&world->sched);
    if (rc == 0)
        rc = handles_acquire_noted(&world->pids, actor, number & ACTOR_NOTE_NUMBER, &actor->pid);
    if (rc < 0) {
        actor_discard(world, actor);
        return rc;
    }
    sched_add(&world->sched, &actor->task);
    if (birth.home != NULL)
        scope_child_spawned(world, actor);
    probe_spawn(&world->sched.probe, actor->task.number, actor_self_number(world),
                birth.handler.handle != NULL ? (uintptr_t)birth.handler.handle
                                             : (uintptr_t)spec->fn,
                kit_name(actor), birth.site, 0);
    *result = actor;
    return 0;
}

int actor_spawn_guest(struct world *world, const struct post_spawn *record)
{
    const troupe_spec spec = {
        .fn = record->fn,
        .arg = record->arg,
        .stack_bytes = record->stack_bytes,
        .name = record->has_name ? record->name : NULL,
    };
    struct birth birth = {.site = record->site};
    struct actor *actor = slab_take(&world->actors);
    if (actor == NULL)
        return -ENOMEM;
    actor_fill(world, actor, &spec, &birth, class_for(&spec, &birth.handler));
    if (spec.name != NULL && actor_equip(world, actor, spec.name, &birth.handler) < 0) {
        actor_discard(world, actor);
        return -ENOMEM;
    }
    actor->pid = record->pid;
    actor->parent = record->parent;
    actor->task.number = record->number;
    atomic_store_explicit(&handles_entry(&world->guests, record->pid)->object, (void *)actor,
                          memory_order_relaxed);
    sched_add(&world->sched, &actor->task);
    probe_spawn(&world->sched.probe, record->number, record->parent_number, (uintptr_t)record->fn,
                kit_name(actor), record->site, record->asked_ticks);
    return 0;
}

struct actor *actor_find_guest(struct world *world, uint64_t pid)
{
    uint32_t note;
    if (actor_is_home(world, pid) || actor_is_far(world, pid))
        return NULL;
    void *guest = handles_peek(&world->guests, pid, &note);
    return guest != world ? guest : NULL; /* the world: its spawn is still on its way */
}

void actor_tell(struct world *world, const struct actor *actor, uint32_t flags)
{
    if (actor_is_far(world, actor->pid))
        return; /* a stand-in */
    const struct handles *pids = actor_is_home(world, actor->pid) ? &world->pids : &world->guests;
    atomic_store_explicit(&handles_entry(pids, actor->pid)->note,
                          (actor->task.number & ACTOR_NOTE_NUMBER) | flags, memory_order_relaxed);
}

static void free_record(struct world *world, struct actor *actor)
{
    if (CHECK_LIKELY(actor_is_home(world, actor->pid)))
        handles_release(&world->pids, actor->pid);
    else if (actor_is_far(world, actor->pid))
        table_remove(&world->elsewhere, actor->pid);
    else
        elsewhere_give_pid(world, actor->pid);
    slab_give(&world->actors, actor);
}

void actor_release(struct world *world, struct actor *actor)
{
    TROUPE_CHECK(actor->has_ended);
    list_remove(&actor_find(world, actor->parent)->kit->ended, &actor->sibling);
    if (actor->status < 0 && !actor->is_observed)
        report_failure(actor);
    free_record(world, actor);
}

/* The actor whose record the status of this one is to be kept on; NULL: nobody can ask for it. */
static struct kit *keeper(struct world *world, const struct actor *actor)
{
    if (!actor->keeps_status || actor->in_scope)
        return NULL;
    struct actor *parent = actor_find_alive(world, actor->parent);
    return parent != NULL ? parent->kit : NULL;
}

/* Whether the failure of an actor that has ended is one that somebody wanted. */
static bool was_intended(const struct actor *actor)
{
    return (actor->is_killed && actor->status == TROUPE_KILLED) ||
           (actor->status == -ECANCELED && actor->cancel_root);
}

uintptr_t actor_body(const struct actor *actor)
{
    if (actor->kit != NULL && actor->kit->handle != NULL)
        return (uintptr_t)actor->kit->handle;
    if (!actor->has_started)
        return (uintptr_t)actor->fn;
    char *stack_end = actor->task.coro.stack_end;
    return stack_end != NULL ? stack_header(stack_end)->body : 0;
}

/* Its record outlives its stack: as before it first ran, the record itself says what it is. */
static void remember_body(struct actor *actor)
{
    actor->fn = (troupe_fn)actor_body(actor);
    actor->has_started = false;
}

/* What follows from an end, for everyone but the actor itself. */
static inline __attribute__((always_inline)) void settle(struct world *world, struct actor *actor,
                                                         int status)
{
    actor->status = status;
    actor->has_ended = true;
    if (CHECK_UNLIKELY(!list_is_empty(&actor->watchers)))
        watch_tell(world, actor);
    if (actor->in_scope)
        scope_child_ended(world, actor);
    if (actor->pid == world->main) {
        world->main_status = status;
        actor->is_observed = true;
    }
    if (was_intended(actor))
        actor->is_observed = true;
    struct kit *kept_by = keeper(world, actor);
    if (CHECK_UNLIKELY(kept_by != NULL))
        remember_body(actor);
    struct farewell farewell = elsewhere_farewell(actor);
    if (CHECK_UNLIKELY(status < 0 && !actor->is_observed && kept_by == NULL))
        report_failure(actor);
    if (CHECK_UNLIKELY(actor->kit != NULL))
        kit_release(world, actor);
    if (CHECK_UNLIKELY(kept_by != NULL)) {
        actor_tell(world, actor, ACTOR_NOTE_GONE);
        list_push(&kept_by->ended, &actor->sibling);
    } else {
        free_record(world, actor);
    }
    if (CHECK_UNLIKELY(!list_is_empty(&farewell.watches)))
        elsewhere_tell(world, &farewell);
}

void actor_settle(struct world *world, struct actor *actor, int status)
{
    settle(world, actor, status);
}

void actor_end(struct world *world, struct actor *actor, int status)
{
    struct probe *probe = &world->sched.probe;
    if (CHECK_UNLIKELY(actor->scope != NULL))
        scope_leave(world, NULL);
    if (CHECK_UNLIKELY(actor->kit != NULL))
        defer_run_all(world, actor);
    if (CHECK_UNLIKELY(stacks_are_measured))
        stacks_note(actor);
    prints_break(probe);
    probe_exit(probe, probe_ticks(probe), actor->task.number, status);
    TROUPE_CHECK(actor->handed == NULL);
    settle(world, actor, status);
    sched_ended(&world->sched);
}

/* From now on its body does not run, and what cleans up cannot suspend unless it is shielded. */
static void mark_killed(struct actor *actor, int status)
{
    actor->is_killed = true;
    actor->status = status;
    actor->cancel_own = true;
    actor->cancel_root = true;
    actor->task.cancelled = true;
}

/* What it was given while it waited, and will not take any more. */
static void drop_handed(struct world *world, struct actor *actor)
{
    if (!actor->has_started || actor->handed == NULL)
        return;
    message_destroy(world, actor->handed);
    actor->handed = NULL;
}

/* Ends one actor that is not the running one. */
static void fail_alone(struct world *world, struct actor *actor, int status)
{
    if (actor->task.stack_class == SCHED_ELSEWHERE) {
        mark_killed(actor, status);
        elsewhere_kill(world, actor->pid, status);
        return;
    }
    probe_note(&world->sched.probe, actor->task.number, TRACE_NOTE_KILL, troupe_strerror(status));
    queue_revoke(actor);
    mark_killed(actor, status);
    drop_handed(world, actor);
    if (actor->task.stack_class == SCHED_STACKLESS)
        sched_poke(&world->sched, &actor->task, actor_self_number(world));
    else
        sched_restart(&world->sched, &actor->task, actor_self_number(world));
}

/* Puts the actor's scopes on a list of those whose children are still to be killed. */
static void add_scopes(const struct actor *actor, struct scope **rest)
{
    for (struct scope *scope = actor_scope(actor); scope != NULL; scope = scope->outer) {
        scope->next_dirty = *rest;
        *rest = scope;
    }
}

/* Who is in the scopes of a killed actor is killed at the same moment, so that nothing below it
 * runs on; but for the running actor, if it has killed one that it is below of: that actor will do
 * it (see scope_leave()).  The list keeps the depth of the tree off the stack. */
static void kill_below(struct world *world, const struct actor *actor)
{
    struct scope *rest = NULL;
    add_scopes(actor, &rest);
    while (rest != NULL) {
        const struct list *children = &rest->children;
        rest = rest->next_dirty;
        for (struct list_link *link = list_first(children); link != NULL;
             link = list_next(children, link)) {
            struct actor *child = LIST_OWNER(link, struct actor, sibling);
            if (child->is_killed || child->has_ended || child == actor_self(world))
                continue;
            fail_alone(world, child, TROUPE_KILLED);
            add_scopes(child, &rest);
        }
    }
}

_Noreturn void actor_kill_self(struct world *world)
{
    mark_killed(actor_self(world), TROUPE_KILLED);
    kill_below(world, actor_self(world));
    troupe_exit(TROUPE_KILLED);
}

void actor_fail(struct world *world, struct actor *actor, int status)
{
    if (actor->is_killed || actor->has_ended)
        return;
    fail_alone(world, actor, status);
    kill_below(world, actor);
}

void actor_kill(struct world *world, struct actor *actor)
{
    actor_fail(world, actor, TROUPE_KILLED);
}

void actor_note_restart(uint64_t pid, uint64_t count)
{
    struct world *world = world_here();
    const struct actor *actor = elsewhere_known(world, pid);
    char text[32];
    snprintf(text, sizeof text, "restart %" PRIu64, count);
    probe_note(&world->sched.probe, actor->task.number, TRACE_NOTE_RESTART, text);
}

void actor_note_supervises(void)
{
    struct world *world = world_here();
    probe_note(&world->sched.probe, actor_self(world)->task.number, TRACE_NOTE_SUPERVISE, "");
}

/* From now on the fields that say how to start it mean something else. */
static void mark_started(struct actor *actor)
{
    if (actor->has_started)
        return;
    actor->has_started = true;
    actor->scope = NULL;
    actor->handed = NULL;
}

static void run(struct task *task)
{
    struct actor *actor = (struct actor *)task;
    troupe_fn fn = actor->fn;
    void *arg = actor->arg;
    mark_started(actor);
    stack_header(task->coro.stack_end)->body = (uintptr_t)fn;
    actor_end(world_here(), actor, actor->is_killed ? actor->status : fn(arg));
}

static void step(struct task *task)
{
    struct actor *actor = (struct actor *)task;
    mark_started(actor);
    handler_step(world_here(), actor);
}

static void no_stack(struct task *task)
{
    struct actor *actor = (struct actor *)task;
    mark_started(actor);
    actor_end(world_here(), actor, actor->is_killed ? actor->status : -ENOMEM);
}

const struct sched_hooks actor_hooks = {.run = run, .step = step, .no_stack = no_stack};
