/* SPDX-License-Identifier: Apache-2.0 */
/* What the text engine is given of a row, and what becomes of its answer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "agent/mapping/load.h"
#include "agent/record/record.h"

static const char MAPPING[] = "mapping: demo\n"
                              "model: contact-1\n"
                              "time_zone: Europe/Paris\n"
                              "days: {from: 2015-01-01}\n"
                              "person:\n"
                              "  from: patients p\n"
                              "  key: p.id\n"
                              "  identifiers: {name: p.nom, phone: p.tel}\n"
                              "streams:\n"
                              "  call:\n"
                              "    from: appels a LEFT JOIN medecins m ON m.id = a.medecin\n"
                              "    person: a.patient\n"
                              "    key: a.num\n"
                              "    day: a.le\n"
                              "    encoding: latin1\n"
                              "    identifiers:\n"
                              "      - {role: caller, name: a.appelant}\n"
                              "      - {role: practitioner, name: m.nom}\n"
                              "    fields:\n"
                              "      note: {from: a.note, rule: text}\n"
                              "  visit:\n"
                              "    from: visites v JOIN appels a ON a.num = v.num\n"
                              "    person: a.patient\n"
                              "    episode: a.num\n"
                              "    key: v.id\n"
                              "    day: a.le\n"
                              "    fields:\n"
                              "      note: {from: v.note, rule: text}\n"
                              "  act:\n"
                              "    from: actes t JOIN appels a ON a.num = t.num\n"
                              "    episode: a.num\n"
                              "    key: t.id\n"
                              "    day: a.le\n"
                              "    fields:\n"
                              "      quantity: {from: t.quantite, rule: number}\n"
                              "gazetteer: [{from: patients, name: nom}]\n";

#define CALL 0
#define VISIT 1
#define GIVEN_MAX 64 /* as many as a row gives */

struct fixture {
    struct model *model;
    struct mapping *mapping;
    struct pseudonym_keys *keys;
    struct zone *zone;
    struct record_maker *maker;
    struct cell row[64];
    unsigned stream;
    struct row_key key;
    struct buf line;
    uint64_t withheld[WITHHELD_KINDS];
    /* What the engine was given, and what it says. */
    size_t calls;
    char texts[GIVEN_MAX][128];
    bool own[GIVEN_MAX];
    size_t text_count;
    char identifiers[256];
    size_t longest; /* of the identifiers, in bytes */
    enum text_fate fate;
};

static void clean(void *context, struct record_call *call)
{
    struct fixture *f = context;
    f->calls++;
    f->text_count = 0;
    f->identifiers[0] = '\0';
    for (size_t i = 0; i < call->text_count; i++) {
        struct record_text *text = &call->texts[i];
        snprintf(f->texts[i], sizeof f->texts[i], "%.*s", (int)text->len, text->text);
        f->own[i] = text->out != NULL;
        f->text_count++;
        if (text->out == NULL)
            continue;
        text->fate = f->fate;
        buf_printf(text->out, "<%s>", f->texts[i]);
    }
    f->longest = 0;
    for (size_t i = 0; i < call->identifier_count; i++) {
        size_t len = strlen(f->identifiers);
        if (call->identifiers[i].len > f->longest)
            f->longest = call->identifiers[i].len;
        snprintf(f->identifiers + len, sizeof f->identifiers - len, "%d%d%.*s;",
                 (int)call->identifiers[i].kind, (int)call->identifiers[i].role,
                 (int)call->identifiers[i].len, call->identifiers[i].value);
    }
}

static struct cell text(const char *t)
{
    return (struct cell){.type = CELL_TEXT, .text = t, .len = strlen(t)};
}

static const struct mapping_stream *stream_of(const struct fixture *f)
{
    return f->mapping->streams[f->stream];
}

static void set(struct fixture *f, const char *alias, const char *name, struct cell cell)
{
    for (unsigned i = 0; i < stream_of(f)->column_count; i++)
        if (strcmp(stream_of(f)->columns[i].column, name) == 0 &&
            strcmp(stream_of(f)->columns[i].alias, alias) == 0) {
            f->row[i] = cell;
            return;
        }
    fail_msg("no column %s", name);
}

/* The joined texts of a stream. */
static void join(struct fixture *f, unsigned stream, const char *texts)
{
    for (unsigned i = 0; i < stream_of(f)->text_count; i++)
        if (stream_of(f)->texts[i].joined && stream_of(f)->texts[i].stream == stream) {
            f->row[stream_of(f)->texts[i].cell] = text(texts);
            return;
        }
    fail_msg("stream %u is not joined", stream);
}

static void begin(struct fixture *f, unsigned stream)
{
    f->stream = stream;
    memset(f->row, 0, sizeof f->row);
    set(f, "a", "num", text("17"));
    set(f, "a", "le", text("2026-01-02 14:05:00"));
    set(f, "a", "patient", (struct cell){.type = CELL_INTEGER, .integer = 12});
    set(f, "p", "id", (struct cell){.type = CELL_INTEGER, .integer = 12});
    set(f, "p", "nom", text("Dupont"));
    set(f, "p", "tel", (struct cell){.type = CELL_INTEGER, .integer = 612345678});
    if (stream == VISIT)
        set(f, "v", "id", text("170"));
}

static const char *build(struct fixture *f)
{
    uint8_t fp[SHORT_SIZE];
    memset(f->withheld, 0, sizeof f->withheld);
    record_key(f->maker, f->stream, f->row, stream_of(f)->cell_count, &f->key);
    assert_int_equal(f->key.fate, ROW_RECORD);
    buf_clear(&f->line);
    assert_true(record_build(f->maker, f->stream, f->row, stream_of(f)->cell_count, &f->key, &f->line, fp,
                             f->withheld));
    return buf_text(&f->line);
}

static void use(struct fixture *f, uint8_t version)
{
    record_maker_free(f->maker);
    const struct record_context context = {.model = f->model,
                                           .mapping = f->mapping,
                                           .keys = f->keys,
                                           .zone = f->zone,
                                           .clean = clean,
                                           .clean_context = f,
                                           .text_policy = {version}};
    f->maker = record_maker_new(&context);
}

static int set_up(void **state)
{
    struct problems PROBLEMS_CLEANUP problems = {0};
    struct err err;
    const uint8_t root[32] = {7};
    struct fixture *f = calloc(1, sizeof *f);
    f->model = model_load("conf/model/contact-1.yaml", &problems);
    struct yaml *yaml = yaml_parse("m.yaml", MAPPING, strlen(MAPPING), &problems);
    f->mapping = mapping_parse(yaml, f->model, &problems);
    yaml_free(yaml);
    f->keys = pseudonym_keys_new(root, "test", 1);
    f->line = BUF_INIT(65536);
    f->fate = TEXT_GOES;
    *state = f;
    if (f->mapping == NULL || zone_open(f->mapping->time_zone, &f->zone, &err) != OK)
        return -1;
    use(f, 1);
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    record_maker_free(f->maker);
    zone_free(f->zone);
    pseudonym_keys_free(f->keys);
    mapping_free(f->mapping);
    model_free(f->model);
    buf_free(&f->line);
    free(f);
    return 0;
}

static void the_engine_is_given_every_identifier_with_its_role(void **state)
{
    struct fixture *f = *state;
    begin(f, CALL);
    set(f, "a", "appelant", text("Ren\xe9 Gall\xe9"));
    set(f, "m", "nom", text("Lamy"));
    set(f, "a", "note", text("toux"));
    assert_non_null(strstr(build(f), "\"note\":\"<toux>\""));
    char expected[128];
    snprintf(expected, sizeof expected, "%d%dRen\xc3\xa9 Gall\xc3\xa9;%d%dLamy;%d%dDupont;%d%d612345678;",
             ID_NAME, ROLE_CALLER, ID_NAME, ROLE_PRACTITIONER, ID_NAME, ROLE_PATIENT, ID_PHONE, ROLE_PATIENT);
    assert_string_equal(f->identifiers, expected);
}

/* A cell of len bytes that ends in a word. */
static struct cell long_text(char *room, size_t len, const char *word)
{
    memset(room, '-', len);
    memcpy(room + len - strlen(word), word, strlen(word));
    return (struct cell){.type = CELL_TEXT, .text = room, .len = len};
}

static void a_long_identifier_is_looked_for_whole(void **state)
{
    struct fixture *f = *state;
    static char room[8192];
    begin(f, CALL);
    set(f, "a", "note", text("toux"));
    set(f, "m", "nom", long_text(room, 4096, "Lamy"));
    assert_non_null(strstr(build(f), "\"note\":\"<toux>\""));
    assert_int_equal(f->longest, 4096);
    memset(room + 4096, ' ', 4096); /* blanks are nothing to look for */
    set(f, "m", "nom", (struct cell){.type = CELL_TEXT, .text = room, .len = 8192});
    assert_non_null(strstr(build(f), "\"note\":\"<toux>\""));
}

static void words_after_a_nul_are_the_rows_too(void **state)
{
    struct fixture *f = *state;
    begin(f, CALL);
    set(f, "a", "note", text("toux"));
    set(f, "m", "nom", (struct cell){.type = CELL_TEXT, .text = "Lamy\0Ren\xe9", .len = 9});
    assert_non_null(strstr(build(f), "\"note\":\"<toux>\""));
    assert_non_null(strstr(f->identifiers, "Lamy Ren\xc3\xa9;"));
}

#define BYTES(bytes)                                                                                         \
    {                                                                                                        \
        .type = CELL_BLOB, .text = (bytes), .len = sizeof(bytes) - 1                                         \
    }

static void an_identifier_kept_as_bytes_is_read_as_text(void **state)
{
    struct fixture *f = *state;
    static const struct cell cells[] = {
        BYTES("Ren\xe9"), /* the column's encoding */
        BYTES("Ren\xe9\0\0\0"),   BYTES("R\0e\0n\0\xe9\0"),         BYTES("\xff\xfeR\0e\0n\0\xe9\0"),
        BYTES("\0R\0e\0n\0\xe9"), BYTES("\xfe\xff\0R\0e\0n\0\xe9"), BYTES("R\0e\0n\0\xe9\0\0\0\0\0")};
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        begin(f, CALL);
        set(f, "a", "note", text("toux"));
        set(f, "a", "appelant", cells[i]);
        assert_non_null(strstr(build(f), "\"note\":\"<toux>\""));
        char expected[32];
        snprintf(expected, sizeof expected, "%d%dRen\xc3\xa9;", ID_NAME, ROLE_CALLER);
        assert_memory_equal(f->identifiers, expected, strlen(expected));
    }
}

static void an_identifier_that_cannot_be_looked_for_withholds_the_texts(void **state)
{
    struct fixture *f = *state;
    static char room[8192];
    const struct cell cells[] = {long_text(room, 4097, "Lamy"),
                                 {.type = CELL_UNREADABLE},
                                 BYTES("\x8a\x01\x99"),
                                 BYTES("\x1a\x04\x30\x04\x1b\x04"), /* UTF-16, not Latin */
                                 BYTES("L\0a\0\0\xd8m\0y\0")};      /* half a character */
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        begin(f, CALL);
        set(f, "a", "note", text("toux"));
        set(f, "m", "nom", cells[i]);
        assert_non_null(strstr(build(f), "\"note\":\"<TEXTE_RETENU>\""));
        assert_int_equal(f->withheld[WITHHELD_TEXT], 1);
        assert_int_equal(f->calls, 0);
    }
}

static void every_row_of_a_call_gives_its_texts_in_the_same_order(void **state)
{
    struct fixture *f = *state;
    begin(f, CALL);
    set(f, "a", "note", text("fi\xe8vre"));
    join(f, VISIT, "zona\x1e angine ");
    build(f);
    assert_int_equal(f->text_count, 3);
    assert_string_equal(f->texts[0], "fi\xc3\xa8vre");
    assert_string_equal(f->texts[1], "angine");
    assert_string_equal(f->texts[2], "zona");
    assert_true(f->own[0] && !f->own[1] && !f->own[2]);

    begin(f, VISIT);
    set(f, "v", "note", text(" zona"));
    join(f, CALL, "fi\xe8vre");
    join(f, VISIT, " angine \x1ezona");
    assert_non_null(strstr(build(f), "\"note\":\"<zona>\""));
    assert_int_equal(f->text_count, 3);
    assert_string_equal(f->texts[0], "fi\xc3\xa8vre");
    assert_string_equal(f->texts[1], "angine");
    assert_string_equal(f->texts[2], "zona");
    assert_true(!f->own[0] && !f->own[1] && f->own[2]);
}

static void a_text_that_the_database_did_not_join_still_goes(void **state)
{
    struct fixture *f = *state;
    begin(f, VISIT);
    set(f, "v", "note", text("zona"));
    assert_non_null(strstr(build(f), "\"note\":\"<zona>\""));
    assert_int_equal(f->text_count, 1);
}

static void a_change_of_another_text_of_the_call_is_a_change_of_the_row(void **state)
{
    struct fixture *f = *state;
    uint8_t raw[SHORT_SIZE];
    begin(f, VISIT);
    set(f, "v", "note", text("zona"));
    join(f, CALL, "toux");
    join(f, VISIT,
         "zona\x1e"
         "angine");
    build(f);
    memcpy(raw, f->key.raw, SHORT_SIZE);
    join(f, VISIT, "angine\x1ezona"); /* the same, joined in another order */
    build(f);
    assert_memory_equal(f->key.raw, raw, SHORT_SIZE);
    join(f, CALL, "toux, fils Marc");
    build(f);
    assert_memory_not_equal(f->key.raw, raw, SHORT_SIZE);
}

static void a_text_not_cleaned_stays_and_says_whether_it_may_go_later(void **state)
{
    struct fixture *f = *state;
    begin(f, CALL);
    set(f, "a", "note", text("toux"));
    f->fate = TEXT_STAYS;
    assert_non_null(strstr(build(f), "\"note\":\"<TEXTE_RETENU>\""));
    assert_int_equal(f->withheld[WITHHELD_TEXT], 1);
    f->fate = TEXT_LATER;
    assert_non_null(strstr(build(f), "\"note\":\"<TEXTE_RETENU>\""));
    assert_int_equal(f->withheld[WITHHELD_TEXT], 0);
    assert_int_equal(f->withheld[WITHHELD_TEXT_LATER], 1);
}

static void text_in_another_encoding_is_withheld_and_still_teaches_the_others(void **state)
{
    struct fixture *f = *state;
    begin(f, VISIT);
    set(f, "v", "note", text("d\xe9j\xe0 vu"));
    join(f, VISIT, "d\xe9j\xe0 vu\x1ezona");
    assert_non_null(strstr(build(f), "\"note\":\"<TEXTE_RETENU>\""));
    assert_int_equal(f->withheld[WITHHELD_UNDECODABLE], 1);
    assert_int_equal(f->calls, 0);
    set(f, "v", "note", text("zona"));
    assert_non_null(strstr(build(f), "\"note\":\"<zona>\""));
    assert_string_equal(f->texts[0], "d\xc3\xa9j\xc3\xa0 vu");
}

static void a_row_without_text_asks_nothing_of_the_engine(void **state)
{
    struct fixture *f = *state;
    begin(f, CALL);
    set(f, "a", "note", text("  "));
    join(f, VISIT, "zona");
    assert_null(strstr(build(f), "note"));
    assert_int_equal(f->calls, 0);
}

static void more_texts_than_there_is_room_for_never_push_out_the_rows_own(void **state)
{
    struct fixture *f = *state;
    char many[4096] = "";
    for (int i = 0; i < 500; i++)
        snprintf(many + strlen(many), sizeof many - strlen(many), "%d\x1e", i);
    begin(f, VISIT);
    set(f, "v", "note", text("zona"));
    join(f, VISIT, many);
    assert_non_null(strstr(build(f), "\"note\":\"<zona>\""));
    assert_int_equal(f->text_count, GIVEN_MAX);
    assert_true(f->own[GIVEN_MAX - 1]);
}

static void the_engines_version_is_part_of_the_policy_of_streams_with_text(void **state)
{
    struct fixture *f = *state;
    uint8_t call[2][SHORT_SIZE], act[2][SHORT_SIZE];
    unsigned act_index = model_find_stream(f->model, "act")->index;
    for (uint8_t i = 0; i < 2; i++) {
        use(f, (uint8_t)(i + 1));
        record_policy(f->maker, CALL, call[i]);
        record_policy(f->maker, act_index, act[i]);
    }
    assert_memory_not_equal(call[0], call[1], SHORT_SIZE);
    assert_memory_equal(act[0], act[1], SHORT_SIZE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_engine_is_given_every_identifier_with_its_role),
        TEST(a_long_identifier_is_looked_for_whole),
        TEST(words_after_a_nul_are_the_rows_too),
        TEST(an_identifier_kept_as_bytes_is_read_as_text),
        TEST(an_identifier_that_cannot_be_looked_for_withholds_the_texts),
        TEST(every_row_of_a_call_gives_its_texts_in_the_same_order),
        TEST(a_text_that_the_database_did_not_join_still_goes),
        TEST(a_change_of_another_text_of_the_call_is_a_change_of_the_row),
        TEST(a_text_not_cleaned_stays_and_says_whether_it_may_go_later),
        TEST(text_in_another_encoding_is_withheld_and_still_teaches_the_others),
        TEST(a_row_without_text_asks_nothing_of_the_engine),
        TEST(more_texts_than_there_is_room_for_never_push_out_the_rows_own),
        TEST(the_engines_version_is_part_of_the_policy_of_streams_with_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
