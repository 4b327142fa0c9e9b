/*
 * Descriptors: who waits, who is woken, and with what; whatever is closed, cancelled or killed
 * meanwhile.
 */

#include "wires.h"

#include <sys/eventfd.h>

static int wire[2];

/* Reads from wire[0] and says what. */
static int read_once(void *arg)
{
    char text[16] = "";
    (void)arg;
    int rc = troupe_read(wire[0], text, sizeof text - 1);
    leave_trail("r%d%s ", rc, text);
    return rc < 0 ? rc : 0;
}

/* More than the wire takes at once. */
static char plenty[1 << 20];

static int write_plenty(void *arg)
{
    (void)arg;
    int rc = troupe_write(wire[0], plenty, sizeof plenty);
    leave_trail(rc > 0 ? "some " : "w%d ", rc);
    if (rc > 0 && rc < (int)sizeof plenty)
        leave_trail("next=%d ", troupe_write(wire[0], plenty, 1));
    return rc < 0 ? rc : 0;
}

static int wait_and_be_woken(void *arg)
{
    (void)arg;
    connect_pair(wire);
    troupe_pid reader = start(read_once, 0);
    leave_trail("- ");
    assert_int_equal(troupe_write(wire[1], "abc", 3), 3);
    assert_int_equal(end_of(reader), 0);
    assert_int_equal(troupe_write(wire[1], "defg", 4), 4); /* it is there already */
    assert_int_equal(end_of(start(read_once, 0)), 0);
    assert_int_equal(shutdown(wire[1], SHUT_WR), 0); /* half of it is closed */
    assert_int_equal(end_of(start(read_once, 0)), 0);
    assert_int_equal(troupe_write(wire[0], "back", 4), 4);
    assert_int_equal(troupe_close(wire[0]), 0);
    assert_int_equal(troupe_close(wire[1]), 0);
    assert_int_equal(troupe_close(wire[1]), -EBADF);
    return read_once(NULL) == -EBADF ? 0 : -1;
}

static void a_reader_waits_for_what_is_written(void **state)
{
    (void)state;
    run_trail(wait_and_be_woken, "- r3abc r4defg r0 r-9 ");
}

static int read_slowly(void *arg)
{
    (void)arg;
    char text[1000];
    size_t total = 0;
    int rc;
    connect_pair(wire);
    for (size_t i = 0; i < sizeof plenty; i++)
        plenty[i] = (char)(i % 251);
    troupe_pid writer = start(write_plenty, 0);
    assert_string_equal(trail, "");
    while (total < sizeof plenty) {
        rc = troupe_read(wire[1], text, sizeof text);
        assert_true(rc > 0);
        assert_memory_equal(text, plenty + total, (size_t)rc);
        total += (size_t)rc;
    }
    return end_of(writer);
}

static void a_writer_waits_for_a_slow_reader(void **state)
{
    (void)state;
    run_trail(read_slowly, "some ");
}

static int close_with_waiters(void *arg)
{
    (void)arg;
    connect_pair(wire);
    troupe_pid reader = start(read_once, 0);
    troupe_pid writer = start(write_plenty, 0);
    assert_int_equal(troupe_close(wire[0]), 0);
    assert_int_equal(end_of(reader), -EBADF);
    assert_int_equal(end_of(writer), 0);
    return 0;
}

static void a_close_wakes_who_waits(void **state)
{
    (void)state;
    run_trail(close_with_waiters, "r-9 some next=-9 ");
}

static int wait_twice(void *arg)
{
    (void)arg;
    connect_pair(wire);
    troupe_pid reader = start(read_once, 0);
    assert_int_equal(end_of(start(read_once, 0)), -EBUSY);
    assert_int_equal(troupe_wait_fd(wire[0], TROUPE_READABLE, 0), -EBUSY);
    assert_int_equal(troupe_wait_fd(wire[0], TROUPE_WRITABLE, 0), TROUPE_WRITABLE);
    assert_int_equal(troupe_write(wire[0], "x", 1), 1); /* the other direction is free */
    assert_int_equal(troupe_write(wire[1], "y", 1), 1);
    return end_of(reader);
}

static void one_at_a_time_in_each_direction(void **state)
{
    (void)state;
    run_trail(wait_twice, "r-16 r1y ");
}

/* Between being woken and running, the reader is overtaken by one who then waits. */
static int overtake(void *arg)
{
    (void)arg;
    char text[8];
    connect_pair(wire);
    troupe_pid reader = start(read_once, 0);
    assert_int_equal(troupe_write(wire[1], "abc", 3), 3);
    while (troupe_wait_fd(wire[0], TROUPE_READABLE, 0) == -EBUSY)
        assert_int_equal(troupe_checkpoint(), 0); /* until it has been woken */
    assert_int_equal(troupe_read(wire[0], text, sizeof text), 3);
    troupe_scope scope;
    troupe_scope_open(&scope, TROUPE_MS(5));
    leave_trail("%d ", troupe_read(wire[0], text, sizeof text));
    leave_trail("%d ", troupe_scope_join(&scope));
    return end_of(reader) == -EBUSY ? 0 : -1;
}

static void who_was_overtaken_is_told(void **state)
{
    (void)state;
    run_trail(overtake, "r-16 -125 -110 ");
}

static int give_up(void *arg)
{
    (void)arg;
    connect_pair(wire);
    troupe_pid reader = start(read_once, 0);
    assert_int_equal(troupe_cancel(reader, "enough"), 0);
    assert_int_equal(end_of(reader), -ECANCELED);
    reader = start(read_once, 0);
    assert_int_equal(troupe_kill(reader), 0);
    assert_int_equal(end_of(reader), TROUPE_KILLED);
    troupe_scope scope;
    troupe_scope_open(&scope, TROUPE_MS(1));
    assert_int_equal(read_once(NULL), -ECANCELED);
    assert_int_equal(troupe_scope_join(&scope), -ETIMEDOUT);
    assert_int_equal(troupe_wait_fd(wire[0], TROUPE_READABLE, TROUPE_MS(1)), -ETIMEDOUT);
    troupe_pid writer = start(write_plenty, 0);
    assert_int_equal(troupe_cancel(writer, "enough"), 0);
    assert_int_equal(end_of(writer), 0);
    assert_int_equal(troupe_write(wire[1], "z", 1), 1); /* nothing of it all is left */
    return end_of(start(read_once, 0));
}

static void a_wait_ends_by_time_cancel_and_kill(void **state)
{
    (void)state;
    run_trail(give_up, "r-125 r-125 some next=-125 r1z ");
}

/* A killed actor that had been woken leaves nothing behind, and what it would have read stays. */
static int kill_the_woken(void *arg)
{
    (void)arg;
    connect_pair(wire);
    troupe_pid reader = start(read_once, 0);
    assert_int_equal(write(wire[1], "abc", 3), 3);
    while (troupe_wait_fd(wire[0], TROUPE_READABLE, 0) == -EBUSY)
        assert_int_equal(troupe_checkpoint(), 0);
    assert_int_equal(troupe_kill(reader), 0);
    assert_int_equal(end_of(reader), TROUPE_KILLED);
    return read_once(NULL);
}

static void a_kill_after_the_wake_loses_nothing(void **state)
{
    (void)state;
    run_trail(kill_the_woken, "r3abc ");
}

/* Between being woken and running, its descriptor is closed and the number used again. */
static int close_after_the_wake(void *arg)
{
    (void)arg;
    int other[2];
    connect_pair(wire);
    troupe_pid reader = start(read_once, 0);
    assert_int_equal(write(wire[1], "abc", 3), 3);
    while (troupe_wait_fd(wire[0], TROUPE_READABLE, 0) == -EBUSY)
        assert_int_equal(troupe_checkpoint(), 0);
    assert_int_equal(troupe_close(wire[0]), 0);
    connect_pair(other);
    assert_int_equal(other[0], wire[0]);
    assert_int_equal(write(other[1], "not for it", 10), 10);
    return end_of(reader) == -EBADF ? 0 : -1;
}

static void nobody_reads_from_a_stranger(void **state)
{
    (void)state;
    run_trail(close_after_the_wake, "r-9 ");
}

static int wait_for_events(void *arg)
{
    (void)arg;
    int both = TROUPE_READABLE | TROUPE_WRITABLE;
    connect_pair(wire);
    assert_int_equal(troupe_wait_fd(wire[0], both, TROUPE_FOREVER), TROUPE_WRITABLE);
    assert_int_equal(troupe_wait_fd(wire[0], TROUPE_READABLE, 0), -ETIMEDOUT);
    assert_int_equal(troupe_write(wire[1], "abc", 3), 3);
    assert_int_equal(troupe_wait_fd(wire[0], both, TROUPE_FOREVER), both);
    assert_int_equal(troupe_wait_fd(wire[0], 0, 0), -EINVAL);
    assert_int_equal(troupe_wait_fd(wire[0], 4, 0), -EINVAL);
    assert_int_equal(troupe_wait_fd(-1, both, 0), -EBADF);
    assert_int_equal(troupe_wait_fd(99, both, 0), -EBADF);
    int file = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    assert_int_equal(troupe_wait_fd(file, TROUPE_READABLE, TROUPE_FOREVER), TROUPE_READABLE);
    assert_int_equal(troupe_close(file), 0);
    assert_int_equal(close(wire[1]), 0);
    assert_int_equal(troupe_wait_fd(wire[0], both, TROUPE_FOREVER), both);
    return 0;
}

static void events_are_told_apart(void **state)
{
    (void)state;
    run(wait_for_events);
}

/* The number of wire[0] is used again for one end of a new pair. */
static void replace_wire(void)
{
    int other[2];
    int number = wire[0];
    close(wire[0]);
    close(wire[1]);
    connect_pair(other);
    wire[1] = other[1];
    if (other[0] != number) {
        assert_int_equal(dup2(other[0], number), number);
        close(other[0]);
    }
}

static int reuse_a_number(void *arg)
{
    (void)arg;
    connect_pair(wire);
    troupe_pid old = start(read_once, 0);
    replace_wire();
    troupe_pid young = start(read_once, 0);
    settle();
    assert_int_equal(end_of(old), -EBADF);
    assert_int_equal(troupe_write(wire[1], "new", 3), 3);
    assert_int_equal(end_of(young), 0);
    replace_wire();
    young = start(read_once, 0); /* nobody waits, but it was watched */
    assert_int_equal(troupe_write(wire[1], "newer", 5), 5);
    return end_of(young);
}

static void a_number_used_again_is_another_file(void **state)
{
    (void)state;
    run_trail(reuse_a_number, "r-9 r3new r5newer ");
}

/* Event descriptors cannot be told from one another. */
static int reuse_of_the_indistinguishable(void *arg)
{
    (void)arg;
    uint64_t one = 1;
    for (int round = 0; round < 3; round++) {
        int fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
        wire[0] = fd;
        troupe_pid reader = start(read_once, 0);
        assert_int_equal(troupe_write(fd, &one, sizeof one), sizeof one);
        assert_int_equal(end_of(reader), 0);
        close(fd);
    }
    return 0;
}

static void files_without_a_number_are_watched_anew(void **state)
{
    (void)state;
    run_trail(reuse_of_the_indistinguishable, "r8\001 r8\001 r8\001 ");
}

static int use_pipes(void *arg)
{
    (void)arg;
    assert_int_equal(pipe2(wire, O_CLOEXEC), 0);
    troupe_pid reader = start(read_once, 0);
    assert_int_equal(troupe_write(wire[1], "abc", 3), 3);
    assert_int_equal(end_of(reader), 0);
    assert_int_equal(fcntl(wire[0], F_GETFL) & O_NONBLOCK, 0); /* as it was */
    int reading = wire[0];
    wire[0] = wire[1];
    troupe_pid writer = start(write_plenty, 0);
    static char text[70000];
    size_t total = 0;
    while (total < sizeof plenty) {
        int rc = troupe_read(reading, text, sizeof text);
        assert_true(rc > 0);
        total += (size_t)rc;
    }
    assert_int_equal(end_of(writer), 0);
    assert_int_equal(troupe_close(reading), 0);
    return troupe_write(wire[1], "x", 1) == -EPIPE ? 0 : -1;
}

static void pipes_need_not_be_non_blocking(void **state)
{
    (void)state;
    run_trail(use_pipes, "r3abc some ");
}

/* An actor that never waits does not keep others from what has come for them. */
static int be_fair(void *arg)
{
    (void)arg;
    int other[2];
    char text[8];
    connect_pair(wire);
    connect_pair(other);
    troupe_pid reader = start(read_once, 0);
    assert_int_equal(troupe_write(wire[1], "abc", 3), 3);
    for (int calls = 0; trail[0] == '\0'; calls++) {
        assert_true(calls < 1000);
        assert_int_equal(troupe_write(other[1], "ab", 2), 2);
        assert_int_equal(troupe_read(other[0], text, sizeof text), 2);
    }
    return end_of(reader);
}

static void who_always_has_something_to_read_makes_room(void **state)
{
    (void)state;
    run_trail(be_fair, "r3abc ");
}

/* Readers and writers at both ends of some wires, of whom now one and now another is cancelled or
 * killed, and replaced; now and then a wire is closed and replaced, too. */
enum { WIRES = 8, ROUNDS = 20000 };
static int wires[WIRES][2];
static troupe_pid workers[WIRES][4];
static long moved;

static int move_bytes(void *arg)
{
    intptr_t which = (intptr_t)arg;
    int fd = wires[which / 4][which % 2];
    static char bytes[6000];
    int rc;
    do {
        rc = which % 4 < 2 ? troupe_read(fd, bytes, sizeof bytes)
                           : troupe_write(fd, bytes, sizeof bytes);
        moved += rc > 0 ? rc : 0;
    } while (rc > 0);
    return rc == -EBADF || rc == -EPIPE || rc == -EBUSY ? 0 : rc;
}

static uint32_t chance(void)
{
    static uint32_t state = 12345;
    state = state * 1664525 + 1013904223;
    return state >> 8;
}

static int be_a_storm(void *arg)
{
    (void)arg;
    for (int i = 0; i < WIRES; i++)
        connect_pair(wires[i]);
    for (int round = 0; round < ROUNDS; round++) {
        size_t i = chance() % WIRES, j = chance() % 4;
        switch (chance() % 32) {
        case 0:
            troupe_cancel(workers[i][j], "storm");
            break;
        case 1:
            troupe_kill(workers[i][j]);
            break;
        case 2:
            troupe_close(wires[i][j % 2]);
            close(wires[i][1 - j % 2]); /* behind our back */
            connect_pair(wires[i]);
            break;
        default:
            assert_int_equal(troupe_yield(), 0);
        }
        if (troupe_join(workers[i][j], NULL, 0) != -ETIMEDOUT) /* there is none, or it has ended */
            assert_int_equal(
                troupe_spawn(move_bytes, (void *)(intptr_t)(i * 4 + j), &workers[i][j]), 0);
    }
    for (int i = 0; i < WIRES; i++) {
        for (int j = 0; j < 4; j++)
            troupe_kill(workers[i][j]);
        close(wires[i][0]);
        close(wires[i][1]);
    }
    assert_true(moved > 1000000); /* it was not all waiting */
    return 0;
}

static void a_storm_passes(void **state)
{
    (void)state;
    run(be_a_storm);
}

static int everything(void *arg)
{
    (void)arg;
    char text[8];
    connect_pair(wire);
    int rc = troupe_wait_fd(wire[0], TROUPE_READABLE, TROUPE_US(1));
    if (rc == -ETIMEDOUT)
        rc = troupe_write(wire[1], "abc", 3);
    if (rc >= 0)
        rc = troupe_read(wire[0], text, sizeof text);
    troupe_close(wire[0]);
    close(wire[1]);
    return rc < 0 ? rc : 0;
}

static void every_lack_of_memory_is_told(void **state)
{
    (void)state;
    run_out_of_memory(everything, 8);
}

HARNESS_MAIN(cmocka_unit_test(a_reader_waits_for_what_is_written),
             cmocka_unit_test(a_writer_waits_for_a_slow_reader),
             cmocka_unit_test(a_close_wakes_who_waits),
             cmocka_unit_test(one_at_a_time_in_each_direction),
             cmocka_unit_test(who_was_overtaken_is_told),
             cmocka_unit_test(a_wait_ends_by_time_cancel_and_kill),
             cmocka_unit_test(a_kill_after_the_wake_loses_nothing),
             cmocka_unit_test(nobody_reads_from_a_stranger),
             cmocka_unit_test(events_are_told_apart),
             cmocka_unit_test(a_number_used_again_is_another_file),
             cmocka_unit_test(files_without_a_number_are_watched_anew),
             cmocka_unit_test(pipes_need_not_be_non_blocking),
             cmocka_unit_test(who_always_has_something_to_read_makes_room),
             cmocka_unit_test(a_storm_passes), cmocka_unit_test(every_lack_of_memory_is_told))
