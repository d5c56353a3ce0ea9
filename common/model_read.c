/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a model from its YAML, naming everything that is wrong with it at once. */
#include "common/model_read.h"

#include <stdlib.h>
#include <string.h>

#include "common/thesaurus.h"
#include "contact/mem.h"
#include "contact/yaml.h"

#define NAME_MAX_LEN 48
#define RETENTION_MAX 20
#define DECIMALS_MAX 6

struct reading {
    struct yaml *yaml;
    struct model *model;
    struct problems *problems;
    bool patient_fields_read; /* once is enough to name their problems */
};

static const char *const MODEL_KEYS[] = {"model",          "retention_years", "thesauri",
                                         "patient_fields", "streams",         NULL};
static const char *const THESAURUS_KEYS[] = {"meaning", "patterns", NULL};
static const char *const STREAM_KEYS[] = {"meaning", "patient_fields", "fields", NULL};
static const char *const FIELD_KEYS[] = {"type", "meaning",    "reason",   "unit",   "decimals",        "min",
                                         "max",  "vocabulary", "thesauri", "opt_in", "hidden_by_death", NULL};

/* Names that the record line and the tables already use. */
static const char *const TAKEN[] = {"site", "stream", "id", "episode", "patient", "day", "op", "fp", NULL};

static bool listed(const char *const *list, const char *word)
{
    for (; *list != NULL; list++)
        if (strcmp(*list, word) == 0)
            return true;
    return false;
}

static bool is_name(const char *text)
{
    if (text == NULL || *text < 'a' || *text > 'z' || strlen(text) > NAME_MAX_LEN)
        return false;
    return text[strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_")] == '\0';
}

static void check_name(struct reading *r, const struct yaml_node *node)
{
    if (!is_name(node->key))
        yaml_problem(r->yaml, node, r->problems, "lower-case letters, digits and _, beginning with a letter",
                     "\"%s\" is not a name", node->key);
}

/* The text of a scalar member; NULL, and a problem when it is required. */
static char *take_text(struct reading *r, struct yaml_node *map, const char *key, bool required)
{
    const struct yaml_node *node = yaml_get(map, key);
    if (node == NULL) {
        if (required)
            yaml_problem(r->yaml, map, r->problems, NULL, "%s is missing", key);
        return NULL;
    }
    if (node->kind != YAML_SCALAR || node->text[0] == '\0') {
        yaml_problem(r->yaml, node, r->problems, NULL, "%s must be a text", key);
        return NULL;
    }
    return mem_dup(node->text);
}

static bool take_bool(struct reading *r, struct yaml_node *map, const char *key)
{
    const struct yaml_node *node = yaml_get(map, key);
    if (node == NULL)
        return false;
    if (node->kind == YAML_SCALAR && (strcmp(node->text, "true") == 0 || strcmp(node->text, "false") == 0))
        return strcmp(node->text, "true") == 0;
    yaml_problem(r->yaml, node, r->problems, "write true or false", "%s is neither true nor false", key);
    return false;
}

static char **take_list(struct reading *r, struct yaml_node *map, const char *key)
{
    struct yaml_node *node = yaml_get(map, key);
    char **list = NULL;
    if (node == NULL || node->kind != YAML_LIST || node->first == NULL) {
        yaml_problem(r->yaml, node == NULL ? map : node, r->problems, NULL, "%s must be a list like [a, b]",
                     key);
        return NULL;
    }
    for (const struct yaml_node *item = node->first; item != NULL; item = item->next) {
        if (item->kind == YAML_SCALAR && item->text[0] != '\0')
            list = mem_list_add(list, item->text);
        else
            yaml_problem(r->yaml, item, r->problems, NULL, "an element of %s is not a text", key);
    }
    return list;
}

/* A decimal, in units of the last of so many decimals. */
static bool scaled(const char *text, unsigned decimals, int64_t *ret)
{
    bool negative = *text == '-';
    int64_t value = 0;
    unsigned seen = 0;
    bool point = false, digits = false;
    for (text += negative; *text != '\0'; text++) {
        if (*text == '.' && !point) {
            point = true;
            continue;
        }
        if (*text < '0' || *text > '9' || value > INT32_MAX)
            return false;
        digits = true;
        seen += point;
        value = value * 10 + (*text - '0');
    }
    if (!digits || seen > decimals)
        return false;
    for (; seen < decimals; seen++)
        value *= 10;
    *ret = negative ? -value : value;
    return true;
}

static int64_t take_scaled(struct reading *r, struct yaml_node *map, const char *key, unsigned decimals,
                           bool required)
{
    int64_t value = 0;
    const struct yaml_node *node = yaml_get(map, key);
    if (node == NULL) {
        if (required)
            yaml_problem(r->yaml, map, r->problems, NULL, "%s is missing", key);
    } else if (node->kind != YAML_SCALAR || !scaled(node->text, decimals, &value)) {
        yaml_problem(r->yaml, node, r->problems, NULL, "%s is not a number with at most %u decimals", key,
                     decimals);
    }
    return value;
}

static void read_range(struct reading *r, struct yaml_node *map, struct model_field *field)
{
    int64_t decimals = take_scaled(r, map, "decimals", 0, false);
    if (decimals < 0 || decimals > DECIMALS_MAX) {
        yaml_problem(r->yaml, map, r->problems, NULL, "decimals must be 0 to %d", DECIMALS_MAX);
        decimals = 0;
    }
    field->decimals = (unsigned)decimals;
    field->min = take_scaled(r, map, "min", field->decimals, field->type == FIELD_NUMBER);
    field->max = take_scaled(r, map, "max", field->decimals, true);
    if (field->min >= field->max)
        yaml_problem(r->yaml, map, r->problems, NULL, "min must be below max");
    if (field->type == FIELD_DELAY && (field->min != 0 || field->decimals != 0))
        yaml_problem(r->yaml, map, r->problems, NULL, "a delay is whole minutes from 0");
}

static void read_code_thesauri(struct reading *r, struct yaml_node *map, struct model_field *field)
{
    char **names = take_list(r, map, "thesauri");
    size_t count = mem_list_count(names), used = 0;
    field->thesauri = mem_new(count + 1, sizeof(struct model_thesaurus *));
    for (size_t i = 0; i < count; i++) {
        const struct model_thesaurus *thesaurus = model_find_thesaurus(r->model, names[i]);
        if (thesaurus == NULL)
            yaml_problem(r->yaml, yaml_get(map, "thesauri"), r->problems, "declare it under thesauri",
                         "no thesaurus \"%s\"", names[i]);
        else
            field->thesauri[used++] = thesaurus;
    }
    mem_list_free(names);
}

static bool read_type(struct reading *r, struct yaml_node *map, struct model_field *field)
{
    char hint[96];
    char *type = take_text(r, map, "type", true);
    bool known = type != NULL && field_type_find(type, &field->type);
    if (type != NULL && !known) {
        const char *near = yaml_nearest(type, field_type_names());
        snprintf(hint, sizeof hint, "did you mean \"%s\"?", near == NULL ? "" : near);
        yaml_problem(r->yaml, yaml_get(map, "type"), r->problems, near == NULL ? NULL : hint,
                     "there is no type \"%.40s\"", type);
    }
    free(type);
    return known;
}

static void read_field(struct reading *r, struct yaml_node *map, struct model_field *field)
{
    check_name(r, map);
    if (map->key != NULL && listed(TAKEN, map->key))
        yaml_problem(r->yaml, map, r->problems, NULL, "every record already has a member \"%s\"", map->key);
    field->name = mem_dup(map->key);
    if (map->kind != YAML_MAP) {
        yaml_problem(r->yaml, map, r->problems, NULL, "a field is a map: type, meaning, reason…");
        return;
    }
    bool known = read_type(r, map, field);
    field->meaning = take_text(r, map, "meaning", true);
    field->reason = take_text(r, map, "reason", true);
    field->unit = take_text(r, map, "unit", false);
    field->opt_in = take_bool(r, map, "opt_in");
    field->hidden_by_death = take_bool(r, map, "hidden_by_death");
    if (!known)
        return;
    if (field->type == FIELD_NUMBER || field->type == FIELD_DELAY)
        read_range(r, map, field);
    if (field->type == FIELD_ENUM)
        field->vocabulary = take_list(r, map, "vocabulary");
    if (field->type == FIELD_CODE)
        read_code_thesauri(r, map, field);
    yaml_report_unused(r->yaml, map, FIELD_KEYS, r->problems);
}

static void read_fields(struct reading *r, struct yaml_node *map, struct model_stream *stream)
{
    for (struct yaml_node *node = map == NULL ? NULL : map->first; node != NULL; node = node->next) {
        if (stream->field_count == MODEL_FIELDS_MAX) {
            yaml_problem(r->yaml, node, r->problems, NULL, "a stream has at most %d fields",
                         MODEL_FIELDS_MAX);
            return;
        }
        stream->fields = mem_grow(stream->fields, stream->field_count, sizeof *stream->fields);
        struct model_field *field = &stream->fields[stream->field_count];
        field->index = stream->field_count++;
        read_field(r, node, field);
        for (unsigned i = 0; i < field->index; i++)
            if (field->name != NULL && stream->fields[i].name != NULL &&
                strcmp(stream->fields[i].name, field->name) == 0)
                yaml_problem(r->yaml, node, r->problems, NULL, "the stream already has a field \"%s\"",
                             field->name);
    }
}

/* Each stream that carries them has its own copy. */
static void read_patient_fields(struct reading *r, struct yaml_node *map, struct model_stream *stream)
{
    struct problems *problems = r->problems;
    struct problems PROBLEMS_CLEANUP known = {0};
    if (r->patient_fields_read)
        r->problems = &known;
    read_fields(r, map, stream);
    r->problems = problems;
    r->patient_fields_read = true;
}

static void read_stream(struct reading *r, struct yaml_node *map, struct yaml_node *patient_fields)
{
    r->model->streams = mem_grow(r->model->streams, r->model->stream_count, sizeof *r->model->streams);
    struct model_stream *stream = &r->model->streams[r->model->stream_count];
    stream->index = r->model->stream_count++;
    check_name(r, map);
    stream->name = mem_dup(map->key);
    if (map->kind != YAML_MAP) {
        yaml_problem(r->yaml, map, r->problems, NULL, "a stream is a map: meaning, fields…");
        return;
    }
    stream->meaning = take_text(r, map, "meaning", true);
    if (take_bool(r, map, "patient_fields"))
        read_patient_fields(r, patient_fields, stream);
    struct yaml_node *fields = yaml_get(map, "fields");
    if (fields == NULL || fields->kind != YAML_MAP)
        yaml_problem(r->yaml, fields == NULL ? map : fields, r->problems, NULL, "fields must be a map");
    else
        read_fields(r, fields, stream);
    yaml_report_unused(r->yaml, map, STREAM_KEYS, r->problems);
}

static void read_thesaurus(struct reading *r, struct yaml_node *map)
{
    r->model->thesauri = mem_grow(r->model->thesauri, r->model->thesaurus_count, sizeof *r->model->thesauri);
    struct model_thesaurus *thesaurus = &r->model->thesauri[r->model->thesaurus_count++];
    check_name(r, map);
    thesaurus->name = mem_dup(map->key);
    if (map->kind != YAML_MAP) {
        yaml_problem(r->yaml, map, r->problems, NULL, "a thesaurus is a map: meaning, patterns");
        return;
    }
    thesaurus->meaning = take_text(r, map, "meaning", true);
    thesaurus->patterns = take_list(r, map, "patterns");
    for (char **pattern = thesaurus->patterns; pattern != NULL && *pattern != NULL; pattern++)
        if (!thesaurus_pattern_valid(*pattern))
            yaml_problem(r->yaml, yaml_get(map, "patterns"), r->problems,
                         "literals, [classes], \\ before a special character, ? and {m,n}; no groups",
                         "\"%s\" is not a pattern we read", *pattern);
    yaml_report_unused(r->yaml, map, THESAURUS_KEYS, r->problems);
}

/* A member that must be a map; NULL, and a problem, when it is not. */
static struct yaml_node *take_map(struct reading *r, struct yaml_node *map, const char *key)
{
    struct yaml_node *node = yaml_get(map, key);
    if (node != NULL && node->kind == YAML_MAP)
        return node;
    yaml_problem(r->yaml, node == NULL ? map : node, r->problems, NULL, "%s must be a map", key);
    return NULL;
}

static void read_model(struct reading *r)
{
    struct yaml_node *root = r->yaml->root;
    r->model->name = take_text(r, root, "model", true);
    int64_t years = take_scaled(r, root, "retention_years", 0, true);
    if (years < 1 || years > RETENTION_MAX)
        yaml_problem(r->yaml, root, r->problems, NULL, "retention_years must be 1 to %d", RETENTION_MAX);
    else
        r->model->retention_years = (unsigned)years;
    struct yaml_node *thesauri = take_map(r, root, "thesauri");
    for (struct yaml_node *node = thesauri == NULL ? NULL : thesauri->first; node != NULL; node = node->next)
        read_thesaurus(r, node);
    struct yaml_node *patient_fields = take_map(r, root, "patient_fields");
    struct yaml_node *streams = take_map(r, root, "streams");
    for (struct yaml_node *node = streams == NULL ? NULL : streams->first; node != NULL; node = node->next)
        read_stream(r, node, patient_fields);
    if (r->model->stream_count == 0 || r->model->streams[0].name == NULL ||
        strcmp(r->model->streams[0].name, "call") != 0)
        yaml_problem(r->yaml, streams == NULL ? root : streams, r->problems, NULL,
                     "the first stream must be call: episodes are named by it");
    yaml_report_unused(r->yaml, root, MODEL_KEYS, r->problems);
}

struct model *model_parse(const char *name, const char *text, size_t len, struct problems *problems)
{
    size_t before = problems->errors;
    struct yaml *yaml = yaml_parse(name, text, len, problems);
    if (yaml == NULL)
        return NULL;
    struct reading r = {.yaml = yaml, .model = mem_new(1, sizeof *r.model), .problems = problems};
    if (yaml->root == NULL || yaml->root->kind != YAML_MAP)
        problems_add(problems, name, 1, 1, NULL, "a model is a map: model, streams…");
    else
        read_model(&r);
    sha256(text, len, r.model->hash);
    yaml_free(yaml);
    if (problems->errors == before)
        return r.model;
    model_free(r.model);
    return NULL;
}
