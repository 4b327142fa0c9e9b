#ifndef WATCHING_H
#define WATCHING_H

/*
 * What `troupe watch` watches: the sources of a program, how they become one, and what is said if
 * they do not.
 */

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is said in the window is cut to this: more than fits there in letters that can be read. */
#define WATCH_WORDS_BYTES 2048

struct watch_project {
    const char *source;      /* "dinner/dinner.c" */
    char folder[PATH_MAX];   /* where it lies: "dinner"; or "." */
    char file[NAME_MAX + 1]; /* "dinner.c" */
    char name[NAME_MAX + 1]; /* "dinner" */
    char work[PATH_MAX];     /* a temporary folder, for what is made */
    char program[PATH_MAX];  /* what is run: a program, or a source for an interpreter */
    bool is_python;
};

/* Pair with watch_close().  TOOL_OK; TOOL_MISUSED or TOOL_FAULT after saying what is wrong. */
int watch_open(struct watch_project *project, const char *source);
void watch_close(struct watch_project *project);

/* A number that changes when one of the sources is saved. */
uint64_t watch_stamp(const struct watch_project *project);

/* Makes the program, with the Makefile in its folder if there is one.  What the compiler prints is
 * printed.  False if there is no program now, with why in words. */
bool watch_build(struct watch_project *project, char words[WATCH_WORDS_BYTES]);

/* What a compiler or linker has printed, as sentences with the lines at fault below each. */
void watch_words(const char *printed, const char *file, char words[WATCH_WORDS_BYTES]);

#endif
