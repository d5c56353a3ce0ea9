/* SPDX-License-Identifier: Apache-2.0 */
/* The statements: mapped columns only, in each database's own SQL; and the sets and merges beside them. */
#include "tests/unit/agent/collect/house_text.h"

static const struct source_dialect sqlite = {.name = "sqlite",
                                             .quote_open = '"',
                                             .quote_close = '"',
                                             .text_open = "CAST(",
                                             .text_close = " AS TEXT)",
                                             .any_type = true};
static const struct source_dialect server = {.name = "sqlserver",
                                             .quote_open = '[',
                                             .quote_close = ']',
                                             .limit_by_top = true,
                                             .text_open = "CAST(",
                                             .text_close = " AS NVARCHAR(4000))",
                                             .booleans = true};

static const struct source_dialect exact = {.name = "exact",
                                            .quote_open = '"',
                                            .quote_close = '"',
                                            .text_open = "CAST(",
                                            .text_close = " AS TEXT)",
                                            .bytes_open = "BYTES(",
                                            .bytes_close = ")"};

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

static struct mapping *load(struct house *h)
{
    PROBLEMS_CLEANUP struct problems problems = {0};
    struct mapping *mapping = mapping_load(h->mapping, h->model, &problems);
    problems_print(&problems, stderr);
    assert_non_null(mapping);
    return mapping;
}

static void rows_name_mapped_columns_only(void **state)
{
    struct house *h = *state;
    struct mapping *mapping = load(h);
    struct select *sel = select_new(mapping, mapping->streams[0], &sqlite, DAYS_TEXT);
    assert_null(strchr(sel->range, '*'));
    assert_null(strstr(sel->range, "\"ddn\""));
    assert_non_null(strstr(sel->range,
                           " FROM \"appels\" AS \"a\" LEFT JOIN \"patients\" AS \"p\" ON \"p\".\"id\" ="
                           " \"a\".\"patient_id\" LEFT JOIN \"personnes\" AS \"q\" ON"));
    assert_non_null(strstr(sel->range, " WHERE \"a\".\"appel_le\" >= ? AND \"a\".\"appel_le\" < ?"
                                       " ORDER BY \"a\".\"appel_le\""));
    assert_non_null(strstr(sel->range, "CASE WHEN \"q\".\"id\" IS NULL THEN NULL ELSE \"p\".\"id\" END"));
    assert_non_null(strstr(sel->newest, " LIMIT 1"));
    assert_non_null(strstr(sel->newest, "typeof(\"a\".\"appel_le\") = 'text' AND \"a\".\"appel_le\" LIKE "
                                        "'____-__-__%' AND \"a\".\"appel_le\" >= '0'"));
    assert_non_null(strstr(sel->unordered, " WHERE NOT (typeof("));
    assert_non_null(strstr(sel->unordered_table, " FROM \"appels\" AS \"a\" WHERE NOT (typeof("));
    assert_null(strstr(sel->keys, " BY ")); /* the database sorts and groups nothing for it */
    select_free(sel);
    sel = select_new(mapping, mapping->streams[1], &server, DAYS_DATE);
    assert_non_null(strstr(sel->range, "[c].[ta_sys]"));
    assert_non_null(strstr(sel->newest, "SELECT TOP 1 [a].[appel_le]"));
    assert_null(sel->unordered); /* dates of its own are in order */
    assert_null(strstr(sel->newest, "LIKE"));
    assert_null(sel->look); /* the stream names no `changed` */
    select_free(sel);
    mapping_free(mapping);
}

static void the_texts_of_a_call_are_joined_into_each_of_its_rows(void **state)
{
    struct house *h = *state;
    const struct source_dialect joining = {.name = "postgresql",
                                           .quote_open = '"',
                                           .quote_close = '"',
                                           .text_open = "CAST(",
                                           .text_close = " AS TEXT)",
                                           .join_open = "string_agg(",
                                           .join_close = ", chr(30))"};
    house_add_notes(h);
    struct mapping *mapping = load(h);
    struct select *sel = select_new(mapping, mapping->streams[0], &joining, DAYS_TEXT);
    assert_null(strstr(sel->range, "\"other_a\".\"note\"")); /* the row has it */
    assert_non_null(
        strstr(sel->range,
               ", (SELECT string_agg(\"other_c\".\"note\", chr(30)) FROM \"consultations\" AS \"other_c\""
               " JOIN \"appels\" AS \"other_a\" ON \"other_a\".\"num\" = \"other_c\".\"appel_num\""
               " WHERE \"other_a\".\"num\" = \"a\".\"num\") FROM \"appels\" AS \"a\""));
    select_free(sel);
    sel = select_new(mapping, mapping->streams[1], &joining, DAYS_TEXT);
    assert_non_null(strstr(sel->range,
                           ", (SELECT string_agg(\"other_a\".\"note\", chr(30)) FROM \"appels\" AS"
                           " \"other_a\" WHERE \"other_a\".\"num\" = \"a\".\"num\"), (SELECT"));
    select_free(sel);
    sel = select_new(mapping, mapping->streams[1], &server, DAYS_DATE); /* a database that cannot */
    assert_non_null(strstr(sel->range, ", NULL, NULL FROM [consultations]"));
    select_free(sel);
    mapping_free(mapping);
}

static void quotes_in_names_and_values_are_doubled(void **state)
{
    struct house *h = *state;
    struct mapping *mapping = load(h);
    struct mapping_column *day = &mapping->streams[0]->columns[mapping->streams[0]->day];
    free(day->column);
    day->column = strdup("le \"jour\"");
    free(mapping->objects[0]);
    mapping->objects[0] = strdup("l'oui");
    struct select *sel = select_new(mapping, mapping->streams[0], &sqlite, DAYS_TEXT);
    assert_non_null(strstr(sel->range, "\"a\".\"le \"\"jour\"\"\" >= ?"));
    char *objectors = select_objectors(mapping, &sqlite);
    assert_non_null(strstr(objectors, " LIKE 'L_OUI'"));
    free(objectors);
    select_free(sel);
    mapping_free(mapping);
}

/* In MariaDB 'O' = 0, in PostgreSQL it is an error; the agent trims and reads 5.00 as 5. What it may read as
 * a value is found, since a death that is not found hides nothing. */
static void values_are_compared_as_the_text_that_the_agent_may_read(void **state)
{
    struct house *h = *state;
    struct mapping *mapping = load(h);
    char *objectors = select_objectors(mapping, &server);
    assert_non_null(strstr(objectors, "WHERE (UPPER(CAST([p].[opposition] AS NVARCHAR(4000))) LIKE '"));
    assert_non_null(strstr(objectors, " LIKE '1.0%'"));
    assert_non_null(strstr(objectors, " LIKE 'TRUE'")); /* of a boolean */
    assert_null(strstr(objectors, "NOT IN"));           /* this product's texts are equal in its own way */
    free(objectors);
    objectors = select_objectors(mapping, &sqlite);
    assert_null(strstr(objectors, "'TRUE'"));
    free(objectors);
    mapping_free(mapping);
}

/* -1 of a column with places is -1.00; MariaDB's BIT is bytes, and its ZEROFILL puts zeros before. */
static void numbers_are_found_as_products_write_them(void **state)
{
    static const struct source_dialect mariadb = {.name = "mariadb",
                                                  .quote_open = '`',
                                                  .quote_close = '`',
                                                  .text_open = "CAST(",
                                                  .text_close = " AS CHAR)",
                                                  .odd_numbers = true};
    struct house *h = *state;
    struct mapping *mapping = load(h);
    char *objectors = select_objectors(mapping, &mariadb);
    assert_non_null(strstr(objectors, " OR CAST(`p`.`opposition` AS BINARY) = CHAR(1)"));
    assert_non_null(strstr(objectors, " LIKE '0%1' AND `p`.`opposition` + 0 = 1)"));
    free(objectors);
    free(mapping->objects[0]);
    mapping->objects[0] = strdup("-1");
    objectors = select_objectors(mapping, &sqlite);
    assert_non_null(strstr(objectors, " LIKE '-1.0%'"));
    free(objectors);
    mapping_free(mapping);
}

/* Nearly everybody allows it, and the many ways to write an objection are looked for in the others alone. */
static void who_allows_it_in_plain_text_is_passed_over_first(void **state)
{
    struct house *h = *state;
    struct mapping *mapping = load(h);
    char *objectors = select_objectors(mapping, &exact);
    assert_non_null(strstr(objectors, "WHERE BYTES(\"p\".\"opposition\") NOT IN ('0') AND (UPPER("));
    free(objectors);
    free(mapping->allows[0]);
    mapping->allows[0] = strdup("d'accord"); /* not so plain: judged with the others */
    objectors = select_objectors(mapping, &exact);
    assert_null(strstr(objectors, "NOT IN"));
    free(objectors);
    mapping_free(mapping);
}

/* A driver that holds whole results would hold everybody's name. A part holds those without one, too. */
static void names_are_read_in_parts_where_a_driver_holds_results(void **state)
{
    (void)state;
    char table[] = "personnes", surname[] = "nom", given[] = "prenom", *names[] = {surname, NULL},
         *given_names[] = {given, NULL};
    const struct mapping_gazetteer gazetteer = {.table = table, .name = names, .given_name = given_names};
    const struct source_dialect mariadb = {.name = "mariadb",
                                           .quote_open = '`',
                                           .quote_close = '`',
                                           .parts = 4,
                                           .part_open = "MOD(CRC32(COALESCE(",
                                           .part_close = ", '')), 4)"};
    char *sql = select_names(&gazetteer, &mariadb);
    assert_string_equal(
        sql, "SELECT `nom`, `prenom` FROM `personnes` WHERE MOD(CRC32(COALESCE(`nom`, '')), 4) = ?");
    free(sql);
    sql = select_names(&gazetteer, &sqlite);
    assert_string_equal(sql, "SELECT \"nom\", \"prenom\" FROM \"personnes\"");
    free(sql);
}

static void merges_follow_chains_and_refuse_circles(void **state)
{
    struct house *h = *state;
    struct mapping *mapping = load(h);
    struct source *source = NULL;
    struct merges *merges = NULL;
    const struct source_options options = {.kind = SOURCE_SQLITE, .database = h->database};
    house_sql(
        h,
        "INSERT INTO rapprochements VALUES (2, 1), (3, 2), (11, 10), (10, 11), (21, 20), (22, 20), (30, 30)");
    for (int i = 100; i < 1000; i++)
        house_sql(h, "INSERT INTO rapprochements VALUES (99, %d)", i);
    OKAY(source_open(&options, &source, &why));
    OKAY(merges_load(mapping, source, &merges, &why));
    assert_string_equal(merges_find(merges, "1", 1), "3");
    assert_string_equal(merges_find(merges, "2", 1), "3");
    assert_null(merges_find(merges, "3", 1));
    assert_string_equal(merges_find(merges, "10", 2), "");
    assert_string_equal(merges_find(merges, "20", 2), ""); /* two parents: nobody can say which */
    assert_null(merges_find(merges, "30", 2));
    assert_string_equal(merges_find(merges, "777", 3), "99");
    merges_free(merges);
    source_close(source);
    mapping_free(mapping);
}

static void count_id(void *context, const char *id)
{
    assert_true(id[0] != '\0');
    ++*(size_t *)context;
}

/* Walked anew for each of its members, this takes hours. */
static void a_long_chain_of_merges_is_walked_once(void **state)
{
    struct house *h = *state;
    struct mapping *mapping = load(h);
    struct source *source = NULL;
    struct merges *merges = NULL;
    size_t members = 0;
    const struct source_options options = {.kind = SOURCE_SQLITE, .database = h->database};
    house_sql(h, "WITH RECURSIVE n(i) AS (SELECT 200000 UNION ALL SELECT i - 1 FROM n WHERE i > 1) "
                 "INSERT INTO rapprochements (id_parent, id_enfant) SELECT i, i + 1 FROM n");
    OKAY(source_open(&options, &source, &why));
    OKAY(merges_load(mapping, source, &merges, &why));
    merges_each(merges, "1", count_id, &members);
    assert_int_equal(members, 200000);
    assert_string_equal(merges_find(merges, "200001", 6), "1");
    merges_free(merges);
    source_close(source);
    mapping_free(mapping);
}

static void sets_hold_what_was_added(void **state)
{
    (void)state;
    struct token_set set = {.size = 0};
    struct hot_map map = {.size = 0};
    hot_map_reset(&map, 5000);
    for (uint32_t i = 1; i <= 5000; i++) {
        uint8_t digest[SHA256_SIZE];
        struct hot_record record = {.day = (int32_t)i};
        sha256(&i, sizeof(i), digest);
        memcpy(record.id, digest, TOKEN_SIZE);
        hot_map_add(&map, &record);
        assert_false(token_set_has(&set, digest));
        assert_true(token_set_add(&set, digest));
        assert_false(token_set_add(&set, digest));
    }
    for (uint32_t i = 1; i <= 5000; i++) {
        uint8_t digest[SHA256_SIZE];
        sha256(&i, sizeof(i), digest);
        assert_true(token_set_has(&set, digest));
        assert_int_equal(hot_map_find(&map, digest)->day, i);
    }
    assert_int_equal(set.count, 5000);
    token_set_clear(&set);
    assert_int_equal(set.count, 0);
    token_set_free(&set);
    hot_map_free(&map);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(rows_name_mapped_columns_only),
        T(the_texts_of_a_call_are_joined_into_each_of_its_rows),
        T(quotes_in_names_and_values_are_doubled),
        T(values_are_compared_as_the_text_that_the_agent_may_read),
        T(numbers_are_found_as_products_write_them),
        T(who_allows_it_in_plain_text_is_passed_over_first),
        T(a_long_chain_of_merges_is_walked_once),
        T(names_are_read_in_parts_where_a_driver_holds_results),
        T(merges_follow_chains_and_refuse_circles),
        cmocka_unit_test(sets_hold_what_was_added),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
