#ifndef STATS_STACKS_H
#define STATS_STACKS_H

/* How much of their stacks actors have used, for `troupe stats`. */

#include "tell.h"

/* Prints a table below an empty line, if the trace tells of stacks.  TOOL_OK, or TOOL_FAULT after
 * saying that there is no memory. */
int stats_print_stacks(const struct tell *tell);

/* The same as a list of objects; NULL without memory. */
cJSON *stats_stacks_list(const struct tell *tell);

#endif
