/* SPDX-License-Identifier: Apache-2.0 */
/* What must stay: eponyms in their use as such, medicines, measures. Locked tokens are never marked by
 * evidence; a title in front, or the row itself, says that a person is meant. */
#include "agent/text/note.h"

#include <string.h>

static bool particle(const struct note *n, size_t i)
{
    static const char *const list[] = {"de", "du", "d", "des", "la", "le", "l", "et", "en", "a", NULL};
    return token_sign(n, i, '\'') || token_sign(n, i, '.') || token_sign(n, i, '-') ||
           token_among(n, i, list);
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

bool note_titled(const struct note *n, size_t i)
{
    if (i > 0 && token_sign(n, i - 1, '.'))
        i--;
    return i > 0 && token_cue(token_at(n, i - 1)) == CUE_TITLE && token_at(n, i)->gap != GAP_LINE;
}

/* "+", "-", "négatif", "15", "droit": what follows a sign or a score. */
static bool result_follows(const struct note *n, size_t i)
{
    static const char *const list[] = {
        "positif",     "positive", "negatif", "negative", "neg",       "pos",     "stade",
        "grade",       "type",     "score",   "absent",   "absente",   "present", "presente",
        "indifferent", "croise",   "droit",   "gauche",   "bilateral", "modifie", "connu",
        "connue",      "ok",       "nl",      "normal",   "evolue",    "evoluee", NULL};
    const struct token *t = token_at(n, i + 1);
    if (token_sign(n, i + 1, '+') || t->kind == TOKEN_NUMBER || token_among(n, i + 1, list))
        return true;
    if ((token_sign(n, i + 1, '-') && token_at(n, i + 1)->gap == GAP_SPACE) || token_sign(n, i + 1, '='))
        return true;
    if (token_sign(n, i + 1, ':') || token_is(n, i + 1, "a"))
        return token_at(n, i + 2)->kind == TOKEN_NUMBER;
    return false;
}

/* "signe de X", "maladie de X", "stade 2 de X et Y". */
static bool in_medical_use(const struct note *n, size_t i)
{
    for (unsigned back = 0; back < 6 && i > 0; back++) {
        i--;
        const struct token *t = token_at(n, i);
        if (token_cue(t) == CUE_CONTEXT)
            return true;
        bool skip =
            particle(n, i) || t->kind == TOKEN_NUMBER || (t->flags & LEX_EPONYM) || token_is(n, i, "type");
        if (!skip)
            return false;
    }
    return false;
}

static void lock(struct note *n, size_t from, size_t count)
{
    for (size_t i = from; i < from + count && i < n->count; i++)
        n->tokens[i].locked = 1;
}

static void lock_eponym(struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    size_t count = t->phrase > 1 ? t->phrase : 1;
    if (note_titled(n, i))
        return;
    bool surely = !(t->flags & (LEX_NAME | LEX_TOWN | LEX_FRENCH | LEX_HOSPITAL)) || (count > 1);
    if (surely || in_medical_use(n, i) || (result_follows(n, i + count - 1) && t->shape != SHAPE_LOWER))
        lock(n, i, count);
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
    static const char *const list[] = {"mg",   "g",   "gr",  "mcg",     "ug",      "ml",  "ui",
                                       "cp",   "cps", "gtt", "gouttes", "amp",     "inj", "bouffees",
                                       "bouf", "x",   "j",   "sachet",  "sachets", "lp",  "iv",
                                       "im",   "sc",  "per", NULL};
    return token_among(n, k, list) || (token_sign(n, k, '/') && token_is(n, k + 1, "j"));
}

static void lock_medicine(struct note *n, size_t i)
{
    struct token *t = &n->tokens[i];
    size_t before = note_before(n, i);
    bool under = before != SIZE_MAX && token_cue(token_at(n, before)) == CUE_UNDER && before + 2 >= i;
    if (note_titled(n, i))
        return;
    if (t->flags & LEX_DRUG) {
        if (!(t->flags & LEX_GIVEN) || under || token_at(n, i + 1)->kind == TOKEN_NUMBER)
            lock(n, i, 1);
    } else if (!(t->flags & (LEX_NAME | LEX_FRENCH)) && !t->site && token_len(t) >= 4) {
        if (dose_follows(n, i) || (under && !(t->flags & LEX_WORD)))
            lock(n, i, 1);
    }
}

void detect_locks(struct note *n)
{
    for (size_t i = 0; i < n->count; i++) {
        const struct token *t = &n->tokens[i];
        if (t->kind != TOKEN_WORD || t->locked)
            continue;
        if (t->flags & LEX_EPONYM)
            lock_eponym(n, i);
        else if (t->flags & LEX_NEUTRAL && t->phrase > 1)
            lock(n, i, t->phrase);
        else
            lock_medicine(n, i);
        if (!n->tokens[i].locked && i > 1 && token_is(n, i - 1, "et") && n->tokens[i - 2].locked &&
            n->tokens[i - 2].flags & LEX_EPONYM && t->shape == SHAPE_CAPITAL)
            lock(n, i, 1); /* "Romberg et Unterberger" */
        size_t before = note_before(n, i);
        if (!n->tokens[i].locked && before != SIZE_MAX && before < i - 1 && t->shape == SHAPE_CAPITAL &&
            !(t->flags & LEX_NAME) && token_cue(token_at(n, before)) == CUE_CONTEXT && in_medical_use(n, i))
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

/* A measure begins at i: locks it to its end ("12/8", "38.5"); returns the token after. */
static size_t lock_measure(struct note *n, size_t i)
{
    size_t end = i + 1;
    for (unsigned parts = 0; parts < 2 && number_part(n, end); parts++)
        end += 2;
    for (size_t k = i; k < end; k++)
        if (n->tokens[k].label)
            return end;
    lock(n, i, end - i);
    return end;
}

static bool measured(const struct note *n, size_t i)
{
    size_t k = i;
    for (unsigned back = 0; back < 4 && k > 0; back++) {
        k--;
        const struct token *t = token_at(n, k);
        if (token_cue(t) == CUE_VITAL && !t->locked)
            return token_len(token_at(n, i)) <= 3 || token_len(t) > 3;
        bool adjective = back == 0 && t->kind == TOKEN_WORD && (t->flags & (LEX_FRENCH | LEX_MEDICAL)) &&
                         !(t->flags & LEX_FUNCTION) && token_cue(t) == CUE_NONE;
        if (!token_sign(n, k, ':') && !token_sign(n, k, '=') && !token_sign(n, k, FOLD_DEGREE) &&
            !adjective && !token_sign(n, k, '.') && !token_is(n, k, "a") && !token_is(n, k, "est") &&
            t->kind != TOKEN_NUMBER)
            return false;
        if (t->kind == TOKEN_NUMBER && token_len(t) > 1)
            return false;
    }
    return false;
}

static bool unit_follows(const struct note *n, size_t i, size_t digits)
{
    static const char *const strong[] = {"mg",  "ml", "cc",   "ui",    "euros", "eur",
                                         "mcg", "ug", "kcal", "leuco", NULL};
    static const char *const weak[] = {"a",  "s",     "l",      "x",      "pa", "sa",
                                       "vs", "appel", "appels", "etages", NULL};
    const struct token *t = token_at(n, i);
    if (token_sign(n, i, '%') || token_sign(n, i, FOLD_DEGREE))
        return digits <= 3;
    if (t->kind != TOKEN_WORD || token_cue(t) != CUE_UNIT || t->gap == GAP_LINE)
        return false;
    if (digits >= 4)
        return digits <= 7 && token_among(n, i, strong);
    if (token_among(n, i, weak))
        return t->gap == GAP_NONE && digits <= 2 && !token_is(n, i, "a");
    return true;
}

/* L4, J5, G2P1, E4V4M6: one letter and a small number, joined; not after "bat", "esc", "code". */
static bool grade(const struct note *n, size_t i)
{
    const struct token *t = token_at(n, i), *number = token_at(n, i + 1);
    if (t->kind != TOKEN_WORD || number->kind != TOKEN_NUMBER || number->gap != GAP_NONE ||
        token_len(number) > 2)
        return false;
    if (i == 0 || token_at(n, i)->gap == GAP_NONE)
        return token_len(t) == 1 && i > 0 && token_at(n, i - 1)->locked;
    enum text_cue cue = token_cue(token_at(n, i - 1));
    bool place = cue == CUE_BUILD || cue == CUE_DOOR || cue == CUE_CODE || cue == CUE_ETAB || cue == CUE_ID;
    if (place)
        return false;
    return (token_len(t) == 1 && strchr("lcdtsjgpevmhnqk", *token_text(n, t)) != NULL) ||
           (token_len(t) <= 5 && (t->flags & (LEX_MEDICAL | LEX_DRUG)) && token_cue(t) < CUE_STREET);
}

void detect_clinical(struct note *n)
{
    for (size_t i = 0; i < n->count;) {
        const struct token *t = &n->tokens[i];
        if (grade(n, i) && !t->label && !n->tokens[i + 1].label) {
            lock(n, i, 2);
            i += 2;
            continue;
        }
        if (t->kind != TOKEN_NUMBER || t->label || token_len(t) > 7) {
            i++;
            continue;
        }
        size_t end = i + 1;
        for (unsigned parts = 0; parts < 2 && number_part(n, end); parts++)
            end += 2;
        bool stays = measured(n, i) || unit_follows(n, end, token_len(t)) ||
                     (end == i + 1 && token_sign(n, end, '/') && token_cue(token_at(n, end + 1)) == CUE_UNIT);
        i = stays ? lock_measure(n, i) : end;
    }
}
