/* Hashes of texts. */

#include "arrow.h"

#include "trace_strings.h"

uint64_t hash_bytes(const char *text, size_t bytes)
{
    uint64_t hash = bytes;
    for (size_t i = 0; i < bytes; i++)
        hash = trace_hash_mix(hash ^ (unsigned char)text[i]);
    return hash;
}

uint64_t arrow_key(const struct trace_event *event)
{
    return trace_hash_mix(hash_bytes(event->id.text, event->id.bytes) ^
                          trace_hash_mix(hash_bytes(event->cat.text, event->cat.bytes))) ^
           hash_bytes(event->name.text, event->name.bytes);
}
