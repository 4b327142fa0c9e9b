#ifndef TRACE_FOREIGN_PARTS_H
#define TRACE_FOREIGN_PARTS_H

/*
 * What the parts of reading foreign traces share:
 *
 *   trace_foreign.c         from text to events
 *   trace_foreign_events.c  from events to tracks and what is on them
 *   trace_foreign_lanes.c   from tracks to lanes
 *   trace_foreign_build.c   from lanes to a build
 */

#include "trace_foreign.h"

enum foreign_kind { FOREIGN_THREAD, FOREIGN_ASYNC };

/* A thread, or one asynchronous operation. */
struct foreign_track {
    uint64_t process;     /* stirred, whatever the file calls it */
    uint32_t pid, tid;    /* 0 where these are no numbers */
    trace_text_id name;   /* or 0 */
    uint32_t open;        /* its innermost open slice, or TRACE_NONE */
    uint32_t slice_first; /* in the order of tracks */
    uint32_t slice_count;
    uint8_t kind;
    bool is_task; /* of viztracer: it runs on another track's thread */
};

struct foreign_slice {
    int64_t start_ns;
    int64_t end_ns;
    uint32_t track;
    uint32_t below; /* while open: what it lies on */
    trace_text_id name;
    uint16_t depth; /* 0: outermost */
    bool open;
    uint32_t lane; /* an index in the build, when it has one */
};

struct foreign_process {
    uint64_t key;
    trace_text_id name;
};

struct foreign {
    struct trace_build *build;
    struct trace_array tracks;    /* struct foreign_track */
    struct trace_array slices;    /* struct foreign_slice */
    struct trace_array processes; /* struct foreign_process */
    struct trace_array ends;      /* struct build_flow_end; lane: a track */
    struct trace_array marks;     /* struct trace_mark; lane: a track */
    struct trace_map track_map;   /* stirred process and thread -> track */
    struct trace_map async_map;   /* stirred process, category and id -> track */
    struct trace_map process_map;
    struct trace_map unknown_map; /* text -> place in the build's unknown */
    int64_t start_ns;
    int64_t end_ns;
    bool is_viztracer; /* its own name is in the file */
    bool failed;       /* no memory, or no number left */
};

/* An outermost slice as a run; or what a thread does not run, though a slice of it lasts. */
struct foreign_run {
    int64_t start_ns;
    int64_t end_ns;
    uint32_t lane; /* of a hole: of the thread */
    uint32_t loop;
    uint8_t state; /* enum trace_state */
    uint8_t reason;
    bool open;
    bool hole;
};

/* A lane for operations of one name in one process. */
struct async_lane {
    uint64_t group;
    uint32_t lane;
    uint32_t next; /* of the same group, or TRACE_NONE */
    int64_t free_ns;
};

struct foreign_lanes {
    struct foreign *foreign;
    struct trace_array runs;        /* struct foreign_run */
    struct trace_array async_lanes; /* struct async_lane */
    struct trace_map async_map;     /* group -> its first lane */
    struct trace_map goroutine_map; /* stirred process and number -> lane */
    struct trace_map host_map;      /* process -> the thread that its tasks run on */
    uint32_t lane_count;            /* numbers given */
    uint32_t loop_count;
};

/* Takes one event in; what is not understood is counted. */
void foreign_add(struct foreign *foreign, const struct trace_event *event);

/* Counts something that is not understood, under a name. */
void foreign_count(struct foreign *foreign, const char *what, const char *name, size_t bytes);

/* Makes lanes of it all. */
void foreign_finish(struct foreign *foreign);

/* Slices in the order of tracks and time, and nested. */
void foreign_order_slices(struct foreign *foreign);

/* Gives every slice its lane, and every lane its runs. */
void foreign_place_tracks(struct foreign_lanes *lanes);

static inline struct foreign_slice *foreign_slice(const struct foreign *foreign, uint32_t index)
{
    return (struct foreign_slice *)foreign->slices.items + index;
}

static inline const char *foreign_text(const struct foreign *foreign, trace_text_id id)
{
    return trace_strings_text(&foreign->build->strings, id);
}

static inline struct foreign_track *foreign_track(const struct foreign *foreign, uint32_t index)
{
    return (struct foreign_track *)foreign->tracks.items + index;
}

#endif
