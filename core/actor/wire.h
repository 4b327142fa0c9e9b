#ifndef WIRE_H
#define WIRE_H

/*
 * Posts as bytes, for loops that are processes of their own.
 *
 *     head 56 | payload, head.bytes of them
 *
 * Both ends are the same program, forked from one another, so bytes and their order, and the
 * addresses of functions and of source locations, are the same.
 */

#include "message.h"

struct wire_head {
    uint64_t to;
    uint64_t from;
    uint64_t ref;
    uint32_t bytes; /* of the payload that follows */
    int32_t tag;
    uint32_t number;      /* of the message in the trace */
    uint32_t from_number; /* of its sender there */
    uint8_t kind;         /* enum post_kind */
    uint8_t loop;         /* that it comes from */
    uint8_t is_exempt;
    uint8_t spare[13];
};

_Static_assert(sizeof(struct wire_head) == 56, "no gaps");

/* A post and its payload. */
void wire_describe(struct world *world, const struct troupe_msg *post, struct wire_head *head,
                   const void **payload);

/* The post that such a head announces, with room for the payload, which is to be filled in; 0 or
 * -ENOMEM. */
int wire_create(struct world *world, const struct wire_head *head, struct troupe_msg **post,
                void **payload);

/* Frees a post with all that is in it. */
void wire_destroy(struct world *world, struct troupe_msg *post);

#endif
