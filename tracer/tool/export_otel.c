/*
 * OpenTelemetry, as OTLP/JSON: a life is a span whose parent is the life of who spawned it; its
 * states are spans in it; a message is a span of its sender that ends when it is taken, with a link
 * to its receiver.  What was printed and noted are events of a life.
 *
 * Numbers of 64 bits are strings there, ids are hexadecimal, and no id is zero.
 */

#include <inttypes.h>
#include <string.h>

#include "export.h"
#include "tell.h"
#include "tool.h"
#include "trace_strings.h"

enum id_kind { ID_LIFE = 1, ID_STATE, ID_MESSAGE };

#define KIND_INTERNAL 1
#define KIND_PRODUCER 4
#define STATUS_ERROR 2

struct export
{
    const struct trace_model *model;
    FILE *out;
    char trace_id[33];
    bool first;
    bool failed;
};

static void span_id(enum id_kind kind, uint32_t index, char text[17])
{
    snprintf(text, 17, "%016" PRIx64, (uint64_t)kind << 48 | ((uint64_t)index + 1));
}

static void add_time(const struct export *export, cJSON *object, const char *name, int64_t ns)
{
    char digits[32];
    snprintf(digits, sizeof digits, "%" PRId64, export->model->info.t0_unix_ns + ns);
    cJSON_AddStringToObject(object, name, digits);
}

static void add_attribute(cJSON *list, const char *key, const char *text)
{
    if (text == NULL || text[0] == '\0')
        return;
    cJSON *attribute = cJSON_CreateObject();
    cJSON_AddStringToObject(attribute, "key", key);
    cJSON_AddStringToObject(cJSON_AddObjectToObject(attribute, "value"), "stringValue", text);
    cJSON_AddItemToArray(list, attribute);
}

static void add_number(cJSON *list, const char *key, int64_t number)
{
    char digits[32];
    snprintf(digits, sizeof digits, "%" PRId64, number);
    cJSON *attribute = cJSON_CreateObject();
    cJSON_AddStringToObject(attribute, "key", key);
    cJSON_AddStringToObject(cJSON_AddObjectToObject(attribute, "value"), "intValue", digits);
    cJSON_AddItemToArray(list, attribute);
}

static cJSON *new_span(const struct export *export, enum id_kind kind, uint32_t index,
                       uint32_t parent, const char *name, int64_t start_ns, int64_t end_ns)
{
    char id[17];
    cJSON *span = cJSON_CreateObject();
    cJSON_AddStringToObject(span, "traceId", export->trace_id);
    span_id(kind, index, id);
    cJSON_AddStringToObject(span, "spanId", id);
    if (parent != TRACE_NONE) {
        span_id(ID_LIFE, parent, id);
        cJSON_AddStringToObject(span, "parentSpanId", id);
    }
    cJSON_AddStringToObject(span, "name", name);
    cJSON_AddNumberToObject(span, "kind", kind == ID_MESSAGE ? KIND_PRODUCER : KIND_INTERNAL);
    add_time(export, span, "startTimeUnixNano", start_ns);
    add_time(export, span, "endTimeUnixNano", end_ns);
    return span;
}

static void put_span(struct export *export, cJSON *span)
{
    export->failed |= !export_json(export->out, export->first ? "" : ",\n", span, "");
    export->first = false;
}

static void put_life(struct export *export, uint32_t index)
{
    const struct trace_model *model = export->model;
    const struct trace_lane *lane = &model->lanes[index];
    bool ended = lane->end_ns != TRACE_NEVER;
    cJSON *span = new_span(export, ID_LIFE, index, lane->parent, trace_text(model, lane->name),
                           lane->spawn_ns, ended ? lane->end_ns : model->end_ns);
    cJSON *attributes = cJSON_AddArrayToObject(span, "attributes");
    add_attribute(attributes, "code.function", trace_text(model, lane->fn));
    add_attribute(attributes, "troupe.spawned_at", trace_text(model, lane->src));
    add_number(attributes, "troupe.actor", lane->id);
    if (ended)
        add_number(attributes, "troupe.status", lane->status);
    if (ended && lane->status < 0)
        cJSON_AddNumberToObject(cJSON_AddObjectToObject(span, "status"), "code", STATUS_ERROR);
    cJSON *events = cJSON_AddArrayToObject(span, "events");
    for (uint32_t i = lane->mark_first; i < lane->mark_first + lane->mark_count; i++) {
        const struct trace_mark *mark = &model->marks[i];
        cJSON *event = cJSON_CreateObject();
        add_time(export, event, "timeUnixNano", mark->at_ns);
        cJSON_AddStringToObject(event, "name",
                                mark->kind == TRACE_MARK_NOTE
                                    ? trace_note_name((enum trace_note)mark->note)
                                : mark->kind == TRACE_MARK_PRINT ? "print"
                                                                 : "mark");
        add_attribute(cJSON_AddArrayToObject(event, "attributes"), "text",
                      trace_text(model, mark->text));
        cJSON_AddItemToArray(events, event);
    }
    put_span(export, span);
}

static void put_state(struct export *export, uint32_t index)
{
    const struct trace_model *model = export->model;
    const struct trace_span *state = &model->spans[index];
    cJSON *span = new_span(export, ID_STATE, index, state->lane, export_state(state),
                           state->start_ns, state->end_ns);
    cJSON *attributes = cJSON_AddArrayToObject(span, "attributes");
    add_attribute(attributes, "troupe.place", trace_text(model, state->at));
    if (state->other != TRACE_NONE)
        add_attribute(attributes, state->state == TRACE_STATE_READY ? "troupe.by" : "troupe.on",
                      trace_text(model, model->lanes[state->other].name));
    if (state->state == TRACE_STATE_RUN) {
        add_attribute(attributes, "troupe.loop", trace_text(model, model->loops[state->loop].name));
        add_number(attributes, "troupe.resume", state->resume);
    }
    put_span(export, span);
}

static void put_message(struct export *export, uint32_t index)
{
    const struct trace_model *model = export->model;
    const struct trace_flow *flow = &model->flows[index];
    if (flow->message == TRACE_NONE)
        return;
    const struct trace_message *message = &model->messages[flow->message];
    bool taken = flow->to_lane != TRACE_NONE;
    cJSON *span =
        new_span(export, ID_MESSAGE, index, flow->from_lane, trace_text(model, flow->name),
                 flow->from_ns, taken ? flow->to_ns : flow->from_ns);
    cJSON *attributes = cJSON_AddArrayToObject(span, "attributes");
    add_number(attributes, "troupe.tag", message->tag);
    add_number(attributes, "troupe.bytes", message->bytes);
    if (taken) {
        char id[17];
        cJSON *link = cJSON_CreateObject();
        span_id(ID_LIFE, flow->to_lane, id);
        cJSON_AddStringToObject(link, "traceId", export->trace_id);
        cJSON_AddStringToObject(link, "spanId", id);
        cJSON_AddItemToArray(cJSON_AddArrayToObject(span, "links"), link);
        add_attribute(attributes, "troupe.to", trace_text(model, model->lanes[flow->to_lane].name));
    }
    put_span(export, span);
}

int export_otel(const struct trace_model *model, FILE *out)
{
    struct export export = {.model = model, .out = out, .first = true};
    uint64_t seed = trace_hash_mix((uint64_t)model->info.t0_unix_ns ^ model->info.os_pid);
    snprintf(export.trace_id, sizeof export.trace_id, "%016" PRIx64 "%016" PRIx64, seed | 1,
             trace_hash_mix(seed + 1));
    cJSON *resource = cJSON_CreateArray();
    add_attribute(resource, "service.name", trace_text(model, model->info.prog));
    add_attribute(resource, "process.command", trace_text(model, model->info.cmd));
    add_number(resource, "process.pid", model->info.os_pid);
    bool written =
        export_json(out, "{\"resourceSpans\":[{\"resource\":{\"attributes\":", resource,
                    "},\n\"scopeSpans\":[{\"scope\":{\"name\":\"troupe\"},\"spans\":[\n");
    for (uint32_t i = 0; i < model->lane_count; i++)
        put_life(&export, i);
    for (uint32_t i = 0; i < model->span_count; i++)
        put_state(&export, i);
    for (uint32_t i = 0; i < model->flow_count; i++)
        put_message(&export, i);
    fputs("\n]}]}]}\n", out);
    return written && !export.failed ? TOOL_OK : tell_no_memory();
}
