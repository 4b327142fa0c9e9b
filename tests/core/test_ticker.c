/*
 * Tickers: their instants lie where they were promised, whatever happens in between.
 */

#include "trail.h"

#include <limits.h>

/* Until the instant, on purpose without letting anybody run. */
static void hold_until(troupe_ns instant)
{
    while (troupe_now() < instant)
        ;
}

static int tick_late(void *arg)
{
    (void)arg;
    troupe_ticker ticker = troupe_ticker_start(TROUPE_MS(2));
    const troupe_ns first = ticker.next;
    int rc, ticks = 0, missed = 0;
    for (int i = 0; i < 5; i++) {
        hold_until(troupe_now() + TROUPE_US(300)); /* would add up to a drift */
        rc = troupe_tick(&ticker);
        assert_true(rc >= 0);
        missed += rc;
        ticks++;
        assert_true(troupe_now() >= ticker.next - TROUPE_MS(2)); /* it is time for this tick */
    }
    assert_true(ticker.next == first + (ticks + missed) * TROUPE_MS(2));

    hold_until(ticker.next + TROUPE_MS(7)); /* this one, and three more, are late */
    const troupe_ns late = ticker.next;
    rc = troupe_tick(&ticker);
    assert_true(rc >= 3);
    assert_true(ticker.next == late + (rc + 1) * TROUPE_MS(2));
    return 0;
}

static void ticks_do_not_drift(void **state)
{
    (void)state;
    run(tick_late);
}

static int tick_for_ever(void *arg)
{
    (void)arg;
    troupe_ticker ticker = troupe_ticker_start(TROUPE_S(1000));
    return troupe_tick(&ticker);
}

static int tick_at_odds(void *arg)
{
    (void)arg;
    troupe_ticker ticker = troupe_ticker_start(0);
    assert_int_equal(ticker.period, 1);
    ticker.next = 1; /* long ago */
    assert_int_equal(troupe_tick(&ticker), INT_MAX);
    assert_true(ticker.next > 1);
    troupe_pid pid = start(tick_for_ever, 0);
    assert_int_equal(troupe_cancel(pid, "test"), 0);
    assert_int_equal(end_of(pid), -ECANCELED);
    return 0;
}

static void odd_tickers_do_no_harm(void **state)
{
    (void)state;
    run(tick_at_odds);
}

HARNESS_MAIN(cmocka_unit_test(ticks_do_not_drift), cmocka_unit_test(odd_tickers_do_no_harm))
