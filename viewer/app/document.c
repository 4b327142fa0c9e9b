/*
 * Opening and closing.  What no first picture needs is made when it is asked for.
 */

#include "document.h"

#include <errno.h>
#include <math.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format.h"
#include "layout.h"
#include "trace_tasks.h"

/* Names that decide the width of their column; of later ones, only that with the most bytes. */
#define NAMES_MEASURED_MAX 512

/* Of fewer spans all is made in less time than a thread takes to begin. */
#define PARALLEL_SPANS_MIN 20000

static float widest_name_px(const struct document *document, const struct text_measurer *measurer)
{
    float widest = 0;
    const char *longest = "";
    size_t most = 0;
    struct text_style style = {.size_px = LAYOUT_NAME_POINTS, .bold = true};
    for (uint32_t i = 0; i < document->lanes.count; i++) {
        const char *name = lanes_name(&document->lanes, i);
        size_t bytes = strlen(name);
        if (i < NAMES_MEASURED_MAX)
            widest = fmaxf(widest, text_width_px(measurer, style, name));
        else if (bytes > most)
            longest = name;
        most = bytes > most ? bytes : most;
    }
    return fmaxf(widest, text_width_px(measurer, style, longest));
}

/* Without folders. */
static const char *last_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL && slash[1] != '\0' ? slash + 1 : path;
}

/* The program's name; if the trace does not tell it, the file's, up to a point in it. */
static void write_title(struct document *document)
{
    const char *program = trace_text(document->model, document->model->info.prog);
    const char *name = last_name(program[0] != '\0' ? program : document->path);
    snprintf(document->title, sizeof document->title, "%.60s", name);
    char *point = strchr(document->title, '.');
    if (program[0] == '\0' && point != NULL && point > document->title)
        *point = '\0';
    if (name[0] == '\0' || strcmp(name, "-") == 0)
        snprintf(document->title, sizeof document->title, "trace");
}

/* "./count --twice: 4 actors, 1 loop, C 3.00, P 0.0001; recorded by troupe 0.1.0" */
static void write_caption(struct document *document)
{
    const struct trace_info *info = &document->model->info;
    const char *command = trace_text(document->model, info->cmd);
    const char *runtime = trace_text(document->model, info->runtime);
    char actors[FORMAT_BYTES];
    char loops[FORMAT_BYTES];
    char ratios[2][FORMAT_BYTES];
    snprintf(document->caption, sizeof document->caption, "%.100s: %s, %s, C %s, P %s%s%.40s",
             command[0] != '\0' ? command : document->title,
             format_things(document->model->lane_count, "actor", actors),
             format_things(document->model->loop_count, "loop", loops),
             format_ratio(trace_score_concurrency(&document->score), ratios[0]),
             format_ratio(trace_score_parallelism(&document->score), ratios[1]),
             runtime[0] != '\0' ? "; recorded by " : "", runtime);
}

/* The parts of a document have nothing to do with each other and are made side by side, the ones
 * that take longest first.  Each answers 0 or a negative errno. */
static int open_strip(struct document *document)
{
    return strip_init(&document->strip, document->model);
}

static int open_step_axis(struct document *document)
{
    return trace_axis_init(&document->axes[TRACE_AXIS_STEP], document->model, TRACE_AXIS_STEP);
}

static int open_rows(struct document *document)
{
    int status = rows_init(&document->rows, document->model);
    return status < 0 ? status : lanes_init(&document->lanes, &document->rows);
}

static int open_score(struct document *document)
{
    trace_stats_sums(document->model, &document->score);
    return 0;
}

static int open_other_axes(struct document *document)
{
    int status =
        trace_axis_init(&document->axes[TRACE_AXIS_TIME], document->model, TRACE_AXIS_TIME);
    return status < 0 ? status
                      : trace_axis_init(&document->axes[TRACE_AXIS_FOLDED], document->model,
                                        TRACE_AXIS_FOLDED);
}

static int open_order(struct document *document)
{
    return order_init(&document->order, document->model);
}

static int open_rest(struct document *document)
{
    const struct trace_model *model = document->model;
    int status = nests_init(&document->nests, model);
    if (status == 0)
        status = charts_init(&document->charts, model);
    document->mailbox_peaks = depths_peaks(model);
    for (size_t i = 0; document->mailbox_peaks != NULL && i < model->lane_count; i++)
        document->has_queue |= document->mailbox_peaks[i] >= DEPTHS_QUEUE_MIN;
    sources_init(&document->sources, model, document->path);
    return status < 0 || document->mailbox_peaks != NULL ? status : -ENOMEM;
}

static int (*const parts[])(struct document *) = {
    open_strip, open_step_axis, open_rows, open_score, open_other_axes, open_order, open_rest};

#define PART_COUNT (sizeof parts / sizeof parts[0])

struct opening {
    struct document *document;
    int statuses[PART_COUNT];
};

static void open_part(void *user, unsigned part)
{
    struct opening *opening = user;
    opening->statuses[part] = parts[part](opening->document);
}

int document_open(struct document *document, const struct trace_model *model,
                  const char *trace_path)
{
    struct opening opening = {.document = document};
    bool large = model->span_count >= PARALLEL_SPANS_MIN;
    document->model = model;
    document->root = trace_lane_root(model);
    snprintf(document->path, sizeof document->path, "%s", trace_path);
    trace_tasks_run(large ? trace_tasks_threads() : 1, PART_COUNT, open_part, &opening);
    for (size_t i = 0; i < PART_COUNT; i++)
        if (opening.statuses[i] < 0)
            return opening.statuses[i];
    trace_stats_peaks(model, document->strip.in_progress_max, document->strip.running_max,
                      &document->score);
    trace_stats_sentence(&document->score, model->loop_count, document->sentence,
                         sizeof document->sentence);
    write_title(document);
    write_caption(document);
    document->origin_ns = model->start_ns;
    if (model->switch_count > 0)
        document->origin_ns = model->spans[model->switches[0]].start_ns;
    static atomic_uint_fast64_t serials;
    document->serial = ++serials;
    return 0;
}

void document_measure(struct document *document, const struct text_measurer *measurer)
{
    document->names_px = widest_name_px(document, measurer);
}

void document_move(struct document *to, struct document *from)
{
    *to = *from;
    to->lanes.rows = &to->rows;
    *from = (struct document){.model = NULL};
}

static void drop_bands(struct document *document)
{
    for (uint32_t i = 0; i < document->band_count; i++)
        band_finish(&document->bands[i]);
    free(document->bands);
    document->bands = NULL;
    document->band_count = 0;
}

void document_close(struct document *document)
{
    for (int i = 0; i < TRACE_AXIS_KINDS; i++)
        trace_axis_finish(&document->axes[i]);
    drop_bands(document);
    lanes_finish(&document->lanes);
    rows_finish(&document->rows);
    order_finish(&document->order);
    strip_finish(&document->strip);
    sources_finish(&document->sources);
    range_index_finish(&document->range_index);
    nests_finish(&document->nests);
    charts_finish(&document->charts);
    free(document->mailbox_peaks);
    *document = (struct document){.model = NULL};
}

int document_arrange(struct document *document)
{
    struct lanes *lanes = &document->lanes;
    int status = lanes_arrange(lanes);
    drop_bands(document);
    document->bands = calloc(lanes->group_count + 1, sizeof *document->bands);
    if (status < 0 || document->bands == NULL)
        return -ENOMEM;
    document->band_count = lanes->group_count;
    for (uint32_t i = 0; i < lanes->group_count && status == 0; i++) {
        const struct lanes_group *group = &lanes->groups[i];
        if (group->folded)
            status = band_init(&document->bands[i], &document->rows, lanes->members + group->first,
                               group->count);
    }
    return status;
}

int document_range(struct document *document, int64_t a_ns, int64_t b_ns, struct range_stats *stats)
{
    const struct trace_model *model = document->model;
    int64_t from_ns = a_ns < b_ns ? a_ns : b_ns;
    int64_t to_ns = a_ns < b_ns ? b_ns : a_ns;
    from_ns = from_ns > model->start_ns ? from_ns : model->start_ns;
    to_ns = to_ns < model->end_ns ? to_ns : model->end_ns;
    if (to_ns <= from_ns)
        return -EINVAL;
    if (document->range_index.blocks == NULL && range_index_init(&document->range_index, model) < 0)
        return -ENOMEM;
    range_stats_of(stats, &document->range_index, &document->lanes, from_ns, to_ns);
    return 0;
}
