/*
 * Comma-separated values: every kind of row has the same columns, empty where they mean nothing,
 * so that a spreadsheet or a data frame takes the file as it is.  Quoting is that of RFC 4180.
 */

#include <inttypes.h>
#include <string.h>

#include "export.h"
#include "tool.h"

#define COLUMNS                                                                   \
    "kind,actor,id,start_ns,end_ns,loop,resume,reason,place,other,due_ns,cpu_ns," \
    "object,made,tag,bytes,status,text"

struct row {
    const char *kind;
    uint32_t lane; /* TRACE_NONE: of no actor */
    int64_t start_ns;
    int64_t end_ns; /* TRACE_NEVER: open */
    const char *loop;
    uint32_t resume;
    const char *reason;
    trace_text_id place;
    uint32_t other;
    int64_t due_ns;
    int64_t cpu_ns;
    uint32_t object;
    trace_text_id made;
    const struct trace_message *message;
    const int32_t *status;
    const char *text;
};

/* A row in which everything else is left out: it is empty in the file. */
static struct row new_row(const char *kind, uint32_t lane, int64_t start_ns, int64_t end_ns)
{
    return (struct row){.kind = kind,
                        .lane = lane,
                        .start_ns = start_ns,
                        .end_ns = end_ns,
                        .other = TRACE_NONE,
                        .due_ns = TRACE_NEVER,
                        .cpu_ns = TRACE_NEVER};
}

static void put_text(FILE *out, const char *text)
{
    fputc(',', out);
    if (text == NULL)
        return;
    if (strpbrk(text, ",\"\r\n") == NULL) {
        fputs(text, out);
        return;
    }
    fputc('"', out);
    for (; *text != '\0'; text++) {
        if (*text == '"')
            fputc('"', out);
        fputc(*text, out);
    }
    fputc('"', out);
}

/* A number; nothing if it is not known. */
static void put_number(FILE *out, int64_t number, bool known)
{
    fputc(',', out);
    if (known)
        fprintf(out, "%" PRId64, number);
}

static void put_lane(FILE *out, const struct trace_model *model, uint32_t lane)
{
    put_text(out, lane != TRACE_NONE ? trace_text(model, model->lanes[lane].name) : NULL);
}

static void put_row(FILE *out, const struct trace_model *model, const struct row *row)
{
    const struct trace_message *message = row->message;
    fputs(row->kind, out);
    put_lane(out, model, row->lane);
    put_number(out, row->lane != TRACE_NONE ? model->lanes[row->lane].id : 0,
               row->lane != TRACE_NONE);
    put_number(out, row->start_ns, true);
    put_number(out, row->end_ns, row->end_ns != TRACE_NEVER);
    put_text(out, row->loop);
    put_number(out, row->resume, row->resume != 0);
    put_text(out, row->reason);
    put_text(out, row->place != 0 ? trace_text(model, row->place) : NULL);
    put_lane(out, model, row->other);
    put_number(out, row->due_ns, row->due_ns != TRACE_NEVER);
    put_number(out, row->cpu_ns, row->cpu_ns != TRACE_NEVER);
    put_number(out, row->object, row->object != 0);
    put_text(out, row->made != 0 ? trace_text(model, row->made) : NULL);
    put_number(out, message != NULL ? message->tag : 0, message != NULL);
    put_number(out, message != NULL ? message->bytes : 0, message != NULL);
    put_number(out, row->status != NULL ? *row->status : 0, row->status != NULL);
    put_text(out, row->text);
    fputc('\n', out);
}

static const char *reason_of(const struct trace_span *span)
{
    return span->reason < TRACE_REASON_COUNT ? trace_reason_name((enum trace_reason)span->reason)
                                             : NULL;
}

static void put_span(FILE *out, const struct trace_model *model, const struct trace_span *span)
{
    static const char *const kinds[] = {
        [TRACE_STATE_RUN] = "run", [TRACE_STATE_READY] = "ready", [TRACE_STATE_WAIT] = "wait"};
    const struct trace_wait *more = trace_wait_of(model, span);
    struct row row = new_row(kinds[span->state], span->lane, span->start_ns,
                             span->open ? TRACE_NEVER : span->end_ns);
    row.resume = span->resume;
    row.place = span->at;
    row.other = span->other;
    if (span->state != TRACE_STATE_READY)
        row.reason = reason_of(span);
    if (span->state == TRACE_STATE_RUN) {
        row.loop = trace_text(model, model->loops[span->loop].name);
        row.cpu_ns = more->cpu_ns;
    }
    if (span->state == TRACE_STATE_WAIT) {
        row.due_ns = more->due_ns;
        row.object = more->object;
        row.made = more->made;
    }
    put_row(out, model, &row);
}

static void put_mark(FILE *out, const struct trace_model *model, const struct trace_mark *mark)
{
    static const char *const kinds[] = {[TRACE_MARK_PRINT] = "print",
                                        [TRACE_MARK_NOTE] = "note",
                                        [TRACE_MARK_LOST] = "lost",
                                        [TRACE_MARK_OTHER] = "mark"};
    struct row row = new_row(kinds[mark->kind], mark->lane, mark->at_ns, mark->at_ns);
    row.other = mark->by;
    row.text = trace_text(model, mark->text);
    if (mark->kind == TRACE_MARK_NOTE)
        row.reason = trace_note_name((enum trace_note)mark->note);
    put_row(out, model, &row);
}

static void put_lanes(FILE *out, const struct trace_model *model)
{
    for (uint32_t i = 0; i < model->lane_count; i++) {
        const struct trace_lane *lane = &model->lanes[i];
        struct row row = new_row("life", i, lane->spawn_ns, lane->end_ns);
        row.place = lane->src;
        row.other = lane->parent;
        row.status = lane->end_ns != TRACE_NEVER ? &lane->status : NULL;
        row.text = trace_text(model, lane->fn);
        put_row(out, model, &row);
    }
}

static void put_flows(FILE *out, const struct trace_model *model)
{
    for (uint32_t i = 0; i < model->flow_count; i++) {
        const struct trace_flow *flow = &model->flows[i];
        bool is_message = flow->message != TRACE_NONE;
        struct row row =
            new_row(is_message ? "message" : "arrow", flow->from_lane, flow->from_ns, flow->to_ns);
        row.other = flow->to_lane;
        row.message = is_message ? &model->messages[flow->message] : NULL;
        row.text = trace_text(model, flow->name);
        put_row(out, model, &row);
    }
}

static void put_depths_and_jobs(FILE *out, const struct trace_model *model)
{
    char depth[16];
    for (uint32_t i = 0; i < model->depth_count; i++) {
        const struct trace_depth *own = &model->depths[i];
        struct row row = new_row("depth", own->lane, own->at_ns, own->at_ns);
        snprintf(depth, sizeof depth, "%" PRIu32, own->depth);
        row.text = depth;
        put_row(out, model, &row);
    }
    for (uint32_t i = 0; i < model->job_count; i++) {
        const struct trace_job *job = &model->jobs[i];
        struct row row =
            new_row("job", TRACE_NONE, job->start_ns, job->open ? TRACE_NEVER : job->end_ns);
        row.text = trace_text(model, job->name);
        put_row(out, model, &row);
    }
}

/* Those of another tool; our own words are among the marks. */
static void put_slices(FILE *out, const struct trace_model *model)
{
    for (uint32_t i = 0; model->foreign && i < model->slice_count; i++) {
        const struct trace_slice *slice = &model->slices[i];
        struct row row = new_row("slice", slice->lane, slice->start_ns,
                                 slice->open ? TRACE_NEVER : slice->end_ns);
        row.text = trace_text(model, slice->name);
        put_row(out, model, &row);
    }
}

int export_csv(const struct trace_model *model, FILE *out)
{
    fputs(COLUMNS "\n", out);
    put_lanes(out, model);
    for (uint32_t i = 0; i < model->span_count; i++)
        put_span(out, model, &model->spans[i]);
    put_slices(out, model);
    put_flows(out, model);
    for (uint32_t i = 0; i < model->mark_count; i++)
        put_mark(out, model, &model->marks[i]);
    put_depths_and_jobs(out, model);
    return TOOL_OK;
}
