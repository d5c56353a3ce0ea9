/* SPDX-License-Identifier: Apache-2.0 */
/* Finding the row's own identifiers in a note. */
#include "agent/text/own/own.h"

#include <string.h>

#define LEAST_JOINED 5u /* letters of a name that may be written in parts */
#define LEAST_REST 3u   /* letters of a name's last part that may have a slip */

/* Words of grammar and signs over which a cue reaches: "fils de X", "nom : X". */
static bool passes_over(const struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    if (t->kind == TOKEN_WORD)
        return t->flags & LEX_FUNCTION;
    return t->kind == TOKEN_NUMBER || token_sign(n, i, ':') || token_sign(n, i, '\'') ||
           token_sign(n, i, '.');
}

/* What in front of a word says that a name follows. */
static bool name_cue(const struct note *n, size_t i)
{
    if (note_titled(n, i))
        return true;
    for (size_t back = 1; back <= 3 && back <= i; back++) {
        if (own_announced_by(&n->tokens[i - back]))
            return true;
        if (!passes_over(n, i - back))
            return false;
    }
    return false;
}

/* From the letter that an apostrophe ties to a word, "GUIVARC'H" or "d'Angelo", to that word. */
static size_t over_apostrophe(const struct note *n, size_t k, bool right)
{
    size_t sign = right ? k + 1 : k - 1, word = right ? k + 2 : k - 2;
    bool tied = token_len(token_at(n, k)) == 1 && token_sign(n, sign, '\'') &&
                token_at(n, right ? word : k)->gap == GAP_NONE && token_at(n, sign)->gap == GAP_NONE;
    return tied && token_at(n, word)->kind == TOKEN_WORD ? word : k;
}

/* The word before or after i, over a hyphen or a slash, in the same line or over a hyphen that ends it;
 * SIZE_MAX when none. */
size_t own_beside(const struct note *n, size_t i, bool right)
{
    size_t k = right ? i + 1 : i - 1;
    bool hyphen = token_sign(n, k, '-') && n->tokens[k].gap == GAP_NONE;
    if (token_sign(n, k, '-') || token_sign(n, k, '/'))
        k += right ? 1 : SIZE_MAX;
    const struct token *t = token_at(n, k);
    bool apart = (right ? t->gap : n->tokens[i].gap) == GAP_LINE && !hyphen;
    return t->kind != TOKEN_WORD || apart || k == i ? SIZE_MAX : over_apostrophe(n, k, right);
}

static bool is_own(const struct own *o, const struct note *n, const struct token *t)
{
    if (t->flags & LEX_FUNCTION || token_len(t) <= 2)
        return false;
    for (size_t w = 0; w < o->word_count; w++)
        if (o->words[w].len == token_len(t) && memcmp(o->words[w].text, token_text(n, t), token_len(t)) == 0)
            return true;
    return false;
}

/* The row's name where something begins: "PIERRE éruption", "Blanche otalgie", ", blanche accompagnée". */
static bool opens(const struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    if (t->first && t->shape != SHAPE_LOWER && n->profile != CASE_UPPER)
        return true;
    bool begins = i == 0 || n->tokens[i - 1].kind == TOKEN_SIGN;
    return begins && t->own == TEXT_PRENOM && token_len(t) >= (t->shape == SHAPE_LOWER ? 5 : 4) &&
           token_at(n, i + 1)->kind == TOKEN_WORD;
}

/* "au Port", "o port", "vers Sens": what stands before a town. */
static bool before_town(const struct note *n, size_t i)
{
    return i > 0 && token_among(n, i - 1, LIST_BEFORE_TOWN) && n->tokens[i].gap == GAP_SPACE;
}

/* "près de Dun", "gare de dol", "vient d'is": no word that is not a place stands there without its article.
 */
bool own_near_town(const struct note *n, size_t i)
{
    size_t k = i > 0 && token_sign(n, i - 1, '\'') ? i - 1 : i;
    return k > 1 && (token_is(n, k - 1, "de") || token_is(n, k - 1, "d")) &&
           token_among(n, k - 2, LIST_NEAR_TOWN) && n->tokens[i].gap != GAP_LINE;
}

/* "(Vienne)", "secteur Tours": nothing else between two signs or ends. */
static bool by_itself(const struct note *n, size_t i)
{
    const struct token *before = i > 0 ? &n->tokens[i - 1] : &token_nothing, *after = token_at(n, i + 1);
    bool begins = i == 0 || n->tokens[i].gap == GAP_LINE || before->kind == TOKEN_SIGN ||
                  before->label == TEXT_ADRESSE || token_cue(before) == CUE_LOC ||
                  token_has(before, LIST_BEFORE_PLACE) || token_has(before, LIST_TOWARD);
    return begins && !token_sign(n, i - 1, '\'') && (after->kind != TOKEN_WORD || after->gap == GAP_LINE) &&
           after->kind != TOKEN_NUMBER;
}

/* A name of the row, also with a slip: "CHRIF merveille". */
bool own_marked(const struct token *t)
{
    return (t->label == TEXT_NOM || t->label == TEXT_PRENOM) &&
           (t->source == TEXT_BY_OWN || t->source == TEXT_BY_OWN_TYPO);
}

/* A word that is French too needs more than its letters: a capital inside a sentence, a cue, or company. */
static bool meant(const struct own *o, const struct note *n, size_t i, bool place)
{
    const struct token *t = &n->tokens[i];
    if (name_cue(n, i) ||
        (n->profile == CASE_NORMAL && !t->first && (t->shape == SHAPE_CAPITAL || t->shape == SHAPE_UPPER)))
        return true;
    for (unsigned right = 0; right < 2; right++) {
        size_t k = own_beside(n, i, right);
        if (k != SIZE_MAX && (is_own(o, n, &n->tokens[k]) || own_marked(&n->tokens[k]) ||
                              (place && token_cue(&n->tokens[k]) == CUE_STREET)))
            return true;
    }
    return false;
}

/* The row's other name stands before or after the word at i, which is one of them: "Durand, Rose". */
static bool in_full(const struct own *o, const struct note *n, size_t i)
{
    for (unsigned right = 0; right < 2; right++) {
        size_t k = own_across(n, i, right);
        if (k == SIZE_MAX || n->tokens[k].hash == n->tokens[i].hash)
            continue;
        const struct token *t = &n->tokens[k];
        bool name = t->own == TEXT_NOM || t->own == TEXT_PRENOM || own_marked(t);
        if (name && (own_marked(t) || is_own(o, n, t)))
            return true;
    }
    return false;
}

static bool known_otherwise(const struct token *t)
{
    return (t->flags & (LEX_FRENCH | LEX_FUNCTION | LEX_MEDICAL | LEX_DRUG | LEX_NEUTRAL)) != 0 ||
           token_cue(t) != CUE_NONE;
}

/* A street's word after what announces a person is the person: "rue Michel Roy", "sa mère Mihel". */
static enum text_label label_at(const struct note *n, size_t i, const struct own_word *w)
{
    bool place = w->label == TEXT_ADRESSE || w->label == TEXT_VILLE;
    return place && i > 0 && (note_titled(n, i) || own_announced_by(&n->tokens[i - 1])) && !n->tokens[i].label
               ? TEXT_NOM
               : (enum text_label)w->label;
}

void own_mark_as(struct note *n, size_t from, size_t to, const struct own_word *w, enum text_source source)
{
    enum text_label label = label_at(n, from, w);
    const struct token *before = from > 0 ? &n->tokens[from - 1] : &token_nothing;
    if (before->kind == TOKEN_WORD && token_len(before) == 1 && n->tokens[from].gap == GAP_NONE &&
        !before->label)
        from--; /* "mEmma" */
    for (size_t i = from; i <= to; i++)
        if (n->tokens[i].label && n->tokens[i].label != TEXT_ID)
            return;
    for (size_t i = from; i <= to; i++) {
        n->tokens[i].label = 0;
        n->tokens[i].role = w->role;
    }
    note_force(n, from, to, label, source);
}

/* A short listed name or town that differs is itself, not another name misspelt. */
static bool itself(const struct token *t, const struct own_word *w)
{
    return t->flags & (LEX_GIVEN | LEX_TOWN) && w->label != TEXT_PRENOM && token_len(t) < 6;
}

/* A word that is something else too, or hardly more than a syllable, does not stand for w by its letters
 * alone. */
static bool doubtful(const struct note *n, size_t i, const struct own_word *w, enum own_match match)
{
    const struct token *t = &n->tokens[i];
    return known_otherwise(t) || (match == OWN_EXACT && w->plain);
}

/* "GUERIN : 06 12 34 56 78" */
static bool before_phone(const struct note *n, size_t i)
{
    return token_at(n, token_sign(n, i + 1, ':') ? i + 2 : i + 1)->label == TEXT_TEL;
}

/* "Babinski dit avoir mal", of a row with that name: an eponym or a brand that nothing says is one. */
static bool bears_term(const struct note *n, size_t i, const struct own_word *w, enum own_match match)
{
    const struct token *t = &n->tokens[i];
    if ((w->label != TEXT_NOM && w->label != TEXT_PRENOM) || match != OWN_EXACT ||
        t->flags & (LEX_NEUTRAL | LEX_MEDICAL))
        return false;
    return t->flags & LEX_DRUG ? !note_medicine_used(n, i) : t->flags & LEX_EPONYM && !note_eponym_used(n, i);
}

/* A medicine or an eponym (not what "mettre" alone locked) without a title, two small letters without a cue.
 */
static bool excluded(const struct note *n, size_t i, const struct own_word *w, enum own_match match)
{
    const struct token *t = &n->tokens[i];
    if (before_phone(n, i) || bears_term(n, i, w, match))
        return false;
    if (t->locked && t->flags & (LEX_LOCKED | LEX_EPONYM | LEX_MEDICAL) && !note_titled(n, i))
        return true;
    return token_len(t) == 2 && known_otherwise(t) && n->profile == CASE_NORMAL && t->shape == SHAPE_LOWER &&
           !name_cue(n, i);
}

/* Long enough, or shown by its capital, to be a name though a letter differs. */
static bool surely(const struct token *t)
{
    return token_len(t) >= 6 || (t->shape == SHAPE_CAPITAL && (!t->first || own_is_term(t)));
}

/* Whether the word at i, which is something else too, stands for w all the same. */
static bool stands_for_doubtful(const struct own *o, const struct note *n, size_t i, const struct own_word *w,
                                enum own_match match)
{
    const struct token *t = &n->tokens[i];
    if (w->label == TEXT_VILLE && match == OWN_EXACT &&
        (before_town(n, i) || by_itself(n, i) || own_near_town(n, i)))
        return true;
    if (w->label != TEXT_NOM && w->label != TEXT_PRENOM)
        return meant(o, n, i, true);
    if (meant(o, n, i, false) || ((match == OWN_EXACT || surely(t)) && opens(n, i)))
        return true;
    return match == OWN_EXACT && !own_said_as_word(n, i);
}

/* Whether the word at i, alike as it is, stands for w. */
static bool stands_for(const struct own *o, const struct note *n, size_t i, const struct own_word *w,
                       enum own_match match)
{
    bool name = w->label == TEXT_NOM || w->label == TEXT_PRENOM;
    if (name && match == OWN_EXACT && (in_full(o, n, i) || own_initial_beside(o, n, i)))
        return true;
    if (w->label == TEXT_VILLE && match == OWN_EXACT && i > 0 && n->tokens[i - 1].label == TEXT_ADRESSE)
        return true; /* "rte d'Aubazine tulle", though a dressing too */
    if (excluded(n, i, w, match) || (match == OWN_TYPO && itself(&n->tokens[i], w)))
        return false;
    return !doubtful(n, i, w, match) || stands_for_doubtful(o, n, i, w, match);
}

static bool try_word(const struct own *o, struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    if (!t->own)
        return false;
    struct own_heard heard = own_listen(n, t);
    for (size_t w = 0; w < o->word_count; w++) {
        enum own_match match = own_compare(&o->words[w], n, t, heard);
        if (match == OWN_TYPO && t->flags & LEX_FUNCTION)
            continue;
        if (match == OWN_NONE || !stands_for(o, n, i, &o->words[w], match))
            continue;
        own_mark_as(n, i, i, &o->words[w], match == OWN_EXACT ? TEXT_BY_OWN : TEXT_BY_OWN_TYPO);
        return true;
    }
    return false;
}

/* What may stand between the words of a name: "l'anglois", "le floc`h", "de-la-tour". */
static bool joint(const struct note *n, size_t i)
{
    return token_sign(n, i, '\'') || token_sign(n, i, '-') || token_sign(n, i, '`');
}

/* How far the words from i on, in one line or over a hyphen that ends it, spell a name of the row. */
struct joined {
    size_t last; /* token */
    size_t len;  /* letters */
};

/* Whether the token goes on with what is left of the name. */
static bool goes_on(const struct note *n, const struct token *t, const struct own_word *word, size_t len)
{
    return t->kind == TOKEN_WORD && (!t->label || t->label == TEXT_ID) && len + token_len(t) <= word->len &&
           memcmp(word->text + len, token_text(n, t), token_len(t)) == 0;
}

/* A part that leaves a letter or two to the next counts only when they follow: "le bra" of Le Bras, "le
 * floc'h". */
static struct joined read_joined(const struct note *n, size_t i, const struct own_word *word)
{
    struct joined all = {.last = i}, sure = all;
    bool hyphen = false;
    for (size_t k = i; k < n->count && all.len < word->len; k++) {
        const struct token *t = &n->tokens[k];
        if (k > i && joint(n, k)) {
            hyphen = token_sign(n, k, '-') && t->gap == GAP_NONE;
            continue;
        }
        if ((k > i && t->gap == GAP_LINE && !hyphen) || !goes_on(n, t, word, all.len))
            break;
        all = (struct joined){.last = k, .len = all.len + token_len(t)};
        if (all.len + LEAST_REST <= word->len || all.len == word->len)
            sure = all;
        hyphen = false;
    }
    return sure;
}

/* Whether the rest of a name of the row stands at k, perhaps with a slip. */
static bool ends_joined(const struct note *n, size_t i, size_t k, const struct own_word *word, size_t len)
{
    const struct token *rest = token_at(n, k);
    size_t left = word->len - len;
    bool hyphen = token_sign(n, k - 1, '-') && n->tokens[k - 1].gap == GAP_NONE;
    if (rest->kind != TOKEN_WORD || (rest->gap == GAP_LINE && !hyphen) || rest->label)
        return false;
    bool long_enough = left >= (word->joined ? 4 : 5) && !known_otherwise(rest);
    bool due = own_name_due(n, i) || (len > 3 && !known_otherwise(&n->tokens[i]));
    unsigned limit = long_enough || (left >= LEAST_REST && due) ? 1 : 0;
    return own_distance(token_text(n, rest), token_len(rest), word->text + len, left, limit) <= limit;
}

/* "Le Goff" for LEGOFF, "l'anglois" for LANGLOIS, "Da Silva" for DASILVA, "de la tour" for the three. */
static bool try_joined(const struct own *o, struct note *n, size_t i)
{
    for (size_t w = 0; w < o->word_count; w++) {
        const struct own_word *word = &o->words[w];
        if (word->text[0] != token_letter(&n->tokens[i]) || word->len < LEAST_JOINED)
            continue;
        struct joined found = read_joined(n, i, word);
        size_t k = joint(n, found.last + 1) ? found.last + 2 : found.last + 1;
        if (found.len > 0 && found.len < word->len && ends_joined(n, i, k, word, found.len))
            found = (struct joined){.last = k, .len = word->len};
        if (found.len < word->len || found.last == i)
            continue;
        own_mark_as(n, i, found.last, word, TEXT_BY_OWN);
        return true;
    }
    return false;
}

/* "gros", "matin": ends a name elsewhere, but says something by itself. */
static bool content(const struct token *t)
{
    return token_len(t) > 3 && t->flags & (LEX_NOUN | LEX_PREDICATE);
}

void own_mark_words(const struct own *o, struct note *n)
{
    if (o->word_count == 0)
        return;
    for (size_t i = note_next(n, START_OWN, 0); i < n->count; i = note_next(n, START_OWN, i + 1)) {
        const struct token *t = &n->tokens[i];
        if (t->kind != TOKEN_WORD || t->label)
            continue;
        if (t->flags & LEX_FUNCTION && !content(t)) {
            if ((token_len(t) > 3 || !try_joined(o, n, i)) && !own_mark_due(o, n, i))
                own_mark_short(o, n, i);
            continue;
        }
        if (!t->label && token_len(t) > 1 && !try_word(o, n, i) && !try_joined(o, n, i))
            own_mark_due(o, n, i);
    }
}
