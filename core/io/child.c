/*
 * Which children there are, whose they are, and how they end.
 *
 *   nursery (one for each loop) ---> brood (one for each actor that has started a child)
 *                                      ---> child ---> actors that wait for it
 *
 * A child is watched through a pidfd, which becomes readable when it ends; it is taken leave of at
 * that moment, so that there are no zombies, and its record is kept until somebody is told.  Where
 * there are no pidfds, SIGCHLD makes the loop ask all children.  When an actor ends, one defer sees
 * to its whole brood.
 */

#include "child.h"

#include <errno.h>
#include <signal.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <troupe/process.h>
#include <troupe/scope.h>

#include "alloc.h"
#include "handles.h"
#include "io.h"
#include "launch.h"
#include "notice.h"
#include "tape.h"

/* A child that has not ended so long after SIGTERM is not going to by itself. */
#define GRACE_DEFAULT TROUPE_S(1)

static bool avoids_pidfd;

struct nursery {
    struct bell bell; /* never rings; it makes the nursery end with its scheduler */
    struct handles handles;
    struct list broods;
};

struct brood {
    struct list_link link; /* on nursery->broods */
    struct nursery *nursery;
    uint64_t parent; /* pid of the actor */
    struct list children;
};

struct child {
    struct list_link link; /* on brood->children */
    struct brood *brood;
    uint64_t handle;
    pid_t pid;
    int pidfd;
    struct loop_watch *watch;
    troupe_ns grace;
    struct list waits; /* of struct child_wait */
    bool has_ended;
    int status; /* once it has: as troupe_process_wait() tells it, */
    int result; /* and 0, or -ECHILD if that is not known */
};

/* On the stack of an actor that waits. */
struct child_wait {
    struct wait wait;
    struct list_link link; /* on child->waits, while that has not ended */
    struct task *task;
    struct sched *sched;
    struct child *child;
    int status;
};

/* Nothing of the child is left but perhaps the process. */
static void forget(struct child *child)
{
    TROUPE_CHECK(list_is_empty(&child->waits));
    if (child->watch != NULL)
        loop_unwatch(child->watch);
    if (child->pidfd >= 0)
        close(child->pidfd);
    if (child->handle != 0)
        handles_release(&child->brood->nursery->handles, child->handle);
    list_remove(&child->brood->children, &child->link);
    alloc_free(child);
}

static void detach(struct wait *base)
{
    struct child_wait *wait = LIST_OWNER(base, struct child_wait, wait);
    list_remove(&wait->child->waits, &wait->link);
    wait->sched->external--;
}

/* The process is gone, and how is known. */
static void note_end(struct child *child, int result, int raw)
{
    child->has_ended = true;
    child->result = result;
    if (result == 0)
        child->status = WIFEXITED(raw) ? WEXITSTATUS(raw) : -WTERMSIG(raw);
}

static int reap_now(pid_t pid, int *raw)
{
    pid_t found = waitpid(pid, raw, WNOHANG);
    return found < 0 ? -errno : found;
}

/* Asks whether the child has ended. */
static bool has_ended(struct child *child)
{
    int raw = 0;
    if (child->has_ended)
        return true;
    int pid = TAPE(REAP, reap_now(child->pid, &raw));
    raw = (int)tape_pass(RECORDING_DETAIL, raw);
    if (pid != 0)
        note_end(child, pid < 0 ? pid : 0, raw);
    return child->has_ended;
}

static int signal_child(const struct child *child, int signal)
{
    return TAPE(KILL, kill(child->pid, signal) < 0 ? -errno : 0);
}

/* The child has ended: tells those who wait, and forgets it. */
static void tell(struct child *child)
{
    struct list_link *link;
    while ((link = list_first(&child->waits)) != NULL) {
        struct child_wait *wait = LIST_OWNER(link, struct child_wait, link);
        wait->status = child->status;
        detach(&wait->wait);
        sched_wake(wait->sched, wait->task, child->result, 0);
    }
    forget(child);
}

static void look_after(void *arg, unsigned ready)
{
    struct child *child = arg;
    (void)ready;
    if (has_ended(child) && !list_is_empty(&child->waits))
        tell(child);
}

/* The child, if its end has not been told yet. */
static struct child *find_again(struct nursery *nursery, uint64_t handle)
{
    return handles_find(&nursery->handles, handle);
}

/* After -ETIMEDOUT the child may be gone: others may have been told. */
static int wait_for(struct sched *sched, struct child *child, struct child_wait *wait,
                    troupe_ns limit)
{
    wait->wait.reason = TRACE_REASON_PROCESS;
    wait->wait.timeout_result = -ETIMEDOUT;
    wait->wait.detach = detach;
    wait->task = sched->current;
    wait->sched = sched;
    wait->child = child;
    sched->external++;
    list_push(&child->waits, &wait->link);
    return sched_wait(sched, &wait->wait, limit);
}

/* The child has ended: tells the others who wait, and this one. */
static int take(struct child *child, struct child_wait *wait)
{
    int result = child->result;
    wait->status = child->status;
    tell(child);
    return result;
}

/* Kills the child and waits for it without letting anybody run. */
static void end_hard(struct child *child)
{
    if (!child->has_ended && tape_mode != TAPE_PLAYED) {
        kill(child->pid, SIGKILL);
        while (waitpid(child->pid, NULL, 0) < 0 && errno == EINTR)
            ;
    }
    forget(child);
}

static void drop_brood(struct brood *brood)
{
    TROUPE_CHECK(list_is_empty(&brood->children));
    list_remove(&brood->nursery->broods, &brood->link);
    alloc_free(brood);
}

/* A child of an actor that ends. */
static void end_child(struct sched *sched, struct child *child, int64_t since_ns)
{
    struct child_wait wait = {.wait = {.steadfast = true}};
    int64_t passed_ns = clock_now_ns() - since_ns;
    struct nursery *nursery = child->brood->nursery;
    uint64_t handle = child->handle;
    int rc = wait_for(sched, child, &wait, child->grace - passed_ns);
    child = find_again(nursery, handle);
    if (child != NULL && child->has_ended) {
        forget(child);
    } else if (rc == -ETIMEDOUT && child != NULL) {
        signal_child(child, SIGKILL);
        wait = (struct child_wait){.wait = {.steadfast = true}};
        rc = wait_for(sched, child, &wait, TROUPE_FOREVER);
    }
    if (rc == -ENOMEM && find_again(nursery, handle) != NULL)
        end_hard(child);
}

/* The actor whose brood it is ends. */
static void end_brood(void *arg)
{
    struct brood *brood = arg;
    struct sched *sched = sched_inside("troupe_process_start");
    int64_t since_ns = clock_now_ns();
    struct list_link *link;
    for (link = list_first(&brood->children); link != NULL;
         link = list_next(&brood->children, link)) {
        struct child *child = LIST_OWNER(link, struct child, link);
        if (!child->has_ended)
            signal_child(child, SIGTERM);
    }
    while ((link = list_first(&brood->children)) != NULL) {
        struct child *child = LIST_OWNER(link, struct child, link);
        if (child->has_ended)
            forget(child);
        else
            end_child(sched, child, since_ns);
    }
    drop_brood(brood);
}

static void answer(struct bell *bell)
{
    (void)bell;
}

/* What is left now was left by actors that were killed while they waited for their children. */
static void close_nursery(struct bell *bell)
{
    struct nursery *nursery = LIST_OWNER(bell, struct nursery, bell);
    struct list_link *link;
    while ((link = list_first(&nursery->broods)) != NULL) {
        struct brood *brood = LIST_OWNER(link, struct brood, link);
        struct list_link *child;
        while ((child = list_first(&brood->children)) != NULL)
            end_hard(LIST_OWNER(child, struct child, link));
        drop_brood(brood);
    }
    handles_finish(&nursery->handles);
    alloc_free(nursery);
}

static struct nursery *find_nursery(struct sched *sched)
{
    struct bell *bell = bell_find(sched, answer);
    return bell != NULL ? LIST_OWNER(bell, struct nursery, bell) : NULL;
}

static struct nursery *need_nursery(struct sched *sched)
{
    struct nursery *nursery = find_nursery(sched);
    if (nursery != NULL)
        return nursery;
    nursery = alloc_zeroed(sizeof *nursery);
    if (nursery == NULL)
        return NULL;
    nursery->bell.answer = answer;
    nursery->bell.close = close_nursery;
    handles_init(&nursery->handles, 0);
    bell_open(sched, &nursery->bell);
    return nursery;
}

/* The brood of the running actor; NULL without memory. */
static struct brood *need_brood(struct nursery *nursery)
{
    uint64_t self = troupe_self().value;
    for (struct list_link *link = list_first(&nursery->broods); link != NULL;
         link = list_next(&nursery->broods, link)) {
        struct brood *brood = LIST_OWNER(link, struct brood, link);
        if (brood->parent == self)
            return brood;
    }
    struct brood *brood = alloc_zeroed(sizeof *brood);
    if (brood == NULL)
        return NULL;
    *brood = (struct brood){.nursery = nursery, .parent = self};
    if (troupe_defer(end_brood, brood) < 0) {
        alloc_free(brood);
        return NULL;
    }
    list_push(&nursery->broods, &brood->link);
    return brood;
}

/* A record for a child that is about to be started. */
static int prepare(struct sched *sched, const troupe_process_spec *spec, struct child **result)
{
    struct nursery *nursery = need_nursery(sched);
    struct brood *brood = nursery != NULL ? need_brood(nursery) : NULL;
    struct child *child = brood != NULL ? alloc_zeroed(sizeof *child) : NULL;
    if (child == NULL)
        return -ENOMEM;
    child->brood = brood;
    child->pidfd = -1;
    child->grace = spec->grace > 0 ? spec->grace : GRACE_DEFAULT;
    list_push(&brood->children, &child->link);
    int rc = handles_acquire(&nursery->handles, child, &child->handle);
    if (rc < 0) {
        child->has_ended = true; /* it never began */
        forget(child);
    }
    *result = child;
    return rc;
}

static void look_after_all(struct sched *sched)
{
    const struct nursery *nursery = find_nursery(sched);
    struct list_link *next;
    for (struct list_link *link = list_first(&nursery->broods); link != NULL;
         link = list_next(&nursery->broods, link)) {
        const struct brood *brood = LIST_OWNER(link, struct brood, link);
        for (struct list_link *child = list_first(&brood->children); child != NULL; child = next) {
            next = list_next(&brood->children, child);
            look_after(LIST_OWNER(child, struct child, link), 0);
        }
    }
}

static int open_now(pid_t pid)
{
    int pidfd = avoids_pidfd ? -1 : pidfd_open(pid, 0);
    return pidfd < 0 ? (avoids_pidfd ? -ENOSYS : -errno) : pidfd;
}

/* From now on the end of the child is noticed. */
static int watch_over(struct sched *sched, struct child *child)
{
    child->pidfd = tape_stand_in(TAPE(WATCH_OVER, open_now(child->pid)));
    if (child->pidfd < 0 && child->pidfd != -ENOSYS)
        return child->pidfd;
    if (child->pidfd < 0) {
        int rc = notice_children(sched, look_after_all);
        has_ended(child); /* perhaps before the signal was heeded */
        return rc;
    }
    return loop_watch(sched->loop, child->pidfd, false, look_after, child, &child->watch);
}

void child_avoid_pidfd(void)
{
    avoids_pidfd = true;
}

/* What the launch has left in it. */
static void pass_process(troupe_process *process)
{
    int *fds[] = {&process->in, &process->out, &process->err};
    process->pid = (int)tape_pass(RECORDING_DETAIL, process->pid);
    for (size_t i = 0; i < sizeof fds / sizeof fds[0]; i++)
        *fds[i] = tape_stand_in((int)tape_pass(RECORDING_DETAIL, *fds[i]));
}

int troupe_process_start_at(const struct troupe_site *site, const troupe_process_spec *spec,
                            troupe_process *process)
{
    struct sched *sched = sched_inside("troupe_process_start");
    struct child *child;
    if (sched->current->stack_class == SCHED_STACKLESS)
        check_misuse_at(site, "starts a process, whose end a stackless actor could not wait for");
    *process = (troupe_process){.in = -1, .out = -1, .err = -1};
    int rc = prepare(sched, spec, &child);
    if (rc < 0)
        return rc;
    rc = TAPE(LAUNCH, launch(spec, process));
    pass_process(process);
    if (rc < 0) {
        forget(child);
        return rc;
    }
    child->pid = process->pid;
    rc = watch_over(sched, child);
    if (rc < 0) {
        launch_close_pipes(process);
        end_hard(child);
        *process = (troupe_process){.in = -1, .out = -1, .err = -1};
        return rc;
    }
    const int fds[] = {child->pidfd, process->in, process->out, process->err};
    for (size_t i = 0; i < sizeof fds / sizeof fds[0]; i++)
        if (fds[i] >= 0)
            io_reset(sched, fds[i]);
    process->value = child->handle;
    return 0;
}

static struct child *find_child(struct sched *sched, troupe_process process)
{
    struct nursery *nursery = find_nursery(sched);
    return nursery != NULL ? handles_find(&nursery->handles, process.value) : NULL;
}

int troupe_process_wait_at(const struct troupe_site *site, troupe_process process, int *status,
                           troupe_ns limit)
{
    struct sched *sched = sched_inside("troupe_process_wait");
    struct child_wait wait = {.wait = {.site = site}};
    int rc = sched_checkpoint(sched, site);
    if (rc < 0)
        return rc;
    struct child *child = find_child(sched, process);
    if (child == NULL)
        return -ESRCH;
    rc = has_ended(child) ? take(child, &wait) : wait_for(sched, child, &wait, limit);
    if (rc == 0 && status != NULL)
        *status = wait.status;
    return rc;
}

int troupe_process_kill(troupe_process process, int signal)
{
    struct child *child = find_child(sched_inside("troupe_process_kill"), process);
    if (child == NULL || child->has_ended)
        return -ESRCH;
    return signal_child(child, signal);
}
