/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/checklist.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/report.h"
#include "contact/json.h"
#include "contact/language.h"
#include "contact/table.h"

#define JSON_MAX ((size_t)4 << 20)

struct line {
    enum finding finding;
    char *what, *text, *hint;
};

struct checklist {
    struct line *lines;
    size_t count;
};

struct checklist *checklist_new(void)
{
    return calloc(1, sizeof(struct checklist));
}

void checklist_free(struct checklist *list)
{
    for (size_t i = 0; list != NULL && i < list->count; i++) {
        free(list->lines[i].what);
        free(list->lines[i].text);
        free(list->lines[i].hint);
    }
    if (list != NULL)
        free(list->lines);
    free(list);
}

void checklist_add(struct checklist *list, enum finding finding, const char *what, const char *hint,
                   const char *format, ...)
{
    struct line *lines = reallocarray(list->lines, list->count + 1, sizeof *lines);
    if (lines == NULL)
        return;
    list->lines = lines;
    struct line *line = &lines[list->count];
    *line = (struct line){
        .finding = finding, .what = strdup(what), .hint = hint == NULL ? NULL : strdup(language_text(hint))};
    va_list args;
    va_start(args, format);
    if (vasprintf(&line->text, language_text(format), args) < 0)
        line->text = NULL;
    va_end(args);
    list->count++;
}

void checklist_add_err(struct checklist *list, const char *what, const struct err *err)
{
    checklist_add(list, FINDING_ERROR, what, err->hint[0] == '\0' ? NULL : err->hint, "%s", err->message);
}

static const char *const names[] = {N_("ok"), N_("note"), N_("warning"), N_("error")};

static void print_json(const struct checklist *list)
{
    struct buf text BUF_CLEANUP = BUF_INIT(JSON_MAX);
    struct json j = JSON(&text);
    json_begin_array(&j);
    for (size_t i = 0; i < list->count; i++) {
        const struct line *line = &list->lines[i];
        json_begin_object(&j);
        json_kv_string(&j, "finding", names[line->finding]);
        json_kv_string(&j, "what", line->what);
        json_kv_string(&j, "text", line->text);
        json_kv_string(&j, "hint", line->hint);
        json_end_object(&j);
    }
    json_end_array(&j);
    report_json(&text);
}

static void print_table(const struct checklist *list)
{
    static const enum table_style styles[] = {TABLE_GOOD, TABLE_PLAIN, TABLE_WARNING, TABLE_BAD};
    static const char *const headings[] = {"", N_("looked at"), N_("found")};
    struct table *table = table_new(headings, 3);
    for (size_t i = 0; i < list->count; i++) {
        const struct line *line = &list->lines[i];
        table_cell(table, styles[line->finding], "%s", _(names[line->finding]));
        table_cell(table, TABLE_PLAIN, "%s", _(line->what));
        table_cell(table, TABLE_PLAIN, "%s", line->text == NULL ? "" : line->text);
        if (line->hint != NULL) {
            table_cell(table, TABLE_PLAIN, "%s", "");
            table_cell(table, TABLE_PLAIN, "%s", "");
            table_cell(table, TABLE_PLAIN, _("HINT: %s"), line->hint);
        }
    }
    table_print(table, stdout);
    table_free(table);
}

enum finding checklist_print(const struct checklist *list, bool as_json)
{
    enum finding worst = FINDING_OK;
    for (size_t i = 0; i < list->count; i++)
        if (list->lines[i].finding > worst)
            worst = list->lines[i].finding;
    if (as_json)
        print_json(list);
    else
        print_table(list);
    return worst;
}
