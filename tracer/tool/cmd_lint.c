/* troupe lint: what is wrong with a run, as far as its trace proves it. */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tell.h"
#include "tool.h"
#include "trace_lint.h"
#include "trace_words.h"

enum { OPTION_LIMIT, OPTION_RULE, OPTION_LIST, OPTION_JSON, OPTION_ASCII };

/* The words of all rules. */
static const char rule_names[] =
#define TRACE_LINT(id, name, sentence, cure) name " "
#include "trace_lint_rules.def"
#undef TRACE_LINT
    ;

static const struct tool_option options[] = {
    [OPTION_LIMIT] = {"limit", 'l', "TIME", "what costs others less is not told (100ms)"},
    [OPTION_RULE] = {"rule", 'r', "NAME", "look for this only"},
    [OPTION_LIST] = {"list", 'L', NULL, "print the rules; no FILE is read"},
    [OPTION_JSON] = {"json", 'j', NULL, "print JSON, times in nanoseconds"},
    [OPTION_ASCII] = {"ascii", 'a', NULL, "nothing beyond ASCII"},
};

/* Room for a sentence, and for the same in which every byte was replaced. */
#define SENTENCE_BYTES 1024

static int print_rules(void)
{
    for (int rule = 0; rule < TRACE_LINT_COUNT; rule++)
        printf("%s%s\n    %s\n    Cure: %s.\n", rule > 0 ? "\n" : "",
               trace_lint_name((enum trace_lint_rule)rule),
               trace_lint_sentence((enum trace_lint_rule)rule),
               trace_lint_cure((enum trace_lint_rule)rule));
    return TOOL_OK;
}

/* "count.c:15: held-the-loop: count#2 held ...", so that an editor finds the line. */
static void print_finding(const struct tell *tell, const struct trace_finding *finding)
{
    char text[SENTENCE_BYTES];
    char clean[SENTENCE_BYTES * 4];
    if (finding->place != 0)
        printf("%s: ", tell_text(tell, finding->place));
    trace_finding_text(tell->model, finding, tell->screen.ascii, text, sizeof text);
    printf("%s: %s.\n    Cure: %s.\n", trace_lint_name(finding->rule),
           screen_clean(&tell->screen, text, sizeof text, clean, sizeof clean),
           trace_lint_cure(finding->rule));
}

static cJSON *finding_object(const struct tell *tell, const struct trace_finding *finding)
{
    char text[SENTENCE_BYTES];
    cJSON *object = cJSON_CreateObject();
    cJSON_AddStringToObject(object, "rule", trace_lint_name(finding->rule));
    tell_add_lane(tell, object, "actor", finding->lane);
    if (finding->lane != TRACE_NONE)
        tell_add_whole(object, "id", tell->model->lanes[finding->lane].id);
    tell_add_lane(tell, object, "other", finding->other);
    tell_add_text(tell, object, "place", finding->place);
    tell_add_whole(object, "at_ns", finding->at_ns);
    tell_add_whole(object, "ns", finding->ns);
    tell_add_whole(object, "cost_ns", finding->cost_ns);
    tell_add_whole(object, "number", (int64_t)finding->number);
    tell_add_whole(object, "times", (int64_t)finding->times);
    tell_add_whole(object, "total_ns", finding->total_ns);
    cJSON_AddStringToObject(
        object, "text",
        trace_finding_text(tell->model, finding, tell->screen.ascii, text, sizeof text));
    cJSON_AddStringToObject(object, "cure", trace_lint_cure(finding->rule));
    return object;
}

/* Those of one rule, or all. */
static size_t keep_rule(struct trace_finding *findings, size_t count, enum trace_lint_rule rule)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (rule == TRACE_LINT_COUNT || findings[i].rule == rule)
            findings[kept++] = findings[i];
    return kept;
}

static int print_all(const struct tell *tell, const struct trace_finding *findings, size_t count,
                     bool as_json)
{
    if (as_json) {
        bool printed = true;
        puts("[");
        for (size_t i = 0; printed && i < count; i++)
            printed = tell_print_json("  ", finding_object(tell, &findings[i]),
                                      i + 1 < count ? ",\n" : "\n");
        puts("]");
        if (!printed)
            return tell_no_memory();
    } else {
        for (size_t i = 0; i < count; i++) {
            fputs(i > 0 ? "\n" : "", stdout);
            print_finding(tell, &findings[i]);
        }
    }
    return count > 0 ? TOOL_FAULT : TOOL_OK;
}

/* The values of --limit and --rule. */
static int parse_options(const struct tool_call *call, int64_t *limit_ns,
                         enum trace_lint_rule *rule)
{
    const char *name = call->values[OPTION_RULE];
    *rule = name != NULL ? trace_lint_parse(name) : TRACE_LINT_COUNT;
    return tool_duration("limit", call->values[OPTION_LIMIT], "50ms", limit_ns);
}

static int run_lint(const struct tool_call *call)
{
    struct tell tell;
    struct trace_finding *findings;
    size_t count;
    int64_t limit_ns = TRACE_LINT_LIMIT_NS;
    enum trace_lint_rule rule;
    if (call->values[OPTION_LIST] != NULL)
        return print_rules();
    if (call->operand_count == 0) {
        tool_say("lint needs FILE\nTry `troupe help lint`.");
        return TOOL_MISUSED;
    }
    int result = parse_options(call, &limit_ns, &rule);
    if (result == TOOL_OK)
        result = tell_open(&tell, call->operands[0], call->values[OPTION_ASCII]);
    if (result != TOOL_OK)
        return result;
    if (trace_lint(tell.model, limit_ns, &findings, &count) < 0) {
        result = tell_no_memory();
    } else {
        count = keep_rule(findings, count, rule);
        result = print_all(&tell, findings, count, call->values[OPTION_JSON] != NULL);
        free(findings);
    }
    tell_close(&tell);
    return result;
}

const struct tool_command command_lint = {
    .name = "lint",
    .operands = "FILE",
    .sentence = "what is wrong with the run, as far as the trace proves it",
    .text =
        "Looks for what went wrong: who held a loop, who polls, which waits nothing could end,\n"
        "whose mailbox grew, who failed unseen, ...  Each finding is a line with the source\n"
        "line, the rule, the actor, when it was and what it cost others, and a line with the\n"
        "cure; the costliest stand first.  Nothing is said that the trace does not prove.\n"
        "The exit status is 1 if anything was found.\n"
        "\n"
        "  troupe lint server.json\n"
        "  troupe lint --limit=5ms server.json\n"
        "  troupe lint --rule=held-the-loop --json server.json\n"
        "  troupe lint --list",
    .options = options,
    .option_count = sizeof options / sizeof options[0],
    .choices = {[OPTION_RULE] = rule_names},
    .operand_min = 0,
    .operand_max = 1,
    .run = run_lint,
};
