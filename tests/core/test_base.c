/*
 * The small things that everything stands on: lists, slabs, handles, timers, error texts.
 */

#include "harness.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <troupe/base.h>

#include "alloc.h"
#include "handles.h"
#include "list.h"
#include "slab.h"
#include "timers.h"

struct member {
    int value;
    struct list_link link;
};

static void lists_keep_their_order(void **state)
{
    (void)state;
    struct list list = {NULL};
    struct member members[4] = {{.value = 0}, {.value = 1}, {.value = 2}, {.value = 3}};
    for (int i = 0; i < 4; i++)
        list_push(&list, &members[i].link);
    list_remove(&list, &members[3].link); /* the last */
    list_remove(&list, &members[1].link); /* one in the middle */
    list_push(&list, &members[1].link);
    const int expected[] = {0, 2, 1};
    int count = 0;
    for (struct list_link *link = list_first(&list); link != NULL; link = list_next(&list, link))
        assert_int_equal(LIST_OWNER(link, struct member, link)->value, expected[count++]);
    assert_int_equal(count, 3);
    while (!list_is_empty(&list))
        list_remove(&list, list_first(&list));
    for (int i = 0; i < 4; i++)
        assert_false(list_has(&members[i].link));
}

static void slabs_give_the_newest_first(void **state)
{
    (void)state;
    struct slab slab;
    slab_init(&slab, 100);
    enum { count = 5000 };
    static char *objects[count];
    for (int i = 0; i < count; i++) {
        objects[i] = slab_take(&slab);
        assert_non_null(objects[i]);
        assert_int_equal((uintptr_t)objects[i] % 64, 0);
        memset(objects[i], i, 100);
    }
    for (int i = 0; i < count; i++)
        assert_int_equal(objects[i][99], (char)i);
    slab_give(&slab, objects[7]);
    slab_give(&slab, objects[9]);
    assert_ptr_equal(slab_take(&slab), objects[9]);
    assert_ptr_equal(slab_take(&slab), objects[7]);
    for (int i = 0; i < count; i++)
        slab_give(&slab, objects[i]);
    slab_finish(&slab);
}

/* Two pages go with each block: see slab.c. */
static void slabs_ask_for_more_the_larger_they_are(void **state)
{
    (void)state;
    enum { objects_of_a_chunk = 1023, chunks = 1 + 1 + 2 + 4 + 8 + 16 + 16 };
    struct slab slab;
    long count = 0;
    slab_init(&slab, 64);
    alloc_fail_after(7, 0);
    static void *objects[chunks * objects_of_a_chunk + 1];
    while ((objects[count] = slab_take(&slab)) != NULL)
        assert_ptr_equal(slab_of(objects[count++]), &slab);
    assert_int_equal(count, chunks * objects_of_a_chunk);
    while (count > 0)
        slab_give(&slab, objects[--count]);
    slab_finish(&slab);
}

static void slabs_survive_a_lack_of_memory(void **state)
{
    (void)state;
    struct slab slab;
    slab_init(&slab, 64);
    alloc_fail_after(0, 0);
    assert_null(slab_take(&slab));
    void *object = slab_take(&slab);
    assert_non_null(object);
    slab_give(&slab, object);
    slab_finish(&slab);
}

static void stale_handles_find_nothing(void **state)
{
    (void)state;
    struct handles handles;
    int object;
    uint64_t first = 0, second = 0;
    handles_init(&handles, 5);
    assert_int_equal(handles_acquire(&handles, &object, &first), 0);
    assert_ptr_equal(handles_find(&handles, first), &object);
    handles_release(&handles, first);
    assert_null(handles_find(&handles, first));
    assert_int_equal(handles_acquire(&handles, &object, &second), 0);
    assert_int_equal(handle_slot(first), handle_slot(second)); /* the slot is used again */
    assert_true(first != second);
    assert_null(handles_find(&handles, first));
    assert_null(handles_find(&handles, 0));
    assert_null(handles_find(&handles, UINT64_MAX));
    assert_int_equal(handle_loop(second), 5);
    handles_finish(&handles);
}

static void a_slot_without_generations_is_retired(void **state)
{
    (void)state;
    struct handles handles;
    int object;
    uint64_t last = 0, next = 0;
    handles_init(&handles, 0);
    assert_int_equal(handles_acquire(&handles, &object, &last), 0);
    handles_release(&handles, last);
    handles.entries[0].generation = UINT32_MAX - 1; /* as after four billion uses */
    assert_int_equal(handles_acquire(&handles, &object, &last), 0);
    assert_int_equal(handle_slot(last), 0);
    handles_release(&handles, last);
    assert_int_equal(handles_acquire(&handles, &object, &next), 0);
    assert_int_equal(handle_slot(next), 1);
    handles_finish(&handles);
}

static void timers_come_in_order_of_deadline_then_setting(void **state)
{
    (void)state;
    struct timers timers;
    timers_init(&timers);
    srand(1);
    enum { count = 10000 };
    static timer_slot slots[count];
    for (int i = 0; i < count; i++) {
        enum timer_kind kind = (enum timer_kind)(rand() % (TIMER_NET + 1));
        assert_int_equal(timers_set(&timers, rand() % 100, kind, &slots[i]), 0);
        assert_int_equal(slots[i] >> 3, i + 1);
    }
    struct timer last = {.deadline_ns = -1};
    for (int i = 0; i < count; i++) {
        const struct timer *first = timers_first(&timers);
        assert_non_null(first);
        assert_true(first->deadline_ns > last.deadline_ns ||
                    (first->deadline_ns == last.deadline_ns && first->number > last.number));
        last = *first;
        timers_pop(&timers);
        assert_int_equal(*last.slot, 0);
    }
    assert_null(timers_first(&timers));
    timers_finish(&timers);
}

static void forgotten_timers_do_not_pile_up(void **state)
{
    (void)state;
    struct timers timers;
    timer_slot kept = 0, slot = 0;
    timers_init(&timers);
    assert_int_equal(timers_set(&timers, 998, TIMER_TASK, &kept), 0);
    for (int i = 0; i < 100000; i++) {
        assert_int_equal(timers_set(&timers, 1000 - i % 7, TIMER_SCOPE, &slot), 0);
        timers_forget(&timers, &slot);
        assert_int_equal(slot, 0);
        assert_true(timers.count < 200);
    }
    const struct timer *first = timers_first(&timers);
    assert_ptr_equal(first->slot, &kept);
    assert_int_equal(timer_kind_of(first), TIMER_TASK);
    timers_pop(&timers);
    assert_null(timers_first(&timers));
    timers_finish(&timers);
}

static void codes_have_texts(void **state)
{
    (void)state;
    assert_string_equal(troupe_strerror(-ESRCH), "no such actor");
    assert_string_equal(troupe_strerror(-ENOENT), strerror(ENOENT));
    assert_string_equal(troupe_strerror(0), "success");
    assert_string_equal(troupe_strerror(42), "success");
    assert_string_equal(troupe_strerror(INT32_MIN), "unknown error");
}

static void the_version_is_that_of_the_build(void **state)
{
    (void)state;
    assert_string_equal(troupe_version(), TROUPE_VERSION);
}

HARNESS_MAIN(cmocka_unit_test(lists_keep_their_order),
             cmocka_unit_test(slabs_give_the_newest_first),
             cmocka_unit_test(slabs_ask_for_more_the_larger_they_are),
             cmocka_unit_test(slabs_survive_a_lack_of_memory),
             cmocka_unit_test(stale_handles_find_nothing),
             cmocka_unit_test(a_slot_without_generations_is_retired),
             cmocka_unit_test(timers_come_in_order_of_deadline_then_setting),
             cmocka_unit_test(forgotten_timers_do_not_pile_up), cmocka_unit_test(codes_have_texts),
             cmocka_unit_test(the_version_is_that_of_the_build))
