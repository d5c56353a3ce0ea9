/* SPDX-License-Identifier: Apache-2.0 */
/* The strict reader: parse, check against the model, write again, compare byte for byte. The comparison makes
 * every laxity of the parser harmless: what is accepted is exactly what record_line.c writes. */
#include <stdlib.h>
#include <string.h>

#include "common/line_scan.h"
#include "common/value_check.h"
#include "contact/record_line.h"

#define FP_TAIL 41 /* ,"fp":"…32 hex…"} */

struct line_reader {
    const struct model *model;
    struct scan scan; /* of the last line: the texts handed out live in it */
    size_t next;      /* the member expected next: lines have one order */
    size_t used;      /* members that were asked for */
    struct buf again; /* the line written from what was read */
};

static const char *const fault_names[] = {
    [LINE_OK] = "ok",
    [LINE_NOT_JSON] = "not_json",
    [LINE_UNKNOWN_STREAM] = "unknown_stream",
    [LINE_UNKNOWN_MEMBER] = "unknown_member",
    [LINE_MISSING_MEMBER] = "missing_member",
    [LINE_BAD_TYPE] = "bad_type",
    [LINE_OUT_OF_RANGE] = "out_of_range",
    [LINE_BAD_TOKEN] = "bad_token",
    [LINE_BAD_DAY] = "bad_day",
    [LINE_BAD_FP] = "bad_fp",
    [LINE_NOT_CANONICAL] = "not_canonical",
};

const char *line_fault_name(enum line_fault fault)
{
    return fault_names[fault];
}

struct line_reader *line_reader_new(const struct model *model)
{
    struct line_reader *reader = calloc(1, sizeof *reader);
    if (reader == NULL)
        return NULL;
    reader->model = model;
    reader->again = BUF_INIT(2 * RECORD_LINE_MAX);
    return reader;
}

void line_reader_free(struct line_reader *reader)
{
    if (reader == NULL)
        return;
    scan_free(&reader->scan);
    buf_free(&reader->again);
    free(reader);
}

static bool named(const struct scan_member *member, const char *name, size_t len)
{
    return member->key_len == len && memcmp(member->key, name, len) == 0;
}

/* The member, counted as used; NULL when absent. */
static const struct scan_member *take(struct line_reader *reader, const char *name)
{
    const struct scan *scan = &reader->scan;
    size_t at = reader->next, len = strlen(name);
    if (at >= scan->count || !named(&scan->members[at], name, len)) {
        for (at = 0; at < scan->count && !named(&scan->members[at], name, len); at++)
            continue;
        if (at == scan->count)
            return NULL;
    }
    reader->used++;
    reader->next = at + 1;
    return &scan->members[at];
}

static enum line_fault take_text(struct line_reader *reader, const char *name, const char **ret)
{
    const struct scan_member *value = take(reader, name);
    if (value == NULL)
        return LINE_MISSING_MEMBER;
    if (value->type != SCAN_TEXT)
        return LINE_BAD_TYPE;
    *ret = value->text;
    return LINE_OK;
}

static enum line_fault take_count(struct line_reader *reader, const char *name, uint64_t *ret)
{
    int64_t number;
    const struct scan_member *value = take(reader, name);
    if (value == NULL)
        return LINE_MISSING_MEMBER;
    if (value->type != SCAN_NUMBER || !scan_number(value, 0, &number))
        return LINE_BAD_TYPE;
    if (number < 0)
        return LINE_OUT_OF_RANGE;
    *ret = (uint64_t)number;
    return LINE_OK;
}

/* All tokens of a line are of one epoch: *epoch is 0 until the first. */
static enum line_fault take_token(struct line_reader *reader, const char *name, char letter, unsigned *epoch,
                                  uint8_t ret[static TOKEN_SIZE])
{
    const char *text;
    char found;
    unsigned token_epoch;
    enum line_fault fault = take_text(reader, name, &text);
    if (fault != LINE_OK)
        return fault;
    if (!token_parse(text, strlen(text), &found, &token_epoch, ret) || found != letter ||
        (*epoch != 0 && *epoch != token_epoch))
        return LINE_BAD_TOKEN;
    *epoch = token_epoch;
    return LINE_OK;
}

static enum line_fault take_optional_token(struct line_reader *reader, const char *name, char letter,
                                           unsigned *epoch, bool *ret_has, uint8_t ret[static TOKEN_SIZE])
{
    enum line_fault fault = take_token(reader, name, letter, epoch, ret);
    *ret_has = fault != LINE_MISSING_MEMBER;
    return *ret_has ? fault : LINE_OK;
}

static enum line_fault take_day(struct line_reader *reader, int32_t *ret)
{
    const char *text;
    enum line_fault fault = take_text(reader, "day", &text);
    if (fault != LINE_OK)
        return fault;
    *ret = day_parse(text, strlen(text));
    return *ret == DAY_NONE ? LINE_BAD_DAY : LINE_OK;
}

static enum line_fault take_stream(struct line_reader *reader, const struct model_stream **ret)
{
    const char *name;
    enum line_fault fault = take_text(reader, "stream", &name);
    if (fault != LINE_OK)
        return fault;
    *ret = model_find_stream(reader->model, name);
    return *ret == NULL ? LINE_UNKNOWN_STREAM : LINE_OK;
}

static enum line_fault read_number(const struct model_field *field, const struct scan_member *member,
                                   struct value *ret)
{
    int64_t number;
    if (member->type != SCAN_NUMBER || !scan_number(member, field->decimals, &number))
        return LINE_BAD_TYPE;
    *ret = (struct value){.kind = VALUE_NUMBER, .number = number};
    return number < field->min || number > field->max ? LINE_OUT_OF_RANGE : LINE_OK;
}

static enum line_fault read_code(struct line_reader *reader, const struct model_field *field,
                                 struct value *ret)
{
    char key[64 + sizeof "_thesaurus"];
    const char *name;
    size_t len = strnlen(field->name, 63);
    memcpy(key, field->name, len);
    memcpy(key + len, "_thesaurus", sizeof "_thesaurus");
    enum line_fault fault = take_text(reader, key, &name);
    if (fault != LINE_OK)
        return fault;
    return value_check_code(field, ret->text, ret->len, name, &ret->thesaurus);
}

static enum line_fault read_value(struct line_reader *reader, const struct model_field *field, unsigned epoch,
                                  struct value *ret)
{
    const struct scan_member *member = take(reader, field->name);
    *ret = (struct value){.kind = VALUE_ABSENT};
    if (member == NULL)
        return LINE_OK;
    if (field->type == FIELD_NUMBER || field->type == FIELD_DELAY)
        return read_number(field, member, ret);
    if (field->type == FIELD_FLAG) {
        if (member->type != SCAN_TRUE && member->type != SCAN_FALSE)
            return LINE_BAD_TYPE;
        *ret = (struct value){.kind = VALUE_FLAG, .number = member->type == SCAN_TRUE};
        return LINE_OK;
    }
    if (member->type != SCAN_TEXT)
        return LINE_BAD_TYPE;
    ret->kind = VALUE_TEXT;
    ret->text = member->text;
    ret->len = member->len;
    if (field->type == FIELD_CODE)
        return read_code(reader, field, ret);
    return value_check_text(field, ret->text, ret->len, epoch);
}

static enum line_fault read_put(struct line_reader *reader, struct record_line *ret)
{
    struct record_head *head = &ret->head;
    const char *fp;
    enum line_fault fault = take_stream(reader, &head->stream);
    if (fault == LINE_OK)
        fault = take_token(reader, "id", 'e', &head->epoch, head->id);
    if (fault == LINE_OK)
        fault = take_optional_token(reader, "episode", 'e', &head->epoch, &head->has_episode, head->episode);
    if (fault == LINE_OK)
        fault = take_optional_token(reader, "patient", 'p', &head->epoch, &head->has_patient, head->patient);
    if (fault == LINE_OK)
        fault = take_day(reader, &head->day);
    if (fault == LINE_OK && !day_of_record(head->day))
        fault = LINE_BAD_DAY;
    ret->identified = fault == LINE_OK;
    for (unsigned i = 0; fault == LINE_OK && i < head->stream->field_count; i++)
        fault = read_value(reader, &head->stream->fields[i], head->epoch, &ret->values[i]);
    if (fault == LINE_OK)
        fault = take_text(reader, "fp", &fp);
    if (fault != LINE_OK)
        return fault;
    uint8_t computed[SHORT_SIZE];
    record_line_put(&reader->again, head, ret->values, computed);
    return LINE_OK;
}

static bool request_valid(const char *text)
{
    size_t len = strnlen(text, REQUEST_TEXT);
    return len > 0 && len < REQUEST_TEXT &&
           strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") == len;
}

static enum line_fault read_tally(struct line_reader *reader, struct record_line *ret)
{
    const char *digest;
    bool end = ret->op == RECORD_END;
    enum line_fault fault = take_stream(reader, &ret->head.stream);
    if (fault == LINE_OK)
        fault = take_day(reader, &ret->head.day);
    if (fault == LINE_OK)
        fault = take_count(reader, end ? "first" : "upto", end ? &ret->first : &ret->upto);
    if (fault == LINE_OK)
        fault = take_count(reader, "count", &ret->tally.count);
    if (fault == LINE_OK)
        fault = take_text(reader, "digest", &digest);
    if (fault != LINE_OK)
        return fault;
    if (!hex_decode(digest, strlen(digest), ret->tally.sum, sizeof ret->tally.sum))
        return LINE_BAD_TYPE;
    fault = end ? take_text(reader, "request", &ret->request) : LINE_MISSING_MEMBER;
    if (fault == LINE_OK && !request_valid(ret->request))
        return LINE_OUT_OF_RANGE;
    if (fault != LINE_OK && fault != LINE_MISSING_MEMBER)
        return fault;
    record_line_tally(&reader->again, ret->op, ret->head.stream->name, ret->head.day, &ret->tally,
                      end ? ret->first : ret->upto, ret->request);
    return LINE_OK;
}

static enum line_fault read_erase(struct line_reader *reader, struct record_line *ret)
{
    enum line_fault fault = take_token(reader, "patient", 'p', &ret->head.epoch, ret->head.patient);
    if (fault == LINE_OK)
        fault = take_text(reader, "request", &ret->request);
    if (fault != LINE_OK)
        return fault;
    if (!request_valid(ret->request))
        return LINE_OUT_OF_RANGE;
    ret->head.has_patient = true;
    record_line_erase(&reader->again, ret->head.epoch, ret->head.patient, ret->request);
    return LINE_OK;
}

static enum line_fault read_label(struct line_reader *reader, struct record_line *ret)
{
    enum line_fault fault = take_text(reader, "thesaurus", &ret->thesaurus);
    if (fault == LINE_OK)
        fault = take_text(reader, "code", &ret->code);
    if (fault == LINE_OK)
        fault = take_text(reader, "label", &ret->label);
    if (fault != LINE_OK)
        return fault;
    const struct model_thesaurus *thesaurus = model_find_thesaurus(reader->model, ret->thesaurus);
    if (thesaurus == NULL || !thesaurus_match(thesaurus, ret->code, strlen(ret->code)) ||
        ret->label[0] == '\0' || strlen(ret->label) > LABEL_MAX)
        return LINE_OUT_OF_RANGE;
    record_line_label(&reader->again, ret->thesaurus, ret->code, ret->label);
    return LINE_OK;
}

static enum line_fault read_op(struct line_reader *reader, struct record_line *ret)
{
    static const char *const names[] = {"put", "end", "statement", "erase", "label"};
    const char *op;
    enum line_fault fault = take_text(reader, "op", &op);
    if (fault != LINE_OK)
        return fault;
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(op, names[i]) != 0)
            continue;
        ret->op = (enum record_op)i;
        switch (ret->op) {
        case RECORD_PUT:
            return read_put(reader, ret);
        case RECORD_END:
        case RECORD_STATEMENT:
            return read_tally(reader, ret);
        case RECORD_ERASE:
            return read_erase(reader, ret);
        case RECORD_LABEL:
            return read_label(reader, ret);
        }
    }
    return LINE_OUT_OF_RANGE;
}

/* A line that differs from its own rewriting: in its fp alone, or in its form. */
static enum line_fault compare(const struct line_reader *reader, const char *line, size_t len, bool put)
{
    const struct buf *again = &reader->again;
    if (!buf_ok(again))
        return LINE_OUT_OF_RANGE;
    if (again->len == len + 1 && memcmp(again->data, line, len) == 0)
        return LINE_OK;
    if (put && again->len == len + 1 && memcmp(again->data, line, len - FP_TAIL) == 0)
        return LINE_BAD_FP;
    return LINE_NOT_CANONICAL;
}

/* Whether fp is what the bytes give: those before it, and the brace after it. */
static bool fp_holds(const char *line, size_t len, const uint8_t fp[static SHORT_SIZE])
{
    uint8_t hash[SHA256_SIZE];
    if (len <= FP_TAIL)
        return false;
    struct sha256_stream *stream = sha256_stream_new();
    sha256_stream_add(stream, line, len - FP_TAIL);
    sha256_stream_add(stream, "}", 1);
    sha256_stream_end(stream, hash);
    sha256_stream_free(stream);
    return memcmp(hash, fp, SHORT_SIZE) == 0;
}

static void find_fp(const char *line, size_t len, uint8_t ret[static SHORT_SIZE])
{
    memset(ret, 0, SHORT_SIZE);
    if (len > FP_TAIL && memcmp(line + len - FP_TAIL, ",\"fp\":\"", 7) == 0 &&
        !hex_decode(line + len - FP_TAIL + 7, 2 * SHORT_SIZE, ret, SHORT_SIZE))
        memset(ret, 0, SHORT_SIZE);
}

static enum line_fault read_line(struct line_reader *reader, const char *line, size_t len,
                                 struct record_line *ret)
{
    if (len > RECORD_LINE_MAX)
        return LINE_OUT_OF_RANGE;
    reader->used = reader->next = 0;
    buf_clear(&reader->again);
    if (!scan_line(&reader->scan, line, len))
        return LINE_NOT_JSON;
    enum line_fault fault = read_op(reader, ret);
    if (fault != LINE_OK)
        return fault;
    if (reader->used != reader->scan.count)
        return LINE_UNKNOWN_MEMBER;
    return compare(reader, line, len, ret->op == RECORD_PUT);
}

enum line_fault line_reader_read(struct line_reader *reader, const char *line, size_t len,
                                 struct record_line *ret)
{
    ret->op = RECORD_PUT;
    ret->head = (struct record_head){.day = DAY_NONE};
    ret->tally = (struct tally){0};
    ret->first = ret->upto = 0;
    ret->request = ret->thesaurus = ret->code = ret->label = NULL;
    ret->identified = false;
    find_fp(line, len, ret->fp);
    enum line_fault fault = read_line(reader, line, len, ret);
    if (fault != LINE_OK)
        ret->identified = ret->identified && fp_holds(line, len, ret->fp);
    return fault;
}
