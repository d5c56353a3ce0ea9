/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the spool share among themselves. */
#ifndef AGENT_SPOOL_INTERNAL_H
#define AGENT_SPOOL_INTERNAL_H

#include <sys/types.h>

#include "agent/spool/spool.h"
#include "contact/db.h"

#define SPOOL_RESERVE_BYTES                                                                                  \
    (4 * 1024 * 1024) /* given back when the disk is full, so that deleting still works */

/* Each statement is prepared at its first use and kept: its SQL stands where it is used. */
enum spool_statement {
    SPOOL_PUT_KNOWN,
    SPOOL_PUT_BATCH,
    SPOOL_PUT_SEALED,
    SPOOL_VOID_BATCH,
    SPOOL_VOID_SEALED,
    SPOOL_TROUBLES,
    SPOOL_EXTENT,
    SPOOL_DEPTH,
    SPOOL_BYTES,
    SPOOL_NEXT,
    SPOOL_SEALED,
    SPOOL_OUTCOME,
    SPOOL_LOADED,
    SPOOL_LOADED_MARK,
    SPOOL_REFUSED,
    SPOOL_MISSING,
    SPOOL_FREE_PAGES,
    SPOOL_REQUEST_ADD,
    SPOOL_REQUEST_PRUNE,
    SPOOL_REQUEST_LIST,
    SPOOL_REQUEST_STATE,
    SPOOL_FACT_PUT,
    SPOOL_FACT_GET,
    SPOOL_FACT_LIST,
    SPOOL_STATEMENTS
};

struct spool {
    char *folder; /* owned: the folder of all series */
    char series[SERIES_TEXT];
    dev_t device; /* of the file opened, to notice that another took its place */
    ino_t inode;
    sqlite3 *db;
    sqlite3_stmt *statements[SPOOL_STATEMENTS];
};

MUST_CHECK enum err_code spool_prepare(struct spool *spool, enum spool_statement which, const char *sql,
                                       sqlite3_stmt **ret, struct err *err);
/* Gives the reserve back to the disk; false when it was gone already. */
bool spool_reserve_release(struct spool *spool);
/* Takes it again when there is room; failing is no error. */
void spool_reserve_take(struct spool *spool);
/* Runs a write that must succeed on a full disk (facts, outcomes, deleting): when it fails for lack of
 * room the reserve is released and it runs once more. */
MUST_CHECK enum err_code spool_write(struct spool *spool,
                                     enum err_code (*write)(struct spool *, void *, struct err *),
                                     void *context, struct err *err);
/* Free bytes for us on the spool's disk; -1 when it cannot be asked. */
int64_t spool_disk_free(const struct spool *spool);

#endif
