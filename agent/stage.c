/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/stage.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "agent/collect/site.h"
#include "agent/select/select.h"
#include "agent/settings_source.h"
#include "agent/state/objections.h"

void stage_close(struct stage *s)
{
    record_maker_free(s->maker);
    token_set_free(&s->objectors);
    token_set_free(&s->practitioners);
    cleaner_free(s->cleaner);
    pseudonym_keys_free(s->keys);
    merges_free(s->merges);
    source_close(s->source);
    zone_free(s->zone);
    mapping_free(s->mapping);
    model_free(s->model);
}

static enum err_code open_files(struct stage *s, const struct settings *settings, struct problems *problems,
                                struct err *err)
{
    s->model = agent_model(settings, problems);
    s->mapping = s->model == NULL ? NULL : mapping_load(settings->mapping, s->model, problems);
    if (s->mapping == NULL) {
        err_set(err, ERR_CONFIG, "the mapping cannot be used");
        return err_hint(err, "contact-agent check");
    }
    return zone_open(s->mapping->time_zone, &s->zone, err);
}

static enum err_code open_source(struct stage *s, const struct settings *settings, struct err *err)
{
    const struct source_options options = settings_source(settings);
    enum err_code code = source_open(&options, &s->source, err);
    if (code != OK)
        return code;
    return merges_load(s->mapping, s->source, &s->merges, err);
}

static void take_objector(void *context, const struct objection *objection)
{
    struct stage *s = context;
    bool practitioner = objection->scope == SCOPE_PRACTITIONER;
    if (objection_in_force(objection))
        token_set_add(practitioner ? &s->practitioners : &s->objectors, objection->token);
}

/* Who is never read again is not shown either. */
static enum err_code read_register(struct stage *s, const char *folder, const struct site *site,
                                   struct err *err)
{
    char path[4096];
    struct objections *objections = NULL;
    snprintf(path, sizeof path, "%s/objections.db", folder);
    if (access(path, F_OK) != 0)
        return OK;
    enum err_code code = objections_open(folder, site->root, &objections, err);
    if (code == OK)
        code = objections_each(objections, false, take_objector, s, err);
    objections_close(objections);
    return code;
}

static bool objects(void *context, const uint8_t person[static TOKEN_SIZE])
{
    return token_set_has(&((struct stage *)context)->objectors, person);
}

static bool practitioner_objects(void *context, const char *id, size_t len)
{
    struct stage *s = context;
    uint8_t token[TOKEN_SIZE];
    pseudonym_practitioner_always(s->keys, id, len, token);
    return token_set_has(&s->practitioners, token);
}

static enum err_code open_keys(struct stage *s, const struct settings *settings, struct err *err)
{
    struct site *site = NULL;
    enum err_code code = OK;
    if (site_load(settings->collect_folder, &site, NULL) == OK) {
        s->keys = pseudonym_keys_new(site->root, site->name, site->epoch);
        code = read_register(s, settings->collect_folder, site, err);
    } else {
        uint8_t root[32];
        random_bytes(root, sizeof root);
        s->keys = pseudonym_keys_new(root, "example", 1);
        wipe(root, sizeof root);
        s->example_keys = true;
    }
    site_free(site);
    return code;
}

static bool has_text(const struct mapping *mapping)
{
    for (unsigned i = 0; i < mapping->stream_count; i++)
        if (mapping->streams[i] != NULL && mapping->streams[i]->text_count > 0)
            return true;
    return false;
}

/* The engine as it would run here, whoever approved it, with the site's names learnt for the occasion. */
static enum err_code open_cleaner(struct stage *s, struct err *err)
{
    uint8_t key[CLEANER_KEY], version[SHORT_SIZE];
    struct err why;
    if (!has_text(s->mapping))
        return OK;
    random_bytes(key, sizeof key);
    s->cleaner = cleaner_new(s->mapping, key);
    if (s->cleaner == NULL)
        return err_set(err, ERR_INTERNAL, "no memory");
    cleaner_version(s->cleaner, version);
    cleaner_allow(s->cleaner, version);
    if (s->mapping->gazetteer_count == 0 || cleaner_learn(s->cleaner, s->source, &why) == OK)
        return OK;
    if (why.code != ERR_CONFIG) /* else a table is missing, and texts are shown withheld */
        return err_set(err, why.code, "%s", why.message);
    return OK;
}

enum err_code stage_open_rows(struct stage *s, const struct settings *settings, struct problems *problems,
                              struct err *err)
{
    enum err_code code = open_files(s, settings, problems, err);
    if (code == OK)
        code = open_source(s, settings, err);
    return code == OK ? open_keys(s, settings, err) : code;
}

enum err_code stage_open(struct stage *s, const struct settings *settings, struct problems *problems,
                         struct err *err)
{
    enum err_code code = stage_open_rows(s, settings, problems, err);
    if (code == OK)
        code = open_cleaner(s, err);
    if (code != OK)
        return code;
    struct record_context context = {.model = s->model,
                                     .mapping = s->mapping,
                                     .keys = s->keys,
                                     .zone = s->zone,
                                     .merged = merges_find,
                                     .merged_context = s->merges,
                                     .objects = objects,
                                     .practitioner_objects = practitioner_objects,
                                     .objects_context = s,
                                     .clean = s->cleaner == NULL ? NULL : cleaner_clean,
                                     .clean_context = s->cleaner};
    if (s->cleaner != NULL)
        cleaner_version(s->cleaner, context.text_policy);
    s->maker = record_maker_new(&context);
    return s->maker == NULL ? err_set(err, ERR_INTERNAL, "no memory") : OK;
}
