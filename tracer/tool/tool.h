#ifndef TOOL_H
#define TOOL_H

/*
 * The `troupe` command: what its parts share.
 *
 * A command is one file that describes itself in a struct tool_command: its words, its options,
 * its function.  Parsing, help, suggestions and the list of commands are made from these.
 *
 * What was asked for goes to standard output; what the program has to say about its own work goes
 * to standard error, in one sentence that begins with "troupe: ".
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* What the program returns. */
enum {
    TOOL_OK = 0,      /* it went well */
    TOOL_FAULT = 1,   /* the file breaks the rules, or cannot be read or written */
    TOOL_MISUSED = 2, /* the command line is wrong */
};

/* No command has more options; checked where they are parsed. */
#define TOOL_OPTIONS_MAX 10

struct tool_option {
    const char *name;       /* "width", for --width */
    char letter;            /* 'w', for -w; 0 if there is none */
    const char *value_name; /* "COLUMNS"; NULL for an option without a value */
    const char *sentence;
};

/* A command line that fits its command. */
struct tool_call {
    const char *values[TOOL_OPTIONS_MAX]; /* per option; "" without a value, NULL if not given */
    char **operands;                      /* and a NULL behind them */
    int operand_count;
};

struct tool_command {
    const char *name;
    const char *operands; /* "FILE" */
    const char *sentence; /* for the list of commands */
    const char *text;     /* what `troupe help NAME` says below that */
    const struct tool_option *options;
    size_t option_count;
    /* Per option: the words that its value is one of, with spaces between; NULL if it is free. */
    const char *choices[TOOL_OPTIONS_MAX];
    int operand_min;
    int operand_max;
    bool passes_rest; /* options end at the first operand: what follows is another program's */
    int (*run)(const struct tool_call *call);
};

extern const struct tool_command command_run;
extern const struct tool_command command_new;
extern const struct tool_command command_watch;
extern const struct tool_command command_demo;
extern const struct tool_command command_show;
extern const struct tool_command command_log;
extern const struct tool_command command_stats;
extern const struct tool_command command_lint;
extern const struct tool_command command_path;
extern const struct tool_command command_why;
extern const struct tool_command command_stuck;
extern const struct tool_command command_diff;
extern const struct tool_command command_grade;
extern const struct tool_command command_cut;
extern const struct tool_command command_merge;
extern const struct tool_command command_export;
extern const struct tool_command command_check;
extern const struct tool_command command_ps;
extern const struct tool_command command_bt;
extern const struct tool_command command_tree;
extern const struct tool_command command_top;
extern const struct tool_command command_explore;
extern const struct tool_command command_replay;
extern const struct tool_command command_schedule;
extern const struct tool_command command_completion;
extern const struct tool_command command_help;

/* All commands, in the order of the help. */
extern const struct tool_command *const tool_commands[];
extern const size_t tool_command_count;

/* The whole program: `troupe` with these words.  Returns its exit status. */
int tool_main(int argc, char **argv);

/* The command with this name, or NULL. */
const struct tool_command *tool_command_find(const char *name);

/* Says on standard error that a command is not known, with the nearest one that is.  Returns
 * TOOL_MISUSED. */
int tool_command_unknown(const char *name);

/* Takes a command line apart, argv[0] being the command's name.  On TOOL_OK the call is filled in
 * (argv is reordered).  *done is true if nothing remains to be done: help was asked for, or the
 * line is wrong. */
int tool_parse(const struct tool_command *command, int argc, char **argv, struct tool_call *call,
               bool *done);

/* The value of an option that is a number; *number keeps what it had if `text` is NULL.  TOOL_OK,
 * or TOOL_MISUSED after saying what is wrong. */
int tool_number(const char *name, const char *text, long min, long max, long *number);

/* Likewise of one that is a time of at least a nanosecond; `example`: "50ms". */
int tool_duration(const char *name, const char *text, const char *example, int64_t *ns);

/* Prints help: of the whole program, or of one command. */
void tool_help(void);
void tool_help_command(const struct tool_command *command);

/* Prints "troupe: ..." and a newline on standard error. */
__attribute__((format(printf, 1, 2))) void tool_say(const char *format, ...);

/* TOOL_OK, or TOOL_MISUSED after saying that the file that -o names is one of the operands, which
 * would be gone before it is read. */
int tool_spare_operands(const struct tool_call *call, const char *path);

/* Opens the file that -o names; NULL and "-" are standard output.  TOOL_OK, or TOOL_FAULT after
 * saying why not. */
int tool_open_output(const char *path, FILE **out);

/* Closes what was opened so, and says if it could not be written; `result` is what the command has
 * come to so far, and what is returned if all was written.  What is incomplete is removed. */
int tool_finish_output(FILE *out, const char *path, int result);

/* Flushes standard output.  TOOL_OK, or TOOL_FAULT after saying why it could not be written. */
int tool_close_output(void);

#endif
