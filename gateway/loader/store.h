/* SPDX-License-Identifier: Apache-2.0 */
/* The warehouse as the loader writes it: the typed tables of the model, one row a record, and beside each the
 * operators' version table (series, seq, fp, day). SQLite or PostgreSQL, same tables, same rules. Everything
 * happens inside store_begin() … store_commit(); sql.h reaches the operators' other tables. */
#ifndef GATEWAY_LOADER_STORE_H
#define GATEWAY_LOADER_STORE_H

#include "contact/record_line.h"
#include "contact/tally.h"
#include "gateway/loader/rekey.h"
#include "gateway/loader/sql.h"

/* The order of everything a site sends: its series as the loader numbered them, then seq. */
struct version {
    uint64_t series, seq;
};
static inline int version_compare(struct version a, struct version b)
{
    if (a.series != b.series)
        return a.series < b.series ? -1 : 1;
    return (a.seq > b.seq) - (a.seq < b.seq);
}

/* How the record's line was judged when it was loaded. A rejected record is known by its version, fp and day:
 * it has no content, and counts for its day as the site counts it. */
enum judged {
    TAKEN,
    REJECTED_NOW,    /* by this very loader and model, which would reject it again */
    REJECTED_BEFORE, /* by others */
};

struct stored { /* what the warehouse holds of a record */
    bool found;
    enum judged judged;
    uint8_t id[CORE_SIZE];
    struct version version;
    uint8_t fp[SHORT_SIZE];
    int32_t day;
};

struct stored_list {
    struct stored *items; /* owned */
    size_t count, room;
    bool failed; /* no memory: the list lacks something */
};
void stored_list_free(struct stored_list *list);

struct store_row { /* what it shall hold */
    uint8_t id[CORE_SIZE];
    bool has_episode, has_patient;
    bool rejected; /* values are none */
    uint8_t episode[CORE_SIZE], patient[CORE_SIZE];
    int32_t day;
    uint8_t fp[SHORT_SIZE];
    const struct value *values; /* stream->field_count; tokens already re-keyed; borrowed */
};

struct store {
    struct sql *sql;
    const struct model *model; /* borrowed */
    const struct store_driver *driver;
    struct store_stream *streams; /* each stream's statements, by stream->index */
    bool inside;                  /* a transaction */
    char judge[64];               /* this loader and model, as rejected records note them */
};

/* Makes missing tables. The caller closes. */
MUST_CHECK enum err_code store_open_sqlite(const char *path, const struct model *model, struct store **ret,
                                           struct err *err);
MUST_CHECK enum err_code store_open_postgres(const char *conninfo, const struct model *model,
                                             struct store **ret, struct err *err);
void store_close(struct store *store);

MUST_CHECK enum err_code store_begin(struct store *store, struct err *err);
MUST_CHECK enum err_code store_commit(struct store *store, struct err *err);
void store_rollback(struct store *store); /* legal outside a transaction */

/* Records of one stream of one site. ids are count cores, one after the other. */
MUST_CHECK enum err_code store_versions(struct store *store, const struct model_stream *stream,
                                        const char *site, const uint8_t *ids, size_t count,
                                        struct stored *ret, struct err *err);
MUST_CHECK enum err_code store_write(struct store *store, const struct model_stream *stream, const char *site,
                                     struct version version, const struct store_row *rows, size_t count,
                                     struct err *err);
/* Records of which no row is held any more. */
MUST_CHECK enum err_code store_reject(struct store *store, const struct model_stream *stream,
                                      const char *site, struct version version, const struct store_row *rows,
                                      size_t count, struct err *err);
MUST_CHECK enum err_code store_raise(struct store *store, const struct model_stream *stream, const char *site,
                                     struct version version, const uint8_t *ids, size_t count,
                                     struct err *err);
MUST_CHECK enum err_code store_delete(struct store *store, const struct model_stream *stream,
                                      const char *site, const uint8_t *ids, size_t count, struct err *err);
/* Adds to ret the day's records of lower version than floor. */
MUST_CHECK enum err_code store_day_below(struct store *store, const struct model_stream *stream,
                                         const char *site, int32_t day, struct version floor,
                                         struct stored_list *ret, struct err *err);
/* How many of the site's records are rejected. */
MUST_CHECK enum err_code store_rejected(struct store *store, const char *site, int64_t *ret, struct err *err);
/* The days (oldest first) that hold records which another loader or model rejected. */
MUST_CHECK enum err_code store_rejected_days(struct store *store, const struct model_stream *stream,
                                             const char *site, sql_row_fn *row, void *context,
                                             struct err *err);
/* Takes from tally what another loader or model rejected of a day. */
MUST_CHECK enum err_code store_rejected_tally(struct store *store, const struct model_stream *stream,
                                              const char *site, int32_t day, struct tally *tally,
                                              struct err *err);
/* Adds to ret a patient's records. */
MUST_CHECK enum err_code store_of_patient(struct store *store, const struct model_stream *stream,
                                          const char *site, const uint8_t patient[static CORE_SIZE],
                                          struct stored_list *ret, struct err *err);

#endif
