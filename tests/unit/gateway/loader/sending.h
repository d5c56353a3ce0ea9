/* SPDX-License-Identifier: Apache-2.0 */
/* What lyon sends, one batch a call, and how a test runs in both stores. */
#ifndef TEST_SENDING_H
#define TEST_SENDING_H

#include "tests/unit/gateway/loader/warehouse.h"

#define DAY 20455

static const char calls[] = "SELECT COUNT(*) FROM call";
static const char versions[] = "SELECT COUNT(*) FROM ops.version_call";
static const char older_calls[] = "SELECT COUNT(*) FROM ops.version_call WHERE seq = 1";
static const char seq_of_call[] = "SELECT seq FROM ops.version_call";
static const char requests[] = "SELECT COUNT(*) FROM ops.request";

static inline void put_one(struct warehouse *w, const char *series, uint64_t seq, uint32_t number,
                           int32_t day, uint32_t content)
{
    struct parcel p;
    parcel_begin(&p, "lyon", series, seq, "call");
    parcel_put(&p, w->model, number, 7, day, content);
    parcel_land(&p, w);
}

/* The end of a snapshot of records 1, which batch `first` carried, and 2, which is in the end's own batch. */
static inline void end_over(struct warehouse *w, uint64_t first, uint64_t seq, const char *request)
{
    struct parcel part, p;
    struct buf unused = BUF_INIT(BATCH_MAX_BYTES);
    parcel_begin(&part, "lyon", SERIES_1, first, "call");
    parcel_put(&part, w->model, 1, 7, DAY, 1);
    parcel_begin(&p, "lyon", SERIES_1, seq, "call");
    parcel_put(&p, w->model, 2, 7, DAY, 1);
    tally_join(&p.tally, &part.tally);
    parcel_end(&p, DAY, first, request);
    parcel_land(&p, w);
    parcel_close(&part, &w->lyon, &unused);
    buf_free(&unused);
}

static inline void state_a_day(struct warehouse *w, uint64_t seq, uint64_t upto, int32_t day, uint64_t count)
{
    struct parcel p;
    struct tally tally = {.count = count};
    parcel_begin(&p, "lyon", SERIES_1, seq, "statement");
    record_line_tally(&p.line, RECORD_STATEMENT, "call", day, &tally, upto, NULL);
    parcel_add_line(&p);
    parcel_land(&p, w);
    warehouse_load(w);
}

static inline void repair(struct warehouse *w, uint64_t seq, const char *request, uint64_t lie)
{
    struct parcel p;
    parcel_begin(&p, "lyon", SERIES_1, seq, "call");
    parcel_put(&p, w->model, 1, 7, DAY, 1);
    p.tally.count += lie;
    parcel_end(&p, DAY, seq, request);
    parcel_land(&p, w);
    warehouse_load(w);
}

/* A snapshot of record 1, or of nothing. */
static inline void snapshot(struct warehouse *w, uint64_t seq, unsigned count)
{
    struct parcel p;
    parcel_begin(&p, "lyon", SERIES_1, seq, "call");
    if (count > 0)
        parcel_put(&p, w->model, 1, 7, DAY, 1);
    parcel_end(&p, DAY, seq, NULL);
    parcel_land(&p, w);
    warehouse_load(w);
}

/* A statement that the day holds record 1. */
static inline void state_as_held(struct warehouse *w, uint64_t seq)
{
    struct parcel p, held;
    struct buf unused = BUF_INIT(BATCH_MAX_BYTES);
    parcel_begin(&held, "lyon", SERIES_1, seq, "call");
    parcel_put(&held, w->model, 1, 7, DAY, 1);
    parcel_begin(&p, "lyon", SERIES_1, seq, "statement");
    record_line_tally(&p.line, RECORD_STATEMENT, "call", DAY, &held.tally, seq - 1, NULL);
    parcel_add_line(&p);
    parcel_land(&p, w);
    parcel_close(&held, &w->lyon, &unused);
    buf_free(&unused);
    warehouse_load(w);
}

static inline int open_sqlite(void **state)
{
    *state = calloc(1, sizeof(struct warehouse));
    warehouse_open(*state, STORE_SQLITE);
    return 0;
}

static inline int open_postgres(void **state)
{
    *state = calloc(1, sizeof(struct warehouse));
    warehouse_open(*state, STORE_POSTGRESQL);
    return 0;
}

static inline int close_both(void **state)
{
    warehouse_close(*state);
    free(*state);
    return 0;
}

#define BOTH(test)                                                                                           \
    {#test " (sqlite)", test, open_sqlite, close_both, NULL},                                                \
    {                                                                                                        \
#test " (postgresql)", test, open_postgres, close_both, NULL                                         \
    }

#endif
