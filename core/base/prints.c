/*
 * One line at a time is gathered, for the one stream that is being printed on; printing on the
 * other stream ends the line.
 */

#include "prints.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* The probe of this thread's loop; NULL on other threads, whose text is passed on unrecorded. */
static _Thread_local struct probe *probe_here;

/* Set while the streams are ours: by the first loop, before the others begin. */
static FILE *true_stdout, *true_stderr;

static void end_line(struct probe *probe)
{
    probe_print(probe, probe->running, probe->text_stream, probe->text, probe->text_bytes);
    probe->text_bytes = 0;
}

/* Adds to the line; what does not fit is told in pieces. */
static void add_text(struct probe *probe, const char *text, size_t bytes)
{
    while (bytes > 0) {
        size_t room = sizeof probe->text - probe->text_bytes;
        size_t part = bytes < room ? bytes : room;
        memcpy(probe->text + probe->text_bytes, text, part);
        probe->text_bytes += part;
        text += part;
        bytes -= part;
        if (probe->text_bytes == sizeof probe->text)
            end_line(probe);
    }
}

static void take_text(struct probe *probe, int stream, const char *text, size_t bytes)
{
    if (probe->text_bytes > 0 && probe->text_stream != stream)
        end_line(probe);
    probe->text_stream = stream;
    const char *newline;
    while ((newline = memchr(text, '\n', bytes)) != NULL) {
        size_t part = (size_t)(newline - text);
        add_text(probe, text, part);
        end_line(probe);
        text += part + 1;
        bytes -= part + 1;
    }
    add_text(probe, text, bytes);
}

/* Writes it all; the number of bytes written, which is less only after an error. */
static ssize_t write_all(int fd, const char *text, size_t bytes)
{
    size_t done = 0;
    while (done < bytes) {
        ssize_t n = write(fd, text + done, bytes - done);
        if (n < 0 && errno != EINTR)
            break;
        done += n > 0 ? (size_t)n : 0;
    }
    return (ssize_t)done;
}

/* The cookie is the number of the file descriptor. */
static ssize_t on_write(void *cookie, const char *text, size_t bytes)
{
    int fd = (int)(intptr_t)cookie;
    struct probe *probe = probe_here;
    if (probe != NULL && probe->ring != NULL && probe->running != 0)
        take_text(probe, fd, text, bytes);
    return write_all(fd, text, bytes);
}

static FILE *open_stream(int fd)
{
    cookie_io_functions_t functions = {.write = on_write};
    FILE *stream = fopencookie((void *)(intptr_t)fd, "w", functions);
    if (stream != NULL)
        setvbuf(stream, NULL, fd == STDERR_FILENO ? _IONBF : _IOLBF, BUFSIZ);
    return stream;
}

void prints_open(struct probe *probe)
{
    probe_here = probe->ring != NULL ? probe : NULL;
    if (probe_here == NULL)
        return;
    if (true_stdout != NULL)
        return; /* another loop's thread has done the rest */
    fflush(stdout);
    FILE *out = open_stream(STDOUT_FILENO);
    FILE *err = open_stream(STDERR_FILENO);
    if (out == NULL || err == NULL)
        return; /* no memory: the text is not recorded, and printed as ever */
    true_stdout = stdout;
    true_stderr = stderr;
    stdout = out;
    stderr = err;
}

static void close_stream(FILE **stream, FILE **original)
{
    if (*original == NULL)
        return;
    FILE *ours = *stream;
    fflush(ours);
    *stream = *original;
    *original = NULL;
    fclose(ours);
}

void prints_close(bool is_last)
{
    if (is_last) {
        close_stream(&stdout, &true_stdout);
        close_stream(&stderr, &true_stderr);
    }
    if (probe_here != NULL && probe_here->text_bytes > 0)
        end_line(probe_here);
    probe_here = NULL;
}

void prints_break_slow(struct probe *probe)
{
    fflush(stdout);
    if (probe->text_bytes > 0)
        end_line(probe);
}
