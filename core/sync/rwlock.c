/*
 * Locks to read or to write.
 *
 * Writers have preference: a reader that comes while a writer waits goes behind it, and when the
 * lock becomes free it goes to the first writer, if one waits, otherwise to all readers at once.
 * Whatever changes who holds it or who waits to write (an unlock, an end, a writer that gives up)
 * ends with hand_on(), which gives it to whoever may have it now.
 */

#include <errno.h>

#include <troupe/lock.h>

#include "alloc.h"
#include "kit.h"
#include "object.h"
#include "watch.h"

enum { WRITERS, READERS };

struct rwlock {
    struct object object;
    struct holding writer;
    struct list readers; /* of struct reader */
    bool is_tainted;     /* a writer ended with it, and no other has had it since */
};

/* That an actor holds it to read. */
struct reader {
    struct holding holding;
    struct list_link link; /* on rwlock->readers */
};

static int begin_write(struct rwlock *lock, struct actor *actor, const struct troupe_site *site)
{
    int rc = lock->is_tainted ? -EOWNERDEAD : 0;
    lock->is_tainted = false;
    holding_begin(&lock->writer, &lock->object, actor, site);
    return rc;
}

static int begin_read(struct rwlock *lock, struct actor *actor, const struct troupe_site *site)
{
    struct reader *reader = alloc_zeroed(sizeof *reader);
    if (reader == NULL)
        return -ENOMEM;
    holding_begin(&reader->holding, &lock->object, actor, site);
    list_push(&lock->readers, &reader->link);
    return lock->is_tainted ? -EOWNERDEAD : 0;
}

static void end(struct rwlock *lock, struct holding *holding)
{
    holding_end(holding);
    if (holding == &lock->writer)
        return;
    struct reader *reader = LIST_OWNER(holding, struct reader, holding);
    list_remove(&lock->readers, &reader->link);
    alloc_free(reader);
    struct list_link *other = list_first(&lock->readers);
    if (other != NULL)
        lock->object.holder = &LIST_OWNER(other, struct reader, link)->holding.holder->task;
}

static bool can_write(const struct rwlock *lock)
{
    return lock->writer.holder == NULL && list_is_empty(&lock->readers);
}

static bool can_read(const struct rwlock *lock)
{
    return lock->writer.holder == NULL && lock->object.queues[WRITERS].count == 0;
}

/* Gives it to those at the head of the queues who may have it now. */
static void hand_on(struct world *world, struct rwlock *lock)
{
    struct entry *first;
    while ((first = queue_first(&lock->object.queues[WRITERS])) != NULL && can_write(lock)) {
        int rc = begin_write(lock, (struct actor *)first->pending->task, first->pending->wait.site);
        queue_serve(world, first, rc);
    }
    while ((first = queue_first(&lock->object.queues[READERS])) != NULL && can_read(lock)) {
        int rc = begin_read(lock, (struct actor *)first->pending->task, first->pending->wait.site);
        queue_serve(world, first, rc);
    }
}

/* How the actor holds it; NULL: not at all. */
static struct holding *find_holding(const struct rwlock *lock, const struct actor *actor)
{
    const struct list *holdings = &kit_belongings(actor)->holdings;
    for (struct list_link *link = list_first(holdings); link != NULL;
         link = list_next(holdings, link)) {
        struct holding *holding = LIST_OWNER(link, struct holding, link);
        if (holding->object == &lock->object)
            return holding;
    }
    return NULL;
}

static void close_lock(struct world *world, struct object *object)
{
    struct rwlock *lock = LIST_OWNER(object, struct rwlock, object);
    struct list_link *link;
    (void)world;
    if (lock->writer.holder != NULL)
        end(lock, &lock->writer);
    while ((link = list_first(&lock->readers)) != NULL)
        end(lock, &LIST_OWNER(link, struct reader, link)->holding);
}

static void abandon(struct world *world, struct holding *holding)
{
    struct rwlock *lock = LIST_OWNER(holding->object, struct rwlock, object);
    if (holding == &lock->writer)
        lock->is_tainted = true;
    end(lock, holding);
    hand_on(world, lock);
}

static const struct object_class rwlock_class = {
    .name = "read-write lock",
    .bytes = sizeof(struct rwlock),
    .close = close_lock,
    .abandon = abandon,
};

/* Killed before it could run with the lock; or, if there was no memory, without it. */
static void revoke(struct pending *pending)
{
    struct world *world = world_here();
    struct rwlock *lock = object_find(world, &rwlock_class, pending->handle);
    struct holding *holding =
        lock != NULL ? find_holding(lock, (struct actor *)pending->task) : NULL;
    if (holding == NULL)
        return;
    if (holding == &lock->writer && pending->wait.result == -EOWNERDEAD)
        lock->is_tainted = true;
    end(lock, holding);
    hand_on(world, lock);
}

/* A writer gives up: the readers behind it may be free to go. */
static void leave(struct wait *wait)
{
    struct pending *pending = LIST_OWNER(wait, struct pending, wait);
    struct rwlock *lock = object_find(world_here(), &rwlock_class, pending->handle);
    pending_detach(wait);
    hand_on(world_here(), lock);
}

/* Whether a wait for those who hold it would never end; the actor itself may be one of them. */
static bool closes_cycle(struct actor *self, const struct rwlock *lock, const char *call,
                         const struct troupe_site *site)
{
    if (lock->writer.holder != NULL)
        return watch_closes_cycle(self, lock->writer.holder, call, site);
    for (struct list_link *link = list_first(&lock->readers); link != NULL;
         link = list_next(&lock->readers, link))
        if (watch_closes_cycle(self, LIST_OWNER(link, struct reader, link)->holding.holder, call,
                               site))
            return true;
    return false;
}

static int lock_as(int side, troupe_rwlock name, const char *call, troupe_ns limit,
                   const struct troupe_site *site)
{
    struct world *world = world_inside(call);
    struct pending pending;
    struct entry entry = {.value = NULL};
    int rc = sched_checkpoint(&world->sched, site);
    if (rc < 0)
        return rc;
    struct actor *self = actor_self(world);
    struct rwlock *lock = object_find(world, &rwlock_class, name.value);
    if (lock == NULL)
        return object_missing(name.value);
    if (belongings_of(world, self) == NULL)
        return -ENOMEM;
    bool holds = find_holding(lock, self) != NULL;
    if (side == WRITERS && can_write(lock))
        return begin_write(lock, self, site);
    if (side == READERS && can_read(lock) && !holds)
        return begin_read(lock, self, site);
    if (limit <= 0 && !holds)
        return -ETIMEDOUT;
    if (closes_cycle(self, lock, call, site))
        return -EDEADLK;
    pending_begin(world, &pending, &entry, 1, TRACE_REASON_LOCK, site);
    pending.wait.holder = &lock->object.holder;
    pending.wait.detach = leave;
    pending.handle = name.value;
    pending.revoke = revoke;
    queue_join(&lock->object.queues[side], &pending, &entry);
    return pending_wait(world, &pending, limit);
}

int troupe_rwlock_new_at(const struct troupe_site *site, troupe_rwlock *name)
{
    struct object *object;
    return object_create("troupe_rwlock_new", &rwlock_class, 0, site, &name->value, &object);
}

int troupe_rwlock_read_at(const struct troupe_site *site, troupe_rwlock name, troupe_ns limit)
{
    return lock_as(READERS, name, "troupe_rwlock_read", limit, site);
}

int troupe_rwlock_write_at(const struct troupe_site *site, troupe_rwlock name, troupe_ns limit)
{
    return lock_as(WRITERS, name, "troupe_rwlock_write", limit, site);
}

int troupe_rwlock_unlock(troupe_rwlock name)
{
    struct world *world = world_inside("troupe_rwlock_unlock");
    struct actor *self = actor_self(world);
    struct rwlock *lock = object_find(world, &rwlock_class, name.value);
    if (lock == NULL)
        return object_missing(name.value);
    struct holding *holding = kit_belongings(self) != NULL ? find_holding(lock, self) : NULL;
    if (holding == NULL)
        check_misuse("troupe_rwlock_unlock", "must be called by an actor that holds the lock");
    end(lock, holding);
    hand_on(world, lock);
    return 0;
}

void troupe_rwlock_free(troupe_rwlock *name)
{
    object_free("troupe_rwlock_free", &rwlock_class, &name->value);
}
