/*
 * Standard error is a file descriptor: it is turned to a file for a while, and back again.
 */

#include "running.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static FILE *told;
static int saved = -1;
static char text[65536];

void run(troupe_fn fn)
{
    assert_int_equal(troupe_run(fn, NULL), 0);
}

const char *told_end(void)
{
    dup2(saved, STDERR_FILENO);
    close(saved);
    saved = -1;
    rewind(told);
    text[fread(text, 1, sizeof text - 1, told)] = '\0';
    fclose(told);
    return text;
}

/* A case has failed in between: what it says of that was told, too. */
static void show_told(void)
{
    if (saved >= 0)
        fputs(told_end(), stderr);
}

void told_begin(void)
{
    assert_int_equal(saved, -1);
    atexit(show_told);
    told = tmpfile();
    assert_non_null(told);
    saved = dup(STDERR_FILENO);
    dup2(fileno(told), STDERR_FILENO);
}

/* Where what is reached is counted, the counts are written when a program ends, but not by a
 * signal. */
#if TROUPE_COUNTED
void __gcov_dump(void);
#define WRITE_COUNTS() __gcov_dump()
#else
#define WRITE_COUNTS() ((void)0)
#endif

static void die_counted(int number)
{
    WRITE_COUNTS();
    signal(number, SIG_DFL);
    raise(number);
}

const char *told_by_abort(troupe_fn fn)
{
    told_begin();
    pid_t child = fork();
    if (child == 0) {
        signal(SIGABRT, die_counted);
        setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
        troupe_run(fn, NULL);
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    told_end();
    if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGABRT)
        fail_msg("did not abort, and told: %s", text);
    return text;
}

int times_in(const char *whole, const char *part)
{
    int times = 0;
    while ((whole = strstr(whole, part)) != NULL) {
        whole += strlen(part);
        times++;
    }
    return times;
}

int send_number(troupe_pid to, int tag, int number)
{
    return troupe_send(to, tag, &number, sizeof number);
}

int take_number(troupe_msg *msg)
{
    size_t bytes;
    int number = *(const int *)troupe_msg_data(msg, &bytes);
    assert_int_equal(bytes, sizeof number);
    troupe_msg_free(&msg);
    assert_null(msg);
    return number;
}

int recv_number(void)
{
    troupe_msg *msg;
    assert_int_equal(troupe_recv(&msg, 0), 0);
    return take_number(msg);
}

void assert_mailbox_empty(void)
{
    troupe_msg *msg = (troupe_msg *)&told;
    assert_int_equal(troupe_recv(&msg, 0), -ETIMEDOUT);
    assert_null(msg);
}

int end_of(troupe_pid pid)
{
    int status = 99;
    assert_int_equal(troupe_join(pid, &status, TROUPE_FOREVER), 0);
    return status;
}

void settle(void)
{
    for (int i = 0; i < 20; i++)
        assert_int_equal(troupe_yield(), 0);
}

int count_open(void)
{
    int count = 0;
    DIR *folder = opendir("/proc/self/fd");
    assert_non_null(folder);
    while (readdir(folder) != NULL)
        count++;
    closedir(folder);
    return count;
}

int succeed(void *arg)
{
    (void)arg;
    return 0;
}

int return_arg(void *arg)
{
    return (int)(intptr_t)arg;
}

int sleep_long(void *arg)
{
    (void)arg;
    return troupe_sleep(TROUPE_S(1000));
}

int join_it(void *pid)
{
    return troupe_join(*(const troupe_pid *)pid, NULL, TROUPE_FOREVER);
}
