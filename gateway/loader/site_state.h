/* SPDX-License-Identifier: Apache-2.0 */
/* One association as the loader knows it: its series in order, which batches are done, its re-keying
 * contexts. */
#ifndef GATEWAY_LOADER_SITE_STATE_H
#define GATEWAY_LOADER_SITE_STATE_H

#include "contact/batch.h"
#include "gateway/loader/days.h"
#include "gateway/loader/keys.h"
#include "gateway/loader/people.h"
#include "gateway/ranges.h"

struct series {
    char name[SERIES_TEXT];
    uint64_t number;      /* as the loader numbered it */
    struct ranges done;   /* loaded or refused for good */
    struct timespec seen; /* the folder's change at the last look, when nothing was left; 0: look again */
};

struct site {
    char name[SITE_TEXT];
    struct store *store;      /* borrowed */
    struct loader_keys *keys; /* borrowed */
    struct series *series;    /* owned */
    size_t series_count;
    struct suppressed suppressed;
    struct days days;                               /* of the transaction under way */
    struct rekey *person, *practitioner, **streams; /* of `epoch` */
    unsigned epoch;
    bool changed;         /* something that the feedback tells */
    bool untold;          /* the feedback had no room for a refusal */
    bool rejected_before; /* another loader or model has rejected records of it */
};

/* Reads what the warehouse knows of it. The caller frees. */
MUST_CHECK enum err_code site_open(const char *name, struct store *store, struct loader_keys *keys,
                                   struct site **ret, struct err *err);
void site_state_free(struct site *site);
struct series *site_find_series(struct site *site, const char *name);
/* The series of this number; NULL when there is none. */
struct series *site_numbered_series(struct site *site, uint64_t number);
/* Gives a series its number, the next of the site's, for good; in a transaction. *ret lives until the next
 * call. */
MUST_CHECK enum err_code site_add_series(struct site *site, const char *name, struct series **ret,
                                         struct err *err);

/* Compares a root key's check value with the one this site and epoch began with (or takes it, the first
 * time). ERR_REJECTED with the refusal "root-key"; ERR_AUTH "key-epoch" while an operator has not accepted a
 * later epoch's. */
MUST_CHECK enum err_code site_check_root(struct site *site, unsigned epoch, const uint8_t check[static 8],
                                         struct err *err);
/* Readies the re-keying contexts of an epoch. */
MUST_CHECK enum err_code site_set_epoch(struct site *site, unsigned epoch, struct err *err);

#define SITE_LOST "lost" /* the code of batches that will never come */
/* Writes the final state of a batch, or of a run of lost ones; code "" is loaded. In a transaction; the
 * caller adds it to series->done. */
MUST_CHECK enum err_code site_batch_done(struct site *site, const struct series *series, uint64_t seq,
                                         uint64_t last, const char *code, const char *stream,
                                         uint64_t records, uint64_t rejects, struct err *err);

#endif
