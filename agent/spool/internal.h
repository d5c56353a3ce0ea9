/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the spool share among themselves. */
#ifndef AGENT_SPOOL_INTERNAL_H
#define AGENT_SPOOL_INTERNAL_H

#include <sys/types.h>

#include "agent/spool/spool.h"
#include "contact/db.h"

#define SPOOL_RESERVE_BYTES                                                                                  \
    (4 * 1024 * 1024) /* given back when the disk is full, so that deleting still works */

struct spool {
    char *folder; /* owned: the folder of all series */
    char series[SERIES_TEXT];
    dev_t device; /* of the file opened, to notice that another took its place */
    ino_t inode;
    sqlite3 *db;
    struct db_statements statements;
};

/* The statement of a literal. */
MUST_CHECK enum err_code spool_sql(struct spool *spool, const char *sql, sqlite3_stmt **ret, struct err *err);
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
