/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/send/heartbeat.h"
#include "contact/clock.h"
#include "contact/protocol.h"

#define SERIES "00000000000000000000000004"

struct place {
    char folder[64];
    struct spool *spool;
};

static int set_up(void **state)
{
    struct place *place = calloc(1, sizeof(*place));
    struct err err;
    snprintf(place->folder, sizeof(place->folder), "/tmp/heartbeat.XXXXXX");
    assert_non_null(mkdtemp(place->folder));
    assert_int_equal(spool_create(place->folder, SERIES, &place->spool, &err), OK);
    *state = place;
    return 0;
}

static int tear_down(void **state)
{
    struct place *place = *state;
    char command[128];
    spool_close(place->spool);
    snprintf(command, sizeof(command), "rm -rf %s", place->folder);
    int status = system(command);
    free(place);
    return status;
}

static const struct heartbeat_own own = {.instance = "0011223344556677", .disk_free_bytes = INT64_C(5) << 20};

/* The heartbeat, parsed; its length is checked. */
static json_t *compose(struct spool *spool, struct heartbeat_taken *taken)
{
    BUF_CLEANUP struct buf out = BUF_INIT(65536);
    struct heartbeat_taken ignored;
    struct err err = {0};
    assert_int_equal(heartbeat_compose(spool, &own, &out, taken ? taken : &ignored, &err), OK);
    assert_true(out.len <= PROTOCOL_HEARTBEAT_MAX);
    json_t *root = json_loadb((const char *)out.data, out.len, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(root);
    return root;
}

static void fact(struct spool *spool, const char *name, const char *value)
{
    struct err err;
    assert_int_equal(spool_fact_put(spool, name, value, &err), OK);
}

static const char *text(const json_t *root, const char *member)
{
    const char *value = json_string_value(json_object_get(root, member));
    return value ? value : "(none)";
}

static void facts_become_the_members_of_the_protocol(void **state)
{
    struct spool *spool = ((struct place *)*state)->spool;
    char number[32];
    fact(spool, "collect.model", "contact-1");
    fact(spool, "collect.approved", "1");
    fact(spool, "collect.error", "corrupt");
    fact(spool, "collect.stopped", "call:deletions");
    fact(spool, "collect.text", "no_names");
    fact(spool, "collect.withheld_unknown-code", "12");
    fact(spool, "collect.row_age_call", "<1h");
    snprintf(number, sizeof(number), "%lld", (long long)clock_wall_s() - 120);
    fact(spool, "collect.sweep_s_call", number);
    snprintf(number, sizeof(number), "%lld", (long long)clock_monotonic_ms() - 5500);
    fact(spool, "collect.progress_ms", number);
    json_t *root = compose(spool, NULL);
    assert_string_equal(text(root, "series"), SERIES);
    assert_string_equal(text(root, "model"), "contact-1");
    assert_true(json_is_true(json_object_get(root, "approved")));
    assert_true(json_is_false(json_object_get(root, "paused")));
    assert_string_equal(text(root, "collect_error"), "corrupt");
    assert_string_equal(text(root, "stopped"), "call:deletions");
    assert_string_equal(text(root, "text"), "no_names");
    assert_string_equal(text(root, "sweep_age_call"), "<10m");
    assert_string_equal(text(root, "row_age_call"), "<1h");
    assert_int_equal(json_integer_value(json_object_get(root, "withheld_unknown_code")), 12);
    assert_int_equal(json_integer_value(json_object_get(root, "collect_progress_age_s")), 5);
    assert_int_equal(json_integer_value(json_object_get(root, "disk_free_mb")), 5);
    json_decref(root);
}

static void nothing_but_codes_and_counts_is_said(void **state)
{
    struct spool *spool = ((struct place *)*state)->spool;
    fact(spool, "collect.error", "ERROR: duplicate key (Dupont, 0612345678)");
    fact(spool, "collect.model", "a sentence of a driver");
    fact(spool, "collect.withheld_x", "Dupont");
    fact(spool, "collect.withheld_Dupont", "1");
    fact(spool, "collect.row_age_call", "12 rue des Lilas");
    fact(spool, "collect.note", "Dupont");
    BUF_CLEANUP struct buf out = BUF_INIT(65536);
    struct heartbeat_taken taken;
    struct err err;
    assert_int_equal(heartbeat_compose(spool, &own, &out, &taken, &err), OK);
    assert_null(strstr(buf_text(&out), "Dupont"));
    assert_null(strstr(buf_text(&out), "Lilas"));
    assert_null(strstr(buf_text(&out), "driver"));
}

static void never_above_four_kilobytes(void **state)
{
    struct spool *spool = ((struct place *)*state)->spool;
    struct err err;
    char name[80], value[300];
    memset(value, 'x', sizeof(value) - 1);
    value[sizeof(value) - 1] = '\0';
    value[256] = '\0';
    const char *const longest[] = {"collect.model", "collect.config_hash", "collect.mapping_hash",
                                   "collect.stopped", "collect.text"};
    for (size_t i = 0; i < sizeof(longest) / sizeof(longest[0]); i++)
        fact(spool, longest[i], value);
    for (int i = 0; i < 300; i++) {
        snprintf(name, sizeof(name), "collect.withheld_a_reason_with_a_long_name_%d", i);
        fact(spool, name, "-9223372036854775807");
        struct spool_request request = {.stream = "call", .from = 1, .to = 2};
        snprintf(request.id, sizeof(request.id), "r-%030d", i);
        assert_int_equal(spool_add_request(spool, &request, &err), OK);
        assert_int_equal(spool_request_taken(spool, request.id, &err), OK);
    }
    struct heartbeat_taken taken;
    json_t *root = compose(spool, &taken);
    assert_int_equal(taken.count, HEARTBEAT_TAKEN_MAX);
    assert_true(json_object_size(root) > 24);
    assert_true(json_object_size(root) <= 200); /* the centre takes no more */
    json_decref(root);
}

static void without_a_spool_it_still_speaks(void **state)
{
    (void)state;
    json_t *root = compose(NULL, NULL);
    assert_string_equal(text(root, "collect_error"), "no-spool");
    assert_int_equal(json_integer_value(json_object_get(root, "collect_progress_age_s")), -1);
    json_decref(root);
}

static void progress_from_before_a_restart_of_the_machine_is_no_progress(void **state)
{
    struct spool *spool = ((struct place *)*state)->spool;
    fact(spool, "collect.progress_ms", "9000000000000");
    json_t *root = compose(spool, NULL);
    assert_int_equal(json_integer_value(json_object_get(root, "collect_progress_age_s")), -1);
    json_decref(root);
}

int main(void)
{
#define IN_A_SPOOL(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        IN_A_SPOOL(facts_become_the_members_of_the_protocol),
        IN_A_SPOOL(nothing_but_codes_and_counts_is_said),
        IN_A_SPOOL(never_above_four_kilobytes),
        cmocka_unit_test(without_a_spool_it_still_speaks),
        IN_A_SPOOL(progress_from_before_a_restart_of_the_machine_is_no_progress),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
