#ifndef KIT_H
#define KIT_H

/*
 * What not every actor has; and what few have: their belongings.
 */

#include "actor.h"

struct defer;

/* A place in a mailbox up to which no message has a certain tag. */
struct mailbox_save {
    int tag;
    struct troupe_msg *last; /* the last one that was looked at; NULL: the entry is free */
};

/* Tags for which an actor's mailbox remembers how far it has been searched: an actor rarely waits
 * for more kinds of message in turn. */
#define MAILBOX_SAVES 4

/* How far an actor's mailbox has been searched, once it has been searched by tag. */
struct mailbox_memory {
    unsigned next; /* the entry that is used next */
    struct mailbox_save saves[MAILBOX_SAVES];
};

struct mailbox {
    struct troupe_msg *first;
    struct troupe_msg *last;
    size_t count;
    size_t user_count; /* those that the limit is for */
    size_t limit;
    troupe_policy policy;
    bool told_full;                /* other loops have been told that it is at its limit */
    struct mailbox_memory *memory; /* or NULL: it is searched from its beginning */
    struct list senders; /* of struct send_wait: waiting for room, first come first served */
};

/* Why an actor was cancelled itself, and by whom. */
struct cancel_cause {
    char reason[48];
    uint64_t canceller; /* 0: by none of the actors */
};

/* What it owns, holds and watches: most have a kit for a mailbox's sake, and none of this. */
struct belongings {
    struct list watching; /* of struct bond: monitors and links that it owns */
    struct list objects;  /* of struct object: channels and locks that it has made */
    struct list holdings; /* of struct holding: locks that it holds */
    struct list calls;    /* of struct pending_call: started and not waited for yet */
    struct defer *defers; /* newest first */
    uint32_t link_count;  /* of the bonds in `watching` */
    uint32_t monitor_count;
    bool traps_exits;
    struct cancel_cause *cause; /* or NULL: it was not, or there was no memory for it */
};

struct kit {
    char *name;                    /* as specified, owned; or NULL */
    const char *registered;        /* the name it is registered under; or NULL */
    struct list ended;             /* of struct actor: children whose status is kept */
    struct belongings *belongings; /* or NULL */
    struct actor *owner;
    troupe_handler_fn handle; /* stackless: called for each message, */
    void *state;              /* with this, */
    void (*release)(void *);  /* which is released in the end; or NULL */
    struct mailbox mailbox;   /* a cache line of its own */
};

/* A mailbox alone makes an actor want a kit, and there may be a million of them. */
_Static_assert(sizeof(struct kit) <= 128 && offsetof(struct kit, mailbox) == 64,
               "two cache lines, one of them the mailbox's");

/* The kit of an actor, made if need be; NULL without memory. */
struct kit *kit_of(struct world *world, struct actor *actor);

/* The same for its belongings. */
struct belongings *belongings_of(struct world *world, struct actor *actor);

/* The actor has ended; the kit with all that is left in it goes. */
void kit_release(struct world *world, struct actor *actor);

static inline const char *kit_name(const struct actor *actor)
{
    return actor->kit != NULL ? actor->kit->name : NULL;
}

/* What it has of them: may be NULL. */
static inline struct belongings *kit_belongings(const struct actor *actor)
{
    return actor->kit != NULL ? actor->kit->belongings : NULL;
}

#endif
