/*
 * Broken traces in the viewer: files with bytes changed, lines missing, doubled and exchanged, and
 * ends torn off.  What the reader still accepts is opened, every command is given, and each picture
 * drawn: nothing may crash, and no picture may be lost.
 *
 * The files are those of the folder that TROUPE_TRACES_FOLDER names, and the texts that a fuzzer of
 * the reader has found.
 */

#include "harness.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "commands.h"
#include "story.h"
#include "trace_load.h"
#include "update.h"

#define ROUNDS 60
#define OPENED_MIN 20 /* most of what it has found is refused */
#define BYTES_MAX (64 * 1024)

static uint32_t random_below(uint32_t *seed, uint32_t limit)
{
    *seed = *seed * 1664525u + 1013904223u;
    return limit > 0 ? (*seed >> 8) % limit : 0;
}

struct text {
    char *bytes;
    size_t count;
};

static struct text read_file(const char *path)
{
    struct text text = {malloc(BYTES_MAX), 0};
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_non_null(text.bytes);
    text.count = fread(text.bytes, 1, BYTES_MAX, file);
    fclose(file);
    return text;
}

/* The beginning of the line that a place lies in, and of the next one. */
static size_t line_start(const struct text *text, size_t at)
{
    while (at > 0 && text->bytes[at - 1] != '\n')
        at--;
    return at;
}

static size_t line_end(const struct text *text, size_t at)
{
    while (at < text->count && text->bytes[at] != '\n')
        at++;
    return at < text->count ? at + 1 : at;
}

static void change(struct text *text, uint32_t *seed)
{
    size_t at = random_below(seed, (uint32_t)text->count);
    size_t first = line_start(text, at);
    size_t end = line_end(text, at);
    switch (random_below(seed, 5)) {
    case 0: /* a digit or a letter is another */
        text->bytes[at] = (char)(' ' + random_below(seed, 95));
        break;
    case 1: /* a line is missing */
        memmove(text->bytes + first, text->bytes + end, text->count - end);
        text->count -= end - first;
        break;
    case 2: /* one stands twice, the second time over the next */
        if (end + (end - first) <= text->count)
            memcpy(text->bytes + end, text->bytes + first, end - first);
        break;
    case 3: /* a number has lost its point */
        for (size_t i = first; i < end; i++)
            if (text->bytes[i] == '.') {
                text->bytes[i] = '0';
                break;
            }
        break;
    default: /* the end is torn off */
        text->count -= random_below(seed, (uint32_t)text->count / 4);
    }
}

/* Gives every command but those that end the program or ask for files. */
static void give_all(struct app *app, uint32_t *seed)
{
    struct draw_scratch scratch = {0};
    struct frame frame;
    frame_init(&frame, &story_measurer);
    size_t count;
    const struct command_row *rows = command_rows(&count);
    for (size_t i = 0; i < 2 * count; i++) {
        const struct command_row *row = &rows[random_below(seed, (uint32_t)count)];
        struct input input = {.kind = INPUT_KEY};
        if (row->command == COMMAND_NONE) {
            input = (struct input){.kind = (enum input_kind)(INPUT_WHEEL + random_below(seed, 4)),
                                   .x = (float)random_below(seed, 1280),
                                   .y = (float)random_below(seed, 720),
                                   .turns_y = (float)random_below(seed, 9) - 4,
                                   .shift = random_below(seed, 2) == 0};
            input.hot = frame_hit(&frame, input.x, input.y);
        } else {
            command_first_key(row, input.chord, sizeof input.chord);
            if (input.chord[1] == '\0')
                input.text[0] = input.chord[0];
        }
        app_update(app, &input);
        input = (struct input){.kind = INPUT_TICK, .ms = 200};
        app_update(app, &input);
        draw_frame(&frame, app, &scratch);
        assert_false(frame.out_of_memory);
        assert_true(frame.item_count > 10);
    }
    draw_scratch_finish(&scratch);
    frame_finish(&frame);
}

/* Opens what the reader accepts of a text, and gives it every command; whether it does. */
static bool try_text(char *bytes, size_t count, const char *path, uint32_t *seed)
{
    struct trace_model *model = NULL;
    struct trace_error error;
    bool opens = trace_load_bytes(bytes, count, "broken", &model, &error) == 0;
    if (opens) {
        struct app app;
        struct app_options options = {.width = 1280, .height = 720};
        assert_int_equal(app_open(&app, model, path, &story_measurer, &options), 0);
        give_all(&app, seed);
        app_close(&app);
    }
    trace_model_destroy(model);
    return opens;
}

static void try_file(const char *path)
{
    struct text whole = read_file(path);
    uint32_t seed = (uint32_t)whole.count;
    uint32_t opened = 0;
    for (int round = 0; round < ROUNDS; round++) {
        struct text text = {malloc(BYTES_MAX), whole.count};
        assert_non_null(text.bytes);
        memcpy(text.bytes, whole.bytes, whole.count);
        for (uint32_t i = random_below(&seed, 6); i > 0 && text.count > 100; i--)
            change(&text, &seed);
        opened += try_text(text.bytes, text.count, path, &seed);
        free(text.bytes);
    }
    free(whole.bytes);
    if (opened == 0)
        fail_msg("of %s nothing could be opened", path);
}

static void broken_traces_are_shown_as_far_as_they_go(void **state)
{
    (void)state;
    const char *folder = getenv("TROUPE_TRACES_FOLDER");
    folder = folder != NULL ? folder : "tests/tracer/data";
    DIR *files = opendir(folder);
    uint32_t tried = 0;
    assert_non_null(files);
    for (struct dirent *entry = readdir(files); entry != NULL; entry = readdir(files)) {
        char path[512];
        const char *ending = strrchr(entry->d_name, '.');
        if (ending == NULL || strcmp(ending, ".json") != 0)
            continue;
        snprintf(path, sizeof path, "%.250s/%.250s", folder, entry->d_name);
        try_file(path);
        tried++;
    }
    closedir(files);
    assert_true(tried >= 3);
}

/* What a fuzzer of the reader has found: each text has its length before it, in three bytes of
 * four, the lowest first. */
static void what_a_fuzzer_has_found_is_shown(void **state)
{
    (void)state;
    char path[512];
    const char *folder = getenv("TROUPE_TRACES_FOLDER");
    unsigned char length[4];
    uint32_t texts = 0;
    uint32_t opened = 0;
    snprintf(path, sizeof path, "%.400s/corpus.gz", folder != NULL ? folder : "tests/tracer/data");
    gzFile file = gzopen(path, "rb");
    assert_non_null(file);
    for (; gzread(file, length, sizeof length) == (int)sizeof length; texts++) {
        unsigned bytes = length[0] | (unsigned)length[1] << 8 | (unsigned)length[2] << 16;
        uint32_t seed = texts;
        char *text = malloc((size_t)bytes + 1);
        assert_non_null(text);
        assert_int_equal(gzread(file, text, bytes), bytes);
        opened += try_text(text, bytes, path, &seed);
        free(text);
    }
    gzclose(file);
    if (texts <= 100 || opened <= OPENED_MIN)
        fail_msg("of %u texts %u could be opened", texts, opened);
}

HARNESS_MAIN(cmocka_unit_test(broken_traces_are_shown_as_far_as_they_go),
             cmocka_unit_test(what_a_fuzzer_has_found_is_shown))
