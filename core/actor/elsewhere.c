/*
 * The life of stand-ins.
 *
 * The message in which a loop asks to be told of an end stays with the actor: its payload becomes
 * the watch, and when the actor ends the same message goes back with the news.  So nothing that has
 * to be told of an end can fail for want of memory.
 */

#include "elsewhere.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "abroad.h"
#include "clock.h"
#include "down.h"
#include "kit.h"
#include "post.h"
#include "report.h"
#include "scope.h"

/* The payload of a SPAWN or WATCH that has arrived: the watch of another loop. */
struct far_watch {
    struct watch watch;
    uint32_t loop;
};

/* The payload of an ENDED. */
struct post_ended {
    int status;
    bool alone; /* nobody but the loop that is told has learnt of it */
};

_Static_assert(sizeof(struct post_spawn) <= MESSAGE_LARGE_PAYLOAD, "no second allocation");
_Static_assert(sizeof(struct far_watch) <= sizeof(struct post_spawn), "it takes its place");

/* Room for any of these. */
#define RECORD_BYTES sizeof(struct post_spawn)

void elsewhere_init(struct world *world)
{
    table_init(&world->elsewhere);
}

/* What is left stands for actors that have ended, as all have, whose end was told too late. */
void elsewhere_finish(struct world *world)
{
    for (size_t i = 0; i < world->elsewhere.capacity; i++) {
        struct actor *actor = world->elsewhere.entries[i].object;
        if (actor == NULL)
            continue;
        kit_release(world, actor);
        slab_give(&world->actors, actor);
    }
    table_finish(&world->elsewhere);
}

uint32_t elsewhere_place(struct world *world, int place)
{
    const struct crew *crew = world->sched.crew;
    uint32_t count = crew->loop_count;
    if (place == TROUPE_PLACE_DEFAULT)
        place = crew->plan.place;
    if (place == TROUPE_HERE)
        return world_loop(world);
    if (place == TROUPE_PROCESS || (place == TROUPE_ANYWHERE && crew->plan.spreads))
        return ELSEWHERE_PROCESS;
    if (place == TROUPE_ANYWHERE)
        return crew->first + world->place_next++ % count;
    return crew->first + (uint32_t)(place - TROUPE_ON(0)) % count;
}

struct actor *elsewhere_known(struct world *world, uint64_t pid)
{
    return actor_is_far(world, pid) ? table_find(&world->elsewhere, pid) : actor_find(world, pid);
}

/* A stand-in, its pid not yet set; NULL without memory. */
static struct actor *create(struct world *world, const troupe_spec *spec, const struct birth *birth)
{
    struct actor *actor = slab_take(&world->actors);
    if (actor == NULL)
        return NULL;
    actor_fill(world, actor, spec, birth, SCHED_ELSEWHERE);
    actor->task.wait = NULL;
    actor->task.timer = 0;
    actor->task.cancelled = false;
    actor->task.is_queued = false;
    actor->task.number = 0;
    actor->task.coro.sp = NULL;
    actor->task.coro.stack_end = NULL;
    if (spec->name == NULL || actor_equip(world, actor, spec->name, &birth->handler) == 0)
        return actor;
    actor_discard(world, actor);
    return NULL;
}

/* Takes a pid of the guests' on another loop.  0, -ENOMEM or -EAGAIN. */
static int take_pid(struct world *there, uint32_t number, uint64_t *pid)
{
    pthread_mutex_lock(&there->guests_mutex);
    int rc = handles_acquire(&there->guests, there, pid);
    if (rc == 0)
        atomic_store_explicit(&handles_entry(&there->guests, *pid)->note,
                              number & ACTOR_NOTE_NUMBER, memory_order_relaxed);
    pthread_mutex_unlock(&there->guests_mutex);
    return rc;
}

void elsewhere_give_pid(struct world *there, uint64_t pid)
{
    pthread_mutex_lock(&there->guests_mutex);
    handles_release(&there->guests, pid);
    pthread_mutex_unlock(&there->guests_mutex);
}

static void fill_spawn(struct world *world, struct post_spawn *record, const troupe_spec *spec,
                       const struct birth *birth, const struct actor *actor)
{
    const struct actor *self = actor_self(world);
    *record = (struct post_spawn){
        .fn = spec->fn,
        .arg = spec->arg,
        .stack_bytes = spec->stack_bytes,
        .site = birth->site,
        .asked_ticks = clock_ticks(),
        .pid = actor->pid,
        .parent = self != NULL ? self->pid : 0,
        .number = actor->task.number,
        .parent_number = actor_self_number(world),
        .has_name = spec->name != NULL,
    };
    if (record->has_name)
        snprintf(record->name, sizeof record->name, "%s", kit_name(actor));
}

/* A pid of the first guest of a process that is yet to be forked.  0 or -EAGAIN. */
static int take_process_pid(struct world *world, uint64_t *pid)
{
    uint32_t loop, generation;
    int rc = commons_take(world->sched.crew->commons, &loop, &generation);
    if (rc == 0)
        *pid = (uint64_t)loop << 56 | (uint64_t)ACTOR_GUEST_SLOT << 32 | (generation + 1);
    return rc;
}

/* Has the actor begin: by a post, or in a new process.  0 or a negative code. */
static int launch(struct world *world, uint32_t loop, const struct post_spawn *record)
{
    if (loop == ELSEWHERE_PROCESS)
        return world->branch(world, record);
    struct troupe_msg *msg;
    int rc = post_create(world, RECORD_BYTES, &msg);
    if (rc < 0)
        return rc;
    *(struct post_spawn *)message_data(msg) = *record;
    crew_join(world->sched.crew);
    post_send(world, record->pid, POST_SPAWN, msg);
    return 0;
}

/* What take_pid() or take_process_pid() has given. */
static void give_pid(struct world *world, uint32_t loop, uint64_t pid)
{
    if (loop == ELSEWHERE_PROCESS)
        commons_give(world->sched.crew->commons, handle_loop(pid));
    else
        elsewhere_give_pid(world_of(world, loop), pid);
}

int elsewhere_spawn(struct world *world, uint32_t loop, const troupe_spec *spec,
                    const struct birth *birth, struct actor **result)
{
    struct post_spawn record;
    struct actor *actor = create(world, spec, birth);
    if (actor == NULL)
        return -ENOMEM;
    int rc = 0;
    if (birth->keeps_status && kit_of(world, actor_self(world)) == NULL)
        rc = -ENOMEM; /* its status could not be kept later */
    actor->task.number = sched_next_number(&world->sched);
    if (rc == 0)
        rc = loop == ELSEWHERE_PROCESS
                 ? take_process_pid(world, &actor->pid)
                 : take_pid(world_of(world, loop), actor->task.number, &actor->pid);
    if (rc < 0)
        goto discard;
    rc = table_put(&world->elsewhere, actor->pid, actor);
    if (rc < 0)
        goto give_pid;
    fill_spawn(world, &record, spec, birth, actor);
    rc = launch(world, loop, &record);
    if (rc < 0)
        goto remove;
    if (birth->home != NULL)
        scope_child_spawned(world, actor);
    *result = actor;
    return 0;

remove:
    table_remove(&world->elsewhere, actor->pid);
give_pid:
    give_pid(world, loop, actor->pid);
discard:
    actor_discard(world, actor);
    return rc;
}

int elsewhere_begin(struct world *world, const struct post_spawn *record, uint32_t origin)
{
    struct troupe_msg *msg;
    uint64_t pid;
    int rc = take_pid(world, record->number, &pid);
    if (rc == 0)
        rc = post_create(world, RECORD_BYTES, &msg);
    if (rc < 0)
        return rc;
    TROUPE_CHECK(pid == record->pid);
    *(struct post_spawn *)message_data(msg) = *record;
    post_stamp(msg, POST_SPAWN, origin);
    crew_join(world->sched.crew);
    elsewhere_on_spawn(world, msg);
    return 0;
}

/* A new stand-in for an actor that was spawned by others; NULL without memory. */
static struct actor *stand_in(struct world *world, uint64_t pid, uint32_t number)
{
    troupe_spec spec = {.fn = NULL};
    struct birth birth = {.site = NULL};
    struct actor *actor = create(world, &spec, &birth);
    if (actor == NULL)
        return NULL;
    actor->pid = pid;
    actor->parent = 0;
    actor->task.number = number;
    if (table_put(&world->elsewhere, pid, actor) == 0)
        return actor;
    actor_discard(world, actor);
    return NULL;
}

int elsewhere_reach(struct world *world, uint64_t pid, struct actor **result)
{
    struct troupe_msg *msg;
    uint32_t number;
    *result = elsewhere_known(world, pid);
    if (*result != NULL)
        return 0;
    if (!actor_is_far(world, pid) || !post_knows(world, pid, &number))
        return -ESRCH;
    int rc = post_create(world, RECORD_BYTES, &msg);
    if (rc < 0)
        return rc;
    *result = stand_in(world, pid, number);
    if (*result == NULL) {
        message_destroy(world, msg);
        return -ENOMEM;
    }
    post_send(world, pid, POST_WATCH, msg);
    return 0;
}

static void cannot_tell(uint64_t pid, const char *what)
{
    char text[TROUPE_PID_TEXT_BYTES];
    dprintf(STDERR_FILENO, "troupe: no memory to tell %s on another loop that it is %s\n",
            troupe_pid_text((troupe_pid){pid}, text), what);
}

void elsewhere_kill(struct world *world, uint64_t pid, int status)
{
    if (post_record(world, pid, POST_KILL, 0, &status, sizeof status) < 0)
        cannot_tell(pid, "killed");
}

void elsewhere_cancel(struct world *world, uint64_t pid, const char *reason, uint64_t canceller)
{
    struct post_cancel cancel = {.canceller = canceller};
    snprintf(cancel.reason, sizeof cancel.reason, "%s", reason != NULL ? reason : "");
    if (post_record(world, pid, POST_CANCEL, 0, &cancel, sizeof cancel) < 0)
        cannot_tell(pid, "cancelled");
}

/* The message becomes another loop's watch on the actor. */
static void watch(struct actor *actor, struct troupe_msg *msg, uint32_t loop)
{
    struct far_watch *far = message_data(msg);
    *far = (struct far_watch){.loop = loop};
    watch_begin(&far->watch, NULL, actor, WATCH_ELSEWHERE);
}

/* The message goes back with the news of an end. */
static void tell_end(struct world *world, struct troupe_msg *msg, uint32_t loop, uint64_t pid,
                     const struct post_ended *ended)
{
    *(struct post_ended *)message_data(msg) = *ended;
    msg->from = pid;
    post_send(world, (uint64_t)loop << 56, POST_ENDED, msg);
}

void elsewhere_tell(struct world *world, struct farewell *farewell)
{
    struct post_ended ended = {.status = farewell->status, .alone = farewell->alone};
    struct list_link *link;
    while ((link = list_first(&farewell->watches)) != NULL) {
        struct watch *watch = LIST_OWNER(link, struct watch, link);
        struct far_watch *far = LIST_OWNER(watch, struct far_watch, watch);
        list_remove(&farewell->watches, link);
        tell_end(world, LIST_OWNER(far, struct troupe_msg, payload), far->loop, farewell->pid,
                 &ended);
    }
}

void elsewhere_on_spawn(struct world *world, struct troupe_msg *msg)
{
    struct post_spawn record = *(struct post_spawn *)message_data(msg);
    uint32_t loop = post_loop(msg);
    int rc = actor_spawn_guest(world, &record);
    if (rc == 0) {
        watch(actor_find(world, record.pid), msg, loop);
    } else {
        elsewhere_give_pid(world, record.pid);
        tell_end(world, msg, loop, record.pid, &(struct post_ended){.status = rc, .alone = true});
    }
    crew_leave(world->sched.crew);
}

void elsewhere_on_watch(struct world *world, struct troupe_msg *msg)
{
    struct actor *actor = actor_find(world, msg->to);
    uint32_t loop = post_loop(msg);
    if (actor != NULL && !actor->has_ended) {
        watch(actor, msg, loop);
        return;
    }
    struct post_ended ended = {.status = actor != NULL ? actor->status : -ESRCH};
    tell_end(world, msg, loop, msg->to, &ended);
}

void elsewhere_on_ended(struct world *world, struct troupe_msg *msg)
{
    struct post_ended ended = *(const struct post_ended *)message_data(msg);
    uint64_t pid = msg->from;
    struct actor *actor = table_find(&world->elsewhere, pid);
    message_destroy(world, msg);
    if (!crew_has(world->sched.crew, handle_loop(pid)))
        abroad_set_gone(world->abroad, pid);
    if (actor == NULL || actor->has_ended)
        return; /* there were two watches on it */
    if (!ended.alone)
        actor->is_observed = true;
    actor_settle(world, actor, ended.status);
}

/* One of the stand-ins for actors of this loop that have not ended; NULL: there is none left. */
static struct actor *next_of(const struct world *world, uint32_t loop)
{
    const struct table *table = &world->elsewhere;
    for (size_t i = 0; i < table->capacity; i++) {
        struct actor *actor = table->entries[i].object;
        if (actor != NULL && handle_loop(actor->pid) == loop && !actor->has_ended)
            return actor;
    }
    return NULL;
}

void elsewhere_on_gone(struct world *world, uint32_t loop, int status)
{
    struct actor *actor;
    while ((actor = next_of(world, loop)) != NULL) {
        if (actor->fn != NULL) /* it was spawned here: for the trace, one may tell it */
            probe_gone(&world->sched.probe, actor->task.number, (uintptr_t)actor->fn, status);
        actor_settle(world, actor, status);
    }
}

int elsewhere_link(struct world *world, uint64_t pid)
{
    struct actor *self = actor_self(world);
    struct troupe_msg *msg;
    int rc = post_create(world, RECORD_BYTES, &msg);
    if (rc < 0)
        return rc;
    rc = post_record(world, pid, POST_LINK, 0, &self->task.number, sizeof self->task.number);
    if (rc < 0)
        message_destroy(world, msg);
    else
        watch(self, msg, handle_loop(pid)); /* so that the end comes behind the link */
    return rc;
}

void elsewhere_on_link(struct world *world, struct troupe_msg *msg)
{
    struct actor *actor = actor_find_alive(world, msg->to);
    struct actor *other = table_find(&world->elsewhere, msg->from);
    if (actor != NULL && other == NULL)
        other = stand_in(world, msg->from, *(const uint32_t *)message_data(msg));
    if (actor != NULL && (other == NULL || down_link_half(world, actor, other) < 0))
        actor_fail(world, actor, -ENOMEM);
    message_destroy(world, msg);
}

void elsewhere_unlink(struct world *world, uint64_t pid)
{
    if (post_record(world, pid, POST_UNLINK, 0, NULL, 0) < 0)
        cannot_tell(pid, "unlinked");
}

void elsewhere_on_unlink(struct world *world, struct troupe_msg *msg)
{
    struct actor *actor = actor_find_alive(world, msg->to);
    struct actor *other = table_find(&world->elsewhere, msg->from);
    if (actor != NULL && other != NULL)
        down_unlink_half(world, actor, other);
    message_destroy(world, msg);
}
