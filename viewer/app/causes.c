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

static struct causes_seen look(const struct app *app)
{
    struct causes_seen seen = {.selected = app->selected,
                               .message = app->message,
                               .range_set = app->range_set,
                               .at_ns = app->document->model->end_ns,
                               .from_ns = app->range.from_ns,
                               .to_ns = app->range.to_ns};
    app_cursor(app, &seen.at_ns);
    return seen;
}

static bool same(const struct causes_seen *a, const struct causes_seen *b)
{
    return a->selected == b->selected && a->message == b->message && a->at_ns == b->at_ns &&
           a->range_set == b->range_set && a->from_ns == b->from_ns && a->to_ns == b->to_ns;
}

enum command causes_told(const struct app *app)
{
    const struct causes *causes = &app->causes;
    bool range = app->range_set && causes->told == COMMAND_NONE;
    bool other = app->message != TRACE_NONE || app->selected != TRACE_NONE || app->moment_set;
    if (causes->waits_made && causes->told != COMMAND_PATH && !range)
        return COMMAND_WAITS;
    if (causes->path_on && (causes->told == COMMAND_PATH || !(range || other)))
        return COMMAND_PATH;
    return COMMAND_NONE;
}

void causes_refresh(struct app *app)
{
    struct causes *causes = &app->causes;
    struct causes_seen seen = look(app);
    int64_t at_ns = seen.at_ns;
    if (!same(&seen, &causes->seen))
        causes->told = COMMAND_NONE;
    causes->seen = seen;
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

static void show_path(struct app *app)
{
    struct causes *causes = &app->causes;
    const struct trace_model *model = app->document->model;
    bool was_on = causes->path_on;
    drop_path(causes);
    if (was_on)
        return;
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
}

bool causes_command(struct app *app, enum command command, bool *known)
{
    struct causes *causes = &app->causes;
    *known = command == COMMAND_WAITS || command == COMMAND_PATH;
    if (!*known)
        return false;
    if (command == COMMAND_WAITS)
        causes->waits_on = !causes->waits_on;
    else
        show_path(app);
    bool on = command == COMMAND_WAITS ? causes->waits_on : causes->path_on;
    causes->told = on ? command : COMMAND_NONE;
    causes->seen = look(app);
    return true;
}
