#ifndef TRANSFER_H
#define TRANSFER_H

/*
 * Reading and writing without the beginning of a call: for those that do so several times.
 */

#include "io.h"

/* As troupe_read() and troupe_write(), after io_begin(). */
int transfer_read(struct sched *sched, int fd, void *buffer, size_t bytes,
                  const struct troupe_site *site);
int transfer_write(struct sched *sched, int fd, const void *data, size_t bytes,
                   const struct troupe_site *site);

#endif
