/*
 * troupe top: who has the loops of a process, again and again, like top(1).
 *
 * On a terminal the table is drawn over itself, and keys sort it; elsewhere it is printed once, or
 * as often as asked for, one below the other.
 */

#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "alive.h"
#include "measure.h"
#include "screen.h"
#include "tell.h"
#include "tool.h"

enum { OPTION_ONCE, OPTION_COUNT, OPTION_EVERY, OPTION_SORT, OPTION_ROWS };

static const struct tool_option options[] = {
    [OPTION_ONCE] = {"once", '1', NULL, "print one table, and end"},
    [OPTION_COUNT] = {"count", 'n', "N", "print so many tables, and end"},
    [OPTION_EVERY] = {"every", 'd', "MS", "milliseconds that a table tells of; otherwise 1000"},
    [OPTION_SORT] = {"sort", 's', "COLUMN", "runs, cpu, turns, mail, waited or name"},
    [OPTION_ROWS] = {"rows", 'r', "N", "no more actors than these; otherwise what fits, or 20"},
};
#define OPTION_TOTAL (sizeof options / sizeof options[0])

/* Between two looks, in milliseconds. */
#define LOOK_MS 5

/* The shortest interval that tells anything. */
#define HURRY_MS 50

#define EVERY_MS_DEFAULT 1000
#define EVERY_MS_MAX 3600000
#define ROWS_DEFAULT 20
#define ROWS_MAX 1000000

/* What is on a terminal besides rows: two lines, one for each loop, and the one the cursor is in.
 */
#define LINES_ABOVE 3

enum column { BY_RUNS, BY_CPU, BY_TURNS, BY_MAIL, BY_WAITED, BY_NAME, COLUMNS };

/* The key that sorts by a column is its first letter. */
static const char *const column_names[COLUMNS] = {"runs", "cpu", "turns", "mail", "waited", "name"};

struct top {
    struct process process;
    struct measure measure;
    struct screen screen;
    char program[64];
    enum column sort;
    long every_ms, tables, rows;
    bool is_terminal;      /* the table is drawn over itself, */
    bool has_keys;         /* and keys are heard */
    struct termios before; /* how the terminal was */
};

static volatile sig_atomic_t stopped;

static void stop(int signal)
{
    (void)signal;
    stopped = 1;
}

/* --- the table --- */

/* For qsort(), which has no context. */
static enum column sorted_by;

static double weight(const struct measure_row *row)
{
    switch (sorted_by) {
    case BY_RUNS:
        return row->held;
    case BY_CPU:
        return row->computed;
    case BY_TURNS:
        return row->turns_per_s;
    case BY_MAIL:
        return (double)row->actor.mail;
    case BY_WAITED:
        return row->actor.state == PROCESS_WAITING ? (double)row->actor.waited_ms : -1;
    default:
        return 0;
    }
}

/* The most first; what is equal, and everything if it goes by names, in their order. */
static int compare_rows(const void *a, const void *b)
{
    const struct measure_row *one = a, *other = b;
    double first = weight(one), second = weight(other);
    if (first != second)
        return first > second ? -1 : 1;
    int order = sorted_by == BY_NAME ? strcmp(one->actor.name, other->actor.name) : 0;
    if (order != 0)
        return order;
    return one->actor.pid < other->actor.pid ? -1 : one->actor.pid > other->actor.pid;
}

/* Ends a line, on a terminal with what was there before it. */
static void end_line(const struct top *top)
{
    fputs(top->is_terminal ? "\033[K\n" : "\n", stdout);
}

static double percent(unsigned part, unsigned looks)
{
    return looks > 0 ? 100.0 * part / looks : 0;
}

static void print_loops(const struct top *top)
{
    const struct measure *measure = &top->measure;
    for (size_t i = 0; i < measure->loop_count; i++) {
        const struct measure_loop *loop = &measure->loops[i];
        printf("loop %" PRIu32 ": %.0f turns a second; actors have it %.0f %% of the time, "
               "and compute %.0f %%",
               loop->loop.number, loop->turns_per_s, percent(loop->held, measure->looks),
               percent(loop->computed, measure->looks));
        end_line(top);
    }
}

static void print_row(const struct top *top, const struct measure_row *row)
{
    char words[ALIVE_WORDS_BYTES + PROCESS_PATH_BYTES + 32], turns[32] = "-", waited[32] = "-";
    char clean[2 * sizeof words];
    const struct process_actor *actor = &row->actor;
    unsigned looks = top->measure.looks;
    if (row->is_counted)
        snprintf(turns, sizeof turns, "%.0f", row->turns_per_s);
    if (actor->state == PROCESS_WAITING && actor->waited_ms >= 0)
        snprintf(waited, sizeof waited, "%.1f s", (double)actor->waited_ms / 1000);
    int used = printf("%3.0f %% %3.0f %% %9s %6" PRIu64 " %9s  ", percent(row->held, looks),
                      percent(row->computed, looks), turns, actor->mail, waited);
    alive_words(&top->process, actor, words);
    size_t length = strlen(words);
    if (actor->at.line != 0)
        snprintf(words + length, sizeof words - length, ", at %s:%d", actor->at.file,
                 actor->at.line);
    int room = top->is_terminal ? top->screen.columns - used - 1 : SCREEN_COLUMNS_MAX;
    fputs(screen_clean(&top->screen, words, (size_t)(room > 1 ? room : 1), clean, sizeof clean),
          stdout);
    end_line(top);
}

/* How many rows there is room for. */
static size_t row_limit(const struct top *top)
{
    struct winsize size;
    if (top->rows > 0)
        return (size_t)top->rows;
    if (!top->is_terminal || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0 || size.ws_row == 0)
        return ROWS_DEFAULT;
    size_t taken = LINES_ABOVE + top->measure.loop_count + 1; /* the last: those left out */
    return size.ws_row > taken ? size.ws_row - taken : 1;
}

static void print_table(struct top *top)
{
    struct measure *measure = &top->measure;
    size_t limit = row_limit(top);
    sorted_by = top->sort;
    if (measure->row_count > 0)
        qsort(measure->rows, measure->row_count, sizeof *measure->rows, compare_rows);
    if (top->is_terminal)
        fputs("\033[H", stdout);
    printf("%s, process %d: %zu actor%s on %zu loop%s", top->program, (int)top->process.pid,
           measure->row_count, tell_s(measure->row_count), measure->loop_count,
           tell_s(measure->loop_count));
    if (top->has_keys)
        printf("; q quits, r c t m w n sort (now by %s)", column_names[top->sort]);
    end_line(top);
    print_loops(top);
    fputs(" RUNS   CPU   TURNS/S   MAIL    WAITED  ACTOR", stdout);
    end_line(top);
    for (size_t i = 0; i < measure->row_count && i < limit; i++)
        print_row(top, &measure->rows[i]);
    if (measure->row_count > limit) {
        printf("and %zu more", measure->row_count - limit);
        end_line(top);
    }
    if (top->is_terminal)
        fputs("\033[J", stdout);
    fflush(stdout);
}

/* --- the terminal --- */

static void open_terminal(struct top *top)
{
    struct termios keys;
    if (!top->is_terminal)
        return;
    fputs("\033[?1049h\033[?25l\033[2J", stdout); /* another screen, without a cursor */
    top->has_keys = isatty(STDIN_FILENO) && tcgetattr(STDIN_FILENO, &top->before) == 0;
    if (!top->has_keys)
        return;
    keys = top->before;
    keys.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
    tcsetattr(STDIN_FILENO, TCSANOW, &keys);
}

static void close_terminal(const struct top *top)
{
    if (top->has_keys)
        tcsetattr(STDIN_FILENO, TCSANOW, &top->before);
    if (top->is_terminal)
        fputs("\033[?25h\033[?1049l", stdout);
    fflush(stdout);
}

/* A key, if one is pressed before the next look is due; 0: none was. */
static char wait_for_key(const struct top *top)
{
    struct pollfd input = {.fd = top->has_keys ? STDIN_FILENO : -1, .events = POLLIN};
    char key = 0;
    if (poll(&input, 1, LOOK_MS) == 1 && read(STDIN_FILENO, &key, 1) <= 0)
        stopped = 1; /* nobody is there any more */
    return key;
}

/* Whether the table is to be another now. */
static bool press(struct top *top, char key)
{
    if (key == 'q')
        stopped = 1;
    for (enum column column = 0; key != 0 && column < COLUMNS; column++)
        if (column_names[column][0] == key) {
            top->sort = column;
            return true;
        }
    return false;
}

/* --- the command --- */

/* One interval, and the table of it; false: it is over. */
static bool go_round(struct top *top)
{
    if (stopped || !measure_next(&top->measure))
        return false;
    long until_ms = top->every_ms;
    for (long ms = 0; ms < until_ms && !stopped; ms += LOOK_MS) {
        measure_look(&top->measure);
        if (press(top, wait_for_key(top)) && until_ms > HURRY_MS)
            until_ms = HURRY_MS; /* who has pressed a key shall see what it does */
    }
    if (stopped)
        return false;
    measure_end(&top->measure);
    print_table(top);
    return true;
}

static int read_options(const struct tool_call *call, struct top *top)
{
    const char *sort = call->values[OPTION_SORT];
    top->is_terminal = isatty(STDOUT_FILENO) && call->values[OPTION_ONCE] == NULL &&
                       call->values[OPTION_COUNT] == NULL;
    top->tables = top->is_terminal ? 0 : 1;
    top->every_ms = EVERY_MS_DEFAULT;
    int result = screen_init(&top->screen, NULL, NULL, NULL);
    if (result == TOOL_OK)
        result = tool_number("count", call->values[OPTION_COUNT], 1, ROWS_MAX, &top->tables);
    if (result == TOOL_OK)
        result = tool_number("every", call->values[OPTION_EVERY], HURRY_MS, EVERY_MS_MAX,
                             &top->every_ms);
    if (result == TOOL_OK)
        result = tool_number("rows", call->values[OPTION_ROWS], 1, ROWS_MAX, &top->rows);
    while (sort != NULL && top->sort < BY_NAME && strcmp(column_names[top->sort], sort) != 0)
        top->sort++; /* it is one of them */
    return result;
}

static void read_program(struct top *top)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/comm", (int)top->process.pid);
    FILE *file = fopen(path, "re");
    if (file == NULL || fgets(top->program, sizeof top->program, file) == NULL)
        snprintf(top->program, sizeof top->program, "?");
    top->program[strcspn(top->program, "\n")] = '\0';
    screen_defuse(top->program); /* a process calls itself what it likes */
    if (file != NULL)
        fclose(file);
}

static int run_top(const struct tool_call *call)
{
    static struct top top; /* for a stack it is large */
    top = (struct top){.sort = BY_RUNS};
    int result = read_options(call, &top);
    if (result == TOOL_OK)
        result = alive_open(call->operands[0], &top.process);
    if (result != TOOL_OK)
        return result;
    if (top.process.path != NULL) {
        process_close(&top.process);
        tool_say("%s is a core file, in which nothing moves; see it with: troupe ps %s",
                 call->operands[0], call->operands[0]);
        return TOOL_MISUSED;
    }
    stopped = 0;
    signal(SIGINT, stop);
    signal(SIGTERM, stop);
    read_program(&top);
    measure_begin(&top.measure, &top.process);
    open_terminal(&top);
    long tables = 0;
    while ((top.tables == 0 || tables < top.tables) && go_round(&top))
        tables++;
    close_terminal(&top);
    if (!stopped && (top.tables == 0 || tables < top.tables))
        tool_say("process %d has ended", (int)top.process.pid);
    bool is_whole = top.measure.is_whole;
    measure_finish(&top.measure);
    process_close(&top.process);
    return is_whole ? TOOL_OK : tell_no_memory();
}

const struct tool_command command_top = {
    .name = "top",
    .operands = "PID",
    .sentence = "who has the loops of a running process, again and again",
    .text =
        "Looks at a process every 5 ms without stopping it, and without running anything in it,\n"
        "and tells every second what was seen.  RUNS is the share of the time in which an actor\n"
        "had its loop, so that no other could run; CPU that in which it computed meanwhile,\n"
        "instead of being blocked in the system; MAIL how many messages wait for it; WAITED for\n"
        "how long it has waited.  Its TURNS/S are known if the program was started with\n"
        "TROUPE_TIMES=1; those of a loop always are.\n"
        "On a terminal the table is drawn over itself, q quits, and the first letter of a column\n"
        "sorts by it (n: by name).  Elsewhere, or with --once or --count, tables are printed.",
    .options = options,
    .option_count = OPTION_TOTAL,
    .choices = {[OPTION_SORT] = "runs cpu turns mail waited name"},
    .operand_min = 1,
    .operand_max = 1,
    .run = run_top,
};
