#ifndef TROUPE_INFO_H
#define TROUPE_INFO_H

/*
 * Looking into a program while it runs: what each actor is, does and waits for.
 *
 *     struct troupe_info info;
 *     if (troupe_info(pid, &info) == 0 && info.mailbox_count > 1000)
 *         fprintf(stderr, "%s falls behind: its oldest message has waited for %.1f s\n",
 *                 info.name, (double)info.oldest_age / TROUPE_S(1.0));
 *
 * The whole picture is one call, troupe_dump(stderr), or, from outside, one signal: a program that
 * gets SIGQUIT (Ctrl-\ on a terminal) writes the same to standard error and goes on.  It does so
 * between two turns; one that is stuck within a turn does not.  A program with a SIGQUIT handler of
 * its own, set before troupe_run(), keeps that.
 *
 *     troupe: 3 actors: 1 ready, 2 waiting; 3 spawned so far; 1 timer, 2 messages, 3 stacks
 *       main <0.0.1> waits for another actor to end: count <0.1.1>, at count.c:20; stack ...
 *       count <0.1.1> sleeps until its deadline, in 0.4 s, at count.c:12, spawned at count.c:19;
 * ... worker <0.2.1> is ready to run, spawned at count.c:18; 2 messages, the oldest for 0.1 s; ...
 *
 * A question about one actor takes the same time whatever it does and however many there are,
 * with two exceptions: the name of a function is looked up in the program's symbols when it is
 * first needed, some 10 ms the first time, and the peak of a stack takes a system call for each
 * MiB of it.  Nothing here suspends or changes anything.
 */

#include <stdio.h>

#include <troupe/actor.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum troupe_state {
    TROUPE_READY,   /* could run, and waits for its turn */
    TROUPE_RUNNING, /* has its turn: the caller */
    TROUPE_WAITING, /* for `reason` */
    TROUPE_ENDED,   /* only its exit status is left, for a join */
} troupe_state;

/* What is known of an actor. */
struct troupe_info {
    troupe_pid pid;
    troupe_pid parent; /* who spawned it, or owns the scope that it is in; it may have ended */
    char name[64];     /* the one it was given, or is registered under, or its function's; "actor"
                          in a program without symbols */
    const struct troupe_site *spawned_at; /* or NULL */
    troupe_state state;
    bool is_cancelled; /* its calls that may suspend return -ECANCELED */
    int status;        /* ENDED: its exit status */

    /* WAITING; otherwise NULL and the like. */
    const char *reason;           /* "sleep", "recv", ...: as in docs/trace-format.md */
    troupe_pid target;            /* the one it waits for, if that is one actor */
    const struct troupe_site *at; /* the call that waits; or NULL */
    troupe_ns deadline;           /* the instant of its time limit; TROUPE_FOREVER: none */

    size_t mailbox_count; /* messages that it has not taken */
    troupe_ns oldest_age; /* how long the first of them has been there, to within 1 ms and what
                             128 turns take; ages over six days come out wrong */
    size_t link_count;    /* actors that it is linked to, */
    size_t monitor_count; /* and that it monitors */

    /* Of the stack; all 0 for a stackless actor, and for one that has not run yet. */
    size_t stack_bytes;      /* all of it */
    size_t stack_used_bytes; /* now */
    size_t stack_peak_bytes; /* most that was ever used, in pages, also by actors that had this
                                stack before; memory that was swapped out does not count */

    /* Since its spawn, or since times are kept, if that is later; all 0 if they are not. */
    troupe_ns running_time;
    troupe_ns ready_time;
    troupe_ns waiting_time;
    uint64_t turn_count;     /* how often it ran */
    uint64_t received_count; /* messages that it took, and answers to its calls */
};

/*
 * Looks at an actor, which may be the caller.  The texts and places in *info that are pointers are
 * static; the rest is a copy, and out of date as soon as others have run.
 *
 * Inside an actor.  Returns 0 and *info, or -ESRCH.
 */
TROUPE_API int troupe_info(troupe_pid pid, struct troupe_info *info);

/*
 * Calls `see(info, context)` for each actor that has not ended, in no particular order, until one
 * of the calls returns something else than 0.  Actors that are spawned meanwhile may be among
 * them.  `info` is valid until see() returns.
 *
 *     static int kill_stragglers(const struct troupe_info *info, void *context)
 *     {
 *         (void)context;
 *         return info->mailbox_count > 10000 ? troupe_kill(info->pid) : 0;
 *     }
 *     ...
 *     troupe_each(kill_stragglers, NULL);
 *
 * Inside an actor.  Returns what the last call returned, or 0.
 */
TROUPE_API int troupe_each(int (*see)(const struct troupe_info *info, void *context),
                           void *context);

/*
 * A loop in numbers.  Those of a program that is well go up and down; one that only goes up is a
 * leak: of actors that never end, of messages that nobody takes, of deadlines that lie far ahead.
 */
struct troupe_stats {
    size_t actor_count;      /* alive, */
    size_t ready_count;      /* of these, could run, */
    size_t waiting_count;    /* or wait */
    uint64_t spawned;        /* so far, */
    uint64_t ended;          /* and those that have */
    size_t timer_count;      /* deadlines, and messages that will be sent */
    size_t message_count;    /* in mailboxes, in the hands of actors, or still to be sent */
    size_t stack_count;      /* in use */
    size_t stack_free_count; /* that ended actors have left, and new ones will get */
    const char *stack_guard; /* what an overflow of a stack runs into: "madvise" and "mprotect" are
                          two ways to make the same guard page, "none" is none (for new stacks) */
};

/* The loop of the calling actor.  Takes the same time whatever is going on.  Inside an actor. */
TROUPE_API void troupe_stats(struct troupe_stats *stats);

/*
 * From now on, or no more, notes are taken of how long each actor runs, is ready and waits.  While
 * they are not, which is so in the beginning, it costs nothing; while they are, some 30 ns for each
 * turn and 48 to 200 bytes for each actor.  Each loop for itself.  Also while a trace is recorded:
 * it has the same numbers.
 *
 * Inside an actor.  Returns 0; -ENOMEM; -ENOTSUP in a build without probes (-Dtrace=false).
 */
TROUPE_API int troupe_keep_times(bool on);

/* Writes a line for the loop and one for each actor, as shown above.  Takes no memory, but for
 * names of functions that are needed for the first time.  Inside an actor. */
TROUPE_API void troupe_dump(FILE *file);

/*
 * Looks for actors that wait for each other, though others go on: for the end of one, the answer of
 * one, a lock that one holds, room in the mailbox of one, without a time limit.  A call that would
 * close such a circle is refused with -EDEADLK; what this finds are the others, such as the owner
 * of a scope who waits for its children to end, one of which waits for the owner's answer.
 *
 *     if (troupe_deadlock_check(stderr) > 0)
 *         troupe_kill(hopeless);
 *
 * Returns how many actors there are that go on only if one of them is cancelled or killed, those
 * who wait for others in a circle among them; says so in `file`, a line each, unless that is NULL.
 * Looks at all actors of the caller's loop, and takes no memory.  Who waits for a message is in no
 * circle: anybody might send one.  Inside an actor.  troupe_dump() does the same.
 */
TROUPE_API size_t troupe_deadlock_check(FILE *file);

/*
 * Aborts the program if the fact does not hold, for what must hold, or the program is wrong.
 * Before that standard error gets the place, the fact, who is running, and, while a trace is
 * recorded, what happened last on this loop and to that actor.
 *
 *     troupe_check(from->balance >= 0);
 *
 *     troupe: bank.c:31: transfer: this must hold and does not: from->balance >= 0
 *     troupe: teller <0.2.1> is running, spawned at bank.c:60
 *     troupe: the last events of this loop, and of the actor that runs:
 *     troupe:   4.1 us ago: teller <0.1.1> lets the others run and is ready at once, at bank.c:30
 *     troupe:   4.1 us ago: teller <0.2.1> runs
 *
 * Unlike assert() it stays on with NDEBUG, so the fact may be needed for what follows.  `troupe
 * explore` looks for an order of turns in which it does not hold.  Anywhere.
 */
TROUPE_API TROUPE_NO_RETURN void troupe_check_at(const char *file, int line, const char *func,
                                                 const char *fact);
#define troupe_check(fact) ((fact) ? (void)0 : troupe_check_at(__FILE__, __LINE__, __func__, #fact))

#ifdef __cplusplus
}
#endif

#endif
