/* SPDX-License-Identifier: Apache-2.0 */
/* Dates with a month or a day of the month. Hours, durations, lone years and names of feasts are no dates
 * here; a birth date is one after "né", "ddn", and always when it is the row's. */
#include "agent/text/note.h"

#include <string.h>

static bool year_at(const struct note *n, size_t i)
{
    long v = token_value(n, i);
    return v >= 0 && ((token_len(token_at(n, i)) == 2) || (v >= 1880 && v <= 2100));
}

static bool tight(const struct note *n, size_t i)
{
    return token_at(n, i)->gap == GAP_NONE;
}

static bool same_separator(const struct note *n, size_t i, char sign)
{
    return token_sign(n, i, sign);
}

/* A number joined on the left by the date's own sign: the middle of a phone, "07.69.30.11.58". */
static bool chained(const struct note *n, size_t i, char sign)
{
    return i >= 2 && token_sign(n, i - 1, sign) && tight(n, i) && tight(n, i - 1) &&
           n->tokens[i - 2].kind == TOKEN_NUMBER;
}

/* d/m/y, d-m-y, d.m.y, d m y with a four-digit year; also y-m-d. Returns the token after, 0 when none. */
static size_t numeric(const struct note *n, size_t i)
{
    const char *sign = "/.-";
    for (; *sign; sign++)
        if (same_separator(n, i + 1, *sign) && same_separator(n, i + 3, *sign))
            break;
    long a = token_value(n, i);
    if (*sign == '\0') { /* blanks */
        long b = token_value(n, i + 1), c = token_value(n, i + 2);
        bool words = a >= 1 && a <= 31 && b >= 1 && b <= 12 && c >= 1900 && c <= 2100;
        bool more = token_at(n, i + 3)->kind == TOKEN_NUMBER && token_at(n, i + 3)->gap != GAP_LINE;
        return words && !more && token_at(n, i + 2)->gap != GAP_LINE ? i + 3 : 0;
    }
    long b = token_value(n, i + 2), c = token_value(n, i + 4);
    if (token_at(n, i + 4)->kind != TOKEN_NUMBER || chained(n, i, *sign))
        return 0;
    bool more = same_separator(n, i + 5, *sign) && tight(n, i + 5) &&
                token_at(n, i + 6)->kind == TOKEN_NUMBER && tight(n, i + 6);
    if (more)
        return 0;
    bool day_first = a >= 1 && a <= 31 && b >= 1 && b <= 12 && year_at(n, i + 4) && c >= 0;
    bool year_first = a >= 1900 && a <= 2100 && b >= 1 && b <= 12 && c >= 1 && c <= 31;
    return day_first || year_first ? i + 5 : 0;
}

static bool two_digits(const struct note *n, size_t i)
{
    return token_len(token_at(n, i)) == 2;
}

/* Words before which a day and a month stand. */
static bool after_day_word(const struct note *n, size_t i)
{
    static const char *const list[] = {
        "le",    "du",     "au",       "depuis",      "dep",     "date",  "jusqu", "ce",    "dps",
        "sorti", "sortie", "hospit",   "opere",       "operee",  "rdv",   "vu",    "vue",   "chute",
        "fait",  "ddr",    "dcd",      "decede",      "decedee", "deces", "admis", "revu",  "revue",
        "entre", "entree", "consulte", "hospitalise", "ne",      "nee",   "pose",  "posee", "debut",
        "fin",   "cs",     "acc",      "accouche",    NULL};
    if (i == 0)
        return false;
    if (token_is(n, i - 1, "et"))
        return i > 1 && n->tokens[i - 2].label == TEXT_DATE;
    return token_among(n, i - 1, list) || token_cue(token_at(n, i - 1)) == CUE_WEEKDAY;
}

/* "le 12/03", "du 2/12", "02/10", "03/2019". A bare 12/8 is more often a pressure. */
static size_t short_date(const struct note *n, size_t i)
{
    if (!(token_sign(n, i + 1, '/') || token_sign(n, i + 1, '.') || token_sign(n, i + 1, '-')) ||
        !tight(n, i + 1) || !tight(n, i + 2))
        return 0;
    long a = token_value(n, i), b = token_value(n, i + 2);
    if (token_sign(n, i + 3, '/') || a < 1)
        return 0;
    if (a <= 12 && b >= 1900 && b <= 2100)
        return i + 3;
    if (a > 31 || b < 1 || b > 12 || chained(n, i, *token_text(n, token_at(n, i + 1))))
        return 0;
    bool padded = two_digits(n, i) && two_digits(n, i + 2);
    if (after_day_word(n, i) && (token_sign(n, i + 1, '/') || padded))
        return i + 3;
    bool month = padded && *token_text(n, token_at(n, i + 2)) == '0';
    return token_sign(n, i + 1, '/') && (month || (padded && b > 9 && a > 20)) ? i + 3 : 0;
}

static bool month_at(const struct note *n, size_t i)
{
    const struct token *t = token_at(n, i);
    if (t->kind != TOKEN_WORD || t->gap == GAP_LINE)
        return false;
    return token_cue(t) == CUE_MONTH;
}

/* "3 janvier 2025", "1er mars", "28 janv. 39", "9 courant", "mai 2023". */
static size_t worded(const struct note *n, size_t i)
{
    size_t k = i;
    bool day = false;
    if (token_at(n, k)->kind == TOKEN_NUMBER) {
        long v = token_value(n, k);
        if (v < 1 || v > 31)
            return 0;
        day = true;
        k++;
        if (token_is(n, k, "er") || token_is(n, k, "ier"))
            k++;
    } else if (token_is(n, k, "premier") || token_is(n, k, "ier")) {
        day = month_at(n, ++k);
        if (!day)
            return 0;
    }
    if (day && !month_at(n, k)) { /* "vendredi 13" */
        bool weekday =
            i > 0 && token_cue(token_at(n, i - 1)) == CUE_WEEKDAY && token_at(n, i)->gap == GAP_SPACE;
        bool hour = token_is(n, k, "h") || token_is(n, k, "heures") || token_sign(n, k, ':') ||
                    token_cue(token_at(n, k)) == CUE_UNIT;
        return weekday && !hour && !token_sign(n, k, '/') ? k : 0;
    }
    if (!month_at(n, k))
        return 0;
    bool courant = token_is(n, k, "courant"),
         ambiguous = token_len(token_at(n, k)) <= 3 || token_is(n, k, "mars");
    if (courant)
        return day ? k + 1 : 0;
    k++;
    if (token_sign(n, k, '.') && tight(n, k))
        k++;
    bool year = token_at(n, k)->kind == TOKEN_NUMBER && year_at(n, k) && token_at(n, k)->gap != GAP_LINE &&
                (token_len(token_at(n, k)) == 4 || token_cue(token_at(n, k + 1)) != CUE_UNIT ||
                 (token_is(n, k + 1, "a") && token_at(n, k + 1)->accent));
    if (!day && !year) { /* "en mars", "octobre dernier" */
        static const char *const before[] = {"en",      "depuis", "debut", "fin", "mi",
                                             "courant", "de",     "d",     "au",  NULL};
        bool cued = false;
        for (const char *const *w = before; *w; w++)
            cued |= i > 0 && (token_is(n, i - 1, *w) ||
                              (token_sign(n, i - 1, '\'') && i > 1 && token_is(n, i - 2, *w)));
        if (token_sign(n, k - 1, '.'))
            return 0;
        bool last = token_is(n, k, "dernier") || token_is(n, k, "prochain");
        return (cued && !ambiguous) || last || (cued && token_is(n, i, "mai")) ||
                       (cued && token_is(n, i, "mars"))
                   ? k
                   : 0;
    }
    if (!day && ambiguous && token_len(token_at(n, k)) < 4 && !token_is(n, i, "mai") &&
        !token_is(n, i, "mars"))
        return 0;
    if (year && token_len(token_at(n, k)) == 2 && token_sign(n, k + 1, '/'))
        year = false;
    return year ? k + 1 : k;
}

/* Near "né", "née", "ddn", "date de naissance". A bare "ne" is the negation unless a date follows "ne le",
 * "ne en". */
static bool born_before(const struct note *n, size_t i)
{
    for (unsigned back = 0; back < 9 && i > 0; back++) {
        i--;
        const struct token *t = &n->tokens[i];
        if (token_is(n, i, "nee") || token_is(n, i, "nees") || token_is(n, i, "ddn") ||
            token_is(n, i, "naissance") || token_is(n, i, "naiss") || token_is(n, i, "dn"))
            return true;
        if (token_is(n, i, "ne") && (t->accent || token_is(n, i + 1, "le") || token_is(n, i + 1, "en") ||
                                     token_at(n, i + 1)->kind == TOKEN_NUMBER))
            return true;
        if (token_cue(t) == CUE_BORN && !token_is(n, i, "ne"))
            return true;
        if (token_sign(n, i, '.') || token_sign(n, i, ',') || token_sign(n, i, ';') ||
            (t->label == TEXT_DATE))
            return false;
    }
    return false;
}

/* "le 15 08", "né le 18 3 50": day, month and perhaps year parted by blanks, where a word says that it is
 * one. */
static size_t blank_date(const struct note *n, size_t i)
{
    long a = token_value(n, i), b = token_value(n, i + 1);
    const struct token *month = token_at(n, i + 1), *year = token_at(n, i + 2);
    if (a < 1 || a > 31 || b < 1 || b > 12 || month->gap != GAP_SPACE || i == 0)
        return 0;
    bool three = year->kind == TOKEN_NUMBER && year->gap == GAP_SPACE;
    if (three)
        return born_before(n, i) && year_at(n, i + 2) ? i + 3 : 0;
    bool padded = two_digits(n, i) && two_digits(n, i + 1);
    return padded && token_is(n, i - 1, "le") && token_cue(year) != CUE_UNIT ? i + 2 : 0;
}

/* "jusqu'au 24": a day of the month alone. */
static size_t until_day(const struct note *n, size_t i)
{
    long v = token_value(n, i);
    const struct token *next = token_at(n, i + 1);
    bool until =
        i > 2 && token_is(n, i - 1, "au") && token_sign(n, i - 2, '\'') && token_is(n, i - 3, "jusqu");
    bool alone = next->gap == GAP_LINE || next->kind == TOKEN_SIGN
                     ? !token_sign(n, i + 1, '/') && !token_sign(n, i + 1, '%') && !token_sign(n, i + 1, ':')
                     : token_cue(next) != CUE_UNIT && next->gap != GAP_NONE;
    return until && alone && v >= 1 && v <= 31 ? i + 1 : 0;
}

/* "né en 41", "née 1938": a year alone identifies only as a birth. */
static size_t birth_year(const struct note *n, size_t i)
{
    long v = token_value(n, i);
    if (v < 0 || !year_at(n, i) || token_cue(token_at(n, i + 1)) == CUE_UNIT || i == 0)
        return 0;
    bool en = token_is(n, i - 1, "en");
    size_t k = en ? i - 2 : i - 1;
    if (i < 2 && en)
        return 0;
    const struct token *t = token_at(n, k);
    bool born = token_is(n, k, "nee") || token_is(n, k, "ddn") ||
                (token_is(n, k, "ne") && (t->accent || en)) || token_is(n, k, "naissance");
    return born ? i + 1 : 0;
}

static size_t weekday_start(const struct note *n, size_t i)
{
    if (i > 0 && token_cue(token_at(n, i - 1)) == CUE_WEEKDAY && token_at(n, i)->gap == GAP_SPACE)
        return i - 1;
    if (i > 1 && token_sign(n, i - 1, '.') && token_cue(token_at(n, i - 2)) == CUE_WEEKDAY)
        return i - 2;
    return i;
}

static size_t date_end(const struct note *n, size_t i)
{
    if (n->tokens[i].kind != TOKEN_NUMBER)
        return worded(n, i);
    size_t end = short_date(n, i);
    if (!end)
        end = worded(n, i);
    if (!end)
        end = blank_date(n, i);
    if (!end)
        end = until_day(n, i);
    return end ? end : birth_year(n, i);
}

static void mark_date(struct note *n, size_t i, size_t end)
{
    enum text_label label = born_before(n, i) ? TEXT_DATE_NAISSANCE : TEXT_DATE;
    note_force(n, weekday_start(n, i), end - 1, label, TEXT_BY_PATTERN);
}

void detect_full_dates(struct note *n)
{
    for (size_t i = 0; i < n->count;) {
        bool number = n->tokens[i].kind == TOKEN_NUMBER && !n->tokens[i].label;
        size_t end = number ? numeric(n, i) : 0;
        if (end)
            mark_date(n, i, end);
        i = end ? end : i + 1;
    }
}

/* "du 4 au 6 novembre", "les 3 et 5 mai": the days before the one that has the month. */
static void earlier_days(struct note *n, size_t i)
{
    static const char *const links[] = {"au", "et", "ou", NULL};
    while (i >= 2 && n->tokens[i].kind == TOKEN_NUMBER) {
        bool linked = token_among(n, i - 1, links) || token_sign(n, i - 1, '-') ||
                      token_sign(n, i - 1, ',') || token_sign(n, i - 1, '/');
        long v = token_value(n, i - 2);
        if (!linked || v < 1 || v > 31 || n->tokens[i].gap == GAP_LINE || !note_free_range(n, i - 2, i - 2))
            return;
        if (i > 2 && (token_cue(token_at(n, i - 3)) == CUE_VITAL || n->tokens[i - 3].kind == TOKEN_NUMBER))
            return;
        i -= 2;
        note_mark(n, i, i, TEXT_DATE, TEXT_BY_PATTERN);
    }
}

void detect_dates(struct note *n)
{
    for (size_t i = 0; i < n->count;) {
        const struct token *t = &n->tokens[i];
        bool begins = t->kind == TOKEN_NUMBER || token_cue(t) == CUE_MONTH || token_is(n, i, "premier");
        size_t end = begins && !t->label ? date_end(n, i) : 0;
        if (end && note_free_range(n, i, end - 1)) {
            mark_date(n, i, end);
            if (token_cue(token_at(n, i + 1)) == CUE_MONTH)
                earlier_days(n, i);
        }
        i = end ? end : i + 1;
    }
}
