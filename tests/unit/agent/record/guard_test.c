/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "agent/record/guard.h"

static struct decoder *decoder;
static struct guard *guard;

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

enum judged { GOES, VALUE_STAYS, RECORD_STAYS };

/* One field of a type holding a text, one identifier of a kind in a cell: what goes? */
static enum judged judge_cell(enum field_type type, const char *value, enum identifier_kind kind,
                              const struct cell *row)
{
    struct model_field field = {.type = type};
    struct model_stream model = {.fields = &field, .field_count = 1};
    struct mapping_identifier id = {.kind = kind};
    enum text_encoding encoding = ENCODING_UTF8;
    struct mapping_stream stream = {
        .model = &model, .identifiers = &id, .identifier_count = 1, .encodings = &encoding};
    struct value values = {.kind = VALUE_TEXT, .text = value, .len = strlen(value)};
    enum withheld why = WITHHELD_KINDS;
    if (!guard_passes(guard, &stream, row, day_parse("2026-01-02", 10), &values, &why))
        return RECORD_STAYS;
    bool same = values.kind == VALUE_TEXT && strcmp(values.text, value) == 0;
    assert_true(same == (why == WITHHELD_KINDS));
    return same ? GOES : VALUE_STAYS;
}

static enum judged judge(enum field_type type, const char *value, enum identifier_kind kind,
                         const char *identifier)
{
    const struct cell cell = {.type = CELL_TEXT, .text = identifier, .len = strlen(identifier)};
    return judge_cell(type, value, kind, &cell);
}

static bool passes(enum field_type type, const char *value, enum identifier_kind kind, const char *identifier)
{
    return judge(type, value, kind, identifier) == GOES;
}

static void a_code_is_not_a_name(void **state)
{
    (void)state;
    assert_false(passes(FIELD_CODE, "ROY", ID_NAME, "Roy"));
    assert_false(passes(FIELD_CODE, "LEFEVRE", ID_NAME, "Lef\xc3\xa8vre"));
    assert_false(passes(FIELD_CODE, "LEFEVRE", ID_NAME, "Lefe\xcc\x80vre"));
    assert_false(passes(FIELD_CODE, "DELATOUR", ID_NAME, "de La Tour"));
    assert_false(passes(FIELD_CODE, "XMARTIN1", ID_GIVEN_NAME, "Martin"));
    assert_false(passes(FIELD_CODE, "BOEUF", ID_NAME, "B\xc5\x93uf"));
    assert_true(passes(FIELD_CODE, "R05", ID_NAME, "Martin"));
    assert_true(passes(FIELD_CODE, "LY", ID_NAME, "Ly")); /* too short to tell */
}

static void a_word_of_a_cell_tells(void **state)
{
    (void)state;
    static const char *const cells[] = {"MARTIN Jean-Pierre",        "Jean-Pierre  Martin",
                                        "m.martin/jean pierre",      "Mme MARTIN, n\xc3\xa9\x65 Jean",
                                        "Jean\xc2\xa0Martin (fils)", "D\xe2\x80\x99Jean Martin"};
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        assert_int_equal(judge(FIELD_CODE, "MARTIN", ID_NAME, cells[i]), RECORD_STAYS);
        assert_int_equal(judge(FIELD_CODE, "JEAN", ID_NAME, cells[i]), RECORD_STAYS);
        assert_int_equal(judge(FIELD_CODE, "JEAN001", ID_NAME, cells[i]), RECORD_STAYS);
        assert_int_equal(judge(FIELD_CODE, "DEQP003", ID_NAME, cells[i]), GOES);
    }
    assert_int_equal(judge(FIELD_CODE, "JEANP", ID_NAME, "Jean P. Martin"), RECORD_STAYS);
    assert_int_equal(judge(FIELD_CODE, "LEROY", ID_NAME, "Mme Le Roy Anne"), RECORD_STAYS);
    assert_int_equal(judge(FIELD_CODE, "LILAS", ID_ADDRESS, "12 rue des Lilas"), RECORD_STAYS);
    assert_int_equal(judge(FIELD_CODE, "VAULX", ID_CITY, "Vaulx-en-Velin"), RECORD_STAYS);
}

/* Three letters may be chance: the code stays, the record goes. */
static void a_short_word_takes_out_the_code_alone(void **state)
{
    (void)state;
    assert_int_equal(judge(FIELD_CODE, "ROY", ID_NAME, "Mme Roy"), VALUE_STAYS);
    assert_int_equal(judge(FIELD_CODE, "IFD", ID_ADDRESS, "bat IFD"), GOES);
    assert_int_equal(judge(FIELD_CODE, "R05", ID_ADDRESS, "esc R05"), GOES); /* a staircase, cough */
    assert_int_equal(judge(FIELD_CODE, "A12", ID_CODE, "A12"), GOES);
}

static void a_code_is_not_a_phone(void **state)
{
    (void)state;
    assert_false(passes(FIELD_CODE, "0612345678", ID_PHONE, "06 12 34 56 78"));
    assert_false(passes(FIELD_CODE, "612345678", ID_PHONE, "+33 6 12 34 56 78"));
    assert_false(passes(FIELD_CODE, "0612345678", ID_PHONE, "0033612345678"));
    assert_false(passes(FIELD_CODE, "0612345678", ID_PHONE, "+33(0)6.12.34.56.78"));
    assert_false(passes(FIELD_CODE, "0692123456", ID_PHONE, "+262 692 12 34 56"));
    assert_true(passes(FIELD_CODE, "3400930000001", ID_PHONE, "0612345678"));
}

static void each_phone_of_a_cell_tells(void **state)
{
    (void)state;
    static const char *const between[] = {" / ", "/",    ";",  ",",         ", ", " ",
                                          "",    " ou ", "\n", " (fille) ", " - "};
    for (size_t i = 0; i < sizeof between / sizeof *between; i++) {
        char cell[96];
        snprintf(cell, sizeof cell, "06 12 34 56 78%s0478123456%s+33 7.98.76.54.32", between[i], between[i]);
        assert_false(passes(FIELD_CODE, "0612345678", ID_PHONE, cell));
        assert_false(passes(FIELD_CODE, "0478123456", ID_PHONE, cell));
        assert_false(passes(FIELD_CODE, "33798765432", ID_PHONE, cell));
        assert_false(passes(FIELD_TEXT, "au 04-78-12-34-56, merci", ID_PHONE, cell));
        assert_true(passes(FIELD_CODE, "3400930000001", ID_PHONE, cell));
    }
    assert_false(passes(FIELD_CODE, "0612345678", ID_PHONE, "06/12/34/56/78"));
    assert_false(
        passes(FIELD_CODE, "271234", ID_PHONE, "26.43.21 / 27.12.34")); /* New Caledonia: six digits */
}

static void a_nir_tells_without_its_key(void **state)
{
    (void)state;
    static const char *const cells[] = {"2 56 03 69 123 456 78", "256036912345678", "2560369123456",
                                        "2.56.03.69.123.456/78"};
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        assert_false(passes(FIELD_CODE, "2560369123456", ID_NIR, cells[i]));
        assert_false(passes(FIELD_CODE, "256036912345678", ID_NIR, cells[i]));
        assert_false(passes(FIELD_TEXT, "NIR 2 56 03 69 123 456 cl\xc3\xa9 78", ID_NIR, cells[i]));
        assert_true(passes(FIELD_CODE, "3400936912345", ID_NIR, cells[i]));
    }
    assert_false(passes(FIELD_CODE, "1850520012345", ID_NIR, "1 85 05 2 001 2345 11"));
    assert_false(passes(FIELD_TEXT, "185052A001234", ID_NIR, "1 85 05 2A 001 234 11"));
}

static void a_code_is_not_a_postal_code_nor_a_door_code(void **state)
{
    (void)state;
    assert_false(passes(FIELD_CODE, "69003", ID_ZIP, "69003"));
    assert_false(passes(FIELD_CODE, "A1234", ID_CODE, "a-1234"));
    assert_true(passes(FIELD_CODE, "3400969003001", ID_ZIP, "69003")); /* by chance */
    assert_true(passes(FIELD_CODE, "12", ID_ADDRESS, "12"));
}

/* Four digits are also reasons for calling, doses and years: never the whole record. */
static void a_door_code_takes_out_the_value_alone(void **state)
{
    (void)state;
    assert_int_equal(judge(FIELD_CODE, "1945", ID_CODE, "1945"), VALUE_STAYS);
    assert_int_equal(judge(FIELD_CODE, "1945", ID_CODE, "code 1945 puis 12B5"), VALUE_STAYS);
    assert_int_equal(judge(FIELD_CODE, "12B5", ID_CODE, "code 1945 puis 12B5"), VALUE_STAYS);
    assert_int_equal(judge(FIELD_CODE, "1945", ID_ADDRESS, "1945"), GOES);
    assert_int_equal(judge(FIELD_CODE, "3400919450001", ID_CODE, "1945"), GOES);
    assert_int_equal(judge(FIELD_TEXT, "code 19-45 au fond", ID_CODE, "#1945"), VALUE_STAYS);
    assert_int_equal(judge(FIELD_TEXT, "appelle le 0194500000", ID_CODE, "1945"), GOES);
    assert_int_equal(judge(FIELD_TEXT, "sonner deux fois", ID_CODE, "sonner"), GOES);
    assert_int_equal(judge(FIELD_TEXT, "habite 69003", ID_ZIP, "69003"), VALUE_STAYS);
}

static void an_address_is_in_no_text(void **state)
{
    (void)state;
    assert_false(passes(FIELD_TEXT, "vient du 12, rue des Lilas", ID_ADDRESS, "rue des lilas"));
    assert_false(passes(FIELD_TEXT, "12 Rue des Lilas", ID_ADDRESS, "12 rue des Lilas"));
    assert_false(passes(FIELD_TEXT, "all\xc3\xa9\x65 des Pins", ID_ADDRESS, "ALLEE DES PINS"));
    assert_true(passes(FIELD_TEXT, "monte sans ascenseur", ID_ADDRESS, "sans ascenseur"));
    assert_true(passes(FIELD_TEXT, "en cours de route", ID_ADDRESS, "cours"));
}

static void an_email_tells_by_what_stands_before_its_sign(void **state)
{
    (void)state;
    assert_false(passes(FIELD_CODE, "MARTIN", ID_EMAIL, "jean.martin@example.org"));
    assert_false(passes(FIELD_CODE, "DUPONT75", ID_EMAIL, "x@example.org; dupont75@example.org"));
    assert_false(passes(FIELD_TEXT, "adresse jean martin chez example", ID_EMAIL, "jean.martin@example.org"));
    assert_false(passes(FIELD_TEXT, "a.b@example.org", ID_EMAIL, "contact@example.org / a.b@example.org"));
    assert_true(passes(FIELD_TEXT, "contact avec la grippe", ID_EMAIL, "contact@example.org"));
    assert_true(passes(FIELD_CODE, "EXAMP", ID_EMAIL, "jean@example.org"));
}

static void no_value_is_the_birth_date(void **state)
{
    (void)state;
    assert_false(passes(FIELD_DAY, "1956-03-12", ID_BIRTH_DATE, "12/03/1956"));
    assert_false(passes(FIELD_HOUR, "1956-03-12T00+01:00", ID_BIRTH_DATE, "1956-03-12 00:00:00"));
    assert_false(passes(FIELD_CODE, "12031956", ID_BIRTH_DATE, "1956-03-12"));
    assert_true(passes(FIELD_HOUR, "2026-01-02T14+01:00", ID_BIRTH_DATE, "1956-03-12"));
    assert_true(passes(FIELD_HOUR, "2026-01-02T14+01:00", ID_BIRTH_DATE, "2026-01-02")); /* a newborn */
}

static void a_birth_date_tells_however_it_is_written(void **state)
{
    (void)state;
    static const char *const cells[] = {"1956-03-02", "02/03/1956", "1956-03-02 00:00:00", "19560302"};
    static const char *const texts[] = {
        "1956-03-02",     "02/03/1956",   "02.03.1956", "2/3/1956", "n\xc3\xa9 le 02 03 56",
        "le 2 mars 1956", "02 MARS 1956", "2 mar. 56",  "560302"};
    static const char *const codes[] = {"19560302", "02031956", "020356", "560302"};
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        for (size_t k = 0; k < sizeof texts / sizeof *texts; k++)
            assert_false(passes(FIELD_TEXT, texts[k], ID_BIRTH_DATE, cells[i]));
        for (size_t k = 0; k < sizeof codes / sizeof *codes; k++)
            assert_false(passes(FIELD_CODE, codes[k], ID_BIRTH_DATE, cells[i]));
        assert_true(passes(FIELD_TEXT, "TA 12/8, pouls 70, le 3 mars, depuis 1956", ID_BIRTH_DATE, cells[i]));
        assert_true(passes(FIELD_CODE, "1956", ID_BIRTH_DATE, cells[i]));
    }
    assert_false(
        passes(FIELD_TEXT, "n\xc3\xa9\x65 le 25 d\xc3\xa9\x63\x65mbre 2001", ID_BIRTH_DATE, "2001-12-25"));
}

/* What a site's records hold most: none of it may be lost because of the row it stands in. */
/* 2/3/2018 is written so in a text; in a drug's code these digits stand by chance. */
static void a_text_beside_a_code_takes_nothing_from_it(void **state)
{
    (void)state;
    static const char code[] = "3400932320189", dose[] = "1 sachet 3 fois par jour";
    struct model_field fields[] = {{.type = FIELD_CODE}, {.type = FIELD_TEXT}};
    struct model_stream model = {.fields = fields, .field_count = 2};
    struct mapping_identifier id = {.kind = ID_BIRTH_DATE};
    enum text_encoding encoding = ENCODING_UTF8;
    struct mapping_stream stream = {
        .model = &model, .identifiers = &id, .identifier_count = 1, .encodings = &encoding};
    struct cell row = {.type = CELL_TEXT, .text = "2018-03-02", .len = 10};
    struct value values[] = {{.kind = VALUE_TEXT, .text = code, .len = sizeof code - 1},
                             {.kind = VALUE_TEXT, .text = dose, .len = sizeof dose - 1}};
    enum withheld why[] = {WITHHELD_KINDS, WITHHELD_KINDS};
    assert_true(guard_passes(guard, &stream, &row, day_parse("2026-01-15", 10), values, why));
    assert_int_equal(values[0].kind, VALUE_TEXT);
    assert_int_equal(why[0], WITHHELD_KINDS);
    assert_int_equal(values[1].kind, VALUE_TEXT);
}

static void the_codes_of_the_field_go(void **state)
{
    (void)state;
    static const char *const codes[] = {
        "R05",     "A03", "J18.9", "M54.5", "S52.50",        "Z71.1",   "V",       "VS",
        "MD",      "MDN", "IFD",   "TCG",   "DEQP003",       "QZJA002", "YYYY010", "N02BE01",
        "J01CA04", "B",   "1945",  "12",    "3400930000120", "3595583", "FIE01",   "TOX1"};
    static const struct {
        enum identifier_kind kind;
        const char *cell;
    } row[] = {{ID_NAME, "BENSAÏD épouse LE GOFF"},
               {ID_NAME, "EHPAD Les Tilleuls"},
               {ID_GIVEN_NAME, "Marie-Ange Léa"},
               {ID_BIRTH_DATE, "1945-08-12"},
               {ID_PHONE, "06 12 34 56 78 / 0478123456"},
               {ID_EMAIL, "m.bensaid@example.org"},
               {ID_NIR, "2 45 08 69 123 456 78"},
               {ID_ADDRESS, "1945"},
               {ID_ADDRESS, "12 bis avenue du 8 mai 1945"},
               {ID_ADDRESS, "bat B12 esc A03 3e etage"},
               {ID_CODE, "B2580#"},
               {ID_ZIP, "69003"},
               {ID_CITY, "Saint-Priest"}};
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        for (size_t k = 0; k < sizeof row / sizeof *row; k++)
            if (!passes(FIELD_CODE, codes[i], row[k].kind, row[k].cell))
                fail_msg("%s is kept back by %s", codes[i], row[k].cell);
}

static void a_text_holds_no_number_nor_address_of_its_own(void **state)
{
    (void)state;
    assert_false(passes(FIELD_TEXT, "rappeler au 06.12.34.56.78", ID_PHONE, "0612345678"));
    assert_false(passes(FIELD_TEXT, "NIR 2 56 03 69", ID_NIR, "2560369"));
    assert_false(passes(FIELD_TEXT, "j.martin@example.org", ID_EMAIL, "J.Martin@example.org"));
    assert_true(passes(FIELD_TEXT, "petit malaise", ID_NAME, "Petit")); /* the text engine's to judge */
    assert_true(passes(FIELD_TEXT, TEXT_WITHHELD, ID_NAME, "Retenu"));
}

static void what_derives_from_identifiers_is_exempt(void **state)
{
    (void)state;
    assert_true(passes(FIELD_AGE, "70", ID_ADDRESS, "70"));
    assert_true(passes(FIELD_GEO_PMSI, "69003", ID_ZIP, "69003"));
    assert_true(passes(FIELD_DEPARTMENT, "974", ID_ADDRESS, "974"));
    assert_true(passes(FIELD_ENUM, "police", ID_NAME, "Police"));
}

static void an_identifier_in_another_encoding_is_seen(void **state)
{
    (void)state;
    assert_false(passes(FIELD_CODE, "LEFEVRE", ID_NAME, "Lef\xe8vre")); /* not UTF-8 */
    assert_true(passes(FIELD_CODE, "R05", ID_NAME, "\xff\xfe"));
    assert_true(passes(FIELD_CODE, "R05", ID_NAME, ""));
}

static void an_identifier_kept_as_bytes_tells(void **state)
{
    (void)state;
    const struct cell utf8 = {.type = CELL_BLOB, .text = "MARTIN Lef\xc3\xa8vre", .len = 15};
    const struct cell utf16 = {.type = CELL_BLOB, .text = "M\0a\0r\0t\0i\0n\0", .len = 12};
    const struct cell key = {.type = CELL_BLOB, .text = "\x01\xab\x03\x00\xff", .len = 5};
    assert_int_equal(judge_cell(FIELD_CODE, "MARTIN", ID_NAME, &utf8), RECORD_STAYS);
    assert_int_equal(judge_cell(FIELD_CODE, "LEFEVRE", ID_NAME, &utf8), RECORD_STAYS);
    assert_int_equal(judge_cell(FIELD_CODE, "MARTIN", ID_NAME, &utf16), RECORD_STAYS);
    assert_int_equal(judge_cell(FIELD_CODE, "01AB0300FF", ID_OTHER, &key), RECORD_STAYS);
    assert_int_equal(judge_cell(FIELD_CODE, "R05", ID_OTHER, &key), GOES);
}

/* A field of len bytes that ends in a word. */
static const char *long_field(size_t len, const char *word)
{
    static char room[8192];
    memset(room, '-', len);
    strcpy(room + len - strlen(word), word);
    return room;
}

static void a_word_far_into_a_cell_tells(void **state)
{
    (void)state;
    assert_int_equal(judge(FIELD_CODE, "MARTIN", ID_NAME, long_field(540, "Martin")), RECORD_STAYS);
    assert_int_equal(judge(FIELD_CODE, "MARTIN", ID_NAME, long_field(4096, "Martin")), RECORD_STAYS);
    assert_int_equal(judge(FIELD_TEXT, "porte 74Z19", ID_CODE, long_field(4096, "74Z19")), VALUE_STAYS);
    assert_int_equal(judge(FIELD_CODE, "R05", ID_NAME, long_field(4096, "Martin")), GOES);
}

/* What cannot be looked for may be there. */
static void nothing_that_might_hold_too_long_a_cell_goes(void **state)
{
    (void)state;
    assert_int_equal(judge(FIELD_CODE, "R05", ID_NAME, long_field(4097, "Martin")), VALUE_STAYS);
    assert_int_equal(judge(FIELD_TEXT, "toux", ID_NAME, long_field(4097, "Martin")), VALUE_STAYS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_code_is_not_a_name),
        cmocka_unit_test(a_word_of_a_cell_tells),
        cmocka_unit_test(a_short_word_takes_out_the_code_alone),
        cmocka_unit_test(a_code_is_not_a_phone),
        cmocka_unit_test(each_phone_of_a_cell_tells),
        cmocka_unit_test(a_nir_tells_without_its_key),
        cmocka_unit_test(a_code_is_not_a_postal_code_nor_a_door_code),
        cmocka_unit_test(a_door_code_takes_out_the_value_alone),
        cmocka_unit_test(an_address_is_in_no_text),
        cmocka_unit_test(an_email_tells_by_what_stands_before_its_sign),
        cmocka_unit_test(no_value_is_the_birth_date),
        cmocka_unit_test(a_birth_date_tells_however_it_is_written),
        cmocka_unit_test(a_text_beside_a_code_takes_nothing_from_it),
        cmocka_unit_test(the_codes_of_the_field_go),
        cmocka_unit_test(a_text_holds_no_number_nor_address_of_its_own),
        cmocka_unit_test(what_derives_from_identifiers_is_exempt),
        cmocka_unit_test(an_identifier_in_another_encoding_is_seen),
        cmocka_unit_test(an_identifier_kept_as_bytes_tells),
        cmocka_unit_test(a_word_far_into_a_cell_tells),
        cmocka_unit_test(nothing_that_might_hold_too_long_a_cell_goes),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
