/* troupe check: says where a trace breaks the rules of its format. */

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tell.h"
#include "tool.h"
#include "trace_check.h"

/* More lines than this push the first ones off the screen; the first are the ones that matter. */
#define PROBLEMS_SHOWN 20

static const char *plural(uint64_t count)
{
    return count == 1 ? "" : "s";
}

static int report_problems(const char *name, const struct trace_report *report)
{
    size_t shown = report->problem_count < PROBLEMS_SHOWN ? report->problem_count : PROBLEMS_SHOWN;
    for (size_t i = 0; i < shown; i++) {
        struct trace_problem *problem = &report->problems[i];
        screen_defuse(problem->text); /* it quotes the trace */
        printf("%s: line %" PRIu64 ", byte %" PRIu64 ": %s\n", name, problem->line, problem->offset,
               problem->text);
    }
    printf("%s: %" PRIu64 " problem%s in %" PRIu64 " event%s", name, report->problem_total,
           plural(report->problem_total), report->event_count, plural(report->event_count));
    if (report->problem_total > shown)
        printf(", of which these are the first %zu", shown);
    putchar('\n');
    return TOOL_FAULT;
}

/* Another tool's trace has rules of its own; what can be said is what was understood of it. */
static int report_foreign(const char *path, const char *name)
{
    struct tell tell;
    int result = tell_open(&tell, path, NULL);
    if (result != TOOL_OK)
        return result;
    const struct trace_model *model = tell.model;
    printf("%s: another tool's trace: %" PRIu64 " event%s; %u lane%s, %u slice%s, %u arrow%s, "
           "%u instant%s, %u counter%s%s\n",
           name, model->event_count, plural(model->event_count), model->lane_count,
           plural(model->lane_count), model->slice_count, plural(model->slice_count),
           model->flow_count, plural(model->flow_count), model->mark_count,
           plural(model->mark_count), model->counter_count, plural(model->counter_count),
           model->cut ? "; the file breaks off" : "");
    tell_unknown(&tell);
    tell_close(&tell);
    return TOOL_OK;
}

/* Puts what comes through a pipe into a file, which can be looked at before it is read. */
static int keep_input(void)
{
    char bytes[65536];
    ssize_t got = 0;
    FILE *file = tmpfile();
    if (file == NULL)
        got = -1;
    while (got >= 0 && (got = read(STDIN_FILENO, bytes, sizeof bytes)) > 0)
        if (fwrite(bytes, 1, (size_t)got, file) != (size_t)got)
            got = -1;
    if (got == 0 && fflush(file) == 0 && lseek(fileno(file), 0, SEEK_SET) == 0 &&
        dup2(fileno(file), STDIN_FILENO) == STDIN_FILENO) {
        fclose(file);
        return TOOL_OK;
    }
    tool_say("standard input cannot be read: %s", strerror(errno));
    if (file != NULL)
        fclose(file);
    return TOOL_FAULT;
}

static int run_check(const struct tool_call *call)
{
    const char *path = call->operands[0];
    bool standard = strcmp(path, "-") == 0;
    if (standard && lseek(STDIN_FILENO, 0, SEEK_CUR) != 0 && keep_input() != TOOL_OK)
        return TOOL_FAULT;
    const char *name = standard ? "standard input" : path;
    if (trace_is_foreign(path))
        return report_foreign(path, name);
    struct trace_report report;
    struct trace_error error;
    if (trace_check(path, &report, &error) < 0) {
        tool_say("%s", error.text);
        return TOOL_FAULT;
    }
    int result = TOOL_OK;
    if (report.problem_total > 0)
        result = report_problems(name, &report);
    else
        printf("%s: ok: %" PRIu64 " event%s, %u actor%s, %" PRIu64 " switch%s, %u loop%s%s\n", name,
               report.event_count, plural(report.event_count), report.actor_count,
               plural(report.actor_count), report.switch_count,
               report.switch_count == 1 ? "" : "es", report.loop_count, plural(report.loop_count),
               report.cut ? "; the file breaks off, as that of a killed program does" : "");
    trace_report_finish(&report);
    return result;
}

const struct tool_command command_check = {
    .name = "check",
    .operands = "FILE",
    .sentence = "say whether a trace keeps the rules of the format",
    .text = "Holds a trace against every rule of its format: that events have all they need, that\n"
            "slices nest and never touch, that every resume has its suspend, that an actor's\n"
            "states follow one another within its life, that no two actors ever run on one loop,\n"
            "that arrows arrive after they leave.  Each problem is one line that names the line\n"
            "and the byte.  A file that breaks off is no problem: that of a killed program does.\n"
            "Of another tool's trace it says what was understood and what was not.",
    .operand_min = 1,
    .operand_max = 1,
    .run = run_check,
};
