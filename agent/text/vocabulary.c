/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/text/vocabulary.h"

#include <stdlib.h>
#include <openssl/crypto.h>
#include "agent/text/fold.h"

#define REMEMBERED 4096u /* words; a power of two. A newer one takes the place of the one before */

/* A word of at most sixteen letters. */
struct remembered {
    uint64_t letters[2]; /* as they lie in memory; without any: empty */
    struct known_word word;
};

struct vocabulary {
    const struct lexicon *lexicon;
    const struct gazetteer *names;
    struct remembered memory[REMEMBERED];
};

struct vocabulary *vocabulary_new(const struct lexicon *lexicon, const struct gazetteer *names)
{
    struct vocabulary *v = calloc(1, sizeof(*v));
    if (!v)
        return NULL;
    v->lexicon = lexicon;
    v->names = names;
    return v;
}

void vocabulary_free(struct vocabulary *v)
{
    if (v)
        OPENSSL_cleanse(v, sizeof(*v));
    free(v);
}

static uint64_t canonical(const char *word, size_t len, uint64_t hash)
{
    if (len < 2 || len > 3 || word[0] != 's' || word[1] != 't')
        return hash;
    if (len == 2)
        return lexicon_hash("saint", 5);
    return word[2] == 'e' ? lexicon_hash("sainte", 6) : hash;
}

static struct known_word look_up(const struct vocabulary *v, const char *word, size_t len)
{
    struct known_word found = {.hash = canonical(word, len, lexicon_hash(word, len))};
    found.flags = lexicon_find(v->lexicon, found.hash);
    found.site = v->names ? gazetteer_find(v->names, word, len) : 0;
    return found;
}

struct known_word vocabulary_find(struct vocabulary *v, const char *word, size_t len)
{
    if (len > 16)
        return look_up(v, word, len);
    const uint64_t letters[2] = {fold_eight(word, len), len > 8 ? fold_eight(word + 8, len - 8) : 0};
    uint64_t place = (letters[0] ^ letters[1] * 0x9E3779B97F4A7C15u) * 0xD6E8FEB86659FD93u;
    struct remembered *r = &v->memory[place >> 32 & (REMEMBERED - 1)];
    if (r->letters[0] == letters[0] && r->letters[1] == letters[1])
        return r->word;
    struct known_word found = look_up(v, word, len);
    if (found.flags & LEX_WORD)
        *r = (struct remembered){{letters[0], letters[1]}, found};
    return found;
}
