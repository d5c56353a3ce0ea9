/* SPDX-License-Identifier: Apache-2.0 */
/* Mail addresses, URLs and handles: one token between blanks, found by its sign. */
#include "agent/text/note.h"

#include <string.h>

static bool parts_chunks(const struct note *n, size_t i)
{
    return token_sign(n, i, ',') || token_sign(n, i, ';') || token_sign(n, i, '"') || token_sign(n, i, '<') ||
           token_sign(n, i, '>') || token_sign(n, i, ')') || token_sign(n, i, '(');
}

static bool ends_chunk(const struct note *n, size_t i)
{
    return i >= n->count || n->tokens[i].gap != GAP_NONE || parts_chunks(n, i);
}

static size_t chunk_end(const struct note *n, size_t i)
{
    while (!ends_chunk(n, i + 1))
        i++;
    while (token_sign(n, i, '.') || token_sign(n, i, ':') || token_sign(n, i, '!') || token_sign(n, i, '?'))
        i--;
    return i;
}

static size_t chunk_start(const struct note *n, size_t i)
{
    while (i > 0 && n->tokens[i].gap == GAP_NONE && !parts_chunks(n, i - 1) && !token_sign(n, i - 1, ':'))
        i--;
    return i;
}

static bool dot_follows(const struct note *n, size_t at, size_t end)
{
    for (size_t i = at; i <= end; i++)
        if (token_sign(n, i, '.'))
            return true;
    return false;
}

/* "jean.durand@ orange.fr", "durand @ free . fr": blanks around the sign. */
static size_t loose_mail_end(const struct note *n, size_t at)
{
    size_t i = at + 1;
    if (token_at(n, i)->kind == TOKEN_SIGN)
        return at;
    size_t end = chunk_end(n, i);
    if (dot_follows(n, i, end))
        return end;
    if (token_sign(n, end + 1, '.') && token_at(n, end + 2)->kind == TOKEN_WORD &&
        token_len(token_at(n, end + 2)) <= 4)
        return end + 2;
    return at;
}

/* "insta @jean.d" */
static bool named_handle(const struct note *n, size_t at)
{
    return at > 0 && token_among(n, at - 1, LIST_SOCIAL_NETWORK) && !ends_chunk(n, at + 1);
}

/* "@gmail. com", "@gmail,com": the domain after a blank or a wrong sign; end when none follows. */
static size_t parted_domain(const struct note *n, size_t at, size_t end)
{
    bool sign = token_sign(n, end + 1, '.') || token_sign(n, end + 1, ',');
    bool missing = end > at && sign && !dot_follows(n, at, end) && token_at(n, end + 2)->gap != GAP_LINE;
    return missing && token_among(n, end + 2, LIST_MAIL_DOMAIN) ? end + 2 : end;
}

static void mail(struct note *n, size_t at)
{
    const struct token *t = &n->tokens[at];
    bool open = t->gap != GAP_NONE || at == 0;
    if (open && named_handle(n, at)) {
        note_force(n, at, chunk_end(n, at), TEXT_ID, TEXT_BY_PATTERN);
        return;
    }
    size_t start =
        open && at > 0 && n->tokens[at - 1].kind != TOKEN_SIGN ? chunk_start(n, at - 1) : chunk_start(n, at);
    size_t end = ends_chunk(n, at + 1) ? loose_mail_end(n, at) : chunk_end(n, at);
    end = parted_domain(n, at, end);
    if (end == at || (open && !dot_follows(n, at, end))) { /* a handle, or a lone sign */
        if (!ends_chunk(n, at + 1))
            note_force(n, at, chunk_end(n, at), TEXT_ID, TEXT_BY_PATTERN);
        else if (end == at && start < at)
            note_force(n, start, at, TEXT_MAIL, TEXT_BY_PATTERN);
        return;
    }
    note_force(n, start, end, TEXT_MAIL, TEXT_BY_PATTERN);
}

#define JOINTS 8u /* words and signs between two parts of a spelt address */

static bool spelt_joint(const struct note *n, size_t i)
{
    return token_sign(n, i, '(') || token_sign(n, i, ')') || token_sign(n, i, '.') || token_sign(n, i, '-') ||
           token_sign(n, i, '_') || token_sign(n, i, '[') || token_sign(n, i, ']') ||
           token_among(n, i, LIST_SPELT_JOINT);
}

static bool spelt_part(const struct note *n, size_t i)
{
    const struct token *t = token_at(n, i);
    return t->kind != TOKEN_SIGN && t->gap != GAP_LINE && !t->label;
}

static bool domain(const struct note *n, size_t i)
{
    return token_among(n, i, LIST_MAIL_DOMAIN);
}

static bool spelt_at(const struct note *n, size_t i)
{
    if (*token_text(n, &n->tokens[i]) != 'a')
        return false;
    bool site = token_at(n, i + 1)->kind == TOKEN_WORD && token_sign(n, i + 2, '.') && domain(n, i + 3) &&
                token_tight(n, i + 3); /* "durand at laposte.net" */
    bool square = i > 0 && token_sign(n, i - 1, '[') && token_sign(n, i + 1, ']');
    return token_among(n, i, LIST_SPELT_AT) || (token_is(n, i, "at") && (site || square)) ||
           (token_is(n, i, "at") && i > 0 && token_sign(n, i - 1, '(') && token_sign(n, i + 1, ')'));
}

/* The first token of what is spelt before i, joint by joint. */
static size_t spelt_left(const struct note *n, size_t at)
{
    for (size_t from = at;;) {
        size_t k = from;
        while (k > 0 && k + JOINTS > from && spelt_joint(n, k - 1) &&
               !(token_sign(n, k - 1, '.') && n->tokens[k].gap != GAP_NONE))
            k--;
        const struct token *part = k > 0 ? &n->tokens[k - 1] : &token_nothing;
        bool parted = k == from && from < at && n->tokens[from].gap != GAP_NONE;
        if (part->kind == TOKEN_SIGN || part->label || n->tokens[from].gap == GAP_LINE || parted)
            return from;
        from = k - 1;
    }
}

static size_t spelt_right(const struct note *n, size_t at)
{
    for (size_t to = at;;) {
        size_t k = to + 1;
        while (k <= to + JOINTS && spelt_joint(n, k) &&
               !(token_sign(n, k, '.') && !token_tight(n, k + 1) && !domain(n, k + 1)))
            k++;
        if (!spelt_part(n, k) || (k == to + 1 && to > at && n->tokens[k].gap != GAP_NONE))
            return to;
        to = k;
    }
}

/* "astrid (point) durand arobase free point fr": a mail address as it was dictated. */
static void spelt_mail(struct note *n, size_t at)
{
    size_t from = spelt_left(n, at), to = spelt_right(n, at);
    if (from < at && to > at)
        note_force(n, from, to, TEXT_MAIL, TEXT_BY_PATTERN);
}

static bool scheme(const struct note *n, size_t i)
{
    return (token_is(n, i, "http") || token_is(n, i, "https") || token_is(n, i, "ftp")) &&
           token_sign(n, i + 1, ':') && token_sign(n, i + 2, '/');
}

/* "exemple.fr", "visio.mon-centre.fr", with nothing but a path after. */
static bool bare_domain(const struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    bool begins = t->gap != GAP_NONE || token_sign(n, i - 1, '.') || token_sign(n, i - 1, '-');
    return begins && token_len(t) > 2 && token_tight(n, i + 1) && token_tight(n, i + 2) &&
           token_among(n, i + 2, LIST_SITE_DOMAIN) && (ends_chunk(n, i + 3) || token_sign(n, i + 3, '/'));
}

static bool web(const struct note *n, size_t i)
{
    if (token_sign(n, i + 1, ':'))
        return scheme(n, i);
    return token_sign(n, i + 1, '.') && (token_is(n, i, "www") || bare_domain(n, i));
}

/* A web address, unless it holds an '@': a mail address will be found there. */
static void web_address(struct note *n, size_t i)
{
    size_t start = chunk_start(n, i), end = chunk_end(n, i);
    for (size_t k = start; k <= end; k++)
        if (token_sign(n, k, '@'))
            return;
    note_force(n, start, end, TEXT_ID, TEXT_BY_PATTERN);
}

/* An '@', said or written, and the first word of a web address; see may_end_site. */
bool may_begin_network(const struct token *t)
{
    if (t->kind == TOKEN_SIGN)
        return token_letter(t) == '@';
    return token_has(t, LIST_SPELT_AT) || token_has(t, LIST_WEB) || token_spells(t, "at");
}

/* "fr" of "exemple.fr", two tokens after what it ends. */
bool may_end_site(const struct token *t)
{
    return token_has(t, LIST_SITE_DOMAIN);
}

void detect_network(struct note *n)
{
    for (size_t i = note_next(n, START_NETWORK, 0); i < n->count; i = note_next(n, START_NETWORK, i + 1)) {
        const struct token *t = &n->tokens[i];
        if (t->label || t->kind == TOKEN_NUMBER)
            continue;
        if (t->kind == TOKEN_SIGN) {
            if (token_sign(n, i, '@'))
                mail(n, i);
        } else if (spelt_at(n, i)) {
            spelt_mail(n, i);
        } else if (web(n, i)) {
            web_address(n, i);
        }
    }
}
