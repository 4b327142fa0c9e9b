#ifndef CHILDREN_H
#define CHILDREN_H

/*
 * The children of a supervisor: in the order of their start, and by their pids.
 */

#include <troupe/supervisor.h>

#include "list.h"

struct child {
    troupe_child_spec spec; /* its name points to `name`, or is NULL */
    char name[TROUPE_CHILD_NAME_BYTES + 1];
    const struct troupe_site *site; /* where the program asked for it */
    troupe_pid pid;                 /* of its present or its last life */
    bool is_running;
    uint64_t starts;
    struct list_link link; /* on children.order */
    struct child *chain;   /* the next one in its bucket */
};

struct children {
    struct list order;      /* of struct child */
    struct child **buckets; /* by pid; those that were never started are in none */
    size_t bucket_count;    /* a power of two, or 0 */
    size_t count;
};

/* Checks a specification: 0, -EINVAL, or -EEXIST if `names_differ` and the name is there. */
int children_check(const struct children *children, const troupe_child_spec *spec,
                   bool names_differ);

/* Adds a child behind the others; NULL without memory. */
struct child *children_add(struct children *children, const troupe_child_spec *spec,
                           const struct troupe_site *site);

/* It is not running any more, and forgotten. */
void children_remove(struct children *children, struct child *child);

/* Forgets them all. */
void children_clear(struct children *children);

/* The child has a new pid. */
void children_rename(struct children *children, struct child *child, troupe_pid pid);

/* NULL if there is none. */
struct child *children_find(const struct children *children, troupe_pid pid);
struct child *children_named(const struct children *children, const char *name);

/* In the order of their start; NULL beyond the ends. */
struct child *children_first(const struct children *children);
struct child *children_last(const struct children *children);
struct child *children_after(const struct children *children, const struct child *child);
struct child *children_before(const struct children *children, const struct child *child);

#endif
