/*
 * Reading rules: a line is cut into words, a text in quotes being one, and the words are taken one
 * after the other.
 */

#include "trace_rules.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trace_words.h"

#define WORDS_MAX 24

/* What stands where a rule goes wrong. */
#define PLACE(words) ((words)->at < (words)->count ? peek(words) : "the end")

/* What is left of a line. */
struct words {
    char texts[WORDS_MAX][TRACE_RULE_WORD_BYTES];
    size_t count;
    size_t at;
    const char *rest[WORDS_MAX]; /* where each begins in the line */
    char *why;
    size_t why_bytes;
};

const struct trace_fact_row *trace_fact_row(enum trace_fact fact)
{
    static const struct trace_fact_row rows[] = {
#define TRACE_FACT(id, name, unit, total, actor, sentence) \
    {name, TRACE_UNIT_##unit, total, actor, sentence},
#include "trace_facts.def"
#undef TRACE_FACT
    };
    return &rows[fact];
}

__attribute__((format(printf, 2, 3))) static int refuse(struct words *words, const char *format,
                                                        ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(words->why, words->why_bytes, format, args);
    va_end(args);
    return -EINVAL;
}

/* Cuts a line into words.  0 or -EINVAL. */
static int split(struct words *words, const char *line)
{
    while (*line != '\0') {
        line += strspn(line, " \t\r\n");
        if (*line == '\0' || *line == '#')
            break;
        bool quoted = *line == '"';
        const char *begin = line + quoted;
        size_t bytes = quoted ? strcspn(begin, "\"") : strcspn(begin, " \t\r\n");
        if (quoted && begin[bytes] == '\0')
            return refuse(words, "a text in quotes has no end");
        if (words->count == WORDS_MAX || bytes >= TRACE_RULE_WORD_BYTES)
            return refuse(words, "a rule is not that long");
        snprintf(words->texts[words->count], TRACE_RULE_WORD_BYTES, "%.*s", (int)bytes, begin);
        words->rest[words->count++] = line;
        line = begin + bytes + quoted;
    }
    return 0;
}

static const char *peek(const struct words *words)
{
    return words->at < words->count ? words->texts[words->at] : "";
}

static bool take(struct words *words, const char *word)
{
    if (words->at == words->count || strcmp(words->texts[words->at], word) != 0)
        return false;
    words->at++;
    return true;
}

/* Takes a word whatever it is. */
static int take_any(struct words *words, char *into, const char *what)
{
    if (words->at == words->count)
        return refuse(words, "the rule ends where %s should stand", what);
    snprintf(into, TRACE_RULE_WORD_BYTES, "%s", words->texts[words->at++]);
    return 0;
}

static enum trace_fact find_fact(const char *name)
{
    int fact = 0;
    while (fact < TRACE_FACT_COUNT &&
           strcmp(trace_fact_row((enum trace_fact)fact)->name, name) != 0)
        fact++;
    return (enum trace_fact)fact;
}

static int take_operator(struct words *words, struct trace_rule *rule)
{
    static const char *const operators[] = {
        [TRACE_LESS] = "<",     [TRACE_AT_MOST] = "<=",  [TRACE_EQUAL] = "=",
        [TRACE_UNEQUAL] = "!=", [TRACE_AT_LEAST] = ">=", [TRACE_MORE] = ">"};
    for (size_t i = 0; i < sizeof operators / sizeof operators[0]; i++) {
        if (!take(words, operators[i]))
            continue;
        rule->operator=(enum trace_operator) i;
        return 0;
    }
    return refuse(words, "%s stands where one of < <= = != >= > should", PLACE(words));
}

/* A number, or a time with its unit, which may be a word of its own. */
static int take_value(struct words *words, struct trace_rule *rule, enum trace_fact_unit unit)
{
    const char *word = peek(words);
    char *end;
    if (unit == TRACE_UNIT_TIME) {
        int64_t ns;
        const char *rest = words->at < words->count ? words->rest[words->at] : "";
        const char *behind = trace_duration_parse(rest, &ns);
        if (behind == NULL)
            return refuse(words, "%s stands where a time such as 50 ms should", PLACE(words));
        while (words->at < words->count && words->rest[words->at] < behind)
            words->at++;
        rule->value = (double)ns;
        return 0;
    }
    rule->value = strtod(word, &end);
    if (end == word || *end != '\0')
        return refuse(words, "%s stands where a number should", PLACE(words));
    words->at++;
    return 0;
}

static int take_comparison(struct words *words, struct trace_rule *rule, enum trace_fact_unit unit)
{
    int result = take_operator(words, rule);
    return result == 0 ? take_value(words, rule, unit) : result;
}

/* The words of which each begins what happens, in the order of the kinds; and whether what comes
 * next is a word of its own. */
static const struct {
    const char *name;
    bool has_what;
} happenings[] = {
    [TRACE_HAPPENS_PRINT] = {"print", true}, [TRACE_HAPPENS_SPAWN] = {"spawn", false},
    [TRACE_HAPPENS_END] = {"end", false},    [TRACE_HAPPENS_SEND] = {"send", true},
    [TRACE_HAPPENS_TAKE] = {"take", true},   [TRACE_HAPPENS_WAIT] = {"wait", true},
    [TRACE_HAPPENS_RUN] = {"run", false},    [TRACE_HAPPENS_NOTE] = {"note", true},
};

static bool is_happening(const char *word)
{
    for (size_t i = 0; i < TRACE_HAPPENS_COUNT; i++)
        if (strcmp(happenings[i].name, word) == 0)
            return true;
    return false;
}

static bool is_reason(const char *word)
{
    for (int i = 0; i < TRACE_REASON_COUNT; i++)
        if (strcmp(trace_reason_name((enum trace_reason)i), word) == 0)
            return true;
    return false;
}

static bool is_note(const char *word)
{
    for (int i = 0; i < TRACE_NOTE_COUNT; i++)
        if (strcmp(trace_note_name((enum trace_note)i), word) == 0)
            return true;
    return false;
}

static int check_what(struct words *words, struct trace_happening *happening)
{
    char *end;
    bool tagged = happening->kind == TRACE_HAPPENS_SEND || happening->kind == TRACE_HAPPENS_TAKE;
    if (strcmp(happening->what, "any") == 0 && happening->kind != TRACE_HAPPENS_PRINT)
        snprintf(happening->what, sizeof happening->what, "*");
    if (strcmp(happening->what, "*") == 0)
        return 0;
    if (happening->kind == TRACE_HAPPENS_WAIT && !is_reason(happening->what))
        return refuse(words, "there is no reason \"%s\" to wait", happening->what);
    if (happening->kind == TRACE_HAPPENS_NOTE && !is_note(happening->what))
        return refuse(words, "there is no note \"%s\"", happening->what);
    if (tagged && (strtol(happening->what, &end, 10), *end != '\0'))
        return refuse(words, "a tag is a number or any, not \"%s\"", happening->what);
    return 0;
}

static int take_happening(struct words *words, struct trace_happening *happening)
{
    size_t kind = 0;
    *happening = (struct trace_happening){.what = "*", .by = "*", .other = "*"};
    while (kind < TRACE_HAPPENS_COUNT && !take(words, happenings[kind].name))
        kind++;
    if (kind == TRACE_HAPPENS_COUNT)
        return refuse(words,
                      "%s stands where print, spawn, end, send, take, wait, run or note should",
                      PLACE(words));
    happening->kind = (enum trace_happening_kind)kind;
    int result = 0;
    if (happenings[kind].has_what) {
        result = take_any(words, happening->what, "what it is about");
        if (result == 0)
            result = check_what(words, happening);
    }
    bool more = true;
    while (result == 0 && more) {
        if (take(words, "by") || take(words, "of"))
            result = take_any(words, happening->by, "a name");
        else if ((kind == TRACE_HAPPENS_SEND && take(words, "to")) ||
                 (kind == TRACE_HAPPENS_TAKE && take(words, "from")))
            result = take_any(words, happening->other, "a name");
        else
            more = false;
    }
    return result;
}

/* every HAPPENING before|after every|some HAPPENING */
static int take_order(struct words *words, struct trace_rule *rule)
{
    rule->kind = TRACE_RULE_ORDER;
    int result = take_happening(words, &rule->first);
    if (result < 0)
        return result;
    rule->after = take(words, "after");
    if (!rule->after && !take(words, "before"))
        return refuse(words, "%s stands where before or after should", PLACE(words));
    rule->quantifier = take(words, "some") ? TRACE_SOME : TRACE_EVERY;
    if (rule->quantifier == TRACE_EVERY)
        take(words, "every");
    return take_happening(words, &rule->other);
}

/* NAMES FACT OPERATOR VALUE */
static int take_actors(struct words *words, struct trace_rule *rule)
{
    rule->kind = TRACE_RULE_ACTORS;
    int result = take_any(words, rule->actors, "a name");
    if (result < 0)
        return result;
    rule->fact = find_fact(PLACE(words));
    if (rule->fact == TRACE_FACT_COUNT || !trace_fact_row(rule->fact)->actor)
        return refuse(words, "%s is no number that an actor has", PLACE(words));
    words->at++;
    return take_comparison(words, rule, trace_fact_row(rule->fact)->unit);
}

static int take_no(struct words *words, struct trace_rule *rule)
{
    rule->quantifier = TRACE_NO;
    if (take(words, "finding")) {
        rule->kind = TRACE_RULE_FINDING;
        return 0;
    }
    if (take(words, "circle")) {
        rule->kind = TRACE_RULE_CIRCLE;
        return 0;
    }
    if (!is_happening(peek(words)))
        return take_actors(words, rule);
    rule->kind = TRACE_RULE_TIMES;
    rule->operator= TRACE_EQUAL;
    rule->value = 0;
    return take_happening(words, &rule->first);
}

static int take_rule(struct words *words, struct trace_rule *rule)
{
    if (take(words, "no"))
        return take_no(words, rule);
    if (take(words, "count")) {
        rule->kind = TRACE_RULE_TIMES;
        int result = take_happening(words, &rule->first);
        return result == 0 ? take_comparison(words, rule, TRACE_UNIT_COUNT) : result;
    }
    bool every = take(words, "every");
    if (every && is_happening(peek(words)))
        return take_order(words, rule);
    if (every || take(words, "some")) {
        rule->quantifier = every ? TRACE_EVERY : TRACE_SOME;
        return take_actors(words, rule);
    }
    rule->kind = TRACE_RULE_TOTAL;
    rule->fact = find_fact(PLACE(words));
    if (rule->fact == TRACE_FACT_COUNT || !trace_fact_row(rule->fact)->total)
        return refuse(words, "%s is no number that a run has, and begins no rule", PLACE(words));
    words->at++;
    return take_comparison(words, rule, trace_fact_row(rule->fact)->unit);
}

int trace_rule_parse(const char *line, struct trace_rule *rule, char *why, size_t why_bytes)
{
    struct words words = {.why = why, .why_bytes = why_bytes};
    *rule = (struct trace_rule){.fact = TRACE_FACT_COUNT};
    int result = split(&words, line);
    if (result < 0 || words.count == 0)
        return result;
    size_t bytes = strcspn(words.rest[0], "\r\n");
    snprintf(rule->text, sizeof rule->text, "%.*s", (int)bytes, words.rest[0]);
    result = take_rule(&words, rule);
    if (result == 0 && words.at < words.count)
        result = refuse(&words, "the rule is complete before \"%s\"", PLACE(&words));
    return result == 0 ? 1 : result;
}
