/* SPDX-License-Identifier: Apache-2.0 */
/* The maker of records and what makes a stream's policy; the row itself is row_key.c and build.c. */
#include "agent/record/record.h"
#include "agent/mapping/local_id.h"

#include <stdlib.h>
#include <string.h>

#include "agent/record/maker.h"
#include "contact/mem.h"

static const char *const NAMES[] = {
    [WITHHELD_NO_DAY] = "no_day",
    [WITHHELD_NO_KEY] = "no_key",
    [WITHHELD_DUPLICATE_KEY] = "duplicate_key",
    [WITHHELD_NO_PERSON] = "no_person",
    [WITHHELD_OBJECTION_VALUE] = "objection_value",
    [WITHHELD_MERGE_CYCLE] = "merge_cycle",
    [WITHHELD_GUARD] = "guard",
    [WITHHELD_TOO_LARGE] = "too_large",
    [WITHHELD_UNKNOWN_CODE] = "unknown_code",
    [WITHHELD_OUT_OF_RANGE] = "out_of_range",
    [WITHHELD_BAD_VALUE] = "bad_value",
    [WITHHELD_UNDECODABLE] = "undecodable",
    [WITHHELD_UNREADABLE] = "unreadable",
    [WITHHELD_TEXT] = "text",
    [WITHHELD_TEXT_LATER] = "text_later",
    [WITHHELD_IDENTIFIER] = "identifier",
};

const char *withheld_name(enum withheld kind)
{
    return kind < WITHHELD_KINDS ? NAMES[kind] : "";
}

static void make_policy(const struct record_context *context, const struct mapping_stream *stream,
                        uint8_t ret[static SHORT_SIZE])
{
    static const uint8_t versions[] = {RULES_VERSION, GUARD_VERSION}, no_text[SHORT_SIZE];
    uint8_t full[SHA256_SIZE],
        root_check[8] = {0}; /* under another key every row differs, which is no loss */
    struct sha256_stream *hash = sha256_stream_new();
    sha256_stream_add(hash, stream->hash, sizeof stream->hash);
    sha256_stream_add(hash, context->model->hash, sizeof context->model->hash);
    sha256_stream_add(hash, versions, sizeof versions);
    if (context->keys != NULL)
        pseudonym_root_check(context->keys, root_check);
    sha256_stream_add(hash, root_check, sizeof root_check);
    sha256_stream_add(hash, stream->text_count > 0 ? context->text_policy : no_text, SHORT_SIZE);
    sha256_stream_end(hash, full);
    sha256_stream_free(hash);
    memcpy(ret, full, SHORT_SIZE);
}

struct record_maker *record_maker_new(const struct record_context *context)
{
    struct record_maker *maker = mem_new(1, sizeof *maker);
    maker->context = *context;
    maker->decoder = decoder_new();
    maker->guard = guard_new(maker->decoder);
    maker->policies = mem_new(context->mapping->stream_count, sizeof *maker->policies);
    for (unsigned i = 0; i < context->mapping->stream_count; i++)
        if (context->mapping->streams[i] != NULL)
            make_policy(context, context->mapping->streams[i], maker->policies[i]);
    maker->id = BUF_INIT(64 * CANONICAL_ID_MAX);
    maker->person = BUF_INIT(CANONICAL_ID_MAX);
    maker->message = BUF_INIT(RAW_MESSAGE_MAX);
    maker->room = (struct rule_room){.context = &maker->context,
                                     .decoder = maker->decoder,
                                     .decoded = BUF_INIT(RAW_MESSAGE_MAX),
                                     .id = BUF_INIT(CANONICAL_ID_MAX)};
    for (size_t i = 0; i < MODEL_FIELDS_MAX; i++)
        maker->texts[i] = BUF_INIT(TEXT_MAX);
    maker->call = call_texts_new();
    return maker;
}

void record_maker_free(struct record_maker *maker)
{
    if (maker == NULL)
        return;
    guard_free(maker->guard);
    call_texts_free(maker->call);
    decoder_free(maker->decoder);
    buf_free(&maker->id);
    buf_free(&maker->person);
    buf_free(&maker->message);
    buf_free(&maker->room.decoded);
    buf_free(&maker->room.id);
    for (size_t i = 0; i < MODEL_FIELDS_MAX; i++)
        buf_free(&maker->texts[i]);
    free(maker->policies);
    wipe(maker, sizeof *maker);
    free(maker);
}

void record_policy(const struct record_maker *maker, unsigned stream, uint8_t ret[static SHORT_SIZE])
{
    memcpy(ret, maker->policies[stream], SHORT_SIZE);
}

const struct value *record_values(const struct record_maker *maker)
{
    return maker->values;
}

const enum withheld *record_withheld_fields(const struct record_maker *maker)
{
    return maker->withheld;
}
