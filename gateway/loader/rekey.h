/* SPDX-License-Identifier: Apache-2.0 */
/* A token of a site becomes the warehouse's core: AES-256-SIV under K_warehouse (RFC 5297), deterministic and
 * invertible by whoever holds the key, with the site, key epoch and kind as associated data (DESIGN 6.3). */
#ifndef GATEWAY_LOADER_REKEY_H
#define GATEWAY_LOADER_REKEY_H

#include "contact/crypto.h"

#define CORE_SIZE 32          /* 16 bytes of synthetic IV, 16 of token */
#define WAREHOUSE_KEY_SIZE 64 /* two AES-256 keys: S2V's and CTR's */

struct rekey; /* for one site, key epoch and kind: their part of S2V is computed once */

/* NULL without memory. */
struct rekey *rekey_new(const uint8_t key[static WAREHOUSE_KEY_SIZE], const char *site, unsigned epoch,
                        const char *kind);
void rekey_free(struct rekey *rekey); /* wipes */
void rekey_core(struct rekey *rekey, const uint8_t token[static TOKEN_SIZE], uint8_t ret[static CORE_SIZE]);

#endif
