/*
 * A program that ends as its argument says, when one actor overtakes another: "forever" yields
 * without end, "status" exits with status 7, "print" prints "late" first.  And, whoever overtakes:
 * "well" does nothing, "grow FILE" takes a turn more each time, since it keeps count in the file.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <troupe.h>

#include "must.h"

static const char *how;
static const char *file;
static int turns;
static bool has_begun;

static int begin(void *arg)
{
    (void)arg;
    has_begun = true;
    puts("early");
    return 0;
}

static int go_on(void *arg)
{
    (void)arg;
    for (int i = 0; i < turns; i++)
        must(troupe_yield());
    if (has_begun)
        return 0;
    while (strcmp(how, "forever") == 0)
        must(troupe_yield());
    if (strcmp(how, "status") == 0)
        exit(7);
    puts("late");
    return 0;
}

/* Times that this has been called, before this one, on whatever day. */
static int count_in(const char *path)
{
    struct stat now = {.st_size = 0};
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (fd < 0 || fstat(fd, &now) < 0 || write(fd, ".", 1) != 1 || close(fd) < 0)
        exit(9);
    return (int)now.st_size;
}

static int amain(void *arg)
{
    (void)arg;
    turns = file != NULL ? count_in(file) : 0;
    return troupe_gather((troupe_fn[]){begin, go_on}, 2, NULL);
}

int main(int argc, char **argv)
{
    how = argc > 1 ? argv[1] : "well";
    file = argc > 2 ? argv[2] : NULL;
    return troupe_run(amain, NULL) < 0;
}
