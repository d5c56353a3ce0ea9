/* SPDX-License-Identifier: Apache-2.0 */
#include "common/der.h"

#include <string.h>

static struct der fail(struct der *d)
{
    d->failed = true;
    return (struct der){.failed = true};
}

struct der der_take(struct der *d, enum der_tag tag)
{
    if (d->failed || d->end - d->at < 2 || d->at[0] != (uint8_t)tag)
        return fail(d);
    const uint8_t *at = d->at + 1;
    size_t len = *at++;
    if (len >= 0x80) {
        size_t octets = len & 0x7f; /* 0 is the indefinite form */
        if (octets == 0 || octets > 4 || (size_t)(d->end - at) < octets || at[0] == 0)
            return fail(d);
        for (len = 0; octets > 0; octets--)
            len = len << 8 | *at++;
        if (len < 0x80 || (len >> 8 == 0 && at - d->at != 3))
            return fail(d);
    }
    if ((size_t)(d->end - at) < len)
        return fail(d);
    d->at = at + len;
    return (struct der){.at = at, .end = at + len};
}

bool der_next_is(const struct der *d, enum der_tag tag)
{
    return !d->failed && d->at < d->end && d->at[0] == (uint8_t)tag;
}

void der_expect(struct der *d, const void *bytes, size_t len)
{
    if (d->failed || (size_t)(d->end - d->at) < len || memcmp(d->at, bytes, len) != 0)
        d->failed = true;
    else
        d->at += len;
}

void der_finish(struct der *d)
{
    if (!d->failed && d->at != d->end)
        d->failed = true;
}
