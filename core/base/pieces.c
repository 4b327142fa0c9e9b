/*
 * A piece that is cut leaves the buffer full: what is added later is not seen.
 */

#include "pieces.h"

#include <stdarg.h>
#include <stdio.h>

void pieces_add(struct pieces *text, const char *format, ...)
{
    va_list args;
    size_t room = text->room - text->used;
    va_start(args, format);
    int bytes = vsnprintf(text->bytes + text->used, room, format, args);
    va_end(args);
    if (bytes > 0)
        text->used += (size_t)bytes < room ? (size_t)bytes : room - 1;
}
