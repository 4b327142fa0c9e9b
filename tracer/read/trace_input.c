/*
 * Files, pipes and memory, packed or not.
 *
 * Whether something is packed is seen from its first two bytes.  Of a pipe these cannot be put
 * back, so they are kept and handed out first.
 */

#include "trace_input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

/* Read at once from a packed file. */
#define PACKED_BYTES 65536

/* Window of 32 KiB, and a gzip head is expected: see inflateInit2(). */
#define GZIP_WINDOW (15 + 16)

struct trace_unpack {
    z_stream stream;
    bool within; /* a member of the file: some of it is behind us, and not its end */
    unsigned char buffer[PACKED_BYTES];
};

static ssize_t read_fd(int fd, char *buffer, size_t bytes)
{
    ssize_t got;
    do {
        got = read(fd, buffer, bytes);
    } while (got < 0 && errno == EINTR);
    return got < 0 ? -errno : got;
}

/* The next bytes as they stand in the file. */
static ssize_t read_raw(struct trace_input *input, char *buffer, size_t bytes)
{
    ssize_t got;
    if (input->head_used < input->head_bytes) {
        size_t left = input->head_bytes - input->head_used;
        got = (ssize_t)(left < bytes ? left : bytes);
        memcpy(buffer, input->head + input->head_used, (size_t)got);
        input->head_used += (size_t)got;
    } else if (input->random) {
        got = trace_input_read_at(input, input->used, buffer, bytes);
    } else {
        got = read_fd(input->fd, buffer, bytes);
    }
    input->used += got > 0 ? (uint64_t)got : 0;
    return got;
}

ssize_t trace_input_read_at(const struct trace_input *input, uint64_t offset, char *buffer,
                            size_t bytes)
{
    if (input->fd < 0) {
        uint64_t left = offset < input->size ? input->size - offset : 0;
        bytes = left < bytes ? (size_t)left : bytes;
        if (bytes > 0)
            memcpy(buffer, input->bytes + offset, bytes);
        return (ssize_t)bytes;
    }
    ssize_t got;
    do {
        got = pread(input->fd, buffer, bytes, (off_t)offset);
    } while (got < 0 && errno == EINTR);
    return got < 0 ? -errno : got;
}

/* A pipe's first bytes, which must not be lost. */
static int read_head(struct trace_input *input)
{
    enum { HEAD_BYTES = 4096 };
    input->head = malloc(HEAD_BYTES);
    if (input->head == NULL)
        return -ENOMEM;
    while (input->head_bytes < 2) {
        ssize_t got =
            read_fd(input->fd, input->head + input->head_bytes, HEAD_BYTES - input->head_bytes);
        if (got < 0)
            return (int)got;
        if (got == 0)
            break;
        input->head_bytes += (size_t)got;
    }
    return 0;
}

/* Looks at the first bytes, and gets ready to unpack if they ask for it. */
static int look(struct trace_input *input)
{
    char first[2] = {0, 0};
    int result = input->random ? 0 : read_head(input);
    if (result < 0)
        return result;
    if (input->random) {
        ssize_t got = trace_input_read_at(input, 0, first, sizeof first);
        if (got < 0)
            return (int)got;
    } else if (input->head_bytes >= sizeof first) {
        memcpy(first, input->head, sizeof first);
    }
    input->packed = (unsigned char)first[0] == 0x1f && (unsigned char)first[1] == 0x8b;
    if (!input->packed)
        return 0;
    input->unpack = calloc(1, sizeof *input->unpack);
    if (input->unpack == NULL)
        return -ENOMEM;
    if (inflateInit2(&input->unpack->stream, GZIP_WINDOW) == Z_OK)
        return 0;
    free(input->unpack);
    input->unpack = NULL;
    return -ENOMEM;
}

int trace_input_open(struct trace_input *input, const char *path)
{
    bool standard = strcmp(path, "-") == 0;
    struct stat status;
    *input = (struct trace_input){.own_fd = !standard};
    input->fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (input->fd < 0)
        return -errno;
    if (fstat(input->fd, &status) < 0)
        return -errno;
    input->random = S_ISREG(status.st_mode) && lseek(input->fd, 0, SEEK_CUR) == 0;
    input->size = input->random ? (uint64_t)status.st_size : 0;
    return look(input);
}

int trace_input_open_bytes(struct trace_input *input, const char *bytes, size_t count)
{
    *input = (struct trace_input){.fd = -1, .bytes = bytes, .size = count, .random = true};
    return look(input);
}

void trace_input_close(struct trace_input *input)
{
    if (input->unpack != NULL)
        inflateEnd(&input->unpack->stream);
    free(input->unpack);
    free(input->head);
    free(input->peek);
    if (input->own_fd && input->fd >= 0)
        close(input->fd);
    *input = (struct trace_input){.fd = -1};
}

/* More packed bytes; 1, 0 if there are none, or a negative errno. */
static int refill(struct trace_input *input)
{
    struct trace_unpack *unpack = input->unpack;
    ssize_t got = read_raw(input, (char *)unpack->buffer, sizeof unpack->buffer);
    if (got <= 0)
        return (int)got;
    unpack->stream.next_in = unpack->buffer;
    unpack->stream.avail_in = (uInt)got;
    return 1;
}

/* One step of unpacking; 1 to go on, 0 at the end, or a negative errno.  A file may be several
 * packed ones in a row. */
static int unpack_step(struct trace_input *input)
{
    struct trace_unpack *unpack = input->unpack;
    if (unpack->stream.avail_in == 0) {
        int result = refill(input);
        if (result <= 0)
            return result;
    }
    if (!unpack->within && inflateReset(&unpack->stream) != Z_OK)
        return -EBADMSG;
    unpack->within = true;
    int code = inflate(&unpack->stream, Z_NO_FLUSH);
    if (code == Z_STREAM_END)
        unpack->within = false;
    else if (code == Z_MEM_ERROR)
        return -ENOMEM;
    else if (code != Z_OK && code != Z_BUF_ERROR)
        return -EBADMSG;
    return 1;
}

/* The next bytes as they are to be read. */
static ssize_t read_text(struct trace_input *input, char *buffer, size_t bytes)
{
    if (!input->packed)
        return read_raw(input, buffer, bytes);
    z_stream *stream = &input->unpack->stream;
    stream->next_out = (unsigned char *)buffer;
    stream->avail_out = (uInt)bytes;
    int result = 1;
    while (stream->avail_out == (uInt)bytes && (result = unpack_step(input)) > 0)
        continue;
    size_t got = bytes - stream->avail_out;
    return got > 0 || result == 0 ? (ssize_t)got : result;
}

ssize_t trace_input_peek(struct trace_input *input, const char **text, size_t bytes)
{
    bool stays = input->random && !input->packed; /* what is looked at can be read again */
    ssize_t got = 1;
    input->peek = malloc(bytes);
    if (input->peek == NULL)
        return -ENOMEM;
    *text = input->peek;
    while (got > 0 && input->peek_bytes < bytes) {
        char *room = input->peek + input->peek_bytes;
        got = stays ? trace_input_read_at(input, input->peek_bytes, room, bytes - input->peek_bytes)
                    : read_text(input, room, bytes - input->peek_bytes);
        input->peek_bytes += got > 0 ? (size_t)got : 0;
    }
    input->peek_used = stays ? input->peek_bytes : 0;
    return got < 0 && input->peek_bytes == 0 ? got : (ssize_t)input->peek_bytes;
}

ssize_t trace_input_read(struct trace_input *input, char *buffer, size_t bytes)
{
    size_t left = input->peek_bytes - input->peek_used;
    if (left == 0)
        return read_text(input, buffer, bytes);
    bytes = left < bytes ? left : bytes;
    memcpy(buffer, input->peek + input->peek_used, bytes);
    input->peek_used += bytes;
    return (ssize_t)bytes;
}
