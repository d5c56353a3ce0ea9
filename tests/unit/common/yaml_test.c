/* SPDX-License-Identifier: Apache-2.0 */
#include "contact/config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static struct yaml *parsed(const char *text, struct problems *problems)
{
    return yaml_parse("test.yaml", text, strlen(text), problems);
}

static void refused_at(const char *text, unsigned line, unsigned column)
{
    struct problems problems PROBLEMS_CLEANUP = {0};
    assert_null(parsed(text, &problems));
    assert_int_equal(problems.errors, 1);
    assert_int_equal(problems.items[0].line, line);
    if (column > 0)
        assert_int_equal(problems.items[0].column, column);
}

static void each_node_knows_its_place(void **state)
{
    (void)state;
    struct problems problems PROBLEMS_CLEANUP = {0};
    struct yaml *yaml = parsed("a: 1\nb:\n  - x\n  - {c: 'null'}\n", &problems);
    assert_non_null(yaml);
    struct yaml_node *b = yaml_get(yaml->root, "b");
    assert_int_equal(yaml_count(b), 2);
    assert_int_equal(b->first->next->first->line, 4);
    assert_int_equal(b->first->next->first->column, 9);
    assert_false(yaml_is_null(b->first->next->first));
    assert_null(yaml_get(yaml->root, "z"));
    yaml_free(yaml);
}

static void what_a_person_could_misread_is_refused_with_its_place(void **state)
{
    (void)state;
    refused_at("a: 1\na: 2\n", 2, 0);
    refused_at("a: &x 1\nb: *x\n", 1, 4);
    refused_at("a: !!int 1\n", 1, 4);
    refused_at("a: 1\n---\nb: 2\n", 3, 0);
    refused_at("a: [1, 2\n", 2, 0);
    refused_at("? [1]\n: 2\n", 1, 0);
    refused_at("\xff\xfe\xff", 1, 0);
}

static void nesting_and_size_are_bounded(void **state)
{
    (void)state;
    char deep[200];
    memset(deep, '[', sizeof deep);
    deep[sizeof deep - 1] = '\0';
    struct problems problems PROBLEMS_CLEANUP = {0};
    assert_null(parsed(deep, &problems));
    assert_int_equal(problems.errors, 1);
}

struct target {
    char *name, *path;
    bool on;
    int64_t wait_ms, bytes, count;
    int kind;
};

static const char *const kinds[] = {"one", "two", NULL};
static const struct config_option table[] = {
    {"name", CONFIG_STRING, offsetof(struct target, name), "x", 0, 0, NULL, "a name"},
    {"deep.path", CONFIG_PATH, offsetof(struct target, path), "", 0, 0, NULL, "a path"},
    {"deep.on", CONFIG_BOOL, offsetof(struct target, on), "no", 0, 0, NULL, "a switch"},
    {"wait", CONFIG_DURATION, offsetof(struct target, wait_ms), "30m", 1000, 3600000, NULL, "a wait"},
    {"bytes", CONFIG_SIZE, offsetof(struct target, bytes), "2GiB", 0, 0, NULL, "a size"},
    {"count", CONFIG_INT, offsetof(struct target, count), "4", 1, 9, NULL, "a number"},
    {"kind", CONFIG_ENUM, offsetof(struct target, kind), "one", 0, 0, kinds, "a kind"},
    {NULL, CONFIG_STRING, 0, NULL, 0, 0, NULL, NULL},
};

struct loaded {
    char folder[64], path[96];
    struct target target;
    struct config_origin origin;
    struct problems problems;
};

static void write_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void load(struct loaded *l, const char *text, const char *drop_in)
{
    *l = (struct loaded){.folder = "/tmp/config.XXXXXX"};
    assert_non_null(mkdtemp(l->folder));
    snprintf(l->path, sizeof l->path, "%s/a.yaml", l->folder);
    write_text(l->path, text);
    if (drop_in != NULL) {
        char path[128];
        snprintf(path, sizeof path, "%s/conf.d", l->folder);
        assert_int_equal(mkdir(path, 0700), 0);
        snprintf(path, sizeof path, "%s/conf.d/10.yaml", l->folder);
        write_text(path, drop_in);
    }
    config_load(table, l->path, false, &l->target, &l->origin, &l->problems);
}

static void unload(struct loaded *l)
{
    char command[128];
    config_free(table, &l->target, &l->origin);
    problems_free(&l->problems);
    snprintf(command, sizeof command, "rm -rf '%s'", l->folder);
    assert_int_equal(system(command), 0);
}

static void units_are_written_out_and_defaults_hold(void **state)
{
    (void)state;
    struct loaded l;
    load(&l, "wait: 5m\ndeep: {path: sub/x, on: yes}\nbytes: 64KiB\nkind: two\n", NULL);
    assert_int_equal(l.problems.errors, 0);
    assert_int_equal(l.target.wait_ms, 300000);
    assert_int_equal(l.target.bytes, 65536);
    assert_int_equal(l.target.count, 4);
    assert_int_equal(l.target.kind, 1);
    assert_true(l.target.on);
    assert_memory_equal(l.target.path, l.folder, strlen(l.folder));
    assert_string_equal(l.origin.text[0], "default");
    assert_string_equal(l.origin.text[3], "a.yaml:1");
    unload(&l);
}

static void a_drop_in_wins_over_the_file(void **state)
{
    (void)state;
    struct loaded l;
    load(&l, "count: 2\n", "count: 7\n");
    assert_int_equal(l.target.count, 7);
    assert_string_equal(l.origin.text[5], "10.yaml:1");
    unload(&l);
}

static void every_problem_is_told_at_once_with_place_and_hint(void **state)
{
    (void)state;
    struct loaded l;
    load(&l, "wiat: 5m\nwait: 30\ncount: 12\nbytes: many\nkind: three\ndeep: {no: x}\nname: [a]\n", NULL);
    assert_int_equal(l.problems.errors, 7);
    bool near = false;
    for (size_t i = 0; i < l.problems.count; i++) {
        assert_int_not_equal(l.problems.items[i].line, 0);
        if (l.problems.items[i].hint != NULL && strstr(l.problems.items[i].hint, "\"wait\"") != NULL)
            near = true;
    }
    assert_true(near);
    unload(&l);
}

static void the_sample_file_is_read_back_as_the_defaults(void **state)
{
    (void)state;
    char *text = NULL;
    size_t len = 0;
    FILE *file = open_memstream(&text, &len);
    config_print_sample(table, file);
    fclose(file);
    struct loaded l;
    load(&l, text, NULL);
    assert_int_equal(l.problems.errors, 0);
    assert_int_equal(l.target.wait_ms, 1800000);
    unload(&l);
    /* and with every comment sign of a setting taken away it still is */
    for (char *c = text; c != NULL && *c != '\0'; c = strchr(c, '\n') == NULL ? NULL : strchr(c, '\n') + 1)
        if (*c == '#' && strncmp(c, "# ", 2) != 0 && strncmp(c, "#  #", 4) != 0)
            *c = c[1] == ' ' ? ' ' : '\n';
    load(&l, text, NULL);
    assert_int_equal(l.problems.errors, 0);
    unload(&l);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_node_knows_its_place),
        cmocka_unit_test(what_a_person_could_misread_is_refused_with_its_place),
        cmocka_unit_test(nesting_and_size_are_bounded),
        cmocka_unit_test(units_are_written_out_and_defaults_hold),
        cmocka_unit_test(a_drop_in_wins_over_the_file),
        cmocka_unit_test(every_problem_is_told_at_once_with_place_and_hint),
        cmocka_unit_test(the_sample_file_is_read_back_as_the_defaults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
