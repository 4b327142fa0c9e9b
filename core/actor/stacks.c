/*
 * Of a stack the pages that were ever touched are in memory, which the system tells.  So that the
 * next actor is not measured by what this one has used, the pages are given back; that is dear, and
 * why it is only done when somebody asks for it.
 */

#include "stacks.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <troupe/trace.h>

#include "symbols.h"

/* Places that are told apart; actors of further ones are not measured. */
#define PLACES_MAX 256

/* With less than this left a stack is close to its end. */
#define LEFT_MIN ((size_t)TRACE_STACK_FREE_MIN)

struct place {
    uintptr_t body;
    const struct troupe_site *site;
    size_t bytes; /* of the stack */
    size_t peak;  /* the most that was used of it */
    uint64_t count;
};

bool stacks_are_measured;

/* Guards the places: several loops note. */
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static struct place places[PLACES_MAX];
static size_t place_count;

static struct place *place_of(const struct actor *actor, size_t bytes)
{
    uintptr_t body = actor_body(actor);
    for (size_t i = 0; i < place_count; i++)
        if (places[i].body == body && places[i].site == actor->site && places[i].bytes == bytes)
            return &places[i];
    if (place_count == PLACES_MAX)
        return NULL;
    places[place_count] = (struct place){.body = body, .site = actor->site, .bytes = bytes};
    return &places[place_count++];
}

void stacks_note(const struct actor *actor)
{
    char *end = actor->task.coro.stack_end;
    if (end == NULL)
        return;
    size_t peak = stack_peak_bytes(end), bytes = stack_usable_bytes(end);
    stack_clean(end, __builtin_frame_address(0));
    troupe_trace_count(TRACE_STACK_USED, (int64_t)peak);
    troupe_trace_count(TRACE_STACK_FREE, (int64_t)(bytes - peak));
    pthread_mutex_lock(&mutex);
    struct place *place = place_of(actor, bytes);
    if (place != NULL) {
        place->peak = peak > place->peak ? peak : place->peak;
        place->count++;
    }
    pthread_mutex_unlock(&mutex);
}

static void tell(const struct place *place, const char *name)
{
    char at[256] = "", advice[128] = "";
    uint64_t enough = trace_stack_enough(place->bytes, place->peak);
    if (place->site != NULL)
        snprintf(at, sizeof at, ", spawned at %.200s:%d", place->site->file, place->site->line);
    if (place->bytes - place->peak < LEFT_MIN)
        snprintf(advice, sizeof advice,
                 ": that is close to its end, give it more with stack_bytes");
    else if (enough > 0)
        snprintf(advice, sizeof advice,
                 ": with stack_bytes = %" PRIu64 " << 10 it would have enough", enough >> 10);
    dprintf(STDERR_FILENO,
            "troupe: stack of %s%s: at most %zu of %zu KiB used by %" PRIu64 " actor%s%s\n", name,
            at, place->peak >> 10, place->bytes >> 10, place->count, place->count == 1 ? "" : "s",
            advice);
}

void stacks_report(struct symbols **symbols)
{
    pthread_mutex_lock(&mutex);
    for (size_t i = 0; i < place_count; i++)
        tell(&places[i], symbols_name(symbols, places[i].body));
    place_count = 0;
    pthread_mutex_unlock(&mutex);
}
