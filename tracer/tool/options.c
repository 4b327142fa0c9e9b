/*
 * Command lines, from the tables in which commands describe their options.
 *
 * Options may stand before or after operands; "--" ends them.  A mistyped name gets the nearest
 * right one in the answer.
 */

#include "tool.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nearest.h"
#include "screen.h"
#include "trace_words.h"

/* More than the longest path and a sentence about it. */
#define SAY_BYTES 8192

void tool_say(const char *format, ...)
{
    char text[SAY_BYTES];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    screen_defuse(text); /* it may quote a file, or a word of the command line */
    fprintf(stderr, "troupe: %s\n", text);
}

/* No option has more choices, or longer ones. */
#define CHOICES_MAX 24
#define CHOICE_BYTES 32

static int misused(const struct tool_command *command)
{
    fprintf(stderr, "Try `troupe help %s`.\n", command->name);
    return TOOL_MISUSED;
}

static int unknown_option(const struct tool_command *command, const char *word)
{
    struct nearest nearest;
    char name[32];
    snprintf(name, sizeof name, "%.*s", (int)strcspn(word, "="), word);
    nearest_begin(&nearest, name + strspn(name, "-"));
    for (size_t i = 0; i < command->option_count; i++)
        nearest_offer(&nearest, command->options[i].name);
    nearest_offer(&nearest, "help");
    if (nearest.best != NULL)
        tool_say("%s has no option %s; did you mean --%s?", command->name, name, nearest.best);
    else
        tool_say("%s has no option %s", command->name, name);
    return misused(command);
}

/* The option that a word such as "--width=80", "--width" or "-w" names; *value is what follows
 * within the word, or NULL. */
static size_t find_option(const struct tool_command *command, const char *word, const char **value)
{
    bool is_long = word[1] == '-';
    const char *equals = is_long ? strchr(word, '=') : NULL;
    size_t length = equals != NULL ? (size_t)(equals - word) - 2 : strlen(word) - 2;
    *value = equals != NULL ? equals + 1 : NULL;
    if (!is_long && word[2] != '\0')
        *value = word + 2;
    for (size_t i = 0; i < command->option_count; i++) {
        const struct tool_option *option = &command->options[i];
        bool same =
            is_long ? strlen(option->name) == length && memcmp(option->name, word + 2, length) == 0
                    : option->letter == word[1];
        if (same)
            return i;
    }
    return command->option_count;
}

/* The next of the words of a list; its length, 0 at the end. */
static size_t next_choice(const char **at)
{
    *at += strspn(*at, " ");
    return strcspn(*at, " ");
}

/* A value of an option that takes one word out of a few. */
static int check_choice(const char *choices, const char *name, const char *value)
{
    char words[CHOICES_MAX][CHOICE_BYTES];
    struct nearest nearest;
    size_t count = 0, length;
    nearest_begin(&nearest, value);
    for (const char *at = choices; count < CHOICES_MAX; at += length) {
        if ((length = next_choice(&at)) == 0)
            break;
        snprintf(words[count], sizeof words[count], "%.*s", (int)length, at);
        if (strcmp(words[count], value) == 0)
            return TOOL_OK;
        nearest_offer(&nearest, words[count++]);
    }
    if (nearest.best != NULL) {
        tool_say("--%s cannot be \"%s\"; did you mean \"%s\"?", name, value, nearest.best);
        return TOOL_MISUSED;
    }
    fprintf(stderr, "troupe: --%s must be ", name);
    for (size_t i = 0; i < count; i++)
        fprintf(stderr, "%s%s", i == 0 ? "" : i + 1 < count ? ", " : " or ", words[i]);
    fprintf(stderr, ", not \"%s\"\n", value);
    return TOOL_MISUSED;
}

/* Handles the option at argv[*at]; moves *at over a value that is a word of its own. */
static int take_option(const struct tool_command *command, int argc, char **argv, int *at,
                       struct tool_call *call)
{
    const char *word = argv[*at];
    const char *value;
    size_t index = find_option(command, word, &value);
    if (index == command->option_count)
        return unknown_option(command, word);
    const struct tool_option *option = &command->options[index];
    if (option->value_name == NULL && value != NULL) {
        tool_say("--%s takes no value", option->name);
        return misused(command);
    }
    if (option->value_name != NULL && value == NULL && *at + 1 < argc)
        value = argv[++*at];
    if (option->value_name != NULL && value == NULL) {
        tool_say("--%s needs a value: %s", option->name, option->value_name);
        return misused(command);
    }
    call->values[index] = value != NULL ? value : "";
    if (command->choices[index] == NULL)
        return TOOL_OK;
    return check_choice(command->choices[index], option->name, value);
}

static int check_operands(const struct tool_command *command, const struct tool_call *call)
{
    if (call->operand_count >= command->operand_min && call->operand_count <= command->operand_max)
        return TOOL_OK;
    if (call->operand_count < command->operand_min)
        tool_say("%s needs %s", command->name, command->operands);
    else
        tool_say("%s does not know what to do with \"%s\"", command->name,
                 call->operands[command->operand_max]);
    return misused(command);
}

int tool_parse(const struct tool_command *command, int argc, char **argv, struct tool_call *call,
               bool *done)
{
    bool options = true;
    *call = (struct tool_call){.operands = argv};
    *done = true;
    for (int at = 1; at < argc; at++) {
        char *word = argv[at];
        if (options && strcmp(word, "--") == 0) {
            options = false;
        } else if (options && (strcmp(word, "-h") == 0 || strcmp(word, "--help") == 0)) {
            tool_help_command(command);
            return tool_close_output();
        } else if (options && word[0] == '-' && word[1] != '\0') {
            int result = take_option(command, argc, argv, &at, call);
            if (result != TOOL_OK)
                return result;
        } else {
            call->operands[call->operand_count++] = word;
            options = options && !command->passes_rest;
        }
    }
    call->operands[call->operand_count] = NULL;
    int result = check_operands(command, call);
    *done = result != TOOL_OK;
    return result;
}

int tool_number(const char *name, const char *text, long min, long max, long *number)
{
    char *end;
    if (text == NULL)
        return TOOL_OK;
    long value = strtol(text, &end, 10);
    if (end == text || *end != '\0' || value < min || value > max) {
        tool_say("--%s must be a number from %ld to %ld, not \"%s\"", name, min, max, text);
        return TOOL_MISUSED;
    }
    *number = value;
    return TOOL_OK;
}

int tool_duration(const char *name, const char *text, const char *example, int64_t *ns)
{
    int64_t value = 0;
    if (text == NULL)
        return TOOL_OK;
    const char *end = trace_duration_parse(text, &value);
    if (end == NULL || *end != '\0' || value < 1) {
        tool_say("--%s must be a time such as %s, not \"%s\"", name, example, text);
        return TOOL_MISUSED;
    }
    *ns = value;
    return TOOL_OK;
}
