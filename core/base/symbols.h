#ifndef SYMBOLS_H
#define SYMBOLS_H

/*
 * The names of functions by their address, for traces and reports: actors are named after the
 * function they are made of, which C itself does not tell.
 */

#include "trace_record.h"

struct symbols;

/* NULL without memory. */
struct symbols *symbols_create(void);
void symbols_destroy(struct symbols *symbols);

/* The function at this address, always the same object for the same address; named "actor" if the
 * program carries no symbols.  The first call for an address takes a while, later ones some 10 ns.
 * Never NULL.  (`symbols` is a struct symbols: this is a trace_find_fn.) */
struct trace_fn *symbols_find(void *symbols, uintptr_t address);

/* The name of that function, for reports; *symbols is made when it is first needed.  Takes little
 * of the caller's stack: libdw, which takes a lot, runs on a thread of its own.  Valid as long as
 * *symbols. */
const char *symbols_name(struct symbols **symbols, uintptr_t address);

#endif
