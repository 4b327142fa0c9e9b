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
#include "news.h"
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

void names_lock(struct names *names)
{
    pthread_mutex_lock(&names->mutex);
}

void names_unlock(struct names *names)
{
    pthread_mutex_unlock(&names->mutex);
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

/* The entry at this place is gone; the mutex is held. */
static void remove_at(struct entry **place)
{
    struct entry *gone = *place;
    *place = gone->next;
    alloc_free(gone);
}

static void drop_entry(struct names *names, const char *name)
{
    names_lock(names);
    remove_at(find(names, name));
    names_unlock(names);
}

void names_forget(struct names *names, uint32_t loop)
{
    names_lock(names);
    for (size_t i = 0; i < CHAIN_COUNT; i++)
        for (struct entry **place = &names->chains[i]; *place != NULL;)
            if (handle_loop((*place)->pid) == loop)
                remove_at(place);
            else
                place = &(*place)->next;
    names_unlock(names);
}

void names_destroy(struct names *names)
{
    for (size_t i = 0; i < CHAIN_COUNT; i++)
        TROUPE_CHECK(names->chains[i] == NULL);
    pthread_mutex_destroy(&names->mutex);
    alloc_free(names);
}

/* Tells the other processes, if there are any. */
static void spread(struct world *world, enum news_kind kind, const char *name, uint64_t pid)
{
    struct news news = {.kind = kind, .pid = pid};
    if (!news_have_readers(world))
        return;
    snprintf(news.name, sizeof news.name, "%s", name);
    news_spread(world, &news, NEWS_OWN);
}

void names_release(struct world *world, struct actor *actor)
{
    char name[ACTOR_NAME_BYTES_MAX + 1];
    if (actor->kit->registered == NULL)
        return;
    snprintf(name, sizeof name, "%s", actor->kit->registered);
    drop_entry(world->names, name);
    actor->kit->registered = NULL;
    spread(world, NEWS_UNNAME, name, actor->pid);
}

/* 0 and the name as it is kept; -EEXIST or -ENOMEM. */
static int add_entry(struct names *names, const char *name, uint64_t pid, const char **kept)
{
    int rc = -EEXIST;
    names_lock(names);
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
    names_unlock(names);
    return rc;
}

static int register_here(struct world *world, struct actor *actor, const char *name)
{
    struct kit *kit = kit_of(world, actor);
    if (kit == NULL)
        return -ENOMEM;
    if (kit->registered != NULL)
        return -EEXIST;
    int rc = add_entry(world->names, name, actor->pid, &kit->registered);
    if (rc == 0)
        spread(world, NEWS_NAME, name, actor->pid);
    return rc;
}

/* The entry is there; the actor's own loop is to see to it that it goes with the actor.  For an
 * actor of another process, the news do that. */
static int hand_over(struct world *world, uint64_t pid, const char *kept)
{
    if (!crew_has(world->sched.crew, handle_loop(pid)))
        return 0;
    int rc = post_record(world, pid, POST_REGISTER, 0, &kept, sizeof kept);
    if (rc < 0)
        drop_entry(world->names, kept);
    return rc;
}

/* The name is taken at once. */
static int register_far(struct world *world, uint64_t pid, const char *name)
{
    const char *kept;
    uint32_t number;
    if (post_look(world, pid, &number) == -ESRCH)
        return -ESRCH;
    int rc = add_entry(world->names, name, pid, &kept);
    if (rc < 0)
        return rc;
    rc = hand_over(world, pid, kept);
    if (rc == 0)
        spread(world, NEWS_NAME, name, pid);
    return rc;
}

/* Two processes have given the same name: the older one's word counts, so the entry here is that of
 * its actor now.  On the only loop of a process that was forked. */
static void give_way(struct world *world, const struct news *news, uint64_t had_it)
{
    struct actor *actor = actor_find(world, had_it);
    names_lock(world->names);
    (*find(world->names, news->name))->pid = news->pid;
    names_unlock(world->names);
    if (actor != NULL && actor->kit != NULL)
        actor->kit->registered = NULL;
    dprintf(STDERR_FILENO,
            "troupe: the name \"%s\" is another actor's, in the process that started "
            "this one\n",
            news->name);
}

bool names_heard(struct world *world, const struct news *news, uint32_t from)
{
    const char *kept;
    int rc = add_entry(world->names, news->name, news->pid, &kept);
    if (rc == 0)
        return hand_over(world, news->pid, kept) == 0;
    uint64_t has_it = troupe_whereis(news->name).value;
    if (has_it == news->pid)
        return true; /* this process has given it, or was forked when it was there */
    if (crew_is_branch(world->sched.crew) && from == world->sched.crew->origin) {
        give_way(world, news, has_it);
        return true;
    }
    struct news refusal = *news;
    refusal.kind = NEWS_UNNAME;
    if (post_record(world, (uint64_t)from << 56, POST_NEWS, 0, &refusal, sizeof refusal) < 0)
        dprintf(STDERR_FILENO, "troupe: no memory to refuse the name \"%s\"\n", news->name);
    return false;
}

void names_heard_gone(struct world *world, const struct news *news)
{
    if (crew_has(world->sched.crew, handle_loop(news->pid))) {
        (void)post_record(world, news->pid, POST_UNREGISTER, 0, NULL, 0);
        return;
    }
    names_lock(world->names);
    struct entry **place = find(world->names, news->name);
    if (*place != NULL && (*place)->pid == news->pid)
        remove_at(place);
    names_unlock(world->names);
}

void names_on_register(struct world *world, struct troupe_msg *msg)
{
    const char *name = *(const char *const *)message_data(msg);
    struct actor *actor = actor_find_alive(world, msg->to);
    struct kit *kit = actor != NULL ? kit_of(world, actor) : NULL;
    uint64_t pid = msg->to;
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
    spread(world, NEWS_UNNAME, name, pid);
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
    names_lock(world->names);
    const struct entry *entry = *find(world->names, name);
    troupe_pid pid = {entry != NULL ? entry->pid : 0};
    names_unlock(world->names);
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
