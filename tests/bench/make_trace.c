/*
 * A small simulation: the loops run their actors in turn.  An actor that runs may print, may send a
 * message to another, and then sleeps, waits for a message, or yields.  Its states tile, its runs
 * are repeated on the thread's track, and its waits have deadlines, as those of the recorder do.
 */

#include "make_trace.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>

/* Thread ids of the loops, and the process that they are in. */
#define OS_PID 4711

struct actor {
    int64_t since_ns; /* its state began here */
    uint32_t resumes;
    uint32_t woken_by;
    bool waits; /* for a message, or asleep, since then */
    bool sleeps;
};

struct maker {
    FILE *file;
    struct actor *actors; /* [0] is not used */
    uint32_t actor_count;
    uint32_t loop_count;
    uint64_t events;
    uint64_t messages;
    uint64_t random;
};

static uint32_t draw(struct maker *maker, uint32_t limit)
{
    maker->random ^= maker->random << 13;
    maker->random ^= maker->random >> 7;
    maker->random ^= maker->random << 17;
    return (uint32_t)((maker->random >> 11) % limit);
}

/* The beginning of a line up to its track: "...,"tid":7". */
static void begin(struct maker *maker, char phase, int64_t ts_ns, int64_t duration_ns, uint32_t pid,
                  uint32_t tid)
{
    fprintf(maker->file, "%s{\"ph\":\"%c\",\"ts\":%" PRId64 ".%03d",
            maker->events++ > 0 ? ",\n" : "", phase, ts_ns / 1000, (int)(ts_ns % 1000));
    if (phase == 'X')
        fprintf(maker->file, ",\"dur\":%" PRId64 ".%03d", duration_ns / 1000,
                (int)(duration_ns % 1000));
    fprintf(maker->file, ",\"pid\":%" PRIu32 ",\"tid\":%" PRIu32, pid, tid);
}

static void write_head(struct maker *maker)
{
    fputs("[\n", maker->file);
    begin(maker, 'M', 0, 0, 1, 1);
    fprintf(
        maker->file,
        ",\"cat\":\"__metadata\",\"name\":\"troupe\",\"args\":{\"version\":1,\"prog\":\"made\","
        "\"os_pid\":%d,\"clock\":\"tsc\",\"clock_base_ns\":1,\"t0_unix_ns\":1760000000000000000,"
        "\"loops\":%" PRIu32 ",\"cores\":%" PRIu32 ",\"cmd\":\"./made\"}}",
        OS_PID, maker->loop_count, maker->loop_count);
    for (uint32_t i = 0; i < maker->loop_count; i++) {
        begin(maker, 'M', 0, 0, OS_PID, OS_PID + i);
        fprintf(
            maker->file,
            ",\"cat\":\"__metadata\",\"name\":\"thread_name\",\"args\":{\"name\":\"loop %" PRIu32
            "\"}}",
            i);
    }
}

static void write_spawn(struct maker *maker, uint32_t id, int64_t at_ns)
{
    begin(maker, 'M', at_ns, 0, 1, id);
    fprintf(maker->file,
            ",\"cat\":\"__metadata\",\"name\":\"thread_name\",\"args\":{\"name\":\"worker#%" PRIu32
            "\",\"fn\":\"worker\",\"parent\":%" PRIu32 ",\"src\":\"made.c:%" PRIu32 "\"}}",
            id, id / 2, 10 + id % 90);
    begin(maker, 'B', at_ns, 0, 1, id);
    fputs(",\"cat\":\"actor\",\"name\":\"worker\"}", maker->file);
    maker->actors[id].since_ns = at_ns;
}

/* What the actor did since its last run: it waited, and then it was ready. */
static void write_rest(struct maker *maker, uint32_t id, int64_t at_ns)
{
    struct actor *actor = &maker->actors[id];
    int64_t ready_ns = actor->since_ns;
    if (actor->waits) {
        ready_ns += (at_ns - actor->since_ns) / 2;
        begin(maker, 'X', actor->since_ns, ready_ns - actor->since_ns - 1, 1, id);
        if (actor->sleeps)
            fprintf(maker->file,
                    ",\"cat\":\"state\",\"name\":\"sleep\",\"args\":{\"at\":\"made.c:%" PRIu32
                    "\",\"due\":%" PRId64 ".%03d}}",
                    100 + id % 40, ready_ns / 1000, (int)(ready_ns % 1000));
        else
            fprintf(maker->file,
                    ",\"cat\":\"state\",\"name\":\"recv\",\"args\":{\"at\":\"made.c:%" PRIu32
                    "\"}}",
                    200 + id % 40);
    }
    begin(maker, 'X', ready_ns, at_ns - ready_ns - 1, 1, id);
    fprintf(maker->file, ",\"cat\":\"state\",\"name\":\"ready\",\"args\":{\"by\":%" PRIu32 "}}",
            actor->woken_by);
    actor->woken_by = 0;
}

static void write_message(struct maker *maker, uint32_t from, uint32_t to, int64_t at_ns)
{
    uint64_t number = ++maker->messages;
    begin(maker, 's', at_ns, 0, 1, from);
    fprintf(maker->file,
            ",\"cat\":\"msg\",\"name\":\"tag %d\",\"id\":%" PRIu64
            ",\"args\":{\"tag\":%d,\"bytes\":16,\"depth\":1}}",
            (int)(number % 5), number, (int)(number % 5));
    begin(maker, 'C', at_ns, 0, 1, to);
    fprintf(maker->file,
            ",\"cat\":\"count\",\"name\":\"mbox worker#%" PRIu32 "\",\"args\":{\"depth\":1}}", to);
    begin(maker, 'f', at_ns + 1, 0, 1, to);
    fprintf(maker->file,
            ",\"cat\":\"msg\",\"name\":\"tag %d\",\"id\":%" PRIu64
            ",\"bp\":\"e\",\"args\":{\"scanned\":1,\"depth\":0}}",
            (int)(number % 5), number);
    maker->actors[to].woken_by = from;
}

/* One turn of an actor on a loop, from one instant to another. */
static void write_run(struct maker *maker, uint32_t id, uint32_t loop, int64_t from_ns,
                      int64_t to_ns)
{
    static const char *const suspends[] = {"sleep", "recv", "yield"};
    struct actor *actor = &maker->actors[id];
    uint32_t next = draw(maker, 3);
    write_rest(maker, id, from_ns);
    if (draw(maker, 100) < 25)
        write_message(maker, id, 1 + draw(maker, maker->actor_count), (from_ns + to_ns) / 2);
    if (draw(maker, 100) < 5) {
        begin(maker, 'i', to_ns - 1, 0, 1, id);
        fprintf(maker->file,
                ",\"cat\":\"log\",\"name\":\"print\",\"s\":\"t\",\"args\":{\"text\":\"step %" PRIu32
                "\"}}",
                draw(maker, 1000));
    }
    begin(maker, 'X', from_ns, to_ns - from_ns - 1, 1, id);
    fprintf(maker->file,
            ",\"cat\":\"state\",\"name\":\"run\",\"args\":{\"loop\":%" PRIu32 ",\"resume\":%" PRIu32
            ",\"suspend\":\"%s\"}}",
            loop, ++actor->resumes, suspends[next]);
    begin(maker, 'X', from_ns, to_ns - from_ns - 1, OS_PID, OS_PID + loop);
    fprintf(maker->file, ",\"cat\":\"loop\",\"name\":\"worker#%" PRIu32 "\"}", id);
    actor->since_ns = to_ns;
    actor->waits = next < 2;
    actor->sleeps = next == 0;
}

static void write_turns(struct maker *maker, uint64_t events, int64_t at_ns)
{
    int64_t *free_ns = calloc(maker->loop_count, sizeof *free_ns);
    for (uint64_t turn = 0; free_ns != NULL && maker->events < events; turn++) {
        uint32_t id = (uint32_t)(turn % maker->actor_count) + 1;
        uint32_t loop = (id - 1) % maker->loop_count;
        int64_t from_ns = free_ns[loop] > at_ns ? free_ns[loop] : at_ns;
        free_ns[loop] = from_ns + 500 + draw(maker, 60000);
        write_run(maker, id, loop, from_ns, free_ns[loop]);
    }
    free(free_ns);
}

int make_trace(FILE *file, const struct make_trace *how)
{
    struct maker maker = {.file = file,
                          .actor_count = how->actors,
                          .loop_count = how->loops,
                          .random = how->seed * UINT64_C(0x9e3779b97f4a7c15) + 1};
    maker.actors = calloc((size_t)how->actors + 1, sizeof *maker.actors);
    if (maker.actors == NULL)
        return -ENOMEM;
    write_head(&maker);
    for (uint32_t id = 1; id <= how->actors; id++)
        write_spawn(&maker, id, 1000 + 500 * (int64_t)id);
    write_turns(&maker, how->events, 2000 + 500 * (int64_t)how->actors);
    fputs("\n]\n", file);
    free(maker.actors);
    return ferror(file) != 0 ? -EIO : 0;
}
