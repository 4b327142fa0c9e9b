/*
 * Which orders are tried.
 *
 *   delay   first each order in which one turn goes to the second in line; then by lot some turns
 *           do, two to five, and some to those further behind (after Emmi, Qadeer and Rakamaric,
 *           "Delay-bounded scheduling", 2011)
 *   random  each turn by lot
 *   pct     by priorities, with two set-backs (Burckhardt and others, 2010): see core/sched
 *   dfs     all of them, each once; the last turns are varied first
 */

#include <stdlib.h>
#include <string.h>

#include "explorer.h"
#include "tell.h"
#include "tool.h"

/* PCT: bugs up to this depth are found with the probability that the authors give. */
#define PCT_DEPTH 3

/* Delays of one run, and how far behind the one may stand that is preferred. */
#define DELAYS_MAX 5

static uint64_t draw(uint64_t *state)
{
    uint64_t x = *state += 0x9e3779b97f4a7c15u; /* splitmix64 */
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

static uint32_t draw_below(uint64_t *state, uint64_t count)
{
    return count > 0 ? (uint32_t)(draw(state) % count) : 0;
}

/* Every number has a row of its own, whichever runs came before. */
static uint64_t row_of(const struct ways *ways, uint64_t number)
{
    uint64_t state = ways->seed * 0x2545f4914f6cdd1du + number;
    return draw(&state);
}

static int compare_turns(const void *a, const void *b)
{
    const struct explore_choice *one = a, *other = b;
    return one->turn < other->turn ? -1 : one->turn > other->turn;
}

int ways_begin(struct ways *ways, enum strategy strategy, uint64_t seed,
               const struct explore_room *room)
{
    *ways = (struct ways){.strategy = strategy, .seed = seed, .turns = room->turn_count};
    ways->choice = calloc(room->turn_count + 1, sizeof *ways->choice);
    ways->script = calloc(EXPLORE_SCRIPT_MAX, sizeof *ways->script);
    if (ways->choice == NULL || ways->script == NULL)
        return tell_no_memory();
    for (uint32_t i = 0; i < room->turn_count; i++)
        if (room->turns[i].ready > 1)
            ways->choice[ways->choice_count++] = i + 1;
    return strategy == STRATEGY_DFS ? ways_learn(ways, room) : TOOL_OK;
}

void ways_finish(struct ways *ways)
{
    free(ways->choice);
    free(ways->path);
    free(ways->script);
}

static void delay(struct ways *ways, uint64_t number)
{
    uint64_t row = row_of(ways, number);
    size_t count = 1;
    if (number <= ways->choice_count) {
        ways->script[0] = (struct explore_choice){ways->choice[number - 1], 1, 0};
    } else {
        count = 2 + draw_below(&row, DELAYS_MAX - 1);
        for (size_t i = 0; i < count; i++)
            ways->script[i] =
                (struct explore_choice){.turn = 1 + draw_below(&row, ways->turns + ways->turns / 4),
                                        .place = 1 + draw_below(&row, 3) / 2};
        qsort(ways->script, count, sizeof *ways->script, compare_turns);
    }
    ways->script_count = count;
}

/* The last choice that has another alternative takes it. */
static void backtrack(struct ways *ways)
{
    while (ways->path_count > 0 &&
           ways->path[ways->path_count - 1].place + 1 >= ways->path[ways->path_count - 1].runs)
        ways->path_count--;
    ways->is_over = ways->path_count == 0;
    if (!ways->is_over)
        ways->path[ways->path_count - 1].place++;
    ways->script_count = 0;
    for (size_t i = 0; i < ways->path_count && ways->script_count < EXPLORE_SCRIPT_MAX; i++)
        if (ways->path[i].place > 0)
            ways->script[ways->script_count++] =
                (struct explore_choice){ways->path[i].turn, ways->path[i].place, 0};
}

/* One order; its choices are in ways->script. */
static void next_order(struct ways *ways, uint64_t number, struct explore_order *order)
{
    uint64_t row = row_of(ways, number);
    *order = (struct explore_order){.way = EXPLORE_FIFO, .seed = draw(&row)};
    switch (ways->strategy) {
    case STRATEGY_RANDOM:
        order->way = EXPLORE_RANDOM;
        break;
    case STRATEGY_PCT:
        order->way = EXPLORE_PCT;
        order->set_backs = PCT_DEPTH - 1;
        for (uint32_t i = 0; i < order->set_backs; i++)
            order->set_back_at[i] = 1 + draw_below(&row, ways->turns);
        break;
    case STRATEGY_DFS:
        backtrack(ways);
        break;
    default:
        delay(ways, number);
    }
}

uint32_t ways_next(struct ways *ways, uint64_t number, uint32_t most, struct explore_room *room)
{
    uint32_t count = 0, first = 0;
    if (ways->choice_count == 0)
        return 0;
    if (ways->strategy == STRATEGY_DFS)
        most = 1;
    for (; count < most; count++) {
        struct explore_order *order = &room->orders[count];
        next_order(ways, number + count, order);
        if (ways->is_over || first + ways->script_count > EXPLORE_SCRIPT_MAX)
            break;
        order->script_first = first;
        order->script_count = (uint32_t)ways->script_count;
        memcpy(room->script + first, ways->script, ways->script_count * sizeof *ways->script);
        first += order->script_count;
    }
    return count;
}

int ways_learn(struct ways *ways, const struct explore_room *room)
{
    uint32_t from = ways->path_count > 0 ? ways->path[ways->path_count - 1].turn : 0;
    if (ways->strategy != STRATEGY_DFS)
        return TOOL_OK;
    for (uint32_t i = from; i < room->turn_count; i++) {
        if (room->turns[i].ready < 2)
            continue;
        if (ways->path_count == ways->path_room) {
            ways->path_room = ways->path_room == 0 ? 1024 : ways->path_room * 2;
            struct explore_choice *more = realloc(ways->path, ways->path_room * sizeof *ways->path);
            if (more == NULL)
                return tell_no_memory();
            ways->path = more;
        }
        ways->path[ways->path_count++] =
            (struct explore_choice){i + 1, room->turns[i].place, room->turns[i].ready};
    }
    return TOOL_OK;
}
