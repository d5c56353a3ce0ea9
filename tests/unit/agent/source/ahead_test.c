/* SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "agent/source/ahead.h"
#include "tests/unit/agent/source_place.h"

#define ROWS 3000
/* Of some rows the text is larger than a block, and three of them follow each other. */
#define LARGE 100000
#define SERIES "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < CAST(? AS INTEGER)) "

static int set_up(void **state)
{
    *state = place_new("");
    return 0;
}

static struct source_rows *asked(struct source *source, const char *sql, const char *last)
{
    const char *values[] = {last};
    struct source_rows *rows = NULL;
    assert_int_equal(source_query(source, sql, values, 1, &rows, NULL), OK);
    return rows;
}

static bool large(int64_t i)
{
    return i % 700 < 3 && i > 100;
}

static void expect_row(const struct cell *cells, size_t count, int64_t i)
{
    char text[32];
    assert_int_equal(count, 5);
    assert_int_equal(cells[0].type, CELL_INTEGER);
    assert_int_equal(cells[0].integer, i);
    snprintf(text, sizeof text, "ligne %lld", (long long)i);
    assert_int_equal(cells[1].len, large(i) ? LARGE : strlen(text));
    for (size_t k = 0; large(i) && k < LARGE; k++)
        assert_int_equal(cells[1].text[k], '0');
    if (!large(i))
        assert_memory_equal(cells[1].text, text, strlen(text));
    assert_int_equal(cells[2].type, i % 2 ? CELL_NULL : CELL_TEXT); /* an empty text is none the less one */
    assert_int_equal(cells[2].len, 0);
    assert_true(cells[3].real > (double)i && cells[3].real < (double)i + 1);
    assert_int_equal(cells[4].type, CELL_BLOB);
    assert_memory_equal(cells[4].text, "\0\xff", 2);
}

static void every_row_arrives_once_and_in_order(void **state)
{
    const struct place *place = *state;
    const struct cell *cells;
    size_t count;
    struct source_rows *rows =
        asked(place->source,
              SERIES
              "SELECT i, CASE WHEN i % 700 < 3 AND i > 100 THEN hex(zeroblob(50000)) ELSE 'ligne ' || i END, "
              "CASE WHEN i % 2 THEN NULL ELSE '' END, i + 0.5, x'00ff' FROM n",
              "2999");
    for (int64_t i = 0; i < ROWS; i++) {
        assert_int_equal(source_next(rows, &cells, &count, NULL), OK);
        assert_non_null(cells);
        expect_row(cells, count, i);
    }
    for (int again = 0; again < 2; again++) {
        assert_int_equal(source_next(rows, &cells, &count, NULL), OK);
        assert_null(cells);
    }
    assert_int_equal(source_end(rows, OK, NULL), OK);
}

static void a_failure_comes_after_the_rows_before_it(void **state)
{
    const struct place *place = *state;
    const struct cell *cells;
    size_t count;
    struct err err;
    struct source_rows *rows =
        asked(place->source,
              SERIES "SELECT i, CASE WHEN i = 1500 THEN abs(-9223372036854775807 - 1) END FROM n", "2999");
    for (int64_t i = 0; i < 1500; i++) {
        assert_int_equal(source_next(rows, &cells, &count, &err), OK);
        assert_int_equal(cells[0].integer, i);
    }
    for (int again = 0; again < 2; again++) {
        assert_int_equal(source_next(rows, &cells, &count, &err), ERR_REJECTED);
        assert_non_null(strstr(err.message, "cannot give a value"));
    }
    assert_int_equal(source_end(rows, ERR_REJECTED, &err), ERR_REJECTED);
}

/* Of each thread of this process: how many there are, and whether the others leave all signals to the first.
 */
static int threads(bool *ret_deaf)
{
    DIR *folder = opendir("/proc/self/task");
    struct dirent *entry;
    int count = 0;
    *ret_deaf = true;
    while ((entry = readdir(folder)) != NULL) {
        if (entry->d_name[0] == '.')
            continue;
        count++;
        char path[300], line[128];
        unsigned long long blocked = 0;
        snprintf(path, sizeof path, "/proc/self/task/%s/status", entry->d_name);
        FILE *file = fopen(path, "r");
        while (file != NULL && fgets(line, sizeof line, file) != NULL)
            sscanf(line, "SigBlk: %llx", &blocked);
        if (file != NULL)
            fclose(file);
        if (atoi(entry->d_name) != getpid() && !(blocked >> (SIGTERM - 1) & blocked >> (SIGINT - 1) & 1))
            *ret_deaf = false;
    }
    closedir(folder);
    return count;
}

static void a_query_may_be_left_at_any_row(void **state)
{
    const struct place *place = *state;
    const struct cell *cells;
    size_t count;
    bool deaf;
    int before = threads(&deaf);
    for (int64_t stop = 1; stop<600; stop += stop> 95 && stop < 110 ? 1 : 31) {
        struct source_rows *rows = asked(place->source, SERIES "SELECT i FROM n", "2999");
        for (int64_t i = 0; i < stop; i++) {
            assert_int_equal(source_next(rows, &cells, &count, NULL), OK);
            assert_int_equal(cells[0].integer, i);
        }
        assert_int_equal(threads(&deaf), before + (stop > 100));
        assert_true(deaf);
        assert_int_equal(source_end(rows, ERR_RETRY, NULL), ERR_RETRY);
        assert_int_equal(threads(&deaf), before);
    }
}

/* A database that takes its time over each row. */
static enum err_code dear_next(void *rows, const struct cell **ret_cells, size_t *ret_count, struct err *err)
{
    static struct cell cell = {.type = CELL_INTEGER};
    (void)err;
    usleep(60000);
    cell.integer = ++*(int *)rows;
    *ret_cells = &cell;
    *ret_count = 1;
    return OK;
}

/* Nor does a stop wait for rows that nobody wants: a block of them may take longer than a shutdown. */
static void dear_rows_are_handed_over_as_they_come(void **state)
{
    static const struct source_backend dear = {.next = dear_next};
    const struct cell *cells;
    size_t count;
    int fetched = 0;
    (void)state;
    struct ahead *ahead = ahead_start(&dear, &fetched, 1);
    assert_non_null(ahead);
    for (int i = 1; i <= 5; i++) {
        assert_int_equal(ahead_next(ahead, &cells, &count, NULL), OK);
        assert_int_equal(cells[0].integer, i);
    }
    ahead_stop(ahead);
    assert_in_range(fetched, 5, 20);
}

static void nothing_else_is_asked_meanwhile(void **state)
{
    const struct place *place = *state;
    const struct cell *cells;
    struct source_column *columns;
    struct source_plan plan;
    size_t count;
    struct source_rows *second = NULL, *rows = asked(place->source, "SELECT ?", "1");
    assert_int_equal(source_query(place->source, "SELECT 1", NULL, 0, &second, NULL), ERR_INTERNAL);
    assert_int_equal(source_columns(place->source, "appels", &columns, &count, NULL), ERR_INTERNAL);
    assert_int_equal(source_explain(place->source, "SELECT 1", NULL, 0, &plan, NULL), ERR_INTERNAL);
    assert_int_equal(source_next(rows, &cells, &count, NULL), OK);
    assert_int_equal(source_end(rows, OK, NULL), OK);
    rows = asked(place->source, "SELECT ?", "1");
    assert_int_equal(source_end(rows, OK, NULL), OK);
}

/* The sort before the first row: nobody gets to look at a row meanwhile. */
static void a_stop_ends_the_statement(void **state)
{
    const struct place *place = *state;
    volatile sig_atomic_t stop = 1;
    struct source_options options = {
        .kind = SOURCE_SQLITE, .database = place->path, .timeout_ms = 600000, .stop = &stop};
    struct source *source = NULL;
    const struct cell *cells;
    size_t count;
    assert_int_equal(source_open(&options, &source, NULL), OK);
    struct source_rows *rows = asked(source, SERIES "SELECT sum(i) FROM n", "1000000000000");
    struct err err;
    assert_int_equal(source_next(rows, &cells, &count, &err), ERR_RETRY);
    assert_string_equal(err.message, "stopped while reading");
    assert_int_equal(source_end(rows, ERR_RETRY, NULL), ERR_RETRY);
    source_close(source);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_row_arrives_once_and_in_order, set_up, place_end),
        cmocka_unit_test_setup_teardown(a_failure_comes_after_the_rows_before_it, set_up, place_end),
        cmocka_unit_test_setup_teardown(a_query_may_be_left_at_any_row, set_up, place_end),
        cmocka_unit_test(dear_rows_are_handed_over_as_they_come),
        cmocka_unit_test_setup_teardown(nothing_else_is_asked_meanwhile, set_up, place_end),
        cmocka_unit_test_setup_teardown(a_stop_ends_the_statement, set_up, place_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
