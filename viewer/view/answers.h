#ifndef VIEW_ANSWERS_H
#define VIEW_ANSWERS_H

/*
 * Who waits for whom, and which chain of causes led somewhere, in sentences for the panel.
 */

#include "describe.h"
#include "trace_path.h"
#include "trace_waits.h"

void answers_waits(struct describe_text *text, const struct trace_waits *waits);

/* A path to the end of the run (`critical`), or to one state. */
void answers_path(struct describe_text *text, const struct trace_model *model,
                  const struct trace_path *path, bool critical);

#endif
