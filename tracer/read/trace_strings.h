#ifndef TRACE_STRINGS_H
#define TRACE_STRINGS_H

/*
 * Numbers for things with a name: a pool that keeps each text once, and a table from 64-bit keys
 * to 32-bit values.  Both are open hash tables that double when three quarters full.
 */

#include "trace_model.h"

/* Keys to values; all zeros is an empty one. */
struct trace_map {
    struct trace_map_slot *slots; /* NULL while empty */
    uint32_t count;
    uint32_t mask; /* number of slots - 1 */
};

/* The value's place for a key, added as TRACE_NONE if it is new; NULL if there is no memory.  The
 * place is good until the next call. */
uint32_t *trace_map_put(struct trace_map *map, uint64_t key);

/* The value for a key, or TRACE_NONE. */
uint32_t trace_map_get(const struct trace_map *map, uint64_t key);

/* Forgets a key, if it is there. */
void trace_map_remove(struct trace_map *map, uint64_t key);

void trace_map_finish(struct trace_map *map);

/* Stirs a number so that each bit of it moves half the bits of the result. */
uint64_t trace_hash_mix(uint64_t number);

/* Texts, each kept once and numbered in the order in which they first came; all zeros is an empty
 * pool.  Number 0 is the empty text. */
struct trace_strings {
    char *texts; /* "\0main\0count#1\0..." */
    size_t bytes;
    size_t capacity;
    uint32_t *starts; /* where the text with a number begins */
    uint32_t count;   /* numbers given, that of the empty text included */
    uint32_t starts_capacity;
    uint32_t *slots; /* numbers, by the texts' hashes; 0 is a free slot */
    uint32_t mask;
    bool failed; /* a text could not be kept: no memory, or 4 GiB are full */
};

/* The number of a text of `bytes` bytes without a 0 in it; 0 for "" and after a failure.  From the
 * first call on, even for "", there is a text with the number 0. */
trace_text_id trace_strings_put(struct trace_strings *strings, const char *text, size_t bytes);

static inline const char *trace_strings_text(const struct trace_strings *strings, trace_text_id id)
{
    return strings->texts + strings->starts[id];
}

void trace_strings_finish(struct trace_strings *strings);

#endif
