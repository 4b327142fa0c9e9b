/*
 * troupe completion: a script that completes the command in a shell.
 *
 * The scripts are made from the tables by which command lines are parsed, so that they offer what
 * is accepted and nothing else.  Where an option takes one of a few words, those are offered; where
 * it takes a file, files; where it takes a time or a number, nothing.
 */

#include <stdio.h>
#include <string.h>

#include "tool.h"

static bool is_file(const struct tool_option *option)
{
    return option->value_name != NULL && strcmp(option->value_name, "FILE") == 0;
}

static void put_names(void)
{
    for (size_t i = 0; i < tool_command_count; i++)
        printf("%s%s", i > 0 ? " " : "", tool_commands[i]->name);
}

/* A text that stands within single quotes; `escaped` are characters that get a backslash. */
static void put_quoted(const char *text, const char *escaped)
{
    for (; *text != '\0'; text++) {
        if (strchr(escaped, *text) != NULL)
            putchar('\\');
        fputs(*text == '\'' ? "'\\''" : (char[]){*text, '\0'}, stdout);
    }
}

/* --- bash --- */

/* What an option takes; `word` is what stands there so far. */
static void put_bash_values(const struct tool_command *command)
{
    for (size_t i = 0; i < command->option_count; i++) {
        const struct tool_option *option = &command->options[i];
        if (option->value_name == NULL)
            continue;
        printf("    %s:--%s | %s:-%c) ", command->name, option->name, command->name,
               option->letter);
        if (is_file(option))
            fputs("_troupe_files ;;\n", stdout);
        else if (command->choices[i] != NULL)
            printf("_troupe_words '%s' ;;\n", command->choices[i]);
        else
            fputs(";;\n", stdout);
    }
}

static void put_bash_options(const struct tool_command *command)
{
    printf("_troupe_words '");
    for (size_t i = 0; i < command->option_count; i++)
        printf("--%s%s ", command->options[i].name,
               command->options[i].value_name != NULL ? "=" : "");
    fputs("--help'", stdout);
}

/* The command line of another program begins at the first operand. */
static void put_bash_program(const struct tool_command *command)
{
    printf("    %s:*)\n"
           "        at=2\n"
           "        while [ $at -lt \"$COMP_CWORD\" ]; do\n"
           "            case ${COMP_WORDS[at]} in\n"
           "            --) at=$((at + 1)) && break ;;\n",
           command->name);
    for (size_t i = 0; i < command->option_count; i++)
        if (command->options[i].value_name != NULL)
            printf("            -%c | --%s) at=$((at + 2)) ;;\n", command->options[i].letter,
                   command->options[i].name);
    fputs("            = | -?*) at=$((at + 1)) ;;\n"
          "            *) break ;;\n"
          "            esac\n"
          "        done\n"
          "        case $((at < COMP_CWORD)):$word in\n"
          "        0:-*) ",
          stdout);
    put_bash_options(command);
    fputs(" ;;\n"
          "        *) _troupe_program \"$at\" ;;\n"
          "        esac\n"
          "        ;;\n",
          stdout);
}

static void put_bash_helpers(void)
{
    fputs("_troupe_words()\n"
          "{\n"
          "    mapfile -t COMPREPLY < <(compgen -W \"$1\" -- \"$word\")\n"
          "    case ${COMPREPLY[0]-} in --*=) compopt -o nospace ;; esac\n"
          "}\n"
          "\n"
          "_troupe_files()\n"
          "{\n"
          "    compopt -o filenames\n"
          "    mapfile -t COMPREPLY < <(compgen -f -- \"$word\")\n"
          "}\n"
          "\n"
          "_troupe_program()\n"
          "{\n"
          "    if declare -F _command_offset >/dev/null; then\n"
          "        _command_offset \"$1\"\n"
          "    elif [ \"$1\" -eq \"$COMP_CWORD\" ]; then\n"
          "        mapfile -t COMPREPLY < <(compgen -c -- \"$word\")\n"
          "    else\n"
          "        _troupe_files\n"
          "    fi\n"
          "}\n"
          "\n",
          stdout);
}

/* To bash, `--axis=step` is three words. */
static void print_bash(void)
{
    fputs("# Completes troupe in bash; made by `troupe completion bash`.\n", stdout);
    put_bash_helpers();
    fputs("_troupe()\n"
          "{\n"
          "    local at word=${COMP_WORDS[COMP_CWORD]} option=${COMP_WORDS[COMP_CWORD - 1]}\n"
          "    COMPREPLY=()\n"
          "    [ \"$word\" != = ] || word=''\n"
          "    [ \"$option\" != = ] || option=${COMP_WORDS[COMP_CWORD - 2]}\n"
          "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
          "        _troupe_words '",
          stdout);
    put_names();
    fputs(" --help --version'\n"
          "        return\n"
          "    fi\n"
          "    case ${COMP_WORDS[1]}:$option in\n",
          stdout);
    for (size_t i = 0; i < tool_command_count; i++)
        put_bash_values(tool_commands[i]);
    fputs("    *) case ${COMP_WORDS[1]}:$word in\n", stdout);
    for (size_t i = 0; i < tool_command_count; i++) {
        if (tool_commands[i]->passes_rest) {
            put_bash_program(tool_commands[i]);
            continue;
        }
        printf("    %s:-*) ", tool_commands[i]->name);
        put_bash_options(tool_commands[i]);
        fputs(" ;;\n", stdout);
    }
    fputs("    help:*) _troupe_words '", stdout);
    put_names();
    fputs("' ;;\n"
          "    completion:*) _troupe_words 'bash zsh fish' ;;\n"
          "    *) _troupe_files ;;\n"
          "    esac ;;\n"
          "    esac\n"
          "}\n"
          "complete -F _troupe troupe\n",
          stdout);
}

/* --- zsh --- */

static void put_zsh_option(const struct tool_option *option, const char *choices)
{
    bool takes = option->value_name != NULL;
    printf(" \\\n            '(-%c --%s)'{-%c%s,--%s%s}'[", option->letter, option->name,
           option->letter, takes ? "+" : "", option->name, takes ? "=" : "");
    put_quoted(option->sentence, ":[]\\");
    putchar(']');
    if (is_file(option))
        printf(":%s:_files", option->value_name);
    else if (takes && choices != NULL)
        printf(":%s:(%s)", option->value_name, choices);
    else if (takes)
        printf(":%s: ", option->value_name);
    putchar('\'');
}

static void put_zsh_command(const struct tool_command *command)
{
    const char *operands = "'*:file:_files'";
    if (command->passes_rest)
        operands = "'(-):program: _command_names -e' '*::arguments: _normal'";
    else if (strcmp(command->name, "help") == 0)
        operands = "':command:($names)'";
    else if (strcmp(command->name, "completion") == 0)
        operands = "':shell:(bash zsh fish)'";
    printf("    %s)\n        _arguments -s", command->name);
    for (size_t i = 0; i < command->option_count; i++)
        put_zsh_option(&command->options[i], command->choices[i]);
    printf(" \\\n            '(- *)'{-h,--help}'[say more]' %s\n        ;;\n", operands);
}

static void print_zsh(void)
{
    fputs("#compdef troupe\n"
          "# Completes troupe in zsh; made by `troupe completion zsh`.\n"
          "_troupe()\n"
          "{\n"
          "    local -a all\n"
          "    local -a names=(",
          stdout);
    put_names();
    fputs(")\n"
          "    local command=$words[2]\n"
          "    all=(\n",
          stdout);
    for (size_t i = 0; i < tool_command_count; i++) {
        printf("        '%s:", tool_commands[i]->name);
        put_quoted(tool_commands[i]->sentence, ":\\");
        fputs("'\n", stdout);
    }
    fputs("    )\n"
          "    if (( CURRENT == 2 )); then\n"
          "        _arguments '(- *)'{-h,--help}'[say more]' '(- *)--version[say the version]' \\\n"
          "            '1: :{_describe command all}'\n"
          "        return\n"
          "    fi\n"
          "    shift words\n"
          "    (( CURRENT-- ))\n"
          "    case $command in\n",
          stdout);
    for (size_t i = 0; i < tool_command_count; i++)
        put_zsh_command(tool_commands[i]);
    fputs("    esac\n"
          "}\n"
          "if [ \"$funcstack[1]\" = _troupe ]; then\n"
          "    _troupe \"$@\"\n"
          "else\n"
          "    compdef _troupe troupe\n"
          "fi\n",
          stdout);
}

/* --- fish --- */

static void put_fish_option(const char *command, const struct tool_option *option,
                            const char *choices)
{
    printf("complete -c troupe -n '__fish_seen_subcommand_from %s' -s %c -l %s", command,
           option->letter, option->name);
    if (is_file(option))
        fputs(" -r -F", stdout);
    else if (option->value_name != NULL)
        printf(" -x -a '%s'", choices != NULL ? choices : "");
    fputs(" -d '", stdout);
    put_quoted(option->sentence, "\\");
    fputs("'\n", stdout);
}

/* What follows the first operand is completed as what it is: another command. */
static void put_fish_program(const struct tool_command *command)
{
    printf("complete -c troupe -n '__fish_seen_subcommand_from %s' -x "
           "-a '(__fish_complete_subcommand --fcs-skip=2",
           command->name);
    for (size_t i = 0; i < command->option_count; i++)
        if (command->options[i].value_name != NULL)
            printf(" -%c --%s", command->options[i].letter, command->options[i].name);
    fputs(")'\n", stdout);
}

static void print_fish(void)
{
    fputs("# Completes troupe in fish; made by `troupe completion fish`.\n"
          "complete -c troupe -n __fish_use_subcommand -f -l version -d 'say the version'\n"
          "complete -c troupe -f -s h -l help -d 'say more'\n",
          stdout);
    for (size_t i = 0; i < tool_command_count; i++) {
        const struct tool_command *command = tool_commands[i];
        printf("complete -c troupe -f -n __fish_use_subcommand -a %s -d '", command->name);
        put_quoted(command->sentence, "\\");
        fputs("'\n", stdout);
        for (size_t j = 0; j < command->option_count; j++)
            put_fish_option(command->name, &command->options[j], command->choices[j]);
        if (command->passes_rest)
            put_fish_program(command);
    }
    fputs("complete -c troupe -f -n '__fish_seen_subcommand_from help' -a '", stdout);
    put_names();
    fputs("'\n"
          "complete -c troupe -f -n '__fish_seen_subcommand_from completion' -a 'bash zsh fish'\n",
          stdout);
}

static int run_completion(const struct tool_call *call)
{
    const char *shell = call->operands[0];
    if (strcmp(shell, "bash") == 0) {
        print_bash();
    } else if (strcmp(shell, "zsh") == 0) {
        print_zsh();
    } else if (strcmp(shell, "fish") == 0) {
        print_fish();
    } else {
        tool_say("the shell must be bash, zsh or fish, not \"%s\"", shell);
        return TOOL_MISUSED;
    }
    return TOOL_OK;
}

const struct tool_command command_completion = {
    .name = "completion",
    .operands = "SHELL",
    .sentence = "a script that completes commands in a shell",
    .text = "Prints a script with which bash, zsh or fish completes the commands of troupe, their\n"
            "options and what these take.  An installed troupe has its scripts where the shells\n"
            "look for them; for one that is not installed:\n"
            "\n"
            "  . <(troupe completion bash)          in ~/.bashrc\n"
            "  . <(troupe completion zsh)           in ~/.zshrc, after compinit\n"
            "  troupe completion fish | source      in ~/.config/fish/config.fish",
    .operand_min = 1,
    .operand_max = 1,
    .run = run_completion,
};
