/* SPDX-License-Identifier: Apache-2.0 */
/* What the finders of names share. Internal to this room. */
#ifndef AGENT_TEXT_DETECT_NAME_H
#define AGENT_TEXT_DETECT_NAME_H

#include "agent/text/note.h"
#include "agent/text/words/gazetteer.h"

static inline bool name_capital(const struct token *t)
{
    return t->kind == TOKEN_WORD && t->shape != SHAPE_LOWER;
}
static inline bool name_given(const struct token *t)
{
    return t->flags & LEX_GIVEN || t->site & GAZ_GIVEN;
}
static inline bool name_family(const struct token *t)
{
    return t->flags & LEX_SURNAME || t->site & GAZ_NAME;
}
static inline bool name_marked(const struct token *t)
{
    return t->label == TEXT_NOM || t->label == TEXT_PRENOM;
}

/* A word that is also, or only, something else than a name. */
static inline bool name_is_word(const struct token *t)
{
    if (t->flags & (LEX_FUNCTION | LEX_MEDICAL | LEX_DRUG | LEX_NEUTRAL))
        return true;
    enum text_cue cue = token_cue(t);
    return (t->flags & LEX_FRENCH) != 0 || (cue != CUE_NONE && cue != CUE_MONTH);
}

/* In a list of names and rarely used as a word: "Martin" is a bird, but in no note. */
static inline bool name_rare_word(const struct token *t)
{
    return (t->flags & LEX_NAME) &&
           !(t->flags & (LEX_PLAIN | LEX_MEDICAL | LEX_FUNCTION | LEX_DRUG | LEX_NEUTRAL)) &&
           token_cue(t) == CUE_NONE;
}

/* Whether it sounds like a word that notes use every day (conf/text/everyday.txt), by so many sounds at
 * least; false when it is longer than any name. */
bool name_heard_every_day(const struct note *n, const struct token *t, size_t least);

/* What is observed of a word; name_weight tells what each observation weighs. */
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
    UNHEARD_WORD,
    NEAR_FRENCH,
    NEAR_GIVEN,
    FOREIGN_LETTER,
    CAPITAL_INSIDE,
    CAPITAL_WORD,
    CAPITAL_AFTER_CUE,
    CAPITAL_FIRST,
    NOUN_AFTER_CUE,
    CAPITAL_FIRST_ALONE,
    LISTED_CAPITAL_FIRST,
    EPONYM_CAPITAL_FIRST,
    CAPITALS_AMONG_SMALL,
    UNKNOWN_AMONG_CAPITALS,
    AFTER_TITLE,
    TITLE_BEFORE_WORD,
    AFTER_KIN,
    AFTER_PROF,
    LISTED_AFTER_CUE,
    AFTER_NAMED,
    AFTER_INTRODUCTION,
    AFTER_PERSON,
    AFTER_CHEZ,
    AFTER_AGENT,
    AFTER_KIN_LOOSE,
    BEFORE_ROLE,
    BEFORE_BRACKETED_ROLE,
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
    GIVEN_BEFORE_AGE,
    BEFORE_BORN,
    BEFORE_FIRM,
    BRETON_END,
    GIVEN_BEFORE_NAME,
    GIVEN_OPENS_CLAUSE,
    WORD_BESIDE_NAME,
    AFTER_UNDER,
    AFTER_CONTEXT,
    BEFORE_DOSE,
    BESIDE_MEDICINE,
    SHORT_WORD,
    EVIDENCES
};
extern const int name_weight[EVIDENCES];

/* The word beside i, over a hyphen and over particles; SIZE_MAX when none. */
size_t name_neighbour(const struct note *note, size_t i, bool right);

/* What stands before, after and beside the word at i tells of it: above 0 that it is a name, below that it is
 * none. */
int name_by_left(const struct note *note, size_t i);
int name_by_right(const struct note *note, size_t i);
int name_by_company(const struct note *note, size_t i);

/* "N'Diaye", "L'ermite": an elided capital before the word at i, inside a sentence. */
bool name_elided(const struct note *note, size_t i);

/* "née", "né" at i. */
bool name_born(const struct note *note, size_t i);

/* Whether the word at i stands in a list with a medicine. */
bool name_beside_medicine(const struct note *note, size_t i);

/* Whether the word at i is judged at all. */
bool name_candidate(const struct note *note, size_t i);

/* Given or family name, and by what it was found. */
enum text_label name_label(const struct note *note, size_t i);
enum text_source name_source(const struct note *note, size_t i);

#endif
