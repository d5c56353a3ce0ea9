/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/preview.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "agent/collect/day_column.h"
#include "agent/person.h"
#include "agent/preview_row.h"
#include "agent/stage.h"
#include "contact/clock.h"
#include "contact/language.h"

#define LINE_MAX_BYTES ((size_t)4 << 20)
#define IDS_MAX ((size_t)1 << 20)

/* The newest day value before a bound, as text; empty when there is none. */
static enum err_code day_before(struct stage *s, const struct select *select, const char *bound, char *ret,
                                size_t size, struct err *err)
{
    const char *const values[] = {bound};
    struct source_rows *rows = NULL;
    const struct cell *cells = NULL;
    size_t count = 0;
    char found[64] = "";
    enum err_code code = source_query(s->source, select->newest, values, 1, &rows, err);
    if (code != OK)
        return code;
    code = source_next(rows, &cells, &count, err);
    if (code == OK && cells != NULL && cells[0].type == CELL_TEXT)
        snprintf(found, sizeof found, "%.*s", (int)(cells[0].len > 63 ? 63 : cells[0].len), cells[0].text);
    snprintf(ret, size, "%s", found);
    return source_end(rows, code, err);
}

#define DAY_TRIES 20

/* The newest day of the table that is one: products hold a few values that are no date, and sort above all.
 */
static enum err_code newest_day(struct stage *s, const struct select *select, char *ret, size_t size,
                                struct err *err)
{
    char bound[64], found[64] = "";
    struct civil civil;
    day_format((int32_t)(clock_wall_s() / 86400) + 2, bound);
    enum err_code code = OK;
    for (int tries = 0; code == OK && tries < DAY_TRIES; tries++) {
        code = day_before(s, select, bound, found, sizeof found, err);
        if (found[0] == '\0' || civil_parse(found, strlen(found), &civil))
            break;
        memcpy(bound, found, sizeof bound);
    }
    snprintf(ret, size, "%.10s", found);
    return code;
}

static enum err_code show_rows(struct stage *s, unsigned index, const struct preview_options *options,
                               struct source_rows *rows, struct err *err)
{
    struct preview_row row = {.mapping = s->mapping,
                              .stream = s->mapping->streams[index],
                              .maker = s->maker,
                              .epoch = pseudonym_epoch(s->keys),
                              .reveal = options->reveal,
                              .as_json = options->as_json};
    struct buf line = BUF_INIT(LINE_MAX_BYTES);
    const struct cell *cells = NULL;
    size_t count = 0;
    enum err_code code = OK;
    while (row.number < options->rows && (code = source_next(rows, &cells, &count, err)) == OK &&
           cells != NULL) {
        row.number++;
        row.cells = cells;
        record_key(s->maker, index, cells, count, &row.key);
        row.built = false;
        memset(row.withheld, 0, sizeof row.withheld);
        buf_wipe(&line);
        if (row.key.fate == ROW_RECORD)
            row.built = record_build(s->maker, index, cells, count, &row.key, &line, row.fp, row.withheld);
        preview_row_print(&row);
    }
    buf_free(&line);
    return code;
}

static enum err_code show_stream(struct stage *s, unsigned index, const struct preview_options *options,
                                 struct err *err)
{
    const struct mapping_stream *stream = s->mapping->streams[index];
    struct select *select = select_open(s->source, s->mapping, stream);
    if (select == NULL)
        return err_set(err, ERR_INTERNAL, "no memory");
    char day[DAY_TEXT];
    enum err_code code = newest_day(s, select, day, sizeof day, err);
    if (code == OK && day[0] == '\0' && !options->as_json)
        printf(_("%s: no rows\n\n"), stream->model->name);
    if (code == OK && day[0] != '\0') {
        const char *const values[] = {day};
        struct source_rows *rows = NULL;
        code = source_query(s->source, select->open, values, 1, &rows, err);
        if (code == OK) {
            code = show_rows(s, index, options, rows, err);
            code = source_end(rows, code, err);
        }
    }
    select_free(select);
    return code;
}

/* All rows of a patient, under every id that stands for them. */
static enum err_code show_patient(struct stage *s, unsigned index, const struct preview_options *options,
                                  const struct buf *ids, struct err *err)
{
    struct select *select = select_open(s->source, s->mapping, s->mapping->streams[index]);
    const char *id = (const char *)ids->data;
    enum err_code code = OK;
    for (size_t at = 0; select->person_rows != NULL && code == OK && at < ids->len;
         at += strlen(id + at) + 1) {
        const char *const values[] = {id + at};
        struct source_rows *rows = NULL;
        code = source_query(s->source, select->person_rows, values, 1, &rows, err);
        if (code != OK)
            break;
        code = show_rows(s, index, options, rows, err);
        code = source_end(rows, code, err);
    }
    select_free(select);
    return code;
}

static enum err_code show(struct stage *s, const struct preview_options *options, struct err *err)
{
    bool any = false;
    struct buf ids BUF_CLEANUP = BUF_INIT(IDS_MAX);
    if (options->id != NULL) {
        enum err_code found = person_ids(s, SCOPE_PATIENT, options->id, &ids, err);
        if (found != OK)
            return found;
    }
    for (unsigned i = 0; i < s->mapping->stream_count; i++) {
        const struct mapping_stream *stream = s->mapping->streams[i];
        if (stream == NULL || (options->stream != NULL && strcmp(options->stream, stream->model->name) != 0))
            continue;
        any = true;
        enum err_code code =
            options->id != NULL ? show_patient(s, i, options, &ids, err) : show_stream(s, i, options, err);
        if (code != OK)
            return code;
    }
    if (!any) {
        err_set(err, ERR_CONFIG, "the mapping has no stream \"%.40s\"",
                options->stream == NULL ? "" : options->stream);
        return err_hint(err, "call, visit, diagnosis, act or prescription");
    }
    return OK;
}

enum err_code preview(const struct settings *settings, const struct preview_options *options,
                      struct problems *problems, struct err *err)
{
    struct stage stage = {0};
    enum err_code code = stage_open(&stage, settings, problems, err);
    if (code == OK && stage.example_keys && !options->as_json)
        puts(_("This machine is not enrolled: the pseudonyms below are examples.\n"));
    if (code == OK && stage.cleaner != NULL && cleaner_stopped(stage.cleaner)[0] != '\0' && !options->as_json)
        printf(_("No free text can leave: %s.\n\n"), cleaner_stopped(stage.cleaner));
    if (code == OK && stage.mapping->hold_days > 0 && !options->as_json)
        printf(_("Held back, so that an objection may come first: records of the last days (hold: %u).\n\n"),
               stage.mapping->hold_days);
    if (code == OK)
        code = show(&stage, options, err);
    if (code == OK && !options->as_json && !options->reveal)
        puts(_("Identifiers are masked; --reveal shows them on this terminal."));
    stage_close(&stage);
    return code;
}
