/*
 * Stamps are entries like others, so that the trace of a played run has the times of the one that
 * was recorded; but where only one of the two has a trace, they are passed over.
 */

#include "tape.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "tape_file.h"

enum tape_mode tape_mode;
void (*tape_describe)(void);

static struct {
    struct tape_file file;
    pid_t pid;              /* of the process whose tape it is */
    _Atomic int64_t now_ns; /* when the clock was last read */
    int64_t begun_ns;       /* the beginning of the first run */
    uint32_t turn, actor;   /* of this one; actor 0: none has a turn */
    uint32_t stop_turn;     /* 0: it is played to its end */
    int64_t stop_ns;        /* likewise */
    bool goes, has_begun;
} tape;

static _Thread_local bool is_mine;

static const char *const call_words[RECORDING_CALLS] = {
#define CALL(name, words) [RECORDING_##name] = (words),
#include "recording_calls.def"
#undef CALL
};

static double seconds(void)
{
    return (double)(tape.now_ns - tape.begun_ns) / 1e9;
}

/* --- sentences ------------------------------------------------------------------------------ */

static void tell_where(void)
{
    if (tape_describe != NULL)
        tape_describe();
}

static bool is_debugged(void)
{
    char text[4096];
    int fd = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
    ssize_t count = fd >= 0 ? read(fd, text, sizeof text - 1) : 0;
    if (fd >= 0)
        close(fd);
    text[count > 0 ? count : 0] = '\0';
    const char *tracer = strstr(text, "\nTracerPid:");
    return tracer != NULL && strtol(tracer + strlen("\nTracerPid:"), NULL, 10) != 0;
}

/* The sentence has been written: who stands where, and then a debugger has its turn. */
static void halt(void)
{
    tell_where();
    if (is_debugged())
        raise(SIGTRAP);
}

static _Noreturn void leave(int status)
{
    tape_mode = TAPE_OFF;
    halt();
    exit(status);
}

void tape_part(const char *format, ...)
{
    char text[256];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    dprintf(STDERR_FILENO, "troupe: the run parts from %s in turn %" PRIu32 ", at %.9f s: %s\n",
            tape.file.path, tape.turn, seconds(), text);
    leave(TAPE_EXIT_PARTED);
}

static const char *words_of(const struct tape_entry *entry, char *text, size_t bytes)
{
    const char *what = "something else comes from outside";
    if (entry->kind == RECORDING_TURN) {
        snprintf(text, bytes, "the turn is actor %" PRIu64 "'s", entry->value);
        return text;
    }
    if (entry->kind == RECORDING_CLOCK)
        what = "asks what time it is";
    else if (entry->kind == RECORDING_RESULT)
        what = call_words[entry->value % (1 << RECORDING_CALL_BITS) % RECORDING_CALLS];
    else if (entry->kind == RECORDING_SUM || entry->kind == RECORDING_BYTES)
        what = call_words[RECORDING_DETAIL];
    else if (entry->kind == RECORDING_START)
        return "another run begins";
    else if (entry->kind == RECORDING_END)
        return "all has ended";
    else
        return what;
    if (tape.actor == 0)
        snprintf(text, bytes, "the loop %s", what);
    else
        snprintf(text, bytes, "actor %" PRIu32 " %s", tape.actor, what);
    return text;
}

static _Noreturn void part_at(const struct tape_entry *now, const struct tape_entry *then)
{
    char a[80], b[80];
    tape_part("now %s; in the recording %s", words_of(now, a, sizeof a),
              words_of(then, b, sizeof b));
}

/* --- entries -------------------------------------------------------------------------------- */

void tape_put(enum recording_kind kind, uint64_t value)
{
    if (tape_mode == TAPE_RECORDED && tape_file_put(&tape.file, kind, value) < 0)
        tape_mode = TAPE_OFF;
}

static void put_bytes(enum recording_kind kind, const void *data, size_t bytes)
{
    tape_put(kind, bytes);
    if (tape_mode == TAPE_RECORDED && tape_file_append(&tape.file, data, bytes) < 0)
        tape_mode = TAPE_OFF;
}

static struct tape_entry entry_at(size_t at)
{
    return tape_file_entry(&tape.file, at);
}

/* The next entry that is no stamp, and where it is. */
static struct tape_entry peek(size_t *at)
{
    struct tape_entry entry = entry_at(*at);
    while (entry.kind == RECORDING_STAMP) {
        *at += entry.bytes;
        entry = entry_at(*at);
    }
    return entry;
}

/* Passes over a stamp, if that is what comes next. */
static bool take_stamp(void)
{
    struct tape_entry entry = entry_at(tape.file.at);
    if (entry.kind != RECORDING_STAMP)
        return false;
    tape.now_ns += (int64_t)entry.value;
    tape.file.at += entry.bytes;
    return true;
}

/* The sentence of a refusal, as far as the file has it, without what could steer a terminal. */
static void read_why(const struct tape_entry *refusal, char *why, size_t room)
{
    size_t at = tape.file.at + refusal->bytes, left = tape.file.size - at, bytes = 0;
    for (; bytes < refusal->value && bytes < left && bytes < room - 1; bytes++) {
        unsigned char c = tape.file.data[at + bytes];
        why[bytes] = c >= ' ' && c <= '~' ? (char)c : '?';
    }
    why[bytes] = '\0';
}

/* The recording has nothing more, though the run it is of goes on. */
static _Noreturn void run_out(const struct tape_entry *last)
{
    char why[200] = "the program was ended there";
    if (last->kind == RECORDING_REFUSED)
        read_why(last, why, sizeof why);
    else if (last->kind == RECORDING_BYTES)
        snprintf(why, sizeof why, "the file is cut short");
    dprintf(STDERR_FILENO, "troupe: %s ends in turn %" PRIu32 ", at %.9f s: %s\n", tape.file.path,
            tape.turn, seconds(), why);
    leave(EXIT_SUCCESS);
}

/* The next entry, which must be of this kind, or of the call in `value`. */
static uint64_t take(enum recording_kind kind, uint64_t value)
{
    const struct tape_entry now = {.kind = kind, .value = value};
    while (take_stamp())
        continue;
    struct tape_entry then = entry_at(tape.file.at);
    if ((then.kind == RECORDING_END && then.value == 0) || then.kind == RECORDING_REFUSED)
        run_out(&then);
    if (then.kind != kind)
        part_at(&now, &then);
    tape.file.at += then.bytes;
    return then.value;
}

bool tape_next_is(enum recording_kind kind, uint64_t *value)
{
    size_t at = tape.file.at;
    struct tape_entry next = peek(&at);
    *value = next.value;
    return next.kind == kind;
}

void tape_take(enum recording_kind kind)
{
    take(kind, 0);
}

/* --- what passes ---------------------------------------------------------------------------- */

size_t tape_count(size_t count, size_t most)
{
    int64_t passed = tape_pass(RECORDING_DETAIL, (int64_t)count);
    if (passed < 0 || (uint64_t)passed > most)
        tape_part("now there is room for %zu of what actor %" PRIu32 " gets; in the recording "
                  "there are %" PRId64,
                  most, tape.actor, passed);
    return (size_t)passed;
}

int64_t tape_pass(enum recording_call call, int64_t result)
{
    uint64_t size = result < 0 ? ~(uint64_t)result : (uint64_t)result;
    uint64_t value = (size << 1 | (result < 0)) << RECORDING_CALL_BITS | call;
    if (tape_mode == TAPE_RECORDED)
        tape_put(RECORDING_RESULT, value);
    if (tape_mode != TAPE_PLAYED)
        return result;
    struct tape_entry then = {.kind = RECORDING_RESULT, .value = take(RECORDING_RESULT, call)};
    if (then.value % (1 << RECORDING_CALL_BITS) != call)
        part_at(&(struct tape_entry){.kind = RECORDING_RESULT, .value = call}, &then);
    value = then.value >> RECORDING_CALL_BITS;
    return (int64_t)((value & 1) != 0 ? ~(value >> 1) : value >> 1);
}

void tape_bytes(void *data, size_t bytes)
{
    if (tape_mode == TAPE_RECORDED)
        put_bytes(RECORDING_BYTES, data, bytes);
    if (tape_mode != TAPE_PLAYED)
        return;
    size_t count = take(RECORDING_BYTES, 0);
    if (count != bytes)
        tape_part("now actor %" PRIu32 " gets %zu bytes; in the recording there are %zu",
                  tape.actor, bytes, count);
    if (bytes > tape.file.size - tape.file.at)
        run_out(&(struct tape_entry){.kind = RECORDING_BYTES});
    if (bytes > 0)
        memcpy(data, tape.file.data + tape.file.at, bytes);
    tape.file.at += bytes;
}

/* FNV-1a. */
static uint32_t sum_of(const unsigned char *data, size_t bytes)
{
    uint32_t sum = 0x811c9dc5u;
    for (size_t i = 0; i < bytes; i++)
        sum = (sum ^ data[i]) * 0x01000193u;
    return sum;
}

void tape_received(enum recording_call call, int count, void *buffer, size_t room)
{
    if (tape_mode == TAPE_OFF || count <= 0)
        return;
    if ((size_t)count > room)
        tape_part("now actor %" PRIu32 " %s with room for %zu bytes; in the recording it gets %d",
                  tape.actor, call_words[call], room, count);
    tape_bytes(buffer, (size_t)count);
}

void tape_sent(enum recording_call call, int count, const void *data, size_t bytes)
{
    if (tape_mode == TAPE_OFF || count <= 0)
        return;
    if (tape_mode == TAPE_PLAYED && (size_t)count > bytes)
        tape_part("now actor %" PRIu32 " %s %zu bytes; in the recording %d", tape.actor,
                  call_words[call], bytes, count);
    uint32_t sum = sum_of(data, (size_t)count);
    if (tape_mode == TAPE_RECORDED)
        tape_put(RECORDING_SUM, sum);
    else if (take(RECORDING_SUM, 0) != sum)
        tape_part("actor %" PRIu32 " %s %d bytes, as in the recording, but others", tape.actor,
                  call_words[call], count);
}

int tape_stand_in(int fd)
{
    if (tape_mode != TAPE_PLAYED || fd < 0)
        return fd;
    int made = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (made < 0 || made == fd || fcntl(fd, F_GETFD) >= 0)
        return made < 0 ? -errno : made;
    int moved = dup3(made, fd, O_CLOEXEC);
    if (moved < 0)
        return made;
    close(made);
    return moved;
}

void tape_refuse(const char *what)
{
    if (tape_mode != TAPE_RECORDED)
        return; /* when it is played, it ends here by itself */
    dprintf(STDERR_FILENO,
            "troupe: the run can be replayed only up to here, turn %" PRIu32 ", at %.9f s: %s\n",
            tape.turn, seconds(), what);
    put_bytes(RECORDING_REFUSED, what, strlen(what));
    tape_mode = TAPE_OFF;
}

/* --- the clock and turns -------------------------------------------------------------------- */

int64_t tape_clock(bool is_stamp)
{
    if (!is_mine && tape_mode != TAPE_PLAYED)
        return clock_real_ns();
    if (!is_mine || !tape.goes)
        return tape.now_ns;
    if (tape_mode == TAPE_PLAYED) {
        if (is_stamp)
            take_stamp();
        else
            tape.now_ns += (int64_t)take(RECORDING_CLOCK, 0);
        return tape.now_ns;
    }
    int64_t now_ns = clock_real_ns();
    tape_put(is_stamp ? RECORDING_STAMP : RECORDING_CLOCK, (uint64_t)(now_ns - tape.now_ns));
    tape.now_ns = now_ns;
    return now_ns;
}

void tape_stop_at(uint32_t turn, int64_t ns)
{
    tape.stop_turn = turn;
    tape.stop_ns = ns;
}

static void stop_here(uint32_t actor)
{
    dprintf(STDERR_FILENO,
            "troupe: stopped before turn %" PRIu32 ", at %.9f s, in which actor "
            "%" PRIu32 " would go on\n",
            tape.turn + 1, seconds(), actor);
    tape.stop_turn = 0;
    tape.stop_ns = 0;
    if (!is_debugged())
        leave(EXIT_SUCCESS);
    halt();
}

void tape_turn(uint32_t actor)
{
    if (tape_mode == TAPE_PLAYED &&
        ((tape.stop_turn != 0 && tape.turn + 1 >= tape.stop_turn) ||
         (tape.stop_ns != 0 && tape.now_ns - tape.begun_ns >= tape.stop_ns)))
        stop_here(actor);
    tape.turn++;
    if (tape_mode == TAPE_RECORDED)
        tape_put(RECORDING_TURN, actor);
    if (tape_mode == TAPE_PLAYED) {
        struct tape_entry now = {.kind = RECORDING_TURN, .value = actor};
        struct tape_entry then = {.kind = RECORDING_TURN, .value = take(RECORDING_TURN, actor)};
        if (now.value != then.value)
            part_at(&now, &then);
    }
    tape.actor = actor;
}

void tape_turn_ends(void)
{
    tape.actor = 0;
}

uint64_t tape_begin(uint64_t seed)
{
    if (tape_mode == TAPE_OFF)
        return seed;
    is_mine = true;
    tape.turn = tape.has_begun ? tape.turn : 0;
    tape.actor = 0;
    if (tape_mode == TAPE_RECORDED) {
        tape.now_ns = clock_real_ns();
        tape_put(RECORDING_START, (uint64_t)tape.now_ns);
    } else {
        tape.now_ns = (int64_t)take(RECORDING_START, 0);
    }
    if (!tape.has_begun)
        tape.begun_ns = tape.now_ns;
    tape.has_begun = true;
    tape_bytes(&seed, sizeof seed);
    return seed;
}

void tape_end(void)
{
    is_mine = false;
}

void tape_go(bool on)
{
    if (tape_mode != TAPE_OFF)
        tape.goes = on;
}

/* --- the file ------------------------------------------------------------------------------- */

int tape_record(const char *path)
{
    int rc = tape_file_create(&tape.file, path);
    if (rc < 0)
        return rc;
    tape.pid = getpid();
    tape_mode = TAPE_RECORDED;
    return 0;
}

int tape_play(const char *path)
{
    int rc = tape_file_open(&tape.file, path);
    if (rc < 0)
        return rc;
    tape.pid = getpid();
    tape_mode = TAPE_PLAYED;
    return 0;
}

void tape_discard(void)
{
    tape_file_close(&tape.file);
    unlink(tape.file.path);
    tape_mode = TAPE_OFF;
}

/* It has ended; the recording should have, too. */
static void compare_ends(void)
{
    size_t at = tape.file.at;
    struct tape_entry then = peek(&at);
    if (then.kind == RECORDING_END)
        return;
    char text[80];
    dprintf(STDERR_FILENO,
            "troupe: the run parts from %s after turn %" PRIu32 ", at %.9f s: now it "
            "ends; in the recording %s\n",
            tape.file.path, tape.turn, seconds(), words_of(&then, text, sizeof text));
}

void tape_close(void)
{
    if (tape_mode == TAPE_OFF || tape.pid != getpid())
        return;
    if (tape_mode == TAPE_PLAYED)
        compare_ends();
    if (tape.stop_turn != 0 || tape.stop_ns != 0)
        dprintf(STDERR_FILENO,
                "troupe: the run has ended after turn %" PRIu32 ", at %.9f s, and was not stopped "
                "before\n",
                tape.turn, seconds());
    tape_put(RECORDING_END, (uint64_t)tape.turn + 1);
    tape_mode = TAPE_OFF;
    tape_file_close(&tape.file);
}
