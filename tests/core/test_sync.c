/*
 * Semaphores, events, barriers, wait groups and onces: who passes, when, and what becomes of it
 * when somebody gives up or is killed on the way.
 */

#include "crowd.h"
#include "trail.h"

static troupe_sem sem;
static troupe_event event;
static troupe_barrier barrier;
static troupe_wait_group group;
static troupe_once once;
static troupe_pid pids[8];

/* Takes a permit and keeps it; a capital letter waits for a millisecond. */
static int acquire(void *arg)
{
    char name = (char)(intptr_t)arg;
    int rc = troupe_sem_acquire(sem, name < 'a' ? TROUPE_MS(1) : TROUPE_FOREVER);
    leave_trail("%c=%d ", name, rc);
    return rc;
}

static int pass_permits(void *arg)
{
    (void)arg;
    assert_int_equal(troupe_sem_new(&sem, 2), 0);
    for (int i = 0; i < 5; i++)
        pids[i] = start(acquire, 'a' + i); /* two of them get one */
    assert_int_equal(troupe_sem_acquire(sem, 0), -ETIMEDOUT);
    assert_int_equal(troupe_waiters(sem.value, NULL, 0), 3);
    assert_int_equal(troupe_sem_release(sem), 0);
    assert_int_equal(troupe_sem_acquire(sem, 0), -ETIMEDOUT); /* it is c's */
    assert_int_equal(troupe_yield(), 0);
    assert_int_equal(troupe_cancel(pids[3], "test"), 0);
    assert_int_equal(troupe_sem_release(sem), 0);
    assert_int_equal(end_of(pids[4]), 0);
    assert_int_equal(end_of(start(acquire, 'A')), -ETIMEDOUT);
    assert_int_equal(troupe_sem_release(sem), 0); /* nobody waits: it is kept */
    assert_int_equal(troupe_sem_acquire(sem, 0), 0);

    pids[0] = start(acquire, 'x');
    pids[1] = start(acquire, 'y');
    assert_int_equal(troupe_sem_release(sem), 0);
    assert_int_equal(troupe_kill(pids[0]), 0); /* before it runs: its permit goes on */
    assert_int_equal(end_of(pids[1]), 0);
    pids[0] = start(acquire, 'z');
    assert_int_equal(troupe_sem_release(sem), 0);
    assert_int_equal(troupe_kill(pids[0]), 0); /* nobody waits: its permit is kept */
    assert_int_equal(troupe_sem_acquire(sem, 0), 0);
    pids[0] = start(acquire, 'v');
    assert_int_equal(troupe_sem_release(sem), 0);
    assert_int_equal(troupe_cancel(pids[0], "too late"), 0);
    assert_int_equal(end_of(pids[0]), 0);
    troupe_sem_free(&sem);
    return 0;
}

static void permits_are_neither_lost_nor_doubled(void **state)
{
    (void)state;
    run_trail(pass_permits, "a=0 b=0 c=0 d=-125 e=0 A=-110 y=0 v=0 ");
}

static int wait_for_event(void *arg)
{
    char name = (char)(intptr_t)arg;
    int rc = troupe_event_wait(event, name < 'a' ? TROUPE_MS(1) : TROUPE_FOREVER);
    leave_trail("%c=%d ", name, rc);
    return rc;
}

static int set_and_reset(void *arg)
{
    (void)arg;
    assert_int_equal(troupe_event_new(&event), 0);
    assert_int_equal(troupe_event_wait(event, 0), -ETIMEDOUT);
    pids[0] = start(wait_for_event, 'a');
    pids[1] = start(wait_for_event, 'b');
    pids[2] = start(wait_for_event, 'c');
    assert_int_equal(troupe_kill(pids[1]), 0);
    assert_int_equal(troupe_event_set(event), 0);
    assert_int_equal(troupe_kill(pids[0]), 0);
    assert_int_equal(troupe_event_reset(event), 0); /* c has been woken all the same */
    assert_int_equal(end_of(pids[2]), 0);
    assert_int_equal(end_of(start(wait_for_event, 'A')), -ETIMEDOUT);
    assert_int_equal(troupe_event_set(event), 0);
    assert_int_equal(troupe_event_set(event), 0);
    assert_int_equal(troupe_event_wait(event, 0), 0);
    troupe_event_free(&event);
    return 0;
}

static void an_event_stays_set(void **state)
{
    (void)state;
    run_trail(set_and_reset, "c=0 A=-110 ");
}

static int come(void *arg)
{
    char name = (char)(intptr_t)arg;
    int rc = troupe_barrier_wait(barrier, name < 'a' ? TROUPE_MS(1) : TROUPE_FOREVER);
    leave_trail("%c=%d ", name, rc);
    return rc;
}

static int come_together(void *arg)
{
    (void)arg;
    assert_int_equal(troupe_barrier_new(&barrier, 0), -EINVAL);
    assert_int_equal(troupe_barrier_new(&barrier, 3), 0);
    for (int round = 0; round < 2; round++) {
        pids[0] = start(come, 'a');
        pids[1] = start(come, 'b');
        assert_int_equal(troupe_kill(pids[0]), 0); /* it has not come */
        assert_int_equal(end_of(start(come, 'A')), -ETIMEDOUT);
        assert_int_equal(troupe_barrier_wait(barrier, 0), -ETIMEDOUT);
        pids[2] = start(come, 'c');
        assert_int_equal(troupe_barrier_wait(barrier, 0), TROUPE_BARRIER_LAST);
        assert_int_equal(end_of(pids[1]), 0);
        assert_int_equal(end_of(pids[2]), 0);
    }
    return 0;
}

static void a_barrier_opens_when_all_have_come(void **state)
{
    (void)state;
    run_trail(come_together, "A=-110 b=0 c=0 A=-110 b=0 c=0 ");
}

static int do_and_say_so(void *arg)
{
    (void)arg;
    int rc = troupe_yield();
    leave_trail("done ");
    return rc < 0 ? rc : troupe_wait_group_done(group);
}

static int wait_for_group(void *arg)
{
    (void)arg;
    int rc = troupe_wait_group_wait(group, TROUPE_FOREVER);
    leave_trail("all=%d ", rc);
    return rc;
}

static int wait_for_work(void *arg)
{
    (void)arg;
    assert_int_equal(troupe_wait_group_new(&group), 0);
    assert_int_equal(troupe_wait_group_wait(group, 0), 0); /* nothing to be done */
    assert_int_equal(troupe_wait_group_add(group, 2), 0);
    assert_int_equal(troupe_wait_group_wait(group, 0), -ETIMEDOUT);
    pids[0] = start(wait_for_group, 0);
    pids[1] = start(wait_for_group, 0);
    assert_int_equal(troupe_cancel(pids[1], "test"), 0);
    start(do_and_say_so, 0);
    start(do_and_say_so, 0);
    assert_int_equal(troupe_wait_group_wait(group, TROUPE_FOREVER), 0);
    assert_int_equal(end_of(pids[0]), 0);
    assert_int_equal(troupe_wait_group_add(group, 1), 0);
    assert_int_equal(troupe_wait_group_add(group, SIZE_MAX), -EINVAL);
    return troupe_wait_group_done(group);
}

static void a_wait_group_waits_for_all(void **state)
{
    (void)state;
    run_trail(wait_for_work, "all=-125 done done all=0 ");
}

static int do_too_much(void *arg)
{
    (void)arg;
    assert_int_equal(troupe_wait_group_new(&group), 0);
    return troupe_wait_group_done(group);
}

static int free_awaited(void *arg)
{
    (void)arg;
    assert_int_equal(troupe_event_new(&event), 0);
    start(wait_for_event, 'a');
    troupe_event_free(&event);
    return 0;
}

static void misuse_stops_the_program(void **state)
{
    (void)state;
    assert_non_null(strstr(told_by_abort(do_too_much),
                           "troupe_wait_group_done(): more is done than there was to do"));
    assert_non_null(strstr(told_by_abort(free_awaited),
                           "troupe_event_free(): actors still wait for it; the event was made"));
}

static int result; /* of the thing that is done once */

static int prepare(void *arg)
{
    (void)arg;
    leave_trail("prepare%d ", result);
    int rc = troupe_sleep(TROUPE_MS(1));
    return rc < 0 ? rc : result;
}

static int prepare_once(void *arg)
{
    char name = (char)(intptr_t)arg;
    int rc = troupe_once_do(once, prepare, NULL, TROUPE_FOREVER);
    leave_trail("%c=%d ", name, rc);
    return rc;
}

static int prepare_in_turn(void *arg)
{
    (void)arg;
    assert_int_equal(troupe_once_new(&once), 0);
    result = -5;
    pids[0] = start(prepare_once, 'a');
    pids[1] = start(prepare_once, 'b');
    assert_int_equal(troupe_once_do(once, prepare, NULL, 0), -ETIMEDOUT);
    assert_int_equal(end_of(pids[0]), -5); /* not done: b tries */
    result = 1;
    assert_int_equal(end_of(pids[1]), 0);
    assert_int_equal(end_of(start(prepare_once, 'c')), 0);

    troupe_once_free(&once);
    assert_int_equal(troupe_once_new(&once), 0);
    pids[0] = start(prepare_once, 'd');
    pids[1] = start(prepare_once, 'e');
    assert_int_equal(troupe_kill(pids[0]), 0); /* in the middle: e starts over */
    pids[2] = start(prepare_once, 'f');
    assert_int_equal(end_of(pids[1]), 0);
    assert_int_equal(end_of(pids[2]), 0); /* done while it waited */
    return 0;
}

static void a_thing_is_done_once(void **state)
{
    (void)state;
    told_begin();
    run_trail(prepare_in_turn, "prepare-5 a=-5 prepare-5 b=0 c=0 prepare1 prepare1 e=0 f=0 ");
    assert_int_equal(times_in(told_end(), " ended holding the once that it locked at "), 1);
}

static int prepare_within(void *arg)
{
    return troupe_once_do(once, prepare_within, arg, TROUPE_FOREVER);
}

static int do_it_within_itself(void *arg)
{
    assert_int_equal(troupe_once_new(&once), 0);
    assert_int_equal(prepare_within(arg), -EDEADLK);
    return 0;
}

static void a_once_within_itself_is_refused(void **state)
{
    (void)state;
    told_begin();
    run_trail(do_it_within_itself, "");
    assert_int_equal(times_in(told_end(), "troupe_once_do() at "), 1);
}

static int make_all(void *arg)
{
    assert_int_equal(troupe_sem_new(&sem, 0), 0);
    assert_int_equal(troupe_event_new(&event), 0);
    assert_int_equal(troupe_barrier_new(&barrier, 9), 0);
    assert_int_equal(troupe_wait_group_new(&group), 0);
    assert_int_equal(troupe_wait_group_add(group, 1), 0);
    assert_int_equal(troupe_once_new(&once), 0);
    return arg != NULL ? troupe_sleep(TROUPE_FOREVER) : 0;
}

static void assert_all_are(int rc)
{
    assert_int_equal(troupe_sem_acquire(sem, 0), rc);
    assert_int_equal(troupe_sem_release(sem), rc);
    assert_int_equal(troupe_event_wait(event, 0), rc);
    assert_int_equal(troupe_event_set(event), rc);
    assert_int_equal(troupe_event_reset(event), rc);
    assert_int_equal(troupe_barrier_wait(barrier, 0), rc);
    assert_int_equal(troupe_wait_group_add(group, 1), rc);
    assert_int_equal(troupe_wait_group_done(group), rc);
    assert_int_equal(troupe_wait_group_wait(group, 0), rc);
    assert_int_equal(troupe_once_do(once, succeed, NULL, 0), rc);
}

static int lose_all(void *arg)
{
    (void)arg;
    troupe_pid maker = start(make_all, 1);
    pids[0] = start(acquire, 's');
    pids[1] = start(wait_for_event, 'e');
    pids[2] = start(come, 'b');
    pids[3] = start(wait_for_group, 0);
    assert_int_equal(troupe_kill(maker), 0);
    for (int i = 0; i < 4; i++)
        assert_int_equal(end_of(pids[i]), -EPIPE);
    assert_all_are(-EPIPE);
    assert_int_equal(make_all(NULL), 0);
    troupe_sem_free(&sem);
    troupe_event_free(&event);
    troupe_barrier_free(&barrier);
    troupe_wait_group_free(&group);
    troupe_once_free(&once);
    assert_all_are(-EINVAL);
    sem.value = 1; /* no name that was ever given out */
    assert_int_equal(troupe_sem_release(sem), -EPIPE);
    assert_int_equal(troupe_event_new(&event), 0);
    sem.value = event.value; /* the name of something else */
    assert_int_equal(troupe_sem_release(sem), -EPIPE);
    return 0;
}

static void all_go_with_their_maker(void **state)
{
    (void)state;
    run_trail(lose_all, "s=-32 e=-32 b=-32 all=-32 ");
}

/* Many actors at one semaphore; some are cancelled or killed at whatever moment. */

#define CROWD 500
#define PERMITS 3

static int holding, passed;
static bool holds[CROWD];

static void give_back(void *arg)
{
    intptr_t i = (intptr_t)arg;
    if (!holds[i])
        return;
    holds[i] = false;
    holding--;
    assert_int_equal(troupe_sem_release(sem), 0);
}

static int pass_often(void *arg)
{
    intptr_t self = (intptr_t)arg;
    int rc = troupe_defer(give_back, arg);
    for (int i = 0; i < 10 && rc == 0; i++) {
        rc = troupe_sem_acquire(sem, random_limit());
        if (rc == -ETIMEDOUT) {
            rc = 0;
        } else if (rc == 0) {
            holds[self] = true;
            assert_true(++holding <= PERMITS);
            passed++;
            rc = random_below(2) == 0 ? troupe_yield() : troupe_sleep(TROUPE_US(1));
            give_back(arg);
        }
    }
    return rc;
}

static int crowd_a_semaphore(void *arg)
{
    (void)arg;
    static troupe_pid crowd[CROWD];
    assert_int_equal(troupe_sem_new(&sem, PERMITS), 0);
    stop_half(pass_often, crowd, CROWD);
    for (int i = 0; i < CROWD; i++)
        assert_int_equal(troupe_join(crowd[i], NULL, TROUPE_FOREVER), 0);
    for (int i = 0; i < PERMITS; i++)
        assert_int_equal(troupe_sem_acquire(sem, 0), 0);
    assert_int_equal(troupe_sem_acquire(sem, 0), -ETIMEDOUT);
    assert_true(passed > CROWD);
    return 0;
}

static void a_crowd_gives_every_permit_back(void **state)
{
    (void)state;
    run_trail(crowd_a_semaphore, "");
}

static int everything(void *arg)
{
    (void)arg;
    int rc = troupe_sem_new(&sem, 0);
    if (rc == 0)
        rc = troupe_event_new(&event);
    if (rc == 0)
        rc = troupe_barrier_new(&barrier, 2);
    if (rc == 0)
        rc = troupe_wait_group_new(&group);
    if (rc == 0)
        rc = troupe_once_new(&once);
    if (rc == 0)
        rc = troupe_once_do(once, succeed, NULL, 0);
    if (rc == 0)
        rc = troupe_sem_acquire(sem, TROUPE_US(1));
    if (rc == -ETIMEDOUT)
        rc = troupe_event_wait(event, TROUPE_US(1));
    if (rc == -ETIMEDOUT)
        rc = troupe_barrier_wait(barrier, TROUPE_US(1));
    return rc == -ETIMEDOUT ? 0 : rc;
}

static void every_lack_of_memory_is_told(void **state)
{
    (void)state;
    told_begin();
    run_out_of_memory(everything, 10);
    told_end();
}

HARNESS_MAIN(cmocka_unit_test(permits_are_neither_lost_nor_doubled),
             cmocka_unit_test(an_event_stays_set),
             cmocka_unit_test(a_barrier_opens_when_all_have_come),
             cmocka_unit_test(a_wait_group_waits_for_all),
             cmocka_unit_test(misuse_stops_the_program), cmocka_unit_test(a_thing_is_done_once),
             cmocka_unit_test(a_once_within_itself_is_refused),
             cmocka_unit_test(all_go_with_their_maker),
             cmocka_unit_test(a_crowd_gives_every_permit_back),
             cmocka_unit_test(every_lack_of_memory_is_told))
