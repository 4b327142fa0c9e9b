/*
 * The actors of a process, found from its table of loops, and each loop's of pids.
 */

#include "look_read.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "calls.h"
#include "core_file.h"

/* Rows of a table of actors that are read at once. */
#define ROWS 512
/* No row is wider: what the table says of itself is not trusted. */
#define ROW_BYTES_MAX 64

static void read_site(const struct process *process, uint64_t site, struct process_site *place)
{
    look_text(process, look_pointer(process, site, LOOK_SITE_FILE), place->file,
              sizeof place->file);
    look_text(process, look_pointer(process, site, LOOK_SITE_FUNCTION), place->function,
              sizeof place->function);
    place->line = place->file[0] != '\0' ? (int)look_number(process, site, LOOK_SITE_LINE) : 0;
}

/* The function that it is made of. */
static uint64_t body_of(const struct process *process, uint64_t record, uint64_t stack_end)
{
    uint64_t handle =
        look_pointer(process, look_pointer(process, record, LOOK_ACTOR_KIT), LOOK_KIT_HANDLE);
    if (handle != 0)
        return handle;
    if (!look_bit(process, record, process->table.bit_started))
        return look_pointer(process, record, LOOK_ACTOR_FN);
    return stack_end != 0
               ? look_pointer(process, stack_end - process->table.header_bytes, LOOK_HEADER_BODY)
               : 0;
}

static void read_name(const struct process *process, uint64_t kit, struct process_actor *actor)
{
    uint64_t text = look_pointer(process, kit, LOOK_KIT_NAME);
    if (text == 0)
        text = look_pointer(process, kit, LOOK_KIT_REGISTERED);
    look_text(process, text, actor->name, sizeof actor->name);
    const char *function = unwind_name(process->unwinder, actor->body);
    if (actor->name[0] == '\0')
        snprintf(actor->name, sizeof actor->name, "%.*s",
                 function != NULL ? (int)strcspn(function, ".@") : 5,
                 function != NULL ? function : "actor");
    look_clean(actor->name); /* a symbol may be anything, too */
}

static void read_wait(const struct process *process, uint64_t wait, struct process_actor *actor)
{
    uint64_t holder = look_pointer(process, wait, LOOK_WAIT_HOLDER);
    actor->reason = look_number(process, wait, LOOK_WAIT_REASON);
    actor->target = look_pointer(process, wait, LOOK_WAIT_TARGET);
    if (holder != 0)
        look_bytes(process, holder, &actor->target, sizeof actor->target);
    actor->since_ms = look_number(process, wait, LOOK_WAIT_SINCE);
    actor->waited_ms = -1;
    uint64_t site = look_pointer(process, wait, LOOK_WAIT_SITE);
    read_site(process, site, &actor->at);
    if (process->core != NULL && site == 0 && actor->reason == 0 && actor->since_ms == 0)
        actor->state = PROCESS_LOST;
}

static uint64_t parent_of(const struct process *process, uint64_t record)
{
    if (!look_bit(process, record, process->table.bit_in_scope))
        return look_pointer(process, record, LOOK_ACTOR_PARENT);
    uint64_t home = look_pointer(process, record, LOOK_ACTOR_HOME);
    return look_pointer(process, look_pointer(process, home, LOOK_SCOPE_OWNER), LOOK_ACTOR_PID);
}

bool process_actor(const struct process *process, uint64_t record, struct process_actor *actor)
{
    uint64_t kit = look_pointer(process, record, LOOK_ACTOR_KIT);
    uint64_t wait = look_pointer(process, record, LOOK_ACTOR_WAIT);
    *actor = (struct process_actor){
        .record = record,
        .pid = look_pointer(process, record, LOOK_ACTOR_PID),
        .number = look_number(process, record, LOOK_ACTOR_NUMBER),
    };
    if (actor->pid == 0)
        return false;
    actor->parent = parent_of(process, record);
    actor->stack_end = look_pointer(process, record, LOOK_ACTOR_STACK);
    actor->sp = look_pointer(process, record, LOOK_ACTOR_SP);
    actor->body = body_of(process, record, actor->stack_end);
    actor->mail = kit != 0 ? look_pointer(process, kit, LOOK_KIT_MAIL) : 0;
    read_name(process, kit, actor);
    read_site(process, look_pointer(process, record, LOOK_ACTOR_SITE), &actor->spawned);
    bool is_stackless =
        look_member(process, record, LOOK_ACTOR_CLASS, 1) == process->table.stackless;
    if (wait != 0) {
        actor->state = PROCESS_WAITING;
        read_wait(process, wait, actor);
    } else if (is_stackless && look_member(process, record, LOOK_ACTOR_QUEUED, 1) == 0) {
        actor->state = PROCESS_RESTING;
    }
    return true;
}

struct viewer {
    const struct process *process;
    void (*see)(const struct process_actor *actor, void *context);
    void *context;
};

/* How long ago a moment was, in milliseconds of the machine's clock, of which the lowest 32 bits
 * are known.  One that lies a little ahead is now. */
static int64_t since(const struct process *process, uint32_t moment_ms)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    uint32_t now_ms = (uint32_t)(now.tv_sec * 1000 + now.tv_nsec / 1000000);
    if (process->core != NULL)
        now_ms = process->last_ms;
    int32_t passed_ms = (int32_t)(now_ms - moment_ms); /* up to 24 days */
    return passed_ms > 0 ? passed_ms : 0;
}

static void see_record(const struct viewer *viewer, const struct process_loop *loop,
                       uint64_t record)
{
    const struct process *process = viewer->process;
    struct process_actor actor;
    if (record == 0 || record == loop->record ||
        look_bit(process, record, process->table.bit_ended) ||
        !process_actor(process, record, &actor))
        return;
    actor.loop = loop->number;
    if (process_holder(process, loop) == record) {
        actor.state = PROCESS_RUNNING;
        actor.thread = loop->thread;
    }
    if (actor.state == PROCESS_WAITING && !loop->is_virtual)
        actor.waited_ms = since(process, actor.since_ms);
    viewer->see(&actor, viewer->context);
}

/* All actors in one table of a loop. */
static void see_table(const struct viewer *viewer, const struct process_loop *loop,
                      enum look_place place)
{
    const struct process *process = viewer->process;
    uint64_t table = loop->record + process->table.places[place];
    uint64_t entries = look_pointer(process, table, LOOK_TABLE_ENTRIES);
    uint32_t count = look_number(process, table, LOOK_TABLE_COUNT);
    size_t width = process->table.entry_bytes, object = process->table.places[LOOK_ENTRY_OBJECT];
    unsigned char rows[ROWS * ROW_BYTES_MAX];
    if (width > ROW_BYTES_MAX || object + sizeof(uint64_t) > width)
        return; /* no table of ours */
    for (uint32_t first = 0; first < count; first += ROWS) {
        uint32_t some = count - first < ROWS ? count - first : ROWS;
        if (!look_bytes(process, entries + first * width, rows, some * width))
            return;
        for (uint32_t i = 0; i < some; i++) {
            uint64_t record;
            memcpy(&record, rows + i * width + object, sizeof record);
            see_record(viewer, loop, record);
        }
    }
}

static void see_loop(const struct process_loop *loop, void *context)
{
    see_table(context, loop, LOOK_LOOP_PIDS);
    see_table(context, loop, LOOK_LOOP_GUESTS);
}

void process_each(const struct process *process,
                  void (*see)(const struct process_actor *actor, void *context), void *context)
{
    struct viewer viewer = {.process = process, .see = see, .context = context};
    process_each_loop(process, see_loop, &viewer);
}

void process_pid_text(const struct process *process, uint64_t pid, char *text, size_t bytes)
{
    uint32_t loop = (uint32_t)(pid >> 56), slot = (uint32_t)(pid >> 32) & 0xffffff;
    bool is_guest = slot >= process->table.guest_slot;
    snprintf(text, bytes, "<%" PRIu32 ".%s%" PRIu32 ".%" PRIu32 ">", loop, is_guest ? "+" : "",
             is_guest ? slot - process->table.guest_slot : slot, (uint32_t)pid);
}

/* A thread that has called what is no function is told of as being at the call. */
static void leave_nowhere(const struct process *process, struct registers *registers)
{
    unsigned char code;
    uint64_t caller = 0;
    if (look_bytes(process, registers->pc, &code, sizeof code))
        return;
#if defined(__aarch64__)
    caller = registers->values[REGISTERS_RETURN];
#else
    uint64_t sp = registers_sp(registers);
    if (look_bytes(process, sp, &caller, sizeof caller))
        registers_set(registers, REGISTERS_STACK, sp + sizeof caller);
#endif
    if (caller != 0)
        registers->pc = caller - 1;
}

/* Of a thread that is blocked in the system this says where; of one that computes it does not.  A
 * core file has the registers of all. */
static bool read_thread(const struct process *process, uint32_t thread, struct registers *registers)
{
    char path[64];
    uint64_t sp;
    if (process->core != NULL && core_thread(process->core, thread, registers)) {
        leave_nowhere(process, registers);
        return true;
    }
    if (process->core != NULL)
        return false;
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
        if (!look_bytes(process, actor->sp + (uint32_t)table->saved[i], &value, sizeof value))
            return false;
        registers_set(registers, i, value);
    }
    registers_set(registers, REGISTERS_STACK, actor->sp + table->frame_bytes);
    return look_bytes(process, actor->sp + (uint32_t)table->saved_pc, &registers->pc,
                      sizeof registers->pc);
}

static bool read_word(uint64_t address, uint64_t *word, void *context)
{
    return look_bytes(context, address, word, sizeof *word);
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
