#ifndef CORE_FILE_H
#define CORE_FILE_H

/*
 * A core file: the memory that a process had written to, the registers of its threads, and the
 * names of the files that it was made of, as they were when it crashed.
 *
 * It may come from anywhere, so every number in it is checked before it is used.  It is read and
 * not mapped: one that is cut short meanwhile ends early, and does no harm.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "registers.h"

/* No process has more pieces of memory, threads and what else is noted, or longer names of files.
 */
#define CORE_SEGMENTS_MAX (UINT32_C(1) << 20)
#define CORE_NOTES_MAX (UINT32_C(1) << 20)
#define CORE_NAMES_BYTES_MAX (UINT32_C(16) << 20)

struct core_file {
    int fd;
    uint64_t bytes; /* of the file */
    struct core_segment {
        uint64_t address, bytes, offset;
    } * segments; /* by address */
    size_t segment_count;
    uint64_t notes_at, notes_end;
    uint64_t names_at; /* the note with the files of the process; 0: there is none */
    uint32_t names_bytes;
    uint32_t thread; /* the one that the signal hit, */
    int signal;      /* which the process died of; 0: it was copied and went on */
};

/* NULL, or why it cannot be read, as the rest of a sentence; then nothing has to be closed. */
const char *core_open(struct core_file *core, const char *path);
void core_close(struct core_file *core);

/* Bytes of the memory; false if they are not in the file. */
bool core_bytes(const struct core_file *core, uint64_t address, void *to, size_t bytes);

/* The registers of a thread; false if they are not in the file. */
bool core_thread(const struct core_file *core, uint32_t thread, struct registers *registers);

/* Calls `see` for each program and library of the process, with the address at which the file
 * began; false: there was no memory for it, or the list is broken. */
bool core_each_module(const struct core_file *core,
                      void (*see)(const char *path, uint64_t address, void *context),
                      void *context);

/* Whether a file that begins so is a program or a library for the machine of this command. */
bool core_is_code(const void *page);

/* Opens a file for reading if it is an ordinary one, of which nobody has to wait; -1: it is not. */
int core_open_plain(const char *path);

#endif
