/* SPDX-License-Identifier: Apache-2.0 */
/* A cursor over strict DER: each step takes one element of an expected tag, or fails for good. */
#ifndef COMMON_DER_H
#define COMMON_DER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct der {
    const uint8_t *at, *end;
    bool failed; /* from the first step that did not find what it asked for; all later steps fail too */
};

enum der_tag {
    DER_INTEGER = 0x02,
    DER_BIT_STRING = 0x03,
    DER_OCTET_STRING = 0x04,
    DER_NULL = 0x05,
    DER_OID = 0x06,
    DER_SEQUENCE = 0x30,
    DER_SET = 0x31,
    DER_CONTEXT_0 = 0x80,      /* primitive, implicit */
    DER_CONTEXT_0_CONS = 0xa0, /* constructed */
    DER_CONTEXT_1_CONS = 0xa1,
};

#define DER(bytes, size) ((struct der){.at = (bytes), .end = (const uint8_t *)(bytes) + (size)})

/* The content of the next element, whose tag must be this one; an empty failed cursor otherwise. */
struct der der_take(struct der *d, enum der_tag tag);
/* Whether the next element has this tag; takes nothing. */
bool der_next_is(const struct der *d, enum der_tag tag);
/* The next bytes must be exactly these (an encoded OID or algorithm, whole). */
void der_expect(struct der *d, const void *bytes, size_t len);
/* Nothing may be left. Marks d failed otherwise. */
void der_finish(struct der *d);
static inline size_t der_left(const struct der *d)
{
    return d->failed ? 0 : (size_t)(d->end - d->at);
}
/* Marks d failed when inner is: for errors to reach the outermost cursor. */
static inline void der_inherit(struct der *d, const struct der *inner)
{
    d->failed |= inner->failed;
}

#endif
