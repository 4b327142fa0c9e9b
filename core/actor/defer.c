/*
 * A list through records from the heap, newest first.
 */

#include "defer.h"

#include <errno.h>

#include "alloc.h"
#include "kit.h"
#include "scope.h"

struct defer {
    struct defer *next;
    void (*fn)(void *arg);
    void *arg;
};

int defer_push(struct world *world, void (*fn)(void *arg), void *arg)
{
    struct belongings *belongings = belongings_of(world, actor_self(world));
    struct defer *defer = belongings != NULL ? alloc_zeroed(sizeof *defer) : NULL;
    if (defer == NULL)
        return -ENOMEM;
    *defer = (struct defer){.next = belongings->defers, .fn = fn, .arg = arg};
    belongings->defers = defer;
    return 0;
}

/* Takes the newest one off the list. */
static struct defer take(struct belongings *belongings)
{
    struct defer *first = belongings->defers;
    struct defer copy = *first;
    belongings->defers = first->next;
    alloc_free(first);
    return copy;
}

void defer_pop(struct world *world)
{
    take(kit_belongings(actor_self(world)));
}

void defer_run_all(struct world *world, struct actor *actor)
{
    struct belongings *belongings;
    while ((belongings = kit_belongings(actor)) != NULL && belongings->defers != NULL) {
        struct defer defer = take(belongings);
        defer.fn(defer.arg);
        if (actor->scope != NULL)
            scope_leave(world, NULL);
    }
}

int troupe_defer(void (*fn)(void *arg), void *arg)
{
    return defer_push(world_inside("troupe_defer"), fn, arg);
}
