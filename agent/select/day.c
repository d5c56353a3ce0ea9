/* SPDX-License-Identifier: Apache-2.0 */
/* The statements about the day alone: which is the newest, and which rows stand in no order of days. */
#include "agent/select/sql.h"

const char *day_table(const struct mapping *mapping, const struct mapping_stream *stream)
{
    return mapping_table(mapping, stream, stream->columns[stream->day].alias);
}

void sql_where_day(struct sql_text *t, const struct mapping_stream *s, const char *word, const char *test)
{
    buf_puts(&t->out, word);
    sql_column(t, &s->columns[s->day]);
    buf_puts(&t->out, test);
}

/* Is the day one that stands in the order of days as texts? Where the text is told by a conversion that trims
 * it, what comes before every digit is told by the value itself: a blank before a day puts it before all
 * days.
 */
static void in_order(struct sql_text *t, const struct mapping_stream *s)
{
    const struct mapping_column *day = &s->columns[s->day];
    bool any_type = t->dialect->any_type;
    if (any_type) {
        buf_puts(&t->out, "typeof(");
        sql_column(t, day);
        buf_puts(&t->out, ") = 'text' AND ");
    }
    buf_puts(&t->out, any_type ? "" : t->dialect->text_open);
    sql_column(t, day);
    buf_printf(&t->out, "%s LIKE '____-__-__%%' AND ", any_type ? "" : t->dialect->text_close);
    sql_column(t, day);
    buf_puts(&t->out, " >= '0'");
}

char *sql_one_day(struct sql_text *t, const struct mapping_stream *s, const char *test, const char *order)
{
    buf_puts(&t->out, t->dialect->limit_by_top ? "SELECT TOP 1 " : "SELECT ");
    sql_column(t, &s->columns[s->day]);
    buf_puts(&t->out, " FROM ");
    sql_from(t, &s->from);
    sql_where_day(t, s, " WHERE ", test);
    if (t->days == DAYS_TEXT) {
        buf_puts(&t->out, " AND ");
        in_order(t, s);
    }
    sql_where_day(t, s, " ORDER BY ", order);
    if (!t->dialect->limit_by_top)
        buf_puts(&t->out, " LIMIT 1");
    return sql_finish(t);
}

static char *dayless(struct sql_text *t, const struct mapping_stream *s)
{
    buf_puts(&t->out, "SELECT COUNT(*) FROM ");
    sql_from(t, &s->from);
    sql_where_day(t, s, " WHERE ", " IS NULL");
    return sql_finish(t);
}

/* Rows whose day is a value that stands in no order; of the day's own table, or of the whole stream. */
static char *unordered(struct sql_text *t, const struct mapping *m, const struct mapping_stream *s,
                       bool in_table)
{
    if (t->days == DAYS_DATE)
        return NULL;
    buf_puts(&t->out, "SELECT COUNT(*) FROM ");
    if (in_table)
        sql_table(t, day_table(m, s), s->columns[s->day].alias);
    else
        sql_from(t, &s->from);
    buf_puts(&t->out, " WHERE NOT (");
    in_order(t, s);
    buf_puts(&t->out, ")");
    sql_where_day(t, s, " AND ", " IS NOT NULL");
    return sql_finish(t);
}

void sql_day_counts(struct sql_text *t, const struct mapping *mapping, const struct mapping_stream *stream,
                    struct select *ret)
{
    ret->dayless = dayless(t, stream);
    ret->unordered_table = unordered(t, mapping, stream, true);
    ret->unordered = unordered(t, mapping, stream, false);
}
