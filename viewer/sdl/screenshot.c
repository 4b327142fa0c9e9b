/*
 * PNG by libpng, with nothing in it but the picture: no time, no comments.
 */

#include "screenshot.h"

#include <errno.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <png.h>

/* Flat pictures compress well at once: more effort saves little and costs much. */
#define COMPRESSION 6

static void write_rows(png_structp png, const struct raster *raster, uint8_t *row)
{
    for (int y = 0; y < raster->height; y++) {
        const uint32_t *pixels = raster->pixels + (size_t)y * (size_t)raster->width;
        for (int x = 0; x < raster->width; x++) {
            row[3 * x] = (uint8_t)(pixels[x] >> 16);
            row[3 * x + 1] = (uint8_t)(pixels[x] >> 8);
            row[3 * x + 2] = (uint8_t)pixels[x];
        }
        png_write_row(png, row);
    }
}

/* Writes to an open file; -EIO if libpng gives up. */
static int write_png(FILE *file, const struct raster *raster)
{
    uint8_t *row = malloc((size_t)raster->width * 3);
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png != NULL ? png_create_info_struct(png) : NULL;
    int status = row == NULL || info == NULL ? -ENOMEM : 0;
    if (status == 0 && setjmp(png_jmpbuf(png)) != 0) {
        png_destroy_write_struct(&png, &info);
        free(row);
        return -EIO;
    }
    if (status == 0) {
        png_init_io(png, file);
        png_set_compression_level(png, COMPRESSION);
        png_set_filter(png, 0, PNG_FILTER_NONE); /* letters repeat, and filters hide that */
        png_set_IHDR(png, info, (png_uint_32)raster->width, (png_uint_32)raster->height, 8,
                     PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
                     PNG_FILTER_TYPE_DEFAULT);
        png_write_info(png, info);
        write_rows(png, raster, row);
        png_write_end(png, NULL);
    }
    png_destroy_write_struct(&png, &info);
    free(row);
    return status;
}

int screenshot_write(const struct raster *raster, const char *path, char *error, size_t bytes)
{
    FILE *file = fopen(path, "wb");
    int status = file != NULL ? write_png(file, raster) : -errno;
    if (file != NULL && fclose(file) != 0 && status == 0)
        status = -errno;
    if (status < 0)
        snprintf(error, bytes, "%s cannot be written: %s", path, strerror(-status));
    return status;
}
