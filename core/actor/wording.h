#ifndef WORDING_H
#define WORDING_H

/*
 * Actors in words, for reports and dumps.
 */

#include "actor.h"

/* Room for a sentence about an actor: two names, two places in files with long paths. */
#define WORDING_BYTES 1024

/* The name that the actor was given, or is registered under, or its function's, or "actor". */
const char *actor_name(const struct actor *actor);

/* Writes its name and pid: "count <0.1.1>".  Returns `text`. */
char *actor_call(const struct actor *actor, char *text, size_t bytes);

/* Writes what the actor is and does as one sentence: "main <0.0.1> waits for another actor to end:
 * count <0.1.1>, at count.c:14".  Returns `text`. */
char *actor_describe(const struct actor *actor, char *text, size_t bytes);

/* Prints a sentence for each actor of the world on standard error. */
void actor_describe_all(const struct world *world);

#endif
