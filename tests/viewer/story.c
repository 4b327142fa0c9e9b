/*
 * Traces are written as text and loaded by the reader, so that the tests of the viewer start from
 * what a program would have left.
 */

#include "story.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness.h"
#include "theme.h"
#include "trace_load.h"
#include "update.h"

/* Microseconds with three decimals, as two arguments of "%lld.%03lld". */
#define US(ns) (long long)((ns) / 1000), (long long)((ns) % 1000)

__attribute__((format(printf, 2, 3))) static void tell(struct story *story, const char *format, ...)
{
    char line[1024];
    va_list arguments;
    va_start(arguments, format);
    int count = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    assert_in_range(count, 1, sizeof line - 1);
    if (story->bytes + (size_t)count + 16 > story->room) {
        story->room = 2 * story->room + 4096;
        story->text = realloc(story->text, story->room);
        assert_non_null(story->text);
    }
    memcpy(story->text + story->bytes, line, (size_t)count + 1);
    story->bytes += (size_t)count;
}

void story_begin(struct story *story, const char *program)
{
    *story = (struct story){.text = NULL};
    tell(story,
         "[\n{\"ph\":\"M\",\"ts\":0.000,\"pid\":1,\"tid\":1,\"cat\":\"__metadata\","
         "\"name\":\"troupe\",\"args\":{\"version\":1,\"prog\":\"%s\",\"os_pid\":4711,"
         "\"clock\":\"monotonic\",\"loops\":1}}",
         program);
}

void story_spawn(struct story *story, int64_t at_ns, uint32_t actor, const char *name,
                 uint32_t parent)
{
    tell(story,
         ",\n{\"ph\":\"M\",\"ts\":%lld.%03lld,\"pid\":1,\"tid\":%u,\"cat\":\"__metadata\","
         "\"name\":\"thread_name\",\"args\":{\"name\":\"%s\",\"fn\":\"count\",\"parent\":%u,"
         "\"src\":\"count.c:14\"}}",
         US(at_ns), actor, name, parent);
    tell(story,
         ",\n{\"ph\":\"B\",\"ts\":%lld.%03lld,\"pid\":1,\"tid\":%u,\"cat\":\"actor\","
         "\"name\":\"count\"}",
         US(at_ns), actor);
}

/* A state without its last nanosecond, as the format wants it; `arguments` ends the line. */
static void tell_state(struct story *story, uint32_t actor, const char *name, int64_t from_ns,
                       int64_t to_ns, const char *arguments)
{
    tell(story,
         ",\n{\"ph\":\"X\",\"ts\":%lld.%03lld,\"dur\":%lld.%03lld,\"pid\":1,\"tid\":%u,"
         "\"cat\":\"state\",\"name\":\"%s\",\"args\":{%s}}",
         US(from_ns), US(to_ns - from_ns - 1), actor, name, arguments);
}

void story_run_on(struct story *story, uint32_t loop, uint32_t actor, int64_t from_ns,
                  int64_t to_ns, uint32_t resume, const char *suspend)
{
    char arguments[128];
    snprintf(arguments, sizeof arguments, "\"loop\":%u,\"resume\":%u,\"suspend\":\"%s\"", loop,
             resume, suspend);
    tell_state(story, actor, "run", from_ns, to_ns, arguments);
}

void story_run(struct story *story, uint32_t actor, int64_t from_ns, int64_t to_ns, uint32_t resume,
               const char *suspend)
{
    story_run_on(story, 0, actor, from_ns, to_ns, resume, suspend);
}

void story_run_cpu(struct story *story, uint32_t actor, int64_t from_ns, int64_t to_ns,
                   int64_t cpu_ns)
{
    char arguments[128];
    snprintf(arguments, sizeof arguments,
             "\"loop\":0,\"resume\":1,\"suspend\":\"sleep\",\"cpu\":%lld.%03lld", US(cpu_ns));
    tell_state(story, actor, "run", from_ns, to_ns, arguments);
}

void story_thread(struct story *story, uint32_t thread)
{
    tell(story,
         ",\n{\"ph\":\"M\",\"ts\":0,\"pid\":4711,\"tid\":%u,\"cat\":\"__metadata\","
         "\"name\":\"thread_name\",\"args\":{\"name\":\"pool thread\"}}",
         thread);
}

void story_job(struct story *story, uint32_t thread, uint32_t actor, int64_t from_ns, int64_t to_ns,
               int64_t cpu_ns, const char *name)
{
    tell(story,
         ",\n{\"ph\":\"X\",\"ts\":%lld.%03lld,\"dur\":%lld.%03lld,\"pid\":4711,\"tid\":%u,"
         "\"cat\":\"job\",\"name\":\"%s\",\"args\":{\"actor\":%u,\"cpu\":%lld.%03lld}}",
         US(from_ns), US(to_ns - from_ns), thread, name, actor, US(cpu_ns));
}

void story_ready(struct story *story, uint32_t actor, int64_t from_ns, int64_t to_ns, uint32_t by)
{
    char arguments[64];
    snprintf(arguments, sizeof arguments, "\"by\":%u", by);
    tell_state(story, actor, "ready", from_ns, to_ns, arguments);
}

void story_wait(struct story *story, uint32_t actor, const char *reason, int64_t from_ns,
                int64_t to_ns, const char *at)
{
    char arguments[128];
    snprintf(arguments, sizeof arguments, "\"at\":\"%s\"", at);
    tell_state(story, actor, reason, from_ns, to_ns, arguments);
}

void story_wait_for(struct story *story, uint32_t actor, const char *reason, int64_t from_ns,
                    int64_t to_ns, const char *arguments)
{
    tell_state(story, actor, reason, from_ns, to_ns, arguments);
}

static void tell_message(struct story *story, char phase, uint32_t actor, int64_t at_ns,
                         uint32_t id, int tag, const char *more)
{
    tell(story,
         ",\n{\"ph\":\"%c\",\"ts\":%lld.%03lld,\"pid\":1,\"tid\":%u,\"cat\":\"msg\","
         "\"name\":\"tag %d\",\"id\":%u%s}",
         phase, US(at_ns), actor, tag, id, more);
}

void story_send(struct story *story, uint32_t actor, int64_t at_ns, uint32_t id, int tag,
                uint32_t depth)
{
    char more[96];
    snprintf(more, sizeof more, ",\"args\":{\"tag\":%d,\"bytes\":4,\"depth\":%u}", tag, depth);
    tell_message(story, 's', actor, at_ns, id, tag, more);
}

void story_wake(struct story *story, uint32_t actor, int64_t at_ns, uint32_t id, int tag)
{
    tell_message(story, 'f', actor, at_ns, id, tag, ",\"args\":{\"scanned\":0,\"depth\":0}");
}

void story_take(struct story *story, uint32_t actor, int64_t at_ns, uint32_t id, int tag,
                uint32_t scanned, uint32_t depth)
{
    char more[96];
    snprintf(more, sizeof more, ",\"bp\":\"e\",\"args\":{\"scanned\":%u,\"depth\":%u}", scanned,
             depth);
    tell_message(story, 'f', actor, at_ns, id, tag, more);
}

void story_note(struct story *story, uint32_t actor, int64_t at_ns, const char *note, uint32_t by,
                const char *text)
{
    tell(story,
         ",\n{\"ph\":\"i\",\"ts\":%lld.%03lld,\"pid\":1,\"tid\":%u,\"cat\":\"note\","
         "\"name\":\"%s\",\"s\":\"t\",\"args\":{\"by\":%u,\"text\":\"%s\"}}",
         US(at_ns), actor, note, by, text);
}

void story_word(struct story *story, uint32_t actor, int64_t at_ns, char phase, const char *name)
{
    tell(story,
         ",\n{\"ph\":\"%c\",\"ts\":%lld.%03lld,\"pid\":1,\"tid\":%u,\"cat\":\"user\","
         "\"name\":\"%s\",\"%s\":%s}",
         phase, US(at_ns), actor, name, phase == 'i' ? "s" : "id", phase == 'i' ? "\"t\"" : "7");
}

void story_count(struct story *story, uint32_t actor, int64_t at_ns, const char *name,
                 int64_t value)
{
    tell(story,
         ",\n{\"ph\":\"C\",\"ts\":%lld.%03lld,\"pid\":1,\"tid\":%u,\"cat\":\"user\","
         "\"name\":\"%s\",\"args\":{\"value\":%lld}}",
         US(at_ns), actor, name, (long long)value);
}

void story_source(struct story *story, const char *path, uint32_t line, const char *text)
{
    tell(story,
         ",\n{\"ph\":\"M\",\"ts\":0.000,\"pid\":1,\"tid\":1,\"cat\":\"__metadata\","
         "\"name\":\"source\",\"args\":{\"path\":\"%s\",\"line\":%u,\"text\":\"%s\"}}",
         path, line, text);
}

void story_end_arrow(struct story *story, uint32_t from, int64_t from_ns, uint32_t to,
                     int64_t to_ns, uint32_t id)
{
    tell(story,
         ",\n{\"ph\":\"s\",\"ts\":%lld.%03lld,\"pid\":1,\"tid\":%u,\"cat\":\"exit\","
         "\"name\":\"exit\",\"id\":%u}",
         US(from_ns), from, id);
    tell(story,
         ",\n{\"ph\":\"f\",\"ts\":%lld.%03lld,\"pid\":1,\"tid\":%u,\"cat\":\"exit\","
         "\"name\":\"exit\",\"id\":%u}",
         US(to_ns - 1), to, id);
}

void story_print(struct story *story, uint32_t actor, int64_t at_ns, const char *text)
{
    tell(story,
         ",\n{\"ph\":\"i\",\"ts\":%lld.%03lld,\"pid\":1,\"tid\":%u,\"cat\":\"log\","
         "\"name\":\"print\",\"s\":\"t\",\"args\":{\"text\":\"%s\"}}",
         US(at_ns), actor, text);
}

void story_exit(struct story *story, uint32_t actor, int64_t at_ns, const char *fn)
{
    tell(story,
         ",\n{\"ph\":\"E\",\"ts\":%lld.%03lld,\"pid\":1,\"tid\":%u,\"cat\":\"actor\","
         "\"name\":\"%s\"}",
         US(at_ns), actor, fn);
}

void story_open_run(struct story *story, uint32_t actor, int64_t from_ns, uint32_t resume)
{
    tell(story,
         ",\n{\"ph\":\"B\",\"ts\":%lld.%03lld,\"pid\":1,\"tid\":%u,\"cat\":\"state\","
         "\"name\":\"run\",\"args\":{\"loop\":0,\"resume\":%u}}",
         US(from_ns), actor, resume);
}

struct trace_model *story_load_cut(struct story *story)
{
    struct trace_model *model = NULL;
    struct trace_error error = {.text = ""};
    int status = trace_load_bytes(story->text, story->bytes, "story", &model, &error);
    if (status < 0)
        print_error("%s\n", error.text);
    assert_int_equal(status, 0);
    free(story->text);
    return model;
}

struct trace_model *story_load(struct story *story)
{
    tell(story, "\n]\n");
    return story_load_cut(story);
}

struct trace_model *story_three_counts(void)
{
    static const int64_t runs[2][3][2] = {
        {{20500, 41500}, {42100, 63800}, {64400, 86800}},
        {{1000102200, 1000120200}, {1000120850, 1000139350}, {1000140000, 1000159000}}};
    static const char *const names[] = {"count#1", "count#2", "count#3"};
    struct story story;
    story_begin(&story, "count");
    story_spawn(&story, 1000, 1, "main", 0);
    story_run(&story, 1, 1500, 20000, 1, "join");
    for (uint32_t i = 0; i < 3; i++) {
        uint32_t actor = i + 2;
        int64_t spawned_ns = 12005 + 3000 * (int64_t)i;
        int64_t woken_ns = 1000101100 + 200 * (int64_t)i;
        const int64_t *one = runs[0][i];
        const int64_t *two = runs[1][i];
        story_spawn(&story, spawned_ns, actor, names[i], 1);
        story_ready(&story, actor, spawned_ns, one[0], 1);
        story_run(&story, actor, one[0], one[1], 1, "sleep");
        story_print(&story, actor, one[0] + 9000, "One");
        story_wait(&story, actor, "sleep", one[1], woken_ns, "count.c:7");
        story_ready(&story, actor, woken_ns, two[0], 0);
        story_run(&story, actor, two[0], two[1], 2, "exit");
        story_print(&story, actor, two[0] + 8000, "Two");
        story_exit(&story, actor, two[1], "count");
    }
    story_wait(&story, 1, "join", 20000, 1000159650, "count.c:16");
    story_ready(&story, 1, 1000159650, 1000160050, 4);
    story_run(&story, 1, 1000160050, 1000163650, 2, "exit");
    story_exit(&story, 1, 1000163650, "count");
    return story_load(&story);
}

struct trace_model *story_workers(uint32_t count)
{
    static const char *const reasons[] = {"sleep", "recv", "io", "lock"};
    struct story story;
    int64_t round_ns = INT64_C(10000000) + 4000 * (int64_t)count;
    char name[32];
    story_begin(&story, "workers");
    story_spawn(&story, 0, 1, "main", 0);
    story_run(&story, 1, 0, 1000, 1, "join");
    for (uint32_t i = 0; i < count; i++) {
        uint32_t actor = i + 2;
        snprintf(name, sizeof name, "worker#%u", i + 1);
        story_spawn(&story, 500, actor, name, 1);
        int64_t since_ns = 500;
        for (uint32_t round = 0; round < 3; round++) {
            int64_t start_ns = 1000 + round_ns * round + 3000 * (int64_t)i;
            bool last = round == 2;
            const char *reason = last ? "exit" : reasons[i % 4];
            if (round > 0)
                story_wait(&story, actor, reasons[i % 4], since_ns, start_ns - 500, "worker.c:9");
            story_ready(&story, actor, round > 0 ? start_ns - 500 : since_ns, start_ns, 0);
            story_run(&story, actor, start_ns, start_ns + 2500, round + 1, reason);
            story_print(&story, actor, start_ns + 1000, "a line of output");
            since_ns = start_ns + 2500;
        }
        story_exit(&story, actor, since_ns, "count");
    }
    story_wait(&story, 1, "join", 1000, 3 * round_ns, "worker.c:20");
    story_run(&story, 1, 3 * round_ns, 3 * round_ns + 1000, 2, "exit");
    story_exit(&story, 1, 3 * round_ns + 1000, "count");
    return story_load(&story);
}

struct trace_model *story_polite(void)
{
    static const char *const names[] = {"polite#1", "polite#2", "polite#3"};
    struct story story;
    story_begin(&story, "polite");
    story_spawn(&story, 0, 1, "main", 0);
    story_run(&story, 1, 0, 1000, 1, "join");
    for (uint32_t i = 0; i < 3; i++) {
        int64_t since_ns = 100;
        story_spawn(&story, 100, i + 2, names[i], 1);
        for (uint32_t round = 0; round < 40; round++) {
            /* Turns grow from 1 to 40 microseconds, so that some have room and some have not. */
            int64_t turn_ns = 1000 + 1000 * (int64_t)round;
            int64_t start_ns = 1000 + 1500 * (int64_t)round * (round + 1) + turn_ns * (int64_t)i;
            story_ready(&story, i + 2, since_ns, start_ns, round == 0);
            story_run(&story, i + 2, start_ns, start_ns + turn_ns, round + 1,
                      round == 39 ? "exit" : "yield");
            story_print(&story, i + 2, start_ns + turn_ns / 2, "step");
            since_ns = start_ns + turn_ns;
        }
        story_exit(&story, i + 2, since_ns, "count");
    }
    return story_load(&story);
}

struct trace_model *story_cut(void)
{
    struct story story;
    story_begin(&story, "hog");
    story_spawn(&story, 0, 1, "main", 0);
    story_run(&story, 1, 0, 5000, 1, "join");
    story_spawn(&story, 1000, 2, "hog#1", 1);
    story_ready(&story, 2, 1000, 5000, 1);
    story_run(&story, 2, 5000, 9000, 1, "yield");
    story_ready(&story, 2, 9000, 9500, 2);
    story_print(&story, 2, 7000, "working");
    story_open_run(&story, 2, 9500, 2);
    story_spawn(&story, 4000, 3, "waiter#1", 1);
    story_ready(&story, 3, 4000, 120000, 1);
    return story_load_cut(&story);
}

/* The messages of story_messages(): two that are awaited, two that lie in a mailbox, one that
 * stays there. */
static void tell_talk(struct story *story)
{
    story_send(story, 1, 5000, 1, 7, 0);
    story_wake(story, 2, 5000, 1, 7);
    story_send(story, 1, 6000, 2, 9, 1);
    story_send(story, 1, 7000, 3, 9, 2);
    story_send(story, 1, 8000, 4, 9, 3);
    story_take(story, 2, 12000, 2, 9, 1, 2);
    story_take(story, 2, 13000, 3, 9, 1, 1);
    story_send(story, 2, 28000, 5, 8, 0);
    story_wake(story, 1, 28000, 5, 8);
}

struct trace_model *story_messages(void)
{
    static const char *const names[] = {"main", "pong", "slow", "kid", "late", "calm"};
    struct story story;
    story_begin(&story, "talk");
    for (uint32_t i = 0; i < 6; i++)
        story_spawn(&story, i, i + 1, names[i], i > 0);
    tell_talk(&story);
    story_run(&story, 1, 0, 10000, 1, "recv");
    story_wait(&story, 1, "recv", 10000, 30000, "talk.c:5");
    story_ready(&story, 1, 30000, 31000, 2);
    story_run(&story, 1, 31000, 50000, 2, "join");
    story_wait_for(&story, 1, "join", 50000, 80000, "\"at\":\"talk.c:9\",\"on\":3");
    story_ready(&story, 1, 80000, 81000, 3);
    story_run(&story, 1, 81000, 90000, 3, "exit");
    story_wait(&story, 2, "recv", 1000, 5100, "talk.c:20");
    story_ready(&story, 2, 5100, 10000, 1);
    story_run(&story, 2, 10000, 29000, 1, "exit");
    story_wait_for(&story, 3, "sleep", 2000, 60000, "\"due\":1000.000");
    story_note(&story, 1, 59000, "cancel", 0, "its time limit passed");
    story_note(&story, 1, 69990, "cancel", 3, "an actor in it failed");
    story_ready(&story, 3, 60000, 61000, 0);
    story_run(&story, 3, 61000, 70000, 1, "exit");
    story_end_arrow(&story, 3, 69999, 1, 80000, 1);
    story_wait(&story, 4, "recv", 3000, 45500, "talk.c:30");
    story_note(&story, 4, 45000, "kill", 1, "killed");
    story_ready(&story, 4, 45500, 50000, 1);
    story_run(&story, 4, 50000, 51000, 1, "exit");
    story_wait_for(&story, 5, "recv", 4000, 40100, "\"at\":\"talk.c:40\",\"due\":40.000");
    story_ready(&story, 5, 40100, 51000, 0);
    story_run(&story, 5, 51000, 52000, 1, "exit");
    story_wait(&story, 6, "lock", 4000, 59500, "talk.c:50");
    story_ready(&story, 6, 59500, 62000, 2);
    story_run(&story, 6, 62000, 63000, 1, "exit");
    return story_load(&story);
}

struct trace_model *story_long_names(void)
{
    static const char name[] = "an_actor_whose_name_is_far_too_long_for_any_screen_there_is";
    static const char line[] =
        "a printed line that is far too long to fit into any run, and that "
        "somebody printed all the same, with \\u00fcmlauts and tabs \\t in it";
    struct story story;
    char full[128];
    story_begin(&story, "a_program_with_a_name_as_long_as_the_names_of_its_actors_are");
    story_spawn(&story, 0, 1, name, 0);
    story_run(&story, 1, 0, 1000, 1, "join");
    for (uint32_t i = 0; i < 4; i++) {
        int64_t start_ns = 1000 + 4000 * (int64_t)i;
        snprintf(full, sizeof full, "%s#%u", name, i + 1);
        story_spawn(&story, 500, i + 2, full, 1);
        story_ready(&story, i + 2, 500, start_ns, 1);
        story_run(&story, i + 2, start_ns, start_ns + 4000, 1, "exit");
        story_print(&story, i + 2, start_ns + 2000, line);
        story_exit(&story, i + 2, start_ns + 4000, "count");
    }
    story_wait(&story, 1, "join", 1000, 17000, "count.c:16");
    story_run(&story, 1, 17000, 18000, 2, "exit");
    story_exit(&story, 1, 18000, "count");
    return story_load(&story);
}

struct trace_model *story_parser(void)
{
    struct story story;
    story_begin(&story, "parser");
    story_spawn(&story, 0, 1, "main", 0);
    story_spawn(&story, 500, 2, "parser", 1);
    story_spawn(&story, 600, 3, "neighbour", 1);
    story_run(&story, 1, 0, 1000, 1, "join");
    story_run(&story, 2, 1000, 5000, 1, "io");
    story_run(&story, 3, 5000, 6000, 1, "exit");
    story_exit(&story, 3, 6000, "count");
    story_wait(&story, 2, "io", 5000, 9000, "count.c:9");
    story_run(&story, 2, 9000, 12000, 2, "exit");
    story_word(&story, 2, 1500, 'b', "file");
    story_word(&story, 2, 2000, 'b', "head");
    story_count(&story, 2, 2500, "lines", 3);
    story_word(&story, 2, 3000, 'e', "head");
    story_word(&story, 2, 3500, 'e', "nothing of the kind");
    story_word(&story, 2, 4000, 'b', "body");
    story_count(&story, 2, 4500, "lines", 10);
    story_word(&story, 2, 9500, 'b', "forgotten");
    story_count(&story, 2, 9600, "balance", -4);
    story_count(&story, 2, 10000, "lines", 4);
    story_word(&story, 2, 11000, 'e', "body");
    story_exit(&story, 2, 12000, "count");
    story_wait(&story, 1, "join", 1000, 13000, "count.c:16");
    story_run(&story, 1, 13000, 14000, 2, "exit");
    story_exit(&story, 1, 14000, "count");
    return story_load(&story);
}

static float width_px(void *context, struct text_style style, const char *text, size_t bytes)
{
    (void)context;
    const char *end = text + bytes;
    float width = 0;
    while (text < end && text_next(&text) != 0)
        width += (float)style.size_px * 0.6f;
    return width;
}

const struct text_measurer story_measurer = {.width_px = width_px};

void story_open(struct app *app, const struct trace_model *model, int width, int height)
{
    struct app_options options = {.width = width, .height = height};
    assert_int_equal(app_open(app, model, "count.json", &story_measurer, &options), 0);
}

bool story_press(struct app *app, const char *chord)
{
    struct input input = {.kind = INPUT_KEY};
    snprintf(input.chord, sizeof input.chord, "%s", chord);
    return app_update(app, &input);
}

void story_draw(struct frame *frame, const struct app *app)
{
    struct draw_scratch scratch = {0};
    frame_init(frame, &story_measurer);
    draw_frame(frame, app, &scratch);
    assert_false(frame->out_of_memory);
    draw_scratch_finish(&scratch);
}

static uint32_t count_texts(const struct app *app, const char *part, bool exactly)
{
    struct frame frame;
    uint32_t count = 0;
    story_draw(&frame, app);
    for (size_t i = 0; i < frame.item_count; i++) {
        if (frame.items[i].kind != FRAME_TEXT)
            continue;
        const char *text = frame_item_text(&frame, &frame.items[i]);
        count += exactly ? strcmp(text, part) == 0 : strstr(text, part) != NULL;
    }
    frame_finish(&frame);
    return count;
}

uint32_t story_says(const struct app *app, const char *text)
{
    return count_texts(app, text, true);
}

uint32_t story_texts_with(const struct app *app, const char *part)
{
    return count_texts(app, part, false);
}

uint32_t story_hots(const struct app *app, enum frame_hot_kind kind)
{
    struct frame frame;
    uint32_t count = 0;
    story_draw(&frame, app);
    for (size_t i = 0; i < frame.hot_count; i++)
        count += frame.hots[i].kind == kind;
    frame_finish(&frame);
    return count;
}

uint32_t story_ghosts(const struct app *app, struct frame_rect *last)
{
    struct frame frame;
    uint32_t count = 0;
    story_draw(&frame, app);
    for (size_t i = 0; i < frame.item_count; i++) {
        const struct frame_item *item = &frame.items[i];
        if (item->kind != FRAME_RECT || item->fill.pattern != FRAME_EMPTY ||
            item->stroke.ink != theme_of(app->theme)->accent)
            continue;
        *last = item->box;
        count++;
    }
    frame_finish(&frame);
    return count;
}
