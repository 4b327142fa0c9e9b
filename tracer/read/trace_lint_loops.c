/*
 * Rules about several loops: turns that one loop has too many of while another has none, and pairs
 * of actors that live on two loops and mostly wait for each other.
 *
 * Only the program's own loops count, and of these those that more than one actor has run on, or
 * none: a process that was forked for an actor, and a thread that does one thing, take nobody else.
 */

#include <stdlib.h>

#include "trace_index.h"
#include "trace_lint_rules.h"

/* A loop without a turn for less than this is between two of them. */
#define IDLE_NS_MIN INT64_C(1000000)

/* With more loops, each beside all others, the rule would take longer than it is worth. */
#define LOOPS_MAX 64

struct stretch {
    int64_t start_ns, end_ns;
    uint32_t loop;
};

struct loops {
    struct lint *lint;
    struct trace_array idle; /* struct stretch, by their starts */
    uint8_t *taken;          /* per loop: 0, 1 or 2 for more actors that ran on it */
    uint32_t *of_lane;       /* per lane: the loop it ran on last, or TRACE_NONE */
};

static int by_start(const void *a, const void *b)
{
    const struct stretch *left = a, *right = b;
    return (left->start_ns > right->start_ns) - (left->start_ns < right->start_ns);
}

static void sort_stretches(struct trace_array *array)
{
    if (array->count > 1)
        qsort(array->items, array->count, sizeof(struct stretch), by_start);
}

static void add_stretch(struct loops *loops, struct trace_array *array, struct stretch stretch)
{
    struct stretch *own = trace_array_add(array, sizeof *own);
    if (own != NULL)
        *own = stretch;
    else
        loops->lint->failed = true;
}

/* Who ran where, and when each loop had nothing to do. */
static void look_at_turns(struct loops *loops, int64_t *free_ns)
{
    const struct trace_model *model = loops->lint->model;
    for (uint32_t i = 0; i < model->lane_count; i++)
        loops->of_lane[i] = TRACE_NONE;
    for (uint32_t i = 0; i < model->loop_count; i++)
        free_ns[i] = model->start_ns;
    for (uint32_t i = 0; i < model->switch_count; i++) {
        const struct trace_span *run = &model->spans[model->switches[i]];
        if (loops->of_lane[run->lane] != run->loop && loops->taken[run->loop] < 2)
            loops->taken[run->loop]++;
        loops->of_lane[run->lane] = run->loop;
        if (run->start_ns - free_ns[run->loop] >= IDLE_NS_MIN)
            add_stretch(loops, &loops->idle,
                        (struct stretch){free_ns[run->loop], run->start_ns, run->loop});
        free_ns[run->loop] = run->end_ns;
    }
    for (uint32_t i = 0; i < model->loop_count; i++)
        if (model->end_ns - free_ns[i] >= IDLE_NS_MIN)
            add_stretch(loops, &loops->idle, (struct stretch){free_ns[i], model->end_ns, i});
    sort_stretches(&loops->idle);
}

static bool is_for_all(const struct loops *loops, uint32_t loop)
{
    const struct trace_model *model = loops->lint->model;
    uint32_t pid = model->loops[loop].os_pid; /* 0: the file does not tell */
    return (pid == 0 || pid == model->info.os_pid) && loops->taken[loop] != 1;
}

/* --- uneven loops --- */

/* Makes one of stretches that touch; they are in order. */
static void join_stretches(struct trace_array *array)
{
    struct stretch *all = array->items;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < array->count; i++) {
        if (kept > 0 && all[i].start_ns <= all[kept - 1].end_ns)
            all[kept - 1].end_ns =
                all[i].end_ns > all[kept - 1].end_ns ? all[i].end_ns : all[kept - 1].end_ns;
        else
            all[kept++] = all[i];
    }
    array->count = kept;
}

/* How much of a stretch others cover, which are in order and do not overlap. */
static int64_t covered_ns(const struct trace_array *others, const struct stretch *stretch)
{
    const struct stretch *all = others->items;
    uint32_t low = 0, high = others->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (all[middle].end_ns <= stretch->start_ns)
            low = middle + 1;
        else
            high = middle;
    }
    int64_t sum_ns = 0;
    for (; low < others->count && all[low].start_ns < stretch->end_ns; low++) {
        int64_t from_ns =
            all[low].start_ns > stretch->start_ns ? all[low].start_ns : stretch->start_ns;
        int64_t to_ns = all[low].end_ns < stretch->end_ns ? all[low].end_ns : stretch->end_ns;
        sum_ns += to_ns - from_ns;
    }
    return sum_ns;
}

/* All who waited for a turn on a loop while another had nothing to do. */
static void add_waiters(struct loops *loops, uint32_t loop, const struct trace_array *idle,
                        struct trace_array *ready, struct trace_finding *finding)
{
    const struct trace_model *model = loops->lint->model;
    for (uint32_t i = 0; i < model->switch_count; i++) {
        const struct trace_span *run = &model->spans[model->switches[i]];
        uint32_t before =
            run->loop == loop ? trace_state_before(model, model->switches[i]) : TRACE_NONE;
        if (before == TRACE_NONE || model->spans[before].state != TRACE_STATE_READY)
            continue;
        struct stretch own = {model->spans[before].start_ns, model->spans[before].end_ns, loop};
        int64_t ns = covered_ns(idle, &own);
        if (ns == 0)
            continue;
        add_stretch(loops, ready, own);
        finding->number++;
        finding->cost_ns += ns;
        if (ns <= finding->ns)
            continue;
        finding->ns = ns; /* the longest so far */
        finding->lane = run->lane;
        finding->span = model->switches[i];
        finding->place = model->lanes[run->lane].src;
        finding->at_ns = own.start_ns;
    }
}

static void check_uneven(struct loops *loops, uint32_t loop)
{
    struct trace_array idle = {.items = NULL}, ready = {.items = NULL};
    struct trace_finding finding = {
        .rule = TRACE_LINT_UNEVEN, .lane = TRACE_NONE, .other = TRACE_NONE};
    const struct stretch *all = loops->idle.items;
    for (uint32_t i = 0; i < loops->idle.count; i++)
        if (all[i].loop != loop && is_for_all(loops, all[i].loop))
            add_stretch(loops, &idle, all[i]);
    join_stretches(&idle);
    if (idle.count > 0)
        add_waiters(loops, loop, &idle, &ready, &finding);
    sort_stretches(&ready);
    join_stretches(&ready);
    finding.ns = 0;
    for (uint32_t i = 0; i < ready.count; i++)
        finding.ns += covered_ns(&idle, (const struct stretch *)ready.items + i);
    if (finding.ns >= loops->lint->limit_ns)
        lint_add(loops->lint, &finding);
    trace_array_finish(&idle);
    trace_array_finish(&ready);
}

/* --- pairs --- */

struct pair {
    uint32_t lanes[2];
    uint64_t sent[2]; /* by each of them */
    int64_t way_ns;   /* of all their messages together */
    int64_t first_ns, last_ns;
};

static bool is_across(const struct loops *loops, const struct trace_flow *flow)
{
    const struct trace_model *model = loops->lint->model;
    if (flow->message == TRACE_NONE || flow->to_lane == TRACE_NONE ||
        !model->messages[flow->message].woke || flow->to_ns < flow->from_ns)
        return false;
    uint32_t from = loops->of_lane[flow->from_lane], to = loops->of_lane[flow->to_lane];
    return from != TRACE_NONE && to != TRACE_NONE && from != to;
}

static void note_message(struct loops *loops, const struct trace_flow *flow, struct trace_map *map,
                         struct trace_array *pairs)
{
    bool swapped = flow->from_lane > flow->to_lane;
    uint32_t low = swapped ? flow->to_lane : flow->from_lane;
    uint32_t high = swapped ? flow->from_lane : flow->to_lane;
    uint32_t *index = trace_map_put(map, (uint64_t)low << 32 | high);
    struct pair *pair;
    if (index != NULL && *index == TRACE_NONE &&
        (pair = trace_array_add(pairs, sizeof *pair)) != NULL) {
        *pair = (struct pair){.lanes = {low, high}, .first_ns = flow->from_ns};
        *index = pairs->count - 1;
    }
    if (index == NULL || *index == TRACE_NONE) {
        loops->lint->failed = true;
        return;
    }
    pair = (struct pair *)pairs->items + *index;
    pair->sent[swapped]++;
    pair->way_ns += flow->to_ns - flow->from_ns;
    pair->last_ns = flow->to_ns;
}

/* Two that both ran for less than their messages were under way gain nothing by two loops. */
static void check_pair(struct loops *loops, const struct pair *pair)
{
    const struct trace_model *model = loops->lint->model;
    int64_t ran_ns = 0;
    for (int i = 0; i < 2; i++) {
        int64_t shares[TRACE_STATE_COUNT];
        trace_shares(model, pair->lanes[i], pair->first_ns, pair->last_ns, shares);
        ran_ns += shares[TRACE_STATE_RUN];
    }
    if (pair->sent[0] < TRACE_LINT_MESSAGES_MIN || pair->sent[1] < TRACE_LINT_MESSAGES_MIN ||
        pair->way_ns < loops->lint->limit_ns || pair->way_ns <= ran_ns)
        return;
    const struct trace_lane *lane = &model->lanes[pair->lanes[0]];
    lint_add(loops->lint, &(struct trace_finding){.rule = TRACE_LINT_CHATTY,
                                                  .lane = pair->lanes[0],
                                                  .other = pair->lanes[1],
                                                  .span = TRACE_NONE,
                                                  .place = lane->src,
                                                  .at_ns = pair->first_ns,
                                                  .ns = pair->last_ns - pair->first_ns,
                                                  .cost_ns = pair->way_ns,
                                                  .number = pair->sent[0] + pair->sent[1]});
}

static void check_pairs(struct loops *loops)
{
    const struct trace_model *model = loops->lint->model;
    struct trace_map map = {.slots = NULL};
    struct trace_array pairs = {.items = NULL};
    for (uint32_t i = 0; i < model->flow_count && !loops->lint->failed; i++)
        if (is_across(loops, &model->flows[i]))
            note_message(loops, &model->flows[i], &map, &pairs);
    for (uint32_t i = 0; i < pairs.count; i++)
        check_pair(loops, (const struct pair *)pairs.items + i);
    trace_map_finish(&map);
    trace_array_finish(&pairs);
}

void lint_loops(struct lint *lint)
{
    const struct trace_model *model = lint->model;
    struct loops loops = {.lint = lint};
    if (model->loop_count < 2 || model->foreign)
        return;
    int64_t *free_ns = malloc(model->loop_count * sizeof *free_ns);
    loops.taken = calloc(model->loop_count, sizeof *loops.taken);
    loops.of_lane = malloc(((size_t)model->lane_count + 1) * sizeof *loops.of_lane);
    if (free_ns != NULL && loops.taken != NULL && loops.of_lane != NULL) {
        look_at_turns(&loops, free_ns);
        for (uint32_t i = 0; model->loop_count <= LOOPS_MAX && i < model->loop_count; i++)
            if (is_for_all(&loops, i))
                check_uneven(&loops, i);
        check_pairs(&loops);
    } else {
        lint->failed = true;
    }
    free(free_ns);
    free(loops.taken);
    free(loops.of_lane);
    trace_array_finish(&loops.idle);
}
