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
    enum command told;  /* what was asked for last, and nothing has been selected since */
    struct causes_seen {
        uint32_t selected, message;
        bool range_set;
        int64_t at_ns, from_ns, to_ns;
    } seen;
};

struct app;

bool causes_command(struct app *app, enum command command, bool *known);

/* Makes the waits anew if the cursor has moved. */
void causes_refresh(struct app *app);

/* Which of both the panel speaks of: COMMAND_WAITS, COMMAND_PATH, or COMMAND_NONE.  What was
 * selected after it was asked for comes first, but waits follow the cursor. */
enum command causes_told(const struct app *app);

void causes_finish(struct causes *causes);

#endif
