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

/* "1 m.", "pr le WE", "m a dit": a short title before i that is a unit or a side, or, in small letters before
 * a word of grammar, another word. */
static bool short_title_otherwise(const struct note *n, size_t i)
{
    const struct token *title = token_at(n, i - 1), *t = token_at(n, i);
    if (token_is(n, i - 1, "dr")) /* "sein dr rouge": the right one */
        return title->shape == SHAPE_LOWER && i > 1 && token_among(n, i - 2, LIST_BODY) &&
               t->shape == SHAPE_LOWER && t->flags & LEX_FRENCH;
    if (token_len(title) > 2)
        return false;
    if (token_is(n, i - 1, "m") && i > 1 && n->tokens[i - 2].kind == TOKEN_NUMBER)
        return true;
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

/* A result at i: "+", "-", "négatif", "15", ": 12". */
static bool result(const struct note *n, size_t i)
{
    const struct token *t = token_at(n, i);
    if (t->kind == TOKEN_NUMBER)
        return token_len(t) <= 2 && *token_text(n, t) != '0';
    if (token_sign(n, i, ':') || token_is(n, i, "a"))
        return token_at(n, i + 1)->kind == TOKEN_NUMBER;
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
                    token_is(n, i, "type") ||
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
    return n->tokens[i].shape != SHAPE_LOWER && token_at(n, i + 1)->gap != GAP_LINE && result_word(n, i + 1);
}

bool note_eponym_used(const struct note *n, size_t i)
{
    return beside_locked(n, i) || in_medical_use(n, i) || result_said(n, i);
}

static void lock(struct note *n, size_t from, size_t count)
{
    for (size_t i = from; i < from + count && i < n->count; i++)
        n->tokens[i].locked = 1;
}

/* "contact Durand", "soeur Thomas": a word for a person stands directly before. */
static bool announced(const struct note *n, size_t i)
{
    size_t k = i > 0 && token_sign(n, i - 1, ':') ? i - 1 : i;
    enum text_cue cue = k > 0 ? token_cue(token_at(n, k - 1)) : CUE_NONE;
    return cue == CUE_KIN || cue == CUE_PROF || cue == CUE_NAMED || cue == CUE_CHEZ || cue == CUE_PERSON;
}

/* "gangrène de X", "attelle X": of listed eponyms alone. */
static bool called_by_author(const struct note *n, size_t i)
{
    size_t before = note_before(n, i);
    return n->tokens[i].shape != SHAPE_LOWER && before != SIZE_MAX &&
           token_among(n, before, LIST_EPONYM_NOUN);
}

/* "pas de X", "ni X": what was looked for and not found. */
static bool denied(const struct note *n, size_t i)
{
    size_t k = i > 0 && (token_sign(n, i - 1, '\'') || token_is(n, i - 1, "de")) ? i - 1 : i;
    k = k > 0 && token_is(n, k - 1, "d") && k < i ? k - 1 : k;
    return n->tokens[i].shape != SHAPE_LOWER &&
           ((k < i && k > 0 && token_is(n, k - 1, "pas")) || (i > 0 && token_is(n, i - 1, "ni")));
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

static void lock_eponym(struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    size_t count = t->phrase > 1 ? t->phrase : 1;
    uint32_t last = n->tokens[i + count - 1].flags;
    bool town = count > 1 && last & LEX_TOWN && !(last & LEX_EPONYM); /* "Verneuil-en-Halatte" */
    bool there = t->flags & LEX_TOWN && i > 0 && token_is(n, i - 1, "a") &&
                 n->tokens[i - 1].accent; /* "à Genève +33" */
    if (town || there || note_titled(n, i) || (announced(n, i) && t->flags & LEX_NAME))
        return;
    bool surely = !(t->flags & (LEX_NAME | LEX_TOWN | LEX_FRENCH | LEX_HOSPITAL)) || whole_name(n, i, count);
    bool shown = t->shape != SHAPE_LOWER || token_sign(n, i + count, '+');
    if (surely || in_medical_use(n, i) || denied(n, i) || called_by_author(n, i) ||
        listed_with(n, i + count - 1) || (result_follows(n, i + count - 1) && shown))
        lock(n, i, count);
}

/* "pas de X", "attelle X", "X négatif", of an author whose name others bear. */
static void lock_author(struct note *n, size_t i)
{
    bool used = in_medical_use(n, i) || denied(n, i) || called_by_author(n, i) || listed_with(n, i) ||
                result_said(n, i);
    if (used && !note_titled(n, i) && !announced(n, i))
        lock(n, i, 1);
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
           token_at(n, k + 1)->kind == TOKEN_NUMBER && token_at(n, k)->gap == GAP_NONE)
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
        lock(n, i, 1);
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

/* "tonico-clonique", "ilio-fascial": the first half of an adjective, tied to the second. */
static bool half_adjective(const struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i], *rest = token_at(n, i + 2);
    return token_len(t) > 3 && token_text(n, t)[token_len(t) - 1] == 'o' && !(t->flags & LEX_NAME) &&
           token_sign(n, i + 1, '-') && token_at(n, i + 1)->gap == GAP_NONE && rest->gap == GAP_NONE &&
           rest->flags & (LEX_PREDICATE | LEX_MEDICAL) && !(rest->flags & LEX_NAME);
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
        else if (t->flags & LEX_NEUTRAL && t->phrase > 1 && !(t->flags & LEX_HOSPITAL)) /* "SOS Oxygène" */
            lock(n, i, t->phrase);
        else if (half_adjective(n, i))
            lock(n, i, 3);
        else
            lock_medicine(n, i);
        if (t->shape == SHAPE_CAPITAL && !t->locked && (second_eponym(n, i) || eponym_by_use(n, i)))
            lock(n, i, 1);
    }
}

static bool number_part(const struct note *n, size_t i)
{
    return (token_sign(n, i, '.') || token_sign(n, i, ',') || token_sign(n, i, '/') ||
            token_sign(n, i, '-')) &&
           token_at(n, i)->gap == GAP_NONE && token_at(n, i + 1)->kind == TOKEN_NUMBER &&
           token_at(n, i + 1)->gap == GAP_NONE && token_len(token_at(n, i + 1)) <= 3;
}

/* What may stand between a vital sign and its value: "TA : 12", "temp stable à 37", "sat est a 98". */
static bool leads_to_value(const struct note *n, size_t i, bool beside)
{
    const struct token *t = &n->tokens[i];
    if (t->kind == TOKEN_NUMBER)
        return token_len(t) == 1;
    if (t->kind == TOKEN_SIGN)
        return token_sign(n, i, ':') || token_sign(n, i, '=') || token_sign(n, i, FOLD_DEGREE) ||
               token_sign(n, i, '.');
    if (token_is(n, i, "a") || token_is(n, i, "est"))
        return true;
    return beside && t->flags & (LEX_FRENCH | LEX_MEDICAL) && !(t->flags & LEX_FUNCTION) &&
           token_cue(t) == CUE_NONE;
}

static bool measured(const struct note *n, size_t i)
{
    for (size_t back = 1; back <= 4 && back <= i; back++) {
        const struct token *t = &n->tokens[i - back];
        enum text_cue left = back < i ? token_cue(&n->tokens[i - back - 1]) : CUE_NONE;
        if (token_len(t) == 1 && (left == CUE_BUILD || left == CUE_DOOR))
            return false; /* "bat K 4e" */
        if (token_cue(t) == CUE_VITAL && !t->locked)
            return token_len(&n->tokens[i]) <= (token_is(n, i - back, "en") ? 2u : 3u) || token_len(t) > 3;
        if (!leads_to_value(n, i - back, back == 1))
            return false;
    }
    return false;
}

static bool unit_follows(const struct note *n, size_t i, size_t digits)
{
    const struct token *t = token_at(n, i);
    if (token_sign(n, i, '%') || token_sign(n, i, FOLD_DEGREE))
        return digits <= 3;
    if (t->kind != TOKEN_WORD || token_cue(t) != CUE_UNIT || t->gap == GAP_LINE)
        return false;
    if (digits >= 4)
        return digits <= 7 && token_among(n, i, LIST_LARGE_UNIT);
    if (token_among(n, i, LIST_TIGHT_UNIT))
        return t->gap == GAP_NONE && digits <= 2 && !token_is(n, i, "a");
    return true;
}

/* "bât B2", "code A4": the letter and number are a place's, not a grade. */
static bool place_cue(const struct token *t)
{
    enum text_cue cue = token_cue(t);
    return cue == CUE_BUILD || cue == CUE_DOOR || cue == CUE_CODE || cue == CUE_ETAB || cue == CUE_ID;
}

static bool grade_letters(const struct note *n, const struct token *t)
{
    if (token_len(t) == 1 && strchr("lcdtsjgpevmhnqk", *token_text(n, t)))
        return true;
    return token_len(t) <= 5 && t->flags & (LEX_MEDICAL | LEX_DRUG) && token_cue(t) < CUE_STREET;
}

/* L4, J5, G2P1, E4V4M6: a letter or two and a small number, joined; i is the number's. */
static bool grade(const struct note *n, size_t i)
{
    const struct token *number = &n->tokens[i];
    if (i == 0 || number->gap != GAP_NONE || token_len(number) > 2)
        return false;
    const struct token *t = &n->tokens[i - 1], *before = token_at(n, i - 2);
    if (t->kind != TOKEN_WORD || t->label || number->label)
        return false;
    if (i == 1 || t->gap == GAP_NONE)
        return token_len(t) == 1 && i > 1 && before->locked;
    return !place_cue(before) && grade_letters(n, t);
}

/* The token after the parts of a number: "12/8", "38.5". */
static size_t number_end(const struct note *n, size_t i)
{
    size_t end = i + 1;
    for (unsigned parts = 0; parts < 2 && number_part(n, end); parts++)
        end += 2;
    return end;
}

/* "INR 12/09", "DDR 20/10", "en 02/2023": no value of the blood nor of pain is written so. */
static bool dated(const struct note *n, size_t i)
{
    if (!token_sign(n, i + 1, '/') || token_len(token_at(n, i)) > 2 || token_sign(n, i + 3, '/'))
        return false;
    bool said = token_sign(n, i + 3, '=') || token_sign(n, i + 3, ':'); /* "INR 3/2 = 4.1" */
    bool blood = i > 0 && (token_len(token_at(n, i)) == 2 || said) &&
                 (token_is(n, i - 1, "inr") || token_is(n, i - 1, "crp") || token_is(n, i - 1, "tsh"));
    long month = token_value(n, i + 2);
    return month >= 1900 ? month <= 2100
                         : month >= 1 && month <= 12 &&
                               ((blood && (said || token_len(token_at(n, i + 2)) == 2)) ||
                                (i > 0 && token_is(n, i - 1, "ddr")));
}

static bool stays(const struct note *n, size_t i, size_t end)
{
    if (dated(n, i))
        return false;
    if (token_cue(token_at(n, end)) == CUE_MONTH && token_len(token_at(n, end)) > 2)
        return false; /* "dep 8 octobre" */
    return measured(n, i) || unit_follows(n, end, token_len(&n->tokens[i])) ||
           (end == i + 1 && token_sign(n, end, '/') && token_cue(token_at(n, end + 1)) == CUE_UNIT);
}

/* "24/24", "7/7", "24h/24": always. */
static bool round_the_clock(const struct note *n, size_t i)
{
    size_t k = token_is(n, i + 1, "h") || token_is(n, i + 1, "j") ? i + 2 : i + 1;
    long v = token_value(n, i);
    return (v == 24 || v == 7) && token_sign(n, k, '/') && token_at(n, k)->gap == GAP_NONE &&
           token_value(n, k + 1) == v && token_at(n, k + 1)->gap == GAP_NONE &&
           !(token_sign(n, k + 2, '/') && token_at(n, k + 2)->gap == GAP_NONE);
}

/* "12/8", "38.5", unless a part of it is marked. */
static void lock_measure(struct note *n, size_t i, size_t end)
{
    for (size_t k = i; k < end; k++)
        if (n->tokens[k].label)
            return;
    lock(n, i, end - i);
}

void detect_clinical(struct note *n)
{
    for (size_t i = note_next(n, START_NUMBER, 0); i < n->count;) {
        const struct token *t = &n->tokens[i];
        size_t end = i + 1;
        if (t->kind == TOKEN_NUMBER && grade(n, i)) {
            lock(n, i - 1, 2);
        } else if (t->kind == TOKEN_NUMBER && !t->label && token_len(t) <= 7) {
            end = number_end(n, i);
            if (stays(n, i, end) || round_the_clock(n, i))
                lock_measure(n, i, end);
        }
        i = note_next(n, START_NUMBER, end);
    }
}
