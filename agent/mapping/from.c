/* SPDX-License-Identifier: Apache-2.0 */
/* FROM clauses and columns: the only SQL that a mapping may hold, taken apart so that collect can put it
 * together in any dialect and nothing else can be smuggled in. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "agent/mapping/parse.h"
#include "contact/mem.h"

#define IDENTIFIER_MAX 64
#define JOINS_MAX 12

static const char FORM[] = "table alias [LEFT] JOIN table alias ON a.b = c.d [AND …], and nothing else";

/* A clause being read. */
struct clause {
    struct mapping_parser *p;
    const struct yaml_node *node;
    const char *at;
};

static bool fail(struct clause *c, const char *hint, const char *message)
{
    unsigned column = c->node->column + (unsigned)(c->at - c->node->text) + c->node->quoted;
    problems_add(c->p->problems, c->p->yaml->path, c->node->line, column, hint, "%s", message);
    return false;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (unsigned char)c >= 0x80;
}

size_t take_identifier(const char *text)
{
    size_t len = 0;
    if (!is_letter(*text))
        return 0;
    while (is_letter(text[len]) || (text[len] >= '0' && text[len] <= '9') || text[len] == '$' ||
           text[len] == '#')
        len++;
    return len <= IDENTIFIER_MAX ? len : 0;
}

static void skip_blanks(struct clause *c)
{
    while (*c->at == ' ' || *c->at == '\t' || *c->at == '\n')
        c->at++;
}

/* A keyword, any case, as a whole word. */
static bool take_keyword(struct clause *c, const char *keyword)
{
    skip_blanks(c);
    size_t len = strlen(keyword);
    if (take_identifier(c->at) != len || strncasecmp(c->at, keyword, len) != 0)
        return false;
    c->at += len;
    return true;
}

static bool is_keyword(const char *word, size_t len)
{
    static const char *const keywords[] = {"join",  "left",    "on",    "and",   "or",   "where",
                                           "as",    "inner",   "outer", "right", "full", "cross",
                                           "using", "natural", "union", NULL};
    for (size_t i = 0; keywords[i] != NULL; i++)
        if (strlen(keywords[i]) == len && strncasecmp(word, keywords[i], len) == 0)
            return true;
    return false;
}

static char *take_name(struct clause *c, const char *what)
{
    skip_blanks(c);
    size_t len = take_identifier(c->at);
    if (len == 0 || is_keyword(c->at, len)) {
        fail(c, FORM, what);
        return NULL;
    }
    char *name = mem_new(len + 1, 1);
    memcpy(name, c->at, len);
    c->at += len;
    return name;
}

static bool take_sign(struct clause *c, char sign, const char *message)
{
    skip_blanks(c);
    if (*c->at != sign)
        return fail(c, FORM, message);
    c->at++;
    return true;
}

/* alias.column */
static bool take_reference(struct clause *c, struct mapping_column *ret)
{
    skip_blanks(c);
    ret->line = c->node->line;
    ret->col = c->node->column + (unsigned)(c->at - c->node->text) + c->node->quoted;
    ret->alias = take_name(c, "a column is written alias.column");
    if (ret->alias == NULL || !take_sign(c, '.', "a column is written alias.column"))
        return false;
    ret->column = take_name(c, "a column is written alias.column");
    return ret->column != NULL;
}

static bool at_end(struct clause *c)
{
    skip_blanks(c);
    return *c->at == '\0';
}

void free_column(struct mapping_column *column)
{
    free(column->alias);
    free(column->column);
    *column = (struct mapping_column){0};
}

void free_from(struct mapping_from *from)
{
    for (size_t i = 0; i < from->count; i++) {
        struct mapping_join *join = &from->joins[i];
        for (size_t k = 0; k < join->condition_count; k++) {
            free_column(&join->left_side[k]);
            free_column(&join->right_side[k]);
        }
        free(join->left_side);
        free(join->right_side);
        free(join->table);
        free(join->alias);
    }
    free(from->joins);
    *from = (struct mapping_from){0};
}

const char *mapping_from_table(const struct mapping_from *from, const char *alias)
{
    for (size_t i = 0; from != NULL && i < from->count; i++)
        if (from->joins[i].alias != NULL && strcmp(from->joins[i].alias, alias) == 0)
            return from->joins[i].table;
    return NULL;
}

const char *mapping_table(const struct mapping *mapping, const struct mapping_stream *stream,
                          const char *alias)
{
    const char *table = stream == NULL ? NULL : mapping_from_table(&stream->from, alias);
    const struct mapping_death *death = stream == NULL ? NULL : stream->death;
    if (table == NULL && death != NULL && death->alias != NULL && strcmp(death->alias, alias) == 0)
        table = death->table;
    return table == NULL ? mapping_from_table(&mapping->person_from, alias) : table;
}

bool from_has_alias(const struct mapping_from *from, const char *alias)
{
    return mapping_from_table(from, alias) != NULL;
}

static bool take_condition(struct clause *c, struct mapping_column *left, struct mapping_column *right)
{
    return take_reference(c, left) && take_sign(c, '=', "a condition is written a.b = c.d") &&
           take_reference(c, right);
}

/* One more condition of the last join; both its sides must be known by then. */
static bool take_join_condition(struct clause *c, struct mapping_from *from)
{
    struct mapping_join *join = &from->joins[from->count - 1];
    size_t at = join->condition_count;
    join->left_side = mem_grow(join->left_side, at, sizeof *join->left_side);
    join->right_side = mem_grow(join->right_side, at, sizeof *join->right_side);
    join->condition_count++;
    struct mapping_column *left = &join->left_side[at], *right = &join->right_side[at];
    if (!take_condition(c, left, right))
        return false;
    bool known = from_has_alias(from, left->alias) && from_has_alias(from, right->alias);
    bool joins = strcmp(left->alias, join->alias) == 0 || strcmp(right->alias, join->alias) == 0;
    if (!known || !joins || strcmp(left->alias, right->alias) == 0)
        return fail(c, "one side of = is the table just joined, the other one before it",
                    "this condition does not join two tables");
    return true;
}

static bool take_table(struct clause *c, struct mapping_from *from, bool left)
{
    if (from->count == JOINS_MAX)
        return fail(c, NULL, "too many tables");
    char *table = take_name(c, "a table's name is expected here");
    char *alias = table == NULL ? NULL : take_name(c, "every table has an alias: table alias");
    if (alias == NULL || from_has_alias(from, alias)) {
        if (alias != NULL)
            fail(c, "give each table an alias of its own", "this alias is taken");
        free(table);
        free(alias);
        return false;
    }
    from->joins = mem_grow(from->joins, from->count, sizeof *from->joins);
    from->joins[from->count++] = (struct mapping_join){.left = left, .table = table, .alias = alias};
    return true;
}

static bool take_join(struct clause *c, struct mapping_from *from)
{
    bool left = take_keyword(c, "LEFT");
    if (!take_keyword(c, "JOIN"))
        return fail(c, FORM, "JOIN is expected here");
    if (!take_table(c, from, left))
        return false;
    if (!take_keyword(c, "ON"))
        return fail(c, FORM, "ON is expected here");
    do {
        if (!take_join_condition(c, from))
            return false;
    } while (take_keyword(c, "AND"));
    return true;
}

/* A clause over a scalar; false, and a problem, over anything else. */
static bool begin(struct clause *c, struct mapping_parser *p, const struct yaml_node *node, const char *what)
{
    *c = (struct clause){.p = p, .node = node};
    if (node->kind != YAML_SCALAR || node->text[0] == '\0') {
        yaml_problem(p->yaml, node, p->problems, NULL, "%s must be a text", what);
        return false;
    }
    c->at = node->text;
    return true;
}

bool parse_from(struct mapping_parser *p, const struct yaml_node *node, struct mapping_from *ret)
{
    struct clause c;
    *ret = (struct mapping_from){0};
    bool good = begin(&c, p, node, "from") && take_table(&c, ret, false);
    while (good && !at_end(&c))
        good = take_join(&c, ret);
    if (!good)
        free_from(ret);
    return good;
}

bool parse_column(struct mapping_parser *p, const struct yaml_node *node, struct mapping_column *ret)
{
    struct clause c;
    *ret = (struct mapping_column){0};
    bool good = begin(&c, p, node, "a column") && take_reference(&c, ret);
    if (good && !at_end(&c))
        good = fail(&c, "one alias.column: no expression is possible here", "nothing may follow the column");
    if (!good)
        free_column(ret);
    return good;
}

bool parse_condition(struct mapping_parser *p, const struct yaml_node *node, struct mapping_column *ret_left,
                     struct mapping_column *ret_right)
{
    struct clause c;
    *ret_left = *ret_right = (struct mapping_column){0};
    bool good = begin(&c, p, node, "on") && take_condition(&c, ret_left, ret_right);
    if (good && !at_end(&c))
        good = fail(&c, "one a.b = c.d", "nothing may follow the condition");
    if (!good) {
        free_column(ret_left);
        free_column(ret_right);
    }
    return good;
}
