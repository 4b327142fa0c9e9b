/* troupe stats: the seven numbers, for people and for programs. */

#include <cjson/cJSON.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "screen.h"
#include "stats_latency.h"
#include "stats_stacks.h"
#include "tell.h"
#include "tool.h"
#include "trace_stats.h"
#include "trace_words.h"

enum { OPTION_WORST, OPTION_ALL, OPTION_JSON, OPTION_ASCII };

static const struct tool_option options[] = {
    [OPTION_WORST] = {"worst", 'w', "COUNT", "tell so many of the worst latencies, by source line"},
    [OPTION_ALL] = {"all", 'A', NULL, "a row for each actor, however many there are"},
    [OPTION_JSON] = {"json", 'j', NULL, "print JSON, times in nanoseconds"},
    [OPTION_ASCII] = {"ascii", 'a', NULL, "nothing beyond ASCII"},
};

/* --- JSON --- */

static void add_score(cJSON *object, const struct trace_score *score)
{
    tell_add_whole(object, "wall_ns", score->wall_ns);
    tell_add_whole(object, "sum_ns", score->sum_ns);
    tell_add_whole(object, "busy_ns", score->busy_ns);
    tell_add_whole(object, "off_cpu_ns", score->off_cpu_ns);
    tell_add_whole(object, "longest_hold_ns", score->longest_hold_ns);
    tell_add_ratio(object, "concurrency", trace_score_concurrency(score));
    tell_add_ratio(object, "parallelism", trace_score_parallelism(score));
    tell_add_whole(object, "peak_running", score->peak_running);
    tell_add_whole(object, "switches", (int64_t)score->switches);
    tell_add_whole(object, "threads", score->threads);
    tell_add_whole(object, "processes", score->processes);
    tell_add_whole(object, "messages_sent", (int64_t)score->sent);
    tell_add_whole(object, "messages_taken", (int64_t)score->taken);
}

static cJSON *actor_object(const struct trace_model *model, uint32_t index)
{
    const struct trace_lane *lane = &model->lanes[index];
    struct trace_score score;
    cJSON *actor = cJSON_CreateObject();
    trace_stats_lane(model, index, &score);
    cJSON_AddStringToObject(actor, "name", trace_text(model, lane->name));
    cJSON_AddStringToObject(actor, "fn", trace_text(model, lane->fn));
    tell_add_whole(actor, "id", lane->id);
    if (lane->end_ns != TRACE_NEVER)
        tell_add_whole(actor, "status", lane->status);
    else
        cJSON_AddNullToObject(actor, "status");
    add_score(actor, &score);
    return actor;
}

/* One line per number, and one per actor. */
static int print_json(const struct tell *tell, const struct trace_score *total, size_t worst)
{
    const struct trace_model *model = tell->model;
    cJSON *scores = cJSON_CreateObject();
    cJSON *latency = stats_latency_object(tell, worst);
    cJSON *stacks = stats_stacks_list(tell);
    bool printed = latency != NULL && stacks != NULL;
    add_score(scores, total);
    puts("{");
    while (printed && scores->child != NULL) {
        cJSON *item = cJSON_DetachItemViaPointer(scores, scores->child);
        printf("  \"%s\": ", item->string);
        printed = tell_print_json("", item, ",\n");
    }
    while (printed && latency->child != NULL) {
        cJSON *item = cJSON_DetachItemViaPointer(latency, latency->child);
        printf("  \"%s\": ", item->string);
        printed = tell_print_json("", item, ",\n");
    }
    printed = printed && tell_print_json("  \"stacks\": ", stacks, ",\n");
    puts("  \"actors\": [");
    for (uint32_t i = 0; printed && i < model->lane_count; i++)
        printed = tell_print_json("    ", actor_object(model, i),
                                  i + 1 < model->lane_count ? ",\n" : "\n");
    puts("  ]\n}");
    cJSON_Delete(scores);
    cJSON_Delete(latency);
    return printed ? TOOL_OK : tell_no_memory();
}

/* --- the table --- */

/* Longer names are cut, so that the numbers stay on the screen. */
#define NAME_COLUMNS_MAX 24

/* Of more actors than this, those with the longest runs are told. */
#define ROWS_MAX 50

struct table {
    const struct trace_model *model;
    const struct screen *screen;
    int name_columns;
    bool messages; /* somebody has sent one: there are columns for them */
};

static void print_time(const struct table *table, int64_t ns)
{
    char text[TRACE_WORDS_BYTES];
    screen_cell(trace_duration_text(ns, table->screen->ascii, text, sizeof text), 12, SCREEN_RIGHT);
}

static void print_messages(const struct trace_score *score)
{
    char text[32];
    snprintf(text, sizeof text, "%" PRIu64, score->sent);
    screen_cell(text, 9, SCREEN_RIGHT);
    snprintf(text, sizeof text, "%" PRIu64, score->taken);
    screen_cell(text, 9, SCREEN_RIGHT);
}

static void print_row(const struct table *table, const char *name, const struct trace_score *score,
                      const char *status)
{
    char text[32];
    screen_cell(name, table->name_columns, SCREEN_LEFT);
    snprintf(text, sizeof text, "%" PRIu64, score->switches);
    screen_cell(text, 9, SCREEN_RIGHT);
    print_time(table, score->wall_ns);
    print_time(table, score->sum_ns);
    print_time(table, score->busy_ns);
    print_time(table, score->off_cpu_ns);
    print_time(table, score->longest_hold_ns);
    print_time(table, score->ready_ns);
    if (status != NULL || table->messages)
        screen_cell(status != NULL ? status : "", 9, SCREEN_RIGHT);
    if (table->messages)
        print_messages(score);
    putchar('\n');
}

static void print_actor(const struct table *table, uint32_t index)
{
    const struct trace_lane *lane = &table->model->lanes[index];
    char name[NAME_COLUMNS_MAX * 4 + 8], status[16];
    struct trace_score score;
    trace_stats_lane(table->model, index, &score);
    screen_clean(table->screen, trace_text(table->model, lane->name), NAME_COLUMNS_MAX, name,
                 sizeof name);
    snprintf(status, sizeof status, "%d", lane->status);
    print_row(table, name, &score, lane->end_ns != TRACE_NEVER ? status : "-");
}

struct row {
    int64_t busy_ns;
    uint32_t lane;
};

static int busier_first(const void *left, const void *right)
{
    const struct row *one = left, *other = right;
    if (one->busy_ns != other->busy_ns)
        return one->busy_ns > other->busy_ns ? -1 : 1;
    return one->lane < other->lane ? -1 : 1;
}

/* The rows to print: all in the order of the lanes, or as many as may be, the busiest first. */
static struct row *choose_rows(const struct trace_model *model, uint32_t most)
{
    struct row *rows = calloc((size_t)model->lane_count + 1, sizeof *rows);
    if (rows == NULL)
        return NULL;
    for (uint32_t i = 0; i < model->lane_count; i++) {
        struct trace_score score;
        rows[i].lane = i;
        if (model->lane_count > most) {
            trace_stats_lane(model, i, &score);
            rows[i].busy_ns = score.busy_ns;
        }
    }
    if (model->lane_count > most)
        qsort(rows, model->lane_count, sizeof *rows, busier_first);
    return rows;
}

static void print_heads(const struct table *table)
{
    static const char *const heads[] = {"W wall",  "S lives", "B busy",
                                        "off CPU", "H hold",  "ready"};
    screen_cell("actor", table->name_columns, SCREEN_LEFT);
    screen_cell("resumes", 9, SCREEN_RIGHT);
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++)
        screen_cell(heads[i], 12, SCREEN_RIGHT);
    screen_cell("status", 9, SCREEN_RIGHT);
    if (table->messages) {
        screen_cell("sent", 9, SCREEN_RIGHT);
        screen_cell("taken", 9, SCREEN_RIGHT);
    }
    putchar('\n');
}

static int print_actors(struct table *table, const struct trace_score *total, uint32_t most)
{
    char name[NAME_COLUMNS_MAX * 4 + 8];
    uint32_t lanes = table->model->lane_count, count = lanes > most ? most : lanes;
    struct row *rows = choose_rows(table->model, most);
    if (rows == NULL)
        return tell_no_memory();
    table->name_columns = (int)strlen("actor");
    for (uint32_t i = 0; i < count; i++) {
        screen_clean(table->screen,
                     trace_text(table->model, table->model->lanes[rows[i].lane].name),
                     NAME_COLUMNS_MAX, name, sizeof name);
        int columns = (int)screen_width(name);
        table->name_columns = columns > table->name_columns ? columns : table->name_columns;
    }
    print_heads(table);
    for (uint32_t i = 0; i < count; i++)
        print_actor(table, rows[i].lane);
    print_row(table, "total", total, NULL);
    if (count < lanes)
        printf("\nThese %" PRIu32 " of %" PRIu32
               " actors were the busiest; --all prints them all.\n",
               count, lanes);
    free(rows);
    return TOOL_OK;
}

static void print_number(const char *what, const char *number, const char *meaning)
{
    screen_cell(what, 18, SCREEN_LEFT);
    screen_cell(number, 9, SCREEN_RIGHT);
    printf("   %s\n", meaning);
}

static void print_hold(const struct table *table, const struct trace_score *total)
{
    const struct trace_model *model = table->model;
    char number[TRACE_WORDS_BYTES], name[NAME_COLUMNS_MAX * 4 + 8], meaning[192];
    const struct trace_span *hold =
        total->longest_hold != TRACE_NONE ? &model->spans[total->longest_hold] : NULL;
    snprintf(meaning, sizeof meaning, "the longest single run");
    if (hold != NULL)
        snprintf(meaning, sizeof meaning, "the longest single run: %s, resume %u",
                 screen_clean(table->screen, trace_text(model, model->lanes[hold->lane].name),
                              NAME_COLUMNS_MAX, name, sizeof name),
                 hold->resume);
    trace_duration_text(total->longest_hold_ns, table->screen->ascii, number, sizeof number);
    print_number("H longest hold", number, meaning);
}

static void print_numbers(const struct table *table, const struct trace_score *total)
{
    bool ascii = table->screen->ascii;
    char text[TRACE_WORDS_BYTES];
    trace_duration_text(total->wall_ns, ascii, text, sizeof text);
    print_number("W wall", text, "from the first resume to the last end");
    trace_duration_text(total->sum_ns, ascii, text, sizeof text);
    print_number("S sum of lives", text,
                 "each from its first resume to its end, without joining its own children");
    trace_duration_text(total->busy_ns, ascii, text, sizeof text);
    print_number("B busy", text, "the sum of all runs, while on a processor");
    trace_duration_text(total->off_cpu_ns, ascii, text, sizeof text);
    print_number("off CPU", text, "the rest of the runs: pre-empted, or blocked in a call");
    print_hold(table, total);
    trace_ratio_text(trace_score_concurrency(total), text, sizeof text);
    print_number("C concurrency", text, "S / W: how many actors were in progress, on average");
    trace_ratio_text(trace_score_parallelism(total), text, sizeof text);
    print_number("P parallelism", text, "B / W: how many actors were running, on average");
    snprintf(text, sizeof text, "%u", total->peak_running);
    print_number("peak running", text, "the most that ever ran at the same instant");
    snprintf(text, sizeof text, "%u", total->threads);
    print_number("threads", text, "of the operating system that ran actors");
    snprintf(text, sizeof text, "%u", total->processes);
    print_number("processes", text, "of the operating system");
    if (!table->messages)
        return;
    snprintf(text, sizeof text, "%" PRIu64, total->sent);
    print_number("messages sent", text, "from actor to actor");
    snprintf(text, sizeof text, "%" PRIu64, total->taken);
    print_number("messages taken", text,
                 total->taken == total->sent ? "all of them"
                                             : "the others were left in their mailboxes");
}

static int print_table(const struct tell *tell, const struct trace_score *total, size_t worst,
                       bool all)
{
    struct table table = {
        .model = tell->model,
        .screen = &tell->screen,
        .messages = total->sent > 0,
    };
    char sentence[256];
    int result = print_actors(&table, total, all ? UINT32_MAX : ROWS_MAX);
    if (result != TOOL_OK)
        return result;
    putchar('\n');
    print_numbers(&table, total);
    printf("\n%s\n", trace_stats_sentence(total, total->threads - total->pool_threads, sentence,
                                          sizeof sentence));
    tell_unknown(tell);
    result = stats_print_latencies(tell, worst);
    return result == TOOL_OK ? stats_print_stacks(tell) : result;
}

static int run_stats(const struct tool_call *call)
{
    struct tell tell;
    struct trace_score total;
    long worst = 0;
    int result = tool_number("worst", call->values[OPTION_WORST], 1, STATS_WORST_MAX, &worst);
    if (result == TOOL_OK)
        result = tell_open(&tell, call->operands[0], call->values[OPTION_ASCII]);
    if (result != TOOL_OK)
        return result;
    trace_stats_total(tell.model, &total);
    if (call->values[OPTION_JSON] != NULL)
        result = print_json(&tell, &total, (size_t)worst);
    else
        result = print_table(&tell, &total, (size_t)worst, call->values[OPTION_ALL] != NULL);
    tell_close(&tell);
    return result;
}

const struct tool_command command_stats = {
    .name = "stats",
    .operands = "FILE",
    .sentence = "concurrent or parallel, and how long everybody had to wait",
    .text = "Prints the numbers that tell concurrency from parallelism, per actor and for all,\n"
            "and says what each of them means.  Below them are the latencies: from ready to\n"
            "resume, and from the sending of a message until its receiver runs with it; --worst\n"
            "tells the worst of them, in which source line, and who had the loop meanwhile.\n"
            "If the program was run with TROUPE_STACKS=1, the last table tells how much of their\n"
            "stacks actors have used, by the place of their spawn.\n"
            "Of more than 50 actors only the busiest get a row, unless --all is given.\n"
            "\n"
            "  troupe stats count.json\n"
            "  troupe stats --worst=5 count.json\n"
            "  troupe stats --json count.json | jq .ready_to_resume.p99_ns",
    .options = options,
    .option_count = sizeof options / sizeof options[0],
    .operand_min = 1,
    .operand_max = 1,
    .run = run_stats,
};
