/*
 * Doing a thing once: whoever does it holds a mutex meanwhile, so the others wait in its queue, a
 * cycle of waits is seen, and if it ends in the middle the next one starts over.
 */

#include <errno.h>

#include <troupe/sync.h>

#include "mutex.h"

struct once {
    struct mutex mutex; /* first: an object */
    bool is_done;
};

static const struct object_class once_class = {
    .name = "once",
    .bytes = sizeof(struct once),
    .close = mutex_close,
    .abandon = mutex_abandon,
};

int troupe_once_new_at(const struct troupe_site *site, troupe_once *name)
{
    struct object *object;
    return object_create("troupe_once_new", &once_class, 0, site, &name->value, &object);
}

int troupe_once_do_at(const struct troupe_site *site, troupe_once name, troupe_fn fn, void *arg,
                      troupe_ns limit)
{
    struct world *world = world_inside("troupe_once_do");
    int rc = sched_checkpoint(&world->sched, site);
    if (rc < 0)
        return rc;
    struct once *once = object_find(world, &once_class, name.value);
    if (once == NULL)
        return object_missing(name.value);
    if (once->is_done)
        return 0;
    rc = mutex_lock(world, &once->mutex, "troupe_once_do", limit, site);
    if (rc < 0 && rc != -EOWNERDEAD)
        return rc;
    rc = once->is_done ? 0 : fn(arg);
    once = object_find(world, &once_class, name.value); /* `fn` may have suspended */
    if (once != NULL) {
        once->is_done = once->is_done || rc >= 0;
        mutex_unlock(world, &once->mutex);
    }
    return rc < 0 ? rc : 0;
}

void troupe_once_free(troupe_once *name)
{
    object_free("troupe_once_free", &once_class, &name->value);
}
