/* SPDX-License-Identifier: Apache-2.0 */
/* One field's rule: {from, rule, …}. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/mapping/parse.h"
#include "contact/json.h"
#include "contact/mem.h"

#define SCALE_DECIMALS_MAX 6

static const char *const RULES[] = {"code", "enum",       "number",   "flag",  "hour", "day", "delay",
                                    "age",  "department", "geo_pmsi", "token", "text", NULL};
static const char *const COMMON_KEYS[] = {"from", "rule", "encoding", "empty", NULL};
static const char *const CODE_KEYS[] = {"from", "rule", "encoding", "empty", "thesaurus", "accept", NULL};
static const char *const ENUM_KEYS[] = {"from", "rule", "encoding", "empty", "values", NULL};
static const char *const NUMBER_KEYS[] = {"from", "rule", "encoding", "empty", "scale", NULL};
static const char *const FLAG_KEYS[] = {"from", "rule", "encoding", "empty", "true", "false", NULL};
static const char *const DELAY_KEYS[] = {"from", "rule", "encoding", "empty", "since", NULL};

static const char *const *known_keys(enum field_type type)
{
    switch (type) {
    case FIELD_CODE:
        return CODE_KEYS;
    case FIELD_ENUM:
        return ENUM_KEYS;
    case FIELD_NUMBER:
        return NUMBER_KEYS;
    case FIELD_FLAG:
        return FLAG_KEYS;
    case FIELD_DELAY:
        return DELAY_KEYS;
    case FIELD_HOUR:
    case FIELD_DAY:
    case FIELD_AGE:
    case FIELD_DEPARTMENT:
    case FIELD_GEO_PMSI:
    case FIELD_TOKEN:
    case FIELD_TEXT:
        break;
    }
    return COMMON_KEYS;
}

static void check_accepted(struct mapping_parser *p, struct yaml_node *map, const struct mapping_rule *rule)
{
    for (char **code = rule->accept; code != NULL && *code != NULL; code++) {
        bool known = false;
        for (const struct model_thesaurus **t = rule->thesauri; *t != NULL; t++)
            known |= thesaurus_match(*t, *code, strlen(*code));
        if (!known)
            yaml_problem(p->yaml, yaml_get(map, "accept"), p->problems, NULL, "\"%.40s\" is no code of %s",
                         *code, rule->thesauri[0]->name);
    }
}

/* The model's list for the field has it, or a problem. */
static const struct model_thesaurus *find_thesaurus(struct mapping_parser *p, const struct yaml_node *node,
                                                    const struct model_field *field, const char *name)
{
    const char *known[32] = {NULL};
    for (size_t i = 0; i < 31 && field->thesauri[i] != NULL; i++) {
        if (strcmp(field->thesauri[i]->name, name) == 0)
            return field->thesauri[i];
        known[i] = field->thesauri[i]->name;
    }
    problem_nearest(p, node, name, known, "the model does not list for this field");
    return NULL;
}

static void read_code(struct mapping_parser *p, struct yaml_node *map, struct mapping_rule *rule)
{
    char **names = take_words(p, map, "thesaurus", true, NULL);
    size_t count = mem_list_count(names), found = 0;
    rule->accept = take_words(p, map, "accept", false, NULL);
    rule->thesauri = mem_new(count + 1, sizeof(struct model_thesaurus *));
    for (size_t i = 0; i < count; i++) {
        rule->thesauri[found] = find_thesaurus(p, yaml_get(map, "thesaurus"), rule->field, names[i]);
        found += rule->thesauri[found] != NULL;
    }
    mem_list_free(names);
    if (found > 0)
        check_accepted(p, map, rule);
}

/* The source's spellings of one word. */
static void add_words(struct mapping_parser *p, struct yaml_node *node, const char *word,
                      struct mapping_rule *rule)
{
    char **sources = node_words(p, node, node->key, NULL);
    for (size_t i = 0; sources != NULL && sources[i] != NULL; i++) {
        for (size_t k = 0; k < rule->word_count; k++)
            if (strcmp(rule->words[k].source, sources[i]) == 0)
                yaml_problem(p->yaml, node, p->problems, "each source value means one thing",
                             "the source value \"%.40s\" stands twice", sources[i]);
        rule->words = mem_grow(rule->words, rule->word_count, sizeof *rule->words);
        rule->words[rule->word_count++] = (struct rule_word){.source = mem_dup(sources[i]), .word = word};
    }
    mem_list_free(sources);
}

static void read_enum(struct mapping_parser *p, struct yaml_node *map, struct mapping_rule *rule)
{
    struct yaml_node *values = yaml_get(map, "values");
    if (values == NULL) {
        yaml_problem(p->yaml, map, p->problems, "values: {word of the model: source value or list}",
                     "values is missing");
        return;
    }
    if (!is_map(p, values, "values", "values: {word of the model: source value or list}"))
        return;
    for (struct yaml_node *node = values->first; node != NULL; node = node->next) {
        const char *word = NULL;
        for (char **known = rule->field->vocabulary; *known != NULL; known++)
            if (strcmp(*known, node->key) == 0)
                word = *known;
        if (word == NULL)
            problem_nearest(p, node, node->key, (const char *const *)rule->field->vocabulary,
                            "the model's vocabulary has no");
        else
            add_words(p, node, word, rule);
    }
    if (rule->word_count == 0)
        problems_warn(p->problems, p->yaml->path, values->line, values->column,
                      "contact-agent discover --values shows the source's values",
                      "%s lists no source value: all of them will be withheld", rule->field->name);
}

static void read_flag(struct mapping_parser *p, struct yaml_node *map, struct mapping_rule *rule)
{
    static const char *const words[] = {"true", "false"};
    for (size_t i = 0; i < 2; i++) {
        struct yaml_node *node = yaml_get(map, words[i]);
        if (node == NULL)
            yaml_problem(p->yaml, map, p->problems, "true: [1], false: [0]", "%s is missing", words[i]);
        else
            add_words(p, node, words[i], rule);
    }
}

/* 0.1, 10, 0.018: as a whole number and its decimals. */
static bool read_scale(const char *text, struct mapping_rule *rule)
{
    int64_t value = 0;
    unsigned decimals = 0;
    bool point = false;
    for (; *text != '\0'; text++) {
        if (*text == '.' && !point) {
            point = true;
        } else if (*text >= '0' && *text <= '9' && value < 1000000) {
            value = value * 10 + (*text - '0');
            decimals += point;
        } else {
            return false;
        }
    }
    if (value == 0 || decimals > SCALE_DECIMALS_MAX)
        return false;
    rule->scale = value;
    rule->scale_decimals = decimals;
    return true;
}

static void read_number(struct mapping_parser *p, struct yaml_node *map, struct mapping_rule *rule)
{
    const char *scale = take_word(p, map, "scale", false);
    rule->scale = 1;
    if (scale != NULL && !read_scale(scale, rule))
        yaml_problem(p->yaml, yaml_get(map, "scale"), p->problems,
                     "the source's value is multiplied by it: 10, 0.1",
                     "scale must be a number above 0 with at most %d decimals", SCALE_DECIMALS_MAX);
}

static void read_particulars(struct stream_parser *s, struct yaml_node *map, struct mapping_rule *rule,
                             const struct scope *scope)
{
    switch (rule->field->type) {
    case FIELD_CODE:
        read_code(s->p, map, rule);
        break;
    case FIELD_ENUM:
        read_enum(s->p, map, rule);
        break;
    case FIELD_NUMBER:
        read_number(s->p, map, rule);
        break;
    case FIELD_FLAG:
        read_flag(s->p, map, rule);
        break;
    case FIELD_DELAY:
        rule->since = take_column(s, map, "since", scope, true);
        break;
    case FIELD_HOUR:
    case FIELD_DAY:
    case FIELD_AGE:
    case FIELD_DEPARTMENT:
    case FIELD_GEO_PMSI:
    case FIELD_TOKEN:
    case FIELD_TEXT:
        break;
    }
}

static void describe_words(const struct mapping_rule *rule, struct buf *out)
{
    buf_puts(out, " (");
    for (size_t i = 0; i < rule->word_count; i++)
        buf_printf(out, "%s%s=%s", i > 0 ? ", " : "", rule->words[i].word, rule->words[i].source);
    buf_puts(out, ")");
}

static char *describe(const struct stream_parser *s, const struct mapping_rule *rule)
{
    struct buf BUF_CLEANUP out = BUF_INIT(1 << 16);
    const struct mapping_column *since = &s->stream->columns[rule->since];
    buf_puts(&out, field_type_name(rule->field->type));
    for (size_t i = 0; rule->thesauri != NULL && rule->thesauri[i] != NULL; i++)
        buf_printf(&out, "%s%s", i > 0 ? ", " : " of ", rule->thesauri[i]->name);
    if (rule->accept != NULL)
        buf_printf(&out, ", %zu accepted", mem_list_count(rule->accept));
    if (rule->word_count > 0)
        describe_words(rule, &out);
    if (rule->field->type == FIELD_DELAY)
        buf_printf(&out, " since %s.%s", since->alias, since->column);
    if (rule->field->type == FIELD_NUMBER && (rule->scale != 1 || rule->scale_decimals != 0)) {
        struct json j = JSON(&out);
        buf_puts(&out, " times ");
        json_decimal(&j, rule->scale, rule->scale_decimals);
    }
    return mem_dup(buf_text(&out));
}

static bool rule_fits(struct mapping_parser *p, struct yaml_node *map, const struct model_field *field)
{
    const char *type = field_type_name(field->type), *name = take_word(p, map, "rule", true);
    char hint[64];
    if (name == NULL)
        return false;
    if (strcmp(name, type) == 0)
        return true;
    for (size_t i = 0; RULES[i] != NULL; i++) {
        if (strcmp(RULES[i], name) != 0)
            continue;
        snprintf(hint, sizeof hint, "rule: %s", type);
        yaml_problem(p->yaml, yaml_get(map, "rule"), p->problems, hint,
                     "the model allows %s the rule %s alone", field->name, type);
        return false;
    }
    problem_nearest(p, yaml_get(map, "rule"), name, RULES, "there is no rule");
    return false;
}

void free_rule(struct mapping_rule *rule)
{
    if (rule == NULL)
        return;
    for (size_t i = 0; i < rule->word_count; i++)
        free(rule->words[i].source);
    free(rule->words);
    free(rule->thesauri);
    mem_list_free(rule->accept);
    mem_list_free(rule->empty);
    free(rule->text);
    free(rule);
}

struct mapping_rule *parse_rule(struct stream_parser *s, struct yaml_node *map,
                                const struct model_field *field, const struct scope *scope)
{
    struct mapping_parser *p = s->p;
    size_t before = p->problems->errors;
    if (!is_map(p, map, field->name, "field: {from: alias.column, rule: …}"))
        return NULL;
    struct mapping_rule *rule = mem_new(1, sizeof *rule);
    rule->field = field;
    rule->column = take_column(s, map, "from", scope, true);
    rule->empty = take_words(p, map, "empty", false, NULL);
    enum text_encoding encoding;
    if (take_encoding(p, map, &encoding) && rule->column != NO_COLUMN)
        s->stream->encodings[rule->column] = encoding;
    if (rule_fits(p, map, field)) {
        read_particulars(s, map, rule, scope);
        yaml_report_unused(p->yaml, map, known_keys(field->type), p->problems);
    }
    if (p->problems->errors == before) {
        rule->text = describe(s, rule);
        return rule;
    }
    free_rule(rule);
    return NULL;
}

const char *mapping_rule_text(const struct mapping_rule *rule)
{
    return rule->text;
}

unsigned mapping_rule_column(const struct mapping_rule *rule)
{
    return rule->column;
}
