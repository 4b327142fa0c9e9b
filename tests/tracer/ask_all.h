#ifndef ASK_ALL_H
#define ASK_ALL_H

/* Loads bytes and, if that works, asks the model everything there is to ask; checks them as well.
 * Stops the program where a promise of the reader's headers does not hold. */

#include <stddef.h>

void ask_all(const char *bytes, size_t count);

#endif
