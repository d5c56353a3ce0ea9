/* SPDX-License-Identifier: Apache-2.0 */
/* objections.db: who objected. It outlives everything else of the agent and is in every backup.
 *
 * The local id is kept encrypted under a key made from the site's root key, so that a person may be found
 * again after a merge or with a new key epoch. Once here, an objector is never read again, whatever the
 * source says later: the centre has been told to forget for good. */
#ifndef AGENT_STATE_OBJECTIONS_H
#define AGENT_STATE_OBJECTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "contact/crypto.h"
#include "contact/err.h"

#define OBJECTION_ID_MAX 256

enum objection_state {
    OBJECTION_NEW,      /* its erase is still to be sealed (or sealed again: a new series began) */
    OBJECTION_SENT,     /* sealed; no receipt yet */
    OBJECTION_RECEIVED, /* the centre's signed receipt came */
};

struct objection {
    uint8_t token[TOKEN_SIZE];
    enum objection_state state;
    char request[33]; /* its name in erase and receipt */
    char origin[17];  /* "source", "operator" */
    char actor[65];   /* who entered it; "" for the source */
    int64_t since_s, sent_s, received_s;
    int64_t deleted;           /* records, by the receipt */
    char id[OBJECTION_ID_MAX]; /* canonical local id; "" when it is not known or cannot be read */
};

struct objections;
/* Opens folder/objections.db or makes it. A file that fails its check is an error, never set aside: nothing
 * is swept while the register cannot be read. */
MUST_CHECK enum err_code objections_open(const char *folder, const uint8_t root[static 32],
                                         struct objections **ret, struct err *err);
void objections_close(struct objections *objections);
/* Enters a person; one already there stays as it is (*ret_new false). Sets request when it is empty. */
MUST_CHECK enum err_code objections_add(struct objections *objections, struct objection *objection,
                                        bool *ret_new, struct err *err);
/* sent_s, or received_s and deleted, are kept as given. */
MUST_CHECK enum err_code objections_update(struct objections *objections, const struct objection *objection,
                                           struct err *err);
/* with_ids: decrypts them. The objection is wiped after each call; the callback must not use the register. */
MUST_CHECK enum err_code objections_each(struct objections *objections, bool with_ids,
                                         void (*each)(void *context, const struct objection *objection),
                                         void *context, struct err *err);
/* A new series: what has no receipt is to be sent again. */
MUST_CHECK enum err_code objections_again(struct objections *objections, struct err *err);

#endif
