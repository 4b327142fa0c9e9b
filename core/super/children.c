/*
 * A list, and a hash table with chains for those who are found by their pids: a dynamic supervisor
 * may have a hundred thousand children, and each of their ends has to find one.
 *
 * The table grows when there are more children than chains.  Without memory for that it stays as
 * it is: finding takes longer, and nothing fails.
 */

#include "children.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "alloc.h"

/* Chains to begin with: more than most supervisors have children; a power of two. */
#define BUCKETS_MIN 8

static struct child *child_of(struct list_link *link)
{
    return link != NULL ? LIST_OWNER(link, struct child, link) : NULL;
}

struct child *children_first(const struct children *children)
{
    return child_of(list_first(&children->order));
}

struct child *children_last(const struct children *children)
{
    return child_of(children->order.last);
}

struct child *children_after(const struct children *children, const struct child *child)
{
    return child_of(list_next(&children->order, &child->link));
}

struct child *children_before(const struct children *children, const struct child *child)
{
    return child_of(&child->link != list_first(&children->order) ? child->link.prev : NULL);
}

static struct child **bucket_of(const struct children *children, troupe_pid pid)
{
    size_t hash = (size_t)((pid.value ^ pid.value >> 32) * 0x9e3779b97f4a7c15u >> 32);
    return &children->buckets[hash & (children->bucket_count - 1)];
}

static void chain(struct children *children, struct child *child)
{
    struct child **bucket = bucket_of(children, child->pid);
    child->chain = *bucket;
    *bucket = child;
}

static void unchain(struct children *children, struct child *child)
{
    struct child **place = bucket_of(children, child->pid);
    while (*place != child)
        place = &(*place)->chain;
    *place = child->chain;
}

/* Makes room for one more; 0, or -ENOMEM if there is no table at all. */
static int grow(struct children *children)
{
    size_t count = children->bucket_count > 0 ? children->bucket_count * 2 : BUCKETS_MIN;
    if (children->count < children->bucket_count)
        return 0;
    struct child **buckets = alloc_zeroed(count * sizeof(struct child *));
    if (buckets == NULL)
        return children->bucket_count > 0 ? 0 : -ENOMEM;
    alloc_free(children->buckets);
    children->buckets = buckets;
    children->bucket_count = count;
    for (struct child *child = children_first(children); child != NULL;
         child = children_after(children, child))
        if (child->starts > 0)
            chain(children, child);
    return 0;
}

int children_check(const struct children *children, const troupe_child_spec *spec,
                   bool names_differ)
{
    int kinds = (spec->fn != NULL) + (spec->handle != NULL) + (spec->supervisor != NULL);
    if (kinds != 1 || (spec->shutdown < 0 && spec->shutdown != TROUPE_SUP_AT_ONCE) ||
        (unsigned)spec->restart > TROUPE_TEMPORARY)
        return -EINVAL;
    if (names_differ && spec->name != NULL && children_named(children, spec->name) != NULL)
        return -EEXIST;
    return 0;
}

struct child *children_add(struct children *children, const troupe_child_spec *spec,
                           const struct troupe_site *site)
{
    struct child *child = alloc_zeroed(sizeof *child);
    if (child == NULL || grow(children) < 0) {
        alloc_free(child);
        return NULL;
    }
    child->spec = *spec;
    child->site = site;
    if (spec->name != NULL) {
        snprintf(child->name, sizeof child->name, "%s", spec->name);
        child->spec.name = child->name;
    }
    if (spec->shutdown == 0)
        child->spec.shutdown = spec->supervisor != NULL ? TROUPE_FOREVER : TROUPE_SUP_SHUTDOWN;
    list_push(&children->order, &child->link);
    children->count++;
    return child;
}

void children_remove(struct children *children, struct child *child)
{
    TROUPE_CHECK(!child->is_running);
    if (child->starts > 0)
        unchain(children, child);
    list_remove(&children->order, &child->link);
    children->count--;
    alloc_free(child);
}

void children_clear(struct children *children)
{
    struct child *child;
    while ((child = children_last(children)) != NULL) {
        list_remove(&children->order, &child->link);
        alloc_free(child);
    }
    alloc_free(children->buckets);
    *children = (struct children){.buckets = NULL};
}

void children_rename(struct children *children, struct child *child, troupe_pid pid)
{
    if (child->starts > 0)
        unchain(children, child);
    child->pid = pid;
    child->starts++;
    chain(children, child);
}

struct child *children_find(const struct children *children, troupe_pid pid)
{
    struct child *child = children->bucket_count > 0 ? *bucket_of(children, pid) : NULL;
    while (child != NULL && !troupe_pid_equal(child->pid, pid))
        child = child->chain;
    return child;
}

struct child *children_named(const struct children *children, const char *name)
{
    struct child *child = children_first(children);
    while (child != NULL &&
           (child->spec.name == NULL || strncmp(child->name, name, TROUPE_CHILD_NAME_BYTES) != 0))
        child = children_after(children, child);
    return child;
}
