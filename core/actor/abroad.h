#ifndef ABROAD_H
#define ABROAD_H

/*
 * What is known here of actors of other processes, whose memory cannot be read: their numbers in
 * the trace, while that is recorded, whose mailbox is at its limit, and who has ended.  The notes
 * are like those that loops of one process read of each other: see actor.h.
 */

#include <stdbool.h>
#include <stdint.h>

struct abroad;

/* NULL without memory. */
struct abroad *abroad_create(void);
void abroad_destroy(struct abroad *abroad);

/* What is noted of this actor: a number, with ACTOR_NOTE_FULL or GONE; or 0.  On any thread. */
uint32_t abroad_note(struct abroad *abroad, uint64_t pid);

/* Notes a number, or whether a mailbox is full.  Without memory it is not noted: then a trace has
 * an arrow less, or a sender meets a full mailbox later. */
void abroad_set_number(struct abroad *abroad, uint64_t pid, uint32_t number);
void abroad_set_full(struct abroad *abroad, uint64_t pid, bool is_full);

/* It has ended; its process may go on. */
void abroad_set_gone(struct abroad *abroad, uint64_t pid);

/* The process which was this loop is gone. */
void abroad_forget(struct abroad *abroad, uint32_t loop);

#endif
