/*
 * A hundred actors add one to a number, on one thread, and 99 of the additions are lost: each reads
 * it, lets the others run, and writes what it has read and one more.
 *
 *     lost_update           gives way between the read and the write
 *     lost_update kept      gives way after the write
 *
 * prints:
 *     1 of 100
 * look at: the marks `read` and `write` of a lane, and what the other lanes do between them
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <troupe.h>

enum { ACTORS = 100 };

static bool keeps;
static int number;

static int add_one(void *arg)
{
    (void)arg;
    int rc = 0;
    int read = number;
    troupe_trace_mark("read");
    if (!keeps)
        rc = troupe_yield(); /* here the others read the same number */
    number = read + 1;
    troupe_trace_mark("write");
    if (keeps)
        rc = troupe_yield();
    return rc;
}

static int amain(void *arg)
{
    (void)arg;
    troupe_scope all;
    troupe_scope_open(&all, TROUPE_FOREVER);
    for (int i = 0; i < ACTORS; i++)
        troupe_scope_spawn(&all, add_one, NULL, NULL);
    int rc = troupe_scope_join(&all);
    printf("%d of %d\n", number, ACTORS);
    return rc;
}

int main(int argc, char **argv)
{
    keeps = argc > 1 && strcmp(argv[1], "kept") == 0;
    return troupe_run(amain, NULL) < 0;
}
