#ifndef NEAREST_H
#define NEAREST_H

/* "Did you mean ...?": the word that is the fewest typing errors away from another. */

#include <stddef.h>

struct nearest {
    const char *word;
    const char *best; /* NULL while none is near enough */
    size_t distance;
};

void nearest_begin(struct nearest *nearest, const char *word);
void nearest_offer(struct nearest *nearest, const char *candidate);

#endif
