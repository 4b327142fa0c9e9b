/*
 * A page of characters.
 *
 * Colours are from the table of 256, picked so that each is legible on white and on black: blue,
 * amber and grey can be told apart by those who do not see red and green, and the characters differ
 * as well.
 */

#include "canvas.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const escapes[CANVAS_STYLES] = {
    [CANVAS_PLAIN] = "",
    [CANVAS_STRONG] = "\x1b[1m",
    [CANVAS_FAINT] = "\x1b[38;5;244m",
    [CANVAS_RUN] = "\x1b[38;5;26m",
    [CANVAS_RUN_TEXT] = "\x1b[1;38;5;231;48;5;26m",
    [CANVAS_READY] = "\x1b[38;5;172m",
    [CANVAS_WAIT] = "\x1b[38;5;244m",
    [CANVAS_WAIT_TEXT] = "",
    [CANVAS_ACCENT] = "\x1b[1;38;5;166m",
};

int canvas_init(struct canvas *canvas, const struct screen *screen, int rows)
{
    *canvas = (struct canvas){.screen = screen, .columns = screen->columns, .rows = rows};
    size_t count = (size_t)rows * (size_t)canvas->columns;
    canvas->cells = malloc((count + 1) * sizeof *canvas->cells);
    if (canvas->cells == NULL)
        return -ENOMEM;
    for (size_t i = 0; i < count; i++)
        canvas->cells[i] = (struct canvas_cell){.text = " "};
    return 0;
}

void canvas_finish(struct canvas *canvas)
{
    free(canvas->cells);
    *canvas = (struct canvas){0};
}

static struct canvas_cell *cell_at(const struct canvas *canvas, int row, int column)
{
    bool inside = row >= 0 && row < canvas->rows && column >= 0 && column < canvas->columns;
    return inside ? &canvas->cells[(size_t)row * (size_t)canvas->columns + (size_t)column] : NULL;
}

static void put(struct canvas *canvas, int row, int column, const char *character, size_t bytes,
                enum canvas_style style)
{
    struct canvas_cell *cell = cell_at(canvas, row, column);
    if (cell == NULL || bytes >= sizeof cell->text)
        return;
    memcpy(cell->text, character, bytes);
    cell->text[bytes] = '\0';
    cell->style = (unsigned char)style;
}

int canvas_text(struct canvas *canvas, int row, int column, const char *text,
                enum canvas_style style)
{
    while (*text != '\0') {
        char character[sizeof((struct canvas_cell *)0)->text] = {text[0]};
        size_t bytes = 1;
        while (bytes < sizeof character - 1 && (text[bytes] & 0xc0) == 0x80) {
            character[bytes] = text[bytes];
            bytes++;
        }
        size_t width = screen_width(character);
        if (width > 0)
            put(canvas, row, column, character, bytes, style);
        if (width > 1)
            put(canvas, row, column + 1, "", 0, style);
        column += (int)width;
        text += bytes;
    }
    return column;
}

void canvas_fill(struct canvas *canvas, int row, int from, int to, const char *character,
                 enum canvas_style style)
{
    for (int column = from; column < to; column++)
        put(canvas, row, column, character, strlen(character), style);
}

bool canvas_is_blank(const struct canvas *canvas, int row, int from, int to)
{
    for (int column = from; column < to; column++) {
        const struct canvas_cell *cell = cell_at(canvas, row, column);
        if (cell == NULL || strcmp(cell->text, " ") != 0)
            return false;
    }
    return true;
}

static void print_row(const struct canvas *canvas, int row)
{
    int columns = canvas->columns;
    unsigned char style = CANVAS_PLAIN;
    while (columns > 0 && strcmp(cell_at(canvas, row, columns - 1)->text, " ") == 0)
        columns--;
    for (int column = 0; column < columns; column++) {
        const struct canvas_cell *cell = cell_at(canvas, row, column);
        if (canvas->screen->color && cell->style != style) {
            if (escapes[style][0] != '\0')
                fputs("\x1b[0m", stdout);
            fputs(escapes[cell->style], stdout);
            style = cell->style;
        }
        fputs(cell->text, stdout);
    }
    if (canvas->screen->color && escapes[style][0] != '\0')
        fputs("\x1b[0m", stdout);
    putchar('\n');
}

void canvas_print(const struct canvas *canvas)
{
    for (int row = 0; row < canvas->rows; row++)
        print_row(canvas, row);
}

void canvas_say(const struct screen *screen, enum canvas_style style, const char *text)
{
    if (screen->color && escapes[style][0] != '\0')
        printf("%s%s\x1b[0m", escapes[style], text);
    else
        fputs(text, stdout);
}
