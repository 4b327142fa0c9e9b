#ifndef VIEW_RULER_H
#define VIEW_RULER_H

/*
 * The marks of the ruler: which instants get one, where, and what stands there.
 *
 * On the axes that are true to scale, instants at round distances; on the step axis, the start of
 * a switch.  Labels never touch each other and stay within the lanes.
 */

#include "format.h"
#include "fold.h"
#include "text.h"

/* More labels do not fit on any screen. */
#define RULER_TICKS_MAX 128

struct ruler_tick {
    double x; /* pixels from the left edge of the lanes */
    int64_t at_ns;
    char label[FORMAT_BYTES]; /* "" where there is no room for it */
};

struct ruler {
    struct ruler_tick ticks[RULER_TICKS_MAX];
    int count;
};

/* Makes the ruler for the columns of a frame, labelled in `style`. */
void ruler_make(struct ruler *ruler, const struct fold_columns *columns,
                const struct trace_model *model, const struct text_measurer *measurer,
                struct text_style style);

#endif
