/*
 * A program's own marks, spans and counters.
 */

#include <troupe/trace.h>

#include <errno.h>
#include <string.h>

#include "clock.h"
#include "here.h"

static void put(enum trace_record_kind kind, const char *text, int64_t value)
{
    struct here here;
    if (!here_find(&here))
        return;
    struct trace_record record = {
        .ticks = clock_ticks(),
        .actor = here.lane,
        .due_ns = (uint64_t)value & TRACE_DUE_NONE,
        .kind = (uint64_t)kind & 0xff,
    };
    trace_put_text(here.ring, record, text, strlen(text));
}

bool troupe_trace_is_on(void)
{
    struct here here;
    return here_find(&here);
}

void troupe_trace_mark(const char *text)
{
    put(TRACE_RECORD_MARK, text, 0);
}

void troupe_trace_begin(const char *name)
{
    put(TRACE_RECORD_SPAN, name, 0);
}

void troupe_trace_end(const char *name)
{
    put(TRACE_RECORD_SPAN_END, name, 0);
}

void troupe_trace_count(const char *name, int64_t value)
{
    put(TRACE_RECORD_COUNT, name, value);
}

static int ask(enum trace_ask what)
{
    struct trace_recorder *recorder = trace_recorder_here();
    return recorder != NULL ? trace_recorder_ask(recorder, what) : -ESRCH;
}

int troupe_trace_stop(void)
{
    return ask(TRACE_ASK_STOP);
}

int troupe_trace_start(void)
{
    return ask(TRACE_ASK_START);
}

int troupe_trace_dump(void)
{
    return ask(TRACE_ASK_DUMP);
}
