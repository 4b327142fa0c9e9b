#ifndef WORLD_H
#define WORLD_H

/* A trace, and the app that shows it in a window of 1280x720. */

#include "app.h"

struct world {
    struct trace_model *model;
    struct app app;
};

/* The world owns the model from then on. */
void world_open(struct world *world, struct trace_model *model);
void world_close(struct world *world);

/* A chord is pressed, as keys.c names it: "Ctrl+F".  Whether anything changed. */
bool world_key(struct world *world, const char *chord);

#endif
