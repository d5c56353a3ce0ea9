/* SPDX-License-Identifier: Apache-2.0 */
/* What must stay: eponyms in their use as such, medicines, measures. Locked tokens are never marked by
 * evidence; a title in front, or the row itself, says that a person is meant. */
#include "agent/text/note.h"

#include <string.h>

static bool particle(const struct note *n, size_t i)
{
    return token_sign(n, i, '\'') || token_sign(n, i, '.') || token_sign(n, i, '-') ||
           token_among(n, i, LIST_LIGHT);
}

size_t note_before(const struct note *n, size_t i)
{
    for (unsigned back = 0; i-- > 0 && back < 4; back++) {
        if (token_at(n, i)->kind == TOKEN_WORD && !particle(n, i))
            return i;
        if (!particle(n, i))
            return SIZE_MAX;
    }
    return SIZE_MAX;
}

/* Over initials before i, "L.", "J.-P.": the first of them, or i. */
static size_t over_initials(const struct note *n, size_t i)
{
    for (unsigned steps = 0; steps < 3 && i > 1; steps++) {
        size_t k = token_sign(n, i - 1, '.') || token_sign(n, i - 1, '-') ? i - 1 : i;
        if (k > 1 && token_sign(n, k, '-') && token_sign(n, k - 1, '.'))
            k--;
        const struct token *t = token_at(n, k - 1);
        bool initial = t->kind == TOKEN_WORD && token_len(t) == 1 && t->shape != SHAPE_LOWER &&
                       token_cue(t) != CUE_TITLE && token_at(n, i)->gap != GAP_LINE;
        if (!initial)
            break;
        i = k - 1;
    }
    return i;
}

/* A word of French and no name, it and the title before it in small letters. */
static bool mere_word(const struct token *title, const struct token *t)
{
    return (title->shape | t->shape) == SHAPE_LOWER && t->flags & LEX_FRENCH && !(t->flags & LEX_NAME);
}

/* "1 m.", "pr le WE", "pr traduction", "m a dit": a short title before i that is a unit or a side, or, in
 * small letters before a word of grammar or, where names have capitals, before a mere word, another word. */
static bool short_title_otherwise(const struct note *n, size_t i)
{
    const struct token *title = token_at(n, i - 1), *t = token_at(n, i);
    bool mere = mere_word(title, t);
    if (token_is(n, i - 1, "dr")) /* "sein dr rouge": the right one */
        return mere && i > 1 && token_among(n, i - 2, LIST_BODY);
    if (mere && token_is(n, i - 1, "pr") && n->profile == CASE_NORMAL && !t->site)
        return true;
    if (token_len(title) > 2)
        return false;
    const struct token *number = token_at(n, i - 2);
    if (token_is(n, i - 1, "m") && i > 1 && number->kind == TOKEN_NUMBER && !number->label)
        return true; /* but "ch 208 M. Durand" */
    return title->shape == SHAPE_LOWER && t->flags & LEX_FUNCTION && t->shape == SHAPE_LOWER;
}

/* "Me Chabrol": with their capitals, no pronoun and its verb. */
static bool lawyer(const struct note *n, size_t i)
{
    const struct token *t = token_at(n, i), *title = token_at(n, i - 1);
    return token_is(n, i - 1, "me") && title->shape == SHAPE_CAPITAL && t->shape != SHAPE_LOWER &&
           t->gap == GAP_SPACE && n->profile == CASE_NORMAL;
}

static bool titled_directly(const struct note *n, size_t i)
{
    if (i > 0 && lawyer(n, i))
        return true;
    if (i > 1 && token_sign(n, i - 1, '.') && token_len(&n->tokens[i - 2]) <= 4)
        i--;
    return i > 0 && token_cue(&n->tokens[i - 1]) == CUE_TITLE && token_at(n, i)->gap != GAP_LINE &&
           !short_title_otherwise(n, i);
}

bool note_titled(const struct note *n, size_t i)
{
    const struct token *before = i > 0 ? &n->tokens[i - 1] : &token_nothing;
    if (before->kind == TOKEN_WORD && token_len(before) > 1 && token_cue(before) != CUE_TITLE &&
        !token_spells(before, "me"))
        return false; /* most words */
    if (titled_directly(n, i))
        return true;
    const struct token *t = token_at(n, i);
    if (i < 2 || token_len(before) != 1 || t->shape == SHAPE_LOWER || token_len(t) < 2 ||
        token_cue(t) == CUE_PERSON || token_cue(t) == CUE_VITAL || t->flags & (LEX_FUNCTION | LEX_DRUG))
        return false; /* "Mme R. Patient" */
    size_t first = over_initials(n, i);
    return first < i && titled_directly(n, first);
}

static bool result_word(const struct note *n, size_t i)
{
    return token_among(n, i, LIST_RESULT);
}

/* A number that may be a result: "15", "0,33", and no phone. */
static bool score(const struct note *n, size_t i)
{
    const struct token *t = token_at(n, i);
    bool part = token_sign(n, i + 1, ',') || token_sign(n, i + 1, '.');
    return t->kind == TOKEN_NUMBER && !t->label && token_len(t) <= 3 &&
           (*token_text(n, t) != '0' || (token_len(t) == 1 && part && token_tight(n, i + 2)));
}

/* A result at i: "+", "-", "négatif", "15", ": 12". */
static bool result(const struct note *n, size_t i)
{
    const struct token *t = token_at(n, i);
    if (t->kind == TOKEN_NUMBER)
        return token_len(t) <= 2 && *token_text(n, t) != '0';
    if (token_sign(n, i, ':') || token_is(n, i, "a"))
        return score(n, i + 1);
    if (token_sign(n, i, '-'))
        return t->gap == GAP_SPACE;
    if (token_sign(n, i, '='))
        return token_at(n, i + 1)->kind != TOKEN_WORD; /* not "Jacob=nom" */
    if (token_is(n, i, "non"))
        return token_among(n, i + 1, LIST_NOT_DONE);
    return token_sign(n, i, '+') || result_word(n, i);
}

/* "négatif", "15", "d.", "droit": what follows a sign or a score, perhaps after the side. */
static bool result_follows(const struct note *n, size_t i)
{
    if (token_at(n, i + 1)->gap == GAP_LINE)
        return false;
    if (!token_among(n, i + 1, LIST_RESULT_SIDE))
        return result(n, i + 1);
    const struct token *after = token_at(n, i + 2);
    bool ends = after->kind == TOKEN_SIGN || after->gap == GAP_LINE;
    return (ends && n->tokens[i].shape != SHAPE_LOWER) || result(n, i + 2);
}

/* "signe", "stade": what an eponym follows. */
static bool context(const struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    return token_cue(t) == CUE_CONTEXT || token_is(n, i, "stade") ||
           (token_is(n, i, "signe") && !t->accent); /* "signé" is another */
}

/* "signe de X", "maladie de X", "stade 2 de X et Y". */
static bool in_medical_use(const struct note *n, size_t i)
{
    for (unsigned back = 0; back < 6 && i > 0; back++) {
        i--;
        const struct token *t = token_at(n, i);
        if (context(n, i))
            return true;
        bool skip = particle(n, i) || t->kind == TOKEN_NUMBER || (t->flags & (LEX_EPONYM | LEX_AUTHOR)) ||
                    token_is(n, i, "type") || token_is(n, i, "selon") ||
                    (t->kind == TOKEN_WORD && token_len(t) <= 3 && i > 0 && context(n, i - 1));
        if (!skip)
            return false;
    }
    return false;
}

/* A word beside i, perhaps over a hyphen, that is locked as well: the other part of "Claude Bernard-Horner".
 */
static bool beside_locked(const struct note *n, size_t i)
{
    size_t before = i > 1 && token_sign(n, i - 1, '-') ? i - 2 : i - 1;
    size_t after = token_sign(n, i + 1, '-') ? i + 2 : i + 1;
    return token_at(n, before)->locked ||
           (token_at(n, after)->locked && token_at(n, after)->kind == TOKEN_WORD);
}

/* "X négatif": a result in words; a number after a name may be a door or an age. */
static bool result_said(const struct note *n, size_t i)
{
    return !(n->tokens[i].flags & LEX_GIVEN) && n->tokens[i].shape != SHAPE_LOWER &&
           token_at(n, i + 1)->gap != GAP_LINE &&
           (result_word(n, i + 1) || (token_is(n, i + 1, "non") && token_among(n, i + 2, LIST_NOT_DONE)));
}

bool note_eponym_used(const struct note *n, size_t i)
{
    return beside_locked(n, i) || in_medical_use(n, i) || result_said(n, i);
}

/* "contact Durand", "soeur Thomas": a word for a person stands directly before. */
static bool announced(const struct note *n, size_t i)
{
    size_t k = i > 0 && token_sign(n, i - 1, ':') ? i - 1 : i;
    enum text_cue cue = k > 0 ? token_cue(token_at(n, k - 1)) : CUE_NONE;
    return cue == CUE_KIN || cue == CUE_PROF || cue == CUE_NAMED || cue == CUE_CHEZ || cue == CUE_PERSON;
}

/* "gangrène de X", "attelle X", "névralgie occipitale de X": of listed eponyms alone. */
static bool called_by_author(const struct note *n, size_t i)
{
    size_t before = note_before(n, i);
    for (unsigned back = 0; back < 3 && n->tokens[i].shape != SHAPE_LOWER && before < n->count;
         back++, before--)
        if (token_among(n, before, LIST_EPONYM_NOUN))
            return true;
        else if (!(n->tokens[before].flags & LEX_PREDICATE) || n->tokens[before].gap != GAP_SPACE)
            break;
    return false;
}

/* "pas de X", "ni X", "sans X": what was looked for and not found. */
static bool denied(const struct note *n, size_t i)
{
    size_t k = i > 0 && (token_sign(n, i - 1, '\'') || token_is(n, i - 1, "de")) ? i - 1 : i;
    k = k > 0 && token_is(n, k - 1, "d") && k < i ? k - 1 : k;
    return n->tokens[i].shape != SHAPE_LOWER &&
           ((k < i && k > 0 && token_is(n, k - 1, "pas")) ||
            (i > 0 && (token_is(n, i - 1, "ni") || token_is(n, i - 1, "sans"))));
}

/* "Bouchard et Heberden": another eponym follows, which is no name. */
static bool listed_with(const struct note *n, size_t i)
{
    const struct token *other = token_at(n, i + 2);
    return (token_is(n, i + 1, "et") || token_is(n, i + 1, "ou") || token_sign(n, i + 1, '/')) &&
           other->flags & LEX_EPONYM && !(other->flags & (LEX_NAME | LEX_TOWN | LEX_FRENCH));
}

static size_t words_in(const struct note *n, size_t from, size_t count)
{
    size_t words = 0;
    for (size_t i = from; i < from + count; i++)
        words += token_at(n, i)->kind == TOKEN_WORD;
    return words;
}

/* Several words that are nobody's name: not "Marie-Paule", for Marie alone is an entry, nor "Charles Bonnet".
 */
static bool whole_name(const struct note *n, size_t i, size_t count)
{
    const struct token *last = token_at(n, i + count - 1);
    if (count == 1 || words_in(n, i, count) > 2)
        return count > 1;
    bool author = last->flags & (LEX_EPONYM | LEX_AUTHOR) && !(last->flags & LEX_GIVEN);
    return !(n->tokens[i].flags & LEX_GIVEN) || (token_sign(n, i + 1, '-') && author);
}

/* "Verneuil-en-Halatte", "à Genève +33": the eponym at i is a town, or begins one of so many tokens. */
static bool means_town(const struct note *n, size_t i, size_t count)
{
    uint32_t first = n->tokens[i].flags, last = n->tokens[i + count - 1].flags;
    if (count > 1 && last & LEX_TOWN && !(last & LEX_EPONYM))
        return true;
    return first & LEX_TOWN && i > 0 && token_is(n, i - 1, "a") && n->tokens[i - 1].accent;
}

/* "opéré d'un X", "plaie au X": a family name takes no article in small letters. */
static bool device(const struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    return i > 0 && t->shape == SHAPE_CAPITAL && !((t->flags | token_at(n, i + 1)->flags) & LEX_GIVEN) &&
           n->tokens[i - 1].shape == SHAPE_LOWER && token_among(n, i - 1, LIST_BEFORE_DEVICE);
}

static bool spoken_of(const struct note *n, size_t i)
{
    return in_medical_use(n, i) || denied(n, i) || called_by_author(n, i);
}

/* "Dr Backer", "dr De Backer" */
static bool titled_name(const struct note *n, size_t i)
{
    return note_titled(n, i) || (i > 0 && particle(n, i - 1) && note_titled(n, i - 1));
}

static void lock_eponym(struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    size_t count = t->phrase > 1 ? t->phrase : 1;
    if (means_town(n, i, count) || titled_name(n, i) || (announced(n, i) && t->flags & LEX_NAME))
        return;
    bool surely = !(t->flags & (LEX_NAME | LEX_TOWN | LEX_FRENCH | LEX_HOSPITAL)) || whole_name(n, i, count);
    bool shown = t->shape != SHAPE_LOWER || token_sign(n, i + count, '+');
    bool used = spoken_of(n, i) || device(n, i);
    if (surely || used || listed_with(n, i + count - 1) || (result_follows(n, i + count - 1) && shown))
        note_lock(n, i, count);
}

/* "pas de X", "attelle X", "X négatif", of an author whose name others bear. */
static void lock_author(struct note *n, size_t i)
{
    bool used = spoken_of(n, i) || listed_with(n, i) || result_said(n, i);
    if (used && !note_titled(n, i) && !announced(n, i))
        note_lock(n, i, 1);
}

static bool dose_follows(const struct note *n, size_t i)
{
    const struct token *number = token_at(n, i + 1);
    if (number->kind == TOKEN_WORD && token_is(n, i + 1, "lp"))
        number = token_at(n, ++i + 1);
    if (number->kind != TOKEN_NUMBER)
        return token_is(n, i + 1, "x") && token_at(n, i + 2)->kind == TOKEN_NUMBER;
    size_t k = i + 2;
    while ((token_sign(n, k, '.') || token_sign(n, k, ',') || token_sign(n, k, '/')) &&
           token_at(n, k + 1)->kind == TOKEN_NUMBER && token_tight(n, k))
        k += 2;
    return token_among(n, k, LIST_DOSE) || (token_sign(n, k, '/') && token_is(n, k + 1, "j"));
}

/* "sous X", "ttt par X": what follows is taken, not met. */
static bool under_treatment(const struct note *n, size_t i)
{
    size_t before = note_before(n, i);
    return before != SIZE_MAX && token_cue(token_at(n, before)) == CUE_UNDER && before + 2 >= i;
}

bool note_medicine_used(const struct note *n, size_t i)
{
    return token_at(n, i + 1)->kind == TOKEN_NUMBER || dose_follows(n, i) || under_treatment(n, i);
}

static void lock_medicine(struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    bool stays = false;
    if (t->flags & LEX_DRUG)
        stays = !(t->flags & LEX_GIVEN) || token_at(n, i + 1)->kind == TOKEN_NUMBER || under_treatment(n, i);
    else if (!(t->flags & (LEX_NAME | LEX_FRENCH)) && !t->site && token_len(t) >= 4)
        stays = dose_follows(n, i) || (!(t->flags & LEX_WORD) && under_treatment(n, i));
    if (stays && !note_titled(n, i))
        note_lock(n, i, 1);
}

/* "Romberg et Unterberger". */
static bool second_eponym(const struct note *n, size_t i)
{
    return i > 1 && token_is(n, i - 1, "et") && n->tokens[i - 2].locked &&
           n->tokens[i - 2].flags & LEX_EPONYM;
}

/* "signe de X": a capital that no list knows, where medicine is spoken of. */
static bool eponym_by_use(const struct note *n, size_t i)
{
    if (n->tokens[i].flags & LEX_NAME)
        return false;
    size_t before = note_before(n, i);
    return before != SIZE_MAX && before < i - 1 && token_cue(token_at(n, before)) == CUE_CONTEXT &&
           in_medical_use(n, i);
}

/* "SOS Oxygène", "marin pêcheur", but "M. Marin pêcheur de son état". */
static void lock_phrase(struct note *n, size_t i)
{
    if (!titled_name(n, i))
        note_lock(n, i, n->tokens[i].phrase);
}

/* "tonico-clonique", "ilio-fascial": the first half of an adjective, tied to the second. */
static bool half_adjective(const struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i], *rest = token_at(n, i + 2);
    return token_len(t) > 3 && token_text(n, t)[token_len(t) - 1] == 'o' && !(t->flags & LEX_NAME) &&
           token_hyphen(n, i + 1) && rest->gap == GAP_NONE && rest->flags & (LEX_PREDICATE | LEX_MEDICAL) &&
           !(rest->flags & LEX_NAME);
}

/* Eponyms, medicines and what may be one, and what may follow "signe de". */
bool may_begin_lock(const struct token *t)
{
    if (t->kind != TOKEN_WORD)
        return false;
    bool unlisted = !(t->flags & (LEX_NAME | LEX_FRENCH)) && !t->site && token_len(t) >= 4;
    return t->flags & (LEX_EPONYM | LEX_AUTHOR | LEX_NEUTRAL | LEX_DRUG) || unlisted ||
           t->shape != SHAPE_LOWER;
}

void detect_locks(struct note *n)
{
    for (size_t i = note_next(n, START_LOCK, 0); i < n->count; i = note_next(n, START_LOCK, i + 1)) {
        const struct token *t = &n->tokens[i];
        if (t->kind != TOKEN_WORD || t->locked)
            continue;
        if (t->flags & LEX_EPONYM)
            lock_eponym(n, i);
        else if (t->flags & LEX_AUTHOR)
            lock_author(n, i);
        else if (t->flags & LEX_NEUTRAL && t->phrase > 1 && !(t->flags & LEX_HOSPITAL))
            lock_phrase(n, i);
        else if (half_adjective(n, i))
            note_lock(n, i, 3);
        else
            lock_medicine(n, i);
        if (t->shape == SHAPE_CAPITAL && !t->locked && (second_eponym(n, i) || eponym_by_use(n, i)))
            note_lock(n, i, 1);
    }
}
