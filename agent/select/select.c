/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/select/sql.h"

#include <stdlib.h>
#include <string.h>

#include "contact/mem.h"

/* An identifier, its closing quote doubled. */
static void prefixed(struct sql_text *t, const char *prefix, const char *identifier)
{
    buf_putc(&t->out, t->dialect->quote_open);
    buf_puts(&t->out, prefix);
    for (const char *c = identifier; *c; c++) {
        if (*c == t->dialect->quote_close)
            buf_putc(&t->out, *c);
        buf_putc(&t->out, *c);
    }
    buf_putc(&t->out, t->dialect->quote_close);
}

void sql_name(struct sql_text *t, const char *identifier)
{
    prefixed(t, "", identifier);
}

static void alias_name(struct sql_text *t, const char *alias)
{
    prefixed(t, t->prefix ? t->prefix : "", alias);
}

void sql_column(struct sql_text *t, const struct mapping_column *c)
{
    alias_name(t, c->alias);
    buf_putc(&t->out, '.');
    sql_name(t, c->column);
}

/* One value as a pattern, in capitals. Blanks within it are anything: some products take all out. A letter
 * beyond ASCII is any character, or as many as it has bytes, since the database may keep it in an encoding of
 * which it knows nothing; so is a sign that SQL reads otherwise. */
static void pattern(struct sql_text *t, const char *value, bool bytes)
{
    for (const char *c = value; *c; c++) {
        unsigned char u = (unsigned char)*c;
        if (u >= 0xC0 || (bytes && u >= 0x80) || strchr("'\\%_[]^", *c))
            buf_putc(&t->out, '_');
        else if (strchr(" \t\r\n", *c))
            buf_putc(&t->out, '%');
        else if (u < 0x80)
            buf_putc(&t->out, *c >= 'a' && *c <= 'z' ? (char)(*c - 'a' + 'A') : *c);
    }
}

/* The next way to write a value. more: what follows it. Where LIKE looks into values of any type, whether the
 * value is in there at all comes first, which spares nearly every row the conversions. */
static void or_like(struct sql_text *t, const struct mapping_column *c, bool *first, const char *value,
                    bool bytes, const char *more)
{
    buf_puts(&t->out, *first ? "(" : " OR ");
    *first = false;
    if (t->dialect->any_type) {
        buf_putc(&t->out, '(');
        sql_column(t, c);
        buf_puts(&t->out, " LIKE '%");
        pattern(t, value, bytes);
        buf_puts(&t->out, "%' OR typeof(");
        sql_column(t, c);
        buf_puts(&t->out, ") = 'blob') AND ");
    }
    buf_printf(&t->out, "UPPER(%s", t->dialect->text_open);
    sql_column(t, c);
    buf_printf(&t->out, "%s) LIKE '", t->dialect->text_close);
    pattern(t, value, bytes);
    buf_printf(&t->out, "%s'", more);
}

static bool all_of(const char *text, unsigned char from, unsigned char to)
{
    for (; *text; text++)
        if ((unsigned char)*text < from || (unsigned char)*text > to)
            return false;
    return true;
}

static bool is_number(const char *value)
{
    value += *value == '-';
    return *value && all_of(value, '0', '9');
}

/* A BIT's bytes, and a number with zeros before it. */
static void or_number(struct sql_text *t, const struct mapping_column *c, const char *value)
{
    if (strcmp(value, "0") == 0 || strcmp(value, "1") == 0) {
        buf_puts(&t->out, " OR CAST(");
        sql_column(t, c);
        buf_printf(&t->out, " AS BINARY) = CHAR(%s)", value);
    }
    buf_puts(&t->out, " OR (CAST(");
    sql_column(t, c);
    buf_printf(&t->out, " AS BINARY) LIKE '0%%%s' AND ", value);
    sql_column(t, c);
    buf_printf(&t->out, " + 0 = %s)", value);
}

void sql_may_be_one_of(struct sql_text *t, const struct mapping_column *c, char *const *values)
{
    bool first = true;
    for (char *const *value = values; *value; value++) {
        bool one = strcmp(*value, "1") == 0;
        or_like(t, c, &first, *value, false, "");
        if (!all_of(*value, 1, 0x7f))
            or_like(t, c, &first, *value, true, "");
        if (is_number(*value))
            or_like(t, c, &first, *value, false, ".0%");
        if (is_number(*value) && t->dialect->odd_numbers)
            or_number(t, c, *value);
        if (t->dialect->booleans && (one || strcmp(*value, "0") == 0))
            or_like(t, c, &first, one ? "true" : "false", false, "");
    }
    if (!first && t->dialect->nul_open) {
        buf_printf(&t->out, " OR %s", t->dialect->nul_open);
        sql_column(t, c);
        buf_puts(&t->out, t->dialect->nul_close);
    }
    buf_puts(&t->out, first ? "(1 = 0)" : ")");
}

/* A value that an SQL literal holds as it is, in every product and encoding. */
static bool is_plain(const char *value)
{
    for (const char *c = value; *c; c++)
        if (!(*c >= '0' && *c <= '9') && !(*c >= 'A' && *c <= 'Z') && !(*c >= 'a' && *c <= 'z'))
            return false;
    return *value != '\0';
}

void sql_unless_one_of(struct sql_text *t, const struct mapping_column *c, char *const *values)
{
    bool any = false;
    for (char *const *value = values; t->dialect->bytes_open && value && *value; value++) {
        if (!is_plain(*value))
            continue;
        if (!any) {
            buf_puts(&t->out, t->dialect->bytes_open);
            sql_column(t, c);
            buf_printf(&t->out, "%s NOT IN (", t->dialect->bytes_close);
        }
        buf_printf(&t->out, "%s'%s'", any ? ", " : "", *value);
        any = true;
    }
    if (any)
        buf_puts(&t->out, ") AND ");
}

void sql_table(struct sql_text *t, const char *table_name, const char *alias)
{
    sql_name(t, table_name);
    buf_puts(&t->out, " AS ");
    alias_name(t, alias);
}

static void conditions(struct sql_text *t, const struct mapping_join *join)
{
    for (size_t i = 0; i < join->condition_count; i++) {
        buf_puts(&t->out, i ? " AND " : " ON ");
        sql_column(t, &join->left_side[i]);
        buf_puts(&t->out, " = ");
        sql_column(t, &join->right_side[i]);
    }
}

void sql_from(struct sql_text *t, const struct mapping_from *f)
{
    for (size_t i = 0; i < f->count; i++) {
        const struct mapping_join *join = &f->joins[i];
        if (i > 0)
            buf_puts(&t->out, join->left ? " LEFT JOIN " : " JOIN ");
        sql_table(t, join->table, join->alias);
        if (i > 0)
            conditions(t, join);
    }
}

/* The person's tables hang on the row by a chain of LEFT JOINs, which no database answers by copying the
 * whole table of persons, as some do for LEFT JOIN (a JOIN b). What its inner joins would have left out is
 * seen by found() below. */
static void person_from(struct sql_text *t, const struct mapping *m, const struct mapping_stream *s)
{
    for (size_t i = 0; i < m->person_from.count; i++) {
        const struct mapping_join *join = &m->person_from.joins[i];
        buf_puts(&t->out, " LEFT JOIN ");
        sql_table(t, join->table, join->alias);
        if (i > 0) {
            conditions(t, join);
            continue;
        }
        buf_puts(&t->out, " ON ");
        sql_column(t, &m->person_key);
        buf_puts(&t->out, " = ");
        sql_column(t, &s->person);
    }
}

/* A column of an inner-joined table that its join compares: NULL exactly when the join found no row. */
static const struct mapping_column *joined_by(const struct mapping_join *join)
{
    for (size_t i = 0; i < join->condition_count; i++) {
        if (strcmp(join->left_side[i].alias, join->alias) == 0)
            return &join->left_side[i];
        if (strcmp(join->right_side[i].alias, join->alias) == 0)
            return &join->right_side[i];
    }
    return NULL;
}

/* The person's key, NULL unless every table that the person needs has its row. */
static void found(struct sql_text *t, const struct mapping *m, const struct mapping_column *key)
{
    bool any = false;
    for (size_t i = 1; i < m->person_from.count; i++) {
        const struct mapping_join *join = &m->person_from.joins[i];
        const struct mapping_column *by = join->left ? NULL : joined_by(join);
        if (!by)
            continue;
        buf_puts(&t->out, any ? " OR " : "CASE WHEN ");
        sql_column(t, by);
        buf_puts(&t->out, " IS NULL");
        any = true;
    }
    if (any)
        buf_puts(&t->out, " THEN NULL ELSE ");
    sql_column(t, key);
    if (any)
        buf_puts(&t->out, " END");
}

static void death(struct sql_text *t, const struct mapping_death *d)
{
    buf_puts(&t->out, ", CASE WHEN EXISTS (SELECT 1 FROM ");
    sql_table(t, d->table, d->alias);
    buf_puts(&t->out, " WHERE ");
    sql_column(t, &d->on_left);
    buf_puts(&t->out, " = ");
    sql_column(t, &d->on_right);
    buf_puts(&t->out, " AND ");
    sql_may_be_one_of(t, &d->field, d->values);
    buf_puts(&t->out, ") THEN 1 ELSE 0 END");
}

/* The texts of another stream's rows, or of this one's others, that belong to the same call. */
static void joined_text(struct sql_text *t, const struct mapping *m, const struct mapping_stream *s,
                        const struct mapping_text *text)
{
    const struct mapping_stream *other = m->streams[text->stream];
    if (!t->dialect->join_open) {
        buf_puts(&t->out, ", NULL");
        return;
    }
    buf_printf(&t->out, ", (SELECT %s", t->dialect->join_open);
    t->prefix = "other_";
    sql_column(t, &other->columns[text->column]);
    buf_printf(&t->out, "%s FROM ", t->dialect->join_close);
    sql_from(t, &other->from);
    for (unsigned i = 0; i < s->episode_count; i++) {
        t->prefix = "other_";
        buf_puts(&t->out, i ? " AND " : " WHERE ");
        sql_column(t, &other->columns[other->episode[i]]);
        t->prefix = NULL;
        buf_puts(&t->out, " = ");
        sql_column(t, &s->columns[s->episode[i]]);
    }
    buf_putc(&t->out, ')');
}

static void rows(struct sql_text *t, const struct mapping *m, const struct mapping_stream *s)
{
    buf_puts(&t->out, "SELECT ");
    for (unsigned i = 0; i < s->column_count; i++) {
        if (i > 0)
            buf_puts(&t->out, ", ");
        if ((int)i == s->person_found)
            found(t, m, &s->columns[i]);
        else if (!s->fingerprinted[i])
            buf_puts(&t->out, "NULL"); /* `changed` alone reads it, and asks for itself */
        else
            sql_column(t, &s->columns[i]);
    }
    if (s->death)
        death(t, s->death);
    for (unsigned i = 0; i < s->text_count; i++)
        if (s->texts[i].joined)
            joined_text(t, m, s, &s->texts[i]);
    buf_puts(&t->out, " FROM ");
    sql_from(t, &s->from);
    if (s->has_person)
        person_from(t, m, s);
}

char *sql_finish(struct sql_text *t)
{
    char *sql = buf_ok(&t->out) ? mem_dup(buf_text(&t->out)) : NULL;
    buf_clear(&t->out);
    return sql;
}

static char *look(struct sql_text *t, const struct mapping_stream *s)
{
    if (s->changed < 0)
        return NULL;
    buf_puts(&t->out, "SELECT COUNT(*), MAX(");
    sql_column(t, &s->columns[s->changed]);
    buf_puts(&t->out, ") FROM ");
    sql_from(t, &s->from);
    sql_where_day(t, s, " WHERE ", " >= ?");
    return sql_finish(t);
}

/* Without the person, whose rows can double a row only on its own day, where the read itself sees it. */
static char *keys(struct sql_text *t, const struct mapping_stream *s)
{
    buf_puts(&t->out, "SELECT ");
    for (unsigned i = 0; i < s->key_count; i++) {
        if (i > 0)
            buf_puts(&t->out, ", ");
        sql_column(t, &s->columns[s->key[i]]);
    }
    buf_puts(&t->out, " FROM ");
    sql_from(t, &s->from);
    sql_where_day(t, s, " WHERE ", " >= ?");
    sql_where_day(t, s, " AND ", " < ?");
    return sql_finish(t);
}

static char *counted(struct sql_text *t, const struct mapping_stream *s)
{
    buf_puts(&t->out, "SELECT COUNT(*) FROM ");
    sql_from(t, &s->from);
    sql_where_day(t, s, " WHERE ", " >= ?");
    return sql_finish(t);
}

/* The value as it stands there, and the day, of each row in which a column has it. */
static char *days_of(struct sql_text *t, const struct mapping_stream *s, const struct mapping_column *whose)
{
    buf_puts(&t->out, "SELECT ");
    sql_column(t, whose);
    buf_puts(&t->out, ", ");
    sql_column(t, &s->columns[s->day]);
    buf_puts(&t->out, " FROM ");
    sql_from(t, &s->from);
    buf_puts(&t->out, " WHERE ");
    sql_column(t, whose);
    buf_puts(&t->out, " = ?");
    return sql_finish(t);
}

static char *person_rows(struct sql_text *t, const struct mapping *m, const struct mapping_stream *s)
{
    if (!s->has_person)
        return NULL;
    rows(t, m, s);
    buf_puts(&t->out, " WHERE ");
    sql_column(t, &s->person);
    buf_puts(&t->out, " = ?");
    sql_where_day(t, s, " ORDER BY ", "");
    return sql_finish(t);
}

static char *practitioner(struct sql_text *t, const struct mapping_stream *s)
{
    for (unsigned i = 0; i < s->model->field_count; i++)
        if (s->rules[i] && s->model->fields[i].type == FIELD_TOKEN)
            return days_of(t, s, &s->columns[mapping_rule_column(s->rules[i])]);
    return NULL;
}

struct select *select_new(const struct mapping *mapping, const struct mapping_stream *stream,
                          const struct source_dialect *dialect, enum days days)
{
    struct select *sel = mem_new(1, sizeof(*sel));
    struct sql_text t = {.out = BUF_INIT(SQL_MAX), .dialect = dialect, .days = days};
    sel->days = days;
    rows(&t, mapping, stream);
    sql_where_day(&t, stream, " WHERE ", " >= ?");
    sql_where_day(&t, stream, " AND ", " < ?");
    sql_where_day(&t, stream, " ORDER BY ", "");
    sel->range = sql_finish(&t);
    rows(&t, mapping, stream);
    sql_where_day(&t, stream, " WHERE ", " >= ?");
    sql_where_day(&t, stream, " ORDER BY ", "");
    sel->open = sql_finish(&t);
    sel->newest = sql_one_day(&t, stream, " < ?", " DESC");
    sel->oldest = sql_one_day(&t, stream, " >= ?", "");
    sel->look = look(&t, stream);
    sel->keys = keys(&t, stream);
    sel->person = stream->has_person ? days_of(&t, stream, &stream->person) : NULL;
    sel->person_rows = person_rows(&t, mapping, stream);
    sel->practitioner = practitioner(&t, stream);
    sql_day_counts(&t, mapping, stream, sel);
    sel->count = counted(&t, stream);
    buf_free(&t.out);
    return sel;
}

void select_free(struct select *sel)
{
    if (!sel)
        return;
    free(sel->range);
    free(sel->open);
    free(sel->newest);
    free(sel->oldest);
    free(sel->look);
    free(sel->keys);
    free(sel->person);
    free(sel->person_rows);
    free(sel->practitioner);
    free(sel->dayless);
    free(sel->unordered);
    free(sel->unordered_table);
    free(sel->count);
    free(sel);
}
