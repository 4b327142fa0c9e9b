#ifndef APP_BOOKMARKS_H
#define APP_BOOKMARKS_H

/*
 * Moments that the user has marked, each with a note.  They belong to a document and are kept
 * beside its file.
 */

#include "commands.h"

#include <stdint.h>

/* More flags than this on one ruler would be no help. */
#define BOOKMARKS_MAX 64
#define BOOKMARK_BYTES 96

struct bookmark {
    int64_t at_ns;
    char text[BOOKMARK_BYTES];
};

struct bookmarks {
    struct bookmark items[BOOKMARKS_MAX]; /* by time */
    uint32_t count;
    bool changed; /* since they were last kept */
};

/* Marks a moment, or changes the note there; an empty one takes the mark away.  False if there is
 * no room for more. */
bool bookmarks_set(struct bookmarks *bookmarks, int64_t at_ns, const char *text);

/* The mark at a moment, or -1. */
int bookmarks_at(const struct bookmarks *bookmarks, int64_t at_ns);

struct app;

bool bookmarks_command(struct app *app, enum command command, bool *known);

/* Takes the note that was written for the moment of the cursor. */
void bookmarks_note(struct app *app, const char *text);

#endif
