/* SPDX-License-Identifier: Apache-2.0 */
/* Free text in a running collect: it leaves cleaned or not at all, and comes back by itself. */
#include "tests/unit/agent/collect/house_text.h"

#define DAY_SECONDS INT64_C(86400)

static const char withheld[] = "\"note\":\"<TEXTE_RETENU>\"";

static int setup(void **state)
{
    house_words();
    struct house *h = house_new();
    house_fill(h, 3, 4);
    house_add_notes(h);
    house_approve(h);
    *state = h;
    return 0;
}

static int teardown(void **state)
{
    house_free(*state);
    return 0;
}

static void note(struct house *h, int call, const char *text)
{
    house_sql(h, "UPDATE appels SET note = '%s' WHERE num = %d", text, call);
}

/* A round whose lines alone are looked at. */
static void round_of(struct house *h)
{
    buf_clear(&h->lines);
    house_once(h);
}

static bool stopped_by(struct house *h, const char *code)
{
    struct collect_status status;
    OKAY(collect_status(&h->settings, &status, &why));
    assert_true(status.text);
    return strcmp(status.text_stopped, code) == 0;
}

static void tomorrow(struct house *h)
{
    (void)h;
    house_now += DAY_SECONDS;
}

static void notes_leave_without_names(void **state)
{
    struct house *h = *state;
    note(h, 3000, "M. Nom1 tousse, voisine Mme Kervignac au 06 12 34 56 78");
    round_of(h);
    assert_true(stopped_by(h, ""));
    assert_true(house_says(h, "tousse"));
    assert_false(house_says(h, "Nom1"));
    assert_false(house_says(h, "Kervignac"));
    assert_false(house_says(h, "12 34"));
    assert_false(house_says(h, "RETENU"));
}

static void what_one_text_of_a_call_removes_all_remove(void **state)
{
    struct house *h = *state;
    note(h, 3000, "fievre, appel de sa fille Mme Saubrelle");
    house_sql(h, "UPDATE consultations SET note = 'angine, vu avec saubrelle' WHERE id = 3000");
    round_of(h);
    assert_true(house_says(h, "angine, vu avec <NOM_1>"));
    assert_false(house_says(h, "aubrelle"));
    /* A later word of one text changes the record of the other. */
    house_sql(h, "UPDATE consultations SET note = 'angine, vu avec son fils Wandrille' WHERE id = 3000");
    note(h, 3000, "fievre, appel de wandrille");
    round_of(h);
    assert_true(house_says(h, "appel de <"));
    assert_false(house_says(h, "andrille"));
}

static int times_said(struct house *h, const char *text)
{
    int times = 0;
    for (const char *at = buf_text(&h->lines); (at = strstr(at, text)) != NULL; at++)
        times++;
    return times;
}

/* Equal texts of two calls that are read one after the other, each with its own patient. */
static void a_text_is_cleaned_by_its_own_row(void **state)
{
    struct house *h = *state;
    house_sql(h, "UPDATE personnes SET nom = 'Kerzulat' WHERE id = 1;"
                 "UPDATE personnes SET nom = 'Belmandin' WHERE id = 2");
    note(h, 3000, "kerzulat tousse beaucoup, belmandin aussi");
    note(h, 3001, "kerzulat tousse beaucoup, belmandin aussi");
    round_of(h);
    assert_int_equal(times_said(h, "tousse beaucoup"), 2);
    assert_int_equal(times_said(h, "kerzulat"), 1);
    assert_int_equal(times_said(h, "belmandin"), 1);
}

static void names_are_learnt_before_the_first_sweep_and_kept_as_fingerprints(void **state)
{
    struct house *h = *state;
    char path[160], text[65536] = "";
    struct stat st;
    round_of(h);
    snprintf(path, sizeof(path), "%s/cache/names", h->collect_folder);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    FILE *file = fopen(path, "r");
    size_t len = fread(text, 1, sizeof(text) - 1, file);
    fclose(file);
    for (size_t i = 0; i + 5 < len; i++)
        assert_false(strncasecmp(text + i, "kervi", 5) == 0);
    snprintf(path, sizeof(path), "%s/cache/CACHEDIR.TAG", h->collect_folder);
    assert_int_equal(stat(path, &st), 0);
    struct collect_status status;
    OKAY(collect_status(&h->settings, &status, &why));
    assert_int_equal(status.names, 2);
    assert_int_equal(status.names_s, house_now);
}

static void names_are_learnt_anew_each_night_and_for_another_mapping(void **state)
{
    struct house *h = *state;
    struct collect_status status;
    round_of(h);
    house_sql(h, "INSERT INTO noms VALUES ('Wattrelos')");
    house_now += 3600;
    round_of(h);
    OKAY(collect_status(&h->settings, &status, &why));
    assert_int_equal(status.names, 2);
    tomorrow(h);
    round_of(h);
    OKAY(collect_status(&h->settings, &status, &why));
    assert_int_equal(status.names, 3);
    house_sql(h, "INSERT INTO noms VALUES ('Quesnoy')");
    char other[sizeof(house_text_mapping)];
    snprintf(other, sizeof(other), "%s", house_text_mapping);
    memcpy(strstr(other, "mapping: test"), "mapping: next", 13);
    house_write(h->mapping, other);
    house_approve(h);
    house_open(h);
    round_of(h);
    OKAY(collect_status(&h->settings, &status, &why));
    assert_int_equal(status.names, 4);
}

static void without_names_records_go_and_their_text_follows(void **state)
{
    struct house *h = *state;
    house_sql(h, "ALTER TABLE noms RENAME TO ailleurs");
    note(h, 1000, "toux seche"); /* in the part that is backfilled */
    note(h, 3000, "toux grasse");
    round_of(h);
    assert_true(stopped_by(h, "no_names"));
    assert_int_equal(house_count(h, "call"), 12);
    assert_true(house_says(h, withheld));
    assert_false(house_says(h, "toux"));
    round_of(h); /* nothing is sent again while it lasts */
    assert_int_equal(h->lines.len, 0);
    house_sql(h, "ALTER TABLE ailleurs RENAME TO noms");
    house_ms += 3600000;
    round_of(h);
    assert_true(stopped_by(h, ""));
    assert_true(house_says(h, "toux seche"));
    assert_true(house_says(h, "toux grasse"));
    assert_false(house_says(h, withheld));
    house_equal(h, 12, 6);
    round_of(h);
    assert_int_equal(h->lines.len, 0);
}

static void names_too_old_stop_the_text_of_a_running_process(void **state)
{
    struct house *h = *state;
    round_of(h);
    house_sql(h, "ALTER TABLE noms RENAME TO ailleurs");
    house_now += 7 * DAY_SECONDS;
    house_ms += 3600000;
    note(h, 3000, "angine");
    round_of(h);
    assert_true(stopped_by(h, ""));
    assert_true(house_says(h, "angine"));
    house_now += 2 * DAY_SECONDS;
    house_ms += 3600000;
    note(h, 3001, "zona");
    round_of(h);
    assert_true(stopped_by(h, "old_names"));
    assert_false(house_says(h, "zona"));
    assert_true(house_says(h, withheld));
    house_sql(h, "ALTER TABLE ailleurs RENAME TO noms");
    house_ms += 3600000;
    round_of(h);
    assert_true(stopped_by(h, ""));
    assert_true(house_says(h, "zona"));
    house_equal(h, 12, 6);
}

/* Another word file, as a new release brings: one word more, and its checksum (agent/text/lexicon.c). */
static void other_words(struct house *h)
{
    char path[160];
    size_t len = 0, size = 64u << 20;
    uint64_t *file = malloc(size), check = 0xCBF29CE484222325u;
    FILE *in = fopen(getenv("CONTACT_TEXT_LEXICON"), "rb");
    len = fread(file, 1, size, in);
    fclose(in);
    const size_t head = 2, tables = 4, words = len / 8;
    size_t empty = tables;
    while (file[empty] != 0)
        empty++;
    file[empty] = UINT64_C(0x5a5a5a5a00000001);
    for (size_t i = head; i < words; i++)
        check = (check ^ file[i]) * 0x100000001B3u;
    file[1] = check;
    snprintf(path, sizeof(path), "%s/text.lex", h->folder);
    FILE *out = fopen(path, "wb");
    assert_int_equal(fwrite(file, 1, len, out), len);
    fclose(out);
    free(file);
    setenv("CONTACT_TEXT_LEXICON", path, 1);
}

/* As if the association had agreed to another engine. */
static void approve_another(struct house *h)
{
    struct state *state = NULL;
    struct approval approval;
    OKAY(state_attach(h->collect_folder, &state, &why));
    assert_true(approval_latest(state, &approval));
    approval.text[0] ^= 1;
    state_begin(state);
    approval_put(state, &approval, NULL);
    OKAY(state_commit(state, &why));
    state_close(state);
}

static void no_text_leaves_under_an_engine_nobody_approved(void **state)
{
    struct house *h = *state;
    approve_another(h);
    note(h, 3000, "toux");
    round_of(h);
    assert_true(stopped_by(h, "not_approved"));
    assert_int_equal(house_count(h, "call"), 12);
    assert_false(house_says(h, "toux"));
    house_approve(h);
    round_of(h);
    assert_true(stopped_by(h, ""));
    assert_true(house_says(h, "toux"));
    house_equal(h, 12, 6);
}

static void texts_that_left_stay_until_the_new_engine_is_approved(void **state)
{
    struct house *h = *state;
    note(h, 2000, "zona");
    round_of(h);
    assert_true(house_says(h, "zona"));
    other_words(h);
    house_open(h);
    buf_clear(&h->lines);
    OKAY(collect_sweep(h->c, SWEEP_COLD, &why));
    house_load(h);
    assert_true(stopped_by(h, "not_approved"));
    assert_int_equal(h->lines.len, 0); /* no record is sent again to lose its text */
    note(h, 3001, "angine");
    round_of(h);
    assert_true(house_says(h, withheld));
    assert_false(house_says(h, "angine"));
    house_approve(h);
    round_of(h);
    assert_true(stopped_by(h, ""));
    assert_true(house_says(h, "angine"));
    assert_true(house_says(h, "zona")); /* cleaned anew, by the engine that is now approved */
    house_equal(h, 12, 6);
}

static void a_missing_word_file_stops_the_text_alone(void **state)
{
    struct house *h = *state;
    setenv("CONTACT_TEXT_LEXICON", "/nowhere/text.lex", 1);
    note(h, 3000, "toux");
    round_of(h);
    assert_true(stopped_by(h, "no_words"));
    assert_int_equal(house_count(h, "call"), 12);
    assert_false(house_says(h, "toux"));
    house_words();
    house_open(h);
    round_of(h);
    assert_true(stopped_by(h, ""));
    assert_true(house_says(h, "toux"));
}

static void too_many_texts_withheld_stop_all_until_the_next_night(void **state)
{
    struct house *h = *state;
    /* More words than an engine keeps of one row. */
    house_sql(h, "UPDATE personnes SET nom ="
                 " (WITH n(i) AS (VALUES (0) UNION ALL SELECT i + 1 FROM n WHERE i < 1075)"
                 "  SELECT group_concat(CASE WHEN i < 676 THEN char(97 + i / 26, 97 + i %% 26)"
                 "                      ELSE 'q' || char(71 + i / 26, 97 + i %% 26) END, ' ') FROM n)");
    house_sql(h, "BEGIN");
    for (int i = 0; i < 300; i++)
        house_sql(h, "INSERT INTO appels VALUES (%d, 1001, '2026-03-10 11:00:00', '', 1, 'toux %d')",
                  5000 + i, i);
    house_sql(h, "COMMIT");
    round_of(h);
    assert_true(stopped_by(h, "rate"));
    assert_int_equal(house_count(h, "call"), 312);
    house_sql(h, "UPDATE personnes SET nom = 'Nom' || id");
    house_open(h); /* a new process does not begin anew with it */
    round_of(h);
    assert_true(stopped_by(h, "rate"));
    assert_false(house_says(h, "toux"));
    tomorrow(h);
    round_of(h);
    assert_true(stopped_by(h, ""));
    assert_true(house_says(h, "toux"));
    house_equal(h, 312, 6);
}

static void text_in_another_encoding_is_withheld_and_counted(void **state)
{
    struct house *h = *state;
    note(h, 3000, "fi\xe8vre");
    round_of(h);
    assert_true(house_says(h, withheld));
    struct collect_status status;
    OKAY(collect_status(&h->settings, &status, &why));
    assert_int_equal(status.reason_count, 1);
    assert_string_equal(status.withheld[0].name, "undecodable");
    assert_int_equal(status.text_days, 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(notes_leave_without_names),
        T(what_one_text_of_a_call_removes_all_remove),
        T(a_text_is_cleaned_by_its_own_row),
        T(names_are_learnt_before_the_first_sweep_and_kept_as_fingerprints),
        T(names_are_learnt_anew_each_night_and_for_another_mapping),
        T(without_names_records_go_and_their_text_follows),
        T(names_too_old_stop_the_text_of_a_running_process),
        T(no_text_leaves_under_an_engine_nobody_approved),
        T(texts_that_left_stay_until_the_new_engine_is_approved),
        T(a_missing_word_file_stops_the_text_alone),
        T(too_many_texts_withheld_stop_all_until_the_next_night),
        T(text_in_another_encoding_is_withheld_and_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
