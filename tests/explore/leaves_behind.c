/*
 * A program that fails if it finds anything of an earlier run: what it has counted, what it has
 * left in its heap, a descriptor, a mapping, a signal handler, a thread.  Its argument says which;
 * each run leaves all that it looks for.
 */
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <troupe.h>

#include "must.h"

enum { BLOCK_BYTES = 1 << 20, BLOCKS = 4 };

static const char *what;
static int count, at_end;
static char *kept;

static void expect(bool is_new)
{
    if (!is_new)
        abort();
}

static void look_at_memory(void)
{
    static char *blocks[BLOCKS];
    expect(++count == 1 && strcmp(kept, "as it was") == 0 && getenv("LEFT_BEHIND") == NULL);
    kept[0] = 'A';
    setenv("LEFT_BEHIND", "1", 1);
    for (int i = 0; i < BLOCKS; i++) {
        expect(blocks[i] == NULL);
        blocks[i] = calloc(1, BLOCK_BYTES >> i);
        for (int at = 0; at < BLOCK_BYTES >> i; at += 512)
            expect(blocks[i][at] == 0);
        memset(blocks[i], 1, BLOCK_BYTES >> i);
    }
}

static void look_at_descriptors(void)
{
    int fd = open("/dev/zero", O_RDONLY), next = dup(fd);
    expect(fd >= 0 && next >= 0 && close(next) == 0);
    for (int other = STDERR_FILENO + 1; other < next; other++) {
        char path[64], file[64] = "";
        snprintf(path, sizeof path, "/proc/self/fd/%d", other);
        expect(other == fd || readlink(path, file, sizeof file - 1) < 0 ||
               strcmp(file, "/dev/zero") != 0);
    }
}

static void on_signal(int number)
{
    (void)number;
}

static void *pass(void *arg)
{
    return arg;
}

static int look(void *arg)
{
    struct sigaction action;
    pthread_t thread;
    (void)arg;
    must(troupe_yield());
    if (strcmp(what, "memory") == 0)
        look_at_memory();
    if (strcmp(what, "descriptor") == 0)
        look_at_descriptors();
    if (strcmp(what, "mapping") == 0)
        expect(mmap(NULL, BLOCK_BYTES, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) !=
               MAP_FAILED);
    if (strcmp(what, "thread") == 0)
        expect(pthread_create(&thread, NULL, pass, NULL) == 0);
    if (strcmp(what, "handler") == 0) {
        expect(sigaction(SIGUSR1, NULL, &action) == 0 && action.sa_handler == SIG_DFL);
        signal(SIGUSR1, on_signal);
    }
    return 0;
}

static int idle(void *arg)
{
    (void)arg;
    return troupe_yield();
}

static int amain(void *arg)
{
    (void)arg;
    return troupe_gather((troupe_fn[]){look, idle, idle}, 3, NULL);
}

static void end(void)
{
    expect(++at_end == 1);
}

int main(int argc, char **argv)
{
    what = argc > 1 ? argv[1] : "memory";
    kept = strdup("as it was");
    atexit(end);
    return troupe_run(amain, NULL) < 0;
}
