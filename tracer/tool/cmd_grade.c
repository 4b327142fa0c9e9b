/* troupe grade: whether runs keep rules that are written in plain text; runs that are there, or
 * runs that it makes, one for each of several seeds. */

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "places.h"
#include "rulebook.h"
#include "seeds.h"
#include "tell.h"
#include "tool.h"
#include "trace_array.h"
#include "trace_grade.h"

enum { OPTION_QUIET, OPTION_JSON, OPTION_SEEDS, OPTION_LIMIT, OPTION_ASCII };

static const struct tool_option options[] = {
    [OPTION_QUIET] = {"quiet", 'q', NULL, "only the rules that are broken, and the last line"},
    [OPTION_JSON] = {"json", 'j', NULL, "print JSON, times in nanoseconds"},
    [OPTION_SEEDS] = {"seeds", 's', "N", "make the runs: of a program, with the seeds 1 to N"},
    [OPTION_LIMIT] = {"limit", 'l', "TIME", "a run that takes longer is stopped (10s)"},
    [OPTION_ASCII] = {"ascii", 'a', NULL, "nothing beyond ASCII"},
};

#define FILES_MAX 10000

/* More would take hours. */
#define SEEDS_MAX 100000

/* --- one run --- */

/* The first run that breaks a rule, and how. */
struct broken {
    long seed; /* 0: none does */
    struct trace_grade grade;
};

struct grading {
    const struct tool_call *call;
    struct rulebook book;
    size_t *kept;          /* per rule: how many runs keep it */
    size_t perfect;        /* runs that keep all */
    char **program;        /* that is run; its words */
    long seed;             /* of the run that is held against them; 0: it was there before */
    int status;            /* and how the program ended with it */
    struct broken *broken; /* per rule */
    int64_t limit_ns;      /* longer than that no run may take */
    long failed_seed;      /* the first run that ends with a status other than 0, */
    int failed_status;     /* and that status */
    size_t failed;         /* how many such runs there are */
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
        if (!grade.holds && grading->broken[i].seed == 0)
            grading->broken[i] = (struct broken){grading->seed, grade};
        if (array != NULL)
            cJSON_AddItemToArray(array, grade_object(tell, rule, &grade));
        else if (grading->seed == 0 && (!grade.holds || !grading->quiet))
            print_grade(tell, rule, &grade);
    }
    grading->perfect += kept == grading->book.count;
    if (array == NULL && grading->seed == 0 && (!grading->quiet || kept < grading->book.count))
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
        if (grading->seed == 0) {
            cJSON_AddStringToObject(object, "file", path);
        } else {
            tell_add_whole(object, "seed", grading->seed);
            tell_add_whole(object, "status", grading->status);
        }
        array = cJSON_AddArrayToObject(object, "rules");
    } else if (!alone && !grading->quiet && grading->seed == 0) {
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

/* How the first run that breaks a rule is seen. */
static void print_way(const struct grading *grading)
{
    long seed = 0;
    for (size_t i = 0; i < grading->book.count; i++)
        if (grading->broken[i].seed > 0 && (seed == 0 || grading->broken[i].seed < seed))
            seed = grading->broken[i].seed;
    if (seed == 0)
        return;
    printf("To see the first of them: troupe run --seed %ld --virtual-time -o seed%ld.json --",
           seed, seed);
    for (char **word = grading->program; *word != NULL; word++)
        printf(" %s", *word);
    putchar('\n');
}

/* Over several runs: how often each rule was kept. */
static void print_sums(const struct grading *grading, size_t runs)
{
    if (grading->seed == 0)
        putchar('\n');
    for (size_t i = 0; i < grading->book.count; i++) {
        const struct broken *broken = &grading->broken[i];
        if (grading->seed > 0 && grading->quiet && grading->kept[i] == runs)
            continue;
        printf("kept in %zu of %zu  %3" PRIu32 "  %s\n", grading->kept[i], runs,
               grading->book.rules[i].line, grading->book.rules[i].text);
        if (broken->seed > 0)
            printf("             seed %ld: %s\n", broken->seed, broken->grade.text);
    }
    print_way(grading);
    printf("%zu of %zu runs keep all rules.\n", grading->perfect, runs);
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

/* --- runs that are made --- */

static void print_report(const struct grading *grading, long runs)
{
    if (grading->status == SEEDS_STOPPED)
        printf("The run with seed %ld took longer than %g s and was stopped; seeds after it were "
               "not tried.\n",
               grading->seed, (double)grading->limit_ns / 1e9);
    else if (grading->failed > 0)
        printf("%zu of %ld runs end with a status other than 0, seed %ld first, with %d.\n",
               grading->failed, runs, grading->failed_seed, grading->failed_status);
    print_sums(grading, (size_t)runs);
}

static int grade_seed(struct grading *grading, const char *path)
{
    int result =
        seeds_run(grading->program, grading->seed, grading->limit_ns, path, &grading->status);
    if (result == TOOL_OK && grading->status != 0 && grading->failed++ == 0) {
        grading->failed_seed = grading->seed;
        grading->failed_status = grading->status;
    }
    return result == TOOL_OK ? grade_file(grading, path, false) : result;
}

static int grade_seeds(struct grading *grading, long count)
{
    char folder[PATH_MAX - sizeof "/run.json"], path[PATH_MAX];
    int result = place_make_temporary("grade", folder, sizeof folder);
    if (result != TOOL_OK)
        return result;
    snprintf(path, sizeof path, "%s/run.json", folder);
    if (grading->as_json)
        puts("[");
    while (result == TOOL_OK && grading->seed < count && grading->status != SEEDS_STOPPED) {
        grading->seed++;
        result = grade_seed(grading, path);
    }
    unlink(path);
    rmdir(folder);
    if (grading->as_json)
        puts("\n]");
    else if (result == TOOL_OK)
        print_report(grading, grading->seed);
    bool all_kept = grading->perfect == (size_t)count && grading->status != SEEDS_STOPPED;
    return result == TOOL_OK && !all_kept ? TOOL_FAULT : result;
}

static int run_grade(const struct tool_call *call)
{
    struct grading grading = {.call = call,
                              .program = call->operands + 1,
                              .limit_ns = SEEDS_LIMIT_NS,
                              .quiet = call->values[OPTION_QUIET] != NULL,
                              .as_json = call->values[OPTION_JSON] != NULL,
                              .first = true};
    long seeds = 0;
    int result = tool_number("seeds", call->values[OPTION_SEEDS], 1, SEEDS_MAX, &seeds);
    if (result == TOOL_OK)
        result = tool_duration("limit", call->values[OPTION_LIMIT], "5s", &grading.limit_ns);
    if (result == TOOL_OK && call->operand_count < 2) {
        tool_say(seeds > 0 ? "--seeds runs a program, and none is named: --seeds N RULES -- PROGRAM"
                           : "grade needs FILE... RULES");
        result = TOOL_MISUSED;
    }
    if (result == TOOL_OK)
        result =
            rulebook_read(call->operands[seeds > 0 ? 0 : call->operand_count - 1], &grading.book);
    if (result == TOOL_OK) {
        grading.kept = calloc(grading.book.count + 1, sizeof *grading.kept);
        grading.broken = calloc(grading.book.count + 1, sizeof *grading.broken);
        if (grading.kept == NULL || grading.broken == NULL)
            result = tell_no_memory();
        else
            result = seeds > 0 ? grade_seeds(&grading, seeds) : grade_all(&grading);
    }
    free(grading.kept);
    free(grading.broken);
    rulebook_finish(&grading.book);
    return result;
}

const struct tool_command command_grade = {
    .name = "grade",
    .operands = "FILE... RULES",
    .sentence = "whether runs keep rules that are written in plain text",
    .text =
        "Holds one run, or several, against the rules in the file RULES, one a line:\n"
        "\n"
        "  W < 1.5 s                                  a number of the run\n"
        "  every count#* H < 50 ms                    of each actor whose name fits\n"
        "  count print \"One\" = 3                      how often something happens\n"
        "  no wait lock by reader#*                   never\n"
        "  every print \"Two\" after every print \"One\"  what could not be otherwise\n"
        "  no finding                                 `troupe lint` finds nothing\n"
        "\n"
        "With --seeds=N it makes the runs itself: of a program of actors, in virtual time, with\n"
        "the seeds 1 to N, so with other turns each time.  What is printed of them is how many\n"
        "keep each rule, and how the first that does not breaks it.\n"
        "\n"
        "The manual page has the whole language.  Each rule is answered with what was found,\n"
        "and a broken one with who broke it and when.  The exit status is 1 if any is broken.\n"
        "\n"
        "  troupe grade count.json count.rules\n"
        "  troupe grade --quiet seed*.json homework.rules\n"
        "  troupe grade --seeds=100 homework.rules -- ./homework",
    .options = options,
    .option_count = sizeof options / sizeof options[0],
    .operand_min = 1,
    .operand_max = FILES_MAX,
    .run = run_grade,
};
