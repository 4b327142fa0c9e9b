/*
 * From lanes to a build: the runs of each lane with the waits between them, and what belongs to
 * them.  Instants are counted from the first of the trace from here on.
 */

#include <stdlib.h>

#include "trace_build_parts.h"
#include "trace_foreign_parts.h"

/* The last slice of a track, of those that lie on no other, that begins at an instant or before it
 * and has not ended by then; or, if `next`, the first that begins there or later. */
static uint32_t slice_near(const struct foreign *foreign, const struct foreign_track *track,
                           int64_t at_ns, bool next)
{
    uint32_t low = track->slice_first;
    uint32_t high = track->slice_first + track->slice_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const struct foreign_slice *slice = foreign_slice(foreign, middle);
        if (next ? slice->start_ns < at_ns : slice->start_ns <= at_ns)
            low = middle + 1;
        else
            high = middle;
    }
    if (next)
        return low < track->slice_first + track->slice_count ? low : TRACE_NONE;
    if (low == track->slice_first)
        return TRACE_NONE;
    uint32_t found = low - 1;
    while (foreign_slice(foreign, found)->below != TRACE_NONE)
        found = foreign_slice(foreign, found)->below;
    return foreign_slice(foreign, found)->end_ns >= at_ns ? found : TRACE_NONE;
}

/* By lane and start; what a thread does not run comes before what it does. */
static int compare_runs(const void *left, const void *right)
{
    const struct foreign_run *one = left, *other = right;
    if (one->lane != other->lane)
        return one->lane < other->lane ? -1 : 1;
    if (one->start_ns != other->start_ns)
        return one->start_ns < other->start_ns ? -1 : 1;
    if (one->hole != other->hole)
        return one->hole ? -1 : 1;
    return (one->end_ns > other->end_ns) - (one->end_ns < other->end_ns);
}

static void add_span(struct foreign_lanes *work, const struct foreign_run *run, int64_t start_ns,
                     int64_t end_ns, bool open)
{
    struct foreign *foreign = work->foreign;
    struct trace_build *build = foreign->build;
    struct trace_span *span = trace_array_add(&build->spans, sizeof *span);
    uint32_t lane = build_lane_of(build, run->lane);
    if (span == NULL || lane == TRACE_NONE) {
        foreign->failed = true;
        return;
    }
    *span = (struct trace_span){.start_ns = start_ns - foreign->start_ns,
                                .end_ns = end_ns - foreign->start_ns,
                                .lane = lane,
                                .loop = (uint16_t)run->loop,
                                .reason = run->reason,
                                .state = run->state,
                                .open = open};
    struct build_lane *own = (struct build_lane *)build->lanes.items + lane;
    own->lane.span_count++;
    own->lane.spawn_ns = span->start_ns < own->lane.spawn_ns ? span->start_ns : own->lane.spawn_ns;
    own->lane.end_ns = open ? TRACE_NEVER : span->end_ns;
}

/* The wait between two runs of a lane: nothing is known of it. */
static void add_wait(struct foreign_lanes *work, const struct foreign_run *before, int64_t end_ns)
{
    struct foreign_run wait = *before;
    wait.state = TRACE_STATE_WAIT;
    wait.reason = TRACE_REASON_COUNT;
    add_span(work, &wait, before->end_ns, end_ns, false);
}

/* The runs of one lane, the holes in them cut out, with waits between them. */
static void add_lane_runs(struct foreign_lanes *work, const struct foreign_run *runs,
                          uint32_t count)
{
    int64_t until_ns = runs[0].start_ns;              /* all is told up to here */
    struct foreign_run under = {.end_ns = INT64_MIN}; /* the run that a hole is cut out of */
    for (uint32_t i = 0; i < count && !work->foreign->failed; i++) {
        const struct foreign_run *run = &runs[i];
        int64_t start_ns = run->start_ns > until_ns ? run->start_ns : until_ns;
        bool resumes = under.end_ns > until_ns && run->start_ns > until_ns;
        if (resumes) { /* what came before goes on up to here, or to its end */
            int64_t end_ns = under.end_ns < run->start_ns ? under.end_ns : run->start_ns;
            add_span(work, &under, until_ns, end_ns, false);
            until_ns = end_ns;
        }
        if (run->hole ? under.end_ns <= start_ns : false)
            continue; /* a hole in nothing */
        if (run->start_ns > until_ns && i > 0)
            add_wait(work, &(struct foreign_run){.lane = run->lane, .end_ns = until_ns},
                     run->start_ns);
        if (!run->hole) {
            under = *run;
            until_ns = start_ns;
            continue;
        }
        if (run->end_ns > start_ns)
            add_span(work, run, start_ns, run->end_ns, false);
        until_ns = run->end_ns > until_ns ? run->end_ns : until_ns;
    }
    if (under.end_ns > until_ns || under.open)
        add_span(work, &under, until_ns, under.end_ns > until_ns ? under.end_ns : until_ns,
                 under.open);
}

static void add_spans(struct foreign_lanes *work)
{
    struct foreign_run *runs = work->runs.items;
    if (work->runs.count > 0)
        qsort(runs, work->runs.count, sizeof *runs, compare_runs);
    for (uint32_t i = 0; i < work->runs.count;) {
        uint32_t first = i;
        while (i < work->runs.count && runs[i].lane == runs[first].lane)
            i++;
        add_lane_runs(work, &runs[first], i - first);
    }
}

static void add_slices(struct foreign_lanes *work)
{
    struct foreign *foreign = work->foreign;
    for (uint32_t i = 0; !foreign->failed && i < foreign->slices.count; i++) {
        const struct foreign_slice *slice = foreign_slice(foreign, i);
        struct trace_slice *own = trace_array_add(&foreign->build->slices, sizeof *own);
        if (own == NULL) {
            foreign->failed = true;
            return;
        }
        *own = (struct trace_slice){.start_ns = slice->start_ns - foreign->start_ns,
                                    .end_ns = slice->end_ns - foreign->start_ns,
                                    .lane = slice->lane,
                                    .name = slice->name,
                                    .depth = slice->depth,
                                    .open = slice->open};
    }
}

/* The task of a process that runs at an instant, as a lane; 0 if none does. */
static uint32_t task_at(const struct foreign_lanes *work, uint64_t process, int64_t at_ns)
{
    const struct foreign *foreign = work->foreign;
    for (uint32_t i = 0; foreign->is_viztracer && i < foreign->tracks.count; i++) {
        const struct foreign_track *track = foreign_track(foreign, i);
        uint32_t slice = track->is_task && track->process == process
                             ? slice_near(foreign, track, at_ns, false)
                             : TRACE_NONE;
        if (slice != TRACE_NONE)
            return foreign_slice(foreign, slice)->lane;
    }
    return 0;
}

/* The lane that something on a track belongs to at an instant; 0 if there is none. */
static uint32_t lane_at(const struct foreign_lanes *work, uint32_t track, int64_t at_ns)
{
    const struct foreign *foreign = work->foreign;
    const struct foreign_track *own = foreign_track(foreign, track);
    uint32_t task = task_at(work, own->process, at_ns);
    if (task != 0 || own->slice_count == 0)
        return task;
    uint32_t slice = slice_near(foreign, own, at_ns, false);
    return foreign_slice(foreign, slice != TRACE_NONE ? slice : own->slice_first)->lane;
}

static void add_marks(struct foreign_lanes *work)
{
    struct foreign *foreign = work->foreign;
    const struct trace_mark *marks = foreign->marks.items;
    for (uint32_t i = 0; !foreign->failed && i < foreign->marks.count; i++) {
        struct trace_mark *mark = trace_array_add(&foreign->build->marks, sizeof *mark);
        if (mark == NULL) {
            foreign->failed = true;
            return;
        }
        *mark = marks[i];
        mark->lane = lane_at(work, mark->lane, mark->at_ns);
        mark->at_ns -= foreign->start_ns;
    }
}

static bool add_flow_end(struct foreign_lanes *work, const struct build_flow_end *end)
{
    struct foreign *foreign = work->foreign;
    const struct foreign_track *track = foreign_track(foreign, end->lane);
    uint32_t slice = TRACE_NONE;
    if (!end->out && !end->bound)
        slice = slice_near(foreign, track, end->at_ns, true);
    if (slice == TRACE_NONE)
        slice = slice_near(foreign, track, end->at_ns, false);
    if (slice == TRACE_NONE && end->out) /* it left when nothing ran: Go's network poller did it */
        slice = slice_near(foreign, track, end->at_ns, true);
    struct build_flow_end *own = trace_array_add(&foreign->build->ends, sizeof *own);
    if (slice == TRACE_NONE || own == NULL) {
        foreign->build->ends.count -= own != NULL;
        foreign->failed |= own == NULL;
        return false;
    }
    *own = *end;
    own->lane = foreign_slice(foreign, slice)->lane;
    if (!end->out && !end->bound)
        own->at_ns = foreign_slice(foreign, slice)->start_ns;
    own->at_ns -= foreign->start_ns;
    own->bound = true;
    return true;
}

static void add_flows(struct foreign_lanes *work)
{
    const struct build_flow_end *ends = work->foreign->ends.items;
    for (uint32_t i = 0; !work->foreign->failed && i < work->foreign->ends.count; i++)
        if (!add_flow_end(work, &ends[i]))
            foreign_count(work->foreign, "arrow on a track without slices", "", 0);
}

/* Counters by name; each value is told which of them it is of. */
static void number_counters(struct foreign *foreign)
{
    struct trace_counter_value *values = foreign->build->values.items;
    struct trace_map map = {.count = 0};
    for (uint32_t i = 0; !foreign->failed && i < foreign->build->values.count; i++) {
        uint32_t *place = trace_map_put(&map, values[i].counter);
        struct trace_counter *counter = NULL;
        if (place != NULL && *place == TRACE_NONE) {
            counter = trace_array_add(&foreign->build->counters, sizeof *counter);
            *place = foreign->build->counters.count - 1;
        }
        if (place == NULL || *place == TRACE_NONE) {
            foreign->failed = true;
            break;
        }
        if (counter != NULL)
            *counter = (struct trace_counter){.name = values[i].counter, .lane = TRACE_NONE};
        values[i].counter = *place;
        values[i].at_ns -= foreign->start_ns;
    }
    trace_map_finish(&map);
}

void foreign_finish(struct foreign *foreign)
{
    struct foreign_lanes work = {.foreign = foreign};
    if (foreign->start_ns > foreign->end_ns)
        return;
    foreign_order_slices(foreign);
    foreign_place_tracks(&work);
    if (!foreign->failed)
        add_spans(&work);
    add_slices(&work);
    add_marks(&work);
    add_flows(&work);
    number_counters(foreign);
    foreign->build->start_ns = 0;
    foreign->build->end_ns = foreign->end_ns - foreign->start_ns;
    trace_array_finish(&work.runs);
    trace_array_finish(&work.async_lanes);
    trace_map_finish(&work.async_map);
    trace_map_finish(&work.goroutine_map);
    trace_map_finish(&work.host_map);
}
