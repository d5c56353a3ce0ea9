/* SPDX-License-Identifier: Apache-2.0 */
/* From a cell to a word, and from a word to the rule that takes it. */
#include "agent/record/rules.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "agent/mapping/local_id.h"
#include "agent/record/record.h"

#define EXACT_REAL 9007199254740992.0 /* 2^53 */
#define MOST_HUNDREDTHS 1e13          /* fewer digits than a double keeps */

void value_short(struct value *ret, char small[static SHORT_TEXT], const char *text, size_t len)
{
    if (len >= SHORT_TEXT)
        return;
    memmove(small, text, len);
    small[len] = '\0';
    ret->kind = VALUE_TEXT;
    ret->text = small;
    ret->len = len;
}

static void integer_word(int64_t value, struct word *ret)
{
    char *at = ret->digits + sizeof ret->digits;
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    do
        *--at = (char)('0' + rest % 10);
    while ((rest /= 10) > 0);
    if (value < 0)
        *--at = '-';
    ret->text = at;
    ret->len = (size_t)(ret->digits + sizeof ret->digits - at);
}

/* Of a number with at most two decimals, as vitals are; false for another. printf's cost would show in a
 * backfill. */
static bool hundredths_word(double value, struct word *ret)
{
    double hundredths = rint(value * 100);
    if (!(fabs(hundredths) < MOST_HUNDREDTHS) || hundredths / 100 != value)
        return false;
    char *at = ret->digits + sizeof ret->digits;
    uint64_t rest = (uint64_t)fabs(hundredths);
    unsigned decimals = rest % 10 == 0 ? 1 : 2;
    for (rest /= decimals == 1 ? 10 : 1; decimals > 0; rest /= 10, decimals--)
        *--at = (char)('0' + rest % 10);
    *--at = '.';
    do
        *--at = (char)('0' + rest % 10);
    while ((rest /= 10) > 0);
    if (value < 0)
        *--at = '-';
    ret->text = at;
    ret->len = (size_t)(ret->digits + sizeof ret->digits - at);
    return true;
}

static enum word_state real_word(double value, struct word *ret, enum withheld *ret_why)
{
    if (!isfinite(value)) {
        *ret_why = WITHHELD_BAD_VALUE;
        return WORD_BAD;
    }
    if (fabs(value) < EXACT_REAL && value == floor(value)) {
        integer_word((int64_t)value, ret);
        return WORD_GIVEN;
    }
    if (hundredths_word(value, ret))
        return WORD_GIVEN;
    ret->len = (size_t)snprintf(ret->digits, sizeof ret->digits, "%.15g", value);
    ret->text = ret->digits;
    return WORD_GIVEN;
}

static enum word_state text_word(struct rule_room *room, const struct cell *cell, enum text_encoding encoding,
                                 struct word *ret, enum withheld *ret_why)
{
    const char *text = cell->text;
    size_t len = cell->len;
    if (!trim(&text, &len))
        return WORD_NOTHING;
    ret->text = text;
    ret->len = len;
    if (is_ascii(text, len))
        return WORD_GIVEN;
    buf_clear(&room->decoded);
    if (!decode_text(room->decoder, encoding, text, len, &room->decoded)) {
        *ret_why = WITHHELD_UNDECODABLE;
        return WORD_BAD;
    }
    ret->text = buf_text(&room->decoded);
    ret->len = room->decoded.len;
    return trim_decoded(&ret->text, &ret->len) ? WORD_GIVEN : WORD_NOTHING;
}

static bool listed(char *const *list, const struct word *word)
{
    for (; list != NULL && *list != NULL; list++)
        if (strlen(*list) == word->len && memcmp(*list, word->text, word->len) == 0)
            return true;
    return false;
}

enum word_state rule_word(struct rule_room *room, const struct cell *cell, enum text_encoding encoding,
                          struct word *ret, enum withheld *ret_why)
{
    switch (cell->type) {
    case CELL_NULL:
        return WORD_NOTHING;
    case CELL_INTEGER:
        integer_word(cell->integer, ret);
        return WORD_GIVEN;
    case CELL_REAL:
        return real_word(cell->real, ret, ret_why);
    case CELL_TEXT:
        return text_word(room, cell, cell_encoding(cell, encoding), ret, ret_why);
    case CELL_BLOB:
        *ret_why = WITHHELD_BAD_VALUE;
        break;
    case CELL_UNREADABLE:
        *ret_why = WITHHELD_UNREADABLE;
        break;
    }
    return WORD_BAD;
}

/* The word of a column of room's row. WORD_NOTHING also: listed as empty by the rule. WORD_BAD: *ret_why says
 * why it is withheld. */
static enum word_state word_of(struct rule_room *room, const struct mapping_rule *rule, unsigned column,
                               struct word *ret, enum withheld *ret_why)
{
    enum word_state state =
        rule_word(room, &room->row[column], room->stream->encodings[column], ret, ret_why);
    return state == WORD_GIVEN && rule->empty != NULL && listed(rule->empty, ret) ? WORD_NOTHING : state;
}

static enum withheld rule_token(struct rule_room *room, const struct mapping_rule *rule, struct value *ret,
                                char small[static SHORT_TEXT])
{
    uint8_t token[TOKEN_SIZE];
    buf_clear(&room->id);
    if (!canonical_id(&room->row[rule->column], &room->id))
        return WITHHELD_BAD_VALUE;
    const struct record_context *c = room->context;
    if (c->practitioner_objects != NULL &&
        c->practitioner_objects(c->objects_context, buf_text(&room->id), room->id.len))
        return WITHHELD_KINDS; /* absent */
    pseudonym_practitioner(room->context->keys, buf_text(&room->id), room->id.len, room->day, token);
    token_format('d', pseudonym_epoch(room->context->keys), token, small);
    ret->kind = VALUE_TEXT;
    ret->text = small;
    ret->len = strlen(small);
    return WITHHELD_KINDS;
}

static enum withheld retained(struct value *ret, enum withheld why)
{
    ret->kind = VALUE_TEXT;
    ret->text = TEXT_WITHHELD;
    ret->len = sizeof TEXT_WITHHELD - 1;
    return why;
}

/* What is withheld shows that there was a text. */
static enum withheld rule_text(const struct word *word, struct value *ret, struct buf *text)
{
    buf_append(text, word->text, word->len);
    return retained(ret, WITHHELD_TEXT);
}

static enum withheld rule_since(struct rule_room *room, const struct mapping_rule *rule,
                                const struct word *until, struct value *ret)
{
    struct word since = {.len = 0};
    enum withheld why = WITHHELD_KINDS;
    char kept[SHORT_TEXT]; /* until may stand in room->decoded */
    if (until->len >= sizeof kept)
        return WITHHELD_BAD_VALUE;
    memcpy(kept, until->text, until->len);
    const struct word end = {.text = kept, .len = until->len};
    switch (word_of(room, rule, rule->since, &since, &why)) {
    case WORD_NOTHING:
    case WORD_BAD:
        return why;
    case WORD_GIVEN:
        break;
    }
    return rule_delay(room->context->zone, rule->field, &end, &since, ret);
}

static enum withheld apply_word(struct rule_room *room, const struct mapping_rule *rule,
                                const struct word *word, struct value *ret, char small[static SHORT_TEXT],
                                struct buf *text)
{
    switch (rule->field->type) {
    case FIELD_CODE:
        return rule_code(rule, word, ret, small);
    case FIELD_ENUM:
        return rule_enum(rule, word, ret);
    case FIELD_NUMBER:
        return rule_number(rule, &room->row[rule->column], word, ret);
    case FIELD_FLAG:
        return rule_flag(rule, word, ret);
    case FIELD_HOUR:
        return rule_hour(room->context->zone, word, ret, small);
    case FIELD_DAY:
        return rule_day(room->context->zone, word, ret, small);
    case FIELD_DELAY:
        return rule_since(room, rule, word, ret);
    case FIELD_AGE:
        return rule_age(room->context->zone, word, room->day, room->death, ret, small);
    case FIELD_DEPARTMENT:
        return rule_department(word, ret, small);
    case FIELD_GEO_PMSI:
        return rule_geo_pmsi(word, ret, small);
    case FIELD_TOKEN:
        return rule_token(room, rule, ret, small);
    case FIELD_TEXT:
        return rule_text(word, ret, text);
    }
    return WITHHELD_BAD_VALUE;
}

enum withheld rule_apply(struct rule_room *room, const struct mapping_rule *rule, struct value *ret,
                         char small[static SHORT_TEXT], struct buf *text)
{
    struct word word = {.len = 0};
    enum withheld why = WITHHELD_KINDS;
    *ret = (struct value){.kind = VALUE_ABSENT};
    if (room->death && rule->field->hidden_by_death)
        return WITHHELD_KINDS;
    switch (word_of(room, rule, rule->column, &word, &why)) {
    case WORD_NOTHING:
        return WITHHELD_KINDS;
    case WORD_BAD:
        return rule->field->type == FIELD_TEXT ? retained(ret, why) : why;
    case WORD_GIVEN:
        break;
    }
    return apply_word(room, rule, &word, ret, small, text);
}
