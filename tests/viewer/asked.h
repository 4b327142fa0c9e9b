#ifndef ASKED_H
#define ASKED_H

/* A lesson about one run or two, in a window of 1280x720, which has just asked its question. */

#include "app.h"

struct asked {
    struct trace_model *models[2]; /* the second may be NULL */
    struct lesson lesson;
    struct app app;
};

/* It owns the models from then on.  The case fails if `text` is no lesson. */
void asked_open(struct asked *asked, struct trace_model *first, struct trace_model *second,
                const char *text);
void asked_close(struct asked *asked);

#endif
