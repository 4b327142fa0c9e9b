/*
 * One function for each option, and a table of them.
 */

#include "config.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a flight recorder keeps if only one of its two limits is given. */
#define KEEP_BYTES (size_t)(64 << 20)
#define KEEP_NS INT64_C(10000000000)

/* Longer values are not understood. */
#define WORD_BYTES 64

static bool parse_ns(const char *text, int64_t *ns)
{
    static const struct {
        const char *name;
        double ns;
    } units[] = {{"s", 1e9}, {"ms", 1e6}, {"us", 1e3}, {"ns", 1}};
    char *end;
    double number = strtod(text, &end);
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (end != text && strcmp(end, units[i].name) == 0 && number > 0 && number < 1e9) {
            *ns = (int64_t)(number * units[i].ns);
            return *ns > 0;
        }
    return false;
}

static bool parse_bytes(const char *text, size_t *bytes)
{
    char *end;
    double number = strtod(text, &end);
    double unit = strcmp(end, "K") == 0   ? 1 << 10
                  : strcmp(end, "M") == 0 ? 1 << 20
                  : strcmp(end, "G") == 0 ? 1 << 30
                                          : 0;
    if (end == text || unit == 0 || number <= 0 || number > 1 << 20)
        return false;
    *bytes = (size_t)(number * unit);
    return true;
}

static bool set_last(struct config *config, const char *value)
{
    if (!parse_bytes(value, &config->limits.bytes) && !parse_ns(value, &config->limits.last_ns))
        return false;
    if (config->limits.bytes == 0)
        config->limits.bytes = KEEP_BYTES;
    return true;
}

static bool set_hold(struct config *config, const char *value)
{
    if (config->limits.bytes == 0)
        config->limits = (struct sink_limits){.last_ns = KEEP_NS, .bytes = KEEP_BYTES};
    return parse_ns(value, &config->hold_ns);
}

static bool set_signal(struct config *config, const char *value)
{
    static const struct {
        const char *name;
        int number;
    } signals[] = {{"USR1", SIGUSR1}, {"USR2", SIGUSR2}, {"HUP", SIGHUP}, {"WINCH", SIGWINCH}};
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
        if (strcmp(value, signals[i].name) == 0)
            config->signal = signals[i].number;
    return config->signal != 0;
}

static bool set_without(struct config *config, const char *value)
{
    static const char *const names[] = {
#define CONFIG_KIND(id, name, sentence) name,
#include "config_kinds.def"
#undef CONFIG_KIND
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(value, names[i]) == 0) {
            config->without |= UINT32_C(1) << i;
            return true;
        }
    return false;
}

static bool set_messages(struct config *config, const char *value)
{
    char *end;
    long number = strtol(value, &end, 10);
    if (end == value || *end != '\0' || number < 1 || number > 1000000)
        return false;
    config->message_every = (uint32_t)number;
    return true;
}

static bool set_lossy(struct config *config, const char *value)
{
    config->is_lossy = true;
    return value[0] == '\0';
}

static bool set_stopped(struct config *config, const char *value)
{
    config->is_stopped = true;
    return value[0] == '\0';
}

static const struct {
    const char *name;
    bool (*set)(struct config *config, const char *value);
    const char *form;
} rows[] = {
    {"last", set_last, "last=10s or last=64M"},
    {"hold", set_hold, "hold=50ms"},
    {"signal", set_signal, "signal=USR1, USR2, HUP or WINCH"},
    {"without", set_without, "without=messages, loops, prints, counts, arrows, notes or marks"},
    {"messages", set_messages, "messages=100, for one of 100"},
    {"lossy", set_lossy, "lossy"},
    {"stopped", set_stopped, "stopped"},
};

/* Takes one option in; false: it is wrong, and `form` is how it should be. */
static bool take(struct config *config, char *word, const char **form)
{
    char *value = word + strcspn(word, "=");
    if (*value != '\0')
        *value++ = '\0';
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        *form = rows[i].form;
        struct config changed = *config;
        if (strcmp(word, rows[i].name) != 0)
            continue;
        if (!rows[i].set(&changed, value))
            return false;
        *config = changed;
        return true;
    }
    *form = "one of last, hold, signal, without, messages, lossy, stopped";
    return false;
}

void config_read(struct config *config, const char *list, char *fault, size_t bytes)
{
    *config = (struct config){.message_every = 1};
    fault[0] = '\0';
    while (list != NULL && *list != '\0') {
        char word[WORD_BYTES];
        const char *form = "shorter";
        size_t length = strcspn(list, ",");
        snprintf(word, sizeof word, "%.*s", (int)length, list);
        if (fault[0] == '\0' && (length >= sizeof word || !take(config, word, &form)))
            snprintf(fault, bytes, "\"%.*s\" must be %s", (int)(length < 40 ? length : 40), list,
                     form);
        list += length + (list[length] == ',');
    }
}
