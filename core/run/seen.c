/*
 * The table is filled in by the compiler, but for the bits, which it does not tell: they are looked
 * for.  It is the only thing of the library that others see without calling it.
 */

#include "seen.h"

#include <pthread.h>
#include <stddef.h>
#include <string.h>

#include "actor.h"
#include "kit.h"
#include "look_table.h"
#include "scope.h"

/* Guards the runs that can be seen. */
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

TROUPE_API struct look_table troupe_look_table;

struct look_table troupe_look_table = {
    .magic = LOOK_MAGIC,
    .version = LOOK_VERSION,
    .bytes = sizeof(struct look_table),
    .places =
        {
#define LOOK_PLACE(name, type, member) [LOOK_##name] = offsetof(type, member),
#include "look_places.def"
#undef LOOK_PLACE
        },
    .entry_bytes = sizeof(struct handle_entry),
    .time_bytes = sizeof(struct times_entry),
    .header_bytes = 64, /* see stack_header() */
    .stackless = SCHED_STACKLESS,
    .guest_slot = ACTOR_GUEST_SLOT,
#if TROUPE_CONTEXT_ASM && defined(__x86_64__)
    .saved = {-1, -1, -1, 40, -1, -1, 48, -1, -1, -1, -1, -1, 32, 24, 16, 8},
    .saved_pc = 56,
    .frame_bytes = 64,
#elif TROUPE_CONTEXT_ASM && defined(__aarch64__)
    .saved = {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
              -1, -1, -1, 16, 24, 32, 40, 48, 56, 64, 72, 80, 88, 0,  8,  -1},
    .saved_pc = 8,
    .frame_bytes = 176,
#endif
};

/* The number of the bit that is set. */
static uint32_t bit_of(const struct actor *actor)
{
    unsigned char bytes[sizeof *actor];
    uint32_t bit = 0;
    memcpy(bytes, actor, sizeof bytes);
    while (bit < sizeof bytes * 8 && (bytes[bit / 8] >> bit % 8 & 1) == 0)
        bit++;
    return bit;
}

static void find_bits(void)
{
    static struct actor actor; /* zeroed, with what lies between its members */
    actor.has_ended = true;
    troupe_look_table.bit_ended = bit_of(&actor);
    actor.has_ended = false;
    actor.has_started = true;
    troupe_look_table.bit_started = bit_of(&actor);
    actor.has_started = false;
    actor.in_scope = true;
    troupe_look_table.bit_in_scope = bit_of(&actor);
    actor.in_scope = false;
}

static void exchange(uint64_t from, uint64_t to)
{
    pthread_mutex_lock(&mutex);
    find_bits();
    troupe_look_table.outer = (uintptr_t)actor_hooks.run;
    for (size_t i = 0; i < LOOK_RUNS_MAX; i++) {
        if (troupe_look_table.crews[i] != from)
            continue;
        troupe_look_table.crews[i] = to;
        break;
    }
    pthread_mutex_unlock(&mutex);
}

void seen_begin(const struct crew *crew)
{
    exchange(0, (uintptr_t)crew);
}

void seen_end(const struct crew *crew)
{
    exchange((uintptr_t)crew, 0);
}

void seen_by_none(void)
{
    memset(troupe_look_table.crews, 0, sizeof troupe_look_table.crews);
    pthread_mutex_init(&mutex, NULL);
}
