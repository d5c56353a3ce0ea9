/* SPDX-License-Identifier: Apache-2.0 */
/* Towns: listed ones, those learnt on site, and unknown words where a place is spoken of. */
#include "agent/text/detect/place.h"
#include "agent/text/words/gazetteer.h"

#include <string.h>

#define LEAST_MISSPELT 7u /* letters */
#define LEAST_FOREIGN 6u

/* Whether what stands before a word says that a place follows, and whether only a place can. */
struct place_cue {
    bool cued, strong;
};

static bool place_word(const struct note *n, size_t i)
{
    return token_len(&n->tokens[i]) >= 4 && token_among(n, i, LIST_BEFORE_PLACE);
}

/* "à Lyon": an unaccented "a" is the verb, except in capitals. */
static bool preposition(const struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    if (token_is(n, i, "a") && t->gap != GAP_NONE)
        return t->accent || n->profile != CASE_NORMAL;
    return token_among(n, i, LIST_BEFORE_TOWN_NAME);
}

/* What may stand between a preposition and the place. */
static bool passes_over(const struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    if (t->kind == TOKEN_SIGN)
        return token_sign(n, i, '\'') || token_sign(n, i, ',') || token_sign(n, i, '-') ||
               token_sign(n, i, '(');
    return t->kind == TOKEN_NUMBER || (token_is(n, i, "a") && t->gap != GAP_NONE);
}

static struct place_cue place_cue(const struct note *n, size_t i)
{
    bool before = false;
    for (size_t back = 1; back <= 5 && back <= i; back++) {
        size_t k = i - back;
        const struct token *t = &n->tokens[k];
        if (t->label == TEXT_ZIP || t->label == TEXT_ADRESSE || place_word(n, k))
            return (struct place_cue){true, true};
        if (token_cue(t) == CUE_LOC)
            return (struct place_cue){true, before || preposition(n, k)}; /* "commune de": one entry */
        if (preposition(n, k))
            before = true;
        else if (!passes_over(n, k))
            break;
    }
    return (struct place_cue){before, false};
}

/* "Paris XVIII": the Roman number of a district. */
static bool roman(const struct note *n, size_t i)
{
    const struct token *t = token_at(n, i);
    if (t->kind != TOKEN_WORD || t->gap != GAP_SPACE || token_len(t) > 5)
        return false;
    for (uint32_t k = t->start; k < t->end; k++)
        if (!strchr("ivx", n->fold.text[k]))
            return false;
    return true;
}

/* "Lyon 3", "paris 10e", "MARSEILLE 3EME", "Paris XVIII": the district belongs to the town; so does one digit
 * that nothing counts by, "Rennes 2,". */
size_t place_district(const struct note *n, size_t last)
{
    long v = token_value(n, last + 1);
    const struct token *number = token_at(n, last + 1), *next = token_at(n, last + 2);
    if (!token_among(n, last, LIST_DISTRICTS)) {
        bool one = v > 0 && v < 9 && token_len(number) == 1 && number->gap == GAP_SPACE && !number->label &&
                   n->profile == CASE_NORMAL && token_capital(&n->tokens[last]);
        return one && (token_sign(n, last + 2, ',') || token_sign(n, last + 2, '.')) &&
                       !token_tight(n, last + 3)
                   ? last + 1
                   : last;
    }
    if (roman(n, last + 1))
        return last + 1;
    if (v < 1 || v > 20 || number->gap == GAP_LINE || number->label)
        return last;
    if (next->kind == TOKEN_WORD && next->gap == GAP_NONE)
        return token_among(n, last + 2, LIST_ORDINAL_END) ? last + 2 : last;
    return token_cue(next) == CUE_UNIT ? last : last + 1;
}

/* A listed town in a note where capitals are used as they should be. */
static bool is_town_by_case(const struct token *t, bool word, bool several, struct place_cue cue)
{
    bool name = t->flags & LEX_NAME;
    if (t->shape == SHAPE_LOWER)
        return (several && cue.cued) ||
               (!word && (cue.strong || (!name && (cue.cued || token_len(t) >= LEAST_MISSPELT))));
    if (word && t->first)
        return cue.strong;
    if (cue.cued || several)
        return true;
    return !name && (!word || (!t->first && !(t->flags & LEX_PLAIN)));
}

/* Whether a listed town of so many tokens is meant as one. */
static bool is_town(const struct note *n, size_t i, size_t count, struct place_cue cue)
{
    const struct token *t = &n->tokens[i];
    bool several = count > 1;
    if (t->own == TEXT_VILLE && (cue.cued || several))
        return true;
    bool word = t->flags & (LEX_FRENCH | LEX_FUNCTION | LEX_MEDICAL) && !several;
    const struct token *second = token_at(n, i + 1); /* "la garde", "LE PASSAGE" */
    if (several && second->shape != SHAPE_CAPITAL && second->flags & LEX_FRENCH &&
        token_among(n, i, LIST_ARTICLE))
        return n->profile == CASE_UPPER ? cue.cued : cue.strong;
    if (n->profile == CASE_NORMAL)
        return is_town_by_case(t, word, several, cue);
    bool noun = !(t->flags & (LEX_PREDICATE | LEX_MEDICAL | LEX_FUNCTION)) && token_len(t) > 4;
    bool at = n->profile == CASE_UPPER || (i > 0 && token_is(n, i - 1, "a")); /* but "pas d'avion" */
    if (word && cue.cued && noun && at)
        return true; /* "A RENNES" */
    return several || cue.strong || (!word && (cue.cued || !(t->flags & LEX_NAME)));
}

/* "Paris Jean": a person. */
static bool is_person(const struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i], *next = token_at(n, i + 1);
    return n->profile == CASE_NORMAL && t->flags & LEX_NAME && next->flags & LEX_NAME && token_capital(next);
}

/* An unknown long word one letter away from a town, and from no other word. */
static bool misspelt_town(const struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    if (token_len(t) < LEAST_MISSPELT || n->profile == CASE_UPPER || !token_unknown(t) ||
        t->flags & LEX_NAME || t->own)
        return false;
    bool placed = t->first || token_at(n, i - 1)->kind == TOKEN_SIGN || place_cue(n, i).cued;
    return placed && lexicon_near(n->lexicon, token_text(n, t), token_len(t), LEX_TOWN) &&
           !lexicon_near(n->lexicon, token_text(n, t), token_len(t), LEX_WORD | LEX_NAME);
}

static size_t mark_town(struct note *n, size_t i, size_t last, enum text_source source)
{
    if (!note_free_range(n, i, last))
        return i;
    if (source == TEXT_BY_LIST && i > 1 && token_sign(n, i - 1, '\'') && token_tight(n, i) &&
        token_is(n, i - 2, "l") && note_free_range(n, i - 2, i))
        i -= 2;                                       /* "L'Union" */
    const struct token *next = token_at(n, last + 1); /* "Lyon Sud", "Les Lilas Blancs" */
    bool more = n->profile == CASE_NORMAL && next->kind == TOKEN_WORD && next->shape == SHAPE_CAPITAL &&
                next->gap == GAP_SPACE && next->flags & LEX_FRENCH &&
                !(next->flags & (LEX_MEDICAL | LEX_FUNCTION | LEX_NAME)) && token_cue(next) == CUE_NONE;
    if (more && note_free_range(n, i, last + 1))
        last++;
    size_t district = place_district(n, last);
    for (size_t k = last + 1; k <= district; k++)
        n->tokens[k].locked = 0; /* "Dr WANG à Paris 11" is no score on Wang's scale */
    note_mark(n, i, district, TEXT_VILLE, source);
    const struct token *zip = token_at(n, district + 1), *rest = token_at(n, district + 2);
    if (zip->kind == TOKEN_NUMBER && token_len(zip) == 2 && !zip->label && rest->kind == TOKEN_NUMBER &&
        token_len(rest) == 3 && rest->gap == GAP_SPACE && !rest->label)
        note_mark(n, district + 1, district + 2, TEXT_ZIP, TEXT_BY_PATTERN); /* "Rouen 76 000" */
    return last;
}

static bool town_tail(const struct note *n, size_t i)
{
    const struct token *t = token_at(n, i);
    return t->kind == TOKEN_WORD && t->gap == GAP_SPACE && !t->label &&
           !(t->flags & (LEX_FUNCTION | LEX_MEDICAL | LEX_DRUG)) && token_cue(t) == CUE_NONE;
}

/* "Mareuil sur Lay", "meudon la foret": a second part after a blank. */
static bool parted_tail(const struct note *n, size_t last)
{
    if (token_at(n, last + 1)->gap != GAP_SPACE || !town_tail(n, last + 2))
        return false;
    const struct token *t = token_at(n, last + 2), *after = token_at(n, last + 3);
    bool ends = after->gap == GAP_LINE || after->kind == TOKEN_SIGN;
    if (token_is(n, last + 1, "de") && (ends || n->profile == CASE_NORMAL)) /* "Salies de Béarn" */
        return n->profile == CASE_NORMAL ? t->shape == SHAPE_CAPITAL && !(t->flags & LEX_NAME)
                                         : token_unknown(t);
    bool linked = token_is(n, last + 1, "du") || token_is(n, last + 1, "de");
    uint32_t digits = after->kind == TOKEN_NUMBER ? token_len(after) : 0;
    if (linked && (digits == 5 || (digits == 2 && token_len(token_at(n, last + 4)) == 3)))
        return true; /* "st etienne du rouvré 76 800" */
    if (token_among(n, last + 1, LIST_TOWN_JOINT))
        return ends || t->shape != SHAPE_LOWER;
    return token_among(n, last + 1, LIST_TOWN_ARTICLE) && ends && t->flags & LEX_FRENCH;
}

/* The end of what hyphens join: "Marly-la-Ville". */
static size_t last_part(const struct note *n, size_t last)
{
    while (token_hyphen(n, last + 1) && token_at(n, last + 2)->kind == TOKEN_WORD && token_tight(n, last + 2))
        last += 2;
    const struct token *river = token_at(n, last + 3); /* "Neuilly s/ Seine" */
    if (token_is(n, last + 1, "s") && token_sign(n, last + 2, '/') && river->kind == TOKEN_WORD &&
        river->gap != GAP_LINE && !river->label)
        return last + 3;
    const struct token *elided = token_at(n, last + 3); /* "Portet d'Aspet" */
    if (token_is(n, last + 1, "d") && token_sign(n, last + 2, '\'') && elided->gap == GAP_NONE &&
        token_at(n, last + 1)->gap == GAP_SPACE && elided->kind == TOKEN_WORD && !elided->label &&
        (n->profile == CASE_NORMAL ? token_capital(elided) : token_unknown(elided)))
        return last + 3;
    return parted_tail(n, last) && !n->tokens[last + 2].locked ? last + 2 : last;
}

/* "habite Rouan", "à Sens": a word of French with a capital inside a sentence, where a place is due. */
static bool capital_place(const struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    if (n->profile != CASE_NORMAL || t->shape != SHAPE_CAPITAL || t->first || i == 0 ||
        token_cue(t) != CUE_NONE ||
        t->flags & (LEX_FUNCTION | LEX_MEDICAL | LEX_DRUG | LEX_NEUTRAL | LEX_EPONYM))
        return false;
    if (i > 2 && token_sign(n, i - 1, '\'') && token_is(n, i - 2, "l"))
        return token_is(n, i - 3, "a") && n->tokens[i - 3].accent; /* "à l'Evêché" */
    return token_among(n, i - 1, LIST_LIVES) || (token_is(n, i - 1, "a") && n->tokens[i - 1].accent);
}

/* The last token looked at: of the town, or i when it is none. */
static size_t listed_town(struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    size_t count = t->phrase > 1 ? t->phrase : 1;
    struct place_cue cue = place_cue(n, i);
    if (!is_town(n, i, count, cue) || (!cue.strong && is_person(n, i)))
        return i;
    return mark_town(n, i, last_part(n, i + count - 1), TEXT_BY_LIST);
}

/* "Saint-X-sur-Y": an unknown name to its last part. */
static size_t unlisted_town(struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    if (!capital_place(n, i) && (t->flags & LEX_NAME || token_len(t) <= 3 || !place_cue(n, i).strong))
        return i;
    return mark_town(n, i, last_part(n, i), TEXT_BY_CUE);
}

/* "a mericourt", "par PARIGNY": a word of no list and near none, where only a place can stand. */
static bool foreign_after_preposition(const struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    bool small = n->profile == CASE_NORMAL && t->shape == SHAPE_LOWER; /* "après manchineau" */
    if (i == 0 || t->gap != GAP_SPACE || token_len(t) < LEAST_FOREIGN || !token_unknown(t) || small ||
        t->flags & LEX_EPONYM || t->own)
        return false;
    bool toward = token_among(n, i - 1, LIST_TOWARD) ||
                  (i > 1 && token_is(n, i - 1, "de") && token_is(n, i - 2, "pres"));
    if (!toward || medical_shape(token_text(n, t), token_len(t)))
        return false;
    if (t->flags & LEX_NAME && last_part(n, i) == i)
        return false; /* a person, but "PEYRAT LE CHATEAU" */
    return !lexicon_near(n->lexicon, token_text(n, t), token_len(t), LEX_FRENCH | LEX_MEDICAL | LEX_DRUG);
}

/* "St Palais", "Ste-Colombe": with its capital, a place or a church; elsewhere before a given name. */
static size_t saint(struct note *n, size_t i)
{
    size_t k = token_sign(n, i + 1, '-') || token_sign(n, i + 1, '.') ? i + 2 : i + 1;
    const struct token *t = token_at(n, k);
    bool named = n->profile == CASE_NORMAL ? token_capital(&n->tokens[i]) && token_capital(t)
                                           : t->flags & (LEX_GIVEN | LEX_TOWN) && !(t->flags & LEX_PREDICATE);
    if (!named || !token_among(n, i, LIST_SAINT) || t->gap == GAP_LINE || t->locked || t->label ||
        token_len(t) < 3)
        return i;
    return mark_town(n, i, last_part(n, k), TEXT_BY_CUE);
}

/* A word of the lists of towns, or one learnt as a town on site. */
static bool listed(const struct token *t)
{
    return t->flags & LEX_TOWN || (t->site & GAZ_TOWN && !(t->flags & LEX_WORD));
}

static bool may_be_unlisted(const struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    return (token_capital(t) && token_unknown(t)) ||
           (t->flags & LEX_PROPER && !(t->flags & (LEX_WORD | LEX_NAME))) || capital_place(n, i);
}

/* A listed town, a capital, an unknown word that is long enough to be one. */
bool may_begin_town(const struct token *t)
{
    if (t->kind != TOKEN_WORD)
        return false;
    return listed(t) || token_has(t, LIST_SAINT) || t->shape != SHAPE_LOWER ||
           (token_unknown(t) && token_len(t) >= LEAST_FOREIGN) || t->flags & LEX_PROPER;
}

/* "a paris 15", "lyon 3e": a city with its district, in whatever letters. */
static bool with_district(const struct note *n, size_t i)
{
    return place_district(n, i) > i;
}

/* "Melle Durand": a title, a town elsewhere. */
static bool title(const struct note *n, size_t i)
{
    return token_cue(&n->tokens[i]) == CUE_TITLE && token_at(n, i + 1)->kind == TOKEN_WORD &&
           token_at(n, i + 1)->gap == GAP_SPACE;
}

void detect_towns(struct note *n)
{
    for (size_t i = note_next(n, START_TOWN, 0); i < n->count; i = note_next(n, START_TOWN, i + 1)) {
        const struct token *t = &n->tokens[i];
        if (t->kind != TOKEN_WORD || t->label || t->locked || token_len(t) < 2 || note_titled(n, i) ||
            title(n, i))
            continue;
        if ((t->shape == SHAPE_LOWER && token_has(t, LIST_BODY)) || (t->flags & LEX_NEUTRAL && t->phrase > 1))
            continue; /* "plaie du menton", "Croix Rouge" */
        if (saint(n, i) > i || t->label)
            continue;
        if (listed(t))
            i = with_district(n, i) ? mark_town(n, i, i, TEXT_BY_LIST) : listed_town(n, i);
        else if (misspelt_town(n, i))
            note_mark(n, i, i, TEXT_VILLE, TEXT_BY_LIST);
        else if (foreign_after_preposition(n, i))
            i = mark_town(n, i, last_part(n, i), TEXT_BY_CUE);
        else if (may_be_unlisted(n, i))
            i = unlisted_town(n, i);
    }
}
