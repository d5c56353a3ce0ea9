/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/loader/apply.h"

#include <stdlib.h>
#include <string.h>

#include "gateway/loader/brought.h"
#include "gateway/loader/ends.h"
#include "gateway/loader/erase.h"
#include "gateway/loader/puts.h"
#include "gateway/loader/statements.h"

struct applier {
    const struct model *model;
    struct line_reader *reader;
    struct puts *puts;
    struct brought brought;
};

/* The batch under way. */
struct applying {
    struct applier *applier;
    struct site *site;
    const struct manifest *manifest;
    const struct model_stream *stream; /* of its records; NULL when it carries something else */
    struct version version;
    uint64_t line, rejects;
};

struct applier *applier_new(const struct model *model)
{
    struct applier *applier = calloc(1, sizeof *applier);
    if (applier == NULL)
        return NULL;
    applier->model = model;
    applier->reader = line_reader_new(model);
    applier->puts = puts_new();
    if (applier->reader == NULL || applier->puts == NULL) {
        applier_free(applier);
        return NULL;
    }
    return applier;
}

void applier_free(struct applier *applier)
{
    if (applier == NULL)
        return;
    line_reader_free(applier->reader);
    puts_free(applier->puts);
    brought_free(&applier->brought);
    free(applier);
}

static enum err_code reject(struct applying *a, const char *code, const struct record_line *line,
                            struct err *err)
{
    const char *stream = line->head.stream != NULL ? line->head.stream->name : a->manifest->stream;
    const struct sql_value parameters[] = {
        SQL_STR(a->site->name),  SQL_INT(a->version.series),
        SQL_INT(a->version.seq), SQL_INT(a->line),
        SQL_STR(code),           SQL_BLOB(line->fp, sizeof line->fp),
        SQL_STR(stream),         line->head.day == DAY_NONE ? SQL_NONE : SQL_INT(line->head.day)};
    a->rejects++;
    return sql_run(a->site->store->sql,
                   "INSERT INTO ops.reject (site, series, seq, line, code, fp, stream, day) "
                   "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                   parameters, 8, NULL, NULL, err);
}

/* Whether a line may stand in a batch of this stream. */
static bool belongs(const struct applying *a, const struct record_line *line)
{
    const char *stream = a->manifest->stream;
    switch (line->op) {
    case RECORD_PUT:
    case RECORD_END:
        return a->stream != NULL && line->head.stream == a->stream;
    case RECORD_STATEMENT:
        return strcmp(stream, "statement") == 0;
    case RECORD_ERASE:
        return strcmp(stream, "erase") == 0;
    case RECORD_LABEL:
        return strcmp(stream, "thesaurus") == 0;
    }
    return false;
}

static bool of_epoch(const struct applying *a, const struct record_line *line)
{
    return line->head.epoch == 0 || line->head.epoch == a->manifest->key_epoch;
}

static bool seqs_make_sense(const struct applying *a, const struct record_line *line)
{
    if (line->op == RECORD_END)
        return line->first > 0 && line->first <= a->version.seq;
    return line->op != RECORD_STATEMENT || line->upto < a->version.seq;
}

static enum err_code take_label(struct applying *a, const struct record_line *line, struct err *err)
{
    const struct sql_value parameters[] = {SQL_STR(a->site->name), SQL_STR(line->thesaurus),
                                           SQL_STR(line->code), SQL_STR(line->label)};
    return sql_run(a->site->store->sql,
                   "INSERT INTO thesaurus (site, thesaurus, code, label) VALUES ($1, $2, $3, $4) "
                   "ON CONFLICT (site, thesaurus, code) DO UPDATE SET label = excluded.label",
                   parameters, 4, NULL, NULL, err);
}

/* A put, or, with rejected, one at fault whose record is known: both count as brought. */
static enum err_code take_put(struct applying *a, const struct record_line *line, bool rejected,
                              struct err *err)
{
    enum err_code code = brought_add(&a->applier->brought, line->head.day, line->fp, err);
    return code == OK ? puts_add(a->applier->puts, line, rejected, err) : code;
}

static enum err_code take_line(struct applying *a, const struct record_line *line, struct err *err)
{
    switch (line->op) {
    case RECORD_PUT:
        return take_put(a, line, false, err);
    case RECORD_END:
        return end_take(a->site, a->version, line, err);
    case RECORD_STATEMENT:
        return statement_take(a->site, line->head.stream->index, line->head.day,
                              (struct version){a->version.series, line->upto}, &line->tally, false, err);
    case RECORD_ERASE:
        return erase_person(a->site, a->version, line, err);
    case RECORD_LABEL:
        return take_label(a, line, err);
    }
    return OK;
}

static enum err_code read_line(struct applying *a, const char *text, size_t len, struct err *err)
{
    struct record_line line;
    enum line_fault fault = line_reader_read(a->applier->reader, text, len, &line);
    a->line++;
    if (fault != LINE_OK) {
        enum err_code code = reject(a, line_fault_name(fault), &line, err);
        bool known = line.identified && belongs(a, &line) && of_epoch(a, &line);
        return code == OK && known ? take_put(a, &line, true, err) : code;
    }
    if (!belongs(a, &line))
        return reject(a, "wrong_stream", &line, err);
    if (!of_epoch(a, &line))
        return reject(a, line_fault_name(LINE_BAD_TOKEN), &line, err);
    if (!seqs_make_sense(a, &line))
        return reject(a, line_fault_name(LINE_OUT_OF_RANGE), &line, err);
    return take_line(a, &line, err);
}

static enum err_code read_lines(struct applying *a, const struct opened *batch, struct err *err)
{
    enum err_code code = OK;
    const char *at = batch->lines, *end = batch->lines + batch->lines_len;
    brought_free(&a->applier->brought);
    if (a->stream != NULL)
        code = puts_begin(a->applier->puts, a->site, a->stream, a->version, batch->lines_len, err);
    while (code == OK && at < end) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        size_t len = (size_t)((newline != NULL ? newline : end) - at);
        code = read_line(a, at, len, err);
        at += len + 1;
    }
    if (code == OK && a->stream != NULL)
        code = puts_flush(a->applier->puts, err);
    if (code == OK && a->stream != NULL)
        code = brought_write(&a->applier->brought, a->site, a->version, a->stream->name, err);
    return code;
}

static bool stream_known(const struct applying *a)
{
    static const char *const others[] = {"erase", "statement", "thesaurus", "void"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (strcmp(a->manifest->stream, others[i]) == 0)
            return true;
    return a->stream != NULL;
}

/* After a batch is done: what waited for it. */
static enum err_code settle(struct site *site, struct series *series, uint64_t first, uint64_t last,
                            struct err *err)
{
    uint64_t before = ranges_contiguous(&series->done);
    ranges_add(&series->done, first, last);
    if (series->done.failed)
        return err_set(err, ERR_INTERNAL, "no memory for the list of batches");
    site->changed = true;
    enum err_code code = ends_settle(site, series, first, err);
    if (code == OK && ranges_contiguous(&series->done) > before)
        code = statements_settle(site, series, err);
    return code;
}

enum err_code apply_batch(struct applier *applier, struct site *site, struct series *series,
                          const struct opened *batch, struct err *err)
{
    struct applying a = {.applier = applier,
                         .site = site,
                         .manifest = &batch->manifest,
                         .stream = model_find_stream(applier->model, batch->manifest.stream),
                         .version = {series->number, batch->manifest.seq}};
    if (strcmp(batch->manifest.model, applier->model->name) != 0 || !stream_known(&a))
        return err_refuse(err, "model");
    enum err_code code = site_check_root(site, batch->manifest.key_epoch, batch->manifest.root_check, err);
    if (code == OK)
        code = site_set_epoch(site, batch->manifest.key_epoch, err);
    if (code == OK)
        code = read_lines(&a, batch, err);
    if (code == OK)
        code = suppressed_write(&site->suppressed, site->name, err);
    if (code == OK)
        code = site_batch_done(site, series, a.version.seq, a.version.seq, "", batch->manifest.stream,
                               batch->manifest.records, a.rejects, err);
    return code == OK ? settle(site, series, a.version.seq, a.version.seq, err) : code;
}

enum err_code apply_refusal(struct site *site, struct series *series, uint64_t first, uint64_t last,
                            const char *code, struct err *err)
{
    enum err_code result = site_batch_done(site, series, first, last, code, "", 0, 0, err);
    return result == OK ? settle(site, series, first, last, err) : result;
}
