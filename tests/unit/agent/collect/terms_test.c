/* SPDX-License-Identifier: Apache-2.0 */
/* What was agreed to, stream by stream: what is no longer so waits, the others go on, and a person can read
 * the difference. */
#include "tests/unit/agent/collect/house.h"

#include "agent/collect/terms.h"

static int setup(void **state)
{
    struct house *h = house_new();
    house_fill(h, 10, 4);
    house_once(h);
    house_close(h);
    *state = h;
    return 0;
}

static int teardown(void **state)
{
    house_free(*state);
    return 0;
}

/* The mapping with some words in place of others. */
static void rewrite(struct house *h, const char *old, const char *new)
{
    BUF_CLEANUP struct buf text = BUF_INIT(16384);
    const char *at = strstr(house_mapping, old);
    assert_non_null(at);
    buf_append(&text, house_mapping, (size_t)(at - house_mapping));
    buf_printf(&text, "%s%s", new, at + strlen(old));
    house_write(h->mapping, buf_text(&text));
}

static void add_call(struct house *h, int num)
{
    house_sql(h,
              "INSERT INTO appels VALUES (%d, 1001, '2026-03-10 11:00:00', '', 1);"
              "INSERT INTO consultations VALUES (%d, %d, 120)",
              num, num, num);
}

static void tell(void *context, const char *section, enum terms_change change, const char *line)
{
    buf_printf(context, "%s %c %s\n", section,
               change == TERMS_NEW    ? '+'
               : change == TERMS_GONE ? '-'
                                      : '!',
               line);
}

static struct buf difference(struct house *h)
{
    struct buf told = BUF_INIT(65536);
    struct approval approval;
    struct offer *offer = NULL;
    bool any = false;
    OKAY(collect_offer(&h->settings, &offer, &why));
    OKAY(collect_difference(&h->settings, offer, &approval, &any, tell, &told, &why));
    offer_free(offer);
    assert_true(any);
    return told;
}

static void a_stream_that_sends_more_waits_and_the_others_go_on(void **state)
{
    struct house *h = *state;
    struct err error;
    struct collect_status status;
    rewrite(h, "systolic: {from: c.ta_sys, rule: number}",
            "systolic: {from: c.ta_sys, rule: number}\n      diastolic: {from: c.ta_sys, rule: number}");
    add_call(h, 900001);
    house_open(h);
    assert_int_equal(collect_once(h->c, &error), ERR_CONFIG);
    house_load(h);
    house_equal(h, 41, 20);
    OKAY(collect_status(&h->settings, &status, &why));
    assert_true(status.approved && status.approval_outdated);
    assert_string_equal(status.streams[0].stopped, "");
    assert_string_equal(status.streams[1].stopped, "not_approved");
    BUF_CLEANUP struct buf told = difference(h);
    assert_string_equal(buf_text(&told), "visit + sent: diastolic, from c.ta_sys, as number\n");
    house_approve(h);
    BUF_CLEANUP struct buf nothing = difference(h);
    assert_int_equal(nothing.len, 0);
    house_once(h);
    house_equal(h, 41, 21);
}

static void it_goes_on_when_the_mapping_is_as_before(void **state)
{
    struct house *h = *state;
    struct err error;
    rewrite(h, "{from: c.ta_sys, rule: number}", "{from: c.ta_sys, rule: number, scale: 10}");
    add_call(h, 900001);
    house_open(h);
    assert_int_equal(collect_once(h->c, &error), ERR_CONFIG);
    BUF_CLEANUP struct buf told = difference(h);
    assert_true(told.len > 0);
    house_close(h);
    rewrite(h, "mapping: test", "# a comment\nmapping:   test");
    house_once(h);
    house_equal(h, 41, 21);
}

static void what_holds_for_every_patient_is_told_once(void **state)
{
    struct house *h = *state;
    struct err error;
    rewrite(h, "nobody: [0]", "nobody: [0, -1]");
    house_open(h);
    assert_int_equal(collect_once(h->c, &error), ERR_CONFIG);
    BUF_CLEANUP struct buf told = difference(h);
    assert_string_equal(buf_text(&told), "person - ids of nobody: [0]\nperson + ids of nobody: [0, -1]\n");
}

static void days_hold_for_all_streams(void **state)
{
    struct house *h = *state;
    struct err error;
    rewrite(h, "{from: 2024-01-01}", "{from: 2020-01-01}");
    add_call(h, 900001);
    house_open(h);
    assert_int_equal(collect_once(h->c, &error), ERR_CONFIG);
    house_load(h);
    assert_int_equal(house_count(h, "call"), 40);
    BUF_CLEANUP struct buf told = difference(h);
    assert_string_equal(buf_text(&told),
                        "general - days: from 2024-01-01\ngeneral + days: from 2020-01-01\n");
}

static void a_line_is_told_whole_however_long(void **state)
{
    struct house *h = *state;
    BUF_CLEANUP struct buf words = BUF_INIT(16384);
    buf_puts(&words, "prompt: [3");
    for (unsigned i = 0; i < 600; i++)
        buf_printf(&words, ", VALUE%u", i);
    buf_puts(&words, "], routine: [4, 9]}");
    rewrite(h, "prompt: 3, routine: 4}", buf_text(&words));
    BUF_CLEANUP struct buf told = difference(h);
    assert_non_null(strstr(buf_text(&told), "VALUE599], routine [4, 9]}\n"));
}

static void the_order_of_lines_is_nobodys_business(void **state)
{
    struct house *h = *state;
    rewrite(h, "    key: a.num\n    day: a.appel_le\n", "    day: a.appel_le\n    key: a.num\n");
    BUF_CLEANUP struct buf told = difference(h);
    assert_int_equal(told.len, 0);
    house_once(h);
}

static void what_changed_while_it_was_read_is_not_agreed_to(void **state)
{
    struct house *h = *state;
    struct offer *offer = NULL;
    struct err error;
    OKAY(collect_offer(&h->settings, &offer, &why));
    rewrite(h, "objects: [1]", "objects: [2]");
    assert_int_equal(collect_approve(&h->settings, offer, "A person", &error), ERR_REJECTED);
    assert_string_equal(error.message, "the mapping changed while you were reading");
    house_open(h);
    assert_int_equal(collect_once(h->c, &error), ERR_CONFIG);
    house_close(h);
    house_write(h->mapping, house_mapping);
    OKAY(collect_approve(&h->settings, offer, "A person", &why));
    offer_free(offer);
    house_once(h);
}

static void terms_outlive_the_state(void **state)
{
    struct house *h = *state;
    struct err error;
    char path[128];
    snprintf(path, sizeof(path), "%s/state.db", h->collect_folder);
    house_remove(path);
    rewrite(h, "{from: c.ta_sys, rule: number}", "{from: c.ta_sys, rule: number, scale: 10}");
    house_open(h);
    assert_int_equal(collect_once(h->c, &error), ERR_CONFIG);
    BUF_CLEANUP struct buf told = difference(h);
    assert_non_null(strstr(buf_text(&told), "visit"));
    assert_null(strstr(buf_text(&told), "call"));
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(a_stream_that_sends_more_waits_and_the_others_go_on),
        T(it_goes_on_when_the_mapping_is_as_before),
        T(what_holds_for_every_patient_is_told_once),
        T(days_hold_for_all_streams),
        T(a_line_is_told_whole_however_long),
        T(the_order_of_lines_is_nobodys_business),
        T(what_changed_while_it_was_read_is_not_agreed_to),
        T(terms_outlive_the_state),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
