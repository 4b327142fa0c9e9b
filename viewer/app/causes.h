#ifndef APP_CAUSES_H
#define APP_CAUSES_H

/*
 * Two answers that are drawn over the lanes: who waits for whom at the cursor, and the chain of
 * causes that leads to a state.
 */

#include "commands.h"
#include "trace_path.h"
#include "trace_waits.h"

struct causes {
    bool waits_on;
    bool waits_made; /* and right for the cursor */
    struct trace_waits waits;
    bool path_on;
    struct trace_path path;
    bool path_critical; /* it leads to the end of the run and not to a state */
};

struct app;

bool causes_command(struct app *app, enum command command, bool *known);

/* Makes the waits anew if the cursor has moved. */
void causes_refresh(struct app *app);

void causes_finish(struct causes *causes);

#endif
