#ifndef LOOK_READ_H
#define LOOK_READ_H

/* Reading the memory of a process: bytes, and members of records by the places that its table says
 * they are at.  What cannot be read is 0. */

#include "look_process.h"

bool look_bytes(const struct process *process, uint64_t address, void *to, size_t bytes);

/* A member of a record: a number of so many bytes; a pointer; one of 32 bits. */
uint64_t look_member(const struct process *process, uint64_t record, enum look_place place,
                     size_t bytes);
uint64_t look_pointer(const struct process *process, uint64_t record, enum look_place place);
uint32_t look_number(const struct process *process, uint64_t record, enum look_place place);

/* The bit with this number, counted from the beginning of the record. */
bool look_bit(const struct process *process, uint64_t record, uint32_t bit);

/* A text, as far as it can be read and there is room; clean. */
void look_text(const struct process *process, uint64_t address, char *text, size_t bytes);

/* What cannot be printed, or is not UTF-8, becomes question marks. */
void look_clean(char *text);

#endif
