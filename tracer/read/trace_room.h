#ifndef TRACE_ROOM_H
#define TRACE_ROOM_H

/*
 * Memory for large flat arrays.
 *
 * Ten million events are half a gigabyte, and to get that in pages of 4 KiB costs more time than to
 * fill it.  Large blocks are mapped so that the system can use pages of 2 MiB where it has them,
 * and grow by moving their mapping and not their bytes.  Whoever has a block knows its size.
 */

#include <stddef.h>

/* A block of zeros; NULL if there is no memory.  A size of 0 is as good as any. */
void *trace_room_new(size_t bytes);

/* Makes a block larger or smaller, which may move it; what is new in it has any content.  NULL if
 * there is no memory: the block is then as it was. */
void *trace_room_resize(void *block, size_t bytes, size_t bytes_new);

/* Gives the memory of the first `front` bytes of a block back, as far as it can be had without the
 * rest: what stood there must not be read again.  The block keeps its place and its size. */
void trace_room_shed(void *block, size_t bytes, size_t front);

/* Likewise a block with any content, which malloc() could have made and free() frees: for arrays
 * that do not grow, whose owners need not know their size. */
void *trace_room_fixed(size_t bytes);

/* NULL is fine. */
void trace_room_free(void *block, size_t bytes);

#endif
