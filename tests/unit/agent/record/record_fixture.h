/* SPDX-License-Identifier: Apache-2.0 */
/* A mapping, a model and one row, for the tests of what becomes of it. */
#ifndef TESTS_UNIT_AGENT_RECORD_RECORD_FIXTURE_H
#define TESTS_UNIT_AGENT_RECORD_RECORD_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "agent/mapping/load.h"
#include "agent/record/record.h"

static const char MAPPING[] =
    "mapping: test\n"
    "model: contact-1\n"
    "time_zone: Europe/Paris\n"
    "days: {from: 2015-01-01, to: 2030-12-31}\n"
    "person:\n"
    "  from: patients p\n"
    "  key: p.id\n"
    "  nobody: [0, -1]\n"
    "  objection: {from: p.opposition, objects: [1, O], allows: [0, N]}\n"
    "  identifiers: {name: p.nom, birth_date: p.ddn}\n"
    "  fields:\n"
    "    age: {from: p.ddn, rule: age}\n"
    "    sex: {from: p.sexe, rule: enum, values: {M: 1, F: 2}}\n"
    "streams:\n"
    "  call:\n"
    "    from: appels a\n"
    "    person: a.patient_id\n"
    "    key: a.num\n"
    "    day: a.le\n"
    "    changed: a.modifie\n"
    "    identifiers: {phone: a.tel}\n"
    "    death: {from: visites d, on: d.num = a.num, field: d.devenir, values: [DCD]}\n"
    "    fields:\n"
    "      received: {from: a.le, rule: hour}\n"
    "      reason: {from: a.motif, rule: code, thesaurus: sosmed}\n"
    "      note: {from: a.note, rule: text}\n"
    "  diagnosis:\n"
    "    from: diagnostics g JOIN appels a ON a.num = g.num\n"
    "    person: a.patient_id\n"
    "    key: [g.num, g.rang]\n"
    "    episode: a.num\n"
    "    day: a.le\n"
    "    fields:\n"
    "      code: {from: g.code, rule: code, thesaurus: cim10}\n"
    "      rank: {from: g.rang, rule: number}\n";

/* A row is given by the names of its columns. */
struct fixture {
    struct model *model;
    struct mapping *mapping;
    struct record_context context;
    struct record_maker *maker;
    unsigned stream;
    struct cell row[40];
    struct row_key key;
    struct buf line;
    uint8_t fp[SHORT_SIZE];
    uint64_t withheld[WITHHELD_KINDS];
    const char *merged;
    bool objects;
};

static const char *merged(void *context, const char *id, size_t len)
{
    (void)id, (void)len;
    return ((struct fixture *)context)->merged;
}

static bool objects(void *context, const uint8_t person[static TOKEN_SIZE])
{
    (void)person;
    return ((struct fixture *)context)->objects;
}

static struct cell text(const char *t)
{
    return (struct cell){.type = CELL_TEXT, .text = t, .len = strlen(t)};
}

static struct cell integer(int64_t value)
{
    return (struct cell){.type = CELL_INTEGER, .integer = value};
}

static const struct mapping_stream *stream_of(const struct fixture *f)
{
    return f->mapping->streams[f->stream];
}

static void set(struct fixture *f, const char *name, struct cell cell)
{
    bool known = false;
    for (unsigned i = 0; i < stream_of(f)->column_count; i++) {
        const struct mapping_column *c = &stream_of(f)->columns[i];
        if (strcmp(c->column, name) == 0) {
            f->row[i] = cell;
            known = true;
        }
    }
    assert_true(known);
}

static size_t count_of(const struct fixture *f)
{
    return stream_of(f)->column_count + (stream_of(f)->death != NULL);
}

static void fill_call(struct fixture *f)
{
    f->stream = 0;
    set(f, "num", text("2026-000017"));
    set(f, "le", text("2026-01-02 14:05:00"));
    set(f, "modifie", text("2026-01-02 15:00:00"));
    set(f, "patient_id", integer(12));
    set(f, "tel", text("06 12 34 56 78"));
    set(f, "motif", text("R05"));
    set(f, "note", (struct cell){.type = CELL_NULL});
    set(f, "id", integer(12));
    set(f, "opposition", integer(0));
    set(f, "nom", text("Lef\xc3\xa8vre"));
    set(f, "ddn", text("1956-03-12"));
    set(f, "sexe", integer(2));
    f->row[stream_of(f)->column_count] = integer(0);
}

static int set_up(void **state)
{
    struct problems PROBLEMS_CLEANUP problems = {0};
    struct err err;
    uint8_t root[32];
    for (size_t i = 0; i < sizeof root; i++)
        root[i] = (uint8_t)i;
    struct fixture *f = calloc(1, sizeof *f);
    f->model = model_load("conf/model/contact-1.yaml", &problems);
    struct yaml *yaml = yaml_parse("m.yaml", MAPPING, strlen(MAPPING), &problems);
    f->mapping = mapping_parse(yaml, f->model, &problems);
    yaml_free(yaml);
    if (f->mapping == NULL) {
        problems_print(&problems, stderr);
        return 1;
    }
    f->context = (struct record_context){.model = f->model,
                                         .mapping = f->mapping,
                                         .keys = pseudonym_keys_new(root, "SOS-TEST-01", 1),
                                         .merged = merged,
                                         .merged_context = f,
                                         .objects = objects,
                                         .objects_context = f};
    f->line = BUF_INIT(1 << 20);
    fill_call(f);
    *state = f;
    if (zone_open("Europe/Paris", &f->context.zone, &err) != OK)
        return 1;
    f->maker = record_maker_new(&f->context);
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    record_maker_free(f->maker);
    zone_free(f->context.zone);
    pseudonym_keys_free(f->context.keys);
    mapping_free(f->mapping);
    model_free(f->model);
    buf_free(&f->line);
    free(f);
    return 0;
}

static enum row_fate look(struct fixture *f)
{
    record_key(f->maker, f->stream, f->row, count_of(f), &f->key);
    return f->key.fate;
}

static bool build(struct fixture *f)
{
    assert_int_equal(look(f), ROW_RECORD);
    buf_clear(&f->line);
    memset(f->withheld, 0, sizeof f->withheld);
    return record_build(f->maker, f->stream, f->row, count_of(f), &f->key, &f->line, f->fp, f->withheld);
}

/* The line without its fp, which says no more. */
static void assert_line(struct fixture *f, const char *expected)
{
    assert_true(build(f));
    char *fp = strstr((char *)f->line.data, ",\"fp\":\"");
    assert_non_null(fp);
    assert_string_equal(fp + 7 + 32, "\"}\n");
    *fp = '\0';
    assert_string_equal((char *)f->line.data, expected);
}

#define CALL_HEAD                                                                                            \
    "{\"stream\":\"call\",\"id\":\"e1.YYY\",\"episode\":\"e1.YYY\",\"patient\":\"p1.XXX\",\"day\":\"2026-"   \
    "01-02\","                                                                                               \
    "\"op\":\"put\""

/* Tokens, which other tests hold, become XXX and YYY. */
static void mask(struct fixture *f)
{
    char *text_of_line = (char *)f->line.data;
    for (char *at = text_of_line; (at = strstr(at, "1.")) != NULL; at += 2) {
        if (at[-2] != '"' || strspn(at + 2, "0123456789abcdefghjkmnpqrstvwxyz") != 26)
            continue;
        memset(at + 2, at[-1] == 'p' ? 'X' : 'Y', 3);
        memmove(at + 5, at + 28, strlen(at + 28) + 1);
    }
}

static void assert_masked(struct fixture *f, const char *expected)
{
    assert_true(build(f));
    mask(f);
    char *fp = strstr((char *)f->line.data, ",\"fp\":\"");
    assert_non_null(fp);
    *fp = '\0';
    assert_string_equal((char *)f->line.data, expected);
}

#endif
