/*
 * By process_vm_readv(), for which the system wants the same rights as for a debugger.  A read of
 * what is not there any more fails, and is no harm.
 */

#include "look_read.h"

#include <string.h>
#include <sys/uio.h>

/* A text is read in pieces, none of which reaches over the end of a page: behind that may be
 * nothing. */
#define PIECE_BYTES 64

bool look_bytes(const struct process *process, uint64_t address, void *to, size_t bytes)
{
    struct iovec here = {.iov_base = to, .iov_len = bytes};
    struct iovec there = {.iov_base = (void *)(uintptr_t)address, .iov_len = bytes};
    return process_vm_readv(process->pid, &here, 1, &there, 1, 0) == (ssize_t)bytes;
}

uint64_t look_member(const struct process *process, uint64_t record, enum look_place place,
                     size_t bytes)
{
    uint64_t value = 0;
    if (record == 0 || !look_bytes(process, record + process->table.places[place], &value, bytes))
        return 0;
    return value;
}

uint64_t look_pointer(const struct process *process, uint64_t record, enum look_place place)
{
    return look_member(process, record, place, 8);
}

uint32_t look_number(const struct process *process, uint64_t record, enum look_place place)
{
    return (uint32_t)look_member(process, record, place, 4);
}

bool look_bit(const struct process *process, uint64_t record, uint32_t bit)
{
    unsigned char byte = 0;
    look_bytes(process, record + bit / 8, &byte, 1);
    return byte >> bit % 8 & 1;
}

void look_text(const struct process *process, uint64_t address, char *text, size_t bytes)
{
    size_t used = 0;
    while (address != 0 && used + 1 < bytes) {
        size_t piece = PIECE_BYTES - (address + used) % PIECE_BYTES, room = bytes - used - 1;
        piece = piece < room ? piece : room;
        if (!look_bytes(process, address + used, text + used, piece))
            break;
        size_t length = strnlen(text + used, piece);
        used += length;
        if (length < piece)
            break;
    }
    text[used] = '\0';
    look_clean(text);
}

void look_clean(char *text)
{
    for (; *text != '\0'; text++)
        if ((unsigned char)*text < ' ' || *text == 0x7f)
            *text = '?';
}
