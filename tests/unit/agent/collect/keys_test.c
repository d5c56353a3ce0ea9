/* SPDX-License-Identifier: Apache-2.0 */
/* Keys that are not unique are noticed before one record takes another's place, wherever in history their
 * rows are, and without holding the keys in memory. */
#include "tests/unit/agent/collect/house.h"

#include <dirent.h>

#include "agent/collect/day_column.h"
#include "agent/collect/repeats.h"

#define MANY 200000

static int setup(void **state)
{
    *state = house_new();
    return 0;
}

static int teardown(void **state)
{
    house_free(*state);
    return 0;
}

static void token_of(uint32_t number, uint8_t ret[static TOKEN_SIZE])
{
    uint8_t hash[SHA256_SIZE];
    sha256(&number, sizeof(number), hash);
    memcpy(ret, hash, TOKEN_SIZE);
}

static void add(struct repeats *repeats, uint32_t number)
{
    uint8_t token[TOKEN_SIZE];
    token_of(number, token);
    OKAY(repeats_add(repeats, token, &why));
}

static size_t files_in(const char *folder)
{
    size_t count = 0;
    DIR *dir = opendir(folder);
    assert_non_null(dir);
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;)
        count += entry->d_name[0] != '.';
    closedir(dir);
    return count;
}

static void repeated_tokens_are_found_among_very_many(void **state)
{
    struct house *h = *state;
    size_t files = files_in(h->collect_folder);
    struct repeats *repeats = repeats_new(h->collect_folder);
    struct token_set found = {.slots = NULL};
    for (uint32_t i = 0; i < MANY; i++)
        add(repeats, i);
    for (uint32_t i = 0; i < MANY; i += 1000)
        add(repeats, i);
    add(repeats, 1000); /* a third time */
    add(repeats, MANY);
    assert_int_equal(files_in(h->collect_folder), files);
    OKAY(repeats_find(repeats, MANY, &found, &why));
    assert_int_equal(found.count, MANY / 1000);
    for (uint32_t i = 0; i < MANY; i += 1000) {
        uint8_t token[TOKEN_SIZE];
        token_of(i, token);
        assert_true(token_set_has(&found, token));
    }
    repeats_free(repeats);
    token_set_free(&found);
}

static void a_folder_that_is_gone_is_an_error(void **state)
{
    (void)state;
    struct repeats *repeats = repeats_new("/nonexistent");
    uint8_t token[TOKEN_SIZE] = {1};
    struct err err;
    enum err_code code = OK;
    for (int i = 0; i < 1000 && code == OK; i++)
        code = repeats_add(repeats, token, &err);
    assert_int_equal(code, ERR_CONFIG);
    repeats_free(repeats);
}

static size_t excluded(const struct house *h)
{
    return h->c->streams[0].excluded.count;
}

/* The database takes '007' and '7' for two; the pseudonym does not. */
static void keys_that_are_one_only_in_canonical_form_are_withheld(void **state)
{
    struct house *h = *state;
    house_sql(h, "DROP TABLE appels; CREATE TABLE appels (num TEXT PRIMARY KEY, patient_id INTEGER, appel_le"
                 " TEXT, modifie_le TEXT, urgence INTEGER)");
    house_fill(h, 200, 2);
    house_sql(h, "INSERT INTO appels VALUES ('020001', 1001, '2026-02-01 11:00:00', '', 1)");
    house_sql(h, "INSERT INTO appels VALUES ('0-1', 1001, '2026-02-01 11:00:00', '', 1)"); /* no number */
    house_once(h);
    assert_int_equal(excluded(h), 1);
    assert_int_equal(house_count(h, "call"), 400);
}

/* 37 and x'37' are two keys where the primary key is no rowid, and one canonical id. */
static void a_primary_key_of_numbers_may_hold_bytes_beside_them(void **state)
{
    struct house *h = *state;
    house_sql(h,
              "DROP TABLE appels; CREATE TABLE appels (num INTEGER PRIMARY KEY, patient_id INTEGER, appel_le"
              " TEXT, modifie_le TEXT, urgence INTEGER) WITHOUT ROWID");
    house_fill(h, 200, 2);
    house_sql(h, "INSERT INTO appels VALUES (37, 1001, '2026-02-01 11:00:00', '', 1)");
    house_sql(h, "INSERT INTO appels VALUES (x'37', 1001, '2025-12-01 11:00:00', '', 2)");
    house_once(h);
    assert_int_equal(excluded(h), 1);
    assert_int_equal(house_count(h, "call"), 400);
}

/* Two texts of 130 bytes are a key that no token is made of. */
static void equal_keys_that_are_too_long_are_withheld_as_none(void **state)
{
    struct house *h = *state;
    char text[sizeof(house_mapping) + 64], part[131];
    const char *at = strstr(house_mapping, "    key: a.num\n"), *visit = strstr(house_mapping, "  visit:");
    snprintf(text, sizeof(text), "%.*s    key: [a.centre, a.num]\n%.*s", (int)(at - house_mapping),
             house_mapping, (int)(visit - at) - 15, at + 15);
    house_write(h->mapping, text);
    house_fill(h, 1, 0);
    house_sql(h, "DROP TABLE appels; CREATE TABLE appels (num TEXT, patient_id INTEGER, appel_le TEXT,"
                 " modifie_le TEXT, urgence INTEGER, centre TEXT DEFAULT 'a')");
    memset(part, 'x', 130);
    part[130] = '\0';
    for (int i = 0; i < 2; i++)
        house_sql(h, "INSERT INTO appels VALUES ('%s', 1001, '2026-02-01 11:00:00', '', 1, '%s')", part,
                  part);
    house_sql(h, "INSERT INTO appels VALUES ('7', 1001, '2026-02-01 11:00:00', '', 1, 'a')");
    house_approve(h);
    house_once(h);
    assert_int_equal(excluded(h), 0);
    assert_int_equal(house_count(h, "call"), 1);
    struct day_entry entry;
    assert_true(day_get(h->c->state, "call", TODAY - 37, &entry));
    assert_int_equal(entry.gone[1 + WITHHELD_NO_KEY], 2);
}

static int spans;

/* The first span is today, the second has the row. */
static void move_read(void *context)
{
    struct house *h = context;
    if (++spans == 2)
        house_sql(h, "UPDATE appels SET appel_le = '2025-10-01 10:00:00' WHERE num = 197001");
}

/* It is met by two spans of one reading. */
static void a_row_that_moves_while_keys_are_read_is_no_second_row(void **state)
{
    struct house *h = *state;
    house_fill(h, 200, 2);
    house_open(h);
    spans = 0;
    h->c->between = move_read;
    h->c->between_context = h;
    house_once(h);
    assert_int_equal(excluded(h), 0);
    h->c->between = NULL;
    OKAY(collect_sweep(h->c, SWEEP_COLD, &why));
    house_load(h);
    house_equal(h, 400, 200);
}

static void columns_that_are_no_key_stop_the_stream(void **state)
{
    struct house *h = *state;
    struct err err;
    house_fill(h, 60, 2);
    house_sql(
        h,
        "WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 140000) INSERT INTO"
        " appels SELECT 9000000 + i %% 70000, 1001, date('2024-02-01', (i / 700) || ' days'), '', 1 FROM n");
    house_open(h);
    assert_int_equal(collect_once(h->c, &err), ERR_REJECTED);
    house_load(h);
    assert_true(house_count(h, "call") < 120); /* those of the hot days, read before */
    assert_int_equal(collect_once(h->c, &err), ERR_CONFIG);
    struct collect_status status;
    OKAY(collect_status(&h->settings, &status, &why));
    assert_string_equal(status.streams[0].stopped, "bad_data");
    house_sql(h, "DELETE FROM appels WHERE num >= 9000000");
    house_ms += 2 * 3600000;
    house_once(h);
    house_equal(h, 120, 60);
}

static uint64_t withheld_without_day(const struct house *h)
{
    struct collect_status status;
    OKAY(collect_status(&h->settings, &status, &why));
    for (unsigned i = 0; i < status.reason_count; i++)
        if (strcmp(status.withheld[i].name, "no_day") == 0)
            return status.withheld[i].count;
    return 0;
}

static void rows_without_a_day_are_counted_once(void **state)
{
    struct house *h = *state;
    house_fill(h, 10, 2);
    house_sql(h, "INSERT INTO appels (num, patient_id) VALUES (1, 1001), (2, 1001)");
    house_once(h);
    assert_int_equal(withheld_without_day(h), 2);
    house_sql(h, "INSERT INTO appels (num, patient_id) VALUES (3, 1001)");
    for (int i = 0; i < 2; i++)
        OKAY(collect_sweep(h->c, SWEEP_COLD, &why));
    assert_int_equal(withheld_without_day(h), 3);
    house_load(h);
    house_equal(h, 20, 10);
}

/* Of each form once: what no span reaches, and what one reads. */
static void rows_whose_day_cannot_be_read_are_counted_once(void **state)
{
    static const char *const days[] = {"2026-02-31 10:00:00",
                                       "2026-03-09 24:00:00",
                                       "2026-03-08 10h30",
                                       "2026-03-07\n",
                                       "28/02/2026 10:00:00",
                                       "20260228",
                                       "demain"};
    int count = sizeof(days) / sizeof(days[0]);
    struct house *h = *state;
    house_fill(h, 10, 2);
    house_once(h);
    for (int i = 0; i < count; i++)
        house_sql(h, "INSERT INTO appels (num, patient_id, appel_le) VALUES (%d, 1001, '%s')", i, days[i]);
    house_sql(h, "INSERT INTO appels (num, patient_id, appel_le) VALUES (50, 1001, x'2026')");
    for (int i = 0; i < 3; i++)
        OKAY(collect_sweep(h->c, i == 1 ? SWEEP_WARM : SWEEP_COLD, &why));
    house_once(h);
    assert_int_equal(withheld_without_day(h), count + 1);
    house_load(h);
    house_equal(h, 20, 10);
}

/* They sort before and behind all days: the newest of them must not hide what is to be read. */
static void days_of_another_form_hide_no_row(void **state)
{
    struct house *h = *state;
    for (int i = 0; i < 20; i++)
        house_sql(h, "INSERT INTO appels (num, patient_id, appel_le) VALUES (%d, 1001, '28/11/20%02d %d')", i,
                  i, i);
    house_fill(h, 90, 2);
    house_once(h);
    OKAY(collect_sweep(h->c, SWEEP_COLD, &why));
    house_load(h);
    house_equal(h, 180, 90);
}

/* A blank, or two before a year of two digits, puts a day before all days: no span reads it. */
static void days_with_a_blank_before_them_are_counted(void **state)
{
    static const char *const days[] = {" 2026-03-07 10:00:00", "\t2026-03-07 10:00:00",
                                       "  26-03-07 10:00:00"};
    struct house *h = *state;
    house_fill(h, 10, 2);
    house_once(h);
    for (int i = 0; i < 3; i++)
        house_sql(h, "INSERT INTO appels (num, patient_id, appel_le) VALUES (%d, 1001, '%s')", i, days[i]);
    OKAY(collect_sweep(h->c, SWEEP_COLD, &why));
    assert_int_equal(withheld_without_day(h), 3);
}

static void a_column_without_any_day_stops_the_stream(void **state)
{
    struct house *h = *state;
    struct collect_status status;
    struct err err;
    house_fill(h, 60, 2);
    house_sql(h,
              "UPDATE appels SET appel_le = substr(appel_le, 9, 2) || '/' || substr(appel_le, 6, 2) || '/' ||"
              " substr(appel_le, 1, 4)");
    house_open(h);
    assert_int_equal(collect_once(h->c, &err), ERR_REJECTED);
    assert_int_equal(collect_once(h->c, &err), ERR_CONFIG);
    OKAY(collect_status(&h->settings, &status, &why));
    assert_string_equal(status.streams[0].stopped, "day_unordered");
    assert_int_equal(withheld_without_day(h), 120 + 60); /* the visits hang on them */
    house_sql(h,
              "UPDATE appels SET appel_le = substr(appel_le, 7, 4) || '-' || substr(appel_le, 4, 2) || '-' ||"
              " substr(appel_le, 1, 2)");
    house_ms += 2 * 3600000;
    house_once(h);
    house_equal(h, 120, 60);
}

/* Servers refuse to compare a number with a text, or compare something else. */
static void what_a_type_makes_of_a_day(void **state)
{
    (void)state;
    const struct source_dialect server = {.name = "postgresql"}, file = {.name = "sqlite", .any_type = true};
    assert_int_equal(day_type(&server, "timestamp without time zone"), DAYS_DATE);
    assert_int_equal(day_type(&server, "timestamp(6)"), DAYS_DATE);
    assert_int_equal(day_type(&server, "datetime"), DAYS_DATE);
    assert_int_equal(day_type(&server, "date"), DAYS_DATE);
    assert_int_equal(day_type(&server, "timestamp with time zone"), DAYS_DATE);
    assert_int_equal(day_type(&server, "character varying(20)"), DAYS_TEXT);
    assert_int_equal(day_type(&server, "int(11)"), DAYS_NONE);
    assert_int_equal(day_type(&server, "numeric(8,0)"), DAYS_NONE);
    assert_int_equal(day_type(&file, "INTEGER"), DAYS_TEXT);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(repeated_tokens_are_found_among_very_many),
        T(a_folder_that_is_gone_is_an_error),
        T(equal_keys_that_are_too_long_are_withheld_as_none),
        T(a_primary_key_of_numbers_may_hold_bytes_beside_them),
        T(days_with_a_blank_before_them_are_counted),
        T(keys_that_are_one_only_in_canonical_form_are_withheld),
        T(a_row_that_moves_while_keys_are_read_is_no_second_row),
        T(rows_without_a_day_are_counted_once),
        T(rows_whose_day_cannot_be_read_are_counted_once),
        T(days_of_another_form_hide_no_row),
        T(a_column_without_any_day_stops_the_stream),
        cmocka_unit_test(what_a_type_makes_of_a_day),
        T(columns_that_are_no_key_stop_the_stream),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
