/* SPDX-License-Identifier: Apache-2.0 */
/* Batches that are missing, lost, left behind, waiting or old, and what is told of them, in both stores. */
#include "tests/unit/gateway/loader/sending.h"

#include <fcntl.h>
#include <jansson.h>

#include "contact/clock.h"

static const char lost_lines[] = "SELECT COUNT(*) FROM ops.batch WHERE code = 'lost'";
static const char batch_lines[] = "SELECT COUNT(*) FROM ops.batch";

static void hear(struct warehouse *w, const char *series, uint64_t seq, uint64_t lowest, uint64_t settled)
{
    char path[512];
    BUF_CLEANUP struct buf text = BUF_INIT(4096);
    buf_printf(&text, "{\"series\":\"%s\",\"seq\":%llu,\"lowest_held\":%llu,\"settled\":%llu}", series,
               (unsigned long long)seq, (unsigned long long)lowest, (unsigned long long)settled);
    snprintf(path, sizeof path, "%s/lyon", w->settings.landing_folder);
    run_command("mkdir -p %s", path);
    strcat(path, "/heartbeat.json");
    write_bytes(path, text.data, text.len);
}

/* What the feedback says of a series of lyon. The caller frees. */
static json_t *told(struct warehouse *w, const char *series)
{
    char path[512];
    snprintf(path, sizeof path, "%s/lyon.json", w->settings.feedback_folder);
    json_t *all = json_load_file(path, 0, NULL);
    json_t *one = json_deep_copy(json_object_get(json_object_get(all, "series"), series));
    json_decref(all);
    assert_non_null(one);
    return one;
}

static int64_t told_number(struct warehouse *w, const char *series, const char *name)
{
    json_t *one = told(w, series);
    int64_t number = json_integer_value(json_object_get(one, name));
    json_decref(one);
    return number;
}

static void seqs_that_will_never_come_are_lost(void **state)
{
    struct warehouse *w = *state;
    put_one(w, SERIES_1, 1, 9, DAY, 1);
    end_over(w, 2, 3, NULL);
    hear(w, SERIES_1, 9, 4, 0);
    warehouse_load(w);
    assert_string_equal("lost", text_of(w, "SELECT code FROM ops.batch WHERE seq = 2"));
    assert_int_equal(1, number_of(w, older_calls));
    assert_int_equal(DAY, number_of(w, "SELECT day FROM ops.request"));
    assert_int_equal(3, number_of(w, batch_lines));
}

/* A heartbeat is a site's to write: what it claims must not fill the warehouse. */
static void however_much_is_lost_it_is_one_line(void **state)
{
    struct warehouse *w = *state;
    put_one(w, SERIES_1, 1, 1, DAY, 1);
    hear(w, SERIES_1, INT64_MAX - 1, INT64_MAX - 1, 0);
    warehouse_load(w);
    assert_int_equal(0, number_of(w, lost_lines)); /* nothing came that could wait for it */
    put_one(w, SERIES_1, 999999999999999, 2, DAY, 1);
    warehouse_load(w);
    assert_int_equal(1, number_of(w, lost_lines));
    warehouse_load(w);
    assert_int_equal(3, number_of(w, batch_lines));
    assert_int_equal(999999999999999, told_number(w, SERIES_1, "done"));
    assert_int_equal(1001, told_number(w, SERIES_1, "loaded"));
}

static void what_is_held_still_is_not_lost(void **state)
{
    struct warehouse *w = *state;
    put_one(w, SERIES_1, 2, 1, DAY, 1);
    put_one(w, SERIES_1, 4, 2, DAY, 1);
    hear(w, SERIES_1, 4, 3, 0);
    warehouse_load(w);
    assert_int_equal(1, number_of(w, lost_lines));
    put_one(w, SERIES_1, 3, 3, DAY, 1);
    warehouse_load(w);
    assert_int_equal(3, number_of(w, calls));
    assert_int_equal(4, told_number(w, SERIES_1, "loaded"));
}

static void what_a_series_left_behind_lacks_is_lost(void **state)
{
    struct warehouse *w = *state;
    put_one(w, SERIES_1, 1, 9, DAY, 1);
    end_over(w, 2, 3, NULL);
    put_one(w, SERIES_2, 2, 4, DAY + 1, 1);
    warehouse_load(w);
    assert_int_equal(0, number_of(w, lost_lines)); /* the new one has not been heard yet */
    hear(w, SERIES_2, 2, 1, 0);
    warehouse_load(w);
    assert_int_equal(1, number_of(w, lost_lines)); /* 2 of the old one; 1 of the new one is held */
    assert_int_equal(1, number_of(w, requests));
    assert_int_equal(3, told_number(w, SERIES_1, "done"));
    assert_int_equal(0, told_number(w, SERIES_2, "done"));
}

static void refuse_many(struct warehouse *w, uint64_t first, uint64_t last)
{
    for (uint64_t seq = first; seq <= last; seq++)
        land_bytes(w, "lyon", SERIES_1, seq, "0\x03xyz", 5);
    warehouse_load(w);
}

/* A refusal that has no room would be taken for loaded: the watermark stops below it. */
static void no_refusal_is_passed_by_the_watermark(void **state)
{
    struct warehouse *w = *state;
    put_one(w, SERIES_1, 1, 1, DAY, 1);
    refuse_many(w, 2, 1004);
    json_t *one = told(w, SERIES_1);
    assert_int_equal(1000, json_array_size(json_object_get(one, "refused")));
    assert_int_equal(1001, json_integer_value(json_object_get(one, "loaded")));
    assert_int_equal(1004, json_integer_value(json_object_get(one, "done")));
    json_decref(one);
    hear(w, SERIES_1, 1004, 1002, 1001); /* the site has dealt with them */
    warehouse_load(w);
    one = told(w, SERIES_1);
    assert_int_equal(3, json_array_size(json_object_get(one, "refused")));
    assert_int_equal(1004, json_integer_value(json_object_get(one, "loaded")));
    json_decref(one);
}

static void age(struct warehouse *w)
{
    look(w, "UPDATE ops.batch SET done_s = 0 WHERE seq <> 3", NULL, NULL);
    warehouse_load(w); /* each start tidies */
}

static void what_was_loaded_a_week_ago_is_tidied_away(void **state)
{
    struct warehouse *w = *state;
    put_one(w, SERIES_1, 1, 1, DAY, 1);
    put_one(w, SERIES_1, 2, 2, DAY, 1);
    put_one(w, SERIES_1, 3, 3, DAY, 1);
    put_one(w, SERIES_1, 4, 4, DAY, 1);
    put_one(w, SERIES_1, 6, 6, DAY, 1);
    warehouse_load(w);
    age(w); /* 3 is younger: what lies above it stays too */
    run_command("test \"$(cd %s/lyon/%s && echo *.cms)\" = '3.cms 4.cms 6.cms'", w->settings.landing_folder,
                SERIES_1);
    assert_int_equal(3, number_of(w, batch_lines));
    assert_int_equal(3, number_of(w, "SELECT COUNT(*) FROM ops.brought"));
    assert_int_equal(4, told_number(w, SERIES_1, "done"));
    look(w, "UPDATE ops.batch SET done_s = 0", NULL, NULL);
    warehouse_load(w); /* 5 is missing: 6 stays */
    run_command("test \"$(cd %s/lyon/%s && echo *.cms)\" = 6.cms", w->settings.landing_folder, SERIES_1);
    put_one(w, SERIES_1, 2, 2, DAY, 3); /* a replay of an old number */
    put_one(w, SERIES_1, 5, 5, DAY, 1);
    warehouse_load(w);
    assert_int_equal(6, number_of(w, calls));
    assert_int_equal(0, number_of(w, "SELECT COUNT(*) FROM call WHERE age = '61'"));
    assert_int_equal(6, told_number(w, SERIES_1, "done"));
}

static void a_refusal_is_kept_until_the_site_has_dealt_with_it(void **state)
{
    struct warehouse *w = *state;
    put_one(w, SERIES_1, 1, 1, DAY, 1);
    refuse_many(w, 2, 2);
    age(w);
    assert_string_equal("profile", text_of(w, "SELECT code FROM ops.batch"));
    hear(w, SERIES_1, 2, 3, 2);
    warehouse_load(w);
    assert_int_equal(0, number_of(w, batch_lines));
    assert_int_equal(2, told_number(w, SERIES_1, "loaded"));
}

/* They would each count a day by what they read before the other wrote. */
static void a_second_loader_waits(void **state)
{
    struct warehouse *w = *state;
    struct follower *first, *second;
    struct err err = {0};
    if (w->settings.store_kind != STORE_POSTGRESQL)
        return; /* a file is on this machine alone, where the lock on the loader's folder holds */
    put_one(w, SERIES_1, 1, 1, DAY, 1);
    assert_int_equal(OK, follower_open(&w->settings, &first, &err));
    assert_int_equal(OK, follower_open(&w->settings, &second, &err));
    assert_int_equal(ERR_RETRY, follower_drain(second, &err));
    assert_int_equal(OK, follower_drain(first, &err));
    follower_close(first);
    put_one(w, SERIES_1, 2, 2, DAY, 1);
    while (follower_drain(second, &err) == ERR_RETRY)
        continue; /* until the server has seen the first one go */
    follower_close(second);
    assert_int_equal(2, number_of(w, calls));
}

/* It does not read a folder again in which nothing changed, and misses nothing for that. */
static void what_comes_while_it_runs_is_loaded(void **state)
{
    struct warehouse *w = *state;
    struct follower *follower;
    struct err err = {0};
    assert_int_equal(OK, follower_open(&w->settings, &follower, &err));
    for (uint32_t seq = 1; seq <= 50; seq++) {
        put_one(w, SERIES_1, seq, seq, DAY, 1);
        if (seq % 10 == 0) /* as if nothing had changed for long */
            run_command("touch -d '2020-01-01 00:00:%02u' %s/lyon/%s", seq, w->settings.landing_folder,
                        SERIES_1);
        assert_int_equal(OK, follower_drain(follower, &err));
        assert_int_equal(OK, follower_drain(follower, &err));
        assert_int_equal(seq, number_of(w, calls));
    }
    follower_close(follower);
}

/* Between the look at the zone and the watch over a new folder nothing tells of what is put there. */
static void what_came_before_its_folder_was_watched_is_not_slept_over(void **state)
{
    enum { ASLEEP_MS = 20000 };
    struct warehouse *w = *state;
    struct follower *follower;
    struct err err = {0};
    assert_int_equal(OK, follower_open(&w->settings, &follower, &err));
    int64_t begun_ms = clock_monotonic_ms();
    for (uint32_t seq = 1; seq <= 2; seq++) {
        assert_int_equal(OK, follower_drain(follower, &err));
        put_one(w, seq == 1 ? SERIES_1 : SERIES_2, seq, seq, DAY, 1);
        follower_wait(follower, ASLEEP_MS, NULL);
        assert_int_equal(OK, follower_drain(follower, &err));
        assert_int_equal(seq, number_of(w, calls));
    }
    assert_true(clock_monotonic_ms() - begun_ms < ASLEEP_MS);
    follower_close(follower);
}

/* A site whose series cannot be read. */
static void trouble_site(struct warehouse *w, const char *site)
{
    run_command("mkdir %s/%s && touch %s/%s/%s && mkdir %s/seals/%s && cp %s/seals/paris/1.pem %s/seals/%s",
                w->settings.landing_folder, site, w->settings.landing_folder, site, SERIES_1,
                w->settings.loader_folder, site, w->settings.loader_folder, w->settings.loader_folder, site);
}

static void each_sites_trouble_is_told_but_not_each_time(void **state)
{
    struct warehouse *w = *state;
    struct follower *follower;
    struct err err = {0};
    char path[192];
    trouble_site(w, "aix");
    trouble_site(w, "brest");
    put_one(w, SERIES_1, 1, 1, DAY, 1);
    snprintf(path, sizeof path, "%s/log", w->root);
    int usual = dup(STDERR_FILENO), log = open(path, O_WRONLY | O_CREAT, 0600);
    assert_true(usual >= 0 && log >= 0 && dup2(log, STDERR_FILENO) == STDERR_FILENO);
    enum err_code code = follower_open(&w->settings, &follower, &err);
    for (int i = 0; code == OK && i < 3; i++)
        code = follower_drain(follower, &err);
    dup2(usual, STDERR_FILENO);
    close(usual);
    close(log);
    assert_int_equal(OK, code);
    follower_close(follower);
    run_command("test \"$(grep -o ' [a-z]*: cannot read' %s)\" = ' aix: cannot read\n brest: cannot read'",
                path);
}

static void one_sites_trouble_is_not_the_others(void **state)
{
    struct warehouse *w = *state;
    trouble_site(w, "aix");
    put_one(w, SERIES_1, 1, 1, DAY, 1);
    warehouse_load(w);
    assert_int_equal(1, number_of(w, calls));
}

/* The first batch of lyon's first series, by a seal that is offered and not accepted. */
static void put_waiting(struct warehouse *w)
{
    struct sending_site stranger;
    struct buf sealed = BUF_INIT(BATCH_MAX_BYTES);
    struct parcel p;
    accept_site(w, &stranger, "nice");
    run_command("cp %s/seals/nice/1.pem %s/lyon.pem", w->settings.loader_folder, w->settings.offered_folder);
    parcel_begin(&p, "lyon", SERIES_1, 1, "call");
    parcel_put(&p, w->model, 1, 7, DAY, 1);
    parcel_close(&p, &stranger, &sealed);
    land_bytes(w, "lyon", SERIES_1, 1, sealed.data, sealed.len);
    cms_sealer_free(stranger.sealer);
    buf_free(&sealed);
}

/* Who holds a site's TLS key alone can offer a seal, and send what it signed: that must hold up nothing else.
 */
static void a_batch_that_waits_for_its_seal_holds_up_its_own_series_alone(void **state)
{
    struct warehouse *w = *state;
    put_waiting(w);
    put_one(w, SERIES_2, 1, 2, DAY, 1);
    warehouse_load(w);
    assert_int_equal(1, number_of(w, calls));
    assert_int_equal(0, told_number(w, SERIES_1, "done"));
    assert_int_equal(1, told_number(w, SERIES_2, "done"));
    run_command("cp %s/lyon.pem %s/seals/lyon/2.pem", w->settings.offered_folder, w->settings.loader_folder);
    warehouse_load(w);
    assert_int_equal(2, number_of(w, calls));
}

/* Neither the one that waits before it nor another site's: the loader would try one batch for ever. */
static void what_the_database_does_not_take_is_refused_and_nothing_else(void **state)
{
    enum { HANGS_S = 60 };
    struct warehouse *w = *state;
    struct parcel p;
    if (w->settings.store_kind != STORE_POSTGRESQL)
        return; /* SQLite takes every value */
    warehouse_load(w);
    look(w, "CREATE UNIQUE INDEX one_of_61 ON call (site) WHERE age = '61'", NULL, NULL);
    put_waiting(w);
    for (uint32_t seq = 1; seq <= 5; seq++) /* 61 is of contents 3: batches 2 and 4 */
        put_one(w, SERIES_2, seq, seq, DAY, seq % 2 == 0 ? 3 : 1);
    parcel_begin(&p, "paris", SERIES_1, 1, "call");
    parcel_put(&p, w->model, 1, 7, DAY, 1);
    parcel_land(&p, w);
    alarm(HANGS_S);
    warehouse_load(w);
    alarm(0);
    assert_int_equal(4, number_of(w, "SELECT COUNT(*) FROM call WHERE site = 'lyon'"));
    assert_int_equal(1, number_of(w, "SELECT COUNT(*) FROM call WHERE site = 'paris'"));
    assert_int_equal(1, number_of(w, "SELECT COUNT(*) FROM ops.batch WHERE code <> ''"));
    assert_string_equal("store", text_of(w, "SELECT code FROM ops.batch WHERE series = 2 AND seq = 4"));
    assert_int_equal(0, told_number(w, SERIES_1, "done"));
    assert_int_equal(5, told_number(w, SERIES_2, "done"));
}

/* A FIFO of that name would be waited for, and every other site with it; a link leads elsewhere. */
static void what_is_no_file_is_refused(void **state)
{
    struct warehouse *w = *state;
    char folder[256];
    put_one(w, SERIES_1, 3, 1, DAY, 1);
    snprintf(folder, sizeof folder, "%s/lyon/%s", w->settings.landing_folder, SERIES_1);
    run_command("cd %s && mkfifo 1.cms ../heartbeat.json && ln -s 3.cms 2.cms && rm -f order && mkfifo order",
                folder);
    warehouse_load(w);
    assert_int_equal(1, number_of(w, calls));
    assert_int_equal(2, number_of(w, "SELECT COUNT(*) FROM ops.batch WHERE code = 'unreadable'"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(seqs_that_will_never_come_are_lost),
        BOTH(however_much_is_lost_it_is_one_line),
        BOTH(what_is_held_still_is_not_lost),
        BOTH(what_a_series_left_behind_lacks_is_lost),
        BOTH(no_refusal_is_passed_by_the_watermark),
        BOTH(what_was_loaded_a_week_ago_is_tidied_away),
        BOTH(a_refusal_is_kept_until_the_site_has_dealt_with_it),
        BOTH(what_is_no_file_is_refused),
        BOTH(a_second_loader_waits),
        BOTH(what_comes_while_it_runs_is_loaded),
        BOTH(what_came_before_its_folder_was_watched_is_not_slept_over),
        BOTH(one_sites_trouble_is_not_the_others),
        BOTH(each_sites_trouble_is_told_but_not_each_time),
        BOTH(a_batch_that_waits_for_its_seal_holds_up_its_own_series_alone),
        BOTH(what_the_database_does_not_take_is_refused_and_nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, stop_postgres);
}
