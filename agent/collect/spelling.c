/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/collect/spelling.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/mapping/local_id.h"
#include "agent/record/decode.h"
#include "agent/select/select.h"
#include "contact/buf.h"
#include "contact/mem.h"

#define WRITINGS_MAX 8
#define GUID_LEN 36

/* Ways to write one id that a database may not take for the same. */
struct writings {
    char texts[WRITINGS_MAX][OBJECTION_ID_MAX];
    unsigned count;
};

static void add(struct writings *w, const char *before, const char *text, const char *after)
{
    if (w->count < WRITINGS_MAX)
        snprintf(w->texts[w->count++], OBJECTION_ID_MAX, "%s%s%s", before, text, after);
}

static bool names_encoding(const struct mapping *mapping, enum text_encoding encoding)
{
    for (unsigned i = 0; i < mapping->stream_count; i++) {
        const struct mapping_stream *stream = mapping->streams[i];
        for (unsigned column = 0; stream && column < stream->column_count; column++)
            if (stream->encodings[column] == encoding)
                return true;
    }
    return false;
}

/* A file, or a server that knows no encodings, compares the bytes as they were stored. */
static void add_encoded(struct writings *w, const struct mapping *mapping, const char *id)
{
    static const enum text_encoding encodings[] = {ENCODING_CP1252, ENCODING_LATIN1, ENCODING_LATIN9};
    BUF_CLEANUP struct buf bytes = BUF_INIT(OBJECTION_ID_MAX);
    for (size_t i = 0; i < sizeof(encodings) / sizeof(*encodings); i++) {
        buf_clear(&bytes);
        if (names_encoding(mapping, encodings[i]) && encode_text(encodings[i], id, strlen(id), &bytes))
            add(w, "", buf_text(&bytes), "");
    }
    buf_wipe(&bytes);
}

/* As a person wrote it, if that is this id. */
static void add_typed(struct writings *w, const char *typed, const char *id)
{
    BUF_CLEANUP struct buf canonical = BUF_INIT(OBJECTION_ID_MAX - 1);
    const struct cell cell = {.type = CELL_TEXT, .text = typed, .len = strlen(typed)};
    if (strcmp(typed, id) != 0 && canonical_id(&cell, &canonical) && strcmp(buf_text(&canonical), id) == 0)
        add(w, "", typed, "");
    buf_wipe(&canonical);
}

static void find_writings(struct writings *w, const struct spelling *spelling, const char *id)
{
    size_t len = strlen(id);
    w->count = 0;
    add(w, "", id, "");
    if (spelling->typed)
        add_typed(w, spelling->typed, id);
    if (len == GUID_LEN && !id_has_spellings(id, len)) {
        char capitals[GUID_LEN + 1];
        for (size_t i = 0; i <= len; i++)
            capitals[i] = id[i] >= 'a' && id[i] <= 'f' ? (char)(id[i] - 32) : id[i];
        add(w, "", capitals, "");
        add(w, "{", capitals, "}");
        add(w, "{", id, "}");
        wipe(capitals, sizeof(capitals));
    }
    if (!is_ascii(id, len))
        add_encoded(w, spelling->mapping, id);
}

/* A product that reads a word as 0, or 12x as 12, would find somebody else: a number is found by itself, and
 * by itself with noughts after a point. */
static bool can_be(const char *id, const char *found)
{
    size_t len = strlen(found);
    if (id_has_spellings(found, len) || len == GUID_LEN)
        return true;
    return strncmp(id, found, len) == 0 &&
           (id[len] == '\0' || (id[len] == '.' && strspn(id + len + 1, "0") == strlen(id + len + 1)));
}

static enum err_code query(const struct spelling *spelling, const char *writing, const char *id,
                           bool *ret_found, struct err *err)
{
    const char *const values[] = {writing};
    struct source_rows *rows = NULL;
    const struct cell *cells = NULL;
    size_t count = 0;
    BUF_CLEANUP struct buf found = BUF_INIT(OBJECTION_ID_MAX - 1);
    enum err_code code = source_query(spelling->source, spelling->sql, values, 1, &rows, err);
    if (code != OK)
        return code;
    while ((code = source_next(rows, &cells, &count, err)) == OK && cells) {
        buf_clear(&found);
        if (!canonical_id(&cells[spelling->id_column], &found) || !buf_ok(&found) ||
            !can_be(id, buf_text(&found)))
            continue;
        spelling->each(spelling->context, buf_text(&found), cells, count);
        *ret_found = true;
    }
    buf_wipe(&found);
    return source_end(rows, code, err);
}

enum err_code spelling_rows(const struct spelling *spelling, const char *id, struct err *err)
{
    struct writings w;
    bool found = false;
    enum err_code code = OK;
    find_writings(&w, spelling, id);
    for (unsigned i = 0; code == OK && !found && i < w.count; i++) {
        code = query(spelling, w.texts[i], id, &found, err);
        if (code == ERR_REJECTED) /* the column is of a type that has no such value */
            code = OK;
    }
    wipe(&w, sizeof(w));
    return code;
}

static void keep_first(void *context, const char *found, const struct cell *cells, size_t count)
{
    struct buf *kept = context;
    (void)cells;
    (void)count;
    if (kept->len == 0)
        buf_puts(kept, found);
}

enum err_code spelling_find(const struct mapping *mapping, struct source *source,
                            char id[static OBJECTION_ID_MAX], bool *ret_found, struct err *err)
{
    BUF_CLEANUP struct buf spelled = BUF_INIT(OBJECTION_ID_MAX - 1);
    char *sql = select_person(mapping, source_dialect(source));
    const struct spelling spelling = {
        .mapping = mapping, .source = source, .sql = sql, .each = keep_first, .context = &spelled};
    enum err_code code = sql != NULL ? spelling_rows(&spelling, id, err) : OK;
    free(sql);
    *ret_found = code == OK && spelled.len > 0 && buf_ok(&spelled);
    if (*ret_found)
        memcpy(id, buf_text(&spelled), spelled.len + 1);
    buf_wipe(&spelled);
    return code;
}
