/* SPDX-License-Identifier: Apache-2.0 */
/* Hospitals and firms called by their bare name, listed or abbreviated. */
#include "agent/text/detect/place.h"

static bool article(const struct note *n, size_t i)
{
    return token_among(n, i, LIST_ETAB_LINK);
}

/* What stands before a hospital's name: a verb or type of place, or at least "à", "par". */
struct placing {
    bool placed, near;
};

static bool toward(const struct note *n, size_t i)
{
    return token_among(n, i, LIST_TOWARD) || token_is(n, i, "au") || token_is(n, i, "aux");
}

static bool placing_ends(const struct note *n, size_t i)
{
    if (n->tokens[i].kind == TOKEN_SIGN)
        return !token_sign(n, i, '\'') && !token_sign(n, i, '(') && !token_sign(n, i, '-') &&
               !token_sign(n, i, '.');
    return n->tokens[i].kind == TOKEN_WORD && !article(n, i) && !toward(n, i);
}

static struct placing placing_of(const struct note *n, size_t i)
{
    struct placing p = {false, false};
    for (size_t back = 1; back <= 4 && back <= i; back++) {
        size_t k = i - back;
        enum text_cue cue = token_cue(&n->tokens[k]);
        p.near |= toward(n, k);
        p.placed |= cue == CUE_LOC || cue == CUE_ETAB;
        if (placing_ends(n, k) &&
            !(back == 1 && n->tokens[k].flags & (LEX_MEDICAL | LEX_PREDICATE))) /* "vers vasculaire Tenon" */
            break;
    }
    return p;
}

/* "SAMU -> TROUSSEAU", "SMUR de Lapeyronie", "Dr Borie (Dupuytren)": only a hospital stands there. */
static bool sent_or_sends(const struct note *n, size_t i, size_t count)
{
    if (i < 2)
        return false;
    if (token_sign(n, i - 1, '>'))
        return true;
    if (token_is(n, i - 1, "de") || token_is(n, i - 1, "d"))
        return token_is(n, i - 2, "smur") || token_is(n, i - 2, "samu") || token_is(n, i - 2, "urgentiste");
    return i > 2 && token_sign(n, i - 1, '(') && token_sign(n, i + count, ')') && token_is(n, i - 3, "dr");
}

/* "Filien dossier 43": a word that means nothing else. */
static bool only_a_firm(const struct token *t)
{
    return token_len(t) > 4 && token_cue(t) == CUE_NONE &&
           !(t->flags & (LEX_WORD | LEX_NAME | LEX_TOWN | LEX_PLAIN | LEX_PROPER));
}

/* "naval group", "basic fit": a listed name with a word of no dictionary. */
static bool foreign_phrase(const struct note *n, size_t i, size_t count)
{
    for (size_t k = i; count > 1 && k < i + count; k++) {
        const struct token *t = token_at(n, k);
        if (t->kind == TOKEN_WORD && token_len(t) > 2 && !(t->flags & (LEX_WORD | LEX_NAME | LEX_TOWN)))
            return true;
    }
    return false;
}

/* "urgences du tripode", "sortie de la sauvegarde", "vu au tertre rouge": a listed word of French by its
 * article where a place is due, several where one may be. */
static bool shown_by_place(const struct note *n, size_t i, size_t count)
{
    bool after = token_sign(n, i - 1, '\'') || token_is(n, i - 1, "a") ||
                 (token_cue(token_at(n, i - 1)) == CUE_LOC && !(n->tokens[i].flags & LEX_PREDICATE)) ||
                 (article(n, i - 1) && !token_is(n, i - 1, "de"));
    struct placing p = placing_of(n, i);
    return !(n->tokens[i].flags & LEX_MEDICAL) && ((after && p.placed) || (count > 1 && p.near));
}

static bool hospital_shown(const struct note *n, size_t i, size_t count)
{
    const struct token *t = &n->tokens[i];
    if (shown_by_place(n, i, count) || sent_or_sends(n, i, count))
        return true;
    if (n->profile == CASE_NORMAL)
        return token_capital(t) || only_a_firm(t) || foreign_phrase(n, i, count);
    return !(t->flags & LEX_FRENCH) || count > 1;
}

/* Whether a hospital's name is meant as one, not as a person or a town. */
static bool hospital_meant(const struct note *n, size_t i, size_t count)
{
    const struct token *t = &n->tokens[i];
    if (token_is(n, i, "cap") || (count == 1 && only_a_firm(t)) || foreign_phrase(n, i, count) ||
        sent_or_sends(n, i, count))
        return true;
    struct placing p = placing_of(n, i);
    if (p.placed || (p.near && (count > 1 || !(t->flags & (LEX_NAME | LEX_TOWN)))))
        return true;
    return count > 1 && token_capital(t) && n->profile == CASE_NORMAL && !(t->flags & LEX_TOWN);
}

/* "rue de Purpan" */
static bool street_before(const struct note *n, size_t i)
{
    enum text_cue cue = token_cue(token_at(n, note_before(n, i)));
    return cue == CUE_STREET || cue == CUE_RESID;
}

/* "Leclerc mably", "pontchaillou sud": a town in small letters, which no word of French is, or a side of it.
 */
static size_t small_town(const struct note *n, size_t last)
{
    const struct token *t = token_at(n, last + 1);
    if (token_among(n, last + 1, LIST_CARDINAL) && t->gap == GAP_SPACE &&
        (place_ends(n, last + 2) || (n->profile == CASE_NORMAL && token_capital(t))))
        return last + 1;
    bool town = t->flags & LEX_TOWN && !(t->flags & (LEX_WORD | LEX_NAME)) && token_cue(t) == CUE_NONE;
    return town && t->gap == GAP_SPACE && !t->label && t->phrase == 0 ? last + 1 : last;
}

/* "Tereos Bois-Rouge", "Super U Bellevue": capitals after a firm's name say which of its houses. */
static size_t branch_end(const struct note *n, size_t last)
{
    for (size_t k = last + 1; n->profile == CASE_NORMAL && k < last + 3; k++) {
        size_t word = token_hyphen(n, k) ? k + 1 : k;
        const struct token *t = token_at(n, word);
        bool tied = word > k || token_hyphen(n, word + 1);
        bool quiet =
            tied || (token_cue(t) == CUE_NONE && !(t->flags & (LEX_GIVEN | LEX_FUNCTION | LEX_MEDICAL)));
        if (t->shape != SHAPE_CAPITAL || t->gap == GAP_LINE || t->label || t->locked || !quiet ||
            token_len(t) < 3)
            return last;
        last = k = word;
    }
    return last;
}

/* "ADAPA 23", "ASFAS 85": with the number of a département, and nothing more. */
static bool of_departement(const struct note *n, size_t i)
{
    const struct token *number = token_at(n, i + 1);
    const struct token *next = token_at(n, i + 2);
    bool ends = place_ends(n, i + 2) || (n->tokens[i].flags & LEX_HOSPITAL && next->gap == GAP_SPACE &&
                                         token_cue(next) == CUE_NONE); /* "l'APAJH 94 peut venir" */
    return n->tokens[i].shape == SHAPE_UPPER && token_len(&n->tokens[i]) >= 4 &&
           number->kind == TOKEN_NUMBER && token_len(number) == 2 && number->gap == GAP_SPACE &&
           !number->label && ends && !token_sign(n, i + 2, '/') && !token_sign(n, i + 2, '%');
}

/* "l'Archet 2": the number of the building. */
static size_t numbered(const struct note *n, size_t last)
{
    const struct token *t = token_at(n, last + 1);
    bool ends = place_stops(n, last + 2) || token_among(n, last + 2, LIST_GENERIC) ||
                token_cue(token_at(n, last + 2)) == CUE_TITLE;
    return t->kind == TOKEN_NUMBER && token_len(t) == 1 && t->gap == GAP_SPACE && !t->label && ends ? last + 1
                                                                                                    : last;
}

/* "adressé à Purpan", "suivie à Necker", "urgences de Haut-Lévêque". */
static bool bare_hospital(struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    size_t count = t->phrase > 1 ? t->phrase : 1;
    bool person =
        note_titled(n, i) || (i > 1 && token_among(n, i - 1, LIST_PARTICLE) && note_titled(n, i - 1));
    if (!(t->flags & LEX_HOSPITAL) || !note_free_range(n, i, i + count - 1) ||
        person) /* "Mme de Pellegrin" */
        return false;
    if (street_before(n, i) || !hospital_shown(n, i, count) || !hospital_meant(n, i, count))
        return false;
    bool article_too =
        i > 0 && (token_is(n, i - 1, "la") || token_is(n, i - 1, "le")) && token_capital(&n->tokens[i - 1]);
    size_t last = of_departement(n, i) ? i + 1 : numbered(n, small_town(n, branch_end(n, i + count - 1)));
    return note_mark(n, article_too ? i - 1 : i, last, TEXT_ETAB, TEXT_BY_LIST);
}

/* "résident CHRIF Merveille": a person is spoken of, or the row's name, perhaps mistyped. */
static bool names_person(const struct note *n, size_t i)
{
    enum text_cue before = i > 0 && n->tokens[i].gap != GAP_LINE ? token_cue(&n->tokens[i - 1]) : CUE_NONE;
    return n->tokens[i].own || note_titled(n, i) || (before >= CUE_TITLE && before <= CUE_BORN) ||
           before == CUE_PERSON;
}

/* "CHBM", "greffe HEGP 2019", "à l'ENIB": hospitals begin so; what else an article stands before is no
 * measure. */
static bool acronym(const struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    if (token_len(t) < 4 || t->flags & LEX_NAME || names_person(n, i))
        return false;
    const char *letters = token_text(n, t);
    if ((letters[0] == 'c' && letters[1] == 'h') || (letters[0] == 'h' && t->flags & LEX_HOSPITAL))
        return true;
    return i > 2 && token_sign(n, i - 1, '\'') && token_is(n, i - 2, "l") &&
           (token_is(n, i - 3, "a") || token_is(n, i - 3, "de") || token_is(n, i - 3, "et"));
}

/* "adressée HFME", "hospit CHAL": an unknown abbreviation after a verb of place. */
static void abbreviated_hospital(struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    if (t->shape != SHAPE_UPPER || n->profile == CASE_UPPER || token_len(t) < 3 || token_len(t) > 6 ||
        !token_unknown(t))
        return;
    if (of_departement(n, i) || acronym(n, i)) {
        note_mark(n, i, of_departement(n, i) ? i + 1 : i, TEXT_ETAB, TEXT_BY_CUE);
        return;
    }
    if (t->gap == GAP_LINE || i == 0)
        return;
    size_t k = i - 1;
    while (k > 0 && (article(n, k) || token_is(n, k, "a") || token_sign(n, k, '.') || token_sign(n, k, '\'')))
        k--;
    if (token_cue(&n->tokens[k]) == CUE_LOC)
        note_mark(n, i, i, TEXT_ETAB, TEXT_BY_CUE);
}

/* The token after "à la", "aux", "de l'" at k; 0 when something else stands there. */
static size_t after_article(const struct note *n, size_t k)
{
    if (token_at(n, k)->gap == GAP_LINE)
        return 0;
    if (token_is(n, k, "au") || token_is(n, k, "aux") || token_is(n, k, "des"))
        return k + 1;
    if (!token_is(n, k, "a") && !token_is(n, k, "de"))
        return 0;
    if (token_is(n, k + 1, "la"))
        return k + 2;
    return token_is(n, k + 1, "l") && token_sign(n, k + 2, '\'') ? k + 3 : 0;
}

/* A noun that names a house: a capital inside a sentence, or where capitals tell nothing a noun that ends
 * there. */
static bool house_noun(const struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    enum text_cue cue = token_cue(t);
    if (token_len(t) < 4 || (cue != CUE_NONE && cue != CUE_RESID) || token_among(n, i, LIST_NO_PLACE) ||
        token_among(n, i, LIST_GENERIC) || token_among(n, i, LIST_BODY) || t->locked ||
        t->flags & (LEX_MEDICAL | LEX_DRUG | LEX_FUNCTION | LEX_NEUTRAL | LEX_EPONYM) ||
        (token_unknown(t) && medical_shape(token_text(n, t), token_len(t))))
        return false;
    if (n->profile == CASE_NORMAL && token_capital(t))
        return true;
    const struct token *next = token_at(n, i + 1);
    bool after = token_among(n, i + 1, LIST_GENERIC);
    return t->flags & LEX_HOSPITAL || place_ends(n, i + 1) || token_is(n, i + 1, "en") ||
           next->kind == TOKEN_NUMBER || token_cue(next) == CUE_WEEKDAY || (after && placing_of(n, i).near);
}

void place_care(struct note *n, size_t i)
{
    size_t k = after_article(n, i + 1);
    if (!k && token_at(n, i + 1)->kind == TOKEN_WORD)
        k = after_article(n, i + 2); /* "hospitalisée hier à la…" */
    if (k && k < n->count && n->tokens[k].kind == TOKEN_WORD && !n->tokens[k].label &&
        n->tokens[k].gap != GAP_LINE && house_noun(n, k))
        note_mark(n, n->tokens[k - 1].phrase > 1 ? k - 1 : k, numbered(n, branch_end(n, k)), TEXT_ETAB,
                  TEXT_BY_CUE);
}

void place_hospital(struct note *n, size_t i)
{
    if (!bare_hospital(n, i))
        abbreviated_hospital(n, i);
}

/* "la MR du Rosaire": the article says that it is no man; where a note begins so, "du" does. */
static bool home_of(const struct note *n, size_t i)
{
    bool due = i == 0 || n->tokens[i].gap == GAP_LINE || token_is(n, i - 1, "la");
    return due && n->profile == CASE_NORMAL && n->tokens[i].shape == SHAPE_UPPER && token_is(n, i, "mr") &&
           (token_is(n, i + 1, "du") || token_is(n, i + 1, "des") ||
            (token_is(n, i + 1, "de") && token_is(n, i + 2, "la")));
}

/* "MR les belles feuilles", "FAM les Hauts": a home's abbreviation that is a title too, before a plural. */
void place_titled_home(struct note *n, size_t i)
{
    bool before_plural = (token_is(n, i, "mr") || token_is(n, i, "fam")) && token_is(n, i + 1, "les");
    size_t last = before_plural || home_of(n, i) ? place_plain_name(n, i + 1) : 0;
    if (last && note_free_range(n, i, last))
        note_mark(n, i, last, TEXT_ETAB, TEXT_BY_CUE);
}
