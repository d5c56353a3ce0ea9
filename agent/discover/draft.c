/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/discover/draft.h"

#include <string.h>

#define THESAURUS_PERCENT 2

static const char head[] =
    "# SPDX-License-Identifier: Apache-2.0\n"
    "#\n"
    "# A draft, made from the names, types and shapes of tables and columns; it holds no value of any row.\n"
    "# Read every line: a name may mean something else. EDIT marks what only the association knows;\n"
    "# contact-agent discover --values shows, on the terminal, the values of coded columns.\n"
    "# Then: contact-agent check, contact-agent preview. What is not named here is never read.\n"
    "\n"
    "mapping: draft\n"
    "model: %s\n"
    "time_zone: Europe/Paris  # EDIT: of the database's local times (Indian/Reunion, America/Martinique)\n"
    "days: {from: 2015-01-01}  # EDIT: the first day to send\n"
    "# hold: 7                 # days that a record stays here first, so that an objection may precede it\n";

static void write_column(struct buf *out, const struct plan_column *c)
{
    buf_printf(out, "%s.%s", c->alias, c->column->is->name);
}

static void write_from(struct buf *out, const struct plan_table *tables, unsigned count)
{
    buf_printf(out, "%s %s", tables[0].table->is->name, tables[0].alias);
    for (unsigned i = 1; i < count; i++)
        buf_printf(out, " JOIN %s %s ON %s.%s = %s.%s", tables[i].table->is->name, tables[i].alias,
                   tables[i].alias, tables[i].right->is->name, tables[i].left_alias,
                   tables[i].left->is->name);
    buf_putc(out, '\n');
}

static bool is_of(const struct column *column, const char *kind, const char *role)
{
    return column->usable && column->identifier != NULL && strcmp(column->identifier, kind) == 0 &&
           strcmp(column->role, role) == 0;
}

/* "name: [a.x, a.y]" of one kind and role. */
static unsigned write_kind(struct buf *out, const struct plan_table *tables, unsigned count, const char *kind,
                           const char *role, bool first)
{
    struct buf BUF_CLEANUP list = BUF_INIT(1 << 14);
    unsigned found = 0;
    for (unsigned t = 0; t < count; t++)
        for (size_t i = 0; i < tables[t].table->count; i++) {
            struct column *c = &tables[t].table->columns[i];
            if (!is_of(c, kind, role))
                continue;
            buf_printf(&list, "%s%s.%s", found++ > 0 ? ", " : "", tables[t].alias, c->is->name);
            c->placed = true;
        }
    if (found > 0)
        buf_printf(out, "%s%s: %s%s%s", first ? "" : ", ", kind, found > 1 ? "[" : "", buf_text(&list),
                   found > 1 ? "]" : "");
    return found;
}

static void write_identifiers(struct buf *out, const char *indent, const struct plan_table *tables,
                              unsigned count)
{
    static const char *const kinds[] = {"name",    "given_name", "birth_date", "phone", "email", "nir",
                                        "address", "code",       "zip",        "city",  "other", NULL};
    static const char *const roles[] = {"patient", "caller", "practitioner", NULL};
    bool any = false;
    for (size_t r = 0; roles[r] != NULL; r++) {
        struct buf BUF_CLEANUP map = BUF_INIT(1 << 16);
        unsigned found = 0;
        for (size_t k = 0; kinds[k] != NULL; k++)
            found += write_kind(&map, tables, count, kinds[k], roles[r], found == 0);
        if (found == 0)
            continue;
        if (!any)
            buf_printf(out, "%sidentifiers:\n", indent);
        buf_printf(out, "%s  - {role: %s, %s}\n", indent, roles[r], buf_text(&map));
        any = true;
    }
}

static void write_thesauri(const struct plan *plan, struct buf *out, const struct model_field *field,
                           const struct shape *shape)
{
    unsigned found = 0;
    buf_puts(out, ", thesaurus: [");
    for (const struct model_thesaurus **t = field->thesauri; *t != NULL; t++) {
        size_t at = (size_t)(*t - plan->model->thesauri);
        bool fits = at < SHAPE_THESAURI && shape->filled > 0 &&
                    shape->thesauri[at] * 100 >= shape->filled * THESAURUS_PERCENT;
        if (fits || shape->filled == 0)
            buf_printf(out, "%s%s", found++ > 0 ? ", " : "", (*t)->name);
    }
    buf_printf(out, "]}%s\n", found > 1 ? "  # EDIT: keep those in use" : "");
}

static void write_words(struct buf *out, const struct model_field *field, const struct column *column)
{
    buf_puts(out, ", values: {");
    for (char **word = field->vocabulary; *word != NULL; word++)
        buf_printf(out, "%s%s: []", word == field->vocabulary ? "" : ", ", *word);
    buf_puts(out, "}}  # EDIT");
    if (column->shape.filled > 0)
        buf_printf(out, ": about %u values", column->shape.distinct);
    buf_putc(out, '\n');
}

static void write_field(const struct plan *plan, struct buf *out, const char *indent,
                        const struct model_field *field, const struct plan_column *c,
                        const struct plan_column *day)
{
    bool dated = day != NULL && day->column != NULL;
    if (c->column == NULL || (field->type == FIELD_DELAY && !dated))
        return;
    bool off = field->opt_in;
    buf_printf(out, "%s%s%s: {from: ", indent, off ? "# " : "", field->name);
    write_column(out, c);
    buf_printf(out, ", rule: %s", field_type_name(field->type));
    if (field->type == FIELD_DELAY && dated) {
        buf_puts(out, ", since: ");
        write_column(out, day);
    }
    if (field->type == FIELD_CODE)
        write_thesauri(plan, out, field, &c->column->shape);
    else if (field->type == FIELD_ENUM)
        write_words(out, field, c->column);
    else
        buf_printf(out, "}%s\n", off ? "  # only if the association wants it" : "");
}

static void write_objection(const struct plan *plan, struct buf *out)
{
    if (plan->objection.column == NULL) {
        buf_puts(out, "  # EDIT: objection: no column was recognised that says who objects\n");
        return;
    }
    buf_puts(out, "  # EDIT: which values object; any that stands in neither list withholds the row\n"
                  "  objection: {from: ");
    write_column(out, &plan->objection);
    buf_puts(out, ", objects: [], allows: []}\n");
}

static void write_merges(const struct plan *plan, struct buf *out)
{
    const struct table *merges = plan->schema->by_role[TABLE_MERGES];
    struct column *parent = NULL, *child = NULL;
    for (size_t i = 0; merges != NULL && i < merges->count; i++) {
        struct column *c = &merges->columns[i];
        if (c->usable && name_has(&c->name, "parent"))
            parent = c;
        else if (c->usable && name_has(&c->name, "child"))
            child = c;
    }
    if (parent == NULL || child == NULL)
        return;
    parent->placed = child->placed = true;
    buf_printf(out, "  merges: {from: %s, parent: %s, child: %s}\n", merges->is->name, parent->is->name,
               child->is->name);
}

static void write_person(const struct plan *plan, struct buf *out)
{
    const struct model_stream *call = model_find_stream(plan->model, "call");
    if (plan->person_count == 0) {
        buf_puts(out, "\n# No table of patients was recognised: records will not be linked to a person.\n");
        return;
    }
    buf_puts(out, "\nperson:\n  from: ");
    write_from(out, plan->person, plan->person_count);
    buf_puts(out, "  key: ");
    write_column(out, &plan->person_key);
    buf_putc(out, '\n');
    write_merges(plan, out);
    buf_puts(out, "  nobody: [0, -1]  # EDIT: ids that mean no patient\n");
    write_objection(plan, out);
    write_identifiers(out, "  ", plan->person, plan->person_count);
    bool any = false;
    for (unsigned i = 0; i < 3; i++) {
        const struct model_field *field = call == NULL ? NULL : model_find_field(call, plan_person_fields[i]);
        if (field == NULL || plan->person_fields[i].column == NULL)
            continue;
        if (!any)
            buf_puts(out, "  fields:\n");
        any = true;
        write_field(plan, out, "    ", field, &plan->person_fields[i], NULL);
    }
}

static void write_death(const struct plan *plan, const struct plan_stream *s, struct buf *out)
{
    bool has_call = plan->call != NULL && s->tables[s->count - 1].table == plan->call->tables[0].table;
    if (plan->death.table == NULL || !has_call) {
        buf_puts(out, "    # EDIT: death: no column was recognised that says that the patient died\n");
        return;
    }
    buf_printf(out,
               "    death: {from: %s d, on: d.%s = a.%s, field: d.%s, values: []}"
               "  # EDIT: the values that mean that the patient died\n",
               plan->death.table->is->name, plan->death.to_call->is->name, plan->death.call_key->is->name,
               plan->death.outcome->is->name);
}

static void write_key(const struct plan_stream *s, struct buf *out)
{
    buf_puts(out, s->key_count == 0 ? "    # EDIT: key: the columns that name one row\n" : "    key: ");
    if (s->key_count > 1)
        buf_putc(out, '[');
    for (unsigned i = 0; i < s->key_count; i++) {
        buf_puts(out, i > 0 ? ", " : "");
        write_column(out, &s->key[i]);
    }
    if (s->key_count > 0)
        buf_puts(out, s->key_count > 1 ? "]\n" : "\n");
}

static void write_named(struct buf *out, const char *key, const struct plan_column *c)
{
    if (c->column == NULL)
        return;
    buf_printf(out, "    %s: ", key);
    write_column(out, c);
    buf_putc(out, '\n');
}

static bool has_text(const struct plan_stream *s)
{
    for (unsigned i = 0; i < s->model->field_count; i++)
        if (s->fields[i].column != NULL && s->model->fields[i].type == FIELD_TEXT)
            return true;
    return false;
}

static void write_stream(const struct plan *plan, const struct plan_stream *s, struct buf *out)
{
    if (s->count == 0) {
        buf_printf(out, "\n  # %s: no table was recognised that is joined to the calls.\n", s->model->name);
        return;
    }
    buf_printf(out, "\n  %s:\n    from: ", s->model->name);
    write_from(out, s->tables, s->count);
    write_named(out, "person", &s->person);
    write_named(out, "episode", &s->episode);
    write_key(s, out);
    if (s->day.column == NULL)
        buf_puts(out, "    # EDIT: day: the column that dates the record\n");
    else if (s->day.column->shape.filled > 0 && !shape_is(&s->day.column->shape, SHAPE_ORDERED, 100))
        buf_puts(out,
                 "    # EDIT: not all days begin YYYY-MM-DD, and rows are found by those that do: name a view"
                 " that gives a date\n");
    write_named(out, "day", &s->day);
    write_named(out, "changed", &s->changed);
    write_identifiers(out, "    ", s->tables, has_text(s) ? s->count : 1);
    write_death(plan, s, out);
    buf_puts(out, "    fields:\n");
    for (unsigned i = 0; i < s->model->field_count; i++)
        write_field(plan, out, "      ", &s->model->fields[i], &s->fields[i], &s->day);
}

/* What the text engine learns from: the persons' names, streets and communes, and the doctors' names. */
static void write_gazetteer(const struct plan *plan, struct buf *out)
{
    static const struct {
        const char *key, *kind;
    } parts[] = {{"name", "name"}, {"given_name", "given_name"}, {"street", "address"}, {"city", "city"}};
    struct table *const tables[] = {plan->schema->by_role[TABLE_PERSON], plan->schema->by_role[TABLE_DOCTOR]};
    bool any = false;
    for (size_t t = 0; t < 2; t++) {
        struct buf BUF_CLEANUP map = BUF_INIT(1 << 14);
        for (size_t p = 0; tables[t] != NULL && p < 4; p++) {
            unsigned found = 0;
            for (size_t i = 0; i < tables[t]->count; i++) {
                struct column *c = &tables[t]->columns[i];
                bool street = p != 2 || name_has(&c->name, "street");
                if (!c->usable || c->identifier == NULL || strcmp(c->identifier, parts[p].kind) != 0 ||
                    !street)
                    continue;
                if (found++ == 0)
                    buf_printf(&map, ", %s: [", parts[p].key);
                buf_printf(&map, "%s%s", found > 1 ? ", " : "", c->is->name);
                c->placed = true;
            }
            buf_puts(&map, found > 0 ? "]" : "");
        }
        if (map.len == 0)
            continue;
        buf_printf(out, "%s  - {from: %s%s}\n", any ? "" : "\ngazetteer:\n", tables[t]->is->name,
                   buf_text(&map));
        any = true;
    }
}

static bool is_broken(const struct schema *schema)
{
    for (size_t t = 0; t < schema->count; t++)
        for (size_t i = 0; i < schema->tables[t].count; i++)
            if (schema->tables[t].columns[i].shape.kinds[SHAPE_BROKEN] > 0)
                return true;
    return false;
}

void draft_write(const struct plan *plan, struct buf *out)
{
    buf_printf(out, head, plan->model->name);
    if (is_broken(plan->schema))
        buf_puts(out, "encoding: cp1252  # EDIT: some text is not UTF-8; cp1252, latin1 or latin9\n");
    write_person(plan, out);
    buf_puts(out, "\nstreams:");
    for (unsigned i = 0; i < plan->model->stream_count; i++)
        write_stream(plan, &plan->streams[i], out);
    write_gazetteer(plan, out);
    draft_rest(plan, out);
}
