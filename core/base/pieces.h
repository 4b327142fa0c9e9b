#ifndef PIECES_H
#define PIECES_H

/* Text that is put together piece by piece, in a buffer of its owner's: a report asks for no
 * memory. What does not fit is cut. */

#include <stddef.h>

struct pieces {
    char *bytes; /* ended by a 0 once something has been added */
    size_t room;
    size_t used;
};

__attribute__((format(printf, 2, 3))) void pieces_add(struct pieces *text, const char *format, ...);

#endif
