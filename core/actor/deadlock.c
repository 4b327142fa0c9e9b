/*
 * All who wait for certain actors, without a time limit, are candidates.  One who waits only for
 * such as are none is none either; when nobody is left of whom that is so, each of those who remain
 * waits for another one of them: for one in a circle, or on the way to one.
 *
 * Like the search in watch.c this takes no memory: who waits is in no queue, so its queue link is
 * free, and `is_visited` says who is a candidate.
 */

#include "deadlock.h"

#include <stdio.h>

#include <troupe/info.h>

#include "waiters.h"
#include "wording.h"

/* What the queue links lead to while those who are left are told: on the way that is being walked,
 * on one that was, or in a circle that has been told. */
static struct task walked, passed, told;

/* Whether one of the scopes around the actor has a time limit, which will cancel it. */
static bool has_limit_around(const struct actor *actor)
{
    const struct scope *scope = actor_scope(actor);
    for (;;) {
        for (; scope != NULL; scope = scope->outer)
            if (scope->timer != 0)
                return true;
        if (!actor->in_scope)
            return false;
        scope = actor->home;
        actor = scope->owner;
    }
}

/* The scope whose children an actor waits for, or NULL. */
static const struct scope *joined(const struct actor *actor)
{
    const struct scope *scope = actor_scope(actor);
    return scope != NULL && scope->join != NULL ? scope : NULL;
}

/* A candidate for whom the actor waits, or NULL. */
static struct actor *next_of(const struct actor *actor)
{
    const struct scope *scope = joined(actor);
    struct actor *target = (struct actor *)wait_target(actor->task.wait);
    if (scope == NULL)
        return target != NULL && target->is_visited ? target : NULL;
    for (struct list_link *link = list_first(&scope->children); link != NULL;
         link = list_next(&scope->children, link)) {
        struct actor *child = LIST_OWNER(link, struct actor, sibling);
        if (child->is_visited)
            return child;
    }
    return NULL;
}

static bool may_be_stuck(const struct actor *actor)
{
    const struct wait *wait = actor->task.wait;
    return wait != NULL && wait->deadline_ns == TROUPE_FOREVER &&
           (wait_target(wait) != NULL || joined(actor) != NULL) && !has_limit_around(actor);
}

/* Puts it on the list of those who are none any more, if it waits for no candidate. */
static void look_at(struct task *task, const struct actor *towards, void *context)
{
    struct task **rest = context;
    struct actor *actor = (struct actor *)task;
    (void)towards;
    if (!actor->is_visited || next_of(actor) != NULL)
        return;
    actor->is_visited = false;
    task->next = *rest;
    *rest = task;
}

/* Leaves those marked who never go on. */
static size_t mark(const struct world *world)
{
    struct actor *actor;
    struct task *rest = NULL;
    size_t count = 0;
    for (uint32_t cursor = 0; (actor = world_next_actor(world, &cursor)) != NULL;)
        actor->is_visited = may_be_stuck(actor);
    for (uint32_t cursor = 0; (actor = world_next_actor(world, &cursor)) != NULL;) {
        look_at(&actor->task, NULL, &rest);
        while (rest != NULL) {
            const struct actor *out = (const struct actor *)rest;
            rest = rest->next;
            waiters_each(out, look_at, &rest);
        }
    }
    for (uint32_t cursor = 0; (actor = world_next_actor(world, &cursor)) != NULL;) {
        if (actor->is_visited)
            actor->task.next = NULL;
        count += actor->is_visited;
    }
    return count;
}

struct teller {
    void (*put)(const char *line, void *context);
    void *context;
};

static void put_actor(const struct teller *teller, const struct actor *actor)
{
    char line[WORDING_BYTES + 16] = "troupe:   ";
    size_t used = sizeof "troupe:   " - 1;
    actor_describe(actor, line + used, WORDING_BYTES);
    for (used = 0; line[used] != '\0';)
        used++;
    line[used] = '\n';
    line[used + 1] = '\0';
    teller->put(line, teller->context);
}

/* The circle that this actor is in. */
static void put_circle(const struct teller *teller, struct actor *first)
{
    char line[128];
    size_t count = 0;
    struct actor *actor = first;
    do
        count++;
    while ((actor = next_of(actor)) != first);
    snprintf(line, sizeof line,
             "troupe: %zu actors wait for each other, until one of them is cancelled or killed:\n",
             count);
    teller->put(line, teller->context);
    do {
        put_actor(teller, actor);
        actor->task.next = &told;
    } while ((actor = next_of(actor)) != first);
}

/* Walks on from an actor to where somebody has been before, or to a circle, which is told then. */
static void walk(const struct teller *teller, struct actor *from)
{
    struct actor *actor = from;
    for (; actor->task.next == NULL; actor = next_of(actor))
        actor->task.next = &walked;
    if (actor->task.next == &walked)
        put_circle(teller, actor);
    for (actor = from; actor->task.next == &walked; actor = next_of(actor))
        actor->task.next = &passed;
}

/* Those who wait for the circles. */
static void put_rest(const struct teller *teller, const struct world *world)
{
    struct actor *actor;
    bool is_first = true;
    for (uint32_t cursor = 0; (actor = world_next_actor(world, &cursor)) != NULL;) {
        if (!actor->is_visited || actor->task.next == &told)
            continue;
        if (is_first)
            teller->put("troupe: these wait for them:\n", teller->context);
        is_first = false;
        put_actor(teller, actor);
    }
}

size_t deadlock_tell(const struct world *world, void (*put)(const char *line, void *context),
                     void *context)
{
    struct teller teller = {.put = put, .context = context};
    struct actor *actor;
    size_t count = mark(world);
    if (count > 0) {
        for (uint32_t cursor = 0; (actor = world_next_actor(world, &cursor)) != NULL;)
            if (actor->is_visited && actor->task.next == NULL)
                walk(&teller, actor);
        put_rest(&teller, world);
    }
    for (uint32_t cursor = 0; (actor = world_next_actor(world, &cursor)) != NULL;)
        actor->is_visited = false;
    return count;
}

static void put_to_file(const char *line, void *file)
{
    if (file != NULL)
        fputs(line, file);
}

size_t troupe_deadlock_check(FILE *file)
{
    return deadlock_tell(world_inside("troupe_deadlock_check"), put_to_file, file);
}
