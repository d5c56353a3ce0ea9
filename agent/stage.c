/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/stage.h"

#include <stdlib.h>

#include "agent/collect/select.h"
#include "agent/collect/site.h"
#include "agent/settings_source.h"

void stage_close(struct stage *s)
{
    record_maker_free(s->maker);
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
    char *sql = select_merges(s->mapping, source_dialect(s->source));
    code = merges_load(s->source, sql, &s->merges, err);
    free(sql);
    return code;
}

static void open_keys(struct stage *s, const struct settings *settings)
{
    struct site *site = NULL;
    if (site_load(settings->collect_folder, &site, NULL) == OK) {
        s->keys = pseudonym_keys_new(site->root, site->name, site->epoch);
    } else {
        uint8_t root[32];
        random_bytes(root, sizeof root);
        s->keys = pseudonym_keys_new(root, "example", 1);
        wipe(root, sizeof root);
        s->example_keys = true;
    }
    site_free(site);
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

enum err_code stage_open(struct stage *s, const struct settings *settings, struct problems *problems,
                         struct err *err)
{
    enum err_code code = open_files(s, settings, problems, err);
    if (code == OK)
        code = open_source(s, settings, err);
    if (code != OK)
        return code;
    open_keys(s, settings);
    code = open_cleaner(s, err);
    if (code != OK)
        return code;
    struct record_context context = {.model = s->model,
                                     .mapping = s->mapping,
                                     .keys = s->keys,
                                     .zone = s->zone,
                                     .merged = merges_find,
                                     .merged_context = s->merges,
                                     .clean = s->cleaner == NULL ? NULL : cleaner_clean,
                                     .clean_context = s->cleaner};
    if (s->cleaner != NULL)
        cleaner_version(s->cleaner, context.text_policy);
    s->maker = record_maker_new(&context);
    return s->maker == NULL ? err_set(err, ERR_INTERNAL, "no memory") : OK;
}
