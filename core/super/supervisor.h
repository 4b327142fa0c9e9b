#ifndef SUPERVISOR_H
#define SUPERVISOR_H

/*
 * Supervisors from the inside: see troupe/supervisor.h.
 *
 *   children.c      who they are
 *   patience.c      how many restarts are borne with
 *   lives.c         starting and ending them
 *   supervisor.c    the supervisor's own life
 *   requests.c      what others ask of it
 *
 * All of it is an ordinary program of actors: it knows no more of the runtime than its public
 * calls, where the memory comes from, and how to leave a note in the trace.
 */

#include "children.h"
#include "patience.h"

/* The tags of messages to a supervisor: an arbitrary number, so that what is sent to it by mistake
 * is not taken for one of them. */
enum { SUPERVISOR_TAG_START = 0x5375700, SUPERVISOR_TAG_REQUEST };

struct supervisor {
    char name[TROUPE_CHILD_NAME_BYTES + 1]; /* for reports */
    const struct troupe_site *site;         /* where the program asked for it */
    troupe_strategy strategy;
    struct patience patience;
    struct children children;
    troupe_scope scope;   /* open while it runs, to be shielded while it ends its children */
    bool is_ending;       /* it was cancelled, and starts nobody any more */
    troupe_msg *received; /* what it is dealing with */
    troupe_msg *home;     /* the message that it came in and that owns it; NULL: nothing does */
};

/* Spawns an actor that is a supervisor, monitored by the caller; 0 or a negative code. */
int supervisor_spawn(const troupe_sup_spec *spec, const char *name, const struct troupe_site *site,
                     troupe_pid *pid, troupe_ref *ref);

/* Starts a child; 0 or a negative code. */
int supervisor_start_child(struct supervisor *sup, struct child *child);

/* Ends a child, if it is running, within its limit. */
void supervisor_stop_child(struct supervisor *sup, struct child *child);

/* Whether a child is forgotten once it has ended for good. */
bool supervisor_forgets(const struct supervisor *sup, const struct child *child);

/* Ends all children. */
void supervisor_stop_all(struct supervisor *sup);

/* Deals with the request in sup->received; 0, or why the supervisor ends. */
int supervisor_answer(struct supervisor *sup);

#endif
