/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contact/clock.h"
#include "gateway/registry.h"

#define SERIES "0123456789abcdefghjkmnpqr0"
#define OTHER "1123456789abcdefghjkmnpqr0"

static int64_t now_s = 1767366000;

static int64_t wall(void *context)
{
    (void)context;
    return now_s;
}

static int64_t monotonic(void *context)
{
    (void)context;
    return now_s * 1000;
}

static const struct clock_source source = {wall, monotonic, NULL};
static const uint8_t code[SHA256_SIZE] = {1}, wrong[SHA256_SIZE] = {2};
static const uint8_t key[SHA256_SIZE] = {3}, other_key[SHA256_SIZE] = {4};
static struct registry *registry;
static char folder[64];
static struct err err;

static int begin(void **state)
{
    (void)state;
    clock_set_source(&source);
    snprintf(folder, sizeof folder, "/tmp/registry-XXXXXX");
    assert_non_null(mkdtemp(folder));
    assert_int_equal(registry_open(folder, false, &registry, &err), ERR_CONFIG);
    assert_string_not_equal(err.hint, "");
    assert_int_equal(registry_open(folder, true, &registry, &err), OK);
    assert_int_equal(registry_site_add(registry, "lyon", code, now_s + 100, false, &err), OK);
    return 0;
}

static int end(void **state)
{
    (void)state;
    registry_close(registry);
    char command[128];
    const char *const suffixes[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < 3; i++) {
        snprintf(command, sizeof command, "%s/registry.db%s", folder, suffixes[i]);
        remove(command);
    }
    remove(folder);
    clock_set_source(NULL);
    now_s = 1767366000;
    return 0;
}

static enum code_outcome use(const char *site, const uint8_t *with, const uint8_t *by)
{
    enum code_outcome outcome = CODE_BAD;
    assert_int_equal(registry_code_use(registry, site, with, by, &outcome, &err), OK);
    return outcome;
}

static void a_code_binds_to_the_key_of_its_first_request(void **state)
{
    (void)state;
    assert_int_equal(use("lyon", wrong, key), CODE_BAD);
    assert_int_equal(use("nowhere", code, key), CODE_BAD);
    assert_int_equal(registry_site_add(registry, "paris", wrong, now_s + 100, false, &err), OK);
    assert_int_equal(use("paris", code, key), CODE_BAD); /* another site's */
    assert_int_equal(use("lyon", code, key), CODE_GOOD);
    assert_int_equal(use("lyon", code, key), CODE_GOOD);
    assert_int_equal(use("lyon", code, other_key), CODE_USED);
    assert_int_equal(use("lyon", wrong, other_key), CODE_BAD);
    now_s += 101;
    assert_int_equal(use("lyon", code, key), CODE_BAD);
}

static void a_new_code_replaces_the_old_one(void **state)
{
    (void)state;
    assert_int_equal(use("lyon", code, key), CODE_GOOD);
    assert_int_equal(registry_site_add(registry, "lyon", wrong, now_s + 100, false, &err), ERR_REJECTED);
    assert_int_equal(registry_site_add(registry, "paris", wrong, now_s + 100, true, &err), ERR_REJECTED);
    assert_int_equal(registry_site_add(registry, "lyon", wrong, now_s + 100, true, &err), OK);
    assert_int_equal(use("lyon", code, key), CODE_BAD);
    assert_int_equal(use("lyon", wrong, other_key), CODE_GOOD);
}

static struct registry_key find(const uint8_t *which)
{
    struct registry_key found = {0};
    bool there = false;
    assert_int_equal(registry_key_find(registry, which, &found, &there, &err), OK);
    assert_true(there);
    return found;
}

static void a_key_by_a_new_code_retires_the_others_when_first_used(void **state)
{
    (void)state;
    assert_int_equal(registry_key_add(registry, "lyon", key, now_s + 1000, true, &err), OK);
    assert_int_equal(registry_key_activate(registry, "lyon", key, &err), OK);
    assert_int_equal(registry_key_add(registry, "lyon", other_key, now_s + 2000, true, &err), OK);
    assert_int_equal(find(key).state, KEY_ACTIVE);
    assert_int_equal(find(other_key).state, KEY_NEW);
    assert_int_equal(registry_key_activate(registry, "lyon", other_key, &err), OK);
    assert_int_equal(find(key).state, KEY_RETIRED);
    assert_int_equal(find(other_key).state, KEY_ACTIVE);
    /* The same key certified again stays what it was; a retired one begins anew. */
    assert_int_equal(registry_key_add(registry, "lyon", other_key, now_s + 3000, true, &err), OK);
    assert_int_equal(find(other_key).state, KEY_ACTIVE);
    assert_int_equal(registry_key_add(registry, "lyon", key, now_s + 3000, true, &err), OK);
    assert_int_equal(find(key).state, KEY_NEW);
}

static void a_renewal_retires_nothing(void **state)
{
    (void)state;
    assert_int_equal(registry_key_add(registry, "lyon", key, now_s + 1000, true, &err), OK);
    assert_int_equal(registry_key_activate(registry, "lyon", key, &err), OK);
    assert_int_equal(registry_key_add(registry, "lyon", other_key, now_s + 2000, false, &err), OK);
    assert_int_equal(find(key).state, KEY_ACTIVE);
    assert_int_equal(find(other_key).state, KEY_ACTIVE);
    assert_int_equal(registry_key_add(registry, "lyon", key, now_s + 3000, false, &err), OK);
    assert_int_equal(find(key).state, KEY_ACTIVE);
}

static void a_key_never_moves_to_another_site(void **state)
{
    (void)state;
    assert_int_equal(registry_site_add(registry, "paris", wrong, now_s + 100, false, &err), OK);
    assert_int_equal(registry_key_add(registry, "lyon", key, now_s + 1000, true, &err), OK);
    assert_int_equal(registry_key_add(registry, "paris", key, now_s + 1000, true, &err), ERR_REJECTED);
    assert_string_equal(find(key).site, "lyon");
}

static void revoking_takes_keys_and_code_at_once(void **state)
{
    (void)state;
    assert_int_equal(registry_key_add(registry, "lyon", key, now_s + 1000, true, &err), OK);
    assert_int_equal(registry_site_revoke(registry, "lyon", &err), OK);
    assert_true(find(key).site_revoked);
    assert_int_equal(find(key).state, KEY_RETIRED);
    assert_int_equal(use("lyon", code, key), CODE_BAD);
    assert_int_equal(registry_site_revoke(registry, "nowhere", &err), ERR_REJECTED);
    assert_int_equal(registry_site_approve(registry, "nowhere", &err), ERR_REJECTED);
    assert_int_equal(registry_site_add(registry, "lyon", wrong, now_s + 100, true, &err), OK);
    assert_false(find(key).site_revoked);
    assert_int_equal(find(key).state, KEY_RETIRED);
    assert_int_equal(registry_key_add(registry, "lyon", key, now_s + 1000, false, &err), OK);
    assert_int_equal(find(key).state, KEY_RETIRED); /* only a code brings one back */
    assert_int_equal(registry_key_add(registry, "lyon", key, now_s + 1000, true, &err), OK);
    assert_int_equal(find(key).state, KEY_NEW);
}

static enum series_standing standing(const char *site, const char *series, int64_t *ret_place)
{
    enum series_standing found;
    assert_int_equal(registry_series_standing(registry, site, series, &found, ret_place, &err), OK);
    return found;
}

static void the_series_announced_last_is_the_newest(void **state)
{
    (void)state;
    int64_t place;
    assert_int_equal(standing("lyon", SERIES, &place), SERIES_UNKNOWN);
    assert_int_equal(place, 0);
    assert_int_equal(registry_series_begin(registry, "lyon", SERIES, &err), OK);
    assert_int_equal(standing("lyon", SERIES, &place), SERIES_NEWEST);
    assert_int_equal(registry_series_begin(registry, "lyon", OTHER, &err), OK);
    assert_int_equal(standing("lyon", OTHER, &place), SERIES_NEWEST);
    assert_int_equal(place, 2);
    assert_int_equal(standing("lyon", SERIES, &place), SERIES_SUPERSEDED);
    assert_int_equal(place, 1);
    assert_int_equal(registry_series_learn(registry, "nice", OTHER, 7, &err), OK);
    assert_int_equal(registry_series_begin(registry, "nice", SERIES, &err), OK);
    assert_int_equal(standing("nice", SERIES, &place), SERIES_NEWEST);
    assert_int_equal(place, 8);
}

/* Two agents of one identity would else begin one after the other for ever. */
static void a_site_begins_only_so_many_series_a_day(void **state)
{
    (void)state;
    char series[] = SERIES;
    for (int i = 0; i < SERIES_A_DAY_MAX; i++) {
        series[0] = (char)('a' + i % 8), series[1] = (char)('0' + i / 8);
        assert_int_equal(registry_series_begin(registry, "lyon", series, &err), OK);
    }
    assert_int_equal(registry_series_begin(registry, "lyon", OTHER, &err), ERR_RETRY);
    assert_int_equal(registry_series_begin(registry, "nice", OTHER, &err), OK);
    now_s += 86400;
    assert_int_equal(registry_series_begin(registry, "lyon", OTHER, &err), OK);
}

static void that_an_older_series_spoke_is_kept(void **state)
{
    (void)state;
    struct registry_site site;
    bool found;
    assert_int_equal(registry_site_superseded(registry, "lyon", &err), OK);
    assert_int_equal(registry_site_get(registry, "lyon", &site, &found, &err), OK);
    assert_int_equal(site.superseded, now_s);
}

static void held_ranges_come_back_as_saved(void **state)
{
    (void)state;
    RANGES_CLEANUP struct ranges held = {0}, back = {0};
    ranges_add(&held, 1, 9);
    ranges_add(&held, 12, 12);
    assert_int_equal(registry_held_save(registry, "lyon", SERIES, &held, &err), OK);
    ranges_add(&held, 10, 11);
    assert_int_equal(registry_held_save(registry, "lyon", SERIES, &held, &err), OK);
    assert_int_equal(registry_held_load(registry, "lyon", SERIES, &back, &err), OK);
    assert_int_equal(back.count, 1);
    assert_int_equal(ranges_contiguous(&back), 12);
}

static void the_last_heartbeat_of_each_hour_is_kept(void **state)
{
    (void)state;
    BUF_CLEANUP struct buf text = BUF_INIT(100);
    int64_t at = 0;
    assert_int_equal(registry_heartbeat_last(registry, "lyon", &at, &text, &err), OK);
    assert_int_equal(at, 0);
    assert_int_equal(registry_heartbeat_put(registry, "lyon", "{\"seq\":1}", 9, &err), OK);
    now_s += 60;
    assert_int_equal(registry_heartbeat_put(registry, "lyon", "{\"seq\":2}", 9, &err), OK);
    assert_int_equal(registry_heartbeat_last(registry, "lyon", &at, &text, &err), OK);
    assert_int_equal(at, now_s);
    assert_string_equal(buf_text(&text), "{\"seq\":2}");
}

/* A clock that was a year ahead for a minute: a silent site would count as heard for a year. */
static void a_heartbeat_of_the_future_gives_way_to_the_next(void **state)
{
    (void)state;
    BUF_CLEANUP struct buf text = BUF_INIT(100);
    struct registry_site site;
    bool found;
    int64_t at = 0;
    now_s += 365 * 86400;
    assert_int_equal(registry_heartbeat_put(registry, "lyon", "{\"seq\":1}", 9, &err), OK);
    assert_int_equal(registry_site_superseded(registry, "lyon", &err), OK);
    now_s -= 365 * 86400;
    assert_int_equal(registry_heartbeat_put(registry, "lyon", "{\"seq\":2}", 9, &err), OK);
    assert_int_equal(registry_heartbeat_last(registry, "lyon", &at, &text, &err), OK);
    assert_int_equal(at, now_s);
    assert_string_equal(buf_text(&text), "{\"seq\":2}");
    assert_int_equal(registry_site_superseded(registry, "lyon", &err), OK);
    assert_int_equal(registry_site_get(registry, "lyon", &site, &found, &err), OK);
    assert_int_equal(site.superseded, now_s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_code_binds_to_the_key_of_its_first_request, begin, end),
        cmocka_unit_test_setup_teardown(a_new_code_replaces_the_old_one, begin, end),
        cmocka_unit_test_setup_teardown(a_key_by_a_new_code_retires_the_others_when_first_used, begin, end),
        cmocka_unit_test_setup_teardown(a_renewal_retires_nothing, begin, end),
        cmocka_unit_test_setup_teardown(a_key_never_moves_to_another_site, begin, end),
        cmocka_unit_test_setup_teardown(revoking_takes_keys_and_code_at_once, begin, end),
        cmocka_unit_test_setup_teardown(the_series_announced_last_is_the_newest, begin, end),
        cmocka_unit_test_setup_teardown(a_site_begins_only_so_many_series_a_day, begin, end),
        cmocka_unit_test_setup_teardown(that_an_older_series_spoke_is_kept, begin, end),
        cmocka_unit_test_setup_teardown(held_ranges_come_back_as_saved, begin, end),
        cmocka_unit_test_setup_teardown(the_last_heartbeat_of_each_hour_is_kept, begin, end),
        cmocka_unit_test_setup_teardown(a_heartbeat_of_the_future_gives_way_to_the_next, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
