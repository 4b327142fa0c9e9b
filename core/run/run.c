/*
 * The start and the end of a program of actors.
 */

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include <troupe/actor.h>
#include <troupe/run.h>

#include "actor.h"
#include "alloc.h"
#include "quit.h"
#include "report.h"

/* The program calls exit() inside an actor: what was recorded is written first. */
static void close_at_exit(void)
{
    if (sched_here == NULL)
        return;
    prints_close();
    bell_hush_all(sched_here);
    probe_close(&sched_here->probe);
}

static void prepare_process(void)
{
    atexit(close_at_exit);
    quit_prepare();
    check_describe = report_running;
}

int troupe_run(troupe_fn fn, void *arg)
{
    if (sched_here != NULL)
        return -EBUSY;
    struct world *world = alloc_zeroed(sizeof *world);
    if (world == NULL)
        return -ENOMEM;
    static pthread_once_t prepared = PTHREAD_ONCE_INIT;
    pthread_once(&prepared, prepare_process);
    int rc = world_init(world, report_stuck, quit_attend);
    if (rc < 0)
        goto free_world;
    troupe_spec spec = {.fn = fn, .arg = arg, .name = "main"};
    struct actor *actor;
    rc = actor_spawn(world, &spec, (struct birth){.site = NULL}, &actor);
    if (rc == 0) {
        world->main = actor->pid;
        sched_run(&world->sched);
        rc = world->main_status;
    }
    world_finish(world);
free_world:
    alloc_free(world);
    return rc;
}
