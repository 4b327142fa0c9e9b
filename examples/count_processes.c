/*
 * The three counts without actors: three child processes, all in one trace.
 *
 *     count_processes            they sleep, for a second,
 *     count_processes SECONDS    or for so long
 *     count_processes burn       they compute
 *
 * prints: One One One Two Two Two, one word a line, in about one second
 * look at: `troupe stats` counts four processes; asleep they are concurrent and hardly parallel,
 *          like the actors of `count`: it is what they do that makes processes parallel
 */
#define _POSIX_C_SOURCE 200809L

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <troupe/record.h>

#define COUNTS 3

/* Some tenths of a second of computing. */
static void burn(void)
{
    for (volatile long i = 0; i < 200000000; i++)
        ;
}

static void doze(double seconds)
{
    struct timespec time = {.tv_sec = (time_t)seconds};
    time.tv_nsec = (long)((seconds - (double)time.tv_sec) * 1e9);
    troupe_record_wait(TROUPE_WAIT_SLEEP, 0);
    nanosleep(&time, NULL);
    troupe_record_run();
}

/* No seconds: it computes. */
static int count(const char *name, double seconds)
{
    if (troupe_record_child(name) < 0)
        return 1;
    troupe_record_puts("One");
    if (seconds > 0)
        doze(seconds);
    else
        burn();
    troupe_record_puts("Two");
    return troupe_record_close() < 0;
}

int main(int argc, char **argv)
{
    static const char *const names[COUNTS] = {"count#1", "count#2", "count#3"};
    double seconds = argc > 1 ? strtod(argv[1], NULL) : 1; /* 0 for "burn" */
    if (troupe_record_open() < 0)
        return 1;
    for (int i = 0; i < COUNTS; i++) {
        pid_t child = fork();
        if (child == 0)
            _exit(count(names[i], seconds)); /* what is to be done at the exit is the parent's */
        if (child < 0)
            return 1;
    }
    int failed = 0;
    for (int i = 0; i < COUNTS; i++) {
        int status = 1;
        troupe_record_wait(TROUPE_WAIT_JOIN, 0);
        wait(&status);
        troupe_record_run();
        failed += status != 0;
    }
    return troupe_record_close() < 0 || failed > 0;
}
