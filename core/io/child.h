#ifndef CHILD_H
#define CHILD_H

/* Pretends that the kernel has no pidfds, as it had none before Linux 5.3.  For tests. */
void child_avoid_pidfd(void);

#endif
