/*
 * A process is forked by the actor that spawns another one into it.
 *
 *   parent                               child
 *   ------------------------------------------------------------------------------------
 *   a socket pair, the bridge
 *   fork()                               on the stack of the actor that called fork():
 *   the bridge waits for the process       what is the parent's alone is forgotten or closed
 *                                          a large stack is taken, for good
 *                                        a world of its own: crew, names, loop, trace
 *                                        the bridge back; the actor begins
 *                                        actors run, until there are none
 *   ENDED, by the bridge           <---  the rest of the posts is written
 *   the process is waited for            _exit()
 *
 * The worlds of the parent are there in the child, as it were in amber: nobody runs in them, and
 * they are never given back.
 */

#include "branch.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "abroad.h"
#include "alloc.h"
#include "bridge.h"
#include "elsewhere.h"
#include "loops.h"
#include "names.h"
#include "notice.h"
#include "port.h"
#include "stall.h"
#include "seen.h"
#include "tape.h"

/* The stack on which the child's loop runs, with all that is called by it; as much as a thread
 * usually has.  Only what is touched takes memory. */
#define STACK_BYTES ((size_t)8 << 20)

/* What the child exits with if it cannot begin; the sentence is on standard error. */
#define EXIT_CANNOT_BEGIN 71

struct branch {
    struct crew crew;
    struct universe universe;
    struct world *world;
    struct world *parent; /* in amber */
    struct post_spawn record;
    struct sentry sentry;
    struct coro coro;
    int fd;
};

static _Noreturn void give_up(const char *what, int rc)
{
    dprintf(STDERR_FILENO, "troupe: a process for an actor cannot begin: %s: %s\n", what,
            troupe_strerror(rc));
    _exit(EXIT_CANNOT_BEGIN);
}

/* A world in which the actor is ready. */
static struct bridge *settle_in(struct branch *branch)
{
    struct bridge *bridge;
    int rc = universe_init(&branch->universe, &branch->crew);
    struct world *world = alloc_aligned(_Alignof(struct world), sizeof *world);
    if (rc < 0 || world == NULL)
        give_up("its world", -ENOMEM);
    names_destroy(branch->universe.names);
    branch->universe.names = branch->parent->names; /* with all that were registered */
    memset(world, 0, sizeof *world);
    branch->world = world;
    rc = world_init(world, &branch->universe, branch->crew.first);
    if (rc < 0)
        give_up("its world", rc);
    coro_move_thread(&world->sched.home, branch->coro.stack_end);
    rc = bridge_open(world, branch->crew.origin, branch->fd, &bridge);
    if (rc == 0)
        rc = elsewhere_begin(world, &branch->record, branch->crew.origin);
    if (rc < 0)
        give_up("its actor", rc);
    probe_settle(&world->sched.probe);
    return bridge;
}

/* From the first to the last instruction on the stack of its own. */
static void live(void *arg)
{
    struct branch *branch = arg;
    coro_arrived(&branch->coro);
    struct bridge *bridge = settle_in(branch);
    struct world *world = branch->world;
    sentry_post(&branch->sentry, &branch->crew, branch->crew.plan.stall_ns);
    seen_by_none();
    seen_begin(&branch->crew);
    sched_run(&world->sched);
    seen_end(&branch->crew);
    sentry_dismiss(&branch->sentry);
    world_take_in(world); /* what is still to be said */
    bridge_drain(bridge);
    bridge_close(bridge);
    world_wind_up(world);
    world_finish(world);
    fflush(NULL);
    _exit(0);
}

/* The numbers of all open descriptors but the standard ones. */
static void each_descriptor(void (*look)(int fd, const int *keep), const int *keep)
{
    DIR *folder = opendir("/proc/self/fd");
    if (folder == NULL)
        return;
    const struct dirent *entry;
    while ((entry = readdir(folder)) != NULL) {
        int fd = atoi(entry->d_name);
        if (fd > STDERR_FILENO && fd != dirfd(folder))
            look(fd, keep);
    }
    closedir(folder);
}

static void close_unless_kept(int fd, const int *keep)
{
    int flags = fcntl(fd, F_GETFD);
    if (fd != keep[0] && fd != keep[1] && flags >= 0 && (flags & FD_CLOEXEC) != 0)
        close(fd);
}

/* What is the parent's alone: descriptors, signals, ports. */
static void cut_loose(const struct branch *branch)
{
    struct sigaction old;
    each_descriptor(close_unless_kept, (const int[]){branch->fd, trace_recorder_fd()});
    loop_forget_all();
    port_forget_all();
    notice_forget_all();
    if (sigaction(SIGINT, NULL, &old) == 0 && old.sa_handler == SIG_DFL)
        signal(SIGINT, SIG_IGN);
}

/* The child, on the stack of the actor that has forked it. */
static _Noreturn void begin_child(struct world *parent, const struct post_spawn *record, int fd,
                                  pid_t parent_pid, const sigset_t *mask)
{
    struct branch *branch = alloc_zeroed(sizeof *branch);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent_pid)
        _exit(EXIT_CANNOT_BEGIN); /* it was gone before it was waited for */
    if (branch == NULL)
        give_up("its stack", -ENOMEM);
    branch->parent = parent;
    branch->record = *record;
    branch->fd = fd;
    cut_loose(branch);
    pthread_sigmask(SIG_SETMASK, mask, NULL);
    crew_init_branch(&branch->crew, parent->sched.crew, handle_loop(record->pid),
                     world_loop(parent));
    give_up("its stack", sched_abandon(&parent->sched, STACK_BYTES, &branch->coro, live, branch));
}

/* The signals that the child is to block: those that the program does, on the thread that it was
 * started on; other loops block nearly all. */
static void mask_of_child(const struct world *world, const sigset_t *here, sigset_t *mask)
{
    sigemptyset(mask);
    if (world_loop(world) == world->sched.crew->first)
        *mask = *here;
}

/* Forks, with all signals blocked and the names at rest: the child's pid, or a negative code. */
static pid_t fork_off(struct world *world, const struct post_spawn *record, const int ends[2])
{
    sigset_t all, here, mask;
    pid_t parent = getpid();
    prints_break(&world->sched.probe);
    fflush(NULL); /* or it would be printed twice */
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &here);
    mask_of_child(world, &here, &mask);
    names_lock(world->names);
    pid_t pid = alloc_should_fail() ? -ENOMEM : fork();
    int rc = pid == -1 ? -errno : pid;
    names_unlock(world->names);
    if (rc == 0)
        begin_child(world, record, ends[1], parent, &mask);
    pthread_sigmask(SIG_SETMASK, &here, NULL);
    return rc;
}

int branch_begin(struct world *world, const struct post_spawn *record)
{
    struct bridge *bridge;
    int ends[2];
    if (world->sched.is_virtual)
        return -ENOTSUP; /* each process would have a time of its own */
    tape_refuse("it spawns an actor into another process");
    if (alloc_should_fail())
        return -ENOMEM;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) < 0)
        return -errno;
    int rc = bridge_open(world, handle_loop(record->pid), ends[0], &bridge);
    if (rc < 0) {
        close(ends[0]);
        close(ends[1]);
        return rc;
    }
    pid_t pid = fork_off(world, record, ends);
    close(ends[1]);
    if (pid < 0) {
        bridge_abandon(bridge);
        return pid;
    }
    crew_join(world->sched.crew);
    bridge_watch_process(bridge, pid);
    return 0;
}
