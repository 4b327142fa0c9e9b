/*
 * Texts, lanes, loops and threads: each piece has numbered its own, and the model's numbers are
 * found here.  Texts and threads are numbered in the order in which the file names them first,
 * lanes and loops by the numbers that they have in the file.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "trace_join_parts.h"

/* A span has sixteen bits for the index of its loop. */
#define LOOP_COUNT_MAX 65536

static int number_texts(struct trace_join *join, struct trace_build *part, struct join_names *names)
{
    const struct trace_strings *own = &part->strings;
    names->texts = malloc(((size_t)own->count + 1) * sizeof *names->texts);
    if (names->texts == NULL)
        return -ENOMEM;
    names->texts[0] = 0;
    for (uint32_t id = 1; id < own->count; id++) {
        const char *text = trace_strings_text(own, id);
        names->texts[id] = trace_strings_put(&join->strings, text, strlen(text));
    }
    trace_strings_finish(&part->strings);
    return join->strings.failed ? -EOVERFLOW : 0;
}

/* Puts what a piece knows of a lane on top of what the earlier ones knew. */
static void merge_lane(struct trace_lane *lane, const struct build_lane *more,
                       const trace_text_id *texts)
{
    const struct trace_lane *own = &more->lane;
    if (more->named) {
        lane->name = texts[own->name];
        lane->fn = texts[own->fn];
        lane->src = texts[own->src];
        lane->parent = own->parent;
    } else if (lane->fn == 0) {
        lane->fn = texts[own->fn];
    }
    if (own->spawn_ns < lane->spawn_ns)
        lane->spawn_ns = own->spawn_ns;
    if (own->end_ns != TRACE_NEVER && (lane->end_ns == TRACE_NEVER || own->end_ns > lane->end_ns))
        lane->end_ns = own->end_ns;
    if (more->has_status)
        lane->status = own->status;
}

/* Finds the lanes of all pieces; names[].lanes are then places in `lanes`. */
static int collect_lanes(struct trace_join *join, struct trace_array *lanes)
{
    for (uint32_t i = 0; i < join->part_count; i++) {
        const struct build_lane *own = join->parts[i].lanes.items;
        uint32_t count = join->parts[i].lanes.count;
        uint32_t *places = malloc(((size_t)count + 1) * sizeof *places);
        join->names[i].lanes = places;
        for (uint32_t j = 0; places != NULL && j < count; j++) {
            uint32_t *place = trace_map_put(&join->lane_map, own[j].lane.id);
            if (place == NULL)
                return -ENOMEM;
            if (*place == TRACE_NONE) {
                struct trace_lane *lane = trace_array_add(lanes, sizeof *lane);
                if (lane == NULL)
                    return -EOVERFLOW;
                lane->id = own[j].lane.id;
                lane->spawn_ns = lane->first_run_ns = lane->end_ns = TRACE_NEVER;
                *place = lanes->count - 1;
            }
            places[j] = *place;
            merge_lane((struct trace_lane *)lanes->items + *place, &own[j], join->names[i].texts);
        }
        if (places == NULL)
            return -ENOMEM;
    }
    return 0;
}

/* Lanes by number.  places[] says for each as it was where it is now. */
static int order_lanes(struct trace_join *join, const struct trace_array *lanes, uint32_t *places)
{
    struct trace_model *model = join->model;
    struct trace_key *keys = join_keys(lanes->count);
    const struct trace_lane *items = lanes->items;
    model->lanes = trace_room_new((size_t)lanes->count * sizeof *model->lanes);
    model->lane_count = lanes->count;
    int result = keys != NULL && model->lanes != NULL ? 0 : -ENOMEM;
    for (uint32_t i = 0; result == 0 && i < lanes->count; i++)
        keys[i] = (struct trace_key){.key = items[i].id, .value = i};
    if (result == 0)
        result = trace_sort(keys, lanes->count);
    for (uint32_t i = 0; result == 0 && i < lanes->count; i++) {
        model->lanes[i] = items[keys[i].value];
        places[keys[i].value] = i;
        *trace_map_put(&join->lane_map, (uint64_t)keys[i].key) = i;
    }
    join_free_keys(keys, lanes->count);
    return result;
}

static int number_lanes(struct trace_join *join)
{
    struct trace_array lanes = {.items = NULL};
    int result = collect_lanes(join, &lanes);
    uint32_t *places = malloc(((size_t)lanes.count + 1) * sizeof *places);
    if (result == 0)
        result = places != NULL ? order_lanes(join, &lanes, places) : -ENOMEM;
    for (uint32_t i = 0; result == 0 && i < join->part_count; i++)
        for (uint32_t j = 0; j < join->parts[i].lanes.count; j++)
            join->names[i].lanes[j] = places[join->names[i].lanes[j]];
    free(places);
    trace_array_finish(&lanes);
    return result;
}

static struct trace_loop *find_loop(struct trace_array *loops, struct trace_map *map, uint32_t id)
{
    uint32_t *place = trace_map_put(map, id);
    if (place == NULL)
        return NULL;
    if (*place == TRACE_NONE) {
        if (loops->count == LOOP_COUNT_MAX ||
            trace_array_add(loops, sizeof(struct trace_loop)) == NULL)
            return NULL;
        *place = loops->count - 1;
    }
    return (struct trace_loop *)loops->items + *place;
}

static int collect_loops(struct trace_join *join, struct trace_array *loops, struct trace_map *map)
{
    for (uint32_t i = 0; i < join->part_count; i++) {
        const struct trace_loop *own = join->parts[i].loops.items;
        for (uint32_t j = 0; j < join->parts[i].loops.count; j++) {
            struct trace_loop *loop = find_loop(loops, map, own[j].id);
            if (loop == NULL)
                return -EOVERFLOW;
            bool told = own[j].os_pid != 0 || own[j].os_tid != 0; /* a line names it */
            loop->id = own[j].id;
            if (told || loop->name == 0)
                loop->name = join->names[i].texts[own[j].name];
            if (told) {
                loop->os_pid = own[j].os_pid;
                loop->os_tid = own[j].os_tid;
            }
        }
    }
    return 0;
}

/* Loops by number. */
static int number_loops(struct trace_join *join)
{
    struct trace_array loops = {.items = NULL};
    struct trace_map map = {.count = 0};
    int result = collect_loops(join, &loops, &map);
    struct trace_key *keys = join_keys(loops.count);
    const struct trace_loop *items = loops.items;
    join->model->loops = trace_room_new(loops.count * sizeof *items);
    join->model->loop_count = loops.count;
    if (result == 0 && (keys == NULL || join->model->loops == NULL))
        result = -ENOMEM;
    for (uint32_t i = 0; result == 0 && i < loops.count; i++)
        keys[i] = (struct trace_key){.key = items[i].id, .value = i};
    if (result == 0)
        result = trace_sort(keys, loops.count);
    for (uint32_t i = 0; result == 0 && i < loops.count; i++) {
        join->model->loops[i] = items[keys[i].value];
        *trace_map_put(&map, (uint64_t)keys[i].key) = i;
    }
    for (uint32_t i = 0; result == 0 && i < join->part_count; i++) {
        const struct trace_loop *own = join->parts[i].loops.items;
        uint32_t count = join->parts[i].loops.count;
        join->names[i].loops = malloc(((size_t)count + 1) * sizeof *join->names[i].loops);
        if (join->names[i].loops == NULL)
            result = -ENOMEM;
        for (uint32_t j = 0; result == 0 && j < count; j++)
            join->names[i].loops[j] = (uint16_t)trace_map_get(&map, own[j].id);
    }
    join_free_keys(keys, loops.count);
    trace_map_finish(&map);
    trace_array_finish(&loops);
    return result;
}

static int number_threads(struct trace_join *join)
{
    struct trace_array threads = {.items = NULL};
    struct trace_map map = {.count = 0};
    int result = 0;
    for (uint32_t i = 0; result == 0 && i < join->part_count; i++) {
        const struct build_thread *own = join->parts[i].threads.items;
        uint32_t count = join->parts[i].threads.count;
        uint32_t *places = malloc(((size_t)count + 1) * sizeof *places);
        join->names[i].threads = places;
        if (places == NULL)
            result = -ENOMEM;
        for (uint32_t j = 0; result == 0 && j < count; j++) {
            struct trace_thread thread = own[j].thread;
            uint32_t *place = trace_map_put(&map, (uint64_t)thread.os_pid << 32 | thread.os_tid);
            if (place == NULL) {
                result = -ENOMEM;
                break;
            }
            if (*place == TRACE_NONE) {
                struct trace_thread *added = trace_array_add(&threads, sizeof *added);
                if (added == NULL) {
                    result = -EOVERFLOW;
                    break;
                }
                *added = thread;
                *place = threads.count - 1;
            }
            places[j] = *place;
        }
    }
    trace_map_finish(&map);
    int taken = trace_array_take(&threads, sizeof(struct trace_thread), &join->model->threads,
                                 &join->model->thread_count);
    trace_array_finish(&threads);
    return result < 0 ? result : taken;
}

/* The header is the first line that is one; its texts come after all others. */
static void take_info(struct trace_join *join)
{
    for (uint32_t i = 0; i < join->part_count; i++) {
        if (!join->parts[i].header)
            continue;
        const trace_text_id *texts = join->names[i].texts;
        struct trace_info info = join->parts[i].info;
        info.prog = texts[info.prog];
        info.clock = texts[info.clock];
        info.runtime = texts[info.runtime];
        info.cmd = texts[info.cmd];
        info.exe = texts[info.exe];
        join->model->info = info;
        return;
    }
}

int join_names(struct trace_join *join)
{
    int result = 0;
    for (uint32_t i = 0; result == 0 && i < join->part_count; i++)
        result = number_texts(join, &join->parts[i], &join->names[i]);
    if (result == 0)
        result = number_lanes(join);
    if (result == 0)
        result = number_loops(join);
    if (result == 0)
        result = number_threads(join);
    if (result == 0)
        take_info(join);
    return result;
}
