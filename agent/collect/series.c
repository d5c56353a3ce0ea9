/* SPDX-License-Identifier: Apache-2.0 */
/* The series of batches, and the spool that holds them. state.db knows which series it counts in; a spool
 * that does not fit (lost, damaged, restored from a backup, or met by a conflict at the centre) is left
 * behind and a new series begun, with every day not known as loaded sent again. */
#include "agent/collect/series.h"

#include <time.h>

#include "contact/clock.h"
#include "contact/log.h"

static enum err_code start_series(struct collect *c, const char *series, struct err *err)
{
    state_begin(c->state);
    batch_lost_all(c->state);
    state_put(c->state, "series", series);
    state_put_int(c->state, "last_seq", 0);
    state_put_int(c->state, "loaded", 0);
    state_put(c->state, "receipts", NULL);
    return state_commit(c->state, err);
}

/* The spool is made first: when that fails (a full disk), all is as before, and it is tried again. */
enum err_code series_new(struct collect *c, struct err *err)
{
    uint8_t random[16];
    char series[SERIES_TEXT];
    struct spool *spool = NULL;
    random_bytes(random, sizeof(random));
    base32_encode(random, sizeof(random), series);
    enum err_code code = spool_create(c->settings->spool_folder, series, &spool, err);
    if (code == OK)
        code = objections_again(c->objections, err);
    if (code == OK)
        code = start_series(c, series, err);
    if (code != OK) {
        spool_close(spool);
        return code;
    }
    c->last_seq = c->handed_over = c->voids_upto = 0;
    c->blocked = OK;
    spool_close(c->spool);
    c->spool = spool;
    spool_forget_others(c->settings->spool_folder);
    log_info("a new series of batches begins");
    return OK;
}

/* What the centre says makes a new series at most this often: each has all days sent again. */
#define SERIES_LEAST_MS (INT64_C(10) * 60 * 1000)

enum err_code series_again(struct collect *c, const char *why, bool *ret_begun, struct err *err)
{
    int64_t now = clock_monotonic_ms();
    *ret_begun = false;
    if (now < c->next_series_ms)
        return OK;
    log_warning("%s: this machine was restored or copied", why);
    enum err_code code = series_new(c, err);
    if (code != OK)
        return code;
    c->next_series_ms = now + SERIES_LEAST_MS;
    *ret_begun = true;
    return OK;
}

/* The spool holds what this state handed over, and nothing it did not make. */
static bool fits(struct collect *c)
{
    char series[SERIES_TEXT];
    uint64_t lowest = 0, highest = 0, handed = c->last_seq;
    if (!state_get(c->state, "series", series, sizeof(series)) || strcmp(series, spool_series(c->spool)) != 0)
        return false;
    BUF_CLEANUP struct buf sealed = BUF_INIT(BATCH_MAX_BYTES);
    struct outbox_batch first;
    if (outbox_next(c->state, 0, &first, &sealed))
        handed = first.seq - 1;
    return spool_extent(c->spool, &lowest, &highest, NULL) == OK && highest >= handed &&
           highest <= c->last_seq;
}

#define BUSY_TRIES 40
#define CHECK_MS INT64_C(3600000) /* between looks through files of our own */

/* A spool that send holds locked (it writes back its log as it ends) is not a lost one. */
static enum err_code open_patiently(struct collect *c, struct err *err)
{
    const struct timespec pause = {.tv_nsec = 250 * 1000000L};
    enum err_code code = spool_open(c->settings->spool_folder, &c->spool, err);
    for (int i = 0; code == ERR_RETRY && i < BUSY_TRIES && spool_present(c->settings->spool_folder); i++) {
        nanosleep(&pause, NULL);
        code = spool_open(c->settings->spool_folder, &c->spool, err);
    }
    return code == OK ? spool_check(c->spool, err) : code;
}

enum err_code series_open(struct collect *c, struct err *err)
{
    char series[SERIES_TEXT];
    bool known = state_get(c->state, "series", series, sizeof(series));
    c->last_seq = (uint64_t)state_get_int(c->state, "last_seq", 0);
    enum err_code code = open_patiently(c, err);
    if (code == ERR_CORRUPT && known) {
        log_warning("the spool is damaged and is set aside");
        spool_close(c->spool);
        c->spool = NULL;
        if (spool_set_aside(c->settings->spool_folder, series, err) != OK)
            return err->code;
    }
    if (code == OK && fits(c)) {
        spool_forget_others(c->settings->spool_folder);
        return series_drain(c, err);
    }
    bool absent = code == ERR_RETRY && !spool_present(c->settings->spool_folder);
    if (code != OK && code != ERR_CORRUPT && code != ERR_REJECTED && !absent)
        return code;
    if (known)
        log_warning("the spool is lost, or is not the one this state filled");
    return series_new(c, err);
}

enum err_code series_drain(struct collect *c, struct err *err)
{
    BUF_CLEANUP struct buf sealed = BUF_INIT(BATCH_MAX_BYTES);
    struct outbox_batch batch;
    enum err_code code = OK;
    uint64_t after = c->handed_over;
    while (outbox_next(c->state, after, &batch, &sealed)) {
        code = spool_put(c->spool, batch.seq, batch.lane, batch.is_void, sealed.data, sealed.len,
                         c->settings->spool_limit_bytes, err);
        buf_clear(&sealed);
        if (code != OK)
            break;
        after = batch.seq;
    }
    c->blocked = code;
    enum err_code failed = state_failure(c->state, err);
    if (failed == OK && after > 0) {
        state_begin(c->state);
        outbox_remove(c->state, after);
        failed = state_commit(c->state, err);
        if (failed == OK)
            c->handed_over = 0;
    }
    if (failed != OK)
        return failed;
    return code == ERR_FULL || code == ERR_RETRY ? OK : code;
}

enum err_code series_check(struct collect *c, struct err *err)
{
    int64_t now = clock_monotonic_ms();
    if (now < c->next_check_ms)
        return OK;
    c->next_check_ms = now + CHECK_MS;
    enum err_code code = state_check(c->state, err);
    if (code != ERR_CORRUPT && c->spool)
        code = spool_check(c->spool, err);
    return code == ERR_CORRUPT ? ERR_CORRUPT : OK;
}
