/*
 * What a recording thread does when it cannot simply go on: its ring is full, it has text, or its
 * CPU time is to be told.
 */

#include <pthread.h>
#include <string.h>
#include <time.h>

#include "recorder.h"
#include "ring.h"

/* The writer is told that there is work each time this much of the ring has been filled. */
#define KICK_RECORDS (TRACE_RING_RECORDS / 4)

/* Says so in the ring, in which there is room. */
static void tell(struct trace_ring *ring, enum trace_record_kind kind, int64_t value)
{
    struct trace_record record = {.kind = (uint64_t)kind & 0xff, .value = value};
    int64_t now_ns;
    ring->recorder->sample(&record.ticks, &now_ns);
    uint32_t head = atomic_load_explicit(&ring->head, memory_order_relaxed);
    ring->records[head % TRACE_RING_RECORDS] = record;
    atomic_store_explicit(&ring->head, head + 1, memory_order_release);
}

static uint32_t room_of(const struct trace_ring *ring)
{
    uint32_t head = atomic_load_explicit(&ring->head, memory_order_relaxed);
    return atomic_load_explicit(&ring->tail, memory_order_acquire) + TRACE_RING_RECORDS - head;
}

/* Until there is room; how long that took. */
static int64_t wait_for_writer(struct trace_ring *ring, uint32_t count)
{
    struct trace_recorder *recorder = ring->recorder;
    uint64_t ticks;
    int64_t since_ns, now_ns;
    recorder->sample(&ticks, &since_ns);
    pthread_mutex_lock(&recorder->mutex);
    while (room_of(ring) < count && !atomic_load(&recorder->is_deaf))
        pthread_cond_wait(&recorder->room, &recorder->mutex);
    pthread_mutex_unlock(&recorder->mutex);
    recorder->sample(&ticks, &now_ns);
    return now_ns - since_ns;
}

/* Sees to it that the ring has room for `count` more records, of so many events; false: they are
 * dropped. */
static bool make_room(struct trace_ring *ring, uint32_t count, uint32_t events)
{
    struct trace_recorder *recorder = ring->recorder;
    uint32_t needed = count + 1; /* one to tell about it */
    ring_mark(ring);
    bool is_lossy = recorder->writer.config.is_lossy;
    if (atomic_load(&recorder->is_deaf)) {
        ring->limit = atomic_load(&ring->head) + KICK_RECORDS; /* over what is there */
        return true;
    }
    recorder_kick(recorder);
    if (is_lossy && room_of(ring) < (ring->lost > 0 ? KICK_RECORDS : needed)) {
        ring->lost += events;
        return false;
    }
    int64_t stall_ns = room_of(ring) < needed ? wait_for_writer(ring, needed) : 0;
    if (stall_ns > 0)
        tell(ring, TRACE_RECORD_STALL, stall_ns);
    if (ring->lost > 0)
        tell(ring, TRACE_RECORD_LOST, (int64_t)ring->lost);
    ring->lost = 0;
    uint32_t room = room_of(ring) < KICK_RECORDS ? room_of(ring) : KICK_RECORDS;
    ring->limit = atomic_load_explicit(&ring->head, memory_order_relaxed) + room;
    return true;
}

bool trace_ring_wait(struct trace_ring *ring, uint32_t events)
{
    return make_room(ring, 1, events);
}

void trace_put_text(struct trace_ring *ring, struct trace_record record, const char *text,
                    size_t bytes)
{
    size_t kept = bytes < TRACE_TEXT_BYTES_MAX ? bytes : TRACE_TEXT_BYTES_MAX;
    record.other = (uint32_t)kept;
    record.value = (int64_t)(bytes - kept);
    uint32_t head = atomic_load_explicit(&ring->head, memory_order_relaxed);
    uint32_t count = 1 + (uint32_t)((kept + sizeof record - 1) / sizeof record);
    if (ring->limit - head < count && !make_room(ring, count, 1))
        return;
    head = atomic_load_explicit(&ring->head, memory_order_relaxed);
    ring->records[head % TRACE_RING_RECORDS] = record;
    for (uint32_t i = 1; i < count; i++) {
        size_t done = (i - 1) * sizeof record;
        size_t part = kept - done < sizeof record ? kept - done : sizeof record;
        memcpy(&ring->records[(head + i) % TRACE_RING_RECORDS], text + done, part);
    }
    atomic_store_explicit(&ring->head, head + count, memory_order_release);
}

uint32_t ring_text(const struct trace_ring *ring, uint32_t index, char *text, size_t room)
{
    const struct trace_record *record = ring_record(ring, index);
    if ((RING_TEXT_KINDS >> record->kind & 1) == 0)
        return 0;
    size_t kept = record->other < room ? record->other : room - 1, part;
    for (size_t done = 0; done < kept; done += part) {
        part = kept - done < sizeof *record ? kept - done : sizeof *record;
        memcpy(text + done, ring_record(ring, ++index), part);
    }
    text[kept] = '\0';
    return (uint32_t)((record->other + sizeof *record - 1) / sizeof *record);
}

/* So many nanoseconds in ticks, as the clock has run since the start of the trace. */
static uint64_t ticks_of(const struct trace_recorder *recorder, int64_t ns)
{
    struct writer_moment now;
    recorder->sample(&now.ticks, &now.now_ns);
    double passed_ns = (double)(now.now_ns - recorder->start.now_ns);
    double passed_ticks = (double)(now.ticks - recorder->start.ticks);
    return passed_ns > 0 ? (uint64_t)((double)ns * passed_ticks / passed_ns) : 1;
}

void trace_ring_cpu(struct trace_ring *ring, uint64_t ticks)
{
    struct timespec cpu;
    if (clock_gettime(CLOCK_THREAD_CPUTIME_ID, &cpu) < 0)
        return;
    ring->cpu_due = ticks + ticks_of(ring->recorder, TRACE_CPU_NS);
    trace_put(ring, &(struct trace_record){
                        .ticks = ticks,
                        .kind = TRACE_RECORD_CPU,
                        .value = (int64_t)cpu.tv_sec * 1000000000 + cpu.tv_nsec,
                    });
}
