/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/discover/schema.h"

#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* Columns whose values say who, whatever they are called; and columns whose names mean two things. */
static const char rows[] =
    "CREATE TABLE fiche_appel (num INTEGER PRIMARY KEY, recu_le TEXT, motif TEXT, zone1 TEXT, zone2 TEXT, "
    "zone3 TEXT,"
    " zone4 TEXT, zone5 TEXT, zone6 TEXT, motif_nom TEXT, code_porte TEXT, urgence TEXT, commentaire TEXT,"
    " adresse_mail_appelant TEXT, type_appelant TEXT, medecin TEXT, id_medecin INTEGER, vide TEXT);"
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 120)"
    " INSERT INTO fiche_appel SELECT i, '2026-01-02 10:' || (10 + i % 50), 'R' || (10 + i % 5),"
    " '06 11 22 ' || (10 + i % 80) || ' 33', 'p' || i || '@exemple.test', '1' || (850612345678 + i),"
    " i || ' rue des Lilas', (1930 + i % 80) || '-05-06', 'Mar' || char(97 + i % 26, 97 + i / 26) || 'tin',"
    " 'R17', 'A' || i, 'U' || (i % 3), 'toux depuis hier', 'x', 'FAM', 'Durand', i % 9, NULL FROM n;";

struct fixture {
    char path[32];
    struct model model;
    struct source *source;
    struct schema *schema;
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    snprintf(f->path, sizeof f->path, "/tmp/discover.XXXXXX");
    close(mkstemp(f->path));
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, rows, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    struct source_options options = {.kind = SOURCE_SQLITE, .database = f->path, .timeout_ms = 5000};
    struct err err = {0};
    assert_int_equal(source_open(&options, &f->source, &err), OK);
    assert_int_equal(schema_read(f->source, &f->model, &f->schema, &err), OK);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    schema_free(f->schema);
    source_close(f->source);
    unlink(f->path);
    free(f);
    return 0;
}

static const struct column *find(const struct fixture *f, const char *name)
{
    const struct table *table = &f->schema->tables[0];
    for (size_t i = 0; i < table->count; i++)
        if (strcmp(table->columns[i].is->name, name) == 0)
            return &table->columns[i];
    fail_msg("no column %s", name);
    return NULL;
}

static void columns_are_identifiers_by_what_they_hold(void **state)
{
    static const struct {
        const char *column, *kind;
    } cases[] = {{"zone1", "phone"},   {"zone2", "email"},      {"zone3", "nir"},
                 {"zone4", "address"}, {"zone5", "birth_date"}, {"zone6", "name"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct column *column = find(*state, cases[i].column);
        if (column->identifier == NULL || strcmp(column->identifier, cases[i].kind) != 0)
            fail_msg("%s is %s", cases[i].column, column->identifier);
    }
}

static void what_looks_like_both_is_an_identifier(void **state)
{
    assert_string_equal(find(*state, "motif_nom")->identifier, "name");
    assert_string_equal(find(*state, "code_porte")->identifier, "code");
    assert_string_equal(find(*state, "adresse_mail_appelant")->identifier, "email");
    assert_string_equal(find(*state, "adresse_mail_appelant")->role, "caller");
    assert_string_equal(find(*state, "medecin")->identifier, "name");
    assert_string_equal(find(*state, "medecin")->role, "practitioner");
}

static void care_is_no_identifier(void **state)
{
    static const char *const names[] = {"num",         "recu_le",       "motif",      "urgence",
                                        "commentaire", "type_appelant", "id_medecin", "vide"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (find(*state, names[i])->identifier != NULL)
            fail_msg("%s is %s", names[i], find(*state, names[i])->identifier);
}

static void shapes_are_counted(void **state)
{
    struct fixture *f = *state;
    assert_true(column_is_date(find(f, "recu_le")));
    assert_true(find(f, "recu_le")->shape.kinds[SHAPE_TIMED] > 0);
    assert_int_equal(find(f, "recu_le")->shape.kinds[SHAPE_OLD], 0);
    assert_true(column_is_coded(find(f, "urgence")));
    assert_int_equal(find(f, "urgence")->shape.distinct, 3);
    assert_int_equal(find(f, "vide")->shape.filled, 0);
    assert_ptr_equal(table_key(&f->schema->tables[0]), find(f, "num"));
    assert_int_equal(f->schema->tables[0].role, TABLE_CALL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(columns_are_identifiers_by_what_they_hold, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_looks_like_both_is_an_identifier, set_up, tear_down),
        cmocka_unit_test_setup_teardown(care_is_no_identifier, set_up, tear_down),
        cmocka_unit_test_setup_teardown(shapes_are_counted, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
