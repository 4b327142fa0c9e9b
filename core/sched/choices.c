/*
 * The strategies are stateless but for a few words: the same order is the same run.
 *
 * PCT is that of Burckhardt and others, "A randomized scheduler with probabilistic guarantees of
 * finding bugs" (2010): each actor has a priority by lot, the highest of those who are ready runs,
 * and at some turns, by lot, whoever would run is set back behind all others.  A bug that d turns
 * in the right order bring about is found with a probability of at least 1 / (n k^(d-1)), with n
 * actors and k turns.
 */

#include "choices.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "chance.h"
#include "scheduler.h"

bool choices_are_made;

/* The turns so far, in all runs of the process. */
static uint32_t turn_count;

static struct {
    struct replay file; /* no choices: none is replayed */
    const char *path;   /* NULL: likewise */
    size_t next;        /* the next choice in it */
    uint32_t sum;
    bool has_parted;
} replayed;

static struct {
    struct explore_room *room; /* NULL: nothing is explored */
    const struct explore_order *order;
    uint32_t next; /* the next choice of the script */
    uint64_t random;
    uint32_t set_back_count; /* actors that have been set back, in this order */
    uint32_t set_back[EXPLORE_DEPTH_MAX];
} explored;

static const struct task *task_at(const struct sched *sched, size_t place)
{
    const struct task *task = sched->head;
    for (; place > 0; place--)
        task = task->next;
    return task;
}

/* The place of an actor in the queue; false if it is not ready. */
static bool find_place(const struct sched *sched, uint32_t number, size_t *place)
{
    *place = 0;
    for (const struct task *task = sched->head; task != NULL; task = task->next, (*place)++)
        if (task->number == number)
            return true;
    return false;
}

/* --- a replay file -------------------------------------------------------------------------- */

int choices_replay(const char *path)
{
    char why[REPLAY_WHY_BYTES];
    int rc = replay_read(path, &replayed.file, why);
    if (rc == -EINVAL)
        dprintf(STDERR_FILENO, "troupe: the replay file %s cannot be used: %s\n", path, why);
    if (rc < 0)
        return rc;
    replayed.path = path;
    choices_are_made = true;
    return 0;
}

static __attribute__((format(printf, 1, 2))) void part(const char *format, ...)
{
    char text[256];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (!replayed.has_parted)
        dprintf(STDERR_FILENO, "troupe: the run parts from %s at turn %" PRIu32 ": %s\n",
                replayed.path, turn_count, text);
    replayed.has_parted = true;
}

/* Tells, in the trace, that an actor runs before its turn. */
static void note_choice(struct sched *sched, const struct replay_choice *choice)
{
    char text[64];
    snprintf(text, sizeof text, "turn %" PRIu32 ", before actor %" PRIu32, choice->turn,
             choice->before);
    probe_note(&sched->probe, choice->runs, TRACE_NOTE_AHEAD, text);
}

/* The run would never end. */
static _Noreturn void stop_here(void)
{
    dprintf(STDERR_FILENO, "troupe: the run is stopped after turn %" PRIu32 ", where %s ends\n",
            turn_count - 1, replayed.path);
    replayed.path = NULL; /* all of it has been seen */
    exit(CHOICES_EXIT_ENDLESS);
}

/* Somebody has to say whose turn it is: who could have it is noted, in the order of the queue. */
static _Noreturn void ask_here(struct sched *sched)
{
    char text[64];
    const struct task *task = sched->head;
    for (unsigned place = 1; place <= SCHED_LOTS_MAX && task != NULL; place++, task = task->next) {
        snprintf(text, sizeof text, "turn %" PRIu32 ", place %u in line", turn_count, place);
        probe_note(&sched->probe, task->number, TRACE_NOTE_ASKED, text);
    }
    replayed.path = NULL; /* all of it has been seen */
    exit(CHOICES_EXIT_ASKED);
}

static size_t replay_next(struct sched *sched)
{
    size_t place = 0;
    const struct replay *file = &replayed.file;
    bool is_behind = turn_count > file->turns;
    if (is_behind && file->asks && sched->ready_count > 1 && !replayed.has_parted)
        ask_here(sched);
    if (is_behind && file->asks)
        return 0;
    if (turn_count == file->turns + 1 && file->is_endless && !replayed.has_parted)
        stop_here();
    if (turn_count == file->turns + 1)
        part("it goes on, and the file ends with turn %" PRIu32, file->turns);
    if (replayed.next == file->count || file->choices[replayed.next].turn != turn_count)
        return 0;
    const struct replay_choice *choice = &file->choices[replayed.next++];
    if (replayed.has_parted)
        return 0;
    if (sched->head->number != choice->before)
        part("line %" PRIu32 " expects that actor %" PRIu32 " has been ready for longest, but it "
             "is actor %" PRIu32,
             choice->line, choice->before, sched->head->number);
    else if (!find_place(sched, choice->runs, &place))
        part("line %" PRIu32 " expects that actor %" PRIu32 " is ready, but it is not",
             choice->line, choice->runs);
    else
        note_choice(sched, choice);
    return replayed.has_parted ? 0 : place;
}

void choices_end(void)
{
    const struct replay *file = &replayed.file;
    if (replayed.path == NULL)
        return;
    if (turn_count < file->turns)
        part("it ends, and the file goes on to turn %" PRIu32, file->turns);
    else if (file->has_sum && replayed.sum != file->sum)
        part("the turns up to here have not all gone to the actors that had them then");
    replay_finish(&replayed.file);
    replayed.path = NULL;
}

/* --- exploration ---------------------------------------------------------------------------- */

void choices_explore(struct explore_room *room)
{
    explored.room = room;
    explored.order = &room->orders[room->order_next];
    explored.random = explored.order->seed;
    room->turn_count = 0;
    choices_are_made = true;
}

static uint64_t scramble(uint64_t x)
{
    return chance_mix(x + CHANCE_STEP);
}

static uint64_t priority(uint32_t number)
{
    for (uint32_t i = explored.set_back_count; i > 0; i--)
        if (explored.set_back[i - 1] == number)
            return EXPLORE_DEPTH_MAX - i;
    return scramble(explored.order->seed ^ ((uint64_t)number << 32)) | EXPLORE_DEPTH_MAX;
}

/* The place of whoever has the highest priority. */
static size_t foremost(const struct sched *sched)
{
    size_t best = 0, place = 0;
    uint64_t best_priority = 0;
    for (const struct task *task = sched->head; task != NULL && place < SCHED_LOTS_MAX;
         task = task->next, place++) {
        uint64_t own = priority(task->number);
        if (place == 0 || own > best_priority) {
            best = place;
            best_priority = own;
        }
    }
    return best;
}

static size_t next_by_priority(const struct sched *sched)
{
    const struct explore_order *order = explored.order;
    for (uint32_t i = 0; i < order->set_backs; i++)
        if (order->set_back_at[i] == turn_count && explored.set_back_count < EXPLORE_DEPTH_MAX)
            explored.set_back[explored.set_back_count++] = task_at(sched, foremost(sched))->number;
    return foremost(sched);
}

static size_t next_by_way(const struct sched *sched)
{
    uint64_t ready = sched->ready_count < SCHED_LOTS_MAX ? sched->ready_count : SCHED_LOTS_MAX;
    if (turn_count > explored.room->fair_after)
        return 0;
    switch (explored.order->way) {
    case EXPLORE_RANDOM:
        return ready > 1 ? scramble(explored.random++) % ready : 0;
    case EXPLORE_PCT:
        return next_by_priority(sched);
    default:
        return 0;
    }
}

static size_t explore_next(const struct sched *sched)
{
    struct explore_room *room = explored.room;
    size_t place = 0;
    if (turn_count > room->turn_limit)
        choices_fail(EXPLORE_ENDLESS);
    const struct explore_choice *script = &room->script[explored.order->script_first];
    uint32_t count = explored.order->script_count;
    while (explored.next < count && script[explored.next].turn < turn_count)
        explored.next++;
    const struct explore_choice *choice = &script[explored.next];
    if (explored.next == count || choice->turn != turn_count)
        place = next_by_way(sched);
    else if (choice->runs == 0)
        place = choice->place < sched->ready_count ? choice->place : sched->ready_count - 1;
    else if (!find_place(sched, choice->runs, &place))
        place = 0;
    room->turns[turn_count - 1] = (struct explore_turn){
        .runs = task_at(sched, place)->number,
        .first = sched->head->number,
        .place = (uint32_t)place,
        .ready = (uint32_t)sched->ready_count,
    };
    room->turn_count = turn_count;
    return place;
}

size_t choices_next(struct sched *sched)
{
    turn_count++;
    if (explored.room != NULL)
        return explore_next(sched);
    size_t place = replay_next(sched);
    replayed.sum = replay_sum(replayed.sum, task_at(sched, place)->number);
    return place;
}

void choices_fail(enum explore_end end)
{
    struct explore_room *room = explored.room;
    if (room == NULL)
        return;
    if (room->end == EXPLORE_ENDED)
        room->end = end;
    if (end != EXPLORE_CIRCLE)
        _exit(0);
}
