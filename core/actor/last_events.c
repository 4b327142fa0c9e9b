/*
 * The records are gone through twice: first they are counted, then the last of them are told.  So
 * nothing has to be kept, and nothing is asked of memory that the mistake may have damaged.
 */

#include "last_events.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "symbols.h"
#include "wording.h"

/* Events that are told, of the loop and of the actor each; those of both are told once. */
#define EVENTS_MAX 12

/* Room for who did it, and for what: two names, and a place in a file with a long path. */
#define WHO_BYTES 128
#define EVENT_BYTES 512

/* Kinds of records that are events to a reader. */
#define TOLD_KINDS                                                                      \
    (1U << TRACE_RECORD_SPAWN | 1U << TRACE_RECORD_READY | 1U << TRACE_RECORD_RESUME |  \
     1U << TRACE_RECORD_SUSPEND | 1U << TRACE_RECORD_EXIT | 1U << TRACE_RECORD_PRINT |  \
     1U << TRACE_RECORD_SEND | 1U << TRACE_RECORD_TAKE | 1U << TRACE_RECORD_MARK |      \
     1U << TRACE_RECORD_SPAN | 1U << TRACE_RECORD_SPAN_END | 1U << TRACE_RECORD_COUNT | \
     1U << TRACE_RECORD_NOTE | 1U << TRACE_RECORD_LOST)

struct telling {
    const struct world *world;
    uint32_t self; /* the number of the actor that runs; 0: none */
    size_t all;    /* events of the loop, from the one that is looked at to the last, */
    size_t own;    /* and those of that actor among them */
};

/* --- who it was --- */

/* An actor that has ended is known by what its spawn has left in the ring. */
struct search {
    uint32_t number;
    char *text;
};

static void find_name(const struct trace_record *record, const char *name, int64_t ago_ns,
                      void *context)
{
    const struct search *search = context;
    (void)ago_ns;
    if (record->actor != search->number)
        return;
    if (record->kind == TRACE_RECORD_FN)
        name = symbols_name(&world_here()->symbols, record->address);
    else if (record->kind != TRACE_RECORD_NAME)
        return;
    snprintf(search->text, WHO_BYTES, "%s (ended)", name);
}

/* Names the actor with this number in the trace: "count <0.1.1>"; "count (ended)". */
static const char *who(const struct world *world, uint32_t number, char *text)
{
    const struct actor *actor;
    uint32_t cursor = 0;
    while ((actor = world_next_actor(world, &cursor)) != NULL)
        if (actor->task.number == number)
            return actor_call(actor, text, WHO_BYTES);
    struct search search = {.number = number, .text = text};
    snprintf(text, WHO_BYTES, "actor %" PRIu32, number);
    trace_ring_recent(world->sched.probe.ring, find_name, &search);
    return text;
}

/* --- what happened --- */

static const char *place(const struct trace_site *site, char *text, size_t bytes)
{
    text[0] = '\0';
    if (site != NULL)
        snprintf(text, bytes, ", at %s:%d", site->file, site->line);
    return text;
}

/* What an actor has done, as the rest of a sentence; `other`: whom it has to do with, or "". */
static void put_event(const struct trace_record *record, const char *words, const char *other,
                      char *text, size_t bytes)
{
    char at[EVENT_BYTES / 2];
    switch (record->kind) {
    case TRACE_RECORD_SPAWN:
        snprintf(text, bytes, "is spawned%s%s%s", other[0] != '\0' ? " by " : "", other,
                 place(record->site, at, sizeof at));
        break;
    case TRACE_RECORD_READY:
        snprintf(text, bytes, "is ready%s%s", other[0] != '\0' ? ", woken by " : "", other);
        break;
    case TRACE_RECORD_RESUME:
        snprintf(text, bytes, "runs");
        break;
    case TRACE_RECORD_SUSPEND:
        snprintf(text, bytes, "%s%s%s%s", trace_reason_sentence(record->reason),
                 other[0] != '\0' ? ": " : "", other, place(record->site, at, sizeof at));
        break;
    case TRACE_RECORD_EXIT:
        snprintf(text, bytes, "ends with %" PRId64, record->value);
        break;
    case TRACE_RECORD_SEND:
        snprintf(text, bytes, "sends a message with tag %" PRId32 " to %s",
                 (int32_t)(uint32_t)record->value, other);
        break;
    case TRACE_RECORD_TAKE:
        snprintf(text, bytes, "takes a message with tag %" PRId32,
                 (int32_t)(uint32_t)record->value);
        break;
    case TRACE_RECORD_NOTE:
        snprintf(text, bytes, "%s%s%s", trace_note_sentence(record->reason),
                 other[0] != '\0' ? ", by " : "", other);
        break;
    default: /* its own words */
        snprintf(text, bytes, "%s \"%s\"",
                 record->kind == TRACE_RECORD_PRINT      ? "prints"
                 : record->kind == TRACE_RECORD_SPAN     ? "begins"
                 : record->kind == TRACE_RECORD_SPAN_END ? "ends"
                 : record->kind == TRACE_RECORD_COUNT    ? "counts"
                                                         : "marks",
                 words);
        break;
    }
}

/* The other actor of an event; 0: there is none. */
static uint32_t other_of(const struct trace_record *record)
{
    switch (record->kind) {
    case TRACE_RECORD_NOTE:
        return (uint32_t)record->due_ns;
    case TRACE_RECORD_SPAWN:
    case TRACE_RECORD_READY:
    case TRACE_RECORD_SUSPEND:
    case TRACE_RECORD_SEND:
        return record->other;
    default:
        return 0;
    }
}

static void put_ago(int64_t ns, char *text, size_t bytes)
{
    if (ns < TROUPE_MS(1))
        snprintf(text, bytes, "%.1f us", (double)ns / (double)TROUPE_US(1));
    else if (ns < TROUPE_S(1))
        snprintf(text, bytes, "%.1f ms", (double)ns / (double)TROUPE_MS(1));
    else
        snprintf(text, bytes, "%.1f s", (double)ns / (double)TROUPE_S(1));
}

static void tell(const struct world *world, const struct trace_record *record, const char *words,
                 int64_t ago_ns)
{
    char ago[32], actor[WHO_BYTES], other[WHO_BYTES] = "", event[EVENT_BYTES];
    put_ago(ago_ns, ago, sizeof ago);
    if (record->kind == TRACE_RECORD_LOST) {
        dprintf(STDERR_FILENO, "troupe:   %s ago: %" PRId64 " events before this are missing\n",
                ago, record->value);
        return;
    }
    if (other_of(record) != 0)
        who(world, other_of(record), other);
    put_event(record, words, other, event, sizeof event);
    dprintf(STDERR_FILENO, "troupe:   %s ago: %s %s\n", ago, who(world, record->actor, actor),
            event);
}

/* --- the last of them --- */

static bool is_told(const struct trace_record *record)
{
    return (TOLD_KINDS >> record->kind & 1) != 0;
}

static void count(const struct trace_record *record, const char *words, int64_t ago_ns,
                  void *context)
{
    struct telling *telling = context;
    (void)words, (void)ago_ns;
    if (!is_told(record))
        return;
    telling->all++;
    telling->own += record->actor == telling->self;
}

static void tell_last(const struct trace_record *record, const char *words, int64_t ago_ns,
                      void *context)
{
    struct telling *telling = context;
    if (!is_told(record))
        return;
    bool is_own = record->actor == telling->self;
    if (telling->all <= EVENTS_MAX || (is_own && telling->own <= EVENTS_MAX))
        tell(telling->world, record, words, ago_ns);
    telling->all--;
    telling->own -= is_own;
}

void last_events_tell(const struct world *world, bool may_hint)
{
    const struct trace_ring *ring = world->sched.probe.ring;
    struct telling telling = {.world = world, .self = actor_self_number(world)};
    if (ring == NULL) {
        if (may_hint)
            dprintf(STDERR_FILENO,
                    "troupe: with TROUPE_TRACE=FILE in the environment the last events are told "
                    "here, too; TROUPE_TRACE_OPTIONS=last=10s is enough for that\n");
        return;
    }
    trace_ring_recent(ring, count, &telling);
    if (telling.all == 0)
        return;
    dprintf(STDERR_FILENO, "troupe: the last events%s:\n",
            telling.self != 0 ? " of this loop, and of the actor that runs" : " of this loop");
    trace_ring_recent(ring, tell_last, &telling);
}
