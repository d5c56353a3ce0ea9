/* SPDX-License-Identifier: Apache-2.0 */
/* The model as it is shipped, and mappings that a test writes. */
#ifndef TESTS_UNIT_AGENT_MAPPING_MAPPING_FIXTURE_H
#define TESTS_UNIT_AGENT_MAPPING_MAPPING_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "agent/mapping/load.h"

static struct model *model;

static int load_model(void **state)
{
    (void)state;
    struct problems PROBLEMS_CLEANUP problems = {0};
    model = model_load("conf/model/contact-1.yaml", &problems);
    return model == NULL;
}

static int free_model(void **state)
{
    (void)state;
    model_free(model);
    return 0;
}

/* NULL when it has problems. The caller frees it. */
static struct mapping *parse(const char *text, struct problems *problems)
{
    struct yaml *yaml = yaml_parse("m.yaml", text, strlen(text), problems);
    assert_non_null(yaml);
    struct mapping *mapping = mapping_parse(yaml, model, problems);
    yaml_free(yaml);
    return mapping;
}

#endif
