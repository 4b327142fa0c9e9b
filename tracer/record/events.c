/*
 * The text of every line.  The order of the fields is always ph ts dur pid tid cat name id s args,
 * which lets a reader guess it.
 */

#include "events.h"

#include <stdio.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

/* Whether lines of this kind are not to be written, now or ever. */
static bool skips(struct writer *writer, enum config_kind kind)
{
    if ((writer->config.without & UINT32_C(1) << kind) != 0)
        return true;
    writer->unkept += writer->is_muted;
    return writer->is_muted;
}

static char *put_string(char *at, const char *text)
{
    return put_escaped(at, text, strlen(text));
}

/* The source line, "count.c:7", without the "../" that a build folder puts before it. */
static char *put_site(char *at, const struct trace_site *site)
{
    const char *file = site->file;
    while (strncmp(file, "../", 3) == 0)
        file += 3;
    at = put_string(at, file);
    *at++ = ':';
    return put_number(at, site->line);
}

static char *put_name(char *at, const struct lane *lane)
{
    if (lane->name != NULL)
        return put_string(at, lane->name);
    at = put_string(at, lane->fn->name);
    *at++ = '#';
    return put_number(at, lane->number);
}

/* {"ph":"X","ts":1.000 */
static char *put_head(char *at, char phase, int64_t ts_ns)
{
    at = put_text(at, "{\"ph\":\"");
    *at++ = phase;
    at = put_text(at, "\",\"ts\":");
    return put_time(at, ts_ns);
}

/* ,"pid":1,"tid":3 */
static char *put_actor(char *at, uint32_t actor)
{
    at = put_text(at, ",\"pid\":1,\"tid\":");
    return put_number(at, actor);
}

static char *put_os_thread(char *at, const struct writer *writer, const struct trace_ring *ring)
{
    at = put_text(at, ",\"pid\":");
    at = put_number(at, writer->os_pid);
    at = put_text(at, ",\"tid\":");
    return put_number(at, ring->os_tid);
}

/* The command line of this process with blanks for the NULs, cut to `bytes`. */
static void read_command(char *text, size_t bytes)
{
    FILE *file = fopen("/proc/self/cmdline", "re");
    size_t count = file != NULL ? fread(text, 1, bytes - 1, file) : 0;
    if (file != NULL)
        fclose(file);
    while (count > 0 && text[count - 1] == '\0')
        count--;
    for (size_t i = 0; i < count; i++)
        if (text[i] == '\0')
            text[i] = ' ';
    text[count] = '\0';
}

/* The file that this process runs, cut to `bytes`; "" if the system does not tell. */
static void read_program(char *text, size_t bytes)
{
    ssize_t count = readlink("/proc/self/exe", text, bytes - 1);
    text[count > 0 ? count : 0] = '\0';
}

static char *put_member(char *at, const char *key, const char *text)
{
    at = put_text(at, ",\"");
    at = put_string(at, key);
    at = put_text(at, "\":\"");
    at = put_string(at, text);
    *at++ = '"';
    return at;
}

static void process_name(struct writer *writer, uint32_t pid, const char *name)
{
    char *at = lines_begin(&writer->lines);
    at = put_text(at, "{\"ph\":\"M\",\"ts\":0.000,\"pid\":");
    at = put_number(at, pid);
    at = put_text(at, ",\"tid\":1,\"cat\":\"__metadata\",\"name\":\"process_name\","
                      "\"args\":{\"name\":\"");
    at = put_string(at, name);
    lines_end(&writer->lines, put_text(at, "\"}}"));
}

/* ,"os":"Linux 6.1.0 x86_64","env":"TROUPE_TRACE=count.json": the settings of ours only, since an
 * environment may hold secrets */
static char *put_system(char *at)
{
    struct utsname system;
    char settings[TRACE_TEXT_BYTES_MAX] = "";
    size_t used = 0;
    for (char **variable = environ; *variable != NULL; variable++) {
        size_t bytes = strlen(*variable);
        if (strncmp(*variable, "TROUPE_", strlen("TROUPE_")) != 0 ||
            used + bytes + 2 > sizeof settings)
            continue;
        used += (size_t)snprintf(settings + used, sizeof settings - used, "%s%s",
                                 used > 0 ? " " : "", *variable);
    }
    if (uname(&system) == 0) {
        at = put_member(at, "os", system.sysname);
        at = put_string(put_text(at - 1, " "), system.release);
        at = put_text(put_string(put_text(at, " "), system.machine), "\"");
    }
    return put_member(at, "env", settings);
}

void event_header(struct writer *writer, const struct trace_options *options, int64_t unix_ns)
{
    char command[TRACE_TEXT_BYTES_MAX], program[TRACE_TEXT_BYTES_MAX];
    read_command(command, sizeof command);
    read_program(program, sizeof program);
    char *at = lines_begin(&writer->lines);
    at = put_text(at, "{\"ph\":\"M\",\"ts\":0.000,\"pid\":1,\"tid\":1,\"cat\":\"__metadata\","
                      "\"name\":\"troupe\",\"args\":{\"version\":");
    at = put_number(at, TRACE_FORMAT_VERSION);
    at = put_member(at, "prog", options->prog);
    at = put_text(at, ",\"os_pid\":");
    at = put_number(at, options->is_steady ? 1 : getpid());
    at = put_member(at, "clock", options->clock);
    at = put_text(at, ",\"clock_base_ns\":");
    at = put_number(at, writer->base_ns);
    at = put_text(at, ",\"t0_unix_ns\":");
    at = put_number(at, options->is_steady ? 0 : unix_ns);
    at = put_text(at, ",\"loops\":1,\"cores\":");
    at = put_number(at, options->is_steady ? 1 : sysconf(_SC_NPROCESSORS_ONLN));
    at = put_member(at, "runtime", options->runtime);
    if (options->seed != 0)
        at = put_number(put_text(at, ",\"seed\":"), (int64_t)options->seed);
    if (!options->is_steady) {
        at = put_member(at, "cmd", command);
        at = put_member(at, "exe", program);
        at = put_system(at);
    }
    lines_end(&writer->lines, put_text(at, "}}"));
    process_name(writer, TRACE_PID_ACTORS, "actors");
}

void event_process(struct writer *writer, const char *name)
{
    process_name(writer, writer->os_pid, name);
}

void event_thread_lane(struct writer *writer, const struct trace_ring *ring)
{
    char *at = lines_begin(&writer->lines);
    at = put_text(at, "{\"ph\":\"M\",\"ts\":0.000");
    at = put_os_thread(at, writer, ring);
    at = put_text(at, ",\"cat\":\"__metadata\",\"name\":\"thread_name\","
                      "\"args\":{\"name\":\"");
    if (ring->thread_name[0] != '\0')
        at = put_string(at, ring->thread_name);
    else
        at = put_number(put_text(at, "loop "), ring->loop);
    *at++ = '"';
    if (ring->loop != TRACE_NO_LOOP)
        at = put_number(put_text(at, ",\"loop\":"), ring->loop);
    lines_end(&writer->lines, put_text(at, "}}"));
}

/* ,"cpu":123.456, if it is known */
static char *put_cpu(char *at, int64_t cpu_ns)
{
    if (cpu_ns == TRACE_CPU_NONE)
        return at;
    at = put_text(at, ",\"cpu\":");
    return put_time(at, cpu_ns);
}

void event_job(struct writer *writer, const struct trace_ring *ring, char phase, int64_t end_ns,
               int64_t cpu_ns)
{
    char *at = lines_begin(&writer->lines);
    at = put_head(at, phase, phase == 'E' ? end_ns - 1 : ring->job_since_ns);
    if (phase == 'X') {
        at = put_text(at, ",\"dur\":");
        at = put_time(at, end_ns - ring->job_since_ns - 1);
    }
    at = put_os_thread(at, writer, ring);
    at = put_member(at, "cat", "job");
    at = put_member(at, "name", ring->job->name);
    at = put_text(at, ",\"args\":{\"actor\":");
    at = put_number(at, ring->job_actor);
    at = put_cpu(at, cpu_ns);
    lines_end(&writer->lines, put_text(at, "}}"));
}

void event_spawn(struct writer *writer, uint32_t actor, const struct lane *lane)
{
    char *at = lines_begin(&writer->lines);
    at = put_head(at, 'M', lane->spawn_ns);
    at = put_actor(at, actor);
    at = put_text(at, ",\"cat\":\"__metadata\",\"name\":\"thread_name\",\"args\":{\"name\":\"");
    at = put_name(at, lane);
    at = put_text(at, "\",\"fn\":\"");
    at = put_string(at, lane->fn->name);
    at = put_text(at, "\",\"parent\":");
    at = put_number(at, lane->parent);
    if (lane->site != NULL) {
        at = put_text(at, ",\"src\":\"");
        at = put_site(at, lane->site);
        *at++ = '"';
    }
    lines_end(&writer->lines, put_text(at, "}}"));

    at = lines_begin(&writer->lines);
    at = put_head(at, 'B', lane->spawn_ns);
    at = put_actor(at, actor);
    at = put_text(at, ",\"cat\":\"actor\",\"name\":\"");
    at = put_string(at, lane->fn->name);
    lines_end(&writer->lines, put_text(at, "\"}"));
}

void event_exit(struct writer *writer, uint32_t actor, const char *name, int64_t status,
                int64_t at_ns)
{
    char *at = lines_begin(&writer->lines);
    at = put_head(at, 'E', at_ns);
    at = put_actor(at, actor);
    at = put_text(at, ",\"cat\":\"actor\",\"name\":\"");
    at = put_string(at, name);
    *at++ = '"';
    if (status != 0) { /* importers want the arguments of E to be those of B: usually none */
        at = put_text(at, ",\"args\":{\"status\":");
        at = put_number(at, status);
        *at++ = '}';
    }
    lines_end(&writer->lines, put_text(at, "}"));
}

/* "at":"count.c:7","on":4,"due":1000.000: those of the three that are known */
static char *put_wait(char *at, const struct lane *lane)
{
    const char *start = at;
    if (lane->at != NULL) {
        at = put_text(at, "\"at\":\"");
        at = put_site(at, lane->at);
        *at++ = '"';
        if (lane->at->func != NULL)
            at = put_member(at, "in", lane->at->func);
    }
    if (lane->other != 0) {
        at = put_bytes(at, ",", at != start);
        at = put_text(at, "\"on\":");
        at = put_number(at, lane->other);
    }
    if ((uint64_t)lane->due_ns != TRACE_DUE_NONE) {
        at = put_bytes(at, ",", at != start);
        at = put_text(at, "\"due\":");
        at = put_time(at, lane->due_ns);
    }
    if (lane->object != 0) {
        at = put_bytes(at, ",", at != start);
        at = put_text(at, "\"object\":");
        at = put_number(at, lane->object);
    }
    if (lane->object != 0 && lane->made != NULL) {
        at = put_text(at, ",\"made\":\"");
        at = put_site(at, lane->made);
        *at++ = '"';
    }
    return at;
}

/* ,"cat":"state","name":"sleep","args":{...} */
static char *put_state(char *at, const struct lane *lane, const char *suspend)
{
    at = put_text(at, ",\"cat\":\"state\",\"name\":\"");
    switch (lane->state) {
    case LANE_RUN:
        at = put_text(at, "run\",\"args\":{\"loop\":");
        at = put_number(at, lane->ring->loop);
        at = put_text(at, ",\"resume\":");
        at = put_number(at, lane->resumes);
        if (suspend != NULL)
            at = put_cpu(put_member(at, "suspend", suspend), lane->cpu_ns);
        break;
    case LANE_READY:
        at = put_text(at, "ready\",\"args\":{\"by\":");
        at = put_number(at, lane->other);
        break;
    default:
        at = put_string(at, trace_reason_name(lane->reason));
        at = put_text(at, "\",\"args\":{");
        at = put_wait(at, lane);
    }
    return put_text(at, "}");
}

/* The run once more, on the track of the operating system's thread, named after the actor. */
static void loop_run(struct writer *writer, const struct lane *lane, char phase, int64_t ts_ns,
                     int64_t duration_ns)
{
    if ((writer->config.without & UINT32_C(1) << CONFIG_LOOPS) != 0)
        return;
    char *at = lines_begin(&writer->lines);
    at = put_head(at, phase, ts_ns);
    if (phase == 'X') {
        at = put_text(at, ",\"dur\":");
        at = put_time(at, duration_ns);
    }
    at = put_os_thread(at, writer, lane->ring);
    at = put_text(at, ",\"cat\":\"loop\",\"name\":\"");
    at = put_name(at, lane);
    lines_end(&writer->lines, put_text(at, "\"}"));
}

static void state_line(struct writer *writer, uint32_t actor, const struct lane *lane,
                       const char *suspend, char phase, int64_t ts_ns)
{
    char *at = lines_begin(&writer->lines);
    at = put_head(at, phase, ts_ns);
    at = put_actor(at, actor);
    lines_end(&writer->lines, put_text(put_state(at, lane, suspend), "}"));
    if (lane->state == LANE_RUN)
        loop_run(writer, lane, phase, ts_ns, 0);
}

void event_state(struct writer *writer, uint32_t actor, const struct lane *lane,
                 const char *suspend, int64_t end_ns)
{
    if (lane->open) {
        state_line(writer, actor, lane, suspend, 'E', end_ns - 1);
        return;
    }
    if (writer->is_muted) {
        writer->unkept++;
        return;
    }
    int64_t duration_ns = end_ns - lane->since_ns - 1;
    char *at = lines_begin(&writer->lines);
    at = put_head(at, 'X', lane->since_ns);
    at = put_text(at, ",\"dur\":");
    at = put_time(at, duration_ns);
    at = put_actor(at, actor);
    lines_end(&writer->lines, put_text(put_state(at, lane, suspend), "}"));
    if (lane->state == LANE_RUN)
        loop_run(writer, lane, 'X', lane->since_ns, duration_ns);
}

void event_open_state(struct writer *writer, uint32_t actor, const struct lane *lane)
{
    state_line(writer, actor, lane, NULL, 'B', lane->since_ns);
}

static void flow_end(struct writer *writer, char phase, const char *name, uint32_t actor,
                     int64_t at_ns)
{
    char *at = lines_begin(&writer->lines);
    at = put_head(at, phase, at_ns);
    at = put_actor(at, actor);
    at = put_member(at, "cat", name);
    at = put_member(at, "name", name);
    at = put_text(at, ",\"id\":");
    at = put_number(at, (int64_t)writer->flow_count);
    lines_end(&writer->lines, put_text(at, "}"));
}

void event_flow(struct writer *writer, const char *name, uint32_t from, int64_t from_ns,
                uint32_t to, int64_t to_ns)
{
    if (skips(writer, CONFIG_ARROWS))
        return;
    writer->flow_count++;
    lines_together(&writer->lines);
    flow_end(writer, 's', name, from, from_ns);
    flow_end(writer, 'f', name, to, to_ns);
}

/* ,"cat":"msg","name":"tag 1","id":7 */
static char *put_message(char *at, const struct event_message *message)
{
    at = put_text(at, ",\"cat\":\"msg\",\"name\":\"tag ");
    at = put_number(at, message->tag);
    at = put_text(at, "\",\"id\":");
    return put_number(at, message->number);
}

void event_message_out(struct writer *writer, uint32_t from, int64_t at_ns,
                       const struct event_message *message)
{
    if (message->number % writer->config.message_every != 0 || skips(writer, CONFIG_MESSAGES))
        return;
    char *at = lines_begin(&writer->lines);
    at = put_head(at, 's', at_ns);
    at = put_actor(at, from);
    at = put_message(at, message);
    at = put_text(at, ",\"args\":{\"tag\":");
    at = put_number(at, message->tag);
    at = put_text(at, ",\"bytes\":");
    at = put_number(at, message->bytes);
    if (message->depth != TRACE_DEPTH_UNKNOWN) {
        at = put_text(at, ",\"depth\":");
        at = put_number(at, message->depth);
    }
    lines_end(&writer->lines, put_text(at, "}}"));
}

void event_message_in(struct writer *writer, uint32_t to, int64_t at_ns, bool in_run,
                      const struct event_message *message)
{
    if (message->number % writer->config.message_every != 0 || skips(writer, CONFIG_MESSAGES))
        return;
    char *at = lines_begin(&writer->lines);
    at = put_head(at, 'f', at_ns);
    at = put_actor(at, to);
    at = put_message(at, message);
    if (in_run) /* otherwise importers tie it to the next slice to begin */
        at = put_text(at, ",\"bp\":\"e\"");
    at = put_text(at, ",\"args\":{\"scanned\":");
    at = put_number(at, message->scanned);
    at = put_text(at, ",\"depth\":");
    at = put_number(at, message->depth);
    lines_end(&writer->lines, put_text(at, "}}"));
}

void event_mailbox(struct writer *writer, uint32_t actor, const struct lane *lane, int64_t at_ns)
{
    if (skips(writer, CONFIG_COUNTS))
        return;
    char *at = lines_begin(&writer->lines);
    at = put_head(at, 'C', at_ns);
    at = put_actor(at, actor); /* two actors may have one name */
    at = put_text(at, ",\"cat\":\"count\",\"name\":\"mbox ");
    at = put_name(at, lane);
    at = put_text(at, "\",\"args\":{\"depth\":");
    at = put_number(at, lane->depth);
    lines_end(&writer->lines, put_text(at, "}}"));
}

void event_note(struct writer *writer, uint32_t actor, int64_t at_ns, enum trace_note note,
                uint32_t by, const char *text, size_t bytes)
{
    if (skips(writer, CONFIG_NOTES))
        return;
    char *at = lines_begin(&writer->lines);
    at = put_head(at, 'i', at_ns);
    at = put_actor(at, actor);
    at = put_member(at, "cat", "note");
    at = put_member(at, "name", trace_note_name(note));
    at = put_text(at, ",\"s\":\"t\",\"args\":{\"by\":");
    at = put_number(at, by);
    at = put_text(at, ",\"text\":\"");
    at = put_escaped(at, text, bytes);
    lines_end(&writer->lines, put_text(at, "\"}}"));
}

void event_print(struct writer *writer, uint32_t actor, int64_t at_ns, int to_stderr,
                 const char *text, size_t bytes, int64_t cut)
{
    if (skips(writer, CONFIG_PRINTS))
        return;
    char *at = lines_begin(&writer->lines);
    at = put_head(at, 'i', at_ns);
    at = put_actor(at, actor);
    at = put_text(at, ",\"cat\":\"log\",\"name\":\"print\",\"s\":\"t\",\"args\":{\"text\":\"");
    at = put_escaped(at, text, bytes);
    *at++ = '"';
    if (to_stderr)
        at = put_text(at, ",\"to\":\"stderr\"");
    if (cut > 0) {
        at = put_text(at, ",\"cut\":");
        at = put_number(at, cut);
    }
    lines_end(&writer->lines, put_text(at, "}}"));
}

void event_word(struct writer *writer, uint32_t actor, int64_t at_ns, enum trace_record_kind kind,
                const char *text, size_t bytes, int64_t value)
{
    char phase = kind == TRACE_RECORD_MARK ? 'i' : kind == TRACE_RECORD_SPAN ? 'b' : 'e';
    if (skips(writer, CONFIG_MARKS))
        return;
    char *at = lines_begin(&writer->lines);
    at = put_actor(put_head(at, kind == TRACE_RECORD_COUNT ? 'C' : phase, at_ns), actor);
    at = put_text(at, ",\"cat\":\"user\",\"name\":\"");
    at = put_text(put_escaped(at, text, bytes), "\"");
    if (kind == TRACE_RECORD_COUNT)
        at = put_text(put_number(put_text(at, ",\"args\":{\"value\":"), value), "}");
    else if (kind == TRACE_RECORD_MARK)
        at = put_text(at, ",\"s\":\"t\"");
    else
        at = put_number(put_text(at, ",\"id\":"), actor);
    lines_end(&writer->lines, put_text(at, "}"));
}

/* ,"cat":"trace","name":"cost","s":"t","args":{ */
static char *put_own(char *at, const char *name)
{
    at = put_member(at, "cat", "trace");
    at = put_member(at, "name", name);
    return put_text(at, ",\"s\":\"t\",\"args\":{");
}

void event_lost(struct writer *writer, uint64_t count, int64_t at_ns)
{
    char *at = lines_begin(&writer->lines);
    at = put_number(put_text(put_head(at, 'i', at_ns), ",\"pid\":"), writer->os_pid);
    at = put_text(at, ",\"tid\":1,\"cat\":\"lost\",\"name\":\"lost\",\"s\":\"p\"");
    at = put_number(put_text(at, ",\"args\":{\"n\":"), (int64_t)count);
    lines_end(&writer->lines, put_text(at, "}}"));
}

void event_stall(struct writer *writer, const struct trace_ring *ring, int64_t at_ns,
                 int64_t stall_ns)
{
    char *at = lines_begin(&writer->lines);
    at = put_own(put_os_thread(put_head(at, 'i', at_ns), writer, ring), "stall");
    at = put_time(put_text(at, "\"stall\":"), stall_ns);
    lines_end(&writer->lines, put_text(at, "}}"));
}

void event_cost(struct writer *writer)
{
    struct timespec cpu = {.tv_sec = 0};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &cpu);
    char *at = lines_begin(&writer->lines);
    at = put_head(at, 'i', writer->last.now_ns);
    at = put_number(put_text(at, ",\"pid\":"), writer->os_pid);
    at = put_own(put_text(at, ",\"tid\":1"), "cost");
    at = put_number(put_text(at, "\"records\":"), (int64_t)writer->record_count);
    at = put_number(put_text(at, ",\"bytes\":"), (int64_t)writer->lines.sink.bytes);
    at = put_time(put_text(at, ",\"cpu\":"), (int64_t)cpu.tv_sec * 1000000000 + cpu.tv_nsec);
    at = put_time(put_text(at, ",\"stall\":"), writer->stall_ns);
    lines_end(&writer->lines, put_text(at, "}}"));
}

void event_actors(struct writer *writer, int64_t at_ns)
{
    if (skips(writer, CONFIG_COUNTS))
        return;
    char *at = lines_begin(&writer->lines);
    at = put_head(at, 'C', at_ns);
    /* Processes that share a file count their own. */
    at = put_number(put_text(at, ",\"pid\":"),
                    writer->process == 1 ? TRACE_PID_ACTORS : writer->os_pid);
    at = put_text(at, ",\"tid\":1,\"cat\":\"count\",\"name\":\"actors\",\"args\":{\"running\":");
    at = put_number(at, writer->running);
    at = put_text(at, ",\"ready\":");
    at = put_number(at, writer->ready);
    at = put_text(at, ",\"waiting\":");
    at = put_number(at, writer->waiting);
    lines_end(&writer->lines, put_text(at, "}}"));
}
