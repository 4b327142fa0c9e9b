#ifndef TROUPE_NET_H
#define TROUPE_NET_H

/*
 * A network in memory, for tests: one that is slow, loses what is sent and falls apart, when and
 * where the test says so.
 *
 * The program under test stays what it is.  After troupe_net_simulate() every troupe_dial(),
 * troupe_listen() and troupe_stream_accept() of the run goes to this network, for tcp:HOST:PORT and
 * unix:PATH alike; all that is done with their streams, HTTP too, is done as ever.
 *
 *     troupe_net_simulate(&(troupe_line){.latency = TROUPE_MS(20), .jitter = TROUPE_MS(5)});
 *     troupe_net_move("shop");            // this actor, and whom it spawns, lives there
 *     rc = troupe_listen(&listener, "tcp:shop:80");
 *     ...
 *     troupe_net_cut("shop", "home");     // now nobody hears of the other
 *     troupe_sleep(TROUPE_S(5));
 *     troupe_net_heal("shop", "home");    // what was held up arrives
 *
 * With virtual time (see troupe/run.h) nothing takes time, and the same seed gives the same run, to
 * the byte of its trace; what is up to chance goes by TROUPE_SEED.  A run that waits for nothing
 * but such streams is stuck when nobody can ever go on, and says so.
 *
 * Hosts are names that come to be by being used.  Each actor lives on one, "localhost" if nothing
 * is said, and an actor that it spawns lives there, too.  An actor dials from its host; localhost
 * and 127.0.0.1, ::1, 0.0.0.0, :: mean that host itself.  No name is looked up.
 *
 * What streams promise holds here as well: bytes come in the order in which they were written, and
 * none is altered or missing.  What is lost is sent again, so loss shows as delay:
 *
 *   - A piece of up to TROUPE_NET_PIECE_BYTES that is lost comes 200 ms later, or 400, 800, ... if
 *     it is lost again, and whatever is behind it waits.
 *   - While a line is cut, what is on its way or is sent stays where it is, and arrives once the
 *     line is healed.  A dial waits as long, for TROUPE_NET_DIAL_NS at most.  Whoever has sent
 *     something that has not arrived after TROUPE_NET_GIVE_UP_NS of that is told -ETIMEDOUT.
 *   - A connection that breaks is -ECONNRESET at both ends, and what is on its way is gone.
 *
 * Encrypted streams (tls:) cannot be had here, since what they send is different each time: dial
 * and listen return -ENOTSUP.  Descriptors, and so datagrams, are the system's: they go to the real
 * network as ever.
 */

#include <troupe/stream.h>
#include <troupe/time.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What is sent, lost or held up at once. */
#define TROUPE_NET_PIECE_BYTES 16384

/* How long a dial to where nobody answers takes, and how long it is before the sender of what does
 * not arrive gives up: as on Linux. */
#define TROUPE_NET_DIAL_NS TROUPE_S(127)
#define TROUPE_NET_GIVE_UP_NS TROUPE_S(924)

/* What may be on its way on a connection, or has not been read yet, before its sender waits. */
#define TROUPE_NET_WINDOW_BYTES 65536

/* Hosts that a run may name, and bytes of a name that count. */
#define TROUPE_NET_HOSTS_MAX 255
#define TROUPE_NET_NAME_BYTES 63

/* A line between two hosts, the same in both directions.  All zero: what is sent is there at once.
 */
typedef struct troupe_line {
    troupe_ns latency; /* from one end to the other */
    troupe_ns jitter;  /* up to so much more, by lot; nothing overtakes what was sent before */
    int64_t bandwidth; /* bytes a second of each connection; 0: no limit.  A few of them make a
                          slow peer */
    double loss;       /* so much of all pieces, from 0 to 0.99, is lost and sent again */
    double breaks;     /* with so many of them, from 0 to 1, the connection breaks */
    size_t window;     /* 0: TROUPE_NET_WINDOW_BYTES */
} troupe_line;

/*
 * From now on dials and listens of this run go to the simulated network, until its end.  `line` is
 * what all lines are like of which nothing else is said, a host's with itself among them; NULL: all
 * zero.  Streams that there are stay real.  Inside an actor.  Returns 0; -EALREADY if it has been
 * called before; -EINVAL for values out of range; -ENOTSUP with several loops; -ENOMEM.
 */
TROUPE_API int troupe_net_simulate(const troupe_line *line);

/* The calling actor lives on this host from now on, and so does whom it spawns.  Streams that it
 * has stay where they are.  Inside an actor.  Returns 0; -ENOTSUP without a simulated network;
 * -EINVAL for no name or one that is too long; -EMFILE for too many hosts; -ENOMEM. */
TROUPE_API int troupe_net_move(const char *host);

/* What the line between two hosts, or within one, is like from now on.  Inside an actor.  Returns
 * as troupe_net_move(); -EINVAL for values out of range, and without a second host, too. */
TROUPE_API int troupe_net_line(const char *host, const char *other, const troupe_line *line);

/* Cuts the line between two hosts, or heals it again; `other` NULL: the lines between this host
 * and all others.  Both are marks in the trace.  Inside an actor.  Return as troupe_net_move(). */
TROUPE_API int troupe_net_cut(const char *host, const char *other);
TROUPE_API int troupe_net_heal(const char *host, const char *other);

/* All connections between two hosts break; new ones can be made.  `other` NULL: as above.  A mark
 * in the trace.  Inside an actor.  Returns how many, or as troupe_net_move(). */
TROUPE_API int troupe_net_break(const char *host, const char *other);

/* Two streams that are connected to each other, on the caller's host: a pipe in both directions,
 * with nobody else in between.  They belong to the caller.  With a simulated network or without.
 * Inside an actor.  Returns 0; -ENOTSUP with several loops; -ENOMEM. */
TROUPE_API int troupe_net_pair_at(const struct troupe_site *site, troupe_stream ends[2]);
#define troupe_net_pair(...) troupe_net_pair_at(TROUPE_SITE(), __VA_ARGS__)

#ifdef __cplusplus
}
#endif

#endif
