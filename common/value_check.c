/* SPDX-License-Identifier: Apache-2.0 */
#include "common/value_check.h"

#include <string.h>

static bool digits(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (text[i] < '0' || text[i] > '9')
            return false;
    return len > 0;
}

static int number(const char *text, size_t len)
{
    int value = 0;
    for (size_t i = 0; i < len; i++)
        value = value * 10 + (text[i] - '0');
    return value;
}

static bool text_is(const char *text, size_t len, const char *word)
{
    return strlen(word) == len && memcmp(text, word, len) == 0;
}

static bool in_vocabulary(char *const *words, const char *text, size_t len)
{
    for (; words != NULL && *words != NULL; words++)
        if (text_is(text, len, *words))
            return true;
    return false;
}

/* YYYY-MM-DDTHH±HH:MM, and nothing finer. */
static bool hour_form(const char *text, size_t len)
{
    if (len != 19 || !day_of_record(day_parse(text, 10)) || text[10] != 'T' || !digits(text + 11, 2) ||
        (text[13] != '+' && text[13] != '-') || !digits(text + 14, 2) || text[16] != ':' ||
        !digits(text + 17, 2))
        return false;
    return number(text + 11, 2) < 24 && number(text + 14, 2) <= 14 && number(text + 17, 2) < 60;
}

/* Classes below two years, then years, 90 and over together, or ten years wide (DESIGN 6.1). */
static bool age_form(const char *text, size_t len)
{
    static const char *const classes[] = {"0-27d", "1-2m",  "3-5m",  "6-11m", "12-17m", "18-23m",
                                          "90+",   "0-9",   "10-19", "20-29", "30-39",  "40-49",
                                          "50-59", "60-69", "70-79", "80-89"};
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
        if (text_is(text, len, classes[i]))
            return true;
    if (len > 2 || !digits(text, len) || (len == 2 && text[0] == '0'))
        return false;
    int years = number(text, len);
    return years >= 2 && years <= 89;
}

static bool department_form(const char *text, size_t len)
{
    if (text_is(text, len, "2A") || text_is(text, len, "2B"))
        return true;
    if (!digits(text, len))
        return false;
    int code = number(text, len > 3 ? 0 : len);
    return (len == 2 && code >= 1 && code <= 95 && code != 20) || (len == 3 && code >= 971 && code <= 989);
}

/* Five characters: digits, with A or B in second place for Corsica. */
static bool geo_pmsi_form(const char *text, size_t len)
{
    return len == 5 && digits(text, 1) && (digits(text + 1, 1) || text[1] == 'A' || text[1] == 'B') &&
           digits(text + 2, 3);
}

static bool token_form(const char *text, size_t len, unsigned epoch)
{
    char letter;
    unsigned token_epoch;
    uint8_t token[TOKEN_SIZE];
    return token_parse(text, len, &letter, &token_epoch, token) && letter == 'd' && token_epoch == epoch;
}

enum line_fault value_check_text(const struct model_field *field, const char *text, size_t len,
                                 unsigned epoch)
{
    bool good = false;
    switch (field->type) {
    case FIELD_ENUM:
        good = in_vocabulary(field->vocabulary, text, len);
        break;
    case FIELD_HOUR:
        good = hour_form(text, len);
        break;
    case FIELD_DAY:
        good = day_of_record(day_parse(text, len));
        break;
    case FIELD_AGE:
        good = age_form(text, len);
        break;
    case FIELD_DEPARTMENT:
        good = department_form(text, len);
        break;
    case FIELD_GEO_PMSI:
        good = geo_pmsi_form(text, len);
        break;
    case FIELD_TOKEN:
        return token_form(text, len, epoch) ? LINE_OK : LINE_BAD_TOKEN;
    case FIELD_TEXT:
        good = len > 0;
        break;
    case FIELD_CODE:
    case FIELD_NUMBER:
    case FIELD_FLAG:
    case FIELD_DELAY:
        return LINE_BAD_TYPE;
    }
    return good ? LINE_OK : LINE_OUT_OF_RANGE;
}

enum line_fault value_check_code(const struct model_field *field, const char *text, size_t len,
                                 const char *thesaurus, const char **ret)
{
    for (const struct model_thesaurus **t = field->thesauri; t != NULL && *t != NULL; t++) {
        if (strcmp((*t)->name, thesaurus) != 0)
            continue;
        *ret = (*t)->name;
        return thesaurus_match(*t, text, len) ? LINE_OK : LINE_OUT_OF_RANGE;
    }
    return LINE_OUT_OF_RANGE;
}
