/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/collect/draft.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "agent/collect/draft_internal.h"
#include "contact/clock.h"
#include "contact/version.h"

struct draft *draft_new(int gzip_level)
{
    struct draft *d = calloc(1, sizeof(*d));
    if (!d)
        return NULL;
    d->gzip = BUF_INIT(BATCH_MAX_BYTES);
    d->writer = batch_writer_new(gzip_level);
    if (!d->writer) {
        free(d);
        return NULL;
    }
    return d;
}

void draft_free(struct draft *d)
{
    if (!d)
        return;
    batch_writer_free(d->writer);
    buf_free(&d->gzip);
    for (size_t i = 0; i < DRAFT_SEALED_MAX; i++)
        buf_free(&d->sealed[i].der);
    free(d->touched);
    free(d->changes);
    free(d->days);
    free(d);
}

/* YYYY-MM-DDTHHZ */
static void hour_text(char ret[static 17])
{
    time_t now = (time_t)clock_wall_s();
    struct tm tm;
    if (!gmtime_r(&now, &tm) || strftime(ret, 17, "%Y-%m-%dT%HZ", &tm) == 0)
        snprintf(ret, 17, "1970-01-01T00Z");
}

static void fill_manifest(const struct collect *c, struct manifest *m)
{
    snprintf(m->site, sizeof(m->site), "%s", c->site->name);
    snprintf(m->series, sizeof(m->series), "%s", spool_series(c->spool));
    snprintf(m->model, sizeof(m->model), "%s", c->model->name);
    memcpy(m->mapping, c->mapping->hash, sizeof(m->mapping));
    m->key_epoch = c->site->epoch;
    pseudonym_root_check(c->keys, m->root_check);
    snprintf(m->agent, sizeof(m->agent), "%.32s", contact_version);
    hour_text(m->created);
}

/* Closes the open batch; one without a line gives its seq back. */
static enum err_code seal(struct collect *c, struct err *err)
{
    struct draft *d = c->draft;
    d->open = false;
    if (batch_writer_records(d->writer) == 0)
        return OK;
    struct sealed *s = &d->sealed[d->sealed_count];
    struct manifest manifest = {.seq = d->seq, .lane = d->target.lane};
    fill_manifest(c, &manifest);
    snprintf(manifest.stream, sizeof(manifest.stream), "%s", d->target.stream);
    buf_clear(&d->gzip);
    enum err_code code = batch_writer_end(d->writer, &manifest, &d->gzip, err);
    if (s->der.max == 0)
        s->der = BUF_INIT(BATCH_MAX_BYTES);
    buf_clear(&s->der);
    if (code == OK)
        code = cms_seal(c->sealer, d->gzip.data, d->gzip.len, &s->der, err);
    if (code != OK)
        return code;
    s->seq = d->seq;
    s->lane = d->target.lane;
    s->stream = d->target.stream;
    s->records = manifest.records;
    s->ends = d->ends;
    s->alone = d->puts == 1 && manifest.records - d->ends == 1;
    memcpy(s->only, d->last_id, TOKEN_SIZE);
    d->sealed_count++;
    return OK;
}

static bool full(const struct draft *d, unsigned halvings)
{
    uint64_t records = BATCH_SEAL_RECORDS >> halvings;
    return batch_writer_bytes(d->writer) >= (size_t)(BATCH_SEAL_BYTES >> halvings) ||
           batch_writer_records(d->writer) >= (records ? records : 1);
}

enum err_code draft_room(struct collect *c, const struct draft_target *target, uint64_t *ret_seq,
                         struct err *err)
{
    struct draft *d = c->draft;
    enum err_code code = OK;
    if (d->open && (strcmp(d->target.stream, target->stream) != 0 || d->target.lane != target->lane ||
                    d->target.halvings != target->halvings || full(d, target->halvings)))
        code = seal(c, err);
    /* A day larger than memory should hold: what is ready goes now, and its end will come after it. */
    if (code == OK && d->sealed_count == DRAFT_SEALED_MAX)
        code = draft_commit(c, err);
    if (code != OK)
        return code;
    if (!d->open) {
        d->target = *target;
        d->seq = c->last_seq + d->sealed_count + 1;
        d->puts = d->ends = 0;
        batch_writer_begin(d->writer);
        d->open = true;
    }
    *ret_seq = d->seq;
    return OK;
}

enum err_code draft_line(struct collect *c, const struct buf *line, const uint8_t *id, struct err *err)
{
    struct draft *d = c->draft;
    if (!buf_ok(line))
        return err_set(err, ERR_INTERNAL, "a record line is too long");
    if (id) {
        d->puts++;
        memcpy(d->last_id, id, TOKEN_SIZE);
    }
    return batch_writer_add(d->writer, (const char *)line->data, line->len, err);
}

/* Room for one more; the arrays keep their memory from batch to batch. */
static void *more(void *array, size_t *cap, size_t count, size_t size)
{
    if (count < *cap)
        return array;
    *cap = *cap ? *cap * 2 : 64;
    void *larger = reallocarray(array, *cap, size);
    if (!larger)
        abort();
    return larger;
}

void draft_touch(struct collect *c, const char *stream, int32_t day, uint64_t first)
{
    struct draft *d = c->draft;
    if (first > 0)
        d->ends++;
    for (size_t i = d->touched_count; first == 0 && i > 0 && i + 4 > d->touched_count; i--)
        if (d->touched[i - 1].day == day && d->touched[i - 1].seq == d->seq)
            return;
    d->touched = more(d->touched, &d->touched_cap, d->touched_count, sizeof(*d->touched));
    d->touched[d->touched_count++] =
        (struct touched){.seq = d->seq, .stream = stream, .day = day, .first = first};
}

static struct change *change(struct draft *d)
{
    d->changes = more(d->changes, &d->change_cap, d->change_count, sizeof(*d->changes));
    return &d->changes[d->change_count++];
}

void draft_seen(struct collect *c, const char *stream, const struct seen *row, bool alone)
{
    *change(c->draft) = (struct change){
        .kind = alone ? CHANGE_ALONE : CHANGE_SEEN, .stream = stream, .seen = *row, .seq = c->draft->seq};
}

void draft_later(struct collect *c, const char *stream, int32_t day)
{
    *change(c->draft) = (struct change){.kind = CHANGE_LATER, .stream = stream, .seen = {.day = day}};
}

void draft_forget_seen(struct collect *c, const char *stream, int32_t day)
{
    *change(c->draft) = (struct change){.kind = CHANGE_FORGET, .stream = stream, .seen = {.day = day}};
}

void draft_day(struct collect *c, const char *stream, const struct day_entry *entry)
{
    struct draft *d = c->draft;
    d->days = more(d->days, &d->day_cap, d->day_count, sizeof(*d->days));
    d->days[d->day_count] = *entry;
    *change(d) = (struct change){.kind = CHANGE_DAY, .stream = stream, .day = d->day_count++};
}

void draft_hold(struct collect *c, const char *stream, const struct day_entry *entry, const struct tally *now)
{
    draft_day(c, stream, entry);
    struct draft *d = c->draft;
    d->days[d->day_count - 1].held_raw = *now;
    d->changes[d->change_count - 1].kind = CHANGE_HOLD;
}

static void code_change(struct collect *c, enum change_kind kind, const uint8_t *code, const uint8_t *of)
{
    struct change *now = change(c->draft);
    *now = (struct change){.kind = kind};
    memcpy(now->seen.id, code, TOKEN_SIZE);
    memcpy(now->seen.raw, of, SHORT_SIZE);
}

void draft_code(struct collect *c, const uint8_t code[static TOKEN_SIZE],
                const uint8_t patient[static TOKEN_SIZE])
{
    code_change(c, CHANGE_CODE, code, patient);
    c->draft->any_code = true;
}

void draft_label(struct collect *c, const uint8_t code[static TOKEN_SIZE],
                 const uint8_t hash[static SHORT_SIZE])
{
    code_change(c, CHANGE_LABEL, code, hash);
}

void draft_fact(struct collect *c, const char *name, const char *value)
{
    struct draft *d = c->draft;
    size_t at = 0;
    while (at < d->fact_count && strcmp(d->facts[at].name, name) != 0)
        at++;
    if (at == DRAFT_FACTS_MAX)
        abort();
    snprintf(d->facts[at].name, sizeof(d->facts[at].name), "%s", name);
    snprintf(d->facts[at].value, sizeof(d->facts[at].value), "%s", value);
    if (at == d->fact_count)
        d->fact_count++;
}

void draft_withheld(struct collect *c, const struct stream *stream,
                    const uint64_t counts[static WITHHELD_KINDS])
{
    for (int kind = 0; kind < WITHHELD_KINDS; kind++)
        if (counts[kind] > 0) {
            c->draft->withheld[stream - c->streams][kind] += counts[kind];
            c->draft->any_withheld = true;
        }
}

bool draft_empty(const struct collect *c)
{
    const struct draft *d = c->draft;
    return (!d->open || batch_writer_records(d->writer) == 0) && d->sealed_count == 0 &&
           d->change_count == 0 && d->fact_count == 0 && !d->any_withheld;
}

void draft_discard(struct collect *c)
{
    struct draft *d = c->draft;
    d->open = false;
    d->sealed_count = d->touched_count = d->change_count = d->day_count = d->fact_count = 0;
    if (d->any_code) /* else what was not kept would count as known */
        token_set_clear(&c->code_patients);
    d->any_code = false;
    if (d->any_withheld)
        memset(d->withheld, 0, sizeof(d->withheld));
    d->any_withheld = false;
}

enum err_code draft_commit(struct collect *c, struct err *err)
{
    struct draft *d = c->draft;
    enum err_code code = d->open ? seal(c, err) : OK;
    if (code == OK && draft_empty(c))
        return OK;
    if (code == OK)
        code = draft_keep(c, err);
    if (code != OK) {
        draft_discard(c);
        return code;
    }
    d->any_code = false;
    c->last_seq += d->sealed_count;
    code = draft_hand_over(c, err);
    draft_discard(c);
    return code;
}

enum err_code draft_span_done(struct collect *c, struct err *err)
{
    const struct draft *d = c->draft;
    bool due = d->sealed_count >= DRAFT_SEALED_DUE || (d->sealed_count > 0 && d->target.halvings > 0);
    if (due || d->change_count > BATCH_SEAL_RECORDS)
        return draft_commit(c, err);
    return OK;
}

enum err_code draft_void(struct collect *c, uint64_t seq, enum lane lane, struct buf *out, struct err *err)
{
    struct draft *d = c->draft;
    if (d->open)
        return err_set(err, ERR_INTERNAL, "a void batch while another is open");
    struct manifest manifest = {.seq = seq, .stream = "void", .lane = lane};
    fill_manifest(c, &manifest);
    batch_writer_begin(d->writer);
    buf_clear(&d->gzip);
    enum err_code code = batch_writer_end(d->writer, &manifest, &d->gzip, err);
    return code == OK ? cms_seal(c->sealer, d->gzip.data, d->gzip.len, out, err) : code;
}
