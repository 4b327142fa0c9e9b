/* As a window has them, without a window. */

#include "world.h"

#include "story.h"

void world_open(struct world *world, struct trace_model *model)
{
    world->model = model;
    story_open(&world->app, model, 1280, 720);
}

void world_close(struct world *world)
{
    app_close(&world->app);
    trace_model_destroy(world->model);
}

bool world_key(struct world *world, const char *chord)
{
    return story_press(&world->app, chord);
}
