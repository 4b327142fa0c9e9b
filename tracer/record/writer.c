/*
 * Follows every actor from state to state.  A state is written when it ends; one that is still
 * open at a flush is begun in the file then, and ended there later.
 *
 * Instants are made to differ where the order matters to other programs' importers: within one
 * ring every record but a resume (which shares the instant of the suspend before it) is at least
 * a nanosecond later than the one before, and a spawn takes three: the life begins, the arrow
 * arrives, the actor is ready.
 */

#include "writer.h"

#include <errno.h>
#include <stdlib.h>

#include "events.h"
#include "functions.h"
#include "ring.h"

/* Arrows of one process in a file; importers take their numbers for doubles, so 53 bits in all. */
#define FLOW_BITS 40

/* Counters are written no more often than this: their use is a curve for the eye. */
#define COUNT_INTERVAL_NS 10000

/* A program in which nothing happens says at least this often that it still lives, so that after a
 * SIGKILL the trace tells how long it went on. */
#define HEARTBEAT_NS INT64_C(1000000000)

int writer_init(struct writer *writer, const struct writer_start *start,
                const struct trace_options *options)
{
    bool is_small = start->pid < TRACE_OS_PID_MIN;
    struct writer_moment moment = start->moment;
    moment.now_ns -= start->base_ns;
    *writer = (struct writer){
        .last = moment,
        .next = moment,
        .base_ns = start->base_ns,
        .find_fn = options->find_fn,
        .find_context = options->find_context,
        .config = *start->config,
        .is_muted = start->config->is_stopped,
        .shared = start->shared,
        .process = start->process,
        .os_pid = is_small ? start->pid + TRACE_OS_PID_SHIFT : start->pid,
        .flow_count = (uint64_t)(start->process - 1) << FLOW_BITS,
        .counted_ns = moment.now_ns - COUNT_INTERVAL_NS,
    };
    return lines_init(&writer->lines, start->sink, start->is_first);
}

void writer_finish(struct writer *writer, bool whole)
{
    if (writer->lines.buffer != NULL)
        writer_flush(writer);
    lanes_finish(&writer->lanes);
    departed_finish(&writer->departed);
    free(writer->changed);
    functions_finish(writer);
    int rc = lines_finish(&writer->lines, whole);
    writer->error = writer->error != 0 ? writer->error : rc;
}

void writer_list_changed(struct writer *writer, uint32_t actor, struct lane *lane)
{
    if (lane->listed)
        return;
    if (writer->changed_count == writer->changed_capacity) {
        size_t capacity = writer->changed_capacity == 0 ? 256 : writer->changed_capacity * 2;
        uint32_t *changed = realloc(writer->changed, capacity * sizeof *changed);
        if (changed == NULL)
            return; /* the state is not begun early; it is written all the same when it ends */
        writer->changed = changed;
        writer->changed_capacity = capacity;
    }
    writer->changed[writer->changed_count++] = actor;
    lane->listed = true;
}

static void write_depth(struct writer *writer, uint32_t actor, struct lane *lane, int64_t at_ns)
{
    if (lane->depth == lane->depth_written)
        return;
    lane->depth_written = lane->depth;
    lane->depth_ns = at_ns;
    event_mailbox(writer, actor, lane, at_ns);
}

static uint32_t *counter(struct writer *writer, const struct lane *lane)
{
    switch (lane->state) {
    case LANE_RUN:
        return &writer->running;
    case LANE_READY:
        return &writer->ready;
    default:
        return &writer->waiting;
    }
}

/* The CPU time of what ends now on a ring after `length_ns`.  It is the last of what ran since the
 * clock was read before, and the one that took long, so whatever is missing is its. */
static int64_t cpu_time(struct trace_ring *ring, int64_t length_ns)
{
    int64_t left_ns = ring->cpu_left_ns;
    ring->cpu_left_ns = TRACE_CPU_NONE;
    if (left_ns == TRACE_CPU_NONE) {
        ring->cpu_ran_ns += length_ns;
        return TRACE_CPU_NONE;
    }
    if (length_ns < TRACE_CPU_NS)
        return TRACE_CPU_NONE;
    if (left_ns < 0)
        return 0;
    return left_ns < length_ns ? left_ns : length_ns;
}

static void on_cpu(struct trace_ring *ring, const struct trace_record *record)
{
    ring->cpu_left_ns = record->value - ring->cpu_ns - ring->cpu_ran_ns;
    ring->cpu_ns = record->value;
    ring->cpu_ran_ns = 0;
}

/* A run that takes so long makes a flight recorder write what it has. */
static void mind_hold(struct writer *writer, struct lane *lane, int64_t at_ns)
{
    int64_t hold_ns = writer->config.hold_ns;
    if (hold_ns == 0 || lane->is_told || at_ns - lane->since_ns < hold_ns)
        return;
    lane->is_told = true;
    writer->wants_dump = true;
}

bool writer_is_uncertain(const struct writer *writer, const struct lane *lane)
{
    return writer->lost_ns > lane->since_ns && !lane->open;
}

/* The lane's state ends; a state that took no time is not written. */
static void end_state(struct writer *writer, uint32_t actor, struct lane *lane, const char *suspend,
                      int64_t at_ns)
{
    if (lane->state == LANE_RUN) {
        lane->cpu_ns = cpu_time(lane->ring, at_ns - lane->since_ns);
        lane->ring->running = 0;
        mind_hold(writer, lane, at_ns);
    }
    if (lane->open || (at_ns > lane->since_ns && !writer_is_uncertain(writer, lane)))
        event_state(writer, actor, lane, suspend, at_ns);
    --*counter(writer, lane);
    lane->is_told = false;
    lane->open = false;
}

static void begin_state(struct writer *writer, uint32_t actor, struct lane *lane,
                        enum lane_state state, int64_t at_ns)
{
    lane->state = state;
    lane->since_ns = at_ns;
    ++*counter(writer, lane);
    writer->recount = true;
    writer->changed_ns = at_ns;
    writer_list_changed(writer, actor, lane);
}

static int64_t instant_of(const struct writer *writer, uint64_t ticks)
{
    return writer->last.now_ns +
           (int64_t)((double)(int64_t)(ticks - writer->last.ticks) * writer->ns_per_tick);
}

/* When the parent of an actor that is spawned now asked for it: earlier, on another loop, where its
 * own life may be over by now. */
static int64_t asked_at(const struct writer *writer, const struct trace_record *record,
                        int64_t now_ns)
{
    int64_t asked_ns = instant_of(writer, record->ticks - record->due_ns);
    return record->due_ns == 0 ? now_ns : asked_ns > 0 ? asked_ns : 0;
}

static void on_spawn(struct writer *writer, struct trace_ring *ring,
                     const struct trace_record *record, int64_t at_ns)
{
    if (ring->fn == NULL)
        return;
    struct lane *lane = lanes_add(&writer->lanes, record->actor);
    if (lane == NULL) {
        writer->error = -ENOMEM;
        return;
    }
    lane->fn = ring->fn;
    lane->name = ring->name;
    lane->number = lane->name == NULL ? functions_next_number(writer, ring->fn) : 0;
    lane->other = record->other;
    ring->name = NULL;
    lane->parent = record->other;
    lane->site = record->site;
    lane->spawn_ns = at_ns;
    lines_together(&writer->lines);
    lane->spawn_block = writer->lines.sink.block_count;
    event_spawn(writer, record->actor, lane);
    if (record->other != 0)
        event_flow(writer, "spawn", record->other, asked_at(writer, record, at_ns), record->actor,
                   at_ns + 1);
    ring->last_ns = at_ns + 2;
    begin_state(writer, record->actor, lane, LANE_READY, at_ns + 2);
}

static void on_ready(struct writer *writer, struct trace_ring *ring,
                     const struct trace_record *record, struct lane *lane, int64_t at_ns)
{
    if (lane->state == LANE_RUN)
        return; /* a plain thread that was told of too late: it has gone on already */
    if (record->other != 0 && record->other == ring->exited) {
        event_flow(writer, "exit", record->other, ring->exited_ns - 1, record->actor, at_ns - 1);
    }
    end_state(writer, record->actor, lane, NULL, at_ns);
    lane->other = record->other;
    lane->object = 0;
    begin_state(writer, record->actor, lane, LANE_READY, at_ns);
}

/* Whether a wait for this reason is for an object, which has been told just before. */
static bool is_for_object(enum trace_reason reason)
{
    return reason == TRACE_REASON_LOCK || reason == TRACE_REASON_EVENT ||
           reason == TRACE_REASON_CHAN;
}

static void on_suspend(struct writer *writer, const struct trace_record *record, struct lane *lane,
                       int64_t at_ns)
{
    end_state(writer, record->actor, lane, trace_reason_name(record->reason), at_ns);
    lane->reason = record->reason;
    if (!is_for_object(record->reason))
        lane->object = 0; /* one that was not waited for after all */
    bool stays_ready =
        record->reason == TRACE_REASON_YIELD || record->reason == TRACE_REASON_BUDGET;
    lane->other = stays_ready ? record->actor : record->other;
    lane->at = record->site;
    lane->due_ns = (int64_t)record->due_ns;
    begin_state(writer, record->actor, lane, stays_ready ? LANE_READY : LANE_WAIT, at_ns);
}

static void on_exit_record(struct writer *writer, struct trace_ring *ring,
                           const struct trace_record *record, struct lane *lane, int64_t at_ns)
{
    lines_together(&writer->lines);
    end_state(writer, record->actor, lane, trace_reason_name(TRACE_REASON_EXIT), at_ns);
    event_exit(writer, record->actor, lane->fn->name, record->value, at_ns);
    lane->depth = 0;
    write_depth(writer, record->actor, lane, at_ns);
    writer_remember(writer, record->actor, lane);
    lanes_end(&writer->lanes, record->actor);
    ring->exited = record->actor;
    ring->exited_ns = at_ns;
}

/* Another process had the actor. */
static void on_gone(struct writer *writer, const struct trace_ring *ring,
                    const struct trace_record *record, int64_t at_ns)
{
    if (ring->fn != NULL)
        event_exit(writer, record->actor, ring->fn->name, record->value, at_ns);
}

static struct event_message message_of(const struct trace_record *record)
{
    return (struct event_message){
        .number = (uint32_t)record->due_ns,
        .bytes = (uint32_t)(record->due_ns >> 32),
        .tag = (int32_t)(uint32_t)record->value,
        .depth = (uint32_t)((uint64_t)record->value >> 32),
    };
}

/* The depth of a mailbox has changed. */
static void count_mailbox(struct writer *writer, uint32_t actor, struct lane *lane, uint32_t depth,
                          int64_t at_ns)
{
    lane->depth = depth;
    writer_list_changed(writer, actor, lane);
    if (at_ns - lane->depth_ns >= COUNT_INTERVAL_NS)
        write_depth(writer, actor, lane, at_ns);
}

/* A message that wakes its receiver arrives with the READY that follows; the others when they are
 * taken. */
static void on_send(struct writer *writer, struct trace_ring *ring,
                    const struct trace_record *record, int64_t at_ns)
{
    struct event_message message = message_of(record);
    lines_together(&writer->lines);
    struct lane *receiver = lanes_find(&writer->lanes, record->other);
    bool has_ended = record->actor == ring->exited;
    event_message_out(writer, record->actor, has_ended ? ring->exited_ns - 1 : at_ns, &message);
    if (receiver == NULL)
        return;
    if (record->reason != 0)
        event_message_in(writer, record->other, at_ns, false, &message);
    else if (message.depth != TRACE_DEPTH_UNKNOWN)
        count_mailbox(writer, record->other, receiver, message.depth, at_ns);
}

static void on_take(struct writer *writer, const struct trace_record *record, struct lane *lane,
                    int64_t at_ns)
{
    struct event_message message = message_of(record);
    message.scanned = record->other;
    bool was_waited_for = message.scanned == 0; /* by one on another loop than the sender's */
    event_message_in(writer, record->actor, at_ns, !was_waited_for, &message);
    if (!was_waited_for)
        count_mailbox(writer, record->actor, lane, message.depth, at_ns);
}

static void on_job(struct writer *writer, struct trace_ring *ring,
                   const struct trace_record *record, int64_t at_ns)
{
    ring->job = writer->find_fn(writer->find_context, record->address);
    ring->job_since_ns = at_ns;
    ring->cpu_left_ns = TRACE_CPU_NONE;
    ring->job_actor = record->actor;
    ring->job_open = false;
}

static void on_job_end(struct writer *writer, struct trace_ring *ring, int64_t at_ns)
{
    int64_t cpu_ns = cpu_time(ring, at_ns - ring->job_since_ns);
    event_job(writer, ring, ring->job_open ? 'E' : 'X', at_ns, cpu_ns);
    ring->job = NULL;
}

/* A record of an actor that exists. */
static void on_change(struct writer *writer, struct trace_ring *ring,
                      const struct trace_record *record, int64_t at_ns)
{
    struct lane *lane = lanes_find(&writer->lanes, record->actor);
    if (lane == NULL)
        return;                 /* its spawn found no memory */
    if (at_ns < lane->since_ns) /* the clocks of two processors may differ by a little */
        at_ns = ring->last_ns = lane->since_ns;
    switch (record->kind) {
    case TRACE_RECORD_READY:
        on_ready(writer, ring, record, lane, at_ns);
        break;
    case TRACE_RECORD_RESUME:
        end_state(writer, record->actor, lane, NULL, at_ns);
        ring->cpu_left_ns = TRACE_CPU_NONE; /* of what ran before: a pause, or the loop itself */
        lane->resumes++;
        lane->ring = ring;
        ring->running = record->actor;
        begin_state(writer, record->actor, lane, LANE_RUN, at_ns);
        break;
    case TRACE_RECORD_SUSPEND:
        on_suspend(writer, record, lane, at_ns);
        break;
    case TRACE_RECORD_OBJECT:
        lane->object = record->other;
        lane->made = record->site;
        break;
    case TRACE_RECORD_EXIT:
        on_exit_record(writer, ring, record, lane, at_ns);
        break;
    case TRACE_RECORD_DEPTH:
        count_mailbox(writer, record->actor, lane, (uint32_t)record->value, at_ns);
        break;
    case TRACE_RECORD_TAKE:
        on_take(writer, record, lane, at_ns);
        break;
    default:
        break;
    }
}

/* One actor suspends, and another resumes at the same instant. */
static void on_switch(struct writer *writer, struct trace_ring *ring,
                      const struct trace_record *record, int64_t at_ns)
{
    struct trace_record suspend, resume;
    trace_split(record, &suspend, &resume);
    on_change(writer, ring, &suspend, at_ns);
    on_change(writer, ring, &resume, ring->last_ns);
}

/* Records are missing before this instant.  A run that has begun in the file ends here. */
static void on_lost(struct writer *writer, struct trace_ring *ring,
                    const struct trace_record *record, int64_t at_ns)
{
    struct lane *lane = lanes_find(&writer->lanes, ring->running);
    writer->lost_ns = at_ns;
    ring->fn = NULL; /* that of the next spawn may be among them */
    event_lost(writer, (uint64_t)record->value, at_ns);
    if (lane != NULL && lane->state == LANE_RUN && lane->open) {
        event_state(writer, ring->running, lane, NULL, at_ns);
        lane->open = false;
    }
}

/* Handles the record `index` of a ring and returns how many records it took, with its text. */
static uint32_t take_record(struct writer *writer, struct trace_ring *ring, uint32_t index,
                            int64_t at_ns)
{
    const struct trace_record *record = ring_record(ring, index);
    char text[TRACE_TEXT_BYTES_MAX + 1];
    uint32_t count = ring_text(ring, index, text, sizeof text);
    switch (record->kind) {
    case TRACE_RECORD_FN:
        ring->fn = writer->find_fn(writer->find_context, record->address);
        break;
    case TRACE_RECORD_FN_NAME:
        ring->fn = functions_named(writer, text);
        break;
    case TRACE_RECORD_NAME:
        free(ring->name);
        ring->name = strndup(text, record->other);
        break;
    case TRACE_RECORD_PRINT:
        event_print(writer, record->actor, at_ns, record->reason == 2, text, record->other,
                    record->value);
        break;
    case TRACE_RECORD_NOTE:
        event_note(writer, record->actor, at_ns, (enum trace_note)record->reason,
                   (uint32_t)record->due_ns, text, record->other);
        break;
    case TRACE_RECORD_GONE:
        on_gone(writer, ring, record, at_ns);
        break;
    case TRACE_RECORD_CPU:
        on_cpu(ring, record);
        break;
    case TRACE_RECORD_STALL:
        writer->stall_ns += record->value;
        event_stall(writer, ring, at_ns, record->value);
        break;
    case TRACE_RECORD_LOST:
        on_lost(writer, ring, record, at_ns);
        break;
    case TRACE_RECORD_MARK:
    case TRACE_RECORD_SPAN:
    case TRACE_RECORD_SPAN_END:
    case TRACE_RECORD_COUNT: {
        int64_t value = (int64_t)((uint64_t)record->due_ns << 16) >> 16; /* its sign */
        event_word(writer, record->actor, at_ns, record->kind, text, record->other, value);
        break;
    }
    case TRACE_RECORD_JOB:
        on_job(writer, ring, record, at_ns);
        break;
    case TRACE_RECORD_JOB_END:
        on_job_end(writer, ring, at_ns);
        break;
    case TRACE_RECORD_SPAWN:
        on_spawn(writer, ring, record, at_ns);
        break;
    case TRACE_RECORD_SWITCH:
        on_switch(writer, ring, record, at_ns);
        break;
    case TRACE_RECORD_SEND:
        on_send(writer, ring, record, at_ns);
        break;
    default:
        on_change(writer, ring, record, at_ns);
        break;
    }
    return 1 + count;
}

/* Where a record stands in time, given that it comes after all before it on its ring. */
static int64_t place_record(const struct writer *writer, struct trace_ring *ring,
                            const struct trace_record *record)
{
    if (record->kind == TRACE_RECORD_CPU)
        return ring->last_ns; /* it is no event of its own */
    int64_t at_ns = instant_of(writer, record->ticks);
    bool shares = record->kind == TRACE_RECORD_RESUME && record->ticks == ring->last_ticks;
    int64_t least_ns = shares ? ring->last_ns : ring->last_ns + 1;
    ring->last_ticks = record->ticks;
    ring->last_ns = at_ns > least_ns ? at_ns : least_ns;
    return ring->last_ns;
}

static void count_actors(struct writer *writer, int64_t at_ns)
{
    if (!writer->recount || at_ns - writer->counted_ns < COUNT_INTERVAL_NS)
        return;
    writer->recount = false;
    writer->counted_ns = at_ns;
    event_actors(writer, at_ns);
}

/* The ring whose next record is the earliest, among those recorded before this pass; or NULL. */
static struct trace_ring *earliest(const struct writer *writer, struct trace_ring *rings)
{
    struct trace_ring *best = NULL;
    uint64_t best_ticks = writer->next.ticks;
    for (struct trace_ring *ring = rings; ring != NULL; ring = ring->next) {
        uint32_t tail = atomic_load_explicit(&ring->tail, memory_order_relaxed);
        if (tail == atomic_load_explicit(&ring->head, memory_order_acquire))
            continue;
        uint64_t ticks = ring_record(ring, tail)->ticks;
        if (ticks <= best_ticks) {
            best = ring;
            best_ticks = ticks;
        }
    }
    return best;
}

void writer_pass(struct writer *writer, struct trace_ring *rings, uint64_t ticks, int64_t now_ns)
{
    writer->rings = rings;
    writer->next = (struct writer_moment){.ticks = ticks, .now_ns = now_ns - writer->base_ns};
    uint64_t passed = ticks - writer->last.ticks;
    if (passed > 0)
        writer->ns_per_tick = (double)(writer->next.now_ns - writer->last.now_ns) / (double)passed;
    struct trace_ring *ring;
    for (ring = rings; ring != NULL; ring = ring->next) {
        if (!ring->announced)
            event_thread_lane(writer, ring);
        ring->announced = true;
    }
    while ((ring = earliest(writer, rings)) != NULL) {
        uint32_t tail = atomic_load_explicit(&ring->tail, memory_order_relaxed);
        int64_t at_ns = place_record(writer, ring, ring_record(ring, tail));
        writer->lines.now_ns = at_ns;
        uint32_t count = take_record(writer, ring, tail, at_ns);
        tail += count;
        writer->record_count += count;
        atomic_store_explicit(&ring->tail, tail, memory_order_release);
        count_actors(writer, at_ns);
    }
    writer->last = writer->next;
    writer->lines.now_ns = writer->last.now_ns;
}

/* Begins the jobs that are not over in the file. */
static void begin_jobs(struct writer *writer)
{
    for (struct trace_ring *ring = writer->rings; ring != NULL; ring = ring->next) {
        if (ring->job == NULL || ring->job_open)
            continue;
        event_job(writer, ring, 'B', 0, TRACE_CPU_NONE);
        ring->job_open = true;
    }
}

/* Begins the states in the file that are not over, of the actors that have changed. */
static void begin_states(struct writer *writer)
{
    bool begins = writer->lines.sink.fd >= 0 && !writer->is_muted;
    for (size_t i = 0; i < writer->changed_count; i++) {
        uint32_t actor = writer->changed[i];
        struct lane *lane = lanes_find(&writer->lanes, actor);
        if (lane == NULL)
            continue;
        lane->listed = false;
        write_depth(writer, actor, lane, writer->last.now_ns);
        if (lane->open || !begins || (lane->state == LANE_RUN && writer_is_uncertain(writer, lane)))
            continue;
        event_open_state(writer, actor, lane);
        lane->open = true;
    }
    writer->changed_count = 0;
    if (begins)
        begin_jobs(writer);
}

void writer_flush(struct writer *writer)
{
    begin_states(writer);
    for (struct trace_ring *ring = writer->rings; ring != NULL; ring = ring->next) {
        struct lane *lane = lanes_find(&writer->lanes, ring->running);
        if (lane != NULL && lane->state == LANE_RUN)
            mind_hold(writer, lane, writer->last.now_ns);
    }
    bool any_lives = writer->running + writer->ready + writer->waiting > 0;
    bool is_due = writer->last.now_ns - writer->counted_ns >= HEARTBEAT_NS;
    if (writer->recount || (any_lives && is_due)) {
        writer->counted_ns = writer->recount ? writer->changed_ns : writer->last.now_ns;
        writer->recount = false;
        event_actors(writer, writer->counted_ns);
    }
    lines_flush(&writer->lines);
}
