/*
 * The advice is the one that the program itself gives at its end.
 */

#include "stats_stacks.h"

#include <inttypes.h>

#include "tool.h"
#include "trace_format.h"
#include "trace_stacks.h"

/* Longer places are cut. */
#define PLACE_COLUMNS_MAX 48

static void print_place(const struct tell *tell, const struct trace_stack *stack)
{
    char place[512], clean[2 * sizeof place];
    const char *src = tell_text(tell, stack->src), *fn = tell_text(tell, stack->fn);
    snprintf(place, sizeof place, stack->src != 0 ? "%s, %s" : "%s", fn, src);
    screen_cell(screen_clean(&tell->screen, place, PLACE_COLUMNS_MAX, clean, sizeof clean),
                PLACE_COLUMNS_MAX + 2, SCREEN_LEFT);
}

static void print_stack(const struct tell *tell, const struct trace_stack *stack)
{
    char text[32];
    uint64_t bytes = (uint64_t)(stack->used + stack->free);
    uint64_t enough = trace_stack_enough(bytes, (uint64_t)stack->used);
    print_place(tell, stack);
    snprintf(text, sizeof text, "%" PRIu32, stack->count);
    screen_cell(text, 8, SCREEN_RIGHT);
    snprintf(text, sizeof text, "%" PRId64 " KiB", stack->used >> 10);
    screen_cell(text, 11, SCREEN_RIGHT);
    snprintf(text, sizeof text, "%" PRIu64 " KiB", bytes >> 10);
    screen_cell(text, 11, SCREEN_RIGHT);
    if (stack->free < TRACE_STACK_FREE_MIN)
        fputs("  close to its end: give it more with stack_bytes", stdout);
    else if (enough > 0)
        printf("  stack_bytes = %" PRIu64 " << 10 would be enough", enough >> 10);
    putchar('\n');
}

int stats_print_stacks(const struct tell *tell)
{
    struct trace_array stacks = {.items = NULL};
    bool is_whole = trace_stacks(tell->model, &stacks);
    const struct trace_stack *all = stacks.items;
    if (stacks.count > 0) {
        putchar('\n');
        screen_cell("stacks", PLACE_COLUMNS_MAX + 2, SCREEN_LEFT);
        screen_cell("actors", 8, SCREEN_RIGHT);
        screen_cell("used", 11, SCREEN_RIGHT);
        screen_cell("of", 11, SCREEN_RIGHT);
        putchar('\n');
    }
    for (uint32_t i = 0; i < stacks.count; i++)
        print_stack(tell, &all[i]);
    trace_array_finish(&stacks);
    return is_whole ? TOOL_OK : tell_no_memory();
}

cJSON *stats_stacks_list(const struct tell *tell)
{
    struct trace_array stacks = {.items = NULL};
    bool is_whole = trace_stacks(tell->model, &stacks);
    const struct trace_stack *all = stacks.items;
    cJSON *list = is_whole ? cJSON_CreateArray() : NULL;
    for (uint32_t i = 0; list != NULL && i < stacks.count; i++) {
        cJSON *stack = cJSON_CreateObject();
        tell_add_text(tell, stack, "fn", all[i].fn);
        tell_add_text(tell, stack, "spawned_at", all[i].src);
        tell_add_whole(stack, "actors", all[i].count);
        tell_add_whole(stack, "used_bytes", all[i].used);
        tell_add_whole(stack, "stack_bytes", all[i].used + all[i].free);
        cJSON_AddItemToArray(list, stack);
    }
    trace_array_finish(&stacks);
    return list;
}
