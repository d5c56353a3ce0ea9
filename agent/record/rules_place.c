/* SPDX-License-Identifier: Apache-2.0 */
/* Where a patient lives, no finer than the model allows. */
#include <string.h>

#include "agent/record/rules.h"

static bool all_digits(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (text[i] < '0' || text[i] > '9')
            return false;
    return len > 0;
}

/* Departments and collectivities: 971 to 978, 984, 986 to 989. */
static bool is_overseas(const char *text)
{
    int number = (text[0] - '0') * 100 + (text[1] - '0') * 10 + (text[2] - '0');
    return (number >= 971 && number <= 978) || number == 984 || (number >= 986 && number <= 989);
}

/* 200xx and 201xx are Corse-du-Sud, 202xx and 206xx Haute-Corse. */
static const char *corsica(const char *text)
{
    switch (text[2]) {
    case '0':
    case '1':
        return "2A";
    case '2':
    case '6':
        return "2B";
    default:
        return NULL;
    }
}

static bool is_mainland(const char *text)
{
    int number = (text[0] - '0') * 10 + (text[1] - '0');
    return number >= 1 && number <= 95 && number != 20;
}

static enum withheld of_postal_code(const char *text, struct value *ret, char small[static SHORT_TEXT])
{
    if (memcmp(text, "20", 2) == 0) {
        if (corsica(text) == NULL)
            return WITHHELD_UNKNOWN_CODE;
        value_short(ret, small, corsica(text), 2);
    } else if (is_overseas(text)) {
        value_short(ret, small, text, 3);
    } else if (is_mainland(text)) {
        value_short(ret, small, text, 2);
    } else {
        return WITHHELD_UNKNOWN_CODE;
    }
    return WITHHELD_KINDS;
}

/* "2A", "2B", in either case, alone or before the three digits of a commune. */
static bool is_corsican(const struct word *word)
{
    return (word->len == 2 || (word->len == 5 && all_digits(word->text + 2, 3))) && word->text[0] == '2' &&
           strchr("ABab", word->text[1]) != NULL;
}

/* A postal code (its leading zero may be lost in a number), an INSEE commune code of Corsica, or the
 * department itself. */
enum withheld rule_department(const struct word *word, struct value *ret, char small[static SHORT_TEXT])
{
    char code[5] = "00000";
    if (is_corsican(word)) {
        value_short(ret, small, word->text[1] == 'A' || word->text[1] == 'a' ? "2A" : "2B", 2);
        return WITHHELD_KINDS;
    }
    if (!all_digits(word->text, word->len) || word->len > 5)
        return WITHHELD_UNKNOWN_CODE;
    if (word->len >= 4) {
        memcpy(code + 5 - word->len, word->text, word->len);
        return of_postal_code(code, ret, small);
    }
    if (word->len == 3 && is_overseas(word->text)) {
        value_short(ret, small, word->text, 3);
        return WITHHELD_KINDS;
    }
    if (word->len == 3)
        return WITHHELD_UNKNOWN_CODE;
    memcpy(code + 2 - word->len, word->text, word->len);
    if (!is_mainland(code))
        return WITHHELD_UNKNOWN_CODE;
    value_short(ret, small, code, 2);
    return WITHHELD_KINDS;
}

/* Five characters: digits, with A or B in second place for Corsica. */
enum withheld rule_geo_pmsi(const struct word *word, struct value *ret, char small[static SHORT_TEXT])
{
    const char *t = word->text;
    if (word->len != 5 || !all_digits(t, 1) || !(all_digits(t + 1, 1) || t[1] == 'A' || t[1] == 'B') ||
        !all_digits(t + 2, 3))
        return WITHHELD_UNKNOWN_CODE;
    value_short(ret, small, t, 5);
    return WITHHELD_KINDS;
}
