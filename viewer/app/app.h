#ifndef APP_APP_H
#define APP_APP_H

/*
 * All state of the viewer, in one struct.
 *
 *   input -> app_update() -> state -> draw_frame() -> frame
 *
 * A document is what was opened; of it only the wishes about its lanes change.  Everything else is
 * changed by app_update() alone, which is why a list of inputs is a test and a frame is a function
 * of the state.
 */

#include "causes.h"
#include "chooser.h"
#include "document.h"
#include "history.h"
#include "layout.h"
#include "play.h"
#include "prompt.h"
#include "quiz.h"

/* Text may be made this much smaller and larger than designed. */
#define APP_TEXT_SCALE_MIN 0.5f
#define APP_TEXT_SCALE_MAX 4.0f
#define APP_TEXT_STEP 1.15f

/* So may rows: from a line of pixels to a few in a screen. */
#define APP_ROW_ZOOM_MIN 0.2f
#define APP_ROW_ZOOM_MAX 4.0f
#define APP_ROW_STEP 1.3f

/* For a projector text and rows are so much larger. */
#define APP_PROJECTOR 1.5f

/* The pointer must move so far with a button down before it is a drag and not a click. */
#define APP_DRAG_PX 4

/* More runs side by side leave no room for their lanes. */
#define APP_DOCUMENTS_MAX 4

/* Messages to the user are cut to this. */
#define APP_NOTICE_BYTES 256

/* What is wrong with the next run is cut to this, which is more than is shown of it. */
#define APP_COMPLAINT_BYTES 2048

/* For projectors and screens, for dim rooms, for eyes that need it, and for paper. */
enum app_theme { APP_LIGHT, APP_DARK, APP_CONTRAST, APP_PRINT };
#define APP_THEMES 4

/* What the program was started with. */
struct app_options {
    int width, height;
    float text_scale; /* 0: as designed */
    enum app_theme theme;
    bool theme_given; /* otherwise that of the last time */
    bool calm;        /* reduced motion: play goes from switch to switch */
    bool axis_given;  /* otherwise the axis that shows most is chosen */
    enum trace_axis_kind axis;
};

/* Traces that were open before, the last one first; absolute paths. */
#define RECENT_MAX 8

struct recent {
    char paths[RECENT_MAX][DOCUMENT_PATH_BYTES];
    uint32_t count;
};

struct app {
    struct document *document; /* the one in focus, which commands are about */
    struct document documents[APP_DOCUMENTS_MAX];
    uint32_t document_count, focus;
    const struct text_measurer *measurer;

    int width, height; /* of the picture */
    float text_scale;
    float row_zoom;
    enum app_theme theme;
    bool projector;
    bool columns;    /* several runs stand beside each other */
    bool calm;       /* nothing glides: play goes from switch to switch */
    bool blank;      /* lanes without what happened on them, to be filled in by hand */
    bool captioned;  /* a line that says what run it is, as in pictures that are saved */
    bool axis_given; /* the user has chosen it */
    struct view view;
    struct history history;
    struct layout layout; /* follows from all of the above */
    uint32_t selected;    /* a span, or TRACE_NONE */
    uint32_t message;     /* a flow, one that is a message, or TRACE_NONE */
    bool moment_set;      /* the cursor stands at `moment_ns`; nothing is selected */
    int64_t moment_ns;
    bool range_set; /* a range is selected, and the panel tells of it */
    struct range_stats range;
    bool all_messages; /* arrows of all that can be seen, not of one state */
    bool help;
    struct play play;
    struct causes causes;
    struct prompt prompt;
    struct recent recent;
    struct quiz quiz;
    struct chooser chooser;
    char notice[APP_NOTICE_BYTES]; /* said until the next input; "" for nothing */

    float pointer_x, pointer_y;
    struct frame_hot hover; /* what the pointer is on; none while it drags */
    bool pointer_in;
    bool pointer_rests; /* keys are used since it has moved: what it is on is not told */
    bool pressed, dragging;
    bool ranging; /* the drag selects a range */
    float press_x, press_y;
    enum frame_hot_kind press_hot; /* what the button went down on */

    bool full_screen;                  /* wishes, which the window fulfils */
    const char *to_save;               /* a picture with this ending; NULL: none */
    char to_open[DOCUMENT_PATH_BYTES]; /* another trace; "" for none */
    bool to_read_again;                /* the same file, which may have changed */
    bool to_stand_beside;              /* another window, with the same runs at the same place */
    bool live;                         /* a run is followed as it happens, */
    bool live_paused;                  /* but not just now */
    char
        complaint[APP_COMPLAINT_BYTES]; /* the next run is not to be had, and why; "" for nothing */
    char busy[64];                      /* what is going on, for the corner; "" for nothing */
    bool quit;
};

/* "light", "dark", "contrast", "print"; the second answers false for any other text. */
const char *app_theme_name(enum app_theme theme);
bool app_theme_parse(const char *name, enum app_theme *theme);

/* Opens a model (which must outlive the app) that came from `trace_path`.  The measurer must
 * outlive the app, too.  The app must stay where it is.  0, or -ENOMEM. */
int app_open(struct app *app, const struct trace_model *model, const char *trace_path,
             const struct text_measurer *measurer, const struct app_options *options);
/* The same with a document that is there already, which becomes the app's. */
void app_open_document(struct app *app, struct document *document,
                       const struct text_measurer *measurer, const struct app_options *options);

/* Puts a fresh document in the place of the one in focus.  If it is the same run, read again or
 * further, what is shown and selected stays.  The caller frees the old model. */
void app_exchange(struct app *app, struct document *fresh, bool same);

/* Opens another run beside those that are open: at most APP_DOCUMENTS_MAX in all.  0, -ENOMEM, or
 * -ENOSPC. */
int app_add(struct app *app, const struct trace_model *model, const char *trace_path);

void app_close(struct app *app);

/* Recomputes what follows from the size of the picture and the text. */
void app_lay_out(struct app *app);

/* Shows all of the document in focus, on the axis that shows most of it, and selects where it went
 * wrong, or else what most can be said about. */
void app_open_view(struct app *app, enum trace_axis_kind wanted);

/* Whether several runs stand beside each other: a lesson's never do. */
bool app_in_columns(const struct app *app);

/* The layout with one of the runs in focus. */
struct layout app_layout_of(const struct app *app, uint32_t index);

/* Brings the view back into bounds after the picture has changed its size; true. */
bool app_bound_view(struct app *app);

/* Makes the list of lanes anew after a wish about it has changed, keeping the selected one in
 * sight. */
void app_arrange(struct app *app);

/* Shows what happened between two instants. */
void app_show_part(struct app *app, int64_t from_ns, int64_t until_ns);

/* The instants at the left and the right edge of the lanes. */
void app_shown_part(const struct app *app, int64_t *from_ns, int64_t *until_ns);

/* Selects a span (or TRACE_NONE) and brings it into view. */
void app_select(struct app *app, uint32_t span);

/* Whether the picture is to be printed: nothing on it can be pressed. */
static inline bool app_on_paper(const struct app *app)
{
    return app->captioned && app->theme == APP_PRINT;
}

/* Whether the pointer points at something, and does not just lie there. */
static inline bool app_points(const struct app *app)
{
    return app->pointer_in && !app->pointer_rests;
}

/* Whether a card below the lanes asks something. */
static inline bool app_has_card(const struct app *app)
{
    return quiz_is_on(app) || chooser_is_on(app);
}

static inline const struct trace_axis *app_axis(const struct app *app)
{
    return &app->document->axes[app->view.axis];
}

/* Selects a message and the state at one of its ends: the other one, if one is selected. */
void app_select_message(struct app *app, uint32_t flow);

/* Selects what lies between two instants. */
void app_set_range(struct app *app, int64_t a_ns, int64_t b_ns);

/* The moment that the cursor stands on; false if it stands nowhere. */
bool app_cursor(const struct app *app, int64_t *at_ns);

/* Says something until the next input. */
__attribute__((format(printf, 2, 3))) void app_say(struct app *app, const char *format, ...);

#endif
