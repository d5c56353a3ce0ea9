/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/source/source.h"

#include <setjmp.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

struct place {
    char folder[64], path[100];
    sqlite3 *writer;
};

static void run(sqlite3 *db, const char *sql)
{
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
}

static int set_up(void **state)
{
    struct place *place = calloc(1, sizeof *place);
    snprintf(place->folder, sizeof place->folder, "/tmp/source.XXXXXX");
    assert_non_null(mkdtemp(place->folder));
    snprintf(place->path, sizeof place->path, "%s/dispatch.db", place->folder);
    assert_int_equal(sqlite3_open(place->path, &place->writer), SQLITE_OK);
    run(place->writer, "PRAGMA journal_mode=WAL; CREATE TABLE appels(num TEXT, appel_le TEXT, age INTEGER, "
                       "taille REAL, photo BLOB);"
                       "CREATE INDEX appels_le ON appels(appel_le);"
                       "INSERT INTO appels VALUES ('A', '2026-01-01', 3, 1.5, x'00ff'), ('B', '2026-01-02', "
                       "NULL, NULL, NULL)");
    *state = place;
    return 0;
}

static int tear_down(void **state)
{
    struct place *place = *state;
    char command[128];
    sqlite3_close(place->writer);
    chmod(place->folder, 0700);
    snprintf(command, sizeof command, "rm -rf '%s'", place->folder);
    assert_int_equal(system(command), 0);
    free(place);
    return 0;
}

static struct source *opened(const struct place *place)
{
    struct source_options options = {.kind = SOURCE_SQLITE, .database = place->path, .timeout_ms = 5000};
    struct source *source = NULL;
    struct err err = {0};
    assert_int_equal(source_open(&options, &source, &err), OK);
    return source;
}

static void every_type_arrives_as_it_was_stored(void **state)
{
    struct source *source = opened(*state);
    struct source_rows *rows;
    const struct cell *cells;
    size_t count;
    const char *values[] = {"2026-01-01"};
    assert_int_equal(
        source_query(source,
                     "SELECT num, age, taille, photo FROM appels WHERE appel_le >= ? ORDER BY appel_le",
                     values, 1, &rows, NULL),
        OK);
    assert_int_equal(source_next(rows, &cells, &count, NULL), OK);
    assert_int_equal(count, 4);
    assert_int_equal(cells[0].type, CELL_TEXT);
    assert_memory_equal(cells[0].text, "A", 1);
    assert_int_equal(cells[1].integer, 3);
    assert_true(cells[2].real > 1.4 && cells[2].real < 1.6);
    assert_int_equal(cells[3].type, CELL_BLOB);
    assert_int_equal(cells[3].len, 2);
    assert_int_equal(source_next(rows, &cells, &count, NULL), OK);
    assert_int_equal(cells[1].type, CELL_NULL);
    assert_int_equal(source_next(rows, &cells, &count, NULL), OK);
    assert_null(cells);
    assert_int_equal(source_end(rows, OK, NULL), OK);
    source_close(source);
}

static void nothing_can_be_written(void **state)
{
    struct source *source = opened(*state);
    struct source_rows *rows = NULL;
    const struct cell *cells;
    size_t count;
    enum err_code code = source_query(source, "DELETE FROM appels", NULL, 0, &rows, NULL);
    if (code == OK) {
        assert_int_not_equal(source_next(rows, &cells, &count, NULL), OK);
        assert_int_equal(source_end(rows, OK, NULL), OK);
    }
    source_close(source);
    const struct place *place = *state;
    sqlite3_stmt *stmt;
    sqlite3_prepare_v2(place->writer, "SELECT count(*) FROM appels", -1, &stmt, NULL);
    sqlite3_step(stmt);
    assert_int_equal(sqlite3_column_int(stmt, 0), 2);
    sqlite3_finalize(stmt);
}

static void a_statement_that_does_not_fit_names_no_value(void **state)
{
    struct source *source = opened(*state);
    struct source_rows *rows;
    struct err err;
    const char *values[] = {"DUPONT"};
    assert_int_equal(source_query(source, "SELECT nothing FROM appels WHERE num = ?", values, 1, &rows, &err),
                     ERR_CONFIG);
    assert_null(strstr(err.message, "DUPONT"));
    assert_true(strlen(err.hint) > 0);
    source_close(source);
}

static void fails_at_its_row(struct source *source, const char *sql)
{
    struct source_rows *rows;
    const struct cell *cells;
    size_t count;
    struct err err;
    assert_int_equal(source_query(source, sql, NULL, 0, &rows, &err), OK);
    assert_int_equal(source_next(rows, &cells, &count, &err), ERR_REJECTED);
    assert_null(strstr(err.message, "DUPONT"));
    assert_true(strlen(err.hint) > 0);
    assert_int_equal(source_end(rows, OK, NULL), OK);
}

/* Internal would stop every stream; a value beyond the unit's memory, the whole process, again and again. */
static void a_value_that_cannot_be_given_is_a_fault_of_the_data_and_is_quoted_nowhere(void **state)
{
    const struct place *place = *state;
    struct source *source = opened(place);
    run(place->writer, "UPDATE appels SET num = '{DUPONT', photo = zeroblob(40000000)");
    fails_at_its_row(source, "SELECT json_extract(num, '$.age') FROM appels");
    fails_at_its_row(source, "SELECT photo FROM appels");
    fails_at_its_row(source, "SELECT group_concat(a.photo) FROM appels a, appels b");
    source_close(source);
}

static void columns_are_listed_in_order(void **state)
{
    const struct place *place = *state;
    struct source *source = opened(*state);
    struct source_column *columns;
    size_t count;
    struct err err;
    assert_int_equal(source_columns(source, "appels", &columns, &count, NULL), OK);
    assert_int_equal(count, 5);
    assert_string_equal(columns[1].name, "appel_le");
    free(columns);
    assert_int_equal(source_columns(source, "nowhere", &columns, &count, &err), ERR_CONFIG);
    run(place->writer, "CREATE VIEW vue AS SELECT num FROM gone");
    assert_int_equal(source_columns(source, "vue", &columns, &count, &err), ERR_CONFIG);
    source_close(source);
}

static void a_walk_over_the_whole_table_is_told(void **state)
{
    struct source *source = opened(*state);
    struct source_plan plan;
    assert_int_equal(source_explain(source, "SELECT 1 FROM \"appels\" AS \"a\" WHERE \"a\".\"age\" = 3", NULL,
                                    0, &plan, NULL),
                     OK);
    assert_true(plan.full_scan);
    assert_string_equal(plan.table, "appels");
    assert_int_equal(plan.rows, 2);
    const char *values[] = {"2026-01-01"};
    assert_int_equal(source_explain(source, "SELECT 1 FROM \"appels\" AS \"a\" WHERE \"a\".\"appel_le\" = ?",
                                    values, 1, &plan, NULL),
                     OK);
    assert_false(plan.full_scan);
    source_close(source);
}

static void a_missing_database_says_what_to_check(void **state)
{
    (void)state;
    struct source_options options = {.kind = SOURCE_SQLITE, .database = "/nowhere/dispatch.db"};
    struct source *source;
    struct err err;
    assert_int_equal(source_open(&options, &source, &err), ERR_CONFIG);
    assert_true(strlen(err.hint) > 0);
}

/* Root may write anywhere: the folder is left to another user, in a child that becomes nobody. */
static void in_a_folder_of_others(struct place *place, void (*body)(struct place *))
{
    sqlite3_close(place->writer);
    place->writer = NULL;
    assert_int_equal(chmod(place->folder, 0755), 0);
    assert_int_equal(chmod(place->path, 0644), 0);
    pid_t pid = fork();
    if (pid == 0) {
        if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
            _exit(2);
        if (geteuid() != 65534)
            assert_int_equal(chmod(place->folder, 0555), 0);
        body(place);
        _exit(0);
    }
    int status;
    waitpid(pid, &status, 0);
    assert_int_equal(status, 0);
}

static void reads_it(struct place *place)
{
    struct source *source = opened(place);
    struct source_rows *rows;
    const struct cell *cells;
    size_t count;
    if (source_query(source, "SELECT num FROM appels", NULL, 0, &rows, NULL) != OK ||
        source_next(rows, &cells, &count, NULL) != OK || cells == NULL || source_end(rows, OK, NULL) != OK)
        _exit(3);
    source_close(source);
}

static void a_wal_database_in_a_folder_of_others_is_read(void **state)
{
    in_a_folder_of_others(*state, reads_it);
}

static void discards_it(struct place *place)
{
    struct source *source = opened(place);
    struct source_rows *rows;
    const struct cell *cells;
    size_t count;
    struct err err;
    if (source_query(source, "SELECT num FROM appels", NULL, 0, &rows, NULL) != OK ||
        source_next(rows, &cells, &count, NULL) != OK)
        _exit(3);
    raise(SIGSTOP);
    if (source_end(rows, OK, &err) != ERR_RETRY ||
        source_query(source, "SELECT num FROM appels", NULL, 0, &rows, &err) != ERR_RETRY)
        _exit(4);
    source_close(source);
}

/* While the reader stands in the middle of its read, the product writes: the read says nothing. */
static void a_read_over_a_file_that_changed_is_discarded(void **state)
{
    struct place *place = *state;
    if (geteuid() != 0)
        skip();
    sqlite3_close(place->writer);
    chmod(place->folder, 0755);
    chmod(place->path, 0644);
    pid_t pid = fork();
    if (pid == 0) {
        if (setgid(65534) != 0 || setuid(65534) != 0)
            _exit(2);
        discards_it(place);
        _exit(0);
    }
    int status;
    waitpid(pid, &status, WUNTRACED);
    assert_true(WIFSTOPPED(status));
    assert_int_equal(sqlite3_open(place->path, &place->writer), SQLITE_OK);
    run(place->writer, "INSERT INTO appels(num) VALUES ('C')");
    kill(pid, SIGCONT);
    waitpid(pid, &status, 0);
    assert_int_equal(status, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_type_arrives_as_it_was_stored, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nothing_can_be_written, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_statement_that_does_not_fit_names_no_value, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            a_value_that_cannot_be_given_is_a_fault_of_the_data_and_is_quoted_nowhere, set_up, tear_down),
        cmocka_unit_test_setup_teardown(columns_are_listed_in_order, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_walk_over_the_whole_table_is_told, set_up, tear_down),
        cmocka_unit_test(a_missing_database_says_what_to_check),
        cmocka_unit_test_setup_teardown(a_wal_database_in_a_folder_of_others_is_read, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_read_over_a_file_that_changed_is_discarded, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
