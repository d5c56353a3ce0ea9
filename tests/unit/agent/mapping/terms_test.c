/* SPDX-License-Identifier: Apache-2.0 */
/* What is agreed to says all that the mapping says, each thing in a line that nothing else can be taken for.
 */
#include <stdlib.h>
#include <string.h>

#include "agent/mapping/parse.h"
#include "contact/buf.h"
#include "contact/mem.h"
#include "tests/unit/agent/mapping/mapping_fixture.h"

static const char full[] =
    "mapping: test\n"
    "model: contact-1\n"
    "time_zone: Europe/Paris\n"
    "encoding: cp1252\n"
    "hold: 3\n"
    "days: {from: 2015-01-01, to: 2030-01-01}\n"
    "person:\n"
    "  from: patients p JOIN personnes q ON q.id = p.personne_id\n"
    "  key: p.id\n"
    "  encoding: latin1\n"
    "  merges: {from: rapprochements, parent: id_parent, child: id_enfant}\n"
    "  nobody: [0, -1]\n"
    "  objection: {from: p.opposition, objects: [1, O], allows: [0, N, ~]}\n"
    "  identifiers: {name: [q.nom, q.nom_naissance], birth_date: q.ddn}\n"
    "  fields:\n"
    "    age: {from: q.ddn, rule: age}\n"
    "streams:\n"
    "  call:\n"
    "    from: appels a\n"
    "    person: a.patient_id\n"
    "    key: a.num\n"
    "    day: a.appel_le\n"
    "    changed: a.modifie_le\n"
    "    encoding: latin9\n"
    "    identifiers:\n"
    "      - {role: caller, name: a.nom_appelant, phone: a.tel}\n"
    "      - {role: practitioner, other: a.medecin}\n"
    "    death: {from: visites d, on: d.appel = a.num, field: d.issue, values: [DC, D]}\n"
    "    fields:\n"
    "      reason: {from: a.motif, rule: code, thesaurus: medicall, accept: [A01]}\n"
    "      urgency: {from: a.urg, rule: enum, empty: [9, X], values: {urgent: [2, 3]}}\n"
    "  visit:\n"
    "    from: visites v JOIN appels a ON a.num = v.appel\n"
    "    episode: a.num\n"
    "    key: [v.id, v.rang]\n"
    "    day: a.appel_le\n"
    "    fields:\n"
    "      delay_arrived: {from: a.arrive_le, rule: delay, since: a.appel_le}\n"
    "      temperature: {from: v.temp, rule: number, scale: 0.1, encoding: latin1}\n"
    "gazetteer:\n"
    "  - {from: personnes, name: nom, given_name: prenom, street: rue, city: commune}\n"
    "  - {from: medecins, name: nom, encoding: latin1}\n"
    "labels:\n"
    "  - {thesaurus: medicall, from: motifs, code: code, label: libelle}\n";

static char *terms_of(struct yaml_node *root)
{
    struct problems PROBLEMS_CLEANUP problems = {0};
    struct mapping mapping = {.name = NULL};
    struct mapping_parser p = {.model = model, .mapping = &mapping, .problems = &problems};
    write_terms(&p, root);
    assert_int_equal(problems.errors, 0);
    return mapping.terms;
}

static unsigned nodes, hidden;

static void swap_text(char **text, char *other)
{
    char *kept = *text;
    *text = other;
    free(kept);
}

/* Each key and value in turn is another: is there a line that is? */
static void change_each(struct yaml_node *root, struct yaml_node *node, bool key, const char *before)
{
    char **text = key ? &node->key : &node->text;
    if (*text != NULL) {
        char *kept = mem_dup(*text);
        swap_text(text, mem_dup("another"));
        char *after = terms_of(root);
        hidden += strcmp(before, after) == 0;
        nodes++;
        free(after);
        swap_text(text, kept);
    }
    if (!key)
        change_each(root, node, true, before);
    else
        for (struct yaml_node *child = node->first; child != NULL; child = child->next)
            change_each(root, child, false, before);
}

static void nothing_changes_without_a_line(void **state)
{
    (void)state;
    struct problems PROBLEMS_CLEANUP problems = {0};
    struct yaml *yaml = yaml_parse("m.yaml", full, strlen(full), &problems);
    struct mapping *mapping = mapping_parse(yaml, model, &problems);
    assert_non_null(mapping);
    for (struct yaml_node *part = yaml->root->first; part != NULL; part = part->next)
        if (strcmp(part->key, "streams") == 0)
            for (struct yaml_node *stream = part->first; stream != NULL; stream = stream->next)
                change_each(yaml->root, stream, false, mapping->terms);
        else if (strcmp(part->key, "mapping") != 0 && strcmp(part->key, "model") != 0)
            change_each(yaml->root, part, false, mapping->terms);
    assert_true(nodes > 100);
    assert_int_equal(hidden, 0);
    mapping_free(mapping);
    yaml_free(yaml);
}

static struct mapping *parse_with(const char *old, const char *new, struct problems *problems)
{
    struct buf BUF_CLEANUP text = BUF_INIT(1 << 16);
    const char *at = strstr(full, old);
    assert_non_null(at);
    buf_append(&text, full, (size_t)(at - full));
    buf_printf(&text, "%s%s", new, at + strlen(old));
    return parse(buf_text(&text), problems);
}

static void has_line(const char *old, const char *new, const char *line)
{
    struct problems PROBLEMS_CLEANUP problems = {0};
    struct mapping *mapping = parse_with(old, new, &problems);
    assert_non_null(mapping);
    if (strstr(mapping->terms, line) == NULL)
        fail_msg("no \"%s\" in:\n%s", line, mapping->terms);
    mapping_free(mapping);
}

static void lines_are_for_people(void **state)
{
    (void)state;
    const char *same = "time_zone";
    has_line(same, same, "general\n time zone: Europe/Paris\n how text is written: cp1252\n");
    has_line(same, same,
             "\n names learnt: from personnes, name nom, given_name prenom, street rue, city commune\n");
    has_line(same, same, "\nperson\n read from: patients p JOIN personnes q ON q.id = p.personne_id\n");
    has_line(same, same, "\n objection: from p.opposition, objects [1, O], allows [0, N, null]\n");
    has_line(same, same, "\n sent: age, from q.ddn, as age\n");
    has_line(same, same, "\n read for cleaning, never sent: name [q.nom, q.nom_naissance]\n");
    has_line(same, same, "\n read for cleaning, never sent: phone a.tel, role caller\n");
    has_line(same, same, "\n death: from visites d, on d.appel = a.num, field d.issue, values [DC, D]\n");
    has_line(same, same, "\n sent: urgency, from a.urg, as enum, empty [9, X], values {urgent [2, 3]}\n");
    has_line(same, same,
             "\nlabels\n labels of codes: thesaurus medicall, from motifs, code code, label libelle\n");
}

static void one_value_is_not_taken_for_two(void **state)
{
    (void)state;
    has_line("[9, X]", "['9, X']", "empty [\"9, X\"], values");
    has_line("[9, X]", "['9], values {x', '\"']", "empty [\"9], values {x\", \"\\\"\"], values");
    has_line("[9, X]", "['null', 'a\\']", "empty [\"null\", \"a\\\\\"], values");
    has_line("[9, X]", "['', ' ']", "empty [\"\", \" \"], values");
}

static void what_is_not_seen_as_it_is_is_refused(void **state)
{
    static const char *const texts[] = {
        "[9, \"X)\\nvisit x\\n y\"]", "[9, \"X\\tY\"]",     "[9, \"X\\u0085Y\"]", "[9, \"X\\u2028\"]",
        "[9, \"\\u2029X\"]",          "[9, \"X\\u202EY\"]", "[9, \"X\\x1b[2J\"]", "[9, \"\\x7f\"]"};
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct problems PROBLEMS_CLEANUP problems = {0};
        assert_null(parse_with("[9, X]", texts[i], &problems));
        assert_int_equal(problems.errors, 1);
        assert_int_equal(problems.items[0].line, 31);
        assert_int_equal(problems.items[0].column, 53);
        assert_non_null(strstr(problems.items[0].message, "cannot be seen"));
    }
    struct problems PROBLEMS_CLEANUP problems = {0};
    assert_null(parse_with("urgent: [", "\"urgent\\nvisit\": [", &problems));
    assert_int_equal(problems.errors, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_changes_without_a_line),
        cmocka_unit_test(lines_are_for_people),
        cmocka_unit_test(one_value_is_not_taken_for_two),
        cmocka_unit_test(what_is_not_seen_as_it_is_is_refused),
    };
    return cmocka_run_group_tests(tests, load_model, free_model);
}
