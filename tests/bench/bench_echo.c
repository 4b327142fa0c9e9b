/*
 * The echo server: an actor for each connection.
 */

#include "bench.h"

#include <stdio.h>

static int echo(void *arg)
{
    troupe_stream stream = {(uint64_t)(uintptr_t)arg};
    char bytes[4096];
    int count;
    while ((count = troupe_stream_read(stream, bytes, sizeof bytes)) > 0)
        if (troupe_stream_write(stream, bytes, (size_t)count) != count)
            break;
    return 0;
}

int bench_echo(void *port)
{
    char address[TROUPE_ADDRESS_BYTES];
    troupe_stream listener;
    snprintf(address, sizeof address, "tcp:127.0.0.1:%s", (const char *)port);
    must(troupe_listen(&listener, address), "listen");
    must(troupe_stream_serve(listener, echo), "serve");
    return 0;
}
