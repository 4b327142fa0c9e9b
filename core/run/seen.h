#ifndef SEEN_H
#define SEEN_H

/*
 * What can be seen of this process from outside: see look_table.h.
 */

#include "crew.h"

/* From now on the actors of this crew can be seen; and no more. */
void seen_begin(const struct crew *crew);
void seen_end(const struct crew *crew);

/* In a process that was just forked: those of its parent are not. */
void seen_by_none(void);

#endif
