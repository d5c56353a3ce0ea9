/* SPDX-License-Identifier: Apache-2.0 */
/* Codes and phones as they are said. */
#include "tests/unit/agent/text/marked_note.h"

static void codes_go_as_they_are_said(void **state)
{
    (void)state;
    static const char *const notes[] = {
        "code porte [cinq deux sept B], sonner",   "code [deux trois A neuf], sonner",
        "portail en haut code [sept cinq cinq D]", "digic [A 32 87], 3 cp",
        "hall code [4-LILA-8], voisine",           "codes [91A] puis [2085]. merci",
        "code deux fois, code un peu dur",         NULL};
    check_all(notes);
}

static void phones_go_half_in_words(void **state)
{
    (void)state;
    static const char *const notes[] = {
        "numéro d'appel = [0690 55 10 zéro dix]",
        "sur le fixe [0493 quatre vingt huit 7001]",
        "[zeroh six 39 98 09 zero 9] merci",
        "fixe: [cinq-trois-six-quatre-neuf-neuf-zéro-sept-sept]",
        "il y a deux ou trois jours, sept à huit selles, un sur deux",
        "Mme [Borie], [04 65 71 80 08], un jour sur deux. N° [2 84 06 974 211 063 47]",
        "TA 13/8, Glasgow 15/15, 20/10, acuité 10/10",
        NULL};
    check_all(notes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codes_go_as_they_are_said),
        cmocka_unit_test(phones_go_half_in_words),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
