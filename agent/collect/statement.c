/* SPDX-License-Identifier: Apache-2.0 */
/* Statements: what the centre must hold of each day, and up to which seq that is so (DESIGN 6.7). Days
 * without records are stated too, else a record left over on one would never be found. A day about to be sent
 * again, or whose end is held back, is not stated. */
#include <string.h>

#include "agent/collect/internal.h"
#include "agent/collect/window.h"
#include "contact/record_line.h"

struct statement {
    struct collect *c;
    struct stream *stream;
    int32_t next;  /* the first day not stated yet */
    int32_t known; /* days from here on were read at least once */
    uint64_t upto;
    enum err_code code;
    struct err *err;
};

static void state_one(struct statement *s, int32_t day, const struct tally *sent)
{
    static const struct draft_target target = {.stream = "statement", .lane = LANE_BACKLOG};
    struct collect *c = s->c;
    uint64_t seq = 0;
    if (s->code == OK)
        s->code = draft_room(c, &target, &seq, s->err);
    if (s->code != OK)
        return;
    buf_clear(&c->line);
    record_line_tally(&c->line, RECORD_STATEMENT, s->stream->name, day, sent, s->upto, NULL);
    s->code = draft_line(c, &c->line, NULL, s->err);
}

/* Of days to come only those are stated that have a record: one row of 9999-12-31 would make millions. */
static void state_empty(struct statement *s, int32_t before)
{
    static const struct tally nothing;
    before = before < s->c->today + 1 ? before : s->c->today + 1;
    for (int32_t day = s->next > s->known ? s->next : s->known; day < before; day++)
        state_one(s, day, &nothing);
}

static bool on_day(void *context, const struct day_entry *entry)
{
    struct statement *s = context;
    state_empty(s, entry->day);
    if (entry->work == DAY_CLEAN && !entry->held)
        state_one(s, entry->day, &entry->sent);
    s->next = entry->day + 1;
    return s->code == OK;
}

/* Days below are still to be backfilled, and nothing is known of them. */
static int32_t known_from(struct collect *c, const struct stream *stream)
{
    char name[64];
    snprintf(name, sizeof(name), "backfill.%s", stream->name);
    int64_t at = state_get_int(c->state, name, DAY_FAR);
    return at == DAY_NONE ? INT32_MIN : (int32_t)at + 1;
}

static enum err_code state_stream(struct collect *c, struct stream *stream, int32_t from, int32_t to,
                                  uint64_t upto, struct err *err)
{
    struct statement s = {.c = c, .stream = stream, .next = from, .upto = upto, .err = err};
    s.known = known_from(c, stream);
    to = to < window_to(c) ? to : window_to(c);
    day_each(c->state, stream->name, from, to, on_day, &s);
    if (s.code == OK)
        state_empty(&s, to < DAY_FAR ? to + 1 : DAY_FAR);
    return s.code == OK ? state_failure(c->state, err) : s.code;
}

static enum err_code finish(struct collect *c, enum err_code code, struct err *err)
{
    if (code == OK)
        code = draft_commit(c, err);
    if (code != OK)
        draft_discard(c);
    return code;
}

enum err_code statement_stream(struct collect *c, struct stream *stream, int32_t from, int32_t to,
                               struct err *err)
{
    enum err_code code = draft_commit(c, err);
    if (code == OK)
        code = state_stream(c, stream, from, to, c->last_seq, err);
    return finish(c, code, err);
}

enum err_code statement_send(struct collect *c, int32_t from, int32_t to, struct err *err)
{
    enum err_code code = draft_commit(c, err);
    uint64_t upto = c->last_seq;
    for (unsigned i = 0; code == OK && i < c->stream_count; i++)
        if (!c->streams[i].stopped[0])
            code = state_stream(c, &c->streams[i], from, to, upto, err);
    return finish(c, code, err);
}
