/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of rules share: a rule over one cell, and what it must give. */
#ifndef TESTS_UNIT_AGENT_RECORD_RULES_FIXTURE_H
#define TESTS_UNIT_AGENT_RECORD_RULES_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "agent/mapping/local_id.h"
#include "agent/record/record.h"
#include "agent/record/rules.h"

/* A room with one row of cells, and a rule over the first of them. */
struct fixture {
    struct model *model;
    struct pseudonym_keys *keys;
    struct record_context context;
    struct mapping_stream stream;
    enum text_encoding encodings[2];
    struct cell row[2];
    struct rule_room room;
    struct mapping_rule rule;
    struct value value;
    char small[SHORT_TEXT];
    struct buf text;
};

static inline int set_up(void **state)
{
    struct problems PROBLEMS_CLEANUP problems = {0};
    struct err err;
    const uint8_t root[32] = {7};
    struct fixture *f = calloc(1, sizeof *f);
    f->model = model_load("conf/model/contact-1.yaml", &problems);
    f->keys = pseudonym_keys_new(root, "test", 1);
    f->context = (struct record_context){.model = f->model, .keys = f->keys};
    f->stream.encodings = f->encodings;
    f->stream.column_count = 2;
    f->room = (struct rule_room){.context = &f->context,
                                 .stream = &f->stream,
                                 .row = f->row,
                                 .count = 2,
                                 .decoder = decoder_new(),
                                 .decoded = BUF_INIT(65536),
                                 .id = BUF_INIT(CANONICAL_ID_MAX)};
    f->rule = (struct mapping_rule){.since = 1, .scale = 1};
    f->text = BUF_INIT(65536);
    *state = f;
    return f->model == NULL || zone_open("Europe/Paris", &f->context.zone, &err) != OK;
}

static inline int tear_down(void **state)
{
    struct fixture *f = *state;
    zone_free(f->context.zone);
    decoder_free(f->room.decoder);
    buf_free(&f->room.decoded);
    buf_free(&f->room.id);
    buf_free(&f->text);
    pseudonym_keys_free(f->keys);
    model_free(f->model);
    free(f);
    return 0;
}

static inline struct cell text(const char *t)
{
    return (struct cell){.type = CELL_TEXT, .text = t, .len = strlen(t)};
}

static inline void fills(struct fixture *f, const char *stream, const char *field)
{
    f->rule.field = model_find_field(model_find_stream(f->model, stream), field);
    assert_non_null(f->rule.field);
}

static inline enum withheld apply(struct fixture *f, struct cell cell)
{
    f->row[0] = cell;
    return rule_apply(&f->room, &f->rule, &f->value, f->small, &f->text);
}

static inline void assert_text(struct fixture *f, struct cell cell, const char *expected)
{
    assert_int_equal(apply(f, cell), WITHHELD_KINDS);
    assert_int_equal(f->value.kind, VALUE_TEXT);
    assert_int_equal(f->value.len, strlen(expected));
    assert_memory_equal(f->value.text, expected, f->value.len);
}

static inline void assert_number(struct fixture *f, struct cell cell, int64_t expected)
{
    assert_int_equal(apply(f, cell), WITHHELD_KINDS);
    assert_int_equal(f->value.kind, VALUE_NUMBER);
    assert_int_equal(f->value.number, expected);
}

static inline void assert_withheld(struct fixture *f, struct cell cell, enum withheld why)
{
    assert_int_equal(apply(f, cell), why);
    assert_int_equal(f->value.kind, VALUE_ABSENT);
}

static inline void assert_absent(struct fixture *f, struct cell cell)
{
    assert_withheld(f, cell, WITHHELD_KINDS);
}

#define RULE_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

#endif
