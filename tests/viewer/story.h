#ifndef STORY_H
#define STORY_H

/*
 * Traces for the tests of the viewer, told event by event, and what every test of a picture needs.
 *
 *   struct story story;
 *   story_begin(&story, "count");
 *   story_spawn(&story, 1000, 1, "main", 0);
 *   story_run(&story, 1, 1500, 20000, 1, "join");
 *   struct trace_model *model = story_load(&story);
 *
 * All times are in nanoseconds; an actor is named by its number.
 */

#include "app.h"
#include "draw.h"

struct story {
    char *text;
    size_t bytes, room;
};

void story_begin(struct story *story, const char *program);
void story_spawn(struct story *story, int64_t at_ns, uint32_t actor, const char *name,
                 uint32_t parent);
void story_run(struct story *story, uint32_t actor, int64_t from_ns, int64_t to_ns, uint32_t resume,
               const char *suspend);
void story_run_on(struct story *story, uint32_t loop, uint32_t actor, int64_t from_ns,
                  int64_t to_ns, uint32_t resume, const char *suspend);
/* A run of which the thread was on a processor for so long. */
void story_run_cpu(struct story *story, uint32_t actor, int64_t from_ns, int64_t to_ns,
                   int64_t cpu_ns);
/* A thread of the pool, and a function that it runs for an actor, on a processor for so long. */
void story_thread(struct story *story, uint32_t thread);
void story_job(struct story *story, uint32_t thread, uint32_t actor, int64_t from_ns, int64_t to_ns,
               int64_t cpu_ns, const char *name);
void story_ready(struct story *story, uint32_t actor, int64_t from_ns, int64_t to_ns, uint32_t by);
void story_wait(struct story *story, uint32_t actor, const char *reason, int64_t from_ns,
                int64_t to_ns, const char *at);
void story_print(struct story *story, uint32_t actor, int64_t at_ns, const char *text);
void story_exit(struct story *story, uint32_t actor, int64_t at_ns, const char *fn);
/* A wait whose arguments are told: "\"on\":2,\"due\":40.000". */
void story_wait_for(struct story *story, uint32_t actor, const char *reason, int64_t from_ns,
                    int64_t to_ns, const char *arguments);
/* A message leaves, and arrives: woken by it, or out of the mailbox with so many left. */
void story_send(struct story *story, uint32_t actor, int64_t at_ns, uint32_t id, int tag,
                uint32_t depth);
void story_wake(struct story *story, uint32_t actor, int64_t at_ns, uint32_t id, int tag);
void story_take(struct story *story, uint32_t actor, int64_t at_ns, uint32_t id, int tag,
                uint32_t scanned, uint32_t depth);
void story_note(struct story *story, uint32_t actor, int64_t at_ns, const char *note, uint32_t by,
                const char *text);
/* An actor's own words: something has happened ('i'), begins ('b') or ends ('e'); a number. */
void story_word(struct story *story, uint32_t actor, int64_t at_ns, char phase, const char *name);
void story_count(struct story *story, uint32_t actor, int64_t at_ns, const char *name,
                 int64_t value);
/* Lines of a source file, escaped as JSON is. */
void story_source(struct story *story, const char *path, uint32_t line, const char *text);
/* An arrow from the end of one actor to the state of another that it led to. */
void story_end_arrow(struct story *story, uint32_t from, int64_t from_ns, uint32_t to,
                     int64_t to_ns, uint32_t id);
/* A run that has not ended when the file does. */
void story_open_run(struct story *story, uint32_t actor, int64_t from_ns, uint32_t resume);

/* Ends the file, or leaves it cut, and loads it; the case fails if that fails. */
struct trace_model *story_load(struct story *story);
struct trace_model *story_load_cut(struct story *story);

/* Whole traces. */
struct trace_model *story_three_counts(void);      /* with main as actor 1; six switches */
struct trace_model *story_workers(uint32_t count); /* main and `count` workers, three runs each */
struct trace_model *story_polite(void);            /* three that yield to each other, 120 runs */
struct trace_model *story_cut(void);               /* ends in the middle of a run */
/* main (1) sends to pong (2), who answers; slow (3) is cancelled with main's scope, kid (4) is
 * killed by main, late (5) waits until its deadline, calm (6) gets a lock from pong while main's
 * scope is cancelled; main waits for slow. */
struct trace_model *story_messages(void);
/* parser (2) names what it does and counts lines; its neighbour (3) says nothing. */
struct trace_model *story_parser(void);
struct trace_model *story_long_names(void); /* names and lines that fit nowhere */

/* A font in which every character is 0.6 of the size wide. */
extern const struct text_measurer story_measurer;

/* An app on a model. */
void story_open(struct app *app, const struct trace_model *model, int width, int height);

/* A chord is pressed: "Ctrl+F".  Whether anything changed. */
bool story_press(struct app *app, const char *chord);

/* Draws the app into a frame that the caller finishes with frame_finish(). */
void story_draw(struct frame *frame, const struct app *app);

/* How many texts of the picture are exactly this; and in how many this stands, alone or among other
 * words. */
uint32_t story_says(const struct app *app, const char *text);
uint32_t story_texts_with(const struct app *app, const char *part);

/* How many regions of this kind are hot in the picture. */
uint32_t story_hots(const struct app *app, enum frame_hot_kind kind);

/* The frames of a lesson's guess in the picture: how many, and the last. */
uint32_t story_ghosts(const struct app *app, struct frame_rect *last);

#endif
