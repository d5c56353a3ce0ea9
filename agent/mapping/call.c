/* SPDX-License-Identifier: Apache-2.0 */
/* Which texts belong together: all of one call, whatever stream they stand in. */
#include <string.h>

#include "agent/mapping/parse.h"
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

static void add_word(struct sha256_stream *hash, const char *word)
{
    sha256_stream_add(hash, word, strlen(word) + 1);
}

static void add_column(struct sha256_stream *hash, const struct mapping_column *column)
{
    add_word(hash, column->alias);
    add_word(hash, column->column);
}

static void add_from(struct sha256_stream *hash, const struct mapping_from *from)
{
    for (size_t i = 0; i < from->count; i++) {
        const struct mapping_join *join = &from->joins[i];
        add_word(hash, join->left ? "left join" : "join");
        add_word(hash, join->table);
        add_word(hash, join->alias);
        for (size_t k = 0; k < join->condition_count; k++) {
            add_column(hash, &join->left_side[k]);
            add_column(hash, &join->right_side[k]);
        }
    }
}

/* How a text is found and read. */
static void add_text(struct sha256_stream *hash, const struct mapping_stream *from,
                     const struct mapping_text *text)
{
    add_word(hash, from->model->name);
    add_from(hash, &from->from);
    for (unsigned i = 0; i < from->episode_count; i++)
        add_column(hash, &from->columns[from->episode[i]]);
    add_word(hash, "text");
    add_column(hash, &from->columns[text->column]);
    add_word(hash, mapping_encoding_name(from->encodings[text->column]));
}

/* What another text gives away is removed from this stream's: its records are others when that is found or
 * read otherwise. */
static void hash_texts(const struct mapping *mapping, struct mapping_stream *stream)
{
    struct sha256_stream *hash = sha256_stream_new();
    sha256_stream_add(hash, stream->hash, sizeof stream->hash);
    for (unsigned i = 0; i < stream->text_count; i++)
        add_text(hash, mapping->streams[stream->texts[i].stream], &stream->texts[i]);
    sha256_stream_end(hash, stream->hash);
    sha256_stream_free(hash);
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
        hash_texts(mapping, stream);
    }
}
