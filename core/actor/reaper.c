/*
 * A pidfd tells of the end.  Where there are none, as under some tools, the end of the bridge does.
 */

#include "reaper.h"

#include <errno.h>
#include <signal.h>
#include <sys/pidfd.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#define NS_PER_S 1000000000

void reaper_init(struct reaper *reaper, struct loop *loop)
{
    *reaper = (struct reaper){.loop = loop, .pidfd = -1, .timer = -1};
}

static void on_end(void *arg, unsigned ready)
{
    struct reaper *reaper = arg;
    (void)ready;
    reaper->ended(reaper->arg);
}

void reaper_watch(struct reaper *reaper, pid_t pid, void (*ended)(void *arg), void *arg)
{
    reaper->pid = pid;
    reaper->ended = ended;
    reaper->arg = arg;
    reaper->pidfd = pidfd_open(pid, 0);
    if (reaper->pidfd < 0 ||
        loop_watch(reaper->loop, reaper->pidfd, true, on_end, reaper, &reaper->end) < 0)
        reaper->end = NULL;
}

static void on_due(void *arg, unsigned ready)
{
    struct reaper *reaper = arg;
    (void)ready;
    kill(reaper->pid, SIGKILL);
    reaper_spare(reaper);
}

void reaper_kill_later(struct reaper *reaper, int64_t ns)
{
    struct itimerspec at = {.it_value = {ns / NS_PER_S, ns % NS_PER_S}};
    if (reaper->timer >= 0 || reaper->pid <= 0)
        return;
    reaper->timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    if (reaper->timer >= 0 && timerfd_settime(reaper->timer, 0, &at, NULL) == 0 &&
        loop_watch(reaper->loop, reaper->timer, true, on_due, reaper, &reaper->due) == 0)
        return;
    kill(reaper->pid, SIGKILL);
}

void reaper_spare(struct reaper *reaper)
{
    if (reaper->due != NULL)
        loop_unwatch(reaper->due);
    if (reaper->timer >= 0)
        close(reaper->timer);
    reaper->due = NULL;
    reaper->timer = -1;
}

int reaper_finish(struct reaper *reaper)
{
    int raw = 0;
    reaper_spare(reaper);
    if (reaper->end != NULL)
        loop_unwatch(reaper->end);
    if (reaper->pidfd >= 0)
        close(reaper->pidfd);
    pid_t pid = 0;
    while (reaper->pid > 0 && (pid = waitpid(reaper->pid, &raw, 0)) < 0 && errno == EINTR)
        ;
    reaper_init(reaper, reaper->loop);
    return pid < 0 ? -ECHILD : raw;
}
