/* SPDX-License-Identifier: Apache-2.0 */
#include "common/line_scan.h"

#include <stdlib.h>
#include <string.h>

struct cursor {
    const char *at, *end;
    char *out; /* where the next text is written */
};

void scan_free(struct scan *scan)
{
    free(scan->texts);
    *scan = (struct scan){.texts = NULL};
}

static bool eat(struct cursor *c, char wanted)
{
    if (c->at == c->end || *c->at != wanted)
        return false;
    c->at++;
    return true;
}

/* Bytes of the well-formed sequence at `at` (Unicode, table 3-7); 0 when there is none. */
static size_t utf8_sequence(const unsigned char *at, size_t left)
{
    static const struct {
        unsigned char first, last, second_first, second_last, length;
    } forms[] = {{0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3}, {0xe1, 0xec, 0x80, 0xbf, 3},
                 {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3}, {0xf0, 0xf0, 0x90, 0xbf, 4},
                 {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4}};
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        if (at[0] < forms[i].first || at[0] > forms[i].last)
            continue;
        size_t length = forms[i].length;
        if (left < length || at[1] < forms[i].second_first || at[1] > forms[i].second_last)
            return 0;
        for (size_t k = 2; k < length; k++)
            if ((at[k] & 0xc0) != 0x80)
                return 0;
        return length;
    }
    return 0;
}

/* After a backslash: the short forms, and \u00 with two hex digits of a control character (but NUL). */
static bool unescape(struct cursor *c)
{
    static const char names[] = "\"\\bfnrt", meant[] = "\"\\\b\f\n\r\t";
    if (c->at == c->end)
        return false;
    const char *found = *c->at != '\0' ? strchr(names, *c->at) : NULL;
    if (found != NULL) {
        *c->out++ = meant[found - names];
        c->at++;
        return true;
    }
    if (c->end - c->at < 5 || memcmp(c->at, "u00", 3) != 0 || (c->at[3] != '0' && c->at[3] != '1'))
        return false;
    static const char digits[] = "0123456789abcdef";
    const char *digit = c->at[4] != '\0' ? strchr(digits, c->at[4]) : NULL;
    if (digit == NULL)
        return false;
    *c->out = (char)((c->at[3] - '0') * 16 + (digit - digits));
    c->at += 5;
    return *c->out++ != '\0';
}

/* One character (or plain run of them) of a text. */
static bool take_character(struct cursor *c)
{
    unsigned char first = (unsigned char)*c->at;
    if (first == '\\') {
        c->at++;
        return unescape(c);
    }
    if (first < 0x20)
        return false;
    size_t length = first < 0x80 ? 1 : utf8_sequence((const unsigned char *)c->at, (size_t)(c->end - c->at));
    memcpy(c->out, c->at, length);
    c->at += length;
    c->out += length;
    return length > 0;
}

static bool take_text(struct cursor *c, struct scan_member *member)
{
    member->type = SCAN_TEXT;
    member->text = c->out;
    while (c->at < c->end && *c->at != '"') {
        const unsigned char byte = (unsigned char)*c->at;
        if (byte >= 0x20 && byte < 0x80 && byte != '\\') {
            *c->out++ = *c->at++;
            continue;
        }
        if (!take_character(c))
            return false;
    }
    member->len = (size_t)(c->out - member->text);
    *c->out++ = '\0';
    return eat(c, '"');
}

static bool take_word(struct cursor *c, const char *word, enum scan_type type, struct scan_member *member)
{
    size_t len = strlen(word);
    if ((size_t)(c->end - c->at) < len || memcmp(c->at, word, len) != 0)
        return false;
    member->type = type;
    c->at += len;
    return true;
}

static bool take_value(struct cursor *c, struct scan_member *member)
{
    if (eat(c, '"'))
        return take_text(c, member);
    if (take_word(c, "true", SCAN_TRUE, member) || take_word(c, "false", SCAN_FALSE, member))
        return true;
    member->type = SCAN_NUMBER;
    member->text = c->at;
    while (c->at < c->end && ((*c->at >= '0' && *c->at <= '9') || *c->at == '-' || *c->at == '.'))
        c->at++;
    member->len = (size_t)(c->at - member->text);
    return member->len > 0;
}

/* Names are the model's: [a-z0-9_]. */
static bool take_key(struct cursor *c, struct scan_member *member)
{
    if (!eat(c, '"'))
        return false;
    member->key = c->at;
    while (c->at < c->end &&
           ((*c->at >= 'a' && *c->at <= 'z') || (*c->at >= '0' && *c->at <= '9') || *c->at == '_'))
        c->at++;
    member->key_len = (size_t)(c->at - member->key);
    return eat(c, '"') && eat(c, ':');
}

bool scan_line(struct scan *scan, const char *line, size_t len)
{
    scan->count = 0;
    if (scan->room < len + 1) { /* a text and its NUL are shorter than the text and its quotes */
        free(scan->texts);
        scan->texts = malloc(2 * len + 1);
        scan->room = scan->texts != NULL ? 2 * len + 1 : 0;
        if (scan->texts == NULL)
            return false;
    }
    struct cursor c = {.at = line, .end = line + len, .out = scan->texts};
    if (!eat(&c, '{'))
        return false;
    do {
        if (scan->count == SCAN_MEMBERS_MAX)
            return false;
        struct scan_member *member = &scan->members[scan->count++];
        if (!take_key(&c, member) || !take_value(&c, member))
            return false;
    } while (eat(&c, ','));
    return eat(&c, '}') && c.at == c.end;
}

bool scan_number(const struct scan_member *member, unsigned decimals, int64_t *ret)
{
    const char *at = member->text, *end = at + member->len;
    int64_t value = 0;
    size_t before = 0, after = 0;
    bool negative = at < end && *at == '-', point = false;
    for (at += negative; at < end; at++) {
        if (*at == '.' && !point) {
            point = true;
            continue;
        }
        if (*at == '.' || *at == '-' || value > (INT64_MAX - 9) / 10)
            return false;
        value = value * 10 + (*at - '0');
        *(point ? &after : &before) += 1;
    }
    if (before == 0 || after != decimals || point != (decimals > 0))
        return false;
    *ret = negative ? -value : value;
    return true;
}
