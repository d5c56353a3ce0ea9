/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a note and as the row: the engine must neither crash nor hang, its spans must be in order, and
 * what it lets through must hold no run of eight digits. Needs CONTACT_TEXT_LEXICON. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "agent/text/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct text_note *note)
{
    for (size_t i = 0; i < note->span_count; i++)
        if (note->spans[i].start > note->spans[i].end)
            abort();
    size_t run = 0;
    for (size_t i = 0; i < note->cleaned.len; i++) {
        run = note->cleaned.data[i] >= '0' && note->cleaned.data[i] <= '9' ? run + 1 : 0;
        if (run >= 8)
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct text_engine *engine;
    struct err err;
    const char *lexicon = getenv("CONTACT_TEXT_LEXICON");
    struct text_options options = {.lexicon = lexicon ? lexicon : "build/fuzz/text.lex", .limit_ms = 60000};
    if (!engine && text_open(&engine, &options, &err) != OK)
        abort();
    size_t cut = size > 24 ? 24 : size / 2;
    struct text_identifier row[] = {
        {TEXT_IS_NAME, TEXT_ROLE_PATIENT, (const char *)data, cut / 2},
        {TEXT_IS_PHONE, TEXT_ROLE_CALLER, (const char *)data + cut / 2, cut - cut / 2}};
    struct text_note note = {
        .text = (const char *)data + cut, .len = size - cut, .cleaned = BUF_INIT(4 * TEXT_MAX_BYTES)};
    text_clean(engine, row, 2, 20000, &note, 1);
    check(&note);
    buf_free(&note.cleaned);
    return 0;
}
