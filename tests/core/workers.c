/*
 * Children for the tests of supervisors.
 */

#include "workers.h"

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

void end(troupe_pid sup)
{
    assert_int_equal(troupe_cancel(sup, "the test is over"), 0);
    assert_int_equal(end_of(sup), -ECANCELED);
}

const char *run_and_listen(troupe_fn fn)
{
    told_begin();
    run(fn);
    return told_end();
}

void run_quietly(troupe_fn fn)
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
