/* SPDX-License-Identifier: Apache-2.0 */
/* How places are called in plain words, where capitals tell nothing: "les glycines", "le clos fleuri", "la
 * maison du bord de l'eau", "bel air", "saint joseph". A small grammar: an article, a number or an adjective,
 * a noun, and what may go on from it. Only what follows a type of place is read with it. */
#include "agent/text/detect/place.h"
#include "agent/text/detect/name.h"

#define TAILS 3u

static bool on_line(const struct note *n, size_t i)
{
    const struct token *t = token_at(n, i);
    return i < n->count && t->gap != GAP_LINE && (!t->label || t->label == TEXT_VILLE);
}

static bool adjective(const struct note *n, size_t i)
{
    return on_line(n, i) && token_among(n, i, LIST_PLACE_ADJECTIVE);
}

static bool elision(const struct note *n, size_t i)
{
    return token_sign(n, i, '\'') && token_tight(n, i);
}

/* What stands between a type of place and its name, or between two parts of it. */
struct article {
    size_t next; /* the token after it */
    bool firm;   /* no pronoun is written so: "des", "de la" */
};

/* "le", "la", "les", "l'" at i, which may be pronouns too. */
static size_t after_definite(const struct note *n, size_t i)
{
    if (!on_line(n, i))
        return i;
    if (token_among(n, i, LIST_ARTICLE))
        return i + 1;
    return token_is(n, i, "l") && elision(n, i + 1) ? i + 2 : i;
}

static struct article article_at(const struct note *n, size_t i)
{
    if (!on_line(n, i))
        return (struct article){i, false};
    if (token_is(n, i, "du") || token_is(n, i, "des") || token_is(n, i, "aux") || token_is(n, i, "au"))
        return (struct article){i + 1, true};
    if (token_is(n, i, "d") && elision(n, i + 1))
        return (struct article){i + 2, true};
    if (token_is(n, i, "de"))
        return (struct article){after_definite(n, i + 1), true};
    return (struct article){after_definite(n, i), false};
}

/* Words that say something else than a name wherever they stand. */
static bool never_named(const struct note *n, size_t i)
{
    const struct token *t = token_at(n, i);
    if (token_is(n, i, "place") && i > 0 &&
        token_is(n, i - 1, "la")) /* "café de la place", not "sur place" */
        return false;
    bool clinical = t->flags & (LEX_MEDICAL | LEX_DRUG) && !(t->flags & (LEX_TOWN | LEX_HOSPITAL)) &&
                    !token_among(n, i, LIST_PLACE_NOUN);
    bool grammar = t->flags & LEX_FUNCTION && token_cue(t) != CUE_RESID; /* "le clos": one entry */
    return t->kind != TOKEN_WORD || token_len(t) < 3 || clinical || grammar || t->locked ||
           token_among(n, i, LIST_GENERIC) || token_among(n, i, LIST_NO_PLACE);
}

/* Cues whose words name places as well: "la tour", "le port", "la gare", "le passage". */
static bool quiet(const struct token *t, bool firm)
{
    enum text_cue cue = token_cue(t);
    if (cue == CUE_NONE || cue == CUE_RESID || cue == CUE_STREET || cue == CUE_BUILD || cue == CUE_CONTEXT)
        return true;
    return firm && (cue == CUE_ETAB || cue == CUE_TEL || cue == CUE_DOOR);
}

/* A noun, or a word of no list, that may be the heart of a name. */
static bool noun(const struct note *n, size_t i, bool firm)
{
    const struct token *t = token_at(n, i);
    if (!on_line(n, i) || never_named(n, i) || !quiet(t, firm))
        return false;
    if (!firm && t->flags & LEX_PREDICATE && !place_ends(n, i + 1) && !adjective(n, i + 1) &&
        !token_among(n, i + 1, LIST_ETAB_LINK))
        return false; /* "ehpad la trouve fatiguée" */
    return !(t->flags & LEX_FRENCH) || t->flags & (LEX_NOUN | LEX_NAME | LEX_TOWN | LEX_HOSPITAL);
}

/* A name of a person, a town or nothing known: what follows "en" or "sur", or "saint". */
static bool proper(const struct note *n, size_t i)
{
    const struct token *t = token_at(n, i);
    return on_line(n, i) && !never_named(n, i) &&
           (t->flags & (LEX_NAME | LEX_TOWN | LEX_PROPER) || !(t->flags & LEX_WORD));
}

/* "saint joseph", "st-vincent": the name's last token, 0 when i begins none. */
static size_t saint(const struct note *n, size_t i)
{
    if (!on_line(n, i) || !token_among(n, i, LIST_SAINT))
        return 0;
    size_t k = token_sign(n, i + 1, '-') || token_sign(n, i + 1, '.') ? i + 2 : i + 1;
    return noun(n, k, true) || proper(n, k) ? k : 0;
}

/* "notre dame", "mon repos" */
static size_t set_phrase(const struct note *n, size_t i)
{
    size_t k = token_sign(n, i + 1, '-') ? i + 2 : i + 1;
    if (!on_line(n, i) || !on_line(n, k))
        return 0;
    if (token_is(n, i, "notre") && token_is(n, k, "dame"))
        return k;
    bool home = token_is(n, i, "mon") || token_is(n, i, "bon") || token_is(n, i, "sans");
    return home && token_among(n, k, LIST_HOME_WISH) ? k : 0;
}

/* "quatre vents", "3 moulins": the noun after a number at i, 0 when none is there. */
static size_t counted(const struct note *n, size_t i)
{
    const struct token *t = token_at(n, i);
    bool number = token_among(n, i, LIST_NUMERAL) || (t->kind == TOKEN_NUMBER && token_len(t) <= 2);
    return number && on_line(n, i) && noun(n, i + 1, true) && token_at(n, i + 1)->gap == GAP_SPACE ? i + 1
                                                                                                   : 0;
}

/* "bel air", "haut-bois": the noun after an adjective at i. */
static size_t described(const struct note *n, size_t i)
{
    size_t k = token_sign(n, i + 1, '-') ? i + 2 : i + 1;
    return adjective(n, i) && token_at(n, i + 1)->gap != GAP_LINE && noun(n, k, true) ? k : 0;
}

/* "docteur roux", "général leclerc": the name after a rank at i. */
static size_t ranked(const struct note *n, size_t i)
{
    bool rank = token_among(n, i, LIST_HONOUR) || token_among(n, i, LIST_RANK);
    return rank && on_line(n, i) && (noun(n, i + 1, true) || proper(n, i + 1)) ? i + 1 : 0;
}

/* A noun with the adjective or number before it, "bel air", "les quatre vents": its last token, 0 when none
 * begins at i. */
static size_t group(const struct note *n, size_t i, bool linked, bool firm)
{
    size_t last = saint(n, i);
    if (!last)
        last = set_phrase(n, i);
    if (last)
        return last;
    if (linked && (last = counted(n, i)))
        return last;
    if ((last = described(n, i)) || (firm && (last = ranked(n, i))))
        return last;
    return linked && noun(n, i, firm) ? i : 0;
}

static bool plural(const struct note *n, size_t i)
{
    const struct token *t = token_at(n, i);
    char end = token_text(n, t)[token_len(t) - 1];
    return end == 's' || end == 'x';
}

/* "les goélands argentés,": what is said of the plural at last, and no more after it. */
static bool plural_adjective(const struct note *n, size_t last)
{
    const struct token *t = token_at(n, last + 1);
    bool said = t->kind == TOKEN_WORD && t->flags & LEX_PREDICATE &&
                !(t->flags & (LEX_FUNCTION | LEX_MEDICAL)) && token_cue(t) == CUE_NONE &&
                on_line(n, last + 1) && token_len(t) > 3;
    return said && token_is(n, last - 1, "les") && plural(n, last) && plural(n, last + 1) &&
           place_ends(n, last + 2) && !token_among(n, last + 1, LIST_TOLD);
}

/* "-sur-mer", "fleuri", "de la fontaine", "en laye": what goes on from the token at last; last when nothing
 * does. */
static size_t tail(const struct note *n, size_t last)
{
    size_t i = last + 1;
    if (token_hyphen(n, i) && token_tight(n, i + 1) && token_at(n, i + 1)->kind == TOKEN_WORD)
        return i + 1;
    if (adjective(n, i) || plural_adjective(n, last))
        return i;
    if (token_among(n, i, LIST_TOWN_JOINT))
        return on_line(n, i) && proper(n, i + 1) ? i + 1 : last;
    struct article article = article_at(n, i);
    if (article.next == i || !article.firm)
        return last;
    size_t more = group(n, article.next, true, true);
    return more ? more : last;
}

size_t place_plain_name(const struct note *n, size_t i)
{
    struct article article = article_at(n, i);
    bool linked = article.next > i;
    size_t last = group(n, article.next, linked, article.firm);
    if (!last && !linked && on_line(n, i) && token_among(n, i, LIST_HOUSE_ADJECTIVE))
        last = i; /* "pharmacie centrale" */
    for (unsigned tails = 0; last && tails < TAILS; tails++) {
        size_t more = tail(n, last);
        if (more == last)
            break;
        last = more;
    }
    return last;
}

bool place_unheard_of(const struct note *n, const struct token *t)
{
    bool medicine = t->flags & LEX_MEDICAL && token_len(t) >= 7;
    bool other = t->flags & (LEX_FUNCTION | LEX_NEUTRAL | LEX_PREDICATE) || token_cue(t) != CUE_NONE;
    return token_len(t) > 3 && !medicine && !other && !name_heard_every_day(n, t, 1);
}
