#ifndef VIEW_SEARCH_H
#define VIEW_SEARCH_H

/*
 * Search: actors by name, states by reason or source line, printed lines and notes by their text,
 * messages by their tag.
 */

#include "lane_list.h"

/* More hits than this are not listed: a longer text finds fewer. */
#define SEARCH_HITS_MAX 1000
#define SEARCH_BYTES 128

enum search_kind { SEARCH_LANE, SEARCH_SPAN, SEARCH_MARK, SEARCH_FLOW };

struct search_hit {
    enum search_kind kind;
    uint32_t index; /* of the lane, span, mark or flow */
    uint32_t span;  /* the state to go to, or TRACE_NONE */
    int64_t at_ns;
};

struct search {
    char text[SEARCH_BYTES];
    struct search_hit *hits; /* actors, then the rest in the order of time */
    uint32_t count;
    bool more; /* there are others */
};

/* Finds anew.  0, or -ENOMEM. */
int search_run(struct search *search, const struct trace_model *model, const char *text);
void search_finish(struct search *search);

/* A hit in words: what it is, and where. */
#define SEARCH_LINE_BYTES 256
char *search_line(const struct trace_model *model, const struct search_hit *hit,
                  char line[SEARCH_LINE_BYTES]);

#endif
