/* SPDX-License-Identifier: Apache-2.0 */
/* The engine with the word file as it is built, without names of a site. */
#ifndef TESTS_UNIT_AGENT_TEXT_ENGINE_FIXTURE_H
#define TESTS_UNIT_AGENT_TEXT_ENGINE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "agent/text/text.h"
#include "tests/unit/agent/text/word_file.h"

static struct text_engine *engine;
static struct buf cleaned = {.max = 8u << 20};

static int setup(void **state)
{
    (void)state;
    char path[4096];
    if (!word_file(path, sizeof(path)))
        return -1;
    struct text_options options = {.lexicon = path, .limit_ms = 60000};
    struct err err;
    return text_open(&engine, &options, &err) == OK ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    text_close(engine);
    buf_free(&cleaned);
    return 0;
}

/* Cleans a note of a row with these identifiers; what is returned holds until the next one. */
static struct text_note clean_note(const struct text_identifier *ids, size_t count, const char *text,
                                   size_t len)
{
    struct text_note note = {.text = text, .len = len, .cleaned = cleaned};
    text_clean(engine, ids, count, 20000, &note, 1);
    cleaned = note.cleaned;
    return note;
}

/* The same of a row with one identifier; the cleaned text. A test may have none. */
__attribute__((unused)) static const char *clean_by(enum text_kind kind, const char *value, const char *text,
                                                    enum text_withheld *ret)
{
    const struct text_identifier id = {kind, TEXT_ROLE_PATIENT, value, strlen(value)};
    *ret = clean_note(&id, 1, text, strlen(text)).withheld;
    return buf_text(&cleaned);
}

#endif
