/* SPDX-License-Identifier: Apache-2.0 */
/* Model and mapping as the settings name them, and whether the association agreed to them. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/collect/internal.h"
#include "agent/collect/terms.h"
#include "contact/yaml.h"

static struct model *load_model(const struct settings *settings, const struct yaml *yaml,
                                const struct yaml_node *name, const char *path, struct problems *problems)
{
    char hint[256];
    if (access(path, F_OK) == 0)
        return model_load(path, problems);
    snprintf(hint, sizeof(hint), "the models are in %s", settings->model_folder);
    yaml_problem(yaml, name, problems, hint, "there is no model \"%.60s\"", name->text);
    return NULL;
}

struct model *agent_model(const struct settings *settings, struct problems *problems)
{
    char path[4096];
    struct yaml *yaml = yaml_load(settings->mapping, problems);
    struct yaml_node *name = yaml ? yaml_get(yaml->root, "model") : NULL;
    struct model *model = NULL;
    if (name && name->text && strchr(name->text, '/') == NULL &&
        snprintf(path, sizeof(path), "%s/%s.yaml", settings->model_folder, name->text) < (int)sizeof(path))
        model = load_model(settings, yaml, name, path, problems);
    else if (problems->errors == 0)
        problems_add(problems, settings->mapping, 1, 1, "add: model: contact-1",
                     "the mapping names no model");
    yaml_free(yaml);
    return model;
}

/* An agent that kept no terms agreed to a mapping as a whole. */
static unsigned count_covered(const char *agreed, const struct approval *approval,
                              const struct mapping *mapping, unsigned *ret_streams)
{
    bool whole = !agreed[0] && memcmp(approval->mapping, mapping->hash, SHA256_SIZE) == 0;
    unsigned covered = 0;
    *ret_streams = 0;
    for (unsigned i = 0; i < mapping->stream_count; i++) {
        if (!mapping->streams[i])
            continue;
        ++*ret_streams;
        covered += whole || terms_cover(agreed, mapping->terms, mapping->streams[i]->model->name);
    }
    return covered;
}

bool approval_holds(struct state *state, const struct site *site, const struct model *model,
                    const struct mapping *mapping, struct approval *ret, bool *ret_outdated)
{
    BUF_CLEANUP struct buf agreed = BUF_INIT(TERMS_MAX);
    unsigned streams = 0;
    *ret_outdated = false;
    if (!approval_latest(state, ret))
        return false;
    approval_terms(state, &agreed);
    unsigned covered = count_covered(buf_text(&agreed), ret, mapping, &streams);
    bool holds = buf_ok(&agreed) && covered > 0 && strcmp(ret->site, site->name) == 0 &&
                 memcmp(ret->model, model->hash, SHA256_SIZE) == 0 &&
                 memcmp(ret->warehouse, site->warehouse, SHA256_SIZE) == 0;
    *ret_outdated = !holds || covered < streams;
    return holds;
}

bool approval_covers(struct state *state, const struct mapping *mapping, const char *stream)
{
    BUF_CLEANUP struct buf agreed = BUF_INIT(TERMS_MAX);
    approval_terms(state, &agreed);
    if (agreed.len == 0)
        return true; /* all of them, or approval_holds says none */
    return buf_ok(&agreed) && terms_cover(buf_text(&agreed), mapping->terms, stream);
}

bool collect_approved(struct collect *c, bool *ret_outdated)
{
    struct approval approval;
    return approval_holds(c->state, c->site, c->model, c->mapping, &approval, ret_outdated);
}

void engine_version(const struct mapping *mapping, uint8_t ret[static SHORT_SIZE])
{
    static const uint8_t no_key[CLEANER_KEY];
    struct cleaner *cleaner = cleaner_new(mapping, no_key);
    memset(ret, 0, SHORT_SIZE);
    if (cleaner)
        cleaner_version(cleaner, ret);
    cleaner_free(cleaner);
}
