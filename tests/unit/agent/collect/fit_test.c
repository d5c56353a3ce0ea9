/* SPDX-License-Identifier: Apache-2.0 */
/* A database that is no longer what was approved: the stream concerned stands still, says why, and goes on by
 * itself. */
#include "tests/unit/agent/collect/house.h"

#include "agent/collect/types.h"

static int setup(void **state)
{
    struct house *h = house_new();
    house_fill(h, 10, 4);
    house_once(h);
    *state = h;
    return 0;
}

static int teardown(void **state)
{
    house_free(*state);
    return 0;
}

static void types_that_hold_the_same_are_of_one_class(void **state)
{
    static const char *const pairs[][2] = {{"VARCHAR(50)", "text"},
                                           {"character varying(20)", "text"},
                                           {"enum('a','b (c)')", "text"},
                                           {"int(10) unsigned", "integer"},
                                           {"BIGINT", "integer"},
                                           {"numeric(5,2)", "decimal"},
                                           {"timestamp(3) without time zone", "datetime"},
                                           {"timestamp with time zone", "moment"},
                                           {"timestamp", "timestamp"},
                                           {"  Double   Precision ", "real"},
                                           {"", "untyped"},
                                           {"geometry", "geometry"}};
    (void)state;
    for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
        char class[64];
        type_class(pairs[i][0], class, sizeof(class));
        assert_string_equal(class, pairs[i][1]);
    }
}

/* The table made anew with another type, its rows kept. */
static void retype(struct house *h, const char *type)
{
    house_sql(h,
              "CREATE TABLE renewed (id INTEGER PRIMARY KEY, appel_num INTEGER, ta_sys %s);"
              "INSERT INTO renewed SELECT * FROM consultations; DROP TABLE consultations;"
              "ALTER TABLE renewed RENAME TO consultations;"
              "CREATE INDEX consultations_appel ON consultations (appel_num);",
              type);
}

static void add_call(struct house *h, int num)
{
    house_sql(h,
              "INSERT INTO appels VALUES (%d, 1001, '2026-03-10 11:00:00', '', 1);"
              "INSERT INTO consultations VALUES (%d, %d, 120)",
              num, num, num);
}

static void changed_type_stops_its_stream_alone_until_it_is_as_before(void **state)
{
    struct house *h = *state;
    struct err error;
    struct collect_status status;
    retype(h, "TEXT");
    add_call(h, 900001);
    assert_int_equal(collect_once(h->c, &error), ERR_CONFIG);
    house_load(h);
    house_equal(h, 41, 20);
    OKAY(collect_status(&h->settings, &status, &why));
    assert_string_equal(status.streams[0].stopped, "");
    assert_string_equal(status.streams[1].stopped, "type_changed");
    assert_string_equal(status.streams[1].stopped_by, "consultations.ta_sys: integer, now text");
    house_open(h); /* another process remembers it too */
    assert_int_equal(collect_once(h->c, &error), ERR_CONFIG);
    retype(h, "BIGINT"); /* as before, for all that can be read in it */
    house_once(h);
    house_equal(h, 41, 21);
    OKAY(collect_status(&h->settings, &status, &why));
    assert_string_equal(status.streams[1].stopped_by, "");
}

static void changed_type_is_accepted_by_a_new_approval(void **state)
{
    struct house *h = *state;
    struct err error;
    retype(h, "DECIMAL(5,1)");
    add_call(h, 900001);
    assert_int_equal(collect_once(h->c, &error), ERR_CONFIG);
    house_approve(h);
    house_once(h);
    house_equal(h, 41, 21);
}

static void tell(void *context, const char *section, enum terms_change change, const char *line)
{
    buf_printf(context, "%s %c %s\n", section, change == TERMS_NEW ? '+' : '-', line);
}

/* A damaged page says nothing of the database: types are taken as they are, as without a list. */
static void a_damaged_list_of_types_is_none(void **state)
{
    struct house *h = *state;
    static const char *const damaged[] = {"appels.num=te", "appels.num", "appels.num\n", "=\nx", "\n"};
    for (size_t i = 0; i < sizeof(damaged) / sizeof(damaged[0]); i++) {
        state_begin(h->c->state);
        state_put(h->c->state, "types.call", damaged[i]);
        state_put(h->c->state, "types_found.call", damaged[i]);
        OKAY(state_commit(h->c->state, &why));
        house_once(h);
        assert_string_equal(h->c->streams[0].stopped, "");
    }
}

/* Whoever agrees to something else has not agreed to a type that was not shown. */
static void changed_type_is_accepted_only_by_who_was_shown_it(void **state)
{
    struct house *h = *state;
    struct err error;
    struct offer *offer = NULL;
    struct approval approval;
    BUF_CLEANUP struct buf told = BUF_INIT(4096);
    bool any = false;
    OKAY(collect_offer(&h->settings, &offer, &why));
    OKAY(collect_difference(&h->settings, offer, &approval, &any, tell, &told, &why));
    assert_int_equal(told.len, 0);
    retype(h, "TEXT");
    assert_int_equal(collect_once(h->c, &error), ERR_CONFIG);
    OKAY(collect_approve(&h->settings, offer, "A person", &why));
    assert_int_equal(collect_once(h->c, &error), ERR_CONFIG);
    OKAY(collect_difference(&h->settings, offer, &approval, &any, tell, &told, &why));
    assert_string_equal(buf_text(&told), "visit - type of the column: consultations.ta_sys, integer\n"
                                         "visit + type of the column: consultations.ta_sys, text\n");
    retype(h, "DECIMAL(5,1)");
    OKAY(collect_approve(&h->settings, offer, "A person", &why)); /* to a text */
    offer_free(offer);
    assert_int_equal(collect_once(h->c, &error), ERR_CONFIG);
    retype(h, "TEXT");
    house_once(h);
}

static void new_columns_and_longer_ones_stop_nothing(void **state)
{
    struct house *h = *state;
    house_sql(h, "ALTER TABLE consultations ADD COLUMN remarque TEXT");
    house_sql(h, "INSERT INTO appels VALUES (900001, 1001, '2026-03-10 11:00:00', '', 1)");
    house_once(h);
    house_equal(h, 41, 20);
}

static void fact_is(struct house *h, const char *name, const char *wanted)
{
    BUF_CLEANUP struct buf value = BUF_INIT(64);
    OKAY(spool_fact_get(h->c->spool, name, &value, &why));
    assert_string_equal(buf_text(&value), wanted);
}

static void new_columns_are_counted_and_named_on_site_until_the_next_approval(void **state)
{
    struct house *h = *state;
    struct collect_status status;
    fact_is(h, "collect.new_columns", "0");
    house_sql(h, "ALTER TABLE appels ADD COLUMN appels TEXT; ALTER TABLE personnes ADD COLUMN surnom TEXT");
    house_once(h);
    fact_is(h, "collect.new_columns", "2");
    OKAY(collect_status(&h->settings, &status, &why));
    assert_int_equal(status.new_columns, 2);
    assert_string_equal(status.new_column_names, "appels.appels, personnes.surnom");
    int changes = sqlite3_total_changes(state_handle(h->c->state));
    house_once(h);
    assert_int_equal(sqlite3_total_changes(state_handle(h->c->state)), changes);
    house_sql(h, "ALTER TABLE personnes DROP COLUMN surnom");
    house_once(h);
    fact_is(h, "collect.new_columns", "1");
    house_approve(h);
    house_once(h);
    fact_is(h, "collect.new_columns", "0");
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(types_that_hold_the_same_are_of_one_class),
        T(changed_type_stops_its_stream_alone_until_it_is_as_before),
        T(a_damaged_list_of_types_is_none),
        T(changed_type_is_accepted_by_a_new_approval),
        T(changed_type_is_accepted_only_by_who_was_shown_it),
        T(new_columns_and_longer_ones_stop_nothing),
        T(new_columns_are_counted_and_named_on_site_until_the_next_approval),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
