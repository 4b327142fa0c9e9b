/*
 * Our own format is Chrome's already.  A copy of it is made whole: tools that read all of a file as
 * one text refuse one that breaks off in the middle of a line, so that line is left out and the
 * array closed.  What has begun and not ended stays so: that is a fact, and every tool draws it.
 */

#include "export.h"
#include "tool.h"
#include "trace_reader.h"

int export_chrome(const char *path, FILE *out)
{
    struct trace_reader reader;
    struct trace_error error;
    struct trace_event event;
    const char *before = "\n";
    int result = trace_reader_open(&reader, path, &error);
    fputc('[', out);
    while (result >= 0 && (result = trace_reader_next(&reader, &event)) > 0) {
        fputs(before, out);
        fwrite(event.text, 1, event.bytes, out);
        before = ",\n";
    }
    trace_reader_finish(&reader);
    if (result < 0) {
        tool_say("%s", error.text);
        return TOOL_FAULT;
    }
    fputs("\n]\n", out);
    return TOOL_OK;
}
