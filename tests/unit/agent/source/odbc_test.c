/* SPDX-License-Identifier: Apache-2.0 */
/* What ODBC drivers give, as cells; what they complain of, as our errors; how each product is spoken to. The
 * products of which no server is at hand are held to their words here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "agent/source/backend.h"
#include "agent/source/odbc_connect.h"
#include "agent/source/odbc_error.h"
#include "agent/source/odbc_session.h"

static struct cell cell_of(struct odbc_column *column, SQLSMALLINT type, const struct odbc_described *like,
                           enum odbc_text text, const void *data, size_t len)
{
    static unsigned char room[ODBC_BOUND_MAX];
    static iconv_t utf16 = NULL;
    struct odbc_described d = like == NULL ? (struct odbc_described){.octets = 80} : *like;
    struct cell cell;
    if (utf16 == NULL)
        utf16 = iconv_open("UTF-8", "UTF-16LE");
    d.sql_type = type;
    odbc_column_free(column);
    odbc_column_plan(column, &d, text);
    memcpy(room, data, len);
    odbc_column_cell(column, utf16, room, len, &cell);
    return cell;
}

static void assert_text(struct cell cell, const char *expected)
{
    assert_int_equal(cell.type, CELL_TEXT);
    assert_int_equal(cell.len, strlen(expected));
    assert_memory_equal(cell.text, expected, cell.len);
}

static void whole_numbers_and_booleans_are_integers(void **state)
{
    (void)state;
    struct odbc_column c = {0};
    int64_t big = INT64_C(9007199254740993);
    const SQLSMALLINT types[] = {SQL_TINYINT, SQL_SMALLINT, SQL_INTEGER, SQL_BIGINT};
    for (size_t i = 0; i < 4; i++) {
        struct cell cell = cell_of(&c, types[i], NULL, ODBC_TEXT_UTF8, &big, sizeof big);
        assert_int_equal(cell.type, CELL_INTEGER);
        assert_int_equal(cell.integer, big);
    }
    struct cell cell = cell_of(&c, SQL_BIT, NULL, ODBC_TEXT_UTF8, "\1", 1);
    assert_int_equal(cell.type, CELL_INTEGER);
    assert_int_equal(cell.integer, 1);
    const struct odbc_described unsigned_one = {.is_unsigned = true};
    assert_text(cell_of(&c, SQL_BIGINT, &unsigned_one, ODBC_TEXT_UTF8, "18446744073709551615", 20),
                "18446744073709551615");
    assert_int_equal(cell_of(&c, SQL_BIGINT, &unsigned_one, ODBC_TEXT_UTF8, "61000000", 8).integer, 61000000);
    odbc_column_free(&c);
}

static void decimals_are_exact_and_a_whole_one_is_an_integer(void **state)
{
    (void)state;
    static const struct {
        const char *given, *text; /* text NULL: the integer */
        int64_t integer;
    } cases[] = {{"37.5", "37.5", 0},
                 {"37.50", "37.5", 0},
                 {"12.000", NULL, 12},
                 {"-0.0", NULL, 0},
                 {"-7", NULL, -7},
                 {"0.10", "0.1", 0},
                 {"100", NULL, 100},
                 {"NaN", "NaN", 0},
                 {"", "", 0},
                 {"9223372036854775807", NULL, INT64_MAX},
                 {"9223372036854775808", "9223372036854775808", 0},
                 {"123456789012345678901234567890.10", "123456789012345678901234567890.1", 0}};
    struct odbc_column c = {0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct cell cell =
            cell_of(&c, SQL_NUMERIC, NULL, ODBC_TEXT_UTF8, cases[i].given, strlen(cases[i].given));
        if (cases[i].text != NULL) {
            assert_text(cell, cases[i].text);
            continue;
        }
        assert_int_equal(cell.type, CELL_INTEGER);
        assert_int_equal(cell.integer, cases[i].integer);
    }
    odbc_column_free(&c);
}

static void four_bytes_of_real_are_the_decimal_that_was_written(void **state)
{
    (void)state;
    static const double written[] = {37.1, 0.1, 1e10, 36.6, 120, 8.333};
    struct odbc_column c = {0};
    for (size_t i = 0; i < sizeof written / sizeof *written; i++) {
        float value = (float)written[i];
        struct cell cell = cell_of(&c, SQL_REAL, NULL, ODBC_TEXT_UTF8, &value, sizeof value);
        assert_int_equal(cell.type, CELL_REAL);
        assert_memory_equal(&cell.real, &written[i], sizeof cell.real);
    }
    odbc_column_free(&c);
}

static void times_are_iso_text_and_moments_carry_their_offset(void **state)
{
    (void)state;
    static const struct {
        SQLSMALLINT type;
        bool instant;
        const char *given, *text;
    } cases[] = {
        {SQL_TYPE_DATE, false, "2026-01-02", "2026-01-02"},
        {SQL_TYPE_TIME, false, "03:04:05", "03:04:05"},
        {SQL_TYPE_TIMESTAMP, false, "2026-01-02 03:04:05", "2026-01-02 03:04:05"},
        {SQL_TYPE_TIMESTAMP, false, "2026-01-02 03:04:05.120", "2026-01-02 03:04:05.12"},
        {SQL_TYPE_TIMESTAMP, false, "2026-01-02 03:04:05.0000000", "2026-01-02 03:04:05"},
        {SQL_TYPE_TIMESTAMP, false, "0000-00-00 00:00:00.000", "0000-00-00 00:00:00"},
        {SQL_TYPE_TIMESTAMP, true, "2026-07-02 01:04:05.500", "2026-07-02 01:04:05.5+00:00"},
        {SQL_TYPE_TIMESTAMP, true, "2026-07-02 01:04:05", "2026-07-02 01:04:05+00:00"},
        {-155, false, "2026-07-02 03:04:05.0000000 +02:00",
         "2026-07-02 03:04:05.0000000 +02:00"}, /* SQL Server */
    };
    struct odbc_column c = {0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct odbc_described like = {.is_instant = cases[i].instant};
        assert_text(cell_of(&c, cases[i].type, &like, ODBC_TEXT_UTF8, cases[i].given, strlen(cases[i].given)),
                    cases[i].text);
    }
    odbc_column_free(&c);
}

static void padding_goes_from_char_alone_and_guids_are_lower_case(void **state)
{
    (void)state;
    struct odbc_column c = {0};
    assert_text(cell_of(&c, SQL_CHAR, NULL, ODBC_TEXT_UTF8, "VIS     ", 8), "VIS");
    assert_text(cell_of(&c, SQL_CHAR, NULL, ODBC_TEXT_UTF8, "        ", 8), "");
    assert_text(cell_of(&c, SQL_VARCHAR, NULL, ODBC_TEXT_UTF8, "VIS ", 4), "VIS ");
    assert_text(cell_of(&c, SQL_VARCHAR, NULL, ODBC_TEXT_UTF8, "", 0), ""); /* which is not NULL */
    assert_text(cell_of(&c, SQL_GUID, NULL, ODBC_TEXT_UTF8, "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11", 36),
                "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11");
    struct cell cell = cell_of(&c, SQL_VARBINARY, NULL, ODBC_TEXT_UTF8, "\0\1\377", 3);
    assert_int_equal(cell.type, CELL_BLOB);
    assert_int_equal(cell.len, 3);
    odbc_column_free(&c);
}

static void text_says_whether_the_source_converted_it(void **state)
{
    (void)state;
    struct odbc_column c = {0};
    assert_true(cell_of(&c, SQL_VARCHAR, NULL, ODBC_TEXT_UTF8, "\303\251", 2).utf8);
    assert_false(cell_of(&c, SQL_VARCHAR, NULL, ODBC_TEXT_BYTES, "\351", 1).utf8);
    static const unsigned char wide[] = {'\0' + 0xe9, 0, 'a', 0, 0x3d, 0xd8, 0x00, 0xde, ' ', 0};
    struct cell cell = cell_of(&c, SQL_WVARCHAR, NULL, ODBC_TEXT_UTF16, wide, sizeof wide);
    assert_text(cell, "\303\251a\360\237\230\200 ");
    assert_true(cell.utf8);
    assert_text(cell_of(&c, SQL_WCHAR, NULL, ODBC_TEXT_UTF16, wide, sizeof wide),
                "\303\251a\360\237\230\200");
    cell = cell_of(&c, SQL_WVARCHAR, NULL, ODBC_TEXT_UTF16, wide, 6); /* half a pair */
    assert_int_equal(cell.type, CELL_UNREADABLE);
    odbc_column_free(&c);
}

static void values_of_unknown_length_are_not_bound_whole(void **state)
{
    (void)state;
    struct odbc_column c = {0};
    static const SQLLEN unknown[] = {0, -4, 8190, 2147483647};
    for (size_t i = 0; i < 4; i++) {
        const struct odbc_described d = {.sql_type = SQL_LONGVARCHAR, .octets = unknown[i]};
        odbc_column_plan(&c, &d, ODBC_TEXT_UTF8);
        assert_true(c.is_long);
        assert_true(c.size <= ODBC_BOUND_MAX + ODBC_ROOM);
    }
    const struct odbc_described known = {.sql_type = SQL_VARCHAR, .octets = 80};
    odbc_column_plan(&c, &known, ODBC_TEXT_UTF8);
    assert_false(c.is_long);
}

static void what_a_driver_says_is_classed_by_what_to_do(void **state)
{
    (void)state;
    static const struct {
        const char *sqlstate;
        long number;
        enum err_code code;
    } cases[] = {
        {"08001", 101, ERR_RETRY},   {"08S01", 0, ERR_RETRY},    {"57P01", 35, ERR_RETRY},
        {"HY000", 2013, ERR_RETRY},  {"28000", 1045, ERR_AUTH},  {"28P01", 0, ERR_AUTH},
        {"28000", 18456, ERR_AUTH},  {"42P01", 1, ERR_CONFIG},   {"42703", 1, ERR_CONFIG},
        {"42S02", 1146, ERR_CONFIG}, {"42S22", 207, ERR_CONFIG}, {"42501", 1, ERR_CONFIG},
        {"42000", 1143, ERR_CONFIG}, {"3D000", 0, ERR_CONFIG},   {"22012", 1, ERR_REJECTED},
        {"22021", 1, ERR_REJECTED},  {"22003", 0, ERR_REJECTED}, {"57014", 1, ERR_RETRY},
        {"HY018", 1969, ERR_RETRY},  {"HYT00", 0, ERR_RETRY},    {"40P01", 1, ERR_RETRY},
        {"40001", 1205, ERR_RETRY},  {"55P03", 1, ERR_RETRY},    {"53300", 1, ERR_RETRY},
        {"IM003", 0, ERR_CONFIG},    {"HY001", 0, ERR_INTERNAL}, {"HY010", 0, ERR_INTERNAL},
        {"HY000", 77, ERR_RETRY},    {"S0002", 0, ERR_CONFIG},   {"", 0, ERR_RETRY},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct err err;
        assert_int_equal(odbc_error_set(cases[i].sqlstate, cases[i].number, &err), cases[i].code);
        assert_int_equal(err.code, cases[i].code);
        assert_non_null(strstr(err.message, cases[i].sqlstate));
    }
    struct err err;
    (void)odbc_error_set("Durand", 0,
                         &err); /* no SQLSTATE is longer, or another thing than letters and digits */
    assert_null(strstr(err.message, "Durand"));
    (void)odbc_error_set("a'b", 0, &err);
    assert_null(strchr(err.message, '\''));
}

static void every_product_is_found_by_its_name_and_has_a_guests_manners(void **state)
{
    (void)state;
    static const struct {
        const char *dbms, *name, *must;
    } cases[] = {
        {"PostgreSQL", "postgresql", "SET default_transaction_read_only = on"},
        {"MariaDB", "mariadb", "SET SESSION TRANSACTION READ ONLY"},
        {"MySQL", "mariadb", "SET SESSION time_zone = '+00:00'"},
        {"Microsoft SQL Server", "sqlserver", "SET DATEFORMAT ymd"},
        {"Adaptive Server Enterprise", "sybase", "SET DATEFORMAT 'ymd'"},
        {"ASE", "sybase", "SET LOCK WAIT 3"},
        {"SQLite", "sqlite", "PRAGMA query_only = ON"},
        {"Informix", "odbc", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct odbc_product *p = odbc_product_find(cases[i].dbms);
        bool found = cases[i].must == NULL;
        assert_string_equal(p->dialect.name, cases[i].name);
        assert_non_null(p->dialect.text_open);
        for (size_t k = 0; k < SESSION_MAX && p->session[k].sql != NULL; k++)
            found = found || (p->session[k].must && strcmp(p->session[k].sql, cases[i].must) == 0);
        assert_true(found);
    }
    assert_true(odbc_product_find("Microsoft SQL Server")->dialect.limit_by_top);
    assert_string_equal(odbc_product_find("PostgreSQL")->instant_type, "timestamptz");
    assert_string_equal(odbc_product_find("MariaDB")->instant_type, "timestamp");
    assert_null(odbc_product_find("Microsoft SQL Server")->instant_type); /* its "timestamp" is no time */
}

static void plans_name_the_table_walked_through(void **state)
{
    (void)state;
    char table[64];
    assert_true(
        odbc_plan_line("  ->  Seq Scan on appels a  (cost=0.00..1.01 rows=1 width=4)", table, sizeof table));
    assert_string_equal(table, "appels");
    assert_true(odbc_plan_line("Parallel Seq Scan on \"Fiche Appel\" f  (cost=", table, sizeof table));
    assert_string_equal(table, "Fiche Appel");
    assert_false(odbc_plan_line("Index Scan using appels_le on appels a  (cost=0", table, sizeof table));
    const struct source_dialect *sql_server = &odbc_product_find("Microsoft SQL Server")->dialect;
    source_plan_table(sql_server, "SELECT [a].[x] FROM [fiches] AS [a] JOIN [b] AS [c]", "a", table,
                      sizeof table);
    assert_string_equal(table, "fiches");
    source_plan_table(sql_server, "SELECT 1", "gone", table, sizeof table);
    assert_string_equal(table, "gone");
}

static const char *string_of(const struct source_options *options, const char *password, struct buf *out)
{
    buf_clear(out);
    assert_int_equal(odbc_connection_string(options, "/lib/d.so", password, out, NULL), OK);
    return buf_text(out);
}

static void connection_strings_carry_any_password_and_no_trace(void **state)
{
    (void)state;
    struct buf out = BUF_INIT(8192);
    struct source_options o = {.kind = SOURCE_POSTGRESQL,
                               .host = "db.local",
                               .database = "dispatch",
                               .user = "contact",
                               .timeout_ms = 30000,
                               .connect_timeout_ms = 10000};
    const char *text = string_of(&o, "a;b}c{", &out);
    assert_non_null(strstr(text, "DRIVER=/lib/d.so;Database=dispatch;UID=contact;PWD={a;b}}c{};"));
    assert_non_null(strstr(text, "UseDeclareFetch=1;Fetch=100;"));
    assert_non_null(strstr(text, "Debug=0;CommLog=0;"));
    assert_non_null(strstr(text, "Port=5432;SSLmode=prefer;"));
    o.tls = SOURCE_TLS_VERIFY;
    o.tls_ca = "/etc/ca.pem";
    text = string_of(&o, "", &out);
    assert_non_null(strstr(text, "SSLmode=verify-full;"));
    assert_non_null(strstr(text, " sslrootcert=/etc/ca.pem"));
    assert_null(strstr(text, "PWD"));
    o.kind = SOURCE_MARIADB;
    assert_non_null(strstr(string_of(&o, "x", &out), "FORCETLS=1;SSLVERIFY=1;SSLCA=/etc/ca.pem;"));
    o.host = "/run/mysqld/mysqld.sock";
    assert_non_null(strstr(string_of(&o, "x", &out), "SOCKET=/run/mysqld/mysqld.sock;"));
    o.kind = SOURCE_SQLSERVER;
    struct err err;
    buf_clear(&out);
    assert_int_equal(odbc_connection_string(&o, "/lib/d.so", "x", &out, &err),
                     ERR_CONFIG); /* cannot verify */
    o.tls = SOURCE_TLS_REQUIRE;
    o.host = "sql1";
    text = string_of(&o, "x", &out);
    assert_non_null(strstr(text, "SERVER=sql1;PORT=1433;TDS_Version=7.4;ClientCharset=UTF-8;"));
    assert_non_null(strstr(text, "ApplicationIntent=ReadOnly;Encryption=require;"));
    o.kind = SOURCE_SYBASE;
    assert_non_null(strstr(string_of(&o, "x", &out), "PORT=5000;TDS_Version=5.0;"));
    buf_free(&out);
}

static void nothing_around_the_agent_can_switch_on_a_trace(void **state)
{
    (void)state;
    static const char *const names[] = {"TDSDUMP",   "TDSDUMPCONFIG", "PSQLODBC_WCS_DEBUG", "MYSQL_DEBUG",
                                        "PGOPTIONS", "PGSERVICE",     "LIBMYSQL_PLUGINS",   "ODBCINSTINI"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        setenv(names[i], "/tmp/trace", 1);
    setenv("ODBCSYSINI", "/etc", 1);
    odbc_clean_environment();
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_null(getenv(names[i]));
    assert_string_equal(getenv("ODBCSYSINI"), "/dev/null");
    assert_string_equal(getenv("ODBCINI"), "/dev/null");
}

static void a_server_that_is_away_or_a_driver_that_is_not_there_is_told(void **state)
{
    (void)state;
    struct source *source = NULL;
    struct err err;
    struct source_options o = {.kind = SOURCE_ODBC,
                               .driver = "/nowhere/lib.so",
                               .database = "d",
                               .password_file = "",
                               .timeout_ms = 1000};
    assert_int_equal(source_open(&o, &source, &err), ERR_CONFIG);
    assert_non_null(strstr(err.hint, "library"));
    o.driver = "/bin/sh"; /* no library */
    assert_int_equal(source_open(&o, &source, &err), ERR_CONFIG);
    o.database = "";
    assert_int_equal(source_open(&o, &source, &err), ERR_CONFIG);
    assert_non_null(strstr(err.message, "source.database"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_numbers_and_booleans_are_integers),
        cmocka_unit_test(decimals_are_exact_and_a_whole_one_is_an_integer),
        cmocka_unit_test(four_bytes_of_real_are_the_decimal_that_was_written),
        cmocka_unit_test(times_are_iso_text_and_moments_carry_their_offset),
        cmocka_unit_test(padding_goes_from_char_alone_and_guids_are_lower_case),
        cmocka_unit_test(text_says_whether_the_source_converted_it),
        cmocka_unit_test(values_of_unknown_length_are_not_bound_whole),
        cmocka_unit_test(what_a_driver_says_is_classed_by_what_to_do),
        cmocka_unit_test(every_product_is_found_by_its_name_and_has_a_guests_manners),
        cmocka_unit_test(plans_name_the_table_walked_through),
        cmocka_unit_test(connection_strings_carry_any_password_and_no_trace),
        cmocka_unit_test(nothing_around_the_agent_can_switch_on_a_trace),
        cmocka_unit_test(a_server_that_is_away_or_a_driver_that_is_not_there_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
