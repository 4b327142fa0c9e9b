/*
 * Names of hosts, looked up by getaddrinfo() on a thread of the pool.
 *
 * It blocks, for seconds if a name server is slow, and cannot be stopped; but nothing else finds
 * what the system would find, with its /etc/hosts, its plug-ins and its order of addresses.  So the
 * job owns all that it works on, and a wait that is given up leaves it to itself.
 */

#include "address.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>

#include <troupe/offload.h>

#include "alloc.h"
#include "pool.h"
#include "tape.h"

struct question {
    char host[ADDRESS_HOST_BYTES];
    char port[6];
    int socket_type;
    int count;
    troupe_address found[ADDRESS_COUNT_MAX];
};

/* What a failed look-up is told as. */
static int code_of(int failure)
{
    switch (failure) {
    case EAI_AGAIN:
        return -ENONET;
    case EAI_MEMORY:
        return -ENOMEM;
    case EAI_SYSTEM:
        return errno != 0 ? -errno : -EIO;
    default:
        return -ENXIO;
    }
}

static void keep(struct question *question, const struct addrinfo *answers)
{
    for (; answers != NULL && question->count < ADDRESS_COUNT_MAX; answers = answers->ai_next) {
        troupe_address *address = &question->found[question->count];
        if (answers->ai_addrlen > sizeof address->storage)
            continue;
        memcpy(&address->storage, answers->ai_addr, answers->ai_addrlen);
        address->bytes = answers->ai_addrlen;
        question->count++;
    }
}

/* Runs on a thread of the pool. */
static int look_up(void *arg)
{
    struct question *question = arg;
    struct addrinfo *answers = NULL;
    struct addrinfo hints = {
        .ai_family = AF_UNSPEC,
        .ai_socktype = question->socket_type,
        .ai_flags = AI_NUMERICSERV,
    };
    errno = 0;
    int failure = getaddrinfo(question->host, question->port, &hints, &answers);
    if (failure != 0)
        return code_of(failure);
    keep(question, answers);
    freeaddrinfo(answers);
    return question->count > 0 ? 0 : -ENXIO;
}

/* What the look-up has left in the question. */
static void pass(void *arg)
{
    struct question *question = arg;
    size_t count = tape_count((size_t)question->count, ADDRESS_COUNT_MAX);
    question->count = (int)count;
    tape_bytes(question->found, count * sizeof question->found[0]);
}

static int ask(const struct troupe_site *site, const struct address_parts *parts,
               troupe_address *found, int most)
{
    struct question *question = alloc_zeroed(sizeof *question);
    if (question == NULL)
        return -ENOMEM;
    memcpy(question->host, parts->host, sizeof question->host);
    snprintf(question->port, sizeof question->port, "%hu", (unsigned short)parts->port);
    question->socket_type = parts->scheme == ADDRESS_UDP ? SOCK_DGRAM : SOCK_STREAM;
    troupe_job job = {.fn = look_up, .arg = question, .release = alloc_free};
    int result = 0;
    int rc = offload_outside(site, &job, &result, pass);
    if (rc < 0)
        return rc; /* the question has been released, or will be */
    int count = question->count < most ? question->count : most;
    if (result == 0 && count > 0)
        memcpy(found, question->found, (size_t)count * sizeof *found);
    alloc_free(question);
    return result < 0 ? result : count;
}

int address_resolve(const struct troupe_site *site, const struct address_parts *parts,
                    troupe_address *found, int most)
{
    int count = address_known(parts, found, most);
    return count > 0 ? count : ask(site, parts, found, most);
}

int troupe_resolve_at(const struct troupe_site *site, troupe_address *found, int most,
                      const char *text)
{
    struct address_parts parts;
    int rc = sched_checkpoint(sched_inside("troupe_resolve"), site);
    if (rc == 0)
        rc = most > 0 ? address_split(text, &parts) : -EINVAL;
    return rc < 0 ? rc : address_resolve(site, &parts, found, most);
}
