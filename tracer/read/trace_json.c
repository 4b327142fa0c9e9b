/*
 * The scanner.  A trace's lines are short and flat, so a walk with one pointer is all that it
 * takes; whatever is deeper only has its brackets paired here and is checked by cJSON on demand.
 * Nothing recurses, so no input can exhaust the stack (cJSON has its own limit of depth).
 *
 * Every look at a byte is behind a comparison with `end`; the text needs no 0 at its end.
 */

#include "trace_json.h"

#include <cjson/cJSON.h>
#include <string.h>

static bool fail(struct trace_scan *scan, const char *at, const char *fault)
{
    scan->at = at;
    scan->fault = fault;
    return false;
}

static void skip_space(struct trace_scan *scan)
{
    while (scan->at < scan->end && (*scan->at == ' ' || *scan->at == '\t' || *scan->at == '\r' ||
                                    *scan->at == '\n'))
        scan->at++;
}

static bool is_digit(const char *at, const char *end)
{
    return at < end && *at >= '0' && *at <= '9';
}

static bool scan_string(struct trace_scan *scan, struct trace_value *value)
{
    const char *at = scan->at + 1;
    bool escaped = false;
    for (; at < scan->end && *at != '"'; at++) {
        unsigned char byte = (unsigned char)*at;
        if (byte < 0x20)
            return fail(scan, at, "a control character inside a string must be escaped");
        escaped |= byte == '\\' || byte >= 0x80;
        if (byte == '\\' && ++at == scan->end)
            break;
    }
    if (at >= scan->end)
        return fail(scan, scan->end, "expected a closing quote");
    *value = (struct trace_value){
        .text = scan->at + 1,
        .bytes = (uint32_t)(at - scan->at - 1),
        .type = TRACE_VALUE_STRING,
        .escaped = escaped,
    };
    scan->at = at + 1;
    return true;
}

/* One or more digits. */
static bool scan_digits(struct trace_scan *scan, const char **at)
{
    if (!is_digit(*at, scan->end))
        return fail(scan, *at, "expected a digit");
    while (is_digit(*at, scan->end))
        ++*at;
    return true;
}

static bool scan_number(struct trace_scan *scan, struct trace_value *value)
{
    const char *start = scan->at;
    const char *at = start + (*start == '-' ? 1 : 0);
    bool zero = at < scan->end && *at == '0';
    if (!scan_digits(scan, &at))
        return false;
    if (zero && at - start > (*start == '-' ? 2 : 1))
        return fail(scan, start, "a number must not begin with 0");
    if (at < scan->end && *at == '.') {
        at++;
        if (!scan_digits(scan, &at))
            return false;
    }
    if (at < scan->end && (*at == 'e' || *at == 'E')) {
        at++;
        if (at < scan->end && (*at == '+' || *at == '-'))
            at++;
        if (!scan_digits(scan, &at))
            return false;
    }
    *value = (struct trace_value){
        .text = start, .bytes = (uint32_t)(at - start), .type = TRACE_VALUE_NUMBER};
    scan->at = at;
    return true;
}

static bool scan_word(struct trace_scan *scan, struct trace_value *value)
{
    static const char *const words[] = {"true", "false", "null"};
    size_t left = (size_t)(scan->end - scan->at);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        size_t length = strlen(words[i]);
        size_t seen = left < length ? left : length;
        if (memcmp(scan->at, words[i], seen) != 0)
            continue;
        if (seen < length)
            return fail(scan, scan->end, "expected a value");
        *value = (struct trace_value){
            .text = scan->at, .bytes = (uint32_t)length, .type = TRACE_VALUE_WORD};
        scan->at += length;
        return true;
    }
    return fail(scan, scan->at, "expected a value");
}

/* An object or an array: up to the bracket that pairs with its first. */
static bool scan_nested(struct trace_scan *scan, struct trace_value *value)
{
    const char *start = scan->at;
    size_t depth = 0;
    while (scan->at < scan->end) {
        char byte = *scan->at;
        struct trace_value ignored;
        if (byte == '"') {
            if (!scan_string(scan, &ignored))
                return false;
            continue;
        }
        scan->at++;
        depth += byte == '{' || byte == '[';
        if ((byte == '}' || byte == ']') && --depth == 0) {
            *value = (struct trace_value){
                .text = start,
                .bytes = (uint32_t)(scan->at - start),
                .type = *start == '{' ? TRACE_VALUE_OBJECT : TRACE_VALUE_ARRAY,
            };
            return true;
        }
    }
    return fail(scan, scan->end, "expected a closing bracket");
}

bool trace_scan_value(struct trace_scan *scan, struct trace_value *value)
{
    if (scan->at == scan->end)
        return fail(scan, scan->end, "expected a value");
    switch (*scan->at) {
    case '"':
        return scan_string(scan, value);
    case '{':
    case '[':
        return scan_nested(scan, value);
    default:
        if (*scan->at == '-' || is_digit(scan->at, scan->end))
            return scan_number(scan, value);
        return scan_word(scan, value);
    }
}

/* Takes one byte that has to stand here. */
static bool scan_byte(struct trace_scan *scan, char byte, const char *fault)
{
    skip_space(scan);
    if (scan->at == scan->end || *scan->at != byte)
        return fail(scan, scan->at, fault);
    scan->at++;
    skip_space(scan);
    return true;
}

void trace_scan_begin(struct trace_scan *scan, const char *text, size_t bytes)
{
    *scan = (struct trace_scan){.at = text, .end = text + bytes, .first = true};
}

bool trace_scan_name(struct trace_scan *scan, struct trace_value *key)
{
    if (scan->at == scan->end || *scan->at != '"')
        return fail(scan, scan->at, "expected a name in quotes");
    return scan_string(scan, key) && scan_byte(scan, ':', "expected a colon");
}

bool trace_scan_member(struct trace_scan *scan, struct trace_value *key, struct trace_value *value)
{
    if (scan->fault != NULL)
        return false;
    if (scan->first && !scan_byte(scan, '{', "expected an object"))
        return false;
    skip_space(scan);
    if (scan->at < scan->end && *scan->at == '}') {
        scan->at++;
        return false;
    }
    if (!scan->first && !scan_byte(scan, ',', "expected a comma or a closing brace"))
        return false;
    scan->first = false;
    return trace_scan_name(scan, key) && trace_scan_value(scan, value);
}

bool trace_value_is_sound(const struct trace_value *value)
{
    cJSON *tree = cJSON_ParseWithLength(value->text, value->bytes);
    cJSON_Delete(tree);
    return tree != NULL;
}

/* A number taken apart: mantissa * 10^exponent, the sign apart. */
struct decimal {
    uint64_t mantissa;
    int exponent;
    bool negative;
};

/* Digits that would carry the mantissa over 64 bits only count towards the exponent. */
#define MANTISSA_FULL (UINT64_MAX / 10 - 1)

/* Beyond this the result is out of any range, whatever the digits; keeps the sum from wrapping. */
#define EXPONENT_MAX 4096

static int parse_exponent(const char *at, const char *end)
{
    bool negative = *at == '-';
    int exponent = 0;
    for (at += *at == '-' || *at == '+'; at < end && exponent < EXPONENT_MAX; at++)
        exponent = exponent * 10 + (*at - '0');
    return negative ? -exponent : exponent;
}

static struct decimal parse_decimal(const struct trace_value *value)
{
    const char *at = value->text;
    const char *end = at + value->bytes;
    struct decimal number = {.negative = *at == '-'};
    bool fraction = false;
    for (at += number.negative; at < end && *at != 'e' && *at != 'E'; at++) {
        if (*at == '.') {
            fraction = true;
        } else if (number.mantissa <= MANTISSA_FULL) {
            number.mantissa = number.mantissa * 10 + (uint64_t)(*at - '0');
            number.exponent -= fraction;
        } else {
            number.exponent += !fraction;
        }
    }
    if (at < end)
        number.exponent += parse_exponent(at + 1, end);
    return number;
}

/* mantissa * 10^exponent as an integer of at most `limit`; false if it is larger. */
static bool decimal_to_int(const struct decimal *number, uint64_t limit, int64_t *result)
{
    uint64_t magnitude = number->mantissa;
    for (int i = number->exponent; i < 0 && magnitude > 0; i++)
        magnitude /= 10;
    for (int i = number->exponent; i > 0 && magnitude > 0; i--) {
        if (magnitude > limit / 10)
            return false;
        magnitude *= 10;
    }
    if (magnitude > limit)
        return false;
    *result = number->negative ? -(int64_t)magnitude : (int64_t)magnitude;
    return true;
}

bool trace_value_int(const struct trace_value *value, int64_t *number)
{
    if (value->type != TRACE_VALUE_NUMBER)
        return false;
    struct decimal decimal = parse_decimal(value);
    return decimal_to_int(&decimal, INT64_MAX, number);
}

bool trace_value_ns(const struct trace_value *value, int64_t *ns)
{
    if (value->type != TRACE_VALUE_NUMBER)
        return false;
    struct decimal decimal = parse_decimal(value);
    decimal.exponent += 3;
    return decimal_to_int(&decimal, (uint64_t)TRACE_INSTANT_NS_MAX, ns);
}

/* Length of the UTF-8 character at `at`, or 0 if it is none. */
static size_t utf8_length(const unsigned char *at, size_t left)
{
    static const struct {
        unsigned char mask, lead;
        uint32_t smallest;
    } forms[] = {{0x80, 0x00, 0}, {0xe0, 0xc0, 0x80}, {0xf0, 0xe0, 0x800}, {0xf8, 0xf0, 0x10000}};
    for (size_t length = 1; length <= 4; length++) {
        if ((at[0] & forms[length - 1].mask) != forms[length - 1].lead)
            continue;
        uint32_t code = at[0] & (unsigned char)~forms[length - 1].mask;
        if (length > left)
            return 0;
        for (size_t i = 1; i < length; i++) {
            if ((at[i] & 0xc0) != 0x80)
                return 0;
            code = code << 6 | (at[i] & 0x3f);
        }
        bool surrogate = code >= 0xd800 && code <= 0xdfff;
        return code < forms[length - 1].smallest || code > 0x10ffff || surrogate ? 0 : length;
    }
    return 0;
}

/* Copies text that claims to be UTF-8; returns the length of the result. */
static size_t copy_utf8(const char *text, size_t count, char *buffer, size_t bytes)
{
    static const char replacement[] = "\xef\xbf\xbd";
    size_t used = 0;
    for (size_t i = 0; i < count;) {
        size_t length = utf8_length((const unsigned char *)text + i, count - i);
        const char *from = length > 0 ? text + i : replacement;
        size_t width = length > 0 ? length : sizeof replacement - 1;
        if (used + width >= bytes)
            break;
        memcpy(buffer + used, from, width);
        used += width;
        i += length > 0 ? length : 1;
    }
    buffer[used] = '\0';
    return used;
}

static size_t copy_escaped(const struct trace_value *value, char *buffer, size_t bytes)
{
    /* The quotes around the slice are still there, one byte either side. */
    cJSON *tree = cJSON_ParseWithLength(value->text - 1, value->bytes + 2);
    const char *text = cJSON_GetStringValue(tree);
    size_t used = text != NULL ? copy_utf8(text, strlen(text), buffer, bytes)
                               : copy_utf8(value->text, value->bytes, buffer, bytes);
    cJSON_Delete(tree);
    return used;
}

size_t trace_value_copy(const struct trace_value *value, char *buffer, size_t bytes)
{
    if (value->type == TRACE_VALUE_STRING && value->escaped)
        return copy_escaped(value, buffer, bytes);
    bool flat = value->type == TRACE_VALUE_STRING || value->type == TRACE_VALUE_NUMBER ||
                value->type == TRACE_VALUE_WORD;
    return copy_utf8(value->text, flat ? value->bytes : 0, buffer, bytes);
}
