/*
 * Actors and deeds are known by their hashes: an actor's is made of its parent's, its name and how
 * many of that name came before; a deed's of what it was and of the hash of the other actor in it.
 * So both models are gone through once, and the lists of deeds are compared number by number.
 */

#include "trace_diff.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trace_array.h"
#include "trace_strings.h"
#include "trace_words.h"

/* One run on its way to be compared. */
struct side {
    const struct trace_model *model;
    uint64_t *keys;   /* per lane: its place in the tree of spawns */
    uint32_t *others; /* per lane: the corresponding lane of the other run, or TRACE_NONE */
    uint32_t *starts; /* per lane: where its children begin in `children`; one more at the end */
    uint32_t *children;
    bool waits;
};

/* The deeds of one lane in their order. */
struct deeds {
    struct trace_array list;   /* struct trace_deed */
    struct trace_array hashes; /* uint64_t */
};

static uint64_t hash_text(const char *text)
{
    uint64_t hash = 0;
    for (; *text != '\0'; text++)
        hash = trace_hash_mix(hash ^ (unsigned char)*text);
    return hash;
}

/* --- who corresponds to whom --- */

static bool make_keys(struct side *side)
{
    const struct trace_model *model = side->model;
    struct trace_map counts = {0};
    bool made = true;
    for (uint32_t i = 0; made && i < model->lane_count; i++) {
        const struct trace_lane *lane = &model->lanes[i];
        /* A parent comes before its children, unless the file lies. */
        bool known = lane->parent != TRACE_NONE && lane->parent < i;
        uint64_t key = trace_hash_mix(known ? side->keys[lane->parent] : 1) ^
                       hash_text(trace_text(model, lane->name));
        uint32_t *count = trace_map_put(&counts, trace_hash_mix(key));
        made = count != NULL;
        if (made)
            side->keys[i] = trace_hash_mix(key + ++*count);
    }
    trace_map_finish(&counts);
    return made;
}

/* The children of each lane, in their order. */
static void find_children(struct side *side)
{
    const struct trace_model *model = side->model;
    for (uint32_t i = 0; i < model->lane_count; i++)
        if (model->lanes[i].parent != TRACE_NONE)
            side->starts[model->lanes[i].parent + 2]++;
    for (uint32_t i = 1; i <= model->lane_count + 1; i++)
        side->starts[i] += side->starts[i - 1];
    for (uint32_t i = 0; i < model->lane_count; i++)
        if (model->lanes[i].parent != TRACE_NONE)
            side->children[side->starts[model->lanes[i].parent + 1]++] = i;
}

static bool side_init(struct side *side, const struct trace_model *model, bool waits)
{
    size_t room = (size_t)model->lane_count + 3;
    *side = (struct side){
        .model = model,
        .keys = malloc(room * sizeof *side->keys),
        .others = malloc(room * sizeof *side->others),
        .starts = calloc(room, sizeof *side->starts),
        .children = malloc(room * sizeof *side->children),
        .waits = waits,
    };
    if (side->keys == NULL || side->others == NULL || side->starts == NULL ||
        side->children == NULL || !make_keys(side))
        return false;
    find_children(side);
    for (uint32_t i = 0; i < model->lane_count; i++)
        side->others[i] = TRACE_NONE;
    return true;
}

static void side_finish(struct side *side)
{
    free(side->keys);
    free(side->others);
    free(side->starts);
    free(side->children);
}

static bool add_pair(struct trace_array *pairs, uint32_t a, uint32_t b)
{
    struct trace_pair *pair = trace_array_add(pairs, sizeof *pair);
    if (pair != NULL)
        *pair = (struct trace_pair){a, b};
    return pair != NULL;
}

static bool make_pairs(struct side *a, struct side *b, struct trace_array *pairs)
{
    struct trace_map lanes = {0};
    bool made = true;
    for (uint32_t i = 0; made && i < b->model->lane_count; i++) {
        uint32_t *place = trace_map_put(&lanes, b->keys[i]);
        made = place != NULL;
        if (made)
            *place = i;
    }
    for (uint32_t i = 0; made && i < a->model->lane_count; i++) {
        uint32_t other = trace_map_get(&lanes, a->keys[i]);
        a->others[i] = other;
        if (other != TRACE_NONE)
            b->others[other] = i;
        made = add_pair(pairs, i, other);
    }
    for (uint32_t i = 0; made && i < b->model->lane_count; i++)
        if (b->others[i] == TRACE_NONE)
            made = add_pair(pairs, TRACE_NONE, i);
    trace_map_finish(&lanes);
    return made;
}

/* --- what they did --- */

static uint64_t key_of(const struct side *side, uint32_t lane)
{
    return lane != TRACE_NONE ? side->keys[lane] : 0;
}

static bool add_deed(struct deeds *deeds, struct trace_deed deed, uint64_t what, uint64_t whom)
{
    struct trace_deed *added = trace_array_add(&deeds->list, sizeof *added);
    uint64_t *hash = trace_array_add(&deeds->hashes, sizeof *hash);
    if (added == NULL || hash == NULL)
        return false;
    *added = deed;
    *hash = trace_hash_mix(trace_hash_mix(what ^ (uint64_t)deed.kind << 56) ^ whom);
    return true;
}

/* Whether an actor that does this always suspends, be what it waits for there or not. */
static bool always_waits(uint8_t reason)
{
    return reason == TRACE_REASON_YIELD || reason == TRACE_REASON_SLEEP ||
           reason == TRACE_REASON_CALL || reason == TRACE_REASON_OFFLOAD;
}

static bool add_suspends(const struct side *side, const struct trace_lane *lane,
                         struct deeds *deeds)
{
    const struct trace_model *model = side->model;
    for (uint32_t i = lane->span_first; i < lane->span_first + lane->span_count; i++) {
        const struct trace_span *run = &model->spans[i];
        bool is_suspend = run->state == TRACE_STATE_RUN && !run->open &&
                          run->reason != TRACE_REASON_BUDGET && run->reason != TRACE_REASON_EXIT;
        if (!is_suspend || (!side->waits && !always_waits(run->reason)))
            continue;
        uint32_t after = trace_state_after(model, i);
        const struct trace_span *wait = after != TRACE_NONE ? &model->spans[after] : NULL;
        bool waits = wait != NULL && wait->state == TRACE_STATE_WAIT;
        uint64_t line = waits && side->waits ? hash_text(trace_text(model, wait->at)) : 0;
        struct trace_deed deed = {TRACE_DEED_SUSPEND, i, run->end_ns};
        if (!add_deed(deeds, deed, run->reason ^ line, waits ? key_of(side, wait->other) : 0))
            return false;
    }
    return true;
}

static bool add_messages(const struct side *side, const struct trace_lane *lane,
                         struct deeds *deeds)
{
    const struct trace_model *model = side->model;
    const uint32_t *out = model->departures + lane->departure_first;
    const uint32_t *in = model->arrivals + lane->arrival_first;
    for (uint32_t i = 0; i < lane->departure_count; i++) {
        const struct trace_flow *flow = &model->flows[out[i]];
        struct trace_deed deed = {TRACE_DEED_SEND, out[i], flow->from_ns};
        /* To whom is not known of a message that nobody took, so it does not count. */
        if (flow->message != TRACE_NONE &&
            !add_deed(deeds, deed, (uint32_t)model->messages[flow->message].tag, 0))
            return false;
    }
    for (uint32_t i = 0; i < lane->arrival_count; i++) {
        const struct trace_flow *flow = &model->flows[in[i]];
        struct trace_deed deed = {TRACE_DEED_TAKE, in[i], flow->to_ns};
        if (flow->message != TRACE_NONE &&
            !add_deed(deeds, deed, (uint32_t)model->messages[flow->message].tag,
                      key_of(side, flow->from_lane)))
            return false;
    }
    return true;
}

static bool add_others(const struct side *side, uint32_t index, struct deeds *deeds)
{
    const struct trace_model *model = side->model;
    const struct trace_lane *lane = &model->lanes[index];
    for (uint32_t i = side->starts[index]; i < side->starts[index + 1]; i++) {
        uint32_t child = side->children[i];
        struct trace_deed deed = {TRACE_DEED_SPAWN, child, model->lanes[child].spawn_ns};
        if (!add_deed(deeds, deed, 0, side->keys[child]))
            return false;
    }
    for (uint32_t i = lane->mark_first; i < lane->mark_first + lane->mark_count; i++) {
        const struct trace_mark *mark = &model->marks[i];
        struct trace_deed deed = {TRACE_DEED_PRINT, i, mark->at_ns};
        if (mark->kind == TRACE_MARK_PRINT &&
            !add_deed(deeds, deed, hash_text(trace_text(model, mark->text)), 0))
            return false;
    }
    struct trace_deed deed = {TRACE_DEED_EXIT, index, lane->end_ns};
    return lane->end_ns == TRACE_NEVER || add_deed(deeds, deed, (uint32_t)lane->status, 0);
}

/* All deeds of a lane, in time order; deeds of one instant stand in the order of their kinds. */
static bool collect(const struct side *side, uint32_t index, struct deeds *deeds,
                    struct trace_key **order)
{
    const struct trace_lane *lane = &side->model->lanes[index];
    *deeds = (struct deeds){0};
    *order = NULL;
    if (!add_others(side, index, deeds) || !add_messages(side, lane, deeds) ||
        !add_suspends(side, lane, deeds))
        return false;
    *order = malloc(((size_t)deeds->list.count + 1) * sizeof **order);
    if (*order == NULL)
        return false;
    const struct trace_deed *list = deeds->list.items;
    for (uint32_t i = 0; i < deeds->list.count; i++) {
        /* What ends a life comes after all that happened with it. */
        int64_t at_ns = list[i].at_ns + (list[i].kind == TRACE_DEED_EXIT);
        (*order)[i] = (struct trace_key){at_ns, i};
    }
    return trace_sort(*order, deeds->list.count) == 0;
}

static void deeds_finish(struct deeds *deeds, struct trace_key *order)
{
    trace_array_finish(&deeds->list);
    trace_array_finish(&deeds->hashes);
    free(order);
}

static struct trace_deed deed_at(const struct side *side, uint32_t lane, const struct deeds *deeds,
                                 const struct trace_key *order, uint32_t number)
{
    const struct trace_deed *list = deeds->list.items;
    if (number < deeds->list.count)
        return list[order[number].value];
    return (struct trace_deed){TRACE_DEED_NONE, trace_span_last(side->model, lane),
                               side->model->end_ns};
}

/* Adds where a pair of lanes parts, if it does. */
static bool compare(const struct side *a, const struct side *b, struct trace_pair pair,
                    struct trace_array *divergences)
{
    struct deeds deeds_a, deeds_b = {0};
    struct trace_key *order_a, *order_b = NULL;
    bool made = collect(a, pair.a, &deeds_a, &order_a) && collect(b, pair.b, &deeds_b, &order_b);
    if (made) {
        const uint64_t *hashes_a = deeds_a.hashes.items;
        const uint64_t *hashes_b = deeds_b.hashes.items;
        uint32_t count_a = deeds_a.list.count;
        uint32_t count_b = deeds_b.list.count;
        uint32_t i = 0;
        while (i < count_a && i < count_b &&
               hashes_a[order_a[i].value] == hashes_b[order_b[i].value])
            i++;
        if (i < count_a || i < count_b) {
            struct trace_divergence *added = trace_array_add(divergences, sizeof *added);
            made = added != NULL;
            if (made)
                *added = (struct trace_divergence){.pair = pair,
                                                   .number = i + 1,
                                                   .a = deed_at(a, pair.a, &deeds_a, order_a, i),
                                                   .b = deed_at(b, pair.b, &deeds_b, order_b, i)};
        }
    }
    deeds_finish(&deeds_a, order_a);
    deeds_finish(&deeds_b, order_b);
    return made;
}

/* --- the whole --- */

/* Turns in their order, as long as they are those of corresponding actors. */
static void compare_turns(const struct side *a, const struct side *b, struct trace_diff *diff)
{
    const struct trace_model *left = a->model;
    const struct trace_model *right = b->model;
    uint32_t i = 0;
    while (i < left->switch_count && i < right->switch_count &&
           a->others[left->spans[left->switches[i]].lane] == right->spans[right->switches[i]].lane)
        i++;
    diff->same_turns = i;
    diff->turn_a = i < left->switch_count ? left->switches[i] : TRACE_NONE;
    diff->turn_b = i < right->switch_count ? right->switches[i] : TRACE_NONE;
}

/* When a divergence was: in A, or where A did nothing more, in B. */
static int64_t divergence_ns(const struct trace_divergence *divergence)
{
    return divergence->a.kind != TRACE_DEED_NONE ? divergence->a.at_ns : divergence->b.at_ns;
}

static int compare_instants(const void *left, const void *right)
{
    int64_t left_ns = divergence_ns(left);
    int64_t right_ns = divergence_ns(right);
    const struct trace_divergence *one = left;
    const struct trace_divergence *two = right;
    if (left_ns != right_ns)
        return left_ns < right_ns ? -1 : 1;
    return (one->pair.a > two->pair.a) - (one->pair.a < two->pair.a);
}

int trace_diff(const struct trace_model *left, const struct trace_model *right, bool waits,
               struct trace_diff *diff)
{
    struct side a, b;
    struct trace_array pairs = {0};
    struct trace_array divergences = {0};
    bool made = side_init(&a, left, waits);
    made = side_init(&b, right, waits) && made;
    made = made && make_pairs(&a, &b, &pairs);
    const struct trace_pair *list = pairs.items;
    *diff = (struct trace_diff){.turn_a = TRACE_NONE, .turn_b = TRACE_NONE};
    for (uint32_t i = 0; made && i < pairs.count; i++)
        if (list[i].a != TRACE_NONE && list[i].b != TRACE_NONE)
            made = compare(&a, &b, list[i], &divergences);
    if (made)
        compare_turns(&a, &b, diff);
    side_finish(&a);
    side_finish(&b);
    diff->pairs = malloc(((size_t)pairs.count + 1) * sizeof *diff->pairs);
    diff->divergences = malloc(((size_t)divergences.count + 1) * sizeof *diff->divergences);
    made = made && diff->pairs != NULL && diff->divergences != NULL;
    if (made && pairs.count > 0)
        memcpy(diff->pairs, pairs.items, (size_t)pairs.count * sizeof *diff->pairs);
    if (made && divergences.count > 0) {
        size_t bytes = (size_t)divergences.count * sizeof *diff->divergences;
        memcpy(diff->divergences, divergences.items, bytes);
        qsort(diff->divergences, divergences.count, sizeof *diff->divergences, compare_instants);
    }
    diff->pair_count = pairs.count;
    diff->divergence_count = divergences.count;
    trace_array_finish(&pairs);
    trace_array_finish(&divergences);
    if (!made)
        trace_diff_finish(diff);
    return made ? 0 : -ENOMEM;
}

void trace_diff_finish(struct trace_diff *diff)
{
    free(diff->pairs);
    free(diff->divergences);
    *diff = (struct trace_diff){0};
}

bool trace_diff_is_same(const struct trace_diff *diff)
{
    for (size_t i = 0; i < diff->pair_count; i++)
        if (diff->pairs[i].a == TRACE_NONE || diff->pairs[i].b == TRACE_NONE)
            return false;
    return diff->divergence_count == 0;
}

/* "waits for a message, at x.c:7" */
static void say_wait(const struct trace_model *model, uint8_t reason, uint32_t span, char *text,
                     size_t bytes)
{
    const struct trace_span *wait = span != TRACE_NONE ? &model->spans[span] : NULL;
    bool waits = wait != NULL && wait->state == TRACE_STATE_WAIT;
    const char *at = waits ? trace_text(model, wait->at) : "";
    const char *other =
        waits && wait->other != TRACE_NONE ? trace_text(model, model->lanes[wait->other].name) : "";
    snprintf(text, bytes, "%s%s%s%s%s", trace_reason_sentence((enum trace_reason)reason),
             other[0] != '\0' ? ": " : "", other, at[0] != '\0' ? ", at " : "", at);
}

static void say_message(const struct trace_model *model, const struct trace_deed *deed, char *text,
                        size_t bytes)
{
    const struct trace_flow *flow = &model->flows[deed->index];
    bool sends = deed->kind == TRACE_DEED_SEND;
    uint32_t other = sends ? flow->to_lane : flow->from_lane;
    char tag[TRACE_WORDS_BYTES];
    trace_tag_text(model->messages[flow->message].tag, tag, sizeof tag);
    snprintf(text, bytes, "%s %s%s%s", sends ? "sends" : "takes", tag,
             other == TRACE_NONE ? ""
             : sends             ? " to "
                                 : " from ",
             other == TRACE_NONE ? "" : trace_text(model, model->lanes[other].name));
}

char *trace_deed_text(const struct trace_model *model, const struct trace_deed *deed, char *text,
                      size_t bytes)
{
    const struct trace_span *span =
        deed->index < model->span_count ? &model->spans[deed->index] : NULL;
    switch (deed->kind) {
    case TRACE_DEED_SUSPEND:
        say_wait(model, span->reason, trace_state_after(model, deed->index), text, bytes);
        break;
    case TRACE_DEED_SPAWN:
        snprintf(text, bytes, "spawns %s", trace_text(model, model->lanes[deed->index].name));
        break;
    case TRACE_DEED_SEND:
    case TRACE_DEED_TAKE:
        say_message(model, deed, text, bytes);
        break;
    case TRACE_DEED_PRINT:
        snprintf(text, bytes, "prints \"%s\"", trace_text(model, model->marks[deed->index].text));
        break;
    case TRACE_DEED_EXIT:
        snprintf(text, bytes, "ends with status %d", model->lanes[deed->index].status);
        break;
    default:
        if (deed->index != TRACE_NONE && span->state == TRACE_STATE_WAIT)
            say_wait(model, span->reason, deed->index, text, bytes);
        else
            snprintf(text, bytes, "does nothing more");
    }
    return text;
}
