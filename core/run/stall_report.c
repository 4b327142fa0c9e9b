/*
 * The words: a sentence that says who, for how long and what to do, and a line for each function
 * from the innermost to the actor's own.
 *
 * What is always the same is not told each time: of the steps of one function the first is, the
 * tenth, the hundredth, and so on.
 */

#include "stall.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "calls.h"
#include "pieces.h"

/* The function of an actor that has no name of its own is called so if that is not known either. */
#define NAMELESS "actor"

static _Atomic bool is_hushed;

/* What is being written; at once, so that nothing comes in between. */
struct page {
    const struct culprit *culprit;
    struct unwinder *unwinder;
    struct pieces text;
    char bytes[8192];
};

static bool read_copy(uint64_t address, uint64_t *word, void *context)
{
    const struct culprit *culprit = context;
    uint64_t at = address - culprit->low;
    if (at >= culprit->bytes || culprit->bytes - at < sizeof *word)
        return false;
    memcpy(word, culprit->stack + at, sizeof *word);
    return true;
}

static void add_duration(struct pieces *text, int64_t ns)
{
    if (ns % TROUPE_S(1) == 0)
        pieces_add(text, "%" PRId64 " s", ns / TROUPE_S(1));
    else if (ns % TROUPE_MS(1) == 0)
        pieces_add(text, "%" PRId64 " ms", ns / TROUPE_MS(1));
    else
        pieces_add(text, "%" PRId64 " us", ns / TROUPE_US(1));
}

static void add_sentence(struct page *page, int64_t held_ns, uint64_t count)
{
    const struct culprit *culprit = page->culprit;
    struct pieces *text = &page->text;
    char pid[TROUPE_PID_TEXT_BYTES];
    const char *name = culprit->name;
    if (name[0] == '\0' && page->unwinder != NULL)
        name = unwind_name(page->unwinder, culprit->body);
    if (name == NULL || name[0] == '\0')
        name = NAMELESS;
    pieces_add(text, "troupe: %.*s %s", (int)strcspn(name, ".@"), name,
               troupe_pid_text((troupe_pid){culprit->pid}, pid));
    if (culprit->site != NULL)
        pieces_add(text, ", spawned at %s:%d,", culprit->site->file, culprit->site->line);
    pieces_add(text, " has held its loop for ");
    add_duration(text, held_ns);
    if (count > 1)
        pieces_add(text, ", for the %" PRIu64 "th time", count);
    pieces_add(text,
               culprit->is_blocked
                   ? " and still does, blocked in the system; use the call that suspends, such as "
                     "troupe_sleep() or troupe_read(), or give it to troupe_offload()\n"
                   : " and still does, computing; let the others run now and then with "
                     "troupe_yield(), or give the work to troupe_offload()\n");
}

/* Steps of this function so far, this one among them; 0: it is not told of now. */
static uint64_t count_step(struct stall_report *report, uintptr_t body)
{
    size_t i = 0;
    while (i < STALL_KINDS_MAX && report->kinds[i].body != body && report->kinds[i].body != 0)
        i++;
    if (i == STALL_KINDS_MAX)
        return 1;
    report->kinds[i].body = body;
    uint64_t count = ++report->kinds[i].count, power = 1;
    while (power < count)
        power *= 10;
    return power == count ? count : 0;
}

void stall_report_tell(struct stall_report *report, const struct culprit *culprit, int64_t held_ns,
                       bool is_first)
{
    struct page page = {.culprit = culprit};
    uint64_t count = is_first ? count_step(report, culprit->body) : 1;
    if (count == 0 || is_hushed)
        return;
    if (report->unwinder == NULL)
        report->unwinder = unwind_open(getpid());
    page.unwinder = report->unwinder;
    page.text = (struct pieces){.bytes = page.bytes, .room = sizeof page.bytes};
    add_sentence(&page, held_ns, count);
    if (page.unwinder != NULL && culprit->registers.pc != 0)
        page.text.used += calls_tell(
            &(struct calls){
                .unwinder = page.unwinder,
                .registers = &culprit->registers,
                .read = read_copy,
                .context = (void *)(uintptr_t)culprit,
                .body = culprit->body,
                .outer = (uintptr_t)actor_hooks.run,
                .before = "troupe:   ",
            },
            page.bytes + page.text.used, sizeof page.bytes - page.text.used);
    ssize_t written = write(STDERR_FILENO, page.bytes, page.text.used);
    (void)written; /* there is nobody else to tell */
}

void stall_hush(void)
{
    is_hushed = true;
}

void stall_report_finish(struct stall_report *report)
{
    unwind_close(report->unwinder);
}
