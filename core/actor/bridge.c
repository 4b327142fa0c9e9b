/*
 * Writing many posts with one call, reading as many as there are, and noticing the end.
 */

#include "bridge.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <troupe/loops.h>

#include "abroad.h"
#include "alloc.h"
#include "elsewhere.h"
#include "knock.h"
#include "names.h"
#include "news.h"
#include "post.h"
#include "reaper.h"
#include "wire.h"

/* What is read with one call. */
#define BUFFER_BYTES 65536

/* Calls in a row, of one bridge; then the actors get their turns. */
#define READS_MAX 16

/* Posts that are written with one call. */
#define WRITE_POSTS 64

/* An actor that is killed while its loop is held does not end.  If the process was forked for it,
 * the process is killed then: after a second, as a child that does not heed SIGTERM. */
#define KILL_GRACE_NS TROUPE_S(1)

/* The bridges of one loop. */
struct bridges {
    struct bell bell; /* rung by the loop itself: there is more to be read */
    struct list all;  /* of struct bridge */
    struct list full; /* of struct bridge: with posts that wait to be written */
};

struct bridge {
    struct list_link link;      /* on bridges->all */
    struct list_link full_link; /* on bridges->full, while posts wait */
    struct bridges *bridges;
    struct world *world;
    uint32_t loop; /* it leads to */
    int fd;        /* -1: the other end has been closed */
    struct loop_watch *watch;

    /* To be written: a queue by msg->prev. */
    struct troupe_msg *first;
    struct troupe_msg **last;
    size_t done; /* bytes of the first that have been written */
    bool is_blocked;
    bool is_deaf; /* the other end does not listen any more, but may have said something before */

    /* Read: what has not been taken out of the buffer yet, and the post that is being filled. */
    char *buffer;
    size_t begin, end;
    struct troupe_msg *post; /* NULL: a head comes next */
    struct wire_head head;
    char *payload;
    size_t payload_done;
    bool has_more; /* to be read or taken in, at the next opportunity */

    struct reaper reaper;         /* of the process */
    bool is_up;                   /* there is none: it leads to where this process was forked */
    struct troupe_msg *last_news; /* that the process is gone */
};

static void hear(struct bridge *bridge);
static void write_all(struct bridges *bridges);

static void answer(struct bell *bell)
{
    struct bridges *bridges = LIST_OWNER(bell, struct bridges, bell);
    struct list_link *next;
    write_all(bridges);
    for (struct list_link *link = list_first(&bridges->all); link != NULL; link = next) {
        struct bridge *bridge = LIST_OWNER(link, struct bridge, link);
        next = list_next(&bridges->all, link);
        if (bridge->has_more)
            hear(bridge);
    }
}

static void close_all(struct bell *bell)
{
    struct bridges *bridges = LIST_OWNER(bell, struct bridges, bell);
    TROUPE_CHECK(list_is_empty(&bridges->all));
    alloc_free(bridges);
}

/* The bridges of this loop; NULL without memory. */
static struct bridges *bridges_of(struct world *world)
{
    struct bell *bell = bell_find(&world->sched, answer);
    if (bell != NULL)
        return LIST_OWNER(bell, struct bridges, bell);
    struct bridges *bridges = alloc_zeroed(sizeof *bridges);
    if (bridges == NULL)
        return NULL;
    bridges->bell.answer = answer;
    bridges->bell.close = close_all;
    bell_open(&world->sched, &bridges->bell);
    return bridges;
}

/* The bridge by which posts get to this loop; NULL: it is gone, or the bridge is. */
static struct bridge *find(const struct world *world, uint32_t loop)
{
    const struct crew *crew = world->sched.crew;
    uint32_t via = crew_via(crew, loop);
    struct bridge *bridge = atomic_load(&crew->far[via].is_direct) ? crew->far[via].bridge : NULL;
    return bridge != NULL && !bridge->is_deaf ? bridge : NULL;
}

static _Atomic uint32_t *waiting(const struct bridge *bridge)
{
    return &bridge->world->sched.crew->far[bridge->loop].waiting;
}

static struct troupe_msg *pop(struct bridge *bridge)
{
    struct troupe_msg *post = bridge->first;
    bridge->first = post->prev;
    if (bridge->first == NULL) {
        bridge->last = &bridge->first;
        list_remove(&bridge->bridges->full, &bridge->full_link);
    }
    bridge->done = 0;
    atomic_fetch_sub(waiting(bridge), 1);
    return post;
}

static void push(struct bridge *bridge, struct troupe_msg *post)
{
    if (bridge->first == NULL)
        list_push(&bridge->bridges->full, &bridge->full_link);
    post->prev = NULL;
    *bridge->last = post;
    bridge->last = &post->prev;
    atomic_fetch_add(waiting(bridge), 1);
}

/* What was to be said is not. */
static void stop_writing(struct bridge *bridge)
{
    bridge->is_deaf = true;
    while (bridge->first != NULL)
        wire_destroy(bridge->world, pop(bridge));
}

/* The other end is closed, and all that it has said has been heard. */
static void close_socket(struct bridge *bridge)
{
    stop_writing(bridge);
    loop_unwatch(bridge->watch);
    close(bridge->fd);
    bridge->fd = -1;
    if (bridge->is_up)
        _exit(1); /* the process that has forked this one is gone, and with it the program */
}

/* The parts of the first posts, but for what has been written already; how many. */
static size_t gather(const struct bridge *bridge, struct wire_head heads[WRITE_POSTS],
                     struct iovec parts[2 * WRITE_POSTS])
{
    size_t count = 0, skip = bridge->done;
    const struct troupe_msg *post = bridge->first;
    for (size_t i = 0; post != NULL && i < WRITE_POSTS; i++, post = post->prev) {
        const void *payload;
        wire_describe(bridge->world, post, &heads[i], &payload);
        struct iovec whole[2] = {{&heads[i], sizeof heads[i]},
                                 {(void *)(uintptr_t)payload, heads[i].bytes}};
        for (int k = 0; k < 2; k++) {
            size_t skipped = skip < whole[k].iov_len ? skip : whole[k].iov_len;
            skip -= skipped;
            if (skipped < whole[k].iov_len)
                parts[count++] =
                    (struct iovec){(char *)whole[k].iov_base + skipped, whole[k].iov_len - skipped};
        }
    }
    return count;
}

static size_t wire_bytes(const struct bridge *bridge, const struct troupe_msg *post)
{
    struct wire_head head;
    const void *payload;
    wire_describe(bridge->world, post, &head, &payload);
    return sizeof head + head.bytes;
}

/* So many bytes have been written. */
static void advance(struct bridge *bridge, size_t bytes)
{
    bridge->done += bytes;
    while (bridge->first != NULL) {
        size_t whole = wire_bytes(bridge, bridge->first);
        if (bridge->done < whole)
            return;
        size_t rest = bridge->done - whole;
        wire_destroy(bridge->world, pop(bridge));
        bridge->done = rest;
    }
}

/* Writes what waits, as far as there is room. */
static void write_some(struct bridge *bridge)
{
    struct wire_head heads[WRITE_POSTS];
    struct iovec parts[2 * WRITE_POSTS];
    while (bridge->first != NULL && !bridge->is_blocked) {
        struct msghdr all = {.msg_iov = parts, .msg_iovlen = gather(bridge, heads, parts)};
        ssize_t written = sendmsg(bridge->fd, &all, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (written >= 0)
            advance(bridge, (size_t)written);
        else if (errno == EAGAIN)
            bridge->is_blocked = true;
        else if (errno != EINTR)
            stop_writing(bridge);
    }
}

static void write_all(struct bridges *bridges)
{
    struct list_link *next;
    for (struct list_link *link = list_first(&bridges->full); link != NULL; link = next) {
        next = list_next(&bridges->full, link);
        write_some(LIST_OWNER(link, struct bridge, full_link));
    }
}

/* Nobody is there to take it. */
static void turn_away(struct world *world, struct troupe_msg *post)
{
    switch (post_kind(post)) {
    case POST_WATCH:
        elsewhere_on_watch(world, post);
        break;
    case POST_KNOCK:
        knock_on_knock(world, post);
        break;
    default:
        wire_destroy(world, post);
    }
}

/* The actor that the process was forked for. */
static bool is_root(const struct bridge *bridge, uint64_t pid)
{
    return handle_loop(pid) == bridge->loop && handle_slot(pid) == ACTOR_GUEST_SLOT;
}

void bridge_send(struct world *world, struct troupe_msg *post)
{
    struct bridge *bridge = find(world, handle_loop(post->to));
    if (bridge == NULL) {
        turn_away(world, post);
        return;
    }
    push(bridge, post);
    if (post_kind(post) == POST_KILL && is_root(bridge, post->to))
        reaper_kill_later(&bridge->reaper, KILL_GRACE_NS);
    if (inbox_has_some(&world->sched.inbox))
        bell_ring(&bridge->bridges->bell); /* there may be more to be sent */
    else
        write_some(bridge);
}

/* A process is gone, and all that were reached by it: as if its actors had ended with this
 * status. */
static void announce_end(struct world *world, uint32_t gone, int status, struct troupe_msg *posts)
{
    struct crew *crew = world->sched.crew;
    for (uint32_t i = COMMONS_PROCESS_FIRST; i < COMMONS_LOOPS; i++) {
        if (!atomic_load(&crew->far[i].is_known) || atomic_load(&crew->far[i].via) != gone)
            continue;
        crew_unbridge(crew, i);
        abroad_forget(world->abroad, i);
        names_forget(world->names, i);
        news_tell_loops(world, i, status, i == gone ? posts : NULL);
        news_spread(world, &(struct news){.kind = NEWS_GONE, .loop = i, .status = status},
                    NEWS_OWN);
        commons_give(crew->commons, i);
    }
}

static void destroy(struct bridge *bridge)
{
    if (bridge->fd >= 0)
        close_socket(bridge);
    if (bridge->post != NULL)
        wire_destroy(bridge->world, bridge->post);
    news_drop(bridge->world, bridge->last_news);
    list_remove(&bridge->bridges->all, &bridge->link);
    bridge->world->sched.external--;
    alloc_free(bridge->buffer);
    alloc_free(bridge);
}

/* Takes leave of the process, and says how it ended. */
static void bury(struct bridge *bridge)
{
    struct world *world = bridge->world;
    uint32_t loop = bridge->loop;
    struct troupe_msg *last_news = bridge->last_news;
    bridge->last_news = NULL;
    pid_t pid = bridge->reaper.pid;
    int raw = reaper_finish(&bridge->reaper);
    probe_bury(&world->sched.probe, pid); /* before it was gone it might still have written */
    int status = raw > 0 ? TROUPE_PROCESS_STATUS(raw) : raw;
    destroy(bridge);
    announce_end(world, loop, status, last_news);
    crew_leave(world->sched.crew);
}

/* News that say how processes are reached. */
static void follow(struct bridge *bridge, const struct news *news)
{
    struct world *world = bridge->world;
    if (news->kind == NEWS_ROUTE) {
        crew_route(world->sched.crew, news->loop, bridge->loop);
    } else if (news->kind == NEWS_GONE) {
        crew_unbridge(world->sched.crew, news->loop);
        abroad_forget(world->abroad, news->loop);
        names_forget(world->names, news->loop);
        news_tell_loops(world, news->loop, news->status, NULL);
    }
}

/* A post has come whole. */
static void deliver(struct bridge *bridge, struct troupe_msg *post)
{
    struct world *world = bridge->world;
    uint32_t loop = handle_loop(post->to);
    abroad_set_number(world->abroad, post->from, bridge->head.from_number);
    if (post_kind(post) == POST_ENDED && is_root(bridge, post->from))
        reaper_spare(&bridge->reaper);
    if (post_kind(post) == POST_NEWS) {
        struct news news = *(const struct news *)message_data(post);
        message_destroy(world, post);
        follow(bridge, &news);
        news_take(world, &news, bridge->loop);
    } else if (loop == world_loop(world)) {
        post_take(world, post);
    } else {
        crew_post(&world->sched, loop, &post->link); /* be it over another bridge, behind news */
    }
}

/* As much of the post that is being filled as the buffer has. */
static void fill(struct bridge *bridge)
{
    size_t missing = bridge->head.bytes - bridge->payload_done;
    size_t there = bridge->end - bridge->begin;
    size_t bytes = there < missing ? there : missing;
    memcpy(bridge->payload + bridge->payload_done, bridge->buffer + bridge->begin, bytes);
    bridge->begin += bytes;
    bridge->payload_done += bytes;
}

/* Takes out of the buffer what it has; false: there is no memory for the next post. */
static bool take_in(struct bridge *bridge)
{
    for (;;) {
        if (bridge->post == NULL) {
            if (bridge->end - bridge->begin < sizeof bridge->head)
                return true;
            void *payload;
            memcpy(&bridge->head, bridge->buffer + bridge->begin, sizeof bridge->head);
            if (wire_create(bridge->world, &bridge->head, &bridge->post, &payload) < 0)
                return false;
            bridge->begin += sizeof bridge->head;
            bridge->payload = payload;
            bridge->payload_done = 0;
        }
        if (bridge->head.bytes > 0)
            fill(bridge);
        if (bridge->payload_done < bridge->head.bytes)
            return true;
        struct troupe_msg *post = bridge->post;
        bridge->post = NULL;
        deliver(bridge, post);
    }
}

/* Reads once: straight into a large payload, otherwise into the buffer. */
static ssize_t read_once(struct bridge *bridge)
{
    size_t missing = bridge->post != NULL ? bridge->head.bytes - bridge->payload_done : 0;
    size_t left = bridge->end - bridge->begin;
    if (missing >= BUFFER_BYTES) {
        ssize_t got =
            recv(bridge->fd, bridge->payload + bridge->payload_done, missing, MSG_DONTWAIT);
        bridge->payload_done += got > 0 ? (size_t)got : 0;
        return got;
    }
    memmove(bridge->buffer, bridge->buffer + bridge->begin, left);
    bridge->begin = 0;
    bridge->end = left;
    ssize_t got = recv(bridge->fd, bridge->buffer + left, BUFFER_BYTES - left, MSG_DONTWAIT);
    bridge->end += got > 0 ? (size_t)got : 0;
    return got;
}

/* Reads until there is nothing more for now, or the other end is closed; but not for too long:
 * then bridge->has_more is set. */
static void read_all(struct bridge *bridge)
{
    bridge->has_more = true;
    for (int i = 0; i < READS_MAX && bridge->has_more && bridge->fd >= 0; i++) {
        if (!take_in(bridge))
            break;
        ssize_t got = read_once(bridge);
        if (got > 0 || (got < 0 && errno == EINTR))
            continue;
        bridge->has_more = false;
        if (got == 0 || errno != EAGAIN)
            close_socket(bridge);
    }
    if (bridge->has_more)
        bell_ring(&bridge->bridges->bell);
}

/* Reads; if nobody else tells of the end of the process, the end of the bridge does. */
static void hear(struct bridge *bridge)
{
    read_all(bridge);
    if (bridge->fd < 0 && bridge->reaper.end == NULL)
        bury(bridge);
}

static void on_ready(void *arg, unsigned ready)
{
    struct bridge *bridge = arg;
    if ((ready & LOOP_WRITE) != 0) {
        bridge->is_blocked = false;
        write_some(bridge);
    }
    if (bridge->fd >= 0 && (ready & LOOP_READ) != 0)
        hear(bridge);
}

/* The process has ended; what it has said before is heard first. */
static void on_end(void *arg)
{
    struct bridge *bridge = arg;
    if (bridge->fd >= 0)
        read_all(bridge);
    if (bridge->fd < 0 || !bridge->has_more)
        bury(bridge); /* otherwise this is called again */
}

int bridge_open(struct world *world, uint32_t loop, int fd, struct bridge **result)
{
    struct bridges *bridges = bridges_of(world);
    struct bridge *bridge = bridges != NULL ? alloc_zeroed(sizeof *bridge) : NULL;
    if (bridge == NULL)
        return -ENOMEM;
    *bridge = (struct bridge){.bridges = bridges, .world = world, .loop = loop, .fd = fd};
    bridge->is_up = crew_is_branch(world->sched.crew) && loop == world->sched.crew->origin;
    reaper_init(&bridge->reaper, world->sched.loop);
    bridge->last = &bridge->first;
    bridge->buffer = alloc_aligned(64, BUFFER_BYTES);
    int rc = bridge->buffer != NULL ? news_save_for_end(world, &bridge->last_news) : -ENOMEM;
    if (rc == 0)
        rc = loop_watch(world->sched.loop, fd, false, on_ready, bridge, &bridge->watch);
    if (rc < 0) {
        news_drop(world, bridge->last_news);
        alloc_free(bridge->buffer);
        alloc_free(bridge);
        return rc;
    }
    list_push(&bridges->all, &bridge->link);
    world->sched.external++;
    crew_bridge(world->sched.crew, loop, world_loop(world), bridge);
    *result = bridge;
    return 0;
}

void bridge_abandon(struct bridge *bridge)
{
    struct crew *crew = bridge->world->sched.crew;
    crew_unbridge(crew, bridge->loop);
    commons_give(crew->commons, bridge->loop);
    destroy(bridge);
}

void bridge_watch_process(struct bridge *bridge, pid_t pid)
{
    reaper_watch(&bridge->reaper, pid, on_end, bridge);
    news_spread(bridge->world, &(struct news){.kind = NEWS_ROUTE, .loop = bridge->loop},
                bridge->loop);
}

void bridge_drain(struct bridge *bridge)
{
    struct pollfd room = {.fd = bridge->fd, .events = POLLOUT};
    while (bridge->first != NULL) {
        write_some(bridge);
        if (bridge->is_blocked && poll(&room, 1, -1) > 0)
            bridge->is_blocked = false;
    }
}

void bridge_close(struct bridge *bridge)
{
    crew_unbridge(bridge->world->sched.crew, bridge->loop);
    bridge->is_up = false; /* it is this process that ends */
    destroy(bridge);
}
