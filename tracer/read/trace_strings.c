/*
 * The string pool and the key table.
 *
 * A trace repeats a few names millions of times; kept once, memory follows the number of events
 * and not the length of the file.  Both tables probe linearly; a slot of the pool is a number, so
 * that growing the pool moves nothing that anybody points to.
 */

#include "trace_strings.h"

#include <stdlib.h>
#include <string.h>

#include "trace_room.h"

#define SLOTS_FIRST 64
#define POOL_BYTES_FIRST 4096

/* Full enough to double at three quarters: beyond it linear probing gets slow. */
static bool is_crowded(uint32_t count, uint32_t slots)
{
    return count >= slots - slots / 4;
}

uint64_t trace_hash_mix(uint64_t number)
{
    number ^= number >> 33;
    number *= UINT64_C(0xff51afd7ed558ccd);
    number ^= number >> 33;
    number *= UINT64_C(0xc4ceb9fe1a85ec53);
    return number ^ number >> 33;
}

struct trace_map_slot {
    uint64_t key;
    uint32_t value;
    bool used;
};

static struct trace_map_slot *map_find(const struct trace_map *map, uint64_t key)
{
    uint32_t at = (uint32_t)trace_hash_mix(key) & map->mask;
    while (map->slots[at].used && map->slots[at].key != key)
        at = (at + 1) & map->mask;
    return &map->slots[at];
}

static bool map_grow(struct trace_map *map)
{
    uint32_t slots_old = map->slots != NULL ? map->mask + 1 : 0;
    uint32_t slots_new = slots_old > 0 ? slots_old * 2 : SLOTS_FIRST;
    struct trace_map larger = {.count = map->count, .mask = slots_new - 1};
    larger.slots = slots_new > slots_old ? trace_room_new(slots_new * sizeof *larger.slots) : NULL;
    if (larger.slots == NULL)
        return false;
    for (uint32_t i = 0; i < slots_old; i++)
        if (map->slots[i].used)
            *map_find(&larger, map->slots[i].key) = map->slots[i];
    trace_map_finish(map);
    *map = larger;
    return true;
}

uint32_t *trace_map_put(struct trace_map *map, uint64_t key)
{
    if ((map->slots == NULL || is_crowded(map->count, map->mask + 1)) && !map_grow(map))
        return NULL;
    struct trace_map_slot *slot = map_find(map, key);
    if (!slot->used) {
        *slot = (struct trace_map_slot){.key = key, .value = TRACE_NONE, .used = true};
        map->count++;
    }
    return &slot->value;
}

uint32_t trace_map_get(const struct trace_map *map, uint64_t key)
{
    if (map->slots == NULL)
        return TRACE_NONE;
    const struct trace_map_slot *slot = map_find(map, key);
    return slot->used ? slot->value : TRACE_NONE;
}

void trace_map_remove(struct trace_map *map, uint64_t key)
{
    if (map->slots == NULL)
        return;
    struct trace_map_slot *hole = map_find(map, key);
    if (!hole->used)
        return;
    uint32_t to = (uint32_t)(hole - map->slots);
    /* What was moved on by what stood here moves back, or it would not be found any more. */
    for (uint32_t at = (to + 1) & map->mask; map->slots[at].used; at = (at + 1) & map->mask) {
        uint32_t home = (uint32_t)trace_hash_mix(map->slots[at].key) & map->mask;
        if (((at - home) & map->mask) < ((at - to) & map->mask))
            continue;
        map->slots[to] = map->slots[at];
        to = at;
    }
    map->slots[to] = (struct trace_map_slot){0};
    map->count--;
}

void trace_map_finish(struct trace_map *map)
{
    if (map->slots != NULL)
        trace_room_free(map->slots, ((size_t)map->mask + 1) * sizeof *map->slots);
    *map = (struct trace_map){0};
}

/* Eight bytes at a time; the length keeps a text apart from one with a 0 behind it. */
static uint32_t hash_text(const char *text, size_t bytes)
{
    uint64_t hash = bytes * UINT64_C(0x9e3779b97f4a7c15);
    for (; bytes >= sizeof hash; text += sizeof hash, bytes -= sizeof hash) {
        uint64_t word;
        memcpy(&word, text, sizeof word);
        hash = (hash ^ word) * UINT64_C(0xff51afd7ed558ccd);
        hash ^= hash >> 32;
    }
    uint64_t rest = 0;
    for (size_t i = 0; i < bytes; i++)
        rest = rest << 8 | (unsigned char)text[i];
    hash = (hash ^ rest) * UINT64_C(0xc4ceb9fe1a85ec53);
    return (uint32_t)(hash ^ hash >> 32);
}

static uint32_t *strings_find(const struct trace_strings *strings, const char *text, size_t bytes)
{
    uint32_t at = hash_text(text, bytes) & strings->mask;
    for (; strings->slots[at] != 0; at = (at + 1) & strings->mask) {
        const char *have = trace_strings_text(strings, strings->slots[at]);
        if (strncmp(have, text, bytes) == 0 && have[bytes] == '\0')
            break;
    }
    return &strings->slots[at];
}

static bool strings_grow_slots(struct trace_strings *strings)
{
    uint32_t slots_old = strings->slots != NULL ? strings->mask + 1 : 0;
    uint32_t slots_new = slots_old > 0 ? slots_old * 2 : SLOTS_FIRST;
    struct trace_strings larger = *strings;
    larger.mask = slots_new - 1;
    larger.slots = slots_new > slots_old ? calloc(slots_new, sizeof *larger.slots) : NULL;
    if (larger.slots == NULL)
        return false;
    for (uint32_t id = 1; id < strings->count; id++) {
        const char *text = trace_strings_text(strings, id);
        *strings_find(&larger, text, strlen(text)) = id;
    }
    free(strings->slots);
    *strings = larger;
    return true;
}

/* Makes room for a number more; the first is that of the empty text. */
static bool strings_grow_starts(struct trace_strings *strings)
{
    if (strings->count < strings->starts_capacity)
        return true;
    uint32_t capacity = strings->starts_capacity > 0 ? strings->starts_capacity * 2 : SLOTS_FIRST;
    uint32_t *starts = realloc(strings->starts, capacity * sizeof *starts);
    if (starts == NULL)
        return false;
    strings->starts = starts;
    strings->starts_capacity = capacity;
    if (strings->count == 0)
        starts[strings->count++] = 0;
    return true;
}

/* Makes room for `bytes` more; the very first byte of the pool is the empty text. */
static bool strings_grow_texts(struct trace_strings *strings, size_t bytes)
{
    size_t needed = strings->bytes + bytes;
    if (needed > UINT32_MAX)
        return false;
    if (needed <= strings->capacity)
        return true;
    size_t capacity = strings->capacity > 0 ? strings->capacity * 2 : POOL_BYTES_FIRST;
    capacity = capacity > needed ? capacity : needed;
    char *texts = realloc(strings->texts, capacity);
    if (texts == NULL)
        return false;
    if (strings->texts == NULL) {
        texts[0] = '\0';
        strings->bytes = 1;
    }
    strings->texts = texts;
    strings->capacity = capacity;
    return true;
}

static bool strings_grow(struct trace_strings *strings, size_t bytes)
{
    bool crowded = strings->slots == NULL || is_crowded(strings->count, strings->mask + 1);
    return strings_grow_texts(strings, bytes + 2) && strings_grow_starts(strings) &&
           (!crowded || strings_grow_slots(strings));
}

trace_text_id trace_strings_put(struct trace_strings *strings, const char *text, size_t bytes)
{
    if (!strings_grow(strings, bytes)) {
        strings->failed = true;
        return 0;
    }
    if (bytes == 0)
        return 0;
    uint32_t *slot = strings_find(strings, text, bytes);
    if (*slot == 0) {
        *slot = strings->count;
        strings->starts[strings->count++] = (uint32_t)strings->bytes;
        memcpy(strings->texts + strings->bytes, text, bytes);
        strings->bytes += bytes;
        strings->texts[strings->bytes++] = '\0';
    }
    return *slot;
}

void trace_strings_finish(struct trace_strings *strings)
{
    free(strings->texts);
    free(strings->starts);
    free(strings->slots);
    *strings = (struct trace_strings){0};
}
