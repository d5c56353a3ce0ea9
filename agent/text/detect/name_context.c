/* SPDX-License-Identifier: Apache-2.0 */
/* What stands around a word, as evidence that it is a name: before it, after it, and beside it. */
#include "agent/text/detect/name.h"

#include <string.h>

#define LEAST_MEDICAL 7u /* letters of a word of medicine that is no name whatever stands before it */

static int cue_weight(enum text_cue cue)
{
    switch ((int)cue) {
    case CUE_KIN:
        return name_weight[AFTER_KIN];
    case CUE_PROF:
        return name_weight[AFTER_PROF];
    case CUE_NAMED:
        return name_weight[AFTER_NAMED];
    case CUE_PERSON:
        return name_weight[AFTER_PERSON];
    case CUE_CHEZ:
        return name_weight[AFTER_CHEZ];
    case CUE_UNDER:
        return name_weight[AFTER_UNDER];
    case CUE_CONTEXT:
        return name_weight[AFTER_CONTEXT];
    default:
        return 0;
    }
}

/* What stands inside family names: "Le Goff", "de la Tour", "El Amrani", "N'Diaye". */
static bool particle(const struct note *n, size_t i)
{
    bool elided = token_len(token_at(n, i)) == 1;
    return token_among(n, i, LIST_NAME_PARTICLE) && !n->tokens[i].label &&
           (!elided || token_sign(n, i + 1, '\''));
}

/* What may stand between a cue and the name that it announces. */
static bool light(const struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    if (t->kind == TOKEN_WORD)
        return token_len(t) <= 3 && token_among(n, i, LIST_CUE_LINK);
    return t->kind == TOKEN_SIGN && strchr(":(=\"/'.,", *token_text(n, t));
}

/* Short, of the dictionary or of medicine, and of no note: "MME MALDI", "Dr ment". */
static bool unheard_of(const struct note *n, const struct token *t)
{
    bool known = t->flags & (LEX_PREDICATE | LEX_MEDICAL) && !(t->flags & (LEX_DRUG | LEX_FUNCTION));
    return known && token_len(t) > 3 && token_len(t) < 8 && token_cue(t) == CUE_NONE &&
           !name_heard_every_day(n, t, 1);
}

/* "Mme refuse", "M. alité": after a title, what may be a verb or an adjective, unless a capital or a list of
 * names says otherwise. */
static bool said_of_somebody(const struct note *n, const struct token *t)
{
    if (t->flags & LEX_NAME || t->site || unheard_of(n, t))
        return false;
    bool abbreviation =
        t->flags & LEX_MEDICAL && t->shape == SHAPE_UPPER && token_len(t) <= 4; /* "mme. AVK" */
    if (t->flags & LEX_MEDICAL && token_len(t) >= LEAST_MEDICAL)
        return true; /* "l'Abbé. Pneumopathie" */
    if (note_case_at(n, t) != CASE_UPPER && t->shape != SHAPE_LOWER && !abbreviation)
        return false;
    return t->flags & (LEX_PREDICATE | LEX_MEDICAL | LEX_DRUG) || token_cue(t) != CUE_NONE;
}

static bool after_title(const struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    size_t title = i;
    while (title > 0 && title + 4 > i && (token_sign(n, title - 1, '\'') || particle(n, title - 1)))
        title--;
    if (!note_titled(n, title))
        return false;
    return title == i || name_elided(n, i) ||
           (!(t->flags & LEX_MEDICAL) && (!name_is_word(t) || t->flags & LEX_NAME || name_capital(t)));
}

/* The token directly before i, or before its particles: "médecin le Moussu", "IDE d'Aubigny". */
static size_t before_particles(const struct note *n, size_t i)
{
    size_t start = i;
    while (start > 1 && start + 3 > i && (particle(n, start - 1) || token_sign(n, start - 1, '\'')))
        start--;
    return start - 1;
}

/* A cue directly before i. A listed given name counts for more after any, a family name after a trade, and so
 * do capitals among small letters: "IDE MAQUES", "chez MAQUES". */
static int by_direct_cue(const struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    enum text_cue cue = token_cue(&n->tokens[i - 1]);
    if (!cue_weight(cue) && (!name_is_word(t) || t->site & GAZ_NAME))
        cue = token_cue(&n->tokens[before_particles(n, i)]);
    if ((cue == CUE_KIN || cue == CUE_CHEZ) && t->flags & LEX_MEDICAL && !(t->flags & LEX_NAME) &&
        t->shape == SHAPE_UPPER && token_len(t) > 3)
        return 0; /* "père BPCO", "chez BPCO" */
    int direct = cue_weight(cue);
    bool among_small = t->shape == SHAPE_UPPER && note_case_at(n, t) != CASE_UPPER && token_len(t) > 3;
    bool capitals_tell = cue == CUE_PROF || cue == CUE_CHEZ || cue == CUE_NAMED;
    bool verb =
        t->flags & LEX_PLAIN && t->flags & LEX_PREDICATE && !(t->flags & LEX_NOUN); /* "IDE trouve muguet" */
    if (direct > 0 &&
        (name_given(t) || (cue == CUE_PROF && name_family(t) && !verb) || (capitals_tell && among_small)))
        direct += name_weight[LISTED_AFTER_CUE];
    return direct;
}

/* The weight of a cue at k that light words part from the name. */
static int loosened(const struct note *n, size_t k, int weight)
{
    bool kept = weight == name_weight[AFTER_CONTEXT] || weight == name_weight[AFTER_UNDER] ||
                token_sign(n, k + 1, ':') || token_sign(n, k + 1, '=') || token_sign(n, k + 1, '(');
    return kept ? weight : name_weight[AFTER_KIN_LOOSE];
}

/* A cue before i, directly or with light words between. */
static int by_cue(const struct note *n, size_t i)
{
    size_t k = i - 1;
    int direct = by_direct_cue(n, i);
    if (direct)
        return direct;
    for (unsigned back = 0; back < 3 && k > 0 && light(n, k); back++) {
        k--;
        int loose = cue_weight(token_cue(&n->tokens[k]));
        if (loose)
            return loosened(n, k, loose);
    }
    const struct token *b = &n->tokens[k]; /* "sa fille aînée Carla" */
    if (k > 0 && b->kind == TOKEN_WORD && b->flags & LEX_FRENCH && token_cue(&n->tokens[k - 1]) == CUE_KIN)
        return name_weight[AFTER_KIN_LOOSE];
    return 0;
}

/* A name that was learnt on site, and nothing else that a list knows. */
static bool known_here(const struct token *t)
{
    return t->site & (GAZ_NAME | GAZ_GIVEN) && !name_is_word(t) &&
           !(t->flags & (LEX_DRUG | LEX_MEDICAL | LEX_EPONYM | LEX_AUTHOR));
}

/* "je suis", "jsui", "c'est", "cé", "bonsoir": who speaks, or of whom. What no list has and nobody hears
 * every day is a name then. */
static int by_introduction(const struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    bool unknown =
        !name_is_word(t) && !(t->flags & (LEX_NAME | LEX_TOWN | LEX_EPONYM | LEX_PROPER)) && !t->site;
    size_t k = token_sign(n, i - 1, ',') ? i - 2 : i - 1;
    bool introduced = token_among(n, i - 1, LIST_INTRODUCTION) || token_among(n, k, LIST_GREETING);
    if (!unknown || token_len(t) < 4 || t->gap != GAP_SPACE || !introduced ||
        medical_shape(token_text(n, t), token_len(t)) || name_heard_every_day(n, t, 1))
        return 0;
    return name_weight[AFTER_INTRODUCTION];
}

int name_by_left(const struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    if (i == 0 || t->gap == GAP_LINE)
        return 0;
    if (!after_title(n, i)) {
        int cue = by_cue(n, i);
        if (cue == 0)
            return by_introduction(n, i);
        return cue == name_weight[AFTER_UNDER] && known_here(t)
                   ? 0
                   : cue; /* "après traitement, Ulrique rappelle" */
    }
    if (t->flags & LEX_FUNCTION && !(t->flags & LEX_NAME))
        return 0;
    return name_weight[said_of_somebody(n, t) ? TITLE_BEFORE_WORD : AFTER_TITLE];
}

/* "Floc'h", "Coc'h": no French word ends so. */
static bool breton_end(const struct note *n, size_t i)
{
    return token_sign(n, i + 1, '\'') && token_tight(n, i + 1) && token_is(n, i + 2, "h") &&
           token_tight(n, i + 2);
}

/* "ambulances" at k: a firm is called by a name. */
static int by_firm(const struct note *n, size_t k)
{
    bool firm = token_is(n, k, "ambulances") && token_at(n, k)->gap == GAP_SPACE && k > 0;
    bool way_in = token_is(n, k - 1, "sas") || token_among(n, k - 1, LIST_LANDMARK); /* "entrée ambulances" */
    return firm && !way_in && !token_is(n, k - 1, "transport") ? name_weight[BEFORE_FIRM] : 0;
}

/* "N'Diaye", "L'ermite": an elided capital before the word, inside a sentence. */
bool name_elided(const struct note *n, size_t i)
{
    if (i < 2 || !token_sign(n, i - 1, '\'') || n->tokens[i].gap != GAP_NONE || n->profile == CASE_UPPER)
        return false;
    const struct token *t = &n->tokens[i], *elided = &n->tokens[i - 2];
    if (elided->shape != SHAPE_CAPITAL || elided->first || token_len(elided) != 1)
        return false;
    const struct token *before = token_at(n, i - 3); /* "contact L'ermite", but "HDM : L'examen" */
    return !(t->flags & LEX_WORD) || name_family(t) || name_marked(before) ||
           cue_weight(token_cue(before)) > 0 || token_cue(before) == CUE_TITLE ||
           token_cue(before) == CUE_ETAB || by_firm(n, i + 1) > 0 ||
           (token_sign(n, i - 3, '/') && i >= 4 && name_marked(token_at(n, i - 4)));
}

/* "500 mg", "8 ans" at k. */
static int by_number(const struct note *n, size_t k)
{
    const struct token *t = token_at(n, k);
    if (t->kind != TOKEN_NUMBER || t->gap != GAP_SPACE)
        return 0;
    const struct token *name = token_at(n, k - 1);
    bool opens = name->first && name->shape == SHAPE_CAPITAL && name_given(name); /* "Rose 18 mois" */
    int score = token_among(n, k + 1, LIST_AGE) ? name_weight[opens ? GIVEN_BEFORE_AGE : BEFORE_AGE] : 0;
    if (token_cue(token_at(n, k + 1)) == CUE_UNIT && token_among(n, k + 1, LIST_NAME_DOSE))
        score += name_weight[BEFORE_DOSE];
    return score;
}

bool name_born(const struct note *n, size_t k)
{
    const struct token *t = token_at(n, k);
    return token_cue(t) == CUE_BORN || token_is(n, k, "nee") || (token_is(n, k, "ne") && t->accent);
}

static int by_birth(const struct note *n, size_t k)
{
    return name_born(n, k) ? name_weight[BEFORE_BORN] : 0;
}

/* "(fils)", ", sa fille" at k. */
static int by_role(const struct note *n, size_t k)
{
    if (!token_sign(n, k, '(') && !token_sign(n, k, ','))
        return 0;
    size_t role = k + 1;
    while (token_is(n, role, "sa") || token_is(n, role, "son") || token_is(n, role, "la") ||
           token_is(n, role, "le") || token_is(n, role, "l") || token_sign(n, role, '\''))
        role++;
    const struct token *t = token_at(n, role);
    bool person = token_cue(t) == CUE_KIN || token_cue(t) == CUE_PROF;
    if (person && t->gap == GAP_NONE && token_sign(n, role + 1, ')'))
        return name_weight[BEFORE_BRACKETED_ROLE];
    return person && t->gap != GAP_LINE && (token_sign(n, k, '(') || role > k + 1) ? name_weight[BEFORE_ROLE]
                                                                                   : 0;
}

/* A phone or an address from k on, with no other word between than "au" or a relation. "Marie : 06…" is no
 * verb. */
static int by_contact(const struct note *n, size_t k)
{
    if (k > 0 && n->tokens[k - 1].flags & LEX_GIVEN && token_sign(n, k, ':') &&
        token_at(n, k + 1)->label == TEXT_TEL)
        return name_weight[AFTER_TITLE];
    for (size_t m = k; m < k + 5 && m < n->count; m++) {
        const struct token *t = &n->tokens[m];
        if ((t->label == TEXT_TEL || t->label == TEXT_ADRESSE) && t->gap != GAP_LINE)
            return name_weight[t->label == TEXT_TEL ? BEFORE_PHONE : BEFORE_ADDRESS];
        enum text_cue cue = token_cue(t);
        if (t->kind == TOKEN_WORD && !t->label && cue != CUE_TEL && cue != CUE_KIN && !token_is(n, m, "au"))
            return 0;
    }
    return 0;
}

/* ", prisca accompagnée": a given name that is a word too, in small letters, where a clause begins, before
 * what is said of somebody. */
static int by_clause(const struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i], *next = token_at(n, i + 1);
    bool begins = i == 0 || t->gap == GAP_LINE || token_sign(n, i - 1, ',') || token_sign(n, i - 1, '.') ||
                  token_sign(n, i - 1, ';');
    bool noun = !(t->flags & (LEX_PLAIN | LEX_PREDICATE | LEX_MEDICAL | LEX_FUNCTION));
    bool said = next->gap == GAP_SPACE && next->flags & LEX_PREDICATE &&
                !(next->flags & (LEX_FUNCTION | LEX_MEDICAL | LEX_NAME));
    return begins && noun && said && name_given(t) && t->shape == SHAPE_LOWER
               ? name_weight[GIVEN_OPENS_CLAUSE]
               : 0;
}

int name_by_right(const struct note *n, size_t i)
{
    int elision = breton_end(n, i) || name_elided(n, i) ? name_weight[BRETON_END] : 0;
    return elision + by_number(n, i + 1) + by_birth(n, i + 1) + by_firm(n, i + 1) + by_role(n, i + 1) +
           by_contact(n, i + 1) + by_clause(n, i);
}

size_t name_neighbour(const struct note *n, size_t i, bool right)
{
    size_t k = i;
    for (unsigned steps = 0; steps < 4; steps++) {
        if (!right && k == 0)
            return SIZE_MAX;
        size_t from = k;
        k = right ? k + 1 : k - 1;
        if (k >= n->count || n->tokens[right ? k : from].gap == GAP_LINE)
            return SIZE_MAX;
        bool hyphen = token_hyphen(n, k);
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
    bool gx = name_given(x) && (!name_is_word(x) || (x->shape == SHAPE_CAPITAL && !x->first));
    bool gy = name_given(y) && (!name_is_word(y) || (y->shape == SHAPE_CAPITAL && !y->first));
    return (gx && unknown(y) && y->end - y->start > 3) || (gy && unknown(x) && x->end - x->start > 3);
}

/* A given name and a family name side by side. */
static bool listed_pair(const struct token *a, const struct token *b)
{
    return (name_given(a) && name_family(b)) || (name_family(a) && name_given(b));
}

static bool list_sign(const struct note *n, size_t i)
{
    return token_sign(n, i, ',') || token_sign(n, i, '/') || token_sign(n, i, '+') || token_is(n, i, "et");
}

/* Across ",", "/" or "et" from a name, in a list of them. */
static bool in_a_list(const struct note *n, size_t i)
{
    const struct token *right = token_at(n, i + 2), *left = i < 2 ? &token_nothing : token_at(n, i - 2);
    return (name_marked(right) && right->gap != GAP_LINE && list_sign(n, i + 1)) ||
           (name_marked(left) && n->tokens[i].gap != GAP_LINE && list_sign(n, i - 1));
}

/* "Cariban, Donormyl", "X + Doliprane": across a sign from a medicine. */
bool name_beside_medicine(const struct note *n, size_t i)
{
    const struct token *right = token_at(n, i + 2), *left = i < 2 ? &token_nothing : token_at(n, i - 2);
    return (right->flags & LEX_DRUG && right->gap != GAP_LINE && list_sign(n, i + 1)) ||
           (left->flags & LEX_DRUG && n->tokens[i].gap != GAP_LINE && list_sign(n, i - 1));
}

static bool hyphened(const struct note *n, size_t i, size_t k)
{
    size_t first = i < k ? i : k;
    return token_hyphen(n, first + 1) && token_tight(n, first + 2);
}

static bool given_before(const struct note *n, size_t i)
{
    size_t k = name_neighbour(n, i, false);
    return k != SIZE_MAX && n->tokens[k].label == TEXT_PRENOM;
}

static int better(int a, int b)
{
    return a > b ? a : b;
}

/* A listed name that is not marked: the weaker for being a word too. */
static int by_listed_neighbour(const struct note *n, size_t i, size_t k)
{
    const struct token *t = &n->tokens[k];
    if (t->locked)
        return 0;
    if (listed_pair(&n->tokens[i], t))
        return name_weight[GIVEN_AND_SURNAME];
    bool listed = (name_given(t) || name_family(t)) && (!name_is_word(t) || name_rare_word(t));
    return listed && !t->label && token_len(t) > 2 ? name_weight[BESIDE_LISTED] : 0;
}

/* What a neighbour at k tells of i. */
static int by_neighbour(const struct note *n, size_t i, size_t k)
{
    if (k == SIZE_MAX)
        return 0;
    const struct token *t = &n->tokens[k], *self = &n->tokens[i];
    bool trade = n->profile == CASE_NORMAL && self->shape == SHAPE_LOWER && t->shape != SHAPE_LOWER &&
                 self->flags & LEX_PLAIN && self->flags & LEX_FRENCH;
    if (trade && k > i && i > 0 && cue_weight(token_cue(&n->tokens[i - 1])) <= 0 && !note_titled(n, i))
        return 0; /* "cuisinier Samir" */
    if (name_given(t) && name_given(&n->tokens[i]) && hyphened(n, i, k))
        return name_weight[DOUBLE_GIVEN];
    bool of_street =
        t->label == TEXT_ADRESSE && name_given(t) && name_family(self); /* rue Hugo, and a Hugo */
    if (name_marked(t) || of_street)
        return name_weight[BESIDE_NAME];
    return better(by_listed_neighbour(n, i, k), pair(n, i, k) ? name_weight[GIVEN_AND_UNKNOWN] : 0);
}

/* A word of French beside a name is a name when its capital says so: "MARIN Florin". */
static int company_of_word(const struct note *n, size_t i, int best)
{
    const struct token *t = &n->tokens[i];
    bool shown = t->shape != SHAPE_LOWER && !t->first && note_case_at(n, t) != CASE_UPPER;
    bool mere = t->flags & (LEX_FUNCTION | LEX_MEDICAL | LEX_DRUG) || token_cue(t) != CUE_NONE;
    if (best == name_weight[BESIDE_NAME] && shown && !mere &&
        (t->shape == SHAPE_CAPITAL || given_before(n, i) || name_by_left(n, i) > 0))
        return name_weight[WORD_BESIDE_NAME];
    return best / 4;
}

/* A listed name beside a name, and a given name before a family name, count for more. */
static int company_of_name(const struct note *n, size_t i, int best)
{
    const struct token *t = &n->tokens[i], *next = token_at(n, i + 1);
    if (best == name_weight[BESIDE_NAME] && (t->flags & LEX_NAME || t->site & (GAZ_NAME | GAZ_GIVEN)))
        best += name_weight[LISTED_BESIDE_NAME];
    if (best >= name_weight[BESIDE_NAME] && name_given(t) && name_capital(t) && next->label == TEXT_NOM &&
        next->gap == GAP_SPACE)
        best += name_weight[GIVEN_BEFORE_NAME];
    return best;
}

/* Two listed words side by side in small letters may be two plain words: company helps names, not words. */
static bool beyond_help(const struct note *n, const struct token *t)
{
    return name_is_word(t) && !name_rare_word(t) &&
           (t->shape == SHAPE_LOWER || note_case_at(n, t) == CASE_UPPER) && !name_given(t) && !name_family(t);
}

int name_by_company(const struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    if (beyond_help(n, t))
        return 0;
    int best = in_a_list(n, i) ? name_weight[IN_A_LIST] : 0;
    best = better(best, by_neighbour(n, i, name_neighbour(n, i, false)));
    best = better(best, by_neighbour(n, i, name_neighbour(n, i, true)));
    if (name_is_word(t) && !(t->flags & LEX_NAME) && !t->site)
        return company_of_word(n, i, best);
    return company_of_name(n, i, best);
}
