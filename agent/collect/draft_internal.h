/* SPDX-License-Identifier: Apache-2.0 */
/* The draft's inside, shared by how it is filled (draft.c) and how it is kept (commit.c). */
#ifndef AGENT_COLLECT_DRAFT_INTERNAL_H
#define AGENT_COLLECT_DRAFT_INTERNAL_H

#include "agent/collect/internal.h"

/* Batches of 256 KiB held in memory before a commit: so many that a commit, which waits for the disk, keeps
 * several, and that those of one more span have room. */
#define DRAFT_SEALED_DUE 6
#define DRAFT_SEALED_MAX 10
#define DRAFT_FACTS_MAX 16

struct sealed {
    uint64_t seq;
    enum lane lane;
    const char *stream;
    uint64_t records, ends;
    bool alone; /* it holds one put, of this token */
    uint8_t only[TOKEN_SIZE];
    struct buf der;
};

struct touched {
    uint64_t seq;
    const char *stream;
    int32_t day;
    uint64_t first;
};

enum change_kind {
    CHANGE_SEEN,
    CHANGE_ALONE,
    CHANGE_LATER,
    CHANGE_FORGET,
    CHANGE_DAY,
    CHANGE_HOLD,
    CHANGE_CODE,
    CHANGE_LABEL,
};

struct change {
    enum change_kind kind;
    const char *stream;
    struct seen seen; /* SEEN, ALONE; its day alone: LATER, FORGET; id the code's, raw the patient or hash:
                         CODE, LABEL */
    uint64_t seq;
    size_t day; /* DAY, HOLD: place in days */
};

struct draft {
    struct batch_writer *writer;
    struct buf gzip;
    bool open;
    struct draft_target target;
    uint64_t seq, puts, ends; /* of the open batch */
    uint8_t last_id[TOKEN_SIZE];

    struct sealed sealed[DRAFT_SEALED_MAX];
    size_t sealed_count;
    struct touched *touched;
    size_t touched_count, touched_cap;
    struct change *changes;
    size_t change_count, change_cap;
    struct day_entry *days;
    size_t day_count, day_cap;
    struct {
        char name[64];
        char value[DRAFT_FACT_MAX];
    } facts[DRAFT_FACTS_MAX];
    size_t fact_count;
    bool any_code;
    bool any_withheld;
    uint64_t withheld[STATUS_STREAMS][WITHHELD_KINDS]; /* by place in c->streams */
};

/* commit.c: the transaction, and then the way into the spool. */
MUST_CHECK enum err_code draft_keep(struct collect *c, struct err *err);
MUST_CHECK enum err_code draft_hand_over(struct collect *c, struct err *err);

#endif
