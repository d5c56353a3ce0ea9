/* SPDX-License-Identifier: Apache-2.0 */
/* The landing zone: <landing>/<site>/<series>/<seq>.cms, each written once. It is the log: a batch is stored
 * when it is here and fsynced. The loader removes files days after loading them; any other that is gone was
 * lost, and is asked for again. An index of what was ever held is kept in memory, saved to the registry once
 * a minute. */
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
    LANDING_OTHER,    /* another batch has this name, or it is loaded and its file gone */
    LANDING_MISMATCH, /* not what its digest says */
};

struct upload;
/* Begins one batch of length bytes. ERR_FULL when it would eat into the disk's reserve. */
MUST_CHECK enum err_code landing_begin(struct landing *landing, const struct route *route, uint64_t length,
                                       const uint8_t digest[static SHA256_SIZE], struct upload **ret,
                                       struct err *err);
MUST_CHECK enum err_code upload_write(struct upload *upload, const void *data, size_t len, struct err *err);
/* done: every seq up to it is loaded or refused for good. The series must have a place. After it returns the
 * upload is still to be freed. */
MUST_CHECK enum err_code upload_finish(struct upload *upload, uint64_t done, enum landing_outcome *ret,
                                       struct err *err);
void upload_free(struct upload *upload); /* and forgets what was not finished; legal on NULL */

struct watermarks {
    uint64_t contiguous, highest;
    struct range gaps[256]; /* below highest, above contiguous */
    size_t gap_count;
};
/* done: as above. */
void landing_watermarks(struct landing *landing, const char *site, const char *series, uint64_t done,
                        struct watermarks *ret);

#endif
