/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a span of days: the one place where rows come in. */
#include "agent/collect/span.h"

#include <stdio.h>
#include <string.h>

#include "agent/collect/objector.h"
#include "agent/collect/unread.h"
#include "contact/clock.h"

#define TARGET_ROWS (SPAN_ROWS * 9 / 10)
#define IDS_MAX                                                                                              \
    65536 /* of one span, to find equal keys: a day denser than this is left to duplicate_scan               \
           */
#define NEWEST_TRIES 8

void span_bound(int32_t day, char text[static DAY_TEXT])
{
    day_format(day < -719528 ? -719528 : day > DAY_FAR ? DAY_FAR : day, text); /* 0000-01-01 to 9999-12-31 */
}

/* A record whose key another row of the span has: both are withheld, at once and from now on. */
static void found_duplicate(struct collect *c, struct stream *stream, const struct row_key *key)
{
    token_set_add(&stream->excluded, key->id);
    state_begin(c->state);
    exclusion_add(c->state, stream->name, EXCLUDED_DUPLICATE, key->id);
    if (state_commit(c->state, NULL) != OK)
        state_rollback(c->state); /* found again by the next read */
    c->again = true;
}

/* What is known of a row beyond what the row says. */
static void settle(struct collect *c, struct stream *stream, const struct cell *row, struct row_key *key)
{
    if (key->fate == ROW_OBJECTED)
        objector_met(c, stream, row, key);
    if (key->fate != ROW_RECORD)
        return;
    if (token_set_has(&stream->excluded, key->id)) {
        key->fate = ROW_WITHHELD;
        key->why = WITHHELD_DUPLICATE_KEY;
    } else if (token_set_has(&stream->too_large, key->id)) {
        key->fate = ROW_WITHHELD;
        key->why = WITHHELD_TOO_LARGE;
    } else if (c->span_ids.count < IDS_MAX && !token_set_add(&c->span_ids, key->id)) {
        found_duplicate(c, stream, key);
    }
}

static enum err_code read_rows(struct collect *c, const struct span *span, struct source_rows *rows,
                               span_row *each, void *context, uint64_t *ret_count, struct err *err)
{
    const struct cell *cells = NULL;
    size_t count = 0;
    enum err_code code;
    while ((code = source_next(rows, &cells, &count, err)) == OK && cells && !c->stopping) {
        struct row_key key;
        ++*ret_count;
        record_key_within(c->maker, span->stream->index, cells, count, span->from, span->to, &key);
        if (key.fate == ROW_OUTSIDE || key.day == DAY_NONE)
            continue;
        if (key.day < span->from || key.day > span->to)
            continue;
        settle(c, span->stream, cells, &key);
        code = each(context, cells, count, &key, err);
        if (code != OK)
            break;
    }
    if (code == OK && c->stopping)
        return err_set(err, ERR_RETRY, "stopped while reading");
    return code;
}

int32_t span_size(int32_t before, int32_t days, uint64_t rows, uint64_t target, int64_t took_ms)
{
    if (days < before && rows < target && took_ms < SPAN_MS)
        return before; /* a few days alone say little of a whole span */
    int64_t next = rows ? (int64_t)days * (int64_t)target / (int64_t)rows : (int64_t)days * 4;
    if (next > (int64_t)days * 4)
        next = (int64_t)days * 4;
    if (took_ms > SPAN_MS && next > days * SPAN_MS / took_ms)
        next = days * SPAN_MS / took_ms;
    return next < 1 ? 1 : next > SPAN_DAYS ? SPAN_DAYS : (int32_t)next;
}

/* Rows of neighbouring days, none of which is passed over. */
static enum err_code read_piece(struct collect *c, const struct span *piece, span_row *each, void *context,
                                uint64_t *ret_count, struct err *err)
{
    int32_t first, last;
    struct source_rows *rows = NULL;
    struct span_texts texts;
    unread_bounds(c, piece, &first, &last);
    enum err_code code = span_query(c, piece->stream, first, last, &texts, &rows, err);
    if (code == OK) {
        code = read_rows(c, piece, rows, each, context, ret_count, err);
        code = source_end(rows, code, err);
    }
    return code == ERR_REJECTED ? unread_find(c, piece->stream, first, last, err) : code;
}

enum err_code span_query(struct collect *c, const struct stream *stream, int32_t first, int32_t last,
                         struct span_texts *texts, struct source_rows **ret, struct err *err)
{
    bool open = last >= DAY_FAR;
    span_bound(first, texts->from);
    span_bound(open ? DAY_FAR : last + 1, texts->below);
    const char *const values[] = {texts->from, texts->below};
    return source_query(c->source, open ? stream->select->open : stream->select->range, values, open ? 1 : 2,
                        ret, err);
}

enum err_code span_read(struct collect *c, const struct span *span, span_row *each, void *context,
                        struct err *err)
{
    uint64_t count = 0;
    int64_t began = clock_monotonic_ms();
    struct stream *stream = span->stream;
    struct span piece = *span;
    enum err_code code = OK;
    token_set_clear(&c->span_ids);
    if (c->leaving)
        return OK;
    for (int32_t next = span->from; code == OK && unread_next(c, span, next, &piece); next = piece.to + 1)
        code = read_piece(c, &piece, each, context, &count, err);
    if (code == OK && c->again)
        code = err_set(err, ERR_RETRY, "two rows have one key: reading again without them");
    if (code == OK && span->to < DAY_FAR)
        stream->span_days = span_size(stream->span_days, span->to - span->from + 1, count, TARGET_ROWS,
                                      clock_monotonic_ms() - began);
    return code;
}

enum err_code span_value(struct collect *c, const char *sql, const char *limit, int32_t *ret,
                         char ret_text[static 64], struct err *err)
{
    const char *const values[] = {limit};
    struct source_rows *rows = NULL;
    const struct cell *cells = NULL;
    size_t count = 0;
    *ret = DAY_NONE;
    ret_text[0] = '\0';
    enum err_code code = source_query(c->source, sql, values, 1, &rows, err);
    if (code != OK)
        return code;
    code = source_next(rows, &cells, &count, err);
    bool readable;
    if (code == OK && cells && cells[0].type == CELL_TEXT) {
        *ret = row_day(c->zone, &cells[0], &readable);
        if (*ret == DAY_NONE)
            snprintf(ret_text, 64, "%.*s", (int)(cells[0].len < 63 ? cells[0].len : 63), cells[0].text);
    } else if (code == OK && cells && cells[0].type != CELL_NULL) {
        memcpy(ret_text, "?", 2);
    }
    return source_end(rows, code, err);
}

/* Rows of the very last day, for which no bound is left. */
static enum err_code any_last(struct collect *c, const struct stream *stream, bool *ret, struct err *err)
{
    char last[DAY_TEXT], odd[64];
    int32_t day;
    span_bound(DAY_FAR, last);
    enum err_code code = span_value(c, stream->select->oldest, last, &day, odd, err);
    wipe(odd, sizeof(odd));
    *ret = code == OK && day != DAY_NONE;
    return code;
}

/* The newest day of the source, as far as `to`. */
static enum err_code newest_row(struct collect *c, const struct stream *stream, int32_t to, int32_t *ret,
                                struct err *err)
{
    char below[64], odd[64];
    bool last = false;
    span_bound(to >= DAY_FAR - 1 ? DAY_FAR : to + 2, below);
    enum err_code code = to >= DAY_FAR ? any_last(c, stream, &last, err) : OK;
    *ret = last ? DAY_FAR : DAY_NONE;
    if (code != OK || last)
        return code;
    for (int tries = 0; tries < NEWEST_TRIES; tries++) {
        code = span_value(c, stream->select->newest, below, ret, odd, err);
        if (code != OK || !odd[0])
            break;
        *ret = to < DAY_FAR ? to : DAY_NONE; /* not a date we read: no empty years are skipped */
        if (odd[0] == '?')
            break;
        memcpy(below, odd, sizeof(below));
    }
    wipe(odd, sizeof(odd));
    return code;
}

enum err_code span_newest(struct collect *c, struct stream *stream, int32_t from, int32_t to, bool known,
                          int32_t *ret, struct err *err)
{
    int32_t day;
    enum err_code code = newest_row(c, stream, to, &day, err);
    if (code != OK)
        return code;
    if (day > to)
        day = to;
    int32_t stored = known ? day_newest(c->state, stream->name, to) : DAY_NONE;
    if (stored != DAY_NONE && (day == DAY_NONE || stored > day))
        day = stored;
    *ret = day == DAY_NONE || day < from ? DAY_NONE : day;
    return OK;
}

enum err_code span_oldest(struct collect *c, struct stream *stream, int32_t from, int32_t *ret,
                          struct err *err)
{
    char text[DAY_TEXT], odd[64];
    span_bound(from, text);
    enum err_code code = span_value(c, stream->select->oldest, text, ret, odd, err);
    wipe(odd, sizeof(odd));
    if (code == OK && (*ret == DAY_NONE || *ret < from))
        *ret = from;
    return code;
}

/* Reasons for a row come first among the reasons, after the objection's place; the last place is that of a
 * row which cannot be read whole. */
_Static_assert(WITHHELD_TOO_LARGE == DAY_GONE_KINDS - 3, "a day keeps one count for each reason a row has");
#define GONE_UNREADABLE (DAY_GONE_KINDS - 1)

void gone_count(const struct row_key *key, uint32_t gone[static DAY_GONE_KINDS])
{
    if (key->fate == ROW_OBJECTED)
        gone[0]++;
    else if (key->fate == ROW_WITHHELD && key->why <= WITHHELD_TOO_LARGE)
        gone[1 + key->why]++;
    else if (key->fate == ROW_WITHHELD && key->why == WITHHELD_UNREADABLE)
        gone[GONE_UNREADABLE]++;
}

bool gone_keep(struct collect *c, const struct stream *stream, struct day_entry *entry,
               const struct tally *raw, const uint32_t gone[static DAY_GONE_KINDS])
{
    uint32_t objected = tally_equal(&entry->raw, raw) ? gone[0] : entry->gone[0];
    if (entry->gone[0] == objected &&
        memcmp(entry->gone + 1, gone + 1, sizeof(entry->gone) - sizeof(gone[0])) == 0)
        return false;
    uint64_t more[WITHHELD_KINDS] = {0};
    for (unsigned kind = 1; kind < DAY_GONE_KINDS; kind++)
        if (gone[kind] > entry->gone[kind])
            more[kind == GONE_UNREADABLE ? WITHHELD_UNREADABLE : kind - 1] = gone[kind] - entry->gone[kind];
    draft_withheld(c, stream, more);
    memcpy(entry->gone, gone, sizeof(entry->gone));
    entry->gone[0] = objected;
    return true;
}
