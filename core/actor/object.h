#ifndef OBJECT_H
#define OBJECT_H

/*
 * What channels and locks have in common: a name, an owner, queues, and, if one can hold it, the
 * holdings.
 *
 *     its creator's `objects`   ---> object ---> object      they end with their creator
 *     its holder's `holdings`   ---> holding ---> holding    what an actor has locked
 *
 * An object is not in the program's storage but on the heap, and its name is a handle.  So it may
 * have been made on the stack of an actor that is killed, and nobody who waits in it, or wakes up
 * in it, meets freed memory: whoever comes back from a wait looks the handle up again.
 */

#include "queue.h"

/* How many queues an object has at the most: senders and receivers, readers and writers. */
#define OBJECT_QUEUES 2

struct object;
struct holding;

struct object_class {
    const char *name; /* "mutex" */
    size_t bytes;     /* of the whole object */

    /* The object is about to be freed: nobody holds it any more.  NULL: nothing to do. */
    void (*close)(struct world *world, struct object *object);

    /* The holder has ended: the lock goes to the next one.  NULL: it is no lock. */
    void (*abandon)(struct world *world, struct holding *holding);
};

/* The first member of every channel and lock. */
struct object {
    uint64_t handle;
    const struct object_class *class;
    struct actor *creator;          /* or whom it has been given to */
    struct list_link link;          /* on its creator's `objects` */
    const struct troupe_site *site; /* where it was made; NULL if not known */
    struct task *holder;            /* a lock: one who holds it, or NULL */
    struct queue queues[OBJECT_QUEUES];
};

/* That an actor holds a lock. */
struct holding {
    struct list_link link; /* on its holder's `holdings`, while it is held */
    struct actor *holder;  /* NULL: it is not */
    struct object *object;
    const struct troupe_site *site; /* the call that locked it */
};

void object_init(struct world *world);
void object_finish(struct world *world);

/* For troupe_..._new(): a zeroed object of this class, with `extra_bytes` behind it, which belongs
 * to the running actor.  0 and its name; or a negative code and 0 as its name. */
int object_create(const char *call, const struct object_class *class, size_t extra_bytes,
                  const struct troupe_site *site, uint64_t *handle, struct object **object);

/* Tells everyone who waits, -EPIPE, and frees the object. */
void object_destroy(struct world *world, struct object *object);

/* It belongs to this actor from now on; 0 or -ENOMEM. */
int object_give(struct world *world, struct object *object, struct actor *actor);

/* For troupe_..._free(): nobody may wait for the object or hold it. */
void object_free(const char *call, const struct object_class *class, uint64_t *handle);

/* The object with this handle and class; NULL if it is gone. */
static inline void *object_find(const struct world *world, const struct object_class *class,
                                uint64_t handle)
{
    struct object *object = handles_find(&world->objects, handle);
    return object != NULL && object->class == class ? object : NULL;
}

/* Why it was not found: it never was one, or it is another loop's, or it is gone. */
static inline int object_missing(uint64_t handle)
{
    if (handle == 0)
        return -EINVAL;
    return handle_loop(handle) != world_here()->sched.number ? -EXDEV : -EPIPE;
}

/* The actor, which has a kit, holds the lock from now on. */
void holding_begin(struct holding *holding, struct object *object, struct actor *holder,
                   const struct troupe_site *site);
void holding_end(struct holding *holding);

/* The actor has ended: what it holds is reported and goes to the next ones; what it has made goes,
 * too. */
void object_leave_all(struct world *world, struct actor *actor);

#endif
