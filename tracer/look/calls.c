/*
 * Of a library's functions within functions the one that the program called is told, and no more:
 * of this library's by its name, of others by the file that their code is in.
 */

#include "calls.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* How the calls of this library begin, and end where a macro has added the place. */
#define OWN_PREFIX "troupe_"
#define OWN_SUFFIX "_at"

struct page {
    const struct calls *calls;
    unsigned lines;
    unsigned left_out;
    char library[256]; /* the call that the innermost functions belong to; or empty */
    bool is_found;     /* the function that called this library */
    const char *home;  /* the file that the actor's function is in */
    size_t used;
    size_t room;
    char *text;
};

static __attribute__((format(printf, 2, 3))) void add(struct page *page, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int bytes = vsnprintf(page->text + page->used, page->room - page->used, format, args);
    va_end(args);
    if (bytes > 0 && (size_t)bytes < page->room - page->used)
        page->used += (size_t)bytes;
    page->text[page->used] = '\0';
}

static void add_line(struct page *page, const struct unwind_frame *frame)
{
    if (page->lines == CALLS_LINES_MAX) {
        page->left_out++;
        return;
    }
    page->lines++;
    add(page, "%sin %.*s", page->calls->before, (int)strcspn(frame->function, ".@"),
        frame->function);
    if (frame->file != NULL)
        add(page, ", at %s:%d", frame->file, frame->line);
    add(page, "\n");
}

static bool is_own(const char *function)
{
    return strncmp(function, OWN_PREFIX, sizeof OWN_PREFIX - 1) == 0;
}

/* Forgets what was within the call. */
static void keep_library(struct page *page, const char *function)
{
    const size_t suffix = sizeof OWN_SUFFIX - 1;
    function += strspn(function, "_");
    size_t bytes = strcspn(function, ".@");
    if (is_own(function) && strncmp(function + bytes - suffix, OWN_SUFFIX, suffix) == 0)
        bytes -= suffix;
    snprintf(page->library, sizeof page->library, "%.*s", (int)bytes, function);
    page->used = 0;
    page->lines = page->left_out = 0;
}

static bool read_word(uint64_t address, uint64_t *word, void *context)
{
    const struct calls *calls = ((const struct page *)context)->calls;
    return calls->read(address, word, calls->context);
}

/* The actor's function ended with a call, and the compiler has made a jump of that: it is not on
 * the stack any more. */
static void add_body(struct page *page)
{
    const char *name = unwind_name(page->calls->unwinder, page->calls->body);
    if (page->lines == 0 && page->library[0] != '\0')
        add_line(page, &(struct unwind_frame){.function = page->library});
    if (name != NULL)
        add_line(page, &(struct unwind_frame){.function = name});
}

static bool see(const struct unwind_frame *frame, void *context)
{
    struct page *page = context;
    if (frame->function == NULL)
        return true;
    if (!page->is_found && page->calls->caller != NULL &&
        strcmp(frame->function, page->calls->caller) == 0) {
        page->is_found = true; /* what was within it is the library's */
        page->used = page->lines = page->left_out = 0;
    }
    bool is_foreign = page->home != NULL && frame->module != NULL &&
                      strcmp(frame->module, page->home) != 0 && frame->file == NULL;
    if (!frame->is_inlined && frame->entry != 0 && frame->entry == page->calls->outer) {
        add_body(page);
        return false;
    }
    if (is_own(frame->function) || (page->lines == 0 && is_foreign)) {
        keep_library(page, frame->function);
        return true;
    }
    if (page->lines == 0 && page->library[0] != '\0')
        add_line(page, &(struct unwind_frame){.function = page->library});
    add_line(page, frame);
    return frame->is_inlined || frame->entry != page->calls->body;
}

size_t calls_tell(const struct calls *calls, char *text, size_t bytes)
{
    struct page page = {.calls = calls, .text = text, .room = bytes};
    text[0] = '\0';
    page.home = unwind_module(calls->unwinder, calls->body);
    unwind_walk(calls->unwinder, calls->registers, read_word, see, &page);
    if (page.left_out > 0)
        add(&page, "%sand %u more\n", calls->before, page.left_out);
    return page.used;
}
