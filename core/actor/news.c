/*
 * Passing on, and taking in.
 */

#include "news.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "abroad.h"
#include "elsewhere.h"
#include "knock.h"
#include "message.h"
#include "names.h"
#include "post.h"

/* The payload of a GONE. */
struct gone {
    uint32_t loop;
    int status;
};

static void tell(struct world *world, uint32_t loop, enum post_kind kind, const void *record,
                 size_t bytes)
{
    if (post_record(world, (uint64_t)loop << 56, kind, 0, record, bytes) < 0)
        dprintf(STDERR_FILENO, "troupe: no memory to tell loop %u some news\n", loop);
}

void news_spread(struct world *world, const struct news *news, uint32_t except)
{
    struct crew *crew = world->sched.crew;
    for (uint32_t i = 0; i < COMMONS_LOOPS; i++)
        if (i != except && atomic_load(&crew->far[i].is_direct))
            tell(world, i, POST_NEWS, news, sizeof *news);
}

void news_take(struct world *world, const struct news *news, uint32_t from)
{
    switch (news->kind) {
    case NEWS_NAME:
        if (!names_heard(world, news, from))
            return; /* it is taken here: the one who gave it has been told */
        break;
    case NEWS_UNNAME:
        names_heard_gone(world, news);
        break;
    case NEWS_FULL:
    case NEWS_ROOM:
        abroad_set_full(world->abroad, news->pid, news->kind == NEWS_FULL);
        break;
    case NEWS_ROUTE:
    case NEWS_GONE:
        break;
    }
    news_spread(world, news, from);
}

int news_save_for_end(struct world *world, struct troupe_msg **posts)
{
    *posts = NULL;
    for (uint32_t i = 0; i < world->sched.crew->loop_count; i++) {
        struct troupe_msg *post;
        if (post_create(world, sizeof(struct gone), &post) < 0) {
            news_drop(world, *posts);
            return -ENOMEM;
        }
        post->prev = *posts;
        *posts = post;
    }
    return 0;
}

void news_drop(struct world *world, struct troupe_msg *posts)
{
    while (posts != NULL) {
        struct troupe_msg *post = posts;
        posts = post->prev;
        message_destroy(world, post);
    }
}

void news_tell_loops(struct world *world, uint32_t loop, int status, struct troupe_msg *posts)
{
    const struct crew *crew = world->sched.crew;
    struct gone gone = {.loop = loop, .status = status};
    for (uint32_t i = 0; i < crew->loop_count; i++) {
        struct troupe_msg *post = posts;
        if (post == NULL) {
            tell(world, crew->first + i, POST_GONE, &gone, sizeof gone);
            continue;
        }
        posts = post->prev;
        *(struct gone *)message_data(post) = gone;
        post_send(world, (uint64_t)(crew->first + i) << 56, POST_GONE, post);
    }
}

void news_on_gone(struct world *world, struct troupe_msg *msg)
{
    struct gone gone = *(const struct gone *)message_data(msg);
    message_destroy(world, msg);
    knock_on_gone(world, gone.loop);
    elsewhere_on_gone(world, gone.loop, gone.status);
}
