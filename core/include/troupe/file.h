#ifndef TROUPE_FILE_H
#define TROUPE_FILE_H

/*
 * Files.  A disk may take its time, and cannot be polled; so these calls are made on the threads of
 * the pool (troupe/offload.h), and only the actor that makes one waits for it.
 *
 *     char *text;
 *     size_t bytes;
 *     int rc = troupe_file_read("settings.json", 1 << 20, &text, &bytes);
 *     ...
 *     free(text);
 *
 * All of them: inside an actor; may suspend; return the negative code of the system call that
 * failed, and -ECANCELED, -EAGAIN and -ENOMEM as troupe_offload() does.  A wait that is given up
 * gives the file up, too: what was to be written may have been written or not, or in part; nothing
 * of the caller's is used any more.
 */

#include <stddef.h>
#include <sys/stat.h>

#include <troupe/time.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Reads a whole file into new memory, which the caller frees with free(), and stores its length in
 * *bytes.  A NUL stands behind the last byte.  Returns 0; -EFBIG if there are more than `bytes_max`
 * bytes in it.
 */
TROUPE_API TROUPE_MUST_CHECK int troupe_file_read_at(const struct troupe_site *site,
                                                     const char *path, size_t bytes_max,
                                                     char **data, size_t *bytes);
#define troupe_file_read(...) troupe_file_read_at(TROUPE_SITE(), __VA_ARGS__)

/*
 * Writes a whole file: makes it, with these permissions, or empties it first.  `data` is copied.
 * Returns 0.
 */
TROUPE_API TROUPE_MUST_CHECK int troupe_file_write_at(const struct troupe_site *site,
                                                      const char *path, const void *data,
                                                      size_t bytes, unsigned permissions);
#define troupe_file_write(...) troupe_file_write_at(TROUPE_SITE(), __VA_ARGS__)

/* What stat(2) says of a file.  Returns 0. */
TROUPE_API TROUPE_MUST_CHECK int troupe_file_stat_at(const struct troupe_site *site,
                                                     const char *path, struct stat *found);
#define troupe_file_stat(...) troupe_file_stat_at(TROUPE_SITE(), __VA_ARGS__)

/*
 * Reads or writes at most `bytes` at a place of an open file, which must stay open until the call
 * returns; if it is given up, until troupe_run() does.  Return how many, as pread(2) and pwrite(2);
 * 0 is the end of the file.  At most 1 MiB at a time: the data is copied.
 */
#define TROUPE_FILE_BYTES_MAX 1048576
TROUPE_API TROUPE_MUST_CHECK int troupe_pread_at(const struct troupe_site *site, int fd,
                                                 void *buffer, size_t bytes, int64_t offset);
#define troupe_pread(...) troupe_pread_at(TROUPE_SITE(), __VA_ARGS__)

TROUPE_API TROUPE_MUST_CHECK int troupe_pwrite_at(const struct troupe_site *site, int fd,
                                                  const void *data, size_t bytes, int64_t offset);
#define troupe_pwrite(...) troupe_pwrite_at(TROUPE_SITE(), __VA_ARGS__)

#ifdef __cplusplus
}
#endif

#endif
