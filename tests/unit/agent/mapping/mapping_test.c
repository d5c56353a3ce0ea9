/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "tests/unit/agent/mapping/mapping_fixture.h"

#define HEADER                                                                                               \
    "mapping: test\n"                                                                                        \
    "model: contact-1\n"                                                                                     \
    "time_zone: Europe/Paris\n"                                                                              \
    "days: {from: 2015-01-01}\n"
#define PERSON                                                                                               \
    "person:\n"                                                                                              \
    "  from: patients p JOIN personnes q ON q.id = p.personne_id\n"                                          \
    "  key: p.id\n"                                                                                          \
    "  merges: {from: rapprochements, parent: id_parent, child: id_enfant}\n"                                \
    "  nobody: [0, -1]\n"                                                                                    \
    "  objection: {from: p.opposition, objects: [1, O], allows: [0, N, ~]}\n"                                \
    "  identifiers: {name: [q.nom, q.nom_naissance], birth_date: q.ddn, zip: q.cp}\n"                        \
    "  fields:\n"                                                                                            \
    "    sex: {from: q.sexe, rule: enum, values: {M: 1, F: 2}}\n"                                            \
    "    age: {from: q.ddn, rule: age}\n"                                                                    \
    "    geo: {from: q.cp, rule: department}\n"
#define CALL                                                                                                 \
    "  call:\n"                                                                                              \
    "    from: appels a\n"                                                                                   \
    "    person: a.patient_id\n"                                                                             \
    "    key: a.num\n"                                                                                       \
    "    day: a.appel_le\n"                                                                                  \
    "    changed: a.modifie_le\n"                                                                            \
    "    encoding: cp1252\n"                                                                                 \
    "    identifiers: [{phone: a.tel, role: caller}, {name: a.regulateur, role: practitioner}]\n"            \
    "    death: {from: \"consultations d\", on: \"a.num = d.appel_num\", field: d.devenir, values: [DCD]}\n" \
    "    fields:\n"                                                                                          \
    "      received: {from: a.appel_le, rule: hour}\n"                                                       \
    "      reason: {from: a.motif, rule: code, thesaurus: medicall, accept: [A01, B02]}\n"                   \
    "      note: {from: a.commentaire, rule: text}\n"

static void the_demo_mapping_fits_the_model(void **state)
{
    (void)state;
    struct problems PROBLEMS_CLEANUP problems = {0};
    struct mapping *mapping = mapping_load("conf/mappings/demo-dispatch.yaml", model, &problems);
    problems_print(&problems, stderr);
    assert_non_null(mapping);
    assert_int_equal(problems.count, 0);
    for (unsigned i = 0; i < mapping->stream_count; i++)
        assert_non_null(mapping->streams[i]);
    mapping_free(mapping);
}

static const struct mapping_rule *rule_of(const struct mapping_stream *stream, const char *field)
{
    return stream->rules[model_find_field(stream->model, field)->index];
}

static const char *column_of(const struct mapping_stream *stream, unsigned column)
{
    return stream->columns[column].column;
}

static void a_stream_knows_its_columns(void **state)
{
    (void)state;
    struct problems PROBLEMS_CLEANUP problems = {0};
    struct mapping *mapping = parse(HEADER PERSON "streams:\n" CALL, &problems);
    problems_print(&problems, stderr);
    assert_non_null(mapping);
    const struct mapping_stream *call = mapping->streams[0];
    assert_null(mapping->streams[1]);
    assert_string_equal(column_of(call, call->key[0]), "num");
    assert_string_equal(column_of(call, call->episode[0]), "num");
    assert_string_equal(column_of(call, call->day), "appel_le");
    assert_string_equal(column_of(call, (unsigned)call->person_key), "patient_id");
    assert_string_equal(column_of(call, (unsigned)call->person_found), "id");
    assert_string_equal(column_of(call, (unsigned)call->objection), "opposition");
    assert_string_equal(call->person.column, "patient_id");
    assert_int_equal(call->identifier_count, 6);
    assert_int_equal(call->identifiers[1].role, ROLE_PRACTITIONER);
    assert_string_equal(mapping_rule_text(rule_of(call, "sex")), "enum (M=1, F=2)");
    assert_string_equal(mapping_rule_text(rule_of(call, "reason")), "code of medicall, 2 accepted");
    assert_string_equal(column_of(call, mapping_rule_column(rule_of(call, "note"))), "commentaire");
    assert_string_equal(call->death->on_left.alias, "d");
    assert_string_equal(call->death->on_right.alias, "a");
    assert_true(mapping->null_allows);
    assert_string_equal(mapping->nobody[1], "-1");
    for (unsigned i = 0; i < call->column_count; i++) {
        bool own = strcmp(call->columns[i].alias, "a") == 0;
        assert_int_equal(call->encodings[i], own ? ENCODING_CP1252 : ENCODING_UTF8);
        assert_int_equal(call->fingerprinted[i], i != (unsigned)call->changed);
        for (unsigned k = 0; k < i; k++)
            assert_false(strcmp(call->columns[i].column, call->columns[k].column) == 0 &&
                         strcmp(call->columns[i].alias, call->columns[k].alias) == 0);
    }
    mapping_free(mapping);
}

static void hold_is_a_number_of_days(void **state)
{
    (void)state;
    static const char *const wrong[] = {"hold: 31\n", "hold: -1\n", "hold: 7d\n", "hold: [7]\n"};
    struct problems PROBLEMS_CLEANUP problems = {0};
    struct mapping *mapping = parse(HEADER "hold: 7\n" PERSON "streams:\n" CALL, &problems);
    assert_non_null(mapping);
    assert_int_equal(mapping->hold_days, 7);
    mapping_free(mapping);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char text[4096];
        snprintf(text, sizeof text, "%s%s%sstreams:\n%s", HEADER, wrong[i], PERSON, CALL);
        assert_null(parse(text, &problems));
    }
}

static void a_field_may_be_written_in_its_own_way(void **state)
{
    (void)state;
    struct problems PROBLEMS_CLEANUP problems = {0};
    struct mapping *mapping =
        parse(HEADER PERSON
              "streams:\n" CALL
              "      cancel_reason: {from: a.texte, rule: enum, encoding: latin9, values: {caller: P}}\n",
              &problems);
    assert_non_null(mapping);
    const struct mapping_stream *call = mapping->streams[0];
    for (unsigned i = 0; i < call->column_count; i++)
        assert_int_equal(call->encodings[i] == ENCODING_LATIN9,
                         strcmp(call->columns[i].column, "texte") == 0);
    mapping_free(mapping);
}

static void layout_and_comments_do_not_change_the_hash(void **state)
{
    (void)state;
    struct problems PROBLEMS_CLEANUP problems = {0};
    struct mapping *a = parse(HEADER PERSON "streams:\n" CALL, &problems);
    struct mapping *b =
        parse("# a comment\n" HEADER "\n" PERSON "streams:\n\n" CALL "# the end\n", &problems);
    struct mapping *c = parse(HEADER PERSON "streams:\n" CALL
                                            "      urgency: {from: a.u, rule: enum, values: {routine: 1}}\n",
                              &problems);
    assert_memory_equal(a->hash, b->hash, sizeof a->hash);
    assert_memory_equal(a->streams[0]->hash, b->streams[0]->hash, sizeof a->hash);
    assert_memory_not_equal(a->hash, c->hash, sizeof a->hash);
    assert_memory_not_equal(a->streams[0]->hash, c->streams[0]->hash, sizeof a->hash);
    mapping_free(a);
    mapping_free(b);
    mapping_free(c);
}

/* Parses a mapping with one mistake, which must be the only problem. */
static void assert_refused(const char *text, unsigned line, const char *message, const char *hint)
{
    struct problems PROBLEMS_CLEANUP problems = {0};
    struct mapping *mapping = parse(text, &problems);
    assert_null(mapping);
    if (problems.errors != 1)
        problems_print(&problems, stderr);
    assert_int_equal(problems.errors, 1);
    assert_string_equal(problems.items[0].message, message);
    assert_int_equal(problems.items[0].line, line);
    if (hint != NULL)
        assert_string_equal(problems.items[0].hint, hint);
}

#define MINIMAL                                                                                              \
    HEADER "streams:\n  call:\n    from: appels a\n    key: a.num\n    day: a.le\n    identifiers: {name: "  \
           "a.nom}\n"                                                                                        \
           "    fields:\n"

static void a_field_the_model_lacks_is_refused(void **state)
{
    (void)state;
    assert_refused(MINIMAL "      recieved: {from: a.le, rule: hour}\n", 12,
                   "the model's call has no field \"recieved\"", "did you mean \"received\"?");
}

static void a_rule_wider_than_the_model_is_refused(void **state)
{
    (void)state;
    assert_refused(MINIMAL "      reason: {from: a.motif, rule: text}\n", 12,
                   "the model allows reason the rule code alone", "rule: code");
    assert_refused(MINIMAL "      received: {from: a.le, rule: hours}\n", 12, "there is no rule \"hours\"",
                   "did you mean \"hour\"?");
}

static void an_identifier_feeds_no_code(void **state)
{
    (void)state;
    assert_refused(MINIMAL "      reason: {from: a.nom, rule: code, thesaurus: cisp2}\n", 10,
                   "call.reason: a.nom identifies a person and may not feed the rule code",
                   "identifiers feed only token, age, department, geo_pmsi and text");
}

static void a_gazetteer_column_feeds_no_code(void **state)
{
    (void)state;
    assert_refused(MINIMAL "      reason: {from: a.rue, rule: code, thesaurus: cisp2}\n"
                           "gazetteer: [{from: appels, street: rue}]\n",
                   12, "call.reason: a.rue identifies a person and may not feed the rule code",
                   "identifiers feed only token, age, department, geo_pmsi and text");
}

static void a_local_id_feeds_no_value(void **state)
{
    (void)state;
    assert_refused(MINIMAL "      reason: {from: a.num, rule: code, thesaurus: cisp2}\n", 8,
                   "call.reason: a.num is a local id and may only feed a token",
                   "local ids leave as pseudonyms, never as values");
}

static void words_are_those_of_the_model(void **state)
{
    (void)state;
    assert_refused(MINIMAL "      urgency: {from: a.u, rule: enum, values: {rutine: 1}}\n", 12,
                   "the model's vocabulary has no \"rutine\"", "did you mean \"routine\"?");
    assert_refused(MINIMAL "      urgency: {from: a.u, rule: enum, values: {routine: 1, urgent: [2, 1]}}\n",
                   12, "the source value \"1\" stands twice", NULL);
    assert_refused(MINIMAL "      reason: {from: a.m, rule: code, thesaurus: cim11}\n", 12,
                   "the model does not list for this field \"cim11\"", "did you mean \"cim10\"?");
    assert_refused(MINIMAL "      reason: {from: a.m, rule: code, thesaurus: cisp2, accept: [grippe]}\n", 12,
                   "\"grippe\" is no code of cisp2", NULL);
}

static void only_plain_joins_are_read(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "appels",
        "appels a, patients p",
        "appels a JOIN patients p",
        "appels a RIGHT JOIN patients p ON p.id = a.p",
        "appels a JOIN patients p ON p.id > a.p",
        "appels a JOIN patients p ON p.id = 3",
        "appels a JOIN patients p ON a.x = a.y",
        "appels a JOIN patients p ON p.id = z.p",
        "appels a JOIN patients a ON a.id = a.p",
        "appels a WHERE 1",
        "appels a; DROP TABLE x",
        "(SELECT 1) a",
        "appels a JOIN p ON p.id = a.p OR 1 = 1",
        "\"appels\" a",
        "appels a -- x",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct problems PROBLEMS_CLEANUP problems = {0};
        char text[512];
        snprintf(text, sizeof text,
                 HEADER "streams:\n  call:\n    from: '%s'\n    key: a.num\n    day: a.le\n    fields: {}\n",
                 bad[i]);
        assert_null(parse(text, &problems));
        assert_int_equal(problems.errors, 1);
        assert_int_equal(problems.items[0].line, 7);
    }
}

static void joins_of_several_tables_are_read(void **state)
{
    (void)state;
    struct problems PROBLEMS_CLEANUP problems = {0};
    struct mapping *mapping =
        parse(HEADER "streams:\n"
                     "  visit:\n"
                     "    from: visites v JOIN appels a ON a.num = v.appel AND a.site = v.site\n"
                     "      left join lieux l on l.id = v.lieu\n"
                     "    key: [v.site, v.num]\n"
                     "    episode: a.num\n"
                     "    day: a.le\n"
                     "    fields: {place: {from: l.type, rule: enum, values: {home: D}}}\n",
              &problems);
    problems_print(&problems, stderr);
    assert_non_null(mapping);
    const struct mapping_stream *visit = mapping->streams[1];
    assert_int_equal(visit->from.count, 3);
    assert_int_equal(visit->from.joins[1].condition_count, 2);
    assert_false(visit->from.joins[1].left);
    assert_true(visit->from.joins[2].left);
    assert_int_equal(visit->key_count, 2);
    assert_false(visit->has_person);
    mapping_free(mapping);
}

static void every_problem_is_named_at_once(void **state)
{
    (void)state;
    struct problems PROBLEMS_CLEANUP problems = {0};
    assert_null(parse("mapping: test\n"
                      "model: contact-2\n"
                      "time_zone: Europe/Pari\n"
                      "days: {from: 1 janvier}\n"
                      "person: {from: patients p, key: q.id}\n"
                      "streams:\n"
                      "  call:\n"
                      "    from: appels a\n"
                      "    key: b.num\n"
                      "    day: a.le\n"
                      "    wen: a.le\n"
                      "    fields:\n"
                      "      received: {from: a.le, rule: hour, precision: minute}\n"
                      "  visits:\n"
                      "    from: visites v\n",
                      &problems));
    problems_print(&problems, stderr);
    static const unsigned lines[] = {2, 3, 4, 5, 9, 13, 11, 15};
    assert_int_equal(problems.errors, sizeof lines / sizeof *lines);
    for (size_t i = 0; i < problems.count; i++)
        assert_int_equal(problems.items[i].line, lines[i]);
}

static void a_missing_death_is_a_warning(void **state)
{
    (void)state;
    struct problems PROBLEMS_CLEANUP problems = {0};
    struct mapping *mapping = parse(MINIMAL "      received: {from: a.le, rule: hour}\n", &problems);
    assert_non_null(mapping);
    assert_int_equal(problems.errors, 0);
    assert_int_equal(problems.count, 1);
    assert_true(problems.items[0].warning);
    mapping_free(mapping);
}

static bool warned(const char *text, const char *message)
{
    struct problems PROBLEMS_CLEANUP problems = {0};
    struct mapping *mapping = parse(text, &problems);
    bool found = false;
    for (size_t i = 0; i < problems.count; i++)
        found = found || strcmp(problems.items[i].message, message) == 0;
    assert_non_null(mapping);
    mapping_free(mapping);
    return found;
}

static void a_text_without_a_name_to_look_for_is_a_warning(void **state)
{
    (void)state;
    static const char message[] = "call: it has text, and none of its identifiers is a name";
    assert_true(warned(HEADER "streams:\n  call: {from: appels a, key: a.num, day: a.le,\n"
                              "    identifiers: {phone: a.tel}, fields: {note: {from: a.s, rule: text}}}\n",
                       message));
    assert_false(warned(HEADER "streams:\n  call: {from: appels a, key: a.num, day: a.le,\n"
                               "    identifiers: {name: a.nom}, fields: {note: {from: a.s, rule: text}}}\n",
                        message));
}

static void what_a_draft_leaves_to_the_association_is_asked_for(void **state)
{
    (void)state;
    assert_refused(HEADER
                   "streams:\n  call:\n    from: appels a\n    key: a.num\n    day: a.le\n"
                   "    death: {from: visites d, on: d.a = a.num, field: d.o, values: []}\n    fields: {}\n",
                   10, "values lists no value", NULL);
    struct problems PROBLEMS_CLEANUP problems = {0};
    struct mapping *mapping =
        parse(MINIMAL "      urgency: {from: a.u, rule: enum, values: {routine: []}}\n", &problems);
    assert_non_null(mapping);
    assert_int_equal(problems.errors, 0);
    assert_string_equal(problems.items[0].message,
                        "urgency lists no source value: all of them will be withheld");
    mapping_free(mapping);
}

static void a_persons_mistake_is_named_once(void **state)
{
    (void)state;
    assert_refused(
        HEADER "person:\n  from: patients p\n  key: p.id\n  fields: {sexe: {from: p.s, rule: enum}}\n"
               "streams:\n"
               "  call: {from: appels a, person: a.p, key: a.num, day: a.le, fields: {}}\n"
               "  visit: {from: visites v, person: v.p, key: v.num, episode: v.a, day: v.le, fields: {}}\n",
        8, "the model's call has no field \"sexe\"", "did you mean \"sex\"?");
}

/* The texts of a call are read together, for which each is found by its stream. */
static void a_person_has_no_text(void **state)
{
    (void)state;
    assert_refused(HEADER
                   "person:\n  from: patients p\n  key: p.id\n  fields: {note: {from: p.s, rule: text}}\n"
                   "streams:\n"
                   "  call: {from: appels a, person: a.p, key: a.num, day: a.le, fields: {}}\n",
                   8, "note is a text, which belongs to a call and not to a person",
                   "write it under the stream's own fields, from a table of its from");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_demo_mapping_fits_the_model),
        cmocka_unit_test(a_stream_knows_its_columns),
        cmocka_unit_test(hold_is_a_number_of_days),
        cmocka_unit_test(a_field_may_be_written_in_its_own_way),
        cmocka_unit_test(layout_and_comments_do_not_change_the_hash),
        cmocka_unit_test(a_field_the_model_lacks_is_refused),
        cmocka_unit_test(a_rule_wider_than_the_model_is_refused),
        cmocka_unit_test(an_identifier_feeds_no_code),
        cmocka_unit_test(a_gazetteer_column_feeds_no_code),
        cmocka_unit_test(a_local_id_feeds_no_value),
        cmocka_unit_test(words_are_those_of_the_model),
        cmocka_unit_test(only_plain_joins_are_read),
        cmocka_unit_test(joins_of_several_tables_are_read),
        cmocka_unit_test(every_problem_is_named_at_once),
        cmocka_unit_test(a_missing_death_is_a_warning),
        cmocka_unit_test(what_a_draft_leaves_to_the_association_is_asked_for),
        cmocka_unit_test(a_text_without_a_name_to_look_for_is_a_warning),
        cmocka_unit_test(a_persons_mistake_is_named_once),
        cmocka_unit_test(a_person_has_no_text),
    };
    return cmocka_run_group_tests(tests, load_model, free_model);
}
