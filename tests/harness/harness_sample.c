/*
 * Cases that end in every way a case can end; test_harness.py holds what must be said of each.
 */

#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "harness.h"

static void passes(void **state)
{
    (void)state;
    puts("output of a case that passes");
}

static void fails(void **state)
{
    (void)state;
    puts("output of a case that fails");
    assert_int_equal(1 + 1, 3);
}

static void crashes(void **state)
{
    (void)state;
    signal(SIGABRT, SIG_DFL);
    raise(SIGABRT);
}

static void hangs(void **state)
{
    (void)state;
    for (;;)
        pause();
}

static void skips(void **state)
{
    (void)state;
    harness_skip("no such thing here");
}

static void exits(void **state)
{
    (void)state;
    _exit(5);
}

HARNESS_MAIN(cmocka_unit_test(passes), cmocka_unit_test(fails), cmocka_unit_test(crashes),
             cmocka_unit_test(hangs), cmocka_unit_test(skips), cmocka_unit_test(exits))
