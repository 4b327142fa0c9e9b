/*
 * A process that says of itself what is not so: its table leads out of every row, to a run with
 * thousands of millions of loops, each of which is the same few words.
 */

#include <stdio.h>

#include "look_table.h"

#define FAR_OFF 4000000000u

static uint64_t words[16];

extern struct look_table troupe_look_table;
struct look_table troupe_look_table = {
    .magic = LOOK_MAGIC,
    .version = LOOK_VERSION,
    .bytes = sizeof(struct look_table),
    .places = {[LOOK_ENTRY_OBJECT] = FAR_OFF},
    .entry_bytes = 64,
};

int main(void)
{
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        words[i] = (uintptr_t)words;
    for (size_t i = 0; i < LOOK_RUNS_MAX; i++)
        troupe_look_table.crews[i] = (uintptr_t)words;
    puts("ready");
    fflush(stdout);
    return getchar() == EOF;
}
