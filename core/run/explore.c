/*
 * A program that is explored is started once, and goes as far as its first actor; there it stays,
 * and forks for each run.  Nothing of the runtime exists at that moment but what the program holds
 * itself: no loop, no thread, no descriptor of ours that runs would have to share.
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

#define REPLAY_VARIABLE "TROUPE_REPLAY"

struct server {
    struct explore_room *room;
    int orders, answers;
};

static const char *text_of(const char *name)
{
    const char *text = getenv(name);
    return text != NULL && text[0] != '\0' ? text : NULL;
}

bool explore_is_asked(void)
{
    return choices_are_made || text_of(REPLAY_VARIABLE) != NULL ||
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
    close(server->orders);
    close(server->answers);
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
        pid_t child = fork();
        if (child == 0) {
            begin_run(server);
            return;
        }
        room->child = child;
        room->status = -1;
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
        return text_of(REPLAY_VARIABLE) != NULL ? choices_replay(text_of(REPLAY_VARIABLE)) : 0;
    if (open_room(&server) < 0) {
        dprintf(STDERR_FILENO, "troupe: " EXPLORE_VARIABLE " is for programs that `troupe explore` "
                               "of the same version starts\n");
        return -EINVAL;
    }
    unsetenv(EXPLORE_VARIABLE);
    serve(&server);
    return 0;
}
