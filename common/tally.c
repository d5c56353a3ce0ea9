/* SPDX-License-Identifier: Apache-2.0 */
#include "contact/tally.h"

#include <string.h>

void tally_add(struct tally *t, const uint8_t fingerprint[static SHORT_SIZE])
{
    unsigned carry = 0;
    for (int i = SHORT_SIZE - 1; i >= 0; i--) {
        carry += (unsigned)t->sum[i] + fingerprint[i];
        t->sum[i] = (uint8_t)carry;
        carry >>= 8;
    }
    t->count++;
}

void tally_sub(struct tally *t, const uint8_t fingerprint[static SHORT_SIZE])
{
    unsigned borrow = 0;
    for (int i = SHORT_SIZE - 1; i >= 0; i--) {
        unsigned take = (unsigned)fingerprint[i] + borrow;
        borrow = t->sum[i] < take;
        t->sum[i] = (uint8_t)(t->sum[i] - take);
    }
    t->count--;
}

bool tally_equal(const struct tally *a, const struct tally *b)
{
    return a->count == b->count && memcmp(a->sum, b->sum, SHORT_SIZE) == 0;
}
