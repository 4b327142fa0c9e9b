/*
 * troupe-view: opens a trace and shows it, in a window or as a PNG.
 *
 * Exit status: 0 done, 1 the trace or the display is at fault (one sentence says how), 2 the
 * command line is.
 */

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "desk.h"
#include "save.h"
#include "script.h"
#include "store.h"
#include "trace_words.h"
#include "window.h"

/* A larger picture is a slip of the finger: 16384 squared needs a gigabyte. */
#define SIDE_MIN 160
#define SIDE_MAX 16384

#define EXIT_FAULT 1
#define EXIT_USAGE 2

struct command_line {
    struct desk_request request;
    const char *screenshot; /* NULL: a window, */
    const char *script;     /* unless there is a script */
};

static const char usage[] =
    "usage: troupe-view FILE... [--screenshot OUT.png] [options]\n"
    "\n"
    "Shows the trace in FILE (\"-\" is standard input) in a window; `?` there lists\n"
    "the keys.  Two to four traces are shown below each other, on one axis.\n"
    "\n"
    "  --screenshot OUT.png     write the picture to a file; needs no display.\n"
    "                           OUT.svg, OUT.html and OUT.txt, too\n"
    "  --live                   follow FILE as it grows; or --live -- PROGRAM...:\n"
    "                           start a program, and follow its run\n"
    "  --schedule -- PROGRAM... run a program in virtual time, and ask who goes on\n"
    "                           wherever several actors are ready\n"
    "  --goal GOAL              ... to bring this about: stuck, fail, or a rule\n"
    "  --lesson LESSON.txt      ask what the runs will show before they are shown\n"
    "  --from TIME, --until TIME  what happened between, not all of it: 1.5s, 300ms\n"
    "  --blank                  lanes without what happened, to be filled in by hand\n"
    "  --columns                several traces beside each other\n"
    "  --script FILE            do what the lines of a file say, without a display\n"
    "  --size WIDTHxHEIGHT      of the picture or the window (1280x720)\n"
    "  --theme NAME             light, dark, contrast or print (light)\n"
    "  --axis time|step|folded  true time, one column per switch, or time without\n"
    "                           its idle gaps (whichever shows most)\n"
    "  --scale FACTOR           larger or smaller text, 0.5 to 4 (1)\n"
    "  --help, --version\n";

static int refuse(const char *text, const char *what)
{
    fprintf(stderr, "troupe-view: %s%s%s\n", text, what != NULL ? " " : "",
            what != NULL ? what : "");
    return EXIT_USAGE;
}

static bool parse_size(const char *text, struct app_options *options)
{
    char end;
    return sscanf(text, "%dx%d%c", &options->width, &options->height, &end) == 2 &&
           options->width >= SIDE_MIN && options->width <= SIDE_MAX &&
           options->height >= SIDE_MIN && options->height <= SIDE_MAX;
}

static bool parse_scale(const char *text, struct app_options *options)
{
    char *end;
    options->text_scale = strtof(text, &end);
    return end != text && *end == '\0' && options->text_scale >= APP_TEXT_SCALE_MIN &&
           options->text_scale <= APP_TEXT_SCALE_MAX;
}

static int take_instant(const char *name, const char *value, bool *given, int64_t *ns)
{
    const char *end = trace_duration_parse(value, ns);
    *given = end != NULL && *end == '\0';
    if (*given)
        return 0;
    fprintf(stderr, "troupe-view: %s is an instant, for example 1.5s, 300ms or 20us, not %s\n",
            name, value);
    return EXIT_USAGE;
}

/* One option with its value; 0, or the exit status. */
static int take_option(struct command_line *line, const char *name, const char *value)
{
    struct app_options *options = &line->request.options;
    if (value == NULL)
        return refuse("something is missing after", name);
    if (strcmp(name, "--screenshot") == 0) {
        line->screenshot = value;
        return save_knows(value)
                   ? 0
                   : refuse("--screenshot writes .png, .svg, .html and .txt, not", value);
    }
    if (strcmp(name, "--script") == 0) {
        line->script = value;
        return 0;
    }
    if (strcmp(name, "--from") == 0)
        return take_instant(name, value, &line->request.part, &line->request.from_ns);
    if (strcmp(name, "--until") == 0)
        return take_instant(name, value, &line->request.part, &line->request.until_ns);
    if (strcmp(name, "--goal") == 0) {
        line->request.goal = value;
        return 0;
    }
    if (strcmp(name, "--lesson") == 0) {
        line->request.lesson = value;
        return 0;
    }
    if (strcmp(name, "--size") == 0)
        return parse_size(value, options)
                   ? 0
                   : refuse("--size is WIDTHxHEIGHT, each from 160 to 16384, not", value);
    if (strcmp(name, "--theme") == 0) {
        options->theme_given = true;
        return app_theme_parse(value, &options->theme)
                   ? 0
                   : refuse("--theme is light, dark, contrast or print, not", value);
    }
    if (strcmp(name, "--axis") == 0) {
        options->axis_given = true;
        return trace_axis_parse(value, &options->axis)
                   ? 0
                   : refuse("--axis is time, step or folded, not", value);
    }
    return parse_scale(value, options) ? 0 : refuse("--scale is from 0.5 to 4, not", value);
}

static bool is_option(const char *word)
{
    static const char *const names[] = {"--screenshot", "--script", "--size", "--theme", "--axis",
                                        "--scale",      "--lesson", "--goal", "--from",  "--until"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(word, names[i]) == 0)
            return true;
    return false;
}

/* Fills the command line; 0, or the exit status. */
static int parse(int argc, char **argv, struct command_line *line)
{
    for (int i = 1; i < argc; i++) {
        const char *word = argv[i];
        if (is_option(word)) {
            int status = take_option(line, word, i + 1 < argc ? argv[i + 1] : NULL);
            if (status != 0)
                return status;
            i++;
        } else if (strcmp(word, "--live") == 0) {
            line->request.live = true;
        } else if (strcmp(word, "--schedule") == 0) {
            line->request.schedule = true;
        } else if (strcmp(word, "--") == 0 && (line->request.live || line->request.schedule)) {
            line->request.command = argv + i + 1;
            break;
        } else if (strcmp(word, "--columns") == 0) {
            line->request.columns = true;
        } else if (strcmp(word, "--blank") == 0) {
            line->request.blank = true;
        } else if (word[0] == '-' && word[1] != '\0') {
            return refuse("there is no such option (--help lists them):", word);
        } else if (line->request.path_count == APP_DOCUMENTS_MAX) {
            return refuse("four traces fit side by side; this is the fifth:", word);
        } else {
            line->request.paths[line->request.path_count++] = word;
        }
    }
    if (line->request.live && line->request.lesson != NULL)
        return refuse("--lesson is about runs that have ended, not with --live", NULL);
    if (line->request.part && line->request.from_ns >= line->request.until_ns)
        return refuse("--from must be before --until", NULL);
    bool command = line->request.command != NULL && line->request.command[0] != NULL;
    if (line->request.schedule && (!command || line->request.live || line->request.path_count > 0))
        return refuse("--schedule runs one program: --schedule -- PROGRAM...", NULL);
    if (line->request.goal != NULL && !line->request.schedule)
        return refuse("--goal is for who gives the turns: --schedule -- PROGRAM...", NULL);
    if (line->request.live && command + line->request.path_count != 1)
        return refuse("--live follows one file, or one program: --live -- PROGRAM...", NULL);
    return command || line->request.path_count > 0
               ? 0
               : refuse("which trace? troupe-view FILE (see --help)", NULL);
}

static int fault(const char *error)
{
    fprintf(stderr, "troupe-view: %s\n", error);
    return EXIT_FAULT;
}

static void draw(void *context, struct frame *frame, const struct app *app)
{
    draw_frame(frame, app, &((struct desk *)context)->scratch);
}

static bool turn(void *context, struct app *app, bool *watching)
{
    (void)app;
    return desk_turn(context, watching);
}

/* Does with an open desk what the command line says. */
static int show(const struct command_line *line, struct desk *desk, char *error, size_t bytes)
{
    struct app *app = &desk->app;
    char title[256];
    int status = 0;
    if (line->script == NULL && line->screenshot == NULL) {
        snprintf(title, sizeof title, "%.200s - troupe-view", app->document->title);
        struct window_options options = {
            .title = title, .fonts = desk->fonts, .draw = draw, .turn = turn, .context = desk};
        return window_run(app, &options, error, bytes);
    }
    status = desk_settle(desk, error, bytes);
    if (line->script != NULL && status == 0)
        status = script_run(desk, line->script, error, bytes);
    if (line->screenshot != NULL && status == 0)
        status = save_picture(app, desk->fonts, line->screenshot, error, bytes);
    return status;
}

/* What is done by a thread of its own while a display begins, as both take long and neither needs
 * the other: fonts are looked for, the trace is opened, and its picture is made once, so that all
 * letters have been drawn when there is a window to put it in. */
struct opening {
    const struct desk_request *request;
    struct desk *desk;
    bool window;
    int status;
    char error[512];
};

static void *open_desk(void *argument)
{
    struct opening *opening = argument;
    struct desk *desk = opening->desk;
    size_t bytes = sizeof opening->error;
    struct raster raster;
    opening->status = font_open(&desk->fonts, opening->error, bytes);
    if (opening->status == 0)
        opening->status = desk_open(desk, opening->request, opening->error, bytes);
    if (opening->status == 0 && opening->window &&
        save_paint(&desk->app, desk->fonts, &raster) == 0)
        raster_finish(&raster);
    return NULL;
}

static void prepare(struct opening *opening)
{
    pthread_t thread;
    bool beside = opening->window && pthread_create(&thread, NULL, open_desk, opening) == 0;
    if (beside)
        window_prepare();
    else
        open_desk(opening);
    if (beside)
        pthread_join(thread, NULL);
}

static int run(struct command_line *line)
{
    struct desk desk;
    struct recent recent = {.count = 0};
    bool window = line->script == NULL && line->screenshot == NULL;
    struct opening opening = {.request = &line->request, .desk = &desk, .window = window};
    if (window) /* pictures are the same for everybody */
        store_read_settings(&line->request.options, &recent);
    line->request.preview = window && line->request.path_count == 1 &&
                            line->request.lesson == NULL && !line->request.part;
    desk_begin(&desk, &line->request);
    prepare(&opening);
    int status = opening.status;
    if (status == 0 && window) {
        desk.app.recent = recent;
        if (line->request.path_count > 0 && line->request.lesson == NULL)
            store_add_recent(&desk.app.recent, line->request.paths[0]);
    }
    if (status == 0)
        status = show(line, &desk, opening.error, sizeof opening.error);
    if (status == 0 && window)
        store_write_settings(&desk.app);
    desk_close(&desk);
    return status < 0 ? fault(opening.error) : EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
    struct command_line line = {
        .request = {.options = {.width = LAYOUT_WIDTH, .height = LAYOUT_HEIGHT},
                    .until_ns = INT64_MAX}};
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strcmp(argv[i], "--help") == 0) {
            fputs(usage, stdout);
            return EXIT_SUCCESS;
        }
        if (strcmp(argv[i], "--version") == 0) {
            printf("troupe-view %s\n", TROUPE_VERSION);
            return EXIT_SUCCESS;
        }
    }
    int status = parse(argc, argv, &line);
    return status != 0 ? status : run(&line);
}
