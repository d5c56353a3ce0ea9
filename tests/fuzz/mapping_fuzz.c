/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a mapping: refused with problems, or a mapping that can be walked. */
#include <stdint.h>
#include <stdlib.h>

#include "agent/mapping/load.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void walk(const struct mapping_stream *stream)
{
    for (unsigned i = 0; i < stream->model->field_count; i++)
        if (stream->rules[i] != NULL && (mapping_rule_text(stream->rules[i]) == NULL ||
                                         mapping_rule_column(stream->rules[i]) >= stream->column_count))
            abort();
    if (stream->key_count == 0 || stream->day >= stream->column_count)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct model *model;
    struct problems PROBLEMS_CLEANUP problems = {0};
    if (model == NULL)
        model = model_load("conf/model/contact-1.yaml", &problems);
    if (model == NULL)
        abort(); /* run from the repository's root */
    struct yaml *yaml = yaml_parse("fuzz.yaml", (const char *)data, size, &problems);
    struct mapping *mapping = yaml == NULL ? NULL : mapping_parse(yaml, model, &problems);
    if ((mapping == NULL) != (problems.errors > 0))
        abort();
    for (unsigned i = 0; mapping != NULL && i < mapping->stream_count; i++)
        if (mapping->streams[i] != NULL)
            walk(mapping->streams[i]);
    mapping_free(mapping);
    yaml_free(yaml);
    return 0;
}
