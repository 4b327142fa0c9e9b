/*
 * The waits follow the cursor; a path stays until it is turned off.
 */

#include "causes.h"

#include "inner.h"

static void drop_waits(struct causes *causes)
{
    if (causes->waits_made)
        trace_waits_finish(&causes->waits);
    causes->waits_made = false;
}

static void drop_path(struct causes *causes)
{
    if (causes->path_on)
        trace_path_finish(&causes->path);
    causes->path_on = false;
}

void causes_finish(struct causes *causes)
{
    drop_waits(causes);
    drop_path(causes);
}

void causes_refresh(struct app *app)
{
    struct causes *causes = &app->causes;
    int64_t at_ns = app->document->model->end_ns;
    app_cursor(app, &at_ns);
    if (causes->waits_made && (!causes->waits_on || causes->waits.at_ns != at_ns ||
                               causes->waits.model != app->document->model))
        drop_waits(causes);
    if (!causes->waits_on || causes->waits_made)
        return;
    if (trace_waits_at(app->document->model, at_ns, &causes->waits) == 0)
        causes->waits_made = true;
    else
        app_say(app, "There is not enough memory to find who waits for whom.");
}

static bool show_path(struct app *app)
{
    struct causes *causes = &app->causes;
    const struct trace_model *model = app->document->model;
    bool was_on = causes->path_on;
    drop_path(causes);
    if (was_on)
        return true;
    causes->path_critical = app->selected == TRACE_NONE;
    int status;
    if (causes->path_critical) {
        status = trace_path_critical(model, &causes->path);
    } else {
        const struct trace_span *span = &model->spans[app->selected];
        status = trace_path_to(model, span->lane, span->end_ns, &causes->path);
    }
    causes->path_on = status == 0;
    if (status < 0)
        app_say(app, "There is not enough memory for the path.");
    return true;
}

bool causes_command(struct app *app, enum command command, bool *known)
{
    *known = true;
    switch (command) {
    case COMMAND_WAITS:
        app->causes.waits_on = !app->causes.waits_on;
        return true;
    case COMMAND_PATH:
        return show_path(app);
    default:
        *known = false;
        return false;
    }
}
