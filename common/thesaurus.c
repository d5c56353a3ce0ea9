/* SPDX-License-Identifier: Apache-2.0 */
/* Codes against patterns: a small subset of regular expressions, since every code of every record is matched
 * and regexec(3) would cost more than all the other rules together. */
#include <string.h>

#include "common/thesaurus.h"

#define CODE_MAX 32

/* One piece of a pattern: a set of characters and how often. */
struct piece {
    const char *set; /* inside the brackets, or the single character */
    size_t set_len;
    bool is_class;
    unsigned least, most;
    const char *after; /* the rest of the pattern */
};

static bool take_count(const char **at, unsigned *ret)
{
    if (**at < '0' || **at > '9')
        return false;
    unsigned value = 0;
    while (**at >= '0' && **at <= '9' && value <= CODE_MAX)
        value = value * 10 + (unsigned)(*(*at)++ - '0');
    *ret = value;
    return value <= CODE_MAX;
}

/* ?, {n} or {m,n}, or nothing: once. */
static bool take_quantifier(const char **at, struct piece *piece)
{
    piece->least = piece->most = 1;
    if (**at == '?') {
        (*at)++;
        piece->least = 0;
        return true;
    }
    if (**at != '{')
        return true;
    (*at)++;
    if (!take_count(at, &piece->least))
        return false;
    piece->most = piece->least;
    if (**at == ',') {
        (*at)++;
        if (!take_count(at, &piece->most))
            return false;
    }
    return *(*at)++ == '}' && piece->least <= piece->most && piece->most > 0;
}

static bool take_piece(const char *at, struct piece *ret)
{
    *ret = (struct piece){0};
    if (*at == '[') {
        const char *close = strchr(at, ']');
        if (close == NULL || close == at + 1 || at[1] == '^')
            return false;
        *ret = (struct piece){.set = at + 1, .set_len = (size_t)(close - at - 1), .is_class = true};
        at = close + 1;
    } else {
        if (*at == '\\')
            at++;
        else if (strchr("]{}()?*+.|^$", *at) != NULL)
            return false; /* also the pattern's end */
        if (*at < ' ' || *at > '~')
            return false;
        *ret = (struct piece){.set = at, .set_len = 1};
        at++;
    }
    if (!take_quantifier(&at, ret))
        return false;
    ret->after = at;
    return true;
}

static bool piece_has(const struct piece *piece, char c)
{
    if (!piece->is_class)
        return *piece->set == c;
    for (size_t i = 0; i < piece->set_len; i++) {
        if (i + 2 < piece->set_len && piece->set[i + 1] == '-') {
            if (c >= piece->set[i] && c <= piece->set[i + 2])
                return true;
            i += 2;
        } else if (piece->set[i] == c) {
            return true;
        }
    }
    return false;
}

bool thesaurus_pattern_valid(const char *pattern)
{
    struct piece piece;
    if (*pattern == '\0')
        return false;
    for (; *pattern != '\0'; pattern = piece.after)
        if (!take_piece(pattern, &piece))
            return false;
    return true;
}

/* Greedy, then fewer: patterns are a few pieces long, so the depth is theirs. */
static bool match(const char *pattern, const char *code, size_t len)
{
    struct piece piece;
    if (*pattern == '\0')
        return len == 0;
    if (!take_piece(pattern, &piece))
        return false;
    unsigned count = 0;
    while (count < piece.most && count < len && piece_has(&piece, code[count]))
        count++;
    for (;; count--) {
        if (count < piece.least)
            return false;
        if (match(piece.after, code + count, len - count))
            return true;
        if (count == 0)
            return false;
    }
}

bool thesaurus_match(const struct model_thesaurus *thesaurus, const char *code, size_t len)
{
    if (len == 0 || len > CODE_MAX)
        return false;
    for (char **pattern = thesaurus->patterns; pattern != NULL && *pattern != NULL; pattern++)
        if (match(*pattern, code, len))
            return true;
    return false;
}
