/*
 * A port may outlive the run that it leads to, so it is neither's: it is found by both through a
 * list under one mutex, and whoever comes last frees it.
 *
 * A message that comes in by a port is from the heap, since the sender has no pool; it goes into
 * the inbox of the receiver's loop, like those of other loops.
 */

#include "port.h"

#include <errno.h>

#include "alloc.h"
#include "post.h"
#include "tape.h"

struct troupe_port {
    struct list_link link; /* on `open_ports`, as long as there is a crew */
    struct crew *crew;     /* NULL: its run is over */
};

/* Guards all ports.  Whoever sends holds it, so that the run does not end meanwhile. */
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static struct list open_ports;

/* The mutex is held. */
static void leave(struct troupe_port *port)
{
    if (port->crew == NULL)
        return;
    atomic_fetch_sub(&port->crew->outsiders, 1);
    list_remove(&open_ports, &port->link);
    port->crew = NULL;
}

int troupe_port_open(troupe_port **result)
{
    struct world *world = world_inside("troupe_port_open");
    struct troupe_port *port = alloc_zeroed(sizeof *port);
    *result = port;
    if (port == NULL)
        return -ENOMEM;
    port->crew = world->sched.crew;
    tape_refuse("it opens a port, for messages of threads that are none of the runtime's");
    atomic_fetch_add(&port->crew->outsiders, 1);
    pthread_mutex_lock(&mutex);
    list_push(&open_ports, &port->link);
    pthread_mutex_unlock(&mutex);
    return 0;
}

void port_close_all(struct crew *crew)
{
    struct list_link *link, *next;
    pthread_mutex_lock(&mutex);
    for (link = list_first(&open_ports); link != NULL; link = next) {
        struct troupe_port *port = LIST_OWNER(link, struct troupe_port, link);
        next = list_next(&open_ports, link);
        if (port->crew == crew)
            leave(port);
    }
    pthread_mutex_unlock(&mutex);
}

void port_forget_all(void)
{
    pthread_mutex_init(&mutex, NULL); /* some thread of the parent may have held it */
    while (!list_is_empty(&open_ports)) {
        struct list_link *link = list_first(&open_ports);
        list_remove(&open_ports, link);
        LIST_OWNER(link, struct troupe_port, link)->crew = NULL;
    }
}

/* Puts a message on its way; 0 or a negative code.  The mutex is held. */
static int put(struct crew *crew, troupe_pid pid, struct troupe_msg *msg)
{
    uint32_t number;
    if (crew == NULL)
        return -EPIPE;
    int rc = post_look_from_outside(crew, pid.value, &number);
    if (rc < 0)
        return rc;
    msg->to = pid.value;
    post_stamp(msg, POST_MESSAGE, 0);
    return crew_post_from_outside(crew, handle_loop(pid.value), &msg->link) ? 0 : -EAGAIN;
}

int troupe_port_send(troupe_port *port, troupe_pid pid, int tag, const void *data, size_t bytes)
{
    if (tag < 0 || bytes > UINT32_MAX)
        return -EINVAL;
    struct troupe_msg *msg = alloc_zeroed(offsetof(struct troupe_msg, payload) + bytes + 1);
    if (msg == NULL)
        return -ENOMEM;
    message_fill(msg, tag, bytes, MESSAGE_OUTSIDE);
    if (bytes > 0)
        memcpy(msg->payload, data, bytes);
    pthread_mutex_lock(&mutex);
    int rc = put(port->crew, pid, msg);
    pthread_mutex_unlock(&mutex);
    if (rc < 0)
        alloc_free(msg);
    return rc;
}

void troupe_port_close(troupe_port *port)
{
    if (port == NULL)
        return;
    pthread_mutex_lock(&mutex);
    struct crew *crew = port->crew;
    leave(port);
    if (crew != NULL)
        crew_look_again(crew);
    pthread_mutex_unlock(&mutex);
    alloc_free(port);
}
