/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/loader/schema.h"

#include <string.h>

#include "contact/model_print.h"

/* All keys start with the site, so that one database can become several. Days are days since 1970-01-01. */
static const char operators_tables[] =
    /* The check value of each root key that a site has used: another one of the same epoch is refused. */
    "CREATE TABLE IF NOT EXISTS ops.root (site TEXT NOT NULL, key_epoch BIGINT NOT NULL, root_check BYTES "
    "NOT NULL,\n"
    "    PRIMARY KEY (site, key_epoch));\n"
    "CREATE TABLE IF NOT EXISTS ops.series (site TEXT NOT NULL, name TEXT NOT NULL, number BIGINT NOT NULL,\n"
    "    tidied BIGINT NOT NULL, PRIMARY KEY (site, name), UNIQUE (site, number));\n"
    /* Every batch up to ops.series.tidied is done and its file removed; of those above, a line each, which is
       final. code is empty when loaded, else why it was refused; a run of lost batches is one line, to last.
     */
    "CREATE TABLE IF NOT EXISTS ops.batch (site TEXT NOT NULL, series BIGINT NOT NULL, seq BIGINT NOT NULL,\n"
    "    last BIGINT NOT NULL, code TEXT NOT NULL, stream TEXT NOT NULL, records BIGINT NOT NULL,\n"
    "    rejects BIGINT NOT NULL, done_s BIGINT NOT NULL, PRIMARY KEY (site, series, seq));\n"
    /* Count and digest of what the warehouse holds, the last version that touched it, and its floor. */
    "CREATE TABLE IF NOT EXISTS ops.day (site TEXT NOT NULL, stream TEXT NOT NULL, day BIGINT NOT NULL,\n"
    "    count BIGINT NOT NULL, digest BYTES NOT NULL, series BIGINT NOT NULL, seq BIGINT NOT NULL,\n"
    "    floor_series BIGINT NOT NULL, floor_seq BIGINT NOT NULL, PRIMARY KEY (site, stream, day));\n"
    /* Ends of snapshots that wait for lower seqs. */
    "CREATE TABLE IF NOT EXISTS ops.ending (site TEXT NOT NULL, series BIGINT NOT NULL, seq BIGINT NOT "
    "NULL,\n"
    "    stream TEXT NOT NULL, day BIGINT NOT NULL, first BIGINT NOT NULL, count BIGINT NOT NULL,\n"
    "    digest BYTES NOT NULL, request TEXT NOT NULL, PRIMARY KEY (site, series, seq, stream, day));\n"
    /* What each batch brought of a day, stored or not: an end is compared with it. */
    "CREATE TABLE IF NOT EXISTS ops.brought (site TEXT NOT NULL, stream TEXT NOT NULL, day BIGINT NOT NULL,\n"
    "    series BIGINT NOT NULL, seq BIGINT NOT NULL, count BIGINT NOT NULL, digest BYTES NOT NULL,\n"
    "    PRIMARY KEY (site, stream, day, series, seq)) ROWLESS;\n"
    /* What the site last said of each day. state (enum statement_state): 0 waits, 1 equal, 2 differs,
       3 overtaken, 4 incomplete, 5 repaired. */
    "CREATE TABLE IF NOT EXISTS ops.statement (site TEXT NOT NULL, stream TEXT NOT NULL, day BIGINT NOT "
    "NULL,\n"
    "    series BIGINT NOT NULL, seq BIGINT NOT NULL, count BIGINT NOT NULL, digest BYTES NOT NULL,\n"
    "    state BIGINT NOT NULL, failures BIGINT NOT NULL, PRIMARY KEY (site, stream, day));\n"
    "CREATE INDEX IF NOT EXISTS index_statement_state ON ops.statement (site, state);\n"
    /* Days asked for again and not yet come back, and the version that shows it. fresh: not told to the site
       yet. */
    "CREATE TABLE IF NOT EXISTS ops.request (site TEXT NOT NULL, stream TEXT NOT NULL, day BIGINT NOT NULL,\n"
    "    number BIGINT NOT NULL, fresh BIGINT NOT NULL, series BIGINT NOT NULL, seq BIGINT NOT NULL,\n"
    "    PRIMARY KEY (site, stream, day));\n"
    "CREATE INDEX IF NOT EXISTS index_request_number ON ops.request (site, number);\n"
    /* Lines refused: no body. stream and day are what could be read of them. */
    "CREATE TABLE IF NOT EXISTS ops.reject (site TEXT NOT NULL, series BIGINT NOT NULL, seq BIGINT NOT "
    "NULL,\n"
    "    line BIGINT NOT NULL, code TEXT NOT NULL, fp BYTES NOT NULL, stream TEXT NOT NULL, day BIGINT,\n"
    "    PRIMARY KEY (site, series, seq, line));\n"
    "CREATE INDEX IF NOT EXISTS index_reject_day ON ops.reject (site, stream, day);\n"
    /* HMAC(K_suppress, core) of those who must never be stored again. */
    "CREATE TABLE IF NOT EXISTS ops.suppressed (site TEXT NOT NULL, person BYTES NOT NULL,\n"
    "    PRIMARY KEY (site, person));\n"
    /* How many records of a person were removed before the erasure that is receipted: it was cut short, or
       the warehouse was restored. */
    "CREATE TABLE IF NOT EXISTS ops.forgotten (site TEXT NOT NULL, person BYTES NOT NULL,\n"
    "    deleted BIGINT NOT NULL, PRIMARY KEY (site, person));\n"
    "CREATE TABLE IF NOT EXISTS ops.receipt (site TEXT NOT NULL, request TEXT NOT NULL, token TEXT NOT "
    "NULL,\n"
    "    deleted BIGINT NOT NULL, at TEXT NOT NULL, signature TEXT NOT NULL, made_s BIGINT NOT NULL,\n"
    "    PRIMARY KEY (site, request, token));\n"
    "CREATE TABLE IF NOT EXISTS ops.fact (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL);\n"
    /* Labels of codes, for everyone. */
    "CREATE TABLE IF NOT EXISTS thesaurus (site TEXT NOT NULL, thesaurus TEXT NOT NULL, code TEXT NOT NULL,\n"
    "    label TEXT NOT NULL, PRIMARY KEY (site, thesaurus, code));\n";

/* The columns of a stream's table, as the model has them and as they are there. */
struct seen_columns {
    struct model_column columns[MODEL_COLUMNS_MAX];
    bool there[MODEL_COLUMNS_MAX];
    size_t count;
    bool table; /* there is one */
};

static void see_column(void *context, const struct sql_value *row)
{
    struct seen_columns *seen = context;
    seen->table = true;
    for (size_t i = 0; i < seen->count; i++)
        if (strlen(seen->columns[i].name) == row[0].len &&
            memcmp(seen->columns[i].name, row[0].data, row[0].len) == 0)
            seen->there[i] = true;
}

static enum err_code add_columns(struct sql *sql, const struct model *model, struct buf *out, struct err *err)
{
    enum model_dialect dialect = sql->postgres ? MODEL_POSTGRESQL : MODEL_SQLITE;
    enum err_code code = OK;
    for (unsigned i = 0; code == OK && i < model->stream_count; i++) {
        const struct model_stream *stream = &model->streams[i];
        const struct sql_value table[] = {SQL_STR(stream->name)};
        struct seen_columns seen = {.table = false};
        seen.count = model_columns(stream, seen.columns);
        code = sql_run(sql,
                       sql->postgres ? "SELECT column_name FROM information_schema.columns WHERE "
                                       "table_schema = current_schema() AND table_name = $1"
                                     : "SELECT name FROM pragma_table_info($1)",
                       table, 1, see_column, &seen, err);
        for (size_t k = 0; seen.table && k < seen.count; k++)
            if (!seen.there[k])
                model_sql_add_column(stream, &seen.columns[k], dialect, out);
    }
    return code;
}

enum err_code schema_make(struct sql *sql, const struct model *model, struct err *err)
{
    BUF_CLEANUP struct buf text = BUF_INIT(1024 * 1024);
    buf_puts(&text, "BEGIN;\n");
    if (sql->postgres)
        buf_puts(&text, "SELECT pg_advisory_xact_lock(7241);\n" /* two loaders starting at once */
                        "CREATE SCHEMA IF NOT EXISTS ops;\n");
    enum err_code code = add_columns(sql, model, &text, err);
    if (code != OK)
        return code;
    buf_puts(&text, operators_tables);
    for (unsigned i = 0; i < model->stream_count; i++)
        buf_printf(
            &text,
            "CREATE TABLE IF NOT EXISTS ops.version_%s (site TEXT NOT NULL, id BYTES NOT NULL,\n"
            "    series BIGINT NOT NULL, seq BIGINT NOT NULL, fp BYTES NOT NULL, day BIGINT NOT NULL,\n"
            "    judge TEXT NOT NULL DEFAULT '', PRIMARY KEY (site, id)) ROWLESS;\n"
            "CREATE INDEX IF NOT EXISTS index_rejected_%s ON ops.version_%s (site, day) WHERE judge <> '';\n",
            model->streams[i].name, model->streams[i].name, model->streams[i].name);
    model_sql(model, sql->postgres ? MODEL_POSTGRESQL : MODEL_SQLITE, &text);
    buf_puts(&text, "COMMIT;\n");
    if (!buf_ok(&text))
        return err_set(err, ERR_INTERNAL, "no memory for the schema");
    return sql_script(sql, buf_text(&text), err);
}
