/*
 * troupe demo: a lesson in the terminal: a question, real runs, and what they show.
 */

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "demo.h"
#include "lesson_fact.h"
#include "places.h"
#include "screen.h"
#include "tell.h"
#include "tool.h"
#include "trace_grade.h"

enum {
    OPTION_LIST,
    OPTION_ALL,
    OPTION_TOUR,
    OPTION_ANSWER,
    OPTION_TEXT,
    OPTION_CHECK,
    OPTION_OUTPUT,
    OPTION_SHEETS,
    OPTION_PAGES,
    OPTION_RECORDED
};

static const struct tool_option options[] = {
    [OPTION_LIST] = {"list", 'l', NULL, "the lessons there are"},
    [OPTION_ALL] = {"all", 'A', NULL, "every lesson, one after the other"},
    [OPTION_TOUR] = {"tour", 't', NULL, "wait for Enter after each"},
    [OPTION_ANSWER] = {"answer", 'a', "LETTER", "answer the question, instead of being asked"},
    [OPTION_TEXT] = {"text", 'x', NULL, "draw here, even if there is a display"},
    [OPTION_CHECK] = {"check", 'c', NULL, "only hold the runs to what the lesson expects"},
    [OPTION_OUTPUT] = {"output", 'o', "DIR", "leave the traces in this folder"},
    [OPTION_SHEETS] = {"sheets", 's', "DIR",
                       "only write pages for paper: the question, and its key"},
    [OPTION_PAGES] = {"pages", 'p', "DIR", "only write a page for who teaches, with a picture"},
    [OPTION_RECORDED] = {"recorded", 'r', NULL, "show runs that were recorded before"},
};

/* Lanes in the terminal: more do not fit beside the words. */
#define LANES "8"

#define COLUMNS_MAX 80

static void print_wrapped(const char *mark, const char *text)
{
    demo_print_wrapped(stdout, mark, text, COLUMNS_MAX);
}

static int list(const struct demo_shelf *shelf)
{
    for (size_t i = 0; i < shelf->count; i++) {
        struct lesson lesson;
        if (demo_load(shelf, i, &lesson) != TOOL_OK)
            return TOOL_FAULT;
        char mark[DEMO_NAME_BYTES + 2];
        snprintf(mark, sizeof mark, "%2.2s  %-17s ", shelf->names[i], shelf->names[i] + 3);
        print_wrapped(mark, lesson.claim != NULL ? lesson.claim : lesson.title);
        lesson_finish(&lesson);
    }
    return TOOL_OK;
}

static void print_question(const struct lesson *lesson, const char *number)
{
    printf("Lesson %.2s: %s\n\n", number, lesson->title);
    print_wrapped("", lesson->question);
    putchar('\n');
    for (size_t i = 0; i < lesson->answer_count; i++) {
        char mark[] = "  A  ";
        mark[2] = (char)('A' + i);
        print_wrapped(mark, lesson->answers[i].text);
    }
    putchar('\n');
}

/* The answer that a letter stands for; NULL for none. */
static const struct lesson_answer *answer_of(const struct lesson *lesson, const char *letter)
{
    size_t index = (size_t)(toupper((unsigned char)letter[0]) - 'A');
    return index < lesson->answer_count && (letter[1] == '\0' || letter[1] == '\n')
               ? &lesson->answers[index]
               : NULL;
}

/* Asks until there is an answer, or none is wanted. */
static const struct lesson_answer *ask(const struct lesson *lesson)
{
    char line[80];
    const struct lesson_answer *answer = NULL;
    while (answer == NULL) {
        printf("Your answer (A to %c, or Enter to be shown): ",
               (char)('A' + lesson->answer_count - 1));
        fflush(stdout);
        if (fgets(line, sizeof line, stdin) == NULL || line[0] == '\n')
            break;
        answer = answer_of(lesson, line);
    }
    putchar('\n');
    return answer;
}

/* What settles it in a trace. */
static int print_fact(const char *label, const char *path, const char *decides)
{
    struct tell tell;
    char fact[LESSON_FACT_BYTES];
    char crowd[LESSON_FACT_BYTES];
    int result = tell_open(&tell, path, NULL);
    if (result != TOOL_OK)
        return result;
    result = lesson_fact(decides, tell.model, fact) == 0 ? TOOL_OK : tell_no_memory();
    lesson_fact_crowd(decides, tell.model, crowd);
    screen_defuse(fact); /* it may be what a program printed */
    if (result == TOOL_OK)
        printf("  %-24s %s%s%s\n", label, fact, crowd[0] != '\0' ? ", " : "", crowd);
    tell_close(&tell);
    return result;
}

static int reveal(const struct lesson *lesson, const struct demo_runs *runs,
                  const struct lesson_answer *answer)
{
    int result = TOOL_OK;
    putchar('\n');
    for (size_t i = 0; lesson->decides != NULL && result == TOOL_OK && i < runs->count; i++)
        result = print_fact(lesson->panels[i].label, runs->traces[i], lesson->decides);
    putchar('\n');
    if (answer != NULL && !answer->is_right) {
        printf("You said: %s.\n", answer->text);
        print_wrapped("  ", answer->because);
    }
    for (size_t i = 0; i < lesson->answer_count; i++) {
        if (!lesson->answers[i].is_right)
            continue;
        printf("%s: %s.\n", answer == &lesson->answers[i] ? "You are right" : "Right is",
               lesson->answers[i].text);
        print_wrapped("  ", lesson->answers[i].because);
    }
    putchar('\n');
    if (lesson->claim != NULL)
        print_wrapped("=> ", lesson->claim);
    for (size_t i = 0; i < lesson->look_count; i++)
        print_wrapped("Look at: ", lesson->looks[i]);
    for (size_t i = 0; i < lesson->try_count; i++)
        print_wrapped("Try: ", lesson->tries[i]);
    return result;
}

/* Shows the runs in the viewer, if that is its path and not "", or here; with a `path`, the viewer
 * asks first what that lesson asks. */
static void show(const struct lesson *lesson, const struct demo_runs *runs, const char *viewer,
                 const char *path)
{
    const char *words[LESSON_PANELS_MAX + 4] = {viewer};
    size_t count = 1;
    if (path != NULL) {
        words[count++] = "--lesson";
        words[count++] = path;
    }
    for (size_t i = 0; i < runs->count; i++)
        words[count++] = runs->traces[i];
    if (viewer[0] != '\0' && demo_start(words) == 0)
        return;
    for (size_t i = 0; i < runs->count; i++) {
        printf("\n--- %s\n\n", lesson->panels[i].label);
        demo_start((const char *const[]){place_of_command(), "show", "--lanes", LANES,
                                         runs->traces[i], NULL});
    }
}

/* Which expectations a run is held to: those of the recorded one, if it is that and has its own. */
static void choose(const struct lesson_panel *panel, bool recorded, size_t *from, size_t *to)
{
    bool own = panel->recorded_from > 0 && panel->recorded_from < panel->expectation_count;
    *from = own && recorded ? panel->recorded_from : 0;
    *to = own && !recorded ? panel->recorded_from : panel->expectation_count;
}

static int check_panel(const struct lesson_panel *panel, const char *path, bool recorded)
{
    size_t from, to;
    choose(panel, recorded, &from, &to);
    struct tell tell;
    struct trace_order *order;
    int result = tell_open(&tell, path, NULL);
    if (result != TOOL_OK)
        return result;
    if (trace_order_new(tell.model, &order) < 0) {
        tell_close(&tell);
        return tell_no_memory();
    }
    for (size_t i = from; i < to; i++) {
        struct trace_rule rule;
        struct trace_grade grade;
        char why[200];
        if (trace_rule_parse(panel->expectations[i], &rule, why, sizeof why) <= 0 ||
            trace_grade(order, &rule, &grade) < 0)
            continue;
        printf("%s  %s: %s\n             %s\n", grade.holds ? "kept  " : "BROKEN", panel->label,
               panel->expectations[i], grade.text);
        if (!grade.holds)
            result = TOOL_FAULT;
    }
    trace_order_destroy(order);
    tell_close(&tell);
    return result;
}

static int check(const struct lesson *lesson, const struct demo_runs *runs)
{
    int result = TOOL_OK;
    for (size_t i = 0; i < runs->count; i++)
        if (check_panel(&lesson->panels[i], runs->traces[i], runs->is_recorded) != TOOL_OK)
            result = TOOL_FAULT;
    return result;
}

/* The question, and what was answered; TOOL_MISUSED if that is no answer. */
static int predict(const struct tool_call *call, const struct lesson *lesson, const char *name,
                   const struct lesson_answer **answer)
{
    const char *letter = call->values[OPTION_ANSWER];
    print_question(lesson, name);
    if (letter != NULL)
        *answer = answer_of(lesson, letter);
    else if (isatty(STDIN_FILENO) && isatty(STDOUT_FILENO))
        *answer = ask(lesson);
    if (letter == NULL || *answer != NULL)
        return TOOL_OK;
    tool_say("--answer is a letter from A to %c", (char)('A' + lesson->answer_count - 1));
    return TOOL_MISUSED;
}

/* Runs the programs, or takes what was recorded if that is wanted or one of them is not here. */
static int obtain(const struct tool_call *call, const struct demo_shelf *shelf, size_t index,
                  const struct lesson *lesson, bool hides, struct demo_runs *runs)
{
    char lacks[80];
    bool recorded = call->values[OPTION_RECORDED] != NULL;
    if (!recorded && demo_lacks(lesson, lacks, sizeof lacks)) {
        tool_say("%s, which this lesson runs, is not here: it is shown as it was recorded before",
                 lacks);
        recorded = true;
    }
    return recorded ? demo_take_recorded(shelf, index, lesson, runs)
                    : demo_run(lesson, call->values[OPTION_OUTPUT], hides, runs);
}

/* Asks, runs, shows and answers: in the viewer if there is one, unless it is answered already. */
static int show_lesson(const struct tool_call *call, const struct demo_shelf *shelf, size_t index,
                       const struct lesson *lesson, struct demo_runs *runs)
{
    const struct lesson_answer *answer = NULL;
    char viewer[PATH_MAX], path[PATH_MAX];
    if (call->values[OPTION_TEXT] != NULL || !place_has_display() ||
        !place_of_viewer(viewer, sizeof viewer))
        viewer[0] = '\0';
    bool in_viewer = viewer[0] != '\0' && call->values[OPTION_ANSWER] == NULL;
    int result = TOOL_OK;
    if (in_viewer) {
        printf("Lesson %.2s: %s\n\n", shelf->names[index], lesson->title);
        result = demo_path(shelf, index, path);
    } else {
        result = predict(call, lesson, shelf->names[index], &answer);
    }
    if (result == TOOL_OK)
        result = obtain(call, shelf, index, lesson, in_viewer, runs);
    if (result != TOOL_OK)
        return result;
    show(lesson, runs, viewer, in_viewer ? path : NULL);
    return reveal(lesson, runs, answer);
}

static int teach(const struct tool_call *call, const struct demo_shelf *shelf, size_t index)
{
    struct lesson lesson;
    struct demo_runs runs = {.is_ours = false};
    const char *sheets = call->values[OPTION_SHEETS], *pages = call->values[OPTION_PAGES];
    const char *name = shelf->names[index];
    char path[PATH_MAX];
    bool checks = call->values[OPTION_CHECK] != NULL;
    bool asks = !checks && sheets == NULL && pages == NULL;
    int result = demo_path(shelf, index, path);
    if (result == TOOL_OK)
        result = demo_load(shelf, index, &lesson);
    if (result != TOOL_OK)
        return result;
    if (asks)
        result = show_lesson(call, shelf, index, &lesson, &runs);
    else
        result = obtain(call, shelf, index, &lesson, false, &runs);
    if (result == TOOL_OK && checks)
        result = check(&lesson, &runs);
    if (result == TOOL_OK && sheets != NULL)
        result = demo_write_sheets(&lesson, name, path, &runs, sheets);
    if (result == TOOL_OK && pages != NULL)
        result = demo_write_page(&lesson, name, path, &runs, pages);
    demo_clear(&runs);
    lesson_finish(&lesson);
    return result;
}

static int teach_all(const struct tool_call *call, const struct demo_shelf *shelf)
{
    int result = TOOL_OK;
    for (size_t i = 0; i < shelf->count; i++) {
        if (i > 0)
            putchar('\n');
        if (teach(call, shelf, i) != TOOL_OK)
            result = TOOL_FAULT;
        if (call->values[OPTION_TOUR] == NULL || i + 1 == shelf->count)
            continue;
        fputs("\nEnter goes on, q ends: ", stdout);
        fflush(stdout);
        char line[80];
        if (fgets(line, sizeof line, stdin) == NULL || line[0] == 'q')
            break;
    }
    return result;
}

static int run_demo(const struct tool_call *call)
{
    struct demo_shelf shelf;
    size_t index;
    if (call->values[OPTION_RECORDED] != NULL && call->values[OPTION_OUTPUT] != NULL) {
        tool_say("--recorded runs nothing that --output could leave");
        return TOOL_MISUSED;
    }
    int result = demo_open_shelf(&shelf);
    if (result != TOOL_OK)
        return result;
    if (call->values[OPTION_ALL] != NULL)
        return teach_all(call, &shelf);
    if (call->values[OPTION_LIST] != NULL || call->operand_count == 0)
        return list(&shelf);
    result = demo_find(&shelf, call->operands[0], &index);
    return result == TOOL_OK ? teach(call, &shelf, index) : result;
}

const struct tool_command command_demo = {
    .name = "demo",
    .operands = "[LESSON]",
    .sentence = "a lesson: a question, real runs, and what they show",
    .text = "Asks what a program will do, runs it, and shows what it did: in the viewer if there\n"
            "is a display, otherwise here.  LESSON is a name or a number; without one, the\n"
            "lessons are listed.\n"
            "\n"
            "With --check nothing is asked: the runs are held to what the lesson expects of\n"
            "them, and the exit status is 1 if they do not keep to it.\n"
            "\n"
            "Where a program of the lesson cannot be run, or with --recorded, runs are shown that\n"
            "were recorded before.\n"
            "\n"
            "  troupe demo --list\n"
            "  troupe demo one-hand\n"
            "  troupe demo --answer B 3\n"
            "  troupe demo --all --tour\n"
            "  troupe demo --all --sheets handouts\n"
            "  troupe demo --all --recorded --pages pages",
    .options = options,
    .option_count = sizeof options / sizeof options[0],
    .operand_min = 0,
    .operand_max = 1,
    .run = run_demo,
};
