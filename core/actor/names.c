/*
 * A hash table with chains.  An entry belongs to the actor that is registered, whose kit points to
 * the name in it.
 */

#include "names.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "kit.h"
#include "post.h"

/* Chains in the table: names are few, hundreds at the most; a power of two. */
#define CHAIN_COUNT 256

struct entry {
    struct entry *next;
    uint64_t pid;
    char name[ACTOR_NAME_BYTES_MAX + 1];
};

struct names {
    pthread_mutex_t mutex;
    struct entry *chains[CHAIN_COUNT];
};

struct names *names_create(void)
{
    struct names *names = alloc_zeroed(sizeof *names);
    if (names != NULL)
        pthread_mutex_init(&names->mutex, NULL);
    return names;
}

void names_destroy(struct names *names)
{
    for (size_t i = 0; i < CHAIN_COUNT; i++)
        TROUPE_CHECK(names->chains[i] == NULL);
    pthread_mutex_destroy(&names->mutex);
    alloc_free(names);
}

/* Where the pointer to the entry with this name is, or would be (FNV-1a hash). */
static struct entry **find(struct names *names, const char *name)
{
    uint32_t hash = 2166136261u;
    for (const char *at = name; *at != '\0'; at++)
        hash = (hash ^ (unsigned char)*at) * 16777619u;
    struct entry **entry = &names->chains[hash % CHAIN_COUNT];
    while (*entry != NULL && strcmp((*entry)->name, name) != 0)
        entry = &(*entry)->next;
    return entry;
}

/* The entry with this name is gone; the mutex is held. */
static void remove_entry(struct names *names, const char *name)
{
    struct entry **place = find(names, name);
    struct entry *gone = *place;
    *place = gone->next;
    alloc_free(gone);
}

void names_release(struct world *world, struct actor *actor)
{
    if (actor->kit->registered == NULL)
        return;
    pthread_mutex_lock(&world->names->mutex);
    remove_entry(world->names, actor->kit->registered);
    pthread_mutex_unlock(&world->names->mutex);
    actor->kit->registered = NULL;
}

/* 0 and the name as it is kept; -EEXIST or -ENOMEM. */
static int add_entry(struct names *names, const char *name, uint64_t pid, const char **kept)
{
    int rc = -EEXIST;
    pthread_mutex_lock(&names->mutex);
    struct entry **place = find(names, name);
    if (*place == NULL) {
        struct entry *entry = *place = alloc_zeroed(sizeof *entry);
        rc = entry != NULL ? 0 : -ENOMEM;
        if (rc == 0) {
            entry->pid = pid;
            snprintf(entry->name, sizeof entry->name, "%s", name);
            *kept = entry->name;
        }
    }
    pthread_mutex_unlock(&names->mutex);
    return rc;
}

static void drop_entry(struct names *names, const char *name)
{
    pthread_mutex_lock(&names->mutex);
    remove_entry(names, name);
    pthread_mutex_unlock(&names->mutex);
}

static int register_here(struct world *world, struct actor *actor, const char *name)
{
    struct kit *kit = kit_of(world, actor);
    if (kit == NULL)
        return -ENOMEM;
    if (kit->registered != NULL)
        return -EEXIST;
    return add_entry(world->names, name, actor->pid, &kit->registered);
}

/* The name is taken at once; that it is free again when the actor ends is for the actor's own loop
 * to see to. */
static int register_far(struct world *world, uint64_t pid, const char *name)
{
    const char *kept;
    uint32_t number;
    if (post_look(world, pid, &number) == -ESRCH)
        return -ESRCH;
    int rc = add_entry(world->names, name, pid, &kept);
    if (rc < 0)
        return rc;
    rc = post_record(world, pid, POST_REGISTER, 0, &kept, sizeof kept);
    if (rc < 0)
        drop_entry(world->names, name);
    return rc;
}

void names_on_register(struct world *world, struct troupe_msg *msg)
{
    const char *name = *(const char *const *)message_data(msg);
    struct actor *actor = actor_find_alive(world, msg->to);
    struct kit *kit = actor != NULL ? kit_of(world, actor) : NULL;
    message_destroy(world, msg);
    if (kit != NULL && kit->registered == NULL) {
        kit->registered = name;
        return;
    }
    if (actor != NULL)
        dprintf(STDERR_FILENO,
                "troupe: the name \"%s\" is free again: another loop has given it to "
                "an actor that has one already\n",
                name);
    drop_entry(world->names, name);
}

void names_on_unregister(struct world *world, struct troupe_msg *msg)
{
    struct actor *actor = actor_find_alive(world, msg->to);
    if (actor != NULL && actor->kit != NULL)
        names_release(world, actor);
    message_destroy(world, msg);
}

int troupe_register(const char *name, troupe_pid pid)
{
    struct world *world = world_inside("troupe_register");
    struct actor *actor = actor_find_alive(world, pid.value);
    size_t bytes = strlen(name);
    if (bytes == 0 || bytes > ACTOR_NAME_BYTES_MAX)
        return -EINVAL;
    if (actor != NULL)
        return register_here(world, actor, name);
    return actor_is_far(world, pid.value) ? register_far(world, pid.value, name) : -ESRCH;
}

troupe_pid troupe_whereis(const char *name)
{
    struct world *world = world_inside("troupe_whereis");
    pthread_mutex_lock(&world->names->mutex);
    const struct entry *entry = *find(world->names, name);
    troupe_pid pid = {entry != NULL ? entry->pid : 0};
    pthread_mutex_unlock(&world->names->mutex);
    return pid;
}

int troupe_unregister(const char *name)
{
    struct world *world = world_inside("troupe_unregister");
    troupe_pid pid = troupe_whereis(name);
    if (pid.value == 0)
        return -ESRCH;
    if (actor_is_far(world, pid.value))
        return post_record(world, pid.value, POST_UNREGISTER, 0, NULL, 0);
    names_release(world, actor_find(world, pid.value));
    return 0;
}
