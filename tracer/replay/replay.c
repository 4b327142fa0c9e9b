/*
 * Replay files are small, and may come from anywhere: each line is taken apart by hand, and what is
 * wrong is said with its number and what was expected.
 */

#include "replay.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "recording_format.h"

#define FIRST_LINE "troupe replay 1"
#define LINE_BYTES 256 /* the longest line that is not a comment has some 50 */

struct reading {
    FILE *file;
    struct replay *replay;
    size_t room; /* choices that there is memory for */
    uint32_t line;
    bool is_whole; /* the last line has been seen */
    char *why;
};

__attribute__((format(printf, 2, 3))) static int refuse(const struct reading *reading,
                                                        const char *format, ...)
{
    va_list args;
    int bytes = snprintf(reading->why, REPLAY_WHY_BYTES, "line %" PRIu32 ": ", reading->line);
    va_start(args, format);
    vsnprintf(reading->why + bytes, (size_t)(REPLAY_WHY_BYTES - bytes), format, args);
    va_end(args);
    return -EINVAL;
}

/* Takes a word and the blanks behind it. */
static bool take_word(const char **at, const char *word)
{
    size_t bytes = strlen(word);
    if (strncmp(*at, word, bytes) != 0)
        return false;
    *at += bytes + strspn(*at + bytes, " ");
    return true;
}

/* Takes a number of so many digits at most, in this base, and the blanks behind it. */
static bool take_number(const char **at, int base, uint32_t *number)
{
    const char *digits = base == 16 ? "0123456789abcdef" : "0123456789";
    size_t count = strspn(*at, digits);
    if (count == 0 || count > 10)
        return false;
    unsigned long long value = strtoull(*at, NULL, base);
    if (value > UINT32_MAX)
        return false;
    *number = (uint32_t)value;
    *at += count + strspn(*at + count, " ");
    return true;
}

static int add_choice(struct reading *reading, const struct replay_choice *choice)
{
    struct replay *replay = reading->replay;
    if (replay->count == REPLAY_CHOICES_MAX)
        return refuse(reading, "there are more than %d choices", REPLAY_CHOICES_MAX);
    if (replay->count == reading->room) {
        reading->room = reading->room == 0 ? 64 : reading->room * 2;
        struct replay_choice *more =
            realloc(replay->choices, reading->room * sizeof *replay->choices);
        if (more == NULL)
            return -ENOMEM;
        replay->choices = more;
    }
    replay->choices[replay->count++] = *choice;
    return 0;
}

static int read_choice(struct reading *reading, const char *at)
{
    const struct replay *replay = reading->replay;
    struct replay_choice choice = {.line = reading->line};
    uint32_t last = replay->count > 0 ? replay->choices[replay->count - 1].turn : 0;
    if (!take_number(&at, 10, &choice.turn) || !take_word(&at, "runs ") ||
        !take_number(&at, 10, &choice.runs) || !take_word(&at, "before ") ||
        !take_number(&at, 10, &choice.before) || *at != '\0')
        return refuse(reading, "expected \"turn NUMBER runs ACTOR before ACTOR\"");
    if (choice.turn <= last)
        return refuse(reading, "expected a turn after turn %" PRIu32 ", found turn %" PRIu32, last,
                      choice.turn);
    if (choice.runs == choice.before)
        return refuse(reading, "expected two actors, found actor %" PRIu32 " twice", choice.runs);
    return add_choice(reading, &choice);
}

static int read_last(struct reading *reading, const char *at)
{
    struct replay *replay = reading->replay;
    uint32_t last = replay->count > 0 ? replay->choices[replay->count - 1].turn : 0;
    if (!take_number(&at, 10, &replay->turns))
        return refuse(reading, "expected \"turns NUMBER\"");
    replay->has_sum = take_word(&at, "sum ");
    if (replay->has_sum && !take_number(&at, 16, &replay->sum))
        return refuse(reading, "expected a sum of up to ten hexadecimal digits");
    replay->is_endless = take_word(&at, "endless");
    replay->asks = !replay->is_endless && take_word(&at, "asks");
    if (*at != '\0')
        return refuse(reading, "expected nothing behind \"turns NUMBER sum SUM\" but \"endless\" "
                               "or \"asks\"");
    if (replay->turns < last)
        return refuse(reading, "expected at least %" PRIu32 " turns, found %" PRIu32, last,
                      replay->turns);
    reading->is_whole = true;
    return 0;
}

static int read_line(struct reading *reading, const char *at)
{
    if (reading->line == 1)
        return strcmp(at, FIRST_LINE) == 0
                   ? 0
                   : refuse(reading, "expected \"" FIRST_LINE "\": it is not a replay file");
    if (at[0] == '\0')
        return 0;
    if (reading->is_whole)
        return refuse(reading, "expected nothing behind the line that begins with \"turns\"");
    if (take_word(&at, "turn "))
        return read_choice(reading, at);
    if (take_word(&at, "turns "))
        return read_last(reading, at);
    return refuse(reading, "expected a line that begins with \"turn\" or \"turns\"");
}

/* Goes on behind the end of the line. */
static void skip_line(FILE *file)
{
    int c;
    do
        c = getc(file);
    while (c != '\n' && c != EOF);
}

/* Cuts off a comment and the blanks before it. */
static void cut_comment(char *line)
{
    size_t bytes = strcspn(line, "#\r\n");
    while (bytes > 0 && line[bytes - 1] == ' ')
        bytes--;
    line[bytes] = '\0';
}

static int read_all(struct reading *reading)
{
    char line[LINE_BYTES] = "";
    int rc = 0;
    while (rc == 0 && fgets(line, sizeof line, reading->file) != NULL) {
        reading->line++;
        if (strchr(line, '\n') == NULL && strchr(line, '#') != NULL)
            skip_line(reading->file);
        else if (strlen(line) == sizeof line - 1 && strchr(line, '\n') == NULL)
            return refuse(reading, "expected a line of less than %d bytes", LINE_BYTES);
        cut_comment(line);
        rc = read_line(reading, line);
    }
    if (rc == 0 && !reading->is_whole) {
        reading->line++;
        rc = refuse(reading, "expected %s, found the end of the file",
                    reading->line == 1 ? "\"" FIRST_LINE "\"" : "\"turns NUMBER\"");
    }
    return rc;
}

bool replay_is_recording(const char *path)
{
    char line[sizeof RECORDING_FIRST_LINE];
    FILE *file = fopen(path, "re");
    bool is_one = file != NULL && fgets(line, sizeof line, file) != NULL &&
                  strcmp(line, RECORDING_FIRST_LINE) == 0;
    if (file != NULL)
        fclose(file);
    return is_one;
}

int replay_read(const char *path, struct replay *replay, char *why)
{
    struct reading reading = {.file = fopen(path, "re"), .replay = replay, .why = why};
    *replay = (struct replay){.choices = NULL};
    if (reading.file == NULL) {
        snprintf(why, REPLAY_WHY_BYTES, "it cannot be opened: %s", strerror(errno));
        return -EINVAL;
    }
    int rc = read_all(&reading);
    fclose(reading.file);
    if (rc < 0)
        replay_finish(replay);
    return rc;
}

void replay_finish(struct replay *replay)
{
    free(replay->choices);
    replay->choices = NULL;
}

void replay_write(FILE *file, const struct replay *replay, const char *comment)
{
    fputs(FIRST_LINE "\n", file);
    if (comment != NULL)
        fprintf(file, "# %s\n", comment);
    for (size_t i = 0; i < replay->count; i++)
        fprintf(file, "turn %" PRIu32 " runs %" PRIu32 " before %" PRIu32 "\n",
                replay->choices[i].turn, replay->choices[i].runs, replay->choices[i].before);
    fprintf(file, "turns %" PRIu32, replay->turns);
    if (replay->has_sum)
        fprintf(file, " sum %08" PRIx32, replay->sum);
    fputs(replay->is_endless ? " endless\n" : replay->asks ? " asks\n" : "\n", file);
}
