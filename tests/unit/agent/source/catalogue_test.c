/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/source/catalogue.h"

#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static const char schema[] = "CREATE TABLE Appels(num TEXT PRIMARY KEY, recu DATETIME);"
                             "CREATE TABLE diags(appel TEXT REFERENCES appels, rang INTEGER, code TEXT,"
                             " a INTEGER, b INTEGER, PRIMARY KEY (rang, appel),"
                             " FOREIGN KEY (a, b) REFERENCES autres(x, y));"
                             "CREATE TABLE autres(x INTEGER, y INTEGER, UNIQUE (x, y));"
                             "CREATE VIEW vue AS SELECT num FROM appels;"
                             "CREATE VIEW perdue AS SELECT z FROM absente;";

static const struct catalogue_column *column(const struct catalogue *c, const char *table, const char *name)
{
    for (size_t i = 0; i < c->table_count; i++)
        for (size_t k = 0; k < c->tables[i].column_count; k++)
            if (strcmp(c->tables[i].name, table) == 0 && strcmp(c->tables[i].columns[k].name, name) == 0)
                return &c->tables[i].columns[k];
    fail_msg("no column %s.%s", table, name);
    return NULL;
}

static void tables_columns_and_keys_are_as_the_database_says(void **state)
{
    char path[] = "/tmp/catalogue.XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, schema, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    struct source_options options = {.kind = SOURCE_SQLITE, .database = path, .timeout_ms = 5000};
    struct source *source = NULL;
    struct catalogue *c = NULL;
    struct err err = {0};
    assert_int_equal(source_open(&options, &source, &err), OK);
    assert_int_equal(source_catalogue(source, &c, &err), OK);
    assert_int_equal(c->table_count, 5);
    assert_string_equal(column(c, "Appels", "recu")->type, "DATETIME");
    assert_int_equal(column(c, "Appels", "num")->key, 1);
    assert_int_equal(column(c, "diags", "rang")->key, 1);
    assert_int_equal(column(c, "diags", "appel")->key, 2);
    assert_string_equal(column(c, "diags", "appel")->to_table, "Appels");
    assert_string_equal(column(c, "diags", "appel")->to_column, "num");
    assert_string_equal(column(c, "diags", "a")->to_table, ""); /* of two columns */
    assert_string_equal(column(c, "vue", "num")->to_table, "");
    catalogue_free(c);
    source_close(source);
    unlink(path);
    (void)state;
}

static void every_product_has_its_queries(void **state)
{
    static const char *const names[] = {"sqlite", "postgresql", "mariadb", "sqlserver", "sybase", "odbc"};
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        assert_string_equal(catalogue_sql_find(names[i])->dialect, names[i]);
        assert_non_null(catalogue_sql_find(names[i])->tables);
    }
    assert_string_equal(catalogue_sql_find("other")->dialect, "odbc");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_columns_and_keys_are_as_the_database_says),
        cmocka_unit_test(every_product_has_its_queries),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
