/*
 * The three counts without actors: three threads of the operating system, which say themselves when
 * they wait.
 *
 *     count_threads          they sleep
 *     count_threads burn     they compute
 *
 * prints: One One One Two Two Two, one word a line, in about one second
 * look at: the picture is that of `count`, but four threads make it; with `burn`, peak running is
 *          above 1, and P is as large as there are processors to be had
 */
#define _POSIX_C_SOURCE 200809L

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <troupe/record.h>

#define COUNTS 3

static bool burns;

/* Some tenths of a second of computing. */
static void burn(void)
{
    for (volatile long i = 0; i < 200000000; i++)
        ;
}

static void *count(void *arg)
{
    troupe_record_begin(*(troupe_lane *)arg);
    troupe_record_puts("One");
    if (burns) {
        burn();
    } else {
        troupe_record_wait(TROUPE_WAIT_SLEEP, 0);
        sleep(1);
        troupe_record_run();
    }
    troupe_record_puts("Two");
    troupe_record_end(0);
    return NULL;
}

int main(int argc, char **argv)
{
    static const char *const names[COUNTS] = {"count#1", "count#2", "count#3"};
    pthread_t threads[COUNTS];
    troupe_lane lanes[COUNTS];
    burns = argc > 1 && strcmp(argv[1], "burn") == 0;
    if (troupe_record_open() < 0)
        return 1;
    for (int i = 0; i < COUNTS; i++) {
        lanes[i] = troupe_record_spawn(names[i]);
        if (pthread_create(&threads[i], NULL, count, &lanes[i]) != 0)
            return 1;
    }
    for (int i = 0; i < COUNTS; i++) {
        troupe_record_wait(TROUPE_WAIT_JOIN, lanes[i]);
        pthread_join(threads[i], NULL);
        troupe_record_run();
    }
    return troupe_record_close() < 0;
}
