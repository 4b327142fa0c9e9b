/* troupe show: the picture of a trace, as text. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chart.h"
#include "tool.h"
#include "trace_array.h"
#include "trace_load.h"
#include "trace_words.h"

enum { OPTION_AXIS, OPTION_WIDTH, OPTION_LANES, OPTION_COLOR, OPTION_ASCII };

static const struct tool_option options[] = {
    [OPTION_AXIS] = {"axis", 'x', "AXIS", "folded (idle gaps collapse), step, or time"},
    [OPTION_WIDTH] = {"width", 'w', "COLUMNS", "instead of the terminal's"},
    [OPTION_LANES] = {"lanes", 'n', "COUNT", "how many actors to draw at most (24)"},
    [OPTION_COLOR] = {"color", 'c', "WHEN", "auto, always or never"},
    [OPTION_ASCII] = {"ascii", 'a', NULL, "nothing beyond ASCII"},
};

/* As many lanes as fit a screen with their numbers above them, and as many as anybody reads. */
#define LANES_DEFAULT 24
#define LANES_MAX 10000

static const char *plural(uint64_t count)
{
    return count == 1 ? "" : "s";
}

static void print_title(const struct trace_model *model, const struct trace_score *score,
                        const struct screen *screen)
{
    char name[256];
    bool named = model->info.prog != 0;
    screen_clean(screen, named ? trace_text(model, model->info.prog) : "trace", 40, name,
                 sizeof name);
    canvas_say(screen, CANVAS_STRONG, name);
    printf("   %u actor%s, %u loop%s, %u thread%s, %u process%s%s\n\n", model->lane_count,
           plural(model->lane_count), model->loop_count, plural(model->loop_count), score->threads,
           plural(score->threads), score->processes, score->processes == 1 ? "" : "es",
           model->cut ? "; the file breaks off" : "");
}

/* One of the seven numbers: its value, and its caption below. */
struct number {
    char value[TRACE_WORDS_BYTES];
    const char *caption;
    const char *caption_short; /* for a narrow screen */
    bool accent;
};

#define NUMBER_COUNT 7
#define NUMBER_GAP 2

/* The columns that a number takes. */
static int number_width(const struct number *number, bool narrow)
{
    int caption = (int)strlen(narrow ? number->caption_short : number->caption);
    int value = (int)screen_width(number->value);
    return (value > caption ? value : caption) + NUMBER_GAP;
}

/* Prints numbers side by side, in as many rows as the width asks for. */
static void print_numbers(const struct number *numbers, const struct screen *screen)
{
    int all = -NUMBER_GAP;
    for (size_t i = 0; i < NUMBER_COUNT; i++)
        all += number_width(&numbers[i], false);
    bool narrow = all > screen->columns;
    for (size_t first = 0, end; first < NUMBER_COUNT; first = end) {
        int columns = number_width(&numbers[first], narrow);
        for (end = first + 1; end < NUMBER_COUNT; end++) {
            columns += number_width(&numbers[end], narrow);
            if (columns - NUMBER_GAP > screen->columns)
                break;
        }
        for (size_t i = first; i < end; i++) {
            int blank = number_width(&numbers[i], narrow) - (int)screen_width(numbers[i].value);
            canvas_say(screen, numbers[i].accent ? CANVAS_ACCENT : CANVAS_STRONG, numbers[i].value);
            printf("%*s", i + 1 < end ? blank : 0, "");
        }
        putchar('\n');
        for (size_t i = first; i < end; i++) {
            const char *caption = narrow ? numbers[i].caption_short : numbers[i].caption;
            int blank = number_width(&numbers[i], narrow) - (int)strlen(caption);
            canvas_say(screen, CANVAS_FAINT, caption);
            printf("%*s", i + 1 < end ? blank : 0, "");
        }
        putchar('\n');
    }
}

static void print_scoreboard(const struct trace_score *score, const struct screen *screen)
{
    struct number numbers[NUMBER_COUNT] = {
        {.caption = "W wall", .caption_short = "W wall"},
        {.caption = "S sum of lives", .caption_short = "S lives"},
        {.caption = "B busy", .caption_short = "B busy"},
        {.caption = "H longest hold", .caption_short = "H hold"},
        {.caption = "C concurrency", .caption_short = "C concurrency", .accent = true},
        {.caption = "P parallelism", .caption_short = "P parallelism"},
        {.caption = "peak running", .caption_short = "peak running", .accent = true},
    };
    bool ascii = screen->ascii;
    size_t bytes = sizeof numbers[0].value;
    char sentence[256];
    trace_duration_text(score->wall_ns, ascii, numbers[0].value, bytes);
    trace_duration_text(score->sum_ns, ascii, numbers[1].value, bytes);
    trace_duration_text(score->busy_ns, ascii, numbers[2].value, bytes);
    trace_duration_text(score->longest_hold_ns, ascii, numbers[3].value, bytes);
    trace_ratio_text(trace_score_concurrency(score), numbers[4].value, bytes);
    trace_ratio_text(trace_score_parallelism(score), numbers[5].value, bytes);
    snprintf(numbers[6].value, bytes, "%u", score->peak_running);
    print_numbers(numbers, screen);
    printf("\n%s\n\n", trace_stats_sentence(score, score->threads - score->pool_threads, sentence,
                                            sizeof sentence));
}

/* Which waits occur, by name and letter. */
static void print_legend(const struct trace_model *model, const struct screen *screen)
{
    bool occurs[TRACE_REASON_COUNT + 1] = {false};
    const char *separator = ": ";
    for (uint32_t i = 0; i < model->span_count; i++)
        if (model->spans[i].state == TRACE_STATE_WAIT)
            occurs[model->spans[i].reason] = true;
    putchar('\n');
    canvas_say(screen, CANVAS_RUN, screen->ascii ? "[=]" : "██");
    fputs(" running   ", stdout);
    canvas_say(screen, CANVAS_READY, screen->ascii ? "..." : "░░");
    fputs(" ready   ", stdout);
    canvas_say(screen, CANVAS_FAINT, screen->ascii ? "---" : "──");
    fputs(" waiting", stdout);
    for (int i = 0; i < TRACE_REASON_COUNT; i++) {
        if (!occurs[i])
            continue;
        printf("%s%s (%c)", separator, trace_reason_name((enum trace_reason)i),
               trace_reason_letter((enum trace_reason)i));
        separator = ", ";
    }
    putchar('\n');
}

/* All that was printed, in order, as far as it fits a line. */
static int print_output(const struct trace_model *model, const struct screen *screen)
{
    struct trace_key *keys = malloc(((size_t)model->mark_count + 1) * sizeof *keys);
    size_t count = 0;
    int used = 9;
    char text[256];
    if (keys == NULL)
        return -1;
    for (uint32_t i = 0; i < model->mark_count; i++)
        if (model->marks[i].kind == TRACE_MARK_PRINT)
            keys[count++] = (struct trace_key){.key = model->marks[i].at_ns, .value = i};
    int result = trace_sort(keys, count);
    if (count > 0)
        fputs("printed: ", stdout);
    for (size_t i = 0; i < count; i++) {
        screen_clean(screen, trace_text(model, model->marks[keys[i].value].text), 40, text,
                     sizeof text);
        used += (int)screen_width(text) + 2;
        if (used + 3 > screen->columns) {
            fputs("...", stdout);
            break;
        }
        printf("%s%s", text, i + 1 < count ? "  " : "");
    }
    if (count > 0)
        putchar('\n');
    free(keys);
    return result;
}

static int show(const struct trace_model *model, const struct screen *screen,
                enum trace_axis_kind axis, uint32_t lanes_max)
{
    struct trace_score score;
    struct chart chart;
    trace_stats_total(model, &score);
    int result = chart_init(&chart, model, screen, axis, lanes_max);
    if (result == 0)
        result = chart_draw(&chart);
    if (result == 0) {
        print_title(model, &score, screen);
        print_scoreboard(&score, screen);
        canvas_print(&chart.canvas);
        if (chart.lanes < model->lane_count)
            printf("... and %u more actors; --lanes=COUNT draws more\n",
                   model->lane_count - chart.lanes);
        print_legend(model, screen);
        result = print_output(model, screen);
    }
    chart_finish(&chart);
    if (result == 0)
        return TOOL_OK;
    tool_say("out of memory");
    return TOOL_FAULT;
}

/* The values of --axis and --lanes.  TOOL_OK, or TOOL_MISUSED after saying what is wrong. */
static int parse_options(const struct tool_call *call, enum trace_axis_kind *axis, uint32_t *lanes)
{
    const char *axis_name = call->values[OPTION_AXIS];
    long count = LANES_DEFAULT;
    *axis = TRACE_AXIS_FOLDED;
    if (axis_name != NULL)
        trace_axis_parse(axis_name, axis);
    int result = tool_number("lanes", call->values[OPTION_LANES], 1, LANES_MAX, &count);
    *lanes = (uint32_t)count;
    return result;
}

static int run_show(const struct tool_call *call)
{
    struct trace_model *model;
    struct trace_error error;
    struct screen screen;
    enum trace_axis_kind axis;
    uint32_t lanes;
    int result = parse_options(call, &axis, &lanes);
    if (result == TOOL_OK)
        result = screen_init(&screen, call->values[OPTION_WIDTH], call->values[OPTION_COLOR],
                             call->values[OPTION_ASCII]);
    if (result != TOOL_OK)
        return result;
    if (trace_load(call->operands[0], &model, &error) < 0) {
        tool_say("%s", error.text);
        return TOOL_FAULT;
    }
    result = show(model, &screen, axis, lanes);
    trace_model_destroy(model);
    return result;
}

const struct tool_command command_show = {
    .name = "show",
    .operands = "FILE",
    .sentence = "draw the timeline as text",
    .text = "Draws the timeline: what each loop runs, the states of each actor with what it\n"
            "printed, and how many actors are in progress and running at each moment.  Numbers\n"
            "above the lanes are the order in which the actors were resumed.\n"
            "\n"
            "Idle gaps are collapsed to a break that says how long they were; --axis=time draws\n"
            "them to scale, --axis=step gives each run the same width, whatever it lasted.",
    .options = options,
    .option_count = sizeof options / sizeof options[0],
    .choices = {[OPTION_COLOR] = "auto always never", [OPTION_AXIS] = "folded step time"},
    .operand_min = 1,
    .operand_max = 1,
    .run = run_show,
};
