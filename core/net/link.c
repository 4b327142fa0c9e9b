/*
 * Connections: what is sent flies, arrives and is read, each piece at its time.
 */

#include "net.h"

#include <errno.h>
#include <string.h>

#include "alloc.h"

/* --- pieces --- */

static struct net_piece *first_of(const struct list *list)
{
    struct list_link *link = list_first(list);
    return link != NULL ? LIST_OWNER(link, struct net_piece, link) : NULL;
}

/* Those that tell of an end are part of their way. */
static void free_piece(struct net_piece *piece)
{
    if (piece->kind == NET_DATA)
        alloc_free(piece);
}

static void drop_all(struct net_way *way, struct list *list)
{
    struct net_piece *piece;
    while ((piece = first_of(list)) != NULL) {
        list_remove(list, &piece->link);
        way->held -= piece->bytes - piece->taken;
        free_piece(piece);
    }
}

static const troupe_line *line_of(struct net_end *end)
{
    return net_line_of(end->link->net, end->place.host, net_peer(end)->place.host);
}

static bool is_cut(struct net_end *end)
{
    return net_is_cut(end->link->net, end->place.host, net_peer(end)->place.host);
}

/* --- the way --- */

static void fail(struct net_end *end, int error)
{
    struct net *net = end->link->net;
    if (end->error == 0)
        end->error = error;
    timers_forget(&net->sched->timers, &end->sent.timer);
    drop_all(&end->sent, &end->sent.flying);
    net_wake(net, end->reading, 0);
    net_wake(net, end->writing, 0);
}

/* Sets the timer for the piece that is the next to arrive. */
static void plan(struct net_end *end)
{
    struct net_way *way = &end->sent;
    struct timers *timers = &end->link->net->sched->timers;
    const struct net_piece *next = first_of(&way->flying);
    timers_forget(timers, &way->timer);
    if (next == NULL)
        return;
    int64_t at_ns = next->arrives_ns + (is_cut(end) ? TROUPE_NET_GIVE_UP_NS : 0);
    if (timers_set(timers, at_ns, TIMER_NET, &way->timer) < 0)
        fail(end, -ENOMEM);
}

/* When a piece of so many bytes that sets out now arrives. */
static int64_t arrival(struct net_end *end, size_t bytes)
{
    struct net_way *way = &end->sent;
    const troupe_line *line = line_of(end);
    int64_t now_ns = clock_now_ns();
    if (is_cut(end))
        return now_ns;
    if (way->free_ns < now_ns)
        way->free_ns = now_ns;
    if (line->bandwidth > 0)
        way->free_ns += (int64_t)bytes * TROUPE_S(1) / line->bandwidth;
    int64_t at_ns = way->free_ns + net_delay(end->link->net, line);
    if (way->last_ns < at_ns)
        way->last_ns = at_ns;
    return way->last_ns;
}

static void send_off(struct net_end *end, struct net_piece *piece);

/* A piece has come to the other end, which may be closed: then, if it is data, the sender is told
 * that nobody reads it. */
static void land(struct net_end *from, struct net_piece *piece)
{
    struct net_end *to = net_peer(from);
    struct net *net = from->link->net;
    if (!to->is_open) {
        if (piece->kind == NET_DATA && from->is_open && !list_has(&to->sent.reset.link))
            send_off(to, &to->sent.reset);
        from->sent.held -= piece->bytes;
        free_piece(piece);
    } else if (piece->kind == NET_RESET) {
        fail(to, -ECONNRESET);
    } else {
        list_push(&from->sent.arrived, &piece->link);
        net_wake(net, to->reading, 0);
    }
}

/* All pieces whose time has come arrive. */
static void land_all(struct net_end *end)
{
    struct net_piece *piece;
    int64_t now_ns = clock_now_ns();
    while (!is_cut(end) && (piece = first_of(&end->sent.flying)) != NULL &&
           piece->arrives_ns <= now_ns) {
        list_remove(&end->sent.flying, &piece->link);
        land(end, piece);
    }
    plan(end);
}

static void send_off(struct net_end *end, struct net_piece *piece)
{
    piece->arrives_ns = arrival(end, piece->bytes);
    list_push(&end->sent.flying, &piece->link);
    end->sent.held += piece->bytes;
    if (first_of(&end->sent.flying) == piece)
        land_all(end);
}

void net_fire(struct net *net, timer_slot *slot)
{
    (void)net;
    struct net_way *way = LIST_OWNER(slot, struct net_way, timer);
    struct net_end *end = LIST_OWNER(way, struct net_end, sent);
    if (is_cut(end))
        fail(end, -ETIMEDOUT);
    else
        land_all(end);
}

/* --- reading and writing --- */

int net_try_read(struct net_end *end, void *buffer, size_t bytes)
{
    struct net_end *peer = net_peer(end);
    struct net_piece *piece;
    size_t done = 0;
    while (done < bytes && (piece = first_of(&peer->sent.arrived)) != NULL &&
           piece->kind == NET_DATA) {
        size_t rest = piece->bytes - piece->taken, room = bytes - done;
        size_t count = rest < room ? rest : room;
        memcpy((char *)buffer + done, piece->data + piece->taken, count);
        done += count;
        piece->taken += count;
        peer->sent.held -= count;
        if (piece->taken < piece->bytes)
            break;
        list_remove(&peer->sent.arrived, &piece->link);
        free_piece(piece);
    }
    if (done > 0) {
        net_wake(end->link->net, peer->writing, 0);
        return (int)done;
    }
    if (first_of(&peer->sent.arrived) != NULL)
        return 0; /* the end */
    return end->error != 0 ? end->error : -EAGAIN;
}

/* Why nothing can be written any more; or 0. */
static int why_not(struct net_end *end)
{
    const struct net_piece *next = first_of(&net_peer(end)->sent.arrived);
    if (end->is_shut)
        return -EPIPE;
    bool saw_end = next != NULL && next->kind == NET_END;
    return end->error == -ECONNRESET && saw_end ? -EPIPE : end->error;
}

static struct net_piece *make_piece(const void *data, size_t bytes)
{
    struct net_piece *piece = alloc_zeroed(sizeof *piece + bytes);
    if (piece == NULL)
        return NULL;
    piece->kind = NET_DATA;
    piece->bytes = bytes;
    piece->data = (char *)(piece + 1);
    memcpy(piece->data, data, bytes);
    return piece;
}

int net_try_write(struct net_end *end, const void *data, size_t bytes)
{
    size_t done = 0;
    int rc = 0;
    while (done < bytes && (rc = why_not(end)) == 0) {
        const troupe_line *line = line_of(end);
        size_t window = line->window > 0 ? line->window : TROUPE_NET_WINDOW_BYTES;
        size_t room = end->sent.held < window ? window - end->sent.held : 0;
        size_t count = bytes - done < room ? bytes - done : room;
        if (count == 0)
            break;
        if (count > TROUPE_NET_PIECE_BYTES)
            count = TROUPE_NET_PIECE_BYTES;
        if (net_happens(end->link->net, line->breaks)) {
            net_link_break(end->link);
            continue;
        }
        struct net_piece *piece = make_piece((const char *)data + done, count);
        if (piece == NULL) {
            rc = -ENOMEM;
            break;
        }
        send_off(end, piece);
        done += count;
    }
    if (done > 0)
        return (int)done;
    return rc < 0 ? rc : -EAGAIN;
}

int net_shut(struct net_end *end)
{
    if (end->error != 0)
        return -ENOTCONN;
    if (!end->is_shut)
        send_off(end, &end->sent.end);
    end->is_shut = true;
    return 0;
}

/* --- coming and going --- */

static void begin_end(struct net_link *link, int side, const struct net_place *place)
{
    struct net_end *end = &link->ends[side];
    end->link = link;
    end->place = *place;
    end->is_open = true;
    end->sent.end.kind = NET_END;
    end->sent.reset.kind = NET_RESET;
}

struct net_link *net_link_create(struct net *net, const struct net_place *from,
                                 const struct net_place *to)
{
    struct net_link *link = alloc_should_fail() ? NULL : slab_take(&net->slab);
    if (link == NULL)
        return NULL;
    *link = (struct net_link){.net = net};
    begin_end(link, 0, from);
    begin_end(link, 1, to);
    list_push(&net->links, &link->link);
    return link;
}

void net_link_destroy(struct net_link *link)
{
    struct net *net = link->net;
    for (int i = 0; i < 2; i++) {
        struct net_way *way = &link->ends[i].sent;
        timers_forget(&net->sched->timers, &way->timer);
        drop_all(way, &way->flying);
        drop_all(way, &way->arrived);
    }
    list_remove(&net->links, &link->link);
    slab_give(&net->slab, link);
}

void net_link_break(struct net_link *link)
{
    fail(&link->ends[0], -ECONNRESET);
    fail(&link->ends[1], -ECONNRESET);
}

void net_link_hold(struct net_link *link)
{
    for (int i = 0; i < 2; i++) {
        struct list *flying = &link->ends[i].sent.flying;
        for (struct list_link *at = list_first(flying); at != NULL; at = list_next(flying, at))
            LIST_OWNER(at, struct net_piece, link)->arrives_ns = clock_now_ns();
        plan(&link->ends[i]);
    }
}

void net_link_go_on(struct net_link *link)
{
    for (int i = 0; i < 2; i++) {
        struct net_end *end = &link->ends[i];
        struct list *flying = &end->sent.flying;
        if (is_cut(end))
            continue; /* otherwise */
        for (struct list_link *at = list_first(flying); at != NULL; at = list_next(flying, at)) {
            struct net_piece *piece = LIST_OWNER(at, struct net_piece, link);
            piece->arrives_ns = arrival(end, piece->bytes);
        }
        land_all(end);
    }
}

void net_close(struct net_end *end)
{
    struct net_link *link = end->link;
    struct net_end *peer = net_peer(end);
    const struct net_piece *unread = first_of(&peer->sent.arrived);
    net_wake(link->net, end->reading, -EBADF);
    net_wake(link->net, end->writing, -EBADF);
    end->is_open = false;
    if (!peer->is_open) {
        net_link_destroy(link);
    } else if (end->error == 0) {
        if (unread != NULL && unread->kind == NET_DATA)
            send_off(end, &end->sent.reset);
        else
            (void)net_shut(end);
        drop_all(&peer->sent, &peer->sent.arrived);
        net_wake(link->net, peer->writing, 0);
    }
}
