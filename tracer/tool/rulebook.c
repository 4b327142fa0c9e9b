/* Rules are read line by line; the first that is wrong is told. */

#include "rulebook.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tell.h"
#include "tool.h"

#define WHY_BYTES 200
#define RULES_MAX 1000

int rulebook_read(const char *path, struct rulebook *book)
{
    FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "r");
    char line[600];
    char why[WHY_BYTES];
    uint32_t number = 0;
    int result = TOOL_OK;
    *book = (struct rulebook){.rules = NULL};
    if (file == NULL) {
        tool_say("%s cannot be opened: %s", path, strerror(errno));
        return TOOL_MISUSED;
    }
    book->rules = calloc(RULES_MAX, sizeof *book->rules);
    if (book->rules == NULL)
        result = tell_no_memory();
    while (result == TOOL_OK && fgets(line, sizeof line, file) != NULL) {
        struct trace_rule *rule = &book->rules[book->count];
        number++;
        int parsed = trace_rule_parse(line, rule, why, sizeof why);
        if (parsed < 0) {
            tool_say("%s: line %" PRIu32 ": %s", path, number, why);
            result = TOOL_MISUSED;
        }
        rule->line = number;
        book->count += parsed > 0;
        if (book->count == RULES_MAX) {
            tool_say("%s holds more than %d rules", path, RULES_MAX - 1);
            result = TOOL_MISUSED;
        }
    }
    if (file != stdin)
        fclose(file);
    if (result == TOOL_OK && book->count == 0) {
        tool_say("%s holds no rules", path);
        result = TOOL_MISUSED;
    }
    return result;
}

void rulebook_finish(struct rulebook *book)
{
    free(book->rules);
    book->rules = NULL;
}
