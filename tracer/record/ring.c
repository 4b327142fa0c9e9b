/*
 * What a recording thread does when it cannot simply go on: its ring is full, it has text, or its
 * CPU time is to be told.
 */

#include <pthread.h>
#include <string.h>
#include <time.h>

#include "recorder.h"

/* The writer is told that there is work each time this much of the ring has been filled. */
#define KICK_RECORDS (TRACE_RING_RECORDS / 4)

/* Waits until the ring has room for `count` more records. */
static void wait_for(struct trace_ring *ring, uint32_t count)
{
    struct trace_recorder *recorder = ring->recorder;
    uint32_t head = atomic_load_explicit(&ring->head, memory_order_relaxed);
    uint32_t room;
    if (atomic_load(&recorder->is_deaf)) {
        ring->limit = head + KICK_RECORDS; /* over what is there */
        return;
    }
    recorder_kick(recorder);
    pthread_mutex_lock(&recorder->mutex);
    for (;;) {
        uint32_t tail = atomic_load_explicit(&ring->tail, memory_order_acquire);
        bool is_deaf = atomic_load(&recorder->is_deaf);
        room = is_deaf ? TRACE_RING_RECORDS : tail + TRACE_RING_RECORDS - head;
        if (room >= count)
            break;
        pthread_cond_wait(&recorder->room, &recorder->mutex);
    }
    pthread_mutex_unlock(&recorder->mutex);
    ring->limit = head + (room < KICK_RECORDS ? room : KICK_RECORDS);
}

void trace_ring_wait(struct trace_ring *ring)
{
    wait_for(ring, 1);
}

void trace_put_text(struct trace_ring *ring, struct trace_record record, const char *text,
                    size_t bytes)
{
    size_t kept = bytes < TRACE_TEXT_BYTES_MAX ? bytes : TRACE_TEXT_BYTES_MAX;
    record.other = (uint32_t)kept;
    record.value = (int64_t)(bytes - kept);
    uint32_t head = atomic_load_explicit(&ring->head, memory_order_relaxed);
    uint32_t count = 1 + (uint32_t)((kept + sizeof record - 1) / sizeof record);
    if (ring->limit - head < count)
        wait_for(ring, count);
    ring->records[head % TRACE_RING_RECORDS] = record;
    for (uint32_t i = 1; i < count; i++) {
        size_t done = (i - 1) * sizeof record;
        size_t part = kept - done < sizeof record ? kept - done : sizeof record;
        memcpy(&ring->records[(head + i) % TRACE_RING_RECORDS], text + done, part);
    }
    atomic_store_explicit(&ring->head, head + count, memory_order_release);
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
