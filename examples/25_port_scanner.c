/*
 * A port scanner: twenty actors try one port after the other, each for half a second at the most.
 * `25_port_scanner 127.0.0.1 1 1024` says which of these ports are open.
 *
 * prints:
 *     found: 3 of 3 ports that listen, 0 of 1 that is closed
 * look at: the twenty scanners, whose waits for io lie side by side
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <troupe.h>

enum { SCANNERS = 20, PORTS = 65536 };
static const char *host = "127.0.0.1";
static int next, last; /* shared by all scanners: nobody else runs between two waits */
static bool is_open[PORTS];

static int dial(void *address)
{
    return troupe_dial(&(troupe_stream){0}, address); /* closed when its scanner ends */
}

static int scan(void *arg)
{
    (void)arg;
    while (next <= last && troupe_checkpoint() == 0) {
        int port = next++;
        char address[300];
        snprintf(address, sizeof address, "tcp:%s:%d", host, port);
        is_open[port] = troupe_limit(TROUPE_MS(500), dial, address) == 0;
    }
    return 0;
}

static int scan_all(int first_port, int last_port)
{
    troupe_fn scanners[SCANNERS];
    next = first_port;
    last = last_port < PORTS ? last_port : PORTS - 1;
    for (int i = 0; i < SCANNERS; i++)
        scanners[i] = scan;
    return troupe_gather(scanners, SCANNERS, NULL);
}

/* Looks around a port that listens, or has listened a moment ago; 1 if it was found. */
static int look_around(bool still_listens)
{
    char address[TROUPE_ADDRESS_BYTES] = ":0";
    troupe_stream listener;
    if (troupe_listen(&listener, "tcp:127.0.0.1:0") == 0)
        troupe_stream_address(listener, address, sizeof address);
    int port = atoi(strrchr(address, ':') + 1);
    if (!still_listens)
        troupe_stream_close(&listener);
    return scan_all(port > 30 ? port - 30 : 0, port + 30) == 0 && is_open[port];
}

static int amain(void *arg)
{
    char **range = arg;
    if (range == NULL) {
        int found = look_around(true) + look_around(true) + look_around(true);
        printf("found: %d of 3 ports that listen, %d of 1 that is closed\n", found,
               look_around(false));
        return 0;
    }
    host = range[0];
    int rc = scan_all(atoi(range[1]), atoi(range[2]));
    for (int port = atoi(range[1]); port < next; port++)
        if (is_open[port])
            printf("%d is open\n", port);
    return rc;
}

int main(int argc, char **argv)
{
    return troupe_run(amain, argc > 3 ? argv + 1 : NULL) < 0;
}
