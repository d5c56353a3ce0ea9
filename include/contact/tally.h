/* SPDX-License-Identifier: Apache-2.0 */
/* Count and digest of a set of fingerprints: the digest is their sum modulo 2^128, each read as a
 * big-endian integer, so that records may be added and taken away in any order. Both sides of the wire
 * compare days by it. */
#ifndef CONTACT_TALLY_H
#define CONTACT_TALLY_H

#include <stdbool.h>
#include <stdint.h>

#include "contact/crypto.h"

struct tally {
    uint64_t count;
    uint8_t sum[SHORT_SIZE]; /* big-endian */
};

void tally_add(struct tally *t, const uint8_t fingerprint[static SHORT_SIZE]);
void tally_sub(struct tally *t, const uint8_t fingerprint[static SHORT_SIZE]);
void tally_join(struct tally *t, const struct tally *other); /* adds all of other */
bool tally_equal(const struct tally *a, const struct tally *b);

#endif
