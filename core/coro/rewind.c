/*
 * What is to be put back is all memory that the process can write and does not share, as the system
 * lists it; of the main stack, what is in use; of the heap, what is below its unused end.
 *
 * All of it is copied by a coroutine on a stack of its own, which is left out, as is what it needs
 * to know: so it can go on while everything else becomes what it was.
 */

#include "rewind.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "alloc.h"
#include "coro.h"

/* More is not worth while: copying it takes as long as a fork. */
#define KEPT_BYTES_MAX (8u << 20)

/* The heap has so much room when it is kept, so that it need not grow in each run. */
#define HEAP_ROOM_BYTES (1u << 20)

/* The largest block that malloc() can be told to take from the heap. */
#define HEAP_BLOCK_BYTES (32 << 20)

/* What a saved context may take of the stack below its place. */
#define CONTEXT_BYTES_MAX 4096

#define REGIONS_MAX 256
#define LEFT_OUT_MAX 8
#define MAPS_BYTES 65536

struct region {
    char *start;
    size_t bytes;
    char *copy;
};

/* Lies in a mapping of its own, which is left out. */
struct vault {
    struct coro home;  /* where it goes on, */
    struct coro saver; /* and who goes there */
    struct region regions[REGIONS_MAX];
    size_t region_count;
    struct region left_out[LEFT_OUT_MAX];
    size_t left_out_count;
    const char *heap_end; /* what is used of it ends here */
    void *brk;
    int size_fd; /* /proc/self/statm */
    int next_fd; /* the descriptor that the next one opened would get */
    long pages;  /* mapped in all */
    int rc;      /* what rewind_here() returns */
    char maps[MAPS_BYTES];
};

bool rewind_is_set;

static struct vault *vault;
static struct stack_pool saver_stacks;

void rewind_prepare(void)
{
    mallopt(M_MMAP_THRESHOLD, HEAP_BLOCK_BYTES);
    mallopt(M_TRIM_THRESHOLD, HEAP_BLOCK_BYTES);
    void *memory =
        mmap(NULL, sizeof *vault, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    vault = memory != MAP_FAILED ? memory : NULL;
    rewind_leave_out(vault, sizeof *vault);
}

void rewind_leave_out(void *memory, size_t bytes)
{
    if (vault != NULL && vault->left_out_count < LEFT_OUT_MAX)
        vault->left_out[vault->left_out_count++] = (struct region){memory, bytes, NULL};
}

bool rewind_leaves_out(const void *memory)
{
    for (size_t i = 0; vault != NULL && i < vault->left_out_count; i++)
        if ((size_t)((const char *)memory - vault->left_out[i].start) < vault->left_out[i].bytes)
            return true;
    return false;
}

/* --- what there is --------------------------------------------------------------------------- */

/* How many pages are mapped; -1 if that cannot be told. */
static long count_pages(void)
{
    char text[128];
    ssize_t bytes = pread(vault->size_fd, text, sizeof text - 1, 0);
    text[bytes > 0 ? bytes : 0] = '\0';
    return bytes > 0 ? strtol(text, NULL, 10) : -1;
}

/* The descriptor that the next one opened would get. */
static int find_next_fd(void)
{
    int fd = dup(vault->size_fd);
    if (fd >= 0)
        close(fd);
    return fd;
}

/* One line of the list of mappings: 0, or -ENOTSUP for too many. */
static int add_region(const char *line)
{
    unsigned long start, end;
    char rights[8];
    if (sscanf(line, "%lx-%lx %7s", &start, &end, rights) != 3)
        return -ENOTSUP;
    bool is_own = rights[3] == 'p' || strstr(line, " /dev/zero (deleted)") != NULL;
    if (rights[1] != 'w' || !is_own || rewind_leaves_out((const void *)start))
        return 0;
    uintptr_t low = (uintptr_t)vault->home.sp - CONTEXT_BYTES_MAX;
    if (low >= start && low < end)
        start = low;
    if ((uintptr_t)vault->heap_end >= start && (uintptr_t)vault->heap_end < end)
        end = (uintptr_t)vault->heap_end;
    if (vault->region_count == REGIONS_MAX)
        return -ENOTSUP;
    vault->regions[vault->region_count++] =
        (struct region){.start = (char *)start, .bytes = end - start};
    return 0;
}

/* Reads the list of mappings: 0, or -ENOTSUP for one that is too long. */
static int read_maps(void)
{
    ssize_t count = -1;
    size_t total = 0, room = sizeof vault->maps - 1;
    int fd = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
    while (fd >= 0 && (count = read(fd, vault->maps + total, room - total)) > 0)
        total += (size_t)count;
    vault->maps[total] = '\0';
    if (fd >= 0)
        close(fd);
    return count < 0 || total == room ? -ENOTSUP : 0;
}

/* Lists the regions: how many bytes they have, or a negative code. */
static ssize_t list_regions(void)
{
    size_t total = 0;
    int rc = read_maps();
    char *rest = vault->maps;
    for (char *line; rc == 0 && (line = strsep(&rest, "\n")) != NULL && line[0] != '\0';)
        rc = add_region(line);
    for (size_t i = 0; i < vault->region_count; i++)
        total += vault->regions[i].bytes;
    return rc < 0 ? rc : total > KEPT_BYTES_MAX ? -ENOTSUP : (ssize_t)total;
}

/* --- there and back -------------------------------------------------------------------------- */

static int keep(void)
{
    ssize_t total = list_regions();
    if (total < 0)
        return (int)total;
    char *copy =
        mmap(NULL, (size_t)total, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (copy == MAP_FAILED)
        return -ENOMEM;
    for (size_t i = 0; i < vault->region_count; i++) {
        struct region *region = &vault->regions[i];
        region->copy = memcpy(copy, region->start, region->bytes);
        copy += region->bytes;
    }
    vault->pages = count_pages();
    vault->next_fd = find_next_fd();
    return vault->pages < 0 ? -ENOTSUP : 0;
}

static void put_back(void)
{
    if (sbrk(0) != vault->brk)
        syscall(SYS_brk, vault->brk); /* malloc() takes for zeroed what it has not had yet */
    for (size_t i = 0; i < vault->region_count; i++)
        memcpy(vault->regions[i].start, vault->regions[i].copy, vault->regions[i].bytes);
}

static void save(void *arg)
{
    (void)arg;
    coro_arrived(&vault->saver);
    vault->rc = keep();
    for (;;) {
        coro_switch(&vault->saver, &vault->home);
        put_back();
    }
}

/* Room in the heap, and where what is used of it ends. */
static int open_heap(void)
{
    char *room = alloc_aligned(_Alignof(max_align_t), HEAP_ROOM_BYTES);
    if (room == NULL)
        return -ENOMEM;
    vault->heap_end = room + 64; /* malloc's notes on the room itself are part of what is used */
    alloc_free(room);
    vault->brk = sbrk(0);
    return 0;
}

int rewind_here(void)
{
    if (vault == NULL || CORO_ASAN || CORO_TSAN || RUNNING_ON_VALGRIND)
        return -ENOTSUP;
    stack_pool_init(&saver_stacks);
    int rc = stack_pool_reserve(&saver_stacks, STACK_CLASS_DEFAULT);
    if (rc == 0)
        rc = open_heap();
    char *stack_end = rc == 0 ? stack_take(&saver_stacks, STACK_CLASS_DEFAULT) : NULL;
    vault->size_fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    if (stack_end == NULL || vault->size_fd < 0)
        return -ENOMEM;
    rewind_is_set = true;
    coro_init_thread(&vault->home);
    coro_init(&vault->saver, stack_end, save, NULL);
    coro_switch(&vault->home, &vault->saver);
    rewind_is_set = vault->rc == 0;
    return vault->rc;
}

bool rewind_is_clean(void)
{
    long grown = ((char *)sbrk(0) - (char *)vault->brk) / sysconf(_SC_PAGESIZE);
    return count_pages() - grown == vault->pages && find_next_fd() == vault->next_fd;
}

_Noreturn void rewind_back(void)
{
    coro_leave(&vault->saver);
}
