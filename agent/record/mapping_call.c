/* SPDX-License-Identifier: Apache-2.0 */
/* Which texts belong together: all of one call, whatever stream they stand in. */
#include <string.h>

#include "agent/record/mapping_parse.h"
#include "contact/mem.h"

static bool is_text(const struct mapping_stream *stream, unsigned field)
{
    return stream->rules[field] != NULL && stream->rules[field]->field->type == FIELD_TEXT;
}

static bool has_text(const struct mapping_stream *stream)
{
    for (unsigned i = 0; i < stream->model->field_count; i++)
        if (is_text(stream, i))
            return true;
    return false;
}

/* A call has one row, which holds its texts; the texts of another stream may stand on several. */
static void add_texts(struct mapping_stream *stream, const struct mapping_stream *other, bool joined)
{
    for (unsigned i = 0; i < other->model->field_count; i++) {
        if (!is_text(other, i))
            continue;
        unsigned column = mapping_rule_column(other->rules[i]);
        stream->texts = mem_grow(stream->texts, stream->text_count, sizeof *stream->texts);
        stream->texts[stream->text_count++] =
            (struct mapping_text){.stream = other->model->index,
                                  .column = column,
                                  .joined = joined,
                                  .cell = joined ? stream->cell_count++ : column};
    }
}

/* Streams that do not say their call know no other texts than the row's. */
static bool same_call(const struct mapping_stream *stream, const struct mapping_stream *other)
{
    return stream->episode_count > 0 && stream->episode_count == other->episode_count;
}

void join_texts(struct mapping *mapping)
{
    for (unsigned s = 0; s < mapping->stream_count; s++) {
        struct mapping_stream *stream = mapping->streams[s];
        if (stream == NULL)
            continue;
        stream->cell_count = stream->column_count + (stream->death != NULL);
        bool call = strcmp(stream->model->name, "call") == 0;
        for (unsigned o = 0; has_text(stream) && o < mapping->stream_count; o++) {
            const struct mapping_stream *other = mapping->streams[o];
            if (other != NULL && (other == stream || same_call(stream, other)))
                add_texts(stream, other, other != stream || (!call && same_call(stream, other)));
        }
    }
}
