/*
 * Some are told here, some are those of the reader's tests, which lie in the folder that
 * TROUPE_TRACES_FOLDER names.
 */

#include "gallery.h"

#include <stdio.h>
#include <stdlib.h>

#include "harness.h"
#include "trace_load.h"

static struct trace_model *four_workers(void)
{
    return story_workers(4);
}

static struct trace_model *sixty_workers(void)
{
    return story_workers(60);
}

static struct trace_model *of_file(const char *name)
{
    char path[512];
    struct trace_model *model;
    struct trace_error error;
    const char *folder = getenv("TROUPE_TRACES_FOLDER");
    snprintf(path, sizeof path, "%.300s/%s", folder != NULL ? folder : "tests/tracer/data", name);
    if (trace_load(path, &model, &error) < 0)
        fail_msg("%s", error.text);
    return model;
}

struct trace_model *gallery_open(uint32_t number, const char **name)
{
    static const struct {
        const char *name;
        struct trace_model *(*make)(void); /* NULL: */
        const char *file;
    } traces[GALLERY_COUNT] = {{"three_counts", story_three_counts, NULL},
                               {"workers", four_workers, NULL},
                               {"crowd", sixty_workers, NULL},
                               {"polite", story_polite, NULL},
                               {"messages", story_messages, NULL},
                               {"cut", story_cut, NULL},
                               {"parser", story_parser, NULL},
                               {"calls", NULL, "calls.json"},
                               {"philosophers", NULL, "philosophers.json"},
                               {"viztracer", NULL, "foreign/viztracer.json"},
                               {"node", NULL, "foreign/node.json"},
                               {"go", NULL, "foreign/go_procs.json"}};
    *name = traces[number].name;
    return traces[number].make != NULL ? traces[number].make() : of_file(traces[number].file);
}
