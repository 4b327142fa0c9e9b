/*
 * Mutexes: they go from actor to actor in the order of coming, never to two at once, never to one
 * that is dead; and philosophers are told instead of starving.
 */

#include "crowd.h"
#include "trail.h"

static troupe_mutex mutex, second;
static troupe_pid pids[8];
static int inside; /* actors that hold the mutex */

/* Locks, stays inside until it is told to go on, unlocks; its argument is its name. */
static int lock_and_stay(void *arg)
{
    int rc = troupe_mutex_lock(mutex, TROUPE_FOREVER);
    leave_trail("%c=%d ", (char)(intptr_t)arg, rc);
    if (rc < 0 && rc != -EOWNERDEAD)
        return rc;
    assert_int_equal(inside++, 0);
    rc = troupe_yield();
    inside--;
    assert_int_equal(troupe_mutex_unlock(mutex), 0);
    return rc;
}

static int lock_in_turn(void *arg)
{
    (void)arg;
    assert_int_equal(troupe_mutex_new(&mutex), 0);
    assert_int_equal(troupe_mutex_lock(mutex, 0), 0);
    for (int i = 0; i < 3; i++)
        pids[i] = start(lock_and_stay, 'a' + i);
    assert_int_equal(troupe_mutex_unlock(mutex), 0);
    assert_int_equal(troupe_mutex_lock(mutex, 0), -ETIMEDOUT); /* nobody slips in between */
    assert_int_equal(troupe_mutex_lock(mutex, TROUPE_FOREVER), 0);
    leave_trail("main ");
    assert_int_equal(troupe_mutex_unlock(mutex), 0);
    troupe_mutex_free(&mutex);
    troupe_mutex_free(&mutex);
    return 0;
}

static void a_mutex_is_handed_on_in_the_order_of_coming(void **state)
{
    (void)state;
    run_trail(lock_in_turn, "a=0 b=0 c=0 main ");
}

static int give_up(void *arg)
{
    troupe_ns limit = TROUPE_MS((intptr_t)arg);
    return troupe_mutex_lock(mutex, limit > 0 ? limit : TROUPE_FOREVER);
}

static int let_them_give_up(void *arg)
{
    (void)arg;
    assert_int_equal(troupe_mutex_new(&mutex), 0);
    assert_int_equal(troupe_mutex_lock(mutex, 0), 0);
    pids[0] = start(give_up, 1);
    pids[1] = start(give_up, 0);
    pids[2] = start(give_up, 0);
    pids[3] = start(lock_and_stay, 'd');
    assert_int_equal(troupe_waiters(mutex.value, NULL, 0), 4);
    assert_int_equal(troupe_sleep(TROUPE_MS(3)), 0);
    assert_int_equal(end_of(pids[0]), -ETIMEDOUT);
    assert_int_equal(troupe_cancel(pids[1], "test"), 0);
    assert_int_equal(end_of(pids[1]), -ECANCELED);
    assert_int_equal(troupe_kill(pids[2]), 0);
    assert_int_equal(troupe_waiters(mutex.value, NULL, 0), 1);
    assert_int_equal(troupe_mutex_unlock(mutex), 0);
    assert_int_equal(end_of(pids[3]), 0);
    return troupe_mutex_lock(mutex, 0) + troupe_mutex_unlock(mutex);
}

static void who_gives_up_is_passed_over(void **state)
{
    (void)state;
    run_trail(let_them_give_up, "d=0 ");
}

/* Between being given the mutex and running again. */
static int disturb_the_next(void *arg)
{
    (void)arg;
    assert_int_equal(troupe_mutex_new(&mutex), 0);
    assert_int_equal(troupe_mutex_lock(mutex, 0), 0);
    for (int i = 0; i < 3; i++)
        pids[i] = start(lock_and_stay, 'a' + i);
    assert_int_equal(troupe_mutex_unlock(mutex), 0);
    assert_int_equal(troupe_kill(pids[0]), 0);               /* so it goes on to b, */
    assert_int_equal(troupe_cancel(pids[1], "too late"), 0); /* which has it, */
    assert_int_equal(end_of(pids[1]), -ECANCELED);           /* and is told at its next call */
    assert_int_equal(end_of(pids[2]), 0);
    assert_int_equal(troupe_mutex_lock(mutex, 0), 0);
    pids[0] = start(lock_and_stay, 'd');
    assert_int_equal(troupe_mutex_unlock(mutex), 0);
    assert_int_equal(troupe_kill(pids[0]), 0);
    assert_int_equal(troupe_mutex_lock(mutex, 0), 0); /* it is free again, and clean */
    return troupe_mutex_unlock(mutex);
}

static void a_mutex_is_not_lost_with_who_was_given_it(void **state)
{
    (void)state;
    told_begin();
    run_trail(disturb_the_next, "b=0 c=0 ");
    assert_string_equal(told_end(), "");
}

static int lock_and_end(void *arg)
{
    int rc = troupe_mutex_lock(mutex, TROUPE_FOREVER);
    if (rc < 0)
        return rc;
    return arg != NULL ? troupe_sleep(TROUPE_FOREVER) : troupe_yield();
}

static int end_with_it(void *arg)
{
    (void)arg;
    assert_int_equal(troupe_mutex_new(&mutex), 0);
    pids[0] = start(lock_and_end, 0);
    pids[1] = start(lock_and_stay, 'b'); /* the other one has ended by now */
    assert_int_equal(end_of(pids[1]), 0);
    pids[0] = start(lock_and_end, 1);
    assert_int_equal(troupe_kill(pids[0]), 0);
    assert_int_equal(end_of(pids[0]), TROUPE_KILLED);
    assert_int_equal(troupe_mutex_lock(mutex, 0), -EOWNERDEAD); /* also when nobody waited */
    assert_int_equal(troupe_mutex_unlock(mutex), 0);
    assert_int_equal(troupe_mutex_lock(mutex, 0), 0); /* told once */
    assert_int_equal(troupe_mutex_unlock(mutex), 0);

    pids[0] = start(lock_and_end, 1);
    pids[1] = start(lock_and_stay, 'c');
    pids[2] = start(lock_and_stay, 'd');
    assert_int_equal(troupe_kill(pids[0]), 0);
    assert_int_equal(end_of(pids[0]), TROUPE_KILLED);
    assert_int_equal(troupe_kill(pids[1]), 0); /* given it, told nothing: d is told instead */
    assert_int_equal(end_of(pids[2]), 0);
    return 0;
}

static void who_ends_with_a_mutex_is_reported(void **state)
{
    (void)state;
    told_begin();
    run_trail(end_with_it, "b=-130 d=-130 ");
    const char *told = told_end();
    assert_int_equal(times_in(told, " ended holding the mutex that it locked at "), 3);
    assert_int_equal(times_in(told, "test_mutex.c:"), 3);
    assert_int_equal(times_in(told, "\n"), 3);
}

static void unlock(void *arg)
{
    (void)arg;
    assert_int_equal(troupe_mutex_unlock(mutex), 0);
}

static int lock_with_defer(void *arg)
{
    (void)arg;
    int rc = troupe_mutex_lock(mutex, TROUPE_FOREVER);
    if (rc == 0)
        rc = troupe_defer(unlock, NULL);
    return rc < 0 ? rc : troupe_sleep(TROUPE_FOREVER);
}

static int kill_politely(void *arg)
{
    (void)arg;
    assert_int_equal(troupe_mutex_new(&mutex), 0);
    for (int i = 0; i < 2; i++) {
        pids[0] = start(lock_with_defer, 0);
        pids[1] = start(lock_and_stay, 'b');
        if (i == 0)
            assert_int_equal(troupe_kill(pids[0]), 0);
        else
            assert_int_equal(troupe_cancel(pids[0], "test"), 0);
        assert_int_equal(end_of(pids[1]), 0);
    }
    return 0;
}

static void a_defer_unlocks(void **state)
{
    (void)state;
    told_begin();
    run_trail(kill_politely, "b=0 b=0 ");
    assert_string_equal(told_end(), "");
}

static int make_and_sleep(void *arg)
{
    (void)arg;
    assert_int_equal(troupe_mutex_new(&mutex), 0);
    return troupe_sleep(TROUPE_FOREVER);
}

static int lose_it(void *arg)
{
    (void)arg;
    troupe_pid maker = start(make_and_sleep, 0);
    assert_int_equal(troupe_mutex_lock(mutex, 0), 0);
    pids[0] = start(lock_and_stay, 'a');
    assert_int_equal(troupe_kill(maker), 0);
    assert_int_equal(end_of(maker), TROUPE_KILLED);
    assert_int_equal(end_of(pids[0]), -EPIPE);
    assert_int_equal(troupe_mutex_lock(mutex, 0), -EPIPE);
    assert_int_equal(troupe_mutex_unlock(mutex), -EPIPE);
    mutex.value = 0;
    assert_int_equal(troupe_mutex_lock(mutex, 0), -EINVAL);
    assert_int_equal(troupe_mutex_unlock(mutex), -EINVAL);
    return 0;
}

static void a_mutex_goes_with_its_maker(void **state)
{
    (void)state;
    run_trail(lose_it, "a=-32 ");
}

static int unlock_anothers(void *arg)
{
    (void)arg;
    assert_int_equal(troupe_mutex_new(&mutex), 0);
    start(lock_and_end, 1);
    return troupe_mutex_unlock(mutex);
}

static int free_locked(void *arg)
{
    (void)arg;
    assert_int_equal(troupe_mutex_new(&mutex), 0);
    start(lock_and_end, 1);
    troupe_mutex_free(&mutex);
    return 0;
}

static int free_awaited(void *arg)
{
    (void)arg;
    assert_int_equal(troupe_mutex_new(&mutex), 0);
    assert_int_equal(troupe_mutex_lock(mutex, 0), 0);
    start(lock_and_end, 1);
    troupe_mutex_free(&mutex);
    return 0;
}

static void misuse_stops_the_program(void **state)
{
    (void)state;
    assert_non_null(strstr(told_by_abort(unlock_anothers),
                           "troupe_mutex_unlock(): must be called by the actor that holds the "
                           "mutex"));
    assert_non_null(strstr(told_by_abort(free_locked),
                           "troupe_mutex_free(): an actor still holds it; the mutex was made at "));
    assert_non_null(strstr(told_by_abort(free_awaited),
                           "troupe_mutex_free(): actors still wait for it; the mutex was made "));
}

/* Waits that would never end. */

static int lock_second_then_first(void *arg)
{
    (void)arg;
    int rc = troupe_mutex_lock(second, TROUPE_FOREVER);
    assert_int_equal(rc, 0);
    rc = troupe_mutex_lock(mutex, TROUPE_FOREVER);
    leave_trail("%d ", rc);
    if (rc == 0)
        assert_int_equal(troupe_mutex_unlock(mutex), 0);
    assert_int_equal(troupe_mutex_unlock(second), 0);
    return rc;
}

static int answer_with_lock(void *arg)
{
    (void)arg;
    troupe_msg *msg;
    int rc = troupe_recv(&msg, TROUPE_FOREVER);
    assert_int_equal(rc, 0);
    rc = troupe_mutex_lock(mutex, TROUPE_FOREVER);
    leave_trail("%d ", rc);
    assert_int_equal(troupe_reply(msg, 0, &rc, sizeof rc), 0);
    troupe_msg_free(&msg);
    return 0;
}

static int close_cycles(void *arg)
{
    (void)arg;
    troupe_msg *answer;
    assert_int_equal(troupe_mutex_new(&mutex), 0);
    assert_int_equal(troupe_mutex_new(&second), 0);
    assert_int_equal(troupe_mutex_lock(mutex, 0), 0);
    assert_int_equal(troupe_mutex_lock(mutex, TROUPE_FOREVER), -EDEADLK);
    assert_int_equal(troupe_mutex_lock(mutex, 0), -EDEADLK);
    pids[0] = start(lock_second_then_first, 0);
    assert_int_equal(troupe_mutex_lock(second, 0), -ETIMEDOUT); /* it does not wait */
    assert_int_equal(troupe_mutex_lock(second, TROUPE_S(9)), -EDEADLK);
    assert_int_equal(troupe_join(pids[0], NULL, TROUPE_FOREVER), -EDEADLK);
    assert_int_equal(troupe_call(pids[0], 0, NULL, 0, &answer, TROUPE_FOREVER), -EDEADLK);
    assert_int_equal(troupe_mutex_unlock(mutex), 0);
    assert_int_equal(end_of(pids[0]), 0);
    assert_int_equal(troupe_mutex_lock(mutex, 0), 0);
    pids[0] = start(answer_with_lock, 0);
    assert_int_equal(troupe_call(pids[0], 0, NULL, 0, &answer, TROUPE_FOREVER), 0);
    troupe_msg_free(&answer);
    return troupe_mutex_unlock(mutex);
}

static void a_cycle_of_waits_is_refused(void **state)
{
    (void)state;
    told_begin();
    run_trail(close_cycles, "0 -35 ");
    const char *told = told_end();
    assert_int_equal(times_in(told, "would never end: it closes a cycle of waits"), 6);
    assert_int_equal(times_in(told, "waits for a lock"), 3);
}

/* Five philosophers, five forks. */

#define SEATS 5

static troupe_mutex forks[SEATS];
static int meals, refused;
static bool is_clever;

static int dine(void *arg)
{
    int seat = (int)(intptr_t)arg;
    int left = seat, right = (seat + 1) % SEATS;
    if (is_clever && left > right) { /* the lower number first */
        left = right;
        right = seat;
    }
    for (int meal = 0; meal < 3; meal++) {
        int rc = troupe_mutex_lock(forks[left], TROUPE_FOREVER);
        if (rc < 0)
            return rc;
        rc = troupe_yield(); /* by now everybody has one */
        if (rc == 0)
            rc = troupe_mutex_lock(forks[right], TROUPE_FOREVER);
        if (rc == 0) {
            meals++;
            assert_int_equal(troupe_mutex_unlock(forks[right]), 0);
        }
        refused += rc == -EDEADLK;
        assert_int_equal(troupe_mutex_unlock(forks[left]), 0);
    }
    return 0;
}

static int sit_down(void *arg)
{
    (void)arg;
    static const char *const names[SEATS] = {"Plato", "Kant", "Hume", "Hegel", "Locke"};
    troupe_scope table;
    for (int i = 0; i < SEATS; i++)
        assert_int_equal(troupe_mutex_new(&forks[i]), 0);
    assert_int_equal(troupe_scope_open(&table, TROUPE_S(60)), 0);
    for (int i = 0; i < SEATS; i++)
        assert_int_equal(troupe_scope_spawn_spec(&table,
                                                 &(troupe_spec){
                                                     .fn = dine,
                                                     .arg = (void *)(intptr_t)i,
                                                     .name = names[i],
                                                 },
                                                 NULL),
                         0);
    return troupe_scope_join(&table);
}

static void philosophers_who_would_starve_are_told(void **state)
{
    (void)state;
    told_begin();
    run_trail(sit_down, "");
    const char *told = told_end();
    assert_true(refused > 0);
    assert_int_equal(meals, 3 * SEATS - refused);
    assert_int_equal(times_in(told, "troupe_mutex_lock() at "), refused);
    /* One sentence names everyone, from the last to sit down to the one who has his fork. */
    const char *at = told;
    static const char *const expected[] = {"it closes a cycle of waits\n",
                                           "Locke <0.5.1> is running",
                                           "Plato <0.1.1> waits for a lock: Kant <0.2.1>, at ",
                                           "Kant <0.2.1> waits for a lock: Hume <0.3.1>, at ",
                                           "Hume <0.3.1> waits for a lock: Hegel <0.4.1>, at ",
                                           "Hegel <0.4.1> waits for a lock: Locke <0.5.1>, at "};
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        at = strstr(at, expected[i]);
        if (at == NULL)
            fail_msg("no \"%s\" in its place in: %s", expected[i], told);
    }
}

static void philosophers_with_an_order_dine(void **state)
{
    (void)state;
    is_clever = true;
    told_begin();
    run_trail(sit_down, "");
    assert_string_equal(told_end(), "");
    assert_int_equal(meals, 3 * SEATS);
}

/* Many actors, some of which are cancelled or killed at whatever moment. */

#define CROWD 600

static long counted, counting;

static void unlock_if_inside(void *arg)
{
    if (inside == (int)(intptr_t)arg + 1) {
        inside = 0;
        assert_int_equal(troupe_mutex_unlock(mutex), 0);
    }
}

/* `inside` is who is inside, from 1; 0: nobody. */
static int count_inside(void *arg)
{
    int self = (int)(intptr_t)arg + 1;
    int rc = troupe_defer(unlock_if_inside, arg);
    for (int i = 0; i < 10 && rc == 0; i++) {
        rc = troupe_mutex_lock(mutex, random_limit());
        if (rc == -ETIMEDOUT)
            rc = 0;
        else if (rc == 0) {
            assert_int_equal(inside, 0);
            inside = self;
            long before = counted;
            rc = random_below(2) == 0 ? troupe_yield() : troupe_sleep(TROUPE_US(1));
            assert_int_equal(inside, self);
            assert_true(counted == before);
            counted = before + 1;
            counting++;
            inside = 0;
            assert_int_equal(troupe_mutex_unlock(mutex), 0);
        }
    }
    return rc;
}

static int count_in_a_crowd(void *arg)
{
    (void)arg;
    static troupe_pid crowd[CROWD];
    assert_int_equal(troupe_mutex_new(&mutex), 0);
    stop_half(count_inside, crowd, CROWD);
    for (int i = 0; i < CROWD; i++)
        assert_int_equal(troupe_join(crowd[i], NULL, TROUPE_FOREVER), 0);
    assert_int_equal(troupe_mutex_lock(mutex, 0), 0);
    assert_true(counted == counting);
    assert_true(counted > CROWD);
    return troupe_mutex_unlock(mutex);
}

static void only_one_is_ever_inside(void **state)
{
    (void)state;
    told_begin();
    run_trail(count_in_a_crowd, "");
    assert_string_equal(told_end(), "");
}

static void release_under_lock(void *data)
{
    assert_int_equal(troupe_mutex_lock(mutex, 0), 0);
    leave_trail("%s ", (const char *)data);
    assert_int_equal(troupe_mutex_unlock(mutex), 0);
}

static int end_at_once(void *arg)
{
    (void)arg;
    return 0;
}

/* An actor that never had anything to do with locks ends, and a message is left in its mailbox. */
static int leave_a_message(void *arg)
{
    static char text[] = "released";
    troupe_msg *msg;
    (void)arg;
    assert_int_equal(troupe_mutex_new(&mutex), 0);
    assert_int_equal(troupe_spawn(end_at_once, NULL, &pids[0]), 0);
    assert_int_equal(troupe_msg_wrap(1, text, sizeof text, release_under_lock, &msg), 0);
    assert_int_equal(troupe_send_msg(pids[0], &msg), 0);
    assert_int_equal(end_of(pids[0]), 0);
    assert_int_equal(troupe_mutex_lock(mutex, 0), 0);
    assert_int_equal(troupe_mutex_unlock(mutex), 0);
    troupe_mutex_free(&mutex);
    return 0;
}

static void what_is_released_at_an_end_may_use_a_lock(void **state)
{
    (void)state;
    run_trail(leave_a_message, "released ");
}

static int everything(void *arg)
{
    (void)arg;
    int rc = troupe_mutex_new(&mutex);
    if (rc == 0)
        rc = troupe_mutex_lock(mutex, TROUPE_FOREVER);
    if (rc < 0)
        return rc;
    rc = troupe_spawn(give_up, (void *)1, &pids[0]);
    if (rc == 0)
        rc = troupe_yield();
    assert_int_equal(troupe_mutex_unlock(mutex), 0);
    int status = 0;
    if (rc == 0)
        rc = troupe_join(pids[0], &status, TROUPE_FOREVER);
    return rc < 0 ? rc : status;
}

static void every_lack_of_memory_is_told(void **state)
{
    (void)state;
    told_begin();
    run_out_of_memory(everything, 8);
    told_end();
}

HARNESS_MAIN(cmocka_unit_test(a_mutex_is_handed_on_in_the_order_of_coming),
             cmocka_unit_test(who_gives_up_is_passed_over),
             cmocka_unit_test(a_mutex_is_not_lost_with_who_was_given_it),
             cmocka_unit_test(who_ends_with_a_mutex_is_reported), cmocka_unit_test(a_defer_unlocks),
             cmocka_unit_test(a_mutex_goes_with_its_maker),
             cmocka_unit_test(misuse_stops_the_program),
             cmocka_unit_test(a_cycle_of_waits_is_refused),
             cmocka_unit_test(philosophers_who_would_starve_are_told),
             cmocka_unit_test(philosophers_with_an_order_dine),
             cmocka_unit_test(only_one_is_ever_inside),
             cmocka_unit_test(what_is_released_at_an_end_may_use_a_lock),
             cmocka_unit_test(every_lack_of_memory_is_told))
