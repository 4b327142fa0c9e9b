#ifndef UNWIND_H
#define UNWIND_H

/*
 * Whose call is in whose: a stack, read from its innermost frame outwards, with names and lines.
 *
 * The stack may be that of this process, of another one, or a copy of either: it is read by a
 * function that the caller gives.  The code that it is unwound by comes from the files that the
 * process is made of.
 */

#include <stdbool.h>
#include <stddef.h>

#include <sys/types.h>

#include "registers.h"

/* Frames of a stack that are looked at: a recursion without end has many. */
#define UNWIND_FRAMES_MAX 4096

struct unwinder;

/* One function that has not returned. */
struct unwind_frame {
    uint64_t pc;
    uint64_t entry;       /* where its code begins; 0: not known */
    const char *function; /* NULL: not known */
    const char *file;     /* as the compiler was told it; NULL: not known */
    int line;
    const char *module; /* the file that its code is in; NULL: not known */
    bool is_inlined;    /* it is part of the function that comes next */
};

/* Reads eight bytes of memory; false if they cannot be had. */
typedef bool (*unwind_read_fn)(uint64_t address, uint64_t *word, void *context);

/* Sees a frame, whose texts are valid until it returns; false: it has seen enough. */
typedef bool (*unwind_see_fn)(const struct unwind_frame *frame, void *context);

/* For the code of a running process, as it is now; NULL if that cannot be read. */
struct unwinder *unwind_open(pid_t pid);
void unwind_close(struct unwinder *unwinder);

/* For the code of a process that is no more, of which it knows nothing until its files have been
 * added, each with the address at which it began; what is added owns the descriptor.  NULL, false:
 * that cannot be done. */
struct unwinder *unwind_begin(void);
bool unwind_add(struct unwinder *unwinder, const char *path, int fd, uint64_t address);
bool unwind_ready(struct unwinder *unwinder);

/* Calls `see` for each frame, from the innermost.  Takes some milliseconds, and up to a second when
 * a function of a large program is met for the first time; uses much stack. */
void unwind_walk(struct unwinder *unwinder, const struct registers *registers, unwind_read_fn read,
                 unwind_see_fn see, void *context);

/* The name of the function at this address, or NULL; valid as long as the unwinder. */
const char *unwind_name(struct unwinder *unwinder, uint64_t address);

/* The file that the code at this address is in, or NULL; likewise. */
const char *unwind_module(struct unwinder *unwinder, uint64_t address);

/* That file itself, whose addresses are lower by *bias than those of the process; or NULL. */
struct Elf *unwind_file(struct unwinder *unwinder, uint64_t address, uint64_t *bias);

/* Where a thread is blocked in the system, by its file /proc/.../syscall; false: it is not. */
bool unwind_where_blocked(const char *path, uint64_t *sp, uint64_t *pc);

/* Where the object with this name is; 0 if there is none. */
uint64_t unwind_symbol(struct unwinder *unwinder, const char *name);

#endif
