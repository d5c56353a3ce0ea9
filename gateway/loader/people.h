/* SPDX-License-Identifier: Apache-2.0 */
/* Erasure (DESIGN 6.8): a person is removed from every table, and only HMAC(K_suppress, core) is kept, which
 * is asked before anything is stored, whatever the order of batches and whatever backup was restored. */
#ifndef GATEWAY_LOADER_PEOPLE_H
#define GATEWAY_LOADER_PEOPLE_H

#include "gateway/loader/keys.h"
#include "gateway/loader/store.h"

struct suppressed {
    struct hmac *hmac;    /* K_suppress */
    uint8_t (*keys)[32];  /* owned; open addressing, all zero: free */
    size_t count, room;   /* room is a power of two */
    const char *folder;   /* the loader's; borrowed */
    struct buf unwritten; /* added, and not in the file yet; 32 bytes each */
};

/* From the table and from the file (suppression_file.h), each of which gets what the other knew.
 * *ret_forgotten: the table lacked somebody, so this warehouse may hold records of a person who was erased.
 */
MUST_CHECK enum err_code suppressed_load(struct suppressed *s, struct store *store, const char *site,
                                         const struct loader_keys *keys, bool *ret_forgotten,
                                         struct err *err);
void suppressed_free(struct suppressed *s);
bool suppressed_has(struct suppressed *s, const uint8_t core[static CORE_SIZE]);
/* Writes those added since to the file: before they are committed to the table. */
MUST_CHECK enum err_code suppressed_write(struct suppressed *s, const char *site, struct err *err);
/* Adds to the table and memory. */
MUST_CHECK enum err_code suppressed_add(struct suppressed *s, struct store *store, const char *site,
                                        const uint8_t core[static CORE_SIZE], struct err *err);
/* Records of a suppressed person that were removed outside an erasure: kept until one is receipted. */
MUST_CHECK enum err_code suppressed_note(struct suppressed *s, struct store *store, const char *site,
                                         const uint8_t core[static CORE_SIZE], uint64_t deleted,
                                         struct err *err);
/* How many were noted, and forgets them; adds to *deleted. */
MUST_CHECK enum err_code suppressed_take(struct suppressed *s, struct store *store, const char *site,
                                         const uint8_t core[static CORE_SIZE], uint64_t *deleted,
                                         struct err *err);

#endif
