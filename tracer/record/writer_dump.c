/*
 * Writing that stops and goes on, and the whole trace that a flight recorder makes of what it has
 * kept.
 *
 * What is kept ends now and begins somewhere.  A state that reaches over the beginning is whole,
 * since states are written when they end; who lived then, and what is going on now, is told by the
 * lanes.
 */

#include "writer.h"

#include <errno.h>

#include "events.h"

static void begin_anew(void *context, uint32_t actor, struct lane *lane)
{
    struct writer *writer = context;
    if (lane->open)
        return;
    lane->since_ns = writer->last.now_ns;
    writer_list_changed(writer, actor, lane);
}

void writer_mute(struct writer *writer, bool on)
{
    if (writer->is_muted == on)
        return;
    writer->is_muted = on;
    if (on)
        return;
    lanes_each(&writer->lanes, begin_anew, writer);
    event_lost(writer, writer->unkept, writer->last.now_ns);
    writer->unkept = 0;
}

void writer_remember(struct writer *writer, uint32_t actor, struct lane *lane)
{
    const struct sink *sink = &writer->lines.sink;
    departed_forget(&writer->departed, sink->block_first);
    if (lane->spawn_block > 0 && lane->spawn_block != sink->block_count &&
        departed_add(&writer->departed, actor, lane, sink->block_count) < 0)
        writer->error = -ENOMEM;
}

/* An actor of which lines are kept, but perhaps not those of its spawn. */
static void name_dropped(void *context, uint32_t actor, struct lane *lane)
{
    struct writer *writer = context;
    if (lane->spawn_block > 0 && lane->spawn_block < writer->lines.sink.block_first)
        event_spawn(writer, actor, lane);
}

static void name_departed(struct writer *writer)
{
    struct departed *departed = &writer->departed;
    departed_forget(departed, writer->lines.sink.block_first);
    for (size_t i = departed->first; i < departed->count; i++)
        name_dropped(writer, departed->actors[i].actor, &departed->actors[i].lane);
}

static void begin_again(void *context, uint32_t actor, struct lane *lane)
{
    if (lane->state != LANE_RUN || !writer_is_uncertain(context, lane))
        event_open_state(context, actor, lane);
}

int writer_dump(struct writer *writer, int fd, bool is_packed)
{
    struct sink sink;
    struct lines kept;
    lines_flush(&writer->lines);
    kept = writer->lines;
    sink_init(&sink, fd, is_packed, &(struct sink_limits){.bytes = 0});
    int rc = lines_init(&writer->lines, &sink, false);
    if (rc == 0) {
        bool was_muted = writer->is_muted;
        writer->is_muted = false;
        sink_copy_head(&kept.sink, &writer->lines.sink);
        for (struct trace_ring *ring = writer->rings; ring != NULL; ring = ring->next)
            event_thread_lane(writer, ring);
        if (kept.sink.dropped_lines > 0)
            event_lost(writer, kept.sink.dropped_lines, kept.sink.dropped_ns);
        writer->lines.sink.block_first = kept.sink.block_first;
        lanes_each(&writer->lanes, name_dropped, writer);
        name_departed(writer);
        lines_flush(&writer->lines);
        sink_copy_rest(&kept.sink, &writer->lines.sink);
        lanes_each(&writer->lanes, begin_again, writer);
        for (struct trace_ring *ring = writer->rings; ring != NULL; ring = ring->next)
            if (ring->job != NULL)
                event_job(writer, ring, 'B', 0, TRACE_CPU_NONE);
        event_cost(writer);
        writer->is_muted = was_muted;
    }
    int failed = lines_finish(&writer->lines, true);
    writer->lines = kept;
    return rc < 0 ? rc : failed;
}
