/*
 * TROUPE_RECORD=FILE records; TROUPE_REPLAY=FILE plays, if the file is a recording and not the
 * order of turns that explore.c reads; TROUPE_UNTIL=120 or 1.5s says where that stops.
 *
 * The program's children are none of this run, so the variables are taken out of the environment.
 */

#include "taping.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "explore.h"
#include "replay.h"
#include "tape.h"
#include "wording.h"

/* A copy, since the environment's is not there any more; NULL if there is none. */
static char *take_variable(const char *name)
{
    static char texts[3][4096];
    static unsigned count;
    const char *text = getenv(name);
    if (text == NULL || text[0] == '\0' || strlen(text) >= sizeof texts[0])
        return NULL;
    char *copy = texts[count++];
    memcpy(copy, text, strlen(text) + 1);
    unsetenv(name);
    return copy;
}

static void describe(void)
{
    if (world_here() != NULL)
        actor_describe_all(world_here());
}

static int read_until(void)
{
    const char *text = take_variable(RECORDING_UNTIL_VARIABLE);
    char *end;
    if (text == NULL)
        return 0;
    double number = strtod(text, &end);
    if (end != text && number >= 1 && number <= UINT32_MAX && *end == '\0') {
        tape_stop_at((uint32_t)number, 0);
        return 0;
    }
    if (end != text && number > 0 && number < 1e9 && strcmp(end, "s") == 0) {
        tape_stop_at(0, (int64_t)(number * 1e9));
        return 0;
    }
    dprintf(STDERR_FILENO,
            "troupe: " RECORDING_UNTIL_VARIABLE " is \"%s\", but must be the number "
            "of a turn or an instant such as 1.5s\n",
            text);
    return -EINVAL;
}

int taping_prepare(void)
{
    static bool is_prepared;
    const char *replay = getenv(EXPLORE_REPLAY_VARIABLE);
    if (is_prepared)
        return 0;
    is_prepared = true;
    tape_describe = describe;
    if (replay != NULL && replay_is_recording(replay)) {
        int rc = read_until();
        return rc < 0 ? rc : tape_play(take_variable(EXPLORE_REPLAY_VARIABLE));
    }
    const char *path = take_variable(RECORDING_VARIABLE);
    return path != NULL ? tape_record(path) : 0;
}

void taping_begin(troupe_options *options)
{
    if (tape_mode == TAPE_RECORDED && options->virtual_time) {
        dprintf(STDERR_FILENO, "troupe: a run in virtual time is not recorded: with the same seed "
                               "it is the same again\n");
        tape_discard();
    }
    if (tape_mode == TAPE_OFF)
        return;
    if (options->loops > 1)
        dprintf(STDERR_FILENO, "troupe: a run on several loops cannot be replayed, so there is "
                               "one\n");
    options->virtual_time = false;
    options->loops = 1;
    options->spin = 0;
    options->stall = -1; /* a thread watches for it, by a clock of its own */
    if (options->place == TROUPE_PROCESS)
        options->place = TROUPE_HERE;
    options->seed = tape_begin(options->seed);
    clock_take_from(tape_clock);
}

void taping_end(void)
{
    if (clock_is_virtual())
        clock_take_from(NULL);
    tape_end();
}
