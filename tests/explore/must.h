#ifndef MUST_H
#define MUST_H

/* The programs here are about the order of turns: a call that is refused ends them. */

#include <stdlib.h>

static inline void must(int rc)
{
    if (rc < 0)
        exit(9);
}

#endif
