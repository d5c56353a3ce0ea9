/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/collect/names.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/record/identifier.h"
#include "agent/select/select.h"
#include "contact/buf.h"
#include "contact/clock.h"

#define PATH_SIZE 4096

/* By column of the statement that select_names makes. */
static unsigned kind_of(const struct mapping_gazetteer *g, size_t column)
{
    const struct {
        char **columns;
        unsigned kind;
    } lists[] = {
        {g->name, GAZ_NAME}, {g->given_name, GAZ_GIVEN}, {g->street, GAZ_STREET}, {g->city, GAZ_TOWN}};
    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
        for (char **c = lists[i].columns; c && *c; c++)
            if (column-- == 0)
                return lists[i].kind;
    return 0;
}

static bool learn_cell(struct gazetteer *names, unsigned kind, const struct cell *cell,
                       struct decoder *decoder, enum text_encoding encoding, struct buf *text)
{
    if (cell->type != CELL_TEXT && cell->type != CELL_BLOB)
        return true;
    buf_clear(text);
    if (identifier_append(decoder, encoding, cell, text) != IDENTIFIER_READ)
        return true; /* too long a value, or bytes that are no text, teach nothing */
    return gazetteer_learn(names, kind, buf_text(text), text->len);
}

static enum err_code learn_rows(struct gazetteer *names, const struct mapping_gazetteer *g,
                                struct source_rows *rows, struct err *err)
{
    struct decoder *decoder = decoder_new();
    BUF_CLEANUP struct buf text = BUF_INIT(4 * IDENTIFIER_BYTES_MAX);
    const struct cell *cells = NULL;
    size_t count = 0;
    enum err_code code;
    bool room = true;
    while ((code = source_next(rows, &cells, &count, err)) == OK && cells && room)
        for (size_t i = 0; i < count; i++)
            room = room && learn_cell(names, kind_of(g, i), &cells[i], decoder, g->encoding, &text);
    if (code == OK && !room)
        code = err_set(err, ERR_INTERNAL, "no memory for the site's names");
    decoder_free(decoder);
    return code;
}

static enum err_code learn_part(struct gazetteer *names, const struct mapping_gazetteer *g,
                                struct source *source, const char *sql, const char *part, struct err *err)
{
    const char *const values[] = {part};
    struct source_rows *rows = NULL;
    enum err_code code = source_query(source, sql, values, part ? 1 : 0, &rows, err);
    if (code != OK)
        return code;
    code = learn_rows(names, g, rows, err);
    return source_end(rows, code, err);
}

static enum err_code learn_table(struct gazetteer *names, const struct mapping_gazetteer *g,
                                 struct source *source, struct err *err)
{
    int parts = source_dialect(source)->parts;
    char *sql = select_names(g, source_dialect(source)), part[12];
    if (!sql)
        return OK; /* it names no column */
    enum err_code code = parts > 0 ? OK : learn_part(names, g, source, sql, NULL, err);
    for (int i = 0; code == OK && i < parts; i++) {
        snprintf(part, sizeof(part), "%d", i);
        code = learn_part(names, g, source, sql, part, err);
    }
    free(sql);
    return code;
}

enum err_code names_learn(const struct mapping *mapping, struct source *source,
                          const uint8_t key[static GAZETTEER_KEY], struct gazetteer **ret, struct err *err)
{
    struct gazetteer *names = gazetteer_new(key);
    enum err_code code = names ? OK : err_set(err, ERR_INTERNAL, "no memory for the site's names");
    for (unsigned i = 0; code == OK && i < mapping->gazetteer_count; i++)
        code = learn_table(names, &mapping->gazetteer[i], source, err);
    if (code != OK) {
        gazetteer_free(names);
        return code;
    }
    gazetteer_finish(names, clock_wall_s());
    *ret = names;
    return OK;
}

/* https://bford.info/cachedir/: backup programs that know the tag pass over its folder. */
static const char cache_tag[] =
    "Signature: 8a477f597d28d172789f06886806bc55\n"
    "# contact-agent makes this folder from the dispatch database, and anew when it is gone.\n";

static enum err_code in_cache(const char *folder, const char *file, char ret[static PATH_SIZE],
                              struct err *err)
{
    if (snprintf(ret, PATH_SIZE, "%s/cache%s", folder, file) >= PATH_SIZE)
        return err_set(err, ERR_CONFIG, "the folder's name is too long");
    return OK;
}

static enum err_code make_cache(const char *folder, struct err *err)
{
    char path[PATH_SIZE];
    enum err_code code = in_cache(folder, "", path, err);
    if (code == OK && mkdir(path, 0700) != 0 && errno != EEXIST)
        code = err_set(err, ERR_CONFIG, "the folder for the site's names cannot be made");
    if (code == OK)
        code = in_cache(folder, "/CACHEDIR.TAG", path, err);
    if (code != OK || access(path, F_OK) == 0)
        return code;
    BUF_CLEANUP struct buf tag = BUF_INIT(sizeof(cache_tag));
    buf_puts(&tag, cache_tag);
    return buf_write_file(&tag, path, 0600, err);
}

enum err_code names_save(const struct gazetteer *names, const char *folder, struct err *err)
{
    char path[PATH_SIZE];
    enum err_code code = make_cache(folder, err);
    if (code == OK)
        code = in_cache(folder, "/names", path, err);
    return code == OK ? gazetteer_save(names, path, err) : code;
}

enum err_code names_load(const uint8_t key[static GAZETTEER_KEY], const char *folder, struct gazetteer **ret,
                         struct err *err)
{
    char path[PATH_SIZE];
    enum err_code code = in_cache(folder, "/names", path, err);
    if (code != OK)
        return code;
    struct gazetteer *names = gazetteer_new(key);
    code = names ? gazetteer_load(names, path, err)
                 : err_set(err, ERR_INTERNAL, "no memory for the site's names");
    if (code == OK)
        *ret = names;
    else
        gazetteer_free(names);
    return code;
}
