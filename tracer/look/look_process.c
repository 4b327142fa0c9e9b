/*
 * By process_vm_readv(), for which the system wants the same rights as for a debugger.  A read of
 * what is not there any more fails, and is no harm.
 */

#include "look_process.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/uio.h>
#include <time.h>

#include "calls.h"

/* Rows of a table of actors that are read at once. */
#define ROWS 512
/* No row is wider, and no run has more loops: what the table says of itself is not trusted. */
#define ROW_BYTES_MAX 64
#define LOOPS_MAX 256

static bool read_bytes(const struct process *process, uint64_t address, void *to, size_t bytes)
{
    struct iovec here = {.iov_base = to, .iov_len = bytes};
    struct iovec there = {.iov_base = (void *)(uintptr_t)address, .iov_len = bytes};
    return process_vm_readv(process->pid, &here, 1, &there, 1, 0) == (ssize_t)bytes;
}

/* A member of a record: so many bytes as it is wide; 0 if it cannot be read. */
static uint64_t member(const struct process *process, uint64_t record, enum look_place place,
                       size_t bytes)
{
    uint64_t value = 0;
    if (record == 0 || !read_bytes(process, record + process->table.places[place], &value, bytes))
        return 0;
    return value;
}

static uint64_t pointer(const struct process *process, uint64_t record, enum look_place place)
{
    return member(process, record, place, 8);
}

static uint32_t number(const struct process *process, uint64_t record, enum look_place place)
{
    return (uint32_t)member(process, record, place, 4);
}

static bool bit(const struct process *process, uint64_t record, uint32_t bit)
{
    unsigned char byte = 0;
    read_bytes(process, record + bit / 8, &byte, 1);
    return byte >> bit % 8 & 1;
}

/* What cannot be printed is a question mark. */
static char printable(char byte)
{
    return (unsigned char)byte >= ' ' && byte != 0x7f ? byte : '?';
}

/* A text, as far as it can be read and there is room. */
static void read_text(const struct process *process, uint64_t address, char *text, size_t bytes)
{
    size_t used = 0;
    char byte;
    while (address != 0 && used + 1 < bytes && read_bytes(process, address + used, &byte, 1) &&
           byte != '\0')
        text[used++] = printable(byte);
    text[used] = '\0';
}

static void read_site(const struct process *process, uint64_t site, struct process_site *place)
{
    read_text(process, pointer(process, site, LOOK_SITE_FILE), place->file, sizeof place->file);
    read_text(process, pointer(process, site, LOOK_SITE_FUNCTION), place->function,
              sizeof place->function);
    place->line = place->file[0] != '\0' ? (int)number(process, site, LOOK_SITE_LINE) : 0;
}

const char *process_open(struct process *process, pid_t pid)
{
    *process = (struct process){.pid = pid, .unwinder = unwind_open(pid)};
    if (process->unwinder == NULL)
        return "it is not there, or it is another user's";
    uint64_t at = unwind_symbol(process->unwinder, LOOK_TABLE_NAME);
    const char *why = NULL;
    if (at == 0)
        why = "it does not use Troupe, or it has been stripped of its symbols";
    else if (!read_bytes(process, at, &process->table, sizeof process->table))
        why = errno == EPERM
                  ? "its memory may not be read: try sudo, or see kernel.yama.ptrace_scope"
                  : "its memory cannot be read";
    else if (memcmp(process->table.magic, LOOK_MAGIC, sizeof LOOK_MAGIC) != 0 ||
             process->table.version != LOOK_VERSION ||
             process->table.bytes != sizeof process->table)
        why = "its version of Troupe is another than this command's";
    if (why != NULL)
        process_close(process);
    return why;
}

void process_close(struct process *process)
{
    unwind_close(process->unwinder);
}

/* The loop in this seat of a run; 0: there is none. */
static uint64_t loop_of(const struct process *process, uint64_t crew, unsigned seat)
{
    uint64_t loop = 0;
    read_bytes(process, crew + process->table.places[LOOK_CREW_SCHEDS] + seat * sizeof loop, &loop,
               sizeof loop);
    return loop;
}

/* The function that it is made of. */
static uint64_t body_of(const struct process *process, uint64_t record, uint64_t stack_end)
{
    uint64_t handle = pointer(process, pointer(process, record, LOOK_ACTOR_KIT), LOOK_KIT_HANDLE);
    if (handle != 0)
        return handle;
    if (!bit(process, record, process->table.bit_started))
        return pointer(process, record, LOOK_ACTOR_FN);
    return stack_end != 0
               ? pointer(process, stack_end - process->table.header_bytes, LOOK_HEADER_BODY)
               : 0;
}

static void read_name(const struct process *process, uint64_t kit, struct process_actor *actor)
{
    uint64_t text = pointer(process, kit, LOOK_KIT_NAME);
    if (text == 0)
        text = pointer(process, kit, LOOK_KIT_REGISTERED);
    read_text(process, text, actor->name, sizeof actor->name);
    const char *function = unwind_name(process->unwinder, actor->body);
    if (actor->name[0] == '\0')
        snprintf(actor->name, sizeof actor->name, "%.*s",
                 function != NULL ? (int)strcspn(function, ".@") : 5,
                 function != NULL ? function : "actor");
    for (char *at = actor->name; *at != '\0'; at++)
        *at = printable(*at); /* a symbol may be anything, too */
}

static void read_wait(const struct process *process, uint64_t wait, struct process_actor *actor)
{
    uint64_t holder = pointer(process, wait, LOOK_WAIT_HOLDER);
    actor->reason = number(process, wait, LOOK_WAIT_REASON);
    actor->target = pointer(process, wait, LOOK_WAIT_TARGET);
    if (holder != 0)
        read_bytes(process, holder, &actor->target, sizeof actor->target);
    actor->since_ms = number(process, wait, LOOK_WAIT_SINCE);
    actor->waited_ms = -1;
    read_site(process, pointer(process, wait, LOOK_WAIT_SITE), &actor->at);
}

static uint64_t parent_of(const struct process *process, uint64_t record)
{
    if (!bit(process, record, process->table.bit_in_scope))
        return pointer(process, record, LOOK_ACTOR_PARENT);
    uint64_t home = pointer(process, record, LOOK_ACTOR_HOME);
    return pointer(process, pointer(process, home, LOOK_SCOPE_OWNER), LOOK_ACTOR_PID);
}

bool process_actor(const struct process *process, uint64_t record, struct process_actor *actor)
{
    uint64_t kit = pointer(process, record, LOOK_ACTOR_KIT);
    uint64_t wait = pointer(process, record, LOOK_ACTOR_WAIT);
    *actor = (struct process_actor){.pid = pointer(process, record, LOOK_ACTOR_PID)};
    if (actor->pid == 0)
        return false;
    actor->parent = parent_of(process, record);
    actor->stack_end = pointer(process, record, LOOK_ACTOR_STACK);
    actor->sp = pointer(process, record, LOOK_ACTOR_SP);
    actor->body = body_of(process, record, actor->stack_end);
    actor->mail = kit != 0 ? pointer(process, kit, LOOK_KIT_MAIL) : 0;
    read_name(process, kit, actor);
    read_site(process, pointer(process, record, LOOK_ACTOR_SITE), &actor->spawned);
    bool is_stackless = member(process, record, LOOK_ACTOR_CLASS, 1) == process->table.stackless;
    if (wait != 0) {
        actor->state = PROCESS_WAITING;
        read_wait(process, wait, actor);
    } else if (is_stackless && member(process, record, LOOK_ACTOR_QUEUED, 1) == 0) {
        actor->state = PROCESS_RESTING;
    }
    return true;
}

struct viewer {
    void (*see)(const struct process_actor *actor, void *context);
    void *context;
};

/* How long ago a moment was, in milliseconds of the machine's clock, of which the lowest 32 bits
 * are known.  One that lies a little ahead is now. */
static int64_t since(uint32_t moment_ms)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    uint32_t now_ms = (uint32_t)(now.tv_sec * 1000 + now.tv_nsec / 1000000);
    int32_t passed_ms = (int32_t)(now_ms - moment_ms); /* up to 24 days */
    return passed_ms > 0 ? passed_ms : 0;
}

static void see_record(const struct process *process, uint64_t loop, uint64_t record,
                       const struct viewer *viewer)
{
    struct process_actor actor;
    if (record == 0 || record == loop || bit(process, record, process->table.bit_ended) ||
        !process_actor(process, record, &actor))
        return;
    actor.loop = number(process, loop, LOOK_LOOP_NUMBER);
    if (pointer(process, loop, LOOK_LOOP_CURRENT) == record) {
        actor.state = PROCESS_RUNNING;
        actor.thread = number(process, loop, LOOK_LOOP_THREAD);
    }
    if (actor.state == PROCESS_WAITING && member(process, loop, LOOK_LOOP_VIRTUAL, 1) == 0)
        actor.waited_ms = since(actor.since_ms);
    viewer->see(&actor, viewer->context);
}

/* All actors in one table of a loop. */
static void see_table(const struct process *process, uint64_t loop, enum look_place place,
                      const struct viewer *viewer)
{
    uint64_t table = loop + process->table.places[place];
    uint64_t entries = pointer(process, table, LOOK_TABLE_ENTRIES);
    uint32_t count = number(process, table, LOOK_TABLE_COUNT);
    size_t width = process->table.entry_bytes, object = process->table.places[LOOK_ENTRY_OBJECT];
    unsigned char rows[ROWS * ROW_BYTES_MAX];
    if (width > ROW_BYTES_MAX || object + sizeof(uint64_t) > width)
        return; /* no table of ours */
    for (uint32_t first = 0; first < count; first += ROWS) {
        uint32_t some = count - first < ROWS ? count - first : ROWS;
        if (!read_bytes(process, entries + first * width, rows, some * width))
            return;
        for (uint32_t i = 0; i < some; i++) {
            uint64_t record;
            memcpy(&record, rows + i * width + object, sizeof record);
            see_record(process, loop, record, viewer);
        }
    }
}

void process_each(const struct process *process,
                  void (*see)(const struct process_actor *actor, void *context), void *context)
{
    struct viewer viewer = {.see = see, .context = context};
    for (size_t i = 0; i < LOOK_RUNS_MAX; i++) {
        uint64_t crew = process->table.crews[i];
        uint32_t loops = number(process, crew, LOOK_CREW_LOOPS);
        for (unsigned seat = 0; seat < loops && seat < LOOPS_MAX; seat++) {
            uint64_t loop = loop_of(process, crew, seat);
            if (loop == 0)
                continue;
            see_table(process, loop, LOOK_LOOP_PIDS, &viewer);
            see_table(process, loop, LOOK_LOOP_GUESTS, &viewer);
        }
    }
}

void process_pid_text(const struct process *process, uint64_t pid, char *text, size_t bytes)
{
    uint32_t loop = (uint32_t)(pid >> 56), slot = (uint32_t)(pid >> 32) & 0xffffff;
    bool is_guest = slot >= process->table.guest_slot;
    snprintf(text, bytes, "<%" PRIu32 ".%s%" PRIu32 ".%" PRIu32 ">", loop, is_guest ? "+" : "",
             is_guest ? slot - process->table.guest_slot : slot, (uint32_t)pid);
}

/* Of a thread that is blocked in the system this says where; of one that computes it does not. */
static bool read_thread(const struct process *process, uint32_t thread, struct registers *registers)
{
    char path[64];
    uint64_t sp;
    snprintf(path, sizeof path, "/proc/%d/task/%" PRIu32 "/syscall", (int)process->pid, thread);
    if (!unwind_where_blocked(path, &sp, &registers->pc))
        return false;
    registers_set(registers, REGISTERS_STACK, sp);
    return true;
}

/* What was saved when the actor was suspended. */
static bool read_saved(const struct process *process, const struct process_actor *actor,
                       struct registers *registers)
{
    const struct look_table *table = &process->table;
    if (table->frame_bytes == 0 || actor->stack_end == 0 || actor->sp == 0)
        return false;
    for (unsigned i = 0; i < REGISTERS_COUNT; i++) {
        uint64_t value;
        if (table->saved[i] < 0)
            continue;
        if (!read_bytes(process, actor->sp + (uint32_t)table->saved[i], &value, sizeof value))
            return false;
        registers_set(registers, i, value);
    }
    registers_set(registers, REGISTERS_STACK, actor->sp + table->frame_bytes);
    return read_bytes(process, actor->sp + (uint32_t)table->saved_pc, &registers->pc,
                      sizeof registers->pc);
}

static bool read_word(uint64_t address, uint64_t *word, void *context)
{
    return read_bytes(context, address, word, sizeof *word);
}

size_t process_calls(const struct process *process, const struct process_actor *actor,
                     const char *before, char *text, size_t bytes)
{
    struct registers registers = {.pc = 0};
    text[0] = '\0';
    bool is_known = actor->state == PROCESS_RUNNING
                        ? read_thread(process, actor->thread, &registers)
                        : read_saved(process, actor, &registers);
    if (!is_known)
        return 0;
    return calls_tell(
        &(struct calls){
            .unwinder = process->unwinder,
            .registers = &registers,
            .read = read_word,
            .context = (void *)(uintptr_t)process,
            .body = actor->body,
            .outer = process->table.outer,
            .caller = actor->at.function[0] != '\0' ? actor->at.function : NULL,
            .before = before,
        },
        text, bytes);
}
