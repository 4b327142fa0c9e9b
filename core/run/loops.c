/*
 * Each thread keeps to the same steps, and waits for the others between them.
 */

#include "loops.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "abroad.h"
#include "alloc.h"
#include "branch.h"
#include "explore.h"
#include "names.h"
#include "overflow.h"
#include "port.h"
#include "quit.h"
#include "report.h"
#include "signals.h"
#include "stacks.h"
#include "stall.h"
#include "seen.h"

struct member {
    struct run *run;
    uint32_t loop;
    pthread_t thread; /* not of loop 0 */
    struct world *world;
    int rc; /* why there is no world; or 0 */
};

struct run {
    struct crew crew;
    struct universe universe;
    struct sentry sentry;
    bool is_off; /* it does not take place: not all loops could be made */

    /* Where the threads wait for each other. */
    pthread_mutex_t mutex;
    pthread_cond_t met;
    unsigned here;  /* members that have come */
    unsigned step;  /* meetings so far */
    unsigned count; /* members that there are */

    struct member members[];
};

/* Waits until all members have come here. */
static void meet(struct run *run)
{
    pthread_mutex_lock(&run->mutex);
    unsigned step = run->step;
    if (++run->here == run->count) {
        run->here = 0;
        run->step++;
        pthread_cond_broadcast(&run->met);
    }
    while (run->step == step)
        pthread_cond_wait(&run->met, &run->mutex);
    pthread_mutex_unlock(&run->mutex);
}

/* What each thread does from the moment when all worlds are there; its world ends. */
static void take_part(struct member *member)
{
    struct run *run = member->run;
    if (member->loop == 0 && !run->is_off)
        sentry_post(&run->sentry, &run->crew, run->crew.plan.stall_ns);
    if (member->loop == 0)
        seen_begin(&run->crew);
    if (member->loop == 0 && !run->is_off)
        explore_stay(&member->world->sched);
    if (!run->is_off)
        sched_run(&member->world->sched);
    meet(run);
    if (member->loop == 0) {
        seen_end(&run->crew);
        sentry_dismiss(&run->sentry);
        port_close_all(&run->crew);
    }
    world_wind_up(member->world);
    meet(run);
    if (member->loop == 0)
        return; /* its world goes last */
    world_finish(member->world);
    alloc_free(member->world);
}

static int make_world(struct member *member)
{
    member->world = alloc_aligned(_Alignof(struct world), sizeof *member->world);
    if (member->world == NULL)
        return -ENOMEM;
    memset(member->world, 0, sizeof *member->world);
    int rc = world_init(member->world, &member->run->universe, member->loop);
    if (rc < 0)
        alloc_free(member->world);
    return rc;
}

/* A thread says that it has made its world, or why not. */
static void report_in(struct member *member, int rc)
{
    struct run *run = member->run;
    pthread_mutex_lock(&run->mutex);
    member->rc = rc;
    pthread_cond_broadcast(&run->met);
    pthread_mutex_unlock(&run->mutex);
}

static void *run_loop(void *arg)
{
    struct member *member = arg;
    char name[16]; /* as long as a thread's name may be */
    snprintf(name, sizeof name, "troupe-loop-%u", member->loop % TROUPE_LOOPS_MAX);
    pthread_setname_np(pthread_self(), name);
    int rc = make_world(member);
    report_in(member, rc);
    if (rc < 0)
        return NULL;
    overflow_prepare_thread();
    stall_prepare_thread();
    meet(member->run);
    take_part(member);
    return NULL;
}

/* Starts the thread of a loop, on which no signal is handled but those that the thread itself
 * causes, and waits until it has its world: 0 or a negative code. */
static int start_thread(struct member *member)
{
    struct run *run = member->run;
    sigset_t others, old;
    signals_of_others(&others);
    pthread_sigmask(SIG_SETMASK, &others, &old);
    member->rc = 1;
    int rc = alloc_should_fail() ? ENOMEM : pthread_create(&member->thread, NULL, run_loop, member);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    if (rc != 0)
        return -rc;
    pthread_mutex_lock(&run->mutex);
    while (member->rc > 0)
        pthread_cond_wait(&run->met, &run->mutex);
    rc = member->rc;
    pthread_mutex_unlock(&run->mutex);
    if (rc < 0)
        pthread_join(member->thread, NULL);
    return rc;
}

/* Loop 0's world is there.  Starts the others, as long as that goes well, and spawns the main
 * actor. */
static int begin(struct run *run, troupe_fn fn, void *arg)
{
    struct world *world = run->members[0].world;
    troupe_spec spec = {.fn = fn, .arg = arg, .name = "main", .place = TROUPE_HERE};
    struct actor *actor;
    unsigned count = 1;
    int rc = 0;
    for (; rc == 0 && count < run->crew.loop_count; count += rc == 0)
        rc = start_thread(&run->members[count]);
    pthread_mutex_lock(&run->mutex);
    run->count = count;
    pthread_mutex_unlock(&run->mutex);
    if (rc == 0)
        rc = actor_spawn(world, &spec, (struct birth){.site = NULL}, &actor);
    if (rc == 0)
        world->main = actor->pid;
    run->is_off = rc < 0;
    return rc;
}

static int run_all(struct run *run, troupe_fn fn, void *arg)
{
    struct member *first = &run->members[0];
    int rc = make_world(first);
    if (rc < 0)
        return rc;
    overflow_watch();
    rc = begin(run, fn, arg);
    meet(run);
    take_part(first);
    for (unsigned i = 1; i < run->count; i++)
        pthread_join(run->members[i].thread, NULL);
    if (rc == 0)
        rc = first->world->main_status;
    overflow_unwatch();
    if (stacks_are_measured)
        stacks_report(&first->world->symbols);
    world_finish(first->world);
    alloc_free(first->world);
    return rc;
}

static void finish_universe(struct universe *universe)
{
    if (universe->names != NULL)
        names_destroy(universe->names);
    if (universe->abroad != NULL)
        abroad_destroy(universe->abroad);
}

int universe_init(struct universe *universe, struct crew *crew)
{
    *universe = (struct universe){
        .crew = crew,
        .names = names_create(),
        .abroad = abroad_create(),
        .stuck = report_stuck,
        .attend = quit_attend,
        .branch = branch_begin,
    };
    if (universe->names != NULL && universe->abroad != NULL)
        return 0;
    finish_universe(universe);
    return -ENOMEM;
}

/* What all members share: 0 or -ENOMEM. */
static int prepare(struct run *run, const troupe_options *options)
{
    bool spreads = options->place == TROUPE_PROCESS;
    int rc = crew_init(&run->crew, &(struct crew_plan){
                                       .loop_count = options->loops,
                                       .place = spreads ? TROUPE_HERE : options->place,
                                       .spreads = spreads,
                                       .spin_ns = options->virtual_time ? 0 : options->spin,
                                       .is_virtual = options->virtual_time,
                                       .seed = options->seed,
                                       .stall_ns = options->stall > 0 ? options->stall : 0,
                                   });
    if (rc < 0)
        return rc;
    rc = universe_init(&run->universe, &run->crew);
    if (rc < 0)
        crew_finish(&run->crew);
    return rc;
}

int loops_run(const troupe_options *options, troupe_fn fn, void *arg)
{
    struct run *run = alloc_zeroed(sizeof *run + options->loops * sizeof run->members[0]);
    if (run == NULL)
        return -ENOMEM;
    int rc = prepare(run, options);
    if (rc < 0) {
        alloc_free(run);
        return rc;
    }
    run->count = options->loops; /* or less: none meets the others before loop 0 does */
    pthread_mutex_init(&run->mutex, NULL);
    pthread_cond_init(&run->met, NULL);
    for (uint32_t i = 0; i < options->loops; i++)
        run->members[i] = (struct member){.run = run, .loop = i};
    rc = run_all(run, fn, arg);
    pthread_cond_destroy(&run->met);
    pthread_mutex_destroy(&run->mutex);
    finish_universe(&run->universe);
    crew_finish(&run->crew);
    alloc_free(run);
    return rc;
}
