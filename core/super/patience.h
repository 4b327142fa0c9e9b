#ifndef PATIENCE_H
#define PATIENCE_H

/*
 * How many restarts a supervisor bears with: `intensity` within any `period`.
 */

#include <troupe/supervisor.h>

struct patience {
    int intensity;
    troupe_ns period;
    troupe_ns *restarted_at; /* the last `intensity` restarts: a ring */
    int count;               /* of them */
    int oldest;
};

/* With the defaults for what is 0; 0, -EINVAL or -ENOMEM. */
int patience_init(struct patience *patience, int intensity, troupe_ns period);
void patience_finish(struct patience *patience);

/* Notes a restart at this instant; false if it is one too many. */
bool patience_admits(struct patience *patience, troupe_ns now_ns);

#endif
