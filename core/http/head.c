/*
 * Heads, line by line.  Each line is read to where it stays, and its parts are made texts there.
 */

#include "head.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

/* A line becomes longer by this much at the most when it is taken apart. */
#define LINE_SPARE_BYTES 1

/* What a name may be made of, besides letters and digits. */
#define NAME_SIGNS "!#$%&'*+-.^_`|~"

static bool is_name(const char *text)
{
    if (*text == '\0')
        return false;
    for (; *text != '\0'; text++) {
        bool is_plain = (*text >= 'a' && *text <= 'z') || (*text >= 'A' && *text <= 'Z') ||
                        (*text >= '0' && *text <= '9');
        if (!is_plain && strchr(NAME_SIGNS, *text) == NULL)
            return false;
    }
    return true;
}

/* Reads a line behind what there is; as troupe_stream_read_line(), or -EBADMSG. */
static int read_line(const struct troupe_site *site, troupe_stream stream, troupe_http *message)
{
    char *line = message->room + message->head_bytes;
    size_t room = message->room_bytes - message->head_bytes;
    if (room < LINE_SPARE_BYTES + 2) /* not even an empty line fits */
        return -EMSGSIZE;
    int rc = troupe_stream_read_line_at(site, stream, line, room - LINE_SPARE_BYTES);
    if (rc <= 0)
        return rc;
    size_t length = strlen(line);
    bool has_end = length < (size_t)rc, has_zero = length + 2 < (size_t)rc;
    if (length + 2 == (size_t)rc) /* "\r\n", of which the second is still there */
        has_zero = line[length + 1] != '\n';
    return has_end && !has_zero ? rc : has_zero ? -EBADMSG : -EPIPE;
}

/* Makes three texts of a line of three words; the last may have blanks in it, or be missing. */
static int split_words(char *line, size_t *bytes)
{
    char *second = strchr(line, ' ');
    char *third = second != NULL ? strchr(second + 1, ' ') : NULL;
    if (second == NULL || second == line)
        return -EBADMSG;
    *bytes = strlen(line) + 1;
    *second = '\0';
    if (third != NULL) {
        *third = '\0';
        return 0;
    }
    line[(*bytes)++] = '\0'; /* there is one to spare */
    return 0;
}

/* Makes a name and a value of a line. */
static int split_header(char *line, size_t *bytes)
{
    char *colon = strchr(line, ':');
    if (colon == NULL)
        return -EBADMSG;
    *colon = '\0';
    if (!is_name(line))
        return -EBADMSG;
    const char *value = colon + 1 + strspn(colon + 1, " \t");
    size_t length = strlen(value);
    while (length > 0 && (value[length - 1] == ' ' || value[length - 1] == '\t'))
        length--;
    memmove(colon + 1, value, length);
    colon[1 + length] = '\0';
    *bytes = (size_t)(colon - line) + 1 + length + 1;
    return 0;
}

int head_read(const struct troupe_site *site, troupe_stream stream, troupe_http *message)
{
    message->head_bytes = 0;
    for (bool is_first = true;;) {
        int rc = read_line(site, stream, message);
        char *line = message->room + message->head_bytes;
        size_t bytes = 1;
        if (rc <= 0)
            return rc == 0 && !is_first ? -EPIPE : rc;
        if (is_first && line[0] == '\0')
            continue; /* some clients send an empty line too many */
        if (line[0] != '\0')
            rc = is_first ? split_words(line, &bytes) : split_header(line, &bytes);
        if (rc < 0)
            return rc;
        message->head_bytes += bytes;
        if (rc > 0)
            return 1; /* an empty line */
        is_first = false;
    }
}

const char *head_word(const troupe_http *message, int number)
{
    const char *word = message->room;
    while (number-- > 0)
        word += strlen(word) + 1;
    return word;
}

const char *troupe_http_header(const troupe_http *message, const char *name)
{
    if (message->room == NULL)
        return NULL;
    for (const char *at = head_word(message, 3); *at != '\0';) {
        const char *value = at + strlen(at) + 1;
        if (strcasecmp(at, name) == 0)
            return value;
        at = value + strlen(value) + 1;
    }
    return NULL;
}

/* Whether a list of words with commas between them has this word in it. */
static bool lists(const char *list, const char *word)
{
    size_t length = strlen(word);
    while (list != NULL && *list != '\0') {
        list += strspn(list, " \t,");
        size_t found = strcspn(list, " \t,");
        if (found == length && strncasecmp(list, word, length) == 0)
            return true;
        list += found;
    }
    return false;
}

/* 0 or 1 for "HTTP/1.0" or "HTTP/1.1"; or a negative code. */
static int minor_version(const char *text)
{
    if (strcmp(text, "HTTP/1.1") == 0)
        return 1;
    if (strcmp(text, "HTTP/1.0") == 0)
        return 0;
    return strncmp(text, "HTTP/", 5) == 0 ? -EPROTONOSUPPORT : -EBADMSG;
}

static void note_connection(troupe_http *message, int minor)
{
    const char *connection = troupe_http_header(message, "Connection");
    message->keeps_alive = minor > 0 && !lists(connection, "close");
}

int head_understand_request(troupe_http *message)
{
    int minor = minor_version(head_word(message, 2));
    message->method = head_word(message, 0);
    message->target = head_word(message, 1);
    if (minor < 0)
        return minor;
    note_connection(message, minor);
    bool has_host = minor == 0 || troupe_http_header(message, "Host") != NULL;
    return is_name(message->method) && message->target[0] != '\0' && has_host ? 0 : -EBADMSG;
}

int head_understand_response(troupe_http *message)
{
    int minor = minor_version(head_word(message, 0));
    const char *status = head_word(message, 1);
    if (minor < 0)
        return minor;
    note_connection(message, minor);
    if (strspn(status, "0123456789") != 3 || status[3] != '\0')
        return -EBADMSG;
    message->status = (status[0] - '0') * 100 + (status[1] - '0') * 10 + status[2] - '0';
    return message->status >= 100 ? 0 : -EBADMSG;
}
