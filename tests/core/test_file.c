/*
 * Files by way of the pool: what is written is read, what fails is told, and who gives up leaves
 * nothing behind.
 */

#include "trail.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

static char folder[] = "/tmp/troupe-test-XXXXXX";
static char path[64];

static int make_folder(void **state)
{
    (void)state;
    bool made = mkdtemp(folder) != NULL;
    snprintf(path, sizeof path, "%s/file", folder);
    return made ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    unlink(path);
    return rmdir(folder);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

static int write_and_read(void *arg)
{
    (void)arg;
    char *text;
    size_t bytes;
    struct stat found;
    static char large[300000];
    memset(large, 'x', sizeof large);
    assert_int_equal(troupe_file_write(path, "hello", 5, 0640), 0);
    assert_int_equal(troupe_file_read(path, 5, &text, &bytes), 0);
    assert_int_equal(bytes, 5);
    assert_string_equal(text, "hello");
    free(text);
    assert_int_equal(troupe_file_read(path, 4, &text, &bytes), -EFBIG);
    assert_null(text);
    assert_int_equal(troupe_file_stat(path, &found), 0);
    assert_int_equal(found.st_size, 5);
    assert_int_equal(found.st_mode & 0777, 0640);

    assert_int_equal(troupe_file_write(path, large, sizeof large, 0600), 0);
    assert_int_equal(troupe_file_read(path, 1 << 20, &text, &bytes), 0);
    assert_int_equal(bytes, sizeof large);
    assert_memory_equal(text, large, sizeof large);
    free(text);
    assert_int_equal(troupe_file_write(path, NULL, 0, 0600), 0); /* empties it */
    assert_int_equal(troupe_file_read(path, 0, &text, &bytes), 0);
    assert_int_equal(bytes, 0);
    assert_string_equal(text, "");
    free(text);
    assert_int_equal(troupe_file_read("/proc/self/status", 1 << 20, &text, &bytes), 0);
    assert_int_equal(strncmp(text, "Name:", 5), 0); /* says of itself that it is empty */
    free(text);
    return 0;
}

static void what_is_written_is_read(void **state)
{
    (void)state;
    run(succeed); /* the first run opens what all of them share */
    int before = count_open();
    umask(0);
    run(write_and_read);
    assert_int_equal(count_open(), before);
}

static int read_parts(void *arg)
{
    (void)arg;
    char part[16] = "";
    int fd = open(path, O_RDWR | O_CREAT, 0600);
    assert_true(fd >= 0);
    assert_int_equal(troupe_pwrite(fd, "abcdef", 6, 2), 6);
    assert_int_equal(troupe_pread(fd, part, 3, 3), 3);
    assert_string_equal(part, "bcd");
    assert_int_equal(troupe_pread(fd, part, 3, 8), 0);
    assert_int_equal(troupe_pread(fd, part, 0, 0), 0);
    assert_int_equal(troupe_pread(fd, part, 3, -1), -EINVAL);
    assert_int_equal(troupe_pread(-1, part, 3, 0), -EBADF);
    assert_int_equal(troupe_pwrite(-1, part, 3, 0), -EBADF);
    return close(fd);
}

static void parts_are_read_and_written(void **state)
{
    (void)state;
    run(read_parts);
}

static int fail_in_all_ways(void *arg)
{
    (void)arg;
    char *text;
    size_t bytes;
    struct stat found;
    assert_int_equal(troupe_file_read("/no/such/file", 9, &text, &bytes), -ENOENT);
    assert_int_equal(troupe_file_read("/", 9, &text, &bytes), -EISDIR);
    assert_int_equal(troupe_file_read(path, SIZE_MAX, &text, &bytes), -EINVAL);
    assert_int_equal(troupe_file_write("/no/such/file", "a", 1, 0600), -ENOENT);
    assert_int_equal(troupe_file_write("/dev/full", "a", 1, 0600), -ENOSPC);
    assert_int_equal(troupe_file_stat("/no/such/file", &found), -ENOENT);
    return 0;
}

static void what_fails_is_told(void **state)
{
    (void)state;
    run(succeed); /* the first run opens what all of them share */
    int before = count_open();
    run(fail_in_all_ways);
    assert_int_equal(count_open(), before);
}

#define CROWD 200

static int read_often(void *arg)
{
    (void)arg;
    for (;;) {
        char *text;
        size_t bytes;
        int rc = troupe_file_read("/proc/self/status", 1 << 20, &text, &bytes);
        if (rc < 0)
            return rc;
        free(text);
    }
}

static int stop_readers(void *arg)
{
    (void)arg;
    static troupe_pid pids[CROWD];
    for (int i = 0; i < CROWD; i++)
        assert_int_equal(troupe_spawn(read_often, NULL, &pids[i]), 0);
    for (int i = 0; i < CROWD; i++) {
        assert_int_equal(troupe_sleep(TROUPE_US(20)), 0);
        assert_int_equal(i % 2 == 0 ? troupe_kill(pids[i]) : troupe_cancel(pids[i], "test"), 0);
    }
    for (int i = 0; i < CROWD; i++)
        assert_int_equal(end_of(pids[i]), i % 2 == 0 ? TROUPE_KILLED : -ECANCELED);
    return 0;
}

static void who_is_stopped_leaves_nothing_behind(void **state)
{
    (void)state;
    run(succeed); /* the first run opens what all of them share */
    int before = count_open();
    run(stop_readers);
    assert_int_equal(count_open(), before);
}

static int use_all(void *arg)
{
    (void)arg;
    char *text;
    size_t bytes;
    struct stat found;
    char part[4];
    int rc = troupe_file_write("/dev/null", "a", 1, 0600);
    if (rc == 0)
        rc = troupe_file_stat("/dev/null", &found);
    if (rc == 0)
        rc = troupe_file_read("/dev/null", 9, &text, &bytes);
    if (rc < 0)
        return rc;
    free(text);
    int fd = open("/dev/zero", O_RDWR);
    rc = troupe_pread(fd, part, 4, 0);
    if (rc >= 0)
        rc = troupe_pwrite(fd, part, 4, 0);
    close(fd);
    return rc < 0 ? rc : 0;
}

static void every_lack_of_memory_is_told(void **state)
{
    (void)state;
    told_begin();
    run_out_of_memory(use_all, 14);
    told_end();
}

HARNESS_MAIN(IN_FOLDER(what_is_written_is_read), IN_FOLDER(parts_are_read_and_written),
             cmocka_unit_test(what_fails_is_told),
             cmocka_unit_test(who_is_stopped_leaves_nothing_behind),
             cmocka_unit_test(every_lack_of_memory_is_told))
