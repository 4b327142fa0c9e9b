/*
 * Streams: what is read goes through a buffer, what is written goes out at once.
 *
 * All reading is the same: fill the buffer until it holds what is asked for, then take it; so a
 * call that is interrupted has taken nothing.  While an actor waits the stream may be closed, and
 * its buffer may be filled by another actor: it is looked up again after each wait, and nothing of
 * it is remembered across one.
 */

#include "stream.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "kit.h"
#include "transfer.h"

/* What is read at once, and the first size of the buffer: a page, since many streams are idle. */
#define BUFFER_BYTES_MIN 4096

static void close_stream(struct world *world, struct object *object)
{
    struct stream *stream = LIST_OWNER(object, struct stream, object);
    tls_close(stream->tls);
    tls_context_destroy(stream->context);
    memory_close(stream);
    if (stream->fd >= 0)
        io_reset(&world->sched, stream->fd);
    if (stream->fd > STDERR_FILENO)
        close(stream->fd);
    alloc_free(stream->buffer);
}

static const struct object_class stream_class = {
    .name = "stream",
    .bytes = sizeof(struct stream),
    .close = close_stream,
};

int stream_create(const char *call, const struct troupe_site *site, troupe_stream *name,
                  struct stream **result)
{
    struct object *object;
    int rc = object_create(call, &stream_class, 0, site, &name->value, &object);
    if (rc < 0)
        return rc;
    *result = LIST_OWNER(object, struct stream, object);
    (*result)->fd = -1;
    return 0;
}

struct stream *stream_find(const struct world *world, troupe_stream name)
{
    return object_find(world, &stream_class, name.value);
}

int stream_missing(troupe_stream name)
{
    int rc = object_missing(name.value);
    return rc == -EPIPE ? -EBADF : rc;
}

/* Reads without waiting, as transfer_try_read(). */
static int try_read(struct world *world, const struct stream *stream, void *buffer, size_t bytes)
{
    if (stream->tls != NULL)
        return tls_try_read(stream->tls, buffer, bytes);
    if (CHECK_UNLIKELY(stream_is_simulated(stream)))
        return memory_try_read(stream, buffer, bytes);
    if (io_is_drained(&world->sched, stream->fd))
        return -EAGAIN;
    int count = transfer_try_read(stream->fd, buffer, bytes);
    if (count > 0 && (size_t)count < bytes)
        io_set_drained(&world->sched, stream->fd);
    return count;
}

/* Room for `bytes` more behind what is held; 0 or -ENOMEM. */
static int make_room(struct stream *stream, size_t bytes)
{
    if (stream->first > 0) {
        memmove(stream->buffer, stream->buffer + stream->first, stream->held);
        stream->first = 0;
    }
    size_t capacity = stream->capacity > 0 ? stream->capacity : BUFFER_BYTES_MIN;
    while (capacity - stream->held < bytes)
        capacity *= 2;
    if (capacity == stream->capacity)
        return 0;
    char *buffer = alloc_grow(stream->buffer, capacity, 1);
    if (buffer == NULL)
        return -ENOMEM;
    stream->buffer = buffer;
    stream->capacity = capacity;
    return 0;
}

/* Waits until there may be something to read, and looks the stream up again; 0 or a negative code,
 * and then there may be no stream.  One with nothing in its buffer waits without: most are idle. */
static int wait_for_more(struct world *world, troupe_stream name, struct stream **stream,
                         const struct troupe_site *site)
{
    if ((*stream)->held == 0) {
        alloc_free((*stream)->buffer);
        (*stream)->buffer = NULL;
        (*stream)->capacity = 0;
        (*stream)->first = 0;
    }
    int rc = stream_is_simulated(*stream)
                 ? memory_wait(*stream, TROUPE_READABLE, site)
                 : io_wait_owned(&world->sched, (*stream)->fd, TROUPE_READABLE, site);
    if (rc < 0)
        return rc;
    *stream = stream_find(world, name);
    return *stream != NULL ? 0 : -EBADF;
}

/* Reads something into the buffer, waiting for it.  How many bytes; 0 at the end; or a negative
 * code, and then there may be no stream. */
static int fill(struct world *world, troupe_stream name, struct stream **stream,
                const struct troupe_site *site)
{
    int rc;
    do {
        rc = make_room(*stream, 1);
        if (rc < 0)
            return rc;
        size_t end = (*stream)->first + (*stream)->held;
        rc = try_read(world, *stream, (*stream)->buffer + end, (*stream)->capacity - end);
        if (rc > 0)
            (*stream)->held += (size_t)rc;
        if (rc != -EAGAIN)
            return rc;
        rc = wait_for_more(world, name, stream, site);
    } while (rc == 0);
    return rc;
}

static int take(struct stream *stream, void *to, size_t bytes)
{
    TROUPE_CHECK(bytes <= stream->held);
    if (bytes > 0)
        memcpy(to, stream->buffer + stream->first, bytes);
    stream->first += bytes;
    stream->held -= bytes;
    if (stream->held == 0)
        stream->first = 0;
    return (int)bytes;
}

/* The beginning of each call that reads. */
static int begin(const char *call, const struct troupe_site *site, troupe_stream name,
                 struct world **world, struct stream **stream)
{
    *world = world_inside(call);
    *stream = stream_find(*world, name);
    if (*stream == NULL)
        return stream_missing(name);
    if (CHECK_UNLIKELY((*stream)->tls != NULL && !tls_is_ready((*stream)->tls)))
        return secure_handshake(*world, name, stream, site);
    int rc = CHECK_UNLIKELY(stream_is_simulated(*stream))
                 ? memory_begin(*stream, TROUPE_READABLE, site)
                 : io_begin(&(*world)->sched, (*stream)->fd, TROUPE_READABLE, site);
    if (rc < 0)
        return rc;
    *stream = stream_find(*world, name); /* others may have run */
    return *stream != NULL ? 0 : -EBADF;
}

/* How many bytes are held up to and with the delimiter; 0: it is not among them.  The first
 * `searched` are known not to hold it. */
static size_t find_delimiter(const struct stream *stream, char delimiter, size_t searched)
{
    if (stream->held <= searched)
        return 0;
    const char *begin = stream->buffer + stream->first;
    const char *found = memchr(begin + searched, delimiter, stream->held - searched);
    return found != NULL ? (size_t)(found - begin) + 1 : 0;
}

/* Fills the buffer until it holds a delimiter.  The number of bytes up to it, or all at the end; or
 * a negative code, -EMSGSIZE if they are more than `most`. */
static int fill_until(struct world *world, troupe_stream name, struct stream **stream,
                      char delimiter, size_t most, const struct troupe_site *site)
{
    size_t searched = 0;
    for (;;) {
        size_t bytes = find_delimiter(*stream, delimiter, searched);
        if (bytes > most || (bytes == 0 && (*stream)->held >= most))
            return -EMSGSIZE;
        if (bytes > 0)
            return (int)bytes;
        searched = (*stream)->held;
        int rc = fill(world, name, stream, site);
        if (rc < 0)
            return rc;
        if (rc == 0)
            return (int)(*stream)->held;
        if ((*stream)->held < searched)
            searched = 0; /* another actor has read meanwhile */
    }
}

int troupe_stream_open_at(const struct troupe_site *site, troupe_stream *name, int fd)
{
    struct stream *stream;
    name->value = 0;
    if (fcntl(fd, F_GETFD) < 0)
        return -errno;
    int rc = stream_create("troupe_stream_open", site, name, &stream);
    if (rc < 0)
        return rc;
    io_reset(sched_here, fd);
    stream->fd = fd;
    return 0;
}

int troupe_stream_give(troupe_stream name, troupe_pid to)
{
    struct world *world = world_inside("troupe_stream_give");
    struct stream *stream = stream_find(world, name);
    struct actor *actor = actor_find_alive(world, to.value);
    if (stream == NULL)
        return stream_missing(name);
    if (actor_is_far(world, to.value))
        return -EXDEV;
    return actor != NULL ? object_give(world, &stream->object, actor) : -ESRCH;
}

int troupe_stream_read_at(const struct troupe_site *site, troupe_stream name, void *buffer,
                          size_t bytes)
{
    struct world *world;
    struct stream *stream;
    int rc = begin("troupe_stream_read", site, name, &world, &stream);
    bytes = bytes < INT_MAX ? bytes : INT_MAX;
    while (rc == 0 && bytes > 0 && stream->held == 0) {
        int count = try_read(world, stream, buffer, bytes); /* past the buffer */
        if (count != -EAGAIN)
            return count;
        rc = wait_for_more(world, name, &stream, site);
    }
    if (rc < 0)
        return rc;
    return take(stream, buffer, bytes < stream->held ? bytes : stream->held);
}

int troupe_stream_read_exactly_at(const struct troupe_site *site, troupe_stream name, void *buffer,
                                  size_t bytes)
{
    struct world *world;
    struct stream *stream;
    int rc = bytes <= TROUPE_STREAM_BYTES_MAX ? 0 : -EINVAL;
    if (rc == 0)
        rc = begin("troupe_stream_read_exactly", site, name, &world, &stream);
    if (rc < 0)
        return rc;
    while (stream->held < bytes) {
        rc = make_room(stream, bytes - stream->held);
        if (rc == 0)
            rc = fill(world, name, &stream, site);
        if (rc < 0)
            return rc;
        if (rc == 0)
            return stream->held > 0 ? -EPIPE : 0;
    }
    return take(stream, buffer, bytes);
}

int troupe_stream_read_until_at(const struct troupe_site *site, troupe_stream name, char delimiter,
                                void *buffer, size_t bytes)
{
    struct world *world;
    struct stream *stream;
    if (bytes == 0)
        return -EINVAL;
    size_t most = bytes < TROUPE_STREAM_BYTES_MAX ? bytes : TROUPE_STREAM_BYTES_MAX;
    int rc = begin("troupe_stream_read_until", site, name, &world, &stream);
    if (rc == 0)
        rc = fill_until(world, name, &stream, delimiter, most, site);
    return rc > 0 ? take(stream, buffer, (size_t)rc) : rc;
}

int troupe_stream_read_line_at(const struct troupe_site *site, troupe_stream name, char *line,
                               size_t bytes)
{
    struct world *world;
    struct stream *stream;
    if (bytes < 2)
        return -EINVAL;
    size_t most = bytes <= TROUPE_STREAM_BYTES_MAX ? bytes - 1 : TROUPE_STREAM_BYTES_MAX;
    line[0] = '\0';
    int rc = begin("troupe_stream_read_line", site, name, &world, &stream);
    if (rc == 0)
        rc = fill_until(world, name, &stream, '\n', most, site);
    if (rc <= 0)
        return rc;
    size_t length = (size_t)take(stream, line, (size_t)rc);
    if (line[length - 1] == '\n')
        length -= length > 1 && line[length - 2] == '\r' ? 2 : 1;
    line[length] = '\0';
    return rc;
}

int troupe_stream_write_at(const struct troupe_site *site, troupe_stream name, const void *data,
                           size_t bytes)
{
    struct world *world = world_inside("troupe_stream_write");
    const struct stream *stream = stream_find(world, name);
    if (stream == NULL)
        return stream_missing(name);
    if (stream->tls != NULL)
        return secure_write(world, name, data, bytes, site);
    if (CHECK_UNLIKELY(stream_is_simulated(stream)))
        return memory_write(world, name, data, bytes, site);
    return troupe_write_at(site, stream->fd, data, bytes);
}

int troupe_stream_fd(troupe_stream name)
{
    const struct stream *stream = stream_find(world_inside("troupe_stream_fd"), name);
    if (stream == NULL)
        return stream_missing(name);
    return stream_is_simulated(stream) ? -ENOTSUP : stream->fd;
}

void troupe_stream_close(troupe_stream *name)
{
    struct world *world = world_inside("troupe_stream_close");
    struct stream *stream = stream_find(world, *name);
    name->value = 0;
    if (stream != NULL)
        object_destroy(world, &stream->object);
}
