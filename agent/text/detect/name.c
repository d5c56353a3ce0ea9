/* SPDX-License-Identifier: Apache-2.0 */
/* Names of people: each word gathers evidence, in tenths, and goes at 30. The table is the whole model: what
 * each observation weighs. Weights were set by hand, then checked on notes that were not looked at. */
#include "agent/text/detect/name.h"
#include "agent/text/own/own.h"

#include <string.h>

#define ENOUGH 30
#define REACH 8u /* tokens: evidence looks no farther for names */

const int name_weight[EVIDENCES] = {
    [SITE_RARE] = 30,  /* learnt on site, no word of French */
    [SITE_WORD] = 6,   /* learnt on site, a word too */
    [GIVEN_RARE] = 30, /* listed given name, no word of French */
    [GIVEN_WORD] = 10,
    [SURNAME_RARE] = 30, /* listed family name, no word of French */
    [SURNAME_WORD] = 6,
    [NAMED_EPONYM] = 18,         /* listed, and an eponym too: Vincent, Weber */
    [SMALL_SURNAME_WORD] = 20,   /* a family name that is a word, where capitals tell nothing */
    [UNKNOWN_WORD] = 10,         /* in no list at all */
    [UNHEARD_WORD] = 16,         /* the same, and it sounds like no word of every day, nor of medicine */
    [NEAR_FRENCH] = -10,         /* unknown, but one letter from a common word: a slip */
    [NEAR_GIVEN] = 8,            /* unknown, but one letter from a given name */
    [FOREIGN_LETTER] = 20,       /* a letter that no word of French has: "Đức", "Łukasz" */
    [CAPITAL_INSIDE] = 20,       /* a capital inside a sentence of a note that uses them */
    [CAPITAL_WORD] = 4,          /* the same, on a word of French */
    [CAPITAL_AFTER_CUE] = 8,     /* the same, after a relation: "sa fille Maie" */
    [NOUN_AFTER_CUE] = 2,        /* the same, where the word is not said of people: "appel de Maie" */
    [CAPITAL_FIRST_ALONE] = 10,  /* the same, before nothing that is said of people */
    [CAPITAL_FIRST] = 20,        /* a capital where a sentence begins */
    [LISTED_CAPITAL_FIRST] = 10, /* the same, on a listed name that is no word */
    [EPONYM_CAPITAL_FIRST] =
        12, /* the same, on one that is an eponym too, before no result: "Thomas tousse" */
    [CAPITALS_AMONG_SMALL] = 20,   /* all capitals in a note that is not: DUPONT */
    [UNKNOWN_AMONG_CAPITALS] = 20, /* in no list, five letters or more, in a note all in capitals */
    [AFTER_TITLE] = 45,            /* M., Mme, Dr */
    [TITLE_BEFORE_WORD] = 8,       /* the same, before a word in small letters: "Mme refuse" */
    [AFTER_KIN] = 20,              /* fils, fille, voisine */
    [AFTER_PROF] = 20,             /* IDE, aide-soignante, OPJ */
    [LISTED_AFTER_CUE] =
        10, /* these, before a listed name that is a word too: "IDE marchand", "remis à divine" */
    [AFTER_NAMED] = 26,        /* s'appelle, interphone, signé, née */
    [AFTER_INTRODUCTION] = 20, /* "je suis", "c'est", on a word of no list that sounds like none */
    [AFTER_PERSON] = 16,       /* patient, abonnée, suivi par */
    [AFTER_CHEZ] = 20,
    [AFTER_AGENT] = 20,           /* "décroché par gonin", on what may be a name only */
    [AFTER_KIN_LOOSE] = 8,        /* the same, with one word or a sign between */
    [BEFORE_ROLE] = 14,           /* ", sa fille" */
    [BEFORE_BRACKETED_ROLE] = 20, /* "(fils)" */
    [BEFORE_PHONE] = 12,
    [BESIDE_NAME] = 20,       /* next to a word already taken for a name */
    [BESIDE_LISTED] = 12,     /* next to a listed name */
    [LISTED_BESIDE_NAME] = 6, /* a listed name next to a name, whatever else it means */
    [GIVEN_AND_UNKNOWN] = 14, /* a given name and an unknown word side by side: each helps the other */
    [GIVEN_AND_SURNAME] = 14, /* both listed, whatever else they mean: "jeanne mercier" */
    [DOUBLE_GIVEN] = 26,      /* "jean-louis", "marie-sainte" */
    [IN_A_LIST] = 14,         /* "Poirier, Salmon", "Girard/Roux": across a sign from a name */
    [BEFORE_ADDRESS] = 10,
    [BEFORE_AGE] = 14,         /* "Minh 8 ans" */
    [GIVEN_BEFORE_AGE] = 26,   /* the same, on a listed given name that begins a sentence: "Rose 18 mois" */
    [BRETON_END] = 30,         /* "Floc'h", "N'Diaye" */
    [BEFORE_BORN] = 26,        /* "X née Y" */
    [BEFORE_FIRM] = 30,        /* "transport X ambulances" */
    [GIVEN_BEFORE_NAME] = 12,  /* "Grace Mbemba", where Grace begins the sentence */
    [GIVEN_OPENS_CLAUSE] = 20, /* ", prisca accompagnée" */
    [WORD_BESIDE_NAME] =
        30,              /* a capital inside a sentence, on a word of French, beside a name: "MARIN Florin" */
    [AFTER_UNDER] = -25, /* sous, ttt: medicines */
    [AFTER_CONTEXT] = -25,   /* signe de, score de */
    [BESIDE_MEDICINE] = -20, /* an unknown word in a list of medicines */
    [BEFORE_DOSE] = -30,     /* 500 mg */
    [SHORT_WORD] = -8,       /* two letters */
};

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

/* The weight of the best list that has it. */
static int by_name_lists(const struct token *t, bool rare)
{
    int score = 0;
    if (t->site & (GAZ_NAME | GAZ_GIVEN))
        score = name_weight[rare ? SITE_RARE : SITE_WORD];
    if (name_given(t) && name_weight[rare ? GIVEN_RARE : GIVEN_WORD] > score)
        return name_weight[rare ? GIVEN_RARE : GIVEN_WORD];
    if (name_family(t) && name_weight[rare ? SURNAME_RARE : SURNAME_WORD] > score)
        return name_weight[rare ? SURNAME_RARE : SURNAME_WORD];
    return score;
}

static int at_most(int score, enum evidence limit)
{
    return score < name_weight[limit] ? score : name_weight[limit];
}

/* In small letters, or in a note all in capitals, how a word is written tells nothing. */
static bool written_plainly(const struct note *n, const struct token *t)
{
    return t->shape == SHAPE_LOWER || note_case_at(n, t) == CASE_UPPER;
}

/* A few capitals among small letters: as likely an abbreviation, so a cue or company must help. */
static bool abbreviation(const struct note *n, const struct token *t)
{
    return (t->shape == SHAPE_UPPER || t->shape == SHAPE_MIXED) && note_case_at(n, t) == CASE_NORMAL &&
           token_len(t) <= 3;
}

/* In no list at all. */
static bool unlisted(const struct token *t)
{
    return !name_is_word(t) && !(t->flags & (LEX_NAME | LEX_TOWN | LEX_EPONYM)) &&
           !(t->site & (GAZ_NAME | GAZ_GIVEN));
}

/* In no list: more when it sounds like no word of every day, nor of medicine. */
static int by_sound(const struct note *n, const struct token *t)
{
    bool heard =
        token_len(t) < 5 || medical_shape(token_text(n, t), token_len(t)) || name_heard_every_day(n, t, 1);
    return name_weight[heard ? UNKNOWN_WORD : UNHEARD_WORD];
}

static int by_lists(const struct note *n, const struct token *t)
{
    bool word = name_is_word(t), rare = !word || name_rare_word(t);
    int score = by_name_lists(t, rare);
    if (t->flags & LEX_PLAIN && t->flags & LEX_FRENCH)
        score = score > 0 ? 4 : 0;
    if (t->flags & LEX_EPONYM)
        score = at_most(score, NAMED_EPONYM);
    bool small = t->shape == SHAPE_LOWER && note_case_at(n, t) == CASE_NORMAL && t->flags & LEX_FRENCH;
    if (rare && word && written_plainly(n, t) && (!name_given(t) || small)) /* "une charlotte aux fraises" */
        score = at_most(score, SMALL_SURNAME_WORD);
    if (abbreviation(n, t))
        return at_most(score, GIVEN_WORD);
    return unlisted(t) ? by_sound(n, t) : score;
}

/* All in capitals: a name among small letters, unless it is a word or looks like an abbreviation. */
static int by_capitals(const struct note *n, const struct token *t, bool word)
{
    bool listed = t->flags & LEX_NAME || t->site & (GAZ_NAME | GAZ_GIVEN);
    if (token_len(t) <= 3)
        return 0;
    if (word)
        return listed                     ? name_weight[CAPITALS_AMONG_SMALL]
               : t->flags & LEX_PREDICATE ? 0
                                          : name_weight[CAPITAL_WORD];
    bool acronym = !listed && (token_len(t) <= 4 || !vowel(n, t));
    return acronym ? 0 : name_weight[CAPITALS_AMONG_SMALL] + (listed ? 6 : 0);
}

/* After an unknown first word: a verb or an adjective, or another capital. */
static bool person_follows(const struct token *next)
{
    return next->kind == TOKEN_WORD && next->gap == GAP_SPACE &&
           (next->flags & LEX_PREDICATE || (name_capital(next) && !(next->flags & LEX_MEDICAL)));
}

/* A given name that is an eponym too, and no sign with its result. */
static bool first_of_a_person(const struct note *n, const struct token *t)
{
    size_t next = (size_t)(t - n->tokens) + 1;
    const struct token *after = token_at(n, next);
    return t->flags & LEX_EPONYM && name_given(t) && after->kind == TOKEN_WORD && after->gap == GAP_SPACE &&
           !token_among(n, next, LIST_RESULT) && !token_among(n, next, LIST_RESULT_SIDE);
}

/* In a note all in capitals. */
static int among_capitals(const struct token *t)
{
    bool foreign = unlisted(t) && token_len(t) >= 5 && token_cue(t) == CUE_NONE;
    return foreign ? name_weight[UNKNOWN_AMONG_CAPITALS] : 0;
}

static int by_case(const struct note *n, const struct token *t)
{
    if (note_case_at(n, t) == CASE_UPPER)
        return among_capitals(t);
    if (t->shape == SHAPE_LOWER)
        return 0;
    bool word = name_is_word(t) && !name_rare_word(t);
    if (t->shape == SHAPE_UPPER)
        return by_capitals(n, t, word);
    if (t->first && t->flags & LEX_NAME)
        return word ? 0 : name_weight[first_of_a_person(n, t) ? EPONYM_CAPITAL_FIRST : LISTED_CAPITAL_FIRST];
    if (t->first)
        return word ? 0
                    : name_weight[person_follows(token_at(n, (size_t)(t - n->tokens) + 1))
                                      ? CAPITAL_FIRST
                                      : CAPITAL_FIRST_ALONE];
    if (word && !(t->flags & LEX_NAME) && !t->site)
        return name_weight[CAPITAL_WORD];
    return name_weight[CAPITAL_INSIDE];
}

/* Spelling is dear to judge: only where it decides. */
static int by_spelling(const struct note *n, const struct token *t, int score)
{
    bool below = score < ENOUGH && score + name_weight[NEAR_GIVEN] >= ENOUGH;
    bool above = score >= ENOUGH && score + name_weight[NEAR_FRENCH] < ENOUGH &&
                 !(t > n->tokens && token_cue(t - 1) == CUE_CHEZ && token_len(t) > 5); /* "chez mounette" */
    if (below)
        return near(n, t, LEX_GIVEN) ? name_weight[NEAR_GIVEN] : 0;
    if (!above || near(n, t, LEX_GIVEN))
        return 0;
    bool weak = t->shape == SHAPE_LOWER || note_case_at(n, t) != CASE_NORMAL || t->first;
    return near(n, t, weak ? LEX_FRENCH | LEX_MEDICAL | LEX_DRUG : LEX_DRUG) ? name_weight[NEAR_FRENCH] : 0;
}

/* A Latin letter beyond those of French: U+0100 to U+024F but for the ligature of "œuf", U+1E00 to U+1EFF. */
static bool foreign_letter(const struct note *n, const struct token *t)
{
    if (!t->accent)
        return false;
    const uint8_t *text = (const uint8_t *)n->text;
    for (uint32_t k = n->fold.origin[t->start]; k + 1 < n->fold.origin[t->end]; k++) {
        bool ligature = text[k] == 0xC5 && (text[k + 1] == 0x92 || text[k + 1] == 0x93);
        bool extended = text[k] >= 0xC4 && text[k] <= 0xC9 && !ligature;
        if (extended || (text[k] == 0xE1 && text[k + 1] >= 0xB8 && text[k + 1] <= 0xBB))
            return true;
    }
    return false;
}

/* "par", "avec", "devant" before a name or a word of no list that is no medicine's by its shape. */
static int by_agent(const struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    bool slip =
        t->shape == SHAPE_LOWER && (token_len(t) < 5 || token_is(n, i - 1, "avec")); /* "avec caillo" */
    bool may_be = unlisted(t) ? token_len(t) > 3 && !slip && !medical_shape(token_text(n, t), token_len(t))
                              : name_given(t) || (name_family(t) && name_rare_word(t));
    bool agent = i > 0 && t->gap == GAP_SPACE && token_among(n, i - 1, LIST_AGENT);
    return agent && may_be ? name_weight[AFTER_AGENT] : 0;
}

static int evidence(const struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    int cased = by_case(n, t), left = name_by_left(n, i);
    int score = by_lists(n, t) + cased + left + name_by_right(n, i) + name_by_company(n, i) + by_agent(n, i);
    if (cased == name_weight[CAPITAL_WORD] && left >= name_weight[AFTER_PERSON])
        score += name_weight[CAPITAL_AFTER_CUE] +
                 (t->flags & (LEX_PREDICATE | LEX_MEDICAL) ? 0 : name_weight[NOUN_AFTER_CUE]);
    if (foreign_letter(n, t))
        score += name_weight[FOREIGN_LETTER];
    if (token_len(t) == 2)
        score += name_weight[SHORT_WORD];
    if (!unlisted(t))
        return score;
    if (name_beside_medicine(n, i))
        score += name_weight[BESIDE_MEDICINE];
    if (!note_titled(n, i))
        score += by_spelling(n, t, score);
    return score;
}

/* A name just marked is evidence for what stands around it, which is judged again. */
static void stir(struct note *n, size_t i)
{
    for (size_t k = i > REACH ? i - REACH : 0; k <= i + REACH && k < n->count; k++)
        n->tokens[k].settled = 0;
}

static bool pass(struct note *n)
{
    bool more = false;
    for (size_t i = note_next(n, START_NAME, 0); i < n->count; i = note_next(n, START_NAME, i + 1)) {
        struct token *t = &n->tokens[i];
        if (t->settled)
            continue;
        t->settled = 1;
        if (!name_candidate(n, i) || evidence(n, i) < ENOUGH)
            continue;
        if (note_mark(n, i, i, name_label(n, i), name_source(n, i))) {
            stir(n, i);
            more = true;
        }
    }
    return more;
}

void detect_names(struct note *n)
{
    for (unsigned rounds = 0; rounds < 3 && pass(n); rounds++)
        continue;
}
