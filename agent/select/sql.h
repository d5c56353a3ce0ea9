/* SPDX-License-Identifier: Apache-2.0 */
/* How a statement is written, for the files of select. */
#ifndef AGENT_SELECT_SQL_H
#define AGENT_SELECT_SQL_H

#include "agent/select/select.h"
#include "contact/buf.h"

#define SQL_MAX (256 * 1024)

struct sql_text {
    struct buf out;
    const struct source_dialect *dialect;
    enum days days;
    const char *prefix; /* of every alias: a subquery's own tables must not hide the row's */
};

void sql_name(struct sql_text *t, const char *identifier);
void sql_column(struct sql_text *t, const struct mapping_column *c);
void sql_table(struct sql_text *t, const char *table_name, const char *alias);
void sql_from(struct sql_text *t, const struct mapping_from *f);
/* May the agent read a column's value as one of these? Rather yes than no: however it is padded, in capitals
 * or not, 5 as 5.00, true for 1. */
void sql_may_be_one_of(struct sql_text *t, const struct mapping_column *c, char *const *values);
/* "is none of these AND", where the product can tell so cheaply and with certainty; else nothing. NULL is
 * taken for one of them. */
void sql_unless_one_of(struct sql_text *t, const struct mapping_column *c, char *const *values);
/* "word day test" */
void sql_where_day(struct sql_text *t, const struct mapping_stream *s, const char *word, const char *test);
/* The first day value that passes the test, which has one parameter, in this order (" DESC" or ""). */
char *sql_one_day(struct sql_text *t, const struct mapping_stream *s, const char *test, const char *order);
/* Fills the statements that count rows by what their day is. */
void sql_day_counts(struct sql_text *t, const struct mapping *mapping, const struct mapping_stream *stream,
                    struct select *ret);
/* The statement, the caller's; NULL when it is too long. Empties what was written. */
char *sql_finish(struct sql_text *t);

#endif
