/* SPDX-License-Identifier: Apache-2.0 */
/* The shared queue: all that collect and send have in common.
 *
 * <folder>/<series>/spool.db, and <folder>/current, a link to the series in use, replaced by rename. Only
 * collect creates a spool or sets one aside; instead of one of another version it begins a new series. send
 * waits for it, and reopens when current changes. It holds sealed batches, requests of the centre, and
 * counters; nothing in it can be reopened on site. */
#ifndef AGENT_SPOOL_SPOOL_H
#define AGENT_SPOOL_SPOOL_H

#include "contact/batch.h"
#include "contact/err.h"
#include "contact/tally.h"

/* In the spool's folder: the services that run (contact/lock.h). */
#define SPOOL_COLLECT_RUNS "collect.running"
#define SPOOL_SEND_RUNS "send.running"

struct spool;

enum batch_state {
    BATCH_QUEUED, /* to be sent */
    BATCH_STORED, /* the centre has it on disk, not yet loaded; kept */
    BATCH_PARKED, /* refused for good (4xx): collect must put a void in its place and mark its days dirty */
    BATCH_TOO_LARGE, /* 413: as parked, and its days are read in smaller batches */
    BATCH_CONFLICT,  /* 409: the centre holds another batch of that name: collect begins a new series */
};

struct spool_batch {
    uint64_t seq;
    enum lane lane;
    bool is_void;
    enum batch_state state;
    uint8_t digest[SHA256_SIZE]; /* of the sealed bytes */
    struct buf sealed;           /* filled by spool_next only; BATCH_MAX_BYTES at most */
    unsigned attempts;
};

/* A day that the centre asks for again. Unique by id. */
struct spool_request {
    char id[33];
    char stream[33];
    int32_t from, to; /* days, both included */
};

/* Either side. Opens the current series. ERR_RETRY: none yet, or locked for long; ERR_REJECTED: of another
 * version. */
MUST_CHECK enum err_code spool_open(const char *folder, struct spool **ret, struct err *err);
void spool_close(struct spool *spool);
const char *spool_series(const struct spool *spool);
bool spool_replaced(const struct spool *spool); /* current no longer points here: close and open again */

/* collect's side. */
MUST_CHECK enum err_code spool_create(const char *folder, const char series[static SERIES_TEXT],
                                      struct spool **ret,
                                      struct err *err); /* new, empty; then current points to it */
/* `current` leads to a file: when it cannot be opened now, it is not lost for that. */
bool spool_present(const char *folder);
/* Renames a spool that fails its check to <series>.damaged; current is left for spool_create. */
MUST_CHECK enum err_code spool_set_aside(const char *folder, const char *series, struct err *err);
/* Removes the series that `current` does not name, but for those set aside: what they held is sent anew in
 * the series that follows. */
void spool_forget_others(const char *folder);
MUST_CHECK enum err_code spool_check(struct spool *spool, struct err *err);
/* Insert or ignore: putting a batch twice, or again after it was loaded, is putting it once. ERR_FULL past
 * limit_bytes or when the disk has less than 64 MiB free. */
MUST_CHECK enum err_code spool_put(struct spool *spool, uint64_t seq, enum lane lane, bool is_void,
                                   const void *sealed, size_t len, int64_t limit_bytes, struct err *err);
/* What is put between the two is kept at once, with one wait for the disk; spool_put_end keeps nothing of it
 * when code is not OK, and returns code. */
MUST_CHECK enum err_code spool_put_begin(struct spool *spool, struct err *err);
MUST_CHECK enum err_code spool_put_end(struct spool *spool, enum err_code code, struct err *err);
/* Replaces a parked or too large batch by its void, queued again; a void by another. */
MUST_CHECK enum err_code spool_replace_by_void(struct spool *spool, uint64_t seq, const void *sealed,
                                               size_t len, struct err *err);
/* Calls back for the first batches (64) that need collect: parked, too large, conflict. Voids that were
 * refused themselves only above that seq, so that those left to wait do not hide what comes after them. */
MUST_CHECK enum err_code spool_troubles(struct spool *spool, uint64_t voids_after,
                                        void (*each)(void *context, const struct spool_batch *batch),
                                        void *context, struct err *err);
/* The centre's requests not yet taken; taking marks them, so that a heartbeat acknowledges them. */
MUST_CHECK enum err_code spool_requests(struct spool *spool,
                                        void (*each)(void *context, const struct spool_request *request),
                                        void *context, struct err *err);
MUST_CHECK enum err_code spool_request_taken(struct spool *spool, const char *id, struct err *err);
/* The range of seqs ever put here; 0 and 0 when empty (held: the lowest still held, 0 for none). */
MUST_CHECK enum err_code spool_extent(struct spool *spool, uint64_t *ret_lowest_held,
                                      uint64_t *ret_highest_put, struct err *err);

/* send's side. */
/* The next batch to be sent: fresh lane first, then lowest seq. *ret_found false when none.
 * ERR_REJECTED: it is found, but its bytes are not those that were put: to be parked. */
MUST_CHECK enum err_code spool_next(struct spool *spool, struct spool_batch *ret, bool *ret_found,
                                    struct err *err);
MUST_CHECK enum err_code spool_outcome(struct spool *spool, uint64_t seq, enum batch_state state,
                                       struct err *err); /* and attempts + 1 */
/* The centre's word: every seq up to loaded is loaded or refused for good: those batches are deleted. refused
 * lists seqs refused by the loader. Only batches that are BATCH_STORED go: another is sent, and the answer
 * (had it, or conflict) tells whether the centre's is ours. */
MUST_CHECK enum err_code spool_loaded(struct spool *spool, uint64_t loaded, const uint64_t *refused,
                                      size_t refused_count, struct err *err);
/* The centre lacks these: what is stored here is queued again. */
MUST_CHECK enum err_code spool_missing(struct spool *spool, uint64_t from, uint64_t to, struct err *err);
MUST_CHECK enum err_code spool_add_request(struct spool *spool, const struct spool_request *request,
                                           struct err *err);
/* Ids taken by collect and not yet acknowledged to the centre. */
MUST_CHECK enum err_code spool_unacknowledged(struct spool *spool,
                                              void (*each)(void *context, const char *id), void *context,
                                              struct err *err);
MUST_CHECK enum err_code spool_acknowledged(struct spool *spool, const char *id, struct err *err);

/* Either side: small facts by name, each written by one side only.
 *
 * collect writes what the heartbeat may carry; send leaves out any other name, and any value that is not a
 * number or made of letters, digits and -_.:,<> alone:
 *   collect.model, .config_hash, .mapping_hash, .clock, .stopped
 *   collect.key_epoch, .root_check   which root key this machine has: its check value, not the key
 *   collect.error              error name, empty when all is well; told as collect_error
 *   collect.barred             why the loader takes nothing of this machine; for `status`, not sent
 *   collect.approved, .paused  0 or 1; while paused, send sends heartbeats alone
 *   collect.isolated           0 or 1: no network but its own loopback; for `status`, not sent
 *   collect.progress_ms        clock_monotonic_ms() of its last progress; told as its age
 *   collect.sweep_s_STREAM     wall time of the last good sweep; told as a bucket of its age
 *   collect.row_age_STREAM     bucket of the newest row ("<1h"), never its time
 *   collect.backfill_percent, .withheld_REASON, .receipt_overdue
 *   collect.settled            collect has dealt with every refusal up to this seq
 *   collect.text               "ok", "none" when no text is mapped, else a code: why no free text leaves
 *   collect.unread_day         the oldest day passed over, since the database cannot give a value of it
 *   collect.new_columns        of mapped tables, since the approval: how many, never their names
 * send writes what it learnt:
 *   send.state                 "unknown", "online", "offline", "untrusted", "proxy", "busy", "unauthorized",
 *                              "expired", "not-enrolled"
 *   send.contact_s             wall time of the last answer of ours
 *   send.centre_s              what the centre's clock said in that answer
 *   send.contiguous, .loaded, .highest   the centre's watermarks of this series
 *   send.ahead                 highest seq the centre holds, when we never made it: this machine is a copy
 *   send.refused               "97:signature,99:gzip": refused by the loader; written before send.loaded, so
 *                              a reader that takes loaded first, then this, misses none
 *   send.proved                "2026-01-01"
 *   send.key                   "2 0123456789abcdef": epoch and check value of the key that the centre knows
 *   send.receipts              JSON, the array as answered; replaced by each answer whose array is not empty
 *   send.recipients            PEM, not yet believed
 *   send.certificate_s         wall time at which the TLS certificate ends
 *   send.proxy_seen            0 or 1: a proxy answered in the centre's place
 *   send.seal_offered          SHA-256 (hex) of the seal.pem that the centre took */
MUST_CHECK enum err_code spool_fact_put(struct spool *spool, const char *name, const char *value,
                                        struct err *err);
/* Appends the value; leaves out empty when there is none. */
MUST_CHECK enum err_code spool_fact_get(struct spool *spool, const char *name, struct buf *out,
                                        struct err *err);
/* Calls back for each name that begins with prefix, in order; the callback must not write here. */
MUST_CHECK enum err_code spool_facts(struct spool *spool, const char *prefix,
                                     void (*each)(void *context, const char *name, const char *value),
                                     void *context, struct err *err);
/* How long ago, told coarsely: "<1m", "<10m", "<1h", "<6h", "<1d", "<7d", ">7d"; "never" for a moment of 0.
 */
const char *spool_fact_age(int64_t moment_s, int64_t now_s);

struct spool_depth {
    uint64_t queued, stored, parked; /* batches */
    uint64_t bytes;                  /* of all held */
    int64_t oldest_unsent_s;         /* wall time it was put; 0 for none */
};
MUST_CHECK enum err_code spool_depth(struct spool *spool, struct spool_depth *ret, struct err *err);

#endif
