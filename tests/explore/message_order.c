/*
 * Ten workers, each of whom sends its part; the parts are put together in the order in which they
 * arrive, which is right as long as nobody is overtaken.
 */
#include <stdint.h>
#include <stdlib.h>

#include <troupe.h>

#include "must.h"

enum { COUNT = 10 };

static troupe_pid editor;

static int work(void *arg)
{
    must(troupe_yield());
    return troupe_send(editor, 1 + (int)(intptr_t)arg, NULL, 0);
}

static int amain(void *arg)
{
    (void)arg;
    editor = troupe_self();
    for (intptr_t i = 0; i < COUNT; i++) {
        int rc = troupe_spawn(work, (void *)i, NULL);
        if (rc < 0)
            return rc;
    }
    for (int i = 0; i < COUNT; i++) {
        troupe_msg *msg;
        int rc = troupe_recv(&msg, TROUPE_FOREVER);
        if (rc < 0)
            return rc;
        if (troupe_msg_tag(msg) != 1 + i)
            abort();
        troupe_msg_free(&msg);
    }
    return 0;
}

int main(void)
{
    return troupe_run(amain, NULL) < 0;
}
