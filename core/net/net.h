#ifndef NET_H
#define NET_H

/*
 * The simulated network from the inside.
 *
 *     world->net ---> hosts, lines           who may reach whom, and how fast       net.c
 *                ---> listeners              each with connections to be taken      dial.c
 *                ---> links                  connections                            link.c
 *                       ends[0].sent ----->  pieces that fly, then lie there until ends[1] reads
 *                       ends[1].sent ----->  likewise, for ends[0]
 *
 * Each direction of a connection has one timer, for the piece that arrives next.  Everything here
 * happens on one loop, so it is the same each time if the turns are.
 */

#include <troupe/net.h>

#include "actor.h"

/* Where a listener is, or an end of a connection. */
struct net_place {
    uint8_t host;
    uint16_t port;
    char path[TROUPE_ADDRESS_BYTES]; /* "": it has a port instead */
};

/* An actor that waits here; on its stack. */
struct net_wait {
    struct wait wait;
    struct task *task;
    struct net_wait **seat; /* where it is noted; NULL: on net->patient */
    struct list_link link;
};

enum net_piece_kind {
    NET_DATA,
    NET_END,   /* nothing more comes */
    NET_RESET, /* nobody reads what is sent there */
};

struct net_piece {
    struct list_link link;
    enum net_piece_kind kind;
    int64_t arrives_ns; /* while the line is cut: since when it is held up */
    size_t bytes, taken;
    char *data;
};

/* One direction. */
struct net_way {
    timer_slot timer;    /* when the next piece arrives, or its sender gives up */
    struct list flying;  /* of struct net_piece, */
    struct list arrived; /* and those that are to be read */
    size_t held;         /* bytes in both */
    int64_t free_ns;     /* when the next piece can set out, as far as bandwidth goes */
    int64_t last_ns;     /* when the latest one arrives */
    struct net_piece end, reset;
};

struct net_end {
    struct net_way sent;
    struct net_link *link;
    struct net_place place;
    struct net_wait *reading, *writing; /* NULL: nobody */
    int error;                          /* the connection is broken; or 0 */
    bool is_open, is_shut;
};

struct net_link {
    struct list_link link; /* on net->links */
    struct list_link next; /* on listener->backlog, before it is taken */
    struct net *net;
    struct net_end ends[2];
};

struct net_listener {
    struct list_link link; /* on net->listeners */
    struct net *net;
    struct net_place place;
    struct list backlog; /* of struct net_link: the second end is to be taken */
    struct net_wait *accepting;
};

/* What is said of the line between two hosts, the lesser first. */
struct net_line {
    uint8_t host, other;
    bool is_cut, has_line;
    troupe_line line;
};

struct net {
    struct sched *sched;
    bool is_simulated; /* otherwise there are only pairs */
    troupe_line common;
    uint64_t random;
    char *hosts[TROUPE_NET_HOSTS_MAX];
    bool is_alone[TROUPE_NET_HOSTS_MAX]; /* its lines to all others are cut */
    uint32_t host_count;
    uint16_t port_next;
    struct net_line *lines;
    size_t line_count;
    struct list listeners, links;
    struct list patient; /* of struct net_wait: waiting for lines to be healed */
    struct slab slab;    /* of struct net_link: timers may point there to the end */
};

/* --- net.c --- */

/* The network that is simulated, or NULL. */
static inline struct net *net_simulated(const struct world *world)
{
    return world->net != NULL && world->net->is_simulated ? world->net : NULL;
}

/* The network of this run, made if need be: 0 or a negative code. */
int net_open(struct world *world);

/* The host of this name, which is new if need be; or a negative code. */
int net_host(struct net *net, const char *name, size_t bytes);

const troupe_line *net_line_of(const struct net *net, uint8_t host, uint8_t other);
bool net_is_cut(const struct net *net, uint8_t host, uint8_t other);

/* How long it takes from one end of such a line to the other, this time. */
troupe_ns net_delay(struct net *net, const troupe_line *line);

/* Whether what happens to so much of all pieces happens to this one. */
bool net_happens(struct net *net, double share);

/* The running actor waits in this seat, unless somebody does (-EBUSY), for no longer than `limit`,
 * which ends with the result that is given for it. */
int net_wait(struct net *net, struct net_wait **seat, troupe_ns limit, int timeout_result,
             const struct troupe_site *site);

/* Whoever waits in it goes on. */
void net_wake(struct net *net, const struct net_wait *waiter, int result);

/* --- link.c --- */

/* A connection between these places, the first of which is that of the caller; NULL without
 * memory. */
struct net_link *net_link_create(struct net *net, const struct net_place *from,
                                 const struct net_place *to);

static inline struct net_end *net_peer(struct net_end *end)
{
    return &end->link->ends[end == &end->link->ends[0]];
}

/* Reads and writes without waiting, as transfer_try_read() and transfer_try_write(). */
int net_try_read(struct net_end *end, void *buffer, size_t bytes);
int net_try_write(struct net_end *end, const void *data, size_t bytes);

/* Nothing more will be written; 0 or a negative code. */
int net_shut(struct net_end *end);

/* Who waits for it is told -EBADF.  It is gone. */
void net_close(struct net_end *end);

/* The connection breaks. */
void net_link_break(struct net_link *link);

/* Its line has been cut, or healed. */
void net_link_hold(struct net_link *link);
void net_link_go_on(struct net_link *link);

/* The timer of a way has come up. */
void net_fire(struct net *net, timer_slot *slot);

void net_link_destroy(struct net_link *link);

/* --- dial.c --- */

/* Connects the running actor to this place; *end is there as soon as there is something to close.
 * May suspend.  0 or a negative code. */
int net_dial(struct net *net, const struct net_place *to, struct net_end **end,
             const struct troupe_site *site);

int net_listen(struct net *net, const struct net_place *at, struct net_listener **listener);
void net_listener_close(struct net_listener *listener);

/* The next connection of the listener; -EAGAIN if there is none. */
int net_try_accept(struct net_listener *listener, struct net_end **end);

/* "tcp:HOST:PORT" or "unix:PATH": 0 or -ENAMETOOLONG. */
int net_place_text(const struct net *net, const struct net_place *place, char *text, size_t bytes);

#endif
