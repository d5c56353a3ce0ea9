/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/text/guard.h"

#include <stdlib.h>
#include <string.h>

#define TOKEN_MAX 64u
#define LEAST_LETTERS 4u
#define LEAST_DIGITS 5u
#define RUN_DIGITS 8u
#define PHONE_DIGITS 9u /* without what stands for the country, or for France */
#define PART_MAX 39u
#define PHONE_PART 6u /* so many digits of a phone in a row are that phone */
#define VALUES 1024u  /* of a row: a field may hold some thousand bytes */

/* A value to look for, plainly spelt: a word may hold digits, a number only. */
struct value {
    char text[PART_MAX];
    size_t len;
    uint64_t hash; /* of a word, for the lexicon */
    bool phone;    /* of a number */
    bool common;   /* of a word: one of French, a town, an eponym too */
};

/* A word of the note, by its place; few are ever spelt. */
struct word {
    size_t start, end;
    uint32_t letters;
};

struct spelt {
    char text[TOKEN_MAX];
    size_t len;
};

struct text_guard {
    const struct lexicon *lexicon;
    struct value sought[VALUES],
        numbers[VALUES];      /* words, numbers; what is over their counts is never read */
    uint32_t letters[VALUES]; /* bit per letter that a word has */
    size_t sought_count, number_count;
    size_t shortest; /* letters of the shortest word sought */
    bool overflow;   /* the row has more */
};

/* One look at one note. */
struct look {
    const struct text_guard *row;
    const char *text;
    struct guard_range *hits;
    size_t hit_count, max;
    struct word words[3]; /* the one being read and the two before it, by turns */
    unsigned turn;
};

/* U+0000 to U+007F as plain letters and digits; blank for what is neither. */
static const char ascii[] = "                                "
                            "                0123456789      "
                            " abcdefghijklmnopqrstuvwxyz     "
                            " abcdefghijklmnopqrstuvwxyz     ";

/* A character beyond ASCII as plain letters: "é" is e, "œ" is oe. Its length; out is empty for what is
 * neither letter nor digit. */
static size_t plain_wide(const unsigned char *p, size_t left, char out[static 3])
{
    out[0] = out[1] = out[2] = '\0';
    size_t n = p[0] >= 0xF0 ? 4 : p[0] >= 0xE0 ? 3 : 2;
    if (n > left)
        return left;
    if (p[0] == 0xC3) {
        static const char upper[] = "aaaaaaaceeeeiiiidnooooo ouuuuyts";
        char c = upper[(p[1] & 0x3F) & 0x1F];
        if (c != ' ')
            out[0] = c;
        if ((p[1] & 0x1F) == 6)
            out[1] = 'e';
        if (p[1] == 0x9F)
            out[0] = out[1] = 's';
        if (p[1] == 0xBF)
            out[0] = 'y';
    } else if (p[0] == 0xC5 && (p[1] == 0x92 || p[1] == 0x93)) {
        out[0] = 'o';
        out[1] = 'e';
    }
    return n;
}

static size_t plain(const unsigned char *p, size_t left, char out[static 3])
{
    if (p[0] >= 0x80)
        return plain_wide(p, left, out);
    out[0] = ascii[p[0]] == ' ' ? '\0' : ascii[p[0]];
    out[1] = out[2] = '\0';
    return 1;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool blank(const char *text, size_t i)
{
    unsigned char c = (unsigned char)text[i];
    return c <= ' ' || (c == 0xC2 && (unsigned char)text[i + 1] == 0xA0);
}

static uint32_t letter_bit(char c)
{
    return 1u << ((unsigned char)c & 31u);
}

/* letter_bit of the ASCII letters; 0 of all else. */
#define BOTH(small, capital) [small] = 1u << ((small)&31), [capital] = 1u << ((small)&31)
static const uint32_t ascii_bits[256] = {
    BOTH('a', 'A'), BOTH('b', 'B'), BOTH('c', 'C'), BOTH('d', 'D'), BOTH('e', 'E'), BOTH('f', 'F'),
    BOTH('g', 'G'), BOTH('h', 'H'), BOTH('i', 'I'), BOTH('j', 'J'), BOTH('k', 'K'), BOTH('l', 'L'),
    BOTH('m', 'M'), BOTH('n', 'N'), BOTH('o', 'O'), BOTH('p', 'P'), BOTH('q', 'Q'), BOTH('r', 'R'),
    BOTH('s', 'S'), BOTH('t', 'T'), BOTH('u', 'U'), BOTH('v', 'V'), BOTH('w', 'W'), BOTH('x', 'X'),
    BOTH('y', 'Y'), BOTH('z', 'Z')};

/* Room for one more, unless it is there already. */
static struct value *add_value(struct text_guard *g, struct value *values, size_t count, const char *text,
                               size_t len)
{
    for (size_t i = 0; i < count; i++)
        if (values[i].len == len && values[i].text[0] == text[0] && memcmp(values[i].text, text, len) == 0)
            return NULL;
    if (count == VALUES) {
        g->overflow = true;
        return NULL;
    }
    memcpy(values[count].text, text, len);
    values[count].len = len;
    return &values[count];
}

static void add_word(struct text_guard *g, const char *text, size_t len)
{
    struct value *v = len < LEAST_LETTERS ? NULL : add_value(g, g->sought, g->sought_count, text, len);
    if (!v)
        return;
    v->phone = false;
    v->hash = lexicon_hash(text, len);
    lexicon_expect(g->lexicon, v->hash);
    uint32_t letters = 0;
    for (size_t i = 0; i < len; i++)
        letters |= letter_bit(text[i]);
    g->letters[g->sought_count++] = letters;
    if (len < g->shortest)
        g->shortest = len;
}

/* After all words were added, so that what the lexicon has of them is fetched together. */
static void find_common(struct text_guard *g)
{
    for (size_t i = 0; i < g->sought_count; i++)
        g->sought[i].common = lexicon_find(g->lexicon, g->sought[i].hash) &
                              (LEX_FRENCH | LEX_FUNCTION | LEX_MEDICAL | LEX_PLAIN | LEX_EPONYM | 0x1F0000u);
}

/* Without what stands for the country; one of far more digits is several in a row, each sought. */
static void add_number(struct text_guard *g, const char *digits, size_t len, bool phone)
{
    size_t over = phone && len > PHONE_DIGITS && len < 2 * PHONE_DIGITS ? len - PHONE_DIGITS : 0;
    struct value *v =
        len < LEAST_DIGITS ? NULL : add_value(g, g->numbers, g->number_count, digits + over, len - over);
    if (!v)
        return;
    v->phone = phone;
    v->common = false;
    g->number_count++;
}

/* One word or number of an identifier; a house number alone is too common to look for. */
static void add_part(struct text_guard *g, enum text_kind kind, const char *text, size_t len)
{
    if (len == 0 || !is_digit(text[0]))
        add_word(g, text, len);
    else if (kind != TEXT_IS_ADDRESS)
        add_number(g, text, len, kind == TEXT_IS_PHONE);
}

/* A part of an identifier as it is read. */
struct part {
    char text[PART_MAX];
    size_t len;
};

static void end_part(struct text_guard *g, enum text_kind kind, struct part *part)
{
    add_part(g, kind, part->text, part->len);
    part->len = 0;
}

/* A longer word is sought by its beginning; of more phones than that, none is cut in two. */
static void add_character(struct text_guard *g, enum text_kind kind, struct part *part, char c)
{
    bool phone = kind == TEXT_IS_PHONE;
    if (phone && part->len > 0 && is_digit(c) != is_digit(part->text[0]))
        end_part(g, kind, part);
    if (phone && part->len == PART_MAX && is_digit(c)) {
        add_part(g, kind, part->text, part->len);
        part->len = PHONE_PART - 1;
        memmove(part->text, part->text + PART_MAX - part->len, part->len);
    }
    if (part->len < PART_MAX)
        part->text[part->len++] = c;
}

static void add_parts(struct text_guard *g, const struct text_identifier *id)
{
    struct part part = {.len = 0};
    char c[3];
    size_t step;
    if (id->kind == TEXT_IS_BIRTH_DATE || id->kind == TEXT_IS_CALLER)
        return;
    for (size_t i = 0; i < id->len; i += step) {
        step = plain((const unsigned char *)id->value + i, id->len - i, c);
        if (c[0] == '\0' && id->kind != TEXT_IS_PHONE) /* a phone's signs part nothing */
            end_part(g, id->kind, &part);
        for (size_t k = 0; c[k]; k++)
            add_character(g, id->kind, &part, c[k]);
    }
    end_part(g, id->kind, &part);
    explicit_bzero(&part, sizeof(part));
}

static struct guard_range *last_hit(const struct look *l)
{
    return l->hit_count > 0 && l->hit_count <= l->max ? &l->hits[l->hit_count - 1] : NULL;
}

/* A hit that touches the one before widens it; they are sorted at the end. */
static void hit(struct look *l, size_t start, size_t end)
{
    struct guard_range *last = last_hit(l);
    if (last && last->end >= start && end >= last->start) {
        last->start = start < last->start ? start : last->start;
        last->end = end > last->end ? end : last->end;
        return;
    }
    if (l->hit_count < l->max)
        l->hits[l->hit_count] = (struct guard_range){start, end};
    l->hit_count++;
}

static void add_letter(struct spelt *s, char c)
{
    if (c && s->len < TOKEN_MAX)
        s->text[s->len++] = c;
}

static struct spelt spell(const struct look *l, const struct word *w)
{
    struct spelt s;
    s.len = 0;
    char c[3];
    for (size_t i = w->start; i < w->end;) {
        i += plain((const unsigned char *)l->text + i, w->end - i, c);
        add_letter(&s, c[0]);
        add_letter(&s, c[1]);
    }
    return s;
}

/* Whether the word so many before the one being read is in a list. */
static bool among(const struct look *l, unsigned back, const char *const *list)
{
    struct spelt s = spell(l, &l->words[(l->turn + 3 - back) % 3]);
    for (; *list; list++)
        if (strlen(*list) == s.len && memcmp(s.text, *list, s.len) == 0)
            return true;
    return false;
}

static bool addressed(const struct look *l)
{
    static const char *const cues[] = {"m",      "mr",      "mme",   "monsieur", "madame", "mlle",
                                       "dr",     "docteur", "chez",  "famille",  "nom",    "appelle",
                                       "prenom", "signe",   "ville", "commune",  NULL};
    return among(l, 1, cues);
}

/* "signe de Murphy", "maladie de Gilbert": medicine, not the person. */
static bool medical(const struct look *l)
{
    static const char *const links[] = {"de", "du", "d", "et", NULL};
    static const char *const heads[] = {
        "signe",          "maladie", "syndrome", "score", "manoeuvre", "test", "critere", "criteres",
        "classification", "echelle", "stade",    "point", "sd",        "sdr",  "type",    NULL};
    return (among(l, 1, links) && among(l, 2, heads)) || among(l, 1, heads);
}

static bool known(const struct look *l, const struct spelt *word)
{
    return lexicon_find(l->row->lexicon, lexicon_hash(word->text, word->len)) &
           (LEX_FRENCH | LEX_MEDICAL | LEX_DRUG | LEX_NEUTRAL | LEX_EPONYM);
}

static bool stands_in(const struct look *l, const struct value *v, const struct spelt *word)
{
    if (v->len == word->len && memcmp(v->text, word->text, v->len) == 0)
        return v->common ? addressed(l) : !medical(l);
    return !v->common && v->len < word->len && memmem(word->text, word->len, v->text, v->len) &&
           !known(l, word);
}

/* A value whose letters are not all in the word is not in it: this answers nearly always. */
static bool value_in(const struct look *l, const struct word *w)
{
    struct spelt word = {.len = 0};
    for (size_t i = 0; i < l->row->sought_count; i++) {
        if (l->row->letters[i] & ~w->letters)
            continue;
        if (word.len == 0)
            word = spell(l, w);
        if (stands_in(l, &l->row->sought[i], &word))
            return true;
    }
    return false;
}

/* The word that begins at start, empty when none does. */
static struct word read_word(const char *text, size_t start, size_t end)
{
    struct word w = {.start = start};
    size_t i = start;
    for (;;) {
        char c[3];
        for (uint32_t bit; i < end && (bit = ascii_bits[(unsigned char)text[i]]) != 0; i++)
            w.letters |= bit;
        if (i == end || (unsigned char)text[i] < 0x80)
            break;
        size_t step = plain_wide((const unsigned char *)text + i, end - i, c);
        if (c[0] == '\0')
            break;
        w.letters |= letter_bit(c[0]) | (c[1] ? letter_bit(c[1]) : 0);
        i += step;
    }
    w.end = i;
    return w;
}

/* The word at i, if one is there; returns where to go on. */
static size_t check_word(struct look *l, size_t i, size_t end)
{
    struct word w = read_word(l->text, i, end);
    if (w.end == i) {
        char sign[3];
        return i + plain((const unsigned char *)l->text + i, end - i, sign);
    }
    l->words[l->turn] = w;
    if (w.end - i >= l->row->shortest && value_in(l, &w))
        hit(l, i, w.end);
    l->turn = l->turn < 2 ? l->turn + 1 : 0;
    return w.end;
}

/* Digits with at most one light sign between them. Of a group only the first RUN_DIGITS are kept: as many are
 * never clinical, whatever they are. */
struct run {
    char digits[TOKEN_MAX];
    size_t len, end;
    size_t solid; /* kept digits of the longest group */
};

static void read_run(const char *text, size_t i, size_t end, struct run *r)
{
    for (r->len = r->solid = 0;; i++) {
        size_t group = i;
        for (; i < end && is_digit(text[i]); i++)
            if (i - group < RUN_DIGITS && r->len < TOKEN_MAX)
                r->digits[r->len++] = text[i];
        if (r->solid < i - group)
            r->solid = i - group < RUN_DIGITS ? i - group : RUN_DIGITS;
        if (i + 1 >= end || !strchr(" .-/_", text[i]) || !is_digit(text[i + 1]))
            break;
    }
    r->end = i;
}

static bool number_in(const struct look *l, const struct run *r)
{
    for (size_t i = 0; i < l->row->number_count && r->len >= LEAST_DIGITS; i++) {
        const struct value *v = &l->row->numbers[i];
        if (r->len >= v->len && memmem(r->digits, r->len, v->text, v->len))
            return true;
        for (size_t k = 0; v->phone && k + PHONE_PART <= v->len; k++)
            if (r->len >= PHONE_PART && memmem(r->digits, r->len, v->text + k, PHONE_PART))
                return true;
    }
    return false;
}

static size_t check_number(struct look *l, size_t i, size_t end)
{
    struct run r;
    read_run(l->text, i, end, &r);
    if (r.solid >= RUN_DIGITS || number_in(l, &r))
        hit(l, i, r.end);
    return r.end;
}

/* What stands around an '@', unless another '@' of the same took it. */
static void check_at(struct look *l, size_t start, size_t at, size_t end)
{
    const struct guard_range *last = last_hit(l);
    size_t a = at, b = at + 1;
    if (last && at < last->end)
        return;
    while (a > start && !blank(l->text, a - 1))
        a--;
    while (b < end && !blank(l->text, b))
        b++;
    hit(l, a, b);
}

/* One run of kept bytes: its words, its numbers, and what stands around a lone '@'. */
static void check_kept(struct look *l, size_t start, size_t end)
{
    for (size_t i = start; i < end;) {
        unsigned char c = (unsigned char)l->text[i];
        if (c == ' ')
            i++;
        else if (ascii_bits[c] || c >= 0x80)
            i = check_word(l, i, end);
        else if (is_digit(l->text[i]))
            i = check_number(l, i, end);
        else if (c == '@')
            check_at(l, start, i++, end);
        else
            i++;
    }
}

static void sort_hits(struct guard_range *hits, size_t count)
{
    for (size_t i = 1; i < count; i++)
        for (size_t k = i; k > 0 && hits[k].start < hits[k - 1].start; k--) {
            struct guard_range swap = hits[k];
            hits[k] = hits[k - 1];
            hits[k - 1] = swap;
        }
}

struct text_guard *text_guard_new(const struct lexicon *lexicon)
{
    struct text_guard *g = calloc(1, sizeof(*g));
    if (g)
        g->lexicon = lexicon;
    return g;
}

void text_guard_free(struct text_guard *g)
{
    if (g)
        explicit_bzero(g, sizeof(*g));
    free(g);
}

bool text_guard_prepare(struct text_guard *g, const struct text_identifier *identifiers, size_t count)
{
    text_guard_wipe(g);
    for (size_t i = 0; i < count && !g->overflow; i++)
        add_parts(g, &identifiers[i]);
    find_common(g);
    return !g->overflow;
}

void text_guard_wipe(struct text_guard *g)
{
    explicit_bzero(g->sought, g->sought_count * sizeof(g->sought[0]));
    explicit_bzero(g->numbers, g->number_count * sizeof(g->numbers[0]));
    explicit_bzero(g->letters, g->sought_count * sizeof(g->letters[0]));
    g->sought_count = g->number_count = 0;
    g->shortest = PART_MAX;
    g->overflow = false;
}

size_t text_guard_check(const struct text_guard *g, const char *text, size_t len,
                        const struct guard_range *removed, size_t removed_count, struct guard_range *ret_hits,
                        size_t max)
{
    struct look l = {.row = g, .text = text, .hits = ret_hits, .max = max};
    size_t at = 0;
    for (size_t i = 0; i <= removed_count && l.hit_count <= max; i++) {
        size_t end = i < removed_count ? removed[i].start : len;
        if (at < end)
            check_kept(&l, at, end);
        if (i < removed_count)
            at = removed[i].end;
    }
    size_t count = l.hit_count > max ? max + 1 : l.hit_count;
    sort_hits(ret_hits, count > max ? max : count);
    return count;
}
