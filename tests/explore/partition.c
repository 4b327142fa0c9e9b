/*
 * A payment that is made twice, but only if the line is cut between the request and its answer: the
 * client asks again, and the server takes that for another request.
 */
#include <errno.h>
#include <troupe.h>

#include "must.h"

static int paid;

static int serve(void *arg)
{
    troupe_stream stream = {(uintptr_t)arg};
    char byte;
    int rc = troupe_stream_read(stream, &byte, 1);
    if (rc <= 0)
        return rc;
    paid++;
    return troupe_stream_write(stream, "!", 1);
}

static int shop(void *arg)
{
    troupe_stream listener;
    (void)arg;
    must(troupe_net_move("shop"));
    must(troupe_listen(&listener, "tcp:shop:80"));
    return troupe_stream_serve(listener, serve);
}

static int ask(void *arg)
{
    troupe_stream stream;
    char byte;
    int rc = troupe_dial(&stream, "tcp:shop:80");
    if (rc == 0)
        rc = troupe_stream_write(stream, "?", 1);
    if (rc >= 0)
        rc = troupe_stream_read(stream, &byte, 1);
    (void)arg;
    troupe_stream_close(&stream);
    return rc;
}

/* First come, first served, the line is cut and healed before anything is sent. */
static int saboteur(void *arg)
{
    (void)arg;
    must(troupe_net_cut("shop", "localhost"));
    must(troupe_sleep(TROUPE_MS(1500)));
    return troupe_net_heal("shop", "localhost");
}

static int amain(void *arg)
{
    troupe_pid server;
    (void)arg;
    must(troupe_net_simulate(NULL));
    must(troupe_spawn(shop, NULL, &server));
    must(troupe_yield());
    must(troupe_spawn(saboteur, NULL, NULL));
    must(troupe_yield());
    while (troupe_limit(TROUPE_S(1), ask, NULL) == -ETIMEDOUT)
        continue;
    must(troupe_cancel(server, NULL));
    return paid == 1 ? 0 : -1;
}

int main(void)
{
    return troupe_run(amain, NULL) < 0;
}
