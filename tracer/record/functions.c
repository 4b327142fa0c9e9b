/*
 * A short list, and counters that processes share: see shared.h.
 */

#include "functions.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "shared.h"

struct trace_fn *functions_named(struct writer *writer, const char *name)
{
    struct trace_fn *fn = writer->fns;
    while (fn != NULL && strcmp(fn->name, name) != 0)
        fn = fn->next;
    if (fn != NULL)
        return fn;
    char *copy = strdup(name);
    fn = calloc(1, sizeof *fn);
    if (fn == NULL || copy == NULL) {
        free(copy);
        free(fn);
        writer->error = -ENOMEM;
        return NULL;
    }
    *fn = (struct trace_fn){.name = copy, .next = writer->fns};
    writer->fns = fn;
    return fn;
}

uint32_t functions_next_number(struct writer *writer, struct trace_fn *fn)
{
    if (fn->spawns == NULL)
        fn->spawns = shared_count(writer->shared, fn->name);
    if (fn->spawns == NULL)
        fn->spawns = &fn->own_spawns;
    return atomic_fetch_add(fn->spawns, 1) + 1;
}

void functions_finish(struct writer *writer)
{
    while (writer->fns != NULL) {
        struct trace_fn *fn = writer->fns;
        writer->fns = fn->next;
        free((char *)(uintptr_t)fn->name);
        free(fn);
    }
}
