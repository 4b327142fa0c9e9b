/*
 * Files, packed files, and blocks in memory.
 */

#include "sink.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

/* A window of 32 KiB and a gzip head: see deflateInit2(). */
#define GZIP_WINDOW (15 + 16)
#define GZIP_MEMORY 8

struct sink_block {
    struct sink_block *next;
    int64_t last_ns;
    uint32_t lines;
    size_t count;
    char bytes[];
};

void sink_init(struct sink *sink, int fd, bool is_packed, const struct sink_limits *limits)
{
    *sink = (struct sink){.fd = fd, .is_packed = is_packed, .limits = *limits, .block_first = 1};
}

static void write_all(struct sink *sink, const char *bytes, size_t count)
{
    size_t done = 0;
    while (done < count && sink->error == 0) {
        ssize_t n = write(sink->fd, bytes + done, count - done);
        if (n >= 0)
            done += (size_t)n;
        else if (errno != EINTR)
            sink->error = -errno;
    }
    sink->written_last = (uint32_t)done;
}

/* One gzip member. */
static void write_packed(struct sink *sink, const char *bytes, size_t count)
{
    z_stream stream = {.next_in = (Bytef *)(uintptr_t)bytes, .avail_in = (uInt)count};
    if (deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, GZIP_WINDOW, GZIP_MEMORY,
                     Z_DEFAULT_STRATEGY) != Z_OK) {
        sink->error = -ENOMEM;
        return;
    }
    size_t room = deflateBound(&stream, (uLong)count);
    char *packed = malloc(room);
    stream.next_out = (Bytef *)packed;
    stream.avail_out = (uInt)room;
    if (packed != NULL && deflate(&stream, Z_FINISH) == Z_STREAM_END)
        write_all(sink, packed, stream.total_out);
    else
        sink->error = -ENOMEM;
    deflateEnd(&stream);
    free(packed);
}

static void drop_oldest(struct sink *sink)
{
    struct sink_block *block = sink->first->next;
    sink->first->next = block->next;
    if (sink->last == block)
        sink->last = sink->first;
    sink->kept_bytes -= block->count;
    sink->dropped_lines += block->lines;
    sink->dropped_ns = block->last_ns;
    sink->block_first++;
    free(block);
}

static void keep(struct sink *sink, const char *bytes, size_t count, uint32_t lines,
                 int64_t now_ns)
{
    struct sink_block *block = malloc(sizeof *block + count);
    if (block == NULL) {
        sink->dropped_lines += lines;
        sink->dropped_ns = now_ns;
        return;
    }
    *block = (struct sink_block){.last_ns = now_ns, .lines = lines, .count = count};
    memcpy(block->bytes, bytes, count);
    if (sink->first == NULL)
        sink->first = block;
    else
        sink->last->next = block;
    sink->last = block;
    sink->kept_bytes += count;
    sink->block_count++;
    const struct sink_limits *limits = &sink->limits;
    while (sink->first->next != NULL && sink->first->next != block &&
           (sink->kept_bytes > limits->bytes ||
            (limits->last_ns > 0 && sink->first->next->last_ns < now_ns - limits->last_ns)))
        drop_oldest(sink);
}

void sink_put(struct sink *sink, const char *bytes, size_t count, uint32_t lines, int64_t now_ns)
{
    if (count == 0 || sink->error != 0)
        return;
    sink->bytes += count;
    if (sink->fd < 0)
        keep(sink, bytes, count, lines, now_ns);
    else if (sink->is_packed)
        write_packed(sink, bytes, count);
    else
        write_all(sink, bytes, count);
}

void sink_copy_head(const struct sink *from, struct sink *to)
{
    if (from->first != NULL)
        sink_put(to, from->first->bytes, from->first->count, from->first->lines, 0);
}

void sink_copy_rest(const struct sink *from, struct sink *to)
{
    const struct sink_block *block = from->first != NULL ? from->first->next : NULL;
    for (; block != NULL; block = block->next)
        sink_put(to, block->bytes, block->count, block->lines, 0);
}

void sink_finish(struct sink *sink)
{
    while (sink->first != NULL) {
        struct sink_block *block = sink->first;
        sink->first = block->next;
        free(block);
    }
    if (sink->fd >= 0 && close(sink->fd) < 0 && sink->error == 0)
        sink->error = -errno;
}
