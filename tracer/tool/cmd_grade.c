/* troupe grade: whether runs keep rules that are written in plain text. */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rulebook.h"
#include "tell.h"
#include "tool.h"
#include "trace_array.h"
#include "trace_grade.h"

enum { OPTION_QUIET, OPTION_JSON, OPTION_ASCII };

static const struct tool_option options[] = {
    [OPTION_QUIET] = {"quiet", 'q', NULL, "only the rules that are broken, and the last line"},
    [OPTION_JSON] = {"json", 'j', NULL, "print JSON, times in nanoseconds"},
    [OPTION_ASCII] = {"ascii", 'a', NULL, "nothing beyond ASCII"},
};

#define FILES_MAX 10000

/* --- one run --- */

struct grading {
    const struct tool_call *call;
    struct rulebook book;
    size_t *kept;   /* per rule: how many runs keep it */
    size_t perfect; /* runs that keep all */
    bool quiet;
    bool as_json;
    bool first; /* JSON: nothing has been printed yet */
};

static cJSON *grade_object(const struct tell *tell, const struct trace_rule *rule,
                           const struct trace_grade *grade)
{
    cJSON *object = cJSON_CreateObject();
    tell_add_whole(object, "line", rule->line);
    cJSON_AddStringToObject(object, "rule", rule->text);
    cJSON_AddBoolToObject(object, "holds", grade->holds);
    cJSON_AddStringToObject(object, "found", grade->text);
    if (grade->lane != TRACE_NONE) {
        tell_add_lane(tell, object, "actor", grade->lane);
        tell_add_whole(object, "at_ns", grade->at_ns);
    }
    return object;
}

static void print_grade(const struct tell *tell, const struct trace_rule *rule,
                        const struct trace_grade *grade)
{
    char clean[sizeof rule->text * 4];
    printf("%s  %3" PRIu32 "  %s\n", grade->holds ? "kept  " : "BROKEN", rule->line,
           screen_clean(&tell->screen, rule->text, sizeof rule->text, clean, sizeof clean));
    printf("             %s\n",
           screen_clean(&tell->screen, grade->text, sizeof grade->text, clean, sizeof clean));
}

static int grade_rules(struct grading *grading, const struct tell *tell,
                       const struct trace_order *order, cJSON *array)
{
    size_t kept = 0;
    for (size_t i = 0; i < grading->book.count; i++) {
        const struct trace_rule *rule = &grading->book.rules[i];
        struct trace_grade grade;
        if (trace_grade(order, rule, &grade) < 0)
            return tell_no_memory();
        kept += grade.holds;
        grading->kept[i] += grade.holds;
        if (array != NULL)
            cJSON_AddItemToArray(array, grade_object(tell, rule, &grade));
        else if (!grade.holds || !grading->quiet)
            print_grade(tell, rule, &grade);
    }
    grading->perfect += kept == grading->book.count;
    if (array == NULL && (!grading->quiet || kept < grading->book.count))
        printf("%zu of %zu rules are kept.\n", kept, grading->book.count);
    return TOOL_OK;
}

static int grade_file(struct grading *grading, const char *path, bool alone)
{
    struct tell tell;
    struct trace_order *order;
    int result = tell_open(&tell, path, grading->call->values[OPTION_ASCII]);
    if (result != TOOL_OK)
        return result;
    if (trace_order_new(tell.model, &order) < 0)
        result = tell_no_memory();
    cJSON *object = grading->as_json ? cJSON_CreateObject() : NULL;
    cJSON *array = NULL;
    if (object != NULL) {
        cJSON_AddStringToObject(object, "file", path);
        array = cJSON_AddArrayToObject(object, "rules");
    } else if (!alone && !grading->quiet) {
        printf("%s\n", path);
    }
    if (result == TOOL_OK)
        result = grade_rules(grading, &tell, order, array);
    if (object != NULL && !tell_print_json(grading->first ? "  " : ",\n  ", object, ""))
        result = tell_no_memory();
    grading->first = false;
    trace_order_destroy(order);
    tell_close(&tell);
    return result;
}

/* Over several runs: how often each rule was kept. */
static void print_sums(const struct grading *grading, size_t files)
{
    putchar('\n');
    for (size_t i = 0; i < grading->book.count; i++)
        printf("kept in %zu of %zu  %3" PRIu32 "  %s\n", grading->kept[i], files,
               grading->book.rules[i].line, grading->book.rules[i].text);
    printf("%zu of %zu runs keep all rules.\n", grading->perfect, files);
}

static int grade_all(struct grading *grading)
{
    size_t files = (size_t)grading->call->operand_count - 1;
    int result = TOOL_OK;
    if (grading->as_json)
        puts("[");
    for (size_t i = 0; result == TOOL_OK && i < files; i++)
        result = grade_file(grading, grading->call->operands[i], files == 1);
    if (grading->as_json)
        puts("\n]");
    else if (result == TOOL_OK && files > 1)
        print_sums(grading, files);
    return result == TOOL_OK && grading->perfect < files ? TOOL_FAULT : result;
}

static int run_grade(const struct tool_call *call)
{
    struct grading grading = {.call = call,
                              .quiet = call->values[OPTION_QUIET] != NULL,
                              .as_json = call->values[OPTION_JSON] != NULL,
                              .first = true};
    int result = rulebook_read(call->operands[call->operand_count - 1], &grading.book);
    if (result == TOOL_OK) {
        grading.kept = calloc(grading.book.count + 1, sizeof *grading.kept);
        result = grading.kept != NULL ? grade_all(&grading) : tell_no_memory();
    }
    free(grading.kept);
    rulebook_finish(&grading.book);
    return result;
}

const struct tool_command command_grade = {
    .name = "grade",
    .operands = "FILE... RULES",
    .sentence = "whether runs keep rules that are written in plain text",
    .text = "Holds one run, or several, against the rules in the file RULES, one a line:\n"
            "\n"
            "  W < 1.5 s                                  a number of the run\n"
            "  every count#* H < 50 ms                    of each actor whose name fits\n"
            "  count print \"One\" = 3                      how often something happens\n"
            "  no wait lock by reader#*                   never\n"
            "  every print \"Two\" after every print \"One\"  what could not be otherwise\n"
            "  no finding                                 `troupe lint` finds nothing\n"
            "\n"
            "The manual page has the whole language.  Each rule is answered with what was found,\n"
            "and a broken one with who broke it and when.  The exit status is 1 if any is broken.\n"
            "\n"
            "  troupe grade count.json count.rules\n"
            "  troupe grade --quiet seed*.json homework.rules",
    .options = options,
    .option_count = sizeof options / sizeof options[0],
    .operand_min = 2,
    .operand_max = FILES_MAX,
    .run = run_grade,
};
