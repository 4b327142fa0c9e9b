#ifndef TRACE_WORDS_H
#define TRACE_WORDS_H

/* Times in words, the same in every picture, table and sentence. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Room for any of them. */
#define TRACE_WORDS_BYTES 48

/* A duration with three significant digits and its unit: "1.000 s", "0.143 ms", "22.4 µs",
 * "850 ns", and from a minute on "1 min 05 s", "12 h 00 min"; "us" for "µs" in ASCII.  Returns
 * `text`. */
char *trace_duration_text(int64_t ns, bool ascii, char *text, size_t bytes);

/* A ratio with two decimals, "2.99"; a small one with as many as its first digit needs, but at
 * least four, "0.0001".  Returns `text`. */
char *trace_ratio_text(double ratio, char *text, size_t bytes);

/* An instant of 0 or more, with enough digits to tell it from others `step_ns` away: "1.000101 s",
 * "20.5 µs", "0 s".  Returns `text`. */
char *trace_instant_text(int64_t ns, int64_t step_ns, bool ascii, char *text, size_t bytes);

/* A duration or an instant as people write it: "1.5 s", "300ms", "20 us", "20µs", "850ns"; a number
 * alone is in seconds, as in `troupe log`.  Exact to the nanosecond.  Returns the first byte behind
 * it, and NULL if there is none or it is out of range. */
const char *trace_duration_parse(const char *text, int64_t *ns);

/* A message's tag in words: "tag 7"; the runtime's own are "down" and "exit", and any other below
 * 0 "tag -9".  Returns `text`. */
char *trace_tag_text(int32_t tag, char *text, size_t bytes);

#endif
