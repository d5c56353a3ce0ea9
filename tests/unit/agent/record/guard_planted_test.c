/* SPDX-License-Identifier: Apache-2.0 */
/* Random rows of a whole stream, with an identifier planted in one outgoing value as people and programs
 * write it: it never leaves. And rows without one lose nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/record/guard.h"

#define ROWS 20000
#define FIELDS 4

static uint64_t seed;
static struct decoder *decoder;
static struct guard *guard;

static unsigned pick(unsigned count)
{
    seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
    return (unsigned)(seed >> 11) % count;
}

#define ONE_OF(array) array[pick(sizeof(array) / sizeof *(array))]

/* Letters that no code of the tests holds in a row of four, so that nothing hits by chance. */
static void put_name(char *to, size_t size)
{
    static const char *const syllables[] = {"jo", "ki",         "wa",         "zu",
                                            "go", "\xc3\xa9ji", "\xc3\xbcku", "w\xc3\xb4"};
    to[0] = '\0';
    for (unsigned n = 2 + pick(3); n > 0; n--)
        strncat(to, ONE_OF(syllables), size - strlen(to) - 1);
    if (pick(2))
        to[0] = (char)toupper((unsigned char)to[0]);
}

static void put_number(char *to, unsigned digits, char first)
{
    to[0] = first;
    for (unsigned i = 1; i < digits; i++)
        to[i] = (char)('0' + pick(10));
    to[digits] = '\0';
}

/* An identifier as a column keeps it, and as it stands in what would leave. */
struct plant {
    enum identifier_kind kind;
    char cell[256], code[80], text[300];
};

/* Digits with signs between them. */
static void put_spaced(char *to, size_t size, const char *digits, unsigned group)
{
    static const char signs[] = " .-";
    char sign = ONE_OF(signs);
    size_t n = 0;
    if (sign == '\0')
        sign = ' ';
    for (unsigned i = 0; digits[i] != '\0' && n + 2 < size; i++) {
        if (i > 0 && group > 0 && i % group == 0)
            to[n++] = sign;
        to[n++] = digits[i];
    }
    to[n] = '\0';
}

static void plant_name(struct plant *p)
{
    static const char *const betweens[] = {" ", "-", "  ", "/", " ep. ", ", ", "\xc2\xa0", "'"};
    char one[64], two[64];
    put_name(one, sizeof one);
    put_name(two, sizeof two);
    const char *between = ONE_OF(betweens);
    bool first = pick(2), alone = pick(3) == 0;
    snprintf(p->cell, sizeof p->cell, "%s%s%s", one, alone ? "" : between, alone ? "" : two);
    snprintf(p->code, sizeof p->code, "%s%s", pick(3) == 0 ? "X" : "", first || alone ? one : two);
    p->text[0] = '\0'; /* the text engine's */
}

static void plant_phone(struct plant *p)
{
    static const char *const betweens[] = {" / ", ";", " ", ",", "", " ou ", "\n"};
    char phones[3][16], spaced[3][40];
    for (int i = 0; i < 3; i++) {
        put_number(phones[i], 10, '0');
        put_spaced(spaced[i], sizeof spaced[i], phones[i], pick(3));
    }
    const char *between = ONE_OF(betweens);
    snprintf(p->cell, sizeof p->cell, "%s%s%s%s%s", spaced[0], between, spaced[1], between, spaced[2]);
    const char *one = phones[pick(3)];
    snprintf(p->code, sizeof p->code, "%s%s", pick(2) ? "33" : "0", one + 1);
    put_spaced(spaced[0], sizeof spaced[0], one, pick(3));
    snprintf(p->text, sizeof p->text, pick(2) ? "rappeler %s svp" : "rappeler +33 %s", spaced[0] + pick(2));
}

static void plant_nir(struct plant *p)
{
    char digits[16];
    put_number(digits, 15, pick(2) ? '1' : '2');
    put_spaced(p->cell, sizeof p->cell, digits, pick(4));
    if (pick(2))
        digits[13] = '\0';
    snprintf(p->code, sizeof p->code, "%s", digits);
    put_spaced(p->text, sizeof p->text, digits, pick(4));
}

static void plant_door_code(struct plant *p)
{
    char code[8];
    put_number(code, 4, (char)(pick(2) ? '1' + (int)pick(9) : 'A' + (int)pick(4)));
    snprintf(p->cell, sizeof p->cell, pick(2) ? "%s" : pick(2) ? "#%s*" : "code %s puis 9Z8Y", code);
    snprintf(p->code, sizeof p->code, "%s", code);
    snprintf(p->text, sizeof p->text, pick(2) ? "code %s." : "%s", code);
}

static void plant_birth_date(struct plant *p)
{
    static const char *const cells[] = {"%1$04d-%2$02d-%3$02d", "%3$02d/%2$02d/%1$04d", "%1$04d%2$02d%3$02d",
                                        "%1$04d-%2$02d-%3$02d 00:00:00"};
    static const char *const codes[] = {"%1$04d%2$02d%3$02d", "%3$02d%2$02d%1$04d"};
    static const char *const texts[] = {"%3$02d/%2$02d/%1$04d", "ne le %3$d.%2$d.%1$d",
                                        "%1$04d-%2$02d-%3$02d", "DDN %3$02d%2$02d%1$04d"};
    int year = 1930 + (int)pick(90), month = 1 + (int)pick(12), day = 1 + (int)pick(28);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    snprintf(p->cell, sizeof p->cell, ONE_OF(cells), year, month, day);
    snprintf(p->code, sizeof p->code, ONE_OF(codes), year, month, day);
    snprintf(p->text, sizeof p->text, ONE_OF(texts), year, month, day);
#pragma GCC diagnostic pop
}

static void plant_email(struct plant *p)
{
    char one[64], two[64];
    put_name(one, sizeof one);
    put_name(two, sizeof two);
    snprintf(p->cell, sizeof p->cell, "%s%s.%s@example.org", pick(2) ? "a@example.org; " : "", one, two);
    snprintf(p->code, sizeof p->code, "%s", pick(2) ? one : two);
    snprintf(p->text, sizeof p->text, pick(2) ? "%s.%s@example.org" : "voir %s %s", one, two);
}

static void plant_address(struct plant *p)
{
    char street[64];
    put_name(street, sizeof street);
    snprintf(p->cell, sizeof p->cell, "%u rue des %s", 1 + pick(99), street);
    snprintf(p->code, sizeof p->code, "%s", street);
    snprintf(p->text, sizeof p->text, "vu au %s, hier", p->cell);
}

static void (*const plants[])(struct plant *) = {plant_name,       plant_phone, plant_nir,    plant_door_code,
                                                 plant_birth_date, plant_email, plant_address};

/* Upper case, ASCII alone: é is two bytes, of which toupper leaves both. */
static void shout(char *text)
{
    for (; *text != '\0'; text++)
        *text = (char)toupper((unsigned char)*text);
}

static char field_names[FIELDS][8] = {"reason", "code", "note", "dose"};
static const struct model_field fields[FIELDS] = {{.name = field_names[0], .type = FIELD_CODE},
                                                  {.name = field_names[1], .type = FIELD_CODE},
                                                  {.name = field_names[2], .type = FIELD_TEXT},
                                                  {.name = field_names[3], .type = FIELD_TEXT}};
static const char *const innocent[FIELDS] = {"R05", "DEQP003", "toux depuis trois jours, TA 12/8",
                                             "1 g trois fois par jour"};

/* Whether any of the row's values was kept back, or all of them. */
static bool kept_back(const struct plant *row, size_t count, const char *const texts[FIELDS],
                      unsigned watched)
{
    struct model_stream model = {.fields = (struct model_field *)fields, .field_count = FIELDS};
    struct mapping_identifier ids[8];
    enum text_encoding encodings[8] = {ENCODING_UTF8};
    struct cell cells[8];
    struct value values[FIELDS];
    enum withheld why[FIELDS];
    for (unsigned i = 0; i < count; i++) {
        ids[i] = (struct mapping_identifier){.kind = row[i].kind, .column = i};
        cells[i] = (struct cell){.type = CELL_TEXT, .text = row[i].cell, .len = strlen(row[i].cell)};
        encodings[i] = ENCODING_UTF8;
    }
    for (unsigned i = 0; i < FIELDS; i++) {
        values[i] = (struct value){.kind = VALUE_TEXT, .text = texts[i], .len = strlen(texts[i])};
        why[i] = WITHHELD_KINDS;
    }
    struct mapping_stream stream = {
        .model = &model, .identifiers = ids, .identifier_count = (unsigned)count, .encodings = encodings};
    if (!guard_passes(guard, &stream, cells, 20000, values, why))
        return true;
    for (unsigned i = 0; i < FIELDS; i++)
        if (i != watched && why[i] != WITHHELD_KINDS)
            fail_msg("%s is kept back although nothing is in it", texts[i]);
    return watched < FIELDS && why[watched] == WITHHELD_IDENTIFIER;
}

static void random_row(struct plant *row)
{
    static const enum identifier_kind kinds[] = {ID_NAME,       ID_PHONE, ID_NIR,    ID_CODE,
                                                 ID_BIRTH_DATE, ID_EMAIL, ID_ADDRESS};
    for (size_t i = 0; i < sizeof plants / sizeof *plants; i++) {
        memset(&row[i], 0, sizeof row[i]);
        plants[i](&row[i]);
        row[i].kind = kinds[i];
    }
}

static void no_planted_identifier_leaves(void **state)
{
    (void)state;
    const size_t count = sizeof plants / sizeof *plants;
    struct plant row[8];
    for (unsigned n = 1; n <= ROWS; n++) {
        seed = n * UINT64_C(0x9e3779b97f4a7c15);
        (void)pick(2);
        random_row(row);
        if (kept_back(row, count, innocent, FIELDS))
            fail_msg("row %u: kept back although nothing is in it", n);
        struct plant *planted = &row[pick((unsigned)count)];
        unsigned field = pick(FIELDS);
        const char *texts[FIELDS];
        memcpy(texts, innocent, sizeof texts);
        texts[field] = fields[field].type == FIELD_CODE ? planted->code : planted->text;
        if (pick(3) == 0)
            shout(fields[field].type == FIELD_CODE ? planted->code : planted->text);
        if (texts[field][0] != '\0' && !kept_back(row, count, texts, field))
            fail_msg("row %u: \"%s\" leaves in %s beside \"%s\"", n, texts[field], fields[field].name,
                     planted->cell);
    }
}

static int set_up(void **state)
{
    (void)state;
    decoder = decoder_new();
    guard = guard_new(decoder);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    guard_free(guard);
    decoder_free(decoder);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(no_planted_identifier_leaves)};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
