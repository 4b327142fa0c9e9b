/* troupe export: a trace for other tools. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "export.h"
#include "tell.h"
#include "tool.h"

enum { OPTION_TO, OPTION_OUTPUT };

static const struct tool_option options[] = {
    [OPTION_TO] = {"to", 't', "FORMAT", "chrome, csv, speedscope, otel or folded (chrome)"},
    [OPTION_OUTPUT] = {"output", 'o', "FILE", "where to write; - is standard output (-)"},
};

/* One for each choice of --to. */
static const struct {
    const char *name;
    int (*run)(const struct trace_model *model, FILE *out); /* NULL: from the file itself */
} formats[] = {
    {"chrome", NULL},      {"csv", export_csv},       {"speedscope", export_speedscope},
    {"otel", export_otel}, {"folded", export_folded},
};

bool export_json(FILE *out, const char *before, cJSON *item, const char *after)
{
    char *text = cJSON_PrintUnformatted(item);
    if (text != NULL)
        fprintf(out, "%s%s%s", before, text, after);
    free(text);
    cJSON_Delete(item);
    return text != NULL;
}

const char *export_state(const struct trace_span *span)
{
    if (span->state != TRACE_STATE_WAIT)
        return span->state == TRACE_STATE_RUN ? "run" : "ready";
    return trace_reason_name((enum trace_reason)span->reason);
}

bool export_has_slices(const struct trace_model *model, const struct trace_lane *lane)
{
    return model->foreign && lane->slice_count > 0 && lane->first_run_ns != TRACE_NEVER;
}

static int export_to(size_t format, const char *path, FILE *out)
{
    struct tell tell;
    if (formats[format].run == NULL)
        return export_chrome(path, out);
    int result = tell_open(&tell, path, NULL);
    if (result != TOOL_OK)
        return result;
    result = formats[format].run(tell.model, out);
    tell_close(&tell);
    return result;
}

static int run_export(const struct tool_call *call)
{
    const char *to = call->values[OPTION_TO] != NULL ? call->values[OPTION_TO] : "chrome";
    const char *path = call->values[OPTION_OUTPUT];
    FILE *out;
    size_t format = 0;
    while (strcmp(formats[format].name, to) != 0)
        format++;
    int result = tool_spare_operands(call, path);
    if (result == TOOL_OK && formats[format].run == NULL)
        result = tell_own(call->operands[0], "export --to=chrome");
    if (result == TOOL_OK)
        result = tool_open_output(path, &out);
    if (result == TOOL_OK)
        result = tool_finish_output(out, path, export_to(format, call->operands[0], out));
    return result;
}

const struct tool_command command_export = {
    .name = "export",
    .operands = "FILE",
    .sentence = "the trace in the form of another tool",
    .text =
        "Writes the trace in another form:\n"
        "\n"
        "  chrome      our own, made whole: a torn line left out, the array closed, both ends of\n"
        "              what has ended with the same arguments; for Perfetto and chrome://tracing\n"
        "  csv         one row for each state, life, message, printed line, ...; for\n"
        "              spreadsheets and data frames\n"
        "  speedscope  a profile for each actor and each loop; for speedscope.app\n"
        "  otel        OpenTelemetry spans as OTLP/JSON; for tracing back ends\n"
        "  folded      stacks with nanoseconds; for flame graphs\n"
        "\n"
        "  troupe export --to=csv -o run.csv run.json\n"
        "  troupe export --to=folded run.json | grep ';run' | flamegraph.pl >run.svg\n"
        "  troupe export --to=otel run.json | curl --json @- localhost:4318/v1/traces",
    .options = options,
    .option_count = sizeof options / sizeof options[0],
    .choices = {[OPTION_TO] = "chrome csv speedscope otel folded"},
    .operand_min = 1,
    .operand_max = 1,
    .run = run_export,
};
