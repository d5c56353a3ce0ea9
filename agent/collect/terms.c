/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/collect/terms.h"

#include <stdio.h>
#include <string.h>

#include "agent/record/rules.h"

#define NAME_MAX_LEN 64
#define LINE_MAX_LEN 2000

/* ---- writing ---- */

static void put_column(struct buf *out, const struct mapping_column *column)
{
    buf_printf(out, "%s.%s", column->alias, column->column);
}

static void put_from(struct buf *out, const struct mapping_from *from)
{
    buf_puts(out, " read from ");
    for (size_t i = 0; i < from->count; i++)
        buf_printf(out, "%s%s %s",
                   i == 0                ? ""
                   : from->joins[i].left ? " left join "
                                         : " join ",
                   from->joins[i].table, from->joins[i].alias);
    buf_putc(out, '\n');
}

static void put_columns(struct buf *out, const char *what, const struct mapping_stream *stream,
                        const unsigned *columns, unsigned count)
{
    buf_printf(out, " %s: ", what);
    for (unsigned i = 0; i < count; i++) {
        buf_puts(out, i == 0 ? "" : ", ");
        put_column(out, &stream->columns[columns[i]]);
    }
    buf_putc(out, '\n');
}

/* What identifies stays on site; that it is read is agreed to all the same. */
static void put_identifiers(struct buf *out, const struct mapping_stream *stream)
{
    for (unsigned i = 0; i < stream->identifier_count; i++) {
        buf_puts(out, " read for cleaning, never sent: ");
        put_column(out, &stream->columns[stream->identifiers[i].column]);
        buf_putc(out, '\n');
    }
}

static void put_fields(struct buf *out, const struct mapping_stream *stream)
{
    for (unsigned i = 0; i < stream->model->field_count; i++) {
        const struct mapping_rule *rule = stream->rules[i];
        if (rule == NULL)
            continue;
        buf_printf(out, " sent: %s, from ", stream->model->fields[i].name);
        put_column(out, &stream->columns[mapping_rule_column(rule)]);
        buf_printf(out, ", as %s\n", mapping_rule_text(rule));
    }
}

static void put_stream(struct buf *out, const struct mapping_stream *stream)
{
    buf_printf(out, "%s ", stream->model->name);
    buf_hex(out, stream->hash, sizeof(stream->hash));
    buf_putc(out, '\n');
    put_from(out, &stream->from);
    put_columns(out, "record", stream, stream->key, stream->key_count);
    put_columns(out, "day", stream, &stream->day, 1);
    if (stream->has_person) {
        buf_puts(out, " patient: ");
        put_column(out, &stream->person);
        buf_putc(out, '\n');
    }
    put_fields(out, stream);
    put_identifiers(out, stream);
}

static void put_names(struct buf *out, const struct mapping_gazetteer *g)
{
    char **const lists[] = {g->name, g->given_name, g->street, g->city};
    buf_printf(out, " names learnt from %s:", g->table);
    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
        for (char **c = lists[i]; c && *c; c++)
            buf_printf(out, " %s", *c);
    buf_printf(out, " (%s)\n", mapping_encoding_name(g->encoding));
}

static void put_labels(struct buf *out, const struct mapping *mapping)
{
    if (mapping->label_count > 0)
        buf_puts(out, TERMS_LABELS "\n");
    for (unsigned i = 0; i < mapping->label_count; i++) {
        const struct mapping_labels *l = &mapping->labels[i];
        buf_printf(out, " labels of %s from %s: %s, %s (%s)\n", l->thesaurus->name, l->table, l->code,
                   l->label, mapping_encoding_name(l->encoding));
    }
}

void terms_write(const struct mapping *mapping, struct buf *out)
{
    char from[DAY_TEXT], to[DAY_TEXT] = "";
    day_format(mapping->days_from, from);
    if (mapping->days_to != DAY_NONE)
        day_format(mapping->days_to, to);
    buf_printf(out, TERMS_GENERAL "\n days from %s%s%s\n", from, to[0] ? " to " : "", to);
    if (mapping->hold_days > 0)
        buf_printf(out, " held for %u days before they leave\n", mapping->hold_days);
    for (unsigned i = 0; i < mapping->gazetteer_count; i++)
        put_names(out, &mapping->gazetteer[i]);
    for (unsigned i = 0; i < mapping->stream_count; i++)
        if (mapping->streams[i])
            put_stream(out, mapping->streams[i]);
    put_labels(out, mapping);
}

/* ---- comparing ---- */

static const char *next_line(const char *line)
{
    const char *end = strchr(line, '\n');
    return end ? end + 1 : line + strlen(line);
}

static size_t line_len(const char *line)
{
    return strcspn(line, "\n");
}

/* The heading of a section; "" at the end of the text when there is none. */
static const char *section(const char *terms, const char *name, size_t name_len)
{
    for (; *terms; terms = next_line(terms))
        if (*terms != ' ' && strcspn(terms, " \n") == name_len && strncmp(terms, name, name_len) == 0)
            break;
    return terms;
}

static size_t section_len(const char *head)
{
    const char *end = *head ? next_line(head) : head;
    while (*end == ' ')
        end = next_line(end);
    return (size_t)(end - head);
}

static bool same_section(const char *a, const char *b, const char *name)
{
    const char *left = section(a, name, strlen(name)), *right = section(b, name, strlen(name));
    size_t len = section_len(left);
    return len > 0 && len == section_len(right) && memcmp(left, right, len) == 0;
}

bool terms_cover(const char *agreed, const char *now, const char *stream)
{
    return same_section(agreed, now, TERMS_GENERAL) && same_section(agreed, now, stream);
}

static bool has_line(const char *head, const char *line)
{
    size_t len = line_len(line);
    for (const char *at = next_line(head); *at == ' '; at = next_line(at))
        if (line_len(at) == len && memcmp(at, line, len) == 0)
            return true;
    return false;
}

struct difference {
    void (*each)(void *context, const char *section, enum terms_change change, const char *line);
    void *context;
    char name[NAME_MAX_LEN];
    size_t count;
};

/* The lines of one section that the other's lacks. */
static void tell_lines(struct difference *d, const char *of, const char *other, enum terms_change change)
{
    for (const char *at = *of ? next_line(of) : of; *at == ' '; at = next_line(at)) {
        char line[LINE_MAX_LEN];
        if (*other && has_line(other, at))
            continue;
        snprintf(line, sizeof(line), "%.*s", (int)line_len(at + 1), at + 1);
        d->count++;
        d->each(d->context, d->name, change, line);
    }
}

static void tell_section(struct difference *d, const char *before, const char *after)
{
    d->count = 0;
    tell_lines(d, before, after, TERMS_GONE);
    tell_lines(d, after, before, TERMS_NEW);
    bool both = *before && *after;
    if (d->count == 0 && both &&
        (line_len(before) != line_len(after) || memcmp(before, after, line_len(before)) != 0))
        d->each(d->context, d->name, TERMS_OTHER, "");
}

void terms_compare(const char *agreed, const char *now,
                   void (*each)(void *context, const char *section, enum terms_change change,
                                const char *line),
                   void *context)
{
    struct difference d = {.each = each, .context = context};
    for (const char *head = now; *head; head += section_len(head)) {
        snprintf(d.name, sizeof(d.name), "%.*s", (int)strcspn(head, " \n"), head);
        tell_section(&d, section(agreed, d.name, strlen(d.name)), head);
    }
    for (const char *head = agreed; *head; head += section_len(head)) {
        snprintf(d.name, sizeof(d.name), "%.*s", (int)strcspn(head, " \n"), head);
        if (!*section(now, d.name, strlen(d.name)))
            tell_section(&d, head, "");
    }
}
