/*
 * The file is an ELF file whose segments are pieces of memory, and one of notes.  Those of the
 * system and those of a debugger differ in the order of their parts, so no order is relied on.
 */

#include "core_file.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/procfs.h>
#include <sys/stat.h>
#include <unistd.h>

#if defined(__x86_64__)
#define OWN_MACHINE EM_X86_64
#elif defined(__aarch64__)
#define OWN_MACHINE EM_AARCH64
#else
#define OWN_MACHINE EM_NONE
#endif

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define OWN_ORDER ELFDATA2LSB
#else
#define OWN_ORDER ELFDATA2MSB
#endif

#define NOTE_OWNER "CORE"

static const char *const cut_short =
    "it is cut short: not all is there that it says it holds; the disk was full, or ulimit -c too "
    "low";
static const char *const broken = "it is broken: what it says of its own parts cannot be";

int core_open_plain(const char *path)
{
    struct stat status;
    int fd = -1;
    if (stat(path, &status) == 0 && S_ISREG(status.st_mode))
        fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd >= 0 && (fstat(fd, &status) < 0 || !S_ISREG(status.st_mode))) {
        close(fd);
        fd = -1;
    }
    return fd;
}

/* So many bytes from this place on; false: they are not there. */
static bool read_at(int fd, uint64_t offset, void *to, size_t bytes)
{
    char *next = to;
    while (bytes > 0) {
        ssize_t count = offset <= INT64_MAX ? pread(fd, next, bytes, (off_t)offset) : 0;
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return false;
        next += count;
        offset += (uint64_t)count;
        bytes -= (size_t)count;
    }
    return true;
}

/* --- notes --- */

struct note {
    uint32_t type;
    uint32_t bytes;
    uint64_t at;
};

struct notes {
    const struct core_file *core;
    uint64_t at;
    uint32_t seen;
};

/* The next one of the system's; false: that was the last one. */
static bool next_note(struct notes *notes, struct note *note)
{
    const struct core_file *core = notes->core;
    bool is_found = false;
    while (!is_found && notes->seen++ < CORE_NOTES_MAX) {
        Elf64_Nhdr head;
        char owner[sizeof NOTE_OWNER] = "";
        if (core->notes_end - notes->at < sizeof head ||
            !read_at(core->fd, notes->at, &head, sizeof head))
            return false;
        uint64_t name_at = notes->at + sizeof head, left = core->notes_end - name_at;
        uint64_t name_bytes = ((uint64_t)head.n_namesz + 3) & ~UINT64_C(3);
        if (name_bytes > left || head.n_descsz > left - name_bytes)
            return false;
        uint64_t whole = name_bytes + (((uint64_t)head.n_descsz + 3) & ~UINT64_C(3));
        is_found = head.n_namesz == sizeof owner &&
                   read_at(core->fd, name_at, owner, sizeof owner) &&
                   memcmp(owner, NOTE_OWNER, sizeof owner) == 0;
        *note = (struct note){head.n_type, head.n_descsz, name_at + name_bytes};
        notes->at = name_at + (whole < left ? whole : left); /* the last one may not be filled up */
    }
    return is_found;
}

static bool read_status(const struct core_file *core, const struct note *note,
                        struct elf_prstatus *status)
{
    return note->type == NT_PRSTATUS && note->bytes == sizeof *status &&
           read_at(core->fd, note->at, status, sizeof *status);
}

/* The first thread is the one that the signal hit. */
static void read_notes(struct core_file *core)
{
    struct notes notes = {.core = core, .at = core->notes_at};
    struct note note;
    struct elf_prstatus status;
    while (next_note(&notes, &note)) {
        if (core->thread == 0 && read_status(core, &note, &status)) {
            core->thread = (uint32_t)status.pr_pid;
            core->signal = status.pr_cursig;
        } else if (note.type == NT_FILE && note.bytes <= CORE_NAMES_BYTES_MAX) {
            core->names_at = note.at;
            core->names_bytes = note.bytes;
        }
    }
}

static void take_registers(const struct elf_prstatus *status, struct registers *registers)
{
    uint64_t values[sizeof status->pr_reg / sizeof(uint64_t)];
    memcpy(values, status->pr_reg, sizeof values);
#if defined(__x86_64__)
    /* Where the system has those that debug information counts from 0: see struct user_regs_struct.
     */
    static const unsigned char places[REGISTERS_COUNT] = {10, 12, 11, 5, 13, 14, 4, 19,
                                                          9,  8,  7,  6, 3,  2,  1, 0};
    for (unsigned i = 0; i < REGISTERS_COUNT; i++)
        registers_set(registers, i, values[places[i]]);
    registers->pc = values[16];
#elif defined(__aarch64__)
    for (unsigned i = 0; i < REGISTERS_COUNT; i++)
        registers_set(registers, i, values[i]);
    registers->pc = values[REGISTERS_COUNT];
#else
    (void)registers; /* no file of this machine is opened */
#endif
}

bool core_thread(const struct core_file *core, uint32_t thread, struct registers *registers)
{
    struct notes notes = {.core = core, .at = core->notes_at};
    struct note note;
    struct elf_prstatus status;
    while (next_note(&notes, &note)) {
        if (!read_status(core, &note, &status) || (uint32_t)status.pr_pid != thread)
            continue;
        take_registers(&status, registers);
        return true;
    }
    return false;
}

/* --- segments --- */

static bool is_elf(const Elf64_Ehdr *head)
{
    return memcmp(head->e_ident, ELFMAG, SELFMAG) == 0;
}

static bool is_of_machine(const Elf64_Ehdr *head)
{
    return head->e_ident[EI_CLASS] == ELFCLASS64 && head->e_ident[EI_DATA] == OWN_ORDER &&
           head->e_machine == OWN_MACHINE;
}

bool core_is_code(const void *page)
{
    Elf64_Ehdr head;
    memcpy(&head, page, sizeof head);
    return is_elf(&head) && is_of_machine(&head) &&
           (head.e_type == ET_DYN || head.e_type == ET_EXEC);
}

static const char *check_head(const Elf64_Ehdr *head, uint64_t bytes)
{
    if (!is_elf(head))
        return "it is not a core file, which begins as an ELF file does";
    if (bytes < sizeof *head)
        return cut_short;
    if (!is_of_machine(head))
        return "it comes from another kind of machine than this command is built for";
    if (head->e_type != ET_CORE)
        return "it is a program or a library, and not the core file of one";
    if (head->e_phentsize != sizeof(Elf64_Phdr))
        return broken;
    return NULL;
}

/* How many segments there are: more than fit into the head stand in the first section. */
static bool count_segments(const struct core_file *core, const Elf64_Ehdr *head, uint32_t *count)
{
    Elf64_Shdr section;
    *count = head->e_phnum;
    if (head->e_phnum != PN_XNUM)
        return true;
    if (!read_at(core->fd, head->e_shoff, &section, sizeof section))
        return false;
    *count = section.sh_info;
    return true;
}

static int compare_addresses(const void *a, const void *b)
{
    const struct core_segment *one = a, *other = b;
    return one->address < other->address ? -1 : one->address > other->address;
}

static const char *take_segment(struct core_file *core, const Elf64_Phdr *segment)
{
    bool is_notes = segment->p_type == PT_NOTE && core->notes_end == 0;
    if ((segment->p_type != PT_LOAD && !is_notes) || segment->p_filesz == 0)
        return NULL;
    if (segment->p_offset > core->bytes || segment->p_filesz > core->bytes - segment->p_offset)
        return cut_short;
    if (is_notes) {
        core->notes_at = segment->p_offset;
        core->notes_end = segment->p_offset + segment->p_filesz;
        return NULL;
    }
    if (segment->p_filesz > UINT64_MAX - segment->p_vaddr)
        return broken;
    core->segments[core->segment_count++] =
        (struct core_segment){segment->p_vaddr, segment->p_filesz, segment->p_offset};
    return NULL;
}

static const char *read_segments(struct core_file *core, const Elf64_Ehdr *head)
{
    uint32_t count;
    Elf64_Phdr segment;
    const char *why = NULL;
    if (!count_segments(core, head, &count) || head->e_phoff > core->bytes ||
        count > (core->bytes - head->e_phoff) / sizeof segment)
        return cut_short;
    if (count > CORE_SEGMENTS_MAX)
        return broken;
    core->segments = calloc(count + 1, sizeof *core->segments);
    if (core->segments == NULL)
        return "there is no memory to read it";
    for (uint32_t i = 0; i < count && why == NULL; i++)
        why = read_at(core->fd, head->e_phoff + i * sizeof segment, &segment, sizeof segment)
                  ? take_segment(core, &segment)
                  : cut_short;
    qsort(core->segments, core->segment_count, sizeof *core->segments, compare_addresses);
    return why;
}

/* No byte of the file is two of the memory: otherwise a small one could seem endless. */
static bool is_plain(const struct core_file *core)
{
    uint64_t left = core->bytes;
    for (size_t i = 0; i < core->segment_count; i++) {
        if (core->segments[i].bytes > left)
            return false;
        left -= core->segments[i].bytes;
    }
    return true;
}

static const char *read_parts(struct core_file *core)
{
    Elf64_Ehdr head = {.e_type = ET_NONE};
    read_at(core->fd, 0, &head, core->bytes < sizeof head ? core->bytes : sizeof head);
    const char *why = check_head(&head, core->bytes);
    if (why == NULL)
        why = read_segments(core, &head);
    if (why != NULL)
        return why;
    read_notes(core);
    if (!is_plain(core))
        return broken;
    if (core->thread == 0)
        return "it has no thread in it, of which a core file has one at least";
    if (core->names_at == 0)
        return "it does not say which files its process was made of (NT_FILE)";
    return NULL;
}

const char *core_open(struct core_file *core, const char *path)
{
    struct stat status;
    *core = (struct core_file){.fd = core_open_plain(path)};
    if (core->fd < 0)
        return stat(path, &status) == 0 && !S_ISREG(status.st_mode)
                   ? "it is not a core file, which is an ordinary file"
                   : strerror(errno);
    const char *why = "it cannot be read";
    if (fstat(core->fd, &status) == 0) {
        core->bytes = (uint64_t)status.st_size;
        why = read_parts(core);
    }
    if (why != NULL)
        core_close(core);
    return why;
}

void core_close(struct core_file *core)
{
    close(core->fd);
    free(core->segments);
}

/* The segment that this address is in; NULL: none. */
static const struct core_segment *segment_of(const struct core_file *core, uint64_t address)
{
    size_t low = 0, high = core->segment_count;
    while (low < high) { /* for the first that begins behind it */
        size_t middle = low + (high - low) / 2;
        if (core->segments[middle].address <= address)
            low = middle + 1;
        else
            high = middle;
    }
    const struct core_segment *segment = low > 0 ? &core->segments[low - 1] : NULL;
    return segment != NULL && address - segment->address < segment->bytes ? segment : NULL;
}

bool core_bytes(const struct core_file *core, uint64_t address, void *to, size_t bytes)
{
    for (char *next = to; bytes > 0;) {
        const struct core_segment *segment = segment_of(core, address);
        if (segment == NULL)
            return false;
        uint64_t into = address - segment->address, left = segment->bytes - into;
        size_t piece = left < bytes ? (size_t)left : bytes;
        if (!read_at(core->fd, segment->offset + into, next, piece))
            return false;
        next += piece;
        address += piece;
        bytes -= piece;
    }
    return true;
}

/* --- files --- */

/* The note: how many there are and the size of a page, a place of each, and behind those the names.
 */
struct names {
    uint64_t count, page_bytes;
    struct place {
        uint64_t address, end, page;
    } places[];
};

static void see_modules(const struct names *names, const char *path, const char *end,
                        void (*see)(const char *path, uint64_t address, void *context),
                        void *context)
{
    for (uint64_t i = 0; i + 1 < names->count; i++) {
        const char *next = path + strlen(path) + 1;
        if (next >= end)
            return;
        /* What was only read as a file lies there in one piece. */
        if (names->places[i].page == 0 && names->places[i + 1].page > 0 && strcmp(path, next) == 0)
            see(path, names->places[i].address, context);
        path = next;
    }
}

bool core_each_module(const struct core_file *core,
                      void (*see)(const char *path, uint64_t address, void *context), void *context)
{
    size_t bytes = core->names_bytes;
    struct names *names = bytes >= sizeof *names ? malloc(bytes + 1) : NULL;
    if (names == NULL)
        return false;
    bool is_whole = read_at(core->fd, core->names_at, names, bytes) &&
                    names->count <= (bytes - sizeof *names) / sizeof names->places[0];
    if (is_whole) {
        char *end = (char *)names + bytes;
        *end = '\0';
        see_modules(names, (const char *)&names->places[names->count], end, see, context);
    }
    free(names);
    return is_whole;
}
