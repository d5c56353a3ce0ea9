/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/approve_difference.h"

#include <stdio.h>
#include <string.h>

#include "agent/collect/collect.h"
#include "contact/civil.h"
#include "contact/json.h"
#include "contact/language.h"
#include "contact/model.h"

#define JSON_MAX ((size_t)4 << 20)

struct telling {
    const struct approval *approval; /* the last one */
    const struct model *model;       /* NULL when it cannot be read */
    char section[64];
    bool begun;
};

static void begin(struct telling *t)
{
    char day[DAY_TEXT];
    if (t->begun)
        return;
    t->begun = true;
    day_format((int32_t)(t->approval->at_s / 86400), day);
    printf(_("Different from what %s agreed to on %s:\n"), t->approval->who, day);
}

/* What a field newly sent means, out of the model. */
static void print_meaning(const struct telling *t, const char *line)
{
    static const char sent[] = "sent: ";
    const struct model_stream *stream = t->model == NULL ? NULL : model_find_stream(t->model, t->section);
    if (stream == NULL || strncmp(line, sent, sizeof sent - 1) != 0)
        return;
    const char *name = line + sizeof sent - 1;
    size_t len = strcspn(name, ",");
    for (unsigned i = 0; i < stream->field_count; i++)
        if (strlen(stream->fields[i].name) == len && strncmp(stream->fields[i].name, name, len) == 0)
            printf("        %s\n", stream->fields[i].meaning);
}

/* Of a section that has no lines, or whose lines are the same. */
static const char *other_text(const char *section)
{
    static const struct {
        const char *section, *text;
    } texts[] = {
        {"warehouse", N_("the warehouse is another, or this site is")},
        {"model", N_("the model is another: contact-agent model")},
        {"text engine", N_("the text engine is another: free text waits until it is agreed to")},
        {"mapping", N_("the mapping is another; what it was is not known: contact-agent preview")},
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (strcmp(texts[i].section, section) == 0)
            return texts[i].text;
    return N_("how its rows are found, or what a value means, is another: contact-agent preview");
}

static void tell(void *context, const char *section, enum terms_change change, const char *line)
{
    struct telling *t = context;
    begin(t);
    if (strcmp(section, t->section) != 0)
        printf("  %s\n", section);
    snprintf(t->section, sizeof t->section, "%s", section);
    if (change == TERMS_OTHER) {
        printf("    ! %s\n", _(other_text(section)));
        return;
    }
    printf("    %c %s\n", change == TERMS_NEW ? '+' : '-', line);
    if (change == TERMS_NEW)
        print_meaning(t, line);
}

enum err_code approve_difference(const struct settings *settings, struct err *err)
{
    struct problems problems PROBLEMS_CLEANUP = {0};
    struct approval approval = {.at_s = 0};
    struct model *model = agent_model(settings, &problems);
    struct telling t = {.approval = &approval, .model = model};
    bool any = false;
    enum err_code code = collect_difference(settings, &approval, &any, tell, &t, err);
    if (code == OK && any && !t.begun)
        puts(_("Nothing is different from what was agreed to last."));
    if (code == OK && any)
        puts(t.begun ? _("  (+ new, - no longer)\n") : "");
    model_free(model);
    return code;
}

static void list(void *context, const char *section, enum terms_change change, const char *line)
{
    static const char *const words[] = {[TERMS_GONE] = "gone", [TERMS_NEW] = "new", [TERMS_OTHER] = "other"};
    struct json *j = context;
    json_begin_object(j);
    json_kv_string(j, "section", section);
    json_kv_string(j, "change", words[change]);
    json_kv_string(j, "line", change == TERMS_OTHER ? NULL : line);
    json_end_object(j);
}

enum err_code approve_difference_json(const struct settings *settings, struct err *err)
{
    BUF_CLEANUP struct buf text = BUF_INIT(JSON_MAX);
    struct json j = JSON(&text);
    struct approval approval = {.at_s = 0};
    char day[DAY_TEXT];
    bool any = false;
    json_begin_object(&j);
    json_key(&j, "differences");
    json_begin_array(&j);
    enum err_code code = collect_difference(settings, &approval, &any, list, &j, err);
    if (code != OK)
        return code;
    json_end_array(&j);
    day_format((int32_t)(approval.at_s / 86400), day);
    json_kv_string(&j, "agreed_by", any ? approval.who : NULL);
    json_kv_string(&j, "agreed_on", any ? day : NULL);
    json_end_object(&j);
    if (!buf_ok(&text))
        return err_set(err, ERR_INTERNAL, "too much to list at once");
    puts(buf_text(&text));
    return OK;
}
