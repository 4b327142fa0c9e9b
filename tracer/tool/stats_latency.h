#ifndef STATS_LATENCY_H
#define STATS_LATENCY_H

/* The part of `troupe stats` that is about latencies: percentiles, and the worst by name and line.
 */

#include "tell.h"

/* No more of the worst are told. */
#define STATS_WORST_MAX 100

/* Prints them as a table, and so many of the worst as sentences; nothing if nothing was ever ready.
 * TOOL_OK or not. */
int stats_print_latencies(const struct tell *tell, size_t worst);

/* The same as an object, by kind; NULL if there is no memory. */
cJSON *stats_latency_object(const struct tell *tell, size_t worst);

#endif
