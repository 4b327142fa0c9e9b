#ifndef RULEBOOK_H
#define RULEBOOK_H

/* A file of rules, for the commands that hold runs against them. */

#include "trace_rules.h"

struct rulebook {
    struct trace_rule *rules;
    size_t count;
};

/* Reads the file; "-" is standard input.  TOOL_OK, or another status after saying what is wrong;
 * the caller owes rulebook_finish() in any case. */
int rulebook_read(const char *path, struct rulebook *book);
void rulebook_finish(struct rulebook *book);

#endif
