/*
 * Read off the two counters that an actor ends with.
 */

#include "trace_stacks.h"

#include <stdlib.h>
#include <string.h>

#include "trace_format.h"

/* What a lane's two counters say; -1: nothing. */
struct marks {
    int64_t used, free;
};

static void read_marks(const struct trace_model *model, struct marks *marks)
{
    for (uint32_t i = 0; i < model->lane_count; i++)
        marks[i] = (struct marks){.used = -1, .free = -1};
    for (uint32_t i = 0; i < model->counter_count; i++) {
        const struct trace_counter *counter = &model->counters[i];
        const char *name = trace_text(model, counter->name);
        if (counter->lane == TRACE_NONE || counter->value_count == 0)
            continue;
        int64_t last = model->values[counter->value_first + counter->value_count - 1].value;
        if (strcmp(name, TRACE_STACK_USED) == 0)
            marks[counter->lane].used = last;
        else if (strcmp(name, TRACE_STACK_FREE) == 0)
            marks[counter->lane].free = last;
    }
}

/* The stacks of the actors that were spawned where this one was; NULL without memory. */
static struct trace_stack *stack_of(struct trace_array *stacks, const struct trace_lane *lane)
{
    struct trace_stack *all = stacks->items;
    for (size_t i = 0; i < stacks->count; i++)
        if (all[i].fn == lane->fn && all[i].src == lane->src)
            return &all[i];
    struct trace_stack *stack = trace_array_add(stacks, sizeof(struct trace_stack));
    if (stack != NULL)
        *stack = (struct trace_stack){.fn = lane->fn, .src = lane->src, .used = -1};
    return stack;
}

static int compare_free(const void *a, const void *b)
{
    const struct trace_stack *one = a, *other = b;
    if (one->free != other->free)
        return one->free < other->free ? -1 : 1;
    return one->fn < other->fn ? -1 : one->fn > other->fn;
}

bool trace_stacks(const struct trace_model *model, struct trace_array *stacks)
{
    struct marks *marks = calloc((size_t)model->lane_count + 1, sizeof *marks);
    bool is_whole = marks != NULL;
    if (is_whole)
        read_marks(model, marks);
    for (uint32_t i = 0; is_whole && i < model->lane_count; i++) {
        if (marks[i].used < 0 || marks[i].free < 0)
            continue;
        struct trace_stack *stack = stack_of(stacks, &model->lanes[i]);
        is_whole = stack != NULL;
        if (stack == NULL)
            break;
        stack->count++;
        if (marks[i].used <= stack->used)
            continue;
        stack->used = marks[i].used;
        stack->free = marks[i].free;
    }
    free(marks);
    if (stacks->count > 1)
        qsort(stacks->items, stacks->count, sizeof(struct trace_stack), compare_free);
    return is_whole;
}
