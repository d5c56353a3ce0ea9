/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/discover/name.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct {
    const char *text, *terms;
    bool says;
} cases[] = {
    {"DATE_NAISSANCE", "date birth", true},
    {"DtNaissPat", "date birth person", true},
    {"DTNAISS", "date birth", true},
    {"ddn", "birth", true},
    {"NOMPAT", "name person", true},
    {"nom_appelant", "name caller", true},
    {"prénom", "given !name", true},
    {"PRÉNOM", "given", true},
    {"FirstName", "given", true},
    {"code_postal", "zip", true},
    {"CPPAT", "zip person", true},
    {"TelDomicile", "phone", true},
    {"tel2", "phone second", true},
    {"code_motif2", "reason code second", true},
    {"CDMOT", "reason code", true},
    {"numero_appel", "id call", true},
    {"NOFIC", "id call", true},
    {"SpO2", "saturation", true},
    {"code_devenir", "outcome", true},
    {"heure_arrivee_sur_place", "arrived", true},
    {"EncounterID", "visit id", true},
    {"OptOut", "objection", true},
    {"nom_appelant", "name !caller", false},
    {"motif_annulation", "reason !cancel", false},
    {"libelle", "label/note", true},
    {"nombre", "name", false},
    {"xyzzy", "name/date/code/id", false},
    {"", "name", false},
};

static void names_say_what_people_mean_by_them(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct name name;
        name_read(cases[i].text, &name);
        if (name_says(&name, cases[i].terms) != cases[i].says)
            fail_msg("%s: %s", cases[i].text, cases[i].terms);
    }
}

static void a_long_or_broken_name_is_survived(void **state)
{
    char text[600];
    struct name name;
    (void)state;
    for (size_t i = 0; i < sizeof text - 1; i++)
        text[i] = i % 7 == 0 ? 'a' : 'b';
    text[sizeof text - 1] = '\0';
    name_read(text, &name);
    name_read("\xC3", &name);
    name_read("\xff\xfe_\xC3\xC3", &name);
    assert_int_equal(name.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_say_what_people_mean_by_them),
        cmocka_unit_test(a_long_or_broken_name_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
