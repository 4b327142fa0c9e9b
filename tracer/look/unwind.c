/*
 * libdwfl finds the files of a process and unwinds by their tables; where functions were inlined,
 * one frame of the stack is told as several.
 */

#include "unwind.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <elfutils/libdwfl.h>

struct unwinder {
    Dwfl *dwfl;
    pid_t pid;
    bool is_attached;

    /* Of the walk that is under way. */
    const struct registers *registers;
    unwind_read_fn read;
    unwind_see_fn see;
    void *context;
    unsigned frames;
};

/* Files with nothing but debug information are not looked for: that may ask a server. */
static int find_no_debuginfo(Dwfl_Module *module, void **userdata, const char *name,
                             Dwarf_Addr base, const char *file, const char *link, GElf_Word crc,
                             char **found)
{
    (void)module, (void)userdata, (void)name, (void)base, (void)file, (void)link, (void)crc;
    (void)found;
    return -1;
}

static const Dwfl_Callbacks files = {
    .find_elf = dwfl_linux_proc_find_elf,
    .find_debuginfo = find_no_debuginfo,
};

static pid_t next_thread(Dwfl *dwfl, void *arg, void **thread)
{
    struct unwinder *unwinder = arg;
    (void)dwfl;
    if (*thread != NULL)
        return 0; /* there is one */
    *thread = unwinder;
    return unwinder->pid;
}

static bool get_thread(Dwfl *dwfl, pid_t tid, void *arg, void **thread)
{
    (void)dwfl, (void)tid;
    *thread = arg;
    return true;
}

static bool read_word(Dwfl *dwfl, Dwarf_Addr address, Dwarf_Word *word, void *arg)
{
    const struct unwinder *unwinder = arg;
    (void)dwfl;
    return unwinder->read(address, word, unwinder->context);
}

static bool set_registers(Dwfl_Thread *thread, void *arg)
{
    const struct unwinder *unwinder = arg;
    for (unsigned i = 0; i < REGISTERS_COUNT; i++)
        if (unwinder->registers->known >> i & 1 &&
            !dwfl_thread_state_registers(thread, (int)i, 1, &unwinder->registers->values[i]))
            return false;
    dwfl_thread_state_register_pc(thread, unwinder->registers->pc);
#if defined(__x86_64__)
    return dwfl_thread_state_registers(thread, 16, 1, &unwinder->registers->pc);
#else
    return true;
#endif
}

static const Dwfl_Thread_Callbacks threads = {
    .next_thread = next_thread,
    .get_thread = get_thread,
    .memory_read = read_word,
    .set_initial_registers = set_registers,
};

struct unwinder *unwind_begin(void)
{
    struct unwinder *unwinder = calloc(1, sizeof *unwinder);
    if (unwinder == NULL)
        return NULL;
    unwinder->pid = 1; /* of a process that is no more any number does */
    unwinder->dwfl = dwfl_begin(&files);
    if (unwinder->dwfl != NULL)
        return unwinder;
    unwind_close(unwinder);
    return NULL;
}

bool unwind_add(struct unwinder *unwinder, const char *path, int fd, uint64_t address)
{
    return dwfl_report_elf(unwinder->dwfl, path, path, fd, address, false) != NULL;
}

bool unwind_ready(struct unwinder *unwinder)
{
    return dwfl_report_end(unwinder->dwfl, NULL, NULL) == 0;
}

struct unwinder *unwind_open(pid_t pid)
{
    struct unwinder *unwinder = unwind_begin();
    if (unwinder == NULL)
        return NULL;
    unwinder->pid = pid;
    if (dwfl_linux_proc_report(unwinder->dwfl, pid) == 0 && unwind_ready(unwinder))
        return unwinder;
    unwind_close(unwinder);
    return NULL;
}

void unwind_close(struct unwinder *unwinder)
{
    if (unwinder == NULL)
        return;
    if (unwinder->dwfl != NULL)
        dwfl_end(unwinder->dwfl);
    free(unwinder);
}

const char *unwind_name(struct unwinder *unwinder, uint64_t address)
{
    Dwfl_Module *module = dwfl_addrmodule(unwinder->dwfl, address);
    return module != NULL ? dwfl_module_addrname(module, address) : NULL;
}

static const char *name_of(Dwfl_Module *module)
{
    return module != NULL ? dwfl_module_info(module, NULL, NULL, NULL, NULL, NULL, NULL, NULL)
                          : NULL;
}

const char *unwind_module(struct unwinder *unwinder, uint64_t address)
{
    return name_of(dwfl_addrmodule(unwinder->dwfl, address));
}

struct Elf *unwind_file(struct unwinder *unwinder, uint64_t address, uint64_t *bias)
{
    Dwfl_Module *module = dwfl_addrmodule(unwinder->dwfl, address);
    return module != NULL ? dwfl_module_getelf(module, bias) : NULL;
}

bool unwind_where_blocked(const char *path, uint64_t *sp, uint64_t *pc)
{
    char text[256];
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return false;
    bool is_blocked = fgets(text, sizeof text, file) != NULL && text[0] != 'r'; /* "running" */
    fclose(file);
    char *last = is_blocked ? strrchr(text, ' ') : NULL;
    if (last == NULL)
        return false;
    *last = '\0';
    const char *before = strrchr(text, ' ');
    return before != NULL && sscanf(before, "%" SCNx64, sp) == 1 &&
           sscanf(last + 1, "%" SCNx64, pc) == 1;
}

struct wanted {
    const char *name;
    uint64_t address;
};

static int look_for_symbol(Dwfl_Module *module, void **userdata, const char *file, Dwarf_Addr base,
                           void *arg)
{
    struct wanted *wanted = arg;
    int count = dwfl_module_getsymtab(module);
    (void)userdata, (void)file, (void)base;
    for (int i = 0; i < count; i++) {
        GElf_Sym symbol;
        GElf_Addr address;
        const char *name = dwfl_module_getsym_info(module, i, &symbol, &address, NULL, NULL, NULL);
        if (name == NULL || symbol.st_shndx == SHN_UNDEF || strcmp(name, wanted->name) != 0)
            continue;
        wanted->address = address;
        return DWARF_CB_ABORT;
    }
    return DWARF_CB_OK;
}

uint64_t unwind_symbol(struct unwinder *unwinder, const char *name)
{
    struct wanted wanted = {.name = name};
    dwfl_getmodules(unwinder->dwfl, look_for_symbol, &wanted, 0);
    return wanted.address;
}

/* The part of the debug information that tells of this place; NULL if none does.  Not every
 * compiler makes an index of them (clang does not): then they are looked through. */
static Dwarf_Die *unit_at(Dwfl_Module *module, Dwarf_Addr pc, Dwarf_Addr *bias)
{
    Dwarf_Die *unit = dwfl_module_addrdie(module, pc, bias);
    if (unit != NULL)
        return unit;
    while ((unit = dwfl_module_nextcu(module, unit, bias)) != NULL)
        if (dwarf_haspc(unit, pc - *bias) == 1)
            return unit;
    return NULL;
}

/* Where the innermost function at this place is, by the table of lines. */
static void find_line(Dwfl_Module *module, Dwarf_Addr pc, struct unwind_frame *frame)
{
    Dwarf_Addr bias;
    Dwarf_Die *unit = unit_at(module, pc, &bias);
    Dwarf_Line *line = unit != NULL ? dwarf_getsrc_die(unit, pc - bias) : NULL;
    if (line == NULL || dwarf_lineno(line, &frame->line) != 0)
        return;
    frame->file = dwarf_linesrc(line, NULL, NULL);
}

/* Where an inlined function was called: what its caller is at. */
static void find_call(Dwarf_Die *unit, Dwarf_Die *inlined, struct unwind_frame *frame)
{
    Dwarf_Attribute attribute;
    Dwarf_Word file, line;
    Dwarf_Files *sources;
    size_t count;
    frame->file = NULL;
    if (dwarf_formudata(dwarf_attr(inlined, DW_AT_call_file, &attribute), &file) != 0 ||
        dwarf_formudata(dwarf_attr(inlined, DW_AT_call_line, &attribute), &line) != 0 ||
        dwarf_getsrcfiles(unit, &sources, &count) != 0)
        return;
    frame->file = dwarf_filesrc(sources, file, NULL, NULL);
    frame->line = (int)line;
}

/* Sees the functions that were inlined at this place, from the innermost; false: that is enough.
 * Afterwards the frame's place is that of the function that they are in. */
static bool see_inlined(const struct unwinder *unwinder, Dwfl_Module *module, Dwarf_Addr pc,
                        struct unwind_frame *frame)
{
    Dwarf_Addr bias;
    Dwarf_Die *unit = unit_at(module, pc, &bias), *innermost = NULL, *scopes = NULL;
    int count = unit != NULL ? dwarf_getscopes(unit, pc - bias, &innermost) : 0;
    if (count > 0) /* those behind the first are where it was written, not where it was inlined */
        count = dwarf_getscopes_die(innermost, &scopes);
    free(innermost);
    const char *function = frame->function;
    bool goes_on = true;
    for (int i = 0; i < count && goes_on; i++) {
        if (dwarf_tag(&scopes[i]) == DW_TAG_subprogram)
            break;
        if (dwarf_tag(&scopes[i]) != DW_TAG_inlined_subroutine)
            continue;
        frame->function = dwarf_diename(&scopes[i]);
        frame->is_inlined = true;
        goes_on = unwinder->see(frame, unwinder->context);
        find_call(unit, &scopes[i], frame);
    }
    free(scopes);
    frame->function = function;
    frame->is_inlined = false;
    return goes_on;
}

static int see_frame(Dwfl_Frame *state, void *arg)
{
    struct unwinder *unwinder = arg;
    struct unwind_frame frame = {.function = NULL};
    Dwarf_Addr pc;
    bool is_interrupted, goes_on = true;
    if (!dwfl_frame_pc(state, &pc, &is_interrupted) || unwinder->frames++ == UNWIND_FRAMES_MAX)
        return DWARF_CB_ABORT;
    frame.pc = pc;
    if (!is_interrupted)
        pc--; /* the call, not what comes after it */
    Dwfl_Module *module = dwfl_addrmodule(unwinder->dwfl, pc);
    if (module != NULL) {
        GElf_Off offset;
        GElf_Sym symbol;
        frame.function = dwfl_module_addrinfo(module, pc, &offset, &symbol, NULL, NULL, NULL);
        frame.entry = frame.function != NULL ? pc - offset : 0;
        frame.module = name_of(module);
        find_line(module, pc, &frame);
        goes_on = see_inlined(unwinder, module, pc, &frame);
    }
    return goes_on && unwinder->see(&frame, unwinder->context) ? DWARF_CB_OK : DWARF_CB_ABORT;
}

void unwind_walk(struct unwinder *unwinder, const struct registers *registers, unwind_read_fn read,
                 unwind_see_fn see, void *context)
{
    unwinder->registers = registers;
    unwinder->read = read;
    unwinder->see = see;
    unwinder->context = context;
    unwinder->frames = 0;
    if (!unwinder->is_attached)
        unwinder->is_attached =
            dwfl_attach_state(unwinder->dwfl, NULL, unwinder->pid, &threads, unwinder);
    if (unwinder->is_attached)
        dwfl_getthread_frames(unwinder->dwfl, unwinder->pid, see_frame, unwinder);
}
