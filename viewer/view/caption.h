#ifndef VIEW_CAPTION_H
#define VIEW_CAPTION_H

/*
 * The few words that stand on the lanes themselves.
 */

#include "trace_model.h"

/* Texts of a caption live here; no caption is longer. */
#define CAPTION_BYTES 160
#define CAPTION_COUNT_MAX 3

/* Several ways to name a state, from long to short, the last one a single letter.  The list ends
 * with NULL; what is not constant lives in `bytes`. */
void caption_span(const struct trace_model *model, uint32_t span,
                  const char *candidates[CAPTION_COUNT_MAX + 1], char bytes[CAPTION_BYTES]);

/* How those in progress spend a gap in which nobody runs, in two words: "all asleep" if each
 * sleeps or waits for one that does. */
const char *caption_gap(const struct trace_model *model, int64_t start_ns, int64_t end_ns);

#endif
