/*
 * How cancellation spreads: downwards, from scope to child to scope.
 *
 * Scopes whose state has changed wait on a list until their children have been told, so the depth
 * of the tree costs no stack.  To be cancelled runs none of the actor's code; it ends the wait that
 * the actor is in, if any, with -ECANCELED.
 */

#include <errno.h>
#include <stdio.h>

#include "alloc.h"
#include "elsewhere.h"
#include "kit.h"
#include "post.h"
#include "scope.h"

void cancel_update(struct actor *actor)
{
    const struct scope *scope = actor_scope(actor);
    actor->task.cancelled = scope != NULL ? scope->is_effective : actor->cancel_root;
}

/* Computes the state of an actor's scopes, from the outermost to the innermost; those that have
 * changed get on the list. */
static void refresh_scopes(struct actor *actor, struct scope **dirty)
{
    bool effective = actor->cancel_root;
    struct scope *scope = actor->scope;
    while (scope->outer != NULL)
        scope = scope->outer;
    for (; scope != NULL; scope = scope->inner) {
        effective = scope->is_cancelled || (effective && !scope->is_shielded);
        if (effective == scope->is_effective)
            continue;
        scope->is_effective = effective;
        scope->next_dirty = *dirty;
        *dirty = scope;
    }
}

/* The scope that the cancellation of `actor` comes from; NULL if the actor was cancelled itself,
 * and then *origin is that actor. */
static const struct scope *find_origin(const struct actor *actor, const struct actor **origin)
{
    const struct scope *scope = actor_scope(actor);
    for (;;) {
        for (; scope != NULL; scope = scope->outer)
            if (scope->is_cancelled)
                return scope;
        *origin = actor;
        if (actor->cancel_own || !actor->in_scope)
            return NULL;
        scope = actor->home;
        actor = scope->owner;
    }
}

/* Why an actor that is cancelled is, and who did it: 0 for none of the actors. */
static const char *why(const struct actor *actor, uint64_t *canceller)
{
    const struct scope *scope = find_origin(actor, &actor);
    *canceller = 0;
    if (scope != NULL) {
        *canceller = scope->canceller;
        return scope->reason;
    }
    const struct belongings *belongings = kit_belongings(actor);
    const struct cancel_cause *cause = belongings != NULL ? belongings->cause : NULL;
    if (cause == NULL)
        return "";
    *canceller = cause->canceller;
    return cause->reason;
}

/* The actor that this one stands for is cancelled, once. */
static void tell_far(struct world *world, struct actor *actor)
{
    uint64_t canceller;
    if (actor->told_cancel)
        return;
    actor->told_cancel = true;
    const char *reason = why(actor, &canceller);
    elsewhere_cancel(world, actor->pid, reason, canceller);
}

static void refresh_actor(struct world *world, struct actor *actor, struct scope **dirty)
{
    struct task *task = &actor->task;
    actor->cancel_root = actor->cancel_own || (actor->in_scope && actor->home->is_effective);
    if (actor_scope(actor) != NULL)
        refresh_scopes(actor, dirty);
    cancel_update(actor);
    if (!task->cancelled)
        return;
    if (actor_is_stand_in(actor))
        tell_far(world, actor);
    else if (task->stack_class == SCHED_STACKLESS)
        sched_poke(&world->sched, task, actor_self_number(world));
    else if (task->wait != NULL && !task->wait->steadfast)
        sched_interrupt(&world->sched, task, -ECANCELED, actor_self_number(world));
}

static void tell_children(struct world *world, struct scope *dirty)
{
    while (dirty != NULL) {
        struct scope *scope = dirty;
        dirty = scope->next_dirty;
        for (struct list_link *link = list_first(&scope->children); link != NULL;
             link = list_next(&scope->children, link))
            refresh_actor(world, LIST_OWNER(link, struct actor, sibling), &dirty);
    }
}

void cancel_spread_actor(struct world *world, struct actor *actor)
{
    struct scope *dirty = NULL;
    refresh_actor(world, actor, &dirty);
    tell_children(world, dirty);
}

void cancel_spread_scope(struct world *world, struct scope *scope)
{
    cancel_spread_actor(world, scope->owner);
}

void cancel_actor(struct world *world, struct actor *actor, const char *reason, uint64_t canceller)
{
    if (actor->cancel_own)
        return;
    struct belongings *belongings = belongings_of(world, actor);
    struct cancel_cause *cause = belongings != NULL ? alloc_zeroed(sizeof *cause) : NULL;
    if (cause != NULL) { /* otherwise it is cancelled for no reason */
        snprintf(cause->reason, sizeof cause->reason, "%s", reason ? reason : "");
        cause->canceller = canceller;
        belongings->cause = cause;
    }
    actor->cancel_own = true;
    if (!actor_is_stand_in(actor)) /* its own loop notes it */
        probe_note(&world->sched.probe, actor->task.number, TRACE_NOTE_CANCEL,
                   reason != NULL ? reason : "");
    cancel_spread_actor(world, actor);
}

int troupe_cancel(troupe_pid pid, const char *reason)
{
    struct world *world = world_inside("troupe_cancel");
    struct actor *actor = elsewhere_known(world, pid.value);
    uint64_t self = actor_self(world)->pid;
    uint32_t number;
    if (actor != NULL && actor->has_ended)
        return -ESRCH;
    if (actor != NULL)
        cancel_actor(world, actor, reason, self);
    else if (actor_is_far(world, pid.value) && post_look(world, pid.value, &number) != -ESRCH)
        elsewhere_cancel(world, pid.value, reason, self);
    else
        return -ESRCH;
    return 0;
}

const char *troupe_cancel_reason(troupe_pid *by)
{
    const struct actor *actor = actor_self(world_inside("troupe_cancel_reason"));
    const char *reason = "";
    uint64_t canceller = 0;
    if (actor->task.cancelled)
        reason = why(actor, &canceller);
    if (by != NULL)
        by->value = canceller;
    return reason;
}

int troupe_checkpoint_at(const struct troupe_site *site)
{
    struct sched *sched = sched_inside("troupe_checkpoint");
    int rc = sched_checkpoint(sched, site);
    if (rc == 0)
        sched_meet_deadlines(sched, site); /* one may be that of the computation */
    return sched->current->cancelled ? -ECANCELED : 0;
}
