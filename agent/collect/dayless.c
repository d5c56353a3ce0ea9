/* SPDX-License-Identifier: Apache-2.0 */
/* Rows that no span reaches, since they have no day or one that stands in no order: counted as withheld. */
#include <inttypes.h>
#include <stdio.h>

#include "agent/collect/day_column.h"
#include "agent/collect/internal.h"

/* Those that were not there the last time. */
static enum err_code keep_count(struct collect *c, const struct stream *stream, int64_t now, struct err *err)
{
    char name[64], value[24];
    uint64_t more[WITHHELD_KINDS] = {0};
    snprintf(name, sizeof(name), "dayless.%s", stream->name);
    int64_t before = state_get_int(c->state, name, 0);
    if (now == before)
        return state_failure(c->state, err);
    if (now > before)
        more[WITHHELD_NO_DAY] = (uint64_t)(now - before);
    draft_withheld(c, stream, more);
    snprintf(value, sizeof(value), "%" PRId64, now);
    draft_fact(c, name, value);
    return draft_commit(c, err);
}

enum err_code dayless_count(struct collect *c, struct stream *stream, struct err *err)
{
    struct day_counts counts;
    if (c->leaving)
        return OK;
    enum err_code code = day_counts(c->source, stream->select, &counts, err);
    if (code == OK)
        code = keep_count(c, stream, counts.none + counts.unordered, err);
    stream->unordered = code == OK && counts.unordered > 0 && !counts.any;
    if (!stream->unordered)
        return code;
    err_set(err, ERR_REJECTED,
            "stream %s: no row's day begins YYYY-MM-DD: in what order days are is not known", stream->name);
    return err_hint(err, "contact-agent check says what to do");
}
