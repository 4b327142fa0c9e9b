/*
 * Lines out of a stream of bytes.
 *
 * The buffer holds [text, text + text_bytes): read, but not handed out.  When no newline is in it,
 * the rest moves to the front and more is read behind it; the buffer doubles only when one single
 * line fills it, and never beyond TRACE_READ_LINE_BYTES_MAX.  What was searched for a newline is
 * not searched again, so that a line costs time in proportion to its length.
 */

#include "trace_lines.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Large enough that reading is no cost, small enough to stay in the processor's cache. */
#define BUFFER_BYTES_FIRST ((size_t)1 << 18)

void trace_lines_init(struct trace_lines *lines, struct trace_input *input)
{
    *lines = (struct trace_lines){.input = input};
    if (input->fd < 0 && !input->packed) {
        lines->text = input->bytes;
        lines->text_bytes = (size_t)input->size;
        lines->at_end = true;
    }
}

void trace_lines_init_piece(struct trace_lines *lines, struct trace_input *input, uint64_t start,
                            uint64_t end)
{
    *lines = (struct trace_lines){
        .input = input, .piece = true, .next = start, .end = end, .consumed = start};
    if (input->fd < 0) {
        lines->text = input->bytes + start;
        lines->text_bytes = (size_t)(end - start);
        lines->at_end = true;
    }
}

void trace_lines_finish(struct trace_lines *lines)
{
    free(lines->buffer);
    *lines = (struct trace_lines){.at_end = true};
}

/* Makes room behind the text that is kept: by moving it to the front, or by doubling the buffer. */
static int make_room(struct trace_lines *lines)
{
    if (lines->text_bytes > 0 && lines->text != lines->buffer)
        memmove(lines->buffer, lines->text, lines->text_bytes);
    lines->text = lines->buffer;
    if (lines->text_bytes < lines->capacity)
        return 0;
    size_t capacity = lines->capacity > 0 ? lines->capacity * 2 : BUFFER_BYTES_FIRST;
    char *larger = realloc(lines->buffer, capacity);
    if (larger == NULL)
        return -ENOMEM;
    lines->buffer = larger;
    lines->text = larger;
    lines->capacity = capacity;
    return 0;
}

static ssize_t read_piece(struct trace_lines *lines, char *buffer, size_t bytes)
{
    uint64_t left = lines->end - lines->next;
    ssize_t got =
        trace_input_read_at(lines->input, lines->next, buffer, left < bytes ? (size_t)left : bytes);
    lines->next += got > 0 ? (uint64_t)got : 0;
    return got;
}

/* Reads more behind the text that is kept.  0 (perhaps at_end now), or a negative errno. */
static int read_more(struct trace_lines *lines)
{
    int result = make_room(lines);
    if (result < 0)
        return result;
    char *room = lines->buffer + lines->text_bytes;
    size_t bytes = lines->capacity - lines->text_bytes;
    ssize_t got =
        lines->piece ? read_piece(lines, room, bytes) : trace_input_read(lines->input, room, bytes);
    if (got < 0)
        return (int)got;
    lines->text_bytes += (size_t)got;
    lines->at_end = got == 0;
    return 0;
}

/* Length of the first line, or all there is if the end comes before a newline. */
static int find_newline(struct trace_lines *lines, size_t *length, bool *whole)
{
    size_t searched = 0;
    for (;;) {
        const char *newline = NULL;
        if (lines->text_bytes > searched)
            newline = memchr(lines->text + searched, '\n', lines->text_bytes - searched);
        *whole = newline != NULL;
        *length = *whole ? (size_t)(newline - lines->text) : lines->text_bytes;
        if (*length > TRACE_READ_LINE_BYTES_MAX)
            return -EMSGSIZE;
        if (*whole || lines->at_end)
            return 0;
        searched = lines->text_bytes;
        int result = read_more(lines);
        if (result < 0)
            return result;
    }
}

int trace_lines_next(struct trace_lines *lines, const char **text, size_t *bytes, bool *whole)
{
    lines->line++;
    lines->offset = lines->consumed;
    int result = find_newline(lines, bytes, whole);
    if (result < 0)
        return result;
    if (!*whole && *bytes == 0)
        return 0;
    size_t used = *bytes + (*whole ? 1 : 0);
    *text = lines->text;
    lines->text += used;
    lines->text_bytes -= used;
    lines->consumed += used;
    return 1;
}
