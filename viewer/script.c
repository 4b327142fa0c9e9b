/*
 * Lines into inputs.  A gesture of several events, such as a drag, is several inputs in a row; the
 * picture is drawn before each, as in a window, so that each finds what is below the pointer.
 */

#include "script.h"

#include <errno.h>
#include <string.h>

#include "save.h"

static struct input pointer(enum input_kind kind, float x, float y, bool shift)
{
    return (struct input){.kind = kind, .x = x, .y = y, .shift = shift};
}

/* What a line does that is no input. */
enum script_deed { SCRIPT_NOTHING, SCRIPT_INPUT, SCRIPT_SHOT, SCRIPT_DUMP };

#define SCRIPT_INPUTS_MAX 4
#define SCRIPT_LINE_BYTES 512

struct script_step {
    enum script_deed deed;
    struct input inputs[SCRIPT_INPUTS_MAX]; /* what is hot at their places is not known here */
    int input_count;
    char path[SCRIPT_LINE_BYTES];
};

static void add(struct script_step *step, struct input input)
{
    step->deed = SCRIPT_INPUT;
    step->inputs[step->input_count++] = input;
}

static bool parse_key(struct script_step *step, const char *rest)
{
    struct input input = {.kind = INPUT_KEY};
    if (rest[0] == '\0' || strlen(rest) >= sizeof input.chord)
        return false;
    memcpy(input.chord, rest, strlen(rest) + 1);
    if (rest[1] == '\0') /* such a key writes its letter, too */
        memcpy(input.text, rest, 2);
    add(step, input);
    return true;
}

static bool parse_type(struct script_step *step, const char *rest)
{
    struct input input = {.kind = INPUT_KEY};
    if (rest[0] == '\0' || strlen(rest) >= sizeof input.text)
        return false;
    memcpy(input.text, rest, strlen(rest) + 1);
    add(step, input);
    return true;
}

static bool parse_drag(struct script_step *step, const char *rest, bool shift)
{
    float at[4];
    char end;
    if (sscanf(rest, "%f %f %f %f%c", &at[0], &at[1], &at[2], &at[3], &end) != 4)
        return false;
    add(step, pointer(INPUT_MOVE, at[0], at[1], shift));
    add(step, pointer(INPUT_PRESS, at[0], at[1], shift));
    add(step, pointer(INPUT_MOVE, at[2], at[3], shift));
    add(step, pointer(INPUT_RELEASE, at[2], at[3], shift));
    return true;
}

/* The words that take numbers. */
static bool parse_numbers(struct script_step *step, const char *word, const char *rest)
{
    float at[3] = {0};
    char end;
    int count = sscanf(rest, "%f %f %f%c", &at[0], &at[1], &at[2], &end);
    if (strcmp(word, "wait") == 0 && count == 1) {
        add(step, (struct input){.kind = INPUT_TICK, .ms = at[0]});
        return true;
    }
    if (strcmp(word, "wheel") == 0 && count == 3) {
        struct input input = pointer(INPUT_WHEEL, at[0], at[1], false);
        input.turns_y = at[2];
        add(step, input);
        return true;
    }
    if (count != 2)
        return false;
    if (strcmp(word, "size") == 0)
        add(step, (struct input){.kind = INPUT_RESIZE, .width = (int)at[0], .height = (int)at[1]});
    else if (strcmp(word, "wheel") == 0 || strcmp(word, "wait") == 0)
        return false;
    else
        add(step, pointer(INPUT_MOVE, at[0], at[1], false));
    if (strcmp(word, "click") == 0) {
        add(step, pointer(INPUT_PRESS, at[0], at[1], false));
        add(step, pointer(INPUT_RELEASE, at[0], at[1], false));
    }
    return true;
}

/* Understands one line; false, with a sentence in `error`, if it makes no sense. */
static bool parse(struct script_step *step, const char *line, char *error, size_t bytes)
{
    char word[16] = "";
    int used = 0;
    *step = (struct script_step){.deed = SCRIPT_NOTHING};
    if (sscanf(line, "%15s %n", word, &used) != 1 || word[0] == '#')
        return true;
    const char *rest = line + used;
    bool sound = false;
    if (strcmp(word, "key") == 0)
        sound = parse_key(step, rest);
    else if (strcmp(word, "type") == 0)
        sound = parse_type(step, rest);
    else if (strcmp(word, "drag") == 0 || strcmp(word, "select") == 0)
        sound = parse_drag(step, rest, word[0] == 's');
    else if (strcmp(word, "move") == 0 || strcmp(word, "click") == 0 ||
             strcmp(word, "wheel") == 0 || strcmp(word, "size") == 0 || strcmp(word, "wait") == 0)
        sound = parse_numbers(step, word, rest);
    else if (strcmp(word, "dump") == 0 && rest[0] == '\0')
        sound = (step->deed = SCRIPT_DUMP);
    else if (strcmp(word, "shot") == 0 && rest[0] != '\0')
        sound =
            snprintf(step->path, sizeof step->path, "%s", rest) > 0 && (step->deed = SCRIPT_SHOT);
    if (!sound)
        snprintf(error, bytes, "\"%.60s\" is not a line of a script", line);
    return sound;
}

static void dump_text(FILE *out, const char *key, const char *text)
{
    fprintf(out, ",\"%s\":\"", key);
    for (; *text != '\0'; text++)
        if (*text == '"' || *text == '\\')
            fprintf(out, "\\%c", *text);
        else if ((unsigned char)*text < ' ')
            fprintf(out, "\\u%04x", (unsigned)*text);
        else
            fputc(*text, out);
    fputc('"', out);
}

/* What is selected, by names, so that a test need not know indexes. */
static void dump_selected(const struct app *app, FILE *out)
{
    const struct trace_model *model = app->document->model;
    if (app->selected == TRACE_NONE)
        return;
    static const char *const states[] = {"run", "ready", "wait"};
    const struct trace_span *span = &model->spans[app->selected];
    dump_text(out, "actor", trace_text(model, model->lanes[span->lane].name));
    fprintf(out, ",\"state\":\"%s\",\"number\":%u,\"from\":%lld,\"to\":%lld", states[span->state],
            order_number(&app->document->order, app->selected), (long long)span->start_ns,
            (long long)span->end_ns);
}

/* The state as a line of JSON. */
static void dump(const struct app *app, FILE *out)
{
    static const char *const prompts[] = {"", "search", "palette", "filter", "open", "note"};
    const struct lanes *lanes = &app->document->lanes;
    const struct view *view = &app->view;
    double end = view_position(view, app->layout.lanes.width);
    int64_t at_ns;
    fprintf(out, "{\"axis\":\"%s\",\"shown\":[%lld,%lld]", trace_axis_name(view->axis),
            (long long)trace_axis_instant(app_axis(app), view->start),
            (long long)trace_axis_instant(app_axis(app), end));
    fprintf(out, ",\"rows\":%u,\"hidden\":%u,\"pinned\":%u,\"groups\":%u", lanes->count,
            lanes->hidden, lanes->pinned_count, lanes->group_count);
    dump_selected(app, out);
    if (app_cursor(app, &at_ns))
        fprintf(out, ",\"cursor\":%lld", (long long)at_ns);
    if (app->document->bookmarks.count > 0)
        fprintf(out, ",\"marks\":%u", app->document->bookmarks.count);
    if (app->range_set)
        fprintf(out, ",\"range\":[%lld,%lld],\"runs\":%llu", (long long)app->range.from_ns,
                (long long)app->range.to_ns, (unsigned long long)app->range.runs.count);
    if (app->message != TRACE_NONE)
        fprintf(out, ",\"message\":%u", app->message);
    if (app->prompt.kind != PROMPT_NONE) {
        dump_text(out, "prompt", prompts[app->prompt.kind]);
        dump_text(out, "text", app->prompt.text);
        fprintf(out, ",\"lines\":%u", prompt_lines(&app->prompt));
    }
    if (quiz_is_on(app))
        dump_text(out, "lesson", app->quiz.stage == QUIZ_ASKED ? "asked" : "told");
    if (chooser_is_on(app))
        dump_text(out, "turn", app->chooser.heading);
    if (app->notice[0] != '\0')
        dump_text(out, "notice", app->notice);
    fprintf(out, ",\"help\":%s}\n", app->help ? "true" : "false");
}

/* Gives the inputs of a step, each with what the picture before it has at its place. */
static void give_inputs(struct desk *desk, struct draw_scratch *scratch, struct script_step *step)
{
    struct app *app = &desk->app;
    struct frame frame;
    frame_init(&frame, app->measurer);
    for (int i = 0; i < step->input_count; i++) {
        struct input *input = &step->inputs[i];
        draw_frame(&frame, app, scratch);
        input->hot = frame_hit(&frame, input->x, input->y);
        app_update(app, input);
        desk_answer(desk);
    }
    frame_finish(&frame);
}

int script_run(struct desk *desk, const char *path, char *error, size_t bytes)
{
    struct app *app = &desk->app;
    FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "r");
    struct draw_scratch scratch = {0};
    char line[SCRIPT_LINE_BYTES];
    int status = 0;
    if (file == NULL) {
        snprintf(error, bytes, "%s cannot be read: %s", path, strerror(errno));
        return -1;
    }
    for (int number = 1; status == 0 && fgets(line, sizeof line, file) != NULL; number++) {
        struct script_step step;
        char why[128];
        line[strcspn(line, "\r\n")] = '\0';
        if (!parse(&step, line, why, sizeof why)) {
            snprintf(error, bytes, "%s: line %d: %s", path, number, why);
            status = -1;
            break;
        }
        give_inputs(desk, &scratch, &step);
        if (step.deed == SCRIPT_DUMP)
            dump(app, stdout);
        else if (step.deed == SCRIPT_SHOT)
            status = save_picture(app, desk->fonts, step.path, error, bytes);
    }
    if (file != stdin)
        fclose(file);
    draw_scratch_finish(&scratch);
    return status;
}
