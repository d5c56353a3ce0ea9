/* SPDX-License-Identifier: Apache-2.0 */
/* A house whose calls and visits have notes, and a table from which their names are learnt. */
#ifndef TESTS_COLLECT_HOUSE_TEXT_H
#define TESTS_COLLECT_HOUSE_TEXT_H

#include "tests/unit/agent/collect/house.h"
#include "tests/unit/agent/text/word_file.h"

static const char house_text_mapping[] = "mapping: test\n"
                                         "model: contact-1\n"
                                         "time_zone: Europe/Paris\n"
                                         "days: {from: 2024-01-01}\n"
                                         "person:\n"
                                         "  from: patients p JOIN personnes q ON q.id = p.personne_id\n"
                                         "  key: p.id\n"
                                         "  objection: {from: p.opposition, objects: [1], allows: [0]}\n"
                                         "  identifiers: {name: q.nom}\n"
                                         "streams:\n"
                                         "  call:\n"
                                         "    from: appels a\n"
                                         "    person: a.patient_id\n"
                                         "    key: a.num\n"
                                         "    day: a.appel_le\n"
                                         "    fields:\n"
                                         "      note: {from: a.note, rule: text}\n"
                                         "  visit:\n"
                                         "    from: consultations c JOIN appels a ON a.num = c.appel_num\n"
                                         "    person: a.patient_id\n"
                                         "    episode: a.num\n"
                                         "    key: c.id\n"
                                         "    day: a.appel_le\n"
                                         "    fields:\n"
                                         "      note: {from: c.note, rule: text}\n"
                                         "gazetteer:\n"
                                         "  - {from: noms, name: nom}\n";

/* After house_fill. */
static UNUSED void house_add_notes(struct house *h)
{
    house_sql(h, "ALTER TABLE appels ADD COLUMN note TEXT; ALTER TABLE consultations ADD COLUMN note TEXT;"
                 "CREATE TABLE noms (nom TEXT); INSERT INTO noms VALUES ('Kervignac'), ('Nomura')");
    house_write(h->mapping, house_text_mapping);
}

static UNUSED void house_words(void)
{
    char path[4096];
    assert_true(word_file(path, sizeof(path)));
    setenv("CONTACT_TEXT_LEXICON", path, 1);
}

/* Is this in some line that came since the lines were last cleared? */
static UNUSED bool house_says(struct house *h, const char *text)
{
    return strstr(buf_text(&h->lines), text) != NULL;
}

#endif
