#ifndef HARNESS_H
#define HARNESS_H

/*
 * Runs cmocka cases, each in a process of its own with a time limit, and reports them as TAP.
 *
 *   static void adds(void **state) { ... assert_int_equal(...) ... }
 *   HARNESS_MAIN(cmocka_unit_test(adds), cmocka_unit_test(subtracts))
 *
 * A case's output is shown only when the case fails.  A name as argument runs just the cases whose
 * name contains it, with their output shown.  TROUPE_TEST_SECONDS sets another limit than 60.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Ends the case as skipped: it cannot be tested here, for the reason given in a few words.  Called
 * from the case itself, before it has checked anything. */
void harness_skip(const char *reason) __attribute__((noreturn));

int harness_run(const struct CMUnitTest *cases, size_t count, int argc, char **argv);

#define HARNESS_MAIN(...)                                                                          \
    int main(int argc, char **argv)                                                                \
    {                                                                                              \
        const struct CMUnitTest cases[] = {__VA_ARGS__};                                           \
        return harness_run(cases, sizeof cases / sizeof cases[0], argc, argv);                     \
    }

#endif
