/*
 * A face is one font at one size.  Each letter of a face is drawn once and kept as a mask in a
 * hash table; a text is its letters' masks at whole pixels, kerned, so that it is as sharp as the
 * font is and measured exactly as it is drawn.
 */

#include "font.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <SDL2/SDL.h>
#include <SDL2/SDL_ttf.h>
#include <fontconfig/fontconfig.h>

/* Regular and bold of a proportional and of a monospaced font. */
#define FILES 4

/* Faces kept.  A picture uses about fifteen; resizing a window makes new ones, and when the table
 * is full all are dropped. */
#define FACES_MAX 64

/* Letters per face to begin with; doubled whenever it is three quarters full. */
#define LETTERS_MIN 128

#define PACKAGE_HINT "install a font, for instance the package fonts-dejavu-core"

struct letter {
    uint32_t character; /* 0: a free slot */
    int advance;
    int left, top; /* of the mask, from the pen on the baseline; top is upwards negative */
    int width, height;
    uint8_t *mask; /* NULL where nothing is to be seen */
};

struct face {
    struct text_style style;
    TTF_Font *font;
    struct letter *letters;
    uint32_t room, count;
};

struct font_set {
    char *paths[FILES];
    int indexes[FILES];
    void *bytes[FILES]; /* the file as a mapping that all its faces share; NULL: not yet */
    size_t lengths[FILES];
    struct face faces[FACES_MAX];
    int face_count;
};

static int file_of(struct text_style style)
{
    return (style.mono ? 2 : 0) + (style.bold ? 1 : 0);
}

/* The font file that comes nearest to a family. */
static bool find_file(struct font_set *set, int file)
{
    bool mono = file >= 2;
    FcPattern *pattern = FcPatternCreate();
    FcPatternAddString(pattern, FC_FAMILY,
                       (const FcChar8 *)(mono ? "DejaVu Sans Mono" : "DejaVu Sans"));
    FcPatternAddString(pattern, FC_FAMILY, (const FcChar8 *)(mono ? "monospace" : "sans-serif"));
    FcPatternAddInteger(pattern, FC_WEIGHT, file % 2 == 1 ? FC_WEIGHT_BOLD : FC_WEIGHT_REGULAR);
    FcPatternAddInteger(pattern, FC_SLANT, FC_SLANT_ROMAN);
    FcPatternAddInteger(pattern, FC_WIDTH, FC_WIDTH_NORMAL);
    FcPatternAddBool(pattern, FC_SCALABLE, FcTrue);
    FcConfigSubstitute(NULL, pattern, FcMatchPattern);
    FcDefaultSubstitute(pattern);
    FcResult result = FcResultNoMatch;
    FcPattern *match = FcFontMatch(NULL, pattern, &result);
    FcChar8 *path = NULL;
    if (match != NULL && FcPatternGetString(match, FC_FILE, 0, &path) == FcResultMatch) {
        set->paths[file] = strdup((const char *)path);
        FcPatternGetInteger(match, FC_INDEX, 0, &set->indexes[file]);
    }
    if (match != NULL)
        FcPatternDestroy(match);
    FcPatternDestroy(pattern);
    return set->paths[file] != NULL;
}

static void close_face(struct face *face)
{
    for (uint32_t i = 0; i < face->room; i++)
        free(face->letters[i].mask);
    free(face->letters);
    TTF_CloseFont(face->font);
}

static bool same_style(struct text_style a, struct text_style b)
{
    return a.size_px == b.size_px && a.bold == b.bold && a.mono == b.mono;
}

/* FreeType reads a font in thousands of small pieces: from a mapping these cost nothing. */
static bool map_file(struct font_set *set, int file)
{
    struct stat status;
    int descriptor = open(set->paths[file], O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return false;
    if (fstat(descriptor, &status) == 0 && status.st_size > 0) {
        void *bytes = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, descriptor, 0);
        set->bytes[file] = bytes != MAP_FAILED ? bytes : NULL;
        set->lengths[file] = (size_t)status.st_size;
    }
    close(descriptor);
    return set->bytes[file] != NULL;
}

static TTF_Font *open_font(struct font_set *set, int file, int size_px)
{
    if (set->bytes[file] == NULL && !map_file(set, file))
        return NULL;
    SDL_RWops *bytes = SDL_RWFromConstMem(set->bytes[file], (int)set->lengths[file]);
    return bytes != NULL ? TTF_OpenFontIndexRW(bytes, 1, size_px, set->indexes[file]) : NULL;
}

static struct face *face_of(struct font_set *set, struct text_style style)
{
    for (int i = 0; i < set->face_count; i++)
        if (same_style(set->faces[i].style, style))
            return &set->faces[i];
    if (set->face_count == FACES_MAX)
        while (set->face_count > 0)
            close_face(&set->faces[--set->face_count]);
    int file = file_of(style);
    struct face face = {.style = style, .room = LETTERS_MIN};
    face.font = open_font(set, file, style.size_px);
    face.letters = calloc(face.room, sizeof *face.letters);
    if (face.font == NULL || face.letters == NULL) {
        if (face.font != NULL)
            TTF_CloseFont(face.font);
        free(face.letters);
        return NULL;
    }
    TTF_SetFontHinting(face.font, TTF_HINTING_LIGHT_SUBPIXEL);
    TTF_SetFontKerning(face.font, 1);
    set->faces[set->face_count] = face;
    return &set->faces[set->face_count++];
}

/* The slot of a character: its own, or the free one where it belongs. */
static struct letter *slot_of(struct letter *letters, uint32_t room, uint32_t character)
{
    uint32_t at = (character * 2654435761u) & (room - 1);
    while (letters[at].character != 0 && letters[at].character != character)
        at = (at + 1) & (room - 1);
    return &letters[at];
}

static bool grow(struct face *face)
{
    uint32_t room = face->room * 2;
    struct letter *letters = calloc(room, sizeof *letters);
    if (letters == NULL)
        return false;
    for (uint32_t i = 0; i < face->room; i++)
        if (face->letters[i].character != 0)
            *slot_of(letters, room, face->letters[i].character) = face->letters[i];
    free(face->letters);
    face->letters = letters;
    face->room = room;
    return true;
}

/* Draws a letter into a mask: the transparency of what SDL_ttf makes of it. */
static void draw_letter(struct face *face, struct letter *letter)
{
    int min_x = 0;
    TTF_GlyphMetrics32(face->font, letter->character, &min_x, NULL, NULL, NULL, &letter->advance);
    SDL_Color white = {255, 255, 255, 255};
    SDL_Surface *surface = TTF_RenderGlyph32_Blended(face->font, letter->character, white);
    if (surface == NULL)
        return;
    letter->left = min_x < 0 ? min_x : 0;
    letter->top = -TTF_FontAscent(face->font);
    letter->mask = malloc((size_t)surface->w * (size_t)surface->h);
    if (letter->mask != NULL) {
        letter->width = surface->w;
        letter->height = surface->h;
        for (int y = 0; y < surface->h; y++) {
            const uint32_t *row = (const uint32_t *)((const uint8_t *)surface->pixels +
                                                     (size_t)y * (size_t)surface->pitch);
            for (int x = 0; x < surface->w; x++)
                letter->mask[y * surface->w + x] =
                    (uint8_t)((row[x] & surface->format->Amask) >> surface->format->Ashift);
        }
    }
    SDL_FreeSurface(surface);
}

static const struct letter *letter_of(struct face *face, uint32_t character)
{
    struct letter *slot = slot_of(face->letters, face->room, character);
    if (slot->character != 0)
        return slot;
    if ((face->count + 1) * 4 > face->room * 3) {
        if (!grow(face))
            return NULL;
        slot = slot_of(face->letters, face->room, character);
    }
    slot->character = character;
    face->count++;
    draw_letter(face, slot);
    return slot;
}

/* What is measured must be what is drawn, where control characters have become spaces. */
static uint32_t next_character(const char **text)
{
    uint32_t character = text_next(text);
    bool control = character < 0x20 || (character >= 0x7F && character < 0xA0);
    return control && character != 0 ? ' ' : character;
}

static int kerning(struct face *face, uint32_t before, uint32_t character)
{
    if (before == 0 || face->style.mono)
        return 0;
    return TTF_GetFontKerningSizeGlyphs32(face->font, before, character);
}

static float width_px(void *context, struct text_style style, const char *text, size_t bytes)
{
    struct face *face = face_of(context, style);
    const char *end = text + bytes;
    uint32_t before = 0;
    int width = 0;
    while (face != NULL && text < end) {
        uint32_t character = next_character(&text);
        const struct letter *letter = letter_of(face, character);
        width += kerning(face, before, character) + (letter != NULL ? letter->advance : 0);
        before = character;
    }
    return (float)width;
}

static void draw(void *context, struct raster *raster, struct raster_clip clip,
                 struct text_style style, int x, int baseline, uint32_t colour, const char *text)
{
    struct face *face = face_of(context, style);
    uint32_t before = 0;
    while (face != NULL && *text != '\0') {
        uint32_t character = next_character(&text);
        const struct letter *letter = letter_of(face, character);
        x += kerning(face, before, character);
        before = character;
        if (letter == NULL)
            continue;
        if (letter->mask != NULL)
            raster_mask(raster, clip, x + letter->left, baseline + letter->top, letter->mask,
                        letter->width, letter->height, colour);
        x += letter->advance;
    }
}

int font_open(struct font_set **set, char *error, size_t bytes)
{
    if (TTF_Init() < 0) {
        snprintf(error, bytes, "fonts cannot be drawn: %s", TTF_GetError());
        return -EIO;
    }
    *set = calloc(1, sizeof **set);
    if (*set == NULL) {
        snprintf(error, bytes, "no memory for fonts");
        TTF_Quit();
        return -ENOMEM;
    }
    bool found = FcInit() == FcTrue;
    for (int file = 0; found && file < FILES; file++)
        found = find_file(*set, file);
    if (!found)
        snprintf(error, bytes, "no font was found; " PACKAGE_HINT);
    struct text_style probe = {.size_px = 16};
    if (found && face_of(*set, probe) == NULL) {
        snprintf(error, bytes, "the font %s cannot be read (%s); " PACKAGE_HINT, (*set)->paths[0],
                 TTF_GetError());
        found = false;
    }
    if (!found) {
        font_close(*set);
        *set = NULL;
        return -ENOENT;
    }
    return 0;
}

void font_close(struct font_set *set)
{
    if (set == NULL)
        return;
    while (set->face_count > 0)
        close_face(&set->faces[--set->face_count]);
    for (int i = 0; i < FILES; i++) {
        if (set->bytes[i] != NULL)
            munmap(set->bytes[i], set->lengths[i]);
        free(set->paths[i]);
    }
    free(set);
    FcFini();
    TTF_Quit();
}

struct text_measurer font_measurer(struct font_set *set)
{
    return (struct text_measurer){.width_px = width_px, .context = set};
}

struct paint_text font_painter(struct font_set *set)
{
    return (struct paint_text){.draw = draw, .context = set};
}
