/*
 * One element for each item.  Clips and patterns are defined before they are used; numbers have two
 * decimals, which is less than can be seen.
 */

#include "svg.h"

#include <math.h>

/* Regions with titles: of more, a browser would become slow. */
#define TITLES_MAX 20000
#define TITLE_BYTES 512

void svg_write_text(FILE *out, const char *text)
{
    for (; *text != '\0'; text++)
        switch (*text) {
        case '&':
            fputs("&amp;", out);
            break;
        case '<':
            fputs("&lt;", out);
            break;
        case '>':
            fputs("&gt;", out);
            break;
        case '"':
            fputs("&quot;", out);
            break;
        default:
            fputc(*text, out);
        }
}

static bool patterned(const struct frame_item *item)
{
    return item->kind == FRAME_RECT &&
           (item->fill.pattern == FRAME_DOTS || item->fill.pattern == FRAME_HATCH);
}

/* A pattern's name says all that it depends on but its shift. */
static void write_pattern_name(FILE *out, const struct frame_fill *fill)
{
    fprintf(out, "%c%06x%06x", fill->pattern == FRAME_DOTS ? 'd' : 'h', fill->ink & 0xFFFFFF,
            fill->paper & 0xFFFFFF);
}

static bool same_pattern(const struct frame_fill *a, const struct frame_fill *b)
{
    return a->pattern == b->pattern && a->ink == b->ink && a->paper == b->paper;
}

static void write_pattern(FILE *out, const struct frame *frame, const struct frame_fill *fill)
{
    bool dots = fill->pattern == FRAME_DOTS;
    float pitch = (dots ? 6.0f : 11.31f) * frame->pattern_scale;
    fputs("<pattern id=\"", out);
    write_pattern_name(out, fill);
    fprintf(out,
            "\" width=\"%.2f\" height=\"%.2f\" patternUnits=\"userSpaceOnUse\">"
            "<rect width=\"%.2f\" height=\"%.2f\" fill=\"#%06x\"/>",
            pitch, pitch, pitch, pitch, fill->paper & 0xFFFFFF);
    if (dots)
        fprintf(out, "<circle cx=\"%.2f\" cy=\"%.2f\" r=\"%.2f\" fill=\"#%06x\"/></pattern>\n",
                pitch / 2, pitch / 2, 1.7f * frame->pattern_scale, fill->ink & 0xFFFFFF);
    else
        fprintf(out,
                "<path d=\"M%.2f %.2fL%.2f %.2fM%.2f %.2fL%.2f %.2f\" stroke=\"#%06x\" "
                "stroke-width=\"%.2f\"/></pattern>\n",
                -pitch / 4, pitch / 4, pitch / 4, -pitch / 4, -pitch / 4, pitch * 1.25f,
                pitch * 1.25f, -pitch / 4, fill->ink & 0xFFFFFF, 1.6f * frame->pattern_scale);
}

static void write_definitions(FILE *out, const struct frame *frame)
{
    fputs("<defs>\n", out);
    for (size_t i = 0; i < frame->clip_count; i++)
        fprintf(out,
                "<clipPath id=\"c%zu\"><rect x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" "
                "height=\"%.2f\"/></clipPath>\n",
                i, frame->clips[i].x, frame->clips[i].y, fmaxf(frame->clips[i].width, 0),
                fmaxf(frame->clips[i].height, 0));
    struct frame_fill seen[16];
    size_t count = 0;
    for (size_t i = 0; i < frame->item_count; i++) {
        const struct frame_item *item = &frame->items[i];
        size_t at = 0;
        while (patterned(item) && at < count && !same_pattern(&seen[at], &item->fill))
            at++;
        if (!patterned(item) || at < count || count == sizeof seen / sizeof seen[0])
            continue;
        seen[count++] = item->fill;
        write_pattern(out, frame, &item->fill);
    }
    fputs("</defs>\n", out);
}

static void write_fill(FILE *out, const struct frame_item *item)
{
    if (patterned(item)) {
        fputs(" fill=\"url(#", out);
        write_pattern_name(out, &item->fill);
        fputs(")\"", out);
    } else if (item->fill.pattern == FRAME_EMPTY) {
        fputs(" fill=\"none\"", out);
    } else {
        fprintf(out, " fill=\"#%06x\"", item->fill.ink & 0xFFFFFF);
    }
    if (item->stroke.width_px > 0)
        fprintf(out, " stroke=\"#%06x\" stroke-width=\"%.2f\"", item->stroke.ink & 0xFFFFFF,
                item->stroke.width_px);
}

/* An outline lies within the edge of its shape, where SVG would put it astride. */
static void write_rect(FILE *out, const struct frame_item *item)
{
    float half = item->stroke.width_px / 2;
    float width = item->box.width - 2 * half;
    float height = item->box.height - 2 * half;
    if (width <= 0 || height <= 0) { /* narrower than two outlines: all outline */
        if (item->box.width > 0 && item->box.height > 0)
            fprintf(out,
                    "<rect x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\" "
                    "fill=\"#%06x\"/>\n",
                    item->box.x, item->box.y, item->box.width, item->box.height,
                    (half > 0 ? item->stroke.ink : item->fill.ink) & 0xFFFFFF);
        return;
    }
    float radius = fmaxf(item->radius - half, 0);
    fprintf(out, "<rect x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\"", item->box.x + half,
            item->box.y + half, width, height);
    if (radius > 0)
        fprintf(out, " rx=\"%.2f\"", radius);
    write_fill(out, item);
    fputs("/>\n", out);
}

static void write_points(FILE *out, const struct frame *frame, const struct frame_item *item)
{
    bool filled = item->kind == FRAME_POLYGON;
    fprintf(out, "<%s points=\"", filled ? "polygon" : "polyline");
    for (uint32_t i = 0; i < item->count; i++)
        fprintf(out, "%s%.2f,%.2f", i > 0 ? " " : "", frame->points[item->first + i].x,
                frame->points[item->first + i].y);
    if (filled)
        fprintf(out, "\" fill=\"#%06x\"/>\n", item->fill.ink & 0xFFFFFF);
    else
        fprintf(out, "\" fill=\"none\" stroke=\"#%06x\" stroke-width=\"%.2f\"/>\n",
                item->stroke.ink & 0xFFFFFF, item->stroke.width_px);
}

/* The pieces of one ink of all columns, as one path; equal neighbours are one piece. */
static void write_ink(FILE *out, const struct frame *frame, const struct frame_item *item,
                      int layer, uint32_t ink)
{
    const struct frame_point *heights = frame->points + item->first;
    float foot = frame_bottom(item->box);
    bool open = false;
    for (uint32_t i = 0; i < item->count;) {
        uint32_t end = i + 1;
        while (end < item->count && heights[end].x == heights[i].x &&
               heights[end].y == heights[i].y)
            end++;
        float parts[3] = {heights[i].x, heights[i].y,
                          item->box.height - heights[i].x - heights[i].y};
        float below = (layer > 0 ? parts[0] : 0) + (layer > 1 ? parts[1] : 0);
        if (parts[layer] > 0) {
            fprintf(out, "%sM%.0f %.2fh%uv-%.2fh-%uz", open ? "" : "<path d=\"",
                    item->box.x + (float)i, foot - below, end - i, parts[layer], end - i);
            open = true;
        }
        i = end;
    }
    if (open)
        fprintf(out, "\" fill=\"#%06x\"/>\n", ink & 0xFFFFFF);
}

static void write_string(FILE *out, const struct frame *frame, const struct frame_item *item)
{
    fprintf(out, "<text x=\"%.2f\" y=\"%.2f\" font-size=\"%u\" textLength=\"%.2f\"", item->box.x,
            item->baseline, item->style.size_px, item->box.width);
    if (item->style.bold)
        fputs(" font-weight=\"bold\"", out);
    if (item->style.mono)
        fputs(" font-family=\"DejaVu Sans Mono, monospace\"", out);
    fprintf(out, " xml:space=\"preserve\" fill=\"#%06x\">", item->fill.ink & 0xFFFFFF);
    svg_write_text(out, frame_item_text(frame, item));
    fputs("</text>\n", out);
}

static void write_item(FILE *out, const struct frame *frame, const struct frame_item *item)
{
    switch (item->kind) {
    case FRAME_RECT:
        write_rect(out, item);
        break;
    case FRAME_POLYLINE:
    case FRAME_POLYGON:
        write_points(out, frame, item);
        break;
    case FRAME_COLUMNS:
        write_ink(out, frame, item, 0, item->fill.ink);
        write_ink(out, frame, item, 1, item->fill.paper);
        if (item->stroke.width_px > 0)
            write_ink(out, frame, item, 2, item->stroke.ink);
        break;
    case FRAME_TEXT:
        write_string(out, frame, item);
        break;
    }
}

/* Invisible rectangles over all else, with titles. */
static void write_titles(FILE *out, const struct frame *frame, const struct export_titles *titles)
{
    char text[TITLE_BYTES];
    int written = 0;
    fputs("<g fill=\"none\" pointer-events=\"all\">\n", out);
    for (size_t i = 0; i < frame->hot_count && written < TITLES_MAX; i++) {
        const struct frame_hot *hot = &frame->hots[i];
        if (!titles->title(titles->context, hot, text, sizeof text))
            continue;
        fprintf(out, "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"><title>",
                hot->box.x, hot->box.y, fmaxf(hot->box.width, 0), fmaxf(hot->box.height, 0));
        svg_write_text(out, text);
        fputs("</title></rect>\n", out);
        written++;
    }
    fputs("</g>\n", out);
}

void svg_write_shapes(FILE *out, const struct frame *frame, const struct export_titles *titles)
{
    write_definitions(out, frame);
    fprintf(out, "<rect width=\"%d\" height=\"%d\" fill=\"#%06x\"/>\n", frame->width, frame->height,
            frame->ground & 0xFFFFFF);
    uint32_t clip = 0; /* the whole picture clips nothing */
    for (size_t i = 0; i < frame->item_count; i++) {
        const struct frame_item *item = &frame->items[i];
        if (item->clip != clip) {
            if (clip != 0)
                fputs("</g>\n", out);
            clip = item->clip;
            if (clip != 0)
                fprintf(out, "<g clip-path=\"url(#c%u)\">\n", clip);
        }
        write_item(out, frame, item);
    }
    if (clip != 0)
        fputs("</g>\n", out);
    if (titles != NULL)
        write_titles(out, frame, titles);
}

void svg_write(FILE *out, const struct frame *frame, const struct export_titles *titles)
{
    fprintf(out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
            "viewBox=\"0 0 %d %d\" font-family=\"DejaVu Sans, sans-serif\">\n",
            frame->width, frame->height, frame->width, frame->height);
    svg_write_shapes(out, frame, titles);
    fputs("</svg>\n", out);
}
