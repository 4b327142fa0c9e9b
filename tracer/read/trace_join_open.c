/*
 * Ends whose beginnings lie in an earlier piece.
 *
 * A state or a job that a flush cut in two is a "B" and, perhaps pieces later, an "E".  Each piece
 * has noted the ends that found nothing open; they are read once more and applied in the order of
 * the file, so that what is open at any point is what one piece of everything would have had open.
 */

#include <errno.h>
#include <stdlib.h>

#include "trace_build_parts.h"
#include "trace_join_parts.h"

/* What of a lane, or of a thread, is open after the pieces seen so far. */
struct open_place {
    uint32_t part;
    uint32_t index; /* of the span or the job there, or TRACE_NONE */
};

struct open_table {
    struct trace_map map;      /* number of an actor, or pid << 32 | tid -> place */
    struct trace_array places; /* struct open_place */
};

static struct open_place *find_place(struct open_table *table, uint64_t key)
{
    uint32_t index = trace_map_get(&table->map, key);
    return index != TRACE_NONE ? (struct open_place *)table->places.items + index : NULL;
}

static int set_place(struct open_table *table, uint64_t key, uint32_t part, uint32_t index)
{
    uint32_t *slot = trace_map_put(&table->map, key);
    if (slot == NULL)
        return -ENOMEM;
    if (*slot == TRACE_NONE) {
        if (trace_array_add(&table->places, sizeof(struct open_place)) == NULL)
            return -ENOMEM;
        *slot = table->places.count - 1;
    }
    ((struct open_place *)table->places.items)[*slot] =
        (struct open_place){.part = part, .index = index};
    return 0;
}

static int apply(struct trace_join *join, struct open_table *tables,
                 const struct trace_event *event)
{
    bool job = event->kind == TRACE_EVENT_JOB;
    struct open_place *place =
        find_place(&tables[job], job ? (uint64_t)event->pid << 32 | event->tid : event->tid);
    if (place == NULL)
        return 0;
    struct trace_build *part = &join->parts[place->part];
    if (!job)
        return build_close_span(part, event, &place->index);
    build_close_job(part, event, &place->index);
    return 0;
}

/* Reads the ends of one piece again and applies them. */
static int apply_orphans(struct trace_join *join, struct open_table *tables,
                         const struct trace_build *part)
{
    const struct build_orphan *orphans = part->orphans.items;
    struct trace_event event = {.arg_mask = 0};
    int result = 0;
    char *text = NULL;
    uint32_t room = 0;
    for (uint32_t i = 0; result == 0 && i < part->orphans.count; i++) {
        struct trace_scan scan;
        if (orphans[i].bytes > room) {
            free(text);
            room = orphans[i].bytes;
            text = malloc(room);
        }
        if (text == NULL) {
            result = -ENOMEM;
            break;
        }
        ssize_t got = trace_input_read_at(join->input, orphans[i].offset, text, orphans[i].bytes);
        if (got != (ssize_t)orphans[i].bytes) /* the file has become another one */
            break;
        trace_scan_begin(&scan, text, (size_t)got);
        if (trace_event_parse(&scan, &event) && event.has_ts && event.has_tid && event.has_pid)
            result = apply(join, tables, &event);
    }
    free(text);
    return result;
}

/* What this piece knows to be open, or not, at its end. */
static int note_open(struct open_table *tables, const struct trace_build *part, uint32_t index)
{
    const struct build_lane *lanes = part->lanes.items;
    const struct build_thread *threads = part->threads.items;
    int result = 0;
    for (uint32_t i = 0; result == 0 && i < part->lanes.count; i++)
        if (lanes[i].open != TRACE_UNKNOWN)
            result = set_place(&tables[0], lanes[i].lane.id, index, lanes[i].open);
    for (uint32_t i = 0; result == 0 && i < part->threads.count; i++)
        if (threads[i].open != TRACE_UNKNOWN)
            result = set_place(&tables[1],
                               (uint64_t)threads[i].thread.os_pid << 32 | threads[i].thread.os_tid,
                               index, threads[i].open);
    return result;
}

int join_open(struct trace_join *join)
{
    struct open_table tables[2] = {{.map = {.count = 0}}, {.map = {.count = 0}}};
    int result = 0;
    /* The first piece's orphans have no beginning anywhere; the last one's opens no end. */
    for (uint32_t i = 0; result == 0 && i < join->part_count; i++) {
        if (i > 0)
            result = apply_orphans(join, tables, &join->parts[i]);
        if (result == 0 && i + 1 < join->part_count)
            result = note_open(tables, &join->parts[i], i);
        trace_array_finish(&join->parts[i].orphans);
    }
    for (int i = 0; i < 2; i++) {
        trace_map_finish(&tables[i].map);
        trace_array_finish(&tables[i].places);
    }
    return result;
}
