/* SPDX-License-Identifier: Apache-2.0 */
/* Names of people: each word gathers evidence, in tenths, and goes at 30. The table is the whole model: what
 * each observation weighs. Weights were set by hand, then checked on notes that were not looked at. */
#include "agent/text/note.h"
#include "agent/text/gazetteer.h"
#include "agent/text/own.h"

#include <string.h>

#define ENOUGH 30

enum evidence {
    SITE_RARE,
    SITE_WORD,
    GIVEN_RARE,
    GIVEN_WORD,
    SURNAME_RARE,
    SURNAME_WORD,
    NAMED_EPONYM,
    SMALL_SURNAME_WORD,
    UNKNOWN_WORD,
    NEAR_FRENCH,
    NEAR_GIVEN,
    CAPITAL_INSIDE,
    CAPITAL_WORD,
    CAPITAL_FIRST,
    LISTED_CAPITAL_FIRST,
    CAPITALS_AMONG_SMALL,
    SMALL_AMONG_CAPITALS,
    AFTER_TITLE,
    TITLE_BEFORE_WORD,
    AFTER_KIN,
    AFTER_PROF,
    AFTER_NAMED,
    AFTER_PERSON,
    AFTER_CHEZ,
    AFTER_KIN_LOOSE,
    BEFORE_ROLE,
    BEFORE_PHONE,
    BESIDE_NAME,
    BESIDE_LISTED,
    LISTED_BESIDE_NAME,
    GIVEN_AND_UNKNOWN,
    GIVEN_AND_SURNAME,
    DOUBLE_GIVEN,
    IN_A_LIST,
    BEFORE_ADDRESS,
    BEFORE_AGE,
    BEFORE_BORN,
    BRETON_END,
    GIVEN_BEFORE_NAME,
    WORD_BESIDE_NAME,
    AFTER_UNDER,
    AFTER_CONTEXT,
    BEFORE_DOSE,
    SHORT_WORD,
    ALONE_IN_FIELD,
    EVIDENCES
};

static const int weight[EVIDENCES] = {
    [SITE_RARE] = 30,  /* learnt on site, no word of French */
    [SITE_WORD] = 6,   /* learnt on site, a word too */
    [GIVEN_RARE] = 30, /* listed given name, no word of French */
    [GIVEN_WORD] = 10,
    [SURNAME_RARE] = 30, /* listed family name, no word of French */
    [SURNAME_WORD] = 6,
    [NAMED_EPONYM] = 18,         /* listed, and an eponym too: Vincent, Weber */
    [SMALL_SURNAME_WORD] = 20,   /* a family name that is a word, where capitals tell nothing */
    [UNKNOWN_WORD] = 10,         /* in no list at all */
    [NEAR_FRENCH] = -10,         /* unknown, but one letter from a common word: a slip */
    [NEAR_GIVEN] = 8,            /* unknown, but one letter from a given name */
    [CAPITAL_INSIDE] = 20,       /* a capital inside a sentence of a note that uses them */
    [CAPITAL_WORD] = 4,          /* the same, on a word of French */
    [CAPITAL_FIRST] = 20,        /* a capital where a sentence begins */
    [LISTED_CAPITAL_FIRST] = 10, /* the same, on a listed name that is no word */
    [CAPITALS_AMONG_SMALL] = 20, /* all capitals in a note that is not: DUPONT */
    [SMALL_AMONG_CAPITALS] = 0,
    [AFTER_TITLE] = 45,      /* M., Mme, Dr */
    [TITLE_BEFORE_WORD] = 8, /* the same, before a word in small letters: "Mme refuse" */
    [AFTER_KIN] = 20,        /* fils, fille, voisine */
    [AFTER_PROF] = 20,       /* IDE, aide-soignante, OPJ */
    [AFTER_NAMED] = 26,      /* s'appelle, interphone, signé, née */
    [AFTER_PERSON] = 16,     /* patient, abonnée, suivi par */
    [AFTER_CHEZ] = 20,
    [AFTER_KIN_LOOSE] = 8, /* the same, with one word or a sign between */
    [BEFORE_ROLE] = 14,    /* "(fils)", ", sa fille" */
    [BEFORE_PHONE] = 12,
    [BESIDE_NAME] = 20,       /* next to a word already taken for a name */
    [BESIDE_LISTED] = 12,     /* next to a listed name */
    [LISTED_BESIDE_NAME] = 6, /* a listed name next to a name, whatever else it means */
    [GIVEN_AND_UNKNOWN] = 14, /* a given name and an unknown word side by side: each helps the other */
    [GIVEN_AND_SURNAME] = 14, /* both listed, whatever else they mean: "jeanne mercier" */
    [DOUBLE_GIVEN] = 26,      /* "jean-louis", "marie-sainte" */
    [IN_A_LIST] = 14,         /* "Poirier, Salmon", "Girard/Roux": across a sign from a name */
    [BEFORE_ADDRESS] = 10,
    [BEFORE_AGE] = 14,
    [BRETON_END] = 30,        /* "Floc'h", "N'Diaye" */
    [BEFORE_BORN] = 20,       /* "Minh 8 ans" */
    [GIVEN_BEFORE_NAME] = 12, /* "Grace Mbemba", where Grace begins the sentence */
    [WORD_BESIDE_NAME] =
        30,              /* a capital inside a sentence, on a word of French, beside a name: "MARIN Florin" */
    [AFTER_UNDER] = -25, /* sous, ttt: medicines */
    [AFTER_CONTEXT] = -25, /* signe de, score de */
    [BEFORE_DOSE] = -30,   /* 500 mg */
    [SHORT_WORD] = -8,     /* two letters */
    [ALONE_IN_FIELD] = 8,  /* between two signs: "/ Roux," */
};

static bool capital(const struct token *t)
{
    return t->kind == TOKEN_WORD && t->shape != SHAPE_LOWER;
}

static bool given(const struct token *t)
{
    return (t->flags & LEX_GIVEN) || (t->site & GAZ_GIVEN);
}
static bool surname(const struct token *t)
{
    return (t->flags & LEX_SURNAME) || (t->site & GAZ_NAME);
}

/* A word that is also, or only, something else than a name. */
static bool is_word(const struct token *t)
{
    if (t->flags & (LEX_FUNCTION | LEX_MEDICAL | LEX_DRUG | LEX_NEUTRAL))
        return true;
    enum text_cue cue = token_cue(t);
    return (t->flags & LEX_FRENCH) != 0 || (cue != CUE_NONE && cue != CUE_MONTH);
}

/* In a list of names and rarely used as a word: "Martin" is a bird, but in no note. */
static bool rare_word(const struct token *t)
{
    return (t->flags & LEX_NAME) &&
           !(t->flags & (LEX_PLAIN | LEX_MEDICAL | LEX_FUNCTION | LEX_DRUG | LEX_NEUTRAL)) &&
           token_cue(t) == CUE_NONE;
}

static bool vowel(const struct note *n, const struct token *t)
{
    for (uint32_t k = t->start; k < t->end; k++)
        if (strchr("aeiouy", n->fold.text[k]))
            return true;
    return false;
}

static bool near(const struct note *n, const struct token *t, uint32_t flags)
{
    return lexicon_near(n->lexicon, token_text(n, t), token_len(t), flags);
}

static int by_lists(const struct note *n, const struct token *t)
{
    bool word = is_word(t), rare = !word || rare_word(t);
    int score = 0;
    if (t->site & (GAZ_NAME | GAZ_GIVEN))
        score = weight[rare ? SITE_RARE : SITE_WORD];
    if (given(t) && weight[rare ? GIVEN_RARE : GIVEN_WORD] > score)
        score = weight[rare ? GIVEN_RARE : GIVEN_WORD];
    else if (surname(t) && weight[rare ? SURNAME_RARE : SURNAME_WORD] > score)
        score = weight[rare ? SURNAME_RARE : SURNAME_WORD];
    if (t->flags & LEX_PLAIN && t->flags & LEX_FRENCH)
        score = score > 0 ? 4 : 0;
    if (t->flags & LEX_EPONYM && score > weight[NAMED_EPONYM])
        score = weight[NAMED_EPONYM];
    if (rare && word && !given(t) && (t->shape == SHAPE_LOWER || n->profile == CASE_UPPER) &&
        score > weight[SMALL_SURNAME_WORD])
        score = weight[SMALL_SURNAME_WORD];
    if (score == 0 && !word && !(t->flags & (LEX_TOWN | LEX_EPONYM)))
        score = weight[UNKNOWN_WORD];
    if (t->shape == SHAPE_UPPER && n->profile == CASE_NORMAL && token_len(t) <= 3 &&
        score > weight[GIVEN_WORD])
        score = weight[GIVEN_WORD]; /* as likely an abbreviation: a cue or company must help */
    return score;
}

static int by_case(const struct note *n, const struct token *t)
{
    bool word = is_word(t) && !rare_word(t);
    if (n->profile == CASE_UPPER || t->shape == SHAPE_LOWER)
        return 0;
    if (t->shape == SHAPE_UPPER) {
        if (word)
            return t->flags & LEX_NAME ? weight[CAPITALS_AMONG_SMALL] : 0;
        bool acronym = token_len(t) <= 3 || (!(t->flags & LEX_NAME) && (token_len(t) <= 4 || !vowel(n, t)));
        return acronym ? 0 : weight[CAPITALS_AMONG_SMALL] + (t->flags & LEX_NAME ? 6 : 0);
    }
    if (t->first)
        return word ? 0 : weight[t->flags & LEX_NAME ? LISTED_CAPITAL_FIRST : CAPITAL_FIRST];
    if (word)
        return (t->flags & LEX_NAME) || t->site ? weight[CAPITAL_INSIDE] : weight[CAPITAL_WORD];
    return weight[CAPITAL_INSIDE];
}

static int cue_weight(enum text_cue cue)
{
    switch ((int)cue) {
    case CUE_KIN:
        return weight[AFTER_KIN];
    case CUE_PROF:
        return weight[AFTER_PROF];
    case CUE_NAMED:
        return weight[AFTER_NAMED];
    case CUE_PERSON:
        return weight[AFTER_PERSON];
    case CUE_CHEZ:
        return weight[AFTER_CHEZ];
    case CUE_UNDER:
        return weight[AFTER_UNDER];
    case CUE_CONTEXT:
        return weight[AFTER_CONTEXT];
    default:
        return 0;
    }
}

/* What stands inside family names: "Le Goff", "de la Tour", "El Amrani", "N'Diaye". */
static bool particle(const struct note *n, size_t i)
{
    static const char *const list[] = {"le", "la",  "de",  "du",  "des", "l",    "d",    "n",    "m",
                                       "el", "al",  "ben", "ait", "van", "von",  "da",   "dos",  "das",
                                       "di", "del", "der", "den", "bel", "ould", "dela", "abou", NULL};
    return token_among(n, i, list) && !n->tokens[i].label;
}

static bool light(const struct note *n, size_t i)
{
    return token_sign(n, i, ':') || token_sign(n, i, '(') || token_sign(n, i, '=') || token_sign(n, i, '"') ||
           token_sign(n, i, '/') || token_sign(n, i, '\'') || token_sign(n, i, '.') ||
           token_sign(n, i, ',') || token_is(n, i, "de") || token_is(n, i, "d") || token_is(n, i, "est") ||
           token_is(n, i, "le") || token_is(n, i, "la") || token_is(n, i, "l") || token_is(n, i, "c") ||
           token_is(n, i, "dos") || token_is(n, i, "da") || token_is(n, i, "el") || token_is(n, i, "ben") ||
           token_is(n, i, "van") || token_is(n, i, "du");
}

/* "Mme refuse", "M. alité": after a title, what may be a verb or an adjective, unless a capital or a list of
 * names says otherwise. */
static bool said_of_somebody(const struct note *n, const struct token *t)
{
    if (t->flags & LEX_NAME || t->site || (n->profile == CASE_NORMAL && t->shape != SHAPE_LOWER))
        return false;
    return t->flags & (LEX_PREDICATE | LEX_MEDICAL | LEX_DRUG) || token_cue(t) != CUE_NONE;
}

static int by_left(const struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    if (i == 0 || t->gap == GAP_LINE)
        return 0;
    size_t title = i;
    while (title > 0 && title + 4 > i && (token_sign(n, title - 1, '\'') || particle(n, title - 1)))
        title--;
    if (note_titled(n, title) && (title == i || !is_word(t) || t->flags & LEX_NAME || capital(t)) &&
        !(title < i && t->flags & LEX_MEDICAL)) {
        if (t->flags & LEX_FUNCTION && !(t->flags & LEX_NAME))
            return 0;
        return weight[said_of_somebody(n, t) ? TITLE_BEFORE_WORD : AFTER_TITLE];
    }
    size_t k = i - 1;
    int direct = cue_weight(token_cue(&n->tokens[k]));
    if (direct)
        return direct;
    for (unsigned back = 0; back < 3 && light(n, k) && k > 0; back++) {
        k--;
        int loose = cue_weight(token_cue(&n->tokens[k]));
        if (loose == weight[AFTER_CONTEXT] || loose == weight[AFTER_UNDER])
            return loose;
        if (loose)
            return token_sign(n, k + 1, ':') || token_sign(n, k + 1, '=') ? loose : weight[AFTER_KIN_LOOSE];
    }
    const struct token *b = &n->tokens[k]; /* "sa fille aînée Carla" */
    if (k > 0 && b->kind == TOKEN_WORD && b->flags & LEX_FRENCH && token_cue(&n->tokens[k - 1]) == CUE_KIN)
        return weight[AFTER_KIN_LOOSE];
    return 0;
}

/* "Floc'h", "Coc'h": no French word ends so. */
static bool breton_end(const struct note *n, size_t i)
{
    return token_sign(n, i + 1, '\'') && token_at(n, i + 1)->gap == GAP_NONE && token_is(n, i + 2, "h") &&
           token_at(n, i + 2)->gap == GAP_NONE;
}

/* "N'Diaye", "L'Ermite": an elided capital before the word, inside a sentence. */
static bool elided_capital(const struct note *n, size_t i)
{
    return i >= 2 && token_sign(n, i - 1, '\'') && n->tokens[i].gap == GAP_NONE &&
           n->tokens[i - 2].shape == SHAPE_CAPITAL && !n->tokens[i - 2].first && n->profile == CASE_NORMAL &&
           token_len(&n->tokens[i - 2]) == 1 && !(n->tokens[i].flags & LEX_WORD);
}

static int by_right(const struct note *n, size_t i)
{
    size_t k = i + 1;
    int score = breton_end(n, i) || elided_capital(n, i) ? weight[BRETON_END] : 0;
    const struct token *t = token_at(n, k);
    if (t->kind == TOKEN_NUMBER && t->gap == GAP_SPACE && token_cue(token_at(n, k + 1)) == CUE_UNIT &&
        token_len(token_at(n, k + 1)) > 0 &&
        (token_is(n, k + 1, "mg") || token_is(n, k + 1, "g") || token_is(n, k + 1, "ml")))
        score += weight[BEFORE_DOSE];
    if (t->kind == TOKEN_NUMBER && t->gap == GAP_SPACE &&
        (token_is(n, k + 1, "ans") || token_is(n, k + 1, "mois") || token_is(n, k + 1, "an") ||
         token_is(n, k + 1, "a")))
        score += weight[BEFORE_AGE];
    if (token_cue(t) == CUE_BORN || token_is(n, k, "nee") || (token_is(n, k, "ne") && t->accent))
        score += weight[BEFORE_BORN];
    if (token_sign(n, k, '(') || token_sign(n, k, ',')) {
        size_t role = k + 1;
        while (token_is(n, role, "sa") || token_is(n, role, "son") || token_is(n, role, "la") ||
               token_is(n, role, "le") || token_is(n, role, "l") || token_sign(n, role, '\''))
            role++;
        enum text_cue cue = token_cue(token_at(n, role));
        if ((cue == CUE_KIN || cue == CUE_PROF) && token_at(n, role)->gap != GAP_LINE &&
            (token_sign(n, k, '(') || role > k + 1))
            score += weight[BEFORE_ROLE];
    }
    for (size_t m = k; m < k + 5 && m < n->count; m++) {
        if ((n->tokens[m].label == TEXT_TEL || n->tokens[m].label == TEXT_ADRESSE) &&
            n->tokens[m].gap != GAP_LINE) {
            score += weight[n->tokens[m].label == TEXT_TEL ? BEFORE_PHONE : BEFORE_ADDRESS];
            break;
        }
        if (n->tokens[m].kind == TOKEN_WORD && !(token_cue(&n->tokens[m]) == CUE_TEL) &&
            !token_is(n, m, "au") && !(token_cue(&n->tokens[m]) == CUE_KIN) && !(n->tokens[m].label))
            break;
    }
    return score;
}

/* The word beside i, over a hyphen and over particles; SIZE_MAX when none. */
static size_t neighbour(const struct note *n, size_t i, bool right)
{
    size_t k = i;
    for (unsigned steps = 0; steps < 4; steps++) {
        if (!right && k == 0)
            return SIZE_MAX;
        size_t from = k;
        k = right ? k + 1 : k - 1;
        if (k >= n->count || n->tokens[right ? k : from].gap == GAP_LINE)
            return SIZE_MAX;
        bool hyphen = token_sign(n, k, '-') && n->tokens[k].gap == GAP_NONE;
        if (!hyphen && !token_sign(n, k, '\'') && !particle(n, k))
            return n->tokens[k].kind == TOKEN_WORD ? k : SIZE_MAX;
    }
    return SIZE_MAX;
}

static bool unknown(const struct token *t)
{
    return t->kind == TOKEN_WORD && !(t->flags & (LEX_WORD | LEX_NAME | LEX_TOWN)) &&
           token_cue(t) == CUE_NONE && !t->locked;
}

static bool pair(const struct note *n, size_t a, size_t b)
{
    const struct token *x = &n->tokens[a], *y = &n->tokens[b];
    bool gx = given(x) && (!is_word(x) || (x->shape == SHAPE_CAPITAL && !x->first));
    bool gy = given(y) && (!is_word(y) || (y->shape == SHAPE_CAPITAL && !y->first));
    return (gx && unknown(y) && y->end - y->start > 3) || (gy && unknown(x) && x->end - x->start > 3);
}

/* A given name and a family name side by side. */
static bool listed_pair(const struct token *a, const struct token *b)
{
    return (given(a) && surname(b)) || (surname(a) && given(b));
}

/* Across ",", "/" or "et" from a name, in a list of them. */
static bool in_a_list(const struct note *n, size_t i)
{
    for (int right = 0; right < 2; right++) {
        size_t k = right ? i + 1 : i - 1;
        if (!right && i < 2)
            continue;
        bool link =
            token_sign(n, k, ',') || token_sign(n, k, '/') || token_sign(n, k, '+') || token_is(n, k, "et");
        size_t other = right ? k + 1 : k - 1;
        uint8_t label = token_at(n, other)->label;
        if (link && (label == TEXT_NOM || label == TEXT_PRENOM) &&
            token_at(n, right ? other : i)->gap != GAP_LINE)
            return true;
    }
    return false;
}

static bool hyphened(const struct note *n, size_t i, size_t k)
{
    size_t first = i < k ? i : k;
    return token_sign(n, first + 1, '-') && n->tokens[first + 1].gap == GAP_NONE &&
           token_at(n, first + 2)->gap == GAP_NONE;
}

static bool given_before(const struct note *n, size_t i)
{
    size_t k = neighbour(n, i, false);
    return k != SIZE_MAX && n->tokens[k].label == TEXT_PRENOM;
}

static int by_company(const struct note *n, size_t i)
{
    int best = in_a_list(n, i) ? weight[IN_A_LIST] : 0;
    for (int right = 0; right < 2; right++) {
        size_t k = neighbour(n, i, right);
        if (k == SIZE_MAX)
            continue;
        const struct token *t = &n->tokens[k];
        int score = 0;
        if (t->label == TEXT_NOM || t->label == TEXT_PRENOM)
            score = weight[BESIDE_NAME];
        else if (!t->label && !t->locked && (given(t) || surname(t)) && (!is_word(t) || rare_word(t)) &&
                 token_len(t) > 2)
            score = weight[BESIDE_LISTED];
        if (pair(n, i, k) && score < weight[GIVEN_AND_UNKNOWN])
            score = weight[GIVEN_AND_UNKNOWN];
        if (!t->locked && listed_pair(&n->tokens[i], t) && score < weight[GIVEN_AND_SURNAME])
            score = weight[GIVEN_AND_SURNAME];
        if (hyphened(n, i, k) && given(t) && given(&n->tokens[i]))
            score = weight[DOUBLE_GIVEN];
        if (score > best)
            best = score;
    }
    /* Two listed words side by side in small letters may be two plain words: company helps names, not words.
     */
    const struct token *self = &n->tokens[i];
    if (is_word(self) && !rare_word(self) && (self->shape == SHAPE_LOWER || n->profile == CASE_UPPER) &&
        !(given(self) || surname(self)))
        return 0;
    if (is_word(self) && !(self->flags & LEX_NAME) && !self->site)
        return best == weight[BESIDE_NAME] && self->shape != SHAPE_LOWER && !self->first &&
                       (self->shape == SHAPE_CAPITAL || given_before(n, i)) && n->profile != CASE_UPPER &&
                       !(self->flags & (LEX_FUNCTION | LEX_MEDICAL | LEX_DRUG)) && token_cue(self) == CUE_NONE
                   ? weight[WORD_BESIDE_NAME]
                   : best / 4;
    if (best == weight[BESIDE_NAME] && self->flags & LEX_NAME)
        best += weight[LISTED_BESIDE_NAME];
    if (best >= weight[BESIDE_NAME] && given(self) && capital(self) &&
        token_at(n, i + 1)->label == TEXT_NOM && token_at(n, i + 1)->gap == GAP_SPACE)
        best += weight[GIVEN_BEFORE_NAME];
    return best;
}

static int evidence(const struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    int lists = by_lists(n, t),
        score = lists + by_case(n, t) + by_left(n, i) + by_right(n, i) + by_company(n, i);
    if (token_len(t) == 2)
        score += weight[SHORT_WORD];
    /* Spelling is dear to judge: only where it decides. */
    bool below = score < ENOUGH && score + weight[NEAR_GIVEN] >= ENOUGH;
    bool above = score >= ENOUGH && score + weight[NEAR_FRENCH] < ENOUGH;
    if (lists != weight[UNKNOWN_WORD] || note_titled(n, i))
        return score;
    if (below && near(n, t, LEX_GIVEN))
        score += weight[NEAR_GIVEN];
    bool weak = t->shape == SHAPE_LOWER || n->profile != CASE_NORMAL || t->first;
    if (above && !near(n, t, LEX_GIVEN) && near(n, t, weak ? LEX_FRENCH | LEX_MEDICAL | LEX_DRUG : LEX_DRUG))
        score += weight[NEAR_FRENCH];
    return score;
}

/* Words that announce something are no names themselves, but with a capital after a title or a call for a
 * name: "Dr Petit", "Mme Frère". */
static bool announces(const struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    enum text_cue cue = token_cue(t);
    if (cue == CUE_NONE || cue == CUE_MONTH)
        return false;
    bool asked = i > 0 && token_cue(&n->tokens[i - 1]) == CUE_NAMED && t->flags & LEX_NAME;
    bool meant = (note_titled(n, i) || asked) && capital(t);
    if (cue == CUE_KIN || cue == CUE_TITLE)
        return !(meant && cue == CUE_KIN);
    bool measure = cue == CUE_VITAL || cue == CUE_UNIT || cue == CUE_ID || cue == CUE_CODE || cue == CUE_TEL;
    return measure && !meant && (t->shape != SHAPE_CAPITAL || t->first || n->profile != CASE_NORMAL);
}

static bool candidate(const struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    if (t->kind != TOKEN_WORD || t->label || t->locked || token_len(t) < 2 || announces(n, i))
        return false;
    bool capitals = n->profile != CASE_NORMAL || t->shape == SHAPE_LOWER || t->first;
    if (t->flags & LEX_FUNCTION && (!(t->flags & LEX_NAME) || (token_len(t) <= 3 && capitals)))
        return false;
    bool word = t->flags & (LEX_FRENCH | LEX_MEDICAL) && !(t->flags & LEX_NAME) && !t->site;
    return !word || (t->shape != SHAPE_LOWER && n->profile != CASE_UPPER) || note_titled(n, i);
}

static enum text_source source_of(const struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    if (t->site & (GAZ_NAME | GAZ_GIVEN))
        return TEXT_BY_GAZETTEER;
    if (by_left(n, i) > 0)
        return TEXT_BY_CUE;
    return t->flags & LEX_NAME ? TEXT_BY_LIST : TEXT_BY_UNKNOWN;
}

/* A given name after a title stands before a family name: "Dr Marc Jolivet", but "Mme Thomas". */
static enum text_label label_of(const struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    size_t right = neighbour(n, i, true), left = neighbour(n, i, false);
    if (!given(t))
        return TEXT_NOM;
    bool name_right =
        right != SIZE_MAX && (surname(&n->tokens[right]) || n->tokens[right].label == TEXT_NOM ||
                              (capital(&n->tokens[right]) && candidate(n, right)));
    if (note_titled(n, i))
        return name_right ? TEXT_PRENOM : TEXT_NOM;
    if (left != SIZE_MAX && n->tokens[left].label == TEXT_PRENOM && surname(t) && !token_sign(n, i - 1, '-'))
        return TEXT_NOM;
    return TEXT_PRENOM;
}

static bool pass(struct note *n)
{
    bool more = false;
    for (size_t i = 0; i < n->count; i++) {
        if (!candidate(n, i))
            continue;
        if (evidence(n, i) >= ENOUGH)
            more |= note_mark(n, i, i, label_of(n, i), source_of(n, i));
    }
    return more;
}

void detect_names(struct note *n)
{
    for (unsigned rounds = 0; rounds < 3 && pass(n); rounds++)
        continue;
}
