/* A queue in an array, whose free front is used again before it grows. */

#include "departed.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void departed_finish(struct departed *departed)
{
    departed_forget(departed, UINT64_MAX);
    free(departed->actors);
    *departed = (struct departed){.actors = NULL};
}

static int make_room(struct departed *departed)
{
    if (departed->first > departed->capacity / 2) {
        memmove(departed->actors, departed->actors + departed->first,
                (departed->count - departed->first) * sizeof *departed->actors);
        departed->count -= departed->first;
        departed->first = 0;
        return 0;
    }
    size_t capacity = departed->capacity == 0 ? 64 : departed->capacity * 2;
    struct departed_actor *actors = realloc(departed->actors, capacity * sizeof *actors);
    if (actors == NULL)
        return -ENOMEM;
    departed->actors = actors;
    departed->capacity = capacity;
    return 0;
}

int departed_add(struct departed *departed, uint32_t actor, struct lane *lane, uint64_t block)
{
    if (departed->count == departed->capacity && make_room(departed) < 0)
        return -ENOMEM;
    departed->actors[departed->count++] = (struct departed_actor){*lane, block, actor};
    lane->name = NULL;
    return 0;
}

void departed_forget(struct departed *departed, uint64_t block)
{
    while (departed->first < departed->count && departed->actors[departed->first].block < block)
        free(departed->actors[departed->first++].lane.name);
}
