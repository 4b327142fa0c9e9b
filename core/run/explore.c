/*
 * A program that is explored is started once, and goes as far as its first actor; there it stays,
 * and forks.  Nothing of the runtime exists at that moment but what the program holds itself: no
 * loop, no thread, no descriptor of ours that runs would have to share.
 *
 * The process that was forked makes its loop, keeps what there is then, and runs.  When the whole
 * program has ended well, which is known in exit(), behind all that the program itself has to be
 * called there, it goes back and does the next run.  Otherwise it ends, and the first one forks
 * again.
 */

#include "explore.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "choices.h"
#include "rewind.h"
#include "scheduler.h"

struct server {
    struct explore_room *room;
    int orders, answers;
};

/* In the process of a run: where its orders come from, and which process it is. */
static struct server own;
static pid_t own_pid;

static const char *text_of(const char *name)
{
    const char *text = getenv(name);
    return text != NULL && text[0] != '\0' ? text : NULL;
}

bool explore_is_asked(void)
{
    return choices_are_made || text_of(EXPLORE_REPLAY_VARIABLE) != NULL ||
           text_of(EXPLORE_VARIABLE) != NULL;
}

static int open_room(struct server *server)
{
    int room;
    if (sscanf(getenv(EXPLORE_VARIABLE), "%d,%d,%d", &room, &server->orders, &server->answers) != 3)
        return -EINVAL;
    server->room = mmap(NULL, sizeof *server->room, PROT_READ | PROT_WRITE, MAP_SHARED, room, 0);
    if (server->room == MAP_FAILED)
        return -EINVAL;
    close(room);
    fcntl(server->orders, F_SETFD, FD_CLOEXEC);
    fcntl(server->answers, F_SETFD, FD_CLOEXEC);
    return server->room->version == EXPLORE_VERSION ? 0 : -EINVAL;
}

/* In the process of a run: nobody reads what it says. */
static void begin_run(const struct server *server)
{
    int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    own = *server;
    own_pid = getpid();
    server->room->rewound = 0;
    if (server->room->may_rewind)
        rewind_prepare();
    if (nowhere >= 0) {
        dup2(nowhere, STDERR_FILENO);
        close(nowhere);
    }
    if (server->room->trace[0] != '\0')
        setenv("TROUPE_TRACE", server->room->trace, 1);
    choices_explore(server->room);
}

/* False: it is not there. */
static bool answer(const struct server *server)
{
    return write(server->answers, "", 1) == 1;
}

/* Returns in the process of each run; where the orders come from, only to its end. */
static void serve(struct server *server)
{
    struct explore_room *room = server->room;
    char order;
    fflush(NULL);
    while (answer(server) && read(server->orders, &order, 1) == 1) {
        room->status = -1;
        pid_t child = fork();
        if (child == 0) {
            begin_run(server);
            return;
        }
        room->child = child;
        while (child > 0 && waitpid(child, &room->status, 0) < 0 && errno == EINTR)
            continue;
        room->child = 0;
    }
    _exit(0);
}

int explore_begin(void)
{
    struct server server;
    if (choices_are_made)
        return 0; /* this process has begun before */
    if (text_of(EXPLORE_VARIABLE) == NULL)
        return text_of(EXPLORE_REPLAY_VARIABLE) != NULL
                   ? choices_replay(text_of(EXPLORE_REPLAY_VARIABLE))
                   : 0;
    if (open_room(&server) < 0) {
        dprintf(STDERR_FILENO, "troupe: " EXPLORE_VARIABLE " is for programs that `troupe explore` "
                               "of the same version starts\n");
        return -EINVAL;
    }
    unsetenv(EXPLORE_VARIABLE);
    serve(&server);
    return 0;
}

void explore_stay(struct sched *sched)
{
    if (own.room == NULL || !own.room->may_rewind || rewind_is_set)
        return;
    if (stack_pool_reserve(&sched->stacks, STACK_CLASS_DEFAULT) == 0 && rewind_here() == 0)
        choices_explore(own.room);
}

/* The program exits, and all that it wants to be called then has been. */
static void on_end(int status, void *arg)
{
    struct explore_room *room = own.room;
    char order;
    (void)arg;
    if (!rewind_is_set || getpid() != own_pid || status != 0 || room->end != EXPLORE_ENDED)
        return;
    fflush(NULL);
    if (!rewind_is_clean())
        return;
    if (++room->order_next == room->order_count &&
        (!answer(&own) || read(own.orders, &order, 1) != 1))
        _exit(0);
    room->rewound++;
    rewind_back();
}

/* What is registered first is called last. */
static __attribute__((constructor)) void register_end(void)
{
    if (text_of(EXPLORE_VARIABLE) != NULL)
        on_exit(on_end, NULL);
}
