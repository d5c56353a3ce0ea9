/* SPDX-License-Identifier: Apache-2.0 */
/* How much was sent, remembered beside the state. The mass-deletion stop compares with the state; where state
 * and rows are lost together (one disk, a machine put back with an old database) nothing else knows that rows
 * are missing, and the warehouse would be made as empty as the source. A stream whose rows are too few stands
 * still until a person says that they are meant to be gone, or until they are back. */
#include "agent/collect/witness.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/collect/window.h"
#include "contact/clock.h"
#include "contact/json.h"

#define FILE_MAX 8192
#define PATH_SIZE 4096
#define FEW_RECORDS 20 /* as for the stop: so many may always be gone */

static void path_of(const struct collect *c, char ret[static PATH_SIZE])
{
    snprintf(ret, PATH_SIZE, "%s/sent.json", c->settings->collect_folder);
}

/* Nothing is learnt while something is wrong. */
static bool all_is_well(struct collect *c)
{
    struct stop stop;
    for (unsigned i = 0; i < c->stream_count; i++)
        if (c->streams[i].stopped[0] || stop_get(c->state, c->streams[i].name, &stop))
            return false;
    return !c->recovering;
}

static bool add_day(void *context, const struct day_entry *entry)
{
    *(uint64_t *)context += entry->sent.count;
    return true;
}

/* The number that a statement counts. */
static enum err_code count(struct collect *c, const char *sql, const char *from, int64_t *ret,
                           struct err *err)
{
    const char *const values[] = {from};
    struct source_rows *rows = NULL;
    const struct cell *cells = NULL;
    size_t columns = 0;
    enum err_code code = source_query(c->source, sql, values, from ? 1 : 0, &rows, err);
    if (code != OK)
        return code;
    *ret = 0;
    code = source_next(rows, &cells, &columns, err);
    if (code == OK && cells && cells[0].type == CELL_INTEGER)
        *ret = cells[0].integer;
    return source_end(rows, code, err);
}

enum err_code witness_persons(struct collect *c, int64_t *ret, struct err *err)
{
    char *sql = select_persons(c->mapping, source_dialect(c->source));
    *ret = 0;
    enum err_code code = sql ? count(c, sql, NULL, ret, err) : OK;
    free(sql);
    return code;
}

static void put_stream(struct collect *c, const char *stream, int64_t persons, struct json *j)
{
    struct day_sums sums;
    uint64_t recent = 0;
    day_sum(c->state, stream, &sums);
    day_each(c->state, stream, c->today - HOT_DAYS, DAY_FAR, add_day, &recent);
    json_key(j, stream);
    json_begin_object(j);
    json_kv_int(j, "records", (int64_t)sums.records);
    json_kv_int(j, "recent", (int64_t)recent);
    json_kv_int(j, "recent_from", c->today - HOT_DAYS);
    json_kv_int(j, "persons", persons);
    json_end_object(j);
}

enum err_code witness_keep(struct collect *c, struct err *err)
{
    char path[PATH_SIZE];
    BUF_CLEANUP struct buf text = BUF_INIT(FILE_MAX);
    struct json j = JSON(&text);
    if (!all_is_well(c))
        return state_failure(c->state, err);
    int64_t persons = 0;
    enum err_code code = witness_persons(c, &persons, err);
    path_of(c, path);
    json_begin_object(&j);
    for (unsigned i = 0; i < c->stream_count; i++)
        put_stream(c, c->streams[i].name, persons, &j);
    json_end_object(&j);
    buf_putc(&text, '\n');
    if (code == OK)
        code = state_failure(c->state, err);
    return code == OK ? buf_write_file(&text, path, 0600, err) : code;
}

/* *ret_missing: how many of those that were there are not, when they are too many. */
static void compare(int64_t had, int64_t now, int64_t *ret_missing)
{
    if (had > now + FEW_RECORDS && (had - now) * 10 > had && had - now > *ret_missing)
        *ret_missing = had - now;
}

static enum err_code compare_rows(struct collect *c, const struct stream *s, int32_t from, int64_t had,
                                  int64_t *ret_missing, struct err *err)
{
    char text[DAY_TEXT];
    int64_t now = 0;
    day_format(from, text);
    enum err_code code = had > FEW_RECORDS ? count(c, s->select->count, text, &now, err) : OK;
    if (code == OK)
        compare(had, now, ret_missing);
    return code;
}

/* A row without its person is withheld, and so as good as gone. */
static enum err_code compare_persons(struct collect *c, const struct stream *s, int64_t had,
                                     int64_t *ret_missing, struct err *err)
{
    int64_t now = 0;
    enum err_code code = s->mapping->has_person && had > FEW_RECORDS ? witness_persons(c, &now, err) : OK;
    if (code == OK && s->mapping->has_person)
        compare(had, now, ret_missing);
    return code;
}

static enum err_code look(struct collect *c, const struct stream *s, struct stop *ret, struct err *err)
{
    char path[PATH_SIZE];
    BUF_CLEANUP struct buf text = BUF_INIT(FILE_MAX);
    int64_t missing = 0;
    path_of(c, path);
    if (access(path, F_OK) != 0)
        return OK;
    enum err_code code = buf_read_file(&text, path, err);
    json_t *root =
        code == OK ? json_loadb((const char *)text.data, text.len, JSON_REJECT_DUPLICATES, NULL) : NULL;
    if (code == OK && !json_is_object(root)) {
        err_set(err, ERR_CONFIG, "%s cannot be read: how much was sent before is not known", path);
        code = err_hint(err, "is the database the right one, and whole? Then move that file away");
    }
    const json_t *sent = json_object_get(root, s->name);
    int64_t records = json_integer_value(json_object_get(sent, "records"));
    if (code == OK)
        code = compare_rows(c, s, window_from(c), records, &missing, err);
    if (code == OK)
        code = compare_rows(c, s, (int32_t)json_integer_value(json_object_get(sent, "recent_from")),
                            json_integer_value(json_object_get(sent, "recent")), &missing, err);
    if (code == OK)
        code = compare_persons(c, s, json_integer_value(json_object_get(sent, "persons")), &missing, err);
    json_decref(root);
    ret->records = (uint64_t)records;
    ret->vanished = (uint64_t)missing;
    return code;
}

static bool backfilled(struct collect *c, const struct stream *s)
{
    char name[64];
    snprintf(name, sizeof(name), "backfill.%s", s->name);
    return state_get_int(c->state, name, INT64_MAX) == DAY_NONE;
}

static bool accepted(struct collect *c, const struct stream *s)
{
    char name[64], value[128];
    snprintf(name, sizeof(name), "deletions.%.33s", s->name);
    return state_get(c->state, name, value, sizeof(value));
}

enum err_code witness_check(struct collect *c, const struct stream *s, bool *ret_short, struct err *err)
{
    struct stop stop = {.sweep = SWEEP_COLD, .at_s = clock_wall_s()}, standing;
    *ret_short = false;
    if (!c->recovering || backfilled(c, s) || accepted(c, s))
        return state_failure(c->state, err);
    enum err_code code = look(c, s, &stop, err);
    if (code != OK)
        return code;
    *ret_short = stop.vanished > 0;
    if (*ret_short == stop_get(c->state, s->name, &standing))
        return state_failure(c->state, err);
    snprintf(stop.stream, sizeof(stop.stream), "%s", s->name);
    state_begin(c->state);
    if (*ret_short)
        stop_put(c->state, &stop);
    else
        stop_clear(c->state, s->name);
    return state_commit(c->state, err);
}
