#ifndef VIEW_TEXT_H
#define VIEW_TEXT_H

/*
 * Text before it is painted: how wide it is, and how much of it fits.
 *
 * Nobody here knows a font.  The program hands in a measurer; tests hand in one in which every
 * character is equally wide.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text_style {
    uint16_t size_px; /* em size in pixels of the window */
    bool bold;
    bool mono; /* all characters equally wide: for code and output */
};

/* How wide the first `bytes` bytes of a UTF-8 text are when painted, in pixels. */
struct text_measurer {
    float (*width_px)(void *context, struct text_style style, const char *text, size_t bytes);
    void *context;
};

/* Of the em size: how far letters reach above and below the baseline, and the height of an "x"
 * and of a capital, by which text is centred.  The figures of DejaVu Sans. */
#define TEXT_ASCENT 0.76f
#define TEXT_DESCENT 0.24f
#define TEXT_CAPITAL 0.73f

/* Stands for what was left out of a text. */
#define TEXT_ELLIPSIS "\xe2\x80\xa6"

float text_width_px(const struct text_measurer *measurer, struct text_style style,
                    const char *text);

/* How many leading bytes of `text` fit in `width_px`: all of them, or as many whole characters as
 * leave room for an ellipsis (*cut is set); 0 if not even one character and the ellipsis fit. */
size_t text_fit(const struct text_measurer *measurer, struct text_style style, const char *text,
                float width_px, bool *cut);

/* Writes a name so that it fits: whole, or with its middle cut out, since the number at its end
 * ("#17") is often all that tells it from its like.  Returns `bytes`. */
#define TEXT_NAME_BYTES 128
char *text_fit_name(const struct text_measurer *measurer, struct text_style style, const char *name,
                    float width_px, char bytes[TEXT_NAME_BYTES]);

/* The first of the candidates, longest first, that fits in `width_px`; NULL if none does.  The
 * list ends with NULL. */
const char *text_choose(const struct text_measurer *measurer, struct text_style style,
                        const char *const *candidates, float width_px);

/* How many leading bytes of `text` make a line no wider than `width_px`, broken after a space if
 * there is one; *next is set to where the following line begins.  At least one character. */
size_t text_wrap(const struct text_measurer *measurer, struct text_style style, const char *text,
                 float width_px, const char **next);

/* Decodes one character and moves *text past it; bytes that are not UTF-8 come out one by one as
 * U+FFFD.  0 at the end of the text. */
uint32_t text_next(const char **text);

/* Writes a character as UTF-8 (1 to 4 bytes, no terminator) and answers how many bytes. */
size_t text_put(uint32_t character, char bytes[4]);

#endif
