/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/collect/labels.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/collect/approval.h"
#include "agent/collect/internal.h"
#include "agent/record/decode.h"
#include "contact/language.h"
#include "contact/log.h"

#define DIGITS_MOST 5 /* of a whole label: more may be a telephone, in pairs, or a file's number */
#define LABEL_ROOM 4096

/* The token of a code, under the site's key. */
static void label_token(struct pseudonym_keys *keys, const char *thesaurus, const char *code, size_t len,
                        uint8_t ret[static TOKEN_SIZE])
{
    char id[64 + 1 + 64]; /* "thesaurus code", of 64 bytes each at most */
    size_t name = strnlen(thesaurus, 64);
    len = len < 64 ? len : 64;
    memcpy(id, thesaurus, name);
    id[name] = ' ';
    memcpy(id + name + 1, code, len);
    pseudonym_event(keys, "label", id, name + 1 + len, ret);
}

/* A cell as a trimmed text; false when it is none. */
static bool take_text(struct decoder *decoder, const struct cell *cell, enum text_encoding encoding,
                      struct buf *out)
{
    buf_clear(out);
    if (cell->type == CELL_INTEGER)
        buf_printf(out, "%" PRId64, cell->integer);
    else if (cell->type != CELL_TEXT || cell->len > LABEL_ROOM ||
             !decode_text(decoder, cell_encoding(cell, encoding), cell->text, cell->len, out))
        return false;
    size_t from = strspn(buf_text(out), " \t\r\n");
    while (out->len > from && strchr(" \t\r\n", out->data[out->len - 1]))
        out->len--;
    memmove(out->data, out->data + from, out->len - from);
    out->len -= from;
    return out->len > 0;
}

/* A person looks at every label; these are not even offered. */
static const char *fault_of(const struct buf *text)
{
    size_t digits = 0;
    if (text->len > LABEL_MAX)
        return N_("too long");
    for (size_t i = 0; i < text->len; i++) {
        unsigned char c = text->data[i];
        digits += c >= '0' && c <= '9';
        if (c < 0x20 || c == 0x7f)
            return N_("it has control characters");
        if (c == '@' || digits > DIGITS_MOST)
            return N_("it may hold an address or a number of a person");
    }
    return NULL;
}

struct reading {
    const struct mapping_labels *from;
    struct pseudonym_keys *keys;
    struct decoder *decoder;
    struct buf code, text;
    label_each *each;
    void *context;
};

static enum err_code take_row(struct reading *r, const struct cell *cells, struct err *err)
{
    struct label label = {.thesaurus = r->from->thesaurus->name};
    uint8_t hash[SHA256_SIZE];
    if (!take_text(r->decoder, &cells[0], r->from->encoding, &r->code) || r->code.len >= sizeof(label.code) ||
        !thesaurus_match(r->from->thesaurus, buf_text(&r->code), r->code.len))
        return OK;
    if (!take_text(r->decoder, &cells[1], r->from->encoding, &r->text))
        return OK;
    memcpy(label.code, r->code.data, r->code.len);
    label.fault = fault_of(&r->text);
    if (!label.fault)
        memcpy(label.text, r->text.data, r->text.len);
    sha256(r->text.data, r->text.len, hash);
    memcpy(label.hash, hash, SHORT_SIZE);
    label_token(r->keys, label.thesaurus, label.code, r->code.len, label.token);
    return r->each(r->context, &label, err);
}

static enum err_code read_table(struct reading *r, struct source *source, struct err *err)
{
    struct source_rows *rows = NULL;
    const struct cell *cells = NULL;
    size_t count = 0;
    char *sql = select_labels(r->from, source_dialect(source));
    enum err_code code =
        sql ? source_query(source, sql, NULL, 0, &rows, err) : err_set(err, ERR_INTERNAL, "no memory");
    free(sql);
    if (code != OK)
        return code;
    while ((code = source_next(rows, &cells, &count, err)) == OK && cells) {
        code = take_row(r, cells, err);
        if (code != OK)
            break;
    }
    return source_end(rows, code, err);
}

enum err_code labels_read(const struct mapping *mapping, struct source *source, struct pseudonym_keys *keys,
                          label_each *each, void *context, struct err *err)
{
    struct reading r = {.keys = keys,
                        .decoder = decoder_new(),
                        .code = BUF_INIT(4 * LABEL_ROOM),
                        .text = BUF_INIT(4 * LABEL_ROOM),
                        .each = each,
                        .context = context};
    enum err_code code = OK;
    for (unsigned i = 0; code == OK && i < mapping->label_count; i++) {
        r.from = &mapping->labels[i];
        code = read_table(&r, source, err);
    }
    decoder_free(r.decoder);
    buf_free(&r.code);
    buf_free(&r.text);
    return code;
}

/* ---- counting ---- */

void labels_note(struct collect *c, const struct stream *stream, const struct row_key *key)
{
    const struct value *values = record_values(c->maker);
    const struct model_stream *model = stream->mapping->model;
    if (!key->has_patient)
        return;
    for (unsigned i = 0; i < model->field_count; i++) {
        uint8_t code[TOKEN_SIZE], pair[2 * TOKEN_SIZE], hash[SHA256_SIZE];
        if (model->fields[i].type != FIELD_CODE || values[i].kind != VALUE_TEXT)
            continue;
        label_token(c->keys, values[i].thesaurus, values[i].text, values[i].len, code);
        if (token_set_has(&c->codes_enough, code))
            continue;
        memcpy(pair, code, TOKEN_SIZE);
        memcpy(pair + TOKEN_SIZE, key->patient, TOKEN_SIZE);
        sha256(pair, sizeof(pair), hash);
        if (c->code_patients.count > CODE_PATIENTS_MAX)
            token_set_clear(&c->code_patients);
        if (token_set_add(&c->code_patients, hash))
            draft_code(c, code, key->patient);
    }
}

void labels_keep_seen(struct collect *c, const uint8_t code[static TOKEN_SIZE],
                      const uint8_t patient[static TOKEN_SIZE])
{
    if (token_set_has(&c->codes_enough, code))
        return;
    label_seen(c->state, code, patient);
    if (label_patients(c->state, code) >= LABEL_PATIENTS)
        token_set_add(&c->codes_enough, code);
}

void labels_forget(struct collect *c, const uint8_t patient[static TOKEN_SIZE])
{
    label_forget_patient(c->state, patient);
    token_set_clear(&c->codes_enough);
    token_set_clear(&c->code_patients);
}

struct merging {
    struct collect *c;
    struct token_set counted;
};

static void add_counted(void *context, const uint8_t patient[static TOKEN_SIZE])
{
    token_set_add(&((struct merging *)context)->counted, patient);
}

static void forget_child(void *context, const char *id)
{
    struct merging *m = context;
    uint8_t token[TOKEN_SIZE];
    pseudonym_person(m->c->keys, id, strlen(id), token);
    if (token_set_has(&m->counted, token))
        labels_forget(m->c, token);
}

enum err_code labels_merged(struct collect *c, struct err *err)
{
    struct merging m = {.c = c};
    if (c->mapping->label_count == 0)
        return OK;
    enum err_code code = draft_commit(c, err); /* it counts them as they were */
    if (code != OK)
        return code;
    label_each_patient(c->state, add_counted, &m);
    state_begin(c->state);
    merges_children(c->merges, forget_child, &m);
    token_set_free(&m.counted);
    return state_commit(c->state, err);
}

/* ---- sending ---- */

struct sending {
    struct collect *c;
    bool all;
};

static enum err_code send_one(void *context, const struct label *label, struct err *err)
{
    static const struct draft_target target = {.stream = "thesaurus", .lane = LANE_BACKLOG};
    struct sending *s = context;
    struct collect *c = s->c;
    uint64_t seq = 0;
    if (label->fault || !label_is(c->state, label->token, LABEL_AGREED, label->hash) ||
        label_patients(c->state, label->token) < LABEL_PATIENTS ||
        (!s->all && label_is(c->state, label->token, LABEL_SENT, label->hash)))
        return OK;
    enum err_code code = draft_room(c, &target, &seq, err);
    if (code != OK)
        return code;
    buf_clear(&c->line);
    record_line_label(&c->line, label->thesaurus, label->code, label->text);
    code = draft_line(c, &c->line, NULL, err);
    draft_label(c, label->token, label->hash);
    return code;
}

enum err_code labels_send(struct collect *c, bool all, struct err *err)
{
    struct sending s = {.c = c, .all = all};
    struct err why;
    if (c->mapping->label_count == 0 || c->leaving || !approval_covers(c->state, c->mapping, TERMS_LABELS))
        return state_failure(c->state, err);
    enum err_code code = draft_commit(c, err);
    if (code != OK)
        return code;
    code = labels_read(c->mapping, c->source, c->keys, send_one, &s, &why);
    if (code == OK)
        return draft_commit(c, err);
    draft_discard(c);
    log_err("labels", &why); /* tried again tomorrow: records do not wait for what their codes mean */
    return state_failure(c->state, err);
}
