/* SPDX-License-Identifier: Apache-2.0 */
/* Pseudonyms of local ids under keys that never leave the site (DESIGN 6.3). */
#ifndef AGENT_RECORD_PSEUDONYM_H
#define AGENT_RECORD_PSEUDONYM_H

#include <stddef.h>
#include <stdint.h>

#include "contact/crypto.h"
#include "contact/record_line.h"

/* The keys of one site and epoch, derived from its root key (DESIGN 6.3). Wiped when freed. */
struct pseudonym_keys;
struct pseudonym_keys *pseudonym_keys_new(const uint8_t root[static 32], const char *site, unsigned epoch);
void pseudonym_keys_free(struct pseudonym_keys *keys);
/* purpose: "psn.person", "psn.event", "psn.practitioner"; kind: "person", the stream's name, "prac". */
void pseudonym_person(struct pseudonym_keys *keys, const char *id, size_t len,
                      uint8_t ret[static TOKEN_SIZE]);
void pseudonym_event(struct pseudonym_keys *keys, const char *kind, const char *id, size_t len,
                     uint8_t ret[static TOKEN_SIZE]);
void pseudonym_practitioner(struct pseudonym_keys *keys, const char *id, size_t len, int32_t day,
                            uint8_t ret[static TOKEN_SIZE]);
/* The same practitioner whatever the day: never sent, only compared on site. */
void pseudonym_practitioner_always(struct pseudonym_keys *keys, const char *id, size_t len,
                                   uint8_t ret[static TOKEN_SIZE]);
/* A key of the site for one more purpose, none of those above. */
void pseudonym_derive(const uint8_t root[static 32], const char *site, unsigned epoch, const char *purpose,
                      uint8_t ret[static SHA256_SIZE]);
void pseudonym_root_check(struct pseudonym_keys *keys, uint8_t ret[static 8]);
unsigned pseudonym_epoch(const struct pseudonym_keys *keys);
/* K("fp.raw"), ready for a message; borrowed. */
struct hmac *pseudonym_raw(struct pseudonym_keys *keys);

#endif
