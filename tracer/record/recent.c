/*
 * What a thread has put last, read by itself: for the report of a program that is about to abort.
 *
 * Records are written and forgotten, but they lie in the ring until others take their place, which
 * is long after.  A ring cannot be read backwards, because the text of a record lies behind it; so
 * wherever the thread asks for room, which is rare, it remembers that a record begins there.
 */

#include "recorder.h"
#include "ring.h"

/* Of a text only the beginning is told: the stack of who has failed may be small. */
#define RECENT_TEXT_BYTES 64

/* A boundary is remembered if the one before lies so far back. */
#define BOUNDARY_RECORDS (TRACE_RING_RECORDS / 8)

/* From the older of the two boundaries to the head: two steps, from asking for room to asking
 * again, beyond the least there is between boundaries; and a text. */
_Static_assert(2 * BOUNDARY_RECORDS + 2 * (TRACE_RING_RECORDS / 4) +
                       TRACE_TEXT_BYTES_MAX / sizeof(struct trace_record) <
                   TRACE_RING_RECORDS,
               "what lies behind the older boundary has not been written over");

void ring_mark(struct trace_ring *ring)
{
    uint32_t head = atomic_load_explicit(&ring->head, memory_order_relaxed);
    if (head - ring->boundaries[1] < BOUNDARY_RECORDS)
        return;
    ring->boundaries[0] = ring->boundaries[1];
    ring->boundaries[1] = head;
}

void trace_ring_recent(const struct trace_ring *ring, trace_see_fn see, void *context)
{
    char text[RECENT_TEXT_BYTES];
    const struct trace_recorder *recorder = ring->recorder;
    struct writer_moment now;
    recorder->sample(&now.ticks, &now.now_ns);
    double passed_ticks = (double)(now.ticks - recorder->start.ticks);
    double ns_per_tick =
        passed_ticks > 0 ? (double)(now.now_ns - recorder->start.now_ns) / passed_ticks : 0;
    uint32_t head = atomic_load_explicit(&ring->head, memory_order_relaxed);
    for (uint32_t i = ring->boundaries[0]; i != head;) {
        const struct trace_record *record = ring_record(ring, i);
        i += 1 + ring_text(ring, i, text, sizeof text);
        double ticks = now.ticks > record->ticks ? (double)(now.ticks - record->ticks) : 0;
        int64_t ago_ns = (int64_t)(ticks * ns_per_tick);
        struct trace_record suspend, resume;
        if (record->kind != TRACE_RECORD_SWITCH) {
            see(record, text, ago_ns, context);
            continue;
        }
        trace_split(record, &suspend, &resume);
        see(&suspend, text, ago_ns, context);
        see(&resume, text, ago_ns, context);
    }
}
