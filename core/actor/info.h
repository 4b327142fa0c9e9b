#ifndef INFO_H
#define INFO_H

/*
 * What is told of actors: see troupe/info.h.
 */

#include <troupe/info.h>

#include "actor.h"

void info_tell(const struct actor *actor, struct troupe_info *info);
void info_count(const struct world *world, struct troupe_stats *stats);

/* Writes the picture of the whole loop, line by line. */
void dump_write(const struct world *world, void (*put)(const char *line, void *context),
                void *context);

#endif
