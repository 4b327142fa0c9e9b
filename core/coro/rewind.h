#ifndef REWIND_H
#define REWIND_H

/*
 * A process that goes back to where it was: its memory as it was then, its stack, and the place in
 * the program.  The system knows nothing of it, so what the process has asked of the system
 * meanwhile stays as it is.
 *
 *     rewind_prepare();                      // before what is to be kept is made
 *     ...
 *     if (rewind_here() == 0) { ... }        // goes on here, now and each time
 *     ...
 *     if (rewind_is_clean())
 *         rewind_back();
 *
 * This is for `troupe explore`: a fork takes some hundreds of microseconds and leaves every page to
 * be copied at its first write, while the memory of a small program is copied in some ten.
 */

#include <stdbool.h>
#include <stddef.h>

/* Whether rewind_here() has returned 0: then what the runtime has got from the system before that,
 * mappings and descriptors, is not given back any more. */
extern bool rewind_is_set;

/* From now on memory comes from the heap, and stays there. */
void rewind_prepare(void);

/* Memory that need not be as it was, such as stacks that nobody runs on. */
void rewind_leave_out(void *memory, size_t bytes);

/* Whether it is such memory. */
bool rewind_leaves_out(const void *memory);

/* Keeps what there is now.  0, also each time that rewind_back() comes here; -ENOTSUP with a
 * sanitizer, under Valgrind, with several threads, or with more memory than is worth while;
 * -ENOMEM. */
int rewind_here(void);

/* Whether it can be gone back: no mapping, thread or descriptor is left over. */
bool rewind_is_clean(void);

/* On the thread that called rewind_here(). */
_Noreturn void rewind_back(void);

#endif
