/* SPDX-License-Identifier: Apache-2.0 */
/* Crashes, losses and what comes back from the centre: nothing is lost, nothing twice. */
#include <signal.h>

#include "tests/unit/agent/collect/house.h"

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

static int fuse;

static void burn(void *context)
{
    (void)context;
    if (--fuse <= 0)
        _exit(9);
}

/* A child works until it is cut off; what it left is then continued here. */
static void die_once(struct house *h, bool after_keep, int at)
{
    house_close(h);
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        struct collect *c = NULL;
        struct err error;
        fuse = at;
        if (collect_open(&h->settings, &c, &error) != OK)
            _exit(1);
        if (after_keep)
            c->after_keep = burn;
        else
            c->between = burn;
        _exit(collect_once(c, &error) == OK ? 0 : 2);
    }
    int status = 0;
    waitpid(pid, &status, 0);
    assert_true(WIFEXITED(status) && (WEXITSTATUS(status) == 9 || WEXITSTATUS(status) == 0));
}

static void crash_between_state_and_spool_loses_nothing(void **state)
{
    struct house *h = *state;
    house_fill(h, 60, 40);
    for (int at = 1; at < 8; at++) {
        die_once(h, true, at);
        die_once(h, false, at);
        house_sql(h, "INSERT INTO appels VALUES (%d, 1001, '2026-03-10 0%d:00:00', '', 1)", 800000 + at, at);
        house_sql(h, "DELETE FROM appels WHERE num = %d", 60001 + 2 * at);
    }
    house_once(h);
    house_equal(h, 2400, 1200);
}

/* SIGKILL at random moments of a backfill, with rows coming, changing and going meanwhile. */
static void killed_at_any_moment_it_ends_equal(void **state)
{
    struct house *h = *state;
    unsigned seed = (unsigned)getpid();
    house_fill(h, 200, 60);
    for (int round = 0; round < 40; round++) {
        house_close(h);
        fflush(NULL);
        pid_t pid = fork();
        if (pid == 0) {
            struct collect *c = NULL;
            struct err error;
            clock_set_source(NULL); /* so that batches and sweeps fall where they like */
            if (collect_open(&h->settings, &c, &error) == OK && collect_once(c, &error) == OK)
                _exit(0);
            _exit(1);
        }
        usleep(1000 + (unsigned)rand_r(&seed) % 90000);
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
        int num = 1000 * (1 + rand_r(&seed) % 200) + rand_r(&seed) % 60;
        house_sql(h, "DELETE FROM appels WHERE num = %d", num);
        house_sql(h, "UPDATE appels SET urgence = 5 - urgence WHERE num = %d", num + 1);
        house_sql(h, "INSERT INTO appels VALUES (%d, 1001, '2026-03-10 10:00:00', '', 1)", 900000 + round);
    }
    house_once(h);
    OKAY(collect_sweep(h->c, SWEEP_COLD, &why));
    house_load(h);
    house_equal(h, house_rows(h, "SELECT count(*) FROM appels"),
                house_rows(h, "SELECT count(*) FROM consultations c JOIN appels a ON a.num = c.appel_num"));
    OKAY(spool_check(h->c->spool, &why));
}

static void lost_spool_begins_a_new_series(void **state)
{
    struct house *h = *state;
    house_fill(h, 40, 6);
    house_open(h);
    OKAY(collect_once(h->c, &why));
    house_close(h);
    house_remove(h->spool_folder); /* before anything was sent */
    mkdir(h->spool_folder, 0770);
    house_once(h);
    house_equal(h, 240, 120);
    assert_true(h->ends > 0);
}

static void what_was_loaded_is_not_sent_again(void **state)
{
    struct house *h = *state;
    house_fill(h, 40, 6);
    house_once(h);
    char loaded[24];
    snprintf(loaded, sizeof(loaded), "%d", (int)h->applied);
    OKAY(spool_fact_put(h->c->spool, "send.loaded", loaded, &why));
    house_once(h);
    house_close(h);
    size_t puts = h->puts;
    house_remove(h->spool_folder);
    mkdir(h->spool_folder, 0770);
    house_once(h);
    house_equal(h, 240, 120);
    assert_int_equal(h->puts, puts);
}

static void state_of_a_backup_begins_a_new_series(void **state)
{
    struct house *h = *state;
    char command[512];
    house_fill(h, 40, 6);
    house_once(h);
    house_close(h);
    snprintf(command, sizeof(command), "cp -r %s %s/backup", h->collect_folder, h->folder);
    assert_int_equal(system(command), 0);
    house_sql(h, "INSERT INTO appels VALUES (900001, 1001, '2026-03-10 11:00:00', '', 1)");
    house_once(h);
    house_close(h);
    snprintf(command, sizeof(command), "rm -r %s && mv %s/backup %s", h->collect_folder, h->folder,
             h->collect_folder);
    assert_int_equal(system(command), 0);
    house_sql(h, "DELETE FROM appels WHERE num = 900001");
    house_sql(h, "INSERT INTO appels VALUES (900002, 1001, '2026-03-10 11:30:00', '', 1)");
    house_once(h);
    assert_int_equal(h->series, 2);
    OKAY(collect_sweep(h->c, SWEEP_COLD, &why));
    house_load(h);
    /* Row 900001 was sent by a state that is no more: a statement finds it, and the day is asked for. */
    const struct spool_request request = {.id = "r1", .stream = "call", .from = TODAY, .to = TODAY};
    OKAY(spool_add_request(h->c->spool, &request, &why));
    house_once(h);
    house_equal(h, 241, 120);
}

static void lost_state_sweeps_all_history_and_removes_what_is_gone(void **state)
{
    struct house *h = *state;
    char path[128];
    house_fill(h, 40, 6);
    house_once(h);
    house_close(h);
    snprintf(path, sizeof(path), "%s/state.db", h->collect_folder);
    house_remove(path);
    strcat(path, "-wal");
    house_remove(path);
    house_sql(h, "DELETE FROM appels WHERE num = 20001"); /* while nobody remembered */
    house_once(h);
    house_equal(h, 239, 120);
    assert_int_equal(h->series, 2);
    assert_false(h->c->recovering);
}

static void lose_the_state(struct house *h)
{
    char path[128];
    house_close(h);
    snprintf(path, sizeof(path), "%s/state.db", h->collect_folder);
    house_remove(path);
    strcat(path, "-wal");
    house_remove(path);
    house_open(h);
}

/* One disk held the state and the dispatch database: the warehouse is the last copy of what is gone. */
static void a_state_and_rows_lost_together_ask_a_person(void **state)
{
    struct house *h = *state;
    struct err err;
    uint64_t vanished = 0;
    house_fill(h, 40, 6);
    house_once(h);
    house_sql(h, "CREATE TABLE gone AS SELECT * FROM appels WHERE num > 20100");
    house_sql(h, "DELETE FROM appels WHERE num > 20100");
    lose_the_state(h);
    for (int round = 0; round < 3; round++) {
        assert_int_equal(collect_once(h->c, &err), ERR_CONFIG);
        assert_non_null(strstr(err.message, "few_rows"));
        house_load(h);
        assert_int_equal(house_count(h, "call"), 240);
    }
    house_sql(h, "INSERT INTO appels SELECT * FROM gone"); /* restored */
    house_once(h);
    house_equal(h, 240, 120);
    assert_false(h->c->recovering);
    house_sql(h, "DELETE FROM appels WHERE num > 20100");
    lose_the_state(h);
    assert_int_equal(collect_once(h->c, &err), ERR_CONFIG);
    OKAY(collect_deletions_accept(&h->settings, NULL, "A person", &vanished, &why)); /* meant */
    assert_true(vanished > 100);
    OKAY(collect_once(h->c, &why)); /* the centre asks for the days that its statements say are empty */
    assert_false(h->c->recovering);
}

static void a_state_lost_with_a_damaged_witness_asks_a_person(void **state)
{
    struct house *h = *state;
    struct err err;
    char path[128];
    house_fill(h, 40, 6);
    house_once(h);
    house_sql(h, "DELETE FROM appels WHERE num > 20100");
    snprintf(path, sizeof(path), "%s/sent.json", h->collect_folder);
    assert_int_equal(truncate(path, 10), 0);
    lose_the_state(h);
    assert_int_equal(collect_once(h->c, &err), ERR_CONFIG);
    assert_non_null(strstr(err.message, "sent.json"));
    house_load(h);
    assert_int_equal(house_count(h, "call"), 240);
    house_remove(path);
    OKAY(collect_once(h->c, &why)); /* it is meant */
}

static void a_state_and_persons_lost_together_ask_a_person(void **state)
{
    struct house *h = *state;
    struct err err;
    house_fill(h, 40, 6);
    house_sql(h, "WITH RECURSIVE n(i) AS (SELECT 101 UNION ALL SELECT i + 1 FROM n WHERE i < 150) "
                 "INSERT INTO personnes SELECT i, 'Nom' || i, 1 FROM n");
    house_sql(h, "INSERT INTO patients SELECT 1000 + id, id, 0 FROM personnes WHERE id > 100");
    house_once(h);
    house_sql(h, "DELETE FROM personnes WHERE id < 140");
    lose_the_state(h);
    assert_int_equal(collect_once(h->c, &err), ERR_CONFIG);
    assert_non_null(strstr(err.message, "few_rows"));
    house_load(h);
    assert_int_equal(house_count(h, "call"), 240);
}

/* An upgrade turned the meaning of the column round: what is erased does not come back. */
static void a_tenth_of_all_patients_who_object_at_once_ask_a_person(void **state)
{
    struct house *h = *state;
    struct err err;
    uint64_t vanished = 0;
    char sql[256], today[DAY_TEXT];
    house_fill(h, 40, 6);
    day_format(TODAY, today);
    house_sql(h, "WITH RECURSIVE n(i) AS (SELECT 101 UNION ALL SELECT i + 1 FROM n WHERE i < 150) "
                 "INSERT INTO personnes SELECT i, 'Nom' || i, 1 FROM n");
    house_sql(h, "INSERT INTO patients SELECT 1000 + id, id, 0 FROM personnes WHERE id > 100");
    snprintf(sql, sizeof(sql),
             "INSERT INTO appels SELECT 900000 + id, 1000 + id, '%s 09:00:00', '%s', 1 FROM personnes"
             " WHERE id > 100",
             today, today);
    house_sql(h, sql);
    house_once(h);
    assert_int_equal(house_count(h, "call"), 290);
    house_sql(h, "UPDATE patients SET opposition = 1");
    for (int round = 0; round < 3; round++) {
        assert_int_equal(collect_once(h->c, &err), ERR_CONFIG);
        assert_non_null(strstr(err.message, "object all at once"));
        house_load(h);
        assert_int_equal(h->erases, 0);
    }
    house_sql(h, "UPDATE patients SET opposition = 0");
    house_once(h);
    OKAY(collect_sweep(h->c, SWEEP_COLD, &why));
    house_load(h);
    house_equal(h, 290, 120);
    house_sql(h, "UPDATE patients SET opposition = 1");
    state_begin(h->c->state); /* accepted years from now: the clock was ahead once */
    state_put_int(h->c->state, "deletions.objections", INT64_C(2051222400));
    OKAY(state_commit(h->c->state, &why));
    assert_int_equal(collect_once(h->c, &err), ERR_CONFIG);
    OKAY(collect_deletions_accept(&h->settings, NULL, "A person", &vanished, &why));
    house_once(h);
    house_once(h);
    assert_true(h->erases > 50);
}

static void damaged_state_is_set_aside(void **state)
{
    struct house *h = *state;
    char path[128];
    house_fill(h, 40, 6);
    house_once(h);
    house_close(h);
    snprintf(path, sizeof(path), "%s/state.db", h->collect_folder);
    house_write(path, "this is no database, and it is long enough to be read as one: 0123456789abcdef");
    house_open(h);
    strcat(path, ".damaged-1");
    assert_int_equal(access(path, F_OK), 0);
    house_once(h);
    house_equal(h, 240, 120);
}

static void request_is_answered_with_its_id(void **state)
{
    struct house *h = *state;
    house_fill(h, 10, 6);
    house_once(h);
    const struct spool_request request = {.id = "r-7", .stream = "call", .from = TODAY - 5, .to = TODAY - 5};
    OKAY(spool_add_request(h->c->spool, &request, &why));
    size_t puts = h->puts;
    house_once(h);
    assert_string_equal(h->last_request, "r-7");
    assert_int_equal(h->last_end_count, 6);
    assert_int_equal(h->puts, puts + 6);
    const struct spool_request empty = {
        .id = "r-8", .stream = "visit", .from = TODAY - 500, .to = TODAY - 500};
    OKAY(spool_add_request(h->c->spool, &empty, &why));
    house_once(h);
    assert_string_equal(h->last_request, "r-8");
    assert_int_equal(h->last_end_count, 0);
    house_equal(h, 60, 30);
}

static void parked_batch_becomes_a_void_and_its_days_go_again(void **state)
{
    struct house *h = *state;
    house_fill(h, 40, 6);
    house_open(h);
    OKAY(collect_once(h->c, &why));
    OKAY(spool_outcome(h->c->spool, 2, BATCH_PARKED, &why));
    h->lossy = true;
    house_once(h); /* loads for the first time, the void in its place */
    house_equal(h, 240, 120);
}

static void refused_batch_makes_its_days_go_again(void **state)
{
    struct house *h = *state;
    house_fill(h, 40, 6);
    house_once(h);
    size_t puts = h->puts;
    OKAY(spool_fact_put(h->c->spool, "send.refused", "2:gzip", &why));
    house_once(h);
    assert_true(h->puts > puts);
    puts = h->puts;
    house_once(h); /* once is enough */
    assert_int_equal(h->puts, puts);
    house_equal(h, 240, 120);
}

/* A replaced machine with a root key of its own sent all of history at each heartbeat. */
static void a_machine_refused_for_itself_waits_before_it_sends_all_again(void **state)
{
    struct house *h = *state;
    house_fill(h, 40, 6);
    house_once(h);
    size_t puts = h->puts;
    for (int round = 0; round < 3; round++) {
        char refused[32];
        struct err err;
        snprintf(refused, sizeof(refused), "%d:root-key", round == 0 ? 2 : (int)h->c->last_seq);
        OKAY(spool_fact_put(h->c->spool, "send.refused", refused, &why));
        for (int minute = 0; minute < 1 << round; minute++) { /* twice as long each time */
            assert_int_equal(collect_once(h->c, &err), ERR_AUTH);
            assert_non_null(strstr(err.hint, "contact-agent key restore"));
            house_ms += 55000;
        }
        assert_int_equal(h->puts, puts);
        house_ms += 60000;
        house_once(h);
        assert_true(h->puts > puts);
        puts = h->puts;
    }
    house_equal(h, 240, 120);
}

static void too_large_batch_is_read_in_smaller_ones(void **state)
{
    struct house *h = *state;
    house_fill(h, 40, 6);
    house_open(h);
    OKAY(collect_once(h->c, &why));
    h->lossy = true;
    for (int round = 0; round < 30; round++) { /* every batch of records is too large for some proxy */
        struct spool_batch batch = {.sealed = BUF_INIT(BATCH_MAX_BYTES)};
        bool found = true, any = false;
        while (found) {
            OKAY(spool_next(h->c->spool, &batch, &found, &why));
            if (!found)
                break;
            bool large = !batch.is_void && batch.sealed.len > 6000;
            any = any || large;
            OKAY(spool_outcome(h->c->spool, batch.seq, large ? BATCH_TOO_LARGE : BATCH_STORED, &why));
            buf_clear(&batch.sealed);
        }
        buf_free(&batch.sealed);
        OKAY(collect_once(h->c, &why));
        if (!any)
            break;
    }
    house_load(h);
    house_equal(h, 240, 120);
}

static void conflict_begins_a_new_series(void **state)
{
    struct house *h = *state;
    house_fill(h, 10, 6);
    house_once(h);
    OKAY(spool_outcome(h->c->spool, 1, BATCH_CONFLICT, &why));
    house_once(h);
    assert_int_equal(h->series, 2);
    house_equal(h, 60, 30);
}

static void full_spool_pauses_and_loses_nothing(void **state)
{
    struct house *h = *state;
    house_fill(h, 60, 40);
    h->settings.spool_limit_bytes = 8000;
    house_open(h);
    struct err error;
    assert_int_equal(collect_once(h->c, &error), ERR_FULL);
    assert_int_equal(collect_once(h->c, &error), ERR_FULL);
    h->settings.spool_limit_bytes = 1 << 30;
    house_once(h);
    house_equal(h, 2400, 1200);
}

static void source_away_is_passing(void **state)
{
    struct house *h = *state;
    char away[128];
    house_fill(h, 10, 6);
    house_once(h);
    snprintf(away, sizeof(away), "%s.away", h->database);
    house_close(h);
    house_open(h);
    rename(h->database, away);
    struct err error;
    assert_int_not_equal(collect_once(h->c, &error), OK);
    rename(away, h->database);
    house_sql(h, "INSERT INTO appels VALUES (900001, 1001, '2026-03-10 11:00:00', '', 1)");
    house_once(h);
    house_equal(h, 61, 30);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(crash_between_state_and_spool_loses_nothing),
        T(killed_at_any_moment_it_ends_equal),
        T(lost_spool_begins_a_new_series),
        T(what_was_loaded_is_not_sent_again),
        T(state_of_a_backup_begins_a_new_series),
        T(lost_state_sweeps_all_history_and_removes_what_is_gone),
        T(a_state_and_rows_lost_together_ask_a_person),
        T(a_state_lost_with_a_damaged_witness_asks_a_person),
        T(a_state_and_persons_lost_together_ask_a_person),
        T(a_tenth_of_all_patients_who_object_at_once_ask_a_person),
        T(damaged_state_is_set_aside),
        T(request_is_answered_with_its_id),
        T(parked_batch_becomes_a_void_and_its_days_go_again),
        T(refused_batch_makes_its_days_go_again),
        T(a_machine_refused_for_itself_waits_before_it_sends_all_again),
        T(too_large_batch_is_read_in_smaller_ones),
        T(conflict_begins_a_new_series),
        T(full_spool_pauses_and_loses_nothing),
        T(source_away_is_passing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
