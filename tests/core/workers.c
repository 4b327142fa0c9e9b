/*
 * Children for the tests of supervisors.
 */

#include "workers.h"

#include <unistd.h>

char trail[512];

void leave_trail(char letter, char what)
{
    size_t used = strlen(trail);
    snprintf(trail + used, sizeof trail - used, "%c%c", letter, what);
}

void expect_trail(const char *expected)
{
    assert_string_equal(trail, expected);
    trail[0] = '\0';
}

/* Ends as it is told to by a message, or when it is cancelled. */
int work(void *arg)
{
    char letter = *(const char *)arg;
    troupe_msg *msg;
    leave_trail(letter, '+');
    int rc = troupe_recv(&msg, TROUPE_FOREVER);
    if (rc < 0) {
        leave_trail(letter, '-');
        return rc;
    }
    int tag = troupe_msg_tag(msg);
    troupe_msg_free(&msg);
    return tag == CRASH ? -EIO : 0;
}

const troupe_child_spec abc[] = {{WORKER("a")}, {WORKER("b")}, {WORKER("c")}};

const troupe_sup_spec inner = {.children = abc, .child_count = 2};

/* Lets everyone who is ready run until all of them wait. */
void settle(void)
{
    for (int i = 0; i < 20; i++)
        assert_int_equal(troupe_yield(), 0);
}

troupe_pid whereis(troupe_pid sup, const char *name)
{
    troupe_pid pid;
    assert_int_equal(troupe_sup_whereis(sup, name, &pid), 0);
    return pid;
}

void tell(troupe_pid sup, const char *name, int tag)
{
    assert_int_equal(troupe_send(whereis(sup, name), tag, NULL, 0), 0);
    settle();
}

troupe_pid start(const troupe_sup_spec *spec)
{
    troupe_pid sup;
    assert_int_equal(troupe_sup_start(spec, &sup), 0);
    settle();
    return sup;
}

int status_of(troupe_pid pid)
{
    int status = 0;
    assert_int_equal(troupe_join(pid, &status, TROUPE_FOREVER), 0);
    return status;
}

void end(troupe_pid sup)
{
    assert_int_equal(troupe_cancel(sup, "the test is over"), 0);
    assert_int_equal(status_of(sup), -ECANCELED);
}

/* What is written to standard error from here to the end of what `fn` runs. */
const char *run_and_listen(troupe_fn fn)
{
    static char text[4096];
    FILE *file = tmpfile();
    int saved = dup(STDERR_FILENO);
    assert_non_null(file);
    dup2(fileno(file), STDERR_FILENO);
    int rc = troupe_run(fn, NULL);
    dup2(saved, STDERR_FILENO);
    close(saved);
    rewind(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    assert_int_equal(rc, 0);
    return text;
}

/* Nothing is said on standard error. */
void run(troupe_fn fn)
{
    assert_string_equal(run_and_listen(fn), "");
}

int opened, released;

int open_counter(void *arg, void **state)
{
    leave_trail(*(const char *)arg, '+');
    opened++;
    *state = calloc(1, sizeof(int));
    return *state != NULL ? 0 : -ENOMEM;
}

void release_counter(void *state)
{
    released++;
    free(state);
}

int handle(troupe_msg *msg, void *state)
{
    int tag = troupe_msg_tag(msg);
    int *count = state;
    troupe_msg_free(&msg);
    assert_int_equal(*count, 0); /* each life has a state of its own */
    *count += 1;
    return tag == CRASH ? -EIO : TROUPE_STOP;
}
