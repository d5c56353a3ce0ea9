/* SPDX-License-Identifier: Apache-2.0 */
/* Notes with their identifiers between brackets, for the tests of the detectors: the cleaned note must hold
 * exactly the rest. */
#ifndef TESTS_UNIT_AGENT_TEXT_MARKED_NOTE_H
#define TESTS_UNIT_AGENT_TEXT_MARKED_NOTE_H

#include "tests/unit/agent/text/engine_fixture.h"

#define MOST 512u

#define ID(kind, value)                                                                                      \
    {                                                                                                        \
        kind, TEXT_ROLE_PATIENT, value, sizeof(value) - 1                                                    \
    }

/* Reads "né à [Lens] hier" as a note and which of its bytes identify. */
static size_t unmark(const char *marked, char text[static MOST], bool gone[static MOST])
{
    size_t len = 0;
    bool inside = false;
    for (; *marked; marked++) {
        if (*marked == '[' || *marked == ']') {
            inside = *marked == '[';
            continue;
        }
        assert_true(len + 1 < MOST);
        gone[len] = inside;
        text[len++] = *marked;
    }
    text[len] = '\0';
    return len;
}

static bool counts(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static void check(const char *marked, const struct text_identifier *ids, size_t count)
{
    char text[MOST];
    bool gone[MOST], found[MOST] = {0};
    size_t len = unmark(marked, text, gone), point = 0;
    const struct text_note note = clean_note(ids, count, text, len);
    assert_int_equal(note.withheld, TEXT_CLEANED);
    for (size_t i = 0; i < len; i++) { /* spans count code points */
        for (size_t s = 0; s < note.span_count; s++)
            found[i] |= point >= note.spans[s].start && point < note.spans[s].end;
        point += ((uint8_t)text[i + 1] & 0xC0) != 0x80;
    }
    for (size_t i = 0; i < len; i++)
        if (counts(text[i]) && gone[i] != found[i])
            fail_msg("%s at byte %zu of \"%s\"", gone[i] ? "left" : "taken", i, text);
}

/* Notes without a row; a test may have none. */
__attribute__((unused)) static void check_all(const char *const *marked)
{
    for (; *marked; marked++)
        check(*marked, NULL, 0);
}

#endif
