/*
 * Every system call that children, files, jobs and messages with descriptors make fails once, one
 * after the other: the program goes on or is told, nobody hangs, and nothing is left behind.
 */

#include "faults.h"

#include <stdlib.h>

#include "child.h"
#include "wires.h"

static int use_child(void *arg)
{
    troupe_process cat;
    char text[4];
    int status = -1;
    (void)arg;
    int rc = troupe_process_start(
        &(troupe_process_spec){
            .argv = (const char *const[]){"cat", NULL},
            .in = TROUPE_STDIO_PIPE,
            .out = TROUPE_STDIO_PIPE,
            .err = TROUPE_STDIO_NULL,
            .grace = TROUPE_MS(100),
        },
        &cat);
    if (rc < 0)
        return rc;
    rc = troupe_write(cat.in, "abcd", 4);
    int closed = troupe_close(cat.in);
    if (rc == 4)
        rc = troupe_read(cat.out, text, sizeof text);
    troupe_close(cat.out);
    if (rc >= 0)
        rc = troupe_process_wait(cat, &status, TROUPE_FOREVER);
    return rc < 0 ? rc : closed < 0 ? closed : status;
}

/* One that would go on for long is ended with its actor. */
static int leave_child(void *arg)
{
    troupe_process sleeper;
    (void)arg;
    troupe_process_spec spec = {
        .argv = (const char *const[]){"sleep", "1000", NULL},
        .grace = TROUPE_MS(100),
    };
    return troupe_process_start(&spec, &sleeper);
}

static int use_files(void *arg)
{
    char *text, part[4];
    size_t bytes;
    struct stat file;
    (void)arg;
    int rc = troupe_file_write("faults.tmp", "12345678", 8, 0600);
    if (rc == 0)
        rc = troupe_file_stat("faults.tmp", &file);
    if (rc == 0)
        rc = troupe_file_read("faults.tmp", 100, &text, &bytes);
    if (rc < 0)
        return rc;
    free(text);
    int fd = __real_open64("faults.tmp", O_RDWR | O_CLOEXEC);
    rc = troupe_pwrite(fd, "ab", 2, 4);
    if (rc == 2)
        rc = troupe_pread(fd, part, sizeof part, 2);
    __real_close(fd);
    return rc < 0 ? rc : 0;
}

static int pass_descriptor(int wire[2])
{
    struct parcel parcel;
    parcel_begin(&parcel);
    parcel_put(&parcel, wire[0]);
    int rc = troupe_sendmsg(wire[0], &parcel.message);
    parcel_begin(&parcel);
    if (rc == 1)
        rc = troupe_recvmsg(wire[1], &parcel.message);
    int fd = rc == 1 ? parcel_take(&parcel) : -1;
    if (fd >= 0)
        __real_close(fd);
    return rc;
}

static int use_messages(void *arg)
{
    int wire[2];
    (void)arg;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, wire) < 0)
        return -errno;
    int rc = pass_descriptor(wire);
    __real_close(wire[0]);
    __real_close(wire[1]);
    return rc < 0 ? rc : 0;
}

static int everything(void *arg)
{
    static const troupe_fn parts[] = {use_child, leave_child, use_files, use_messages};
    (void)arg;
    troupe_scope scope;
    troupe_scope_open(&scope, TROUPE_S(30)); /* a hang would end here */
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        troupe_scope_spawn(&scope, parts[i], NULL, NULL);
    return troupe_scope_join(&scope);
}

static void a_failure_is_told_and_leaves_nothing(void **state)
{
    (void)state;
    assert_true(fail_one_by_one(everything, EIO) > 15);
    unlink("faults.tmp");
}

static void an_interrupted_call_is_made_again(void **state)
{
    (void)state;
    assert_int_equal(fail_one_by_one(everything, EINTR), 0);
    unlink("faults.tmp");
}

/* The same where SIGCHLD has to tell that a child has ended. */
static void all_of_it_holds_without_pidfds(void **state)
{
    child_avoid_pidfd();
    a_failure_is_told_and_leaves_nothing(state);
    an_interrupted_call_is_made_again(state);
}

HARNESS_MAIN(cmocka_unit_test(a_failure_is_told_and_leaves_nothing),
             cmocka_unit_test(an_interrupted_call_is_made_again),
             cmocka_unit_test(all_of_it_holds_without_pidfds))
