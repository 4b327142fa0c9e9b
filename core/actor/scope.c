/*
 * Opening and joining scopes, and what their children's ends mean.
 */

#include "scope.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "wording.h"
#include "kit.h"

/* The wait for a scope's children.  It is steadfast: cancellation reaches the children, and when
 * they have ended the wait is over. */
struct scope_wait {
    struct wait wait;
    struct scope *scope;
};

int scope_open(struct world *world, troupe_ns limit, const struct troupe_site *site,
               struct scope **result)
{
    struct actor *self = actor_self(world);
    struct scope *scope = slab_take(&world->scopes);
    if (scope == NULL)
        return -ENOMEM;
    *scope = (struct scope){
        .outer = self->scope,
        .owner = self,
        .site = site,
        .is_effective = self->task.cancelled,
    };
    if (limit > 0 && limit != TROUPE_FOREVER &&
        timers_set(&world->sched.timers, sched_deadline(limit), TIMER_SCOPE, &scope->timer) < 0) {
        slab_give(&world->scopes, scope);
        return -ENOMEM;
    }
    if (scope->outer != NULL)
        scope->outer->inner = scope;
    self->scope = scope;
    *result = scope;
    if (limit <= 0)
        scope_expire(world, scope);
    return 0;
}

void scope_cancel(struct world *world, struct scope *scope, const char *reason,
                  uint64_t canceller)
{
    if (scope->is_cancelled)
        return;
    scope->is_cancelled = true;
    scope->canceller = canceller;
    snprintf(scope->reason, sizeof scope->reason, "%s", reason != NULL ? reason : "");
    probe_note(&world->sched.probe, scope->owner->task.number, TRACE_NOTE_CANCEL, scope->reason);
    cancel_spread_scope(world, scope);
}

void scope_expire(struct world *world, struct scope *scope)
{
    if (scope->is_cancelled)
        return;
    scope->has_expired = true;
    scope_cancel(world, scope, "its time limit passed", 0);
}

void scope_end_shield(struct world *world, struct scope *scope)
{
    scope->is_shielded = false;
    cancel_spread_scope(world, scope);
}

/* The child that its owner waits for in the join, if it is the only one; otherwise NULL. */
static struct task *only_child(const struct scope *scope)
{
    struct list_link *first = list_first(&scope->children);
    if (first == NULL || list_next(&scope->children, first) != NULL)
        return NULL;
    return &LIST_OWNER(first, struct actor, sibling)->task;
}

void scope_child_spawned(struct world *world, struct actor *child)
{
    struct scope *scope = child->home;
    list_push(&scope->children, &child->sibling);
    if (scope->join != NULL)
        scope->join->target = only_child(scope);
    if (scope->is_effective)
        cancel_spread_actor(world, child);
}

void scope_child_ended(struct world *world, struct actor *child)
{
    struct scope *scope = child->home;
    bool was_told_to = child->status == -ECANCELED && child->cancel_root;
    list_remove(&scope->children, &child->sibling);
    child->is_observed = true;
    if (child->status < 0 && !was_told_to && scope->failure == 0) {
        scope->failure = child->status;
        scope_cancel(world, scope, "an actor in it failed", child->pid);
    }
    if (scope->join != NULL)
        scope->join->target = only_child(scope);
    if (list_is_empty(&scope->children) && scope->join != NULL) {
        scope->join = NULL;
        sched_wake(&world->sched, &scope->owner->task, 0, child->task.number);
    }
}

static void stop_waiting(struct wait *wait)
{
    LIST_OWNER(wait, struct scope_wait, wait)->scope->join = NULL;
}

static void wait_for_children(struct world *world, struct scope *scope,
                              const struct troupe_site *site)
{
    struct scope_wait wait = {
        .wait = {
            .reason = TRACE_REASON_JOIN,
            .steadfast = true,
            .site = site,
            .target = only_child(scope),
            .detach = stop_waiting,
        },
        .scope = scope,
    };
    scope->join = &wait.wait;
    sched_wait(&world->sched, &wait.wait, TROUPE_FOREVER);
}

static int result_of(const struct scope *scope)
{
    if (scope->failure < 0)
        return scope->failure;
    if (scope->has_expired)
        return -ETIMEDOUT;
    if (scope->ended_by_owner || !scope->is_effective)
        return 0;
    return -ECANCELED;
}

int scope_join(struct world *world, const struct troupe_site *site)
{
    struct actor *self = actor_self(world);
    struct scope *scope = self->scope;
    while (!list_is_empty(&scope->children))
        wait_for_children(world, scope, site);
    int result = result_of(scope);
    timers_forget(&world->sched.timers, &scope->timer);
    timers_forget(&world->sched.timers, &scope->grace);
    self->scope = scope->outer;
    if (scope->outer != NULL)
        scope->outer->inner = NULL;
    cancel_update(self);
    slab_give(&world->scopes, scope);
    return result;
}

static void report_open(const struct actor *actor, const struct scope *scope)
{
    char text[128];
    dprintf(STDERR_FILENO, "troupe: %s never joined the scope that it opened at %s:%d\n",
            actor_call(actor, text, sizeof text),
            scope->site != NULL ? scope->site->file : "?",
            scope->site != NULL ? scope->site->line : 0);
}

void scope_leave(struct world *world, const struct scope *outer)
{
    struct actor *self = actor_self(world);
    while (self->scope != outer) {
        struct scope *scope = self->scope;
        if (!self->is_killed)
            report_open(self, scope);
        scope_cancel(world, scope, "its owner ended", self->pid);
        struct list_link *next;
        for (struct list_link *link = list_first(&scope->children);
             self->is_killed && link != NULL; link = next) {
            next = list_next(&scope->children, link);
            actor_kill(world, LIST_OWNER(link, struct actor, sibling));
        }
        scope_join(world, NULL);
    }
}

/* The record behind the caller's storage; its owner must be the caller. */
static struct scope *own(struct world *world, const troupe_scope *handle, const char *call)
{
    struct scope *scope = handle->scope;
    if (scope != NULL && scope->owner != actor_self(world))
        check_misuse(call, "must be called by the actor that opened the scope");
    return scope;
}

int troupe_scope_open_at(const struct troupe_site *site, troupe_scope *handle, troupe_ns limit)
{
    struct scope *scope = NULL;
    int rc = scope_open(world_inside("troupe_scope_open"), limit, site, &scope);
    *handle = (troupe_scope){.scope = scope, .failure = rc};
    return rc;
}

int troupe_scope_spawn_spec_at(const struct troupe_site *site, troupe_scope *handle,
                               const troupe_spec *spec, troupe_pid *pid)
{
    struct world *world = world_inside("troupe_scope_spawn");
    struct scope *scope = handle->scope;
    struct actor *child;
    int rc = handle->failure;
    if (rc == 0 && scope == NULL)
        rc = -EINVAL;
    if (rc == 0 && scope->is_effective)
        rc = -ECANCELED;
    if (rc == 0)
        rc = actor_spawn(world, spec, (struct birth){.site = site, .home = scope}, &child);
    if (rc < 0 && rc != -ECANCELED && handle->failure == 0)
        handle->failure = rc;
    if (pid != NULL)
        pid->value = rc == 0 ? child->pid : 0;
    return rc;
}

int troupe_scope_spawn_at(const struct troupe_site *site, troupe_scope *handle, troupe_fn fn,
                          void *arg, troupe_pid *pid)
{
    troupe_spec spec = {.fn = fn, .arg = arg};
    return troupe_scope_spawn_spec_at(site, handle, &spec, pid);
}

int troupe_scope_join_at(const struct troupe_site *site, troupe_scope *handle)
{
    struct world *world = world_inside("troupe_scope_join");
    struct scope *scope = own(world, handle, "troupe_scope_join");
    if (scope == NULL)
        return handle->failure < 0 ? handle->failure : -EINVAL;
    if (scope != actor_self(world)->scope)
        check_misuse("troupe_scope_join", "scopes are joined in the reverse order of opening");
    if (handle->failure < 0)
        scope_cancel(world, scope, "not all could be spawned", 0);
    int rc = scope_join(world, site);
    handle->scope = NULL;
    return handle->failure < 0 ? handle->failure : rc;
}

void troupe_scope_cancel(troupe_scope *handle, const char *reason)
{
    struct world *world = world_inside("troupe_scope_cancel");
    struct scope *scope = handle->scope;
    if (scope == NULL)
        return;
    if (scope->owner == actor_self(world) && !scope->is_cancelled)
        scope->ended_by_owner = true;
    scope_cancel(world, scope, reason, actor_self(world)->pid);
}

int troupe_scope_shield(troupe_scope *handle, troupe_ns grace)
{
    struct world *world = world_inside("troupe_scope_shield");
    struct scope *scope = own(world, handle, "troupe_scope_shield");
    if (scope == NULL)
        return handle->failure < 0 ? handle->failure : -EINVAL;
    timers_forget(&world->sched.timers, &scope->grace);
    if (grace > 0 && grace != TROUPE_FOREVER &&
        timers_set(&world->sched.timers, sched_deadline(grace), TIMER_GRACE, &scope->grace) < 0)
        return -ENOMEM;
    scope->is_shielded = grace > 0;
    cancel_spread_scope(world, scope);
    return 0;
}
