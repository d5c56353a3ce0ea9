/* SPDX-License-Identifier: Apache-2.0 */
/* What the intake remembers: sites, their keys and enrolment codes, series, which batches are held, and
 * heartbeats. One SQLite file, <state>/registry.db; the commands and `serve` open it side by side. Nothing in
 * it opens or signs data. */
#ifndef GATEWAY_REGISTRY_H
#define GATEWAY_REGISTRY_H

#include "contact/batch.h"
#include "contact/err.h"
#include "gateway/ranges.h"

struct registry;

/* Opens, and creates or migrates when asked; without create a missing file is ERR_CONFIG with a hint to init.
 */
MUST_CHECK enum err_code registry_open(const char *folder, bool create, struct registry **ret,
                                       struct err *err);
void registry_close(struct registry *registry);

struct registry_site {
    char name[SITE_TEXT];
    int64_t added, approved, revoked; /* wall seconds; 0: not */
    int64_t code_expires;             /* of the current one-time code; 0: none */
    bool code_bound;                  /* a key has used it that has no certificate yet */
    int64_t enrolled;                 /* the newest key's that has not ended; 0: none */
    int64_t certificate_expires;      /* likewise */
    int64_t superseded;               /* an older series spoke last; wall seconds, 0: never */
};

/* A new site with the digest of its one-time code; with again true, a new code for one that exists, which
 * also lifts a revocation. ERR_REJECTED when it exists (or, again, does not). */
MUST_CHECK enum err_code registry_site_add(struct registry *registry, const char *name,
                                           const uint8_t code_digest[static SHA256_SIZE], int64_t expires,
                                           bool again, struct err *err);
MUST_CHECK enum err_code registry_site_get(struct registry *registry, const char *name,
                                           struct registry_site *ret, bool *ret_found, struct err *err);
MUST_CHECK enum err_code registry_sites(struct registry *registry,
                                        void (*each)(void *context, const struct registry_site *site),
                                        void *context, struct err *err);
/* A machine has asked by the code and is not approved: where an operator is to, it waits for that, also when
 * another one of the site is enrolled. */
bool registry_site_waits(const struct registry_site *site);
/* ERR_REJECTED when there is no such site. A revoked one's keys are ended: what lifts the revocation, a new
 * code, gives none of them back but the one that enrols by it. */
MUST_CHECK enum err_code registry_site_approve(struct registry *registry, const char *name, struct err *err);
MUST_CHECK enum err_code registry_site_revoke(struct registry *registry, const char *name, struct err *err);

enum code_outcome {
    CODE_GOOD, /* and now bound to this key */
    CODE_BAD,  /* no such site, another code, or expired: the asker is not told which */
    CODE_USED, /* by another key */
};
MUST_CHECK enum err_code registry_code_use(struct registry *registry, const char *name,
                                           const uint8_t code_digest[static SHA256_SIZE],
                                           const uint8_t key[static SHA256_SIZE], enum code_outcome *ret,
                                           struct err *err);

enum key_state { KEY_NEW, KEY_ACTIVE, KEY_RETIRED };
struct registry_key {
    char site[SITE_TEXT];
    enum key_state state;
    bool site_revoked;
};
/* key: SHA-256 of the SubjectPublicKeyInfo. by_code: enrolled by a one-time code, and not a renewal.
 * ERR_REJECTED when it is another site's. */
MUST_CHECK enum err_code registry_key_add(struct registry *registry, const char *site,
                                          const uint8_t key[static SHA256_SIZE], int64_t expires,
                                          bool by_code, struct err *err);
MUST_CHECK enum err_code registry_key_find(struct registry *registry, const uint8_t key[static SHA256_SIZE],
                                           struct registry_key *ret, bool *ret_found, struct err *err);
/* The first use of a key enrolled by code retires the site's others: the operator meant another machine. A
 * renewal retires nothing, so that an agent that dies between two keys may go on with either. */
MUST_CHECK enum err_code registry_key_activate(struct registry *registry, const char *site,
                                               const uint8_t key[static SHA256_SIZE], struct err *err);

enum series_standing {
    SERIES_UNKNOWN,
    SERIES_NEWEST,
    SERIES_SUPERSEDED, /* the site has begun another since: this is a machine restored or copied */
};
/* ret_place: its place among the site's, from 1; 0 when unknown. */
MUST_CHECK enum err_code registry_series_standing(struct registry *registry, const char *site,
                                                  const char *series, enum series_standing *ret,
                                                  int64_t *ret_place, struct err *err);
#define SERIES_A_DAY_MAX 20 /* new ones of a site: two agents of one identity would take turns for ever */
/* Gives an unknown series the next place. ERR_RETRY when the site has begun too many lately. */
MUST_CHECK enum err_code registry_series_begin(struct registry *registry, const char *site,
                                               const char *series, struct err *err);
/* An older series of the site has spoken. */
MUST_CHECK enum err_code registry_site_superseded(struct registry *registry, const char *site,
                                                  struct err *err);
/* A place learnt from the landing zone's order files (a registry made anew). */
MUST_CHECK enum err_code registry_series_learn(struct registry *registry, const char *site,
                                               const char *series, int64_t place, struct err *err);
/* Which seqs were ever held, as far as last saved. */
MUST_CHECK enum err_code registry_held_load(struct registry *registry, const char *site, const char *series,
                                            struct ranges *ret, struct err *err);
MUST_CHECK enum err_code registry_held_save(struct registry *registry, const char *site, const char *series,
                                            const struct ranges *held, struct err *err);
/* Calls back for each series of each site. */
MUST_CHECK enum err_code registry_series_each(struct registry *registry,
                                              void (*each)(void *context, const char *site,
                                                           const char *series),
                                              void *context, struct err *err);

/* Heartbeats: the last of each hour is kept, for 90 days. */
MUST_CHECK enum err_code registry_heartbeat_put(struct registry *registry, const char *site, const char *json,
                                                size_t len, struct err *err);
/* The newest one; *ret_at 0 when there is none. Appends the JSON to out. */
MUST_CHECK enum err_code registry_heartbeat_last(struct registry *registry, const char *site, int64_t *ret_at,
                                                 struct buf *out, struct err *err);

#endif
