/* SPDX-License-Identifier: Apache-2.0 */
/* What codes mean, as the database says it: a person looks at every label before it leaves. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "agent/ask.h"
#include "agent/collect/labels.h"
#include "agent/commands.h"
#include "agent/report.h"
#include "agent/stage.h"
#include "contact/json.h"
#include "contact/language.h"
#include "contact/mem.h"
#include "contact/table.h"

#define LABELS_MOST 20000
#define JSON_MAX ((size_t)16 << 20)

enum standing_of_label { STANDS_SENT, STANDS_AGREED, STANDS_FEW, STANDS_NEW, STANDS_TWICE, STANDS_FAULTY };

struct entry {
    struct label label;
    enum standing_of_label standing;
};

struct list {
    struct entry *entries;
    size_t count;
};

static enum err_code add(void *context, const struct label *label, struct err *err)
{
    struct list *list = context;
    if (list->count == LABELS_MOST)
        return err_set(err, ERR_CONFIG, "more than %d labels: is that a table of codes?", LABELS_MOST);
    list->entries = mem_grow(list->entries, list->count, sizeof *list->entries);
    list->entries[list->count++] = (struct entry){.label = *label};
    return OK;
}

static int by_code(const void *a, const void *b)
{
    const struct label *one = &((const struct entry *)a)->label, *other = &((const struct entry *)b)->label;
    int order = strcmp(one->thesaurus, other->thesaurus);
    order = order != 0 ? order : strcmp(one->code, other->code);
    return order != 0 ? order : strcmp(one->text, other->text);
}

static bool same_code(const struct entry *a, const struct entry *b)
{
    return memcmp(a->label.token, b->label.token, TOKEN_SIZE) == 0;
}

static enum standing_of_label stands(struct state *state, const struct label *label)
{
    if (label->fault != NULL)
        return STANDS_FAULTY;
    if (!label_is(state, label->token, LABEL_AGREED, label->hash))
        return STANDS_NEW;
    if (label_patients(state, label->token) < LABEL_PATIENTS)
        return STANDS_FEW;
    return label_is(state, label->token, LABEL_SENT, label->hash) ? STANDS_SENT : STANDS_AGREED;
}

/* In the order of codes, each label once. A second one of a code is not offered: the one that was agreed to
 * goes on, or else neither is agreed to. */
static void settle(struct list *list, struct state *state)
{
    size_t kept = 0;
    if (list->count > 0)
        qsort(list->entries, list->count, sizeof *list->entries, by_code);
    for (size_t i = 0; i < list->count; i++) {
        struct entry *entry = &list->entries[i];
        struct entry *before = kept > 0 ? &list->entries[kept - 1] : NULL;
        entry->standing = stands(state, &entry->label);
        bool twice = before != NULL && same_code(before, entry);
        if (twice && memcmp(before->label.hash, entry->label.hash, SHORT_SIZE) == 0)
            continue;
        if (twice && before->standing == STANDS_NEW)
            before->standing = STANDS_TWICE;
        if (twice && entry->standing == STANDS_NEW)
            entry->standing = STANDS_TWICE;
        list->entries[kept++] = *entry;
    }
    list->count = kept;
}

static const char *standing_text(const struct entry *entry)
{
    switch (entry->standing) {
    case STANDS_SENT:
        return N_("sent");
    case STANDS_AGREED:
        return N_("goes tonight");
    case STANDS_FEW:
        return N_("agreed; waits until its code was sent for 11 patients");
    case STANDS_NEW:
        return N_("not agreed to");
    case STANDS_TWICE:
        return N_("stays here: its code has two labels");
    case STANDS_FAULTY:
        break;
    }
    return N_("stays here");
}

static void print_list(const struct list *list)
{
    static const char *const headings[] = {N_("thesaurus"), N_("code"), N_("label"), N_("standing")};
    struct table *table = table_new(headings, 4);
    for (size_t i = 0; i < list->count; i++) {
        const struct entry *entry = &list->entries[i];
        table_cell(table, TABLE_PLAIN, "%s", entry->label.thesaurus);
        table_cell(table, TABLE_PLAIN, "%s", entry->label.code);
        table_cell(table, TABLE_PLAIN, "%s", entry->label.text);
        table_cell(table, entry->standing <= STANDS_AGREED ? TABLE_GOOD : TABLE_WARNING, "%s%s%s",
                   _(standing_text(entry)), entry->label.fault == NULL ? "" : ": ", /* as it is */
                   entry->label.fault == NULL ? "" : _(entry->label.fault));
    }
    table_print(table, stdout);
    table_free(table);
}

static void print_json(const struct list *list)
{
    static const char *const words[] = {
        [STANDS_SENT] = "sent", [STANDS_AGREED] = "agreed",    [STANDS_FEW] = "few_patients",
        [STANDS_NEW] = "new",   [STANDS_TWICE] = "two_labels", [STANDS_FAULTY] = "withheld"};
    struct buf out BUF_CLEANUP = BUF_INIT(JSON_MAX);
    struct json j = JSON(&out);
    json_begin_array(&j);
    for (size_t i = 0; i < list->count; i++) {
        json_begin_object(&j);
        json_kv_string(&j, "thesaurus", list->entries[i].label.thesaurus);
        json_kv_string(&j, "code", list->entries[i].label.code);
        json_kv_string(&j, "label", list->entries[i].label.text);
        json_kv_string(&j, "standing", words[list->entries[i].standing]);
        json_end_object(&j);
    }
    json_end_array(&j);
    report_json(&out);
}

struct request {
    bool approves, sure, as_json;
    const char *who;
};

static enum err_code agree(const struct settings *settings, struct state *state, const struct list *list,
                           const char *who, struct err *err)
{
    struct trail_entry entry = {.what = "labels approve", .who = who};
    state_begin(state);
    for (size_t i = 0; i < list->count; i++)
        if (list->entries[i].standing == STANDS_NEW) {
            label_mark(state, list->entries[i].label.token, LABEL_AGREED, list->entries[i].label.hash);
            entry.count++;
        }
    enum err_code code = state_commit(state, err);
    return code == OK ? trail_note(settings, &entry, err) : code;
}

static int approve(const struct settings *settings, struct state *state, const struct list *list,
                   const struct request *request)
{
    struct err err;
    size_t fresh = 0;
    for (size_t i = 0; i < list->count; i++)
        fresh += list->entries[i].standing == STANDS_NEW;
    if (fresh == 0) {
        puts(_("No label waits to be agreed to."));
        return EX_OK;
    }
    printf(_("\nLabels not agreed to yet: %zu. They say what codes mean; none may tell of a person.\n"),
           fresh);
    if (!request->sure && !ask_yes(_("Let them leave? (yes/no)"))) {
        puts(_("Nothing was changed."));
        return EX_NOPERM;
    }
    if (agree(settings, state, list, ask_who(request->who), &err) != OK)
        return command_failed("labels", &err);
    puts(_("Agreed. Each goes at night, once its code was sent for 11 patients."));
    return EX_OK;
}

static int run(const struct settings *settings, const struct request *request)
{
    struct stage stage = {0};
    struct problems problems PROBLEMS_CLEANUP = {0};
    struct state *state = NULL;
    struct list list = {0};
    struct err err;
    enum err_code code = state_attach(settings->collect_folder, &state, &err);
    if (code == ERR_RETRY)
        code = err_set(&err, ERR_CONFIG, "nothing was collected here yet");
    if (code == OK)
        code = stage_open_rows(&stage, settings, &problems, &err);
    problems_print(&problems, stderr);
    if (code == OK)
        code = labels_read(stage.mapping, stage.source, stage.keys, add, &list, &err);
    int status = code == OK ? EX_OK : command_failed("labels", &err);
    if (code == OK) {
        settle(&list, state);
        if (request->as_json)
            print_json(&list);
        else if (list.count > 0)
            print_list(&list);
        else
            puts(_("The mapping names no table of labels (`labels`), or none has rows."));
        if (request->approves)
            status = approve(settings, state, &list, request);
    }
    free(list.entries);
    stage_close(&stage);
    state_close(state);
    return status;
}

int cmd_labels(int argc, char **argv)
{
    struct request request = {.sure = false};
    for (int i = 1; i < argc; i++) {
        if (i == 1 && (strcmp(argv[i], "approve") == 0 || strcmp(argv[i], "show") == 0))
            request.approves = argv[i][0] == 'a';
        else if (strcmp(argv[i], "--json") == 0)
            request.as_json = true;
        else if (strcmp(argv[i], "--yes") == 0)
            request.sure = true;
        else if (strcmp(argv[i], "--by") == 0 && i + 1 < argc)
            request.who = argv[++i];
        else
            return command_usage(argv[0], argv[i]);
    }
    if (request.approves && request.as_json)
        return command_usage(argv[0], "approve with --json");
    struct invocation invocation;
    if (!invocation_begin(&invocation, USER_COLLECT))
        return EX_CONFIG;
    int status = run(&invocation.settings, &request);
    invocation_end(&invocation);
    return status;
}
