/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/discover/name.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define WORD_MAX 64

/* Words of two letters that are looked for within words run together. */
static const char short_parts[] = "dt cd no id cp ta nb";

/* Whether a list of words between blanks has this one. */
static bool list_has(const char *list, const char *word, size_t len)
{
    for (const char *at = list; *at != '\0';) {
        size_t span = strcspn(at, " /");
        if (span == len && strncmp(at, word, len) == 0)
            return true;
        at += span + (at[span] != '\0');
    }
    return false;
}

bool name_has(const struct name *name, const char *concept)
{
    for (unsigned i = 0; i < name->count; i++)
        if (strcmp(name->concepts[i], concept) == 0)
            return true;
    return false;
}

static bool word_known(const char *word, size_t len)
{
    for (const struct concept *c = discover_concepts; c->name != NULL; c++)
        if (list_has(c->words, word, len))
            return true;
    return false;
}

static void add_word(struct name *name, const char *word, size_t len)
{
    for (const struct concept *c = discover_concepts; c->name != NULL; c++)
        if (list_has(c->words, word, len) && !name_has(name, c->name) && name->count < NAME_CONCEPTS_MAX)
            name->concepts[name->count++] = c->name;
}

/* Parts words run together, longest first: nompat is nom, pat. False when letters are left over. */
static bool part(struct name *name, const char *word, size_t len, bool add)
{
    if (len == 0)
        return true;
    for (size_t take = len; take >= 2; take--) {
        bool fits = take > 2 || list_has(short_parts, word, take);
        if (!fits || !word_known(word, take) || !part(name, word + take, len - take, false))
            continue;
        if (add) {
            add_word(name, word, take);
            part(name, word + take, len - take, true);
        }
        return true;
    }
    return false;
}

static void read_word(struct name *name, const char *word, size_t len)
{
    size_t letters = len;
    while (letters > 0 && isdigit((unsigned char)word[letters - 1]))
        letters--;
    if (word_known(word, len)) {
        add_word(name, word, len);
        return;
    }
    if (letters > 0 && letters < len) {
        read_word(name, word, letters);
        add_word(name, word + letters, len - letters);
    } else if (len < 4 || !part(name, word, len, true)) {
        name->unknown += letters > 0;
    }
}

/* Letters that French adds to ASCII, without their accents. */
static char fold(unsigned char lead, unsigned char c)
{
    static const char plain[] = "aaaaaaaceeeeiiiidnooooo*ouuuuypsaaaaaaaceeeeiiiidnooooo/ouuuuypy";
    return lead == 0xC3 && c >= 0x80 && c <= 0xBF ? plain[c - 0x80] : '\0';
}

static bool is_boundary(const char *at, char before)
{
    if (isupper((unsigned char)*at) == 0)
        return false;
    return islower((unsigned char)before) != 0 ||
           (isupper((unsigned char)before) != 0 && islower((unsigned char)at[1]) != 0);
}

/* Two words may be one that we know: FirstName, code_postal. */
static void read_pair(struct name *name, const char *before, const char *word)
{
    char pair[WORD_MAX * 2];
    int len = snprintf(pair, sizeof pair, "%s%s", before, word);
    if (before[0] != '\0' && word_known(pair, (size_t)len))
        add_word(name, pair, (size_t)len);
}

struct reader {
    char before[WORD_MAX], word[WORD_MAX];
    size_t len;
};

static void end_word(struct reader *r, struct name *name)
{
    r->word[r->len] = '\0';
    read_word(name, r->word, r->len);
    read_pair(name, r->before, r->word);
    memcpy(r->before, r->word, sizeof r->before);
    r->len = 0;
}

void name_read(const char *text, struct name *ret)
{
    struct reader r = {.len = 0};
    char previous = '\0';
    *ret = (struct name){0};
    for (const char *at = text; *at != '\0'; previous = *at, at++) {
        char c = (char)tolower((unsigned char)*at);
        if ((unsigned char)*at == 0xC3 && at[1] != '\0') {
            c = fold(0xC3, (unsigned char)at[1]);
            at++;
        }
        bool letter = isalnum((unsigned char)c) != 0;
        if (r.len > 0 && (!letter || is_boundary(at, previous)))
            end_word(&r, ret);
        if (letter && r.len < WORD_MAX - 1)
            r.word[r.len++] = c;
    }
    if (r.len > 0)
        end_word(&r, ret);
}

/* One of a/b/c. */
static bool any_of(const struct name *name, const char *term)
{
    for (unsigned i = 0; i < name->count; i++)
        if (list_has(term, name->concepts[i], strlen(name->concepts[i])))
            return true;
    return false;
}

bool name_says(const struct name *name, const char *terms)
{
    for (const char *at = terms; *at != '\0';) {
        char term[WORD_MAX * 2] = "";
        size_t span = strcspn(at, " ");
        bool no = *at == '!';
        memcpy(term, at + no, span - no < sizeof term - 1 ? span - no : sizeof term - 1);
        if (any_of(name, term) == no)
            return false;
        at += span + (at[span] == ' ');
    }
    return true;
}
