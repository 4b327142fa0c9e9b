/*
 * The page, and who is last.
 */

#include "shared.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct shared *shared_create(void)
{
    struct shared *shared =
        mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        return NULL;
    pthread_mutexattr_t shape;
    pthread_mutexattr_init(&shape);
    pthread_mutexattr_setpshared(&shape, PTHREAD_PROCESS_SHARED);
    pthread_mutexattr_setrobust(&shape, PTHREAD_MUTEX_ROBUST);
    pthread_mutex_init(&shared->mutex, &shape);
    pthread_mutexattr_destroy(&shape);
    return shared;
}

void shared_destroy(struct shared *shared)
{
    if (shared != NULL)
        munmap(shared, sizeof *shared);
}

static void lock(struct shared *shared)
{
    if (pthread_mutex_lock(&shared->mutex) == EOWNERDEAD)
        pthread_mutex_consistent(&shared->mutex); /* at worst a bracket too many or too few */
}

/* Puts `now` in the place of `before`; whether there was such a place. */
static bool replace(struct shared *shared, pid_t before, pid_t now)
{
    for (size_t i = 0; i < SHARED_PROCESSES; i++) {
        if (shared->open[i] != before)
            continue;
        shared->open[i] = now;
        return true;
    }
    return false;
}

uint32_t shared_begin(struct shared *shared, int fd)
{
    struct stat file;
    lock(shared);
    if (shared->bracket_bytes > 0 && fd >= 0 && fstat(fd, &file) == 0 && S_ISREG(file.st_mode) &&
        file.st_size > shared->bracket_bytes &&
        ftruncate(fd, file.st_size - shared->bracket_bytes) < 0) {
        /* Two brackets then: every reader stops at the first. */
    }
    shared->bracket_bytes = 0;
    shared->open_count++;
    replace(shared, 0, getpid());
    uint32_t number = ++shared->process_last;
    pthread_mutex_unlock(&shared->mutex);
    return number;
}

void shared_end(struct shared *shared, uint32_t (*close_file)(void *context, bool is_last),
                void *context)
{
    lock(shared);
    bool is_last = --shared->open_count == 0;
    replace(shared, getpid(), 0);
    shared->bracket_bytes = close_file(context, is_last);
    pthread_mutex_unlock(&shared->mutex);
}

void shared_bury(struct shared *shared, pid_t pid)
{
    lock(shared);
    if (replace(shared, pid, 0))
        shared->open_count--;
    pthread_mutex_unlock(&shared->mutex);
}

_Atomic uint32_t *shared_count(struct shared *shared, const char *name)
{
    uint64_t hash = 14695981039346656037u; /* FNV-1a */
    for (const char *at = name; *at != '\0'; at++)
        hash = (hash ^ (unsigned char)*at) * 1099511628211u;
    hash |= 1;
    for (size_t i = 0; i < SHARED_COUNTS; i++) {
        struct shared_count *count = &shared->counts[(hash + i) % SHARED_COUNTS];
        uint64_t found = 0;
        if (atomic_compare_exchange_strong(&count->name, &found, hash) || found == hash)
            return &count->spawns;
    }
    return NULL;
}
