/*
 * Actors and the loop in numbers: see troupe/info.h.
 *
 * Whatever is told here is kept anyway, or worked out from what is, but for the times, which are
 * kept when somebody has asked for them: see times.h.
 */

#include "info.h"

#include <errno.h>
#include <stdio.h>

#include "wording.h"
#include "kit.h"
#include "message.h"
#include "stack_guard.h"

static enum troupe_state state_of(const struct actor *actor)
{
    const struct task *task = &actor->task;
    if (actor->has_ended)
        return TROUPE_ENDED;
    if (sched_here->current == task)
        return TROUPE_RUNNING;
    bool rests = task->stack_class == SCHED_STACKLESS && !task->is_queued;
    return task->wait != NULL || rests ? TROUPE_WAITING : TROUPE_READY;
}

static void tell_wait(const struct wait *wait, struct troupe_info *info)
{
    info->reason = trace_reason_name(wait != NULL ? wait->reason : TRACE_REASON_RECV);
    if (wait == NULL)
        return; /* a stackless actor between two messages */
    info->at = wait->site;
    info->deadline = wait->deadline_ns;
    if (wait_target(wait) != NULL)
        info->target.value = ((const struct actor *)wait_target(wait))->pid;
}

static void tell_kit(const struct kit *kit, uint32_t now_ms, struct troupe_info *info)
{
    const struct belongings *belongings = kit->belongings;
    const struct troupe_msg *oldest = kit->mailbox.first;
    info->mailbox_count = kit->mailbox.count;
    info->link_count = belongings != NULL ? belongings->link_count : 0;
    info->monitor_count = belongings != NULL ? belongings->monitor_count : 0;
    if (oldest != NULL)
        info->oldest_age = TROUPE_MS(message_age_ms(oldest, now_ms));
}

static void tell_stack(const struct actor *actor, struct troupe_info *info)
{
    const struct coro *coro = &actor->task.coro;
    if (coro->stack_end == NULL)
        return;
    const char *sp =
        info->state == TROUPE_RUNNING ? (const char *)__builtin_frame_address(0) : coro->sp;
    info->stack_bytes = stack_usable_bytes(coro->stack_end);
    info->stack_used_bytes = (size_t)(stack_start(coro->stack_end) - sp);
    info->stack_peak_bytes = stack_peak_bytes(coro->stack_end);
}

static void tell_times(const struct actor *actor, struct troupe_info *info)
{
    const struct times *times = world_here()->sched.probe.times;
    struct times_entry entry;
    if (times == NULL || !times_find(times, actor->task.number, &entry))
        return;
    info->running_time = times_ns(times, entry.spent_ticks[TIMES_RUNNING]);
    info->ready_time = times_ns(times, entry.spent_ticks[TIMES_READY]);
    info->waiting_time = times_ns(times, entry.spent_ticks[TIMES_WAITING]);
    info->turn_count = entry.turns;
    info->received_count = entry.received;
}

void info_tell(const struct actor *actor, struct troupe_info *info)
{
    *info = (struct troupe_info){
        .pid = {actor->pid},
        .parent = {actor_parent(actor)},
        .spawned_at = actor->site,
        .state = state_of(actor),
        .is_cancelled = actor->task.cancelled,
        .deadline = TROUPE_FOREVER,
    };
    snprintf(info->name, sizeof info->name, "%s", actor_name(actor));
    if (info->state == TROUPE_WAITING)
        tell_wait(actor->task.wait, info);
    if (info->state == TROUPE_ENDED)
        info->status = actor->status;
    else
        tell_stack(actor, info);
    tell_times(actor, info);
    if (actor->kit != NULL)
        tell_kit(actor->kit, clock_ms(clock_now_ns()), info);
}

void info_count(const struct world *world, struct troupe_stats *stats)
{
    const struct sched *sched = &world->sched;
    *stats = (struct troupe_stats){
        .actor_count = sched->task_count,
        .spawned = sched->added,
        .ended = sched->added - sched->task_count,
        .ready_count = sched->ready_count,
        .timer_count = sched->timers.count - sched->timers.forgotten,
        .message_count = world->messages_small.used + world->messages_large.used,
        .stack_guard = stack_guard_kind(),
    };
    stats->waiting_count = stats->actor_count - stats->ready_count - (sched->current != NULL);
    for (int i = 0; i < STACK_CLASSES; i++) {
        const struct stack_class *class = &sched->stacks.classes[i];
        stats->stack_count += class->slot_count - class->free_count;
        stats->stack_free_count += class->free_count;
    }
}

int troupe_info(troupe_pid pid, struct troupe_info *info)
{
    struct world *world = world_inside("troupe_info");
    const struct actor *actor = actor_find(world, pid.value);
    if (actor == NULL)
        return actor_is_far(world, pid.value) ? -EXDEV : -ESRCH;
    info_tell(actor, info);
    return 0;
}

int troupe_each(int (*see)(const struct troupe_info *info, void *context), void *context)
{
    struct world *world = world_inside("troupe_each");
    struct troupe_info info;
    int rc = 0;
    const struct actor *actor;
    uint32_t cursor = 0;
    while (rc == 0 && (actor = world_next_actor(world, &cursor)) != NULL) {
        info_tell(actor, &info);
        rc = see(&info, context);
    }
    return rc;
}

void troupe_stats(struct troupe_stats *stats)
{
    info_count(world_inside("troupe_stats"), stats);
}

int troupe_keep_times(bool on)
{
    struct world *world = world_inside("troupe_keep_times");
    return probe_keep_times(&world->sched.probe, on, actor_self_number(world));
}
