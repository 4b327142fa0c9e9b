/*
 * What a trace tells of channels and locks: why an actor waited, at which line, for what and whom.
 */

#include "trail.h"

#include <stdlib.h>
#include <unistd.h>

#include "trace_load.h"

static troupe_mutex mutex;
static troupe_rwlock lock;
static troupe_event event;
static troupe_chan chan;

static int be(const char *name, troupe_fn fn)
{
    return troupe_spawn_spec(&(troupe_spec){.fn = fn, .name = name}, NULL);
}

static int lock_both(void *arg)
{
    (void)arg;
    int rc = troupe_mutex_lock(mutex, TROUPE_FOREVER);
    if (rc == 0)
        rc = troupe_mutex_unlock(mutex);
    if (rc == 0)
        rc = troupe_rwlock_write(lock, TROUPE_FOREVER);
    return rc < 0 ? rc : troupe_rwlock_unlock(lock);
}

static int use_channel(void *arg)
{
    (void)arg;
    int value;
    int rc = troupe_chan_recv(chan, &value, TROUPE_FOREVER);
    if (rc < 0)
        return rc;
    troupe_case one[] = {troupe_on_recv(chan, &value)};
    rc = troupe_select(one, 1, TROUPE_FOREVER);
    return rc < 0 ? rc : troupe_event_wait(event, TROUPE_FOREVER);
}

static int read_first(void *arg)
{
    (void)arg;
    int rc = troupe_rwlock_read(lock, 0);
    if (rc == 0)
        rc = troupe_yield();
    return rc < 0 ? rc : troupe_rwlock_unlock(lock);
}

static int read_longer(void *arg)
{
    (void)arg;
    int rc = troupe_rwlock_read(lock, 0);
    for (int i = 0; i < 6 && rc == 0; i++)
        rc = troupe_yield();
    return rc < 0 ? rc : troupe_rwlock_unlock(lock);
}

static int use_all(void *arg)
{
    (void)arg;
    int value = 1;
    assert_int_equal(troupe_mutex_new(&mutex), 0);
    assert_int_equal(troupe_rwlock_new(&lock), 0);
    assert_int_equal(troupe_event_new(&event), 0);
    assert_int_equal(troupe_chan_new(&chan, sizeof(int), 0), 0);
    assert_int_equal(troupe_mutex_lock(mutex, 0), 0);
    assert_int_equal(be("first", read_first), 0);
    assert_int_equal(be("longer", read_longer), 0);
    assert_int_equal(be("locker", lock_both), 0);
    assert_int_equal(be("user", use_channel), 0);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(troupe_yield(), 0);
        assert_int_equal(troupe_chan_send(chan, &value, 0), 0);
    }
    assert_int_equal(troupe_yield(), 0);
    assert_int_equal(troupe_mutex_unlock(mutex), 0);
    assert_int_equal(troupe_event_set(event), 0);
    return troupe_sleep(TROUPE_MS(5));
}

/* Leaves the waits of this actor on the trail: reason, object, whom for, at which file. */
static void tell_waits(const struct trace_model *model, const char *name)
{
    for (uint32_t i = 0; i < model->span_count; i++) {
        const struct trace_span *span = &model->spans[i];
        if (span->state != TRACE_STATE_WAIT ||
            strcmp(trace_text(model, model->lanes[span->lane].name), name) != 0)
            continue;
        const char *at = strstr(trace_text(model, span->at), "test_sync_trace.c");
        const struct trace_wait *wait = trace_wait_of(model, span);
        const char *made = trace_text(model, wait->made);
        assert_true((wait->object != 0) == (strstr(made, "test_sync_trace.c:") != NULL));
        leave_trail("%s %u for %s at %.17s, ",
                    trace_reason_name((enum trace_reason)span->reason), wait->object,
                    span->other == TRACE_NONE ? "nobody"
                                              : trace_text(model, model->lanes[span->other].name),
                    at != NULL ? at : "?");
    }
}

static void waits_are_told_in_full(void **state)
{
    (void)state;
    char path[] = "/tmp/troupe-test-XXXXXX";
    struct trace_model *model;
    struct trace_error error;
    close(mkstemp(path));
    setenv("TROUPE_TRACE", path, 1);
    run_trail(use_all, "");
    int rc = trace_load(path, &model, &error);
    unlink(path);
    if (rc < 0)
        fail_msg("%s", error.text);
    tell_waits(model, "locker");
    assert_string_equal(trail, "lock 1 for main at test_sync_trace.c, "
                               "lock 2 for longer at test_sync_trace.c, ");
    trail[0] = '\0';
    tell_waits(model, "user");
    assert_string_equal(trail, "chan 4 for nobody at test_sync_trace.c, "
                               "select 0 for nobody at test_sync_trace.c, "
                               "event 3 for nobody at test_sync_trace.c, ");
    trail[0] = '\0';
    tell_waits(model, "main"); /* its sends with no time to wait leave nothing behind */
    assert_string_equal(trail, "sleep 0 for nobody at test_sync_trace.c, ");
    trace_model_destroy(model);
}

HARNESS_MAIN(cmocka_unit_test(waits_are_told_in_full))
