/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "contact/mem.h"
#include "gateway/fleet_page.h"

static void ages_are_short(void **state)
{
    (void)state;
    char age[24];
    const struct {
        int64_t seconds;
        const char *text;
    } ages[] = {{-1, "-"},     {0, "0 s"},      {119, "119 s"},    {120, "2 min"},
                {7200, "2 h"}, {172800, "2 d"}, {9000000, "104 d"}};
    for (size_t i = 0; i < sizeof ages / sizeof *ages; i++) {
        fleet_age(ages[i].seconds, age);
        assert_string_equal(age, ages[i].text);
    }
}

static void french_unless_english_is_asked_for_first(void **state)
{
    (void)state;
    assert_int_equal(page_language(NULL), LANGUAGE_FR);
    assert_int_equal(page_language(""), LANGUAGE_FR);
    assert_int_equal(page_language("de"), LANGUAGE_FR);
    assert_int_equal(page_language("de, en;q=0.8"), LANGUAGE_EN);
    assert_int_equal(page_language("fr-FR,fr;q=0.9,en;q=0.8"), LANGUAGE_FR);
    assert_int_equal(page_language("en-GB"), LANGUAGE_EN);
    assert_int_equal(page_language(",,,"), LANGUAGE_FR);
}

static struct fleet one(const char *stopped)
{
    struct fleet fleet = {.sites = mem_new(1, sizeof(struct fleet_site)),
                          .count = 1,
                          .now = 1767366000,
                          .running = {.loader = true}};
    struct fleet_site *site = fleet.sites;
    memcpy(site->name, "lyon", 5);
    site->state = FLEET_TROUBLE;
    site->approved = true;
    site->records = 1234567;
    site->backfill_percent = 40;
    site->queue_oldest_s = 30;
    site->queue_batches = 2;
    memcpy(site->stopped, stopped, strlen(stopped) + 1);
    fleet.in_state[FLEET_TROUBLE] = 1;
    return fleet;
}

static void what_a_site_says_is_escaped(void **state)
{
    (void)state;
    struct fleet fleet = one("<b>&\"x");
    BUF_CLEANUP struct buf out = BUF_INIT(65536);
    fleet_page(&fleet, LANGUAGE_FR, false, &out);
    assert_true(buf_ok(&out));
    assert_non_null(strstr(buf_text(&out), "&lt;b&gt;&amp;&quot;x"));
    assert_null(strstr(buf_text(&out), "<b>"));
    assert_non_null(strstr(buf_text(&out), "40 %"));
    assert_non_null(strstr(buf_text(&out), ">1\u202f234\u202f567<"));
    assert_null(strstr(buf_text(&out), "refresh"));
    assert_non_null(strstr(buf_text(&out), "Le signataire ne tourne pas"));
    assert_null(strstr(buf_text(&out), "Le chargeur ne tourne pas"));
    free(fleet.sites);
}

static void every_phrase_is_there_in_both_languages(void **state)
{
    (void)state;
    struct fleet fleet = one("visit:missing_column");
    struct fleet_site *site = fleet.sites;
    site->paused = site->receipt_overdue = site->superseded = true;
    site->approved = false;
    site->parked = site->incomplete = site->new_columns = 3;
    site->certificate_s = -5;
    memcpy(site->collect_error, "config", 7);
    memcpy(site->text, "no_names", 9);
    for (int state_of = 0; state_of < FLEET_STATES; state_of++) {
        fleet.in_state[state_of] = 1;
        site->state = (enum fleet_state)state_of;
        for (int language = LANGUAGE_FR; language <= LANGUAGE_EN; language++) {
            BUF_CLEANUP struct buf out = BUF_INIT(65536);
            fleet_page(&fleet, (enum page_language)language, state_of % 2 == 0, &out);
            assert_true(buf_ok(&out));
            assert_null(strstr(buf_text(&out), "(null)"));
            assert_non_null(strstr(buf_text(&out), language == LANGUAGE_FR
                                                       ? "nouvelles colonnes dans la base : 3"
                                                       : "new columns in the database: 3"));
        }
    }
    free(fleet.sites);
}

static void metrics_leave_out_what_is_not_known(void **state)
{
    (void)state;
    struct fleet fleet = one("");
    BUF_CLEANUP struct buf out = BUF_INIT(65536);
    fleet.sites->disk_free_mb = -1;
    fleet_metrics(&fleet, &out);
    assert_non_null(strstr(buf_text(&out), "contact_queue_batches{site=\"lyon\"} 2\n"));
    assert_non_null(strstr(buf_text(&out), "contact_part_running{part=\"signer\"} 0\n"));
    assert_non_null(strstr(buf_text(&out), "contact_part_running{part=\"loader\"} 1\n"));
    assert_non_null(strstr(buf_text(&out), "contact_sites{state=\"trouble\"} 1\n"));
    assert_null(strstr(buf_text(&out), "contact_disk_free_bytes{"));
    assert_null(strstr(buf_text(&out), "contact_proved_timestamp_seconds{"));
    free(fleet.sites);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ages_are_short),
        cmocka_unit_test(french_unless_english_is_asked_for_first),
        cmocka_unit_test(what_a_site_says_is_escaped),
        cmocka_unit_test(every_phrase_is_there_in_both_languages),
        cmocka_unit_test(metrics_leave_out_what_is_not_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
