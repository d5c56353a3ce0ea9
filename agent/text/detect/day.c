/* SPDX-License-Identifier: Apache-2.0 */
/* Days of the week, and of a month that is not named: "jeudi 11", "jusqu'au 24", "le 6 de ce mois", "du 20 au
 * 27", "prévu le 22". */
#include "agent/text/detect/day.h"
#include "agent/text/detect/number.h"

size_t day_weekday_before(const struct note *n, size_t i)
{
    if (i == 0 || token_at(n, i)->gap != GAP_SPACE)
        return i;
    bool stop = i > 1 && token_sign(n, i - 1, '.');
    size_t k = stop ? i - 2 : i - 1;
    if ((stop || token_sign(n, i + 1, '/')) && (token_is(n, k, "mar") || token_is(n, k, "mer")))
        return k;
    return token_cue(token_at(n, k)) == CUE_WEEKDAY && (!stop || token_len(token_at(n, k)) == 3) ? k : i;
}

bool day_after_weekday(const struct note *n, size_t i, size_t k)
{
    if (day_weekday_before(n, i) == i)
        return false;
    bool counted = token_cue(token_at(n, k)) == CUE_UNIT && !token_is(n, k, "a"); /* "jeudi 11 à 9 h" */
    return !token_is(n, k, "h") && !token_is(n, k, "heures") &&
           !(token_sign(n, k, ':') && token_at(n, k + 1)->kind == TOKEN_NUMBER) && !counted &&
           !token_sign(n, k, '/') &&
           !(token_sign(n, k, ',') && token_tight(n, k + 1) && token_at(n, k + 1)->kind == TOKEN_NUMBER);
}

/* Whether what follows a number, at k, neither goes on with it nor counts by it. */
static bool number_stands_alone(const struct note *n, size_t k)
{
    const struct token *next = token_at(n, k);
    if (next->gap == GAP_LINE || next->kind == TOKEN_SIGN)
        return !token_sign(n, k, '/') && !token_sign(n, k, '%') && !token_sign(n, k, ':');
    bool hour = token_is(n, k, "a") && token_at(n, k + 1)->kind == TOKEN_NUMBER; /* "le 30 à 22h" */
    return (token_cue(next) != CUE_UNIT || hour) && next->gap != GAP_NONE;
}

/* "jusqu'au 24", "jusquau 24": a day of the month alone. */
static size_t until_day(const struct note *n, size_t i)
{
    long v = token_value(n, i);
    bool until =
        i > 2 && token_is(n, i - 1, "au") && token_sign(n, i - 2, '\'') && token_is(n, i - 3, "jusqu");
    until |= i > 0 &&
             (token_is(n, i - 1, "jusquau") || token_is(n, i - 1, "jusqau") || token_is(n, i - 1, "jusko"));
    return until && number_stands_alone(n, i + 1) && v >= 1 && v <= 31 ? i + 1 : 0;
}

static bool first_said(const struct note *n, size_t i)
{
    return token_is(n, i, "er") || token_is(n, i, "ier");
}

/* "du mois", "de ce mois" from k on, also without its s: the token after it, 0 when it is not said. */
static size_t after_the_month(const struct note *n, size_t k, bool article)
{
    size_t month = token_is(n, k, "de") && token_is(n, k + 1, "ce") ? k + 2
                   : token_is(n, k, "du")                           ? k + 1
                                                                    : k;
    bool said = token_is(n, month, "mois") || (token_is(n, month, "moi") && article);
    return month > k && said && token_at(n, month)->gap != GAP_LINE ? month + 1 : 0;
}

/* "le 1er du mois", "6 de ce mois", "avant-hier le 12": a day without its month's name. */
static size_t day_said(const struct note *n, size_t i)
{
    size_t k = first_said(n, i + 1) ? i + 2 : i + 1;
    if (i == 0 || !between(token_value(n, i), 1, 31))
        return 0;
    size_t end = after_the_month(n, k, token_is(n, i - 1, "le"));
    if (end)
        return end;
    bool day =
        i > 1 && token_is(n, i - 1, "le") && (token_is(n, i - 2, "hier") || token_is(n, i - 2, "demain"));
    return day && number_stands_alone(n, k) ? k : 0;
}

/* "le 22," at i: closed, not "le 22,5", and not the number of the rescue. */
static bool closed_day(const struct note *n, size_t i)
{
    const struct token *next = token_at(n, i + 1), *after = token_at(n, i + 2);
    if (after->kind == TOKEN_NUMBER && after->gap == GAP_NONE)
        return false;
    bool goes_on = token_is(n, i + 1, "a") && after->kind == TOKEN_NUMBER;
    goes_on |= token_among(n, i + 1, LIST_AFTER_DAY); /* "le 30 aux urgences" */
    bool ends = next->gap == GAP_LINE || token_sign(n, i + 1, ',') || token_sign(n, i + 1, '.') ||
                token_sign(n, i + 1, '(') || goes_on;
    return ends && !number_of_rescue(token_value(n, i)) && token_cue(token_at(n, i - 2)) != CUE_TEL;
}

/* "le 23 et le 24", "le 1er et le 2": one of two days at i, k after the first. */
static bool one_of_two(const struct note *n, size_t i, size_t k)
{
    bool first = token_is(n, k, "et") && token_is(n, k + 1, "le") &&
                 between(token_value(n, k + 2), token_value(n, i) + 1, 31) && number_stands_alone(n, k + 3);
    return first || (i > 2 && token_is(n, i - 2, "et") && n->tokens[i - 3].label == TEXT_DATE);
}

/* "Lantus : passer du 18 au 20", "TA du 12 au 18": what changes, shortly before i. */
static bool changes(const struct note *n, size_t i)
{
    for (size_t k = i; k > 0 && k + 5 > i && n->tokens[k].gap != GAP_LINE; k--) {
        const struct token *t = &n->tokens[k - 1];
        if (t->flags & LEX_DRUG || token_cue(t) == CUE_VITAL || token_is(n, k - 1, "passe"))
            return true;
    }
    return false;
}

/* "du 20 au 27": the last day of a range at i. */
bool day_range_end(const struct note *n, size_t i)
{
    return i > 2 && token_is(n, i - 1, "au") && token_is(n, i - 3, "du") &&
           between(token_value(n, i - 2), 1, token_value(n, i) - 1) && !changes(n, i - 3);
}

/* "avant le 4", "rappel après le 12", "prévu le 22,", "à partir du 15", "nuit du 28": the day alone. */
static size_t lone_day(const struct note *n, size_t i)
{
    size_t k = first_said(n, i + 1) ? i + 2 : i + 1;
    if (i < 2 || !between(token_value(n, i), 1, 31) || token_len(token_at(n, i)) > 2 ||
        n->tokens[i].gap == GAP_LINE || !number_stands_alone(n, k))
        return 0;
    if (day_range_end(n, i) || (token_is(n, i - 1, "du") && token_among(n, i - 2, LIST_TIME_OF_DAY)))
        return k;
    bool day = token_among(n, i - 2, LIST_BEFORE_LONE_DAY) || closed_day(n, i) || one_of_two(n, i, k);
    return token_is(n, i - 1, "le") && day ? k : 0;
}

size_t day_alone(const struct note *n, size_t i)
{
    size_t end = day_said(n, i);
    if (!end)
        end = until_day(n, i);
    return end ? end : lone_day(n, i);
}

/* Numbers as words, "vingt-quatre", "mille neuf cent": the token after those that begin at k. */
static size_t after_number_words(const struct note *n, size_t k)
{
    size_t end = k;
    for (size_t i = k; i < n->count && i < k + 10 && n->tokens[i].gap != GAP_LINE; i++) {
        if (token_among(n, i, LIST_NUMBER_WORD) || token_is(n, i, "mille") || token_is(n, i, "cent"))
            end = i + 1;
        else if (!token_sign(n, i, '-') && !token_is(n, i, "et"))
            break;
    }
    return end;
}

/* "29 septembre quarante neuf": a year as words after a month. */
size_t day_spelt_year(const struct note *n, size_t k)
{
    size_t end = after_number_words(n, k);
    bool tens = token_len(token_at(n, k)) >= 5 || token_is(n, k, "dix");
    return end > k + 1 && tens ? end : 0;
}
