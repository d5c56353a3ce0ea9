/* SPDX-License-Identifier: Apache-2.0 */
#include "contact/config.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "contact/json.h"

#define VALUE_MAX ((size_t)16 << 10)

static void *place_of(const struct config_option *option, void *target)
{
    return (char *)target + option->offset;
}

static bool is_text(enum config_type type)
{
    return type == CONFIG_STRING || type == CONFIG_PATH;
}

/* A whole number followed by a unit; false when there is no number, an unknown unit, or it overflows. */
static bool parse_with_unit(const char *text, const char *const *units, const int64_t *factors, int64_t *ret)
{
    char *end;
    errno = 0;
    long long number = strtoll(text, &end, 10);
    if (end == text || errno != 0 || number < 0)
        return false;
    while (*end == ' ')
        end++;
    for (; *units != NULL; units++, factors++) {
        if (strcmp(end, *units) == 0) {
            if (number > INT64_MAX / *factors)
                return false;
            *ret = (int64_t)number * *factors;
            return true;
        }
    }
    return false;
}

/* One duration, as in a file; -1 when it is not one. Milliseconds. */
static int64_t parse_duration(const char *text)
{
    static const char *const units[] = {"ms", "s", "m", "h", "d", NULL};
    static const int64_t factors[] = {1, 1000, 60000, 3600000, 86400000};
    int64_t value;
    return parse_with_unit(text, units, factors, &value) ? value : -1;
}

static bool parse_size(const char *text, int64_t *ret)
{
    static const char *const units[] = {"", "KiB", "MiB", "GiB", NULL};
    static const int64_t factors[] = {1, 1024, 1048576, 1073741824};
    return parse_with_unit(text, units, factors, ret);
}

static bool parse_bool(const char *text, bool *ret)
{
    static const char *const words[] = {"no", "yes", "false", "true", "off", "on"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(text, words[i]) == 0) {
            *ret = i % 2 == 1;
            return true;
        }
    }
    return false;
}

static bool parse_enum(const struct config_option *option, const char *text, int *ret)
{
    for (int i = 0; option->values[i] != NULL; i++) {
        if (strcmp(text, option->values[i]) == 0) {
            *ret = i;
            return true;
        }
    }
    return false;
}

static bool in_range(const struct config_option *option, int64_t value)
{
    return (option->min == 0 && option->max == 0) || (value >= option->min && value <= option->max);
}

/* A path of a file is relative to that file's folder. base may be NULL. */
static char *resolve(const char *text, const char *base)
{
    const char *slash = base == NULL ? NULL : strrchr(base, '/');
    if (text[0] == '\0' || text[0] == '/' || slash == NULL)
        return strdup(text);
    char *path = NULL;
    if (asprintf(&path, "%.*s/%s", (int)(slash - base), base, text) < 0)
        return NULL;
    return path;
}

/* Sets one option from its text. NULL on success, else what is expected. */
static const char *set_option(const struct config_option *option, const char *text, const char *base,
                              void *target)
{
    void *place = place_of(option, target);
    int64_t number = 0;
    switch (option->type) {
    case CONFIG_STRING:
    case CONFIG_PATH:
        free(*(char **)place);
        *(char **)place = option->type == CONFIG_PATH ? resolve(text, base) : strdup(text);
        return NULL;
    case CONFIG_BOOL:
        return parse_bool(text, place) ? NULL : "write yes or no";
    case CONFIG_ENUM:
        return parse_enum(option, text, place) ? NULL : "not one of the values known";
    case CONFIG_DURATION:
        number = parse_duration(text);
        if (number < 0)
            return "write a number and a unit: 500ms, 30s, 5m, 12h or 7d";
        break;
    case CONFIG_SIZE:
        if (!parse_size(text, &number))
            return "write a number of bytes, or with a unit: 512KiB, 64MiB, 2GiB";
        break;
    case CONFIG_INT: {
        char *end;
        errno = 0;
        number = strtoll(text, &end, 10);
        if (end == text || *end != '\0' || errno != 0)
            return "write a whole number";
        break;
    }
    }
    if (!in_range(option, number))
        return "outside the range allowed";
    *(int64_t *)place = number;
    return NULL;
}

static void set_origin(struct config_origin *origin, size_t at, const char *file, unsigned line)
{
    free(origin->text[at]);
    origin->text[at] = NULL;
    const char *slash = strrchr(file, '/');
    if (line == 0)
        origin->text[at] = strdup(file);
    else if (asprintf(&origin->text[at], "%s:%u", slash == NULL ? file : slash + 1, line) < 0)
        origin->text[at] = NULL;
}

static struct yaml_node *find(struct yaml_node *map, const char *name)
{
    char part[64];
    const char *dot = strchr(name, '.');
    if (dot == NULL)
        return yaml_get(map, name);
    snprintf(part, sizeof part, "%.*s", (int)(dot - name), name);
    return find(yaml_get(map, part), dot + 1);
}

static void apply(const struct config_option *table, size_t at, const struct yaml *yaml, void *target,
                  struct config_origin *origin, struct problems *problems)
{
    const struct config_option *option = &table[at];
    struct yaml_node *node = find(yaml->root, option->name);
    if (node == NULL || yaml_is_null(node))
        return;
    if (node->kind != YAML_SCALAR) {
        yaml_problem(yaml, node, problems, option->help, "\"%s\" takes one value", option->name);
        return;
    }
    const char *expected = set_option(option, node->text, yaml->path, target);
    if (expected != NULL)
        yaml_problem(yaml, node, problems, expected, "\"%s\" cannot be \"%.60s\"", option->name, node->text);
    else
        set_origin(origin, at, yaml->path, node->line);
}

/* The names known at one level of the file: the parts after prefix, up to the next dot. */
static void report_unknown(const struct config_option *table, const struct yaml *yaml, struct yaml_node *map,
                           const char *prefix, struct problems *problems)
{
    char parts[CONFIG_ORIGIN_MAX][64];
    const char *known[CONFIG_ORIGIN_MAX + 1] = {NULL};
    size_t count = 0, skip = strlen(prefix);
    for (size_t i = 0; table[i].name != NULL && count < CONFIG_ORIGIN_MAX; i++) {
        if (strncmp(table[i].name, prefix, skip) != 0)
            continue;
        snprintf(parts[count], sizeof parts[count], "%.*s", (int)strcspn(table[i].name + skip, "."),
                 table[i].name + skip);
        known[count] = parts[count];
        count++;
    }
    yaml_report_unused(yaml, map, known, problems);
    for (struct yaml_node *n = map == NULL ? NULL : map->first; n != NULL; n = n->next) {
        if (n->kind == YAML_MAP && n->used) {
            char deeper[128];
            snprintf(deeper, sizeof deeper, "%s%s.", prefix, n->key);
            report_unknown(table, yaml, n, deeper, problems);
        }
    }
}

static void load_file(const struct config_option *table, const char *path, void *target,
                      struct config_origin *origin, struct problems *problems)
{
    struct yaml *yaml = yaml_load(path, problems);
    if (yaml == NULL)
        return;
    if (yaml->root != NULL && yaml->root->kind != YAML_MAP) {
        if (!yaml_is_null(yaml->root))
            yaml_problem(yaml, yaml->root, problems, "write a setting a line: name: value",
                         "not a list of settings");
    } else {
        for (size_t i = 0; table[i].name != NULL; i++)
            apply(table, i, yaml, target, origin, problems);
        report_unknown(table, yaml, yaml->root, "", problems);
    }
    yaml_free(yaml);
}

static int is_yaml(const struct dirent *entry)
{
    size_t len = strlen(entry->d_name);
    return entry->d_name[0] != '.' && len > 5 && strcmp(entry->d_name + len - 5, ".yaml") == 0;
}

static void load_drop_ins(const struct config_option *table, const char *path, void *target,
                          struct config_origin *origin, struct problems *problems)
{
    char *folder = resolve("conf.d", path);
    struct dirent **entries = NULL;
    int count = folder == NULL ? -1 : scandir(folder, &entries, is_yaml, alphasort);
    for (int i = 0; i < count; i++) {
        char *file = NULL;
        if (asprintf(&file, "%s/%s", folder, entries[i]->d_name) >= 0)
            load_file(table, file, target, origin, problems);
        free(file);
        free(entries[i]);
    }
    free(entries);
    free(folder);
}

void config_load(const struct config_option *table, const char *path, bool optional, void *target,
                 struct config_origin *origin, struct problems *problems)
{
    for (size_t i = 0; table[i].name != NULL; i++) {
        if (table[i].default_text != NULL) {
            const char *expected = set_option(&table[i], table[i].default_text, NULL, target);
            if (expected != NULL)
                problems_add(problems, "defaults", 0, 0, expected, "%s", table[i].name);
        }
        set_origin(origin, i, "default", 0);
    }
    if (optional && access(path, F_OK) != 0)
        return;
    load_file(table, path, target, origin, problems);
    if (strchr(path, '/') != NULL)
        load_drop_ins(table, path, target, origin, problems);
}

void config_free(const struct config_option *table, void *target, struct config_origin *origin)
{
    for (size_t i = 0; table[i].name != NULL; i++) {
        if (is_text(table[i].type)) {
            char **place = place_of(&table[i], target);
            free(*place);
            *place = NULL;
        }
        free(origin->text[i]);
        origin->text[i] = NULL;
    }
}

/* The largest unit that divides the value. */
static void put_number(int64_t value, const char *const *units, const int64_t *factors, size_t count,
                       struct buf *out)
{
    size_t best = 0;
    for (size_t i = 0; i < count; i++)
        if (value != 0 && value % factors[i] == 0)
            best = i;
    buf_printf(out, "%" PRId64 "%s", value / factors[best], units[best]);
}

/* As it may stand in a file. */
static void put_value(const struct config_option *option, const void *place, struct buf *out)
{
    static const char *const duration_units[] = {"ms", "s", "m", "h", "d"};
    static const int64_t duration_factors[] = {1, 1000, 60000, 3600000, 86400000};
    static const char *const size_units[] = {"", "KiB", "MiB", "GiB"};
    static const int64_t size_factors[] = {1, 1024, 1048576, 1073741824};
    switch (option->type) {
    case CONFIG_STRING:
    case CONFIG_PATH: {
        const char *text = *(char *const *)place;
        buf_puts(out, text == NULL ? "" : text);
        break;
    }
    case CONFIG_BOOL:
        buf_puts(out, *(const bool *)place ? "yes" : "no");
        break;
    case CONFIG_ENUM:
        buf_puts(out, option->values[*(const int *)place]);
        break;
    case CONFIG_DURATION:
        put_number(*(const int64_t *)place, duration_units, duration_factors, 5, out);
        break;
    case CONFIG_SIZE:
        put_number(*(const int64_t *)place, size_units, size_factors, 4, out);
        break;
    case CONFIG_INT:
        buf_printf(out, "%" PRId64, *(const int64_t *)place);
        break;
    }
}

void config_print(const struct config_option *table, const void *target, const struct config_origin *origin,
                  FILE *to)
{
    BUF_CLEANUP struct buf value = BUF_INIT(VALUE_MAX);
    for (size_t i = 0; table[i].name != NULL; i++) {
        buf_clear(&value);
        put_value(&table[i], (const char *)target + table[i].offset, &value);
        fprintf(to, "%s = %s", table[i].name, buf_text(&value));
        if (origin == NULL)
            fputc('\n', to);
        else
            fprintf(to, "    (%s)\n", origin->text[i] == NULL ? "?" : origin->text[i]);
    }
}

void config_print_json(const struct config_option *table, const void *target,
                       const struct config_origin *origin, FILE *to)
{
    BUF_CLEANUP struct buf value = BUF_INIT(VALUE_MAX);
    BUF_CLEANUP struct buf text = BUF_INIT(CONFIG_ORIGIN_MAX * VALUE_MAX);
    struct json j = JSON(&text);
    json_begin_array(&j);
    for (size_t i = 0; table[i].name != NULL; i++) {
        buf_clear(&value);
        put_value(&table[i], (const char *)target + table[i].offset, &value);
        json_begin_object(&j);
        json_kv_string(&j, "name", table[i].name);
        json_kv_string(&j, "value", buf_text(&value));
        json_kv_string(&j, "from", origin->text[i]);
        json_end_object(&j);
    }
    json_end_array(&j);
    fprintf(to, "%s\n", buf_text(&text));
}

void config_print_sample(const struct config_option *table, FILE *to)
{
    const char *section = "";
    size_t section_len = 0;
    for (size_t i = 0; table[i].name != NULL; i++) {
        const char *name = table[i].name, *dot = strchr(name, '.');
        size_t len = dot == NULL ? 0 : (size_t)(dot - name);
        if (len > 0 && (len != section_len || strncmp(name, section, len) != 0))
            fprintf(to, "\n#%.*s:\n", (int)len, name);
        else if (i > 0)
            fputc('\n', to);
        section = name;
        section_len = len;
        const char *indent = len > 0 ? "  " : "";
        fprintf(to, "#%s%s%s\n", indent, len > 0 ? "# " : " ", table[i].help);
        fprintf(to, "#%s%s: %s\n", indent, dot == NULL ? name : dot + 1,
                table[i].default_text == NULL ? "" : table[i].default_text);
    }
}
