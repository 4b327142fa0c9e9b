#ifndef CONFIG_H
#define CONFIG_H

/*
 * What is recorded, and when: TROUPE_TRACE_OPTIONS in the environment, a list such as
 *
 *     last=10s,hold=50ms,signal=USR1,without=loops,messages=100,lossy
 *
 * The names are the rows of config.def.
 */

#include <stdbool.h>
#include <stdint.h>

#include "sink.h"

/* Kinds of lines that can be left out. */
enum config_kind {
#define CONFIG_KIND(id, name, sentence) CONFIG_##id,
#include "config_kinds.def"
#undef CONFIG_KIND
    CONFIG_KIND_COUNT
};

struct config {
    struct sink_limits limits; /* of a flight recorder; all zeros: everything is written */
    int64_t hold_ns;           /* a run that takes longer makes it write what it has; 0: no run */
    int signal;                /* number; 0: none */
    uint32_t without;          /* bits of enum config_kind: not written */
    uint32_t message_every;    /* of so many messages one is written; 1: all are */
    bool is_lossy;             /* rather lose records than wait */
    bool is_stopped;           /* begin without writing */
};

/* Reads a list; what is wrong with it is put into `fault`, in words, and the rest is as if it had
 * not been said. */
void config_read(struct config *config, const char *list, char *fault, size_t bytes);

#endif
