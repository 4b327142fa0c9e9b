/* troupe help: the words of all commands, laid out. */

#include <stdio.h>
#include <string.h>

#include "tool.h"

/* How wide a command's words are, and where its sentence begins, behind "  troupe ". */
#define WORDS_WIDTH 20
#define WORDS_COLUMN (WORDS_WIDTH + 9)

void tool_help(void)
{
    fputs("Examples:\n"
          "  troupe run ./count         run a program and record what its actors do\n"
          "  troupe show count.json     draw the recording as text\n"
          "  troupe log count.json      print it, one line per suspend and per resume\n"
          "\n"
          "Commands:\n",
          stdout);
    for (size_t i = 0; i < tool_command_count; i++) {
        const struct tool_command *command = tool_commands[i];
        char words[48];
        snprintf(words, sizeof words, "%s %s", command->name, command->operands);
        bool is_long = strlen(words) >= WORDS_WIDTH; /* its sentence stands below it */
        printf("  troupe %-*s", WORDS_WIDTH, words);
        printf("%s%*s%s\n", is_long ? "\n" : "", is_long ? WORDS_COLUMN : 0, "", command->sentence);
    }
    fputs("\n"
          "`troupe help COMMAND` says more.  FILE may be -, which is standard input.\n"
          "\n"
          "Exit status: 0 if it went well, 1 if the file breaks the rules or cannot be read or\n"
          "written, 2 if the command line is wrong; `troupe run` returns what the program does.\n",
          stdout);
}

void tool_help_command(const struct tool_command *command)
{
    printf("troupe %s%s %s\n\n%s\n", command->name, command->option_count > 0 ? " [OPTIONS]" : "",
           command->operands, command->text);
    if (command->option_count > 0)
        fputs("\nOptions:\n", stdout);
    for (size_t i = 0; i < command->option_count; i++) {
        const struct tool_option *option = &command->options[i];
        char letter[] = "-?, ";
        char words[48];
        letter[1] = option->letter;
        snprintf(words, sizeof words, "%s--%s%s%s", option->letter != 0 ? letter : "", option->name,
                 option->value_name != NULL ? "=" : "",
                 option->value_name != NULL ? option->value_name : "");
        printf("  %-26s%s\n", words, option->sentence);
    }
}

static int run_help(const struct tool_call *call)
{
    if (call->operand_count == 0) {
        tool_help();
        return TOOL_OK;
    }
    const struct tool_command *command = tool_command_find(call->operands[0]);
    if (command == NULL)
        return tool_command_unknown(call->operands[0]);
    tool_help_command(command);
    return TOOL_OK;
}

const struct tool_command command_help = {
    .name = "help",
    .operands = "[COMMAND]",
    .sentence = "explain a command",
    .text = "Explains a command, or lists all of them.",
    .operand_max = 1,
    .run = run_help,
};
