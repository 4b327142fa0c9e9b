#ifndef VIEW_FORMAT_H
#define VIEW_FORMAT_H

/*
 * Numbers as people say them: "18.5 µs", "1.000 105 s", "2nd".
 *
 * Every function writes into `text` (FORMAT_BYTES are always enough) and returns it.
 */

#include <stddef.h>
#include <stdint.h>

#define FORMAT_BYTES 48

/* How long: three or four figures and a unit: "850 ns", "18.5 µs", "0.14 ms", "1.000 s",
 * "2 min 05 s". */
char *format_duration(int64_t duration_ns, char text[FORMAT_BYTES]);

/* From this distance on instants are told in hours, minutes and seconds. */
#define FORMAT_CLOCK_NS INT64_C(30000000000)

/* When, so precisely that instants `step_ns` apart differ: "20 µs", "1.000 105 s", "2 h 30 min". */
char *format_instant(int64_t at_ns, int64_t step_ns, char text[FORMAT_BYTES]);

/* C and P: "3.00", "0.0001", "125.4". */
char *format_ratio(double ratio, char text[FORMAT_BYTES]);

/* Any number, with no more figures than it needs: "12", "1 048 576", "0.25", "-3.5". */
char *format_number(double number, char text[FORMAT_BYTES]);

/* A share in percent that says 0 or 100 only of nothing and all: "99.99 %", "0.01 %". */
char *format_percent(double part, double whole, char text[FORMAT_BYTES]);

/* A count with its thousands apart: "1 000 000". */
char *format_count(uint64_t count, char text[FORMAT_BYTES]);

/* Which one, from 1: "first" to "tenth", then "11th", "22nd". */
char *format_ordinal(uint64_t number, char text[FORMAT_BYTES]);

/* A count of things: "1 loop", "3 actors". */
char *format_things(uint64_t count, const char *thing, char text[FORMAT_BYTES]);

#endif
