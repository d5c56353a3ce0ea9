/* SPDX-License-Identifier: Apache-2.0 */
#include "contact/model.h"

#include <stdlib.h>
#include <string.h>

#include "common/model_read.h"
#include "contact/mem.h"

static const char *const TYPE_NAMES[] = {"code", "enum",       "number",   "flag",  "hour", "day", "delay",
                                         "age",  "department", "geo_pmsi", "token", "text", NULL};

const char *field_type_name(enum field_type type)
{
    return TYPE_NAMES[type];
}

bool field_type_find(const char *name, enum field_type *ret)
{
    for (size_t i = 0; TYPE_NAMES[i] != NULL; i++) {
        if (strcmp(TYPE_NAMES[i], name) == 0) {
            *ret = (enum field_type)i;
            return true;
        }
    }
    return false;
}

const char *const *field_type_names(void)
{
    return TYPE_NAMES;
}

const struct model_stream *model_find_stream(const struct model *model, const char *name)
{
    for (unsigned i = 0; i < model->stream_count; i++)
        if (strcmp(model->streams[i].name, name) == 0)
            return &model->streams[i];
    return NULL;
}

const struct model_field *model_find_field(const struct model_stream *stream, const char *name)
{
    for (unsigned i = 0; i < stream->field_count; i++)
        if (strcmp(stream->fields[i].name, name) == 0)
            return &stream->fields[i];
    return NULL;
}

const struct model_thesaurus *model_find_thesaurus(const struct model *model, const char *name)
{
    for (unsigned i = 0; i < model->thesaurus_count; i++)
        if (strcmp(model->thesauri[i].name, name) == 0)
            return &model->thesauri[i];
    return NULL;
}

static void free_fields(struct model_field *fields, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        free(fields[i].name);
        free(fields[i].meaning);
        free(fields[i].reason);
        free(fields[i].unit);
        mem_list_free(fields[i].vocabulary);
        free(fields[i].thesauri);
    }
    free(fields);
}

void model_free(struct model *model)
{
    if (model == NULL)
        return;
    for (unsigned i = 0; i < model->stream_count; i++) {
        free(model->streams[i].name);
        free(model->streams[i].meaning);
        free_fields(model->streams[i].fields, model->streams[i].field_count);
    }
    for (unsigned i = 0; i < model->thesaurus_count; i++) {
        free(model->thesauri[i].name);
        free(model->thesauri[i].meaning);
        mem_list_free(model->thesauri[i].patterns);
    }
    free(model->streams);
    free(model->thesauri);
    free(model->name);
    free(model);
}

struct model *model_load(const char *path, struct problems *problems)
{
    struct err err = {0};
    struct buf BUF_CLEANUP text = BUF_INIT(1 << 20);
    if (buf_read_file(&text, path, &err) != OK) {
        problems_add(problems, path, 0, 0, err.hint[0] != '\0' ? err.hint : NULL, "%s", err.message);
        return NULL;
    }
    return model_parse(path, buf_text(&text), text.len, problems);
}
