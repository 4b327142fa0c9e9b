#ifndef EXPORT_PAGE_H
#define EXPORT_PAGE_H

/*
 * A frame as one page of HTML that needs nothing else: no network, no other file.
 *
 * The lanes can be panned with the pointer and the keys and zoomed with Ctrl and the wheel, while
 * the names stay where they are; what the numbers say stands above as text.
 */

#include "svg.h"

struct page {
    const char *title;
    const char *caption;   /* command and numbers, below */
    const char *sentence;  /* what it adds up to */
    const char *names[8];  /* of the numbers, */
    const char *values[8]; /* which stand in a table */
    int number_count;
    struct frame_rect lanes; /* of the frame: what is shown, from the ruler to the strip */
    float names_width;       /* what stands left of the lanes */
    uint32_t ground, ink, mute;
};

void page_write(FILE *out, const struct page *page, const struct frame *frame,
                const struct export_titles *titles);

#endif
