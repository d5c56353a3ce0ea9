/* SPDX-License-Identifier: Apache-2.0 */
/* What the association decided outlives the state and the spool: neither is an open door when lost, nor asks
 * anybody again. */
#include "tests/unit/agent/collect/house.h"

static int setup(void **state)
{
    struct house *h = house_new();
    house_fill(h, 40, 6);
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

static void lose(struct house *h, const char *file)
{
    static const char *const parts[] = {"", "-wal", "-shm"};
    char path[160];
    for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
        snprintf(path, sizeof(path), "%s/%s%s", h->collect_folder, file, parts[i]);
        house_remove(path);
    }
}

static void lose_spool(struct house *h)
{
    house_remove(h->spool_folder);
    assert_int_equal(mkdir(h->spool_folder, 0770), 0);
}

static void change(struct house *h)
{
    house_sql(h, "DELETE FROM appels WHERE num = 20001");
    house_sql(h, "INSERT INTO appels VALUES (900001, 1001, '2026-03-10 11:00:00', '', 1)");
}

static void a_lost_state_repairs_itself(void **state)
{
    struct house *h = *state;
    lose(h, "state.db");
    change(h);
    house_once(h);
    house_equal(h, 240, 120);
}

static void a_lost_spool_repairs_itself(void **state)
{
    struct house *h = *state;
    lose_spool(h);
    change(h);
    house_once(h);
    OKAY(collect_sweep(h->c, SWEEP_COLD, &why));
    house_load(h);
    house_equal(h, 240, 120);
}

static void both_lost_repair_themselves(void **state)
{
    struct house *h = *state;
    lose(h, "state.db");
    lose_spool(h);
    change(h);
    house_once(h);
    house_equal(h, 240, 120);
}

static void refuses(struct house *h, enum err_code expected)
{
    struct err error = {.message = ""};
    size_t batches = h->batches;
    house_open(h);
    assert_int_equal(collect_once(h->c, &error), expected);
    house_load(h);
    assert_int_equal(h->batches, batches);
}

static void a_lost_state_does_not_end_a_pause(void **state)
{
    struct house *h = *state;
    OKAY(collect_pause(&h->settings, true, &why));
    lose(h, "state.db");
    refuses(h, ERR_RETRY);
    OKAY(collect_pause(&h->settings, false, &why));
    house_close(h);
    lose(h, "state.db");
    house_once(h);
    house_equal(h, 240, 120);
}

/* Approved was another mapping. */
static void a_lost_state_does_not_widen_what_was_approved(void **state)
{
    struct house *h = *state;
    char text[sizeof(house_mapping)];
    lose(h, "state.db");
    strcpy(text, house_mapping);
    memcpy(strstr(text, "M: 1, F: 2"), "F: 1, M: 2", 10);
    house_write(h->mapping, text);
    refuses(h, ERR_CONFIG);
}

static void a_garbled_or_missing_approval_asks_again(void **state)
{
    struct house *h = *state;
    static const char *const texts[] = {"",
                                        "{",
                                        "{}",
                                        "[1]",
                                        "{\"paused\":false}",
                                        "{\"paused\":false,\"by\":\"A person\",\"site\":\"test\"}"};
    char path[128];
    snprintf(path, sizeof(path), "%s/approval.json", h->collect_folder);
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        lose(h, "state.db");
        house_write(path, texts[i]);
        refuses(h, ERR_CONFIG);
        house_close(h);
    }
    lose(h, "state.db");
    lose(h, "approval.json");
    refuses(h, ERR_CONFIG);
    house_approve(h);
    house_once(h);
    house_equal(h, 240, 120);
}

/* An agent that was approved before there was such a file writes it when it starts. */
static void an_approval_of_old_is_kept_too(void **state)
{
    struct house *h = *state;
    lose(h, "approval.json");
    house_once(h);
    house_close(h);
    lose(h, "state.db");
    house_once(h);
    house_equal(h, 240, 120);
}

static void a_lost_register_of_objections_stops_all(void **state)
{
    struct house *h = *state;
    struct collect *c = NULL;
    struct err error = {.message = ""};
    lose(h, "objections.db");
    assert_int_equal(collect_open(&h->settings, &c, &error), ERR_CONFIG);
    assert_non_null(strstr(error.message, "objections.db is gone"));
    assert_non_null(strstr(error.hint, "backup"));
    lose(h, "state.db"); /* nor does a lost state hide it */
    refuses(h, ERR_CONFIG);
    house_approve(h);
    house_once(h);
    house_equal(h, 240, 120);
}

static void a_lost_root_key_is_never_replaced(void **state)
{
    struct house *h = *state;
    struct err error = {.message = ""};
    char url[] = "https://localhost", code[] = "x", nothing[] = "";
    struct bundle bundle = {.url = url,
                            .code = code,
                            .ca = nothing,
                            .warehouse_root = nothing,
                            .recipients = nothing,
                            .receipt = nothing};
    snprintf(bundle.site, sizeof(bundle.site), "test");
    lose(h, "root.key");
    assert_int_equal(collect_setup(h->collect_folder, h->spool_folder, &bundle, &error), ERR_CONFIG);
    assert_non_null(strstr(error.hint, "contact-agent key restore"));
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(a_lost_state_repairs_itself),
        T(a_lost_spool_repairs_itself),
        T(both_lost_repair_themselves),
        T(a_lost_state_does_not_end_a_pause),
        T(a_lost_state_does_not_widen_what_was_approved),
        T(a_garbled_or_missing_approval_asks_again),
        T(an_approval_of_old_is_kept_too),
        T(a_lost_register_of_objections_stops_all),
        T(a_lost_root_key_is_never_replaced),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
