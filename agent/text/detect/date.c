/* SPDX-License-Identifier: Apache-2.0 */
/* Dates with a month or a day of the month. Hours, durations, lone years and names of feasts are no dates
 * here; a birth date is one after "né", "ddn", and always when it is the row's. */
#include "agent/text/detect/day.h"
#include "agent/text/note.h"

#include <string.h>

static bool year_at(const struct note *n, size_t i)
{
    long v = token_value(n, i);
    return v >= 0 && ((token_len(token_at(n, i)) == 2) || (v >= 1880 && v <= 2100));
}

/* A number joined on the left by the date's own sign: the middle of a phone, "07.69.30.11.58". */
static bool chained(const struct note *n, size_t i, char sign)
{
    return i >= 2 && token_sign(n, i - 1, sign) && token_tight(n, i) && token_tight(n, i - 1) &&
           n->tokens[i - 2].kind == TOKEN_NUMBER;
}

/* "9.1": the number at i is what follows the point of another. */
static bool decimals(const struct note *n, size_t i)
{
    return chained(n, i, '.') || chained(n, i, ',');
}

static bool born_before(const struct note *n, size_t i);

/* "12 3 1956", "né le 12 3 56": blanks between. */
static size_t blank_parted(const struct note *n, size_t i)
{
    const struct token *year = token_at(n, i + 2), *more = token_at(n, i + 3);
    if (!between(token_value(n, i), 1, 31) || !between(token_value(n, i + 1), 1, 12) ||
        !(between(token_value(n, i + 2), 1900, 2100) || (year_at(n, i + 2) && born_before(n, i))) ||
        year->gap == GAP_LINE)
        return 0;
    return more->kind == TOKEN_NUMBER && more->gap != GAP_LINE ? 0 : i + 3;
}

/* The number goes on after a date of three parts: a longer number of another kind. */
static bool goes_on(const struct note *n, size_t i, char sign)
{
    return token_sign(n, i, sign) && token_tight(n, i) && token_tight(n, i + 1) &&
           token_at(n, i + 1)->kind == TOKEN_NUMBER;
}

/* "2022-11": a year and a month. */
static bool year_and_month(const struct note *n, size_t i)
{
    return between(token_value(n, i), 1900, 2100) && token_hyphen(n, i + 1) && token_tight(n, i + 2) &&
           token_len(token_at(n, i + 2)) == 2 && between(token_value(n, i + 2), 1, 12) &&
           !(token_hyphen(n, i + 3));
}

static bool two_digits(const struct note *n, size_t i)
{
    return token_len(token_at(n, i)) == 2;
}

/* "06.12.34 / 09 88": three pairs at i that two more follow are a phone's. */
static bool pairs_of_phone(const struct note *n, size_t i)
{
    size_t k = token_sign(n, i + 5, '/') || token_sign(n, i + 5, '-') ? i + 6 : i + 5;
    const struct token *fourth = token_at(n, k);
    return *token_text(n, token_at(n, i)) == '0' && two_digits(n, i) && two_digits(n, i + 2) &&
           two_digits(n, i + 4) && fourth->kind == TOKEN_NUMBER && fourth->gap != GAP_LINE &&
           two_digits(n, k) && token_at(n, k + 1)->kind == TOKEN_NUMBER && two_digits(n, k + 1);
}

/* d/m/y, d-m-y, d.m.y, d m y with a four-digit year; also y-m-d. Returns the token after, 0 when none. */
static size_t numeric(const struct note *n, size_t i)
{
    const char *sign = "/.-";
    if (year_and_month(n, i))
        return i + 3;
    while (*sign && !(token_sign(n, i + 1, *sign) && token_sign(n, i + 3, *sign)))
        sign++;
    if (*sign == '\0')
        return blank_parted(n, i);
    long a = token_value(n, i), b = token_value(n, i + 2), c = token_value(n, i + 4);
    if (!between(b, 1, 12) || c < 0 || chained(n, i, *sign) || goes_on(n, i + 5, *sign) ||
        pairs_of_phone(n, i))
        return 0;
    bool day_first = between(a, 1, 31) && year_at(n, i + 4);
    bool year_first = between(a, 1900, 2100) && between(c, 1, 31);
    return day_first || year_first ? i + 5 : 0;
}

/* Words before which a day and a month stand. */
static bool after_day_word(const struct note *n, size_t i)
{
    if (i > 1 && token_is(n, i - 1, "deja")) /* "appelé déjà 16/7" */
        i--;
    if (i == 0)
        return false;
    if (token_is(n, i - 1, "et"))
        return i > 1 && n->tokens[i - 2].label == TEXT_DATE;
    return token_among(n, i - 1, LIST_BEFORE_DAY) || day_weekday_before(n, i) < i;
}

/* Two numbers joined by a sign as dates are. */
static bool joined_pair(const struct note *n, size_t i)
{
    bool sign = token_sign(n, i + 1, '/') || token_sign(n, i + 1, '.') || token_sign(n, i + 1, '-');
    return sign && token_tight(n, i + 1) && token_tight(n, i + 2) && !token_sign(n, i + 3, '/');
}

/* "03/08", "25/12", "08/12", "(11/12)", also "10-04": two digits each, as no pressure is written. */
static bool padded_date(const struct note *n, size_t i, long a, long b)
{
    if (token_sign(n, i + 1, '-'))
        return b < 10;
    bool bracketed = i > 0 && token_sign(n, i - 1, '(') && token_sign(n, i + 3, ')');
    return token_sign(n, i + 1, '/') && (b < 10 || a > 20 || (a < 10 && b > 10) || bracketed);
}

/* "scanner 6/2", "NFS 13/11", "sonde changée 20/11", but "vaccin 2/3": of what is done on a day; "passage IDE
 * 10/11" where no pressure or score is written so. */
static bool after_act(const struct note *n, size_t i, long a, long b)
{
    if (i == 0 || (a <= b && b <= 6))
        return false;
    bool act = i > 1 && (token_among(n, i - 2, LIST_ACT) || token_is(n, i - 2, "rdv")) && b != 10 &&
               (a < b || b < 4) && token_cue(&n->tokens[i - 1]) != CUE_VITAL;
    return act || token_among(n, i - 1, LIST_ACT);
}

/* "le 9.11": after an article, a month of two digits. */
static bool pointed_date(const struct note *n, size_t i)
{
    return i > 0 && token_sign(n, i + 1, '.') && token_is(n, i - 1, "le") && two_digits(n, i + 2);
}

/* "3/09", "ttt 5/11", "les 5/12 et 6/12": no pressure rises, and few scores are over 11 or 12. */
static bool shown_month(const struct note *n, size_t i, long a, long b)
{
    const struct token *before = i > 0 ? &n->tokens[i - 1] : &token_nothing;
    enum text_cue cue = token_cue(before);
    if (!token_sign(n, i + 1, '/') || !two_digits(n, i + 2))
        return false;
    if (b < 10)
        return true;
    return a < 10 && b > 10 && before->kind == TOKEN_WORD && before->shape != SHAPE_UPPER &&
           !before->locked && cue != CUE_VITAL && cue != CUE_CONTEXT && !(before->flags & LEX_EPONYM) &&
           token_cue(token_at(n, i + 3)) != CUE_UNIT;
}

/* Whether a day and a month are meant: a word says so, or no pressure is written like them. */
static bool day_and_month(const struct note *n, size_t i, long a, long b)
{
    bool slash = token_sign(n, i + 1, '/'), padded = two_digits(n, i) && two_digits(n, i + 2);
    if ((slash || padded) && (after_day_word(n, i) || after_act(n, i, a, b)))
        return true;
    if (pointed_date(n, i) || shown_month(n, i, a, b))
        return true;
    bool low = a > 12 ? b <= 3 : a > 5 && b <= 2; /* "17/1", "6/1", but "10/2,5" */
    return padded ? padded_date(n, i, a, b) : slash && low && !decimals(n, i + 4);
}

/* "03/24", "2/99": a month and a year; a score is written over 20, 28 or 30. */
static bool month_and_year(const struct note *n, size_t i, long a, long b)
{
    bool padded = two_digits(n, i) && a < 10;
    return a <= 12 && token_sign(n, i + 1, '/') && two_digits(n, i + 2) && (padded ? b > 12 : b > 80);
}

/* "le 12/03", "du 2/12", "02/10", "03/2019". A bare 12/8 is more often a pressure. */
static size_t short_date(const struct note *n, size_t i)
{
    long a = token_value(n, i), b = token_value(n, i + 2);
    if (a < 1 || !joined_pair(n, i))
        return 0;
    if ((a <= 12 && between(b, 1900, 2100)) || month_and_year(n, i, a, b))
        return i + 3;
    if (a > 31 || !between(b, 1, 12) || chained(n, i, *token_text(n, token_at(n, i + 1))))
        return 0;
    return day_and_month(n, i, a, b) ? i + 3 : 0;
}

static bool month_at(const struct note *n, size_t i)
{
    const struct token *t = token_at(n, i);
    if (t->kind != TOKEN_WORD || t->gap == GAP_LINE)
        return false;
    return token_cue(t) == CUE_MONTH;
}

/* The token after a day of the month, "3", "1er", "premier" before a month; 0 when none is there. */
static size_t day_end(const struct note *n, size_t i)
{
    if (token_at(n, i)->kind == TOKEN_NUMBER) {
        if (!between(token_value(n, i), 1, 31) || decimals(n, i))
            return 0;
        return token_is(n, i + 1, "er") || token_is(n, i + 1, "ier") ? i + 2 : i + 1;
    }
    bool first = token_is(n, i, "premier") || token_is(n, i, "ier");
    return first && month_at(n, i + 1) ? i + 1 : 0;
}

/* "août. 12 rue": a month's name is no abbreviation, so that a stop ends the sentence. */
static bool whole_month(const struct note *n, size_t i)
{
    return token_len(token_at(n, i)) > 5 || token_is(n, i, "mars") || token_is(n, i, "avril") ||
           token_is(n, i, "mai") || token_is(n, i, "juin") || token_is(n, i, "aout");
}

/* A year after a month; two digits before a unit are a measure, but not "né le 28 janv 57 a mal". */
static bool year_after_month(const struct note *n, size_t k)
{
    const struct token *t = token_at(n, k);
    if (t->kind != TOKEN_NUMBER || t->gap == GAP_LINE || !year_at(n, k))
        return false;
    return token_len(t) == 4 || token_cue(token_at(n, k + 1)) != CUE_UNIT ||
           (token_is(n, k + 1, "a") && (token_at(n, k + 1)->accent || born_before(n, k)));
}

static bool month_cue(const struct note *n, size_t i)
{
    return i > 0 && (token_among(n, i - 1, LIST_BEFORE_MONTH) ||
                     ((token_sign(n, i - 1, '\'') || token_sign(n, i - 1, '-')) && i > 1 &&
                      token_among(n, i - 2, LIST_BEFORE_MONTH)));
}

/* A month alone, "en mars", "octobre dernier", that ends before k; 0 when it is no date. */
static size_t bare_month(const struct note *n, size_t i, size_t k)
{
    if (token_sign(n, k - 1, '.')) /* a full stop */
        k--;
    if (token_is(n, k, "dernier") || token_is(n, k, "prochain"))
        return k;
    return !token_is(n, i, "mar") && month_cue(n, i) ? k : 0;
}

/* Near "né", "née", "ddn", "date de naissance". A bare "ne" is the negation unless a date follows "ne le",
 * "ne en". */
static bool born(const struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    if (token_is(n, i, "ne"))
        return t->accent || token_is(n, i + 1, "le") || token_is(n, i + 1, "en") ||
               token_at(n, i + 1)->kind == TOKEN_NUMBER;
    return token_cue(t) == CUE_BORN || token_among(n, i, LIST_BORN);
}

/* "mar 22", "jan 24": a day of the week, a name, but for a birth before it ("né en jan 41"). */
static bool unclear_month(const struct note *n, size_t i)
{
    bool birth = i > 1 && token_is(n, i - 1, "en") && born(n, i - 2);
    return (token_is(n, i, "mar") || token_is(n, i, "jan")) && !birth;
}

/* The token after a month and the stop of its abbreviation. */
static size_t after_month(const struct note *n, size_t month)
{
    size_t k = month + 1;
    bool ends_sentence = whole_month(n, month) && !token_tight(n, k + 1) && token_len(token_at(n, k + 1)) < 4;
    return token_sign(n, k, '.') && token_tight(n, k) && !ends_sentence ? k + 1 : k;
}

/* "9 courant", "1er courant", but "double courant". */
static bool counted_day(const struct note *n, size_t month)
{
    return month > 0 &&
           (n->tokens[month - 1].kind == TOKEN_NUMBER || token_among(n, month - 1, LIST_ORDINAL_END));
}

/* The token after a date whose month is at `month`, with a day before it or none. */
static size_t month_end(const struct note *n, size_t month, bool day)
{
    size_t k = after_month(n, month);
    if (token_is(n, month, "courant"))
        return day && counted_day(n, month) ? month + 1 : 0;
    size_t digits = token_len(token_at(n, k)), spelt = day ? day_spelt_year(n, k) : 0;
    if (spelt)
        return spelt;
    if (!year_after_month(n, k))
        return day ? k : bare_month(n, month, k);
    if (!day && digits < 4 && k == month + 1 && unclear_month(n, month))
        return 0;
    return digits == 2 && token_sign(n, k + 1, '/') ? k : k + 1;
}

/* "3 janvier 2025", "1er mars", "28 janv. 39", "9 courant", "mai 2023". */
static size_t worded(const struct note *n, size_t i)
{
    size_t day = day_end(n, i);
    if (!day)
        return month_at(n, i) ? month_end(n, i, false) : 0;
    if (month_at(n, day))
        return month_end(n, day, true);
    return day_after_weekday(n, i, day) ? day : 0;
}

static bool born_before(const struct note *n, size_t i)
{
    for (size_t back = 1; back <= 9 && back <= i; back++) {
        size_t k = i - back;
        if (born(n, k))
            return true;
        if (token_sign(n, k, '.') || token_sign(n, k, ',') || token_sign(n, k, ';') ||
            n->tokens[k].label == TEXT_DATE)
            return false;
    }
    return false;
}

/* "le 15 08", "du 24 06", "lundi 03 04": what stands before says that a day and a month follow. */
static bool day_announced(const struct note *n, size_t i)
{
    return token_is(n, i - 1, "le") || token_is(n, i - 1, "du") ||
           token_cue(token_at(n, i - 1)) == CUE_WEEKDAY;
}

/* Numbers that may be a day and a month, parted by blanks. */
static bool day_beside_month(const struct note *n, size_t i)
{
    return between(token_value(n, i), 1, 31) && between(token_value(n, i + 1), 1, 12);
}

/* "le 15 08", "né le 18 3 50": day, month and perhaps year parted by blanks, where a word says that it is
 * one. */
static size_t blank_date(const struct note *n, size_t i)
{
    const struct token *month = token_at(n, i + 1), *year = token_at(n, i + 2);
    if (!day_beside_month(n, i) || month->gap != GAP_SPACE || i == 0)
        return 0;
    bool hour = token_is(n, i + 3, "h") && token_tight(n, i + 3); /* "du 24 06 9h" */
    bool three = year->kind == TOKEN_NUMBER && year->gap == GAP_SPACE && !hour;
    if (three)
        return born_before(n, i) && year_at(n, i + 2) ? i + 3 : 0;
    bool padded = two_digits(n, i + 1) && (two_digits(n, i) || token_is(n, i - 1, "le"));
    return padded && day_announced(n, i) && token_cue(year) != CUE_UNIT ? i + 2 : 0;
}

/* "1er/12" */
static size_t first_of_month(const struct note *n, size_t i)
{
    bool first = token_value(n, i) == 1 && token_is(n, i + 1, "er") && token_tight(n, i + 1);
    return first && token_sign(n, i + 2, '/') && token_tight(n, i + 2) &&
                   between(token_value(n, i + 3), 1, 12)
               ? i + 4
               : 0;
}

/* "né à Irun": the word before the place that ends at k; k when none is there. */
static size_t before_birthplace(const struct note *n, size_t k)
{
    size_t least = k > 4 ? k - 4 : 0, i = k;
    while (i > least && !born(n, i) && n->tokens[i].kind == TOKEN_WORD)
        i--;
    return born(n, i) ? i : k;
}

static bool birth_said(const struct note *n, size_t k, bool en)
{
    if (token_is(n, k, "ne"))
        return en || token_at(n, k)->accent;
    return token_is(n, k, "nee") || token_is(n, k, "ddn") || token_is(n, k, "naissance");
}

/* "né en 41", "née vers 1938", "né à Irun en 51": a year alone identifies only as a birth. */
static size_t birth_year(const struct note *n, size_t i)
{
    bool has = token_is(n, i + 1, "a") && token_is(n, i - 1, "en"); /* "né en 57 a mal" */
    bool counts = token_cue(token_at(n, i + 1)) == CUE_UNIT && token_len(token_at(n, i)) < 4 && !has;
    if (i == 0 || !year_at(n, i) || counts)
        return 0;
    if (i > 1 && token_among(n, i - 1, LIST_ABOUT))
        return birth_said(n, i > 2 && token_sign(n, i - 2, '(') ? i - 3 : i - 2, false) ? i + 1 : 0;
    bool en = i > 1 && token_is(n, i - 1, "en");
    return birth_said(n, en ? before_birthplace(n, i - 2) : i - 1, en) ? i + 1 : 0;
}

/* With the day of the week before it, and what makes a month of "mi-décembre". */
static size_t date_start(const struct note *n, size_t i)
{
    return i > 1 && token_sign(n, i - 1, '-') && token_is(n, i - 2, "mi") ? i - 2 : day_weekday_before(n, i);
}

static size_t date_end(const struct note *n, size_t i)
{
    if (n->tokens[i].kind != TOKEN_NUMBER)
        return worded(n, i);
    size_t end = short_date(n, i);
    if (!end && between(token_value(n, i), 1900, 2100) && month_at(n, i + 1) && !day_end(n, i + 2))
        end = i + 2; /* "2023 juin" */
    if (!end)
        end = worded(n, i);
    if (!end)
        end = blank_date(n, i);
    if (!end)
        end = day_alone(n, i);
    if (!end)
        end = first_of_month(n, i);
    return end ? end : birth_year(n, i);
}

static void mark_date(struct note *n, size_t i, size_t end)
{
    enum text_label label = born_before(n, i) ? TEXT_DATE_NAISSANCE : TEXT_DATE;
    note_force(n, date_start(n, i), end - 1, label, TEXT_BY_PATTERN);
}

void detect_full_dates(struct note *n)
{
    for (size_t i = note_next(n, START_NUMBER, 0); i < n->count;) {
        bool number = n->tokens[i].kind == TOKEN_NUMBER && !n->tokens[i].label;
        size_t end = number ? numeric(n, i) : 0;
        if (end)
            mark_date(n, i, end);
        i = note_next(n, START_NUMBER, end ? end : i + 1);
    }
}

/* "au", "et", "-": what stands at i between two days. */
static bool day_link(const struct note *n, size_t i)
{
    return token_among(n, i, LIST_DAY_LINK) || token_sign(n, i, '-') || token_sign(n, i, ',') ||
           token_sign(n, i, '/');
}

/* "du 4 au 6 novembre", "les 3 et 5 mai": the days before the one that has the month. */
static void earlier_days(struct note *n, size_t i)
{
    while (i >= 2 && n->tokens[i].kind == TOKEN_NUMBER) {
        size_t day = i > 2 && token_is(n, i - 2, "er") ? i - 3 : i - 2;
        if (!day_link(n, i - 1) || !between(token_value(n, day), 1, 31) || decimals(n, day) ||
            n->tokens[i].gap == GAP_LINE || !note_free_range(n, day, i - 2))
            return;
        const struct token *before = token_at(n, day - 1);
        if (day > 0 && (token_cue(before) == CUE_VITAL || before->kind == TOKEN_NUMBER))
            return;
        note_mark(n, day, i - 2, TEXT_DATE, TEXT_BY_PATTERN);
        i = day;
    }
}

/* "du 8 au 10/10", "les 3 et 5 mai": days without a month may stand before the one at i. */
static bool ends_range(const struct note *n, size_t i)
{
    return token_cue(token_at(n, i + 1)) == CUE_MONTH || day_range_end(n, i) ||
           (token_sign(n, i + 1, '/') && i > 1 && token_is(n, i - 1, "au"));
}

/* "vingt quatre septembre 2012": a day as words before the month at `month`; its first token, month when
 * none. */
static size_t spelt_day(const struct note *n, size_t month)
{
    size_t i = month;
    while (i > 0 && i + 4 > month && n->tokens[i].gap != GAP_LINE && !n->tokens[i - 1].label &&
           (token_among(n, i - 1, LIST_NUMBER_WORD) || token_is(n, i - 1, "premier") ||
            (token_sign(n, i - 1, '-') && i > 1) || (token_is(n, i - 1, "et") && i < month)))
        i--;
    bool words = i < month && n->tokens[i].kind == TOKEN_WORD && !token_is(n, i, "et");
    return words && month_at(n, month) ? i : month;
}

bool may_begin_date(const struct token *t)
{
    return t->kind == TOKEN_NUMBER || token_cue(t) == CUE_MONTH || token_spells(t, "premier");
}

/* Marks a date whose day is said in words before the month at i; the token after it, 0 when none is. */
static size_t spelt_date(struct note *n, size_t i)
{
    size_t from = token_cue(&n->tokens[i]) == CUE_MONTH ? spelt_day(n, i) : i;
    size_t end = from < i ? month_end(n, i, true) : 0;
    if (!end || !note_free_range(n, from, end - 1))
        return 0;
    mark_date(n, from, end);
    return end;
}

/* Marks the date that begins at i; the token after it, 0 when none does. */
static size_t date_at(struct note *n, size_t i)
{
    size_t spelt = spelt_date(n, i), end = spelt ? spelt : date_end(n, i);
    if (spelt || !end)
        return end;
    if (end == i + 1 && token_is(n, i - 1, "en") && birth_year(n, i))
        n->tokens[i].locked = 0; /* "né à Irun en 51": taken for a measure */
    if (!note_free_range(n, i, end - 1))
        return 0; /* "L4L5 mars 2021" */
    mark_date(n, i, end);
    if (ends_range(n, i))
        earlier_days(n, i);
    return end;
}

void detect_dates(struct note *n)
{
    for (size_t i = note_next(n, START_DATE, 0); i < n->count;) {
        const struct token *t = &n->tokens[i];
        size_t end = may_begin_date(t) && !t->label ? date_at(n, i) : 0;
        i = note_next(n, START_DATE, end ? end : i + 1);
    }
}
