/* SPDX-License-Identifier: Apache-2.0 */
/* What the two stores do differently: reading and writing many rows at once. */
#ifndef GATEWAY_LOADER_STORE_DRIVER_H
#define GATEWAY_LOADER_STORE_DRIVER_H

#include "contact/model_print.h"
#include "gateway/loader/store.h"

/* Statements of one stream; owned texts whose address names the prepared statement. */
struct store_stream {
    const struct model_stream *stream;
    struct model_column columns[MODEL_COLUMNS_MAX];
    size_t column_count;
    char *day_below, *of_patient, *people;
    char *reject, *rejected, *rejected_days, *rejected_fps;
    char *versions, *write, *write_version, *raise, *delete_row, *delete_version;
    char *copy, *empty; /* PostgreSQL's staging table */
};

struct store_driver {
    /* Fills the last two rows of texts above. */
    void (*prepare)(struct store *store, struct store_stream *s);
    enum err_code (*versions)(struct store *store, struct store_stream *s, const char *site,
                              const uint8_t *ids, size_t count, struct stored *ret, struct err *err);
    enum err_code (*write)(struct store *store, struct store_stream *s, const char *site,
                           struct version version, const struct store_row *rows, size_t count,
                           struct err *err);
    enum err_code (*raise)(struct store *store, struct store_stream *s, const char *site,
                           struct version version, const uint8_t *ids, size_t count, struct err *err);
    enum err_code (*remove)(struct store *store, struct store_stream *s, const char *site, const uint8_t *ids,
                            size_t count, struct err *err);
};

/* Takes ownership of sql. Makes the tables and each stream's statements. */
MUST_CHECK enum err_code store_new(struct sql *sql, const struct store_driver *driver,
                                   const struct model *model, struct store **ret, struct err *err);
/* A version's judge, as the driver read it. */
enum judged store_judged(const struct store *store, const struct sql_value *judge);
/* Formatted text for a statement; aborts without memory, at start alone. */
char *store_text(const char *format, ...) PRINTF(1, 2);
/* "\"age\", \"age_years\", …": the stream's columns, each after a comma. Aborts without memory. */
char *store_column_names(const struct store_stream *s, const char *before, const char *after);

#endif
