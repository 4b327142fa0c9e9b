/*
 * A table in two steps: pointers to chunks of a thousand lanes each.
 */

#include "lanes.h"

#include <stdlib.h>
#include <string.h>

#define LANE_CHUNK_ACTORS 1024

struct lane_chunk {
    uint32_t added;
    uint32_t ended;
    struct lane lanes[LANE_CHUNK_ACTORS];
};

static void chunk_destroy(struct lane_chunk *chunk)
{
    if (chunk == NULL)
        return;
    for (uint32_t i = 0; i < LANE_CHUNK_ACTORS; i++)
        free(chunk->lanes[i].name);
    free(chunk);
}

void lanes_finish(struct lanes *lanes)
{
    for (uint32_t i = 0; i < lanes->chunk_count; i++)
        chunk_destroy(lanes->chunks[i]);
    free(lanes->chunks);
    *lanes = (struct lanes){.chunks = NULL};
}

static int reach(struct lanes *lanes, uint32_t chunk)
{
    if (chunk < lanes->chunk_count)
        return 0;
    uint32_t count = (chunk + 1) * 2;
    struct lane_chunk **chunks = realloc(lanes->chunks, count * sizeof *chunks);
    if (chunks == NULL)
        return -1;
    memset(chunks + lanes->chunk_count, 0, (count - lanes->chunk_count) * sizeof *chunks);
    lanes->chunks = chunks;
    lanes->chunk_count = count;
    return 0;
}

struct lane *lanes_add(struct lanes *lanes, uint32_t actor)
{
    uint32_t index = actor / LANE_CHUNK_ACTORS;
    if (reach(lanes, index) < 0)
        return NULL;
    struct lane_chunk *chunk = lanes->chunks[index];
    if (chunk == NULL)
        chunk = lanes->chunks[index] = calloc(1, sizeof *chunk);
    if (chunk == NULL)
        return NULL;
    chunk->added++;
    return &chunk->lanes[actor % LANE_CHUNK_ACTORS];
}

struct lane *lanes_find(const struct lanes *lanes, uint32_t actor)
{
    uint32_t index = actor / LANE_CHUNK_ACTORS;
    if (index >= lanes->chunk_count || lanes->chunks[index] == NULL)
        return NULL;
    struct lane *lane = &lanes->chunks[index]->lanes[actor % LANE_CHUNK_ACTORS];
    return lane->state == LANE_NONE || lane->state == LANE_ENDED ? NULL : lane;
}

void lanes_each(const struct lanes *lanes,
                void (*call)(void *context, uint32_t actor, struct lane *lane), void *context)
{
    for (uint32_t i = 0; i < lanes->chunk_count; i++)
        for (uint32_t k = 0; lanes->chunks[i] != NULL && k < LANE_CHUNK_ACTORS; k++) {
            struct lane *lane = &lanes->chunks[i]->lanes[k];
            if (lane->state != LANE_NONE && lane->state != LANE_ENDED)
                call(context, i * LANE_CHUNK_ACTORS + k, lane);
        }
}

void lanes_end(struct lanes *lanes, uint32_t actor)
{
    uint32_t index = actor / LANE_CHUNK_ACTORS;
    struct lane_chunk *chunk = lanes->chunks[index];
    struct lane *lane = &chunk->lanes[actor % LANE_CHUNK_ACTORS];
    free(lane->name);
    *lane = (struct lane){.state = LANE_ENDED};
    uint32_t actors = index == 0 ? LANE_CHUNK_ACTORS - 1 : LANE_CHUNK_ACTORS; /* none is 0 */
    if (++chunk->ended == actors) {
        chunk_destroy(chunk);
        lanes->chunks[index] = NULL;
    }
}
