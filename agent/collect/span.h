/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of a span of days. */
#ifndef AGENT_COLLECT_SPAN_H
#define AGENT_COLLECT_SPAN_H

#include "agent/collect/internal.h"

struct span {
    struct stream *stream;
    int32_t from, to; /* both included; to DAY_FAR: open */
};
/* A day's text as a bound; the source compares texts. */
void span_bound(int32_t day, char text[static DAY_TEXT]);
/* How many days the next span has, after one of so many days gave so many rows in that time; before: this
 * one's answer last time. target: rows that a span is to have. */
int32_t span_size(int32_t before, int32_t days, uint64_t rows, uint64_t target, int64_t took_ms);
/* Called for rows within the span that are a record, objected or withheld. Returning an error ends the read.
 */
typedef enum err_code span_row(void *context, const struct cell *row, size_t count, const struct row_key *key,
                               struct err *err);
/* ERR_RETRY: the read says nothing. Days that are passed over are left out; one that is found to be such
 * makes it ERR_RETRY, with c->again. */
MUST_CHECK enum err_code span_read(struct collect *c, const struct span *span, span_row *each, void *context,
                                   struct err *err);
struct span_texts {
    char from[DAY_TEXT], below[DAY_TEXT];
};
/* The rows whose days' texts begin with one of first..last; last DAY_FAR: open. *texts holds the bounds,
 * until source_end. */
MUST_CHECK enum err_code span_query(struct collect *c, const struct stream *stream, int32_t first,
                                    int32_t last, struct span_texts *texts, struct source_rows **ret,
                                    struct err *err);
/* The day value that a statement finds by a bound; DAY_NONE when there is none. *ret_text takes one that is
 * no date. */
MUST_CHECK enum err_code span_value(struct collect *c, const char *sql, const char *limit, int32_t *ret,
                                    char ret_text[static 64], struct err *err);
/* The newest day up to `to`, and not before `from`, that the source or (known) the state has; DAY_NONE for
 * none. */
MUST_CHECK enum err_code span_newest(struct collect *c, struct stream *stream, int32_t from, int32_t to,
                                     bool known, int32_t *ret, struct err *err);
/* The oldest day of the source that is not before `from`; `from` when it cannot be told. */
MUST_CHECK enum err_code span_oldest(struct collect *c, struct stream *stream, int32_t from, int32_t *ret,
                                     struct err *err);
void gone_count(const struct row_key *key, uint32_t gone[static DAY_GONE_KINDS]);
/* Rows withheld that were not before, added to the counters; *entry takes the new counts, but that of
 * objectors only while its rows are those it was sent with (raw: as read now). True when something differs.
 */
bool gone_keep(struct collect *c, const struct stream *stream, struct day_entry *entry,
               const struct tally *raw, const uint32_t gone[static DAY_GONE_KINDS]);

#endif
