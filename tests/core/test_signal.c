/*
 * Signals: who is told, what is kept, and that everything is as it was when the run is over.
 */

#include "trail.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include "sanitizers.h"

static int wait_for_both(void *arg)
{
    char name = (char)(intptr_t)arg;
    int which = 0;
    int rc = troupe_signal_wait((int[]){SIGUSR1, SIGUSR2}, 2, &which,
                                name < 'a' ? TROUPE_MS(1) : TROUPE_FOREVER);
    if (rc == 0)
        leave_trail("%c=%d ", name, which == SIGUSR1 ? 1 : 2);
    else
        leave_trail("%c=%s ", name, troupe_strerror(rc));
    return rc;
}

static int tell_all(void *arg)
{
    (void)arg;
    int which;
    troupe_pid a = start(wait_for_both, 'a');
    troupe_pid b = start(wait_for_both, 'b');
    troupe_pid c = start(wait_for_both, 'c');
    troupe_pid d = start(wait_for_both, 'd');
    assert_int_equal(end_of(start(wait_for_both, 'A')), -ETIMEDOUT);
    assert_int_equal(troupe_cancel(c, "test"), 0);
    assert_int_equal(troupe_kill(d), 0);
    assert_int_equal(end_of(c), -ECANCELED);
    raise(SIGUSR2);
    assert_int_equal(end_of(a), 0);
    assert_int_equal(end_of(b), 0);

    raise(SIGUSR1); /* nobody waits: kept, once */
    raise(SIGUSR1);
    raise(SIGUSR2);
    assert_int_equal(end_of(start(wait_for_both, 'e')), 0);
    assert_int_equal(troupe_signal_wait((int[]){SIGUSR1}, 1, &which, 0), -ETIMEDOUT);
    assert_int_equal(end_of(start(wait_for_both, 'f')), 0);
    assert_int_equal(end_of(start(wait_for_both, 'A')), -ETIMEDOUT);
    return 0;
}

static void everyone_who_waits_is_told(void **state)
{
    (void)state;
    run_trail(tell_all, "A=timed out c=cancelled a=2 b=2 e=1 f=2 A=timed out ");
}

static int keep_first(void *arg)
{
    (void)arg;
    int which = 0;
    assert_int_equal(troupe_signal_keep((int[]){SIGHUP}, 1), 0);
    raise(SIGHUP);
    assert_int_equal(troupe_signal_wait((int[]){SIGHUP}, 1, &which, 0), 0);
    assert_int_equal(which, SIGHUP);
    assert_int_equal(troupe_signal_wait((int[]){SIGHUP}, 1, NULL, 0), -ETIMEDOUT);
    return 0;
}

static int refuse_some(void *arg)
{
    (void)arg;
    static const int refused[] = {SIGKILL, SIGSTOP, SIGSEGV, SIGABRT, 0, -1, 32, 33, 65};
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        assert_int_equal(troupe_signal_wait(&refused[i], 1, NULL, 0), -EINVAL);
        assert_int_equal(troupe_signal_keep(&refused[i], 1), -EINVAL);
    }
    assert_int_equal(troupe_signal_wait(NULL, 0, NULL, 0), -EINVAL);
    return troupe_signal_keep((int[]){SIGRTMIN, SIGRTMAX}, 2);
}

static int handled;

static void handle(int number)
{
    handled = number;
}

static void a_kept_signal_waits_for_who_wants_it(void **state)
{
    (void)state;
    struct sigaction before = {.sa_handler = handle, .sa_flags = SA_RESTART}, after;
    stack_t stack_before, stack_after;
    sigaction(SIGHUP, &before, NULL);
    assert_int_equal(sigaltstack(NULL, &stack_before), 0);
    run(keep_first);
    run(keep_first);
    run(refuse_some);
    assert_int_equal(handled, 0);
    assert_int_equal(sigaction(SIGHUP, NULL, &after), 0);
    assert_true(after.sa_handler == handle);
    raise(SIGHUP);
    assert_int_equal(handled, SIGHUP);
    assert_int_equal(sigaltstack(NULL, &stack_after), 0);
    assert_int_equal(stack_after.ss_flags, stack_before.ss_flags); /* it is gone again */
}

/* Signals that come from another thread while the loop sleeps. */

#define ROUNDS 200

/* ThreadSanitizer puts a signal off until the stack that it came on makes its next call into the C
 * library; so there the actor has to run from time to time. */
#define PATIENCE (CORO_TSAN ? TROUPE_MS(5) : TROUPE_FOREVER)

static pthread_t loop_thread;

static void *send_many(void *arg)
{
    _Atomic int *heard = arg;
    for (int i = 0; i < ROUNDS; i++) {
        pthread_kill(loop_thread, SIGUSR1);
        while (*heard == i)
            usleep(10);
    }
    return NULL;
}

static int hear_many(void *arg)
{
    (void)arg;
    static _Atomic int heard;
    pthread_t sender;
    loop_thread = pthread_self();
    assert_int_equal(troupe_signal_keep((int[]){SIGUSR1}, 1), 0);
    assert_int_equal(pthread_create(&sender, NULL, send_many, (void *)&heard), 0);
    for (int i = 0; i < ROUNDS; i++) {
        int rc = -ETIMEDOUT;
        while (rc == -ETIMEDOUT)
            rc = troupe_signal_wait((int[]){SIGUSR1}, 1, NULL, PATIENCE);
        assert_int_equal(rc, 0);
        heard++;
    }
    return -pthread_join(sender, NULL);
}

static void no_signal_is_missed_by_a_sleeping_loop(void **state)
{
    (void)state;
    run(hear_many);
}

/* Several loops keep the same signal: all are told, and the last one to end gives it back. */

static _Atomic int ready_loops;

static int hear_one(void *arg)
{
    (void)arg;
    assert_int_equal(troupe_signal_keep((int[]){SIGUSR2}, 1), 0);
    ready_loops++;
    return troupe_signal_wait((int[]){SIGUSR2}, 1, NULL, TROUPE_FOREVER);
}

static void *run_loop(void *arg)
{
    (void)arg;
    return (void *)(intptr_t)troupe_run(hear_one, NULL);
}

static void every_loop_is_told(void **state)
{
    (void)state;
    pthread_t loops[3];
    for (int i = 0; i < 3; i++)
        assert_int_equal(pthread_create(&loops[i], NULL, run_loop, NULL), 0);
    while (ready_loops < 3)
        usleep(100);
    raise(SIGUSR2);
    for (int i = 0; i < 3; i++) {
        void *result;
        assert_int_equal(pthread_join(loops[i], &result), 0);
        assert_null(result);
    }
    struct sigaction after;
    assert_int_equal(sigaction(SIGUSR2, NULL, &after), 0);
    assert_true(after.sa_handler == SIG_DFL);
}

static int wait_briefly(void *arg)
{
    (void)arg;
    int rc = troupe_signal_wait((int[]){SIGUSR1}, 1, NULL, TROUPE_US(1));
    return rc == -ETIMEDOUT ? 0 : rc;
}

static void every_lack_of_memory_is_told(void **state)
{
    (void)state;
    told_begin();
    run_out_of_memory(wait_briefly, 7);
    told_end();
}

HARNESS_MAIN(cmocka_unit_test(everyone_who_waits_is_told),
             cmocka_unit_test(a_kept_signal_waits_for_who_wants_it),
             cmocka_unit_test(no_signal_is_missed_by_a_sleeping_loop),
             cmocka_unit_test(every_loop_is_told), cmocka_unit_test(every_lack_of_memory_is_told))
