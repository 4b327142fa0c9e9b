#ifndef TAPE_FILE_H
#define TAPE_FILE_H

/*
 * A recording as a file in memory: writing an entry is some stores, and what has been written stays
 * in the file when the program is killed.
 */

#include <stddef.h>
#include <stdint.h>

#include "recording_format.h"

struct tape_file {
    const char *path; /* the caller's */
    int fd;           /* -1: it is read */
    unsigned char *data;
    size_t at; /* the next entry */
    size_t size;
};

struct tape_entry {
    enum recording_kind kind;
    uint64_t value;
    size_t bytes; /* that it takes, without those that follow it */
};

/* 0, or a negative code after saying why not. */
int tape_file_create(struct tape_file *file, const char *path);
int tape_file_open(struct tape_file *file, const char *path);

/* What was written is all there is: cuts the rest off. */
void tape_file_close(struct tape_file *file);

/* Writes an entry, or bytes that belong to the last one; the same results. */
int tape_file_put(struct tape_file *file, enum recording_kind kind, uint64_t value);
int tape_file_append(struct tape_file *file, const void *data, size_t bytes);

/* The entry at this place; behind the last one, one of the kind END with the value 0. */
struct tape_entry tape_file_entry(const struct tape_file *file, size_t at);

#endif
