/* SPDX-License-Identifier: Apache-2.0 */
/* Nothing that others wrote drives a terminal or turns what stands beside it around. */
#include "contact/shown.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void check(const char *text, const char *expected)
{
    char copy[64];
    strncpy(copy, text, sizeof copy - 1);
    copy[sizeof copy - 1] = '\0';
    shown_text(copy);
    assert_string_equal(copy, expected);
}

static void controls_become_blanks(void **state)
{
    (void)state;
    check("A\033[31mZ\r\n\tB\x7f", "A [31mZ   B ");
    check("A\xc2\x9b"
          "31mZ",
          "A 31mZ"); /* CSI as one character */
    check("A\x9b"
          "31mZ",
          "A 31mZ"); /* and as one byte */
    check("A\xe2\x80\xaeZ\xe2\x81\xa6Y\xe2\x81\xa9\xe2\x80\x8fX", "A Z Y  X");
    check("A\xe2\x80\xa8"
          "B",
          "A B");
    check("", "");
}

static void everything_else_stays(void **state)
{
    (void)state;
    check("éà œ — « 37 °C » 漢 🩺 \xc2\xa0 l\xe2\x80\x99heure",
          "éà œ — « 37 °C » 漢 🩺 \xc2\xa0 l\xe2\x80\x99heure");
    check("caf\xe9", "caf\xe9");        /* Latin-1 */
    check("cut \xe2\x80", "cut \xe2 "); /* within a character */
}

static void json_keeps_its_value(void **state)
{
    (void)state;
    char text[64] = "";
    FILE *out = fmemopen(text, sizeof text, "w");
    shown_json("\"A\xc2\x9b\xe2\x80\xaeZé\"\n", out);
    fclose(out);
    assert_string_equal(text, "\"A\\u009b\\u202eZé\"\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(controls_become_blanks),
                                       cmocka_unit_test(everything_else_stays),
                                       cmocka_unit_test(json_keeps_its_value)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
