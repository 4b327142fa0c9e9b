/*
 * By process_vm_readv(), for which the system wants the same rights as for a debugger.  A read of
 * what is not there any more fails, and is no harm.  Of a process that is no more, what it had
 * written is in its core file, and the rest in the files that it was made of.
 */

#include "look_read.h"

#include <string.h>
#include <sys/uio.h>

#include <gelf.h>

#include "core_file.h"

/* A text is read in pieces, none of which reaches over the end of a page: behind that may be
 * nothing. */
#define PIECE_BYTES 64

/* What stands in the file that this address was mapped from. */
static bool file_bytes(const struct process *process, uint64_t address, void *to, size_t bytes)
{
    uint64_t bias;
    size_t count = 0, size = 0;
    Elf *elf = unwind_file(process->unwinder, address, &bias);
    const char *image = elf != NULL ? elf_rawfile(elf, &size) : NULL;
    if (image == NULL || elf_getphdrnum(elf, &count) < 0)
        return false;
    for (size_t i = 0; i < count; i++) {
        GElf_Phdr segment;
        if (gelf_getphdr(elf, (int)i, &segment) == NULL || segment.p_type != PT_LOAD)
            continue;
        uint64_t into = address - bias - segment.p_vaddr;
        if (into >= segment.p_filesz || bytes > segment.p_filesz - into)
            continue;
        if (segment.p_offset > size || segment.p_filesz > size - segment.p_offset)
            return false;
        memcpy(to, image + segment.p_offset + into, bytes);
        return true;
    }
    return false;
}

bool look_bytes(const struct process *process, uint64_t address, void *to, size_t bytes)
{
    if (process->core != NULL)
        return core_bytes(process->core, address, to, bytes) ||
               file_bytes(process, address, to, bytes);
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

/* How many bytes the character there has; 0: it cannot be printed, or is not UTF-8. */
static size_t character_bytes(const unsigned char *at)
{
    static const uint32_t least[] = {0, 0x20, 0xa0, 0x800, 0x10000}; /* that needs so many */
    size_t bytes = at[0] < 0x80 ? 1 : at[0] < 0xe0 ? 2 : at[0] < 0xf0 ? 3 : 4;
    uint32_t code = bytes == 1 ? at[0] : at[0] & (0x7fu >> bytes);
    if ((at[0] & 0xc0) == 0x80 || at[0] > 0xf4)
        return 0;
    for (size_t i = 1; i < bytes; i++) {
        if ((at[i] & 0xc0) != 0x80)
            return 0;
        code = code << 6 | (at[i] & 0x3f);
    }
    bool is_one = code >= least[bytes] && code != 0x7f && code <= 0x10ffff && code >> 11 != 0x1b;
    return is_one ? bytes : 0;
}

void look_clean(char *text)
{
    while (*text != '\0') {
        size_t bytes = character_bytes((const unsigned char *)text);
        if (bytes == 0)
            *text = '?';
        text += bytes > 0 ? bytes : 1;
    }
}
