/*
 * The terminal's abilities, asked of the environment in the customary ways, and text made safe for
 * it: a trace comes from elsewhere, and a printed line may hold anything.
 */

#include "screen.h"

#include <langinfo.h>
#include <locale.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

#include "tool.h"

/* Where there is no terminal: fits a page, a mail and a wide slide. */
#define COLUMNS_DEFAULT 100

static int parse_columns(const char *text)
{
    char *end;
    long columns = strtol(text, &end, 10);
    bool fits = end != text && *end == '\0' && columns >= SCREEN_COLUMNS_MIN &&
                columns <= SCREEN_COLUMNS_MAX;
    return fits ? (int)columns : 0;
}

static int find_columns(void)
{
    const char *text = getenv("COLUMNS");
    struct winsize size;
    int columns = text != NULL ? parse_columns(text) : 0;
    if (columns > 0)
        return columns;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0 || size.ws_col == 0)
        return COLUMNS_DEFAULT;
    if (size.ws_col < SCREEN_COLUMNS_MIN)
        return SCREEN_COLUMNS_MIN;
    return size.ws_col > SCREEN_COLUMNS_MAX ? SCREEN_COLUMNS_MAX : size.ws_col;
}

static bool wants_color(void)
{
    const char *no_color = getenv("NO_COLOR");
    const char *terminal = getenv("TERM");
    bool plain = (no_color != NULL && no_color[0] != '\0') || terminal == NULL ||
                 strcmp(terminal, "dumb") == 0;
    return !plain && isatty(STDOUT_FILENO);
}

/* ASCII only where a locale says so: a container that sets none still has a terminal of today. */
static bool wants_ascii(void)
{
    const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *value = getenv(names[i]);
        if (value == NULL || value[0] == '\0')
            continue;
        return strcasestr(value, "utf-8") == NULL && strcasestr(value, "utf8") == NULL;
    }
    return false;
}

int screen_init(struct screen *screen, const char *width, const char *color, const char *ascii)
{
    *screen = (struct screen){.ascii = ascii != NULL || wants_ascii(), .color = wants_color()};
    screen->columns = width != NULL ? parse_columns(width) : find_columns();
    if (screen->columns == 0) {
        tool_say("--width must be a number of columns from %d to %d, not \"%s\"",
                 SCREEN_COLUMNS_MIN, SCREEN_COLUMNS_MAX, width);
        return TOOL_MISUSED;
    }
    if (color != NULL && strcmp(color, "auto") != 0)
        screen->color = strcmp(color, "always") == 0;
    return TOOL_OK;
}

/* The character at *text, which moves on; the text is valid UTF-8. */
static wchar_t next_character(const char **text)
{
    unsigned char lead = (unsigned char)*(*text)++;
    uint32_t code = lead < 0x80   ? lead
                    : lead < 0xe0 ? lead & 0x1f
                    : lead < 0xf0 ? lead & 0x0f
                                  : lead & 0x07;
    while ((**text & 0xc0) == 0x80)
        code = code << 6 | (unsigned char)(*(*text)++ & 0x3f);
    return (wchar_t)code;
}

static size_t character_width(wchar_t code)
{
    int width = wcwidth(code);
    return width < 0 ? 1 : (size_t)width;
}

static bool is_control(wchar_t code)
{
    bool hidden = code < 0x20 || (code >= 0x7f && code < 0xa0);
    /* Marks that turn the direction of all that follows, and separators of lines. */
    bool turning = (code >= 0x200e && code <= 0x200f) || (code >= 0x2028 && code <= 0x202e) ||
                   (code >= 0x2066 && code <= 0x2069);
    return hidden || turning;
}

size_t screen_width(const char *text)
{
    size_t width = 0;
    while (*text != '\0')
        width += character_width(next_character(&text));
    return width;
}

void screen_cell(const char *text, int columns, enum screen_side side)
{
    int blank = columns - (int)screen_width(text);
    if (side == SCREEN_RIGHT)
        printf("%*s%s", blank > 0 ? blank : 0, "", text);
    else
        printf("%s%*s", text, blank > 0 ? blank : 0, "");
}

void screen_defuse(char *text)
{
    char *to = text;
    for (const char *at = text; *at != '\0';) {
        const char *from = at;
        wchar_t code = next_character(&at);
        size_t length = (size_t)(at - from);
        bool is_harmless = !is_control(code) || code == '\n' || code == '\t';
        memmove(to, is_harmless ? from : "?", is_harmless ? length : 1);
        to += is_harmless ? length : 1;
    }
    *to = '\0';
}

char *screen_clean(const struct screen *screen, const char *text, size_t columns_max, char *buffer,
                   size_t bytes)
{
    const char *ellipsis = screen->ascii ? "~" : "…";
    size_t used = 0;
    size_t columns = 0;
    size_t fits = 0; /* bytes that leave a column for the ellipsis */
    while (*text != '\0') {
        const char *from = text;
        wchar_t code = next_character(&text);
        size_t length = (size_t)(text - from);
        size_t width = character_width(code);
        if (is_control(code) || (screen->ascii && code > 0x7e)) {
            from = code == '\t' ? " " : "?";
            length = 1;
            width = 1;
        }
        if (columns + width > columns_max || used + length + strlen(ellipsis) + 1 > bytes) {
            memcpy(buffer + fits, ellipsis, strlen(ellipsis) + 1);
            return buffer;
        }
        memcpy(buffer + used, from, length);
        used += length;
        columns += width;
        if (columns < columns_max)
            fits = used;
    }
    buffer[used] = '\0';
    return buffer;
}
