#ifndef APP_APP_H
#define APP_APP_H

/*
 * All state of the viewer, in one struct.
 *
 *   input -> app_update() -> state -> draw_frame() -> frame
 *
 * The document is what was opened; it does not change.  Everything else is changed by
 * app_update() alone, which is why a list of inputs is a test and a frame is a function of the
 * state.
 */

#include "depths.h"
#include "history.h"
#include "layout.h"
#include "order.h"
#include "rows.h"
#include "source.h"
#include "strip.h"
#include "trace_stats.h"

/* Text may be made this much smaller and larger than designed. */
#define APP_TEXT_SCALE_MIN 0.5f
#define APP_TEXT_SCALE_MAX 4.0f
#define APP_TEXT_STEP 1.15f

/* The pointer must move so far with a button down before it is a drag and not a click. */
#define APP_DRAG_PX 4

struct document {
    const struct trace_model *model;
    struct trace_axis axes[TRACE_AXIS_KINDS];
    struct trace_score score;
    char sentence[256];
    struct rows rows;
    struct order order;
    struct strip strip;
    struct sources sources;
    uint32_t root;           /* lane of the first actor, or TRACE_NONE */
    uint32_t *mailbox_peaks; /* the most messages each lane's mailbox ever held */
    float names_px;          /* the widest name at scale 1 */
};

/* What the program was started with. */
struct app_options {
    int width, height;
    float text_scale; /* 0: as designed */
    bool dark;
    bool axis_given; /* otherwise the axis that shows most is chosen */
    enum trace_axis_kind axis;
};

struct app {
    struct document document;
    const struct text_measurer *measurer;

    int width, height; /* of the picture */
    float text_scale;
    bool dark;
    struct view view;
    struct history history;
    struct layout layout; /* follows from all of the above */
    uint32_t selected;    /* a span, or TRACE_NONE */
    uint32_t message;     /* a flow, one that is a message, or TRACE_NONE */
    bool all_messages;    /* arrows of all that can be seen, not of one state */
    bool help;

    float pointer_x, pointer_y;
    struct frame_hot hover; /* what the pointer is on; none while it drags */
    bool pointer_in;
    bool pressed, dragging;
    float press_x, press_y;
    enum frame_hot_kind press_hot; /* what the button went down on */

    bool full_screen; /* wishes, which the window fulfils */
    bool quit;
};

/* Opens a model (which must outlive the app) that came from `trace_path`.  The measurer must
 * outlive the app, too.  0, or -ENOMEM. */
int app_open(struct app *app, const struct trace_model *model, const char *trace_path,
             const struct text_measurer *measurer, const struct app_options *options);
void app_close(struct app *app);

/* Recomputes what follows from the size of the picture and the text. */
void app_lay_out(struct app *app);

/* Brings the view back into bounds after the picture has changed its size; true. */
bool app_bound_view(struct app *app);

/* Selects a span (or TRACE_NONE) and brings it into view. */
void app_select(struct app *app, uint32_t span);

static inline const struct trace_axis *app_axis(const struct app *app)
{
    return &app->document.axes[app->view.axis];
}

/* Selects a message and the state at one of its ends: the other one, if one is selected. */
void app_select_message(struct app *app, uint32_t flow);

/* The moment that the cursor stands on; false if nothing is selected. */
bool app_cursor(const struct app *app, int64_t *at_ns);

#endif
