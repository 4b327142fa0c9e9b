/*
 * From tracks to lanes.
 *
 * Slices are put in order and nested first.  Then each outermost slice becomes a run of some lane:
 * that of its thread, of the goroutine that it names, or, of an asynchronous operation, the first
 * lane of that name that is free.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trace_build_parts.h"
#include "trace_foreign_parts.h"

/* Operations of one name that are under way at once get a lane each, up to so many. */
#define ASYNC_LANES_MAX 64

static bool begins_with(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

/* --- slices ---------------------------------------------------------------------------------- */

/* By track and start, the longer first: that is how slices nest. */
static int compare_slices(const void *left, const void *right)
{
    const struct foreign_slice *one = left, *other = right;
    if (one->track != other->track)
        return one->track < other->track ? -1 : 1;
    if (one->start_ns != other->start_ns)
        return one->start_ns < other->start_ns ? -1 : 1;
    return (one->end_ns < other->end_ns) - (one->end_ns > other->end_ns);
}

/* Nests the slices of one track. */
static void nest(struct foreign *foreign, uint32_t first, uint32_t end)
{
    uint32_t top = TRACE_NONE;
    for (uint32_t i = first; i < end; i++) {
        struct foreign_slice *slice = foreign_slice(foreign, i);
        while (top != TRACE_NONE && foreign_slice(foreign, top)->end_ns <= slice->start_ns)
            top = foreign_slice(foreign, top)->below;
        const struct foreign_slice *below = top != TRACE_NONE ? foreign_slice(foreign, top) : NULL;
        if (below != NULL && slice->end_ns > below->end_ns) {
            foreign_count(foreign, "slice that overlaps another on its track", "", 0);
            slice->end_ns = below->end_ns;
        }
        slice->below = top;
        slice->depth = below == NULL ? 0 : below->depth + (below->depth < UINT16_MAX);
        top = i;
    }
}

void foreign_order_slices(struct foreign *foreign)
{
    uint32_t count = foreign->slices.count;
    for (uint32_t i = 0; i < count; i++)
        if (foreign_slice(foreign, i)->open)
            foreign_slice(foreign, i)->end_ns = foreign->end_ns;
    if (count > 0)
        qsort(foreign->slices.items, count, sizeof(struct foreign_slice), compare_slices);
    for (uint32_t i = 0; i < count;) {
        struct foreign_track *track = foreign_track(foreign, foreign_slice(foreign, i)->track);
        track->slice_first = i;
        while (i < count && foreign_slice(foreign, i)->track ==
                                foreign_slice(foreign, track->slice_first)->track)
            i++;
        track->slice_count = i - track->slice_first;
        nest(foreign, track->slice_first, i);
    }
}

/* --- lanes ----------------------------------------------------------------------------------- */

static trace_text_id process_name(const struct foreign *foreign, uint64_t process)
{
    uint32_t index = trace_map_get(&foreign->process_map, process);
    const struct foreign_process *processes = foreign->processes.items;
    return index != TRACE_NONE ? processes[index].name : 0;
}

/* A new lane; its number is the answer, 0 if there is no memory. */
static uint32_t new_lane(struct foreign_lanes *work, trace_text_id name, uint64_t process)
{
    struct trace_build *build = work->foreign->build;
    uint32_t index = build_lane_of(build, work->lane_count + 1);
    if (index == TRACE_NONE) {
        work->foreign->failed = true;
        return 0;
    }
    struct build_lane *own = (struct build_lane *)build->lanes.items + index;
    own->named = true;
    own->lane.name = name;
    own->lane.fn = process_name(work->foreign, process);
    return ++work->lane_count;
}

/* What a thread is called: its name, or its number. */
static trace_text_id track_name(struct foreign *foreign, const struct foreign_track *track)
{
    char text[32];
    if (track->name != 0)
        return track->name;
    int bytes = snprintf(text, sizeof text, "thread %u", track->tid);
    return trace_strings_put(&foreign->build->strings, text, (size_t)bytes);
}

/* A loop for a thread: something that runs one at a time. */
static uint32_t new_loop(struct foreign_lanes *work, const struct foreign_track *track)
{
    struct trace_build *build = work->foreign->build;
    char text[300];
    uint32_t index = build_loop_of(build, work->loop_count);
    if (index == TRACE_NONE) {
        foreign_count(work->foreign, "thread beyond what can be told apart", "", 0);
        return 0;
    }
    const char *name = foreign_text(work->foreign, track_name(work->foreign, track));
    const char *what = begins_with(name, "thread") || begins_with(name, "Proc ") ? "" : "thread ";
    int bytes = snprintf(text, sizeof text, "%s%.200s", what, name);
    struct trace_loop *loop = (struct trace_loop *)build->loops.items + index;
    loop->os_pid = track->pid;
    loop->os_tid = track->tid;
    loop->name = trace_strings_put(&build->strings, text, (size_t)bytes);
    work->loop_count++;
    return index;
}

/* "G12 main.main": a goroutine, as Go's tool names the slices of its processors. */
static bool is_goroutine(const char *name, uint64_t *number)
{
    char *end;
    if (name[0] != 'G' || name[1] < '0' || name[1] > '9')
        return false;
    *number = strtoull(name + 1, &end, 10);
    return *end == ' ';
}

static uint32_t goroutine_lane(struct foreign_lanes *work, uint64_t process, uint64_t number,
                               trace_text_id name)
{
    uint32_t *place = trace_map_put(&work->goroutine_map, trace_hash_mix(process + number * 3));
    if (place == NULL) {
        work->foreign->failed = true;
        return 0;
    }
    if (*place == TRACE_NONE)
        *place = new_lane(work, name, process);
    return *place;
}

static void add_run(struct foreign_lanes *work, const struct foreign_slice *slice, uint32_t lane,
                    uint32_t loop, enum trace_state state)
{
    struct foreign_run *run = trace_array_add(&work->runs, sizeof *run);
    if (run == NULL) {
        work->foreign->failed = true;
        return;
    }
    *run = (struct foreign_run){.start_ns = slice->start_ns,
                                .end_ns = slice->end_ns,
                                .lane = lane,
                                .loop = loop,
                                .state = (uint8_t)state,
                                .reason = TRACE_REASON_COUNT,
                                .open = slice->open};
}

/* A stretch in which a thread does not run its own slices: a task does, or nobody. */
static void add_hole(struct foreign_lanes *work, const struct foreign_slice *slice, uint32_t lane,
                     enum trace_reason reason)
{
    add_run(work, slice, lane, 0, TRACE_STATE_WAIT);
    if (work->runs.count == 0)
        return;
    struct foreign_run *run = (struct foreign_run *)work->runs.items + work->runs.count - 1;
    run->reason = (uint8_t)reason;
    run->hole = true;
}

/* Calls of Python that wait: a slice of theirs is no run. */
static enum trace_reason waits_for(const char *name)
{
    static const char *const calls[] = {"select.epoll.poll", "select.poll.poll", "select.select",
                                        "select.kqueue.control"};
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++)
        if (begins_with(name, calls[i]))
            return TRACE_REASON_IO;
    return begins_with(name, "time.sleep") ? TRACE_REASON_SLEEP : TRACE_REASON_COUNT;
}

/* A thread, or a processor of Go: its slices get their lanes, the outermost become runs. */
static void place_thread(struct foreign_lanes *work, struct foreign_track *track)
{
    struct foreign *foreign = work->foreign;
    uint64_t number;
    uint32_t lane = 0, host = TRACE_NONE;
    bool processor = begins_with(foreign_text(foreign, track->name), "Proc ");
    uint32_t loop = TRACE_NONE;
    if (track->is_task) {
        host = trace_map_get(&work->host_map, track->process);
        loop = foreign_track(foreign, host)->open; /* of a placed thread: its loop */
    }
    if (loop == TRACE_NONE)
        loop = new_loop(work, track);
    for (uint32_t i = track->slice_first; i < track->slice_first + track->slice_count; i++) {
        struct foreign_slice *slice = foreign_slice(foreign, i);
        const char *name = foreign_text(foreign, slice->name); /* until a text is added */
        bool goroutine = processor && is_goroutine(name, &number);
        enum trace_reason reason = foreign->is_viztracer ? waits_for(name) : TRACE_REASON_COUNT;
        if (!goroutine && lane == 0)
            lane = new_lane(work, track_name(foreign, track), track->process);
        slice->lane = goroutine ? goroutine_lane(work, track->process, number, slice->name) : lane;
        if (slice->depth == 0)
            add_run(work, slice, slice->lane, loop, TRACE_STATE_RUN);
        if (slice->depth == 0 && host != TRACE_NONE)
            add_hole(work, slice,
                     foreign_slice(foreign, foreign_track(foreign, host)->slice_first)->lane,
                     TRACE_REASON_COUNT);
        if (reason != TRACE_REASON_COUNT)
            add_hole(work, slice, slice->lane, reason);
    }
    track->open = loop;
}

/* The lane for an operation: the first of its name that is free when it begins. */
static uint32_t async_lane(struct foreign_lanes *work, const struct foreign_track *track,
                           const struct foreign_slice *slice)
{
    uint64_t group = trace_hash_mix(track->process + slice->name * UINT64_C(7));
    uint32_t *first = trace_map_put(&work->async_map, group);
    uint32_t count = 0;
    uint32_t last = TRACE_NONE;
    struct async_lane *lanes = work->async_lanes.items;
    if (first == NULL) {
        work->foreign->failed = true;
        return 0;
    }
    for (uint32_t i = *first; i != TRACE_NONE; i = lanes[i].next) {
        if (lanes[i].free_ns <= slice->start_ns || count + 1 == ASYNC_LANES_MAX) {
            if (lanes[i].free_ns > slice->start_ns)
                foreign_count(work->foreign, "operation that overlaps too many", "", 0);
            lanes[i].free_ns = slice->end_ns;
            return lanes[i].lane;
        }
        last = i;
        count++;
    }
    char text[300];
    const char *name = foreign_text(work->foreign, slice->name);
    int bytes = count == 0 ? snprintf(text, sizeof text, "%.200s", name)
                           : snprintf(text, sizeof text, "%.200s (%u)", name, count + 1);
    struct async_lane *added = trace_array_add(&work->async_lanes, sizeof *added);
    if (added == NULL) {
        work->foreign->failed = true;
        return 0;
    }
    trace_text_id id = trace_strings_put(&work->foreign->build->strings, text, (size_t)bytes);
    *added = (struct async_lane){.group = group,
                                 .lane = new_lane(work, id, track->process),
                                 .next = TRACE_NONE,
                                 .free_ns = slice->end_ns};
    lanes = work->async_lanes.items;
    if (last == TRACE_NONE)
        *first = work->async_lanes.count - 1;
    else
        lanes[last].next = work->async_lanes.count - 1;
    return added->lane;
}

/* Operations in the order of their beginnings, so that lanes fill from the first. */
static void place_operations(struct foreign_lanes *work)
{
    struct foreign *foreign = work->foreign;
    struct trace_key *keys = malloc(((size_t)foreign->slices.count + 1) * sizeof *keys);
    size_t count = 0;
    for (uint32_t i = 0; keys != NULL && i < foreign->slices.count; i++) {
        const struct foreign_slice *slice = foreign_slice(foreign, i);
        if (foreign_track(foreign, slice->track)->kind == FOREIGN_ASYNC && slice->depth == 0)
            keys[count++] = (struct trace_key){.key = slice->start_ns, .value = i};
    }
    if (keys == NULL || trace_sort(keys, count) < 0)
        foreign->failed = true;
    for (size_t k = 0; !foreign->failed && k < count; k++) {
        uint32_t i = keys[k].value;
        const struct foreign_slice *outer = foreign_slice(foreign, i);
        uint32_t track = outer->track;
        uint32_t lane = async_lane(work, foreign_track(foreign, track), outer);
        add_run(work, outer, lane, 0, TRACE_STATE_WAIT);
        do { /* it, and what lies on it */
            foreign_slice(foreign, i++)->lane = lane;
        } while (i < foreign->slices.count && foreign_slice(foreign, i)->track == track &&
                 foreign_slice(foreign, i)->depth > 0);
    }
    free(keys);
}

/* Which tracks are tasks of viztracer, and on which thread they run: the main one of a process. */
static void find_hosts(struct foreign_lanes *work)
{
    struct foreign *foreign = work->foreign;
    for (uint32_t i = 0; foreign->is_viztracer && i < foreign->tracks.count; i++) {
        const struct foreign_track *track = foreign_track(foreign, i);
        if (track->slice_count == 0 ||
            strcmp(foreign_text(foreign, track->name), "MainThread") != 0)
            continue;
        uint32_t *place = trace_map_put(&work->host_map, track->process);
        if (place == NULL)
            foreign->failed = true;
        else
            *place = i;
    }
    for (uint32_t i = 0; foreign->is_viztracer && i < foreign->tracks.count; i++) {
        struct foreign_track *track = foreign_track(foreign, i);
        track->is_task = begins_with(foreign_text(foreign, track->name), "Task-") &&
                         trace_map_get(&work->host_map, track->process) != TRACE_NONE;
    }
}

void foreign_place_tracks(struct foreign_lanes *work)
{
    struct foreign *foreign = work->foreign;
    find_hosts(work);
    for (int tasks = 0; tasks < 2; tasks++) /* the threads that tasks run on come first */
        for (uint32_t i = 0; !foreign->failed && i < foreign->tracks.count; i++) {
            struct foreign_track *track = foreign_track(foreign, i);
            if (track->kind == FOREIGN_THREAD && track->slice_count > 0 &&
                track->is_task == (tasks == 1))
                place_thread(work, track);
        }
    place_operations(work);
}
