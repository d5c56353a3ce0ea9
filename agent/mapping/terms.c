/* SPDX-License-Identifier: Apache-2.0 */
/* A mapping as what is agreed to: every key and every value of it, so that nothing can change without a line
 * that changes. Written from the file as it was parsed rather than from what was made of it: what somebody
 * adds to the one and forgets in the other would be agreed to unseen. */
#include <string.h>

#include "agent/mapping/parse.h"
#include "contact/buf.h"
#include "contact/language.h"
#include "contact/mem.h"
#include "contact/shown.h"

/* How a line begins, for people; a key that is not here begins it itself. */
static const struct {
    const char *key, *says;
} headings[] = {
    {"time_zone", N_("time zone")},
    {"hold", N_("days that a record is held before it leaves")},
    {"encoding", N_("how text is written")},
    {"days", N_("days")},
    {"gazetteer", N_("names learnt")},
    {"labels", N_("labels of codes")},
    {"from", N_("read from")},
    {"key", N_("local id")},
    {"person", N_("patient")},
    {"episode", N_("of the call")},
    {"day", N_("day")},
    {"changed", N_("last change")},
    {"death", N_("death")},
    {"merges", N_("merged patients")},
    {"nobody", N_("ids of nobody")},
    {"objection", N_("objection")},
    {"identifiers", N_("read for cleaning, never sent")},
    {"fields", N_("sent")},
};

static void begin_line(struct buf *out, const char *key)
{
    const char *says = key;
    for (size_t i = 0; i < sizeof headings / sizeof *headings; i++)
        if (strcmp(headings[i].key, key) == 0)
            says = headings[i].says;
    buf_printf(out, " %s: ", says);
}

static bool has_controls(const char *text)
{
    uint32_t code;
    for (size_t left = strlen(text), bytes; left > 0; text += bytes, left -= bytes) {
        bytes = shown_character(text, left, &code);
        if (shown_controls(code))
            return true;
    }
    return false;
}

/* A quoted word cannot be taken for several, nor for the line's own signs, nor for another line. */
static void put_quoted(struct buf *out, const char *text)
{
    uint32_t code;
    buf_putc(out, '"');
    for (size_t left = strlen(text), bytes; left > 0; text += bytes, left -= bytes) {
        bytes = shown_character(text, left, &code);
        if (shown_controls(code)) {
            buf_printf(out, "\\u{%x}", code);
            continue;
        }
        if (*text == '"' || *text == '\\')
            buf_putc(out, '\\');
        buf_append(out, text, bytes);
    }
    buf_putc(out, '"');
}

static void put_word(struct buf *out, const char *text, const char *signs)
{
    size_t len = strlen(text);
    if (len == 0 || strpbrk(text, signs) || text[0] == ' ' || text[len - 1] == ' ' || has_controls(text))
        put_quoted(out, text);
    else
        buf_puts(out, text);
}

static void put_key(struct buf *out, const char *key)
{
    put_word(out, strcmp(key, "rule") == 0 ? "as" : key, " ,[]{}\"\\");
}

static void put_scalar(struct buf *out, const struct yaml_node *node)
{
    if (yaml_is_null(node))
        buf_puts(out, "null");
    else if (strcmp(node->text, "null") == 0)
        put_quoted(out, node->text);
    else
        put_word(out, node->text, ",[]{}\"\\");
}

static void put_node(struct buf *out, const struct yaml_node *node);

/* "from a.nom, as text"; of a list its elements. */
static void put_children(struct buf *out, const struct yaml_node *node)
{
    for (const struct yaml_node *child = node->first; child != NULL; child = child->next) {
        if (node->kind == YAML_MAP) {
            put_key(out, child->key);
            buf_putc(out, ' ');
        }
        put_node(out, child);
        buf_puts(out, child->next == NULL ? "" : ", ");
    }
}

static void put_node(struct buf *out, const struct yaml_node *node)
{
    if (node->kind == YAML_SCALAR) {
        put_scalar(out, node);
        return;
    }
    buf_putc(out, node->kind == YAML_LIST ? '[' : '{');
    put_children(out, node);
    buf_putc(out, node->kind == YAML_LIST ? ']' : '}');
}

static void put_line(struct buf *out, const char *key, const struct yaml_node *node)
{
    begin_line(out, key);
    if (node->kind == YAML_MAP)
        put_children(out, node);
    else
        put_node(out, node);
    buf_putc(out, '\n');
}

static void put_fields(struct buf *out, const char *key, const struct yaml_node *fields)
{
    for (const struct yaml_node *field = fields->first; field != NULL; field = field->next) {
        begin_line(out, key);
        put_key(out, field->key);
        buf_puts(out, ", ");
        put_children(out, field);
        buf_putc(out, '\n');
    }
}

/* A line a kind: what is no longer read for it must not hide among the others. */
static void put_identifiers(struct buf *out, const char *key, struct yaml_node *map)
{
    const struct yaml_node *role = yaml_get(map, "role");
    for (const struct yaml_node *node = map->first; node != NULL; node = node->next) {
        if (node == role)
            continue;
        begin_line(out, key);
        put_key(out, node->key);
        buf_putc(out, ' ');
        put_node(out, node);
        if (role != NULL) {
            buf_puts(out, ", role ");
            put_node(out, role);
        }
        buf_putc(out, '\n');
    }
}

/* A list of maps has a line for each of them. */
static void put_member(struct buf *out, struct yaml_node *node)
{
    bool several = node->kind == YAML_LIST && node->first != NULL && node->first->kind == YAML_MAP;
    struct yaml_node *item = several ? node->first : node;
    for (; item != NULL; item = several ? item->next : NULL)
        if (strcmp(node->key, "identifiers") == 0)
            put_identifiers(out, node->key, item);
        else if (strcmp(node->key, "fields") == 0)
            put_fields(out, node->key, item);
        else
            put_line(out, node->key, item);
}

/* How a stream's text is found and read, for those that are cleaned together with it. */
static void put_text(struct buf *out, struct yaml_node *map, const char *field)
{
    static const char *const keys[] = {"from", "encoding", "episode"};
    buf_printf(out, " %s: ", N_("cleaned together with"));
    put_key(out, map->key);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        struct yaml_node *node = yaml_get(map, keys[i]);
        if (node == NULL)
            continue;
        buf_printf(out, ", %s ", keys[i]);
        put_node(out, node);
    }
    buf_puts(out, ", ");
    put_key(out, field);
    buf_putc(out, ' ');
    put_node(out, yaml_get(yaml_get(map, "fields"), field));
    buf_putc(out, '\n');
}

static const char *field_of(const struct mapping_stream *stream, unsigned column)
{
    for (unsigned i = 0; i < stream->model->field_count; i++)
        if (stream->model->fields[i].type == FIELD_TEXT && stream->rules[i] != NULL &&
            mapping_rule_column(stream->rules[i]) == column)
            return stream->model->fields[i].name;
    return "";
}

/* What another stream's text gives away is removed from this one's: were it read no more, or otherwise,
 * without anybody agreeing, what had been removed would leave. */
static void put_texts(struct buf *out, const struct mapping *mapping, const struct mapping_stream *stream,
                      struct yaml_node *streams)
{
    for (unsigned i = 0; i < stream->text_count; i++) {
        const struct mapping_stream *other = mapping->streams[stream->texts[i].stream];
        if (other != stream)
            put_text(out, yaml_get(streams, other->model->name), field_of(other, stream->texts[i].column));
    }
}

static void put_section(struct buf *out, const char *name, const struct yaml_node *map)
{
    put_word(out, name, " ");
    buf_putc(out, '\n');
    for (struct yaml_node *node = map->first; node != NULL; node = node->next)
        put_member(out, node);
}

/* What has a section of its own, or is agreed to by its digest. */
static bool stands_apart(const char *key)
{
    static const char *const keys[] = {"mapping", "model", "person", "streams", "labels"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (strcmp(keys[i], key) == 0)
            return true;
    return false;
}

void write_terms(struct mapping_parser *p, struct yaml_node *root)
{
    struct buf BUF_CLEANUP out = BUF_INIT(TERMS_MAX);
    struct yaml_node *person = yaml_get(root, "person"), *streams = yaml_get(root, "streams"),
                     *labels = yaml_get(root, "labels");
    buf_puts(&out, TERMS_GENERAL "\n");
    for (struct yaml_node *node = root->first; node != NULL; node = node->next)
        if (!stands_apart(node->key))
            put_member(&out, node);
    if (person != NULL)
        put_section(&out, TERMS_PERSON, person);
    for (const struct yaml_node *node = streams->first; node != NULL; node = node->next) {
        put_section(&out, node->key, node);
        for (unsigned i = 0; i < p->mapping->stream_count; i++)
            if (p->mapping->streams[i] != NULL && strcmp(p->mapping->streams[i]->model->name, node->key) == 0)
                put_texts(&out, p->mapping, p->mapping->streams[i], streams);
    }
    if (labels != NULL && labels->first != NULL) {
        buf_puts(&out, TERMS_LABELS "\n");
        put_member(&out, labels);
    }
    if (!buf_ok(&out))
        yaml_problem(p->yaml, root, p->problems, "leave out what the model does not need",
                     "the mapping is too long for anybody to agree to");
    p->mapping->terms = mem_dup(buf_text(&out));
}

bool refuse_controls(struct mapping_parser *p, const struct yaml_node *node)
{
    bool refused = (node->key != NULL && has_controls(node->key)) ||
                   (node->kind == YAML_SCALAR && has_controls(node->text));
    if (refused)
        yaml_problem(p->yaml, node, p->problems,
                     "what is agreed to must be seen: write it on one line, without \\ in \" \", | or >",
                     "a line break or another character that cannot be seen");
    for (const struct yaml_node *child = node->first; child != NULL; child = child->next)
        refused |= refuse_controls(p, child);
    return refused;
}
