/*
 * speedscope's own format: frames that have names, and a profile for each actor, in which its life
 * holds its states, and for each loop, in which the actors that it ran stand.  A frame is opened
 * and closed by number, so names are kept once.
 */

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "export.h"
#include "tell.h"
#include "tool.h"
#include "trace_strings.h"

struct frames {
    struct trace_strings strings;
    struct trace_map numbers; /* from a text's place in the pool to the frame's number */
    cJSON *list;
};

/* The number of the frame with this name. */
static int64_t frame_of(struct frames *frames, const char *name)
{
    trace_text_id text = trace_strings_put(&frames->strings, name, strlen(name));
    uint32_t *number = trace_map_put(&frames->numbers, text);
    if (number == NULL)
        return 0;
    if (*number == TRACE_NONE) {
        *number = frames->numbers.count - 1;
        cJSON *frame = cJSON_CreateObject();
        cJSON_AddStringToObject(frame, "name", name);
        cJSON_AddItemToArray(frames->list, frame);
    }
    return *number;
}

static void add_event(cJSON *events, const char *type, int64_t frame, int64_t at_ns)
{
    cJSON *event = cJSON_CreateObject();
    cJSON_AddStringToObject(event, "type", type);
    tell_add_whole(event, "frame", frame);
    tell_add_whole(event, "at", at_ns);
    cJSON_AddItemToArray(events, event);
}

static cJSON *new_profile(const struct trace_model *model, const char *name, cJSON **events)
{
    cJSON *profile = cJSON_CreateObject();
    cJSON_AddStringToObject(profile, "type", "evented");
    cJSON_AddStringToObject(profile, "name", name);
    cJSON_AddStringToObject(profile, "unit", "nanoseconds");
    tell_add_whole(profile, "startValue", model->start_ns);
    tell_add_whole(profile, "endValue", model->end_ns);
    *events = cJSON_AddArrayToObject(profile, "events");
    return profile;
}

/* Each within the one that it lies on. */
static void add_slices(const struct trace_model *model, const struct trace_lane *lane,
                       cJSON *events, struct frames *frames)
{
    static uint32_t open[UINT16_MAX + 1];
    uint32_t depth = 0;
    for (uint32_t i = 0; i <= lane->slice_count; i++) {
        const struct trace_slice *slice = &model->slices[lane->slice_first + i];
        uint32_t below = i < lane->slice_count ? slice->depth : 0;
        while (depth > below) {
            const struct trace_slice *over = &model->slices[open[--depth]];
            add_event(events, "C", frame_of(frames, trace_text(model, over->name)), over->end_ns);
        }
        if (i == lane->slice_count)
            break;
        add_event(events, "O", frame_of(frames, trace_text(model, slice->name)), slice->start_ns);
        open[depth++] = lane->slice_first + i;
    }
}

static cJSON *lane_profile(const struct trace_model *model, uint32_t index, struct frames *frames)
{
    const struct trace_lane *lane = &model->lanes[index];
    const char *fn = trace_text(model, lane->fn != 0 ? lane->fn : lane->name);
    int64_t end_ns = lane->end_ns != TRACE_NEVER ? lane->end_ns : model->end_ns;
    cJSON *events;
    cJSON *profile = new_profile(model, trace_text(model, lane->name), &events);
    char name[300];
    bool has_slices = export_has_slices(model, lane);
    add_event(events, "O", frame_of(frames, fn), lane->spawn_ns);
    if (has_slices)
        add_slices(model, lane, events, frames);
    for (uint32_t i = 0; !has_slices && i < lane->span_count; i++) {
        const struct trace_span *span = &model->spans[lane->span_first + i];
        const char *at = trace_text(model, span->at);
        snprintf(name, sizeof name, "%s%s%.250s", export_state(span), at[0] != '\0' ? " " : "", at);
        int64_t frame = frame_of(frames, name);
        add_event(events, "O", frame, span->start_ns);
        add_event(events, "C", frame, span->end_ns);
        end_ns = span->end_ns > end_ns ? span->end_ns : end_ns;
    }
    add_event(events, "C", frame_of(frames, fn), end_ns);
    return profile;
}

static cJSON *loop_profile(const struct trace_model *model, uint32_t loop, struct frames *frames)
{
    cJSON *events;
    cJSON *profile = new_profile(model, trace_text(model, model->loops[loop].name), &events);
    for (uint32_t i = 0; i < model->switch_count; i++) {
        const struct trace_span *run = &model->spans[model->switches[i]];
        if (run->loop != loop)
            continue;
        int64_t frame = frame_of(frames, trace_text(model, model->lanes[run->lane].name));
        add_event(events, "O", frame, run->start_ns);
        add_event(events, "C", frame, run->end_ns);
    }
    return profile;
}

/* The frames are known only when all profiles have been made, and stand behind them. */
int export_speedscope(const struct trace_model *model, FILE *out)
{
    struct frames frames = {.list = cJSON_CreateArray()};
    uint32_t count = model->loop_count + model->lane_count;
    bool written = frames.list != NULL;
    fputs("{\"$schema\":\"https://www.speedscope.app/file-format-schema.json\",\n", out);
    fputs("\"exporter\":\"troupe\",\"activeProfileIndex\":0,\n\"profiles\":[\n", out);
    for (uint32_t i = 0; written && i < count; i++)
        written =
            export_json(out, "",
                        i < model->loop_count ? loop_profile(model, i, &frames)
                                              : lane_profile(model, i - model->loop_count, &frames),
                        i + 1 < count ? ",\n" : "\n");
    written = written && !frames.strings.failed;
    written = export_json(out, "],\n\"shared\":{\"frames\":", frames.list, "}}\n") && written;
    trace_strings_finish(&frames.strings);
    trace_map_finish(&frames.numbers);
    return written ? TOOL_OK : tell_no_memory();
}
