#ifndef SAMPLE_H
#define SAMPLE_H

/*
 * Traces for tests, put together from literals:
 *
 *   TRACE_HEAD ACTOR("1", "main", "0", "1.000") RUN("1", "2.000", "3.999", "1", "exit")
 *       LIFE_END("1", "main", "6.000", "0") TRACE_TAIL
 *
 * A state from 2 us to 6 us has the duration "3.999": its last nanosecond is left out.
 */

#include "trace_load.h"

#define TRACE_HEAD                                                                                 \
    "[\n{\"ph\":\"M\",\"ts\":0.000,\"pid\":1,\"tid\":1,\"cat\":\"__metadata\","                    \
    "\"name\":\"troupe\",\"args\":{\"version\":1,\"prog\":\"sample\",\"os_pid\":4711}}"
#define TRACE_TAIL "\n]\n"

/* Loop 0 has this name. */
#define NAMED_LOOP(name)                                                                           \
    ",\n{\"ph\":\"M\",\"ts\":0.000,\"pid\":4711,\"tid\":4711,\"cat\":\"__metadata\","              \
    "\"name\":\"thread_name\",\"args\":{\"name\":\"" name "\",\"loop\":0}}"

#define ACTOR(id, name, parent, ts)                                                                \
    ",\n{\"ph\":\"M\",\"ts\":" ts ",\"pid\":1,\"tid\":" id ",\"cat\":\"__metadata\","              \
    "\"name\":\"thread_name\",\"args\":{\"name\":\"" name "\",\"fn\":\"" name                      \
    "\",\"parent\":" parent "}}" LIFE_BEGIN(id, name, ts)

#define LIFE_BEGIN(id, name, ts)                                                                   \
    ",\n{\"ph\":\"B\",\"ts\":" ts ",\"pid\":1,\"tid\":" id                                         \
    ",\"cat\":\"actor\",\"name\":\"" name "\"}"
#define LIFE_END(id, name, ts, status)                                                             \
    ",\n{\"ph\":\"E\",\"ts\":" ts ",\"pid\":1,\"tid\":" id                                         \
    ",\"cat\":\"actor\",\"name\":\"" name "\",\"args\":{\"status\":" status "}}"

#define STATE(id, name, ts, dur, args)                                                             \
    ",\n{\"ph\":\"X\",\"ts\":" ts ",\"dur\":" dur ",\"pid\":1,\"tid\":" id                         \
    ",\"cat\":\"state\",\"name\":\"" name "\",\"args\":{" args "}}"
#define RUN_ON(loop, id, ts, dur, resume, suspend)                                                 \
    STATE(id, "run", ts, dur,                                                                      \
          "\"loop\":" loop ",\"resume\":" resume ",\"suspend\":\"" suspend "\"")
#define RUN(id, ts, dur, resume, suspend) RUN_ON("0", id, ts, dur, resume, suspend)
#define READY(id, ts, dur) STATE(id, "ready", ts, dur, "\"by\":0")
#define STATE_BEGIN(id, name, ts, args)                                                            \
    ",\n{\"ph\":\"B\",\"ts\":" ts ",\"pid\":1,\"tid\":" id                                         \
    ",\"cat\":\"state\",\"name\":\"" name "\",\"args\":{" args "}}"
#define STATE_END_ARGS(id, name, ts, args)                                                         \
    ",\n{\"ph\":\"E\",\"ts\":" ts ",\"pid\":1,\"tid\":" id                                         \
    ",\"cat\":\"state\",\"name\":\"" name "\",\"args\":{" args "}}"
#define STATE_END(id, name, ts) STATE_END_ARGS(id, name, ts, "")
#define INSTANT(pid, tid, ts, cat, name, args)                                                     \
    ",\n{\"ph\":\"i\",\"ts\":" ts ",\"pid\":" pid ",\"tid\":" tid ",\"cat\":\"" cat               \
    "\",\"name\":\"" name "\",\"s\":\"t\",\"args\":{" args "}}"
#define PRINT(id, ts, text) INSTANT("1", id, ts, "log", "print", "\"text\":\"" text "\"")
#define FLOW(phase, tid, ts, cat, id)                                                              \
    ",\n{\"ph\":\"" phase "\",\"ts\":" ts ",\"pid\":1,\"tid\":" tid ",\"cat\":\"" cat              \
    "\",\"name\":\"" cat "\",\"id\":" id "}"

/* A job of actor 1 on a thread of a pool. */
#define JOB(phase, tid, ts)                                                                        \
    ",\n{\"ph\":\"" phase "\",\"ts\":" ts ",\"pid\":4711,\"tid\":" tid                          \
    ",\"cat\":\"job\",\"name\":\"sum\",\"args\":{\"actor\":1}}"

#define JOB_FOR(tid, ts, dur, args)                                                                \
    ",\n{\"ph\":\"X\",\"ts\":" ts ",\"dur\":" dur ",\"pid\":4711,\"tid\":" tid                 \
    ",\"cat\":\"job\",\"name\":\"sum\",\"args\":{" args "}}"

#define MESSAGE_END(phase, tid, ts, id, tag, more)                                                 \
    ",\n{\"ph\":\"" phase "\",\"ts\":" ts ",\"pid\":1,\"tid\":" tid ",\"cat\":\"msg\","            \
    "\"name\":\"tag " tag "\",\"id\":" id more "}"
#define SEND_MESSAGE(tid, ts, id, tag, bytes, depth)                                               \
    MESSAGE_END("s", tid, ts, id, tag,                                                             \
                ",\"args\":{\"tag\":" tag ",\"bytes\":" bytes ",\"depth\":" depth "}")
/* A message that is taken out of the mailbox, and one that its receiver waits for. */
#define TAKE_OUT(tid, ts, id, tag, scanned, depth)                                                 \
    MESSAGE_END("f", tid, ts, id, tag,                                                             \
                ",\"bp\":\"e\",\"args\":{\"scanned\":" scanned ",\"depth\":" depth "}")
#define TAKE_AWAITED(tid, ts, id, tag)                                                             \
    MESSAGE_END("f", tid, ts, id, tag, ",\"args\":{\"scanned\":0,\"depth\":0}")
#define MAILBOX(tid, ts, name, depth)                                                              \
    ",\n{\"ph\":\"C\",\"ts\":" ts ",\"pid\":1,\"tid\":" tid ",\"cat\":\"count\","                  \
    "\"name\":\"mbox " name "\",\"args\":{\"depth\":" depth "}}"
#define NOTE(tid, ts, note, by, text)                                                              \
    INSTANT("1", tid, ts, "note", note, "\"by\":" by ",\"text\":\"" text "\"")

/* Two actors: the first sends three messages.  The second waits for the first of them, takes the
 * second out of its mailbox, leaves the third there, and is cancelled. */
#define SAMPLE_MESSAGES                                                                            \
    TRACE_HEAD ACTOR("1", "ping", "0", "0.000") ACTOR("2", "pong", "1", "0.000")                   \
    STATE("2", "recv", "0.000", "4.999", "")                                                       \
    SEND_MESSAGE("1", "4.500", "1", "7", "16", "0") TAKE_AWAITED("2", "4.500", "1", "7")           \
    STATE("2", "ready", "5.000", "0.999", "\"by\":1")                                              \
    SEND_MESSAGE("1", "4.600", "2", "-1", "0", "1") SEND_MESSAGE("1", "4.700", "3", "9", "1", "2") \
    MAILBOX("2", "4.700", "pong", "2") TAKE_OUT("2", "7.000", "2", "-1", "1", "1")                 \
    MAILBOX("2", "7.000", "pong", "1") RUN("1", "0.000", "5.999", "1", "exit")                     \
    RUN("2", "6.000", "1.999", "1", "exit") NOTE("2", "6.500", "cancel", "1", "enough") TRACE_TAIL

/* A text that grows, for traces with a loop in their making; all zeros is an empty one. */
struct sample_text {
    char *text; /* ends in a 0; free() it */
    size_t bytes;
    size_t capacity;
};

__attribute__((format(printf, 2, 3)))
void sample_add(struct sample_text *text, const char *format, ...);

/* Loads a text that must be a trace; the caller destroys the model. */
struct trace_model *sample_load(const char *text);

/* The same, and frees the text. */
struct trace_model *sample_load_text(struct sample_text *text);

/* Loads the file `name` of the folder of samples, which must be a trace. */
struct trace_model *sample_load_file(const char *name);

/* The whole file `name` of the folder of samples (TROUPE_TEST_DATA); the caller frees it. */
char *sample_read(const char *name, size_t *bytes);

/* Its path; a buffer of its own for each of the last few calls. */
const char *sample_path(const char *name);

#endif
