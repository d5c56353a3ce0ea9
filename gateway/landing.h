/* SPDX-License-Identifier: Apache-2.0 */
/* The landing zone: <landing>/<site>/<series>/<seq>.cms, each written once. It is the log: a batch is stored
 * when it is here and fsynced. An index of what is held is kept in memory, saved to the registry once a
 * minute: the loader removes files no sooner than days after loading them, so the index always knows more. */
#ifndef GATEWAY_LANDING_H
#define GATEWAY_LANDING_H

#include "contact/crypto.h"
#include "gateway/layout.h"
#include "gateway/registry.h"
#include "gateway/route.h"

struct landing;
/* Reads what is there; settings and registry are borrowed. */
MUST_CHECK enum err_code landing_open(const struct gateway_settings *settings, struct registry *registry,
                                      struct landing **ret, struct err *err);
void landing_close(struct landing *landing); /* does not save */
MUST_CHECK enum err_code landing_save(struct landing *landing, struct err *err);

/* The site's folder, made when absent; ret is its path. */
MUST_CHECK enum err_code landing_site_folder(struct landing *landing, const char *site,
                                             char ret[static PATH_ROOM], struct err *err);

enum landing_outcome {
    LANDING_STORED,   /* on disk, file and name */
    LANDING_HAD,      /* was there, the same */
    LANDING_OTHER,    /* another batch has, or had, this name */
    LANDING_MISMATCH, /* not what its digest says */
};

struct upload;
/* Begins one batch of length bytes. ERR_FULL when it would eat into the disk's reserve. */
MUST_CHECK enum err_code landing_begin(struct landing *landing, const struct route *route, uint64_t length,
                                       const uint8_t digest[static SHA256_SIZE], struct upload **ret,
                                       struct err *err);
MUST_CHECK enum err_code upload_write(struct upload *upload, const void *data, size_t len, struct err *err);
/* After it returns the upload is still to be freed. */
MUST_CHECK enum err_code upload_finish(struct upload *upload, enum landing_outcome *ret, struct err *err);
void upload_free(struct upload *upload); /* and forgets what was not finished; legal on NULL */

struct watermarks {
    uint64_t contiguous, highest;
    struct range gaps[256]; /* below highest, above contiguous */
    size_t gap_count;
};
/* loaded: what the loader says: every seq up to it is held or refused for good. */
void landing_watermarks(struct landing *landing, const char *site, const char *series, uint64_t loaded,
                        struct watermarks *ret);

#endif
