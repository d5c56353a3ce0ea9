/* SPDX-License-Identifier: Apache-2.0 */
#include "contact/db.h"

#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

struct place {
    char folder[32], path[64];
};

static int set_up(void **state)
{
    struct place *place = calloc(1, sizeof *place);
    snprintf(place->folder, sizeof place->folder, "/tmp/db.XXXXXX");
    assert_non_null(mkdtemp(place->folder));
    snprintf(place->path, sizeof place->path, "%s/a.db", place->folder);
    *state = place;
    return 0;
}

static int tear_down(void **state)
{
    struct place *place = *state;
    char command[64];
    snprintf(command, sizeof command, "rm -rf '%s'", place->folder);
    assert_int_equal(system(command), 0);
    free(place);
    return 0;
}

static const struct db_options options = {
    .create = true, .mode = 0640, .page_size = 16384, .application_id = 0x43544121};

static char *pragma(sqlite3 *db, const char *name)
{
    static char value[64];
    char sql[64];
    sqlite3_stmt *stmt;
    snprintf(sql, sizeof sql, "PRAGMA %s", name);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    snprintf(value, sizeof value, "%s", (const char *)sqlite3_column_text(stmt, 0));
    sqlite3_finalize(stmt);
    return value;
}

static void a_file_opens_durable_and_distrustful(void **state)
{
    const struct place *place = *state;
    sqlite3 *db;
    umask(077);
    assert_int_equal(db_open(place->path, &options, &db, NULL), OK);
    umask(022);
    assert_string_equal(pragma(db, "journal_mode"), "wal");
    assert_string_equal(pragma(db, "synchronous"), "2");
    assert_string_equal(pragma(db, "temp_store"), "2");
    assert_string_equal(pragma(db, "trusted_schema"), "0");
    assert_string_equal(pragma(db, "page_size"), "16384");
    struct stat st;
    assert_int_equal(stat(place->path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0640);
    db_close(db);
}

static void a_missing_file_is_waited_for_and_a_foreign_one_refused(void **state)
{
    const struct place *place = *state;
    sqlite3 *db;
    struct err err;
    struct db_options reader = options;
    reader.create = false;
    assert_int_equal(db_open(place->path, &reader, &db, &err), ERR_RETRY);
    assert_int_equal(sqlite3_open(place->path, &db), SQLITE_OK); /* as another process leaves it half-made */
    assert_int_equal(sqlite3_exec(db, "PRAGMA journal_mode=WAL", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    assert_int_equal(db_open(place->path, &reader, &db, &err), ERR_RETRY);
    FILE *file = fopen(place->path, "w");
    for (int i = 0; i < 1000; i++)
        fputs("not a database ", file);
    fclose(file);
    assert_int_equal(db_open(place->path, &reader, &db, &err), ERR_CORRUPT);
}

static void *let_go_of_it(void *context)
{
    usleep(50000);
    return sqlite3_exec(context, "COMMIT", NULL, NULL, NULL) == SQLITE_OK ? context : NULL;
}

static void a_file_that_another_process_is_making_is_no_foreign_file(void **state)
{
    const struct place *place = *state;
    sqlite3 *db, *other;
    struct err err = {0};
    pthread_t maker;
    void *done = NULL;
    assert_int_equal(sqlite3_open(place->path, &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "PRAGMA user_version=1; BEGIN EXCLUSIVE", NULL, NULL, NULL),
                     SQLITE_OK);
    assert_int_equal(pthread_create(&maker, NULL, let_go_of_it, other), 0);
    enum err_code code = db_open(place->path, &options, &db, &err);
    assert_int_equal(pthread_join(maker, &done), 0);
    assert_ptr_equal(done, other);
    assert_int_equal(code, OK);
    assert_int_equal(atoi(pragma(db, "application_id")), options.application_id);
    db_close(db);
    sqlite3_close(other);
}

static void migrations_run_once_and_a_newer_file_is_left_alone(void **state)
{
    const struct place *place = *state;
    static const char *const steps[] = {"CREATE TABLE a(x)", "INSERT INTO a VALUES (1)"};
    static const char *const broken[] = {"CREATE TABLE a(x)", "INSERT INTO a VALUES (1)",
                                         "INSERT INTO a VALUES (2); INSERT INTO b VALUES (1)"};
    sqlite3 *db;
    struct err err;
    assert_int_equal(db_open(place->path, &options, &db, NULL), OK);
    assert_int_equal(db_migrate(db, steps, 2, &err), OK);
    assert_int_equal(db_migrate(db, steps, 2, &err), OK);
    assert_int_equal(db_version(db), 2);
    assert_int_not_equal(db_migrate(db, broken, 3, &err), OK);
    assert_int_equal(db_version(db), 2);
    sqlite3_stmt *stmt;
    bool row;
    assert_int_equal(db_prepare(db, "SELECT count(*) FROM a", &stmt, NULL), OK);
    assert_int_equal(db_step(stmt, &row, NULL), OK);
    assert_int_equal(sqlite3_column_int(stmt, 0), 1);
    sqlite3_finalize(stmt);
    assert_int_equal(db_migrate(db, steps, 1, &err), ERR_CONFIG);
    assert_true(strlen(err.hint) > 0);
    db_close(db);
}

static void a_kept_statement_is_prepared_once_and_ends_with_its_database(void **state)
{
    const struct place *place = *state;
    static const char sql[] = "SELECT 1 UNION SELECT 2", other[] = "SELECT 3";
    struct db_statements kept = {.count = 0};
    sqlite3_stmt *first, *again;
    bool row;
    sqlite3 *db;
    char wal[sizeof place->path + 8];
    snprintf(wal, sizeof wal, "%s-wal", place->path);
    assert_int_equal(db_open(place->path, &options, &db, NULL), OK);
    assert_int_equal(db_exec(db, "CREATE TABLE a(x)", NULL), OK);
    assert_int_equal(db_kept(db, &kept, sql, &first, NULL), OK);
    assert_int_equal(db_kept(db, &kept, other, &again, NULL), OK);
    assert_ptr_not_equal(first, again);
    assert_int_equal(db_kept(db, &kept, sql, &again, NULL), OK);
    assert_ptr_equal(first, again);
    assert_int_not_equal(db_kept(db, &kept, "SELECT FROM", &again, NULL), OK);
    assert_int_equal(db_step(first, &row, NULL), OK);
    assert_int_equal(access(wal, F_OK), 0);
    db_close(db);
    assert_int_not_equal(access(wal, F_OK), 0);
}

static int other_commits(void *context, int tries)
{
    sqlite3 *other = context;
    return tries == 0 && sqlite3_exec(other, "PRAGMA user_version=1; COMMIT", NULL, NULL, NULL) == SQLITE_OK;
}

static void a_step_that_another_process_has_just_made_is_not_made_again(void **state)
{
    const struct place *place = *state;
    const char *const steps[] = {"CREATE TABLE a (x INTEGER)", "CREATE TABLE b (x INTEGER)"};
    sqlite3 *db, *other;
    struct err err;
    assert_int_equal(db_open(place->path, &options, &db, NULL), OK);
    assert_int_equal(db_open(place->path, &options, &other, NULL), OK);
    assert_int_equal(db_exec(other, "BEGIN IMMEDIATE", NULL), OK);
    assert_int_equal(db_exec(other, steps[0], NULL), OK);
    sqlite3_busy_handler(db, other_commits, other);
    assert_int_equal(db_migrate(db, steps, 2, &err), OK);
    assert_string_equal(pragma(db, "user_version"), "2");
    db_close(db);
    db_close(other);
}

static void damage_is_told_as_damage(void **state)
{
    const struct place *place = *state;
    sqlite3 *db;
    assert_int_equal(db_open(place->path, &options, &db, NULL), OK);
    assert_int_equal(db_exec(db, "CREATE TABLE a(x); CREATE INDEX i ON a(x)", NULL), OK);
    for (int i = 0; i < 50; i++)
        assert_int_equal(db_exec(db, "INSERT INTO a VALUES (hex(randomblob(2000)))", NULL), OK);
    assert_int_equal(db_check(db, NULL), OK);
    db_close(db);
    int fd = open(place->path, O_WRONLY);
    char junk[8192];
    memset(junk, 0x5a, sizeof junk);
    assert_int_equal(pwrite(fd, junk, sizeof junk, 3 * 16384), sizeof junk);
    close(fd);
    assert_int_equal(db_open(place->path, &options, &db, NULL), OK);
    assert_int_equal(db_check(db, NULL), ERR_CORRUPT);
    db_close(db);
}

static void a_lock_held_by_another_is_a_reason_to_try_again(void **state)
{
    const struct place *place = *state;
    sqlite3 *a, *b;
    struct db_options impatient = options;
    impatient.busy_ms = 10;
    assert_int_equal(db_open(place->path, &options, &a, NULL), OK);
    assert_int_equal(db_open(place->path, &impatient, &b, NULL), OK);
    assert_int_equal(db_exec(a, "BEGIN IMMEDIATE", NULL), OK);
    assert_int_equal(db_exec(b, "BEGIN IMMEDIATE", NULL), ERR_RETRY);
    db_rollback(b);
    db_rollback(a);
    assert_int_equal(db_exec(b, "BEGIN IMMEDIATE", NULL), OK);
    db_rollback(b);
    db_close(a);
    db_close(b);
}

static void a_schema_is_understood_by_an_sqlite_that_knows_no_strict_tables(void **state)
{
    const struct place *place = *state;
    sqlite3 *db;
    char sql[] =
        "CREATE TABLE a (name TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;CREATE TABLE b (n INTEGER) STRICT;";
    db_without_strict(sql);
    assert_null(strstr(sql, "STRICT"));
    assert_int_equal(db_open(place->path, &options, &db, NULL), OK);
    assert_int_equal(db_exec(db, sql, NULL), OK);
    assert_int_equal(db_exec(db, "INSERT INTO b VALUES ('no number')", NULL), OK);
    assert_int_not_equal(db_exec(db, "SELECT rowid FROM a", NULL), OK);
    db_close(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_file_opens_durable_and_distrustful, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_missing_file_is_waited_for_and_a_foreign_one_refused, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_file_that_another_process_is_making_is_no_foreign_file, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(migrations_run_once_and_a_newer_file_is_left_alone, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_kept_statement_is_prepared_once_and_ends_with_its_database, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_step_that_another_process_has_just_made_is_not_made_again, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(damage_is_told_as_damage, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_lock_held_by_another_is_a_reason_to_try_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_schema_is_understood_by_an_sqlite_that_knows_no_strict_tables,
                                        set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
