/* Loading samples: whatever goes wrong here is the test's failure, with the loader's sentence. */

#include "sample.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness.h"

struct trace_model *sample_load(const char *text)
{
    struct trace_model *model;
    struct trace_error error;
    if (trace_load_bytes(text, strlen(text), "sample.json", &model, &error) < 0)
        fail_msg("%s", error.text);
    return model;
}

void sample_add(struct sample_text *text, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int needed = vsnprintf(NULL, 0, format, args);
    va_end(args);
    assert_true(needed >= 0);
    size_t room = text->bytes + (size_t)needed + 1;
    if (room > text->capacity) {
        text->capacity = 2 * room;
        text->text = realloc(text->text, text->capacity);
        assert_non_null(text->text);
    }
    va_start(args, format);
    vsnprintf(text->text + text->bytes, (size_t)needed + 1, format, args);
    va_end(args);
    text->bytes += (size_t)needed;
}

struct trace_model *sample_load_text(struct sample_text *text)
{
    struct trace_model *model = sample_load(text->text);
    free(text->text);
    return model;
}

struct trace_model *sample_load_file(const char *name)
{
    struct trace_model *model;
    struct trace_error error;
    if (trace_load(sample_path(name), &model, &error) < 0)
        fail_msg("%s", error.text);
    return model;
}

const char *sample_path(const char *name)
{
    static char paths[4][512];
    static unsigned next;
    char *path = paths[next++ % 4];
    const char *folder = getenv("TROUPE_TEST_DATA");
    assert_non_null(folder);
    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

char *sample_read(const char *name, size_t *bytes)
{
    FILE *file = fopen(sample_path(name), "rb");
    if (file == NULL)
        fail_msg("cannot open %s", sample_path(name));
    fseek(file, 0, SEEK_END);
    long length = ftell(file);
    rewind(file);
    char *text = malloc((size_t)length + 1);
    assert_non_null(text);
    *bytes = fread(text, 1, (size_t)length, file);
    text[*bytes] = '\0';
    fclose(file);
    return text;
}
