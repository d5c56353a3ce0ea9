/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/approve_difference.h"

#include <stdio.h>
#include <string.h>

#include "agent/report.h"
#include "contact/civil.h"
#include "contact/json.h"
#include "contact/language.h"
#include "contact/model.h"

#define JSON_MAX ((size_t)4 << 20)

struct telling {
    const struct approval *approval; /* the last one */
    const struct model *model;
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

static const struct model_field *find_field(const struct telling *t, const char *name)
{
    const struct model_field *field = NULL;
    for (unsigned i = 0; i < t->model->stream_count && field == NULL; i++)
        if (strcmp(t->section, TERMS_PERSON) == 0 || strcmp(t->section, t->model->streams[i].name) == 0)
            field = model_find_field(&t->model->streams[i], name);
    return field;
}

/* What a field newly sent means, out of the model. */
static void print_meaning(const struct telling *t, const char *line)
{
    static const char sent[] = "sent: ";
    char name[64];
    if (strncmp(line, sent, sizeof sent - 1) != 0)
        return;
    snprintf(name, sizeof name, "%.*s", (int)strcspn(line + sizeof sent - 1, ","), line + sizeof sent - 1);
    const struct model_field *field = find_field(t, name);
    if (field != NULL)
        printf("        %s\n", field->meaning);
}

/* Of a section that has no lines. */
static const char *other_text(const char *section)
{
    static const struct {
        const char *section, *text;
    } texts[] = {
        {"warehouse", N_("the warehouse is another, or this site is")},
        {"model", N_("the model is another: contact-agent model")},
        {"text engine", N_("the text engine is another: free text waits until it is agreed to")},
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (strcmp(texts[i].section, section) == 0)
            return texts[i].text;
    return N_("the mapping is another; what it was is not known: contact-agent preview");
}

/* A stream's name stays as it is. */
static const char *section_text(const char *section)
{
    return strcmp(section, TERMS_GENERAL) == 0  ? _("for all streams")
           : strcmp(section, TERMS_PERSON) == 0 ? _("patients, in every stream that names them")
           : strcmp(section, TERMS_LABELS) == 0 ? _("labels")
                                                : section;
}

/* The heading in the person's language, what follows as it stands in the mapping. */
static void print_line(char sign, const char *line)
{
    char heading[64];
    size_t len = strcspn(line, ":");
    snprintf(heading, sizeof heading, "%.*s", (int)len, line);
    printf("    %c %s%s\n", sign, len < sizeof heading ? _(heading) : heading, line + len);
}

static void tell(void *context, const char *section, enum terms_change change, const char *line)
{
    struct telling *t = context;
    begin(t);
    if (strcmp(section, t->section) != 0)
        printf("  %s\n", section_text(section));
    snprintf(t->section, sizeof t->section, "%s", section);
    if (change == TERMS_OTHER) {
        printf("    ! %s\n", _(other_text(section)));
        return;
    }
    print_line(change == TERMS_NEW ? '+' : '-', line);
    if (change == TERMS_NEW)
        print_meaning(t, line);
}

enum err_code approve_difference(const struct settings *settings, struct offer *offer, struct err *err)
{
    struct approval approval = {.at_s = 0};
    struct telling t = {.approval = &approval, .model = offer->model};
    bool any = false;
    enum err_code code = collect_difference(settings, offer, &approval, &any, tell, &t, err);
    if (code == OK && any && !t.begun)
        puts(_("Nothing is different from what was agreed to last."));
    if (code == OK && any)
        puts(t.begun ? _("  (+ new, - no longer)\n") : "");
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

enum err_code approve_difference_json(const struct settings *settings, struct offer *offer, struct err *err)
{
    BUF_CLEANUP struct buf text = BUF_INIT(JSON_MAX);
    struct json j = JSON(&text);
    struct approval approval = {.at_s = 0};
    char day[DAY_TEXT];
    bool any = false;
    json_begin_object(&j);
    json_key(&j, "differences");
    json_begin_array(&j);
    enum err_code code = collect_difference(settings, offer, &approval, &any, list, &j, err);
    if (code != OK)
        return code;
    json_end_array(&j);
    day_format((int32_t)(approval.at_s / 86400), day);
    json_kv_string(&j, "agreed_by", any ? approval.who : NULL);
    json_kv_string(&j, "agreed_on", any ? day : NULL);
    json_end_object(&j);
    if (!buf_ok(&text))
        return err_set(err, ERR_INTERNAL, "too much to list at once");
    report_json(&text);
    return OK;
}
