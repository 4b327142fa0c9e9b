#ifndef LIST_H
#define LIST_H

/*
 * A list, first in, first out, whose links live inside its members.
 *
 *   list.last -> c        a <-> b <-> c <-> (a again)
 *
 * The links form a circle, and the head is one pointer, to the last member; so an object that is
 * mostly alone pays 8 bytes for having a list.  A link on no list has NULLs, which is checked
 * wherever one is put on a list.  LIST_OWNER leads from a link to its member.
 */

#include <stdbool.h>
#include <stddef.h>

#include "check.h"

struct list_link {
    struct list_link *prev;
    struct list_link *next;
};

struct list {
    struct list_link *last; /* NULL: empty */
};

#define LIST_OWNER(pointer, type, member) ((type *)((char *)(pointer) - offsetof(type, member)))

static inline bool list_is_empty(const struct list *list)
{
    return list->last == NULL;
}

static inline bool list_has(const struct list_link *link)
{
    return link->next != NULL;
}

static inline void list_push(struct list *list, struct list_link *link)
{
    TROUPE_CHECK(!list_has(link));
    struct list_link *last = list->last != NULL ? list->last : link;
    link->prev = last;
    link->next = list->last != NULL ? last->next : link;
    link->next->prev = link;
    last->next = link;
    list->last = link;
}

static inline void list_remove(struct list *list, struct list_link *link)
{
    TROUPE_CHECK(list_has(link));
    if (list->last == link)
        list->last = link->prev != link ? link->prev : NULL;
    link->prev->next = link->next;
    link->next->prev = link->prev;
    link->prev = NULL;
    link->next = NULL;
}

/* The first link; NULL if there is none. */
static inline struct list_link *list_first(const struct list *list)
{
    return list->last != NULL ? list->last->next : NULL;
}

/* The link behind `link`; NULL behind the last. */
static inline struct list_link *list_next(const struct list *list, const struct list_link *link)
{
    return link != list->last ? link->next : NULL;
}

#endif
