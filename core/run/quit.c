/*
 * The handler only asks for attention; the telling is done by each loop between two of its turns.
 *
 * The handler runs on the thread's signal stack, if it has one: the stack of an actor may be nearly
 * used up.
 */

#include "quit.h"

#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "info.h"

static void on_quit(int number)
{
    (void)number;
    sched_ask_attention();
}

void quit_prepare(void)
{
    struct sigaction old, action = {.sa_handler = on_quit, .sa_flags = SA_ONSTACK | SA_RESTART};
    sigemptyset(&action.sa_mask);
    if (sigaction(SIGQUIT, NULL, &old) == 0 && old.sa_handler == SIG_DFL)
        sigaction(SIGQUIT, &action, NULL);
}

static void put_to_stderr(const char *line, void *context)
{
    (void)context;
    dprintf(STDERR_FILENO, "%s", line);
}

void quit_attend(void)
{
    dump_write(world_here(), put_to_stderr, NULL);
}
