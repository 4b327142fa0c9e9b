/*
 * A post is its message, but for one kind: the message that waits for room travels in an envelope,
 * of which only the reference is worth sending.
 */

#include "wire.h"

#include "knock.h"
#include "post.h"

/* The message that the receiver of the post will find; the post itself, unless that is an
 * envelope. */
static struct troupe_msg *content_of(const struct troupe_msg *post)
{
    return post_kind(post) == POST_KNOCK ? knock_content(post) : (struct troupe_msg *)post;
}

void wire_describe(struct world *world, const struct troupe_msg *post, struct wire_head *head,
                   const void **payload)
{
    const struct troupe_msg *msg = content_of(post);
    *head = (struct wire_head){
        .to = post->to,
        .from = msg->from,
        .ref = post_kind(post) == POST_KNOCK ? knock_ref(post) : msg->ref,
        .bytes = msg->bytes,
        .tag = msg->tag,
        .number = msg->number,
        .from_number = msg->number != 0 ? post_number_of(world, msg->from) : 0,
        .kind = (uint8_t)post_kind(post),
        .loop = (uint8_t)post_loop(post),
        .is_exempt = msg->is_exempt,
    };
    *payload = message_data(msg);
}

int wire_create(struct world *world, const struct wire_head *head, struct troupe_msg **post,
                void **payload)
{
    struct troupe_msg *msg;
    int rc = message_create(world, head->tag, head->bytes, &msg);
    if (rc < 0)
        return rc;
    msg->from = head->from;
    msg->number = head->number;
    msg->is_exempt = head->is_exempt;
    *payload = message_data(msg);
    *post = msg;
    if (head->kind == POST_KNOCK) {
        rc = knock_enclose(world, msg, head->ref, post);
        if (rc < 0) {
            message_destroy(world, msg);
            return rc;
        }
    } else {
        msg->ref = head->ref;
    }
    (*post)->to = head->to;
    post_stamp(*post, (enum post_kind)head->kind, head->loop);
    return 0;
}

void wire_destroy(struct world *world, struct troupe_msg *post)
{
    struct troupe_msg *msg = content_of(post);
    if (msg != post) {
        post_adopt(world, msg);
        message_destroy(world, msg);
    }
    message_destroy(world, post);
}
