/*
 * One file is opened at a time, by an opener; the picture stays as it is until there is something
 * to put in its place.  A run that is followed is the same file, opened again whenever it has
 * grown.
 */

#include "desk.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "beside.h"
#include "format.h"
#include "save.h"
#include "store.h"
#include "trace_load.h"

/* How long to sleep between two looks where nothing else is to be done. */
#define LOOK_US 2000
/* A program that is followed must have begun to write within so many looks. */
#define LOOKS_MAX 5000

static bool begin(struct desk *desk, const char *path, bool same)
{
    opener_finish(desk->opener);
    desk->opener = opener_start(path, true);
    desk->opens_same = same;
    snprintf(desk->opening, sizeof desk->opening, "%s", path);
    if (desk->opener == NULL)
        app_say(&desk->app, "There is not enough memory to open %s.", path);
    return desk->opener != NULL;
}

/* Puts what was opened in the place of what is shown; several runs become this one. */
static void put(struct desk *desk, struct opened *opened)
{
    struct app *app = &desk->app;
    struct trace_model *old = desk->models[app->focus];
    app_exchange(app, &opened->document, desk->opens_same);
    desk->models[app->focus] = opened->model;
    if (!desk->opens_same) {
        store_read_marks(app->document);
        store_add_recent(&app->recent, app->document->path);
    }
    trace_model_destroy(old);
    draw_scratch_finish(&desk->scratch);
}

/* What an opener has by now. */
static bool look(struct desk *desk)
{
    struct opened opened;
    char error[512];
    if (desk->opener == NULL)
        return false;
    switch (opener_poll(desk->opener, &opened, error, sizeof error)) {
    case OPENER_PREVIEW:
        put(desk, &opened);
        desk->opens_same = true; /* the rest is more of it */
        return true;
    case OPENER_DONE:
        put(desk, &opened);
        if (desk->choosing.is_on)
            choosing_tell(&desk->choosing, opened.model, &desk->app.chooser);
        break;
    case OPENER_FAILED:
        app_say(&desk->app, "%s", error);
        break;
    default:
        return false;
    }
    opener_finish(desk->opener);
    desk->opener = NULL;
    return true;
}

#define SAVED "Saved as "

/* What is said is part of the picture, but not that the last picture was saved. */
static bool save(struct desk *desk)
{
    struct app *app = &desk->app;
    char path[512];
    char error[512];
    if (strncmp(app->notice, SAVED, strlen(SAVED)) == 0)
        app->notice[0] = '\0';
    save_free_name(app->document->path, app->to_save, path, sizeof path);
    app->to_save = NULL;
    if (save_picture(app, desk->fonts, path, error, sizeof error) < 0)
        app_say(app, "%s", error);
    else
        app_say(app, SAVED "%s.", path);
    return true;
}

static bool follow(struct desk *desk)
{
    struct app *app = &desk->app;
    char how[96];
    bool changed = false;
    if (live_ended(&desk->live, how, sizeof how)) {
        app_say(app, "%s", how);
        changed = true;
    }
    changed |= live_complains(&desk->live, app->complaint, sizeof app->complaint);
    bool idle = desk->opener == NULL && !app->live_paused;
    if (idle && live_changed(&desk->live))
        begin(desk, desk->live.path, true);
    return changed;
}

/* Runs the program whose turns are given here, if an answer was given. */
static bool give_turn(struct desk *desk)
{
    char error[512];
    int status = choosing_fulfil(&desk->choosing, &desk->app.chooser, error, sizeof error);
    if (status == 0 || (status > 0 && begin(desk, desk->choosing.trace, true)))
        return false;
    desk->app.chooser.wish = CHOOSER_NOTHING;
    if (status < 0)
        app_say(&desk->app, "%s", error);
    return true;
}

/* What goes on, for the corner of the picture. */
static bool say_busy(struct desk *desk)
{
    struct app *app = &desk->app;
    char busy[sizeof app->busy] = "";
    double progress = desk->opener != NULL ? opener_progress(desk->opener) : 0;
    if (app->live)
        snprintf(busy, sizeof busy, "%s", app->live_paused ? "live, paused" : "live");
    else if (desk->opener != NULL && progress >= 0)
        snprintf(busy, sizeof busy, "reading %.0f %%", progress * 100);
    else if (desk->opener != NULL)
        snprintf(busy, sizeof busy, "reading");
    if (strcmp(busy, app->busy) == 0)
        return false;
    memcpy(app->busy, busy, sizeof busy);
    return true;
}

bool desk_turn(struct desk *desk, bool *watching)
{
    struct app *app = &desk->app;
    bool changed = look(desk);
    if (app->to_save != NULL)
        changed |= save(desk);
    if (app->quiz.to_keep) {
        store_keep_answer(&app->quiz, desk->lesson_name, desk->asked_at);
        app->quiz.to_keep = false;
    }
    if (app->to_open[0] != '\0') {
        live_finish(&desk->live);
        app->live = false;
        app->complaint[0] = '\0';
        begin(desk, app->to_open, false);
        app->to_open[0] = '\0';
    }
    if (app->to_read_again) {
        begin(desk, app->document->path, true);
        app->to_read_again = false;
    }
    if (app->to_stand_beside) {
        app->to_stand_beside = false;
        changed |= beside_open(app);
    }
    if (app->live)
        changed |= follow(desk);
    if (desk->choosing.is_on && desk->opener == NULL)
        changed |= give_turn(desk);
    for (uint32_t i = 0; i < app->document_count; i++)
        if (app->documents[i].bookmarks.changed)
            store_write_marks(&app->documents[i]);
    changed |= say_busy(desk);
    *watching = desk->opener != NULL || app->live;
    return changed;
}

/* The first trace, as far as it is there: of a large file the beginning. */
static int open_first(struct desk *desk, const struct desk_request *request, const char *path,
                      char *error, size_t bytes)
{
    struct opened opened;
    enum opener_state state = OPENER_BUSY;
    if (desk->opener == NULL)
        desk->opener = opener_start(path, request->preview);
    if (desk->opener == NULL) {
        snprintf(error, bytes, "there is not enough memory to open %s", path);
        return -ENOMEM;
    }
    while ((state = opener_poll(desk->opener, &opened, error, bytes)) == OPENER_BUSY)
        usleep(LOOK_US);
    if (state != OPENER_PREVIEW) {
        opener_finish(desk->opener);
        desk->opener = NULL;
    }
    if (state == OPENER_FAILED)
        return -EINVAL;
    desk->opens_same = true;
    desk->models[0] = opened.model;
    app_open_document(&desk->app, &opened.document, &desk->measurer, &request->options);
    return 0;
}

/* A program's trace is empty at first, and a moment later it is not. */
static int open_live(struct desk *desk, const struct desk_request *request, char *error,
                     size_t bytes)
{
    int status = 0;
    if (request->command != NULL)
        status = live_start(&desk->live, request->command, error, bytes);
    else
        desk->live.path = request->paths[0];
    for (int looks = 0; status == 0 && looks < LOOKS_MAX; looks++) {
        if (live_changed(&desk->live) &&
            open_first(desk, request, desk->live.path, error, bytes) == 0) {
            desk->app.live = true;
            live_complains(&desk->live, desk->app.complaint, sizeof desk->app.complaint);
            return 0;
        }
        usleep(LOOK_US);
    }
    if (status == 0) {
        snprintf(error, bytes, "nothing was recorded in %d seconds: is it a program with Troupe?",
                 LOOKS_MAX * LOOK_US / 1000000);
        status = -ENODATA;
    }
    return status;
}

/* A program whose turns are given here, up to the first of them. */
static int open_choosing(struct desk *desk, const struct desk_request *request, char *error,
                         size_t bytes)
{
    int status = choosing_start(&desk->choosing, request->command, request->goal, error, bytes);
    if (status == 0)
        status = open_first(desk, request, desk->choosing.trace, error, bytes);
    if (status < 0)
        return status;
    choosing_tell(&desk->choosing, desk->models[0], &desk->app.chooser);
    app_lay_out(&desk->app);
    enum trace_axis_kind axis = request->options.axis;
    desk->app.axis_given = true; /* whose turns have a column each */
    app_open_view(&desk->app, request->options.axis_given ? axis : TRACE_AXIS_STEP);
    desk->app.selected = TRACE_NONE;
    return 0;
}

/* The name of the folder that a lesson lies in, or else of its file. */
static void name_lesson(struct desk *desk, const char *path)
{
    const char *end = strrchr(path, '/');
    const char *begin = end != NULL ? end : path;
    while (end != NULL && begin > path && begin[-1] != '/')
        begin--;
    int length = end != NULL ? (int)(end - begin) : (int)strlen(path);
    snprintf(desk->lesson_name, sizeof desk->lesson_name, "%.*s", length, begin);
}

/* Asks what the lesson asks about the runs that are open. */
static int open_lesson(struct desk *desk, const char *path, char *error, size_t bytes)
{
    int status = lesson_load(&desk->lesson, path, error, bytes);
    if (status == 0)
        status = desk_settle(desk, error, bytes);
    if (status < 0)
        return status;
    if (desk->lesson.panel_count != desk->app.document_count) {
        char panels[FORMAT_BYTES];
        char runs[FORMAT_BYTES];
        snprintf(error, bytes, "%s is about %s, one run for each, not about %s", path,
                 format_things(desk->lesson.panel_count, "panel", panels),
                 format_things(desk->app.document_count, "run", runs));
        return -EINVAL;
    }
    name_lesson(desk, path);
    desk->asked_at = time(NULL);
    status = quiz_ask(&desk->app, &desk->lesson);
    if (status < 0)
        snprintf(error, bytes, "there is not enough memory for this lesson");
    return status;
}

void desk_begin(struct desk *desk, const struct desk_request *request)
{
    *desk = (struct desk){.fonts = NULL};
    if (request->path_count > 0 && !request->live)
        desk->opener = opener_start(request->paths[0], request->preview);
}

/* Part of the run; -EINVAL if there is nothing of it in there. */
static int show_part(struct desk *desk, const struct desk_request *request, char *error,
                     size_t bytes)
{
    const struct trace_model *model = desk->app.document->model;
    char from[FORMAT_BYTES];
    char until[FORMAT_BYTES];
    if (request->from_ns >= model->end_ns || request->until_ns <= model->start_ns) {
        snprintf(error, bytes, "nothing happened then: the trace tells of %s to %s",
                 format_duration(model->start_ns, from), format_duration(model->end_ns, until));
        return -EINVAL;
    }
    app_show_part(&desk->app, request->from_ns, request->until_ns);
    return 0;
}

int desk_open(struct desk *desk, const struct desk_request *request, char *error, size_t bytes)
{
    int status;
    desk->measurer = font_measurer(desk->fonts);
    if (request->schedule)
        status = open_choosing(desk, request, error, bytes);
    else if (request->live)
        status = open_live(desk, request, error, bytes);
    else
        status = open_first(desk, request, request->paths[0], error, bytes);
    for (int i = 1; i < request->path_count && status == 0; i++) {
        struct trace_error refused;
        if (trace_load(request->paths[i], &desk->models[i], &refused) < 0) {
            snprintf(error, bytes, "%s", refused.text);
            return -EINVAL;
        }
        if (i == 1)
            status = desk_settle(desk, error, bytes); /* runs are compared whole */
        if (status == 0 && app_add(&desk->app, desk->models[i], request->paths[i]) < 0) {
            snprintf(error, bytes, "there is not enough memory for these traces");
            status = -ENOMEM;
        }
    }
    for (uint32_t i = 0; i < desk->app.document_count && status == 0; i++)
        store_read_marks(&desk->app.documents[i]);
    if (status == 0 && request->lesson != NULL)
        status = open_lesson(desk, request->lesson, error, bytes);
    if (status == 0 && (request->blank || request->columns)) {
        desk->app.blank = request->blank;
        desk->app.columns = request->columns;
        app_lay_out(&desk->app);
    }
    if (status == 0 && request->part)
        status = show_part(desk, request, error, bytes);
    return status;
}

int desk_settle(struct desk *desk, char *error, size_t bytes)
{
    struct app *app = &desk->app;
    while (desk->opener != NULL)
        if (!look(desk))
            usleep(LOOK_US);
    if (app->notice[0] == '\0')
        return 0;
    snprintf(error, bytes, "%s", app->notice);
    return -EINVAL;
}

void desk_answer(struct desk *desk)
{
    if (!desk->choosing.is_on || desk->app.chooser.wish == CHOOSER_NOTHING)
        return;
    give_turn(desk);
    while (desk->opener != NULL)
        if (!look(desk))
            usleep(LOOK_US);
}

void desk_close(struct desk *desk)
{
    opener_finish(desk->opener);
    live_finish(&desk->live);
    choosing_finish(&desk->choosing);
    if (desk->app.document != NULL)
        app_close(&desk->app);
    draw_scratch_finish(&desk->scratch);
    lesson_finish(&desk->lesson);
    for (int i = 0; i < APP_DOCUMENTS_MAX; i++)
        trace_model_destroy(desk->models[i]);
    font_close(desk->fonts);
}
