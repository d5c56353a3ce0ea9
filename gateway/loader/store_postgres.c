/* SPDX-License-Identifier: Apache-2.0 */
/* Many rows of PostgreSQL: COPY to a temporary table, then two upserts; keys travel as one array. */
#include <stdlib.h>
#include <string.h>

#include "gateway/loader/sql_postgres.h"
#include "gateway/loader/store_driver.h"

#define COPY_MAX                                                                                             \
    ((size_t)512 * 1024 * 1024) /* bytes of one batch's rows; a batch inflates to 64 MiB at most */

static void prepare(struct store *store, struct store_stream *s)
{
    (void)store;
    const char *name = s->stream->name;
    char *columns = store_column_names(s, "", "");
    struct buf sets = BUF_INIT(65536);
    for (size_t i = 0; i < s->column_count; i++)
        buf_printf(&sets, ", \"%s\" = excluded.\"%s\"", s->columns[i].name, s->columns[i].name);
    s->versions = store_text("SELECT id, series, seq, fp, day, judge FROM ops.version_%s "
                             "WHERE site = $1 AND id = ANY(CAST($2 AS bytea[]))",
                             name);
    s->copy =
        store_text("COPY pg_temp.\"stage_%s\" (site, id, episode, patient, day%s, stage_series, stage_seq, "
                   "stage_fp, stage_day) FROM STDIN",
                   name, columns);
    s->write = store_text("INSERT INTO \"%s\" (site, id, episode, patient, day%s) "
                          "SELECT site, id, episode, patient, day%s FROM pg_temp.\"stage_%s\" "
                          "ON CONFLICT (site, id) DO UPDATE SET episode = excluded.episode, "
                          "patient = excluded.patient, day = excluded.day%s",
                          name, columns, columns, name, buf_text(&sets));
    s->write_version =
        store_text("INSERT INTO ops.version_%s (site, id, series, seq, fp, day) "
                   "SELECT site, id, stage_series, stage_seq, stage_fp, stage_day "
                   "FROM pg_temp.\"stage_%s\" ON CONFLICT (site, id) DO UPDATE SET "
                   "series = excluded.series, seq = excluded.seq, fp = excluded.fp, day = excluded.day, "
                   "judge = ''",
                   name, name);
    s->empty = store_text("DELETE FROM pg_temp.\"stage_%s\"", name);
    s->raise = store_text("UPDATE ops.version_%s SET series = $1, seq = $2 "
                          "WHERE site = $3 AND id = ANY(CAST($4 AS bytea[]))",
                          name);
    s->delete_row = store_text("DELETE FROM \"%s\" WHERE site = $1 AND id = ANY(CAST($2 AS bytea[]))", name);
    s->delete_version =
        store_text("DELETE FROM ops.version_%s WHERE site = $1 AND id = ANY(CAST($2 AS bytea[]))", name);
    buf_free(&sets);
    free(columns);
}

static void put_u32(struct buf *out, uint32_t value)
{
    uint8_t bytes[4];
    put_u32be(bytes, value);
    buf_append(out, bytes, sizeof bytes);
}

/* bytea[] in PostgreSQL's binary form: dimensions, null flag, element type, size, lower bound, elements. */
static enum err_code array_of(const uint8_t *ids, size_t count, struct buf *out, struct err *err)
{
    static const uint32_t head[] = {1, 0, 17};
    for (size_t i = 0; i < 3; i++)
        put_u32(out, head[i]);
    put_u32(out, (uint32_t)count);
    put_u32(out, 1);
    for (size_t i = 0; i < count; i++) {
        put_u32(out, CORE_SIZE);
        buf_append(out, ids + i * CORE_SIZE, CORE_SIZE);
    }
    return buf_ok(out) ? OK : err_set(err, ERR_INTERNAL, "no memory for a list of records");
}

/* Rows come in the database's order: they are found again among the ids asked for by this order of them. */
struct lookup {
    const struct store *store;
    const uint8_t *ids;
    uint32_t *order;
    size_t count;
    struct stored *ret;
};

static int compare_places(const void *a, const void *b, void *context)
{
    const uint8_t *ids = context;
    return memcmp(ids + *(const uint32_t *)a * CORE_SIZE, ids + *(const uint32_t *)b * CORE_SIZE, CORE_SIZE);
}

static void take_version(void *context, const struct sql_value *columns)
{
    const struct lookup *lookup = context;
    size_t low = 0, high = lookup->count;
    if (columns[0].len != CORE_SIZE || columns[3].len != SHORT_SIZE)
        return;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (memcmp(lookup->ids + lookup->order[middle] * CORE_SIZE, columns[0].data, CORE_SIZE) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < lookup->count; low++) {
        uint32_t place = lookup->order[low];
        if (memcmp(lookup->ids + place * CORE_SIZE, columns[0].data, CORE_SIZE) != 0)
            break;
        struct stored *stored = &lookup->ret[place];
        stored->found = true;
        stored->version = (struct version){(uint64_t)columns[1].integer, (uint64_t)columns[2].integer};
        memcpy(stored->fp, columns[3].data, SHORT_SIZE);
        stored->day = (int32_t)columns[4].integer;
        stored->judged = store_judged(lookup->store, &columns[5]);
    }
}

static enum err_code versions(struct store *store, struct store_stream *s, const char *site,
                              const uint8_t *ids, size_t count, struct stored *ret, struct err *err)
{
    BUF_CLEANUP struct buf array = BUF_INIT(64 + count * (CORE_SIZE + 4));
    struct lookup lookup = {.store = store,
                            .ids = ids,
                            .count = count,
                            .ret = ret,
                            .order = calloc(count + 1, sizeof *lookup.order)};
    if (lookup.order == NULL)
        return err_set(err, ERR_INTERNAL, "no memory for a list of records");
    for (size_t i = 0; i < count; i++) {
        lookup.order[i] = (uint32_t)i;
        memcpy(ret[i].id, ids + i * CORE_SIZE, CORE_SIZE);
    }
    qsort_r(lookup.order, count, sizeof *lookup.order, compare_places, (void *)(uintptr_t)ids);
    enum err_code code = array_of(ids, count, &array, err);
    const struct sql_value parameters[] = {SQL_STR(site), SQL_BLOB(array.data, array.len)};
    if (code == OK)
        code = sql_run(store->sql, s->versions, parameters, 2, take_version, &lookup, err);
    free(lookup.order);
    return code;
}

/* COPY's text format: a tab between columns, \N for NULL, backslashes before what would be read otherwise. */
static void copy_text(struct buf *out, const char *text, size_t len)
{
    static const char from[] = "\b\f\n\r\t\v\\", to[] = "bfnrtv\\";
    size_t start = 0;
    for (size_t i = 0; i < len; i++) {
        const char *found = text[i] != '\0' ? strchr(from, text[i]) : NULL;
        if (found == NULL)
            continue;
        buf_append(out, text + start, i - start);
        buf_putc(out, '\\');
        buf_putc(out, to[found - from]);
        start = i + 1;
    }
    buf_append(out, text + start, len - start);
}

static void copy_bytes(struct buf *out, bool present, const uint8_t *bytes, size_t len)
{
    buf_puts(out, present ? "\\\\x" : "\\N");
    if (present)
        buf_hex(out, bytes, len);
    buf_putc(out, '\t');
}

static void copy_row(const struct store_stream *s, const char *site, struct version version,
                     const struct store_row *row, struct buf *scratch, struct buf *out)
{
    char day[DAY_TEXT];
    day_format(row->day, day);
    buf_puts(out, site);
    buf_putc(out, '\t');
    copy_bytes(out, true, row->id, CORE_SIZE);
    copy_bytes(out, row->has_episode, row->episode, CORE_SIZE);
    copy_bytes(out, row->has_patient, row->patient, CORE_SIZE);
    buf_puts(out, day);
    for (size_t i = 0; i < s->column_count; i++) {
        buf_putc(out, '\t');
        buf_clear(scratch);
        if (model_column_text(&s->columns[i], &row->values[s->columns[i].field->index], scratch))
            copy_text(out, buf_text(scratch), scratch->len);
        else
            buf_puts(out, "\\N");
    }
    buf_printf(out, "\t%llu\t%llu\t", (unsigned long long)version.series, (unsigned long long)version.seq);
    copy_bytes(out, true, row->fp, SHORT_SIZE);
    buf_printf(out, "%d\n", (int)row->day);
}

/* The staging table lives as long as the session. */
static enum err_code make_stage(struct store *store, const struct store_stream *s, struct err *err)
{
    BUF_CLEANUP struct buf text = BUF_INIT(4096);
    buf_printf(&text,
               "CREATE TEMPORARY TABLE IF NOT EXISTS \"stage_%s\" (LIKE \"%s\", stage_series bigint, "
               "stage_seq bigint, stage_fp bytea, stage_day bigint)",
               s->stream->name, s->stream->name);
    return sql_script(store->sql, buf_text(&text), err);
}

static enum err_code write_rows(struct store *store, struct store_stream *s, const char *site,
                                struct version version, const struct store_row *rows, size_t count,
                                struct err *err)
{
    BUF_CLEANUP struct buf copy = BUF_INIT(COPY_MAX), scratch = BUF_INIT(2 * RECORD_LINE_MAX);
    for (size_t i = 0; i < count; i++)
        copy_row(s, site, version, &rows[i], &scratch, &copy);
    if (!buf_ok(&copy) || scratch.failed)
        return err_set(err, ERR_INTERNAL, "no memory for a batch's rows");
    return sql_postgres_copy(store->sql, s->copy, &copy, err);
}

static enum err_code write_staged(struct store *store, struct store_stream *s, const char *site,
                                  struct version version, const struct store_row *rows, size_t count,
                                  struct err *err)
{
    enum err_code code = make_stage(store, s, err);
    if (code == OK)
        code = write_rows(store, s, site, version, rows, count, err);
    if (code == OK)
        code = sql_run(store->sql, s->write, NULL, 0, NULL, NULL, err);
    if (code == OK)
        code = sql_run(store->sql, s->write_version, NULL, 0, NULL, NULL, err);
    return code == OK ? sql_run(store->sql, s->empty, NULL, 0, NULL, NULL, err) : code;
}

static enum err_code raise_rows(struct store *store, struct store_stream *s, const char *site,
                                struct version version, const uint8_t *ids, size_t count, struct err *err)
{
    BUF_CLEANUP struct buf array = BUF_INIT(64 + count * (CORE_SIZE + 4));
    enum err_code code = array_of(ids, count, &array, err);
    const struct sql_value parameters[] = {SQL_INT(version.series), SQL_INT(version.seq), SQL_STR(site),
                                           SQL_BLOB(array.data, array.len)};
    return code == OK ? sql_run(store->sql, s->raise, parameters, 4, NULL, NULL, err) : code;
}

static enum err_code remove_rows(struct store *store, struct store_stream *s, const char *site,
                                 const uint8_t *ids, size_t count, struct err *err)
{
    BUF_CLEANUP struct buf array = BUF_INIT(64 + count * (CORE_SIZE + 4));
    enum err_code code = array_of(ids, count, &array, err);
    const struct sql_value parameters[] = {SQL_STR(site), SQL_BLOB(array.data, array.len)};
    if (code == OK)
        code = sql_run(store->sql, s->delete_row, parameters, 2, NULL, NULL, err);
    return code == OK ? sql_run(store->sql, s->delete_version, parameters, 2, NULL, NULL, err) : code;
}

static const struct store_driver driver = {.prepare = prepare,
                                           .versions = versions,
                                           .write = write_staged,
                                           .raise = raise_rows,
                                           .remove = remove_rows};

static void take_flag(void *context, const struct sql_value *columns)
{
    *(bool *)context = columns[0].integer != 0;
}

/* Two loaders would each count days by what they read before the other wrote. The lock goes with the session.
 */
static enum err_code be_alone(struct sql *sql, struct err *err)
{
    bool alone = false;
    enum err_code code =
        sql_run(sql, "SELECT CAST(pg_try_advisory_lock(7242) AS int)", NULL, 0, take_flag, &alone, err);
    return code == OK && !alone ? err_set(err, ERR_RETRY, "another loader fills this database") : code;
}

enum err_code store_open_postgres(const char *conninfo, const struct model *model, struct store **ret,
                                  struct err *err)
{
    struct sql *sql;
    enum err_code code = sql_open_postgres(conninfo, &sql, err);
    if (code != OK)
        return code;
    code = be_alone(sql, err);
    if (code != OK) {
        sql_close(sql);
        return code;
    }
    return store_new(sql, &driver, model, ret, err);
}
