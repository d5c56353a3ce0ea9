/* SPDX-License-Identifier: Apache-2.0 */
/* Which words are judged, and what a word found to be a name is called: given or family name. */
#include "agent/text/detect/name.h"

static bool measure_cue(enum text_cue cue)
{
    return cue == CUE_VITAL || cue == CUE_UNIT || cue == CUE_ID || cue == CUE_CODE || cue == CUE_TEL ||
           cue == CUE_ETAB;
}

/* A capital or a listed family name after a title, "Dr Petit", "mme petit", "Mme Le Petit"; a capital after a
 * call for a name. */
static bool meant(const struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    if (!name_capital(t))
        return t->flags & LEX_SURNAME && note_titled(n, i);
    bool particle = i > 0 && token_among(n, i - 1, LIST_ARTICLE) && name_capital(&n->tokens[i - 1]);
    if (particle && note_titled(n, i - 1))
        return true;
    return note_titled(n, i) || (i > 0 && token_cue(&n->tokens[i - 1]) == CUE_NAMED && t->flags & LEX_NAME);
}

/* Words that announce something are no names themselves, unless one is meant. */
static bool announces(const struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    enum text_cue cue = token_cue(t);
    if (cue == CUE_TITLE)
        return true;
    bool trade = cue == CUE_PROF && t->shape == SHAPE_UPPER && token_len(t) < 4; /* "surveillance par IDE" */
    if (cue == CUE_KIN || cue == CUE_PERSON || trade)
        return !meant(n, i);
    bool plain = t->shape != SHAPE_CAPITAL || t->first || note_case_at(n, t) != CASE_NORMAL;
    return measure_cue(cue) && plain && !meant(n, i);
}

/* A word of grammar is no name, but where a capital shows that it is one: "Le", "Pour". */
static bool grammar(const struct note *n, const struct token *t)
{
    if (!(t->flags & LEX_FUNCTION))
        return false;
    bool hidden = note_case_at(n, t) != CASE_NORMAL || t->shape == SHAPE_LOWER || t->first;
    return !(t->flags & LEX_NAME) || (token_len(t) <= 3 && hidden);
}

static bool word_only(const struct token *t)
{
    return t->flags & (LEX_FRENCH | LEX_MEDICAL) && !(t->flags & LEX_NAME) && !t->site;
}

/* A word of French that is no name, written as words are; a title may say that a person is meant. */
static bool mere_word(const struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    if (t->shape != SHAPE_CAPITAL && t->flags & LEX_NEUTRAL && !(t->flags & LEX_NAME) && !t->site &&
        !note_titled(n, i))
        return true; /* "tuteur UDAF" */
    if (!word_only(t))
        return false;
    return (t->shape == SHAPE_LOWER || note_case_at(n, t) == CASE_UPPER) && !note_titled(n, i) &&
           !name_elided(n, i) && name_by_left(n, i) < name_weight[AFTER_TITLE];
}

/* An unknown word built like one of medicine, unless a cue or its capital says otherwise: "soeur Maguerite".
 */
static bool built_of_medicine(const struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    bool unknown = !(t->flags & (LEX_WORD | LEX_NAME | LEX_TOWN)) && !t->site && token_cue(t) == CUE_NONE;
    if (!unknown || note_titled(n, i) || name_by_left(n, i) > 0)
        return false;
    if (medical_surely(token_text(n, t), token_len(t)))
        return true; /* "pour Sigmoïdoscopie" */
    bool shown =
        note_case_at(n, t) == CASE_NORMAL && t->shape == SHAPE_CAPITAL && !t->first; /* medicine has none */
    if (shown || !medical_shape(token_text(n, t), token_len(t)))
        return false;
    return !name_capital(t) || note_case_at(n, t) == CASE_UPPER || /* "Maguerite" */
           !lexicon_near(n->lexicon, token_text(n, t), token_len(t), LEX_GIVEN);
}

bool may_be_name(const struct token *t)
{
    bool grammatical = t->flags & LEX_FUNCTION && !(t->flags & LEX_NAME);
    return t->kind == TOKEN_WORD && token_len(t) >= 2 && !grammatical && token_cue(t) != CUE_TITLE &&
           (t->shape != SHAPE_LOWER || !word_only(t));
}

/* A mere word after a title, or in a note where capitals tell something. */
bool may_be_name_when_shown(const struct token *t)
{
    return t->kind == TOKEN_WORD && word_only(t);
}

/* "personne de confiance", "mère d'accueil": the first word of an entry that announces people. */
static bool begins_cue(const struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    enum text_cue cue = t->phrase > 1 ? token_cue(token_at(n, i + t->phrase - 1u)) : CUE_NONE;
    return cue == CUE_KIN || cue == CUE_PROF || cue == CUE_PERSON;
}

/* "trouve Mme Barreau": a verb before whom it is about. */
static bool verb_before_title(const struct note *n, size_t i)
{
    uint32_t flags = n->tokens[i].flags;
    const struct token *next = token_at(n, i + 1);
    return flags & LEX_PLAIN && flags & LEX_PREDICATE && !(flags & LEX_NOUN) &&
           token_cue(next) == CUE_TITLE && token_len(next) > 1 && next->gap == GAP_SPACE;
}

bool name_candidate(const struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    if (begins_cue(n, i) || verb_before_title(n, i))
        return false;
    return t->kind == TOKEN_WORD && !t->label && !t->locked && token_len(t) >= 2 && !mere_word(n, i) &&
           !grammar(n, t) && !announces(n, i) && !built_of_medicine(n, i);
}

enum text_source name_source(const struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    if (t->site & (GAZ_NAME | GAZ_GIVEN))
        return TEXT_BY_GAZETTEER;
    if (name_by_left(n, i) > 0)
        return TEXT_BY_CUE;
    return t->flags & LEX_NAME ? TEXT_BY_LIST : TEXT_BY_UNKNOWN;
}

static bool family_name_follows(const struct note *n, size_t i)
{
    size_t k = name_neighbour(n, i, true);
    if (k == SIZE_MAX)
        return false;
    const struct token *t = &n->tokens[k];
    return name_family(t) || t->label == TEXT_NOM || (name_capital(t) && name_candidate(n, k));
}

/* A given name after a title stands before a family name: "Dr Marc Jolivet", but "Mme Thomas". */
enum text_label name_label(const struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    if (!name_given(t))
        return TEXT_NOM;
    if (note_titled(n, i))
        return family_name_follows(n, i) ? TEXT_PRENOM : TEXT_NOM;
    size_t left = name_neighbour(n, i, false);
    bool after_given = left != SIZE_MAX && n->tokens[left].label == TEXT_PRENOM;
    return after_given && name_family(t) && !token_sign(n, i - 1, '-') ? TEXT_NOM : TEXT_PRENOM;
}
