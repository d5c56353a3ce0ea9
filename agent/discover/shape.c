/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/discover/shape.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "contact/clock.h"
#include "contact/crypto.h"

#define VALUE_MAX 512 /* bytes of a value that are looked at */
#define OLD_YEARS 40
#define SECONDS_A_YEAR 31556952

struct value {
    char text[VALUE_MAX];
    size_t len; /* of the whole value */
    size_t digits, letters, blanks, others;
};

static void count_characters(struct value *v)
{
    for (const char *c = v->text; *c != '\0'; c++) {
        if (isdigit((unsigned char)*c))
            v->digits++;
        else if (isalpha((unsigned char)*c) || (unsigned char)*c >= 0x80)
            v->letters++;
        else if (isspace((unsigned char)*c))
            v->blanks++;
        else
            v->others++;
    }
}

static bool read_value(const struct cell *cell, struct value *v)
{
    *v = (struct value){0};
    if (cell->type == CELL_INTEGER)
        v->len = (size_t)snprintf(v->text, sizeof v->text, "%" PRId64, cell->integer);
    else if (cell->type == CELL_REAL)
        v->len = (size_t)snprintf(v->text, sizeof v->text, "%g", cell->real);
    else if (cell->type == CELL_TEXT) {
        size_t len = cell->len < sizeof v->text - 1 ? cell->len : sizeof v->text - 1;
        memcpy(v->text, cell->text, len);
        v->len = cell->len;
        while (len > 0 && isspace((unsigned char)v->text[len - 1]))
            v->text[--len] = '\0';
    }
    count_characters(v);
    return v->digits + v->letters + v->others > 0;
}

static bool is_number(const char *text)
{
    size_t digits = 0;
    bool point = false;
    for (text += *text == '-' || *text == '+'; *text != '\0'; text++) {
        if ((*text == '.' || *text == ',') && !point)
            point = true;
        else if (isdigit((unsigned char)*text))
            digits++;
        else
            return false;
    }
    return digits > 0;
}

/* The bytes of a date in one of its forms, or 0. */
static int read_date(const char *text, int *year, int *month, int *day)
{
    int used = 0;
    if (sscanf(text, "%4d-%2d-%2d%n", year, month, day, &used) == 3 && used == 10)
        return used;
    if (sscanf(text, "%2d/%2d/%4d%n", day, month, year, &used) == 3 && used == 10)
        return used;
    bool run = strspn(text, "0123456789") == 8 && sscanf(text, "%4d%2d%2d", year, month, day) == 3;
    return run ? 8 : 0;
}

/* The year of a date, or 0; *ret_time is what follows it. */
static int date_year(const char *text, const char **ret_time)
{
    int year = 0, month = 0, day = 0, used = read_date(text, &year, &month, &day);
    bool good = year > 1850 && year < 2200 && month >= 1 && month <= 12 && day >= 1 && day <= 31;
    *ret_time = text + used;
    return used > 0 && good && strchr(" T", text[used]) != NULL ? year : 0;
}

static void count_date(struct shape *s, const struct value *v, enum cell_type type)
{
    const char *after = "";
    int year = date_year(v->text, &after);
    if (year == 0)
        return;
    s->kinds[SHAPE_DATE]++;
    s->kinds[SHAPE_ORDERED] += type == CELL_TEXT && v->text[4] == '-';
    s->kinds[SHAPE_OLD] += year < (int)(1970 + clock_wall_s() / SECONDS_A_YEAR) - OLD_YEARS;
    s->kinds[SHAPE_TIMED] += strpbrk(after, "123456789") != NULL;
}

/* Letters, digits and the marks that people put between them. */
static bool is_phone(const struct value *v)
{
    const char *first = v->text + strspn(v->text, " (");
    if (v->letters > 0 || v->others > 8 || v->digits < 9 || v->digits > 13 ||
        strspn(v->text, "+0123456789 .-/()") < strlen(v->text))
        return false;
    return (*first == '0' && v->digits == 10) || *first == '+' || strncmp(first, "00", 2) == 0;
}

static bool is_nir(const struct value *v)
{
    return (v->digits == 13 || v->digits == 15) && v->others == 0 && v->letters <= 1 &&
           strchr("123478", v->text[0]) != NULL;
}

static bool is_email(const struct value *v)
{
    const char *at = strchr(v->text, '@');
    return at != NULL && at > v->text && strchr(at, '.') != NULL && v->blanks == 0;
}

static bool is_address(const struct value *v)
{
    static const char *const words[] = {"rue ",     "avenue ", "av ",    "bd ",    "boulevard ", "chemin ",
                                        "impasse ", "allee ",  "allée ", "place ", "route ",     "quai ",
                                        "square ",  " street", " road",  " lane",  " avenue",    "cours ",
                                        "sentier ", " drive",  NULL};
    for (size_t i = 0; v->len <= 100 && words[i] != NULL; i++)
        if (strcasestr(v->text, words[i]) != NULL)
            return true;
    return false;
}

static bool is_utf8(const char *text, size_t len)
{
    for (size_t i = 0; i < len;) {
        unsigned char c = (unsigned char)text[i++];
        unsigned more = c < 0x80                ? 0
                        : c >= 0xC2 && c < 0xE0 ? 1
                        : c >= 0xE0 && c < 0xF0 ? 2
                        : c >= 0xF0             ? 3
                                                : 9;
        if (more == 9)
            return false;
        for (; more > 0 && i < len; more--, i++)
            if (((unsigned char)text[i] & 0xC0) != 0x80)
                return false;
        if (more > 0)
            return i >= VALUE_MAX - 4; /* cut by us */
    }
    return true;
}

static void count_kinds(struct shape *s, const struct value *v, enum cell_type type)
{
    s->kinds[SHAPE_NUMBER] += is_number(v->text);
    s->kinds[SHAPE_PHONE] += is_phone(v);
    s->kinds[SHAPE_NIR] += is_nir(v);
    s->kinds[SHAPE_ZIP] += v->digits == 5 && v->len == 5;
    s->kinds[SHAPE_EMAIL] += is_email(v);
    s->kinds[SHAPE_ADDRESS] += is_address(v);
    s->kinds[SHAPE_WORDS] +=
        v->letters > 1 && v->digits == 0 && v->len <= 40 &&
        v->others == (size_t)(strchr(v->text, '-') != NULL) + (strchr(v->text, '\'') != NULL);
    s->kinds[SHAPE_CODE] += v->len <= 8 && v->letters > 0 && v->blanks == 0;
    s->kinds[SHAPE_LONG] += v->len > 40 && v->blanks > 2;
    count_date(s, v, type);
}

/* FNV-1a: to tell values apart, not to hide them; the hashes go with the sample. */
static uint64_t hash(const char *data, size_t len)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < len; i++)
        h = (h ^ (unsigned char)data[i]) * UINT64_C(0x100000001b3);
    return h == 0 ? 1 : h;
}

static void count_distinct(struct shape *s, const struct value *v, uint64_t *slots)
{
    uint64_t h = hash(v->text, strlen(v->text));
    for (size_t i = 0; i < SHAPE_SLOTS; i++) {
        uint64_t *slot = &slots[(h + i) % SHAPE_SLOTS];
        if (*slot == h)
            return;
        if (*slot == 0) {
            *slot = h;
            s->distinct++;
            return;
        }
    }
}

void shape_add(struct shape *shape, const struct cell *cell, const struct model *model, uint64_t *slots)
{
    struct value v;
    shape->rows++;
    if (read_value(cell, &v)) {
        shape->filled++;
        if (v.len > shape->longest)
            shape->longest = v.len;
        count_kinds(shape, &v, cell->type);
        shape->kinds[SHAPE_BROKEN] += !cell->utf8 && !is_utf8(v.text, strlen(v.text));
        count_distinct(shape, &v, slots);
        for (unsigned i = 0; i < model->thesaurus_count && i < SHAPE_THESAURI; i++)
            shape->thesauri[i] += thesaurus_match(&model->thesauri[i], v.text, strlen(v.text));
    }
    wipe(&v, sizeof v);
}

bool shape_is(const struct shape *shape, enum shape_kind kind, unsigned percent)
{
    return shape->filled > 0 && shape->kinds[kind] * 100 >= shape->filled * percent;
}
