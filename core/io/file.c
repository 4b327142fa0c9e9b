/*
 * Each call is a job with a record of its own, which has a copy of all that it needs: the actor may
 * be gone before the job is done.  Memory is only taken on the loop's thread, so a file is read in
 * as many jobs as it takes to find room for it.
 */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <troupe/file.h>
#include <troupe/offload.h>

#include "alloc.h"
#include "pool.h"
#include "tape.h"

/* The first room for a file that does not tell its length, for instance one in /proc. */
#define ROOM_FIRST 65536

struct access {
    int fd;
    bool owns_fd; /* it is closed with the record */
    bool is_written;
    unsigned permissions;
    int64_t offset;
    struct stat stat;
    char *data;   /* owned */
    size_t bytes; /* of data: to be written, or room to read into */
    size_t done;  /* those that have been */
    char path[];
};

static void release(void *arg)
{
    struct access *access = arg;
    if (access->owns_fd)
        close(access->fd);
    alloc_free(access->data);
    alloc_free(access);
}

/* A record with room for data; NULL without memory. */
static struct access *create(const char *path, size_t bytes)
{
    size_t path_bytes = strlen(path) + 1;
    struct access *access = alloc_zeroed(sizeof *access + path_bytes);
    if (access == NULL)
        return NULL;
    memcpy(access->path, path, path_bytes);
    access->fd = -1;
    access->bytes = bytes;
    access->data = bytes > 0 ? alloc_zeroed(bytes) : NULL;
    if (bytes > 0 && access->data == NULL) {
        release(access);
        return NULL;
    }
    return access;
}

/* What a step has left in the record. */
static void pass(void *arg)
{
    struct access *access = arg;
    int fd = (int)tape_pass(RECORDING_DETAIL, access->owns_fd ? access->fd : -1);
    if (tape_mode == TAPE_PLAYED && fd >= 0 && !access->owns_fd) {
        access->fd = tape_stand_in(fd);
        access->owns_fd = access->fd >= 0;
    }
    if (access->is_written) {
        tape_sent(RECORDING_WRITE, (int)access->bytes, access->data, access->bytes);
        return;
    }
    tape_bytes(&access->stat, sizeof access->stat);
    access->done = tape_count(access->done, access->bytes);
    tape_received(RECORDING_READ, (int)access->done, access->data, access->bytes);
}

/* Does one step on the pool; what that returned.  If it is less than 0, the record is gone. */
static int perform(const struct troupe_site *site, troupe_fn step, struct access *access)
{
    int result = 0;
    troupe_job job = {.fn = step, .arg = access, .release = release};
    int rc = offload_outside(site, &job, &result, pass);
    if (rc == 0 && result < 0)
        release(access);
    return rc < 0 ? rc : result;
}

static int open_it(struct access *access, int flags)
{
    do
        access->fd = open(access->path, flags | O_CLOEXEC, (mode_t)access->permissions);
    while (access->fd < 0 && errno == EINTR);
    access->owns_fd = access->fd >= 0;
    return access->fd < 0 ? -errno : 0;
}

static int open_to_read(void *arg)
{
    struct access *access = arg;
    int rc = open_it(access, O_RDONLY);
    if (rc < 0)
        return rc;
    return fstat(access->fd, &access->stat) < 0 ? -errno : 0;
}

/* Reads until the room is used up or the file ends: 1 if it has ended. */
static int read_on(void *arg)
{
    struct access *access = arg;
    while (access->done < access->bytes) {
        ssize_t n = read(access->fd, access->data + access->done, access->bytes - access->done);
        if (n < 0 && errno != EINTR)
            return -errno;
        if (n == 0)
            return 1;
        access->done += n > 0 ? (size_t)n : 0;
    }
    return 0;
}

static int write_whole(void *arg)
{
    struct access *access = arg;
    int rc = open_it(access, O_WRONLY | O_CREAT | O_TRUNC);
    if (rc < 0)
        return rc;
    while (access->done < access->bytes) {
        ssize_t n = write(access->fd, access->data + access->done, access->bytes - access->done);
        if (n < 0 && errno != EINTR)
            return -errno;
        access->done += n > 0 ? (size_t)n : 0;
    }
    access->owns_fd = false;
    return close(access->fd) < 0 ? -errno : 0; /* some systems tell a full disk only now */
}

static int ask_stat(void *arg)
{
    struct access *access = arg;
    return stat(access->path, &access->stat) < 0 ? -errno : 0;
}

static int read_part(void *arg)
{
    struct access *access = arg;
    ssize_t n;
    do
        n = pread(access->fd, access->data, access->bytes, access->offset);
    while (n < 0 && errno == EINTR);
    access->done = n > 0 ? (size_t)n : 0;
    return n < 0 ? -errno : 0;
}

static int write_part(void *arg)
{
    struct access *access = arg;
    ssize_t n;
    do
        n = pwrite(access->fd, access->data, access->bytes, access->offset);
    while (n < 0 && errno == EINTR);
    return n < 0 ? -errno : (int)n;
}

/* Makes room for `bytes`, and one for the NUL. */
static int make_room(struct access *access, size_t bytes)
{
    char *data = alloc_grow(access->data, bytes + 1, 1);
    if (data == NULL)
        return -ENOMEM;
    access->data = data;
    access->bytes = bytes;
    return 0;
}

/* Reads the file to its end.  If the result is less than 0, the record is gone. */
static int read_all(const struct troupe_site *site, struct access *access, size_t bytes_max)
{
    size_t room = access->stat.st_size > 0 ? (size_t)access->stat.st_size + 1 : ROOM_FIRST;
    int rc = 0;
    while (rc == 0) {
        /* One byte more than may be, to see that there are none. */
        rc = make_room(access, room <= bytes_max ? room : bytes_max + 1);
        if (rc < 0)
            break;
        rc = perform(site, read_on, access);
        if (rc < 0)
            return rc;
        if (access->done > bytes_max)
            rc = -EFBIG;
        room *= room <= bytes_max ? 2 : 1;
    }
    if (rc < 0)
        release(access);
    return rc;
}

int troupe_file_read_at(const struct troupe_site *site, const char *path, size_t bytes_max,
                        char **data, size_t *bytes)
{
    sched_inside("troupe_file_read");
    *data = NULL;
    *bytes = 0;
    if (bytes_max >= SIZE_MAX / 4)
        return -EINVAL;
    struct access *access = create(path, 0);
    if (access == NULL)
        return -ENOMEM;
    int rc = perform(site, open_to_read, access);
    if (rc == 0)
        rc = read_all(site, access, bytes_max);
    if (rc < 0)
        return rc;
    access->data[access->done] = '\0';
    *data = access->data;
    *bytes = access->done;
    access->data = NULL;
    release(access);
    return 0;
}

int troupe_file_write_at(const struct troupe_site *site, const char *path, const void *data,
                         size_t bytes, unsigned permissions)
{
    sched_inside("troupe_file_write");
    struct access *access = create(path, bytes);
    if (access == NULL)
        return -ENOMEM;
    if (bytes > 0)
        memcpy(access->data, data, bytes);
    access->is_written = true;
    access->permissions = permissions;
    int rc = perform(site, write_whole, access);
    if (rc == 0)
        release(access);
    return rc;
}

int troupe_file_stat_at(const struct troupe_site *site, const char *path, struct stat *found)
{
    sched_inside("troupe_file_stat");
    struct access *access = create(path, 0);
    if (access == NULL)
        return -ENOMEM;
    int rc = perform(site, ask_stat, access);
    if (rc < 0)
        return rc;
    *found = access->stat;
    release(access);
    return 0;
}

/* A record for a part of an open file; NULL without memory. */
static struct access *create_part(int fd, size_t bytes, int64_t offset)
{
    struct access *access =
        create("", bytes < TROUPE_FILE_BYTES_MAX ? bytes : TROUPE_FILE_BYTES_MAX);
    if (access == NULL)
        return NULL;
    access->fd = fd;
    access->offset = offset;
    return access;
}

int troupe_pread_at(const struct troupe_site *site, int fd, void *buffer, size_t bytes,
                    int64_t offset)
{
    sched_inside("troupe_pread");
    struct access *access = create_part(fd, bytes, offset);
    if (access == NULL)
        return -ENOMEM;
    int rc = perform(site, read_part, access);
    if (rc < 0)
        return rc;
    int count = (int)access->done;
    if (count > 0)
        memcpy(buffer, access->data, access->done);
    release(access);
    return count;
}

int troupe_pwrite_at(const struct troupe_site *site, int fd, const void *data, size_t bytes,
                     int64_t offset)
{
    sched_inside("troupe_pwrite");
    struct access *access = create_part(fd, bytes, offset);
    if (access == NULL)
        return -ENOMEM;
    if (access->bytes > 0)
        memcpy(access->data, data, access->bytes);
    access->is_written = true;
    int count = perform(site, write_part, access);
    if (count >= 0)
        release(access);
    return count;
}
