/*
 * posix_spawn(3) does most of it: it stops this thread for a moment instead of copying the process,
 * and tells why a program could not be executed.  What is left are the pipes, which must not lie
 * where the child's standard streams are to be.
 */

#include "launch.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <unistd.h>

#include "alloc.h"

#define STREAMS 3

/* The ends of the pipes: index 0 for standard input, 1 output, 2 error; -1: there is no pipe. */
struct pipes {
    int child[STREAMS];
    int own[STREAMS];
};

static void close_all(const int fds[STREAMS])
{
    for (int i = 0; i < STREAMS; i++)
        if (fds[i] >= 0)
            close(fds[i]);
}

/* The same file under a number that is no standard stream's; -EMFILE and the like, and then the
 * old number is closed, too. */
static int move_up(int fd)
{
    if (fd >= STREAMS)
        return fd;
    int moved = fcntl(fd, F_DUPFD_CLOEXEC, STREAMS);
    int rc = moved < 0 ? -errno : moved;
    close(fd);
    return rc;
}

/* A pipe for stream i.  This program's end does not block: that of the child does. */
static int open_pipe(struct pipes *pipes, int i)
{
    int ends[2]; /* to read from, to write to */
    if (alloc_should_fail())
        return -ENOMEM;
    if (pipe2(ends, O_CLOEXEC) < 0)
        return -errno;
    int child = move_up(ends[i == 0 ? 0 : 1]);
    int own = move_up(ends[i == 0 ? 1 : 0]);
    pipes->child[i] = child < 0 ? -1 : child;
    pipes->own[i] = own < 0 ? -1 : own;
    if (child < 0 || own < 0)
        return child < 0 ? child : own;
    return fcntl(own, F_SETFL, O_NONBLOCK) < 0 ? -errno : 0;
}

/* What the child does with its descriptors before it becomes the program; a positive errno code. */
static int plan(posix_spawn_file_actions_t *actions, const troupe_process_spec *spec,
                const struct pipes *pipes)
{
    const troupe_stdio streams[STREAMS] = {spec->in, spec->out, spec->err};
    int rc = 0;
    for (int i = 0; i < STREAMS && rc == 0; i++) {
        if (streams[i] == TROUPE_STDIO_NULL)
            rc = posix_spawn_file_actions_addopen(actions, i, "/dev/null", O_RDWR, 0);
        else if (streams[i] == TROUPE_STDIO_PIPE)
            rc = posix_spawn_file_actions_adddup2(actions, pipes->child[i], i);
    }
    if (rc == 0)
        rc = posix_spawn_file_actions_addclosefrom_np(actions, STREAMS);
    if (rc == 0 && spec->directory != NULL)
        rc = posix_spawn_file_actions_addchdir_np(actions, spec->directory);
    return rc;
}

/* No signal is blocked or ignored in the child. */
static int reset_signals(posix_spawnattr_t *attributes)
{
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    sigdelset(&all, SIGKILL);
    sigdelset(&all, SIGSTOP);
    int rc = posix_spawnattr_setsigmask(attributes, &none);
    if (rc == 0)
        rc = posix_spawnattr_setsigdefault(attributes, &all);
    if (rc == 0)
        rc = posix_spawnattr_setflags(attributes,
                                      POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    return rc;
}

static int execute(const troupe_process_spec *spec, const struct pipes *pipes, int *pid)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    if (alloc_should_fail())
        return -ENOMEM;
    int rc = posix_spawn_file_actions_init(&actions);
    if (rc != 0)
        return -rc;
    rc = posix_spawnattr_init(&attributes);
    if (rc != 0)
        goto destroy_actions;
    rc = plan(&actions, spec, pipes);
    if (rc == 0)
        rc = reset_signals(&attributes);
    /* The arrays are only read; POSIX says so, and its types do not. */
    char *const *argv = (char *const *)(uintptr_t)spec->argv;
    char *const *env = spec->env != NULL ? (char *const *)(uintptr_t)spec->env : environ;
    if (rc == 0)
        rc = posix_spawnp(pid, argv[0], &actions, &attributes, argv, env);
    posix_spawnattr_destroy(&attributes);
destroy_actions:
    posix_spawn_file_actions_destroy(&actions);
    return -rc;
}

int launch(const troupe_process_spec *spec, troupe_process *process)
{
    const troupe_stdio streams[STREAMS] = {spec->in, spec->out, spec->err};
    struct pipes pipes = {.child = {-1, -1, -1}, .own = {-1, -1, -1}};
    int rc = spec->argv == NULL || spec->argv[0] == NULL ? -EINVAL : 0;
    for (int i = 0; i < STREAMS && rc == 0; i++) {
        if (streams[i] == TROUPE_STDIO_PIPE)
            rc = open_pipe(&pipes, i);
        else if (streams[i] != TROUPE_STDIO_NULL && streams[i] != TROUPE_STDIO_INHERIT)
            rc = -EINVAL;
    }
    if (rc == 0)
        rc = execute(spec, &pipes, &process->pid);
    close_all(pipes.child);
    if (rc < 0) {
        close_all(pipes.own);
        return rc;
    }
    process->in = pipes.own[0];
    process->out = pipes.own[1];
    process->err = pipes.own[2];
    return 0;
}

void launch_close_pipes(const troupe_process *process)
{
    close_all((const int[STREAMS]){process->in, process->out, process->err});
}
