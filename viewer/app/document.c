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

/* Names that decide the width of their column; later ones are cut if they are longer. */
#define NAMES_MEASURED_MAX 512
#define NAME_POINTS 16

static float widest_name_px(const struct document *document, const struct text_measurer *measurer)
{
    float widest = 0;
    struct text_style style = {.size_px = NAME_POINTS, .bold = true};
    for (uint32_t i = 0; i < document->lanes.count && i < NAMES_MEASURED_MAX; i++)
        widest = fmaxf(widest, text_width_px(measurer, style, lanes_name(&document->lanes, i)));
    return widest;
}

static void write_title(struct document *document)
{
    const char *program = trace_text(document->model, document->model->info.prog);
    const char *slash = strrchr(program, '/');
    const char *name = slash != NULL && slash[1] != '\0' ? slash + 1 : program;
    snprintf(document->title, sizeof document->title, "%.60s", name[0] != '\0' ? name : "trace");
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

int document_open(struct document *document, const struct trace_model *model,
                  const char *trace_path)
{
    document->model = model;
    document->root = trace_lane_root(model);
    for (int i = 0; i < TRACE_AXIS_KINDS; i++) {
        int status = trace_axis_init(&document->axes[i], model, (enum trace_axis_kind)i);
        if (status < 0)
            return status;
    }
    int status = rows_init(&document->rows, model);
    if (status == 0)
        status = lanes_init(&document->lanes, &document->rows);
    if (status == 0)
        status = order_init(&document->order, model);
    if (status == 0)
        status = strip_init(&document->strip, model);
    if (status == 0)
        status = nests_init(&document->nests, model);
    if (status == 0)
        status = charts_init(&document->charts, model);
    if (status < 0)
        return status;
    document->mailbox_peaks = depths_peaks(model);
    if (document->mailbox_peaks == NULL)
        return -ENOMEM;
    trace_stats_total(model, &document->score);
    trace_stats_sentence(&document->score, model->loop_count, document->sentence,
                         sizeof document->sentence);
    snprintf(document->path, sizeof document->path, "%s", trace_path);
    write_title(document);
    write_caption(document);
    sources_init(&document->sources, model, trace_path);
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
