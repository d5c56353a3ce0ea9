/* SPDX-License-Identifier: Apache-2.0 */
/* No field, day or label is filled from a column that identifies somebody or is a local id, whatever alias,
 * stream or letters' case the mapping names it by. */
#include <stdlib.h>
#include <string.h>

#include "contact/buf.h"
#include "tests/unit/agent/mapping/mapping_fixture.h"

#define TEXT_MAX (32 * 1024)

static struct buf demo = {.max = TEXT_MAX};

static int load(void **state)
{
    char part[1024];
    size_t len;
    FILE *file = fopen("conf/mappings/demo-dispatch.yaml", "r");
    while (file != NULL && (len = fread(part, 1, sizeof part, file)) > 0)
        buf_append(&demo, part, len);
    if (file != NULL)
        fclose(file);
    return load_model(state) || demo.len == 0;
}

static int unload(void **state)
{
    buf_free(&demo);
    return free_model(state);
}

/* Words of the demo's mapping, and others in their place. */
struct edit {
    const char *old, *new;
};

static void apply(struct buf *text, struct edit edit)
{
    struct buf BUF_CLEANUP before = BUF_INIT(TEXT_MAX);
    if (edit.old == NULL)
        return;
    buf_append(&before, text->data, text->len);
    const char *at = strstr(buf_text(&before), edit.old);
    if (at == NULL)
        fail_msg("the demo's mapping has no \"%s\"", edit.old);
    buf_clear(text);
    buf_append(text, buf_text(&before), (size_t)(at - buf_text(&before)));
    buf_printf(text, "%s%s", edit.new, at + strlen(edit.old));
}

static struct mapping *parse_edited(const struct edit edits[static 2], struct problems *problems)
{
    struct buf BUF_CLEANUP text = BUF_INIT(TEXT_MAX);
    buf_append(&text, demo.data, demo.len);
    apply(&text, edits[0]);
    apply(&text, edits[1]);
    assert_true(buf_ok(&text));
    return parse(buf_text(&text), problems);
}

#define CALL_FROM(joins)                                                                                     \
    {                                                                                                        \
        "from: appels a LEFT JOIN", "from: appels a " joins " LEFT JOIN"                                     \
    }
#define REASON(column)                                                                                       \
    {                                                                                                        \
        "reason: {from: a.code_motif,", "reason: {from: " column ","                                         \
    }
#define PULSE(column)                                                                                        \
    {                                                                                                        \
        "pulse: {from: c.pouls,", "pulse: {from: " column ","                                                \
    }
#define DEATH(edited)                                                                                        \
    {                                                                                                        \
        "\"consultations d\", on: \"d.appel_num = a.num\", field: d.code_devenir", edited                    \
    }
#define LABELS(entry)                                                                                        \
    {                                                                                                        \
        "gazetteer:\n", "labels: [{thesaurus: medicall, " entry "}]\ngazetteer:\n"                           \
    }

static void what_may_not_leave_fills_nothing_by_another_name(void **state)
{
    (void)state;
    static const struct {
        struct edit edits[2];
        const char *message;
    } cases[] = {
        {{{"code: {from: t.code,", "code: {from: a.tel_appelant,"}},
         "act.code: a.tel_appelant identifies a person and may not feed the rule code"},
        {{REASON("a.TEL_Appelant")},
         "call.reason: a.TEL_Appelant identifies a person and may not feed the rule code"},
        {{CALL_FROM("JOIN APPELS b ON b.num = a.num"), REASON("b.tel_appelant")},
         "call.reason: b.tel_appelant identifies a person and may not feed the rule code"},
        {{CALL_FROM("JOIN annuaire b ON b.numero = a.tel_appelant"), REASON("b.numero")},
         "call.reason: b.numero identifies a person and may not feed the rule code"},
        {{CALL_FROM("LEFT JOIN patients z ON z.id = a.patient_id"), REASON("z.id")},
         "call.reason: z.id is a local id and may only feed a token"},
        {{CALL_FROM("LEFT JOIN rapprochements z ON z.id_parent = a.patient_id"), REASON("z.id_enfant")},
         "call.reason: z.id_enfant is a local id and may only feed a token"},
        {{PULSE("c.appel_num")}, "visit.pulse: c.appel_num is a local id and may only feed a token"},
        {{PULSE("c.medecin_id")}, "visit.pulse: c.medecin_id is a local id and may only feed a token"},
        {{PULSE("m.id")}, "visit.pulse: m.id is a local id and may only feed a token"},
        {{{"rank: {from: g.rang,", "rank: {from: g.consultation_id,"}},
         "diagnosis.rank: g.consultation_id is a local id and may only feed a token"},
        {{CALL_FROM("JOIN personnes z ON z.id = a.patient_id"),
          {"received: {from: a.appel_le,", "received: {from: z.ddn,"}},
         "call.received: z.ddn identifies a person and may not feed the rule hour"},
        {{CALL_FROM("JOIN personnes z ON z.id = a.patient_id"), {"day: a.appel_le", "day: z.ddn"}},
         "call: the day may not be an identifier"},
        {{DEATH("\"consultations p\", on: \"p.appel_num = a.num\", field: p.code_devenir")},
         "call: the alias \"p\" is also the person's"},
        {{LABELS("from: Personnes, code: sexe, label: EMAIL")},
         "labels: Personnes.EMAIL identifies a person and may not be sent"},
        {{LABELS("from: medecins, code: tel, label: specialite")},
         "labels: medecins.tel identifies a person and may not be sent"},
        {{LABELS("from: patients, code: opposition, label: id")},
         "labels: patients.id is a local id and may not be sent"},
        {{LABELS("from: consultations, code: appel_num, label: lieu")},
         "labels: consultations.appel_num is a local id and may not be sent"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct problems PROBLEMS_CLEANUP problems = {0};
        assert_null(parse_edited(cases[i].edits, &problems));
        assert_int_equal(problems.errors, 1);
        assert_string_equal(problems.items[0].message, cases[i].message);
        assert_true(problems.items[0].line > 0 && problems.items[0].column > 0);
        assert_non_null(problems.items[0].hint);
    }
}

static void what_derives_safely_or_says_nothing_of_a_person_is_read(void **state)
{
    (void)state;
    static const struct edit cases[][2] = {
        {CALL_FROM("JOIN personnes z ON z.id = a.patient_id"),
         {"received: {from: a", "age: {from: z.ddn, rule: age}\n      received: {from: a"}},
        {CALL_FROM("JOIN personnes z ON z.id = a.patient_id"),
         {"received: {from: a", "geo: {from: z.cp, rule: department}\n      received: {from: a"}},
        {CALL_FROM("JOIN motifs z ON z.code = a.code_motif"), REASON("z.code")},
        {{"practitioner: {from: c.medecin_id,", "practitioner: {from: m.rpps,"}},
        {LABELS("from: motifs, code: code, label: libelle")},
        {LABELS("from: appels, code: code_motif, label: type_jour")},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct problems PROBLEMS_CLEANUP problems = {0};
        struct mapping *mapping = parse_edited(cases[i], &problems);
        problems_print(&problems, stderr);
        assert_non_null(mapping);
        mapping_free(mapping);
    }
}

static void a_person_whom_no_stream_joins_is_one_all_the_same(void **state)
{
    (void)state;
    struct problems PROBLEMS_CLEANUP problems = {0};
    assert_null(parse("mapping: test\n"
                      "model: contact-1\n"
                      "time_zone: Europe/Paris\n"
                      "days: {from: 2015-01-01}\n"
                      "person:\n"
                      "  from: patients p\n"
                      "  key: p.id\n"
                      "  identifiers: {phone: p.tel}\n"
                      "streams:\n"
                      "  call:\n"
                      "    from: appels a JOIN patients z ON z.id = a.patient\n"
                      "    key: a.num\n"
                      "    day: a.le\n"
                      "    fields:\n"
                      "      reason: {from: z.tel, rule: code, thesaurus: medicall}\n"
                      "      reason_2: {from: a.patient, rule: code, thesaurus: medicall}\n",
                      &problems));
    assert_int_equal(problems.errors, 2);
    assert_int_equal(problems.items[0].line, 15);
    assert_string_equal(problems.items[0].message,
                        "call.reason: z.tel identifies a person and may not feed the rule code");
    assert_int_equal(problems.items[1].line, 16);
    assert_string_equal(problems.items[1].message,
                        "call.reason_2: a.patient is a local id and may only feed a token");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_may_not_leave_fills_nothing_by_another_name),
        cmocka_unit_test(what_derives_safely_or_says_nothing_of_a_person_is_read),
        cmocka_unit_test(a_person_whom_no_stream_joins_is_one_all_the_same),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
