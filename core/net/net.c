/*
 * Hosts, the lines between them, and what becomes of those while the program runs.
 */

#include "net.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <troupe/trace.h>

#include "alloc.h"
#include "chance.h"

/* As Linux waits before it sends a lost packet again, at first; then twice as long each time. */
#define RESEND_NS TROUPE_MS(200)

/* So often at the most is one piece lost: an hour, which nobody waits for. */
#define LOSSES_MAX 14

#define LOSS_MAX 0.99

/* --- chance --- */

/* The next number of a row that looks like chance. */
static uint64_t draw(struct net *net)
{
    net->random += CHANCE_STEP;
    return chance_mix(net->random);
}

bool net_happens(struct net *net, double share)
{
    return share > 0 && (draw(net) >> 32) < (uint64_t)(share * 4294967296.0);
}

troupe_ns net_delay(struct net *net, const troupe_line *line)
{
    troupe_ns delay = line->latency;
    if (line->jitter > 0)
        delay += (troupe_ns)(draw(net) % ((uint64_t)line->jitter + 1));
    for (int i = 0; i < LOSSES_MAX && net_happens(net, line->loss); i++)
        delay += RESEND_NS << i;
    return delay;
}

/* --- hosts and lines --- */

int net_host(struct net *net, const char *name, size_t bytes)
{
    if (bytes == 0 || bytes > TROUPE_NET_NAME_BYTES)
        return -EINVAL;
    for (uint32_t i = 0; i < net->host_count; i++)
        if (strlen(net->hosts[i]) == bytes && memcmp(net->hosts[i], name, bytes) == 0)
            return (int)i;
    if (net->host_count == TROUPE_NET_HOSTS_MAX)
        return -EMFILE;
    char *copy = alloc_zeroed(bytes + 1);
    if (copy == NULL)
        return -ENOMEM;
    memcpy(copy, name, bytes);
    net->hosts[net->host_count] = copy;
    return (int)net->host_count++;
}

static struct net_line *find_line(const struct net *net, uint8_t host, uint8_t other)
{
    uint8_t low = host < other ? host : other, high = host < other ? other : host;
    for (size_t i = 0; i < net->line_count; i++)
        if (net->lines[i].host == low && net->lines[i].other == high)
            return &net->lines[i];
    return NULL;
}

const troupe_line *net_line_of(const struct net *net, uint8_t host, uint8_t other)
{
    const struct net_line *line = find_line(net, host, other);
    return line != NULL && line->has_line ? &line->line : &net->common;
}

bool net_is_cut(const struct net *net, uint8_t host, uint8_t other)
{
    const struct net_line *line = find_line(net, host, other);
    bool is_alone = host != other && (net->is_alone[host] || net->is_alone[other]);
    return is_alone || (line != NULL && line->is_cut);
}

/* What is said of the line, in a place of its own; NULL without memory. */
static struct net_line *make_line(struct net *net, uint8_t host, uint8_t other)
{
    struct net_line *line = find_line(net, host, other);
    if (line != NULL)
        return line;
    struct net_line *more = alloc_grow(net->lines, net->line_count + 1, sizeof *net->lines);
    if (more == NULL)
        return NULL;
    net->lines = more;
    line = &net->lines[net->line_count++];
    *line = (struct net_line){
        .host = host < other ? host : other,
        .other = host < other ? other : host,
    };
    return line;
}

static bool is_sound(const troupe_line *line)
{
    return line->latency >= 0 && line->jitter >= 0 && line->bandwidth >= 0 &&
           line->latency < TROUPE_FOREVER / 4 && line->jitter < TROUPE_FOREVER / 4 &&
           line->loss >= 0 && line->loss <= LOSS_MAX && line->breaks >= 0 && line->breaks <= 1;
}

/* --- waiting --- */

static void detach(struct wait *base)
{
    struct net_wait *waiter = LIST_OWNER(base, struct net_wait, wait);
    if (waiter->seat != NULL)
        *waiter->seat = NULL;
    else
        list_remove(&world_here()->net->patient, &waiter->link);
}

int net_wait(struct net *net, struct net_wait **seat, troupe_ns limit, int timeout_result,
             const struct troupe_site *site)
{
    if (seat != NULL && *seat != NULL)
        return -EBUSY;
    struct net_wait waiter = {
        .wait =
            {
                .reason = TRACE_REASON_IO,
                .site = site,
                .timeout_result = timeout_result,
                .detach = detach,
            },
        .task = net->sched->current,
        .seat = seat,
    };
    if (seat != NULL)
        *seat = &waiter;
    else
        list_push(&net->patient, &waiter.link);
    return sched_wait(net->sched, &waiter.wait, limit);
}

void net_wake(struct net *net, const struct net_wait *waiter, int result)
{
    uint32_t by = net->sched->current != NULL ? net->sched->current->number : 0;
    if (waiter != NULL)
        sched_interrupt(net->sched, waiter->task, result, by);
}

/* --- the network --- */

static void finish(struct net *net)
{
    struct list_link *link;
    while ((link = list_first(&net->links)) != NULL)
        net_link_destroy(LIST_OWNER(link, struct net_link, link));
    slab_finish(&net->slab);
    for (uint32_t i = 0; i < net->host_count; i++)
        alloc_free(net->hosts[i]);
    alloc_free(net->lines);
    alloc_free(net);
}

int net_open(struct world *world)
{
    if (world->net != NULL)
        return 0;
    const struct crew *crew = world->sched.crew;
    if (crew->loop_count > 1)
        return -ENOTSUP;
    struct net *net = alloc_zeroed(sizeof *net);
    if (net == NULL)
        return -ENOMEM;
    net->sched = &world->sched;
    net->random = crew->plan.seed;
    slab_init(&net->slab, sizeof(struct net_link));
    int rc = net_host(net, "localhost", strlen("localhost"));
    if (rc < 0) {
        alloc_free(net);
        return rc;
    }
    world->net = net;
    world->net_fire = net_fire;
    world->net_finish = finish;
    return 0;
}

int troupe_net_simulate(const troupe_line *line)
{
    struct world *world = world_inside("troupe_net_simulate");
    if (net_simulated(world) != NULL)
        return -EALREADY;
    if (line != NULL && !is_sound(line))
        return -EINVAL;
    int rc = net_open(world);
    if (rc < 0)
        return rc;
    world->net->is_simulated = true;
    if (line != NULL)
        world->net->common = *line;
    return 0;
}

/* The beginning of the calls about hosts: the network, or NULL and why there is none. */
static struct net *begin(const char *call, int *code)
{
    struct net *net = net_simulated(world_inside(call));
    *code = net == NULL ? -ENOTSUP : 0;
    return net;
}

int troupe_net_move(const char *host)
{
    int rc;
    struct net *net = begin("troupe_net_move", &rc);
    if (net == NULL)
        return rc;
    rc = net_host(net, host, strlen(host));
    if (rc < 0)
        return rc;
    actor_self(world_here())->host = (uint8_t)rc;
    return 0;
}

/* The two hosts of a call; *other is -1 if it is about all others.  0 or a negative code. */
static int find_hosts(struct net *net, const char *name, const char *other_name, int *host,
                      int *other)
{
    *host = net_host(net, name, strlen(name));
    *other = other_name != NULL ? net_host(net, other_name, strlen(other_name)) : -1;
    return *host < 0 ? *host : other_name != NULL && *other < 0 ? *other : 0;
}

int troupe_net_line(const char *name, const char *other_name, const troupe_line *given)
{
    int rc, host, other;
    struct net *net = begin("troupe_net_line", &rc);
    if (net == NULL)
        return rc;
    if (other_name == NULL || !is_sound(given))
        return -EINVAL;
    rc = find_hosts(net, name, other_name, &host, &other);
    struct net_line *line = rc == 0 ? make_line(net, (uint8_t)host, (uint8_t)other) : NULL;
    if (line == NULL)
        return rc < 0 ? rc : -ENOMEM;
    line->has_line = true;
    line->line = *given;
    return 0;
}

static void mark(const char *what, const char *host, const char *other)
{
    char text[2 * TROUPE_NET_NAME_BYTES + 64];
    if (!troupe_trace_is_on())
        return;
    snprintf(text, sizeof text, "%s %s and %s", what, host, other != NULL ? other : "all others");
    troupe_trace_mark(text);
}

/* Whether the line of a connection is one of those that a call is about. */
static bool concerns(const struct net_link *link, int host, int other)
{
    int one = link->ends[0].place.host, two = link->ends[1].place.host;
    if (other < 0)
        return one != two && (one == host || two == host);
    return (one == host && two == other) || (one == other && two == host);
}

/* Notes whether these lines are cut; 0 or -ENOMEM. */
static int note_cut(struct net *net, int host, int other, bool is_cut)
{
    if (other < 0) {
        net->is_alone[host] = is_cut;
        for (size_t i = 0; !is_cut && i < net->line_count; i++)
            if (net->lines[i].host != net->lines[i].other &&
                (net->lines[i].host == host || net->lines[i].other == host))
                net->lines[i].is_cut = false;
        return 0;
    }
    struct net_line *line = make_line(net, (uint8_t)host, (uint8_t)other);
    if (line == NULL)
        return -ENOMEM;
    line->is_cut = is_cut;
    return 0;
}

int troupe_net_cut(const char *name, const char *other_name)
{
    int rc, host, other;
    struct net *net = begin("troupe_net_cut", &rc);
    if (rc == 0)
        rc = find_hosts(net, name, other_name, &host, &other);
    if (rc == 0)
        rc = note_cut(net, host, other, true);
    if (rc < 0)
        return rc;
    mark("cut the line between", name, other_name);
    for (struct list_link *link = list_first(&net->links); link != NULL;
         link = list_next(&net->links, link))
        if (concerns(LIST_OWNER(link, struct net_link, link), host, other))
            net_link_hold(LIST_OWNER(link, struct net_link, link));
    return 0;
}

int troupe_net_heal(const char *name, const char *other_name)
{
    int rc, host, other;
    struct net *net = begin("troupe_net_heal", &rc);
    if (rc == 0)
        rc = find_hosts(net, name, other_name, &host, &other);
    if (rc == 0)
        rc = note_cut(net, host, other, false);
    if (rc < 0)
        return rc;
    mark("heal the line between", name, other_name);
    for (struct list_link *link = list_first(&net->links); link != NULL;
         link = list_next(&net->links, link))
        if (concerns(LIST_OWNER(link, struct net_link, link), host, other))
            net_link_go_on(LIST_OWNER(link, struct net_link, link));
    struct list_link *first;
    while ((first = list_first(&net->patient)) != NULL)
        net_wake(net, LIST_OWNER(first, struct net_wait, link), 0);
    return 0;
}

int troupe_net_break(const char *name, const char *other_name)
{
    int rc, host, other, count = 0;
    struct net *net = begin("troupe_net_break", &rc);
    if (rc == 0)
        rc = find_hosts(net, name, other_name, &host, &other);
    if (rc < 0)
        return rc;
    mark("break the connections between", name, other_name);
    for (struct list_link *link = list_first(&net->links); link != NULL;
         link = list_next(&net->links, link)) {
        struct net_link *connection = LIST_OWNER(link, struct net_link, link);
        if (!concerns(connection, host, other))
            continue;
        net_link_break(connection);
        count++;
    }
    return count;
}
