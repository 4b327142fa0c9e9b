/*
 * Read-write locks and conditions: who may be inside with whom, who goes first, and that nothing is
 * lost with an actor that gives up or is killed.
 */

#include "trail.h"

static troupe_rwlock lock;
static troupe_mutex mutex;
static troupe_cond cond;
static troupe_pid pids[8];
static int readers, writers;

static int stay_and_unlock(char name, int rc, int *count)
{
    leave_trail("%c=%d ", name, rc);
    if (rc < 0 && rc != -EOWNERDEAD)
        return rc;
    ++*count;
    assert_true(writers == 0 || (writers == 1 && readers == 0));
    rc = troupe_yield();
    --*count;
    assert_int_equal(troupe_rwlock_unlock(lock), 0);
    return rc;
}

static int read_and_stay(void *arg)
{
    int rc = troupe_rwlock_read(lock, TROUPE_FOREVER);
    return stay_and_unlock((char)(intptr_t)arg, rc, &readers);
}

static int write_and_stay(void *arg)
{
    int rc = troupe_rwlock_write(lock, TROUPE_FOREVER);
    return stay_and_unlock((char)(intptr_t)arg, rc, &writers);
}

static int hold(void *arg)
{
    int rc = arg != NULL ? troupe_rwlock_write(lock, 0) : troupe_rwlock_read(lock, 0);
    return rc < 0 ? rc : troupe_sleep(TROUPE_FOREVER);
}

static int share(void *arg)
{
    (void)arg;
    assert_int_equal(troupe_rwlock_new(&lock), 0);
    assert_int_equal(troupe_rwlock_read(lock, 0), 0);
    pids[0] = start(hold, 0); /* another reader */
    assert_int_equal(troupe_rwlock_unlock(lock), 0);
    pids[1] = start(write_and_stay, 'w');
    pids[2] = start(read_and_stay, 'r');
    pids[3] = start(write_and_stay, 'v');
    pids[4] = start(read_and_stay, 's');
    assert_int_equal(troupe_rwlock_read(lock, 0), -ETIMEDOUT); /* behind the writers */
    assert_int_equal(troupe_waiters(lock.value, pids + 5, 1), 4);
    assert_true(troupe_pid_equal(pids[5], pids[1])); /* writers are told first */
    assert_int_equal(troupe_kill(pids[0]), 0);
    for (int i = 1; i < 5; i++)
        assert_int_equal(end_of(pids[i]), 0);
    assert_int_equal(troupe_rwlock_write(lock, 0), 0);
    assert_int_equal(troupe_rwlock_unlock(lock), 0);
    troupe_rwlock_free(&lock);
    return 0;
}

static void writers_go_first_and_readers_together(void **state)
{
    (void)state;
    told_begin();
    run_trail(share, "w=0 v=0 r=0 s=0 ");
    assert_int_equal(times_in(told_end(), " ended holding the read-write lock that it locked at "),
                     1);
}

static int try_to_write(void *arg)
{
    return troupe_rwlock_write(lock, arg != NULL ? TROUPE_MS(1) : TROUPE_FOREVER);
}

/* A writer that gives up lets the readers in that came behind it. */
static int give_up_writing(void *arg)
{
    (void)arg;
    assert_int_equal(troupe_rwlock_new(&lock), 0);
    assert_int_equal(troupe_rwlock_read(lock, 0), 0);
    for (int i = 0; i < 3; i++) {
        pids[0] = start(try_to_write, i == 0);
        pids[1] = start(read_and_stay, 'a' + i);
        assert_int_equal(troupe_waiters(lock.value, NULL, 0), 2);
        if (i == 1)
            assert_int_equal(troupe_cancel(pids[0], "test"), 0);
        else if (i == 2)
            assert_int_equal(troupe_kill(pids[0]), 0);
        else
            assert_int_equal(troupe_sleep(TROUPE_MS(3)), 0);
        assert_int_equal(end_of(pids[1]), 0);
    }
    return troupe_rwlock_unlock(lock);
}

static void a_writer_that_gives_up_lets_readers_in(void **state)
{
    (void)state;
    run_trail(give_up_writing, "a=0 b=0 c=0 ");
}

/* Between being given the lock and running again; and with the lock. */
static int kill_holders(void *arg)
{
    (void)arg;
    assert_int_equal(troupe_rwlock_new(&lock), 0);
    assert_int_equal(troupe_rwlock_write(lock, 0), 0);
    pids[0] = start(write_and_stay, 'w');
    pids[1] = start(read_and_stay, 'r');
    pids[2] = start(read_and_stay, 's');
    assert_int_equal(troupe_rwlock_unlock(lock), 0);
    assert_int_equal(troupe_kill(pids[0]), 0); /* it goes to both readers, */
    assert_int_equal(troupe_kill(pids[1]), 0); /* one of which is left, */
    assert_int_equal(troupe_rwlock_write(lock, 0), -ETIMEDOUT);
    assert_int_equal(end_of(pids[2]), 0); /* and is done */
    assert_int_equal(troupe_rwlock_write(lock, 0), 0);
    assert_int_equal(troupe_rwlock_unlock(lock), 0);

    pids[0] = start(hold, 1);
    pids[1] = start(write_and_stay, 'x');
    pids[2] = start(read_and_stay, 't');
    assert_int_equal(troupe_kill(pids[0]), 0);
    assert_int_equal(end_of(pids[0]), TROUPE_KILLED);
    assert_int_equal(troupe_kill(pids[1]), 0); /* the one that was to be told: so others are */
    assert_int_equal(end_of(pids[2]), 0);
    assert_int_equal(troupe_rwlock_write(lock, 0), -EOWNERDEAD);
    assert_int_equal(troupe_rwlock_unlock(lock), 0);
    assert_int_equal(troupe_rwlock_read(lock, 0), 0);
    return troupe_rwlock_unlock(lock);
}

static void a_lock_is_not_lost_with_its_holders(void **state)
{
    (void)state;
    told_begin();
    run_trail(kill_holders, "s=0 t=-130 ");
    assert_int_equal(times_in(told_end(), " ended holding the read-write lock "), 1);
}

static int write_then_mutex(void *arg)
{
    (void)arg;
    assert_int_equal(troupe_mutex_lock(mutex, 0), 0);
    int rc = troupe_rwlock_write(lock, TROUPE_FOREVER);
    if (rc == 0)
        rc = troupe_rwlock_unlock(lock);
    assert_int_equal(troupe_mutex_unlock(mutex), 0);
    return rc;
}

static int read_with_mutex(void *arg)
{
    (void)arg;
    assert_int_equal(troupe_mutex_lock(mutex, 0), 0);
    int rc = troupe_rwlock_read(lock, TROUPE_FOREVER);
    if (rc == 0)
        rc = troupe_rwlock_unlock(lock);
    assert_int_equal(troupe_mutex_unlock(mutex), 0);
    return rc;
}

static int hold_and_lock(void *arg)
{
    (void)arg;
    assert_int_equal(troupe_rwlock_write(lock, 0), 0);
    int rc = troupe_mutex_lock(mutex, TROUPE_FOREVER);
    if (rc == 0)
        rc = troupe_mutex_unlock(mutex);
    assert_int_equal(troupe_rwlock_unlock(lock), 0);
    return rc;
}

static int close_cycles(void *arg)
{
    (void)arg;
    assert_int_equal(troupe_rwlock_new(&lock), 0);
    assert_int_equal(troupe_mutex_new(&mutex), 0);
    assert_int_equal(troupe_rwlock_write(lock, 0), 0);
    assert_int_equal(troupe_rwlock_write(lock, TROUPE_FOREVER), -EDEADLK);
    assert_int_equal(troupe_rwlock_read(lock, TROUPE_FOREVER), -EDEADLK);
    assert_int_equal(troupe_rwlock_unlock(lock), 0);
    pids[0] = start(hold, 0); /* a writer waits for all readers; it is not the first */
    assert_int_equal(troupe_rwlock_read(lock, 0), 0);
    assert_int_equal(troupe_rwlock_read(lock, 0), -EDEADLK);
    assert_int_equal(troupe_rwlock_write(lock, TROUPE_FOREVER), -EDEADLK);
    pids[1] = start(write_then_mutex, 0);
    assert_int_equal(troupe_mutex_lock(mutex, TROUPE_FOREVER), -EDEADLK);
    assert_int_equal(troupe_rwlock_unlock(lock), 0);
    assert_int_equal(troupe_kill(pids[0]), 0);
    assert_int_equal(end_of(pids[1]), 0);
    assert_int_equal(troupe_mutex_lock(mutex, 0), 0);
    pids[0] = start(hold_and_lock, 0);
    assert_int_equal(troupe_rwlock_write(lock, 0), -ETIMEDOUT); /* it would not wait */
    assert_int_equal(troupe_rwlock_write(lock, TROUPE_S(9)), -EDEADLK);
    assert_int_equal(troupe_rwlock_read(lock, TROUPE_S(9)), -EDEADLK);
    assert_int_equal(troupe_mutex_unlock(mutex), 0);
    assert_int_equal(end_of(pids[0]), 0);
    assert_int_equal(troupe_rwlock_write(lock, 0), 0);
    pids[0] = start(read_with_mutex, 0);
    assert_int_equal(troupe_mutex_lock(mutex, TROUPE_FOREVER), -EDEADLK);
    assert_int_equal(troupe_rwlock_unlock(lock), 0);
    return end_of(pids[0]);
}

static void a_cycle_through_many_readers_is_refused(void **state)
{
    (void)state;
    told_begin();
    run_trail(close_cycles, "");
    assert_int_equal(times_in(told_end(), "it closes a cycle of waits"), 8);
}

static int make_lock_and_sleep(void *arg)
{
    (void)arg;
    assert_int_equal(troupe_rwlock_new(&lock), 0);
    return troupe_sleep(TROUPE_FOREVER);
}

static int lose_the_lock(void *arg)
{
    (void)arg;
    for (int i = 0; i < 2; i++) {
        troupe_pid maker = start(make_lock_and_sleep, 0);
        assert_int_equal(i == 0 ? troupe_rwlock_write(lock, 0) : troupe_rwlock_read(lock, 0), 0);
        pids[0] = start(write_and_stay, 'w');
        pids[1] = start(read_and_stay, 'r');
        assert_int_equal(troupe_kill(maker), 0);
        assert_int_equal(end_of(maker), TROUPE_KILLED);
        assert_int_equal(end_of(pids[0]), -EPIPE);
        assert_int_equal(end_of(pids[1]), -EPIPE);
        assert_int_equal(troupe_rwlock_unlock(lock), -EPIPE);
    }
    return 0;
}

static void a_lock_goes_with_its_maker(void **state)
{
    (void)state;
    told_begin();
    run_trail(lose_the_lock, "w=-32 r=-32 w=-32 r=-32 ");
    assert_string_equal(told_end(), ""); /* nobody holds it any more */
}

static int unlock_unheld(void *arg)
{
    (void)arg;
    assert_int_equal(troupe_rwlock_new(&lock), 0);
    start(hold, 0);
    return troupe_rwlock_unlock(lock);
}

static int wait_unheld(void *arg)
{
    (void)arg;
    assert_int_equal(troupe_mutex_new(&mutex), 0);
    assert_int_equal(troupe_cond_new(&cond), 0);
    return troupe_cond_wait(cond, mutex, TROUPE_FOREVER);
}

static void misuse_stops_the_program(void **state)
{
    (void)state;
    assert_non_null(strstr(told_by_abort(unlock_unheld),
                           "troupe_rwlock_unlock(): must be called by an actor that holds the "
                           "lock"));
    assert_non_null(strstr(told_by_abort(wait_unheld),
                           "troupe_cond_wait(): must be called by the actor that holds the mutex"));
}

/* Conditions. */

static int wait_for_signal(void *arg)
{
    char name = (char)(intptr_t)arg;
    assert_int_equal(troupe_mutex_lock(mutex, TROUPE_FOREVER), 0);
    int rc = troupe_cond_wait(cond, mutex, name < 'a' ? TROUPE_MS(1) : TROUPE_FOREVER);
    leave_trail("%c=%d ", name, rc);
    assert_int_equal(troupe_mutex_unlock(mutex), 0); /* it has it, whatever came */
    return rc;
}

static void make_cond(void)
{
    assert_int_equal(troupe_mutex_new(&mutex), 0);
    assert_int_equal(troupe_cond_new(&cond), 0);
}

static int signal_in_turn(void *arg)
{
    (void)arg;
    make_cond();
    assert_int_equal(troupe_cond_signal(cond), 0); /* nobody: it is not remembered */
    for (int i = 0; i < 4; i++)
        pids[i] = start(wait_for_signal, 'a' + i);
    assert_int_equal(troupe_cond_signal(cond), 0);
    assert_int_equal(end_of(pids[0]), 0);
    assert_int_equal(troupe_waiters(cond.value, NULL, 0), 3);
    assert_int_equal(troupe_mutex_lock(mutex, 0), 0);
    assert_int_equal(troupe_cond_broadcast(cond), 0);
    assert_int_equal(troupe_yield(), 0); /* now they wait for the mutex */
    assert_int_equal(troupe_waiters(mutex.value, NULL, 0), 3);
    assert_int_equal(troupe_cancel(pids[2], "test"), 0); /* it has been signalled */
    leave_trail("| ");
    assert_int_equal(troupe_mutex_unlock(mutex), 0);
    for (int i = 1; i < 4; i++)
        assert_int_equal(end_of(pids[i]), 0);
    troupe_cond_free(&cond);
    assert_int_equal(troupe_cond_signal(cond), -EINVAL);
    return 0;
}

static void signals_go_to_who_has_waited_longest(void **state)
{
    (void)state;
    run_trail(signal_in_turn, "a=0 | b=0 c=0 d=0 ");
}

static int give_up_waiting(void *arg)
{
    (void)arg;
    make_cond();
    pids[0] = start(wait_for_signal, 'A'); /* for a millisecond */
    pids[1] = start(wait_for_signal, 'b');
    pids[2] = start(wait_for_signal, 'c');
    pids[3] = start(wait_for_signal, 'd');
    assert_int_equal(end_of(pids[0]), -ETIMEDOUT);
    assert_int_equal(troupe_mutex_lock(mutex, 0), 0);
    assert_int_equal(troupe_cancel(pids[1], "test"), 0);
    assert_int_equal(troupe_kill(pids[2]), 0);
    assert_int_equal(troupe_yield(), 0);
    assert_int_equal(troupe_waiters(mutex.value, NULL, 0), 1); /* b, cancelled as it is */
    assert_int_equal(troupe_mutex_unlock(mutex), 0);
    assert_int_equal(end_of(pids[1]), -ECANCELED);
    pids[0] = start(wait_for_signal, 'x');
    assert_int_equal(troupe_mutex_lock(mutex, 0), 0);
    assert_int_equal(troupe_cancel(pids[0], "test"), 0);
    assert_int_equal(troupe_yield(), 0);
    assert_int_equal(troupe_kill(pids[0]), 0); /* it has no signal to pass on */
    assert_int_equal(troupe_waiters(cond.value, NULL, 0), 1);
    assert_int_equal(troupe_mutex_unlock(mutex), 0);
    assert_int_equal(troupe_cond_signal(cond), 0);
    assert_int_equal(end_of(pids[3]), 0);
    return 0;
}

static void who_gives_up_has_the_mutex_again(void **state)
{
    (void)state;
    run_trail(give_up_waiting, "A=-110 b=-125 d=0 ");
}

/* Killed with a signal: before it runs, while it waits for the mutex, when it has just got it. */
static int kill_the_signalled(void *arg)
{
    (void)arg;
    make_cond();
    for (int i = 0; i < 3; i++) {
        pids[0] = start(wait_for_signal, 'x');
        pids[1] = start(wait_for_signal, 'a' + i);
        assert_int_equal(troupe_mutex_lock(mutex, 0), 0);
        assert_int_equal(troupe_cond_signal(cond), 0);
        if (i > 0)
            assert_int_equal(troupe_yield(), 0);
        if (i < 2)
            assert_int_equal(troupe_kill(pids[0]), 0);
        assert_int_equal(troupe_mutex_unlock(mutex), 0);
        if (i == 2)
            assert_int_equal(troupe_kill(pids[0]), 0);
        assert_int_equal(end_of(pids[1]), 0);
        assert_int_equal(troupe_waiters(cond.value, NULL, 0), 0);
        assert_int_equal(troupe_mutex_lock(mutex, 0), 0);
        assert_int_equal(troupe_mutex_unlock(mutex), 0);
    }
    return 0;
}

static void a_signal_is_not_lost_with_who_got_it(void **state)
{
    (void)state;
    told_begin();
    run_trail(kill_the_signalled, "a=0 b=0 c=0 ");
    assert_string_equal(told_end(), "");
}

static int make_and_sleep(void *arg)
{
    (void)arg;
    make_cond();
    return troupe_sleep(TROUPE_FOREVER);
}

static int wait_and_lose(void *arg)
{
    (void)arg;
    assert_int_equal(troupe_mutex_lock(mutex, TROUPE_FOREVER), 0);
    int rc = troupe_cond_wait(cond, mutex, TROUPE_FOREVER);
    assert_int_equal(troupe_mutex_unlock(mutex), rc); /* both are gone */
    return rc;
}

static int lose_the_maker(void *arg)
{
    (void)arg;
    troupe_pid maker = start(make_and_sleep, 0);
    pids[0] = start(wait_and_lose, 0);
    assert_int_equal(troupe_kill(maker), 0);
    assert_int_equal(end_of(pids[0]), -EPIPE);
    assert_int_equal(troupe_cond_broadcast(cond), -EPIPE);
    return 0;
}

static void a_condition_goes_with_its_maker(void **state)
{
    (void)state;
    run_trail(lose_the_maker, "");
}

/* One who waits for the signal, and then for the mutex of one who waits for a lock of his. */
static int wait_with_a_lock(void *arg)
{
    (void)arg;
    assert_int_equal(troupe_rwlock_write(lock, 0), 0);
    assert_int_equal(troupe_mutex_lock(mutex, 0), 0);
    int rc = troupe_cond_wait(cond, mutex, TROUPE_FOREVER);
    leave_trail("%d ", rc); /* and it has no mutex */
    assert_int_equal(troupe_rwlock_unlock(lock), 0);
    return 0;
}

static int relock_in_a_cycle(void *arg)
{
    (void)arg;
    make_cond();
    assert_int_equal(troupe_rwlock_new(&lock), 0);
    pids[0] = start(wait_with_a_lock, 0);
    assert_int_equal(troupe_mutex_lock(mutex, 0), 0);
    assert_int_equal(troupe_cond_signal(cond), 0);
    assert_int_equal(troupe_rwlock_write(lock, TROUPE_FOREVER), 0);
    assert_int_equal(end_of(pids[0]), 0);
    assert_int_equal(troupe_rwlock_unlock(lock), 0);
    return troupe_mutex_unlock(mutex);
}

static void to_lock_again_can_be_refused(void **state)
{
    (void)state;
    told_begin();
    run_trail(relock_in_a_cycle, "-35 ");
    assert_int_equal(times_in(told_end(), "troupe_cond_wait() at "), 1);
}

static int read_briefly(void *arg)
{
    (void)arg;
    int rc = troupe_rwlock_read(lock, TROUPE_S(1));
    return rc < 0 ? rc : troupe_rwlock_unlock(lock);
}

static int everything(void *arg)
{
    (void)arg;
    int status = 0;
    int rc = troupe_rwlock_new(&lock);
    if (rc == 0)
        rc = troupe_mutex_new(&mutex);
    if (rc == 0)
        rc = troupe_cond_new(&cond);
    if (rc == 0)
        rc = troupe_rwlock_write(lock, 0);
    if (rc == 0)
        rc = troupe_spawn(read_briefly, NULL, &pids[0]);
    if (rc < 0)
        return rc;
    rc = troupe_mutex_lock(mutex, 0);
    if (rc == 0) {
        rc = troupe_cond_wait(cond, mutex, TROUPE_MS(1));
        assert_int_equal(troupe_mutex_unlock(mutex), 0);
    }
    assert_int_equal(troupe_rwlock_unlock(lock), 0);
    if (rc == 0 || rc == -ETIMEDOUT)
        rc = troupe_join(pids[0], &status, TROUPE_FOREVER);
    return rc < 0 ? rc : status;
}

static void every_lack_of_memory_is_told(void **state)
{
    (void)state;
    told_begin();
    run_out_of_memory(everything, 10);
    told_end();
}

HARNESS_MAIN(cmocka_unit_test(writers_go_first_and_readers_together),
             cmocka_unit_test(a_writer_that_gives_up_lets_readers_in),
             cmocka_unit_test(a_lock_is_not_lost_with_its_holders),
             cmocka_unit_test(a_cycle_through_many_readers_is_refused),
             cmocka_unit_test(a_lock_goes_with_its_maker),
             cmocka_unit_test(misuse_stops_the_program),
             cmocka_unit_test(signals_go_to_who_has_waited_longest),
             cmocka_unit_test(who_gives_up_has_the_mutex_again),
             cmocka_unit_test(a_signal_is_not_lost_with_who_got_it),
             cmocka_unit_test(a_condition_goes_with_its_maker),
             cmocka_unit_test(to_lock_again_can_be_refused),
             cmocka_unit_test(every_lack_of_memory_is_told))
