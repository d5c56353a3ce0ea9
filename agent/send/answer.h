/* SPDX-License-Identifier: Apache-2.0 */
/* What the centre answers, read strictly: a member of the wrong type or shape refuses the whole answer, since
 * half an answer could delete or re-send the wrong batches. Members we do not know are ignored. */
#ifndef AGENT_SEND_ANSWER_H
#define AGENT_SEND_ANSWER_H

#include "agent/spool/spool.h"

struct seq_range {
    uint64_t from, to; /* both included */
};

struct watermark {
    char series[SERIES_TEXT]; /* empty: the centre knows none */
    uint64_t contiguous, loaded, highest;
    bool superseded;           /* the centre knows a newer series of ours */
    struct seq_range *missing; /* owned */
    size_t missing_count;
};

struct answer {
    int64_t interval_ms;        /* 0: not told */
    int64_t drain_per_minute;   /* 0: no limit */
    struct watermark watermark; /* highest is 0: a heartbeat's answer does not tell */
    uint64_t *refused;          /* owned */
    size_t refused_count;
    char *refused_text;             /* owned: "97:signature,99:gzip" */
    struct spool_request *requests; /* owned */
    size_t request_count;
    char proved[11];     /* or empty */
    int64_t key_epoch;   /* of the root key that this site's records were made with last; 0: none yet */
    char root_check[17]; /* which one that is; or empty */
    char *receipts;      /* owned: JSON array; NULL when there is none */
    char *recipients;    /* owned: PEM; NULL when there is none */
    int64_t time_s;      /* 0: not told */
};

/* To a heartbeat, or to the question for watermarks. ERR_REJECTED with the member's name when it is not what
 * the protocol says; *ret is then untouched. */
MUST_CHECK enum err_code answer_read(const void *text, size_t len, struct answer *ret, struct err *err);
void answer_free(struct answer *answer); /* frees what it owns, and empties it */
/* The code of a problem (RFC 9457): lower-case words and hyphens; left empty when there is none. */
void problem_code(const void *text, size_t len, char *ret, size_t size);

#endif
