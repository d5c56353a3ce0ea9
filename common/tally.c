/* SPDX-License-Identifier: Apache-2.0 */
#include "contact/tally.h"

#include <string.h>

static void add(uint8_t sum[static SHORT_SIZE], const uint8_t more[static SHORT_SIZE])
{
    unsigned carry = 0;
    for (int i = SHORT_SIZE - 1; i >= 0; i--) {
        carry += (unsigned)sum[i] + more[i];
        sum[i] = (uint8_t)carry;
        carry >>= 8;
    }
}

void tally_add(struct tally *t, const uint8_t fingerprint[static SHORT_SIZE])
{
    add(t->sum, fingerprint);
    t->count++;
}

void tally_join(struct tally *t, const struct tally *other)
{
    add(t->sum, other->sum);
    t->count += other->count;
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
