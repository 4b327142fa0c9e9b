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
    struct kit *kit = kit_of(world, actor_self(world));
    struct defer *defer = kit != NULL ? alloc_zeroed(sizeof *defer) : NULL;
    if (defer == NULL)
        return -ENOMEM;
    *defer = (struct defer){.next = kit->defers, .fn = fn, .arg = arg};
    kit->defers = defer;
    return 0;
}

/* Takes the newest one off the list. */
static struct defer take(struct kit *kit)
{
    struct defer *first = kit->defers;
    struct defer copy = *first;
    kit->defers = first->next;
    alloc_free(first);
    return copy;
}

void defer_pop(struct world *world)
{
    take(actor_self(world)->kit);
}

void defer_run_all(struct world *world, struct actor *actor)
{
    while (actor->kit != NULL && actor->kit->defers != NULL) {
        struct defer defer = take(actor->kit);
        defer.fn(defer.arg);
        if (actor->scope != NULL)
            scope_leave(world, NULL);
    }
}

int troupe_defer(void (*fn)(void *arg), void *arg)
{
    return defer_push(world_inside("troupe_defer"), fn, arg);
}
