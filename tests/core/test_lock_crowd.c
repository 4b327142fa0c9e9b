/*
 * Read-write locks and conditions among many actors, some of which give up, are cancelled or are
 * killed at whatever moment: nobody is inside with whom he must not be, and in the end everything
 * is free.
 */

#include "crowd.h"
#include "trail.h"

#define CROWD 500
#define TIMES 10

static troupe_rwlock lock;
static troupe_mutex mutex;
static troupe_cond cond;
static troupe_pid crowd[CROWD];
static int readers, writers, visits;
static enum { OUTSIDE, READS, WRITES } doing[CROWD]; /* what each one does at this moment */

static int pause_briefly(void)
{
    return random_below(2) == 0 ? troupe_yield() : troupe_sleep(TROUPE_US(1));
}

static void leave(void *arg)
{
    intptr_t self = (intptr_t)arg;
    if (doing[self] == OUTSIDE)
        return;
    readers -= doing[self] == READS;
    writers -= doing[self] == WRITES;
    doing[self] = OUTSIDE;
    assert_int_equal(troupe_rwlock_unlock(lock), 0);
}

static int visit(void *arg)
{
    intptr_t self = (intptr_t)arg;
    int rc = troupe_defer(leave, arg);
    for (int i = 0; i < TIMES && rc == 0; i++) {
        bool writes = random_below(4) == 0;
        rc = writes ? troupe_rwlock_write(lock, random_limit())
                    : troupe_rwlock_read(lock, random_limit());
        if (rc == -ETIMEDOUT) {
            rc = 0;
            continue;
        }
        if (rc < 0)
            return rc;
        doing[self] = writes ? WRITES : READS;
        writers += writes;
        readers += !writes;
        visits++;
        assert_true(writers == 0 || (writers == 1 && readers == 0));
        rc = pause_briefly();
        leave(arg);
    }
    return rc;
}

static int visit_in_a_crowd(void *arg)
{
    (void)arg;
    assert_int_equal(troupe_rwlock_new(&lock), 0);
    stop_half(visit, crowd, CROWD);
    for (int i = 0; i < CROWD; i++)
        assert_int_equal(troupe_join(crowd[i], NULL, TROUPE_FOREVER), 0);
    assert_true(readers == 0 && writers == 0);
    assert_true(visits > CROWD);
    assert_int_equal(troupe_rwlock_write(lock, 0), 0);
    return troupe_rwlock_unlock(lock);
}

static void readers_and_writers_keep_apart(void **state)
{
    (void)state;
    told_begin();
    run_trail(visit_in_a_crowd, "");
    assert_string_equal(told_end(), "");
}

/* Tokens that are taken and given back under a mutex; who finds none waits for a signal. */

#define TOKENS 5

static int tokens;
static bool holds_mutex[CROWD], holds_token[CROWD];

static void put_back(intptr_t self)
{
    holds_token[self] = false;
    tokens++;
    assert_int_equal(troupe_cond_signal(cond), 0);
}

/* Whatever it ends with. */
static void let_go(void *arg)
{
    intptr_t self = (intptr_t)arg;
    if (holds_token[self])
        put_back(self);
    if (holds_mutex[self])
        assert_int_equal(troupe_mutex_unlock(mutex), 0);
}

/* Takes a token; the mutex is held before and after, but for a kill in the middle. */
static int take_token(intptr_t self)
{
    int rc = 0;
    while (rc == 0 && tokens == 0) {
        holds_mutex[self] = false;
        rc = troupe_cond_wait(cond, mutex, random_limit());
        holds_mutex[self] = true;
    }
    if (rc == 0) {
        tokens--;
        holds_token[self] = true;
    } else if (tokens > 0) {
        assert_int_equal(troupe_cond_signal(cond), 0); /* it may have taken one with it */
    }
    return rc;
}

static int use_tokens(void *arg)
{
    intptr_t self = (intptr_t)arg;
    int rc = troupe_defer(let_go, arg);
    for (int i = 0; i < TIMES && rc == 0; i++) {
        rc = troupe_mutex_lock(mutex, TROUPE_FOREVER);
        if (rc < 0)
            return rc;
        holds_mutex[self] = true;
        rc = take_token(self);
        holds_mutex[self] = false;
        assert_int_equal(troupe_mutex_unlock(mutex), 0);
        if (rc == 0) {
            visits++;
            rc = pause_briefly();
            put_back(self);
        }
        if (rc == -ETIMEDOUT)
            rc = 0;
    }
    return rc;
}

static int use_tokens_in_a_crowd(void *arg)
{
    (void)arg;
    tokens = TOKENS;
    assert_int_equal(troupe_mutex_new(&mutex), 0);
    assert_int_equal(troupe_cond_new(&cond), 0);
    stop_half(use_tokens, crowd, CROWD);
    for (int i = 0; i < CROWD; i++)
        assert_int_equal(troupe_join(crowd[i], NULL, TROUPE_S(30)), 0); /* nobody waits for ever */
    assert_int_equal(tokens, TOKENS);
    assert_true(visits > CROWD);
    assert_int_equal(troupe_mutex_lock(mutex, 0), 0);
    return troupe_mutex_unlock(mutex);
}

static void no_signal_is_lost_in_a_crowd(void **state)
{
    (void)state;
    told_begin();
    run_trail(use_tokens_in_a_crowd, "");
    assert_string_equal(told_end(), "");
}

HARNESS_MAIN(cmocka_unit_test(readers_and_writers_keep_apart),
             cmocka_unit_test(no_signal_is_lost_in_a_crowd))
