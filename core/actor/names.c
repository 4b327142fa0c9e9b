/*
 * A hash table with chains.  An entry belongs to the actor that is registered, whose kit points to
 * the name in it.
 */

#include "names.h"

#include <errno.h>
#include <string.h>

#include "alloc.h"
#include "kit.h"

/* Chains in the table: names are few, hundreds at the most; a power of two. */
#define CHAIN_COUNT 256

struct entry {
    struct entry *next;
    uint64_t pid;
    char name[ACTOR_NAME_BYTES_MAX + 1];
};

struct names {
    struct entry *chains[CHAIN_COUNT];
};

struct names *names_create(void)
{
    return alloc_zeroed(sizeof(struct names));
}

void names_destroy(struct names *names)
{
    for (size_t i = 0; names != NULL && i < CHAIN_COUNT; i++)
        TROUPE_CHECK(names->chains[i] == NULL);
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

void names_release(struct world *world, struct actor *actor)
{
    if (actor->kit->registered == NULL)
        return;
    struct entry **entry = find(world->names, actor->kit->registered);
    struct entry *gone = *entry;
    *entry = gone->next;
    actor->kit->registered = NULL;
    alloc_free(gone);
}

int troupe_register(const char *name, troupe_pid pid)
{
    struct world *world = world_inside("troupe_register");
    struct actor *actor = actor_find_alive(world, pid.value);
    size_t bytes = strlen(name);
    if (bytes == 0 || bytes > ACTOR_NAME_BYTES_MAX)
        return -EINVAL;
    if (actor == NULL)
        return -ESRCH;
    struct kit *kit = kit_of(world, actor);
    if (kit == NULL)
        return -ENOMEM;
    struct entry **place = find(world->names, name);
    if (*place != NULL || kit->registered != NULL)
        return -EEXIST;
    struct entry *entry = alloc_zeroed(sizeof *entry);
    if (entry == NULL)
        return -ENOMEM;
    entry->pid = pid.value;
    memcpy(entry->name, name, bytes);
    *place = entry;
    kit->registered = entry->name;
    return 0;
}

int troupe_unregister(const char *name)
{
    struct world *world = world_inside("troupe_unregister");
    struct entry *entry = *find(world->names, name);
    if (entry == NULL)
        return -ESRCH;
    names_release(world, actor_find(world, entry->pid));
    return 0;
}

troupe_pid troupe_whereis(const char *name)
{
    struct world *world = world_inside("troupe_whereis");
    struct entry *entry = *find(world->names, name);
    return (troupe_pid){entry != NULL ? entry->pid : 0};
}
