/*
 * Folded stacks: "amain;count;sleep count.c:15 1000059600", nanoseconds for each path from the
 * first actor's function down to a state, or, of another tool's thread, to a slice.  Equal stacks
 * are added up; the order is that in which they first occur.
 */

#include <inttypes.h>
#include <string.h>

#include "export.h"
#include "tell.h"
#include "tool.h"
#include "trace_array.h"
#include "trace_strings.h"

/* A tree of spawns may be deeper: then the frames nearest to the actor are left out. */
#define DEPTH_MAX 64
#define STACK_BYTES 4096

struct stacks {
    struct trace_strings strings;
    struct trace_map indexes; /* from a text's place in the pool to its sum */
    struct trace_array sums;  /* struct sum */
};

struct sum {
    trace_text_id stack;
    int64_t ns;
};

/* A frame of its own: the characters that separate frames and counts are replaced. */
static size_t add_frame(char *stack, size_t used, const char *frame)
{
    if (used > 0 && used + 1 < STACK_BYTES)
        stack[used++] = ';';
    for (; *frame != '\0' && used + 1 < STACK_BYTES; frame++)
        stack[used++] = *frame == ';' || *frame == '\n' ? ':' : *frame;
    stack[used] = '\0';
    return used;
}

static size_t add_ancestors(const struct trace_model *model, uint32_t lane, char *stack)
{
    uint32_t line[DEPTH_MAX];
    size_t depth = 0;
    size_t used = 0;
    while (lane != TRACE_NONE && depth < DEPTH_MAX) {
        line[depth++] = lane;
        lane = model->lanes[lane].parent;
    }
    while (depth > 0) {
        const struct trace_lane *own = &model->lanes[line[--depth]];
        used = add_frame(stack, used, trace_text(model, own->fn != 0 ? own->fn : own->name));
    }
    return used;
}

static bool add_sum(struct stacks *stacks, const char *stack, size_t bytes, int64_t ns)
{
    trace_text_id text = trace_strings_put(&stacks->strings, stack, bytes);
    uint32_t *index = trace_map_put(&stacks->indexes, text);
    if (index == NULL || stacks->strings.failed)
        return false;
    if (*index == TRACE_NONE) {
        struct sum *added = trace_array_add(&stacks->sums, sizeof *added);
        if (added == NULL)
            return false;
        added->stack = text;
        *index = stacks->sums.count - 1;
    }
    struct sum *sum = (struct sum *)stacks->sums.items + *index;
    if (__builtin_add_overflow(sum->ns, ns, &sum->ns))
        sum->ns = INT64_MAX;
    return true;
}

/* Another tool's slices, each less those that lie on it: with its own name, and without it. */
static bool add_slices(struct stacks *stacks, const struct trace_model *model,
                       const struct trace_lane *lane, char *stack, size_t base)
{
    size_t ends[DEPTH_MAX + 1] = {base}; /* per depth: bytes of the stack below it */
    for (uint32_t i = lane->slice_first; i < lane->slice_first + lane->slice_count; i++) {
        const struct trace_slice *slice = &model->slices[i];
        int64_t ns = slice->end_ns - slice->start_ns;
        if (slice->depth >= DEPTH_MAX)
            continue; /* it counts as what it lies on */
        size_t below = ends[slice->depth];
        if (slice->depth > 0 && !add_sum(stacks, stack, below, -ns))
            return false;
        ends[slice->depth + 1] = add_frame(stack, below, trace_text(model, slice->name));
        if (!add_sum(stacks, stack, ends[slice->depth + 1], ns))
            return false;
    }
    return true;
}

static bool add_lane(struct stacks *stacks, const struct trace_model *model, uint32_t index)
{
    const struct trace_lane *lane = &model->lanes[index];
    char stack[STACK_BYTES];
    char leaf[300];
    size_t base = add_ancestors(model, index, stack);
    bool has_slices = export_has_slices(model, lane);
    if (has_slices && !add_slices(stacks, model, lane, stack, base))
        return false;
    for (uint32_t i = lane->span_first; i < lane->span_first + lane->span_count; i++) {
        const struct trace_span *span = &model->spans[i];
        const char *at = trace_text(model, span->at);
        if (has_slices && span->state == TRACE_STATE_RUN)
            continue;
        snprintf(leaf, sizeof leaf, "%s%s%.250s", export_state(span), at[0] != '\0' ? " " : "", at);
        size_t used = add_frame(stack, base, leaf);
        if (!add_sum(stacks, stack, used, span->end_ns - span->start_ns))
            return false;
    }
    return true;
}

int export_folded(const struct trace_model *model, FILE *out)
{
    struct stacks stacks = {0};
    bool made = true;
    for (uint32_t i = 0; made && i < model->lane_count; i++)
        made = add_lane(&stacks, model, i);
    const struct sum *sums = stacks.sums.items;
    for (uint32_t i = 0; made && i < stacks.sums.count; i++)
        if (sums[i].ns > 0)
            fprintf(out, "%s %" PRId64 "\n", trace_strings_text(&stacks.strings, sums[i].stack),
                    sums[i].ns);
    trace_array_finish(&stacks.sums);
    trace_map_finish(&stacks.indexes);
    trace_strings_finish(&stacks.strings);
    return made ? TOOL_OK : tell_no_memory();
}
