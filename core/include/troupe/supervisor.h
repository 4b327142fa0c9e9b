#ifndef TROUPE_SUPERVISOR_H
#define TROUPE_SUPERVISOR_H

/*
 * Supervisors: actors whose one task is to keep other actors, their children, going.
 *
 * A supervisor starts its children in the order in which they are listed, and learns when one of
 * them ends.  Then it starts it again, or not, as the child's restart type says.  What goes wrong
 * in a child is met by starting from a clean state, instead of by code for every error.
 *
 *     static const troupe_child_spec children[] = {
 *         {.name = "store", .fn = store},                                 // ends: started again
 *         {.name = "import", .fn = import, .restart = TROUPE_TRANSIENT},  // only if it fails
 *     };
 *
 *     troupe_pid sup;
 *     int rc = troupe_sup_start(&(troupe_sup_spec){.name = "shop",
 *                                                  .strategy = TROUPE_REST_FOR_ONE,
 *                                                  .children = children,
 *                                                  .child_count = 2}, &sup);
 *     ...
 *     troupe_cancel(sup, "closing time");       // import ends first, then store, then the shop
 *
 * A child that ends too often will not be helped by another start.  When more than `intensity`
 * restarts would be needed within `period`, the supervisor gives up: it says so on standard error,
 * ends its children, and fails.  If it is itself the child of a supervisor, that one decides what
 * happens next; so failures that cannot be dealt with in the small are dealt with in the large.
 *
 * The end: a supervisor that is cancelled, or that gives up, ends its children in the reverse
 * order of their start.  Each is cancelled and has some time to clean up; if it is not gone by
 * then, it is killed, and after that the one before it is cancelled.  A supervisor that is killed
 * kills its children.  None of them outlives it by more than what they do in their defers.
 *
 * A supervisor has no other end: as long as it lives, so does troupe_run().
 */

#include <troupe/handler.h>
#include <troupe/link.h>
#include <troupe/scope.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Who is started again together with a child that is. */
typedef enum troupe_strategy {
    TROUPE_ONE_FOR_ONE,  /* nobody */
    TROUPE_ONE_FOR_ALL,  /* everyone: all are ended, in reverse order, and started, in order */
    TROUPE_REST_FOR_ONE, /* those that were started after it */
    TROUPE_DYNAMIC,      /* nobody; for many children of one kind, which come and go: they are
                            forgotten when they have ended, and end together in the end */
} troupe_strategy;

/* When a child that has ended is started again.  To be cancelled is not a failure. */
typedef enum troupe_restart {
    TROUPE_PERMANENT, /* always */
    TROUPE_TRANSIENT, /* if it has failed */
    TROUPE_TEMPORARY, /* never, not even with the others: it is forgotten */
} troupe_restart;

/* How long a child may take to end when it is told to.  5 s, as is the custom since OTP: enough to
 * write something down, and still less than the patience of whoever stops the program. */
#define TROUPE_SUP_SHUTDOWN TROUPE_S(5)

/* Instead: it is killed at once, without being cancelled first. */
#define TROUPE_SUP_AT_ONCE (-TROUPE_S(1))

/* Restarts within a period that are borne with, likewise by custom: a child that fails once in a
 * while goes on, one that fails when it starts does not. */
#define TROUPE_SUP_INTENSITY 1
#define TROUPE_SUP_PERIOD TROUPE_S(5)

/* As an intensity: none is.  And the largest, since each is remembered with 8 bytes. */
#define TROUPE_SUP_NO_RESTARTS (-1)
#define TROUPE_SUP_INTENSITY_MAX 1000000

/* Bytes of a child's name that count; longer ones are cut. */
#define TROUPE_CHILD_NAME_BYTES 63

struct troupe_sup_spec;

/*
 * A child.  All zero is the default but for what it is: exactly one of `fn`, `handle` and
 * `supervisor` is set.  The specification is copied; what it points to, but for the name, stays the
 * caller's and must be there as long as the supervisor is.
 */
typedef struct troupe_child_spec {
    const char *name;       /* its name, in each of its lives; NULL: the function's */
    troupe_fn fn;           /* an actor with a stack: its body, */
    void *arg;              /* which is handed this, */
    size_t stack_bytes;     /* and the stack it needs, */
    int place;              /* and the loop it runs on, both as in troupe_spec */
    troupe_restart restart; /* when it is started again */
    troupe_ns shutdown;     /* how long it may take to end; 0: TROUPE_SUP_SHUTDOWN, but
                               TROUPE_FOREVER for a supervisor */

    /* A stackless actor.  For each life `open(arg, &state)` makes the state, in the supervisor and
     * without suspending; a negative result is a failed start.  NULL: `arg` is the state.
     * `release(state)`, if not NULL, is called at the end of each life. */
    troupe_handler_fn handle;
    int (*open)(void *arg, void **state);
    void (*release)(void *state);

    /* Another supervisor. */
    const struct troupe_sup_spec *supervisor;
} troupe_child_spec;

/* A supervisor.  All zero is the default: one that has no children yet. */
typedef struct troupe_sup_spec {
    const char *name; /* NULL: "supervisor".  As a child it has the child's, if that has one */
    troupe_strategy strategy;
    int intensity;                     /* restarts within a period; 0: TROUPE_SUP_INTENSITY */
    troupe_ns period;                  /* 0: TROUPE_SUP_PERIOD */
    const troupe_child_spec *children; /* in the order of their start; copied */
    size_t child_count;
} troupe_sup_spec;

/* What a supervisor ends with when it has given up. */
#define TROUPE_GAVE_UP (-131) /* -ENOTRECOVERABLE on Linux */

/*
 * Starts a supervisor.  It is nobody's child: cancel it to end it, link to it to share its fate,
 * or monitor it.  Its exit status is not kept for a later join.
 *
 * Inside an actor.  Returns 0, before any of the children has been started, and *pid (NULL: not
 * wanted); -ENOMEM; -EAGAIN; -EINVAL for a child that is nothing or several things, or a value out
 * of range; -EEXIST for two children of one name.
 */
TROUPE_API int troupe_sup_start_at(const struct troupe_site *site, const troupe_sup_spec *spec,
                                   troupe_pid *pid);
#define troupe_sup_start(...) troupe_sup_start_at(TROUPE_SITE(), __VA_ARGS__)

/*
 * Makes the calling actor the supervisor, until it is cancelled or gives up: for a supervisor in a
 * scope, or one that does something before.  Its mailbox is the supervisor's: what others send it
 * is dropped.
 *
 *     static int shop(void *arg)
 *     {
 *         return troupe_sup_run(&shop_spec);
 *     }
 *     ...
 *     troupe_scope_spawn(&s, shop, NULL, NULL);
 *
 * Inside an actor.  May suspend.  Returns -ECANCELED, TROUPE_GAVE_UP, or as troupe_sup_start(); all
 * children have ended by then.
 */
TROUPE_API TROUPE_MUST_CHECK int troupe_sup_run_at(const struct troupe_site *site,
                                                   const troupe_sup_spec *spec);
#define troupe_sup_run(...) troupe_sup_run_at(TROUPE_SITE(), __VA_ARGS__)

/*
 * The rest are requests to a supervisor that runs.  It answers when it is done with what it does,
 * for instance with ending a child.  They are made inside an actor, may suspend, and return what
 * troupe_call() returns, or as described.
 *
 * A child is named by its pid: that of its present life, or of its last one if it is not running.
 * -ESRCH means that no child has this pid; it may have got another since: see
 * troupe_sup_whereis().
 */

/* Starts one more child, behind all others, and gives its pid in *child (NULL: not wanted).
 * Returns 0 or as troupe_sup_start(). */
TROUPE_API TROUPE_MUST_CHECK int troupe_sup_add_at(const struct troupe_site *site, troupe_pid sup,
                                                   const troupe_child_spec *spec,
                                                   troupe_pid *child);
#define troupe_sup_add(...) troupe_sup_add_at(TROUPE_SITE(), __VA_ARGS__)

/* Ends a child, as at the end of the supervisor.  It keeps its place, unless it is temporary or
 * the supervisor's strategy is dynamic.  Returns 0, also if it was not running; -ESRCH. */
TROUPE_API TROUPE_MUST_CHECK int troupe_sup_stop_at(const struct troupe_site *site, troupe_pid sup,
                                                    troupe_pid child);
#define troupe_sup_stop(...) troupe_sup_stop_at(TROUPE_SITE(), __VA_ARGS__)

/* The same, and forgets it. */
TROUPE_API TROUPE_MUST_CHECK int troupe_sup_remove_at(const struct troupe_site *site,
                                                      troupe_pid sup, troupe_pid child);
#define troupe_sup_remove(...) troupe_sup_remove_at(TROUPE_SITE(), __VA_ARGS__)

/* Ends a child, if it is running, and starts it again; *now (NULL: not wanted) is its new pid.
 * The others are left alone, and the intensity does not count it.  Returns 0; -ESRCH; or why it
 * could not be started, and then it is not running. */
TROUPE_API TROUPE_MUST_CHECK int troupe_sup_restart_at(const struct troupe_site *site,
                                                       troupe_pid sup, troupe_pid child,
                                                       troupe_pid *now);
#define troupe_sup_restart(...) troupe_sup_restart_at(TROUPE_SITE(), __VA_ARGS__)

/* The first child with this name.  Returns 0 and *child, or -ESRCH. */
TROUPE_API TROUPE_MUST_CHECK int troupe_sup_whereis_at(const struct troupe_site *site,
                                                       troupe_pid sup, const char *name,
                                                       troupe_pid *child);
#define troupe_sup_whereis(...) troupe_sup_whereis_at(TROUPE_SITE(), __VA_ARGS__)

/* A child as it is at the moment. */
typedef struct troupe_child_info {
    char name[TROUPE_CHILD_NAME_BYTES + 1]; /* "" if it has none */
    troupe_pid pid;
    bool is_running;
    troupe_restart restart;
    uint64_t restarts; /* how often it has been started again */
} troupe_child_info;

/* Lists the children in the order of their start: stores up to `capacity` of them in list[], and
 * how many there are in *count.  Returns 0. */
TROUPE_API TROUPE_MUST_CHECK int troupe_sup_children_at(const struct troupe_site *site,
                                                        troupe_pid sup, troupe_child_info *list,
                                                        size_t capacity, size_t *count);
#define troupe_sup_children(...) troupe_sup_children_at(TROUPE_SITE(), __VA_ARGS__)

#ifdef __cplusplus
}
#endif

#endif
