/* troupe ps, troupe bt, troupe tree: the actors of a process that is running or has left a core
 * file, the calls they are in, and who has spawned whom. */

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "alive.h"
#include "tell.h"
#include "tool.h"

/* Deeper trees are cut: what is read of a process that runs may go round in a circle. */
#define TREE_DEPTH_MAX 1000

/* A wait that has lasted so long is told with its age: others come and go. */
#define AGE_MS_MIN 1000

/* Room for the calls of one actor. */
#define CALLS_BYTES 8192

struct list {
    const struct process *process;
    const char *wanted; /* a pid, or a name; NULL: all */
    bool with_calls;
    uint64_t count, lost;
};

/* Who has spawned whom. */
struct tree {
    const struct process *process;
    struct process_actor *actors; /* sorted by parent once all are there */
    size_t count, room;
    bool is_whole; /* there was memory for all */
};

static void print_calls(const struct process *process, const struct process_actor *actor)
{
    char calls[CALLS_BYTES];
    if (process_calls(process, actor, "  ", calls, sizeof calls) > 0) {
        screen_defuse(calls); /* the names are those in the program's file */
        fputs(calls, stdout);
    } else if (actor->state == PROCESS_RUNNING && process->path != NULL) {
        puts("  it was running; where, is not in the core file");
    } else if (actor->state == PROCESS_RUNNING) {
        puts("  it computes; where, it says itself if it goes on (TROUPE_STALL)");
    } else if (actor->stack_end == 0) {
        puts("  it has no stack at this moment");
    }
}

static void print_place(const char *what, const struct process_site *site)
{
    char file[PROCESS_PATH_BYTES];
    snprintf(file, sizeof file, "%s", site->file);
    screen_defuse(file);
    if (site->line != 0)
        printf("%s %s:%d", what, file, site->line);
}

static void print_actor(const struct process_actor *actor, void *context)
{
    struct list *list = context;
    char pid[64], words[ALIVE_WORDS_BYTES];
    process_pid_text(list->process, actor->pid, pid, sizeof pid);
    if (list->wanted != NULL && strcmp(list->wanted, pid) != 0 &&
        strcmp(list->wanted, actor->name) != 0)
        return;
    list->count++;
    list->lost += actor->state == PROCESS_LOST;
    fputs(alive_words(list->process, actor, words), stdout);
    if (actor->state == PROCESS_WAITING && actor->waited_ms >= AGE_MS_MIN)
        printf(", for %.1f s", (double)actor->waited_ms / 1000);
    print_place(", at", &actor->at);
    print_place(", spawned at", &actor->spawned);
    if (actor->mail > 0)
        printf("; %" PRIu64 " message%s", actor->mail, actor->mail == 1 ? "" : "s");
    putchar('\n');
    if (list->with_calls)
        print_calls(list->process, actor);
}

static int look(const struct tool_call *call, bool with_calls)
{
    struct process process;
    struct list list = {.process = &process,
                        .with_calls = with_calls,
                        .wanted = call->operand_count > 1 ? call->operands[1] : NULL};
    int result = alive_open(call->operands[0], &process);
    if (result != TOOL_OK)
        return result;
    alive_tell_signal(&process);
    process_each(&process, print_actor, &list);
    process_close(&process);
    if (list.lost > 0)
        tool_say(
            "%s: the stacks of its actors are not in it: gcore of gdb leaves out what has guard "
            "pages; a core file that the system writes has them",
            process.path);
    return list.count > 0 ? TOOL_OK : alive_tell_none(&process, list.wanted);
}

/* --- the tree --- */

static void add_actor(const struct process_actor *actor, void *context)
{
    struct tree *tree = context;
    if (tree->count == tree->room) {
        size_t room = tree->room == 0 ? 64 : tree->room * 2;
        struct process_actor *more = realloc(tree->actors, room * sizeof *more);
        tree->is_whole = tree->is_whole && more != NULL;
        if (more == NULL)
            return;
        tree->actors = more;
        tree->room = room;
    }
    tree->actors[tree->count++] = *actor;
}

static int compare_parents(const void *a, const void *b)
{
    const struct process_actor *one = a, *other = b;
    if (one->parent != other->parent)
        return one->parent < other->parent ? -1 : 1;
    return one->pid < other->pid ? -1 : one->pid > other->pid;
}

/* The first actor whose parent has this pid or a higher one. */
static size_t first_child(const struct tree *tree, uint64_t pid)
{
    size_t low = 0, high = tree->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (tree->actors[middle].parent < pid)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void print_branch(const struct tree *tree, const struct process_actor *actor, int depth)
{
    char words[ALIVE_WORDS_BYTES];
    printf("%*s%s\n", 2 * depth, "", alive_words(tree->process, actor, words));
    for (size_t i = first_child(tree, actor->pid);
         i < tree->count && tree->actors[i].parent == actor->pid && depth < TREE_DEPTH_MAX; i++)
        print_branch(tree, &tree->actors[i], depth + 1);
}

/* Whether the actor that spawned it is there. */
static bool has_parent(const struct tree *tree, const struct process_actor *actor)
{
    for (size_t i = 0; i < tree->count; i++)
        if (tree->actors[i].pid == actor->parent)
            return true;
    return false;
}

static int run_tree(const struct tool_call *call)
{
    struct process process;
    struct tree tree = {.process = &process, .is_whole = true};
    int result = alive_open(call->operands[0], &process);
    if (result != TOOL_OK)
        return result;
    alive_tell_signal(&process);
    process_each(&process, add_actor, &tree);
    if (tree.count > 0)
        qsort(tree.actors, tree.count, sizeof *tree.actors, compare_parents);
    uint64_t last = 0;
    bool is_root = true; /* children of one parent lie side by side */
    for (size_t i = 0; i < tree.count; i++) {
        if (i == 0 || tree.actors[i].parent != last)
            is_root = !has_parent(&tree, &tree.actors[i]);
        last = tree.actors[i].parent;
        if (is_root)
            print_branch(&tree, &tree.actors[i], 0);
    }
    process_close(&process);
    free(tree.actors);
    if (!tree.is_whole)
        return tell_no_memory();
    return tree.count > 0 ? TOOL_OK : alive_tell_none(&process, NULL);
}

static int run_ps(const struct tool_call *call)
{
    return look(call, false);
}

static int run_bt(const struct tool_call *call)
{
    return look(call, true);
}

const struct tool_command command_ps = {
    .name = "ps",
    .operands = "PID|CORE [ACTOR]",
    .sentence = "list the actors of a process or core file, and what they wait for",
    .text =
        "Reads the memory of a process without stopping it, and without running anything in\n"
        "it: so it works on one that hangs.  A line for each actor: who it is, what it does or\n"
        "waits for, for how long (from one second on) and where, where it was spawned, and\n"
        "how many messages wait for it.  ACTOR is a name, or a pid as it is printed, to see\n"
        "that one alone.\n"
        "The system wants the rights of a debugger for it: the same user, or root.\n"
        "\n"
        "CORE is the core file that a process left when it crashed: its actors are told as they\n"
        "were then, below a line with the signal that ended it and the actor which that hit.\n"
        "The program and its libraries have to be where they were.\n"
        "\n"
        "Examples:\n"
        "  troupe ps 4711             all actors of the process 4711\n"
        "  troupe ps core.4711        and those that it had when it crashed\n"
        "  troupe ps 4711 server      one of them alone",
    .operand_min = 1,
    .operand_max = 2,
    .run = run_ps,
};

const struct tool_command command_bt = {
    .name = "bt",
    .operands = "PID|CORE [ACTOR]",
    .sentence = "list the actors of a process or core file with the calls that they are in",
    .text =
        "Like `troupe ps`, and below each actor the calls that it is in, from the innermost to\n"
        "its own function, with source lines if the program was built with -g.  Of an actor\n"
        "that computes they are known from a core file alone: troupe bt core.4711",
    .operand_min = 1,
    .operand_max = 2,
    .run = run_bt,
};

const struct tool_command command_tree = {
    .name = "tree",
    .operands = "PID|CORE",
    .sentence = "the actors of a process or core file below those that have spawned them",
    .text =
        "Like `troupe ps`, with each actor below the one that has spawned it, or that owns the\n"
        "scope which it is in.  Those whose parent has ended stand at the left, like the first.\n"
        "For example: troupe tree 4711, or of a core file: troupe tree core.4711",
    .operand_min = 1,
    .operand_max = 1,
    .run = run_tree,
};
