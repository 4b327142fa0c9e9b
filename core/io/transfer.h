#ifndef TRANSFER_H
#define TRANSFER_H

/*
 * Reading and writing without the beginning of a call: for those that do so several times.
 */

#include "io.h"

/* What poll(2) says of it at this moment, 0 for nothing; or a negative code. */
int transfer_poll(int fd, short events);

/* Reads without waiting: as read(2), but a negative code; -EAGAIN if it had to wait. */
int transfer_try_read(int fd, void *buffer, size_t bytes);

/* Writes what it can without waiting: as write(2), but a negative code, and no SIGPIPE; -EAGAIN if
 * that is nothing. */
int transfer_try_write(int fd, const void *data, size_t bytes);

#endif
