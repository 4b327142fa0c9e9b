/*
 * The page is mapped when a run begins and shared by whoever is forked from it.
 */

#include "commons.h"

#include <errno.h>
#include <sys/mman.h>

#include "alloc.h"
#include "rewind.h"

/* Generations that the pids of one process have for themselves: a slot of a process would have to
 * be used so often before a pid of the next process could be taken for one of this. */
#define GENERATIONS_EACH (UINT32_C(1) << 20)

struct commons *commons_create(void)
{
    if (alloc_should_fail())
        return NULL;
    void *page = mmap(NULL, sizeof(struct commons), PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return page != MAP_FAILED ? page : NULL;
}

void commons_destroy(struct commons *commons)
{
    if (!rewind_is_set)
        munmap(commons, sizeof *commons);
}

uint32_t commons_generation(const struct commons *commons, uint32_t loop)
{
    return atomic_load(&commons->lives[loop]) * GENERATIONS_EACH;
}

int commons_take(struct commons *commons, uint32_t *loop, uint32_t *generation)
{
    enum { COUNT = COMMONS_LOOPS - COMMONS_PROCESS_FIRST };
    for (int tries = 0; tries < COUNT; tries++) {
        uint32_t number =
            COMMONS_PROCESS_FIRST + atomic_fetch_add(&commons->process_next, 1) % COUNT;
        if (atomic_exchange(&commons->is_taken[number], true))
            continue;
        atomic_fetch_add(&commons->lives[number], 1);
        *loop = number;
        *generation = commons_generation(commons, number);
        return 0;
    }
    return -EAGAIN;
}

void commons_give(struct commons *commons, uint32_t loop)
{
    atomic_store(&commons->is_taken[loop], false);
}
