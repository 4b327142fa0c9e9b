/*
 * Growing by mremap(), so that all of a recording is in one piece.
 */

#include "tape_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* The file grows by so much: rarely, and little is left over when the program is killed. */
#define GROWTH_BYTES (1 << 20)

/* The descriptor has a number from here on, so that those of the program are the same when the
 * recording is played. */
#define FD_MIN 900

/* The longest number. */
#define ENTRY_BYTES_MAX 10

static int refuse(const struct tape_file *file, const char *verb, int code)
{
    dprintf(STDERR_FILENO, "troupe: cannot %s the recording %s: %s%s\n", verb, file->path,
            strerror(code), file->data != NULL ? "; going on without it" : "");
    return -code;
}

/* Room for so many bytes more, and a byte behind them that is 0. */
static int make_room(struct tape_file *file, size_t bytes)
{
    if (file->size - file->at > bytes)
        return 0;
    size_t size = file->at + bytes + GROWTH_BYTES;
    int rc = posix_fallocate(file->fd, (off_t)file->size, (off_t)(size - file->size));
    if (rc != 0)
        return refuse(file, "write", rc);
    void *data = file->data == NULL
                     ? mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, file->fd, 0)
                     : mremap(file->data, file->size, size, MREMAP_MAYMOVE);
    if (data == MAP_FAILED)
        return refuse(file, "write", errno);
    file->data = data;
    file->size = size;
    return 0;
}

int tape_file_append(struct tape_file *file, const void *data, size_t bytes)
{
    int rc = make_room(file, bytes);
    if (rc == 0 && bytes > 0)
        memcpy(file->data + file->at, data, bytes);
    file->at += rc == 0 ? bytes : 0;
    return rc;
}

int tape_file_put(struct tape_file *file, enum recording_kind kind, uint64_t value)
{
    int rc = make_room(file, ENTRY_BYTES_MAX);
    if (rc < 0)
        return rc;
    uint64_t number = value << RECORDING_KIND_BITS | kind;
    for (; number >= 0x80; number >>= 7)
        file->data[file->at++] = (unsigned char)(number | 0x80);
    file->data[file->at++] = (unsigned char)number;
    return 0;
}

struct tape_entry tape_file_entry(const struct tape_file *file, size_t at)
{
    uint64_t number = 0;
    size_t from = at;
    bool is_whole = false;
    for (unsigned shift = 0; at < file->size && shift < 64 && !is_whole; shift += 7) {
        number |= (uint64_t)(file->data[at] & 0x7f) << shift;
        is_whole = (file->data[at++] & 0x80) == 0;
    }
    if (!is_whole)
        return (struct tape_entry){.kind = RECORDING_END};
    return (struct tape_entry){
        .kind = (enum recording_kind)(number & ((1 << RECORDING_KIND_BITS) - 1)),
        .value = number >> RECORDING_KIND_BITS,
        .bytes = at - from,
    };
}

int tape_file_create(struct tape_file *file, const char *path)
{
    *file = (struct tape_file){.path = path, .fd = -1};
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0)
        return refuse(file, "write", errno);
    int moved = fcntl(fd, F_DUPFD_CLOEXEC, FD_MIN);
    file->fd = moved >= 0 ? moved : fd;
    if (moved >= 0)
        close(fd);
    return tape_file_append(file, RECORDING_FIRST_LINE, strlen(RECORDING_FIRST_LINE));
}

int tape_file_open(struct tape_file *file, const char *path)
{
    struct stat found;
    *file = (struct tape_file){.path = path, .fd = -1, .at = strlen(RECORDING_FIRST_LINE)};
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return refuse(file, "read", errno);
    void *data = fstat(fd, &found) == 0
                     ? mmap(NULL, (size_t)found.st_size, PROT_READ, MAP_PRIVATE, fd, 0)
                     : MAP_FAILED;
    int rc = data == MAP_FAILED ? refuse(file, "read", errno) : 0;
    close(fd);
    if (rc < 0)
        return rc;
    file->data = data;
    file->size = (size_t)found.st_size;
    return file->size >= file->at ? 0 : refuse(file, "read", EINVAL);
}

void tape_file_close(struct tape_file *file)
{
    munmap(file->data, file->size);
    if (file->fd < 0)
        return;
    (void)!ftruncate(file->fd, (off_t)file->at); /* or the rest of it is zeros */
    close(file->fd);
}
