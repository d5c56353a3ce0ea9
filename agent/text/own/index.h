/* SPDX-License-Identifier: Apache-2.0 */
/* The row's words in columns: which of 64 have a letter, a length, a first sound. A word of a note is told
 * from all of them at once; what is left is compared word by word. Internal to this room. */
#ifndef AGENT_TEXT_OWN_INDEX_H
#define AGENT_TEXT_OWN_INDEX_H

#include <stdint.h>

#define OWN_LETTERS 40u
#define OWN_BLOCK 64u     /* words */
#define OWN_LEAST_SLIP 4u /* letters of a name that is looked for with a slip, whatever that makes of it */

/* A bit for each word of a block. */
struct own_index {
    uint64_t letters[32];              /* has the letter */
    uint64_t begins[32];               /* begins with it */
    uint64_t sounds[64];               /* begins with the sound; a few sounds share a place */
    uint64_t lengths[OWN_LETTERS + 6]; /* has so many letters, less two */
    uint64_t names;                    /* is a person's name, of OWN_LEAST_SLIP letters at least */
};

/* Words that a slip may make alike. */
struct own_near {
    uint64_t same; /* have all of the letters */
    uint64_t one;  /* but one */
    uint64_t two;
};

static inline unsigned own_letter(char c)
{
    return (uint8_t)(c - 'a') & 31u;
}

/* Those whose length differs from len, which is below OWN_LETTERS + 2, by so many letters at most. */
static inline uint64_t own_long(const struct own_index *x, uint32_t len, unsigned by)
{
    uint64_t words = 0;
    for (unsigned at = 2 - by; at <= 2 + by; at++)
        words |= x->lengths[len + at];
    return words;
}

/* Of some words those that have the letters. */
static inline struct own_near own_with(const struct own_index *x, uint64_t words, uint32_t letters)
{
    uint64_t one = 0, two = 0, three = 0; /* of the letters are missing, at least */
    for (; letters; letters &= letters - 1) {
        uint64_t missing = ~x->letters[__builtin_ctz(letters)];
        three |= two & missing;
        two |= one & missing;
        one |= missing;
    }
    return (struct own_near){words & ~one, words & ~two, words & ~three};
}

#endif
