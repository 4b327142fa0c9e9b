/*
 * Measuring, cutting and wrapping of UTF-8.
 *
 * Widths are not additive (fonts kern), so a cut is found by bisection over measured prefixes: a
 * label costs a handful of measurements however long the text is.
 */

#include "text.h"

#include <stdio.h>
#include <string.h>

/* A label longer than this is cut before it is measured: no screen shows more. */
#define LABEL_BYTES_MAX 1024

/* The end of a name that is kept when its middle is cut is no longer. */
#define NAME_END_BYTES_MAX 12

static bool continues(char byte)
{
    return ((unsigned char)byte & 0xC0) == 0x80;
}

/* The last start of a character at or before `at`. */
static size_t character_floor(const char *text, size_t at)
{
    while (at > 0 && continues(text[at]))
        at--;
    return at;
}

/* The longest prefix that ends between characters and is no wider than `width_px`. */
static size_t prefix_fitting(const struct text_measurer *measurer, struct text_style style,
                             const char *text, size_t bytes, float width_px)
{
    size_t fits = 0;
    size_t beyond = bytes + 1;
    while (beyond - fits > 1) {
        size_t middle = character_floor(text, fits + (beyond - fits) / 2);
        if (middle <= fits) { /* inside one character: step over it */
            middle = fits + 1;
            while (middle < bytes && continues(text[middle]))
                middle++;
            if (middle >= beyond)
                break;
        }
        if (measurer->width_px(measurer->context, style, text, middle) <= width_px)
            fits = middle;
        else
            beyond = middle;
    }
    return fits;
}

float text_width_px(const struct text_measurer *measurer, struct text_style style, const char *text)
{
    return measurer->width_px(measurer->context, style, text, strlen(text));
}

size_t text_fit(const struct text_measurer *measurer, struct text_style style, const char *text,
                float width_px, bool *cut)
{
    size_t bytes = strnlen(text, LABEL_BYTES_MAX + 1);
    *cut = false;
    if (bytes <= LABEL_BYTES_MAX &&
        measurer->width_px(measurer->context, style, text, bytes) <= width_px)
        return bytes;
    *cut = true;
    if (bytes > LABEL_BYTES_MAX)
        bytes = character_floor(text, LABEL_BYTES_MAX);
    float room = width_px - text_width_px(measurer, style, TEXT_ELLIPSIS);
    size_t fits = room > 0 ? prefix_fitting(measurer, style, text, bytes, room) : 0;
    while (fits > 0 && text[fits - 1] == ' ')
        fits--;
    return fits;
}

/* What tells a name from its like: "#17" of an actor, " 2" of a thread, "-3" of one of a pool; NULL
 * if there is no such end. */
static const char *number_of(const char *name)
{
    const char *end = name + strlen(name);
    while (end > name && end[-1] >= '0' && end[-1] <= '9')
        end--;
    bool numbered = *end != '\0' && end > name && strchr("#- ", end[-1]) != NULL;
    return numbered && strlen(end) < NAME_END_BYTES_MAX ? end - 1 : NULL;
}

char *text_fit_name(const struct text_measurer *measurer, struct text_style style, const char *name,
                    float width_px, char bytes[TEXT_NAME_BYTES])
{
    const char *end = number_of(name);
    bool cut = false;
    size_t whole = text_fit(measurer, style, name, width_px, &cut);
    if (!cut || end == NULL) {
        snprintf(bytes, TEXT_NAME_BYTES, "%.*s%s", (int)whole, name,
                 cut && whole > 0 ? TEXT_ELLIPSIS : "");
        return bytes;
    }
    float room = width_px - text_width_px(measurer, style, end);
    size_t start = text_fit(measurer, style, name, room, &cut);
    snprintf(bytes, TEXT_NAME_BYTES, "%.*s%s%s", (int)start, name, start > 0 ? TEXT_ELLIPSIS : "",
             end);
    return bytes;
}

const char *text_choose(const struct text_measurer *measurer, struct text_style style,
                        const char *const *candidates, float width_px)
{
    for (; *candidates != NULL; candidates++)
        if (text_width_px(measurer, style, *candidates) <= width_px)
            return *candidates;
    return NULL;
}

size_t text_wrap(const struct text_measurer *measurer, struct text_style style, const char *text,
                 float width_px, const char **next)
{
    size_t bytes = character_floor(text, strnlen(text, LABEL_BYTES_MAX));
    size_t fits = prefix_fitting(measurer, style, text, bytes, width_px);
    if (fits == 0 && bytes > 0) /* a line never stays empty, or wrapping would not end */
        do {
            fits++;
        } while (fits < bytes && continues(text[fits]));
    size_t line = fits;
    if (fits < bytes) {
        while (line > 0 && text[line] != ' ')
            line--;
        if (line == 0)
            line = fits;
    }
    *next = text + line;
    while (**next == ' ')
        ++*next;
    return line;
}

uint32_t text_next(const char **text)
{
    static const uint32_t smallest[] = {0, 0x80, 0x800, 0x10000};
    const unsigned char *at = (const unsigned char *)*text;
    if (at[0] == 0)
        return 0;
    ++*text;
    if (at[0] < 0x80)
        return at[0];
    int more = at[0] >= 0xF0 ? 3 : at[0] >= 0xE0 ? 2 : 1;
    if (at[0] < 0xC2 || at[0] > 0xF4)
        return 0xFFFD;
    uint32_t character = at[0] & (0x3Fu >> more);
    for (int i = 1; i <= more; i++) {
        if (!continues((char)at[i]))
            return 0xFFFD;
        character = character << 6 | (at[i] & 0x3Fu);
    }
    bool surrogate = character >= 0xD800 && character < 0xE000;
    if (character < smallest[more] || character > 0x10FFFF || surrogate)
        return 0xFFFD;
    *text += more;
    return character;
}

size_t text_put(uint32_t character, char bytes[4])
{
    if (character < 0x80) {
        bytes[0] = (char)character;
        return 1;
    }
    size_t more = character < 0x800 ? 1 : character < 0x10000 ? 2 : 3;
    static const unsigned char leads[] = {0, 0xC0, 0xE0, 0xF0};
    bytes[0] = (char)(leads[more] | character >> (6 * more));
    for (size_t i = 1; i <= more; i++)
        bytes[i] = (char)(0x80 | (character >> (6 * (more - i)) & 0x3F));
    return more + 1;
}
