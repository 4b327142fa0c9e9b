/* The key table: what is put in is found, what is removed is not, and nothing else is lost. */

#include "harness.h"
#include "trace_strings.h"

/* So few that keys crowd together, and removing one has to move others back. */
#define KEYS 200
#define STEPS 20000

static void a_table_holds_what_was_put_and_not_removed(void **state)
{
    struct trace_map map = {0};
    uint32_t held[KEYS];
    uint64_t random = 4711;
    uint32_t count = 0;
    (void)state;
    for (uint32_t key = 0; key < KEYS; key++)
        held[key] = TRACE_NONE;
    for (uint32_t step = 0; step < STEPS; step++) {
        random = trace_hash_mix(random + step);
        uint32_t key = (uint32_t)(random >> 8) % KEYS;
        count -= held[key] != TRACE_NONE;
        if (random & 1) {
            *trace_map_put(&map, key) = step;
            held[key] = step;
        } else {
            trace_map_remove(&map, key);
            held[key] = TRACE_NONE;
        }
        count += held[key] != TRACE_NONE;
        assert_int_equal(map.count, count);
        for (uint32_t i = 0; step % 97 == 0 && i < KEYS; i++)
            assert_int_equal(trace_map_get(&map, i), held[i]);
    }
    trace_map_finish(&map);
}

static void an_empty_table_has_nothing_to_remove(void **state)
{
    struct trace_map map = {0};
    (void)state;
    trace_map_remove(&map, 1);
    assert_int_equal(trace_map_get(&map, 1), TRACE_NONE);
    trace_map_finish(&map);
}

HARNESS_MAIN(cmocka_unit_test(a_table_holds_what_was_put_and_not_removed),
             cmocka_unit_test(an_empty_table_has_nothing_to_remove))
