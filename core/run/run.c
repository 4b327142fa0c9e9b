/*
 * The start and the end of a program of actors.
 */

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include "choices.h"
#include "explore.h"
#include "here.h"
#include "loops.h"
#include "options.h"
#include "quit.h"
#include "report.h"
#include "tape.h"
#include "taping.h"

/* If the program calls exit() inside an actor, what was recorded is written first. */
static void close_at_exit(void)
{
    choices_end();
    tape_close();
    if (sched_here == NULL)
        return;
    prints_close(true);
    bell_hush_all(sched_here);
    probe_close(&sched_here->probe);
}

/* The actor that runs on the calling thread, for its own words in the trace. */
static bool find_actor(struct here *here)
{
    if (sched_here == NULL)
        return false;
    *here = (struct here){.ring = sched_here->probe.ring, .lane = sched_here->probe.running};
    return here->ring != NULL && here->lane != 0;
}

static void prepare_process(void)
{
    here_set_actors(find_actor);
    atexit(close_at_exit);
    quit_prepare();
    check_describe = report_running;
}

int troupe_run_on(const troupe_options *given, troupe_fn fn, void *arg)
{
    static pthread_once_t prepared = PTHREAD_ONCE_INIT;
    troupe_options options = *given;
    if (sched_here != NULL)
        return -EBUSY;
    int rc = taping_prepare();
    if (rc < 0)
        return rc;
    rc = options_settle(&options);
    if (rc < 0)
        return rc;
    rc = explore_begin();
    if (rc < 0)
        return rc;
    pthread_once(&prepared, prepare_process);
    taping_begin(&options);
    if (options.virtual_time)
        clock_make_virtual(true);
    rc = loops_run(&options, fn, arg);
    if (options.virtual_time)
        clock_make_virtual(false);
    taping_end();
    if (rc < 0)
        report_seed(options.seed, options.virtual_time);
    return rc;
}

int troupe_run(troupe_fn fn, void *arg)
{
    return troupe_run_on(&(troupe_options){.loops = 0}, fn, arg);
}

unsigned troupe_loop_count(void)
{
    return sched_inside("troupe_loop_count")->crew->loop_count;
}

unsigned troupe_loop(void)
{
    return sched_inside("troupe_loop")->number;
}
