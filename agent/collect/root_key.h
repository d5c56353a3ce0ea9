/* SPDX-License-Identifier: Apache-2.0 */
/* The root key's file, root.key in collect's folder, mode 0400: 64 hexadecimal digits; from the second epoch
 * on a line "epoch: N"; and, until the register of objections is written anew under the present key,
 * "previous: " and the digits of the former one. One file, replaced by rename: key and epoch never part. */
#ifndef AGENT_COLLECT_ROOT_KEY_H
#define AGENT_COLLECT_ROOT_KEY_H

#include <stdbool.h>

#include "contact/crypto.h"
#include "contact/err.h"

#define ROOT_KEY 32
#define EPOCH_MAX 999

struct root_key {
    uint8_t key[ROOT_KEY];
    unsigned epoch; /* 1 to EPOCH_MAX */
    bool has_previous;
    uint8_t previous[ROOT_KEY];
};

/* ERR_CONFIG, with a hint, when it is not there or not a key. */
MUST_CHECK enum err_code root_key_read(const char *folder, struct root_key *ret, struct err *err);
MUST_CHECK enum err_code root_key_write(const char *folder, const struct root_key *key, struct err *err);
bool root_key_present(const char *folder);
/* Whether another key may take its place: OK when the file is not there or holds no key; ERR_REJECTED when it
 * holds one; what reading failed with otherwise (an owner, a mode, a disk), for then it may be a good one. */
MUST_CHECK enum err_code root_key_lost(const char *folder, struct err *err);
/* Made once: one that is there stays. must_be_there: this machine had one, so that it is lost: ERR_CONFIG. */
MUST_CHECK enum err_code root_key_make(const char *folder, bool must_be_there, struct err *err);

#endif
