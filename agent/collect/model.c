/* SPDX-License-Identifier: Apache-2.0 */
/* The model that the mapping names. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "agent/collect/collect.h"
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
