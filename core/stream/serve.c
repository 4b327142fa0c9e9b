/*
 * Serving: one connection after the other is taken, and has an actor of its own.
 */

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#include "stream.h"

/* Whether there will be room for one more when others have gone. */
static bool is_want_of_room(int code)
{
    return code == -EMFILE || code == -ENFILE || code == -ENOBUFS || code == -ENOMEM ||
           code == -EAGAIN;
}

static int serve_next(const struct troupe_site *site, troupe_stream listener, troupe_fn fn)
{
    troupe_stream stream;
    struct actor *actor;
    int rc = troupe_stream_accept_at(site, listener, &stream);
    if (rc < 0)
        return rc;
    troupe_spec spec = {
        .fn = fn,
        .arg = (void *)(uintptr_t)stream.value,
        .place = TROUPE_HERE, /* where the stream is */
    };
    struct world *world = world_inside("troupe_stream_serve");
    rc = actor_spawn(world, &spec, (struct birth){.site = site}, &actor); /* no status is kept */
    if (rc == 0)
        rc = troupe_stream_give(stream, (troupe_pid){actor->pid});
    if (rc < 0)
        troupe_stream_close(&stream);
    return rc;
}

int troupe_stream_serve_at(const struct troupe_site *site, troupe_stream listener, troupe_fn fn)
{
    bool was_told = false;
    int rc;
    do {
        rc = serve_next(site, listener, fn);
        if (!is_want_of_room(rc))
            continue;
        if (!was_told)
            dprintf(STDERR_FILENO, "troupe: no more connections can be taken for now: %s\n",
                    troupe_strerror(rc));
        was_told = true;
        rc = troupe_sleep_at(site, TROUPE_SERVE_PAUSE_NS);
    } while (rc == 0);
    return rc == -EBADF ? 0 : rc; /* it has been closed */
}
