/*
 * A chess master plays 24 opponents, 30 moves each.  She takes 5 seconds for a move, an opponent
 * 55.  Time is virtual: the afternoon is over at once.
 *
 *     polgar          she walks from board to board while the others think
 *     polgar one      she finishes each game before she begins the next
 *
 * prints:
 *     24 games won in 1 h 0 min
 * look at: one lane at a time has the master; with 12 boards it would be half an hour, and the
 *     13th is the first that has to wait for her
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <troupe.h>

enum { BOARDS = 24, MOVES = 30 };

static troupe_mutex master; /* whoever holds it has her attention */

static int play(void *arg)
{
    (void)arg;
    int rc = 0;
    for (int i = 0; i < MOVES && rc == 0; i++) {
        rc = troupe_mutex_lock(master, TROUPE_FOREVER);
        if (rc == 0)
            rc = troupe_sleep(TROUPE_S(5)); /* she thinks, at this board alone */
        troupe_mutex_unlock(master);
        if (rc == 0)
            rc = troupe_sleep(TROUPE_S(55)); /* the opponent does */
    }
    return rc;
}

static int play_all(int first, int end)
{
    troupe_scope hall;
    troupe_scope_open(&hall, TROUPE_FOREVER);
    for (int i = first; i < end; i++)
        troupe_scope_spawn(&hall, play, NULL, NULL);
    return troupe_scope_join(&hall);
}

static int amain(void *arg)
{
    int step = *(const bool *)arg ? 1 : BOARDS;
    troupe_ns start = troupe_now();
    int rc = troupe_mutex_new(&master);
    for (int i = 0; i < BOARDS && rc == 0; i += step)
        rc = play_all(i, i + step);
    long minutes = (long)((troupe_now() - start) / TROUPE_S(60));
    if (rc == 0)
        printf("%d games won in %ld h %ld min\n", BOARDS, minutes / 60, minutes % 60);
    return rc;
}

int main(int argc, char **argv)
{
    troupe_options options = {.virtual_time = true};
    bool one_by_one = argc > 1 && strcmp(argv[1], "one") == 0;
    return troupe_run_on(&options, amain, &one_by_one) < 0;
}
