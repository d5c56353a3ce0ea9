/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/collect/unread.h"

#include <string.h>

#include "agent/collect/window.h"
#include "contact/clock.h"
#include "contact/log.h"
#include "contact/notify.h"

#define UNREAD_MAX 60 /* with more it is no single value, and the stream stands still */
#define AGAIN_MS INT64_C(3600000)

bool unread_next(struct collect *c, const struct span *span, int32_t from, struct span *ret)
{
    int32_t passed;
    while ((passed = day_next_passed(c->state, span->stream->name, from)) == from && from <= span->to)
        from++;
    *ret = (struct span){.stream = span->stream, .from = from, .to = span->to};
    if (passed > from && passed <= span->to)
        ret->to = passed - 1;
    return from <= span->to;
}

static bool is_unread(struct collect *c, const struct stream *stream, int32_t day)
{
    struct day_entry entry;
    return day_get(c->state, stream->name, day, &entry) && entry.work == DAY_UNREAD;
}

void unread_bounds(struct collect *c, const struct span *piece, int32_t *ret_first, int32_t *ret_last)
{
    *ret_first = is_unread(c, piece->stream, piece->from - 1) ? piece->from : piece->from - 1;
    *ret_last = piece->to;
    if (piece->to < DAY_FAR && !is_unread(c, piece->stream, piece->to + 1))
        ++*ret_last;
}

struct search {
    struct collect *c;
    struct stream *stream;
    uint64_t known; /* days that were passed over before */
    uint64_t found;
    bool failed; /* a read did, by its data */
};

/* Without an offset behind the date, readable or not, a row's day is its text's and no neighbour's. */
static bool is_plain(const struct cell *cell)
{
    if (cell->type != CELL_TEXT)
        return false;
    for (size_t i = DAY_TEXT - 1; i < cell->len; i++)
        if (strchr("Zz+-", cell->text[i]))
            return false;
    return true;
}

/* Is the day value that a statement finds by a bound one? */
static enum err_code look_whether_plain(struct search *s, const char *sql, const char *limit, bool *ret,
                                        struct err *err)
{
    const char *const values[] = {limit};
    struct source_rows *rows = NULL;
    const struct cell *cells = NULL;
    size_t count = 0;
    enum err_code code = source_query(s->c->source, sql, values, 1, &rows, err);
    if (code != OK)
        return code;
    code = source_next(rows, &cells, &count, err);
    *ret = *ret && code == OK && cells && is_plain(&cells[0]);
    return source_end(rows, code, err);
}

/* The day whose text this is. Its neighbours too, unless both ends of the text's rows are plain: texts of
 * several zones are not in the order of moments, so the ends do not tell whose days lie between. */
static enum err_code pass_over(struct search *s, int32_t day, const struct err *why, struct err *err)
{
    struct collect *c = s->c;
    char from[DAY_TEXT], below[DAY_TEXT];
    bool plain = true;
    span_bound(day, from);
    span_bound(day + 1, below);
    enum err_code code = look_whether_plain(s, s->stream->select->oldest, from, &plain, err);
    if (code == OK)
        code = look_whether_plain(s, s->stream->select->newest, below, &plain, err);
    if (code != OK)
        return code;
    log_error("stream %s: the day %s is passed over: %s", s->stream->name, from, why->message);
    state_begin(c->state);
    day_pass_over(c->state, s->stream->name, day, DAY_UNREAD);
    for (int32_t beside = day - 1; !plain && beside <= day + 1; beside += 2)
        day_pass_over(c->state, s->stream->name, beside, DAY_BESIDE);
    return state_commit(c->state, err);
}

static enum err_code try_to_read(struct search *s, int32_t first, int32_t last, struct err *err)
{
    struct span_texts texts;
    struct source_rows *rows = NULL;
    const struct cell *cells = NULL;
    size_t count = 0;
    notify_alive();
    enum err_code code = span_query(s->c, s->stream, first, last, &texts, &rows, err);
    if (code != OK)
        return code;
    do
        code = source_next(rows, &cells, &count, err);
    while (code == OK && cells && !s->c->stopping);
    if (code == OK && s->c->stopping)
        code = err_set(err, ERR_RETRY, "stopped while reading");
    return source_end(rows, code, err);
}

/* By halves, the newer one first. */
static enum err_code narrow(struct search *s, int32_t first, int32_t last, struct err *err)
{
    struct err why;
    enum err_code code = try_to_read(s, first, last, &why);
    if (code != ERR_REJECTED) {
        if (code != OK)
            *err = why;
        return code;
    }
    s->failed = true;
    if (first == last)
        return s->known + ++s->found > UNREAD_MAX ? ERR_REJECTED : pass_over(s, first, &why, err);
    int32_t middle = first + (last - first) / 2;
    code = narrow(s, middle + 1, last, err);
    return code == OK ? narrow(s, first, middle, err) : code;
}

enum err_code unread_find(struct collect *c, struct stream *stream, int32_t first, int32_t last,
                          struct err *err)
{
    if (clock_monotonic_ms() < stream->rests_until_ms)
        return ERR_REJECTED; /* this round has sought already, in vain */
    struct search s = {.c = c, .stream = stream, .known = day_count_work(c->state, stream->name, DAY_UNREAD)};
    enum err_code code = narrow(&s, first, last, err);
    if (code == OK && !s.failed) /* mended meanwhile: no reason to rest */
        return err_set(err, ERR_RETRY, "stream %s: what could not be read can be now", stream->name);
    if (code != OK || s.found == 0)
        return code == OK ? ERR_REJECTED : code;
    c->again = true;
    return err_set(err, ERR_RETRY, "stream %s: a day cannot be read: reading again without it", stream->name);
}

enum err_code unread_again(struct collect *c, struct stream *stream, struct err *err)
{
    int64_t now = clock_monotonic_ms();
    bool rests = stream->unread_ms != 0 && now - stream->unread_ms < AGAIN_MS;
    if (c->in_hot ||
        (rests && !c->leaving)) /* what another sweep of it has passed over stays so to its end */
        return OK;
    stream->unread_ms = now;
    if (day_next_passed(c->state, stream->name, INT32_MIN) == DAY_NONE)
        return state_failure(c->state, err);
    struct stop
        stop; /* it judged what was read: what was not, and lacks rows now, is likely of the same cause */
    bool hold = !c->leaving && stop_get(c->state, stream->name, &stop);
    state_begin(c->state);
    day_ask_passed(c->state, stream->name, window_from(c), window_end(c), hold);
    return state_commit(c->state, err);
}
