/* SPDX-License-Identifier: Apache-2.0 */
/* Named establishments (homes, hospitals, schools, employers) and towns. */
#include "agent/text/note.h"
#include "agent/text/gazetteer.h"

#include <string.h>

static bool capital(const struct token *t)
{
    return t->kind == TOKEN_WORD && t->shape != SHAPE_LOWER;
}

static bool article(const struct note *n, size_t i)
{
    static const char *const list[] = {"de", "du", "des", "d",  "la",  "le", "les",
                                       "l",  "en", "sur", "au", "aux", "et", NULL};
    return token_among(n, i, list);
}

static bool unknown(const struct token *t)
{
    return t->kind == TOKEN_WORD && !(t->flags & LEX_WORD) && token_cue(t) == CUE_NONE;
}

static bool name_like(const struct token *t)
{
    return unknown(t) || t->flags & (LEX_NAME | LEX_TOWN | LEX_HOSPITAL | LEX_PROPER) ||
           t->site & (GAZ_NAME | GAZ_TOWN);
}

/* "pharmacie de garde", "hôpital de jour", "école maternelle": generic, nobody's. */
static bool generic(const struct note *n, size_t i)
{
    static const char *const list[] = {"garde",
                                       "nuit",
                                       "jour",
                                       "jours",
                                       "ville",
                                       "proximite",
                                       "quartier",
                                       "coin",
                                       "bas",
                                       "secteur",
                                       "service",
                                       "urgence",
                                       "urgences",
                                       "semaine",
                                       "rappel",
                                       "retour",
                                       "medecin",
                                       "patient",
                                       "patiente",
                                       "son",
                                       "sa",
                                       "ses",
                                       "mon",
                                       "ma",
                                       "fils",
                                       "fille",
                                       "mari",
                                       "pere",
                                       "mere",
                                       "domicile",
                                       "ce",
                                       "cette",
                                       "demain",
                                       "matin",
                                       "soir",
                                       "suite",
                                       "place",
                                       "maternelle",
                                       "primaire",
                                       "privee",
                                       "prive",
                                       "publique",
                                       "general",
                                       "universitaire",
                                       "psychiatrique",
                                       "local",
                                       "psy",
                                       "locale",
                                       "specialise",
                                       "rural",
                                       "dentaire",
                                       "vue",
                                       "vie",
                                       "sante",
                                       "soins",
                                       "consultation",
                                       "consultations",
                                       "prelevement",
                                       "prelevements",
                                       "biologie",
                                       "demande",
                                       "ordonnance",
                                       "renouvellement",
                                       "transport",
                                       "ambulance",
                                       "confiance",
                                       "choix",
                                       "habituelle",
                                       "habituel",
                                       "avant",
                                       "apres",
                                       "depuis",
                                       "pour",
                                       "si",
                                       "avec",
                                       "quand",
                                       "ouverte",
                                       "fermee",
                                       "conventionne",
                                       "est",
                                       "fait",
                                       "a",
                                       "et",
                                       "ou",
                                       "face",
                                       "meme",
                                       "autre",
                                       "entree",
                                       "sortie",
                                       "dehors",
                                       "niveau",
                                       NULL};
    return token_among(n, i, list);
}

static bool takes_plain_words(const struct note *n, size_t i)
{
    static const char *const list[] = {"ehpad",  "clinique",  "polyclinique", "pharmacie", "phie",
                                       "creche", "foyer",     "hotel",        "lycee",     "college",
                                       "mapa",   "residence", "logement",     "logt",      "laboratoire",
                                       "labo",   "ecole",     "restaurant",   "ime",       "mapad",
                                       "marpa",  "esat",      "rpa",          "auberge",   NULL};
    return token_among(n, i, list);
}

/* Whether the word at i may stand in an establishment's name whose type stands at `type`. */
static bool names_it(const struct note *n, size_t i, size_t type, size_t taken, bool linked)
{
    const struct token *t = &n->tokens[i];
    if (t->kind != TOKEN_WORD || t->gap == GAP_LINE || (t->label && t->label != TEXT_VILLE))
        return false;
    if (n->profile == CASE_NORMAL && capital(t)) {
        if (taken > 0 && i > 0 && n->tokens[i - 1].flags & LEX_GIVEN && capital(&n->tokens[i - 1]))
            return true; /* "école Jean Carrière" */
        enum text_cue cue = token_cue(t);
        if ((cue == CUE_STREET && !(t->flags & LEX_NAME)) || (cue >= CUE_BUILD && cue <= CUE_DOOR) ||
            cue == CUE_TEL || cue == CUE_CODE)
            return false;
        if (t->flags & (LEX_MEDICAL | LEX_DRUG) && !(t->flags & (LEX_NAME | LEX_HOSPITAL)) &&
            token_len(t) < 5)
            return false;
        return token_cue(t) != CUE_TITLE || token_len(t) > 3;
    }
    if (generic(n, i) || t->flags & LEX_DRUG || (t->flags & LEX_NEUTRAL && !linked))
        return false;
    bool les = i > 0 && token_is(n, i - 1, "les") && taken == 0 && takes_plain_words(n, type) &&
               !(t->flags & LEX_FUNCTION);
    if (n->profile == CASE_NORMAL)
        return les || ((unknown(t) || t->flags & LEX_HOSPITAL) && (taken == 0 || t->flags & LEX_HOSPITAL));
    if (token_cue(t) != CUE_NONE && token_cue(t) != CUE_RESID && !(t->flags & LEX_NAME))
        return false;
    if (name_like(t) && !(t->flags & LEX_FRENCH && taken > 0) && !(t->flags & LEX_FUNCTION))
        return true;
    return taken == 0 && linked && takes_plain_words(n, type) && !(t->flags & (LEX_FUNCTION | LEX_MEDICAL)) &&
           token_cue(t) == CUE_NONE;
}

/* The last token of the establishment's name after its type; type when none follows. */
static size_t etab_end(const struct note *n, size_t type)
{
    size_t last = type, taken = 0, i = type + 1;
    bool linked = false;
    while (i < n->count && taken < 6 && n->tokens[i].gap != GAP_LINE) {
        const struct token *t = &n->tokens[i];
        if (t->kind == TOKEN_SIGN) {
            bool link = token_sign(n, i, '\'') || (token_sign(n, i, '-') && t->gap == GAP_NONE) ||
                        (token_sign(n, i, '"') && last == type) ||
                        (token_sign(n, i, '.') && i > 0 && token_len(&n->tokens[i - 1]) <= 2 && taken > 0 &&
                         token_at(n, i + 1)->gap != GAP_LINE && capital(token_at(n, i + 1)));
            if (!link)
                break;
            i++;
            if (token_sign(n, i - 1, '\'') && taken > 0 && token_at(n, i)->gap == GAP_NONE &&
                token_at(n, i)->kind == TOKEN_WORD && last + 2 == i)
                last = i++; /* "P'tits" */
            continue;
        }
        enum text_cue cue = token_cue(t);
        if (t->kind == TOKEN_WORD && cue == CUE_ETAB && !t->label && taken == 0) {
            if (linked && capital(t) && n->profile == CASE_NORMAL)
                last = i; /* "pharmacie du Théâtre" */
            i++;          /* "centre hospitalier", "résidence EHPAD" */
            continue;
        }
        if (article(n, i) && (t->shape == SHAPE_LOWER || n->profile != CASE_NORMAL || taken == 0)) {
            linked = true;
            i++;
            continue;
        }
        if (!names_it(n, i, type, taken, linked))
            break;
        taken++;
        last = i++;
    }
    return last;
}

static size_t type_start(const struct note *n, size_t i)
{
    for (size_t back = 1; back < 6 && back <= i; back++)
        if (n->tokens[i - back].phrase == back + 1)
            return i - back;
    return i;
}

static bool ch_hospital(const struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    if (!token_is(n, i, "ch") || (n->profile == CASE_NORMAL && t->shape != SHAPE_UPPER))
        return false;
    size_t k = i + 1;
    while (article(n, k) || token_sign(n, k, '\''))
        k++;
    const struct token *name = token_at(n, k);
    return name->kind == TOKEN_WORD && token_len(name) > 2 && name->gap != GAP_LINE &&
           (name_like(name) || (n->profile == CASE_NORMAL && name->shape == SHAPE_CAPITAL));
}

static void establishment(struct note *n, size_t i)
{
    size_t last = etab_end(n, i);
    if (last == i)
        return;
    size_t from = type_start(n, i);
    for (size_t k = from; k <= last; k++) {
        n->tokens[k].locked = 0;
        if (n->tokens[k].label)
            return;
    }
    note_force(n, from, last, TEXT_ETAB, TEXT_BY_CUE);
}

/* "adressé à Purpan", "suivie à Necker", "urgences de Haut-Lévêque". */
static void bare_hospital(struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    size_t count = t->phrase > 1 ? t->phrase : 1;
    if (!(t->flags & LEX_HOSPITAL) || !note_free_range(n, i, i + count - 1) || note_titled(n, i))
        return;
    enum text_cue street = token_cue(token_at(n, note_before(n, i)));
    if (street == CUE_STREET || street == CUE_RESID)
        return;
    bool placed = false, near = false;
    size_t k = i;
    for (unsigned back = 0; back < 4 && k > 0; back++) {
        k--;
        const struct token *b = &n->tokens[k];
        enum text_cue cue = token_cue(b);
        if (token_is(n, k, "a") || token_is(n, k, "au") || token_is(n, k, "aux") || token_is(n, k, "vers"))
            near = true;
        placed |= cue == CUE_LOC || cue == CUE_ETAB;
        if (!article(n, k) && b->kind == TOKEN_WORD && !token_is(n, k, "a") && !token_is(n, k, "vers"))
            break;
        if (b->kind == TOKEN_SIGN && !token_sign(n, k, '\'') && !token_sign(n, k, '(') &&
            !token_sign(n, k, '-') && !token_sign(n, k, '.'))
            break;
    }
    bool shown = n->profile != CASE_NORMAL ? !(t->flags & LEX_FRENCH) || count > 1 : capital(t);
    if ((placed || (count > 1 && capital(t) && n->profile == CASE_NORMAL && !(t->flags & LEX_TOWN)) ||
         (near && count > 1) || (near && !(t->flags & (LEX_NAME | LEX_TOWN)))) &&
        shown) {
        size_t from = i;
        if (i > 0 && (token_is(n, i - 1, "la") || token_is(n, i - 1, "le")) && capital(token_at(n, i - 1)))
            from--;
        note_mark(n, from, i + count - 1, TEXT_ETAB, TEXT_BY_LIST);
    }
}

/* "adressée HFME", "hospit CHAL": an unknown abbreviation after a verb of place. */
static void abbreviated_hospital(struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    if (n->profile != CASE_NORMAL || t->shape != SHAPE_UPPER || token_len(t) < 3 || token_len(t) > 6 ||
        !unknown(t) || t->label || t->locked || i == 0)
        return;
    size_t k = i - 1;
    while (k > 0 && (article(n, k) || token_is(n, k, "a") || token_sign(n, k, '.') || token_sign(n, k, '\'')))
        k--;
    if (token_cue(&n->tokens[k]) == CUE_LOC && t->gap != GAP_LINE)
        note_mark(n, i, i, TEXT_ETAB, TEXT_BY_CUE);
}

static bool company_form(const struct note *n, size_t i)
{
    static const char *const list[] = {"sarl", "sas", "sasu", "eurl", "scop", "gmbh", NULL};
    return token_among(n, i, list);
}

/* "chez COUVERTURE DUPONT SARL", "licencié de chez Scania Angers", "du bureau (Lactalis". */
static void employer(struct note *n, size_t i)
{
    bool work = false;
    size_t k = i;
    for (unsigned back = 0; back < 7 && k > 0; back++) {
        k--;
        work |= token_cue(&n->tokens[k]) == CUE_WORK || token_is(n, k, "travail");
        if (token_sign(n, k, '.') || n->tokens[k].label)
            break;
    }
    const struct token *t = &n->tokens[i];
    bool chez = i > 0 && (token_cue(token_at(n, i - 1)) == CUE_CHEZ || (token_sign(n, i - 1, '(') && work) ||
                          token_is(n, i - 1, "pour"));
    size_t last = i;
    bool company = false;
    while (last + 1 < n->count && n->tokens[last + 1].kind == TOKEN_WORD &&
           n->tokens[last + 1].gap == GAP_SPACE && last < i + 5 && !n->tokens[last + 1].label &&
           (n->profile == CASE_NORMAL ? capital(&n->tokens[last + 1])
                                      : name_like(&n->tokens[last + 1]) || company_form(n, last + 1)))
        company |= company_form(n, ++last);
    if (!company && !(work && chez && capital(t) && n->profile == CASE_NORMAL && !note_titled(n, i)))
        return;
    if (token_cue(t) == CUE_TITLE)
        return;
    for (size_t m = i; m <= last; m++)
        n->tokens[m].locked = 0;
    note_mark(n, i, last, TEXT_ETAB, TEXT_BY_CUE);
}

void detect_establishments(struct note *n)
{
    for (size_t i = 0; i < n->count; i++) {
        const struct token *t = &n->tokens[i];
        if (t->kind != TOKEN_WORD || t->label)
            continue;
        if (token_cue(t) == CUE_ETAB || ch_hospital(n, i))
            establishment(n, i);
        if (!n->tokens[i].label)
            bare_hospital(n, i);
        abbreviated_hospital(n, i);
        if (!n->tokens[i].label && i > 0 && token_len(t) > 2 &&
            (token_cue(token_at(n, i - 1)) == CUE_CHEZ || token_sign(n, i - 1, '(') ||
             (capital(t) && company_form(n, i + 1)) || (capital(t) && company_form(n, i + 2))))
            employer(n, i);
    }
}

/* "à", "habite", "vers", a ZIP: a place follows. An unaccented "a" is the verb, except in capitals. */
static bool place_cue(const struct note *n, size_t i, bool *ret_strong)
{
    static const char *const strong[] = {"habite",    "commune",    "vers",       "demeurant", "retour",
                                         "domicilie", "domiciliee", "originaire", "loge",      "reside",
                                         "adresse",   "arrive",     "vacances",   NULL};
    size_t k = i;
    bool preposition = false;
    *ret_strong = false;
    for (unsigned back = 0; back < 5 && k > 0; back++) {
        k--;
        const struct token *t = &n->tokens[k];
        if (t->label == TEXT_ZIP || t->label == TEXT_ADRESSE) {
            *ret_strong = true;
            return true;
        }
        if (token_among(n, k, strong) || token_cue(t) == CUE_LOC) {
            *ret_strong = token_among(n, k, strong) || preposition;
            return true;
        }
        if (token_is(n, k, "a") && t->gap != GAP_NONE) {
            preposition |= t->accent || n->profile != CASE_NORMAL;
        } else if (token_is(n, k, "de") || token_is(n, k, "d") || token_is(n, k, "sur") ||
                   token_is(n, k, "du")) {
            preposition = true;
        } else if (t->kind == TOKEN_WORD ||
                   (t->kind == TOKEN_SIGN && !token_sign(n, k, '\'') && !token_sign(n, k, ',') &&
                    !token_sign(n, k, '-') && !token_sign(n, k, '('))) {
            break;
        }
    }
    return preposition;
}

/* "Lyon 3", "paris 10e", "MARSEILLE 3EME": the district belongs to the town. */
static size_t district(const struct note *n, size_t last)
{
    if (!token_is(n, last, "paris") && !token_is(n, last, "lyon") && !token_is(n, last, "marseille"))
        return last;
    long v = token_value(n, last + 1);
    const struct token *next = token_at(n, last + 2);
    if (v < 1 || v > 20 || token_at(n, last + 1)->gap == GAP_LINE || token_at(n, last + 1)->label)
        return last;
    if (next->kind == TOKEN_WORD && next->gap == GAP_NONE)
        return last + 2;
    return token_cue(next) == CUE_UNIT ? last : last + 1;
}

static bool is_town(const struct note *n, size_t i, size_t count, bool known)
{
    const struct token *t = &n->tokens[i];
    bool strong, cued = place_cue(n, i, &strong);
    if (t->own == TEXT_VILLE && (cued || count > 1))
        return true;
    bool word = (t->flags & (LEX_FRENCH | LEX_FUNCTION | LEX_MEDICAL)) != 0 && count == 1;
    if (n->profile == CASE_NORMAL) {
        if (t->shape == SHAPE_LOWER)
            return (count > 1 && cued) || (known && !word && cued && !(t->flags & LEX_NAME)) ||
                   (known && !word && strong);
        if (word && t->first)
            return strong;
        return cued || (known && !t->first && !(t->flags & (LEX_NAME | LEX_PLAIN))) ||
               (known && !word && !(t->flags & LEX_NAME)) || count > 1;
    }
    if (count > 1 && known)
        return true;
    return (known && strong) || (!word && (strong || (cued && known) || (known && !(t->flags & LEX_NAME))));
}

void detect_towns(struct note *n)
{
    for (size_t i = 0; i < n->count; i++) {
        const struct token *t = &n->tokens[i];
        if (t->kind != TOKEN_WORD || t->label || t->locked || token_len(t) < 2 || note_titled(n, i))
            continue;
        bool sure;
        bool listed = (t->flags & LEX_TOWN) != 0 || (t->site & GAZ_TOWN && !(t->flags & LEX_WORD));
        size_t count = t->phrase > 1 && listed ? t->phrase : 1;
        bool proper = t->flags & LEX_PROPER && !(t->flags & (LEX_WORD | LEX_NAME));
        if (!listed && n->profile != CASE_UPPER && unknown(t) && !(t->flags & LEX_NAME) && !t->own &&
            token_len(t) >= 7 &&
            (t->first || token_at(n, i - 1)->kind == TOKEN_SIGN || place_cue(n, i, &sure)) &&
            lexicon_near(n->lexicon, token_text(n, t), token_len(t), LEX_TOWN) &&
            !lexicon_near(n->lexicon, token_text(n, t), token_len(t), LEX_WORD | LEX_NAME)) {
            note_mark(n, i, i, TEXT_VILLE, TEXT_BY_LIST);
            continue;
        }
        bool maybe = (unknown(t) && capital(t)) || proper;
        if (!listed && !maybe)
            continue;
        bool strong = false, cued = place_cue(n, i, &strong);
        size_t last = i + count - 1;
        if (listed ? is_town(n, i, count, true)
                   : cued && strong && !(t->flags & LEX_NAME) && token_len(t) > 3) {
            if (t->flags & LEX_NAME && token_at(n, i + 1)->kind == TOKEN_WORD &&
                capital(token_at(n, i + 1)) && !strong && n->profile == CASE_NORMAL &&
                token_at(n, i + 1)->flags & LEX_NAME)
                continue; /* "Paris Jean": a person */
            while (!listed && token_sign(n, last + 1, '-') && token_at(n, last + 1)->gap == GAP_NONE &&
                   token_at(n, last + 2)->kind == TOKEN_WORD && token_at(n, last + 2)->gap == GAP_NONE)
                last += 2;
            if (!note_free_range(n, i, last))
                continue;
            note_mark(n, i, district(n, last), TEXT_VILLE, listed ? TEXT_BY_LIST : TEXT_BY_CUE);
            i = last;
        }
    }
}
