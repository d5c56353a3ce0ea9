/* SPDX-License-Identifier: Apache-2.0 */
/* Identifiers written in groups ("dossier CPAM 91 2218 704", "immat P 12841 F"), and what goes on from a
 * phone that was found ("01 60 06 00 00 p. 48"). */
#include "agent/text/note.h"

#define GROUP_LETTERS 4u
#define LEAST_DIGITS 5u /* without letters: fewer are counted, measured, told by a clock */

/* What was read of an identifier. */
struct grouped {
    size_t last, groups, digits, letters;
};

static bool blank_or_joint(const struct note *n, size_t i, size_t *word)
{
    bool sign = token_sign(n, i, '-') || token_sign(n, i, '/') || token_sign(n, i, '_');
    *word = sign ? i + 1 : i;
    const struct token *t = token_at(n, *word);
    return sign ? n->tokens[i].gap == GAP_NONE && t->gap == GAP_NONE : t->gap != GAP_LINE;
}

/* "P" and "AL": a single capital has the shape of a word with one. */
static bool upper(const struct token *t)
{
    return t->kind == TOKEN_WORD && (token_len(t) == 1 ? t->shape != SHAPE_LOWER : t->shape == SHAPE_UPPER);
}

/* A number that counts or measures what follows, or a house in a street. */
static bool measures(const struct note *n, size_t i)
{
    const struct token *next = token_at(n, i + 1);
    enum text_cue cue = token_cue(next);
    if (token_sign(n, i + 1, '%') || note_ordinal(n, i))
        return true;
    return next->kind == TOKEN_WORD && next->gap != GAP_LINE &&
           (cue == CUE_UNIT || cue == CUE_MONTH || cue == CUE_STREET || cue == CUE_RESID) &&
           !(token_len(next) == 1 && upper(next) && n->profile != CASE_UPPER);
}

static bool number_group(const struct note *n, size_t i)
{
    const struct token *t = token_at(n, i);
    return t->kind == TOKEN_NUMBER && !t->label && !t->locked && !measures(n, i);
}

static bool few_letters(const struct token *t)
{
    if (t->kind != TOKEN_WORD || t->label || t->locked || token_len(t) > GROUP_LETTERS)
        return false;
    bool quiet = token_cue(t) == CUE_NONE || token_has(t, LIST_NUMBERED_STREET); /* "AL 67 1932" */
    return token_len(t) == 1 || (quiet && !(t->flags & LEX_NEUTRAL));
}

/* Letters that are no word: in capitals where capitals tell something, in no list elsewhere. */
static bool odd_letters(const struct note *n, const struct token *t)
{
    bool odd = token_len(t) == 1 || !(t->flags & (LEX_FRENCH | LEX_FUNCTION | LEX_MEDICAL));
    return (n->profile != CASE_UPPER && upper(t)) || (n->profile != CASE_NORMAL && odd);
}

static bool letter_group(const struct note *n, size_t i)
{
    const struct token *t = token_at(n, i), *next = token_at(n, i + 1);
    if (!few_letters(t) || !odd_letters(n, t))
        return false;
    bool ends = next->kind == TOKEN_SIGN || next->gap == GAP_LINE;
    size_t k;
    return (ends && token_len(t) <= 2) || (blank_or_joint(n, i + 1, &k) && number_group(n, k));
}

static void read_groups(const struct note *n, size_t i, struct grouped *g)
{
    *g = (struct grouped){.last = i};
    for (size_t k = i; k < n->count && g->groups < 7;) {
        bool number = number_group(n, k);
        if (!number && !letter_group(n, k))
            return;
        *(number ? &g->digits : &g->letters) += token_len(&n->tokens[k]);
        g->groups++;
        g->last = k;
        if (!blank_or_joint(n, k + 1, &k))
            return;
    }
}

/* What may stand between the word that announces an identifier and it. */
static bool between(const struct note *n, size_t i)
{
    const struct token *t = token_at(n, i);
    if (t->gap == GAP_LINE || t->label)
        return false;
    if (t->kind == TOKEN_SIGN)
        return token_sign(n, i, ':') || token_sign(n, i, '.') || token_sign(n, i, FOLD_DEGREE) ||
               token_sign(n, i, '\'') || token_sign(n, i, '=');
    bool which = token_len(t) == 1 && *token_text(n, t) <= 'f' && token_at(n, i + 1)->kind == TOKEN_WORD &&
                 token_at(n, i + 1)->gap == GAP_SPACE; /* "code b B38TP" */
    return token_cue(t) == CUE_ID || which || t->flags & LEX_NEUTRAL || token_among(n, i, LIST_ID_LINK);
}

static bool announces(const struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    return t->kind == TOKEN_WORD && !t->label &&
           (token_cue(t) == CUE_ID || token_among(n, i, LIST_ID_WORD) ||
            (token_is(n, i, "n") && token_sign(n, i + 1, FOLD_DEGREE)));
}

static void announced(struct note *n, size_t cue)
{
    struct grouped g;
    for (size_t i = cue + 1; i < cue + 7; i++) {
        read_groups(n, i, &g);
        bool whole =
            g.groups > 1 && (g.digits >= LEAST_DIGITS || (g.letters > 0 && g.digits + 1 >= LEAST_DIGITS) ||
                             (g.groups > 2 && g.letters > 2 && g.digits > 2)); /* "imm LÖ-WZ 318" */
        if (whole) {
            note_mark(n, i, g.last, TEXT_ID, TEXT_BY_CUE);
            return;
        }
        if (!between(n, i))
            return;
    }
}

/* "70.93" */
static bool dotted(const struct note *n, size_t i)
{
    const struct token *a = token_at(n, i), *b = token_at(n, i + 2);
    return number_group(n, i) && token_len(a) == 2 && token_sign(n, i + 1, '.') && b->kind == TOKEN_NUMBER &&
           b->gap == GAP_NONE && token_len(b) == 2;
}

static bool opens_doors(const struct grouped *g)
{
    size_t size = g->digits + g->letters;
    return g->groups > 1 && g->groups < 5 && g->letters > 0 && g->digits > 1 && size > 3 && size < 9;
}

/* "code: CB 87", "digicode B80 14", "code 70.93": a code of a door in groups. */
static void announced_code(struct note *n, size_t cue)
{
    struct grouped g;
    bool numbered = token_value(n, cue + 1) >= 0 && token_len(token_at(n, cue + 1)) == 1 &&
                    !(token_at(n, cue + 2)->kind == TOKEN_NUMBER && token_len(token_at(n, cue + 2)) == 1);
    size_t start = numbered ? cue + 2 : cue + 1; /* "code 1 A7704" */
    for (size_t i = start; i < start + 4; i++) {
        read_groups(n, i, &g);
        bool parted = dotted(n, i);
        if (parted || opens_doors(&g)) {
            note_mark(n, i, parted ? i + 2 : g.last, TEXT_CODE, TEXT_BY_CUE);
            return;
        }
        if (!between(n, i))
            return;
    }
}

static bool announces_code(const struct note *n, size_t i)
{
    return !n->tokens[i].label && token_among(n, i, LIST_CODE_WORD);
}

/* "V-0317": three letters at most, tied to four digits that are no year. */
static bool filed(const struct note *n, size_t i)
{
    const struct token *t = token_at(n, i);
    long v = token_value(n, i + 2);
    return upper(t) && token_len(t) <= 3 && token_sign(n, i + 1, '-') && token_len(token_at(n, i + 2)) == 4 &&
           v >= 0 && (v < 1900 || v > 2100);
}

/* "PV-13150-077": three letters at most, tied to groups of six digits or more in all. The last token; 0 when
 * it is none. */
static size_t tied(const struct note *n, size_t i)
{
    const struct token *t = token_at(n, i);
    size_t last = i, digits = 0;
    if (!upper(t) || token_len(t) > 3 || t->locked || token_cue(t) == CUE_VITAL || t->flags & LEX_MEDICAL)
        return 0;
    for (; token_hyphen(n, last + 1); last += 2) {
        const struct token *group = token_at(n, last + 2);
        if (group->kind != TOKEN_NUMBER || group->gap != GAP_NONE || group->locked)
            break;
        digits += token_len(group);
    }
    return digits > LEAST_DIGITS && token_at(n, last + 1)->kind != TOKEN_WORD ? last : 0;
}

/* "77G06": a sector of psychiatry. */
static bool sector(const struct note *n, size_t i)
{
    return token_value(n, i) > 0 && token_len(token_at(n, i)) == 2 && token_value(n, i + 2) > 0 &&
           token_len(token_at(n, i + 2)) == 2 && (token_is(n, i + 1, "g") || token_is(n, i + 1, "i"));
}

/* Three tokens without a blank, and nothing tied to them. */
static void shaped(struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i], *a = token_at(n, i + 1), *b = token_at(n, i + 2);
    size_t last = t->label || (i > 0 && t->gap == GAP_NONE) ? 0 : tied(n, i);
    if (last) {
        note_force(n, i, last, TEXT_ID, TEXT_BY_PATTERN);
        return;
    }
    if (t->label || (i > 0 && t->gap == GAP_NONE) || b->gap != GAP_NONE || a->gap != GAP_NONE ||
        token_tight(n, i + 3))
        return;
    if (filed(n, i) || sector(n, i))
        note_mark(n, i, i + 2, TEXT_ID, TEXT_BY_PATTERN);
}

/* Words that announce an identifier or a code, and what may begin one by its shape. */
bool may_begin_identifier(const struct token *t)
{
    if (t->kind != TOKEN_WORD)
        return t->kind == TOKEN_NUMBER && token_len(t) <= 2;
    return token_cue(t) == CUE_ID || token_has(t, LIST_ID_WORD) || token_has(t, LIST_CODE_WORD) ||
           token_spells(t, "n") || (token_len(t) <= 3 && t->shape != SHAPE_LOWER);
}

void detect_grouped_identifiers(struct note *n)
{
    for (size_t i = note_next(n, START_ID, 0); i < n->count; i = note_next(n, START_ID, i + 1)) {
        if (announces(n, i))
            announced(n, i);
        else if (announces_code(n, i))
            announced_code(n, i);
        shaped(n, i);
    }
}

/* "p. 48" */
static size_t page(const struct note *n, size_t i)
{
    size_t k = token_sign(n, i + 1, '.') ? i + 2 : i + 1;
    return token_is(n, i, "p") && token_at(n, k)->kind == TOKEN_NUMBER && token_len(token_at(n, k)) <= 5 ? k
                                                                                                         : 0;
}

/* "ou 86", "puis 7", "taper 1", "/ 45": a few digits that nothing follows. */
static size_t dialled_after(const struct note *n, size_t i)
{
    const struct token *t = token_at(n, i + 1), *next = token_at(n, i + 2);
    bool sign = token_sign(n, i, '/') || token_sign(n, i, '-');
    bool ends = next->gap == GAP_LINE || next->kind == TOKEN_SIGN || next->flags & LEX_FUNCTION;
    if ((!sign && !token_among(n, i, LIST_AFTER_PHONE)) || t->kind != TOKEN_NUMBER || t->gap == GAP_LINE ||
        t->label)
        return 0;
    return ends && token_len(t) <= (sign ? 2u : 4u) && !token_sign(n, i + 2, '/') &&
                   !token_sign(n, i + 2, '%')
               ? i + 1
               : 0;
}

/* What goes on from a phone that ends before i. */
static void extension(struct note *n, size_t i)
{
    if (n->tokens[i - 1].label != TEXT_TEL || n->tokens[i].gap == GAP_LINE)
        return;
    bool spelt = n->tokens[i].gap == GAP_NONE && token_among(n, i, LIST_NUMBER_WORD); /* "0639987cinq83" */
    const struct token *more = token_at(n, i + 1);
    size_t last = spelt ? (more->kind == TOKEN_NUMBER && more->gap == GAP_NONE ? i + 1 : i) : page(n, i);
    if (!last)
        last = dialled_after(n, i);
    if (!last)
        return;
    n->tokens[last].locked = 0;
    note_mark(n, spelt ? i : last, last, TEXT_TEL, TEXT_BY_CUE);
}

void detect_extensions(struct note *n)
{
    for (size_t i = note_next(n, START_MARKED, 0) + 1; i < n->count; i = note_next(n, START_MARKED, i) + 1)
        if (!n->tokens[i].label)
            extension(n, i);
}

static bool open_chunk(const struct token *t)
{
    enum text_cue cue = token_cue(t);
    return !t->label && !t->locked && cue != CUE_TEL && cue != CUE_CODE && cue != CUE_DOOR &&
           (t->kind == TOKEN_NUMBER || (t->kind == TOKEN_WORD && token_len(t) <= 4));
}

/* The token beside i without a blank between, SIZE_MAX when none is. */
static size_t tight_beside(const struct note *n, size_t i, bool right)
{
    size_t k = right ? i + 1 : i - 1;
    return k < n->count && n->tokens[right ? k : i].gap == GAP_NONE ? k : SIZE_MAX;
}

static bool chunk_sign(const struct note *n, size_t i)
{
    return token_sign(n, i, '-') || token_sign(n, i, '/') || token_sign(n, i, '_') || token_sign(n, i, '#');
}

/* Extends one way from a marked identifier: over a joint and letters or digits, all without blank. */
static void close_from(struct note *n, size_t i, bool right)
{
    uint8_t label = n->tokens[i].label, source = n->tokens[i].source;
    for (;;) {
        size_t step = tight_beside(n, i, right);
        size_t to = step != SIZE_MAX && chunk_sign(n, step) ? tight_beside(n, step, right) : step;
        if (to == SIZE_MAX || !open_chunk(&n->tokens[to]) || n->tokens[step].label)
            return;
        for (size_t k = right ? step : to; k <= (right ? to : step); k++)
            note_label(n, k, label, source, false);
        if (!right) {
            n->tokens[i].head = 0;
            n->tokens[to].head = 1;
        }
        i = to;
    }
}

/* "01744/00218/2025", "CT-88114-54": what was taken for a phone is tied to more, as no phone is. */
static bool filed_phone(const struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i], *year = token_at(n, i + 2);
    if (t->label != TEXT_TEL)
        return false;
    if (token_sign(n, i + 1, '/') && token_tight(n, i + 1))
        return year->kind == TOKEN_NUMBER && year->gap == GAP_NONE && token_len(year) == 4 && !year->label;
    return i > 1 && t->head && token_hyphen(n, i - 1) && t->gap == GAP_NONE && upper(&n->tokens[i - 2]) &&
           token_len(&n->tokens[i - 2]) <= 3;
}

void close_chunks(struct note *n)
{
    for (size_t i = note_next(n, START_MARKED, 0); i < n->count; i = note_next(n, START_MARKED, i + 1)) {
        uint8_t label = n->tokens[i].label;
        const struct token *next = token_at(n, i + 1);
        if (token_len(&n->tokens[i]) == 8 && token_hyphen(n, i + 1)) /* "07741120-Z" */
            next = token_at(n, i + 2);
        bool letter =
            (label == TEXT_TEL || label == TEXT_NIR) && next->kind == TOKEN_WORD && token_len(next) == 1;
        if (label != TEXT_ID && label != TEXT_CODE && !letter && !filed_phone(n, i))
            continue;
        if (i + 1 >= n->count || !n->tokens[i + 1].label)
            close_from(n, i, true);
        if (i > 0 && !n->tokens[i - 1].label && !letter)
            close_from(n, i, false);
    }
}
