/*
 * What a core file leaves out, such as code and texts, is in the files that the process was made
 * of. One that is not the same any more would tell what is not so: nothing is taken from it.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <elfutils/libdwelf.h>

#include "core_file.h"
#include "look_read.h"

/* A core file has the first page of each program and library, in which is the number that its build
 * was given. */
#define PAGE_BYTES 4096
#define BUILD_BYTES_MAX 64

/* No process has more programs and libraries: each is a file that is open. */
#define MODULES_MAX 512

struct page {
    _Alignas(16) char bytes[PAGE_BYTES];
};

/* Why there is no table to go by, as the rest of a sentence; NULL: there is one. */
static const char *find_table(struct process *process)
{
    process->table_at = unwind_symbol(process->unwinder, LOOK_TABLE_NAME);
    if (process->table_at == 0)
        return "it does not use Troupe, or it has been stripped of its symbols";
    if (!process_renew(process))
        return process->core == NULL && errno == EPERM
                   ? "its memory may not be read: try sudo, or see kernel.yama.ptrace_scope"
                   : "its memory cannot be read";
    if (memcmp(process->table.magic, LOOK_MAGIC, sizeof LOOK_MAGIC) != 0 ||
        process->table.version != LOOK_VERSION || process->table.bytes != sizeof process->table)
        return "its version of Troupe is another than this command's";
    return NULL;
}

const char *process_open(struct process *process, pid_t pid)
{
    *process = (struct process){.pid = pid, .unwinder = unwind_open(pid)};
    if (process->unwinder == NULL)
        return "it is not there, or it is another user's";
    const char *why = find_table(process);
    if (why != NULL)
        process_close(process);
    return why;
}

bool process_renew(struct process *process)
{
    return look_bytes(process, process->table_at, &process->table, sizeof process->table);
}

void process_close(struct process *process)
{
    unwind_close(process->unwinder);
    if (process->core != NULL)
        core_close(process->core);
    free(process->core);
    process->core = NULL;
}

/* --- the files of a process that is no more --- */

/* How many bytes the build's number has; 0: it has none. */
static size_t build_of(struct page *page, char build[BUILD_BYTES_MAX])
{
    const void *bytes;
    Elf *elf = elf_memory(page->bytes, sizeof page->bytes);
    ssize_t count = elf != NULL ? dwelf_elf_gnu_build_id(elf, &bytes) : 0;
    if (count < 0 || count > BUILD_BYTES_MAX)
        count = 0;
    if (count > 0)
        memcpy(build, bytes, (size_t)count);
    if (elf != NULL)
        elf_end(elf);
    return (size_t)count;
}

static bool is_same(struct page *now, struct page *then)
{
    char builds[2][BUILD_BYTES_MAX];
    size_t count = build_of(now, builds[0]), before = build_of(then, builds[1]);
    return count == 0 || before == 0 ||
           (count == before && memcmp(builds[0], builds[1], count) == 0);
}

/* What is under way while they are gone through. */
struct gathering {
    struct process *process;
    unsigned modules;
};

static void add_gap(struct process *process, const char *path, const char *why)
{
    if (process->gaps++ > 0)
        return;
    snprintf(process->gap, sizeof process->gap, "%s %s", path, why);
    look_clean(process->gap);
}

static void add_module(const char *path, uint64_t address, void *context)
{
    struct gathering *gathering = context;
    struct process *process = gathering->process;
    struct page now = {{0}}, then;
    if (gathering->modules++ >= MODULES_MAX)
        return;
    bool is_known = core_bytes(process->core, address, &then, sizeof then);
    if (is_known && !core_is_code(&then))
        return;
    int fd = core_open_plain(path);
    if (fd < 0 || pread(fd, &now, sizeof now, 0) <= 0 || !core_is_code(&now))
        add_gap(process, path, "is not there any more");
    else if (is_known && !is_same(&now, &then))
        add_gap(process, path, "is another file now than it was then");
    else if (unwind_add(process->unwinder, path, fd, address))
        return; /* with the descriptor */
    if (fd >= 0)
        close(fd);
}

static void see_clock(const struct process_loop *loop, void *context)
{
    struct process *process = context;
    uint32_t now_ms = look_number(process, loop->record, LOOK_LOOP_NOW);
    bool is_later = process->last_ms == 0 || (int32_t)(now_ms - process->last_ms) > 0;
    if (!loop->is_virtual && is_later)
        process->last_ms = now_ms;
}

const char *process_open_core(struct process *process, const char *path)
{
    struct core_file *core = malloc(sizeof *core);
    struct gathering gathering = {.process = process};
    *process = (struct process){.path = path};
    const char *why = core != NULL ? core_open(core, path) : "there is no memory to read it";
    if (why != NULL) {
        free(core);
        return why;
    }
    process->core = core;
    process->unwinder = unwind_begin();
    if (process->unwinder == NULL || !core_each_module(core, add_module, &gathering) ||
        !unwind_ready(process->unwinder))
        why = "the files that its process was made of cannot be found out";
    else
        why = find_table(process);
    if (why == NULL)
        process_each_loop(process, see_clock, process);
    else
        process_close(process);
    return why;
}

int process_signal(const struct process *process, uint32_t *thread)
{
    *thread = process->core != NULL ? process->core->thread : 0;
    return process->core != NULL ? process->core->signal : 0;
}
