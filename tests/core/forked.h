#ifndef FORKED_H
#define FORKED_H

/*
 * For tests of actors in processes of their own.
 *
 * A check that fails in a forked process would go on with the tests there: so actors that run in
 * one return what they have to say, and the others check it.
 */

#include "harness.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <troupe.h>

#include "trail.h"

enum { GO = 1, ECHO, PASS, TAKE, STOP, ASK };

static inline troupe_pid fork_actor(troupe_fn fn, intptr_t arg)
{
    troupe_pid pid;
    troupe_spec spec = {.fn = fn, .arg = (void *)arg, .place = TROUPE_PROCESS};
    assert_int_equal(troupe_spawn_spec(&spec, &pid), 0);
    return pid;
}

static inline void tell(troupe_pid pid, int tag, intptr_t value)
{
    assert_int_equal(troupe_send(pid, tag, &value, sizeof value), 0);
}

static inline intptr_t value_of(const troupe_msg *msg)
{
    return *(const intptr_t *)troupe_msg_data(msg, NULL);
}

/* Does what it is told, until it is told to stop. */
static inline int obey(void *arg)
{
    troupe_msg *msg;
    intptr_t status = (intptr_t)arg;
    int rc;
    while ((rc = troupe_recv(&msg, TROUPE_FOREVER)) == 0) {
        size_t bytes;
        const void *data = troupe_msg_data(msg, &bytes);
        int tag = troupe_msg_tag(msg);
        if (tag == ECHO)
            rc = troupe_reply(msg, ECHO, data, bytes);
        else if (tag == PASS)
            rc = troupe_send((troupe_pid){(uint64_t)value_of(msg)}, TAKE, "passed", 7);
        else if (tag == GO)
            status = value_of(msg);
        troupe_msg_free(&msg);
        if (rc < 0 || tag == GO)
            break;
    }
    return rc < 0 ? rc : (int)status;
}

/* Tells with which signal the process of an actor ended, having told "main" that it watches. */
static inline int watch_from_afar(void *arg)
{
    troupe_ref ref;
    troupe_msg *msg;
    int rc = troupe_monitor((troupe_pid){(uint64_t)(uintptr_t)arg}, &ref);
    if (rc == 0)
        rc = troupe_send(troupe_whereis("main"), GO, NULL, 0);
    if (rc == 0)
        rc = troupe_recv_tag(TROUPE_TAG_DOWN, &msg, TROUPE_FOREVER);
    if (rc < 0)
        return rc;
    int status = ((const troupe_down *)troupe_msg_data(msg, NULL))->status;
    troupe_msg_free(&msg);
    return troupe_status_signal(status);
}

/* Somebody says that it is where it should be. */
static inline void hear_go(void)
{
    troupe_msg *msg;
    assert_int_equal(troupe_recv_tag(GO, &msg, TROUPE_FOREVER), 0);
    troupe_msg_free(&msg);
}

static inline int send_from_afar(void *arg)
{
    troupe_pid pid = {(uint64_t)(uintptr_t)arg};
    troupe_msg *answer;
    int rc = troupe_call(pid, ECHO, "far", 4, &answer, TROUPE_FOREVER);
    if (rc == 0 && strcmp(troupe_msg_data(answer, NULL), "far") != 0)
        rc = -EPROTO;
    troupe_msg_free(&answer);
    return rc;
}

#endif
